"""From a sentence to mentions of happenings: what, when, where, who, how many, who says so - and what is set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from geo.codes import DatePrecision
from geo.dates import DateSpan, FoundDate
from geo.reports.lexicon import EventWord, Lexicon
from geo.reports.names import ActorMention, Toponym
from geo.reports.sentences import Casualty, Sentence, Trigger
from geo.reports.text import inside
from geo.reports.tolls import Toll, find_toll

COMBAT = frozenset({"Battles", "Explosions/Remote violence", "Violence against civilians"})
# Parties of a happening; an organisation watches, helps or reports.
PARTIES = frozenset(
    {"state forces", "rebel group", "political militia", "identity militia", "external forces", "unidentified"}
    | {"civilians", "protesters", "rioters"}
)
ARMED = frozenset(
    {"state forces", "rebel group", "political militia", "identity militia", "external forces", "unidentified"}
)
_CLASH = EventWord("Battles", "Armed clash", 9, is_verb=True)
_ATTACK = EventWord("Violence against civilians", "Attack", 9, is_verb=True)
_TERRITORY = "Government regains territory"


@dataclass(frozen=True, slots=True)
class Span:
    """The words of one field."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says so: "asserted", "attributed" or "claimed by a party", and the speaker as named."""

    kind: str = "asserted"
    speaker: str = ""
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Mention:
    """One telling of a happening; ``told`` is the sentence it stands in."""

    told: tuple[int, int]
    part: int
    word: EventWord | None
    stems: set[str]
    subtype: str
    trigger: tuple[int, int]
    definite: bool
    another: bool
    date: DateSpan | None
    own_date: bool
    place: Toponym | None
    admin1: Toponym | None
    own_place: bool
    toll: Toll
    actors: list[ActorMention]
    civilians: bool
    claim: Claim
    perfect: bool
    consequence: bool
    rules: list[str]
    evidence: list[Span] = field(default_factory=list)
    others: list[Toponym] = field(default_factory=list)
    clause: tuple[int, int] = (0, 0)
    toll_only: bool = False  # tells of dead and injured, not of what happened

    @property
    def type(self) -> str:
        return self.word.type if self.word else ""

    @property
    def bare(self) -> bool:
        """Names a happening and tells nothing of it."""
        return not (self.own_date or self.toll.killed or self.toll.injured or self.toll.targets)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A sentence with event words that made no event, and why."""

    start: int
    end: int
    text: str
    reason: str


# ---------------------------------------------------------------- what is real


_DEFINITE = re.compile(
    r"(?<!\w)(?:the|this|that|these|those|its|his|her|their|such|whose|\w+['’]s)\s+(?:(?!an?\s)[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"(?<!\w)(?:another|a\s(?:second|third|new|separate|further|similar))\s+(?:(?!an?\s)[\w-]+\s+){0,2}$", re.IGNORECASE
)
_NEAR_CUES = frozenset({"denial"})
_MODAL_AFTER = re.compile(r"\s(?:[\w-]+\s){0,2}(?:would|could|might|must|should|will|can)\b", re.IGNORECASE)
_ENDED = re.compile(r"\s(?:[\w-]+\s){0,2}(?:subsided|eased|ended|ceased|died\sdown|stopped|paused)\b", re.IGNORECASE)
_TO = re.compile(r"\bto\s$", re.IGNORECASE)
_OPINION = re.compile(
    r"\b(?:call(?:s|ed|ing)|describ(?:es|ed|ing)|term(?:s|ed)|label(?:s|led))\s(?:(?:the|such|these|those|recent|any)\s)*$",
    re.IGNORECASE,
)
_IMPLIED = re.compile(
    r"\b(?:prompt|led|forc|caus|manag|beg[au]n|continu|start|push|driv|drove|compell|proceed)\w*\b[^,;]*$",
    re.IGNORECASE,
)
_REASONS = {
    "plan": "a plan or purpose",
    "threat": "a threat or warning",
    "condition": "a possibility",
    "denial": "denied or did not happen",
    "wish": "a demand or wish",
    "anniversary": "a remembrance",
}


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
        if words.lower() in {"any", "stop", "no"} and len(between) > 3:
            continue
        return _REASONS[kind]
    if not verb and _MODAL_AFTER.match(sentence.text, end):
        return _REASONS["condition"]
    if not verb and _OPINION.search(sentence.before(start, 40)):
        return "an opinion"
    if not verb and _ENDED.match(sentence.text, end):
        return "tells that it ended"
    if verb and _TO.search(sentence.before(start, 4)) and not _IMPLIED.search(sentence.text, clause_start, start):
        return _REASONS["plan"]
    return ""


# ---------------------------------------------------------------- reading one sentence


def read_mentions(sentence: Sentence, lexicon: Lexicon) -> tuple[list[Mention], list[SetAside]]:
    """Mentions in a sentence: at most one of fighting and one of each other kind."""
    real: list[Trigger] = []
    reasons: list[str] = []
    for trigger in sentence.triggers:
        verb = trigger.word is not None and trigger.word.is_verb
        reason = unreal(sentence, trigger.start, trigger.end, verb=verb)
        if reason:
            reasons.append(reason)
        else:
            real.append(trigger)
    dead = [c for c in sentence.casualties if not unreal(sentence, c.start, c.end, verb=False)]
    mentions = list(_by_group(sentence, lexicon, real, dead))
    if mentions or not (reasons or sentence.triggers):
        return mentions, []
    reason = reasons[0] if reasons else "no happening of its own"
    return [], [SetAside(sentence.start, sentence.end, sentence.words, reason)]


def _by_group(sentence: Sentence, lexicon: Lexicon, real: list[Trigger], dead: list[Casualty]) -> Iterator[Mention]:
    combat = [t for t in real if t.word is None or t.word.type in COMBAT]
    others = [t for t in real if t.word is not None and t.word.type not in COMBAT]
    toll = find_toll(sentence, lexicon, sentence.start, sentence.end) if combat or dead else Toll()
    main = min(combat, key=lambda t: _priority(sentence, lexicon, t, combat)) if combat else None
    told = dead and (toll.killed or toll.injured)
    if main and not (told and main.word and _names_again(sentence, main)):
        mention = _mention(sentence, lexicon, main, toll, combat, others)
        yield mention
        yield from _further_captures(sentence, lexicon, mention, main, combat)
    elif told:
        by_casualty = Trigger(_casualty_word(sentence, lexicon, toll), dead[0].start, dead[0].end)
        mention = _mention(sentence, lexicon, by_casualty, toll, [by_casualty], others)
        mention.toll_only = True
        yield mention
    seen: set[str] = set()
    for trigger in others:
        if trigger.word and trigger.word.type not in seen and (trigger.word.is_verb or not combat):
            seen.add(trigger.word.type)
            yield _mention(sentence, lexicon, trigger, Toll(), [trigger], combat)


def _further_captures(
    sentence: Sentence, lexicon: Lexicon, first: Mention, main: Trigger, combat: list[Trigger]
) -> Iterator[Mention]:
    """Other places taken, each in a clause of its own with a place and day of its own: "and by 8 May it took B"."""
    if main.word is None or main.word.subtype != _TERRITORY or not main.word.is_verb:
        return
    for trigger in combat:
        start, end = sentence.clause(trigger.start)
        day = next((d for d in sentence.dates if start <= d.start < end), None)
        if trigger.word != main.word or start <= main.start < end or day is None or day.span is None:
            continue
        mention = _mention(sentence, lexicon, trigger, Toll(), [trigger], [t for t in combat if t is not trigger])
        if mention.place is None or not start <= mention.place.start < end:
            continue
        if day.rule in _NOT_DATES and first.date is not None and first.date.start <= day.span.end:
            # "by 8 May it had taken B" tells the last day possible; it follows on what was told before.
            mention.date, mention.own_date = DateSpan(first.date.start, day.span.end, DatePrecision.SPAN), True
            mention.evidence = [s for s in mention.evidence if s.field != "date"] + [Span("date", day.start, day.end)]
        mention.others = [t for t in mention.others if start <= t.start < end]
        first.others = [t for t in first.others if not start <= t.start < end]
        yield mention


def _names_again(sentence: Sentence, trigger: Trigger) -> bool:
    """Whether the word only names what is known, as "the fighting" in "nine who fled the fighting were killed"."""
    noun = trigger.word is None or not trigger.word.is_verb
    return noun and bool(_DEFINITE.search(sentence.before(trigger.start))) and not sentence.dates


def _priority(
    sentence: Sentence, lexicon: Lexicon, trigger: Trigger, all_of: list[Trigger]
) -> tuple[bool, bool, bool, int, int]:
    """Least first: indefinite before definite, the main clause before "amid ...", then the rank of the words."""
    before = sentence.before(trigger.start)
    noun = trigger.word is None or not trigger.word.is_verb
    context = noun and len(all_of) > 1 and bool(lexicon.pattern("context.prepositions").search(before))
    definite = noun and bool(_DEFINITE.search(before))
    rank = trigger.word.rank if trigger.word else 20
    return trigger.word is None, definite, context and rank > 2, rank, trigger.start


def _casualty_word(sentence: Sentence, lexicon: Lexicon, toll: Toll) -> EventWord:
    return _ATTACK if _hits_civilians(sentence, lexicon, toll) else _CLASH


def _hits_civilians(sentence: Sentence, lexicon: Lexicon, toll: Toll) -> bool:
    if toll.victims is None or (toll.killed and toll.killed.high == 0):
        return False
    following = re.split(r"[.;:]|\b(?:and|by|in|on|after|when)\b", sentence.text[slice(*toll.victims)])[0]
    military = lexicon.pattern("military.nouns").search(following) or re.search(
        r"\b(?:fighters?|rebels?|militants?)\b", following
    )
    return bool(lexicon.pattern("people.civilians").search(following)) and not military


def _mention(
    sentence: Sentence, lexicon: Lexicon, trigger: Trigger, toll: Toll, same: list[Trigger], rivals: list[Trigger]
) -> Mention:
    before = sentence.before(trigger.start)
    word = trigger.word
    noun = word is None or not word.is_verb
    definite = noun and bool(_DEFINITE.search(before))
    civilians = _hits_civilians(sentence, lexicon, toll)
    if word is None and not definite:
        word = _ATTACK if civilians else _CLASH
    found = _date_of(sentence, trigger, definite=definite)
    place, admin1, others = _place_of(sentence, trigger, rivals)
    claim = find_claim(sentence, lexicon, trigger.start)
    actors = _actors_of(sentence, lexicon, trigger, claim)
    mention = Mention(
        told=(sentence.start, sentence.end),
        part=sentence.part,
        word=word,
        stems={_stem(sentence.text[t.start : t.end]) for t in same},
        subtype=subtype_of(word, _agent(actors, sentence, trigger)),
        trigger=(trigger.start, trigger.end),
        definite=definite,
        another=bool(_ANOTHER.search(before)),
        date=found.span if found else None,
        own_date=found is not None and found.span is not None,
        place=place,
        admin1=admin1,
        own_place=place is not None,
        toll=toll,
        actors=actors,
        civilians=civilians,
        claim=claim,
        clause=sentence.clause(trigger.start),
        perfect=bool(re.search(r"\b(?:have|has)\s(?:[\w-]+\s)?$", before)),
        consequence=bool(_IMPLIED.search(sentence.text, sentence.clause(trigger.start)[0], trigger.start)),
        rules=[f"{'noun' if noun else 'verb'} of the lexicon"],
        others=others,
    )
    mention.evidence = _evidence(mention, found)
    if found is not None and found.span is None:
        mention.rules.append("date needs the date of the report")
    return mention


def _stem(words: str) -> str:
    """Head word of a trigger, so that "the offensive" finds "launched a new offensive"."""
    last = re.findall(r"\w+", words.lower())[-1]
    return re.sub(r"(?:es|ed|ing|s)$", "", last)[:7]


def subtype_of(word: EventWord | None, agent: ActorMention | None) -> str:
    """Sub-type of a trigger; who took territory decides how its taking is called."""
    if word is None or word.subtype != _TERRITORY:
        return word.subtype if word else ""
    if agent is None or agent.type not in ARMED:
        return ""
    return _TERRITORY if agent.type in {"state forces", "external forces"} else "Non-state actor overtakes territory"


def _agent(actors: list[ActorMention], sentence: Sentence, trigger: Trigger) -> ActorMention | None:
    after = next((a for a in actors if a.start >= trigger.end), None)
    if after and re.search(r"\bby\s(?:the\s)?$", sentence.before(after.start, 8)):
        return after
    if after and sentence.text[trigger.start : trigger.end].endswith(" to") and after.start - trigger.end < 6:
        return after  # "fell to the army"
    within = next((a for a in actors if trigger.start <= a.start < trigger.end), None)  # "shifted to ... control"
    if within:
        return within
    before = [a for a in actors if a.end <= trigger.start]
    return before[0] if before else None


def actor_span(actor: ActorMention) -> Span:
    """The words of a party; which column it stands in is known only when all mentions are joined."""
    return Span(f"actor {actor.actor}", actor.start, actor.end)


def _evidence(mention: Mention, found: FoundDate | None) -> list[Span]:
    spans = [Span("mention", *mention.told), Span("event_type", *mention.trigger)]
    if found:
        spans.append(Span("date", found.start, found.end))
    if mention.place:
        spans.append(Span("place", mention.place.start, mention.place.end))
    if mention.admin1:
        spans.append(Span("stated_admin1", mention.admin1.start, mention.admin1.end))
    for name, count in (
        ("fatalities", mention.toll.killed),
        ("injured", mention.toll.injured),
        ("targets_hit", mention.toll.targets),
        ("claimed", mention.toll.claimed),
    ):
        if count:
            spans.append(Span(name, count.start, count.end))
    spans += [actor_span(a) for a in mention.actors]
    if mention.claim.speaker:
        spans.append(Span("attributed_to", mention.claim.start, mention.claim.end))
    return spans


# ---------------------------------------------------------------- when


_NOT_DATES = frozenset({"until", "as of"})
_SPOKEN = re.compile(
    r"\b(?:reporters|said|says|told|warned|reported|announced|stated|added|claimed|statement)\s(?:late\s|early\s)?(?:on\s)?$",
    re.IGNORECASE,
)
_FINITE = re.compile(r"\b(?:\w{3,}ed|\w+ates|says|has|had|have|was|were|is|are)\b", re.IGNORECASE)


def _date_of(sentence: Sentence, trigger: Trigger, *, definite: bool) -> FoundDate | None:
    """The date of an event word: the nearest before it, else the nearest after it in its clause.

    Dates on which something was said are not dates of what happened.
    """
    usable = [
        d
        for d in sentence.dates
        if d.rule not in _NOT_DATES
        and not _SPOKEN.search(sentence.before(d.start, 40))
        and not inside(d.start, sentence.quotes)
    ]
    before = [d for d in usable if d.end <= trigger.start]
    after = [d for d in usable if d.start >= trigger.end]
    start, end = sentence.clause(trigger.start)
    if definite:
        before = [d for d in before if trigger.start - d.end < 24]
        after = [d for d in after if d.start < end and not _FINITE.search(sentence.text[trigger.end : d.start])]
    own = [d for d in before if d.start >= start]
    if own:
        return own[-1]
    rest = [d for d in after if d.start < end] or before or after
    return rest[0] if rest else None


def at_most(span: DateSpan, last: DateSpan | None) -> DateSpan:
    """A span cut at the report's day: what is told has happened."""
    if last is None or not span.start <= last.end < span.end:
        return span
    return DateSpan(span.start, last.end, span.precision)


