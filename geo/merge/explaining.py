"""Why a row was merged, or was not, in words; read from the table alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo.errors import InputError
from geo.merge.joining import DEATHS, parts_of, said

_COUNTED = "deaths"


def explain_merge(events: pd.DataFrame, event_id: str) -> list[str]:
    """Lines that tell what an event was made from, why, what each source said, and what may be the same.

    ``event_id`` may be that of any row that went into it, or a source's own id.

    Raises
    ------
    InputError
        No row has this id, or the table was never merged.
    """
    row = _row_of(events, event_id)
    if pd.isna(row["merged_from"]) and pd.isna(row["same_as"]):
        return [f"{row['event_id']}: stands alone; no other source tells of anything like it near in place and time"]
    told = json.loads(row["merged_from"]) if isinstance(row["merged_from"], str) else []
    lines = [f"{row['event_id']}: " + _made_of(told, row)]
    for part in told if len(told) > 1 else ():
        lines += _part(part)
    for other in json.loads(row["same_as"]) if isinstance(row["same_as"], str) else ():
        lines.append(f"  perhaps the same as {other['event_id']}, {other['chance']:.2f}: {other['why']}")
        lines += [f"  {line}" for part in _said_by(events, other["event_id"]) for line in _part(part)[:2]]
    if isinstance(row["toll_shared_with"], str):
        lines.append(
            f"  its deaths are a share of one toll, told also over: {', '.join(_ids(row['toll_shared_with']))}"
        )
    return lines


def _row_of(events: pd.DataFrame, event_id: str) -> pd.Series:
    own = events.loc[(events["event_id"] == event_id) | (events["source_id"] == event_id).fillna(value=False)]
    if not len(own):
        named = events["merged_from"].str.contains(json.dumps(event_id, ensure_ascii=False), regex=False, na=False)
        rows = events.loc[named]
        own = rows.loc[[event_id in parts_of(t) or _has_source_id(t, event_id) for t in rows["merged_from"].tolist()]]
    if not len(own):
        raise InputError(f"no event '{event_id}': wanted an event_id of these tables, or a source's own id")
    return own.iloc[0]


def _said_by(events: pd.DataFrame, event_id: str) -> list[dict[str, Any]]:
    """What the event of an id says, if it is in the table."""
    return said(events.loc[events["event_id"] == event_id].iloc[:1])


def _has_source_id(merged_from: str, wanted: str) -> bool:
    return any(isinstance(p, dict) and p.get("source_id") == wanted for p in json.loads(merged_from))


def _made_of(told: Sequence[dict[str, Any]], row: pd.Series) -> str:
    if len(told) < 2:
        return "one row of one source; not merged with any"
    counts = [None if pd.isna(row[c]) else int(row[c]) for c in DEATHS]
    return f"one happening told by {len(told)} rows; {_COUNTED} {_counted(counts)}, an envelope and no sum"


def _part(part: dict[str, Any]) -> list[str]:
    days = " to ".join(dict.fromkeys(str(part[k]) for k in ("date_start", "date_end") if k in part)) or "no date"
    counts = [part.get(c) for c in DEATHS]
    parties = " - ".join(str(part[k]) for k in ("actor1", "actor2") if k in part)
    kind = part.get("event_subtype") or part.get("event_type", "")
    name = f"{part.get('source', '')} {part.get('source_id', '')}".strip()
    said = (
        f"  {name} ({part['event_id']}): {days}; {part.get('toponym', 'no place named')}; {kind}; "
        f"{parties or 'no party named'}; {_COUNTED} {_counted(counts)}"
    )
    lines = [said]
    if part.get("quote"):
        lines.append(f'    "{part["quote"]}"')
    if part.get("why"):
        lines.append(f"    probability {part['why']}")
    if part.get("gives"):
        lines.append(f"    gives the merged event: {', '.join(part['gives'])}")
    return lines


def _counted(counts: Sequence[int | None]) -> str:
    known = [c for c in counts if c is not None]
    if not known:
        return "not stated"
    if min(known) == max(known):
        return str(known[0])
    best = f"{counts[1]} " if counts[1] is not None else ""
    return f"{best}(lowest {min(known)}, highest {max(known)})"


def _ids(cell: str) -> list[str]:
    return [str(i) for i in json.loads(cell)]
