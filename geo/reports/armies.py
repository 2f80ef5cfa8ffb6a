"""Whose army "the army" is: that of the paragraph, the only one that the text speaks of, or the theatre's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.reports.actors import ActorMention
from geo.reports.lexicon import Lexicon
from geo.theatre import Actor, Theatre

_ARMY = re.compile(r"\b(?P<noun>army|military|forces|troops|soldiers)$", re.IGNORECASE)
_THE = re.compile(r"the\s", re.IGNORECASE)
# Not "the army of ...", "the military council", "the Army Corps".
_GOES_ON = re.compile(
    r"(?:['’]s)?(?:[.,;:)]|$|\s(?:\w+(?:ed|ook|ent|ew|old|ought|elt|ove|ept|uck|ound)|has|had|have|was|were|is|are|also|then|later|and|or|but|in|on|at|near|outside|around|by|to|from|said|says"
    r"|began|withdrew|lost|shot|hit)\b)"
)
_STATES = frozenset({"state forces", "external forces"})


_ANY = Actor("Army", "state forces", side="government")  # where a theatre knows no parties


class Armies:
    """The armies that a text has named so far; ``own`` is the state's of the theatre's home country."""

    def __init__(self, theatre: Theatre) -> None:
        own = (a for a in theatre.actors if a.type == "state forces" and a.country and a.country == theatre.home)
        self.own = next(own, None) or (None if theatre.actors else _ANY)
        self._named: dict[str, ActorMention] = {}
        self._here: list[tuple[str, ActorMention]] = []
        self._part = -1

    def read(
        self, text: str, start: int, end: int, part: int, actors: Sequence[ActorMention], lexicon: Lexicon
    ) -> list[ActorMention]:
        """The parties between two offsets with those that are only called "the army"; none where two armies may be."""
        if part != self._part:
            self._here, self._part = [], part
        found = list(actors)
        known = [(noun["noun"].lower(), a) for a in actors if (noun := _ARMY.search(text[a.start : a.end]))]
        known = [(noun, a) for noun, a in known if a.type in _STATES]
        for match in lexicon.pattern("military.army").finditer(text, start, end):
            if any(a.start < match.end() and match.start() < a.end for a in actors):
                continue
            plain = _ARMY.search(match[0]) and _THE.match(match[0])
            if not _GOES_ON.match(text, match.end()) if plain else text.startswith(" of ", match.end()):
                continue
            article = _THE.match(match[0])
            start_at = match.start() + (article.end() if article else 0)
            word = text[start_at : match.end()].lower()
            whose = self._whose(word, [*self._here, *(k for k in known if k[1].end <= match.start())])
            if whose is not None:
                found.append(ActorMention(whose.actor, whose.type, whose.side, start_at, match.end(), alone=False))
        self._here += known
        self._named.update((a.actor, a) for _, a in known)
        return sorted(found, key=lambda a: a.start) if len(found) > len(actors) else found

    def _whose(self, noun: str, here: Sequence[tuple[str, ActorMention]]) -> ActorMention | None:
        for named in ([a for word, a in here if word == noun], [a for _, a in here], list(self._named.values())):
            if len({a.actor for a in named}) == 1:
                return named[-1]
        if self._named or here or self.own is None:
            return None
        return ActorMention(self.own.name, self.own.type, self.own.side, 0, 0, alone=False)
