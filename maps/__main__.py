"""``python -m maps`` is the ``conflictmap`` command."""

from maps.cli import main

main()
