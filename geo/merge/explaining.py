"""Why a row was merged, or was not, in words; read from the table alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.displacement import NOT_REPORTED, SIDES
from geo.displacement import SAID as SAID_OF_PEOPLE
from geo.errors import InputError
from geo.merge.joining import DEATHS, SAID, id_of, parts_of, said
from geo.schema import DISPLACEMENT, EVENTS

_PERSONS = ("persons_low", "persons_best", "persons_high")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What rows of a table are called, the columns of their count, and what a part of a merged one says."""

    key: str
    row: str
    whole: str
    counted: str
    counts: tuple[str, str, str]
    columns: tuple[str, ...]
    said: Callable[[dict[str, Any]], str]


def explain_merge(events: pd.DataFrame, event_id: str) -> list[str]:
    """Lines that tell what an event was made from, why, what each source said, and what may be the same.

    ``event_id`` may be that of any row that went into it, or a source's own id.

    Raises
    ------
    InputError
        No row has this id, or the table was never merged.
    """
    return _explained(events, event_id, _EVENTS)


def explain_merge_people(displacement: pd.DataFrame, record_id: str) -> list[str]:
    """As ``explain_merge``, of a record of displacement.

    Raises
    ------
    InputError
        No record has this id.
    """
    return _explained(displacement, record_id, _PEOPLE)


def _explained(table: pd.DataFrame, wanted: str, kind: _Kind) -> list[str]:
    row = _row_of(table, wanted, kind)
    if pd.isna(row["merged_from"]) and pd.isna(row["same_as"]):
        return [f"{row[kind.key]}: stands alone; no other source tells of anything like it near in place and time"]
    told = json.loads(row["merged_from"]) if isinstance(row["merged_from"], str) else []
    lines = [f"{row[kind.key]}: " + _made_of(told, row, kind)]
    for part in told if len(told) > 1 else ():
        lines += _part(part, kind)
    for other in json.loads(row["same_as"]) if isinstance(row["same_as"], str) else ():
        lines.append(f"  perhaps the same as {id_of(other)}, {other['chance']:.2f}: {other['why']}")
        lines += [f"  {line}" for part in _said_by(table, str(id_of(other)), kind) for line in _part(part, kind)[:2]]
    if isinstance(row.get("toll_shared_with"), str):
        lines.append(
            f"  its deaths are a share of one toll, told also over: {', '.join(_ids(row['toll_shared_with']))}"
        )
    return lines


def _row_of(table: pd.DataFrame, wanted: str, kind: _Kind) -> pd.Series:
    own = table.loc[(table[kind.key] == wanted) | (table["source_id"] == wanted).fillna(value=False)]
    if not len(own):
        named = table["merged_from"].str.contains(json.dumps(wanted, ensure_ascii=False), regex=False, na=False)
        rows = table.loc[named]
        own = rows.loc[[wanted in parts_of(t) or _has_source_id(t, wanted) for t in rows["merged_from"].tolist()]]
    if not len(own):
        raise InputError(f"no {kind.row} '{wanted}': wanted an {kind.key} of these tables, or a source's own id")
    return own.iloc[0]


def _said_by(table: pd.DataFrame, own: str, kind: _Kind) -> list[dict[str, Any]]:
    """What the row of an id says, if it is in the table."""
    return said(pd.DataFrame(table).loc[table[kind.key] == own, [*kind.columns]].iloc[:1])


def _has_source_id(merged_from: str, wanted: str) -> bool:
    return any(isinstance(p, dict) and p.get("source_id") == wanted for p in json.loads(merged_from))


def _made_of(told: Sequence[dict[str, Any]], row: pd.Series, kind: _Kind) -> str:
    if len(told) < 2:
        return "one row of one source; not merged with any"
    counts = [None if pd.isna(row[c]) else row[c] for c in kind.counts]
    return f"{kind.whole.format(n=len(told))}; {kind.counted} {_counted(counts)}, an envelope and no sum"


def _part(part: dict[str, Any], kind: _Kind) -> list[str]:
    days = " to ".join(dict.fromkeys(str(part[k]) for k in ("date_start", "date_end") if k in part)) or "no date"
    counts = _counted([part.get(c) for c in kind.counts])
    name = f"{part.get('source', '')} {part.get('source_id', '')}".strip()
    lines = [f"  {name} ({id_of(part)}): {days}; {kind.said(part)}; {kind.counted} {counts}"]
    if part.get("quote"):
        lines.append(f'    "{part["quote"]}"')
    if part.get("why"):
        lines.append(f"    probability {part['why']}")
    if part.get("gives"):
        lines.append(f"    gives the merged {kind.row}: {', '.join(part['gives'])}")
    return lines


def _event_said(part: dict[str, Any]) -> str:
    parties = " - ".join(str(part[k]) for k in ("actor1", "actor2") if k in part)
    what = part.get("event_subtype") or part.get("event_type", "")
    return f"{part.get('toponym', 'no place named')}; {what}; {parties or 'no party named'}"


def _people_said(part: dict[str, Any]) -> str:
    ends = [
        next((str(part[f"{side}_{p}"]) for p in ("name", "toponym", "pcode") if f"{side}_{p}" in part), NOT_REPORTED)
        for side in SIDES
    ]
    return f"from {ends[0]} to {ends[1]}; series {part.get('series', 'without a name')}"


_EVENTS = _Kind(EVENTS.key, "event", "one happening told by {n} rows", "deaths", DEATHS, SAID, _event_said)
_PEOPLE = _Kind(
    DISPLACEMENT.key,
    "record",
    "one figure told by {n} records",
    "people",
    _PERSONS,
    (DISPLACEMENT.key, *SAID_OF_PEOPLE),
    _people_said,
)


def _counted(counts: Sequence[float | None]) -> str:
    known = [c for c in counts if c is not None]
    if not known:
        return "not stated"
    if min(known) == max(known):
        return f"{known[0]:,.0f}"
    best = f"{counts[1]:,.0f} " if counts[1] is not None else ""
    return f"{best}(lowest {min(known):,.0f}, highest {max(known):,.0f})"


def _ids(cell: str) -> list[str]:
    return [str(i) for i in json.loads(cell)]
