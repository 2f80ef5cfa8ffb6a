"""What several event formats share: event types, actors, claims, precision."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd

from geo.codes import EVENT_TYPES, TYPE_OF_SUBTYPE, Precision, code_event
from geo.schema import mask
from geo.sources.draft import Draft
from geo.theatre import Theatre


def event_codes(draft: Draft, kind: str = "event_type", sub: str = "event_subtype") -> tuple[pd.Series, pd.Series]:
    """Event type and sub-type from the two text columns; a row whose type is not known is refused."""

    def coded(field: str, part: int) -> pd.Series:
        return draft.mapped(field, lambda text: (code_event(text) or (None, None))[part])

    types = coded(kind, 0).where(mask(draft.text(kind).notna()), coded(sub, 0))
    subs = coded(sub, 1).where(mask(draft.text(sub).notna()), coded(kind, 1))
    wanted = f"wanted one of: {', '.join(EVENT_TYPES)}, or a plain word such as airstrike, shelling, clash"
    draft.refuse(types.isna() & draft.text(kind).notna(), kind, f"is no event type that is known; {wanted}")
    draft.refuse(types.isna(), kind if kind in draft else sub, f"is empty or not known; {wanted}")
    strange = mask(draft.text(sub).notna()) & mask(subs.isna())
    draft.warn(strange, sub, "is no event sub-type that is known; kept as missing")
    clash = mask(subs.notna()) & mask(subs.map(TYPE_OF_SUBTYPE) != types)
    draft.warn(clash, sub, "does not belong to the event type; kept as missing")
    return types.astype("string"), subs.mask(clash).astype("string")


def actor_name(text: str, theatre: Theatre) -> str:
    """The theatre's name of an actor whose name or alias this is; else the text as given.

    Coders add years, units and short names to actors: 'ABC: Army of X (2000-) 4th Division'.
    """
    bare = re.split(r"\s*\(", text, maxsplit=1)[0]
    for name in (text, bare, *(part.strip() for part in bare.split(":"))):
        actor = theatre.actor(name) if name else None
        if actor:
            return actor.name
    return text


def actors(draft: Draft, theatre: Theatre) -> dict[str, pd.Series]:
    """Columns actor1, actor2 and, where a name was changed, evidence with the name as given."""
    names = {f: draft.mapped(f, lambda t: actor_name(t, theatre)).astype("string") for f in ("actor1", "actor2")}
    changed = {f: mask(names[f] != draft.text(f)) for f in names}
    found = {f: draft.text(f).where(changed[f]) for f in names}
    codes, pairs = pd.factorize(found["actor1"].fillna("") + "\x1f" + found["actor2"].fillna(""))
    words = np.array([_named(*str(pair).split("\x1f")) for pair in pairs], dtype=object)
    evidence = pd.Series(words[codes] if len(codes) else words, index=draft.raw.cells.index, dtype="string")
    return {**names, "evidence": evidence}


def _named(first: str, second: str, *_: str) -> str | None:
    given = [
        {"field": f, "start": None, "end": None, "text": t} for f, t in (("actor1", first), ("actor2", second)) if t
    ]
    return json.dumps(given, ensure_ascii=False) if given else None


def claims(draft: Draft, field: str = "attributed_to") -> np.ndarray:
    """'attributed' where the source names whose word it is, else 'asserted'."""
    return np.where(mask(draft.text(field).notna()), "attributed", "asserted")


def stated_precision(draft: Draft, field: str = "geo_precision") -> pd.Series:
    """Our own precision letters, as a table may state them."""
    return draft.chosen(field, [p.value for p in Precision])
