"""People displaced, as a text tells: how many, since when, from where, to where; what it does not say stays open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate
from geo.reports.circumstances import at_most, since
from geo.reports.claims import Claim, find_claim
from geo.reports.lexicon import Lexicon
from geo.reports.mention import Mention, Span
from geo.reports.numbers import Count
from geo.reports.places import Toponym
from geo.reports.real import unreal
from geo.reports.report import Report
from geo.reports.sentences import Sentence
from geo.reports.splitting import inside
from geo.reports.tolls import find_toll
from geo.reports.whence import find_ends
from geo.theatre import Theatre


@dataclass(slots=True)
class Displaced:
    """One figure of displaced people. A total since a day is a stock at the report's date; ``since`` is that day."""

    told: tuple[int, int]
    count: Count
    households: bool
    measure: str
    movement: str
    date: DateSpan | None
    since: DateSpan | None
    origin: Toponym | None
    destination: Toponym | None
    claim: Claim
    rules: list[str]
    others: tuple[Toponym, ...] = ()  # further places that they left
    evidence: list[Span] = field(default_factory=list)

    @property
    def vague(self) -> bool:
        """Whether it says neither how many, nor from where or to where, nor when: "displaced tens of thousands"."""
        told = self.count.best, self.origin, self.destination, self.since
        return self.measure == "stock" and all(t is None for t in told)


_NEXT = 6  # letters to the date of what began
_SUBSET = re.compile(
    r"\b(?:including|among\sthem|comprising)\b[^.;]*$|\bof\s(?:whom|them),?\s(?:at\sleast\s|about\s|some\s)?$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s(?:of\s(?:them|whom|these|those|which)|percent|per\scent|%)", re.IGNORECASE)
_SOME_OF_THEM = re.compile(
    r"\b(?:half|third|quarter|most|many|some|majority|part|percent|cent)\sof\s(?:whom|them|which|those)\b",
    re.IGNORECASE,
)
_PEOPLE_WITHIN = 4
_REMEMBERED = 300
_FEWEST = 10  # a family that fled is a story, not a figure of displacement
_DESCRIBES = re.compile(
    r"\s(?:people|individuals|persons|population|families|civilians|households|children|women|residents)\b",
    re.IGNORECASE,
)
_EVENT_SINCE = re.compile(
    r"\bsince\s(?:the|this|its|an?)\s(?:[\w-]+\s){0,3}?(?P<what>[\w-]+)\s"
    r"(?:began|started|was\slaunched|erupted|resumed)\b",
    re.IGNORECASE,
)


def read_displaced(
    sentence: Sentence, report: Report, theatre: Theatre, lexicon: Lexicon, events: list[Mention]
) -> list[Displaced]:
    """The displacement figures of a sentence; ``events`` resolve "since the offensive began"."""
    found: list[Displaced] = []
    verbs = [
        m
        for m in lexicon.pattern("displacement.verbs").finditer(sentence.text, sentence.start, sentence.end)
        if not inside(m.start(), sentence.quotes) and not unreal(sentence, m.start(), m.end(), verb=True)
    ]
    backs = list(lexicon.pattern("displacement.return").finditer(sentence.text, sentence.start, sentence.end))
    toll = find_toll(sentence, lexicon, sentence.start, sentence.end)
    dead = {c.start for c in (toll.killed, toll.injured) if c}
    large = [c for c in sentence.counts if c.start not in dead and max(c.low or 0, c.best or 0) >= _FEWEST]
    reader = _Reader(sentence, report, theatre, lexicon, events)
    for count, (start, end) in zip(large, _clauses(sentence, large, verbs + backs), strict=True):
        verb = _verb(reader, count, [v for v in verbs + backs if start <= v.start() < end])
        if found and start <= found[-1].count.start:
            another = _further(reader, count, found[-1], _own_verb(sentence, count, verbs))
            found += [another] if another else []
        elif verb is not None and not _is_part(sentence, lexicon, count, verb):
            people = _people(sentence, count, theatre, lexicon, verb)
            if people is not None:
                found.append(_displaced(reader, count, verb, (start, end), households=people == "households"))
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """A sentence and what it is read by."""

    sentence: Sentence
    report: Report
    theatre: Theatre
    lexicon: Lexicon
    events: list[Mention]

    def tells(self, kind: str, verb: re.Match[str]) -> bool:
        """Whether a verb is one of a list of the lexicon."""
        return self.lexicon.pattern(f"displacement.{kind}").match(self.sentence.text, verb.start()) is not None


