"""Two mentions as one event: whether one goes on with the other, what they share, what tells nothing by itself."""

from __future__ import annotations

import re

from geo.names import fold
from geo.reports.listed import other_places
from geo.reports.mention import Mention
from geo.reports.tolls import Toll


def goes_on(last: Mention, mention: Mention) -> bool:
    """Whether a happening can be where the one before it was: not on another day, nor one of other parties."""
    if mention.own_date and last.date is not None and mention.date is not None and not last.date.overlaps(mention.date):
        return False
    if mention.definite or mention.toll_only or mention.word is None or last.type == mention.type == "Battles":
        return True
    ours, theirs = {a.actor for a in last.actors}, {a.actor for a in mention.actors}
    return not ours or not theirs or bool(ours & theirs)


TERRITORY = frozenset({"Government regains territory", "Non-state actor overtakes territory"})


def names_what_was_taken(text: str, mention: Mention) -> bool:
    """Whether a name that no gazetteer holds stands behind a verb of taking; then no place told before is meant."""
    taken = mention.word is not None and mention.word.subtype in TERRITORY and mention.word.is_verb
    return taken and _NAME.match(text, mention.trigger[1]) is not None


_NAME = re.compile(r"\s(?:the\s)?[A-Z]")


def tells_nothing(text: str, mention: Mention) -> bool:
    """A noun such as "fighting", or "areas were hit", without a place, date, number or party of its own."""
    noun = mention.word is None or not mention.word.is_verb or _AREAS.match(text, mention.trigger[0]) is not None
    return noun and mention.bare and not (mention.toll_only or mention.own_place or mention.actors or mention.another)


_AREAS = re.compile(r"areas\b", re.IGNORECASE)
_OCCURRED = re.compile(
    r"\s(?:(?:also|again|then|later|have|has|had|are|were)\s)*(?:took\splace|taking\splace|broke\sout|broken\sout|erupted|occurred|flared)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"(?:s|ing|fire|hostilities|violence)$", re.IGNORECASE)


def is_generic(text: str, mention: Mention) -> bool:
    """Nouns in the plural and the like ("daily bombardments") with no date and no number, and no place but an area."""
    if mention.word is None or mention.word.is_verb or mention.own_date:
        return False
    counted = [c for c in (mention.toll.killed, mention.toll.injured, mention.toll.targets) if c]
    if any(c.best is not None or c.high is not None for c in counted):
        return False
    if _OCCURRED.match(text, mention.trigger[1]):
        return not (mention.own_place or mention.actors)
    place = mention.own_place and mention.place is not None and mention.place.level in {"place", "district"}
    plural = _PLURAL.search(text[slice(*mention.trigger)])
    return not place and plural is not None and (plural[0] != "fire" or len(mention.actors) < 2)


def elsewhere(text: str, event: Mention, mention: Mention) -> bool:
    """Whether a toll is told for one further place of those that an event names, not for its first."""
    place = mention.place
    if not mention.toll_only or place is None or event.place is None or not mention.own_place or mention.others:
        return False
    return place.level == "place" and fold(place.name) in {fold(t.name) for t in other_places(text, event)}


def at_further_place(event: Mention, mention: Mention) -> Mention:
    """The happening of an event at the place of which a toll is told."""
    mention.word, mention.subtype, mention.toll_only = event.word, event.subtype, False
    mention.date, mention.own_date = mention.date or event.date, mention.own_date or event.own_date
    mention.stems |= event.stems
    known = {a.actor for a in mention.actors}
    mention.actors = ([a for a in event.actors if a.armed and a.actor not in known] + mention.actors)[:2]
    mention.evidence += [s for s in event.evidence if s.field in {"event_type", "date"} or s.field.startswith("actor ")]
    event.others = (
        [t for t in event.others if fold(t.name) != fold(mention.place.name)] if mention.place else event.others
    )
    mention.rules.append("toll at one of several places")
    return mention


def _is_nearer(event: Mention, mention: Mention) -> bool:
    """Whether a mention tells the place of an event better: where a jet came down, shot at over a province."""
    ours, theirs = event.place, mention.place
    if ours is None or theirs is None:
        return ours is None
    named = mention.word is None and ours.level == "division" and theirs.level == "place"
    return named or (ours.level == "country" and theirs.level != "country")


def join(event: Mention, mention: Mention) -> None:
    """Fill what the event lacks from a mention; the more exact date, place and number win; all words stay."""
    if mention.own_date and not event.own_date:
        event.date, event.own_date = mention.date, True
        event.rules = [r for r in event.rules if r != "date inherited"]
        event.evidence = [s for s in event.evidence if s.field != "date"]
        event.told, event.trigger = mention.told, mention.trigger
    if mention.place and _is_nearer(event, mention):
        event.place, event.units = mention.place, mention.units or event.units
        event.rules = [r for r in event.rules if r != "place inherited"]
        event.evidence = [s for s in event.evidence if s.field != "place"]
    if mention.share and event.place and mention.place and fold(event.place.name) == fold(mention.place.name):
        event.toll = Toll(injured=event.toll.injured)  # it was that of all places
        event.evidence = [s for s in event.evidence if s.field != "fatalities"]
    ours, theirs = event.toll, mention.toll
    event.toll = Toll(
        ours.killed.better(theirs.killed) if ours.killed else theirs.killed,
        ours.injured.better(theirs.injured) if ours.injured else theirs.injured,
        ours.targets.better(theirs.targets) if ours.targets else theirs.targets,
        ours.claimed or theirs.claimed,
        ours.victims or theirs.victims,
    )
    if not mention.bare or not event.actors:
        known = {a.actor for a in event.actors}
        event.actors = (event.actors + [a for a in mention.actors if a.actor not in known])[:2]
    if not mention.toll_only:
        met = event.subtype == "Peaceful protest" and mention.type == event.type  # by force, as is told later
        event.subtype = mention.subtype if met else event.subtype or mention.subtype
    event.civilians = event.civilians or mention.civilians
    event.stems |= mention.stems
    if mention.toll_only:  # a toll told for several places says so where it stands
        known = {t.name for t in event.others} | {event.place.name if event.place else ""}
        told = [*([mention.place] if mention.place else []), *mention.others]
        event.others += [t for t in told if t.level == "place" and t.name not in known]
    brings_numbers = not (ours.killed or ours.injured or ours.targets) and (theirs.killed or theirs.injured)
    if event.told == mention.told or (brings_numbers and event.claim.kind == "asserted"):
        event.claim = mention.claim  # who says so is who tells the numbers, else who tells the quoted sentence
    keep = {"mention", "event_type"} if mention.bare else None
    event.evidence += [s for s in mention.evidence if keep is None or s.field in keep]
