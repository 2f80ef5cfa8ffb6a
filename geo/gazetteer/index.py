"""Places and the index of their names: which places a toponym may mean by its spelling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from geo.errors import Problem
from geo.gazetteer.compiled import frame, key_hash
from geo.gazetteer.place import Candidate, Place
from geo.names import article_free, deletions, fold, parse_toponym, skeleton, sounded
from geo.schema import PLACES, concat

TIERS = ("exact", "folded", "article-free", "skeleton", "edit distance")
_BASE = {"exact": 0.97, "folded": 0.95, "article-free": 0.92, "skeleton": 0.55, "edit distance": 0.35}


@dataclass(frozen=True, slots=True)
class Match:
    """Row of a place whose name agrees, in which tier, how well by ear (1: the same), and in how many consonants."""

    row: int
    tier: int
    likeness: float
    bones: int

    @property
    def score(self) -> float:
        base = _BASE[TIERS[self.tier]]
        return base if self.tier < TIERS.index("skeleton") else base + 0.4 * self.likeness**2


class Gazetteer:
    """Places and the index of their names; made by ``load_gazetteer``, never changed afterwards.

    ``problems`` says what was wrong with the files it was read from.
    """

    def __init__(self, places: pa.Table, names: pa.Table, keys: pa.Table, problems: pa.Table | None = None) -> None:
        self.problems = tuple(Problem(**row) for row in problems.to_pylist()) if problems is not None else ()
        self._table = places.combine_chunks()
        self._name_texts = names.column("text").combine_chunks()
        self._name_rows = _array(names, "row")
        self._hashes = _array(keys, "hash")
        self._hash_names = _array(keys, "name")
        self.longest_name = int(names.schema.metadata[b"longest"])
        self.longitude = _array(places, "longitude")
        self.latitude = _array(places, "latitude")

    def __len__(self) -> int:
        return self._table.num_rows

    @cached_property
    def places(self) -> pd.DataFrame:
        """All places as a PLACES table."""
        return concat([frame(self._table)], PLACES)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each place by its id, and by its ids elsewhere."""
        others = self.column("other_ids")
        known = {i: row for row, ids in enumerate(others) if ids for i in reversed(ids.split(";"))}
        return (
            known
            | {p: r for r, p in enumerate(self.column("pcode")) if p}
            | {i: row for row, i in enumerate(self.column("place_id"))}
        )

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return {}

    def column(self, name: str) -> list[Any]:
        """One column of the places as a plain list; None where empty."""
        if name not in self._columns:
            self._columns[name] = self._table.column(name).to_pylist()
        return self._columns[name]

    def place(self, place_id: str) -> Place:
        """The place with this id, here or in the gazetteer it came from; KeyError if there is none."""
        return self.at(self.rows[place_id])

    def at(self, row: int) -> Place:
        """The place in this row."""
        values = {c.name: self._table.column(c.name)[row].as_py() for c in PLACES.columns}
        for name in ("aliases", "other_ids"):
            values[name] = tuple(values[name].split(";")) if values[name] else ()
        for name, value in values.items():
            if value is None and name not in ("population", "radius_km"):
                values[name] = ""
        return Place(**values)

    def knows(self, name: str) -> bool:
        """Whether some place bears this name to the letter, folded, or without its article."""
        folded = fold(name)
        return bool(folded) and (self._has("f", folded) or self._has("a", article_free(folded)))

    def candidates(self, toponym: str) -> tuple[Candidate, ...]:
        """Places that a toponym may mean by its spelling alone, best first; generic words are ignored."""
        matches = self.matches(toponym)
        if not matches:
            parts = parse_toponym(toponym)
            matches = [m for core in (parts.core, *parts.others) for m in self.matches(core)]
        if not matches:
            matches = self.similar(parts.core)
        best: dict[int, Match] = {}
        for match in sorted(matches, key=lambda m: (-m.score, m.row)):
            best.setdefault(match.row, match)
        return tuple(Candidate(self.at(m.row), TIERS[m.tier], round(m.score, 3)) for m in best.values())

    def matches(self, name: str) -> list[Match]:
        """Places whose name agrees in the tiers exact to skeleton, each in its best tier."""
        folded = fold(name)
        if not folded:
            return []
        bones = skeleton(folded)
        heard, bare = _heard(folded), bones.partition("|")[0]
        found: dict[int, Match] = {}
        for key, tier in (("f", 1), ("a", 2)):
            for i in self._lookup(key, folded if tier == 1 else article_free(folded)):
                row = int(self._name_rows[i])
                if row not in found:
                    exact = tier == 1 and self._is_exact(row, name)
                    found[row] = Match(row, 0 if exact else tier, 1.0, len(bare))
        if len(bare) >= 2:
            for i in self._lookup("s", bones):
                row = int(self._name_rows[i])
                likeness = _likeness(heard, self._name_texts[i].as_py())
                if row not in found or (found[row].tier == 3 and found[row].likeness < likeness):
                    found[row] = Match(row, 3, likeness, len(bare))
        return list(found.values())

    def similar(self, name: str) -> list[Match]:
        """Places whose skeleton is within a bounded edit distance; for names that match nothing better."""
        folded = fold(name)
        bones = skeleton(folded).partition("|")[0]
        if len(bones) < 3:
            return []
        heard = _heard(folded)
        found: dict[int, Match] = {}
        for i in sorted({i for d in deletions(bones) for i in self._lookup("d", d)}):
            row, text = int(self._name_rows[i]), self._name_texts[i].as_py()
            other = skeleton(text).partition("|")[0]
            if Levenshtein.distance(bones, other, score_cutoff=_edits(bones, other)) > _edits(bones, other):
                continue
            likeness = _likeness(heard, text)
            if row not in found or found[row].likeness < likeness:
                found[row] = Match(row, 4, likeness, len(bones))
        return list(found.values())

    def _is_exact(self, row: int, name: str) -> bool:
        plain = " ".join(name.split())
        aliases = self.column("aliases")[row]
        return plain in (self.column("name")[row], self.column("name_ar")[row]) or bool(
            aliases and plain in aliases.split(";")
        )

    def _has(self, kind: str, key: str) -> bool:
        wanted = key_hash(kind, key)
        at = int(np.searchsorted(self._hashes, wanted))
        return at < len(self._hashes) and bool(self._hashes[at] == wanted)

    def _lookup(self, kind: str, key: str) -> list[int]:
        wanted = key_hash(kind, key)
        start = int(np.searchsorted(self._hashes, wanted, "left"))
        if start == len(self._hashes) or self._hashes[start] != wanted:
            return []
        end = int(np.searchsorted(self._hashes, wanted, "right"))
        return [int(i) for i in self._hash_names[start:end]]


def _array(table: pa.Table, column: str) -> np.ndarray:
    return table.column(column).combine_chunks().to_numpy(zero_copy_only=False)


def _edits(bones: str, other: str) -> int:
    return 1 if min(len(bones), len(other)) < 6 else 2


def _heard(folded: str) -> tuple[str, str]:
    """The sound of a name, and its letters if it is in Latin script."""
    return sounded(folded), article_free(folded) if folded.isascii() else ""


def _likeness(heard: tuple[str, str], text: str) -> float:
    """How alike two names sound, 0 to 1.

    In Latin script a little goes by the letters themselves: a scholar's "d" for a dotted "d" counts less than another
    vowel. Between scripts the vowel "a" does not count, for Arabic writes it only where it is long.
    """
    if heard[1] and text.isascii():
        by_ear, by_eye = fuzz.ratio(heard[0], sounded(text)), fuzz.ratio(heard[1], article_free(text))
        return float(0.75 * by_ear + 0.25 * by_eye) / 100
    return float(fuzz.ratio(heard[0].replace("a", ""), sounded(text).replace("a", ""))) / 100 * 0.95
