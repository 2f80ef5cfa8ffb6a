"""From evidence to chances: how probable each candidate is, or that none of them is meant.

A conditional logit: each candidate has odds, the exponential of the sum of its weights, against odds of 1 that the
place is none of them. Weights are logarithms of odds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from geo.geocode.borders import BORDER_KM
from geo.geocode.evidence import NEAR_KM, STANDS_OUT, Evidence

# Fitted by scripts/bench_parts/geocode_fit.py (L2 towards the values before) on the candidates of the names of two
# event tables of one country whose points are known (UCDP GED exact places, ACLED places), with and without the
# unit, whole and by unit and season; before that on 950 names of a community list in one script against the same list
# in the other. Set by hand, for the tables say too little about them or mislead: those named there in BY_HAND.
WEIGHTS: dict[str, float] = {
    "to the letter": 0.70, "same letters": 4.27, "same but for the article": 2.72, "same consonants": 5.10,
    "like consonants": 2.50, "ear, same consonants": -13.61, "eye, same consonants": -0.85,
    "ear, like consonants": -11.04, "eye, like consonants": -2.21, "between scripts": -0.04,
    "two consonants": -1.43, "three consonants": -0.98, "six consonants or more": 1.28, "two edits": -3.55,
    "many edits": -0.40, "more qualified": -0.73, "less qualified": -2.26, "otherwise qualified": -1.30,
    "alias": -0.58, "piece": -0.65, "without its unit": -0.95, "without its ground": -2.89,
    "without its first": -1.90, "without its last": -2.48, "asked without ground": -2.75,
    "asked without first": -3.19, "asked without last": -4.62, "no unit known": 0.12,
    "soundalike, no unit known": -1.10, "two units agree": 0.50, "a lower unit differs": -1.50,
    "by the border": -3.71, "far from the border": -7.50, "soundalike by the border": 0.18,
    "a unit, not asked for": -1.00, "no town, town asked for": -6.61, "no town": -1.43, "rank": 1.00,
    "rank, no unit known": 2.20, "rank of a soundalike": -0.61, "rank by another name": -1.17,
    "beyond the bounds": -1.14, "near": 1.20, "late in its list": -0.34, "far from others of the table": -1.05,
    "kilometres beyond the border": 0.04, "one consonant": -0.69, "other name": -0.30, "spot": -2.18,
    "later than a namesake": -1.50, "named otherwise in the table": -1.16, "ends otherwise": -0.70,
    "several names agree": 0.80, "a town, village asked for": -1.20, "rank of a soundalike, own name": 0.20,
    "another ground": -4.00, "qualified alike": 0.98,
    "in the focus of the theatre": 1.00,
}  # fmt: skip


def traits(evidence: Evidence) -> dict[str, float]:
    """What of ``WEIGHTS`` applies to a candidate, and how much."""
    match, parts = evidence.match, evidence.parts
    found: dict[str, float] = {}
    if match.tier <= 1:
        found["same letters"] = 1
        if match.tier == 0:
            found["to the letter"] = 1
    elif match.tier == 2:
        found["same but for the article"] = 1
    else:
        _sound_traits(evidence, found)
    if match.qualified in _QUALIFIED:
        found[_QUALIFIED[match.qualified]] = 1
    if match.form == match.asked == "ground":
        found["another ground"] = 1
    else:
        found |= {words: 1 for words in (_FORMS.get(match.form), _ASKED.get(match.asked)) if words}
    _place_traits(evidence, found)
    if evidence.kind == "A":
        if parts.unit_hint not in ("admin1", "admin2", "admin3", "country") and parts.relation not in _WIDE:
            found["a unit, not asked for"] = 0 if evidence.code == "PCLI" else 1
    elif evidence.kind != "P":
        found["no town, town asked for" if parts.unit_hint == "populated" else "no town"] = 1
    if evidence.late:
        found["late in its list"] = evidence.late
    if evidence.later:
        found["later than a namesake"] = 1
    if evidence.strayed is not None and not evidence.foremost and (evidence.stated or evidence.rank < _CITY):
        found["far from others of the table"] = evidence.strayed
    if evidence.named_otherwise:
        found["named otherwise in the table"] = 1
    if parts.relation == "spot":
        found["spot"] = 1
    if evidence.doubly_named:
        found["several names agree"] = 1
    if parts.calls_it_village and evidence.rank >= _TOWN:
        found["a town, village asked for"] = 1
    if evidence.rank:
        _rank_traits(evidence, found)
    if evidence.abroad and not evidence.foremost:
        found["beyond the bounds"] = 1
    if evidence.focal:
        found["in the focus of the theatre"] = 1
    return found


_QUALIFIED = {
    "same": "qualified alike", "more": "more qualified", "fewer": "less qualified", "other": "otherwise qualified",
}  # fmt: skip
_TOWN = 1.0  # rank of a town of 10,000 people, or of the seat of a sub-district
_CITY = 2.0  # rank of a city that is meant wherever a war is fought: 100,000 people, or the seat of a district
_WIDE = ("part", "countryside")
_FORMS = {
    "alias": "alias", "piece": "piece", "unit": "without its unit", "ground": "without its ground",
    "tail": "without its first", "head": "without its last",
}  # fmt: skip
_ASKED = {"ground": "asked without ground", "tail": "asked without first", "head": "asked without last"}


def _sound_traits(evidence: Evidence, found: dict[str, float]) -> None:
    match = evidence.match
    kind = "same consonants" if match.tier == 3 else "like consonants"
    found[kind] = 1
    found[f"ear, {kind}"] = 1 - match.ear
    if not match.cross:
        found[f"eye, {kind}"] = 1 - match.eye
    else:
        found["between scripts"] = 1
    if not match.ends:
        found["ends otherwise"] = 1
    if match.bones <= 1:
        found["one consonant"] = 1
    elif match.bones == 2:
        found["two consonants"] = 1
    elif match.bones == 3:
        found["three consonants"] = 1
    elif match.bones >= 6:
        found["six consonants or more"] = 1
    if match.edits > 1:
        found["two edits" if match.edits == 2 and match.bones >= 6 else "many edits"] = 1
    if not evidence.stated:
        found["soundalike, no unit known"] = 1
    if evidence.border_km:
        found["soundalike by the border"] = 1


def _place_traits(evidence: Evidence, found: dict[str, float]) -> None:
    if not evidence.stated:
        found["no unit known"] = 1
    if evidence.border_km:
        found["by the border" if evidence.border_km <= BORDER_KM else "far from the border"] = 1
        found["kilometres beyond the border"] = min(BORDER_KM, evidence.border_km)
    elif evidence.agreed > 1:
        found["two units agree"] = 1
    if evidence.agreed and evidence.agreed < evidence.stated:
        found["a lower unit differs"] = 1
    if evidence.near_km is not None:
        found["near"] = min(2.0, max(-2.0, math.log2(NEAR_KM / (10 + evidence.near_km))))


def _rank_traits(evidence: Evidence, found: dict[str, float]) -> None:
    """Importance tells namesakes apart, never soundalikes: a large town has more names that sound like others."""
    other_name = evidence.match.form == "alias" and not evidence.foremost
    if not evidence.namesake or (evidence.match.tier >= 3 and other_name):
        found["rank of a soundalike" if other_name else "rank of a soundalike, own name"] = evidence.rank
        return
    found["rank" if evidence.stated else "rank, no unit known"] = evidence.rank
    if other_name:
        found["rank by another name"] = evidence.rank


_AHEAD = 1.0  # difference in rank of a town with ten times as many people


_SAME_LETTERS = 2  # the last tier of spelling in which the letters agree
_CLEARLY_LATER = 0.05  # of the list of codes


def _with_elders(found: list[Evidence]) -> list[Evidence]:
    """The same candidates, where a village is marked that stands later in the list of codes than one of its name.

    Lists of codes begin with the places that were known first. Of 17 pairs of namesakes in one unit that stand more
    than a twentieth of the list apart, event tables meant the earlier one 15 times; the weight allows for so few.
    """
    listed = [e for e in found if e.late and e.kind == "P" and e.match.tier <= _SAME_LETTERS]
    if len(listed) < 2:
        return found
    return [e._replace(later=True) if _is_later(e, listed) else e for e in found]


def _is_later(one: Evidence, listed: Sequence[Evidence]) -> bool:
    """Whether a village of the list is as well spelled, and in as many of the units stated, but far before this one."""
    if one.kind != "P" or one.match.tier > _SAME_LETTERS:
        return False
    elders = [e.late for e in listed if e.match.tier <= one.match.tier and e.agreed >= one.agreed]
    return bool(elders) and one.late - min(elders) > _CLEARLY_LATER


def _with_foremost(found: list[Evidence]) -> list[Evidence]:
    """The same candidates, where a town far ahead of its namesakes is marked as foremost."""
    if max([e.rank for e in found], default=0.0) < STANDS_OUT:
        return found
    ranks: dict[int, float] = {}
    for evidence in found:
        if evidence.kind == "P" and evidence.namesake and not evidence.stated:
            ranks[evidence.row] = evidence.rank
    first, *others = sorted(ranks, key=ranks.__getitem__, reverse=True) or [-1]
    if first < 0 or ranks[first] < STANDS_OUT or (others and ranks[first] - ranks[others[0]] < _AHEAD):
        return found
    return [e._replace(foremost=True) if e.row == first and e.namesake else e for e in found]


def odds(evidence: Evidence) -> float:
    """The odds of a candidate against there being no place to find."""
    return math.exp(sum([WEIGHTS[name] * value for name, value in traits(evidence).items()]))


def chances(found: Iterable[Evidence]) -> list[tuple[float, Evidence]]:
    """Each place once, by its best evidence, with its probability, the highest first.

    What is missing to 1 is the probability that none of them is meant.
    """
    weighed = _with_elders(_with_foremost(list(found)))
    if len(weighed) == 1:
        mine = odds(weighed[0])
        return [(mine / (1 + mine), weighed[0])]
    best: dict[int, tuple[float, Evidence]] = {}
    for evidence in weighed:
        mine = odds(evidence)
        if evidence.row not in best or best[evidence.row][0] < mine:
            best[evidence.row] = (mine, evidence)
    total = 1 + sum(mine for mine, _ in best.values())
    shares = [(mine / total, evidence) for mine, evidence in best.values()]
    return sorted(shares, key=lambda c: (-c[0], -c[1].rank, c[1].row))