def _clauses(sentence: Sentence, counts: list[Count], verbs: list[re.Match[str]]) -> list[tuple[int, int]]:
    """Bounds of what tells of each count: a clause with a number and a verb of its own stands for itself."""
    bounds, start = [], sentence.start
    for count, following in zip(counts, [*counts[1:], None][: len(counts)], strict=True):
        end = sentence.end
        if following:
            between = (b for b in sentence.breaks if count.end <= b <= following.start)
            cut = max((b for b in between if not sentence.text.startswith(" since ", b)), default=0)
            if _own_verb(sentence, following, verbs):
                end = following.start
            split = cut and any(start <= v.start() < cut for v in verbs)
            if split and any(cut <= v.start() <= following.end + _NEAR for v in verbs):
                end = cut
        bounds.append((start, end))
        start = end if following and end in sentence.breaks else start
    return bounds


def _own_verb(sentence: Sentence, count: Count, verbs: list[re.Match[str]]) -> re.Match[str] | None:
    """The verb right behind a count: "and more than 400,000 fled to X"."""
    return next((v for v in verbs if _RIGHT_BEHIND.fullmatch(sentence.text, count.end, v.start())), None)


def _further(reader: _Reader, count: Count, first: Displaced, verb: re.Match[str] | None) -> Displaced | None:
    """A second figure of a sentence: with a verb of its own, or at a place of its own in a list; else it is a part."""
    sentence, text = reader.sentence, reader.sentence.text
    if _SUBSET.search(text, max(sentence.start, count.start - 60), count.start) and verb is None:
        return None
    rules = [*first.rules, "a further figure of the sentence"]
    spans = [s for s in first.evidence if s.field in {"mention", "movement", "attributed_to"}]
    spans.append(Span("persons", count.start, count.end))
    record = replace(first, count=count, origin=None, destination=None, others=(), rules=rules, evidence=spans)
    if verb is not None:
        ends = find_ends(sentence, reader.lexicon, count, verb, (count.start, sentence.end))
        record.origin, record.destination, record.others = ends.origin, ends.destination, ends.others
        days = [
            d for d in sentence.dates if d.start > count.end and d.span and d.rule not in {"until", "as of", "since"}
        ]
        if days and days[0].span:
            record.measure, record.date, record.since = "flow", days[0].span, None
            spans.append(Span("date", days[0].start, days[0].end))
    else:
        beside = (t for t in sentence.toponyms if _NAMES.fullmatch(text, max(t.end, t.core_end), count.start))
        within = (t for t in sentence.toponyms if _WITHIN.fullmatch(text, count.end, t.start))
        record.destination = next(beside, None) or next(within, None)
        if record.destination is None or first.destination is None:
            return None
    named = (("origin", record.origin), ("destination", record.destination))
    record.evidence += [Span(name, end.start, end.end) for name, end in named if end]
    return record if verb is not None or record.destination else None


_RIGHT_BEHIND = re.compile(
    r"\s(?:(?:people|persons|civilians|others|families|have|has|had|were|been|also|reportedly)\s){0,4}"
)
_NAMES = re.compile(r"\s(?:with\s|some\s|hosts\s|another\s|a\sfurther\s)?")  # "and Ahmar 48,900"
_WITHIN = re.compile(r"\s(?:people\s|more\s|others\s|IDPs\s)?in\s(?:the\s)?")


