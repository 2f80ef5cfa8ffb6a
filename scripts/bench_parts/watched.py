"""Run the conflictmap command and write down its peak memory: python watched.py PEAK.txt ARGUMENT...

It imports nothing of its own but the standard library, so that time and memory are those of the command.
"""

from __future__ import annotations

import contextlib
import runpy
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def peak_mb() -> float:
    """The most memory this process has held. What Linux says of a child may be its parent's, so ask for its own."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = (line.split() for line in status.read_text(encoding="ascii").splitlines())
        return next(int(words[1]) for words in lines if words[0] == "VmHWM:") / 1024
    import resource  # noqa: PLC0415 - not on every system

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def forget_peak() -> None:
    """Count the peak from now on; where the system cannot, what was before counts too."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def watched(arguments: Sequence[str], made: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of the conflictmap command, which is to make a file.

    Raises
    ------
    RuntimeError
        It makes no file, or ends as no table of doubtful rows does; the message is what it says.
    """
    peak = made.with_name(f"{made.name}.peak")
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, str(peak), *arguments], check=False, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1) or not made.exists():
        raise RuntimeError(done.stderr)
    return seconds, float(peak.read_text(encoding="ascii"))


if __name__ == "__main__":
    peak, *arguments = sys.argv[1:]
    sys.argv = ["conflictmap", *arguments]
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    try:
        runpy.run_module("maps", run_name="__main__")
    finally:
        Path(peak).write_text(str(peak_mb()), encoding="ascii")
