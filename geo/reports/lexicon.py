"""The words a report is read by, from ``geo/lexicon.toml`` and ``geo/lexicon_ar.toml``, as compiled patterns."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.codes import EVENT_TYPES, TYPE_OF_SUBTYPE

LEXICON = Path(__file__).parents[1] / "lexicon.toml"
ARABIC = LEXICON.with_name("lexicon_ar.toml")
COMBAT = frozenset({"Battles", "Explosions/Remote violence", "Violence against civilians"})
TERRITORY = "Government regains territory"  # or the other sub-type of territory taken, by who took it

_START = r"(?<![\w-])(?=\w)"  # words are looked for where one begins, and nowhere else


@dataclass(frozen=True, slots=True)
class EventWord:
    """What a trigger tells: type, sub-type ("" if the words do not say), rank (lowest wins), verb or noun."""

    type: str
    subtype: str
    rank: int
    is_verb: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled patterns by section and key; ``triggers`` finds event words, its group names index ``words``.

    ``triggers`` and ``cues`` read text in small letters (``lowered``), which is twice as fast as any case;
    ``before_names`` reads it as it is, since its event words count before a capital alone.
    """

    triggers: re.Pattern[str]
    before_names: re.Pattern[str]
    words: tuple[EventWord | None, ...]
    cues: re.Pattern[str]
    boundaries: re.Pattern[str]
    patterns: dict[str, re.Pattern[str]]
    raw: dict[str, Any]

    def pattern(self, name: str) -> re.Pattern[str]:
        """Pattern of a section and key, as in ``"casualties.killed"``."""
        return self.patterns[name]


@lru_cache(maxsize=2)
def load_lexicon(path: Path = LEXICON) -> Lexicon:
    """Read and compile the lexicon; raises ValueError if an event type or sub-type in it is none of ACLED's."""
    raw = _with_arabic(tomllib.loads(path.read_text(encoding="utf-8")))
    words: list[EventWord | None] = []
    groups: list[str] = []
    named: list[str] = []
    for event in sorted(raw["event"], key=lambda e: int(e["rank"])):
        subtype = event["subtype"]
        if event["type"] not in EVENT_TYPES or (subtype and TYPE_OF_SUBTYPE.get(subtype) != event["type"]):
            raise ValueError(f"{path.name}: no such event type: {event['type']} / {subtype}")
        for key in ("words", "nouns"):
            if event[key]:
                groups.append(f"(?P<t{len(words)}>{_either(event[key])})")
                words.append(EventWord(event["type"], subtype, int(event["rank"]), key == "words"))
        if event.get("before_names"):
            named.append(f"(?P<t{len(words)}>{_either(event['before_names'])})")
            words.append(EventWord(event["type"], subtype, int(event["rank"]), is_verb=True))
    groups.append(f"(?P<t{len(words)}>{_either(raw['generic']['nouns'])})")
    words.append(None)
    patterns = {
        f"{section}.{key}": re.compile(rf"{_START}(?:{_either(values)})(?!\w)", re.IGNORECASE)
        for section, table in raw.items()
        if isinstance(table, dict) and section not in {"numbers", "context"}
        for key, values in table.items()
    }
    patterns["context.prepositions"] = re.compile(
        rf"(?<!\w)(?:{_either(raw['context']['prepositions'])})\s+(?:[\w-]+\s+){{0,2}}$", re.IGNORECASE
    )
    patterns["context.support"] = re.compile(
        rf"(?:{_either(raw['context']['support'])})\s+(?:[\w-]+\s+){{0,3}}$", re.IGNORECASE
    )
    patterns |= _bodies(raw["speech"]["speakers"])
    cues = "|".join(f"(?P<{key}>{_either(values)})" for key, values in raw["unreal"].items())
    return Lexicon(
        _of_small_letters(rf"{_START}(?:{'|'.join(groups)})(?!\w)"),
        re.compile(rf"{_START}(?:{'|'.join(named)})(?=\s[A-Z])"),
        tuple(words),
        _of_small_letters(rf"{_START}(?:{cues})(?!\w)"),
        re.compile("|".join(_spaced(b) for b in raw["context"]["boundaries"]), re.IGNORECASE),
        patterns,
        raw,
    )


