"""The words by which names are told apart: ``language.toml`` and the lists of ordinary words and of names of people."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.names import fold

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Language:
    """Sets of lower-case words by key, nationality words with their country, and the patterns made of them."""

    words: dict[str, frozenset[str]]
    demonyms: dict[str, str]
    ordinary: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]
    speaks: re.Pattern[str]
    acts: re.Pattern[str]
    of_group: re.Pattern[str]


@lru_cache(maxsize=1)
def load_language() -> Language:
    """Read and compile the words; they are part of the package."""
    raw = tomllib.loads((HERE / "language.toml").read_text(encoding="utf-8"))
    words = {key: frozenset(values) for section in ("context", "names") for key, values in raw[section].items()}
    words |= {f"{key}_ar": frozenset(values) for key, values in raw["arabic"].items()}
    demonyms = {form.casefold(): code for code, forms in raw["demonyms"].items() for form in _forms(forms)}
    return Language(
        words,
        demonyms,
        _listed("ordinary"),
        _listed("given"),
        _listed("surnames"),
        re.compile(rf"\s(?:has\s|have\s|also\s|then\s|later\s|had\s)?(?:{'|'.join(raw['context']['speech'])})\b"),
        re.compile(rf"['’]s?\s(?:\w+\s)?(?:{'|'.join(raw['context']['organs'])})\b"),
        re.compile(rf"\b(?:{'|'.join(raw['names']['groups'])})\s(?:in|of)(?:\sthe)?$", re.IGNORECASE),
    )


def _forms(demonyms: Iterable[str]) -> Iterable[str]:
    for word in demonyms:
        yield word
        if not word.endswith(("s", "sh", "ch", "ese")):
            yield word + "s"


def _listed(name: str) -> frozenset[str]:
    lines = (HERE / "words" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())
