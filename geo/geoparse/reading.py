"""What one run of capitalised words tells by itself: its possible places, the people in it, the nations it names.

It is the same wherever the run stands, so it is read once and remembered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from geo.geoparse.atlas import Atlas, Name, any_inside
from geo.geoparse.language import Language
from geo.geoparse.runs import PLAIN, Cutter, Piece, Run
from geo.geoparse.spans import Mention
from geo.names import fold

_REMEMBERED = 20_000  # runs; more than that are forgotten together


@dataclass(frozen=True, slots=True)
class Reading:
    """Possible places with the evidence inside the run; family names of people (lower case); countries of demonyms."""

    mentions: tuple[Mention, ...]
    people: tuple[str, ...]
    nations: tuple[str, ...]


class Reader:
    """Reads runs; remembers what each told."""

    def __init__(self, atlas: Atlas, language: Language, countries: Iterable[str] = ()) -> None:
        self.atlas, self.language, self.countries = atlas, language, frozenset(countries)
        self.cutter = Cutter(atlas, language, self.countries)
        self._read: dict[str, Reading | None] = {}

    def readings(self, text: str) -> Iterator[tuple[int, Reading]]:
        """Where each run of a text begins that tells something, and what it tells."""
        found = [(m.start(), m[0]) for m in self.cutter.run.finditer(text)]
        if len(self._read) > _REMEMBERED:
            self._read.clear()
        fresh = dict.fromkeys(words for _, words in found if words not in self._read)
        for run in self.cutter.runs(fresh):
            self._read[run.text] = self._reading(run)
        for start, words in found:
            reading = self._read[words]
            if reading is not None:
                yield start, reading

    def is_own(self, name: Name) -> bool:
        """Whether some place of the name lies in the countries of the theatre."""
        return bool(self.countries) and any(s.country in self.countries for s in name.senses)

    def _reading(self, run: Run) -> Reading | None:
        mentions = tuple(self._mentions(run))
        people = tuple(self._people(run))
        demonyms = self.language.demonyms
        nations = tuple(demonyms[t.lower] for t in run.tokens if "demonym" in t.kinds)
        return Reading(mentions, people, nations) if mentions or people or nations else None

    # ------------------------------------------------------------ people

    def _people(self, run: Run) -> Iterator[str]:
        """Last words of the names of people: after a title, or after a given name that begins no place's name."""
        tokens = run.tokens
        at = 0
        while at < len(tokens):
            titled = "title" in tokens[at].kinds
            last = at
            if titled or "given" in tokens[at].kinds:
                while last + 1 < len(tokens) and last - at < 4 and not tokens[last].possessive:
                    following = tokens[last + 1]
                    joined = "small" not in following.kinds or following.lower in self.language.words["kin"]
                    if following.kinds & _NO_PERSON or not joined:
                        break
                    last += 1
            if last > at and "small" not in tokens[last].kinds and (titled or not _known(run, at, last)):
                yield tokens[last].lower
            at = last + 1

    # ------------------------------------------------------------ places

    def _mentions(self, run: Run) -> Iterator[Mention]:
        parted: set[int] = set()  # known names that seem to be parts of longer ones
        for number, piece in enumerate(run.pieces):
            if piece.kind in ("name", "unit"):
                mention = _mention(run, piece.first, piece.last, piece)
                self._weigh_name(mention, piece, run)
                self._weigh_neighbours(run, number, mention.traits)
                if not _PARTED.isdisjoint(mention.traits):
                    parted.add(number)
                yield mention
        for stretch in self._stretches(run, parted):
            yield from self._unlisted(run, stretch)

    def _stretches(self, run: Run, parted: Collection[int]) -> Iterator[Sequence[Piece]]:
        """Pieces side by side that may be a name which no gazetteer holds, with no title or body at their side."""
        stretch: list[Piece] = []
        taken = False  # by a title or a body, up to a word that says where: "the Council in X"
        for number, piece in enumerate(run.pieces):
            if taken:
                taken = piece.kind != "small" or run.tokens[piece.first].lower not in _WHERE
                continue
            joins = piece.kind == "small" and run.tokens[piece.first].lower in self.language.words["kin"]
            joins = joins or (piece.kind == "title" and self._ends_name(run, number))  # "Hill of the Sheikh"
            if piece.kind == "word" or number in parted or (joins and stretch):
                stretch.append(piece)
                if not run.tokens[piece.last].possessive:
                    continue
            elif piece.kind in _NO_NEIGHBOUR:
                stretch = []
            yield stretch
            stretch = []
            taken = piece.kind in _TAKES_WHAT_FOLLOWS
        yield stretch

    def _ends_name(self, run: Run, number: int) -> bool:
        """Whether no further name follows a piece."""
        following = run.pieces[number + 1 : number + 2]
        return not following or (
            following[0].kind == "small" and run.tokens[following[0].first].lower not in self.language.words["kin"]
        )

    def _unlisted(self, run: Run, stretch: Sequence[Piece]) -> Iterator[Mention]:
        """A name that no gazetteer holds: a place only where the sentence wants one."""
        if not 0 < len(stretch) <= _UNLISTED or all(p.kind == "name" for p in stretch) or stretch[-1].kind == "small":
            return
        if run.tokens[stretch[-1].last].lower in self.language.words["articles"]:
            return
        mention = _mention(run, stretch[0].first, stretch[-1].last)
        first = run.tokens[stretch[0].first]
        kin = mention.words > 1 and first.lower in self.language.words["kin"]  # "Abu X"
        kinds = first.kinds - {"given"} if kin else first.kinds
        plain = mention.words == 1 and mention.key in self.language.ordinary
        if (
            len(mention.text) > 2
            and _DIGITS.isdisjoint(mention.text)
            and not (mention.text.isupper() or kinds or plain)
        ):
            mention.traits["unlisted"] = -3.1
            yield mention

    def _weigh_name(self, mention: Mention, piece: Piece, run: Run) -> None:
        """What the name itself says: how large the places are that bear it, and what else it may be."""
        traits, name = mention.traits, piece.name
        traits["any name"] = -0.5
        if name is None:
            traits["unlisted feature"] = 1.0 if piece.hint in UNITS or piece.hint in _SHAPES else -1.0
            return
        if "country" in name.kinds or ("region" in name.kinds and name.weight > 7):
            traits["country"] = 3.0
        elif "division" in name.kinds:
            traits["division"] = 2.5
        else:
            traits["size"] = min(2.5, 0.75 * (name.weight - 4.0))
        if not mention.great and self.is_own(name):
            traits["of the theatre"] = _THEATRE
        if piece.hint in UNITS:
            traits["unit"] = 3.0
        if mention.words == 1:
            self._weigh_word(mention, run.tokens[piece.first].kinds)
            return
        traits["several words"] = 1.5
        words = [t.lower for t in run.tokens[piece.first : piece.last + 1]]
        if all(w in self.language.ordinary for w in words):
            traits["ordinary words"] = -1.5
            if "size" in traits:  # what only translates the name of a great town rarely means it
                traits["size"] = min(2.5, 0.75 * (name.own_weight - 4.0))
        given = "given" in run.tokens[piece.first].kinds and len(words) == 2 and not piece.hint and not mention.great
        if given and (words[1] in self.language.surnames or not run.tokens[piece.last].kinds):
            traits["a person's full name"] = -1.5

    def _weigh_word(self, mention: Mention, kinds: frozenset[str]) -> None:
        traits, great = mention.traits, mention.great
        word = mention.text
        lower = fold(word)
        if "cut" in kinds:
            traits["a small word"] = _SMALL_WORD
        if lower in self.language.ordinary:
            traits["ordinary"] = -1.0 if great else -2.5
        if lower in self.language.words["firms"]:
            traits["a firm's name"] = -2.7
        if "given" in kinds:
            traits["given name"] = -0.5 if "country" in traits else -1.2
        if lower in self.language.surnames:
            traits["family name"] = -0.3 if great else -1.0
        letters = len(word) - word.count(".")
        if word.isupper() and letters < 6 and not great:
            traits["abbreviation"] = -4.0
        elif letters <= 3 and not great:
            traits["short"] = -1.0
        elif letters <= 2 and not word.isupper():
            traits["short"] = -6.0

    # ------------------------------------------------------------ capitalised words beside it

    def _weigh_neighbours(self, run: Run, number: int, traits: dict[str, float]) -> None:
        """Whether it is a part of a longer name: of a person, a body, a work."""
        pieces, tokens = run.pieces, run.tokens
        piece = pieces[number]
        after = pieces[number + 1] if number + 1 < len(pieces) else None
        if after is not None and not tokens[piece.last].possessive:
            gap = run.between(piece.last, after.first)
            if gap in _SPACES or "\n" in gap:
                self._weigh_after(run, piece, _past_ways(pieces, number + 1), traits)
        while number and pieces[number - 1].kind == "way":
            number -= 1
        before = pieces[number - 1] if number else None
        if before is None:
            return
        if before.kind == "small":
            if number > 1:
                self._weigh_joined(run, pieces[number - 2], tokens[before.last].lower, traits)
        elif not tokens[before.last].possessive:
            gap = run.between(before.last, pieces[number].first)
            if gap in (*_SPACES, ". ") or "\n" in gap:
                self._weigh_before(before, piece, traits)

    def _weigh_after(self, run: Run, piece: Piece, after: Piece, traits: dict[str, float]) -> None:
        if after.kind == "body":
            # "U.S. Army": an abbreviation is a word of its own before a body; a full name is part of the body's.
            short = run.text[run.tokens[piece.first].start : run.tokens[piece.last].end].isupper()
            traits["part of a body"] = -1.5 if short and traits.get("country") else -5.0
        elif after.kind == "word":
            traits["name after"] = -5.5 if "given name" in traits else -3.5
        elif after.kind == "name":
            people = "given" in run.tokens[piece.last].kinds and "given" in run.tokens[after.first].kinds
            if people or not any_inside(piece.name, after.name):
                traits["name after"] = -3.5
        elif after.kind == "unit":
            traits["name after"] = -2.0
        elif after.kind == "feature":
            traits["feature after"] = -1.5
            if run.tokens[after.first].lower == "state":  # a university, where no list has a state of the name
                traits["part of a body"] = -3.5

    @staticmethod
    def _weigh_before(before: Piece, piece: Piece, traits: dict[str, float]) -> None:
        if before.kind in _BEFORE:
            traits[f"{before.kind} before"] = _BEFORE[before.kind]
        elif before.kind == "name" and not any_inside(before.name, piece.name):
            traits["name before"] = -3.0

    def _weigh_joined(self, run: Run, head: Piece, joiner: str, traits: dict[str, float]) -> None:
        """What stands before a small word: "University of X", "Mayor of X", "Abu bin X"."""
        last = run.tokens[head.last]
        if joiner == "of":
            if last.lower in _NOBLES:
                traits["of a family"] = -5.0
            elif last.lower in _EVENTS or ("body" in last.kinds and last.lower not in self.language.words["heads"]):
                traits["of a body"] = -9.0
            elif head.kind == "word":
                traits["of a name"] = -0.8
            else:
                traits["of a unit"] = 1.0
        elif joiner in self.language.words["kin"] and not last.possessive and head.kind in ("word", "name"):
            traits["of a family"] = -3.0


