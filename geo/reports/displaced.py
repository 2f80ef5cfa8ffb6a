"""People displaced, as a text tells: how many, since when, from where, to where; what it does not say stays open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate
from geo.reports.circumstances import at_most, since
from geo.reports.claims import Claim, find_claim
from geo.reports.lexicon import Lexicon
from geo.reports.mentions import Mention, Span
from geo.reports.numbers import Count
from geo.reports.places import Toponym
from geo.reports.real import unreal
from geo.reports.report import Report
from geo.reports.sentences import Sentence
from geo.reports.splitting import inside
from geo.reports.tolls import find_toll
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
_DESCRIBES = re.compile(r"\s(?:people|individuals|persons|population|families|civilians|households)\b", re.IGNORECASE)
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
    for count, following in zip(large, [*large[1:], None][: len(large)], strict=True):
        until = following.start if following and _own_verb(sentence, following, verbs) else sentence.end
        verb = _verb(sentence, count, [v for v in verbs + backs if v.start() < until])
        if found:
            another = _further(sentence, count, found[-1], _own_verb(sentence, count, verbs))
            found += [another] if another else []
        elif verb is not None and not _is_part(sentence, count, verb):
            people = _people(sentence, count, theatre, lexicon, verb)
            if people is not None:
                households = people == "households"
                found.append(_displaced(sentence, report, lexicon, count, verb, events, until, households=households))
    return found


def _own_verb(sentence: Sentence, count: Count, verbs: list[re.Match[str]]) -> re.Match[str] | None:
    """The verb right behind a count: "and more than 400,000 fled to X"."""
    return next((v for v in verbs if _RIGHT_BEHIND.fullmatch(sentence.text, count.end, v.start())), None)


def _further(sentence: Sentence, count: Count, first: Displaced, verb: re.Match[str] | None) -> Displaced | None:
    """A second figure of a sentence: with a verb of its own, or at a place of its own in a list; else it is a part."""
    text = sentence.text
    if _SUBSET.search(text, max(sentence.start, count.start - 60), count.start) and verb is None:
        return None
    rules = [*first.rules, "a further figure of the sentence"]
    spans = [s for s in first.evidence if s.field in {"mention", "movement", "attributed_to"}]
    spans.append(Span("persons", count.start, count.end))
    record = replace(first, count=count, origin=None, destination=None, rules=rules, evidence=spans)
    if verb is not None:
        record.origin, record.destination = _ends(sentence, count, verb, sentence.end)
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
    ends = (("origin", record.origin), ("destination", record.destination))
    record.evidence += [Span(name, end.start, end.end) for name, end in ends if end]
    return record if verb is not None or record.destination else None


_RIGHT_BEHIND = re.compile(
    r"\s(?:(?:people|persons|civilians|others|families|have|has|had|were|been|also|reportedly)\s){0,4}"
)
_NAMES = re.compile(r"\s(?:with\s|some\s|hosts\s)?")  # "and Ahmar 48,900"
_WITHIN = re.compile(r"\s(?:people\s|more\s|others\s|IDPs\s)?in\s(?:the\s)?")


def _people(sentence: Sentence, count: Count, theatre: Theatre, lexicon: Lexicon, verb: re.Match[str]) -> str | None:
    """Unit named after a count, "persons" or "households"; a bare "tens of thousands have fled" are persons."""
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


def _verb(sentence: Sentence, count: Count, verbs: list[re.Match[str]]) -> re.Match[str] | None:
    host = next((v for v in verbs if _HOSTS.fullmatch(v[0]) and 0 <= count.start - v.end() <= 3), None)
    if host is not None:
        return host  # "Kesra hosts 4,000 displaced people"
    after = [v for v in verbs if v.start() >= count.end and v.start() - count.end < 160]
    after = [v for v in after if not _SOME_OF_THEM.search(sentence.text, count.end, v.start())]
    # "newly displaced individuals chose to move": the last of a chain of verbs says what they did.
    telling = [v for v in after if not _DESCRIBES.match(sentence.text[v.end() :][:14])]
    if telling or after:
        return (telling or after)[0]
    before = [v for v in verbs if 0 <= count.start - v.end() <= 3 or v.start() < count.start < v.end()]
    return before[-1] if before else None


def _is_part(sentence: Sentence, count: Count, verb: re.Match[str]) -> bool:
    """Whether a count is a part of another; one of those told before that moved on to a place of its own is none."""
    before = sentence.text[max(sentence.start, count.start - 60) : count.start]
    if _OUT_OF.search(before) or _SUBSET.search(before):
        return True
    part = bool(_PARTS.match(sentence.text, count.end))
    return part and not (_ARRIVES.match(verb[0]) and verb.start() - count.end < _CLOSE)


_OUT_OF = re.compile(r"\b(?:[Ff]or|[Oo]ut\sof|[Oo]f\sthe|[Oo]f\sthese|[Hh]ome\sto)\s(?:(?:the|these|those)\s)?$")
_ARRIVES = re.compile(r"arriv|went|moved|crossed|headed|reached|fled", re.IGNORECASE)
_CLOSE = 24
_MANY = 1_000


def _displaced(
    sentence: Sentence,
    report: Report,
    lexicon: Lexicon,
    count: Count,
    verb: re.Match[str],
    events: list[Mention],
    until: int,
    *,
    households: bool,
) -> Displaced:
    origin, destination = _ends(sentence, count, verb, until)
    record = Displaced(
        told=(sentence.start, sentence.end),
        count=count,
        households=households,
        measure="stock",
        movement=_movement(sentence, lexicon, verb),
        date=None,
        since=None,
        origin=origin,
        destination=destination,
        claim=find_claim(sentence, lexicon),
        rules=["people, number and verb of flight"],
    )
    dated = _time(record, sentence, report, events)
    spans = [
        Span("mention", sentence.start, sentence.end),
        Span("persons", count.start, count.end),
        Span("movement", verb.start(), verb.end()),
    ]
    spans += [Span("date", dated.start, dated.end)] if dated else []
    spans += [Span(name, end.start, end.end) for name, end in (("origin", origin), ("destination", destination)) if end]
    if record.claim.speaker:
        spans.append(Span("attributed_to", record.claim.start, record.claim.end))
    record.evidence = spans
    return record


def _movement(sentence: Sentence, lexicon: Lexicon, verb: re.Match[str]) -> str:
    for movement in ("return", "evacuation", "onward"):
        if lexicon.pattern(f"displacement.{movement}").match(sentence.text, verb.start()):
            return movement
    return "displacement"


def _time(record: Displaced, sentence: Sentence, report: Report, events: list[Mention]) -> FoundDate | Span | None:
    """Date of a figure: "since ..." makes a total at the report's date, a stated span or day makes a flow."""
    year = report.parts[sentence.part].year
    past = year is not None and report.date is not None and year < report.date.year  # a history tells of its own day
    today = DateSpan(report.date, report.date, DatePrecision.DAY) if report.date and not past else None
    record.date = today
    for found in sentence.dates:
        if found.rule == "since":
            record.since = found.span
            record.rules.append("total since a day, as of the report")
            return found
    began = _EVENT_SINCE.search(sentence.text, sentence.start, sentence.end)
    if began:
        stem = began["what"].lower().rstrip("s")[:7]
        event = next((e for e in events if stem in e.stems and e.date), None)
        record.since = since(event.date, today) if event and event.date else None
        dated = next((d for d in sentence.dates if d.span and 0 <= d.start - began.end() < _NEXT), None)
        if dated and dated.span:
            record.since = since(dated.span, today)  # "since the offensive began on 3 May"
            record.rules.append("total since a day, as of the report")
            return Span("date", began.start(), dated.end)
        record.rules.append("total since an event told before, as of the report")
        return Span("date", began.start(), began.end())
    for found in sentence.dates:
        spoken = re.search(
            r"\b(?:said|reported|told|announced|warned|stated|added)\s(?:on\s)?$", sentence.before(found.start, 20)
        )
        if found.span and found.rule not in {"until", "as of"} and not spoken:
            record.measure, record.date = "flow", at_most(found.span, today)
            record.rules.append("flow over the time stated")
            return found
    record.rules.append("no time stated: as of the report")
    return None