def _people(sentence: Sentence, count: Count, theatre: Theatre, lexicon: Lexicon, verb: re.Match[str]) -> str | None:
    """Unit named after a count, "persons" or "households"; a bare "tens of thousands have fled" are persons."""
    if lexicon.pattern("displacement.number_of").fullmatch(verb[0]):
        return "persons"
    following = sentence.text[count.end : min(sentence.end, count.end + 60)]
    words = re.findall(r"[\w’'-]+", re.split(r"[.,;:–]", following)[0])[:_PEOPLE_WITHIN]
    if any(re.fullmatch("|".join(lexicon.raw["people"]["households"]), w, re.IGNORECASE) for w in words):
        return "households"
    demonyms = {d.casefold() for a in theatre.actors for d in a.demonyms}
    for word in words:
        plain = word.casefold()
        if (
            re.fullmatch("|".join(lexicon.raw["people"]["nouns"]), word, re.IGNORECASE)
            or plain in demonyms
            or (plain.endswith("s") and plain[:-1] in demonyms)
        ):
            return "persons"
    bare = bool(words[:1]) and words[0].lower() in {"have", "has", "had", "fled", "were", "moved", "reportedly"}
    behind = 0 <= verb.start() - count.end < _CLOSE or 0 <= count.start - verb.end() < 4  # "400,000 have fled"
    return "persons" if (bare and count.best is None) or (behind and (count.best or 0) >= _MANY) else None


def _verb(reader: _Reader, count: Count, verbs: list[re.Match[str]]) -> re.Match[str] | None:
    sentence, text = reader.sentence, reader.sentence.text
    for verb in verbs:
        between = text[verb.end() : count.start] if verb.end() <= count.start else None
        if between is not None and reader.tells("number_of", verb) and _STANDS_AT.fullmatch(between):
            return verb  # "the number of displaced people in Kesra stands at 4,000"
        if between is not None and reader.tells("hosts", verb) and _hosted(sentence, verb.end(), count):
            return verb  # "Kesra hosts 4,000 displaced people"
    after = [v for v in verbs if v.start() >= count.end and v.start() - count.end < 160]
    after = [v for v in after if not _SOME_OF_THEM.search(_ASIDE.sub("", text[count.end : v.start()]))]
    needs = reader.lexicon.pattern("displacement.needs")
    after = [v for v in after if not needs.search(text, count.end, v.start()) and _of_displaced(reader, count, v)]
    # "newly displaced individuals chose to move": the last of a chain of verbs says what they did.
    telling = [v for v in after if not _DESCRIBES.match(text[v.end() :][:14])]
    if telling or after:
        return (telling or after)[0]
    before = [v for v in verbs if 0 <= count.start - v.end() <= 3 or v.start() < count.start < v.end()]
    return before[-1] if before else None


_ASIDE = re.compile(r",\s[^,]{1,60},(?=\s)")  # "350 people, most of them women, left"
_STANDS_AT = re.compile(
    r"(?:[^.;,]|(?<=\d),(?=\d)){0,80}?\s(?:at|to|is|was|reached|exceed(?:s|ed))\s|(?=[^a-z]*$)[^.;،]{0,60}\s",
    re.IGNORECASE,
)


def _hosted(sentence: Sentence, start: int, count: Count) -> bool:
    """Whether a count is what a host takes in; in Arabic the host's name comes between."""
    names = [t for t in sentence.toponyms if start <= t.start and t.end <= count.start]
    gap = count.start - start - sum(t.end - t.start for t in names)
    return 0 <= gap <= (3 if not names else _BESIDE)


def _of_displaced(reader: _Reader, count: Count, verb: re.Match[str]) -> bool:
    """Whether those who stay or live somewhere are said to be displaced: "3 million people live in Marat" are not."""
    if not reader.tells("stays", verb):
        return True
    text, end = reader.sentence.text, reader.sentence.end
    return (
        reader.lexicon.pattern("displacement.uprooted").search(
            text, max(reader.sentence.start, count.start - _NEAR), end
        )
        is not None
    )


