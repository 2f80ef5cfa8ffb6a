"""What several event formats share: event types, actors, claims, precision."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from geo.codes import EVENT_TYPES, TYPE_OF_SUBTYPE, Precision, code_event
from geo.schema import mask
from geo.sources.coded import joined_list, pairs_of, taken_text
from geo.sources.draft import Draft
from geo.theatre import Theatre


def event_codes(draft: Draft, kind: str = "event_type", sub: str = "event_subtype") -> tuple[pd.Series, pd.Series]:
    """Event type and sub-type from the two text columns; a row whose type is not known is refused."""
    first, second = (draft.coded_text(f) for f in (kind, sub))
    texts, number = pairs_of(first, second)
    found = [_type_and_subtype(*pair) for pair in texts]
    wanted = f"wanted one of: {', '.join(EVENT_TYPES)}, or a plain word such as airstrike, shelling, clash"
    unknown = np.array([t is None for t, _ in found], dtype=bool)
    named = np.array([bool(t) for t, _ in texts], dtype=bool)
    draft.refuse((unknown & named)[number], kind, f"is no event type that is known; {wanted}")
    draft.refuse(unknown[number], kind if kind in draft else sub, f"is empty or not known; {wanted}")
    known = [code_event(t) is not None for t in second.texts]
    draft.warn(second.where(not k for k in known), sub, "is no event sub-type that is known; kept as missing")
    clash = np.array([s is not None and TYPE_OF_SUBTYPE[s] != t for t, s in found], dtype=bool)
    draft.warn(clash[number], sub, "does not belong to the event type; kept as missing")
    subs = [None if wrong else s for (_, s), wrong in zip(found, clash, strict=True)]
    index = draft.raw.cells.index
    return taken_text([t for t, _ in found], number, index), taken_text(subs, number, index)


def _type_and_subtype(kind: str, sub: str) -> tuple[str | None, str | None]:
    """What a pair of words says; the one that is empty is taken from the other."""
    of_kind, of_sub = (code_event(t) or (None, None) for t in (kind, sub))
    return (of_kind if kind else of_sub)[0], (of_sub if sub else of_kind)[1]


def actor_names(theatre: Theatre) -> Callable[[str], str]:
    """The theatre's name of an actor by any of its names; a text that names none stays as given.

    Coders add years, units and short names to actors: 'ABC: Army of X (2000-) 4th Division'.
    """
    known: dict[str, str] = {}
    for actor in theatre.actors:
        for name in (actor.name, actor.name_ar, *actor.aliases):
            known.setdefault(name.casefold(), actor.name)

    def name_of(text: str) -> str:
        bare = re.split(r"\s*\(", text, maxsplit=1)[0]
        names = (text, bare, *(part.strip() for part in bare.split(":")))
        return next((known[n.casefold()] for n in names if n and n.casefold() in known), text)

    return name_of


def actors(draft: Draft, theatre: Theatre) -> dict[str, pd.Series]:
    """Columns actor1, actor2 and, where a name was changed, evidence with the name as given."""
    name_of = actor_names(theatre)
    first, second = (draft.coded_text(f) for f in ("actor1", "actor2"))
    names = {f: draft.words(f, name_of) for f in ("actor1", "actor2")}
    index = draft.raw.cells.index
    told = [
        taken_text([_fragment(f, t) if name_of(t) != t else None for t in c.texts], c.codes, index)
        for f, c in (("actor1", first), ("actor2", second))
    ]
    return {**names, "evidence": joined_list(*told)}


def _fragment(field: str, text: str) -> str:
    return json.dumps({"field": field, "start": None, "end": None, "text": text}, ensure_ascii=False)


def claims(draft: Draft, field: str = "attributed_to") -> pd.Series:
    """'attributed' where the source names whose word it is, else 'asserted'."""
    named = mask(draft.text(field).notna())
    return taken_text(["asserted", "attributed"], named.astype(np.int64), draft.raw.cells.index)


def stated_precision(draft: Draft, field: str = "geo_precision") -> pd.Series:
    """Our own precision letters, as a table may state them."""
    return draft.chosen(field, [p.value for p in Precision])
