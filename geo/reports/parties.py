"""Who did it to whom: the two parties of an event word, supporters and speakers left out."""

from __future__ import annotations

import re

from geo.reports.actors import ActorMention
from geo.reports.claims import Claim
from geo.reports.lexicon import COMBAT, Lexicon
from geo.reports.real import is_definite
from geo.reports.sentences import Sentence, Trigger
from geo.reports.splitting import inside

_WITH = re.compile(r"\bwith\s(?:the\s)?$", re.IGNORECASE)
_OWN = re.compile(r"\b(?:it|its|they|their|he|his|she|her|we|our|having|responsibility)\b", re.IGNORECASE)
_HOLDS = re.compile(
    r"[\s-](?:held|controlled|occupied|ruled)\b", re.IGNORECASE
)  # "regime held areas": whose they are, not who acts
_LEFT_BY = re.compile(
    r"\b(?:left(?:\sbehind)?|planted|laid|abandoned|buried|vacated|evacuated)\sby\s(?:the\s)?$", re.IGNORECASE
)
_SUPPORT = re.compile(r"[^,;.]{0,40}?\b(?:support|backing|cover|help|assistance)\b", re.IGNORECASE)


def _supports(sentence: Sentence, actor: ActorMention, support: re.Pattern[str]) -> bool:
    """Whether an actor stands in "backed by X"; of "backed by X and Y" only X is sure to back."""
    before = support.search(sentence.before(actor.start, 40))
    if before is None:
        return False
    start = actor.start - len(sentence.before(actor.start, 40)) + before.start()
    return not any(start < a.end <= actor.start for a in sentence.actors)


def _helps(sentence: Sentence, actor: ActorMention) -> bool:
    """Whether an actor stands in "with X's air support"."""
    before = _WITH.search(sentence.before(actor.start, 10))
    return before is not None and _SUPPORT.match(sentence.text, actor.start, sentence.end) is not None


_FRONTED = re.compile(r"\b(?:after|following|amid(?:st)?|despite|during)\b", re.IGNORECASE)


def _without_fronted(
    sentence: Sentence, start: int, inner: list[ActorMention], subjects: list[ActorMention]
) -> list[ActorMention]:
    """The parties of a clause without those of a phrase before its subject: "after strikes by X, Y launched ..."."""
    subject = subjects[-1] if subjects else None
    fronted = _FRONTED.search(sentence.text, start, subject.start) if subject else None
    if subject is None or fronted is None or not _COMMA.search(sentence.before(subject.start, 8)):
        return inner
    return [a for a in inner if not fronted.end() <= a.start < subject.start]


_COMMA = re.compile(r",\s(?:the\s)?$", re.IGNORECASE)


def find_parties(sentence: Sentence, lexicon: Lexicon, trigger: Trigger, claim: Claim) -> list[ActorMention]:
    """Two parties of a happening in the order they are named; supporters and speakers of other clauses are none."""
    start, end = sentence.clause(trigger.start)
    first, last = sentence.segment(trigger.start)
    support = lexicon.pattern("context.support")
    parties = [
        a
        for a in sentence.actors
        if not _supports(sentence, a, support) and not inside(a.start, sentence.quotes) and not _helps(sentence, a)
        if not _LEFT_BY.search(sentence.before(a.start, 40))
        if trigger.word or not _HOLDS.match(sentence.text, a.end)
    ]
    if trigger.word and trigger.word.type == "Battles":
        parties = [a for a in parties if a.type != "civilians"]
    if trigger.word and trigger.word.subtype == "Peaceful protest":
        parties = [a for a in parties if not a.armed and a.type != "civilians"]
    parties = [a for a in parties if a.party]
    inner = [a for a in parties if start <= a.start < end]
    names: dict[str, ActorMention] = {}
    verb = trigger.word is not None and trigger.word.is_verb
    subjects = [a for a in inner if a.end <= trigger.start]
    if verb and subjects and trigger.word is not None and trigger.word.type not in COMBAT:
        inner = [subjects[-1], *(a for a in inner if a.start >= trigger.start)]  # who sets up or moves stands before it
    if verb:
        inner = _without_fronted(sentence, start, inner, subjects)
    definite = is_definite(sentence, trigger)
    outer = [a for a in parties if first <= a.start < last]
    if any(a.end <= trigger.start for a in inner) and not _OWN.search(
        sentence.text, max(claim.end, sentence.start), trigger.start
    ):
        outer = [a for a in outer if not (a.start < claim.end and claim.start < a.end)]  # who tells of another's deed
    alone = trigger.word is not None and trigger.word.type not in COMBAT and trigger.word.subtype != "Agreement"
    if definite or (inner and alone):
        outer = []  # the parties of a fight may stand in other clauses; who moves or arrests stands beside it
    for actor in sorted(inner, key=lambda a: a.start) + sorted(outer, key=lambda a: abs(a.start - trigger.start)):
        names.setdefault(actor.actor, actor)
    named = list(names.values())
    # Allies named side by side are one party; the other party is the first of another side.
    other = next((a for a in named[1:] if not a.side or a.side != named[0].side), named[1] if len(named) > 1 else None)
    return sorted([*named[:1], *([other] if other else [])], key=lambda a: a.start)
