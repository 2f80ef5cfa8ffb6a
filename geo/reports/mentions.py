"""From a sentence to mentions of happenings: what, when, where, who, how many, who says so - and what is set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from geo.reports.circumstances import year_past
from geo.reports.further import (
    at_other_days,
    fire_before,
    further_captures,
    further_fights,
    give,
    is_context,
    part_actors,
    share_toll,
)
from geo.reports.kinds import EXPLOSIONS, casualty_word
from geo.reports.lexicon import COMBAT, Lexicon
from geo.reports.mention import Mention, SetAside, new_mention, stem
from geo.reports.real import is_definite, total_from, unreal
from geo.reports.sentences import Casualty, Sentence, Trigger
from geo.reports.shares import shares_of
from geo.reports.tolls import Toll, find_toll


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
        mention = new_mention(sentence, lexicon, main, toll, combat, others)
        captures = list(further_captures(sentence, lexicon, mention, main, combat))
        fights = [] if captures else list(further_fights(sentence, lexicon, mention, main, combat))
        if not captures and not fights:
            fights = list(fire_before(sentence, lexicon, mention, main, combat))
        share_toll(mention, fights)
        part_actors(mention, fights)
        if shares:
            give(mention, shares[0])
        yield from (mention, *captures, *fights)
        for share in shares[1:]:
            other = new_mention(sentence, lexicon, main, Toll(), [main], [])
            other.toll_only = True
            yield give(other, share)
        if not captures and not fights:
            yield from at_other_days(sentence, mention)
    elif told:
        words = (dead[0].start, dead[0].end) if dead else (told.start, told.end)
        by_casualty = Trigger(casualty_word(sentence, lexicon, toll), *words)
        mention = new_mention(sentence, lexicon, by_casualty, toll, [by_casualty], others)
        mention.toll_only = True
        mention.recalls = {stem(sentence.text[t.start : t.end]) for t in combat if t.word and not t.word.is_verb}
        yield from (give(replace(mention, evidence=list(mention.evidence)), share) for share in shares)
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
            yield new_mention(sentence, lexicon, trigger, Toll(), [trigger], combat)


# "attacked the hill, but withdrew after hours of fighting" tells one happening.
_LEFT_AGAIN = re.compile(r"\b(?:but|then|before)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_LEFT = re.compile(r"withdr\w+|retreat\w+|pulled\s(?:back|out)", re.IGNORECASE)


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
    context = noun and len(all_of) > 1 and is_context(sentence, lexicon, trigger)
    rank = trigger.word.rank if trigger.word else 20
    beside = noun and _BESIDE.search(sentence.before(trigger.start)) is not None
    return beside, trigger.word is None, is_definite(sentence, trigger), context and rank > 2, rank, trigger.start


# "jets bombed the town as fighting picked up"
_BESIDE = re.compile(r"\bas\s(?:[a-z]+\s){0,2}$")