def since(span: DateSpan, last: DateSpan | None) -> DateSpan:
    """From the start of a span up to the report's day."""
    if last is None or last.end < span.start:
        return span
    return DateSpan(span.start, last.end, DatePrecision.SPAN)


def days_before(last: DateSpan, days: int) -> DateSpan:
    """The days up to the report's."""
    return DateSpan(last.end - timedelta(days=days), last.end, DatePrecision.WEEK)


# ---------------------------------------------------------------- where


_FELL = re.compile(r"\s(?:(?:has|have|had|was|were|been|being|also|then)\s)*", re.IGNORECASE)  # "X had fallen to ..."
_LEVELS = {"place": 0, "district": 1, "division": 2, "border": 2, "country": 4}


def _place_of(
    sentence: Sentence, trigger: Trigger, rivals: list[Trigger]
) -> tuple[Toponym | None, Toponym | None, list[Toponym]]:
    """The place of an event word, the first division it is said to lie in, and the other places named with it."""
    usable = [t for t in sentence.toponyms if t.locative and not inside(t.start, sentence.quotes)]
    if trigger.word and trigger.word.subtype == _TERRITORY:
        usable += [
            t for t in sentence.toponyms if t not in usable and _FELL.fullmatch(sentence.text, t.end, trigger.start)
        ]
    if not usable:
        return None, None, []
    start, end = sentence.clause(trigger.start)
    walls = [r.start for r in rivals]

    def cost(t: Toponym) -> tuple[bool, int, bool, int]:
        low, high = sorted((t.start, trigger.start))
        walled = any(low < w < high for w in walls)
        far = walled or not (start <= t.start < end or t.end <= trigger.start)
        return far, _LEVELS[t.level], t.start < trigger.start, abs(t.start - trigger.start)

    best = min(usable, key=cost)
    divisions = [t for t in usable if t.level == "division" and t is not best and t.start > best.start]
    admin1 = divisions[0] if divisions and best.level in {"place", "district"} else None
    others = [t for t in usable if t.level == "place" and t.name.casefold() != best.name.casefold() and t is not best]
    return best, admin1, others if best.level == "place" else []


