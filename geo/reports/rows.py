"""What a report tells as rows of EVENTS and DISPLACEMENT: every field with its words, every figure in a series."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from geo.dates import DateSpan
from geo.names import ARABIC, parse_toponym
from geo.reports.displaced import Displaced
from geo.reports.mention import Mention, Span
from geo.reports.places import Toponym
from geo.reports.plain import Plain
from geo.reports.report import Report
from geo.schema import stable_id


def event_rows(report: Report, events: Sequence[Mention]) -> list[dict[str, Any]]:
    """Rows of EVENTS; offsets are those of the report."""
    return [_event(report, e) for e in events]


def record_rows(report: Report, records: Sequence[Displaced]) -> list[dict[str, Any]]:
    """Rows of DISPLACEMENT; offsets are those of the report."""
    return _records(report, records)


def as_stored(rows: Sequence[dict[str, Any]], plain: Plain, stored: Report) -> Iterator[dict[str, Any]]:
    """Rows with offsets, quote and words of the text as stored, the line they begin in, and their evidence as JSON."""
    breaks = [m.start() for m in re.finditer("\n", stored.text)] if rows else []
    for row in rows:
        start, end = plain.stored(row["span_start"], row["span_end"])
        spans = ((field, *plain.stored(a, b)) for field, a, b in row["evidence"])
        words = [{"field": f, "start": a, "end": b, "text": stored.text[a:b]} for f, a, b in spans]
        yield row | {
            "quote": stored.text[start:end],
            "span_start": start,
            "span_end": end,
            "evidence": json.dumps(words, ensure_ascii=False),
            "source_row": bisect_left(breaks, start) + 1,
        }


def _evidence(spans: list[Span], actors: Sequence[str]) -> list[tuple[str, int, int]]:
    """Spans as field, start and end; a party's words go under the column it stands in."""
    names = {f"actor {name}": f"actor{number}" for number, name in enumerate(actors, 1)}
    kept = (s for s in spans if s.field in names or not s.field.startswith("actor "))
    return list(dict.fromkeys((names.get(s.field, s.field), s.start, s.end) for s in kept))


def _common(report: Report, row: Mention | Displaced, actors: Sequence[str] = ()) -> dict[str, Any]:
    start, end = row.told
    return {
        "source": report.source or report.path.name,
        "source_url": report.url or None,
        "report_date": report.date,
        "span_start": start,
        "span_end": end,
        "evidence": _evidence(row.evidence, actors),
        "rule": "; ".join(dict.fromkeys(row.rules)),
        "source_file": report.path.name,
    }


def _event(report: Report, event: Mention) -> dict[str, Any]:
    place, date, toll = event.place, event.date, event.toll
    division = place if place and place.level == "division" else event.unit("division")
    district = event.unit("district")
    armed = [a.actor for a in event.actors if a.type != "civilians"]
    victims = [a.actor for a in event.actors if a.type == "civilians"]
    if event.civilians and not victims:
        victims = ["Civilians"]
    if event.type == "Battles" and len(armed) > 1:
        victims = []  # who fought whom is told
    actors = [*armed[: 2 - len(victims)], *victims]
    return _common(report, event, actors) | {
        "event_id": stable_id("E", report.path.name, *event.told, event.type, *event.trigger, *_further(event)),
        "date_start": date.start if date else None,
        "date_end": date.end if date else None,
        "date_precision": str(date.precision) if date else None,
        "event_type": event.type,
        "event_subtype": event.subtype or None,
        "actor1": actors[0] if armed else None,
        "actor2": actors[-1] if len(actors) > len(armed[:1]) else None,
        "civilians_targeted": True if event.civilians else None,
        "fatalities_low": toll.killed.low if toll.killed else None,
        "fatalities_best": toll.killed.best if toll.killed else None,
        "fatalities_high": toll.killed.high if toll.killed else None,
        "injured": toll.injured.best if toll.injured else None,
        "targets_hit": toll.targets.best if toll.targets else None,
        "toponym": _words(report, place),
        "place_id": place.place_id or None if place else None,
        "stated_admin1": _division(division),
        "stated_admin2": district.name if district else None,
        # How a place was inherited only the text tells; how it was found is for the geocoder to say.
        "geo_method": "inherited" if "place inherited" in event.rules else None,
        "claim": event.claim.kind,
        "attributed_to": " ".join(event.claim.speaker.split()) or None,
        "notes": _notes(report, event),
    }


def _further(event: Mention) -> tuple[int, ...]:
    """What tells an event at a further place of a list from that at the first."""
    return (event.place.start,) if event.listed and event.place else ()


def _words(report: Report, place: Toponym | None) -> str | None:
    """The place as it stands in the text, in one line."""
    if place is None:
        return None
    return " ".join(report.text[slice(*place.words)].split())