def _is_part(sentence: Sentence, lexicon: Lexicon, count: Count, verb: re.Match[str]) -> bool:
    """Whether a count is a part of another, or of those given aid; a part that moved on elsewhere is not."""
    before = sentence.text[max(sentence.start, count.start - 60) : count.start]
    if _OUT_OF.search(before) or _SUBSET.search(before):
        return True
    helped = lexicon.pattern("displacement.helped")
    if _DESCRIBES.match(sentence.text[verb.end() :][:14]) and helped.search(
        sentence.text, *sentence.clause(count.start)
    ):
        return True  # "3,000 displaced people were given food"
    part = bool(_PARTS.match(sentence.text, count.end))
    if part and lexicon.pattern("displacement.hosts").fullmatch(verb[0]) and verb.end() <= count.start:
        return False  # "Karvia has received 30,000 of them": the part that one country took in
    return part and not (_ARRIVES.match(verb[0]) and verb.start() - count.end < _CLOSE)


_OUT_OF = re.compile(r"\b(?:[Ff]or|[Oo]ut\sof|[Oo]f\sthe|[Oo]f\sthese|[Hh]ome\sto)\s(?:(?:the|these|those)\s)?$")
_ARRIVES = re.compile(r"arriv|went|moved|crossed|headed|reached|fled", re.IGNORECASE)
_CLOSE = 24
_NEAR = 60
_BESIDE = 12  # letters of "the town of" beside a name
_MANY = 1_000


def _displaced(
    reader: _Reader, count: Count, verb: re.Match[str], bounds: tuple[int, int], *, households: bool
) -> Displaced:
    sentence = reader.sentence
    ends = find_ends(sentence, reader.lexicon, count, verb, bounds)
    record = Displaced(
        told=(sentence.start, sentence.end),
        count=count,
        households=households,
        measure="stock",
        movement=_movement(reader, verb),
        date=None,
        since=None,
        origin=ends.origin,
        destination=ends.destination,
        others=ends.others,
        claim=find_claim(sentence, reader.lexicon),
        rules=["people, number and verb of flight"],
    )
    dated = _time(record, reader, verb, bounds)
    spans = [
        Span("mention", sentence.start, sentence.end),
        Span("persons", count.start, count.end),
        Span("movement", verb.start(), verb.end()),
    ]
    spans += [Span("date", dated.start, dated.end)] if dated else []
    spans += [
        Span(name, end.start, end.end)
        for name, end in (("origin", ends.origin), ("destination", ends.destination))
        if end
    ]
    if record.claim.speaker:
        spans.append(Span("attributed_to", record.claim.start, record.claim.end))
    record.evidence = spans
    return record


def _movement(reader: _Reader, verb: re.Match[str]) -> str:
    return next((m for m in ("return", "evacuation", "onward") if reader.tells(m, verb)), "displacement")


def _time(record: Displaced, reader: _Reader, verb: re.Match[str], bounds: tuple[int, int]) -> FoundDate | Span | None:
    """Date of a figure.

    A total of people displaced since a day is a stock at the report's date; those who were moved, arrived or came back
    since then are a flow, as are all of a stated day or span. Who stays somewhere is a stock at the day told.
    """
    sentence, report = reader.sentence, reader.report
    year = report.parts[sentence.part].year
    past = year is not None and report.date is not None and year < report.date.year  # a history tells of its own day
    today = DateSpan(report.date, report.date, DatePrecision.DAY) if report.date and not past else None
    stays = reader.tells("stays", verb)
    dates = _own_dates(sentence, record.count, bounds, opening=not stays)
    standing = next((d for d in dates if d.rule in {"until", "as of"} and d.span), None)
    record.date = _last_day(standing.span) if standing and standing.span else today
    for found in dates:
        if found.rule == "since":
            record.since = found.span
            if found.span and reader.tells("moves", verb) and not stays:
                record.measure, record.date, record.since = "flow", since(found.span, record.date), None
                record.rules.append("flow since a day, up to the report")
            else:
                record.rules.append("total since a day, as of the report")
            return found
    began = _EVENT_SINCE.search(sentence.text, sentence.start, sentence.end)
    if began:
        return _since_event(record, reader, began, today)
    for found in dates:
        if found.span and found.rule not in {"until", "as of"}:
            if stays:
                record.date = found.span
                record.rules.append("stock at the time stated")
            else:
                record.measure, record.date = "flow", at_most(_up_to(sentence, found, dates) or found.span, today)
                record.rules.append("flow over the time stated")
            return found
    record.rules.append("as of the day stated" if standing else "no time stated: as of the report")
    return standing


