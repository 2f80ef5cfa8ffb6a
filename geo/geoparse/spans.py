"""A place name in its place in a text, from the first look at it to the place it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from geo.geoparse.atlas import Name, Sense

# The kind of place that the word beside a name asks for.
KINDS = {
    **dict.fromkeys(("county", "parish", "borough", "district", "township", "prefecture", "municipality"), "unit"),
    **dict.fromkeys(("province", "state", "governorate", "oblast", "krai", "region"), "division"),
    **dict.fromkeys(("city", "town", "village"), "town"),
}


@dataclass(slots=True, eq=False)
class Mention:
    """A name in a text while it is being read; ``start`` and ``end`` bound the whole expression ("X County").

    ``name`` is what the gazetteer says, ``key`` what mentions of the same name share, ``hint`` the word that says what
    kind of place it is, ``within`` the mention of the area that it is said to lie in, ``holds`` those that are said to
    lie in it, ``beside`` those of a list with it. ``traits`` is the evidence that it is a place, ``chance`` how sure
    the choice of ``sense`` among namesakes is.
    """

    start: int
    end: int
    text: str
    name: Name | None
    key: str
    words: int = 1
    hint: str = ""
    traits: dict[str, float] = field(default_factory=dict)
    possessive: bool = False
    locative: bool = False
    metonym: bool = False
    within: Mention | None = None
    holds: list[Mention] = field(default_factory=list)
    beside: list[Mention] = field(default_factory=list)
    sense: Sense | None = None
    chance: float = 0.0

    @property
    def score(self) -> float:
        """The sum of the evidence, as logarithms of odds."""
        return sum(self.traits.values())

    @property
    def great(self) -> bool:
        """Whether the name is that of a country, a first division, a continent or a sea."""
        return "country" in self.traits or "division" in self.traits

    def moved(self, offset: int) -> Mention:
        """A copy for another spot of the same words."""
        traits = self.traits.copy()
        return Mention(
            self.start + offset,
            self.end + offset,
            self.text,
            self.name,
            self.key,
            self.words,
            self.hint,
            traits,
            self.possessive,
        )


def apart(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions in order, none inside another: of two that share words the one that the gazetteer has, or the first."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: m.start):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif kept[-1].name is None and mention.name is not None:
            kept[-1] = mention
    return kept
