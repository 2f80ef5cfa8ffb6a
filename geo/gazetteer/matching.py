"""How well a toponym agrees with the names of a gazetteer: tiers of spelling, and likeness by ear and eye."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from geo.gazetteer.compiled import FORMS
from geo.names import ARABIC, Heard, article_free, coarse, deletions, fold, hear, partial, read_otherwise

if TYPE_CHECKING:
    from geo.gazetteer.index import Gazetteer

Allowed = np.ndarray | None
TIERS = ("exact", "folded", "article-free", "skeleton", "edit distance")
_BASE = (0.97, 0.95, 0.92, 0.55, 0.35)
_SOUND = TIERS.index("skeleton")
# Qualifiers of the name in the gazetteer against those asked for: none in both, the same, some missing, more, others.
Qualified = Literal["none", "same", "fewer", "more", "other"]


class Match(NamedTuple):
    """Row of a place whose name agrees: in which tier, and how well by ear and eye (1: the same).

    ``form`` is what the name in the gazetteer is (``FORMS``), ``asked`` the part of the toponym that was looked up: ""
    for all of it, else "ground", "tail" or "head". ``bones`` counts consonants, ``edits`` those that differ;
    ``ends`` is whether both end alike: in -iya, in another vowel, in a consonant.
    """

    row: int
    tier: int
    ear: float
    eye: float
    bones: int
    edits: int = 0
    cross: bool = False
    qualified: Qualified = "none"
    form: str = "name"
    asked: str = ""
    ends: bool = True

    @property
    def likeness(self) -> float:
        """Ear and eye in one figure, 0 to 1. Between scripts there is only the ear, and it is less sure."""
        return 0.95 * self.ear if self.cross else 0.75 * self.ear + 0.25 * self.eye

    @property
    def score(self) -> float:
        base = _BASE[self.tier]
        return base if self.tier < _SOUND else base + 0.4 * self.likeness**2

    @property
    def alike_qualified(self) -> bool:
        """Whether both names have the same qualifiers, or none."""
        return self.qualified in ("none", "same")

    @property
    def whole(self) -> bool:
        """Whether the whole toponym was compared with a whole name, of the same qualifiers."""
        return not self.asked and self.alike_qualified and self.form in ("name", "alias", "piece")


@dataclass(frozen=True, slots=True)
class Asked:
    """A toponym, or part of one, made ready to be compared."""

    name: str
    folded: str
    heard: Heard
    sound: str
    bones: str
    part: str = ""

    @classmethod
    def of(cls, name: str) -> Asked:
        return cls._read(name, fold(name))

    @classmethod
    def _read(cls, name: str, folded: str) -> Asked:
        heard = hear(folded)
        return cls(" ".join(name.split()), folded, heard, heard.sound, heard.bones)

    def otherwise(self) -> list[Asked]:
        """The same name read aloud in other ways that its writing allows."""
        return [self._read(self.name, folded) for folded in read_otherwise(self.name)]

    def parts(self) -> list[Asked]:
        """What is left of it without its word for the ground, its first or its last word."""
        rest = ((part, Heard("", words, self.heard.letters)) for part, words in partial(self.heard))
        return [Asked("", "", h, h.sound, h.bones, part) for part, h in rest if len(h.bones) > 1]


def matches(gazetteer: Gazetteer, asked: Asked, allowed: Allowed = None, by_ear: Allowed = None) -> list[Match]:
    """Places whose name agrees in the tiers exact to skeleton, each in its best tier; qualifiers may differ.

    ``allowed`` says for each row of the gazetteer whether it may be meant at all; so do the other functions here.
    ``by_ear`` says so of names that only sound alike.
    """
    if not asked.folded:
        return []
    keys = [("f", asked.folded), ("a", asked.heard.bare)]
    same, bare = gazetteer.find(keys)
    found = {m.row: m for m in _same_letters(gazetteer, asked.name, (same, bare), allowed, len(asked.bones))}
    for match in heard_alike(gazetteer, asked, allowed if by_ear is None else by_ear):
        if match.row not in found or found[match.row].tier == _SOUND:
            found[match.row] = match
    return list(found.values())


def heard_alike(gazetteer: Gazetteer, asked: Asked, allowed: Allowed = None) -> list[Match]:
    """Places whose skeleton is the same, each in the name that is most alike; qualifiers may differ."""
    if not asked.folded or not asked.bones:
        return []
    return _heard_alike(gazetteer, asked, gazetteer.find([("s", asked.bones)], allowed)[0], _SOUND)


def same_letters(
    gazetteer: Gazetteer, name: str, allowed: Allowed = None, spelled: Sequence[np.ndarray] | None = None
) -> list[Match]:
    """Places whose name agrees in the tiers exact to article-free, each in its best tier.

    ``spelled`` is what ``Gazetteer.spelled`` says of the name, if it is known.
    """
    if spelled is None:
        folded = fold(name)
        if not folded:
            return []
        spelled = tuple(gazetteer.find([("f", folded), ("a", article_free(folded))]))
    return _same_letters(gazetteer, " ".join(name.split()), spelled, allowed, 0)


def _same_letters(
    gazetteer: Gazetteer, plain: str, spelled: Sequence[np.ndarray], allowed: Allowed, bones: int
) -> list[Match]:
    found: dict[int, Match] = {}
    for tier, names in enumerate(spelled, 1):
        for row, form in gazetteer.rows_of_names(names, allowed) if len(names) else ():
            if row not in found:
                exact = tier == 1 and gazetteer.is_exact(row, plain)
                found[row] = Match(row, 0 if exact else tier, 1.0, 1.0, bones, form=FORMS[form])
    return list(found.values())


def similar(gazetteer: Gazetteer, asked: Asked, allowed: Allowed = None) -> list[Match]:
    """Places whose skeleton differs by one consonant (two in long names), or only in kinds of consonants."""
    bones = asked.bones
    if len(bones) < 2:
        return []
    keys = [("c", coarse(bones))]
    keys += [("d", d) for d in sorted(deletions(bones))] if len(bones) > 2 else []
    names = gazetteer.among_allowed(np.unique(np.concatenate(gazetteer.find(keys))), allowed)
    return _heard_alike(gazetteer, asked, names, _SOUND + 1)


def part_matches(gazetteer: Gazetteer, asked: Asked, allowed: Allowed = None) -> list[Match]:
    """Places of whose name the toponym is a part, or whose name is a part of the toponym."""
    if len(asked.bones) < 2:
        return []
    parts = asked.parts()
    keys = [("p", asked.bones)]
    for part in parts:
        keys += [("s", part.bones), ("p", part.bones)]
    mine, *theirs = gazetteer.find(keys, allowed)
    found = _heard_alike(gazetteer, asked, mine, _SOUND)
    for part, (whole, both) in zip(parts, zip(theirs[::2], theirs[1::2], strict=True), strict=True):
        found += _heard_alike(gazetteer, part, whole, _SOUND)
        # Two parts are compared only where both names lost no more than a word for the ground.
        if part.part == "ground":
            found += [m for m in _heard_alike(gazetteer, part, both, _SOUND) if m.form == "ground"]
    return found


class Sound(NamedTuple):
    """What a name sounds like: as it is, with one vowel for all, without "a", its consonants only, and its end."""

    sound: str
    level: str
    flat: str
    bones: str
    end: str

    @classmethod
    def of(cls, sound: str) -> Sound:
        level, flat, bones = sound.translate(_ONE_VOWEL), sound.replace("a", ""), sound.translate(_NO_VOWELS)
        return cls(sound, level, flat, bones, "ia" if _IYA.search(sound) else "a" if level.endswith("a") else "")


_ratio = fuzz.ratio
_UNLIKE = 60.0  # in per cent: names that sound less alike are never the same place (under 1 in 500 of those measured)
_ONE_VOWEL = str.maketrans("iu", "aa")
_NO_VOWELS = str.maketrans("", "", "aiu")
_IYA = re.compile(r"i[au]$")  # of relation: the people of, the land of


def _heard_alike(gazetteer: Gazetteer, asked: Asked, names: np.ndarray, tier: int) -> list[Match]:
    """Each place once, in the name that is most alike."""
    if not len(names):
        return []
    best: dict[int, Match] = {}
    mine = Sound.of(asked.sound)
    for name, heard in gazetteer.sounds(names):
        # Which short vowel a writer hears is the least reliable thing in a name: half of the weight is without it.
        alike = _ratio(mine.level, heard.level, score_cutoff=_UNLIKE)
        if not alike:
            continue
        edits = _edits(asked.bones, heard.bones)
        if edits is None or (tier > _SOUND and not edits):
            continue
        ear = (_ratio(mine.sound, heard.sound) + alike) / 2
        # Between scripts the vowel "a" does not count, for Arabic writes it only where it is long.
        plain = _ratio(mine.flat, heard.flat) if ear < 100 else ear
        if max(ear, plain) < _UNLIKE:
            continue
        ends = mine.end, heard.end
        match = _compared(asked, gazetteer.name_entry(name), tier, ear / 100, plain / 100, edits, ends)
        if match.ear * 100 >= _UNLIKE and (match.row not in best or _order(best[match.row]) < _order(match)):
            best[match.row] = match
    return list(best.values())


def _edits(bones: str, other: str) -> int | None:
    """How many consonants differ; None if too many and of other kinds."""
    if bones == other:
        return 0
    most = 1 if min(len(other), len(bones)) < 6 else 2
    edits = Levenshtein.distance(bones, other, score_cutoff=most)
    return None if edits > most and coarse(other) != coarse(bones) else edits


def _order(match: Match) -> tuple[bool, bool, bool, float]:
    return match.alike_qualified, not match.cross, match.form in ("name", "alias", "piece"), match.likeness


def _compared(
    asked: Asked,
    entry: tuple[int, str, str, int],
    tier: int,
    ear: float,
    plain: float,
    edits: int,
    ends: tuple[str, str],
) -> Match:
    """How one name in the gazetteer agrees; by the letters themselves only where both are in Latin script."""
    row, text, letters, form = entry
    cross = bool(text) and bool(asked.folded) and _script(text) != _script(asked.folded)
    if cross or not (asked.folded or text).isascii():
        ear = eye = plain
    else:
        eye = fuzz.ratio(asked.heard.bare, text) / 100 if text and asked.folded else ear
    qualified = _qualified(asked.heard.letters, letters)
    # Arabic writes -iya with letters that other words end in, too.
    alike = bool(ends[0]) == bool(ends[1]) if cross else ends[0] == ends[1]
    return Match(row, tier, ear, eye, len(asked.bones), edits, cross, qualified, FORMS[form], asked.part, alike)


def _script(folded: str) -> int:
    """Which of the scripts that sounds are known for."""
    return 0 if folded.isascii() else 1 if ARABIC.search(folded) else 2


def _qualified(asked: str, found: str) -> Qualified:
    if asked == found:
        return "same" if asked else "none"
    if set(asked) <= set(found):
        return "more"
    return "fewer" if set(found) <= set(asked) else "other"


def best_of(matches: Sequence[Match]) -> list[Match]:
    """Each place once, in its best match, best first."""
    best: dict[int, Match] = {}
    for match in sorted(matches, key=lambda m: (-m.score, m.row)):
        best.setdefault(match.row, match)
    return list(best.values())
