"""Where the names of a text gather: the neighbourhood and the division in which most of them have a bearer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from geo.geoparse.atlas import Sense

_LOCAL = 0.025  # of the names of a local text, the share of one place
_WORLD = 9.0  # logarithm of the people among whom a place has that share in texts about anywhere
_WINDOWS = 600.0  # bearers spread over the peopled world until one is in any given window
_ENOUGH = 15.0  # worth of names that leaves no doubt
_NEAR, _INSIDE = 4.0, 1.0  # for a place where all other names have a bearer, for one in a division where they have
_LOCALS = frozenset({"town", "unit"})
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
        spots: set[_Spot] = set()
        bearers = 0
        for sense in senses:
            if sense.kind in _LOCALS:
                bearers += 1
                spots.update(sense.windows)
                spots.add(sense.admin1)
        if not bearers:
            return
        worth, before = _worth(senses[0].weight, bearers), self._worth.get(key, 0.0)
        if worth > before:
            self._worth[key] = worth
            self._total += worth - before
        own, everything = self._own.setdefault(key, {}), self._all
        for spot in spots:
            more = worth - own.get(spot, 0.0)
            if more > 0:
                own[spot] = worth
                everything[spot] = everything.get(spot, 0.0) + more

    def pull(self, senses: Sequence[Sense], key: str) -> list[float]:
        """What the other names of the text say for each of the places that this name may mean."""
        own, others = self._own.get(key, _NOTHING), self._total - self._worth.get(key, 0.0)
        if others <= 0:
            return [0.0] * len(senses)
        worth = self._all.get
        pulls = []
        for sense in senses:
            if sense.kind in _LOCALS:
                near = max([worth(spot, 0.0) - own.get(spot, 0.0) for spot in sense.windows])
                inside = worth(sense.admin1, 0.0) - own.get(sense.admin1, 0.0)
                pulls.append(
                    (_NEAR * near * min(1.0, near / _ENOUGH) + _INSIDE * inside * min(1.0, inside / _ENOUGH)) / others
                )
            else:
                pulls.append(0.0)
        return pulls


_NOTHING: dict[_Spot, float] = {}


def _worth(weight: float, bearers: int) -> float:
    return min(math.log1p(_LOCAL * 10 ** (_WORLD - weight)), math.log(max(2.0, _WINDOWS / bearers)))
