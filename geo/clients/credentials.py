"""Credentials from environment variables, or from a TOML file of its owner alone; never from a command line."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import platformdirs

from geo.clients.login import Credential, Secrets
from geo.clients.service import Service
from geo.errors import CredentialError


def credentials_file() -> Path:
    """The usual file of credentials."""
    return Path(platformdirs.user_config_dir("conflictmap")) / "credentials.toml"


def find_secrets(service: Service, environ: Mapping[str, str], path: Path, known: Iterable[Service]) -> Secrets:
    """The credentials of a service: of each the environment variable if it is set, else the line of the file.

    The file has a table for each service, as ``[ucdp]`` with ``token = "..."``. It is looked into only for what the
    environment lacks.

    Raises
    ------
    CredentialError
        One is missing or cannot be used, or the file is wrong or may be read by others. No value is told.
    """
    found = {c.name: environ.get(c.variable, "").strip() for c in service.credentials}
    if not all(found.values()) and path.is_file():
        in_file = _read(path, {s.id: [c.name for c in s.credentials] for s in known}).get(service.id, {})
        found = {name: value or in_file.get(name, "") for name, value in found.items()}
    missing = [c for c in service.credentials if not found[c.name]]
    if missing:
        raise CredentialError(_ask_for(service, missing, path))
    for credential in service.credentials:
        _check(credential, found[credential.name])
    return Secrets(found)


def _ask_for(service: Service, missing: list[Credential], path: Path) -> str:
    what = " and ".join(c.what for c in missing)
    variables = " and ".join(c.variable for c in missing)
    lines = ", ".join(f'{c.name} = "..."' for c in missing)
    return (
        f"{service.name} wants {what}: set {variables}, or write {lines} under [{service.id}] in {path} (and make it "
        f"yours alone: chmod 600); {service.by_hand}"
    )


def _check(credential: Credential, value: str) -> None:
    if not credential.free_text and not (value.isascii() and value.isprintable() and " " not in value):
        raise CredentialError(
            f"{credential.variable} or '{credential.name}' in the file of credentials: has blanks, line breaks or "
            "letters that no key has; copy it again"
        )


def _read(path: Path, known: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """All tables of the file, checked."""
    try:
        with path.open("rb") as file:
            check_private(path, file.fileno())
            tables = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise CredentialError(f"{path}: is no TOML; wanted tables such as [ucdp] with lines such as {_LINE}") from None
    except CredentialError:
        raise
    except OSError as error:
        raise CredentialError(f"{path}: cannot be read: {error.strerror}") from None
    for table, lines in tables.items():
        _check_table(path, table, lines, known)
    return {table: {name: text.strip() for name, text in lines.items()} for table, lines in tables.items()}


_LINE = 'token = "..."'


def _check_table(path: Path, table: str, lines: Any, known: Mapping[str, list[str]]) -> None:
    tables = ", ".join(f"[{k}]" for k in known)
    if not isinstance(lines, dict):
        raise CredentialError(f"{path}: '{table}' stands in no table; wanted it below the line of one of {tables}")
    if table not in known:
        raise CredentialError(f"{path}: no table [{table}] is known; wanted {tables}")
    for name, value in lines.items():
        if name not in known[table]:
            raise CredentialError(f"{path}: [{table}] has '{name}'; wanted {', '.join(known[table])}")
        if not isinstance(value, str):
            raise CredentialError(f"{path}: [{table}] {name} is no text; put it in quotation marks")


def check_private(path: Path, opened: int) -> None:
    """Refuse an open file with secrets that others than its owner may read or write.

    Raises
    ------
    CredentialError
        They may.
    """
    if os.name == "posix" and stat.S_IMODE(os.fstat(opened).st_mode) & 0o077:
        raise CredentialError(f"{path}: holds secrets and others may read it; make it yours alone: chmod 600 {path}")