def _mention(run: Run, first: int, last: int, piece: Piece | None = None) -> Mention:
    start, end = run.tokens[first].start, run.tokens[last].end
    text, name = run.text[start:end], piece.name if piece else None
    key = name.folded if name else fold(text)
    hint = piece.hint if piece else ""
    return Mention(start, end, text, name, key, last - first + 1, hint, possessive=run.tokens[last].possessive)


def _past_ways(pieces: Sequence[Piece], number: int) -> Piece:
    """The piece of a number, or the body behind other words: "Rural Fire Service", "Morning Post"."""
    last = number
    while pieces[last].kind in ("way", "word", "feature") and last + 1 < len(pieces):
        last += 1
    return pieces[last if pieces[last].kind == "body" else number]


def _known(run: Run, first: int, last: int) -> bool:
    return any(p.kind == "name" and p.first <= first and p.last >= last for p in run.pieces)


UNITS = frozenset(
    {"county", "parish", "province", "state", "district", "region", "governorate", "prefecture", "municipality"}
    | {"township", "borough", "city", "oblast", "krai", "territory", "counties", "provinces"}
)
_PARTED = frozenset({"name after", "name before", "word before"})
_DIGITS = frozenset("0123456789")
_NO_NEIGHBOUR = frozenset({"body", "feature"})
_TAKES_WHAT_FOLLOWS = frozenset({"title", "demonym", "body"})
_WHERE = frozenset({"in", "near", "on"})
_UNLISTED = 4  # pieces of the longest name that no gazetteer holds
_SMALL_WORD, CAPITAL = -9.0, 3.0  # of a name that is a small word too: unless a word before it wants a place
_THEATRE = 2.0  # brings a village that nothing speaks against just above the bar
_SHAPES = frozenset(
    {"island", "islands", "lake", "river", "creek", "bay", "gulf", "sea", "ocean", "strait", "mountains", "mount", "mt"}
    | {"valley", "canyon", "desert", "peninsula", "village", "rivers", "fort"}
)
_BEFORE = {"title": -5.0, "word": -3.5, "body": -4.5, "feature": -1.0}
_EVENTS = frozenset({"battle", "siege"})
_NOBLES = frozenset({"duke", "duchess", "earl", "prince", "princess", "baron", "baroness", "countess", "marquess"})
_NO_PERSON = PLAIN - {"small", "initial", "way"}
_SPACES = (" ", "\u00a0")
