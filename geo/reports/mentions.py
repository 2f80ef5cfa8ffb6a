"""From a sentence to mentions of happenings: what, when, where, who, how many, who says so - and what is set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate
from geo.reports.actors import ActorMention
from geo.reports.circumstances import NOT_DATES, find_date, find_place
from geo.reports.claims import Claim, find_claim
from geo.reports.lexicon import COMBAT, TERRITORY, EventWord, Lexicon
from geo.reports.parties import find_parties
from geo.reports.places import Toponym
from geo.reports.real import ANOTHER, DEFINITE, IMPLIED, unreal
from geo.reports.sentences import Casualty, Sentence, Trigger
from geo.reports.tolls import Toll, find_toll

_CLASH = EventWord("Battles", "Armed clash", 9, is_verb=True)
_ATTACK = EventWord("Violence against civilians", "Attack", 9, is_verb=True)
_SHOT = EventWord("Violence against civilians", "Attack", 6, is_verb=True)  # as the lexicon has it


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


def read_mentions(sentence: Sentence, lexicon: Lexicon) -> tuple[list[Mention], list[SetAside]]:
    """Mentions in a sentence: at most one of fighting and one of each other kind."""
    real: list[Trigger] = []
    reasons: list[str] = []
    for trigger in sentence.triggers:
        verb = trigger.word is not None and trigger.word.is_verb
        reason = unreal(sentence, trigger.start, trigger.end, verb=verb)
        if reason:
            reasons.append(reason)
        else:
            real.append(trigger)
    dead = [c for c in sentence.casualties if not unreal(sentence, c.start, c.end, verb=False)]
    mentions = list(_by_group(sentence, lexicon, real, dead))
    if mentions or not (reasons or sentence.triggers):
        return mentions, []
    reason = reasons[0] if reasons else "no happening of its own"
    return [], [SetAside(sentence.start, sentence.end, sentence.words, reason)]


def _by_group(sentence: Sentence, lexicon: Lexicon, real: list[Trigger], dead: list[Casualty]) -> Iterator[Mention]:
    combat = [t for t in real if t.word is None or t.word.type in COMBAT]
    others = [t for t in real if t.word is not None and t.word.type not in COMBAT]
    nobody = lexicon.pattern("casualties.none").search(sentence.text, sentence.start, sentence.end)
    toll = find_toll(sentence, lexicon, sentence.start, sentence.end) if combat or dead or nobody else Toll()
    main = min(combat, key=lambda t: _priority(sentence, lexicon, t, combat)) if combat else None
    told = toll.killed or toll.injured if dead or nobody else None
    acts = [t for t in others if t.word and t.word.is_verb]
    if main and not told and acts and _only_before(sentence, main):
        main = None  # "after months of fighting they signed a truce" tells of the truce
    if main and not (told and main.word and _names_again(sentence, main)):
        mention = _mention(sentence, lexicon, main, toll, combat, others)
        yield mention
        yield from _further_captures(sentence, lexicon, mention, main, combat)
    elif told:
        words = (dead[0].start, dead[0].end) if dead else (told.start, told.end)
        by_casualty = Trigger(_casualty_word(sentence, lexicon, toll), *words)
        mention = _mention(sentence, lexicon, by_casualty, toll, [by_casualty], others)
        mention.toll_only = True
        mention.recalls = {_stem(sentence.text[t.start : t.end]) for t in combat if t.word and not t.word.is_verb}
        yield mention
    seen: set[str] = set()
    for trigger in others:
        if trigger.word and trigger.word.type not in seen and (trigger.word.is_verb or not combat):
            seen.add(trigger.word.type)
            yield _mention(sentence, lexicon, trigger, Toll(), [trigger], combat)


def _further_captures(
    sentence: Sentence, lexicon: Lexicon, first: Mention, main: Trigger, combat: list[Trigger]
) -> Iterator[Mention]:
    """Other places taken, each in a clause of its own with a place and day of its own: "and by 8 May it took B"."""
    if main.word is None or main.word.subtype != TERRITORY or not main.word.is_verb:
        return
    for trigger in combat:
        start, end = sentence.clause(trigger.start)
        day = next((d for d in sentence.dates if start <= d.start < end), None)
        if trigger.word != main.word or start <= main.start < end or day is None or day.span is None:
            continue
        mention = _mention(sentence, lexicon, trigger, Toll(), [trigger], [t for t in combat if t is not trigger])
        if mention.place is None or not start <= mention.place.start < end:
            continue
        if day.rule in NOT_DATES and first.date is not None and first.date.start <= day.span.end:
            # "by 8 May it had taken B" tells the last day possible; it follows on what was told before.
            mention.date, mention.own_date = DateSpan(first.date.start, day.span.end, DatePrecision.SPAN), True
            mention.evidence = [s for s in mention.evidence if s.field != "date"] + [Span("date", day.start, day.end)]
        mention.others = [t for t in mention.others if start <= t.start < end]
        first.others = [t for t in first.others if not start <= t.start < end]
        yield mention


def _names_again(sentence: Sentence, trigger: Trigger) -> bool:
    """Whether the word only names what is known, as "the fighting" in "nine who fled the fighting were killed"."""
    noun = trigger.word is None or not trigger.word.is_verb
    before = sentence.before(trigger.start)
    return noun and (bool(_IN_REPLY.search(before)) or (bool(DEFINITE.search(before)) and not sentence.dates))


def _only_before(sentence: Sentence, trigger: Trigger) -> bool:
    """Whether a noun only says what went before, as in "following months of heavy fighting"."""
    noun = trigger.word is None or not trigger.word.is_verb
    return noun and bool(_WENT_BEFORE.search(sentence.before(trigger.start)))


_WENT_BEFORE = re.compile(
    r"\b(?:following|after)\s(?:[\w-]+\s){0,3}(?:days|weeks|months|years)\sof\s(?:[\w-]+\s){0,2}$", re.IGNORECASE
)
_IN_REPLY = re.compile(
    r"\bin\s(?:retaliation|response|reaction|revenge)\s(?:to|for|against)\s(?:[\w'’-]+\s){0,4}$", re.IGNORECASE
)


def _priority(
    sentence: Sentence, lexicon: Lexicon, trigger: Trigger, all_of: list[Trigger]
) -> tuple[bool, bool, bool, int, int]:
    """Least first: indefinite before definite, the main clause before "amid ...", then the rank of the words."""
    before = sentence.before(trigger.start)
    noun = trigger.word is None or not trigger.word.is_verb
    context = noun and len(all_of) > 1 and bool(lexicon.pattern("context.prepositions").search(before))
    definite = noun and bool(DEFINITE.search(before))
    rank = trigger.word.rank if trigger.word else 20
    return trigger.word is None, definite, context and rank > 2, rank, trigger.start


def _casualty_word(sentence: Sentence, lexicon: Lexicon, toll: Toll) -> EventWord:
    return _ATTACK if _hits_civilians(sentence, lexicon, toll) else _CLASH


_END_OF_OBJECT = re.compile(
    r"[.,;:]|\b(?:in|on(?=\sthe\s(?:road|outskirts|way))|near|after|when|while|which|killing|wounding|with|using)\b"
)


def _bears_arms(sentence: Sentence, lexicon: Lexicon, trigger: Trigger) -> bool:
    """Whether those who are shot at or attacked are armed themselves: an armed party, soldiers, a checkpoint."""
    text = sentence.text
    end = next((m.start() for m in _END_OF_OBJECT.finditer(text, trigger.end + 1, sentence.end)), sentence.end)
    if re.match(r"\sby\b", text[trigger.end :][:4]) or (trigger.end < end and end - trigger.end < 2):
        end = trigger.start  # "a soldier was shot dead by gunmen"
    passive = bool(re.search(r"\b(?:was|were|been|being)\s(?:[\w-]+\s)?$", sentence.before(trigger.start, 24)))
    first, last = (sentence.clause(trigger.start)[0], trigger.start) if passive else (trigger.end, end)
    if lexicon.pattern("people.unarmed").search(text, first, last):
        return False
    armed = any(a.armed and first <= a.start < last for a in sentence.actors)
    return armed or lexicon.pattern("military.armed").search(text, first, last) is not None


def _hits_civilians(sentence: Sentence, lexicon: Lexicon, toll: Toll) -> bool:
    if toll.victims is None or (toll.killed and toll.killed.high == 0):
        return False
    following = re.split(r"[.;:]|\b(?:and|by|in|on|after|when)\b", sentence.text[slice(*toll.victims)])[0]
    military = lexicon.pattern("military.nouns").search(following) or re.search(
        r"\b(?:fighters?|rebels?|militants?)\b", following
    )
    return bool(lexicon.pattern("people.civilians").search(following)) and not military


def _mention(
    sentence: Sentence, lexicon: Lexicon, trigger: Trigger, toll: Toll, same: list[Trigger], rivals: list[Trigger]
) -> Mention:
    before = sentence.before(trigger.start)
    word = trigger.word
    noun = word is None or not word.is_verb
    definite = noun and bool(DEFINITE.search(before))
    civilians = _hits_civilians(sentence, lexicon, toll)
    if word is None and not definite:
        word = _ATTACK if civilians else _CLASH
    if word == _SHOT and not civilians and _bears_arms(sentence, lexicon, trigger):
        word = _CLASH
    found = find_date(sentence, trigger, definite=definite)
    place, units, others = find_place(sentence, trigger, rivals)
    claim = find_claim(sentence, lexicon, trigger.start)
    actors = find_parties(sentence, lexicon, trigger, claim)
    mention = Mention(
        told=(sentence.start, sentence.end),
        part=sentence.part,
        word=word,
        stems={_stem(sentence.text[t.start : t.end]) for t in same},
        subtype=subtype_of(word, _agent(actors, sentence, trigger)),
        trigger=(trigger.start, trigger.end),
        definite=definite,
        another=bool(ANOTHER.search(before)),
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
    mention.evidence = _evidence(mention, found)
    if found is not None and found.span is None:
        mention.rules.append("date needs the date of the report")
    return mention


def _stem(words: str) -> str:
    """Head word of a trigger, so that "the offensive" finds "launched a new offensive"."""
    last = re.findall(r"\w+", words.lower())[-1]
    return re.sub(r"(?:es|ed|ing|s)$", "", last)[:7]


def subtype_of(word: EventWord | None, agent: ActorMention | None) -> str:
    """Sub-type of a trigger; who took territory decides how its taking is called.

    By ACLED's codebook only the state's own forces regain it; rebels and foreign forces overtake it.
    """
    if word is None or word.subtype != TERRITORY:
        return word.subtype if word else ""
    if agent is None or not agent.armed:
        return ""
    return TERRITORY if agent.type == "state forces" else "Non-state actor overtakes territory"


def _agent(actors: list[ActorMention], sentence: Sentence, trigger: Trigger) -> ActorMention | None:
    after = next((a for a in actors if a.start >= trigger.end), None)
    if after and re.search(r"\bby\s(?:the\s)?$", sentence.before(after.start, 8)):
        return after
    if after and sentence.text[trigger.start : trigger.end].endswith(" to") and after.start - trigger.end < 6:
        return after  # "fell to the army"
    within = next((a for a in actors if trigger.start <= a.start < trigger.end), None)  # "shifted to ... control"
    if within:
        return within
    before = [a for a in actors if a.end <= trigger.start]
    subjects = [a for a in before if not _OBJECT.search(sentence.before(a.start, 16))]
    return (subjects or before)[-1] if before else None


_OBJECT = re.compile(r"\b(?:with|against|from|to|between|on|by|of|alongside|and)\s(?:the\s)?$", re.IGNORECASE)


def actor_span(actor: ActorMention) -> Span:
    """The words of a party; which column it stands in is known only when all mentions are joined."""
    return Span(f"actor {actor.actor}", actor.start, actor.end)


def _evidence(mention: Mention, found: FoundDate | None) -> list[Span]:
    spans = [Span("mention", *mention.told), Span("event_type", *mention.trigger)]
    if found:
        spans.append(Span("date", found.start, found.end))
    if mention.place:
        spans.append(Span("place", mention.place.start, mention.place.end))
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
