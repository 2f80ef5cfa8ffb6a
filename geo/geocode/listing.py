"""The table that a person reviews: every distinct toponym with what was decided about it, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.codes import Precision
from geo.errors import Problem
from geo.geocode.decisions import KEY, MACHINE, REVIEW, Decision, Decisions, key_of
from geo.geocode.review import OWN_COORDINATES, ROUTE, UNIT
from geo.geocode.spots import Spot
from geo.geocode.statements import Said
from geo.schema import Column

LISTING = (
    Column("table", "text", "events, displacement origin or displacement destination"),
    Column("toponym", "text", "place name as it stands in the source, in its most frequent spelling"),
    Column("stated_country", "text", "country as the source states it"),
    Column("stated_admin1", "text", "first division as the source states it"),
    Column("stated_admin2", "text", "second division as the source states it"),
    Column("stated_admin3", "text", "third division as the source states it"),
    Column("given", "text", "what the rows give beside the name: a p-code, or coordinates"),
    Column("decision", "text", "where it was put; edit this one"),
    Column("decided_by", "text", "machine, or who decided: review, or a name that you write"),
    Column("machine_decision", "text", "what the machine alone decides; an edited decision differs from it"),
    Column("place_name", "text", "name of the place or unit in the gazetteer"),
    Column("longitude", "number", "of the point, or of a point inside the unit"),
    Column("latitude", "number", "of the point, or of a point inside the unit"),
    Column("geo_precision", "text", "our scale A-G, X"),
    Column("geo_method", "text", "how the place was found"),
    Column("geo_score", "number", "probability that the place is right; 1 where a person decided"),
    Column("geo_reason", "text", "why this place, or why none, in words"),
    Column("runners_up", "text", "the next candidates: id, name and score of the spelling, separated by ';'"),
    Column("rows", "integer", "rows that this line is about; 0: a decision kept for later"),
    Column("seen_in", "text", "file and line of the first of them"),
)
COLUMNS = tuple(c.name for c in LISTING)
_DEGREE_DIGITS, _SCORE_DIGITS = 5, 4  # a metre; no score is surer than that


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where one statement was put: by the machine, and finally, by the decision of a person if there is one.

    ``refused`` says why the decision was not used.
    """

    spot: Spot
    machine: Spot
    decision: Decision | None = None
    refused: str = ""

    @property
    def reviewed(self) -> bool:
        return self.decision is not None and not self.refused

    @property
    def text(self) -> str:
        return self.decision.text if self.decision else decision_of(self.machine)

    @property
    def by(self) -> str:
        if self.decision is None:
            return REVIEW if self.spot.method == REVIEW else MACHINE
        return self.decision.by if self.decision.by.casefold() not in ("", MACHINE) else REVIEW

    @property
    def reason(self) -> str:
        return f"{self.spot.reason}; {self.refused}" if self.refused else self.spot.reason


def decision_of(spot: Spot) -> str:
    """A spot in the words of the column ``decision``."""
    if spot.precision in (None, Precision.WITHHELD):
        return ""
    if spot.method == "source":
        return OWN_COORDINATES
    if spot.method == "route":
        return ROUTE
    if spot.unit:
        return f"{UNIT}{spot.unit}"
    return spot.place.place_id if spot.place else ""


def keys(table: str, said: Said, given: Sequence[Any]) -> list[tuple[str, ...]]:
    """The texts of KEY for each statement; ``given`` are the usable coordinates."""
    first = said.first
    columns = (first[c].tolist() for c in ("toponym", "country", "told1", "told2", "told3"))
    beside = [OWN_COORDINATES if point else code for point, code in zip(given, first["pcode"].tolist(), strict=True)]
    return [(table, *texts) for texts in zip(*columns, beside, strict=True)]


def list_places(
    table: pd.DataFrame, said: Said, names: Sequence[tuple[str, ...]], verdicts: Sequence[Verdict]
) -> pd.DataFrame:
    """One line for each distinct toponym, its spellings folded, with the decision that most of its rows have."""
    counts = np.bincount(said.number, minlength=len(verdicts)).tolist()
    seen = _first_seen(table, said.number, len(verdicts))
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, name in enumerate(names):
        groups.setdefault(key_of(name), []).append(i)
    lines = [_line(members, names, verdicts, counts, seen) for members in groups.values()]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _first_seen(table: pd.DataFrame, number: np.ndarray, count: int) -> list[tuple[str, int]]:
    """File and line of the first row of each statement, by name of file and line."""
    seen: list[tuple[str, int]] = [("", 0)] * count
    if not count:
        return seen
    files, names = pd.factorize(table["source_file"].fillna(""), sort=True)
    lines = table["source_row"].to_numpy(dtype=float, na_value=0.0)
    order = np.lexsort((lines, files))
    _, at = np.unique(number[order], return_index=True)
    for i in order[at]:
        seen[number[i]] = (str(names[files[i]]), int(lines[i]))
    return seen


