"""Counties told together: "X, Y and Z counties"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from geo.geoparse.atlas import Atlas
from geo.geoparse.spans import Mention

_NAME = r"[A-Z][\w.'’-]*(?:\s[A-Z][\w'’-]*)?"
_TOGETHER = re.compile(rf"((?:{_NAME},\s){{0,12}}{_NAME},?\sand\s{_NAME})\s(counties|parishes)\b")
_ONE = {"counties": "County", "parishes": "Parish"}
_COUNTY = 5.0  # evidence that it is one


def counties_together(text: str, found: Iterable[Mention], atlas: Atlas) -> list[Mention]:
    """The names before the word "counties" that counties have; those that are found are told to be such."""
    if not any(word in text for word in _ONE):
        return []
    spots = {(m.start, m.end): m for m in found}
    fresh = []
    for together in _TOGETHER.finditer(text):
        unit = _ONE[together[2]]
        for match in re.finditer(_NAME, together[1]):
            words = match[0]
            name = atlas.name(f"{words} {unit}")
            if name is None:  # "In X, Y and Z counties"
                words = words.rsplit(None, 1)[-1]
                name = atlas.name(f"{words} {unit}")
            if name is None or "unit" not in name.kinds:
                continue
            end = together.start(1) + match.end()
            mention = spots.get((end - len(words), end))
            if mention is None:
                mention = Mention(end - len(words), end, words, name, name.folded)
                fresh.append(mention)
            mention.name, mention.key, mention.hint = name, name.folded, unit.casefold()
            mention.traits = {"unit": _COUNTY}
    return fresh
