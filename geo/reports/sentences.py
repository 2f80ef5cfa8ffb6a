"""One sentence with all that was found in it: dates, counts, actors, toponyms, cues, event words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate, find_dates
from geo.gazetteer import Gazetteer
from geo.reports.actors import ActorMention, ActorNames, Tokens, actor_names, find_actors
from geo.reports.armies import Armies
from geo.reports.bodies import with_those_told
from geo.reports.lexicon import TERRITORY, EventWord, Lexicon, lowered
from geo.reports.numbers import Count, find_counts
from geo.reports.places import TextNames, Toponym, place_reader
from geo.reports.report import Part, Report
from geo.reports.splitting import inside, quoted_spans, split_sentences
from geo.theatre import Theatre


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event word in its place; ``word`` is None for words such as "incident" that name what was told before."""

    word: EventWord | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Casualty:
    """A word of death or injury; ``kind`` is "killed" or "injured"."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Sentence:
    """A sentence of a report; offsets are those of the report."""

    text: str  # of the whole report
    start: int
    end: int
    part: int
    quotes: list[tuple[int, int]]
    dates: list[FoundDate] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    actors: list[ActorMention] = field(default_factory=list)
    toponyms: list[Toponym] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    casualties: list[Casualty] = field(default_factory=list)
    cues: list[tuple[str, int, int]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]

    def clause(self, position: int) -> tuple[int, int]:
        """Bounds of the clause around an offset."""
        start = max((b for b in self.breaks if b <= position), default=self.start)
        return start, min((b for b in self.breaks if b > position), default=self.end)

    def segment(self, position: int) -> tuple[int, int]:
        """Bounds of the part of the sentence between semicolons around an offset."""
        start = self.text.rfind(";", self.start, position)
        end = self.text.find(";", position, self.end)
        return (self.start if start < 0 else start + 1), (self.end if end < 0 else end)

    def before(self, position: int, length: int = 60) -> str:
        """The words before an offset, within the sentence."""
        return self.text[max(self.start, position - length) : position]


def read_sentences(report: Report, gazetteer: Gazetteer, theatre: Theatre, lexicon: Lexicon) -> Iterator[Sentence]:
    """The sentences of the body of a report, in order, each with what was found in it."""
    names = place_reader(gazetteer, theatre).names(report.text)
    actors, armies = with_those_told(report.text, actor_names(theatre), lexicon), Armies(theatre)
    small = lowered(report.text)
    told: DateSpan | None = None
    for number, part in enumerate(report.parts):
        if part.kind != "body":
            continue
        tokens = Tokens.of(report.text, part.start, part.end)
        # What a history tells of its own day ("now", "this week") was not that of the reader.
        today = report.date if part.year is None or (report.date and part.year >= report.date.year) else None
        found = find_dates(report.text[part.start : part.end], report_date=today, year=part.year, told=told)
        told = next((d.span for d in reversed(found) if d.span and d.span.precision == DatePrecision.DAY), told)
        dates = [_moved(d, part.start) for d in found]
        yield from _sentences(report, part, number, _Found(tokens, dates, names, actors, armies, lexicon, small))


def _moved(found: FoundDate, offset: int) -> FoundDate:
    return FoundDate(found.span, found.start + offset, found.end + offset, found.text, found.rule)


@dataclass(frozen=True, slots=True)
class _Found:
    tokens: Tokens
    dates: list[FoundDate]
    names: TextNames
    actors: ActorNames
    armies: Armies
    lexicon: Lexicon
    lowered: str  # the text of the report in small letters


def _sentences(report: Report, part: Part, number: int, found: _Found) -> Iterator[Sentence]:
    text, lexicon = report.text, found.lexicon
    quotes = quoted_spans(text, part.start, part.end)
    position = 0
    for start, end in split_sentences(text, part.start, part.end):
        sentence = Sentence(text, start, end, number, quotes)
        while position < len(found.dates) and found.dates[position].start < end:
            sentence.dates.append(found.dates[position])
            position += 1
        words = found.tokens.between(start, end)
        _fill(sentence, found.tokens.part(words), found, lexicon)
        yield sentence


def _fill(sentence: Sentence, tokens: Tokens, found: _Found, lexicon: Lexicon) -> None:
    text, start, end = sentence.text, sentence.start, sentence.end
    dated = [(d.start, d.end) for d in sentence.dates]
    actors = find_actors(text, tokens, found.actors, lexicon)
    actors = found.armies.read(text, start, end, sentence.part, actors, lexicon)
    claimed = [(a.start, a.end) for a in actors if not a.alone]
    # Where nobody acts, no day is named and nothing happens, a capitalised word in "in X" is rarely a place of the war.
    told = bool(actors or sentence.dates) or lexicon.triggers.search(found.lowered, start, end) is not None
    toponyms = found.names.toponyms(start, end, dated + claimed, unlisted=told)
    # A country or capital after "in" is a place; elsewhere it is a government.
    placed = {t.core_start for t in toponyms if (t.locative and not _is_agent(sentence, t)) or _is_left(sentence, t)}
    sentence.actors = [a for a in actors if not (a.alone and a.start in placed)]
    acting = {a.start for a in sentence.actors}
    sentence.toponyms = [t for t in toponyms if t.core_start not in acting] + _borders(sentence)
    sentence.breaks = [start, *(m.start() for m in lexicon.boundaries.finditer(text, start, end))]
    sentence.triggers = list(_triggers(sentence, found, [t for t in sentence.toponyms if t.known]))
    sentence.casualties = list(_casualties(sentence, lexicon))
    sentence.cues = [
        (m.lastgroup or "", m.start(), m.end())
        for m in lexicon.cues.finditer(found.lowered, start, end)
        if not inside(m.start(), sentence.quotes)
    ]
    if sentence.casualties or sentence.triggers or _moves(lexicon, text, start, end):
        counts = find_counts(text, start, end, lexicon)
        sentence.counts = [c for c in counts if not any(a < c.end and c.start < b for a, b in dated)]


def _moves(lexicon: Lexicon, text: str, start: int, end: int) -> bool:
    """Whether people leave or come back."""
    return any(lexicon.pattern(f"displacement.{key}").search(text, start, end) for key in ("verbs", "return"))


_AGENT = re.compile(r"(?:with|against|toward|of|to|from|between|by|on)\s(?:the\s)?$", re.IGNORECASE)


def _is_agent(sentence: Sentence, toponym: Toponym) -> bool:
    """Whether a country after "against", "with" or "of" is a party; "in", "into" and "near" make it a place."""
    if toponym.level != "country":
        return False
    before = sentence.before(toponym.start, 12)
    return bool(_AGENT.search(before)) and not re.search(
        r"\b(?:parts|north|south|east|west|centre) of (?:the )?$", before
    )


_LEAVES = re.compile(
    r"\b(?:(?:fled|flee|flees|fleeing)(?:\sfrom)?|(?:refugees|people|displaced|crossed|arrived|evacuated)\sfrom)\s(?:the\s)?$",
    re.IGNORECASE,
)


def _is_left(sentence: Sentence, toponym: Toponym) -> bool:
    """Whether a country is where people fled from: "two million have fled Karvia"."""
    return toponym.level == "country" and _LEAVES.search(sentence.before(toponym.start, 24)) is not None


_BORDER = re.compile(r"(?<!\w)[A-Z][\w-]+(?:[-–][A-Z]\w+)?\s(?:borders?|frontier)(?!\w)")


def _borders(sentence: Sentence) -> list[Toponym]:
    """Lines such as "the X border", which no gazetteer holds; named so that nothing else is taken for the place."""
    taken = [(t.start, t.end) for t in sentence.toponyms] if sentence.toponyms else []
    return [
        Toponym(m[0], m.start(), m.end(), m.start(), m.end(), "border", "", locative=True, near=False, known=False)
        for m in _BORDER.finditer(sentence.text, sentence.start, sentence.end)
        if not any(a < m.end() and m.start() < b for a, b in taken)
    ]


def _triggers(sentence: Sentence, found: _Found, toponyms: list[Toponym]) -> Iterator[Trigger]:
    lexicon, bounds = found.lexicon, (sentence.start, sentence.end)
    matches = list(lexicon.triggers.finditer(found.lowered, *bounds))
    taken = {m.start() for m in matches}
    named = [m for m in lexicon.before_names.finditer(sentence.text, *bounds) if m.start() not in taken]
    for match in sorted([*matches, *named], key=re.Match.start) if named else matches:
        if inside(match.start(), sentence.quotes) or any(t.start <= match.start() < t.core_end for t in toponyms):
            continue
        trigger = Trigger(lexicon.words[int((match.lastgroup or "t0")[1:])], match.start(), match.end())
        if not (_by_nobody(sentence, lexicon, trigger) or _takes_people(sentence, lexicon, trigger, toponyms)):
            yield trigger


_PLAIN_BLOW = re.compile(r"(?!targets|positions)(?:.*\s)?(?:hit|struck|targeted)", re.IGNORECASE | re.DOTALL)
_TOLD_BEFORE = 600  # letters in which the weapon was named: "a market was hit"
_PASSIVE = re.compile(r"\b(?:was|were|been|being)\s(?:[\w-]+\s)?$", re.IGNORECASE)


def _by_nobody(sentence: Sentence, lexicon: Lexicon, trigger: Trigger) -> bool:
    """Whether what hits is no force and no weapon: an earthquake hits villages, too."""
    word = trigger.word
    if word is None or word.subtype or word.type != "Explosions/Remote violence":
        return False
    if not _PLAIN_BLOW.fullmatch(sentence.text, trigger.start, trigger.end) or any(a.armed for a in sentence.actors):
        return False
    weapons = lexicon.pattern("military.weapons")
    if weapons.search(sentence.text, sentence.start, sentence.end):
        return False
    if lexicon.pattern("military.hazards").search(sentence.text, sentence.start, sentence.end):
        return True
    return weapons.search(sentence.text, max(0, sentence.start - _TOLD_BEFORE), sentence.start) is None


def _takes_people(sentence: Sentence, lexicon: Lexicon, trigger: Trigger, toponyms: Sequence[Toponym]) -> bool:
    """Whether it is people who are taken: "the pilot was captured"."""
    if trigger.word is None or trigger.word.subtype != TERRITORY:
        return False
    passive = _PASSIVE.search(sentence.before(trigger.start, 24))
    taken = list(lexicon.pattern("military.people").finditer(sentence.text, sentence.start, trigger.start))
    if passive is None or not taken:
        return False
    return not any(taken[0].end() <= t.start < trigger.start for t in toponyms)


def _casualties(sentence: Sentence, lexicon: Lexicon) -> Iterator[Casualty]:
    for kind in ("killed", "injured"):
        for match in lexicon.pattern(f"casualties.{kind}").finditer(sentence.text, sentence.start, sentence.end):
            if not inside(match.start(), sentence.quotes):
                yield Casualty(kind, match.start(), match.end())