def _line(
    members: list[int],
    names: Sequence[tuple[str, ...]],
    verdicts: Sequence[Verdict],
    counts: Sequence[int],
    seen: Sequence[tuple[str, int]],
) -> tuple[Any, ...]:
    rows = sum(counts[i] for i in members)
    by_text = _weighed((verdicts[i].text, counts[i]) for i in members)
    text, most = by_text[0]
    said = _weighed((names[i], counts[i]) for i in members)[0][0]
    like = [i for i in members if verdicts[i].text == text]
    best = verdicts[min(like, key=lambda i: (-counts[i], names[i], _rank(verdicts[i].spot)))]
    others = ", ".join(f"{other or 'no place'} ({n})" for other, n in by_text[1:5])
    reason = f"{best.reason}; so {most} of {rows} rows, the others: {others}" if others else best.reason
    spot = best.spot
    x, y = (round(c, _DEGREE_DIGITS) for c in spot.point) if spot.point else (None, None)
    score = None if spot.score is None else round(spot.score, _SCORE_DIGITS)
    file, line = min(seen[i] for i in members)
    return (
        *said, text, best.by, decision_of(best.machine), spot.name, x, y,
        spot.precision.value if spot.precision else "", spot.method or "", score, reason,
        spot.runners_up or best.machine.runners_up, rows, f"{file}:{line}" if line else file,
    )  # fmt: skip


def _rank(spot: Spot) -> tuple[str, str, str]:
    """An order among spots that does not depend on that of the rows."""
    return spot.precision or "", spot.method or "", spot.reason


def _weighed(pairs: Iterable[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """Distinct values with their weight, the heaviest first, then by the alphabet."""
    weights: dict[Any, int] = {}
    for value, weight in pairs:
        weights[value] = weights.get(value, 0) + weight
    return sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))


def join_listings(listings: Sequence[pd.DataFrame], decisions: Decisions) -> tuple[pd.DataFrame, list[Problem]]:
    """All lines in one order, with those decisions that no row uses, kept for later; and a warning for each new one.

    The order depends on the toponyms alone, so that two runs can be compared line by line.
    """
    filled = [t for t in listings if len(t)]
    joined = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(COLUMNS))
    used = _used(joined, decisions)
    unused = [d for d in decisions.lines if d not in used]
    lines = [*joined.itertuples(index=False, name=None), *(_kept(d, decisions.refused) for d in unused)]
    whole = pd.DataFrame(sorted(lines, key=_order), columns=list(COLUMNS))
    problems = [
        d.problem("stands in no row of this input; the decision is kept", column="toponym", value=d.said[1])
        for d in unused
        if d not in decisions.refused and not d.absent
    ]
    return whole, problems


def _order(line: tuple[Any, ...]) -> tuple[Any, ...]:
    said = tuple(str(text) for text in line[: len(KEY)])
    decision, by = (str(line[COLUMNS.index(name)]) for name in ("decision", "decided_by"))
    return said[0], key_of(said), said, by, decision


def _used(joined: pd.DataFrame, decisions: Decisions) -> set[Decision]:
    if not decisions.lines:
        return set()
    names = zip(*(joined[c].tolist() for c in KEY), strict=True)
    found = (decisions.of(n[0], n[1], *n[3:6], country=n[2], given=n[6]) for n in names)
    return {d for d in found if d is not None}


def _kept(decision: Decision, refused: Mapping[Decision, str]) -> tuple[Any, ...]:
    by = decision.by if decision.by.casefold() not in ("", MACHINE) else REVIEW
    reason = refused.get(decision, "stands in no row of this input")
    blank = dict.fromkeys(COLUMNS, "") | {"longitude": None, "latitude": None, "geo_score": None}
    line = blank | dict(zip(KEY, decision.said, strict=True))
    return tuple((line | {"decision": decision.text, "decided_by": by, "geo_reason": reason, "rows": 0}).values())
