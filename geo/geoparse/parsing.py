"""The geoparser: text in, place names with their places out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from geo.codes import Precision
from geo.gazetteer import Gazetteer, load_gazetteer
from geo.geoparse.atlas import REMEMBERED, Atlas, Sense
from geo.geoparse.gathering import NOWHERE
from geo.geoparse.language import load_language
from geo.geoparse.recognise import Names, Recogniser
from geo.geoparse.resolve import Scene, gather, resolve_mentions
from geo.geoparse.spans import Mention, apart
from geo.geoparse.vicinity import settle_by_neighbours
from geo.names import fold
from geo.theatre import Theatre, load_theatre

Bounds = tuple[int, int]
FindSpans = Callable[[str], Sequence[Bounds]]


class Span(NamedTuple):
    """A place name of a text: code-point offsets, the words, and the place they mean.

    ``place_id`` is "" where the gazetteer has no such place. The coordinates are then, with the precision of a loose
    area, the middle of the neighbourhood where the names of the text gather, or those of the place beside which the
    text names it, or None. ``precision`` says how much of the place the name tells (a town, a division, a country);
    ``score`` how sure the choice among namesakes is, 0 to 1. ``use`` is "place", or "metonym" where the name stands for
    a government or a party.
    """

    start: int
    end: int
    text: str
    place_id: str
    name: str
    latitude: float | None
    longitude: float | None
    precision: Precision | None
    score: float | None
    use: str


class Geoparser:
    """Reads texts against one gazetteer; the countries of a theatre speak for their places.

    ``home`` is where the texts are written (longitude, latitude): of namesakes the near one is likelier. ``find_spans``
    takes the place of the recognition by rules: it gives the bounds of the place names of a text.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        theatre: Theatre,
        *,
        home: tuple[float, float] | None = None,
        find_spans: FindSpans | None = None,
    ) -> None:
        self.gazetteer, self.theatre = gazetteer, theatre
        self._home = (home,) if home else ()
        self._atlas = Atlas(gazetteer)
        self._recogniser = Recogniser(self._atlas, load_language(), countries=theatre.countries)
        self._find_spans = find_spans
        self._ids, self._names = gazetteer.column("place_id"), gazetteer.column("name")
        self._places: dict[int, tuple[str, str, float, float, Precision]] = {}

    def parse(self, text: str) -> list[Span]:
        """The place names of a text in order, none inside another."""
        if self._find_spans is not None:
            return self.resolve(text, self._find_spans(text))
        names = self._recogniser.names(text)
        return self._spans(names.places(), names, names.doubtful())

    def resolve(self, text: str, bounds: Sequence[Bounds]) -> list[Span]:
        """The places that given spans of a text mean; one for each."""
        names = self._recogniser.names(text)
        found = {(m.start, m.end): m for m in names.mentions}
        return self._spans([found.get(span) or self._given(text, span) for span in bounds], names)

    def _spans(self, mentions: list[Mention], names: Names, doubtful: Iterable[Mention] = ()) -> list[Span]:
        scene = Scene(names.nations, countries=self.theatre.countries, home=self._home)
        witnesses = names.witnesses()
        gathered = gather([*mentions, *witnesses], scene)
        local = [m for m in doubtful if scene.gathering.wants(m)]
        if local:
            mentions = apart([*mentions, *local])
            gathered = gather([*mentions, *witnesses], scene)
        resolve_mentions([*mentions, *witnesses], gathered, scene)
        settle_by_neighbours(mentions, names.nations)
        return [self._span(mention) for mention in mentions]

    def _given(self, text: str, span: Bounds) -> Mention:
        """The mention of a span that the rules have not found: the whole, or the name before its unit's word."""
        words = text[slice(*span)]
        name, hint = self._atlas.name(words), ""
        unit = _UNIT.search(words)
        if name is None and unit:
            name, hint = self._atlas.name(words[: unit.start()]), unit[1].casefold()
        return Mention(*span, words, name, name.folded if name else fold(words), hint=hint)

    def _span(self, mention: Mention) -> Span:
        use = "metonym" if mention.metonym else "place"
        if mention.sense is None:
            return Span(mention.start, mention.end, mention.text, "", "", None, None, None, None, use)
        place = self._place(mention.sense)
        return Span(mention.start, mention.end, mention.text, *place, round(mention.chance, 3), use)

    def _place(self, sense: Sense) -> tuple[str, str, float, float, Precision]:
        """Id, name, latitude, longitude and precision of a place; remembered from text to text."""
        if sense.row == NOWHERE:
            return "", "", round(sense.latitude, 3), round(sense.longitude, 3), Precision.LINE
        known = self._places.get(sense.row)
        if known is None:
            if len(self._places) > REMEMBERED:
                self._places.clear()
            where = round(sense.latitude, 5), round(sense.longitude, 5)
            known = str(self._ids[sense.row]), str(self._names[sense.row]), *where, _PRECISION[sense.kind]
            self._places[sense.row] = known
        return known


_UNIT = re.compile(r"\s(County|Province|State|District|Parish|City|Region|Valley|Islands?)$")
_PRECISION = {
    "town": Precision.NAMED_PLACE,
    "unit": Precision.DISTRICT,
    "division": Precision.FIRST_DIVISION,
    "region": Precision.LINE,
    "country": Precision.COUNTRY,
}


@lru_cache(maxsize=2)
def open_geoparser(theatre: str = "world") -> Geoparser:
    """A geoparser of a built-in theatre with its own gazetteer; opened once."""
    loaded = load_theatre(theatre)
    return Geoparser(load_gazetteer(loaded), loaded)


def parse(text: str) -> list[tuple[int, int, float | None, float | None]]:
    """Start, end, latitude and longitude of the place names of a text about anywhere.

    >>> parse("Fighting reached Aleppo.")
    [(17, 23, 36.20124, 37.16117)]
    """
    return [(s.start, s.end, s.latitude, s.longitude) for s in open_geoparser().parse(text)]


def resolve(text: str, bounds: Sequence[Bounds]) -> list[tuple[float, float] | None]:
    """Latitude and longitude of what given spans of a text about anywhere mean; None where no place is known."""
    spans = open_geoparser().resolve(text, bounds)
    return [(s.latitude, s.longitude) if s.latitude is not None and s.longitude is not None else None for s in spans]