# ---------------------------------------------------------------- who


_WITH = re.compile(r"\bwith\s(?:the\s)?$", re.IGNORECASE)
_OWN = re.compile(r"\b(?:it|its|they|their|he|his|she|her|we|our|having|responsibility)\b", re.IGNORECASE)
_SUPPORT = re.compile(r"[^,;.]{0,40}?\b(?:support|backing|cover|help|assistance)\b", re.IGNORECASE)


def _helps(sentence: Sentence, actor: ActorMention) -> bool:
    """Whether an actor stands in "with X's air support"."""
    before = _WITH.search(sentence.before(actor.start, 10))
    return before is not None and _SUPPORT.match(sentence.text, actor.start, sentence.end) is not None


def _actors_of(sentence: Sentence, lexicon: Lexicon, trigger: Trigger, claim: Claim) -> list[ActorMention]:
    """Two parties of a happening in the order they are named; supporters and speakers of other clauses are none."""
    start, end = sentence.clause(trigger.start)
    first, last = sentence.segment(trigger.start)
    support = lexicon.pattern("context.support")
    parties = [
        a
        for a in sentence.actors
        if not support.search(sentence.before(a.start, 40))
        and not inside(a.start, sentence.quotes)
        and not _helps(sentence, a)
    ]
    if trigger.word and trigger.word.type == "Battles":
        parties = [a for a in parties if a.type != "civilians"]
    parties = [a for a in parties if a.type in PARTIES]
    inner = [a for a in parties if start <= a.start < end]
    names: dict[str, ActorMention] = {}
    definite = bool(_DEFINITE.search(sentence.before(trigger.start))) and not (trigger.word and trigger.word.is_verb)
    outer = [a for a in parties if first <= a.start < last]
    if any(a.end <= trigger.start for a in inner) and not _OWN.search(sentence.text, claim.end, trigger.start):
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


