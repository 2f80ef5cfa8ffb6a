"""What may still be told about a run whose places are withheld: sentences, problems, decisions, refused rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import pandas as pd

from geo.care.hiding import Names
from geo.care.publishing import Cared
from geo.errors import Problem, RefusedRow
from geo.schema import Credit

_NOT_TOLD = "is not told here: it may name a place that is withheld; run without --coarsen, --min-count and --withhold"
_UNNAMED = "a source whose name is withheld"

_NO_FINER = {
    "admin1": ("governorate or province", "المحافظة"),
    "admin2": ("district", "المنطقة"),
    "admin3": ("sub-district", "الناحية"),
    "h3": ("cells of a grid", "خلايا شبكة"),
}


def care_sentence(cared: Cared) -> dict[str, str]:
    """What was done for care, in a line for readers, by language; empty if nothing was.

    >>> care_sentence(Cared(events, displacement, {"events": {"withheld by list": 12}}, Care("admin2")))["en"]
    'Places are shown no finer than district; the places of 12 rows are withheld.'
    """
    english, arabic = [], []
    if cared.care.coarsen:
        unit, unit_ar = _NO_FINER[cared.care.coarsen.partition(":")[0]]
        english.append(f"Places are shown no finer than {unit}")
        arabic.append(f"لا تُعرض الأماكن بأدق من مستوى {unit_ar}")
    rows = sum(n for counts in cared.account.values() for what, n in counts.items() if what.startswith("withheld"))
    if rows:
        whose = "the place of 1 row is" if rows == 1 else f"the places of {rows:,} rows are"
        english.append(f"{whose} withheld")
        arabic.append(f"حُجبت أماكن عدد من السجلات ({rows:,})")
    features = cared.account.get("context", {}).get("left out", 0)
    if features:
        english.append(f"{features:,} map feature{'s' if features > 1 else ''} left out")
        arabic.append(f"لم تُعرض معالم من الخريطة ({features:,})")
    if not english:
        return {}
    sentence = "; ".join(english)
    return {"en": f"{sentence[0].upper()}{sentence[1:]}.", "ar": f"{'؛ '.join(arabic)}."}


def with_sentence(disclaimer: Mapping[str, str], sentence: Mapping[str, str]) -> dict[str, str]:
    """A disclaimer with a sentence after it, in each language that has both."""
    return {language: f"{text} {sentence.get(language, '')}".strip() for language, text in disclaimer.items()}


def careful_problems(problems: Iterable[Problem], cared: Cared) -> tuple[tuple[Problem, ...], int]:
    """As many problems; value and message are blank where they may name a hidden place; and how many are.

    A problem is blank if its row was touched, if it was refused and so never looked at, if it names a place of a
    touched row, and, with a coarsening, whenever it is about a row at all.
    """
    if not cared.care.asked:
        return tuple(problems), 0
    names = Names(cared.hidden)
    told = [_blank(p) if _may_tell(p, cared, names) else p for p in problems]
    return tuple(told), sum(p.message == _NOT_TOLD for p in told)


def _may_tell(problem: Problem, cared: Cared, names: Names) -> bool:
    if problem.row is not None:
        if cared.care.coarsen or problem.severity == "error" or (problem.source, problem.row) in cared.rows:
            return True
        if cared.care.withhold.entries and problem.source == cared.care.withhold.file:
            return True
    return names.stand_in(problem.value) or names.stand_in(problem.message)


def _blank(problem: Problem) -> Problem:
    return dataclasses.replace(problem, value=None, message=_NOT_TOLD)


def careful_decisions(decisions: pd.DataFrame, cared: Cared) -> tuple[pd.DataFrame, int]:
    """The decisions on places that name no hidden place, and how many lines are left out: all with a coarsening."""
    if not cared.care.asked:
        return decisions, 0
    if cared.care.coarsen:
        return decisions.iloc[:0], len(decisions)
    names = Names(cared.hidden)
    tells = [any(names.stand_in(cell) for cell in row) for row in decisions.itertuples(index=False, name=None)]
    kept = decisions.loc[[not t for t in tells]].reset_index(drop=True)
    return kept, len(decisions) - len(kept)


def careful_refused(refused: Iterable[RefusedRow], cared: Cared) -> tuple[tuple[RefusedRow, ...], int]:
    """As many refused rows, without their cells if care is asked: nobody has looked where they are."""
    rows = tuple(refused)
    if not cared.care.asked:
        return rows, 0
    return tuple(dataclasses.replace(row, cells="{}") for row in rows), len(rows)


def careful_credits(sources: Iterable[Credit], cared: Cared) -> tuple[Credit, ...]:
    """Credits without the titles and addresses that name a hidden place, as a report's title may."""
    if not cared.care.asked:
        return tuple(sources)
    names = Names(cared.hidden)
    return tuple(
        dataclasses.replace(c, source=_UNNAMED if names.stand_in(c.source) else c.source, url="")
        if names.stand_in(c.source) or names.stand_in(c.url)
        else c
        for c in sources
    )