def _division(place: Toponym | None) -> str | None:
    """Bare name of a first division, without "province" and the like."""
    if place is None or place.level != "division":
        return None
    return parse_toponym(place.name).core or place.name


def _notes(report: Report, event: Mention) -> str | None:
    notes = []
    told = (("killed", event.toll.killed), ("injured", event.toll.injured), ("targets", event.toll.targets))
    notes += [f"{name}: told as '{c.qualifier}'" for name, c in told if c and c.qualifier]
    if event.toll.claimed:
        words = report.text[event.toll.claimed.start : event.toll.claimed.end]
        notes.append(f"the party says: {' '.join(words.split())}")
    if event.others:
        notes.append("also named: " + ", ".join(dict.fromkeys(t.name for t in event.others)))
    return "; ".join(notes) or None


_SERIES_LENGTH = 60
_ARABIC_MONTHS = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول"),
    *("تشرين الأول", "تشرين الثاني", "كانون الأول"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _records(report: Report, records: Sequence[Displaced]) -> list[dict[str, Any]]:
    """Rows of displacement; figures of one report never share a series, for they may hold each other."""
    rows: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for record in records:
        row = _record(report, record)
        name = _series(report, record)
        seen[name] = seen.get(name, 0) + 1
        number = f" ({seen[name]})" if seen[name] > 1 else ""
        rows.append(row | {"series": name[: _SERIES_LENGTH - len(number)] + number})
    return rows


def _series(report: Report, record: Displaced) -> str:
    """Readable name of a figure: who says it, when, how many, from where and where to."""
    told = " ".join(report.text[record.count.start : record.count.end].split())
    told = re.sub(r"\sof$", "", told[:1].lower() + told[1:])
    moved = {"return": " returned", "evacuation": " evacuated"}.get(record.movement, "")
    arabic = ARABIC.search(told) is not None
    ways = ("من", "إلى") if arabic else ("from", "to")
    ends = [
        f" {word} {_words(report, end)}"
        for word, end in zip(ways, (record.origin, record.destination), strict=True)
        if end is not None
    ]
    speaker = " ".join((record.claim.speaker or report.source or report.title or report.path.name).split())
    figure = f"{_day_words(record.date, arabic=arabic)}: {told}{' households' if record.households else ''}{moved}"
    wanted = min(len(speaker), 20)
    tails = ("".join(ends), "".join(ends[-1:]), "")
    tail = next((t for t in tails if len(figure) + len(t) + wanted <= _SERIES_LENGTH), "")
    room = _SERIES_LENGTH - len(figure) - len(tail)
    if len(speaker) > room:
        speaker = speaker[: max(room - 1, 1)].rstrip(" ,.;") + "…"
    return f"{speaker}{figure}{tail}"


def _day_words(day: DateSpan | None, *, arabic: bool) -> str:
    if day is None:
        return ""
    months, comma, to = (_ARABIC_MONTHS, "،", "إلى") if arabic else (_MONTHS, ",", "to")
    first, last = ((str(d.day), months[d.month - 1], str(d.year)) for d in (day.start, day.end))
    # "1 to 5 Mar 2021": what both days share is said once.
    begin = " ".join(first[:1] if first[1:] == last[1:] else first[:2] if first[2] == last[2] else first)
    return f"{comma} {' '.join(last)}" if first == last else f"{comma} {begin} {to} {' '.join(last)}"


def _record(report: Report, record: Displaced) -> dict[str, Any]:
    count, date = record.count, record.date
    known = not record.households
    row = _common(report, record) | {
        "record_id": stable_id("D", report.path.name, *record.told, count.start),
        "measure": record.measure,
        "movement": record.movement,
        "date_start": date.start if date else None,
        "date_end": date.end if date else None,
        "date_precision": str(date.precision) if date else None,
        "persons_low": count.low if known else None,
        "persons_best": count.best if known else None,
        "persons_high": count.high if known else None,
        "households": None if known else count.best,
        "qualifier": count.qualifier or None,
        "unit_reported": "persons" if known else "households",
        "claim": record.claim.kind,
        "attributed_to": " ".join(record.claim.speaker.split()) or None,
        "notes": _record_notes(report, record),
    }
    for side, end in (("origin", record.origin), ("destination", record.destination)):
        row[f"{side}_toponym"] = _words(report, end)
        row[f"{side}_place_id"] = (end.place_id or None) if end else None
        row[f"{side}_admin1"] = _division(end)
    return row


def _record_notes(report: Report, record: Displaced) -> str | None:
    notes = []
    if record.since:
        notes.append(f"total since {record.since.start.isoformat()}")
    if record.households:
        told = report.text[record.count.start : record.count.end]
        notes.append(f"{told} households; not converted into people")
    if record.others:
        notes.append("also left: " + ", ".join(dict.fromkeys(t.name for t in record.others)))
    return "; ".join(notes) or None