def _last_day(span: DateSpan) -> DateSpan:
    return DateSpan(span.end, span.end, DatePrecision.DAY)


def _up_to(sentence: Sentence, first: FoundDate, dates: list[FoundDate]) -> DateSpan | None:
    """Span of two days told as one: "between Sunday and Wednesday"."""
    last = next((d.span for d in dates if _AND.fullmatch(sentence.text, first.end, d.start)), None)
    if last is None or first.span is None or not _BETWEEN.search(sentence.before(first.start, 10)):
        return None
    return DateSpan(first.span.start, last.end, DatePrecision.SPAN) if first.span.start < last.end else None


_BETWEEN = re.compile(r"\b(?:between|from)\s$", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|to|until|through)\s")


def _own_dates(sentence: Sentence, count: Count, bounds: tuple[int, int], *, opening: bool) -> list[FoundDate]:
    """Dates of a clause, else those that open the sentence; the day when somebody spoke is none."""
    told = [d for d in sentence.dates if not _SPOKEN.search(sentence.before(d.start, 20))]
    own = [d for d in told if bounds[0] <= d.start < bounds[1]]
    first = min((c.start for c in sentence.counts), default=count.start)
    return own or [d for d in told if opening and d.end <= first]


_SPOKEN = re.compile(r"\b(?:said|reported|told|announced|warned|stated|added)\s(?:on\s)?$")


def _since_event(
    record: Displaced, reader: _Reader, began: re.Match[str], today: DateSpan | None
) -> FoundDate | Span | None:
    """Start of a total told "since the offensive began", by its date or that of the event told before."""
    sentence = reader.sentence
    stem = began["what"].lower().rstrip("s")[:7]
    event = next((e for e in reader.events if stem in e.stems and e.date), None)
    record.since = since(event.date, today) if event and event.date else None
    dated = next((d for d in sentence.dates if d.span and 0 <= d.start - began.end() < _NEXT), None)
    if dated and dated.span:
        record.since = since(dated.span, today)  # "since the offensive began on 3 May"
        record.rules.append("total since a day, as of the report")
        return Span("date", began.start(), dated.end)
    record.rules.append("total since an event told before, as of the report")
    return Span("date", began.start(), began.end())


def join_displaced(records: list[Displaced]) -> list[Displaced]:
    """The same figure told twice in a report is one record with both mentions."""
    joined: list[Displaced] = []
    for record in records:
        same = next((r for r in joined[-_REMEMBERED:] if _same(r, record)), None)
        if same is None:
            joined.append(record)
            continue
        same.evidence += record.evidence
        same.origin, same.destination = same.origin or record.origin, same.destination or record.destination
        if same.claim.kind == "asserted":
            same.claim = record.claim
    return joined


def _same(one: Displaced, other: Displaced) -> bool:
    mine, theirs = one.count, other.count
    figures = (mine.low, mine.best, mine.high, one.movement, one.households)
    if figures != (theirs.low, theirs.best, theirs.high, other.movement, other.households) or mine.best is None:
        return False
    return one.measure == other.measure or one.since is not None
