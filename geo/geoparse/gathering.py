"""Where the names of a text gather: the neighbourhood and the division in which most of them have a bearer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean

from geo.geoparse.atlas import Sense
from geo.geoparse.spans import Mention

_LOCAL = 0.025  # of the names of a local text, the share of one place
_WORLD = 9.0  # logarithm of the people among whom a place has that share in texts about anywhere
_WINDOWS = 600.0  # bearers spread over the peopled world until one is in any given window
_ENOUGH = 10.0  # worth of names that leaves no doubt
_NEAR, _INSIDE = 4.0, 1.0  # for a place where all other names have a bearer, for one in a division where they have
_SEVERAL = 2  # places that make a neighbourhood
_VILLAGE = -1.5  # what a place that no gazetteer lists weighs
LOCALS = frozenset({"town", "unit", "neighbourhood"})
_WANTED = frozenset({"in", "list"})  # what speaks for a place that no list has
_A_LOCAL, _ANY_LOCAL = 0.6, 2.0  # evidence that a name is a place: of its own pull, of the share of all names
_BEARERS = 60  # of a name, that are looked at
NOWHERE = -1  # row of a neighbourhood
_Spot = int | str  # a window or a division


class Gathering:
    """What the names of a text say together of where it is.

    A name is worth the logarithm of how much likelier a text about its neighbourhood has it than a text about anywhere:
    much for the one village of a name, little for the name of a great city and for one that has a bearer everywhere.
    """

    def __init__(self) -> None:
        self._all: dict[_Spot, float] = {}
        self._own: dict[str, dict[_Spot, float]] = {}
        self._worth: dict[str, float] = {}
        self._total = 0.0

    def count(self, key: str, senses: Sequence[Sense]) -> None:
        """The name of this key may mean these places, weightiest first; it counts once, however often it is counted."""
        if key in self._own or not senses or senses[0].kind not in LOCALS:
            return
        spots: set[_Spot] = set()
        bearers = 0
        for sense in senses:
            if sense.kind in LOCALS:
                bearers += 1
                spots.update(sense.windows)
                spots.add(sense.admin1)
        worth = self._worth[key] = _worth(senses[0].weight, bearers)
        self._total += worth
        self._own[key] = dict.fromkeys(spots, worth)
        everything = self._all
        for spot in spots:
            everything[spot] = everything.get(spot, 0.0) + worth

    def pull(self, senses: Sequence[Sense], key: str) -> list[float]:
        """What the other names of the text say for each of the places that this name may mean."""
        own, others = self._own.get(key, _NOTHING), self._total - self._worth.get(key, 0.0)
        if others <= 0:
            return [0.0] * len(senses)
        worth = self._all.get
        pulls = []
        for sense in senses:
            if sense.kind in LOCALS:
                near = max([worth(spot, 0.0) - own.get(spot, 0.0) for spot in sense.windows])
                inside = worth(sense.admin1, 0.0) - own.get(sense.admin1, 0.0)
                pulls.append(
                    (_NEAR * near * min(1.0, near / _ENOUGH) + _INSIDE * inside * min(1.0, inside / _ENOUGH)) / others
                )
            else:
                pulls.append(0.0)
        return pulls

    def share(self) -> float:
        """How far the names of the text gather in one spot, 0 to 1."""
        near = max((worth for spot, worth in self._all.items() if isinstance(spot, int)), default=0.0)
        return near * min(1.0, near / _ENOUGH) / self._total if near else 0.0

    def wants(self, mention: Mention) -> bool:
        """Whether a doubtful name is a place, because it has a bearer where the others gather or none anywhere."""
        if mention.name is None:
            return not _WANTED.isdisjoint(mention.traits) and mention.score + _ANY_LOCAL * self.share() >= 0
        return mention.score + _A_LOCAL * max(self.pull(mention.name.senses[:_BEARERS], mention.key)) >= 0

    def neighbourhood(self, places: Iterable[Sense]) -> Sense | None:
        """The area around those places of a text that lie where its names gather most; None where that is one alone.

        It has no row in the gazetteer; its division is that of most of the places, its point is their middle.
        """
        found = {s.row: s for s in places if s.kind in LOCALS}.values()
        spot = max((spot for s in found for spot in s.windows), key=lambda w: self._all.get(w, 0.0), default=None)
        if spot is None:
            return None
        here = [s for s in found if spot in s.windows]
        if len(here) < _SEVERAL:
            return None
        (country, division), _ = Counter((s.country, s.admin1) for s in here).most_common(1)[0]
        point = fmean(s.longitude for s in here), fmean(s.latitude for s in here)
        return Sense(NOWHERE, "neighbourhood", _VILLAGE, *point, country, division, (spot, spot, spot, spot))


def _worth(weight: float, bearers: int) -> float:
    return min(math.log1p(_LOCAL * 10 ** (_WORLD - weight)), math.log(max(2.0, _WINDOWS / bearers)))


_NOTHING: dict[_Spot, float] = {}
