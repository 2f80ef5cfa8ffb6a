"""Further happenings of a sentence: more places taken, fights and days of its own; whose the parties and dead are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate
from geo.reports.circumstances import NOT_DATES, is_relative
from geo.reports.kinds import (
    EXPLOSIONS,
    agent_of,
    subtype_of,
)
from geo.reports.lexicon import TERRITORY, Lexicon
from geo.reports.mention import NUMBERS, Mention, Span, actor_span, new_mention
from geo.reports.places import Toponym
from geo.reports.real import is_definite
from geo.reports.sentences import Sentence, Trigger
from geo.reports.shares import Share
from geo.reports.tolls import Toll


def further_captures(
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
        mention = new_mention(sentence, lexicon, trigger, Toll(), [trigger], [t for t in combat if t is not trigger])
        if mention.place is None or not start <= mention.place.start < end:
            continue
        if day.rule in NOT_DATES and first.date is not None and first.date.start <= day.span.end:
            # "by 8 May it had taken B" tells the last day possible; it follows on what was told before.
            mention.date, mention.own_date = DateSpan(first.date.start, day.span.end, DatePrecision.SPAN), True
            mention.evidence = [s for s in mention.evidence if s.field != "date"] + [Span("date", day.start, day.end)]
        mention.others = [t for t in mention.others if start <= t.start < end]
        first.others = [t for t in first.others if not start <= t.start < end]
        yield mention


def further_fights(
    sentence: Sentence, lexicon: Lexicon, first: Mention, main: Trigger, combat: list[Trigger]
) -> Iterator[Mention]:
    """Other fights, each in a main clause of its own with a place of its own: "..., while shells fell on B"."""
    done = {sentence.clause(main.start)}
    for trigger in combat:
        clause = sentence.clause(trigger.start)
        later = max(clause[0], sentence.clause(main.start)[0])
        if clause in done or trigger.word is None or not _COORDINATE.match(sentence.text, later):
            continue
        if is_definite(sentence, trigger) or (not trigger.word.is_verb and is_context(sentence, lexicon, trigger)):
            continue
        mention = new_mention(sentence, lexicon, trigger, Toll(), [trigger], [t for t in combat if t is not trigger])
        place = mention.place
        if place is None or first.place is None or not (place.known and place.level in {"place", "district"}):
            continue
        if not clause[0] <= place.start < clause[1] or clause[0] <= first.place.start < clause[1]:
            continue
        done.add(clause)
        first.others = [t for t in first.others if not clause[0] <= t.start < clause[1]]
        mention.others = [t for t in mention.others if clause[0] <= t.start < clause[1]]
        yield mention


def fire_before(
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
            yield new_mention(sentence, lexicon, trigger, Toll(), [trigger], [])
            first.actors = [a for a in first.actors if start <= a.start < end]
            first.subtype = subtype_of(first.word, agent_of(first.actors, sentence, main))
            return


def at_other_days(sentence: Sentence, first: Mention) -> Iterator[Mention]:
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


def share_toll(first: Mention, further: list[Mention]) -> None:
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


def part_actors(first: Mention, further: list[Mention]) -> None:
    """Leave out the parties of a fight that stand in the clause of another."""
    for mention in (first, *further) if further else ():
        clauses = [m.clause for m in (first, *further) if m is not mention]
        mention.actors = [a for a in mention.actors if not any(start <= a.start < end for start, end in clauses)]
        kept = {actor_span(a) for a in mention.actors}
        mention.evidence = [s for s in mention.evidence if not s.field.startswith("actor ") or s in kept]


def give(mention: Mention, share: Share) -> Mention:
    """Let a mention tell the dead of one place alone."""
    mention.toll = Toll(killed=share.count, injured=mention.toll.injured, victims=mention.toll.victims)
    mention.place, mention.own_place, mention.others, mention.share = share.place, True, [], True
    kept = [s for s in mention.evidence if s.field not in {"place", "fatalities"}]
    place, count = share.place, share.count
    mention.evidence = [*kept, Span("place", place.start, place.end), Span("fatalities", count.start, count.end)]
    return mention


def is_context(sentence: Sentence, lexicon: Lexicon, trigger: Trigger) -> bool:
    """Whether a noun only says what went along with something else: "amid shelling", but not "replied by shelling"."""
    before = sentence.before(trigger.start)
    return lexicon.pattern("context.prepositions").search(before) is not None and _REPLIED.search(before) is None


_REPLIED = re.compile(r"\b(?:responded|retaliated|replied)\s(?:by|with)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