_PASSIVE = re.compile(
    r"\b(?:was|were|been|being|are|is|be|an?|the|neither|nor|fatalities|injuries|also)\s$", re.IGNORECASE
)
_SPEAKER = re.compile(
    r"(?P<who>(?:[A-Z\u0600-\u06ff][\w.'’-]*)(?:\s(?:of\s|for\s|the\s)*[A-Z][\w.'’-]*)*)(?:\s\([^)]{1,20}\))?"
    r"(?:,[^,;]{1,60},)?\s(?:has\s|have\s|had\s|also\s|later\s)*$"
)
_AFTER = re.compile(r"\s(?:the\s|a\s)?(?P<who>(?:[A-Z][\w.'’-]*)(?:\s(?:of\s|for\s|the\s)*[A-Z][\w.'’-]*)*)")
_PLAIN = re.compile(r"\s(?:the|a|an)\s(?P<who>[a-z]+)\b")
_AFTER_ARABIC = re.compile(r"\s(?P<who>[\u0621-\u064a]+(?:\s(?:ال|لل?)[\u0621-\u064a]{2,}){0,3})")
_ARABIC_WORD = re.compile(r"[\u0621-\u064a]")
_OFFICIAL = re.compile(r"ministry|army|military|government|regime", re.IGNORECASE)
_CONTENT = re.compile(r"(?:\s(?:late\s)?(?:on\s)?[A-Z]\w+day\b)?\W*\w")
_PRONOUNS = frozenset({"he", "she", "it", "they", "we", "who", "that", "the", "this"})


