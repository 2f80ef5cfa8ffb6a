"""Deciding between the candidates of a name: the most probable if it is probable enough, else none with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from geo.codes import Precision
from geo.gazetteer import TIERS, Candidate, Gazetteer, Place
from geo.geocode.evidence import Context, Evidence
from geo.geocode.forms import Form, of_kind
from geo.geocode.scoring import chances
from geo.geocode.units import between
from geo.geocode.wording import Resolution, elsewhere, none, precision_of, tie, why

Witness = Callable[[Sequence[Form], Sequence[Evidence]], None]

SURE_ENOUGH = 0.53  # below this chance a toponym stays without a place; a wrong place costs more than none
SURE_BY_EAR = 0.56  # the same for a name that only sounds alike
_SAME_SPOT_KM = 8.0  # two places of a name so close are one for our purposes
_WORTH_TELLING = 0.02  # chance from which a candidate is named among the runners-up
_BY_SOUND = TIERS.index("skeleton")
_AREAS = frozenset({Precision.DISTRICT, Precision.FIRST_DIVISION, Precision.COUNTRY})
_Weighed = tuple[float, Evidence]


class Decider:
    """Decides between candidates of one gazetteer; ``witness`` is told of all that is weighed, form by form."""

    def __init__(self, gazetteer: Gazetteer, witness: Witness | None = None) -> None:
        self.gazetteer, self.witness = gazetteer, witness

    def decide(self, toponym: str, found: list[Evidence], forms: Sequence[Form], context: Context) -> Resolution:
        """The most probable candidate if it is probable enough, else none with the reason."""
        if self.witness is not None:
            self.witness(forms, found)
        weighed = chances(of_kind(found, forms[-1][1]))
        if not weighed:
            return self._unmatched(toponym, [], forms)
        spot, rivals = weighed[:1], weighed[1:]
        if rivals and rivals[0][0] > _WORTH_TELLING:
            by = [self._apart(weighed[0][1], e) <= _SAME_SPOT_KM for _, e in weighed]
            spot = [w for w, close in zip(weighed, by, strict=True) if close]
            rivals = [w for w, close in zip(weighed, by, strict=True) if not close]
        chance = sum(c for c, _ in spot)
        if chance >= (SURE_ENOUGH if weighed[0][1].match.tier < _BY_SOUND else SURE_BY_EAR):
            return self._settled(toponym, spot[0][1], rivals, chance, context)
        equal = [e for c, e in weighed if c > weighed[0][0] / 2]
        if len(equal) > 1 and sum(c for c, _ in weighed) >= SURE_ENOUGH:
            runners = self._candidates(weighed[:4])
            return none(toponym, tie([self.gazetteer.column("place_id")[e.row] for e in equal], context), runners)
        return self._unmatched(toponym, weighed, forms)

    def apart_from(self, one: Evidence, place: Place) -> float:
        """Kilometres between a candidate and a place."""
        return between(*self.gazetteer.point(one.row), place.longitude, place.latitude)

    def _apart(self, one: Evidence, other: Evidence) -> float:
        return between(*self.gazetteer.point(one.row), *self.gazetteer.point(other.row))

    def _settled(
        self, toponym: str, best: Evidence, rivals: Sequence[_Weighed], chance: float, context: Context
    ) -> Resolution:
        place = self.gazetteer.at(best.row)
        precision, radius = precision_of(place, best)
        return Resolution(
            toponym,
            place,
            precision,
            radius,
            "admin unit" if precision in _AREAS else TIERS[best.match.tier],
            round(min(0.98, chance), 3),
            self._candidates([r for r in rivals[:3] if r[0] > _WORTH_TELLING]) if rivals else (),
            why(best, place, context, rivals=[e for c, e in rivals if c > 0.1]),
        )

    def _unmatched(self, toponym: str, weighed: Sequence[_Weighed], forms: Sequence[Form]) -> Resolution:
        if weighed:
            name = self.gazetteer.column("name")[weighed[0][1].row]
            return none(toponym, f"only doubtful candidates, the nearest '{name}'", self._candidates(weighed[:3]))
        found = [m for name, _ in forms for m in self.gazetteer.matches(name) if m.tier < _BY_SOUND]
        if not found:
            return none(toponym, "no place of this name is in the gazetteer")
        return none(toponym, elsewhere(self.gazetteer.at(min(found, key=lambda m: (m.tier, m.row)).row)))

    def _candidates(self, weighed: Iterable[_Weighed]) -> tuple[Candidate, ...]:
        return tuple(Candidate(self.gazetteer.at(e.row), TIERS[e.match.tier], round(c, 2)) for c, e in weighed)
