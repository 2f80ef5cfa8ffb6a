"""Which forms of a name are looked up, in which order, and which kinds of places it may mean."""

from __future__ import annotations

from geo.geocode.evidence import Evidence
from geo.geocode.scoring import odds
from geo.names import ToponymParts

Form = tuple[str, ToponymParts]
_UNITS = ("admin1", "admin2", "admin3")
_PLAUSIBLE = 0.3  # odds from which a town is thought of before the unit of its name
_LARGE = 1.7  # rank of a town of 50,000 people


def settles(evidence: Evidence) -> bool:
    """Whether a candidate makes it idle to look for names that are only similar."""
    match = evidence.match
    if evidence.beside or evidence.abroad or not match.alike_qualified or evidence.kind == "A":
        return False
    return (match.tier < 3 and match.form != "alias") or (match.tier >= 3 and match.likeness > 0.8 and match.bones > 2)


def ways_of(parts: ToponymParts) -> list[list[Form]]:
    """The forms of a name to look up, group by group: the first group that is found decides."""
    ways: list[list[Form]] = []
    if parts.spot[0]:
        ways.append([(parts.spot[0], parts._replace(relation=parts.spot[1]))])
    if parts.unit_hint == "camp" and parts.core:
        ways.append([(f"{parts.core} {word}", parts) for word in ("camp", "camps")])
    core = [(name, parts) for name in dict.fromkeys((parts.core, *parts.others)) if name]
    return [*ways, core] if core else ways


def of_kind(found: list[Evidence], parts: ToponymParts) -> list[Evidence]:
    """Candidates of the kind the writer names, if there are any: a unit of a level, or the unit around a town."""
    if len(found) < 2:
        return found
    found = [e for e in found if e.code != "RGN" or e.match.tier < 3 or e.match.alike_qualified] or found
    wanted = []
    if parts.unit_hint in _UNITS:
        level = f"ADM{parts.unit_hint[-1]}"
        wanted = [[e for e in found if e.code == level], [e for e in found if e.kind == "A"]]
    elif parts.relation in ("part", "countryside"):
        wanted = [[e for e in found if e.code == "ADM1"], [e for e in found if e.code == "PCLI"]]
    else:
        wanted = [[e for e in found if e.code == "PCLI" and e.match.tier < 3], _without_units(found)]
    return next((kept for kept in wanted if kept), found)


def _without_units(found: list[Evidence]) -> list[Evidence]:
    """Candidates for a name without a word for a unit: of a town and the unit of its name, the town.

    Where no unit is stated a first-level unit stands for itself unless its seat of that name is a large town.
    """
    towns = [e for e in found if e.kind != "A"]
    if len(towns) == len(found):
        return found
    if any(e.stated for e in found):
        return towns if any(odds(e) > _PLAUSIBLE for e in towns) else found
    named = [e for e in towns if e.namesake]
    seats = {e.unit for e in named if e.rank >= _LARGE}
    return [
        e for e in found if e.kind != "A" or (e.match.tier < 3 and e.code == "ADM1" and e.unit not in seats)
    ] or found
