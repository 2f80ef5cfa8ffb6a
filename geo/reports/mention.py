"""What one sentence tells of one happening, with the words of each field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from geo.dates import DateSpan, FoundDate
from geo.reports.actors import ActorMention
from geo.reports.circumstances import find_date, find_place
from geo.reports.claims import Claim, find_claim
from geo.reports.kinds import (
    ATTACK,
    CLASH,
    SHOT,
    agent_of,
    bears_arms,
    hits_civilians,
    raid_word,
    subtype_of,
    weapon_of,
)
from geo.reports.lexicon import EventWord, Lexicon
from geo.reports.parties import find_parties
from geo.reports.places import Toponym
from geo.reports.real import ANOTHER, IMPLIED, is_definite
from geo.reports.sentences import Sentence, Trigger
from geo.reports.tolls import Toll


@dataclass(frozen=True, slots=True)
class Span:
    """The words of one field."""

    field: str
    start: int
    end: int


@dataclass(slots=True)
class Mention:
    """One telling of a happening; ``told`` is the sentence it stands in."""

    told: tuple[int, int]
    part: int
    word: EventWord | None
    stems: set[str]
    subtype: str
    trigger: tuple[int, int]
    definite: bool
    another: bool
    date: DateSpan | None
    own_date: bool
    place: Toponym | None
    units: list[Toponym]  # districts and divisions that the place is said to lie in
    own_place: bool
    toll: Toll
    actors: list[ActorMention]
    civilians: bool
    claim: Claim
    perfect: bool
    consequence: bool
    rules: list[str]
    evidence: list[Span] = field(default_factory=list)
    others: list[Toponym] = field(default_factory=list)
    clause: tuple[int, int] = (0, 0)
    toll_only: bool = False  # tells of dead and injured, not of what happened
    recalls: set[str] = field(default_factory=set)  # stems of nouns that name a happening told before
    listed: bool = False  # at a further place of a list
    share: bool = False  # tells the dead of one of several places
    since: bool = False  # dated by when it began

    @property
    def type(self) -> str:
        return self.word.type if self.word else ""

    def unit(self, level: str) -> Toponym | None:
        """The first unit of a level that the place is said to lie in."""
        return next((t for t in self.units if t.level == level), None)

    @property
    def bare(self) -> bool:
        """Names a happening and tells nothing of it."""
        return not (self.own_date or self.toll.killed or self.toll.injured or self.toll.targets)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A sentence with event words that made no event, and why."""

    start: int
    end: int
    text: str
    reason: str


NUMBERS = frozenset({"fatalities", "injured", "targets_hit", "claimed"})


def new_mention(
    sentence: Sentence, lexicon: Lexicon, trigger: Trigger, toll: Toll, same: list[Trigger], rivals: list[Trigger]
) -> Mention:
    """What a trigger tells; ``same`` and ``rivals``: other triggers of the sentence, of fighting and of other kinds."""
    before = sentence.before(trigger.start)
    word = trigger.word
    noun = word is None or not word.is_verb
    definite = is_definite(sentence, trigger)
    civilians = hits_civilians(sentence, lexicon, toll)
    found = find_date(sentence, trigger, definite=definite)
    place, units, others = find_place(sentence, trigger, rivals)
    claim = find_claim(sentence, lexicon, trigger.start)
    actors = find_parties(sentence, lexicon, trigger, claim)
    word = word or raid_word(sentence, trigger, actors)
    if word is None and not definite and (place or toll.killed or toll.injured):
        word = ATTACK if civilians else CLASH
    if word == SHOT and not civilians and bears_arms(sentence, lexicon, trigger):
        word = CLASH
    mention = Mention(
        told=(sentence.start, sentence.end),
        part=sentence.part,
        word=word,
        stems={stem(sentence.text[t.start : t.end]) for t in same},
        subtype=subtype_of(word, agent_of(actors, sentence, trigger)) or weapon_of(sentence, lexicon, trigger),
        trigger=(trigger.start, trigger.end),
        definite=definite,
        another=bool(ANOTHER.search(before))
        or (place is not None and _ALSO.search(sentence.text, *sentence.clause(trigger.start)) is not None),
        date=found.span if found else None,
        own_date=found is not None and found.span is not None,
        place=place,
        units=units,
        own_place=place is not None,
        toll=toll,
        actors=actors,
        civilians=civilians,
        claim=claim,
        clause=sentence.clause(trigger.start),
        perfect=bool(re.search(r"\b(?:have|has)\s(?:[\w-]+\s)?$", before)),
        consequence=bool(IMPLIED.search(sentence.text, sentence.clause(trigger.start)[0], trigger.start)),
        rules=[f"{'noun' if noun else 'verb'} of the lexicon"],
        others=others,
    )
    mention.since = found is not None and found.rule == "since"
    mention.evidence = _evidence(mention, found)
    if found is not None and found.span is None:
        mention.rules.append("date needs the date of the report")
    return mention


_ALSO = re.compile(r"\balso\b", re.IGNORECASE)


def stem(words: str) -> str:
    """Head word of a trigger, so that "the offensive" finds "launched a new offensive"."""
    last = re.findall(r"\w+", words.lower())[-1]
    return re.sub(r"(?:es|ed|ing|s)$", "", last)[:7]


def actor_span(actor: ActorMention) -> Span:
    """The words of a party; which column it stands in is known only when all mentions are joined."""
    return Span(f"actor {actor.actor}", actor.start, actor.end)


def _evidence(mention: Mention, found: FoundDate | None) -> list[Span]:
    spans = [Span("mention", *mention.told), Span("event_type", *mention.trigger)]
    if found:
        spans.append(Span("date", found.start, found.end))
    if mention.place:
        spans.append(Span("place", *mention.place.words))
    for column, level in (("stated_admin1", "division"), ("stated_admin2", "district")):
        unit = mention.unit(level)
        if unit:
            spans.append(Span(column, unit.start, unit.end))
    for name, count in (
        ("fatalities", mention.toll.killed),
        ("injured", mention.toll.injured),
        ("targets_hit", mention.toll.targets),
        ("claimed", mention.toll.claimed),
    ):
        if count:
            spans.append(Span(name, count.start, count.end))
    spans += [actor_span(a) for a in mention.actors]
    if mention.claim.speaker:
        spans.append(Span("attributed_to", mention.claim.start, mention.claim.end))
    return spans