_INCLUDING = re.compile(r",?\s(?:including|among\sthem|of\swhom|comprising)\s")  # what follows is told of a part
_FROM = re.compile(
    r"\b(?:from(?:\s(?:[a-z-]+\s){1,3}in)?|fled|flee|fleeing|left|leaving|displaced\s(?:from|in|within|across|out\sof)|out\sof|of|around)\s"
    r"(?:the\s|their\shomes\sin\s|areas\s(?:in|of)\s|(?:villages|towns|areas)\s(?:of\s)?)*$|(?<!\w)(?:من|عن)\s(?:(?:منازل|بيوت|مناطق|قرا|بلدات|مدن)هم\sفي\s)?$",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\b(?:to|into|towards?|in|within|near|reached|such\sas|at|entered|(?<=\w\s)for)\s(?:the\s|border\s|nearby\s|neighbou?ring\s"
    r"|areas\s(?:in|of|such\sas)\s)*$"
    r"|(?<!\w)(?:إلى|الى|نحو|باتجاه)\s(?:(?:منازل|بيوت|مناطق|قرا|بلدات|مدن)هم\sفي\s)?$",
    re.IGNORECASE,
)


def _ends(sentence: Sentence, count: Count, verb: re.Match[str], until: int) -> tuple[Toponym | None, Toponym | None]:
    """Where people fled from and to, by the words before each toponym; what is listed goes with what it follows."""
    origins: list[Toponym] = []
    destinations: list[Toponym] = []
    current: list[Toponym] | None = None
    moved = bool(
        re.match(
            r"(?:chose\sto\s)?mov|relocat|arriv|sought|took|cross|return|went|have\sreturned", verb[0], re.IGNORECASE
        )
    )
    part = _INCLUDING.search(sentence.text, max(count.end, verb.end()), sentence.end)
    if _HOSTS.fullmatch(verb[0]):
        hosts = [t for t in sentence.toponyms if t.end <= verb.start() and t.level != "country"]
        return None, hosts[-1] if hosts else None
    for toponym in sentence.toponyms:
        if toponym.start >= until or (part and toponym.start > part.start()):
            break
        if toponym.start < min(count.start, verb.start()) or inside(toponym.start, sentence.quotes):
            continue
        before = _undirected(sentence.before(toponym.start, 70))
        if re.search(r"\bdisplaced\s(?:in|within|across)\s(?:the\s)?$", before, re.IGNORECASE) or (
            _FROM.search(before) and not (moved and before.endswith("of "))
        ):
            current = origins
        elif toponym.start < verb.start() and re.search(r"\bin\s(?:the\s)?$", before, re.IGNORECASE):
            current = origins  # "people in X were displaced"
        elif _INTO.search(before):
            current = destinations if moved or not before.rstrip().endswith(" in") or not current else current
        if current is not None:
            current.append(toponym)
    if _STAYS.match(verb[0]) and not destinations:
        opening = [t for t in sentence.toponyms if t.end <= count.start and _IN.search(sentence.before(t.start, 8))]
        return None, opening[-1] if opening else None  # "In Kesra, 400 families live in fields"
    if not origins and _THE_AREA.match(sentence.text, verb.start()):
        origins = [t for t in sentence.toponyms if t.end <= count.start and t.level in {"place", "district"}][-1:]
    return _one_of(origins), _one_of(destinations)


_HOSTS = re.compile(r"host(?:s|ing)?|shelters", re.IGNORECASE)
_STAYS = re.compile(r"liv(?:e|ing)|(?:are\s)?staying", re.IGNORECASE)
_IN = re.compile(r"\b[Ii]n\s(?:the\s)?$")
_THE_AREA = re.compile(r"(?:fled|left|fleeing|leaving)\sthe\s(?:area|town|city|village|region)\b", re.IGNORECASE)


def _undirected(before: str) -> str:
    """The words before a toponym without "southern", "rural" and the like."""
    return (
        re.sub(
            r"(?:(?:(?:north|south)(?:-?(?:east|west))?|east|west|central)(?:ern)?|rural|greater|mainly|and|\s)+$",
            "",
            before,
            flags=re.IGNORECASE,
        )
        + " "
    )


def _one_of(ends: list[Toponym]) -> Toponym | None:
    """A list of several places with the division they lie in is known to the division."""
    divisions = [t for t in ends if t.level == "division"]
    return divisions[0] if len(ends) > 2 and divisions else ends[0] if ends else None


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
