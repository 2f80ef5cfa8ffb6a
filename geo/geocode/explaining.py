"""One look-up explained: what the name was taken apart into, every candidate, and what spoke for and against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geo.gazetteer import TIERS, Gazetteer, Place
from geo.geocode.choose import Resolver
from geo.geocode.evidence import Context, Evidence
from geo.geocode.forms import Form
from geo.geocode.scoring import WEIGHTS, chances, traits
from geo.geocode.wording import Resolution
from geo.names import ToponymParts, parse_toponym
from geo.theatre import Theatre


class Weighed(NamedTuple):
    """A candidate with its evidence.

    ``agreed`` of ``stated`` units agree; ``border_km`` is how far outside the unit stated it lies, 0 inside.
    ``weights`` says how much each piece of evidence counts, as the logarithm of odds; ``chance`` is what they come to
    beside the other candidates of the same form of the name.
    """

    place: Place
    spelling: str
    likeness: float
    agreed: int
    stated: int
    border_km: float
    near_km: float | None
    rank: float
    chance: float
    weights: dict[str, float]
    form: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one toponym was looked up; ``elsewhere`` are places of the name that the row or the theatre rules out."""

    resolution: Resolution
    parts: ToponymParts
    candidates: tuple[Weighed, ...]
    elsewhere: tuple[Place, ...]


def explain(
    toponym: str,
    gazetteer: Gazetteer,
    *,
    theatre: Theatre,
    context: Context,
    near: Sequence[tuple[float, float]] = (),
) -> Explanation:
    """The resolution of a toponym with all that was weighed for it, the most probable first."""
    seen: list[tuple[str, Sequence[Evidence]]] = []

    def witness(forms: Sequence[Form], found: Sequence[Evidence]) -> None:
        seen.append((" / ".join(name for name, _ in forms), found))

    resolution = Resolver(gazetteer, theatre, witness).resolve(toponym, context, near)
    best: dict[int, Weighed] = {}
    for form, found in seen:
        for chance, evidence in chances(found):
            if evidence.row not in best or best[evidence.row].chance < chance:
                best[evidence.row] = _weighed(gazetteer, evidence, chance, form)
    order = sorted(best.values(), key=lambda w: (-w.chance, -w.rank, w.place.place_id))
    parts = parse_toponym(toponym)
    names = dict.fromkeys((toponym, parts.core, *parts.others))
    rows = dict.fromkeys(m.row for n in names for m in gazetteer.matches(n) if TIERS[m.tier] not in _BY_SOUND)
    return Explanation(resolution, parts, tuple(order), tuple(gazetteer.at(r) for r in rows if r not in best))


_BY_SOUND = ("skeleton", "edit distance")


def _weighed(gazetteer: Gazetteer, evidence: Evidence, chance: float, form: str) -> Weighed:
    match = evidence.match
    return Weighed(
        place=gazetteer.at(evidence.row),
        spelling=TIERS[match.tier],
        likeness=round(match.likeness, 3),
        agreed=evidence.agreed,
        stated=evidence.stated,
        border_km=round(evidence.border_km, 1),
        near_km=None if evidence.near_km is None else round(evidence.near_km, 1),
        rank=round(evidence.rank, 2),
        chance=round(chance, 3),
        weights={name: round(WEIGHTS[name] * value, 2) for name, value in traits(evidence).items() if value},
        form=form,
    )
