"""From a sentence to mentions of happenings: what, when, where, who, how many, who says so - and what is set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate
from geo.reports.actors import ActorMention
from geo.reports.circumstances import NOT_DATES, find_date, find_place, is_relative, year_past
from geo.reports.claims import Claim, find_claim
from geo.reports.kinds import (
    ATTACK,
    CLASH,
    EXPLOSIONS,
    SHOT,
    agent_of,
    bears_arms,
    casualty_word,
    hits_civilians,
    raid_word,
    subtype_of,
    weapon_of,
)
from geo.reports.lexicon import COMBAT, TERRITORY, EventWord, Lexicon
from geo.reports.parties import find_parties
from geo.reports.places import Toponym
from geo.reports.real import ANOTHER, IMPLIED, is_definite, total_from, unreal
from geo.reports.sentences import Casualty, Sentence, Trigger
from geo.reports.shares import Share, shares_of
from geo.reports.tolls import Toll, find_toll


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


def read_mentions(sentence: Sentence, lexicon: Lexicon) -> tuple[list[Mention], list[SetAside]]:
    """Mentions in a sentence: at most one of fighting and one of each other kind."""
    real: list[Trigger] = []
    reasons: list[str] = []
    total = total_from(sentence, lexicon)
    if total == sentence.start and not any(t.known and t.level == "place" for t in sentence.toponyms):
        return [], [SetAside(sentence.start, sentence.end, sentence.words, "a running total")]
    for trigger in sentence.triggers:
        verb = trigger.word is not None and trigger.word.is_verb
        reason = unreal(sentence, trigger.start, trigger.end, verb=verb)
        if reason:
            reasons.append(reason)
        else:
            real.append(trigger)
    real = _without_years_past(sentence, real)
    until = sentence.end if total is None else total
    dead = [c for c in sentence.casualties if c.start < until and not unreal(sentence, c.start, c.end, verb=False)]
    if not real and dead and _by_nobody(sentence, lexicon):
        return [], [
            SetAside(sentence.start, sentence.end, sentence.words, "nobody was killed or hurt there by another")
        ]
    mentions = list(_by_group(sentence, lexicon, real, dead, until))
    if mentions or not (reasons or sentence.triggers):
        return mentions, []
    reason = reasons[0] if reasons else "no happening of its own"
    return [], [SetAside(sentence.start, sentence.end, sentence.words, reason)]


def _without_years_past(sentence: Sentence, triggers: list[Trigger]) -> list[Trigger]:
    """Without what a relative clause tells of a year, where the main clause goes on to tell more."""
    clause = year_past(sentence) if len(triggers) > 1 else None
    if clause is None or not any(t.start >= clause.end() for t in triggers):
        return triggers
    return [t for t in triggers if not clause.start() <= t.start < clause.end()]


def _by_nobody(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether the dead of a sentence died of cold and the like, or the hurt were only cared for there."""
    bounds = sentence.start, sentence.end
    return any(lexicon.pattern(f"casualties.{k}").search(sentence.text, *bounds) for k in ("natural", "cared_for"))


