"""How the parties that two rows name go together: the same, of one side, or of two."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.merge.pairwise import by_distinct_pair
from geo.names import article_free, fold
from geo.theatre import Theatre

# Relations of two actors, and of two rows by the better of the two ways to pair their actors.
APART, UNKNOWN, ALLIED, SAME = range(4)
_LIST = re.compile(r"\s*[,;/]\s*|\s+(?:and|und|et|y)\s+")
_SHORT = re.compile(r"[A-Z][A-Za-z]{1,6}")
_UNARMED = frozenset({"civilians", "protesters", "rioters"})


@dataclass(frozen=True, slots=True)
class Party:
    """One text of an actor column: the names it stands for, their sides, whether they are unarmed."""

    names: frozenset[str]
    sides: frozenset[str]
    unarmed: bool
    vague: bool


def read_party(text: str, theatre: Theatre) -> Party:
    """The parties that a text names: the theatre's names where it knows them, else the names as given, folded.

    Coders list several ("A, B") and put a short name first ("ABC: Army of B C"); the initials of a name count as
    a name of it.
    """
    names: set[str] = set()
    sides: set[str] = set()
    kinds: set[str] = set()
    for part in _LIST.split(text):
        bare = re.split(r"\s*\(", part, maxsplit=1)[0]
        for piece in dict.fromkeys((part, bare, *(p.strip() for p in bare.split(":")))):
            actor = theatre.actor(piece) if piece else None
            if actor:
                sides |= {actor.side} - {""}
                kinds.add(actor.type)
            names |= _names_of(actor.name if actor else piece)
    words = fold(text).split()
    vague = kinds == {"unidentified"} or bool({"unidentified", "unknown"} & set(words))
    unarmed = (bool(kinds) and kinds <= _UNARMED) or words[:1] in ([k] for k in _UNARMED)
    return Party(frozenset(names - {""}), frozenset(sides), unarmed, vague)


def _names_of(name: str) -> set[str]:
    """A name without its article, and its initials, with and without the article."""
    folded = fold(name)
    if _SHORT.fullmatch(name) and sum(map(str.isupper, name)) > 1:
        return {f"={folded}"}
    free = article_free(folded)
    initials = {"".join(w[0] for w in words) for words in (folded.split(), free.split())}
    return {free, *(f"={i}" for i in initials if len(i) > 1)}


def relation(first: Party, second: Party) -> int:
    """How two actors go together: APART, UNKNOWN, ALLIED or SAME."""
    if first.vague or second.vague:
        return UNKNOWN
    if first.names & second.names:
        return SAME
    if first.unarmed != second.unarmed:
        return APART
    if not first.sides or not second.sides:
        return UNKNOWN
    return ALLIED if first.sides & second.sides else APART


class Parties:
    """The actors of a table's rows by number, and how the numbers of two rows go together."""

    def __init__(self, events: pd.DataFrame, theatre: Theatre) -> None:
        texts = pd.concat([events["actor1"], events["actor2"]]).fillna("")
        codes, names = pd.factorize(texts.to_numpy(dtype=object))
        self.actors = codes.reshape(2, -1)
        self.known = [read_party(str(n), theatre) if n else None for n in names]

    def compare(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The worse and the better relation of each pair of rows, actors paired as they fit best."""
        (a1, a2), (b1, b2) = self.actors[:, left], self.actors[:, right]
        straight = np.sort([self._relations(a1, b1), self._relations(a2, b2)], axis=0)
        crossed = np.sort([self._relations(a1, b2), self._relations(a2, b1)], axis=0)
        more = crossed.sum(axis=0) - straight.sum(axis=0)
        better = (more > 0) | ((more == 0) & (crossed[0] > straight[0]))
        return np.where(better, crossed[0], straight[0]), np.where(better, crossed[1], straight[1])

    def _relations(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return by_distinct_pair(left, right, self._relation)

    def _relation(self, left: int, right: int) -> int:
        first, second = self.known[left], self.known[right]
        return UNKNOWN if first is None or second is None else relation(first, second)
