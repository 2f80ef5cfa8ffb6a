"""Places and the index of their names: which places a toponym may mean by its spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from geo.errors import Problem
from geo.gazetteer import matching
from geo.gazetteer.columns import column_of
from geo.gazetteer.compiled import key_hashes
from geo.gazetteer.matching import TIERS, Asked, Match, Sound
from geo.gazetteer.place import Candidate
from geo.gazetteer.places import Places, array_of
from geo.names import article_free, fold, parse_toponym


class Gazetteer(Places):
    """Places and the index of their names; made by ``load_gazetteer``, never changed afterwards.

    ``problems`` says what was wrong with the files it was read from.
    """

    def __init__(
        self, places: pa.Table, ids: pa.Table, names: pa.Table, keys: pa.Table, problems: pa.Table | None = None
    ) -> None:
        super().__init__(places, ids)
        self.problems = tuple(Problem(**row) for row in problems.to_pylist()) if problems is not None else ()
        self._name_texts, self._name_sounds, self._name_letters = (
            column_of(names.column(n)) for n in ("text", "sound", "letters")
        )
        self._name_rows = array_of(names, "row")
        self._name_forms = array_of(names, "form")
        self._quick_rows = self._name_rows.data
        self._quick_forms = self._name_forms.data
        self._hashes = array_of(keys, "hash")
        self._hash_names = array_of(keys, "name")
        self._sounds: dict[int, Sound] = {}
        self._entries: dict[int, tuple[int, str, str, int]] = {}

    def candidates(self, toponym: str) -> tuple[Candidate, ...]:
        """Places that a toponym may mean by its spelling alone, best first; generic words are ignored."""
        found = self.matches(toponym)
        if not found:
            parts = parse_toponym(toponym)
            found = [m for core in (parts.core, *parts.others) for m in self.matches(core)]
        if not found:
            found = matching.similar(self, Asked.of(parts.core))
        found = [m for m in found if m.whole]
        return tuple(Candidate(self.at(m.row), TIERS[m.tier], round(m.score, 3)) for m in matching.best_of(found))

    def matches(self, name: str) -> list[Match]:
        """Places whose whole name agrees in the tiers exact to skeleton, each in its best tier."""
        return [m for m in matching.matches(self, Asked.of(name)) if m.whole]

    # --- for the comparing of names ---

    def find(self, keys: Sequence[tuple[str, str]], allowed: np.ndarray | None = None) -> list[np.ndarray]:
        """For each key the numbers of the names that have it; ``allowed`` says for each row whether it may be meant."""
        wanted = key_hashes(keys)
        starts = self._hashes.searchsorted(wanted, "left").tolist()
        ends = self._hashes.searchsorted(wanted, "right").tolist()
        found = [self._hash_names[a:b] if a < b else _NO_NAMES for a, b in zip(starts, ends, strict=True)]
        return found if allowed is None else [self.among_allowed(names, allowed) for names in found]

    def among_allowed(self, names: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
        """Those of some names (by their numbers) whose places may be meant."""
        return names if allowed is None or not len(names) else names[allowed[self._name_rows[names]]]

    def spelled(self, names: Iterable[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """For each text the numbers of the names that are the same folded, and without their article; all at once."""
        known = {name: folded for name in names if (folded := fold(name))}
        keys = [key for folded in known.values() for key in (("f", folded), ("a", article_free(folded)))]
        found = self.find(keys) if keys else []
        return dict(zip(known, zip(found[::2], found[1::2], strict=True), strict=True))

    def rows_of_names(self, names: np.ndarray, allowed: np.ndarray | None = None) -> list[tuple[int, int]]:
        """Row and form (by its number in ``FORMS``) of each name of a place that may be meant."""
        rows, forms = self._quick_rows, self._quick_forms
        found = [(rows[name], forms[name]) for name in names.tolist()]
        return found if allowed is None else [entry for entry in found if allowed[entry[0]]]

    def sounds(self, names: np.ndarray) -> Iterator[tuple[int, Sound]]:
        """Each name with what it sounds like; a name that was asked for before is remembered."""
        known = self._sounds
        for name in names.tolist():
            if name not in known:
                known[name] = Sound.of(self._name_sounds[name] or "")
            yield name, known[name]

    def name_entry(self, name: int) -> tuple[int, str, str, int]:
        """Row, folded text, qualifying letters and form of a name."""
        if name not in self._entries:
            row, form = self._quick_rows[name], self._quick_forms[name]
            self._entries[name] = row, self._name_texts[name] or "", self._name_letters[name] or "", form
        return self._entries[name]

    def is_exact(self, row: int, plain: str) -> bool:
        """Whether a place bears this very name, to the letter."""
        if plain in (self._columns["name"][row], self._columns["name_ar"][row]):
            return True
        aliases = self._columns["aliases"][row]
        return bool(aliases) and plain in aliases.split(";")


_NO_NAMES = np.empty(0, dtype=np.int32)