def _by_group(
    sentence: Sentence, lexicon: Lexicon, real: list[Trigger], dead: list[Casualty], until: int
) -> Iterator[Mention]:
    """``until``: the offset from which its counts only sum up."""
    combat = [t for t in real if t.word is None or t.word.type in COMBAT]
    others = [t for t in real if t.word is not None and t.word.type not in COMBAT]
    nobody = lexicon.pattern("casualties.none").search(sentence.text, sentence.start, sentence.end)
    telling = (combat or dead or nobody) and until > sentence.start
    toll = find_toll(sentence, lexicon, sentence.start, until) if telling else Toll()
    shares = shares_of(sentence) if telling else []
    if shares and toll.killed is None:
        toll = replace(toll, killed=shares[0].count)  # "eight of them died in A and four in B"
    main = min(combat, key=lambda t: _priority(sentence, lexicon, t, combat)) if combat else None
    told = toll.killed or toll.injured if dead or nobody else None
    acts = [t for t in others if t.word and t.word.is_verb]
    if main and not told and acts and (_only_before(sentence, main) or _to_take(sentence, main, acts)):
        main = None  # "after months of fighting they signed a truce" tells of the truce
    if main and not told and _protested(sentence, main, others):
        main = None
    if main and not (told and main.word and _names_again(sentence, main)):
        mention = _mention(sentence, lexicon, main, toll, combat, others)
        captures = list(_further_captures(sentence, lexicon, mention, main, combat))
        fights = [] if captures else list(_further_fights(sentence, lexicon, mention, main, combat))
        if not captures and not fights:
            fights = list(_fire_before(sentence, lexicon, mention, main, combat))
        _share_toll(mention, fights)
        _part_actors(mention, fights)
        if shares:
            _give(mention, shares[0])
        yield from (mention, *captures, *fights)
        for share in shares[1:]:
            other = _mention(sentence, lexicon, main, Toll(), [main], [])
            other.toll_only = True
            yield _give(other, share)
        if not captures and not fights:
            yield from _at_other_days(sentence, mention)
    elif told:
        words = (dead[0].start, dead[0].end) if dead else (told.start, told.end)
        by_casualty = Trigger(casualty_word(sentence, lexicon, toll), *words)
        mention = _mention(sentence, lexicon, by_casualty, toll, [by_casualty], others)
        mention.toll_only = True
        mention.recalls = {_stem(sentence.text[t.start : t.end]) for t in combat if t.word and not t.word.is_verb}
        yield from (_give(replace(mention, evidence=list(mention.evidence)), share) for share in shares)
        if not shares:
            yield mention
    seen: set[str] = set()
    for trigger in others:
        if main and _LEFT_AGAIN.search(sentence.before(trigger.start), 0) and _LEFT.match(sentence.text, trigger.start):
            continue
        if main and main.word and main.word.type == EXPLOSIONS and trigger.word and trigger.word.subtype == _LOOTING:
            continue  # what burns down in shelling is no event beside it
        if trigger.word and trigger.word.type not in seen and (trigger.word.is_verb or not combat):
            seen.add(trigger.word.type)
            yield _mention(sentence, lexicon, trigger, Toll(), [trigger], combat)


