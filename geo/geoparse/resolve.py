"""Which place each name of a text means: the names are weighed together, for a text is about somewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from geo.geoparse.atlas import Sense, lies_in
from geo.geoparse.gathering import LOCALS, Gathering
from geo.geoparse.spans import KINDS, Mention

_CANDIDATES = 60  # namesakes that are weighed: the largest
_AREAS = 60  # of an area that a name is said to lie in; many counties share a name
_LISTED = 1.5  # for a place in the country of another name of its list
_ALIKE = 1.5  # for one of the same kind too
_HOME = 3.0  # for a place where the text is written
_ANCHORS = 14  # sure places that speak for others
_GATHERED = 0.15  # share of the names that must gather, until one that no gazetteer has is taken to lie there
_BORNE = 0.7  # for ten times as many bearers of a name in the country
_FAMOUS = 5.2  # a name of this weight (160,000 people) means no place that no gazetteer has
_FAR_DEGREES = 4.5  # of latitude: farther places do not speak for each other
_WATERS = (" sea", " ocean", " lake", " river")
_Key = tuple[str, str]
_Choice = tuple[Sense, float]
Gathered = tuple[dict[_Key, list[Mention]], dict[_Key, Mention | None], dict[_Key, Sequence[Sense]]]


class Scene:
    """Where a text is: where its names gather, countries, divisions and surest places so far.

    ``countries`` and ``home`` are the user's.
    """

    def __init__(
        self,
        nations: Iterable[str] = (),
        *,
        countries: Iterable[str] = (),
        home: Sequence[tuple[float, float]] = (),
    ) -> None:
        self._countries: dict[str, float] = {}
        self._divisions: dict[str, float] = {}
        self._anchors: list[tuple[str, Sense, float]] = []
        self._said: dict[tuple[str, str], float] = {}  # what a name itself said of a country or division
        self._home, self._own = tuple(home), frozenset(countries)
        self.gathering = Gathering()
        for country in nations:
            self._countries[country] = self._countries.get(country, 0.0) + 0.5

    def add(self, key: str, sense: Sense, weight: float) -> None:
        """A place that the text names, as sure as ``weight`` says."""
        if sense.kind == "region":
            return
        self._add(self._countries, key, sense.country, weight)
        if sense.kind == "country":
            return
        if sense.admin1:
            self._add(self._divisions, key, sense.admin1, weight)
        if sense.kind != "division" and len(self._anchors) < _ANCHORS:
            self._anchors.append((key, sense, weight))

    def _add(self, areas: dict[str, float], key: str, code: str, weight: float) -> None:
        areas[code] = areas.get(code, 0.0) + weight
        self._said[key, code] = self._said.get((key, code), 0.0) + weight

    def _by_others(self, areas: Mapping[str, float], key: str, code: str) -> float:
        return areas.get(code, 0.0) - self._said.get((key, code), 0.0)

    def weighed(self, senses: Sequence[Sense], key: _Key) -> Sequence[_Choice]:
        """What a name may mean, with what speaks for each place before any other name has found its own."""
        pulls, wanted = self.gathering.pull(senses, key[0]), key[1]
        return [
            (sense, sense.weight + pull + (_fits(sense.kind, wanted) if wanted else 0.0))
            for sense, pull in zip(senses, pulls, strict=True)
        ]

    def speaks_for(self, sense: Sense, key: str) -> float:
        """How much the places that other names of the text mean make this one likely."""
        score = 2.0 if sense.country in self._own else 0.0
        if sense.kind != "region":
            score += 0.9 * min(1.0, self._by_others(self._countries, key, sense.country) / 2)
        if sense.kind in LOCALS:
            score += 1.2 * min(1.0, self._by_others(self._divisions, key, sense.admin1) / 1.5)
        near = 0.0
        for other, anchor, weight in self._anchors:
            if other != key and -_FAR_DEGREES < sense.latitude - anchor.latitude < _FAR_DEGREES:
                near += weight * nearness(sense, anchor.longitude, anchor.latitude)
        for longitude, latitude in self._home:
            score += _HOME * nearness(sense, longitude, latitude)
        return score + min(2.5, near)


def nearness(sense: Sense, lon: float, lat: float) -> float:
    """1 within 60 km, 0.7 within 160, 0.3 within 500, else 0."""
    north = (sense.latitude - lat) * 111.2
    if not -500 < north < 500:
        return 0.0
    east = ((sense.longitude - lon + 180) % 360 - 180) * 111.2 * math.cos(math.radians(lat))
    km = math.hypot(east, north)
    return 1.0 if km < 60 else 0.7 if km < 160 else 0.3 if km < 500 else 0.0


def gather(mentions: Iterable[Mention], scene: Scene) -> Gathered:
    """Let names say where they gather: the mentions of each, the area it is said to lie in, the places it may mean."""
    groups: dict[_Key, list[Mention]] = {}
    for mention in mentions:
        if mention.name is not None:
            groups.setdefault((mention.key, KINDS.get(mention.hint, "")), []).append(mention)
    areas = {key: _area(group) for key, group in groups.items()}
    senses = {key: _candidates(group, areas[key]) for key, group in groups.items()}
    for key in groups:
        scene.gathering.count(key[0], senses[key])
    return groups, areas, senses


def resolve_mentions(mentions: Sequence[Mention], gathered: Gathered, scene: Scene) -> None:
    """Set ``sense`` and ``chance`` of each mention; ``gathered`` is what ``gather`` says of them.

    Three passes: countries and divisions speak for the towns; towns that are
    clear by themselves, or by the area they are said to lie in, speak for all. One name means one place all through a
    text, unless it is said to lie elsewhere. A name that the gazetteer lacks, there or altogether, means the area that
    it is said to lie in, else the neighbourhood where the names gather, else nothing.
    """
    groups, areas, senses = gathered
    weighed = {key: scene.weighed(senses[key], key) for key in groups}
    great = [key for key, group in groups.items() if any(m.great for m in group) and not _rivals(senses[key])]
    chosen: dict[_Key, _Choice] = {}
    for keys in (great, [key for key in groups if key not in set(great)]):
        fresh = {key: _best(weighed[key], key, scene) for key in keys}
        for key, (sense, lead) in sorted(fresh.items(), key=lambda c: -c[1][1]):
            sure = 1.0 if lead > 1.2 or areas[key] is not None else 0.4 if lead > 0.5 else 0.15
            scene.add(key[0], sense, sure * min(1.5, 0.7 + 0.3 * len(groups[key])))
        chosen |= fresh
    around = scene.gathering.neighbourhood(sense for sense, _ in chosen.values())
    first = {id(m): chosen[key][0] for key, group in groups.items() for m in group}
    for key, group in groups.items():
        beside = [first[id(other)] for m in group for other in m.beside if id(other) in first]
        also = scene.weighed(_one_more(group, areas[key], senses[key], around), key)
        _settle(group, key, areas[key], _best([*weighed[key], *also], key, scene, beside), scene)
    for mention in mentions:
        if mention.name is None:
            mention.sense, mention.chance = _unlisted(mention, around, scene.gathering)


def _one_more(
    group: Sequence[Mention], area: Mention | None, senses: Sequence[Sense], around: Sense | None
) -> list[Sense]:
    """The neighbourhood of a text as what a name means of which the gazetteer knows only other bearers.

    The more bearers its country has, the likelier is one that no gazetteer lists; a famous name means the famous place.
    """
    name = group[0].name
    if around is None or name is None or name.weight > _FAMOUS:
        return []
    if area is not None:
        lacking = senses[0].kind == "division" and senses[0] not in name.senses
        return [around._replace(weight=senses[0].weight)] if lacking and lies_in(around, senses[0]) else []
    if any(m.holds or m.great for m in group):
        return []
    bearers = sum(s.country == around.country for s in name.senses)
    return [around._replace(weight=around.weight + _BORNE * math.log10(1 + bearers))]


def _unlisted(mention: Mention, around: Sense | None, gathering: Gathering) -> tuple[Sense | None, float]:
    """What a name that the gazetteer lacks means, and how sure that is."""
    area = mention.within.name if mention.within is not None else None
    areas = area.senses[:_AREAS] if area is not None else ()
    if areas and not (around is not None and any(lies_in(around, a) for a in areas)):
        # A country's middle tells nothing of a place in it.
        return next((a for a in areas if a.kind in ("division", "unit")), None), 1.0
    share = gathering.share() if around is not None else 0.0
    return (around, share) if share > _GATHERED else (None, 0.0)


def _rivals(senses: Sequence[Sense]) -> bool:
    """Whether a name is that of a country and of a division of another."""
    kinds = {s.kind: s.country for s in senses if s.kind in ("division", "country")}
    return len(set(kinds.values())) > 1


def _area(group: Iterable[Mention]) -> Mention | None:
    return next((m.within for m in group if m.within is not None and m.within.name is not None), None)


def _candidates(group: Sequence[Mention], area: Mention | None) -> Sequence[Sense]:
    """What a name may mean: places in the area that it is said to lie in, areas that hold what is said to lie in it."""
    senses = group[0].name.senses if group[0].name is not None else ()
    if senses and not group[0].hint and group[0].key.endswith(_WATERS):  # rather the Red Sea than the province on it
        senses = tuple(s for s in senses if s.kind == "region") or senses
    if area is not None and area.name is not None:
        areas = area.name.senses[:_AREAS]
        inside = tuple(s for s in senses if any(lies_in(s, a) for a in areas))
        # Of a small place that the gazetteer lacks there, the division is known.
        senses = inside or (tuple(a for a in areas if a.kind == "division") if area.great else ()) or senses
    held = [inner.name for m in group for inner in m.holds if inner.name is not None]
    if held:
        holding = (s for s in senses if any(lies_in(p, s) for name in held for p in name.senses[:_CANDIDATES]))
        senses = tuple(holding) or senses
    return senses[:_CANDIDATES]


def _settle(group: Sequence[Mention], key: _Key, shared: Mention | None, usual: _Choice, scene: Scene) -> None:
    """Give the mentions of a name their place: the usual one, but for those that are said to lie elsewhere."""
    for mention in group:
        own = mention.within
        apart = own is not None and own.name is not None and shared is not None and own.key != shared.key
        mention.sense, lead = _best(scene.weighed(_candidates([mention], own), key), key, scene) if apart else usual
        mention.chance = 1 / (1 + math.exp(-1.5 * lead))


def _best(senses: Sequence[_Choice], key: _Key, scene: Scene, beside: Sequence[Sense] = ()) -> _Choice:
    """The likeliest sense, and its lead over the next that lies elsewhere; ``beside``: places of a list it is in."""
    weighed = [
        (weight + scene.speaks_for(sense, key[0]) + (_in_list(sense, beside) if beside else 0.0), sense)
        for sense, weight in senses
    ]
    top, best = max(weighed, key=lambda w: w[0])
    elsewhere = [s for s, other in weighed if nearness(other, best.longitude, best.latitude) < 0.7]
    return best, top - max(elsewhere, default=0.0)


def _in_list(sense: Sense, others: Sequence[Sense]) -> float:
    """Lists are of places of one country; states stand beside states."""
    mates = [other for other in others if other.country == sense.country]
    alike = sense.kind in ("division", "region") and any(other.kind == sense.kind for other in mates)
    return (_LISTED if mates else 0.0) + (_ALIKE if alike else 0.0)


def _fits(kind: str, wanted: str) -> float:
    if kind == wanted:
        return 3.0
    return 1.0 if "town" not in (kind, wanted) and kind != "country" else 0.0
