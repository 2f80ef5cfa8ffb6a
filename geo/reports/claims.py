"""Who says so: told by the reporter, by a named speaker, or claimed by a party to the conflict."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.reports.lexicon import Lexicon
from geo.reports.sentences import Sentence
from geo.reports.splitting import inside


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says so: "asserted", "attributed" or "claimed by a party", and the speaker as named."""

    kind: str = "asserted"
    speaker: str = ""
    start: int = 0
    end: int = 0


_PASSIVE = re.compile(
    r"\b(?:was|were|been|being|are|is|be|an?|the|neither|nor|fatalities|injuries|also)\s$", re.IGNORECASE
)
_SPEAKER = re.compile(
    r"(?P<who>(?:[A-Z\u0600-\u06ff][\w.'’-]*)(?:\s(?:of\s|for\s|the\s)*(?:[ae]l-|a[dstz]-|ash-)?[A-Z][\w.'’-]*)*)(?:\s\([^)]{1,20}\))?"
    r"(?:,[^,;]{1,60},)?\s(?:has\s|have\s|had\s|also\s|later\s)*$"
)
_AFTER = re.compile(
    r"\s(?:the\s|a\s)?(?P<who>(?:[A-Z][\w.'’-]*)(?:\s(?:of\s|for\s|the\s)*[A-Z][\w.'’-]*)*(?:\s(?:state|media|news|officials?|sources?|agency|military))*)"
)
_PLAIN = re.compile(r"\s(?:the|a|an)\s(?P<who>[a-z]+)\b")
_AFTER_ARABIC = re.compile(r"\s(?P<who>[\u0621-\u064a]+(?:\s(?:ال|لل?)[\u0621-\u064a]{2,}){0,3})")
_ARABIC_WORD = re.compile(r"[\u0621-\u064a]")
_OFFICIAL = re.compile(r"ministry|army|military|government|regime", re.IGNORECASE)
_CONTENT = re.compile(r"(?:\s(?:late\s)?(?:on\s)?[A-Z]\w+day\b)?\W*\w")
_PRONOUNS = frozenset({"he", "she", "it", "they", "we", "who", "that", "the", "this"})
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


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
            speaker = _speaker(sentence, match, kind, lexicon)
            if speaker:
                return _claim_by(sentence, *speaker)
    return Claim()


def _speaker(sentence: Sentence, match: re.Match[str], kind: str, lexicon: Lexicon) -> tuple[int, int] | None:
    text = sentence.text
    if _ARABIC_WORD.match(text, match.start() + 1):  # in Arabic the speaker follows the verb
        after = _AFTER_ARABIC.match(text, match.end(), sentence.end)
        return after.span("who") if after else None
    if kind == "cited":
        after = (
            lexicon.pattern("speech.body_after").match(text, match.end(), sentence.end)
            or _AFTER.match(text, match.end(), sentence.end)
            or _PLAIN.match(text, match.end(), sentence.end)
        )
        return after.span("who") if after else None
    body = _body_before(sentence, match.start(), lexicon)
    if body:
        return body
    before = _SPEAKER.search(text, max(sentence.start, match.start() - 120), match.start())
    if before and before["who"].casefold() not in _PRONOUNS | _DAYS:
        start = before.start("who") + (4 if before["who"].startswith("The ") else 0)
        if not any(t.locative and t.core_start < before.end("who") and start < t.end for t in sentence.toponyms):
            return start, before.end("who")
    if kind == "claim":
        actor = next((a for a in sentence.actors if a.end <= match.start()), None)
        return (actor.start, actor.end) if actor else None
    return None


def _body_before(sentence: Sentence, position: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """Offsets of a body that is called by a noun and stands right before a verb of speech."""
    start = max(sentence.start, position - 120)
    found = lexicon.pattern("speech.body_before").search(sentence.text[start:position])
    return (start + found.start("who"), start + found.end("who")) if found else None


def _claim_by(sentence: Sentence, start: int, end: int) -> Claim:
    party = any(a.start < end and start < a.end and a.armed for a in sentence.actors)
    words = re.sub(r"['’]s$", "", sentence.text[start:end].rstrip(","))
    words = re.sub(r"^لل(?=\w)", "ال", words)  # "according to the", joined to the name
    if not re.search(r"(?:^|[.\s])[A-Z]\.$", words):  # "U.N." keeps its stop
        words = words.rstrip(".")
    party = party or bool(_OFFICIAL.fullmatch(words))
    return Claim("claimed by a party" if party else "attributed", words, start, min(end, start + len(words)))