def find_claim(sentence: Sentence, lexicon: Lexicon, position: int | None = None) -> Claim:
    """Who says what a sentence tells at a position; a party to the conflict claims, others are cited.

    What somebody says behind a semicolon goes for that part alone; a closing ", X said." goes for the whole.
    """
    first, last = sentence.segment(position) if position is not None else (sentence.start, sentence.end)
    cited = lexicon.pattern("speech.cited").search(sentence.text, sentence.start, sentence.end)
    for kind in ("cited", "claim", "report") if cited else ("claim", "report"):
        for match in lexicon.pattern(f"speech.{kind}").finditer(sentence.text, sentence.start, sentence.end):
            named = match[0][0].isupper() and match.start() > sentence.start  # "States" that ends a name states nothing
            closing = not _CONTENT.match(sentence.text, match.end(), sentence.end)
            if not first <= match.start() < last and not closing:
                continue
            if named or inside(match.start(), sentence.quotes) or _PASSIVE.search(sentence.before(match.start(), 12)):
                continue
            speaker = _speaker(sentence, match, kind)
            if speaker:
                return _claim_by(sentence, *speaker)
    return Claim()


def _speaker(sentence: Sentence, match: re.Match[str], kind: str) -> tuple[int, int] | None:
    text = sentence.text
    if _ARABIC_WORD.match(text, match.start() + 1):  # in Arabic the speaker follows the verb
        after = _AFTER_ARABIC.match(text, match.end(), sentence.end)
        return after.span("who") if after else None
    if kind == "cited":
        after = _AFTER.match(text, match.end(), sentence.end) or _PLAIN.match(text, match.end(), sentence.end)
        return after.span("who") if after else None
    before = _SPEAKER.search(text, max(sentence.start, match.start() - 120), match.start())
    if before and before["who"].casefold() not in _PRONOUNS:
        start = before.start("who") + (4 if before["who"].startswith("The ") else 0)
        if not any(t.locative and t.core_start < before.end("who") and start < t.end for t in sentence.toponyms):
            return start, before.end("who")
    if kind == "claim":
        actor = next((a for a in sentence.actors if a.end <= match.start()), None)
        return (actor.start, actor.end) if actor else None
    return None


def _claim_by(sentence: Sentence, start: int, end: int) -> Claim:
    party = any(a.start < end and start < a.end and a.type in ARMED for a in sentence.actors)
    words = re.sub(r"['’]s$", "", sentence.text[start:end].rstrip(","))
    if not re.search(r"(?:^|[.\s])[A-Z]\.$", words):  # "U.N." keeps its stop
        words = words.rstrip(".")
    party = party or bool(_OFFICIAL.fullmatch(words))
    return Claim("claimed by a party" if party else "attributed", words, start, start + len(words))


__all__ = [
    "COMBAT",
    "Claim",
    "Mention",
    "SetAside",
    "Span",
    "at_most",
    "days_before",
    "find_claim",
    "read_mentions",
    "replace",
    "since",
    "unreal",
]
