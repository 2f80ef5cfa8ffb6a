"""Which column holds which field: usual names, the user's mapping, and what to say when none does."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from geo.errors import InputError
from geo.sources.raw import RawTable

_LONGEST_NAME = 60  # characters of a column's name in a message


def column_key(name: str) -> str:
    """A column name in the form of comparison: 'Event Date' and 'event_date' are one."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def usual_names(fields: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """All names that fields have in tables; the first of a name that two fields share counts."""
    return tuple(dict.fromkeys(name for field, usual in fields.items() for name in (*usual, field)))


def respelt(raw: RawTable, names: Sequence[str]) -> RawTable:
    """A table with these names for columns that differ by humps or underscores: 'eventDate' is 'event_date'."""
    known = {column_key(n).replace("_", ""): column_key(n) for n in reversed(names)}
    keys = {column_key(h) for h in raw.cells.columns}
    meant = {h: known.get(column_key(h).replace("_", ""), column_key(h)) for h in raw.cells.columns}
    renamed = {h: n for h, n in meant.items() if n != column_key(h) and n not in keys}
    if not renamed or len(set(renamed.values())) < len(renamed):
        return raw
    header = tuple(renamed.get(h, h) for h in raw.header)
    return dataclasses.replace(raw, cells=raw.cells.rename(columns=renamed), header=header)


def find_columns(
    raw: RawTable, fields: Mapping[str, Sequence[str]], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Header of each field: as the user says, else the first of the field's usual names that the table has.

    Raises
    ------
    InputError
        ``given`` names a field that is not known or a column that is not there; the message has the nearest.
    """
    by_key = {column_key(h): h for h in reversed(list(raw.cells.columns))}
    names = {column_key(n): field for field, usual in fields.items() for n in (field, *usual)}
    chosen: dict[str, str] = {}
    for wanted, header in (given or {}).items():
        field = names.get(column_key(wanted))
        if field is None:
            raise InputError(f"{raw.title}: no field '{wanted}'; {nearest(wanted, names)}fields: {', '.join(fields)}")
        if header not in raw.cells.columns and column_key(header) not in by_key:
            raise InputError(f"{raw.title}: no column '{header}'; {nearest(header, raw.cells.columns)}{listed(raw)}")
        chosen[field] = header if header in raw.cells.columns else by_key[column_key(header)]
    taken = set(chosen.values())
    for field, usual in fields.items():
        for key in dict.fromkeys(column_key(n) for n in (field, *usual)):
            if field not in chosen and key in by_key and by_key[key] not in taken:
                chosen[field] = by_key[key]
    return chosen


def nearest(word: str, known: Iterable[str]) -> str:
    """'the nearest is ...', or nothing if none is near."""
    keys = {column_key(n): n for n in known}
    near = difflib.get_close_matches(column_key(word), list(keys), n=1, cutoff=0.7)
    return f"the nearest is '{keys[near[0]]}'; " if near else ""


def listed(raw: RawTable) -> str:
    """The columns that a table has, for a message; a name that is a page of text is cut."""
    names = [name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…" for name in raw.cells.columns]
    return "it has: " + ", ".join(names[:60]) + (f" and {len(names) - 60} more" if len(names) > 60 else "")


def check_needs(
    raw: RawTable,
    found: Mapping[str, str],
    needs: Sequence[tuple[str, Sequence[str]]],
    fields: Mapping[str, Sequence[str]],
) -> None:
    """Complain of what no column says.

    Raises
    ------
    InputError
        One of the needs has no column; the message has the nearest column for it and all that there are.
    """
    lacks = [(what, wanted) for what, wanted in needs if not set(wanted) & set(found)]
    if not lacks:
        return
    words = [f"{what}: name a column '{wanted[0]}' or map one; {_near(raw, wanted, fields)}" for what, wanted in lacks]
    raise InputError(f"{raw.title}: no column gives {''.join(words)}{listed(raw)}", raw.problems)


def _near(raw: RawTable, wanted: Sequence[str], fields: Mapping[str, Sequence[str]]) -> str:
    usual = [n for field in wanted for n in (field, *fields[field])]
    hints = [nearest(name, raw.cells.columns) for name in usual]
    return next((h for h in hints if h), "")
