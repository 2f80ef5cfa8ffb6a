"""Whether an event word tells something that happened: plans, threats, wishes, denials and remembrance do not."""

from __future__ import annotations

import re

from geo.reports.lexicon import Lexicon
from geo.reports.sentences import Sentence, Trigger

_DEFINITE = re.compile(
    r"(?<!\w)(?:the|this|that|these|those|its|his|her|their|such|whose|\w+['’]s)\s+(?:(?!an?\s)[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
ANOTHER = re.compile(
    r"(?<!\w)(?:another|a\s(?:second|third|new|separate|further|similar))\s+(?:(?!an?\s)[\w-]+\s+){0,2}$", re.IGNORECASE
)
_SUM_OF = re.compile(r"\b(?:[Mm]ost|[Aa]ll|[Mm]any)\s(?:of\s(?:the|these)\s)?$")
_ONE_OF_MANY = re.compile(  # "the fourth assassination this month"
    r"\bthe\s(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|latest|first)\s(?:such\s)?(?:[\w-]+\s)?$",
    re.IGNORECASE,
)
_FAR = 4  # words
_NEAR_CUES = frozenset({"denial", "custom"})
_MODAL_AFTER = re.compile(r"[\"”’]?\s(?:[\w-]+\s){0,2}(?:would|could|might|must|should|will|can)\b", re.IGNORECASE)
_EXPECTED = re.compile(  # "clashes around Kesra are expected to go on"
    r"[^.,;:]{0,60}?\s(?:are|is|were|was)\s(?:\w+ly\s)?(?:expected|likely|feared|planned)\b", re.IGNORECASE
)
_SINCE = re.compile(r"\bsince\s(?:the\s|this\s|its\s|an?\s)(?:[\w-]+\s){0,3}$", re.IGNORECASE)
_BEGAN = re.compile(r"\s(?:began|started|was\slaunched|erupted|resumed)\b", re.IGNORECASE)
_ENDED = re.compile(r"\s(?:[\w-]+\s){0,2}(?:subsided|eased|ended|ceased|died\sdown|stopped|paused)\b", re.IGNORECASE)
_FLEEING = re.compile(r"\b(?:fleeing|escaping)\s(?:from\s)?(?:[\w-]+\s){0,2}$", re.IGNORECASE)
# "visited the areas retaken by the army"
_KNOWN = re.compile(
    r"\bthe\s(?:[\w-]+\s)?(?:areas?|territor(?:y|ies)|towns?|villages?|lands?|positions?)\s(?:\w+ly\s|that\swere\s)?$",
    re.IGNORECASE,
)
# "The town has come under fire since rebels took the hill" tells of the fire.
_SINCE = re.compile(r"\s?since\s", re.IGNORECASE)
_PERFECT = re.compile(r"\b(?:has|have)\b", re.IGNORECASE)
_TO = re.compile(r"\bto\s$", re.IGNORECASE)
_OPINION = re.compile(
    r"\b(?:call(?:s|ed|ing)|describ(?:es|ed|ing)|term(?:s|ed)|label(?:s|led)|discuss(?:es|ed|ing)?|debat(?:es?|ed|ing)|regarding|concerning)\s(?:(?:the|such|these|those|recent|any)\s)*$",
    re.IGNORECASE,
)
IMPLIED = re.compile(
    r"\b(?:prompt|led|forc(?:ed|ing)|advanc|caus|manag|able|enabl|allow|succeed|beg[au]n|continu|start|push|driv|drove|compell|proceed)\w*\b(?:[^,;]|(?<=\d),(?=\d))*$",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:said|says|claimed|announced|reported|stated|added|boasted|confirmed)\s(?:on\s\w+\s)?(?:that\s)?$",
    re.IGNORECASE,
)
_BODY = re.compile(r"\b(?:body|bodies|corpses?|remains)\b", re.IGNORECASE)  # found dead is what is told
_REASONS = {
    "plan": "a plan or purpose",
    "threat": "a threat or warning",
    "condition": "a possibility",
    "denied": "denied or did not happen",
    "denial": "denied or did not happen",
    "wish": "a demand or wish",
    "background": "background",
    "custom": "what used to happen, not one happening",
    "anniversary": "a remembrance",
}


def is_definite(sentence: Sentence, trigger: Trigger) -> bool:
    """Whether a noun names what is known already: "the clash", "the capture of"."""
    if trigger.word is not None and trigger.word.is_verb:
        return False
    before = sentence.before(trigger.start)
    return bool(_DEFINITE.search(before) or (_THE.match(sentence.text, trigger.start) and _AFTER.search(before)))