def _bodies(nouns: list[str]) -> dict[str, re.Pattern[str]]:
    """Patterns of a body that speaks, called by a noun: before its verb, and behind "according to"."""
    body = rf"(?:{_NOT_WITHIN}[\w.'’/-]+\s){{0,4}}?(?i:{_either(nouns)})(?![\w-])"
    names = r"(?:\s[A-Z][\w.'’-]+){0,4}"
    seat = (
        r"(?:\s(?:of|in|for|from)\s(?:the\s)?[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){0,2}(?:\s(?:region|province|district))?)?"
    )
    before = (
        rf"(?:^|(?<=[,;:“”\"–—-]\s)|(?<=\sand\s)|(?<=[.!?]\s)){_OF_WHOM}(?P<who>{body}(?:\sand\s{_OF_WHOM}{body})?{seat}{names})"
        r"(?:\s\([^)]{1,20}\))?(?:,[^,;]{1,60},)?\s(?:has\s|have\s|had\s|also\s|later\s)*$"
    )
    return {
        "speech.body_before": re.compile(before),
        "speech.body_after": re.compile(rf"\s{_OF_WHOM}(?P<who>{body}{names})"),
    }


_OF_WHOM = r"(?:(?:[Tt]he|[Aa]n?|its|his|her|their|our|[Tt]wo|[Tt]hree|[Ss]everal|[Ss]ome|both)\s)?"
# The words before "medics", "regional administration" neither end a clause nor tell anything.
_NOT_WITHIN = r"(?!(?:and|or|that|which|who|when|while|as|after|by|in|on|at|from|of|to|for|with|but|said|was|were)\s)"


def _with_arabic(raw: dict[str, Any]) -> dict[str, Any]:
    """The lexicon and its Arabic words: a single pattern in each list, which no text in other letters looks into."""
    arabic = tomllib.loads(ARABIC.read_text(encoding="utf-8"))
    events = {(e["type"], e["subtype"]): e for e in raw["event"]}
    for event in arabic.pop("event"):
        known = events[event["type"], event["subtype"]]
        for key, joined in (("words", _AND), ("nouns", _JOINED)):
            known[key] += _arabic(event[key], joined)
    for section, table in arabic.items():
        for key, values in table.items():
            if section == "numbers":
                raw[section][key] = values
            elif section in _PLAIN:
                raw[section][key] += values
            else:
                raw[section][key] += _arabic(values, _AND if section in _VERBS else _JOINED)
    return raw


_PLAIN = frozenset({"qualifiers", "places", "context"})  # parts of other patterns
_VERBS = frozenset({"speech", "unreal"})
_AND = "[وف]?"  # joined to the word behind it
_JOINED = "(?:[وف]?(?:ال|بال|لل|كال|[بلك])?)"
_SPELLINGS = str.maketrans({"أ": "[أا]", "إ": "[إا]", "آ": "[آا]", "ى": "[ىي]", "ة": "[ةه]"})


def _arabic(patterns: list[str], joined: str) -> list[str]:
    either = "|".join(patterns).translate(_SPELLINGS)
    whose = "(?:ها|هم|ه)?" if joined == _JOINED else ""
    return [f"(?=[ء-ي]){joined}(?:{either}){whose}"] if patterns else []


def lowered(text: str) -> str:
    """A text in small letters, each where it stood; Cyrillic letters that got into Latin words are taken for Latin."""
    small = text.lower()
    small = small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _MIXED.sub(lambda m: m[0].translate(_LOOKALIKES), small)


_LOOKALIKES = str.maketrans("асеіјорѕху", "aceijopsxy")
_MIXED = re.compile(r"(?<=[a-z])[асеіјорѕху]+|[асеіјорѕху]+(?=[a-z])")


def _of_small_letters(pattern: str) -> re.Pattern[str]:
    small = re.sub(r"\\.|\(\?P<\w+>|[A-Z]", lambda m: m[0].lower() if len(m[0]) == 1 else m[0], pattern)
    return re.compile(small)


def _either(patterns: list[str]) -> str:
    return "|".join(_spaced(p) for p in patterns)


def _spaced(pattern: str) -> str:
    return pattern.replace(" ", r"\s")
