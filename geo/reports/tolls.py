"""Who was killed, injured or hit, and how many: counts joined to the words they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from geo.reports.lexicon import Lexicon
from geo.reports.numbers import Count, counts_people
from geo.reports.sentences import Casualty, Sentence

_DIRECT = re.compile(
    r"\s*(?:(?:and|or|,)\s(?:killed|injur\w+|wound\w+|kill)\s)?(?:an?\s(?:\w+\s)?family\sof\s|of\s|(?:about|around)\s|the\s|its\s|his\s|her\s|their\s|both\s|another\s|a\sfurther\s|the\slives\sof\s|a\stotal\sof\s|to\s|:|all\s)*",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"\b(?:destroy|damag|captur|display|displac|target|us|advanc|took|tak|seiz|hit|launch)(?:ed|ing)\b|;|\bwhile\b|\bafter\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"(?:\b(?:was|were|been|being|are|is|be|reportedly|also|left|,|were\sreportedly)\s*|\s)$", re.IGNORECASE
)
_SUBSET = re.compile(
    r"\b(?:including|among\s(?:them|whom|those)|comprising)\b[^.;]*$|\bof\s(?:whom|them),?\s(?:at\sleast\s|about\s|some\s)?$|\bof\s(?:these|those|them),?\s$",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\sof\s(?:them|whom|these|those)\b", re.IGNORECASE)
_AND = re.compile(r"[^;.()]{0,80}?(?:(?:\band\b|,|&)\s*(?:(?:his|her|their|its|the)\s)?|\sو)$", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:were|was|killed|injured|wounded|injuring|wounding|killing|said|says|told|according|he|she|they|\w+ed)\b",
    re.IGNORECASE,
)
_COUNT_TOTAL = re.compile(r"\btotal\s(?:of\s|fatalities\s(?:of\s)?|(?:killed|dead)\s)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Toll:
    """What a sentence tells of the dead and injured, and of targets hit; None: nothing told."""

    killed: Count | None = None
    injured: Count | None = None
    targets: Count | None = None
    claimed: Count | None = None  # of the targets, what the party says it destroyed
    victims: tuple[int, int] | None = None  # the words after the first count of people


def find_toll(sentence: Sentence, lexicon: Lexicon, start: int, end: int) -> Toll:
    """The toll told between two offsets of a sentence.

    A count belongs to a casualty word that stands right before it ("killed five"), or after it in the same clause
    ("five soldiers were killed", "left five dead"). Parts of a count ("including two children") are not added; a
    stated total wins; "no casualties" is zero.
    """
    text = sentence.text
    whole = [c for c in sentence.counts if start <= c.start < end and not _is_subset(sentence, c)]
    people = [c for c in whole if counts_people(text, c)]
    words = [w for w in sentence.casualties if start <= w.start < end]
    found: dict[str, Count] = {}
    for word in sorted(words, key=lambda w: w.start):
        count = _count_of(sentence, word, people, words)
        if count and word.kind not in found:
            found[word.kind] = count
    none = lexicon.pattern("casualties.none").search(text, start, end)
    if none:
        zero = Count(0, 0, 0, "", none.start(), none.end())
        said = none[0].lower()
        for kind, telling in (
            ("killed", ("fatalit", "casualt", "death", "killed", "hurt")),
            ("injured", ("injur", "casualt", "hurt")),
        ):
            if any(t in said for t in telling):
                found.setdefault(kind, zero)
    total = next((c for c in people if _COUNT_TOTAL.search(text, max(start, c.start - 24), c.start)), None)
    if total and "killed" in found:
        found["killed"] = total
    victims = found.get("killed") or found.get("injured")
    after = (victims.end, min(end, victims.end + 60)) if victims else None
    if "killed" in found and not total:
        found["killed"] = _with_later(text, found["killed"], people, end)
    targets = _targets(sentence, lexicon, whole)
    claimed = _claimed(sentence, lexicon) if targets else None
    return Toll(found.get("killed"), found.get("injured"), targets, claimed, after)


_LATER = re.compile(
    r"\s(?:(?:more|others?|further)\s)?(?:(?:people|civilians|soldiers|fighters)\s)?(?:died\s)?"
    r"(?:later|afterwards|(?:of|from|to)\s(?:their|his|her|the)\s(?:wounds|injuries)|in\shospital)\b",
    re.IGNORECASE,
)


def _with_later(text: str, killed: Count, people: list[Count], end: int) -> Count:
    """Add those who died afterwards, as in "and three later of their wounds"."""
    for count in people:
        if not killed.end <= count.start < killed.end + 90:
            continue
        joined = re.fullmatch(r"[^;.]*?(?:\band|,|&)\s", text[killed.end : count.start])
        if joined and _LATER.match(text, count.end, end):
            return killed.plus(count)
    return killed


def _is_subset(sentence: Sentence, count: Count) -> bool:
    """Whether a count is part of one told before, as in "including 14 women"."""
    before = _SUBSET.search(sentence.text, max(sentence.start, count.start - 60), count.start)
    direct = any(
        _DIRECT.fullmatch(sentence.text, w.end, count.start) for w in sentence.casualties if w.end <= count.start
    )
    if _PART_OF.match(sentence.text, count.end) and not direct:
        return True
    return before is not None and not direct and not re.search(r",\s(?:were|was|have|had)\b", before[0])


def _count_of(sentence: Sentence, word: Casualty, counts: list[Count], words: list[Casualty]) -> Count | None:
    text = sentence.text
    after = [c for c in counts if c.start >= word.end]
    if after and _DIRECT.fullmatch(text, word.end, after[0].start):
        return _with_partners(text, after, word)
    coded = _ESTIMATED.fullmatch(text, word.end, after[0].start) if after else None
    if coded:  # who counts took the number for one that nobody told
        return replace(after[0], low=None, high=None, qualifier=" ".join(coded["words"].lower().split()))
    others = [w for w in words if w.kind != word.kind]
    before = [
        c
        for c in counts
        if c.end <= word.start
        and word.start - c.end < 140
        and not any(w.end <= c.start and _DIRECT.fullmatch(text, w.end, c.start) for w in others)
    ]
    # A count that another casualty word already stands between belongs to that word.
    free = [c for c in before if not any(c.end <= w.start and w.end <= word.start for w in words if w is not word)]
    if not free and _shares(text, word, words):
        free = [c for c in counts if c.end <= word.start and word.start - c.end < 140]
    chosen = free
    if not chosen or _NOT_AFTER.search(text, chosen[-1].end, word.start):
        return None
    noun = text[word.start : word.end].lower()
    gap = text[chosen[-1].end : word.start]
    named = noun.startswith(("dead", "death", "fatal", "injur", "wound")) or noun in {"died", "lives"}
    passive = re.search(r"\b(?:was|were|been|being|are|is|be|reportedly|people|left)\b", gap)
    if not named and not passive and not (_HEADLINE.match(text, word.end) and not _FINITE.search(gap)):
        return None
    return _added_back(text, chosen)


_ESTIMATED = re.compile(
    r"(?:\s(?:in|from|on)\s[^.;,]{1,40}?)?,?\s(?:(?:is|are|was|were|has|have|been)\s)*"
    r"(?P<words>(?:coded|estimated|put|counted|set|assumed)(?:\s(?:as|to|at|to\sbe))?)\s",
    re.IGNORECASE,
)
# "Nine soldiers killed in clashes": no object follows, so the nine are the dead.
_HEADLINE = re.compile(
    r"\s(?:in|during|by|when|after|as|on|near|at|while|inside|outside|according|and\s\w+\s(?:[\w-]+\s)?(?:injured|wounded|destroyed|damaged|captured))\b|\s*[.,;)]"
)
_FINITE = re.compile(r"\b(?:\w{2,}ed|who|which|that|has|have|had|to|led|shot|fought|took|forces)\b", re.IGNORECASE)


def _shares(text: str, word: Casualty, words: list[Casualty]) -> bool:
    """Whether two words share one count, as in "dead and wounded", "killed or injured"."""
    return any(re.fullmatch(r"\s(?:and|or|and/or)\s", text[w.end : word.start]) for w in words if w.end <= word.start)


def _with_partners(text: str, counts: list[Count], word: Casualty) -> Count:
    """The count and those joined to it by "and" without a verb between: "7 soldiers and 3 rebels"."""
    total = counts[0]
    for following in counts[1:]:
        gap = text[total.end : following.start]
        if not _AND.fullmatch(gap) or _VERB.search(gap) or _other_word_follows(text, following, word):
            break
        total = total.plus(following)
    return total


def _other_word_follows(text: str, count: Count, word: Casualty) -> bool:
    """Whether a count has a word of its own, as the second in "killing five, and two others were wounded"."""
    ahead = text[count.end : count.end + 50]
    own = re.match(r"(?:\s[\w'’-]+){0,4}\s(?:were\s|was\s)?(?:injured|wounded|killed|dead|missing|captured)\b", ahead)
    return own is not None and text[word.start : word.end].lower() not in own[0].lower()


def _added_back(text: str, counts: list[Count]) -> Count:
    total = counts[-1]
    for previous in reversed(counts[:-1]):
        gap = text[previous.end : total.start]
        if not _AND.fullmatch(gap) or _VERB.search(gap):
            break
        total = previous.plus(total)
    return total


def _claimed(sentence: Sentence, lexicon: Lexicon) -> Count | None:
    """The count right after "neutralised" and the like, which may stand in quotation marks."""
    for match in lexicon.pattern("targets.claimed").finditer(sentence.text, sentence.start, sentence.end):
        for count in sentence.counts:
            gap = sentence.text[match.end() : count.start]
            if count.start >= match.end() and len(gap) < 4 and not any(c.isalnum() for c in gap):
                return Count(count.low, count.best, count.high, count.qualifier, match.start(), count.end)
    return None


def _targets(sentence: Sentence, lexicon: Lexicon, counts: list[Count]) -> Count | None:
    nouns = lexicon.pattern("targets.nouns")
    for count in counts:
        noun = nouns.search(sentence.text, count.end, min(sentence.end, count.end + 60))
        if (
            noun
            and len(sentence.text[count.end : noun.start()].split()) <= 3
            and not re.search(r"[.,;]", sentence.text[count.end : noun.start()])
        ):
            return Count(count.low, count.best, count.high, count.qualifier, count.start, noun.end())
    return None
