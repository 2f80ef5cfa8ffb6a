"""What only the whole report tells: which events sum up others, weapons told before, and days left open."""

from __future__ import annotations

import re

from geo.reports.circumstances import days_before
from geo.reports.kinds import AIR, EXPLOSIONS, GROUND
from geo.reports.mention import Mention, Span, actor_span
from geo.reports.story import LEAD, Story


def finish(story: Story) -> list[Mention]:
    """The events of a report, with the dates and weapons that the report tells elsewhere."""
    for event in story.events:
        _date_left_open(story, event)
    _weapons_told_before(story.events)
    sums = [_sums_up(story.report.text, event, story.events) for event in story.events]
    for event in (e for e, is_sum in zip(story.events, sums, strict=True) if is_sum):
        story.set_aside(event, "a sum of what is told singly")
    story.events = [e for e, is_sum in zip(story.events, sums, strict=True) if not is_sum]
    return story.events


def _sums_up(text: str, event: Mention, events: list[Mention]) -> bool:
    """Whether the dead of no single place are told by place further on: "Eight of the dead were killed in ..."."""
    if event.toll.killed is None or (event.place is not None and event.place.level not in {"division", "country"}):
        return False
    shared = _OF_THE_DEAD.search(text, event.told[1], event.told[1] + LEAD)
    later = (e for e in events if shared and e.told[1] > shared.start() and e.place is not None)
    return any(e.type == event.type and e.place and e.place.level == "place" for e in later)


_OF_THE_DEAD = re.compile(
    r"\bof\s(?:the|those)\s(?:dead|victims|killed|deaths)\b|\bthe\s(?:remaining|other|rest\sof\sthe)\s(?:victims|dead|deaths)\b",
    re.IGNORECASE,
)


def _weapons_told_before(events: list[Mention]) -> None:
    """A blow whose word does not tell the weapon ("a strike", "was hit") is of the kind told last of that day.

    Where that was a summary of a province, those who did it did this, too.
    """
    told: Mention | None = None
    for event in events:
        if event.type != EXPLOSIONS:
            continue
        if event.subtype:
            told = event if event.subtype in {AIR, GROUND} else told
            continue
        if told is None or event.date != told.date:
            continue
        event.subtype = told.subtype
        event.rules.append("kind of the strikes told before")
        event.evidence.append(Span("event_subtype", *told.trigger))
        armed = [a for a in told.actors if a.armed]
        if (
            told.place
            and told.place.level in {"division", "country"}
            and armed
            and not any(a.armed for a in event.actors)
        ):
            event.actors = [armed[0], *event.actors][:2]
            event.rules.append("actor inherited")
            event.evidence.append(actor_span(armed[0]))


def _date_left_open(story: Story, event: Mention) -> None:
    """Date an event by the day the news opens with, or the week up to the report."""
    if event.date is not None or story.day is None or story.history:
        return
    news = story.news or story.titled
    beside = _BESIDE_A_DAY.match(story.report.text, event.told[0])
    if news and not event.perfect and not beside and event.told[0] > news[1].start:
        event.date = news[0]
        event.rules.append("date of the news")
        event.evidence.append(news[1])
        return
    event.date = days_before(story.day, 7)
    event.rules.append("date inherited from the report")


# "Hours before the talks a shell fell": the day is that of the talks or the one before.
_BESIDE_A_DAY = re.compile(r"\s*(?:Hours|Minutes|Shortly|Days)\sbefore\b")
