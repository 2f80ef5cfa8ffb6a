"""What kind of happening a sentence tells where its word alone does not say: by who is hit and by who did it."""

from __future__ import annotations

import re

from geo.names import ARABIC
from geo.reports.actors import ActorMention
from geo.reports.lexicon import TERRITORY, EventWord, Lexicon
from geo.reports.sentences import Sentence, Trigger
from geo.reports.tolls import Toll

EXPLOSIONS = "Explosions/Remote violence"
CLASH = EventWord("Battles", "Armed clash", 9, is_verb=True)
ATTACK = EventWord("Violence against civilians", "Attack", 9, is_verb=True)
SHOT = EventWord("Violence against civilians", "Attack", 6, is_verb=True)  # as the lexicon has it


def casualty_word(sentence: Sentence, lexicon: Lexicon, toll: Toll) -> EventWord:
    return ATTACK if hits_civilians(sentence, lexicon, toll) else CLASH


_END_OF_OBJECT = re.compile(
    r"[.,;:]|\b(?:in|on(?=\sthe\s(?:road|outskirts|way))|near|after|when|while|which|killing|wounding|with|using)\b"
)


def bears_arms(sentence: Sentence, lexicon: Lexicon, trigger: Trigger) -> bool:
    """Whether those who are shot at or attacked are armed themselves: an armed party, soldiers, a checkpoint."""
    text = sentence.text
    end = next((m.start() for m in _END_OF_OBJECT.finditer(text, trigger.end + 1, sentence.end)), sentence.end)
    if re.match(r"\sby\b", text[trigger.end :][:4]) or (trigger.end < end and end - trigger.end < 2):
        end = trigger.start  # "a soldier was shot dead by gunmen"
    passive = bool(re.search(r"\b(?:was|were|been|being)\s(?:[\w-]+\s)?$", sentence.before(trigger.start, 24)))
    first, last = (sentence.clause(trigger.start)[0], trigger.start) if passive else (trigger.end, end)
    if lexicon.pattern("people.unarmed").search(text, first, last):
        return False
    if lexicon.pattern("military.repulsed").search(text, trigger.end, sentence.end):
        return True
    if _fights_back(sentence, trigger, first, last):
        return True
    armed = any(a.armed and first <= a.start < last for a in sentence.actors)
    return armed or lexicon.pattern("military.armed").search(text, first, last) is not None


def _fights_back(sentence: Sentence, trigger: Trigger, first: int, last: int) -> bool:
    """Whether a place is attacked by one armed party and another one is told of further on."""
    at_place = any(first <= t.start < last for t in sentence.toponyms)
    by = [a for a in sentence.actors if a.armed and a.end <= trigger.start]
    others = [a for a in sentence.actors if a.armed and a.start >= last]
    return at_place and bool(by) and any(a.side != by[-1].side for a in others)


def hits_civilians(sentence: Sentence, lexicon: Lexicon, toll: Toll) -> bool:
    if toll.victims is None or (toll.killed and toll.killed.high == 0):
        return False
    following = re.split(r"[.;:]|\b(?:and|by|in|on|after|when)\b", sentence.text[slice(*toll.victims)])[0]
    military = lexicon.pattern("military.nouns").search(following) or re.search(
        r"\b(?:fighters?|rebels?|militants?)\b", following
    )
    return bool(lexicon.pattern("people.civilians").search(following)) and not military


_DOWNED = re.compile(r"shot\sdown|downed", re.IGNORECASE)
AIR, GROUND = "Air/drone strike", "Shelling/artillery/missile attack"
AIR_RAID = EventWord(EXPLOSIONS, AIR, 4, is_verb=False)


def weapon_of(sentence: Sentence, lexicon: Lexicon, trigger: Trigger) -> str:
    """Sub-type of a blow whose word does not tell it, by the weapon named in its clause, else in its sentence."""
    if trigger.word is None or trigger.word.type != EXPLOSIONS or trigger.word.subtype:
        return ""
    if _DOWNED.fullmatch(sentence.text, trigger.start, trigger.end):
        return ""
    for first, last in (sentence.clause(trigger.start), (sentence.start, sentence.end)):
        air = lexicon.pattern("military.from_the_air").search(sentence.text, first, last)
        ground = lexicon.pattern("military.from_the_ground").search(sentence.text, first, last)
        if bool(air) != bool(ground):
            return AIR if air else GROUND
        if air:
            return ""
    return ""


_RAIDS = re.compile(r"raids?", re.IGNORECASE)
_ON_PLACE = re.compile(
    r"\s(?:on|against)\s(?:the\s)?(?:(?:town|village|city|villages|towns|outskirts)\s(?:of\s)?)?[A-Z]"
)
_STATES = frozenset({"state forces", "external forces"})


def raid_word(sentence: Sentence, trigger: Trigger, actors: list[ActorMention]) -> EventWord | None:
    """What "raids" were that killed people at a place: from the air, if a state's or nobody's in particular."""
    if trigger.word is not None or not sentence.casualties:
        return None
    raids = _RAIDS.fullmatch(sentence.text, trigger.start, trigger.end)
    if raids is None or not _ON_PLACE.match(sentence.text, trigger.end):
        return None
    return AIR_RAID if all(a.type in _STATES for a in actors if a.armed) else None


def subtype_of(word: EventWord | None, agent: ActorMention | None) -> str:
    """Sub-type of a trigger; who took territory decides how its taking is called.

    By ACLED's codebook only the state's own forces regain it; rebels and foreign forces overtake it.
    """
    if word is None or word.subtype != TERRITORY:
        return word.subtype if word else ""
    if agent is None or not agent.armed:
        return ""
    return TERRITORY if agent.type == "state forces" else "Non-state actor overtakes territory"


def agent_of(actors: list[ActorMention], sentence: Sentence, trigger: Trigger) -> ActorMention | None:
    after = next((a for a in actors if a.start >= trigger.end), None)
    if after and ARABIC.match(sentence.text, trigger.start) and sentence.text[trigger.end - 2 : trigger.end] != "وا":
        return after  # who does it follows the verb, but for "they shelled"
    if after and re.search(r"\bby\s(?:the\s)?$", sentence.before(after.start, 8)):
        return after
    if _LOST.fullmatch(sentence.text, trigger.start, trigger.end):
        return None
    if after and sentence.text[trigger.start : trigger.end].endswith(" to") and after.start - trigger.end < 6:
        return after  # "fell to the army"
    within = next((a for a in actors if trigger.start <= a.start < trigger.end), None)  # "shifted to ... control"
    if within:
        return within
    before = [a for a in actors if a.end <= trigger.start]
    subjects = [a for a in before if not _OBJECT.search(sentence.before(a.start, 16))]
    return (subjects or before)[-1] if before else None


# who "were driven out of" a place did not take it
_LOST = re.compile(r"(?:was|were)\s\w+\s(?:out\sof|from)", re.IGNORECASE)
_OBJECT = re.compile(r"\b(?:with|against|from|to|between|on|by|of|alongside|and)\s(?:the\s)?$", re.IGNORECASE)