_THE = re.compile(r"the\s", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|following|since|before|despite)\s$", re.IGNORECASE)


def total_from(sentence: Sentence, lexicon: Lexicon) -> int | None:
    """From where on the counts of a sentence sum up what was told before: "since the start of the offensive".

    None if none do. Such a count beside one of the day ("killed 17, with over 100 killed since May") is in a clause of
    its own; "the largest loss since May" sums up nothing.
    """
    if _of_a_war(sentence):
        return sentence.start
    counted = [c.start for c in sentence.counts if c.best is None or c.best > 1]
    for found in lexicon.pattern("casualties.running").finditer(sentence.text, sentence.start, sentence.end):
        if not counted or _COMPARED.search(sentence.text, sentence.start, found.start()):
            continue
        start, end = sentence.clause(max(sentence.start, found.start() - 2))
        apart = any(start <= c < end for c in counted) and any(c < start for c in counted)
        return start if apart else sentence.start
    return None


_COMPARED = re.compile(
    r"\b(?:first|largest|biggest|worst|deadliest|heaviest|highest|bloodiest|lowest|fewest|most)\b[^.;]{0,60}$",
    re.IGNORECASE,
)


def _of_a_war(sentence: Sentence) -> bool:
    """Whether thousands "have been killed", on no day and at no place: all who died since it began."""
    if sentence.dates or sentence.toponyms:
        return False
    large = [c for c in sentence.counts if (c.best or c.low or 0) >= _OF_A_WAR]
    return any(_HAVE_DIED.match(sentence.text, c.end, sentence.end) for c in large)


_OF_A_WAR = 1_000
_HAVE_DIED = re.compile(
    r"\s(?:[\w-]+\s){0,3}(?:have|has|had)\s(?:[\w-]+\s){0,2}?(?:killed|died|injured|wounded|lost\stheir\slives)\b",
    re.IGNORECASE,
)


def unreal(sentence: Sentence, start: int, end: int, *, verb: bool) -> str:
    """Why an event word tells nothing that happened; "" if it does."""
    clause_start, _ = sentence.clause(start)
    for kind, cue_start, cue_end in sentence.cues:
        if not clause_start <= cue_start < start:
            continue
        words = sentence.text[cue_start:cue_end]
        between = sentence.text[cue_end:start].split()
        if words == "May" and cue_start > sentence.start:
            continue
        if kind in _NEAR_CUES and len(between) > 3:
            continue
        if words.lower().endswith(" had") and (len(between) > 1 or _BODY.search(sentence.text, clause_start, start)):
            continue
        if words.lower() == "they had" and _SAID.search(sentence.before(cue_start, 40)):
            continue  # "said they had destroyed" is the news
        if words.lower().startswith("attempt") and len(between) > _FAR:
            continue  # "who were attempting to cross were killed"
        if words.lower() in {"any", "stop", "no"} and len(between) > 3:
            continue
        return _REASONS[kind]
    if not verb and _SUM_OF.search(sentence.before(start, 24)):
        return "sums up what was told"
    if not verb and _ONE_OF_MANY.search(sentence.before(start, 40)):
        return "counts what was told"
    if not verb and (_MODAL_AFTER.match(sentence.text, end) or _EXPECTED.match(sentence.text, end)):
        return _REASONS["condition"]
    if not verb and _SINCE.search(sentence.before(start, 40)) and _BEGAN.match(sentence.text, end):
        return "tells only since when"
    if not verb and _OPINION.search(sentence.before(start, 40)):
        return "an opinion"
    if not verb and _FLEEING.search(sentence.before(start, 40)):
        return "what people flee from"
    if not verb and _ENDED.match(sentence.text, end):
        return "tells that it ended"
    if verb and _KNOWN.search(sentence.before(start)) and sentence.text.startswith(" by ", end):
        return "names what was taken before"
    if (
        verb
        and _SINCE.match(sentence.text, clause_start)
        and "," not in sentence.text[clause_start:start]
        and _PERFECT.search(sentence.text, sentence.start, clause_start)
    ):
        return _REASONS["background"]
    if verb and _TO.search(sentence.before(start, 4)) and not IMPLIED.search(sentence.text, clause_start, start):
        return _REASONS["plan"]
    return ""