# "attacked the hill, but withdrew after hours of fighting" tells one happening.
_LEFT_AGAIN = re.compile(r"\b(?:but|then|before)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_LEFT = re.compile(r"withdr\w+|retreat\w+|pulled\s(?:back|out)", re.IGNORECASE)


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


def _further_fights(
    sentence: Sentence, lexicon: Lexicon, first: Mention, main: Trigger, combat: list[Trigger]
) -> Iterator[Mention]:
    """Other fights, each in a main clause of its own with a place of its own: "..., while shells fell on B"."""
    done = {sentence.clause(main.start)}
    for trigger in combat:
        clause = sentence.clause(trigger.start)
        later = max(clause[0], sentence.clause(main.start)[0])
        if clause in done or trigger.word is None or not _COORDINATE.match(sentence.text, later):
            continue
        if is_definite(sentence, trigger) or (not trigger.word.is_verb and _is_context(sentence, lexicon, trigger)):
            continue
        mention = _mention(sentence, lexicon, trigger, Toll(), [trigger], [t for t in combat if t is not trigger])
        place = mention.place
        if place is None or first.place is None or not (place.known and place.level in {"place", "district"}):
            continue
        if not clause[0] <= place.start < clause[1] or clause[0] <= first.place.start < clause[1]:
            continue
        done.add(clause)
        first.others = [t for t in first.others if not clause[0] <= t.start < clause[1]]
        mention.others = [t for t in mention.others if clause[0] <= t.start < clause[1]]
        yield mention


def _fire_before(
    sentence: Sentence, lexicon: Lexicon, first: Mention, main: Trigger, combat: list[Trigger]
) -> Iterator[Mention]:
    """The fire on a place whose taking is only told beside: "shelled Kesra, which rebels took on Sunday"."""
    start, end = sentence.clause(main.start)
    if main.word is None or main.word.subtype != TERRITORY or not first.own_date:
        return
    if not is_relative(sentence.text, (start, end)):
        return
    for trigger in combat:
        fire = trigger.word is not None and trigger.word.is_verb and trigger.word.type == EXPLOSIONS
        if fire and trigger.end <= start:
            yield _mention(sentence, lexicon, trigger, Toll(), [trigger], [])
            first.actors = [a for a in first.actors if start <= a.start < end]
            first.subtype = subtype_of(first.word, agent_of(first.actors, sentence, main))
            return


def _at_other_days(sentence: Sentence, first: Mention) -> Iterator[Mention]:
    """The same at places of a list that have a day each: "hit Kesra on 13 May and Ahmar on 14 May"."""
    place = first.place
    if place is None or not first.own_date or _day_of(sentence, place) is None:
        return
    for other in sentence.toponyms:
        day = _day_of(sentence, other)
        if other.level == "country" or other.start <= place.end or day is None or day.span is None:
            continue
        if not _LISTED.search(sentence.before(other.start, 24)):
            continue
        first.others = [t for t in first.others if t is not other]
        spans = [s for s in first.evidence if s.field not in NUMBERS | {"date", "place"}]
        yield replace(
            first,
            place=other,
            date=day.span,
            toll=Toll(),
            others=[],
            units=[],
            actors=list(first.actors),
            stems=set(first.stems),
            rules=[*first.rules, "one of several places with a day each"],
            another=True,
            evidence=[*spans, Span("place", other.start, other.end), Span("date", day.start, day.end)],
        )


def _day_of(sentence: Sentence, place: Toponym) -> FoundDate | None:
    """The date that stands right behind a place."""
    return next((d for d in sentence.dates if _ON.fullmatch(sentence.text, place.end, d.start)), None)


_ON = re.compile(r"\s(?:on\s|in\s)?(?:early\s|late\s)?")
_LISTED = re.compile(r"(?:,|\band)\s(?:(?:on|in|at|near)\s)?(?:the\s(?:town|village|city)\sof\s)?$")
_COORDINATE = re.compile(
    r";|,\s(?:and|but)\s|\s(?:while|but)\s|,\s(?:[^\s,;]+\s){1,3}(?:also|then|later|responded|retaliated)\b",
    re.IGNORECASE,
)


def _share_toll(first: Mention, further: list[Mention]) -> None:
    """Give the toll of a sentence to the fight that is told last before it."""
    told = first.toll.killed or first.toll.injured
    before = [m for m in (first, *further) if told and m.trigger[0] < told.start]
    owner = max(before, key=lambda m: m.trigger[0], default=first)
    if owner is first:
        return
    owner.toll, first.toll = first.toll, Toll()
    owner.civilians, first.civilians = first.civilians, False
    numbers = [s for s in first.evidence if s.field in NUMBERS]
    owner.evidence += numbers
    first.evidence = [s for s in first.evidence if s.field not in NUMBERS]


def _part_actors(first: Mention, further: list[Mention]) -> None:
    """Leave out the parties of a fight that stand in the clause of another."""
    for mention in (first, *further) if further else ():
        clauses = [m.clause for m in (first, *further) if m is not mention]
        mention.actors = [a for a in mention.actors if not any(start <= a.start < end for start, end in clauses)]
        kept = {actor_span(a) for a in mention.actors}
        mention.evidence = [s for s in mention.evidence if not s.field.startswith("actor ") or s in kept]


def _give(mention: Mention, share: Share) -> Mention:
    """Let a mention tell the dead of one place alone."""
    mention.toll = Toll(killed=share.count, injured=mention.toll.injured, victims=mention.toll.victims)
    mention.place, mention.own_place, mention.others, mention.share = share.place, True, [], True
    kept = [s for s in mention.evidence if s.field not in {"place", "fatalities"}]
    place, count = share.place, share.count
    mention.evidence = [*kept, Span("place", place.start, place.end), Span("fatalities", count.start, count.end)]
    return mention


NUMBERS = frozenset({"fatalities", "injured", "targets_hit", "claimed"})


def _names_again(sentence: Sentence, trigger: Trigger) -> bool:
    """Whether the word only names what is known, as "the fighting" in "nine who fled the fighting were killed"."""
    noun = trigger.word is None or not trigger.word.is_verb
    before = sentence.before(trigger.start)
    return noun and (bool(_IN_REPLY.search(before)) or (is_definite(sentence, trigger) and not sentence.dates))


def _only_before(sentence: Sentence, trigger: Trigger) -> bool:
    """Whether a noun only says what went before, as in "following months of heavy fighting"."""
    noun = trigger.word is None or not trigger.word.is_verb
    return noun and bool(_WENT_BEFORE.search(sentence.before(trigger.start)))


def _to_take(sentence: Sentence, trigger: Trigger, acts: list[Trigger]) -> bool:
    """Whether a raid is told only for the arrests it led to: "raided a camp and arrested four", "held in the raid"."""
    if _RAID.fullmatch(sentence.text, trigger.start, trigger.end) is None:
        return False
    known = is_definite(sentence, trigger)
    return any(t.word and t.word.subtype in _TAKEN and (known or t.start > trigger.end) for t in acts)


def _protested(sentence: Sentence, trigger: Trigger, others: list[Trigger]) -> bool:
    """Whether a noun only names what people protest against: "rallied against the offensive"."""
    noun = trigger.word is None or not trigger.word.is_verb
    before = any(t.word and t.word.type == "Protests" and t.end <= trigger.start for t in others)
    return noun and before and _AGAINST.search(sentence.before(trigger.start)) is not None


_AGAINST = re.compile(
    r"\b(?:against|over|at|denouncing|condemning|protesting|demanding|denounce|condemn)\s(?:an?\s(?:end|halt)\sto\s)?"
    r"(?:the\s)?(?:[\w'’-]+\s){0,3}$",
    re.IGNORECASE,
)
_RAID = re.compile(r"raid(?:s|ed|ing)?|stormed", re.IGNORECASE)
_TAKEN = frozenset({"Arrests", "Abduction/forced disappearance"})
_LOOTING = "Looting/property destruction"
_WENT_BEFORE = re.compile(
    r"\b(?:following|after)\s(?:[\w-]+\s){0,3}(?:days|weeks|months|years)\sof\s(?:[\w-]+\s){0,2}$", re.IGNORECASE
)
_IN_REPLY = re.compile(
    r"\bin\s(?:retaliation|response|reaction|revenge)\s(?:to|for|against)\s(?:[\w'’-]+\s){0,4}$", re.IGNORECASE
)


def _priority(
    sentence: Sentence, lexicon: Lexicon, trigger: Trigger, all_of: list[Trigger]
) -> tuple[bool, bool, bool, bool, int, int]:
    """Least first: indefinite before definite, the main clause before "amid ...", then the rank of the words."""
    noun = trigger.word is None or not trigger.word.is_verb
    context = noun and len(all_of) > 1 and _is_context(sentence, lexicon, trigger)
    rank = trigger.word.rank if trigger.word else 20
    beside = noun and _BESIDE.search(sentence.before(trigger.start)) is not None
    return beside, trigger.word is None, is_definite(sentence, trigger), context and rank > 2, rank, trigger.start


# "jets bombed the town as fighting picked up"
_BESIDE = re.compile(r"\bas\s(?:[a-z]+\s){0,2}$")


def _is_context(sentence: Sentence, lexicon: Lexicon, trigger: Trigger) -> bool:
    """Whether a noun only says what went along with something else: "amid shelling", but not "replied by shelling"."""
    before = sentence.before(trigger.start)
    return lexicon.pattern("context.prepositions").search(before) is not None and _REPLIED.search(before) is None


_REPLIED = re.compile(r"\b(?:responded|retaliated|replied)\s(?:by|with)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)


def _mention(
    sentence: Sentence, lexicon: Lexicon, trigger: Trigger, toll: Toll, same: list[Trigger], rivals: list[Trigger]
) -> Mention:
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
        stems={_stem(sentence.text[t.start : t.end]) for t in same},
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


def _stem(words: str) -> str:
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
