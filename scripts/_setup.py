"""What ``demo`` and ``test`` share: the virtual environment beside the project. Python's standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)
# The page's bundle is made while the project is installed, so a change in its sources asks for a new installation.
INSTALLED_FROM = ("pyproject.toml", "scripts/hatch_build.py", "maps/js")


def say(text: str) -> None:
    """Words for the person who waits, on the error stream."""
    print(text, file=sys.stderr, flush=True)


def check_python(version: Sequence[int] = sys.version_info) -> None:
    """End with a sentence if this Python is too old."""
    if tuple(version[:2]) < OLDEST:
        wanted, found = (".".join(str(n) for n in v[:2]) for v in (OLDEST, version))
        raise SystemExit(
            f"This needs Python {wanted} or newer; this is {found}. Run it as: python{wanted} {sys.argv[0]}"
        )


def python_of(environment: Path) -> Path:
    """Path of the interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(extras: Sequence[str] = (), *, root: Path = ROOT, environment: Path = ENVIRONMENT) -> Path:
    """Make the environment and install the project in it, unless both are as wanted; return its interpreter."""
    python = python_of(environment)
    if not _works(python):
        say(f"Making a virtual environment in {environment} ...")
        _run([sys.executable, "-m", "venv", "--clear", str(environment)], "On Debian: apt-get install python3-venv")
    stamp = environment / "conflictmap.json"
    wanted = {"hash": fingerprint(root), "extras": sorted(set(extras))}
    found = _read(stamp)
    if found.get("hash") == wanted["hash"] and set(extras) <= set(found.get("extras", [])):
        return python
    stamp.unlink(missing_ok=True)
    # What an earlier run asked for stays wanted, so that `demo` and `test` do not undo each other.
    wanted["extras"] = sorted({*extras, *found.get("extras", [])})
    say("Installing conflictmap and what it needs (the first time takes some minutes) ...")
    _run([str(python), *PIP, "-e", _requirement(root, wanted["extras"])], "See the lines above; is there a network?")
    stamp.write_text(json.dumps(wanted) + "\n", encoding="utf-8")
    return python


PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")


def fingerprint(root: Path) -> str:
    """SHA-256 over the names and contents of all that an installation is made from."""
    digest = hashlib.sha256()
    for name in INSTALLED_FROM:
        for path in _files(root / name):
            # Line ends as git stores them, or a checkout on Windows would look changed.
            text = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    made = {"node_modules", "test", "built"}
    found = [p for p in path.rglob("*") if p.is_file() and not made & set(p.relative_to(path).parts)]
    return sorted(found, key=lambda p: p.relative_to(path).as_posix())


def _requirement(root: Path, extras: Sequence[str]) -> str:
    return str(root) + (f"[{','.join(extras)}]" if extras else "")


def _works(python: Path) -> bool:
    """Whether there is an interpreter that runs and is new enough; an interrupted run may have left half of one."""
    code = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([str(python), "-c", code], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _read(stamp: Path) -> dict[str, object]:
    try:
        found = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _run(command: Sequence[str], hint: str) -> None:
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        raise SystemExit(f"This failed: {' '.join(command)}\n{hint}")


# Here, as the first thing that both scripts do: the rest may need what an older Python lacks.
check_python()
