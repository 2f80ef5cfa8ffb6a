"""The events of a report from top to bottom: mentions of one happening are one event, which inherits what they lack."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from geo.codes import DatePrecision
from geo.dates import DateSpan, find_dates
from geo.names import fold
from geo.reports.actors import ActorMention
from geo.reports.agreement import agree, lies_within, takes_toll, tolls_agree
from geo.reports.circumstances import as_town, at_most, is_relative, is_spoken, since
from geo.reports.joining import (
    TERRITORY,
    at_further_place,
    elsewhere,
    goes_on,
    is_generic,
    join,
    names_what_was_taken,
    tells_nothing,
)
from geo.reports.kinds import EXPLOSIONS, subtype_of
from geo.reports.lexicon import COMBAT
from geo.reports.mention import Mention, SetAside, Span, actor_span
from geo.reports.places import Toponym
from geo.reports.report import Report
from geo.reports.sentences import Sentence

_OLD = timedelta(days=180)
_NO_NEWS = timedelta(days=45)
_SEVERAL_DAYS = timedelta(days=3)
_OPENING = 24
_LONG = frozenset({DatePrecision.MONTH, DatePrecision.YEAR})
_MANY = re.compile(r"\b\d{2,}\b")
LEAD = 1_200  # letters: head and first paragraphs
_NEWS_DAYS = frozenset({"day", "weekday", "relative day", "same day"})
_DAYS = frozenset({"day", "until", "weekday", "relative day", "same day", "ago"})
_NEAR = 8  # events of a paragraph that a toll may belong to
_REMEMBERED = 300  # events that a new mention is compared with; keeps time linear in long texts


class Story:
    """The events of one report while it is read from top to bottom."""

    def __init__(self, report: Report, period: tuple[date, date] | None = None) -> None:
        self.report = report
        self.opening = period[0] if period and report.date and report.date >= period[0] else None
        self.day = DateSpan(report.date, report.date, DatePrecision.DAY) if report.date else None
        # A text that tells of years by headings, as an encyclopedia does: then nothing is mere background.
        self.history = any(p.year is not None for p in report.parts)
        self.events: list[Mention] = []
        self.aside: list[SetAside] = []
        self.place: Toponym | None = None
        self.placed: Mention | None = None  # the event that told this place
        self.area: Toponym | None = None
        self.settlement: Toponym | None = None
        self.settlement_part = -1
        self.settlement_day: tuple[DateSpan, Span] | None = None  # the day of the sentence that named it
        self.label: tuple[tuple[Toponym, ...], int] = ((), -1)
        self.alone = True  # whether the settlement is the only one that its paragraph has named
        self.parties: list[ActorMention] = []
        self.subject: ActorMention | None = None  # the first armed party of the sentence before
        self.told: tuple[DateSpan, int, Span] | None = None
        self.news: tuple[DateSpan, Span] | None = None  # the day of which news opens
        self.titled = _titled(report)
        self.opening_part = -1
        self.last: Mention | None = None
        self.last_part = -1

    def see(self, sentence: Sentence) -> None:
        """Remember the last settlement and the parties of a sentence; "the town" or "it" may mean them later."""
        self.divisions(sentence)
        self.opened(sentence)
        self.lead(sentence)
        named = [t for t in sentence.toponyms if t.level == "place" and t.known]
        if named:
            before = self.settlement if self.settlement_part == sentence.part else None
            one = {fold(t.name) for t in (*named, *([before] if before else []))}
            self.alone = len(one) == 1 and (before is None or self.alone)
            self.settlement, self.settlement_part = named[-1], sentence.part
            self.settlement_day = _only_day(sentence)
        self.parties = [*self.parties, *sentence.actors][-_PARTIES:]
        self.subject = next((a for a in sentence.actors if a.armed), self.subject)

    def labelled(self, sentence: Sentence) -> None:
        """Remember the places that a paragraph opens with as its label: "- Kesra / Ahmar: the army took both"."""
        part = self.report.parts[sentence.part]
        if sentence.start != part.start:
            return
        names = [t for t in sentence.toponyms if t.level in {"place", "district", "division"}]
        at = sentence.start
        label: list[Toponym] = []
        for name in names:
            if not _LABEL_BEFORE.fullmatch(self.report.text, at, name.start):
                break
            label, at = [*label, name], max(name.end, name.core_end)
        colon = _LABEL_END.match(self.report.text, at) or (
            label and label[0].name.isupper() and _STOP.match(self.report.text, at)
        )
        self.label = (tuple(label), sentence.part) if label and colon else ((), -1)

    def divisions(self, sentence: Sentence) -> None:
        """Where several divisions are named, none of them is the place of what follows."""
        if len({fold(t.name) for t in sentence.toponyms if t.level == "division" and t.locative}) > 1:
            self.area = None

    def opened(self, sentence: Sentence) -> None:
        """Remember the day that a sentence opens with, as "By 5 May": what follows in the paragraph is of that day."""
        first = next((d for d in sentence.dates if d.start - sentence.start < _OPENING), None)
        if first and first.span and first.span.precision == DatePrecision.DAY and first.rule in _DAYS:
            span = first.span if first.rule != "until" else DateSpan(first.span.end, first.span.end, DatePrecision.DAY)
            self.told = span, sentence.part, Span("date", first.start, first.end)

    def lead(self, sentence: Sentence) -> None:
        """Remember the day of which news tells in its first paragraphs: that of the report, or the one before."""
        if self.news is not None or self.day is None or sentence.start > LEAD:
            return
        if self.titled is not None and self.opening_part not in {-1, sentence.part}:
            return  # further down only the title holds for all
        self.opening_part = sentence.part
        for found in sentence.dates:
            span = found.span
            if span is None or found.rule not in _NEWS_DAYS or is_spoken(sentence, found):
                continue
            if timedelta(0) <= self.day.start - span.start <= timedelta(1) and span.end <= self.day.end:
                self.news = span, Span("date", found.start, found.end)
                return

    def add(self, mention: Mention) -> None:
        """Join a mention to the event it tells, or begin a new one, or set it aside."""
        text = self.report.text
        if mention.date is not None:
            mention.date = at_most(mention.date, self.day)
            if self.day and mention.date.start > self.day.end:
                return self.set_aside(mention, "lies after the report")
            if self.is_old(mention.date) and not self.history:
                return self.set_aside(mention, "background: long before the report")
            if self.opening and mention.date.end < self.opening and not self.history:
                return self.set_aside(mention, "background: before the period of the theatre")
        if mention.own_date and mention.date and mention.date.precision in _LONG:
            if self.sums(mention):
                return self.set_aside(mention, "a sum of a month or a year")
            if self.news and self.day and mention.date.end < self.day.start - _NO_NEWS and not self.history:
                return self.set_aside(mention, "background: a month long before the news")
        if mention.own_date and mention.date and self.sums_days(mention, mention.date):
            return self.set_aside(mention, "a sum of several days")
        if self.of_all_places(mention):
            return self.set_aside(mention, "the dead and injured of several places together")
        if mention.perfect and mention.since and mention.place is None:
            return self.set_aside(mention, "what has gone on since, not one happening")
        anaphor = _anaphor(text, mention)
        self.name_actor(mention)
        self.name_settlement(mention, anaphor)
        event = self.match(mention)
        nobody = mention.toll_only and all(c.high == 0 for c in (mention.toll.killed, mention.toll.injured) if c)
        if event is None and (nobody or mention.word is None or (mention.definite and mention.bare)):
            return self.set_aside(mention, "names a happening that is told elsewhere")
        if event is None and tells_nothing(self.report.text, mention):
            return self.set_aside(mention, "names no happening of its own: no place, date, number or party")
        if event is None and is_generic(text, mention):
            return self.set_aside(mention, "tells of no single happening: no date, place or number of its own")
        if event is None:
            self.inherit(mention, anaphor)
            self.events.append(mention)
            event = mention
        elif elsewhere(text, event, mention):
            event = at_further_place(event, mention)
            self.events.append(event)
        else:
            join(event, mention)
        if event.place or self.last_part != mention.part:
            self.place, self.placed = event.place, event
        self.last, self.last_part = event, mention.part
        if self.place and self.place.level == "division":
            self.area = replace(self.place, start=self.place.core_start)  # not its countryside alone
        return None

    def sums(self, mention: Mention) -> bool:
        """Whether news gives a number for a month or a year, and no place of its own."""
        counted = mention.toll.killed or mention.toll.injured or _MANY.search(self.report.text, *mention.clause)
        return not self.history and not mention.own_place and counted is not None

    def sums_days(self, mention: Mention, date: DateSpan) -> bool:
        """Whether nothing is told but the dead of several days, or what "has been" done in them at no place."""
        if self.history or date.end - date.start < _SEVERAL_DAYS:
            return False
        counted = mention.toll.killed if mention.toll_only else mention.perfect and self.sums(mention)
        return bool(counted)

    def of_all_places(self, mention: Mention) -> bool:
        """Whether a toll without a place is told for all that several places saw: "today's raids killed two"."""
        if mention.own_place or not (mention.toll.killed or mention.toll.injured):
            return False
        if _OF_ALL.search(self.report.text, *mention.told) is None:
            return False
        told = (t for e in self.events if e.type in COMBAT for t in (e.place, *e.others) if t and t.level == "place")
        return len({fold(t.name) for t in told}) > 1

    def set_aside(self, mention: Mention, reason: str) -> None:
        start, end = mention.told
        self.aside.append(SetAside(start, end, self.report.text[start:end], reason))

    def is_old(self, date: DateSpan) -> bool:
        """Whether a date lies long before the report."""
        return self.day is not None and date.end < self.day.start - _OLD

    def name_actor(self, mention: Mention) -> None:
        """Let "his forces" be those of the party named before."""
        text = self.report.text
        same = _SAME_FORCE.search(text, mention.clause[0], mention.trigger[0])
        named = any(a.end <= mention.trigger[0] for a in mention.actors)
        own = None if named else _OWN_FORCES.search(text, mention.clause[0], mention.trigger[0])
        if own is None and not mention.actors:
            own = _OWN_FORCES.search(text, mention.told[0], mention.trigger[0])
        told = self.last.actors[0] if self.last and self.last.actors else None
        if told is None and (self.last is None or self.last_part != mention.part) and self.subject:
            told = self.subject
        if same:
            alike = [a for a in self.parties if text[a.start : a.end].lower().endswith(same["force"].lower())]
            told = alike[-1] if alike else told
        words = same or own
        if words is None or told is None:
            return
        end = same.end("force") if same else words.start() + len(words[0].rstrip())
        actor = ActorMention(told.actor, told.type, told.side, words.start(), end, alone=False)
        mention.actors = [actor, *(a for a in mention.actors if a.actor != actor.actor)][:2]
        mention.evidence.append(actor_span(actor))
        mention.subtype = subtype_of(mention.word, actor)
        mention.rules.append("actor inherited")

    def name_settlement(self, mention: Mention, anaphor: Span | None) -> None:
        """Let "the town", or "it" behind a verb of taking, be the settlement named last in the paragraph."""
        if mention.place is not None or self.settlement is None:
            return
        text = self.report.text
        if self.settlement_part != mention.part:
            called = anaphor is not None and _CALLED.search(text, anaphor.start, anaphor.end)
            if called and anaphor and self.place and self.place.level == "place" and self.last_part + 1 == mention.part:
                mention.place = self.place  # what the paragraph before told was there
                mention.rules.append("place inherited")
                mention.evidence.append(anaphor)
            return
        if anaphor is None or not _SETTLEMENT.search(text, anaphor.start, anaphor.end):
            taken = mention.word is not None and mention.word.subtype in TERRITORY
            found = _IT.match(text, mention.trigger[1]) if taken else None
            anaphor = Span("place", found.start("it"), found.end("it")) if found else None
        if anaphor is not None:
            mention.place = self.settlement
            mention.rules.append("place inherited")
            mention.evidence.append(anaphor)

    def context(self, mention: Mention) -> DateSpan | None:
        """The date told before in the paragraph: by the event before, or by a sentence after it."""
        last = self.last if self.last and self.last_part == mention.part else None
        if last and is_relative(self.report.text, last.clause):
            last = None  # such a clause dates only itself
        if self.told and self.told[1] == mention.part and (last is None or self.told[2].start > last.told[0]):
            return self.told[0]
        return last.date if last else None

    def match(self, mention: Mention) -> Mention | None:
        """The event that a mention tells again, if any."""
        if mention.another:
            return None
        if mention.share and mention.toll_only:
            return self.shared(mention)
        goes_on = self.told_on(mention)
        if goes_on is not None:
            return goes_on
        known = (e for e in self.events[-_REMEMBERED:] if self.may_tell_again(e, mention))
        fitting = [e for e in known if agree(e, mention, self.context(mention))]
        if not fitting:
            return self.last if self.tells_on(mention) else None
        if mention.word is None or (mention.definite and not mention.own_date):
            return fitting[-1]
        dated = [e for e in fitting if mention.own_date and e.own_date]
        return (dated or fitting)[0]

    def shared(self, mention: Mention) -> Mention | None:
        """The event of whose dead a mention tells those at one place."""
        for event in reversed(self.events[-_NEAR:]):
            dated = mention.date is None or event.date is None or mention.date.overlaps(event.date)
            names = {fold(t.name) for t in (*event.others, *([event.place] if event.place else []))}
            if event.type in COMBAT and dated and mention.place and fold(mention.place.name) in names:
                return event
        return None

    def tells_on(self, mention: Mention) -> bool:
        """Whether a sentence of a paragraph, without place and day of its own, goes on with the happening before it."""
        last = self.last
        if last is None or self.last_part != mention.part or mention.own_place or mention.own_date:
            return False
        if last.type == mention.type and _IN_IT.search(self.report.text, *mention.told):
            return True
        there = last.type == "Battles" and _THERE.search(self.report.text, *mention.told) is not None
        if last.type != mention.type or not (there or last.type in {EXPLOSIONS, "Protests"}):
            return False
        alike = not last.subtype or not mention.subtype or last.subtype == mention.subtype or last.type == "Protests"
        return alike and tolls_agree(last.toll, mention.toll)

    def may_tell_again(self, event: Mention, mention: Mention) -> bool:
        """Whether a mention can go back to an event: a history goes on in time from paragraph to paragraph."""
        if mention.definite or (event.part == mention.part and not self.history):
            return True
        if mention.word is None:
            return event.part == mention.part
        if not self.history:
            return True
        dated = mention.own_date and event.date is not None
        return (dated or event.part == mention.part) and lies_within(event.place, mention.place)

    def told_on(self, mention: Mention) -> Mention | None:
        """The fight before in the paragraph whose dead and injured a mention tells: "Clashes left five dead"."""
        noun = mention.word is None or not mention.word.is_verb
        if self.last_part != mention.part or not (mention.toll_only or (noun and not mention.own_date)):
            return None
        if not (mention.toll.killed or mention.toll.injured):
            return None
        here = [e for e in self.events[-_NEAR:] if e.part == mention.part and takes_toll(self.report.text, e, mention)]
        named = [e for e in here if e.stems & (mention.recalls or (mention.stems if not mention.toll_only else set()))]
        if named:
            return named[-1]
        last = here[-1] if here and here[-1] is self.last else None
        return last if mention.toll_only else None

    def place_before(self, mention: Mention, anaphor: Span | None) -> Toponym | None:
        """The place that goes on to hold: a village for its paragraph and its fight, a province for the report.

        Who moves, agrees or builds does so elsewhere, unless a word such as "the town" says where.
        """
        passive = self.report.text[slice(*mention.trigger)].endswith(" by")  # "the post remained surrounded by"
        if self.label[1] == mention.part and mention.type in COMBAT:
            return self.label[0][0]
        if self.last_part != mention.part:
            here = (self.history or self.alone) and self.settlement_part == mention.part and mention.type in COMBAT
            return self.settlement if here else self.area
        if anaphor is None and not passive and mention.type not in COMBAT:
            return None
        if mention.toll_only and self.last is not self.placed:
            return None
        same = anaphor is not None or passive or self.placed is None or goes_on(self.placed, mention)
        return self.place if same else None

    def inherit(self, mention: Mention, anaphor: Span | None) -> None:
        """Place and date from the event before, in the paragraph or the report; marked as inherited."""
        place = self.place_before(mention, anaphor)
        if mention.place is None and place is not None and not names_what_was_taken(self.report.text, mention):
            city = anaphor is not None and self.report.text[anaphor.start : anaphor.end].lower().endswith("city")
            mention.place = as_town(place) if city else place
            mention.rules.append("place inherited")
            mention.evidence.append(anaphor or Span("place", *place.words))
            if self.label[1] == mention.part and place is self.label[0][0]:
                mention.others += self.label[0][1:]
        if mention.date is not None:
            return
        before = self.context(mention)
        if before is None and self.settlement_day and mention.place is self.settlement and anaphor is not None:
            mention.date = self.settlement_day[0]  # "failed there on Monday. Twelve were killed in the town"
            mention.rules.append("date inherited")
            mention.evidence.append(self.settlement_day[1])
        if before is not None:
            lasting = (mention.perfect or mention.consequence) and not self.is_old(before)
            mention.date = since(before, self.day) if lasting else before
            mention.rules.append("date inherited")
            source = [self.told[2]] if self.told and self.told[0] == before else []
            source += [s for s in self.last.evidence if s.field == "date"] if self.last else []
            mention.evidence += source[:1]


_OF_ALL = re.compile(
    r"\b(?:today['’]s|(?:the|this)\sday['’]s|(?:of|during|throughout|over)\s(?:today|the\s(?:whole\s|entire\s)?day)"
    r"|(?:these|those)\s(?:[\w-]+\s){0,2}(?:raids|strikes|airstrikes|attacks|bombardments|bombings|clashes))(?!\w)",
    re.IGNORECASE,
)


def _only_day(sentence: Sentence) -> tuple[DateSpan, Span] | None:
    """The day that a sentence tells, if it tells one alone, and not only when something was said."""
    days = [d for d in sentence.dates if d.rule in _NEWS_DAYS and d.span and not is_spoken(sentence, d)]
    return (days[0].span, Span("date", days[0].start, days[0].end)) if len(days) == 1 and days[0].span else None


def _titled(report: Report) -> tuple[DateSpan, Span] | None:
    """The day or days of which the title of a daily or nightly summary tells."""
    title = next((p for p in report.parts if p.kind == "title"), None)
    if title is None or report.date is None or not _DAILY.search(report.text, title.start, title.end):
        return None
    found = find_dates(report.text[title.start : title.end], report_date=None)
    spans = [d for d in found if d.span and d.span.end == report.date and d.span.end - d.span.start <= timedelta(1)]
    if len(spans) != 1 or not spans[0].span:
        return None
    return spans[0].span, Span("date", title.start + spans[0].start, title.start + spans[0].end)


_DAILY = re.compile(r"\b(?:daily|today|overnight|nightly|morning|evening|last\s24\shours)\b", re.IGNORECASE)
_OWN_FORCES = re.compile(
    r"\b(?:his|its|their|her)\s(?:[\w-]+\s)?(?:forces|troops|army|soldiers|fighters|men)\b"
    # "The army said it" goes back to the army, whatever was told before.
    r"|(?<!said\s)(?<!says\s)(?<!claimed\s)(?<!announced\s)(?<!that\s)\b(?:it|they)\s(?:[\w-]+\s){0,2}$"
    r"|(?<!\w)كما\s$",  # "it also"
    re.IGNORECASE,
)
_SAME_FORCE = re.compile(
    r"\bthe\ssame\s(?:[\w-]+\s)?(?P<force>division|brigade|battalion|regiment|corps|army|unit|force|group|faction|militia)s?"
    r"\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_SETTLEMENT = re.compile(r"(?:city|town|village|there)$", re.IGNORECASE)
_CALLED = re.compile(r"(?:town|village)$", re.IGNORECASE)  # "the city" may be a larger one near by
_LABEL_BEFORE = re.compile(r"[\s•*–-]*(?:\s?[/,&]\s?|\sand\s)?(?:the\s)?")
_STOP = re.compile(r"\.\s|\s?[-–—]\s")  # "KESRA. A rocket landed ..."
_LABEL_END = re.compile(r"(?:\s(?:axis|front|frontline|sector|direction|area))?\s?:\s")
_IT = re.compile(r"\s(?P<it>it)\b", re.IGNORECASE)
_PARTIES = 50
_ANAPHOR = re.compile(
    r"\b(?:the|that|this)\s(?:[\w-]+\s)?(?:province|provincial\scapital|governorate|region|area|city|town|village)\b"
    r"|(?<=during\s)the\s(?:operation|offensive|assault|attack|ambush|battle|clashes)\b"
    r"|(?<!over\s)(?<!out\s)\bthere\b(?!\s(?:was|were|is|are|has|have|had|will|would|could|may|can)\b)",
    re.IGNORECASE,
)


def _anaphor(text: str, mention: Mention) -> Span | None:
    found = _ANAPHOR.search(text, mention.trigger[0], mention.told[1])
    for before in () if found else _ANAPHOR.finditer(text, mention.clause[0], mention.trigger[0]):
        subject = not text[before.end() : mention.trigger[0]].strip()
        if subject or _WITHIN.search(text, mention.clause[0], before.start()):
            found = before
    return Span("place", found.start(), found.end()) if found else None


# "two men were arrested in the raid" tells what came of it
_IN_IT = re.compile(r"\b(?:in|during)\sthe\s(?:same\s)?(?:raid|operation|search|sweep)\b", re.IGNORECASE)
_THERE = re.compile(r"\bthere(?=[.,;])", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:in|inside|of|at|near|outside)\s$", re.IGNORECASE)
