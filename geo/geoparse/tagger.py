"""A trained spaCy pipeline as recogniser, if the user has installed one; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geo.errors import InputError

# Entity labels that are places: OntoNotes' (GPE, LOC, FAC) and those of the multilingual pipelines (LOC).
LABELS = frozenset({"GPE", "LOC", "FAC"})
_LONGEST = 900_000  # characters that a pipeline takes at once; longer texts go in pieces cut at a line's end


class SpacyNames:
    """Bounds of the places that a spaCy pipeline finds in a text."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def __call__(self, text: str) -> Sequence[tuple[int, int]]:
        found = []
        start = 0
        while start < len(text):
            end = _cut(text, start)
            entities = self._pipeline(text[start:end]).ents
            found += [(start + e.start_char, start + e.end_char) for e in entities if e.label_ in LABELS]
            start = end
        return found


def _cut(text: str, start: int) -> int:
    end = start + _LONGEST
    if end >= len(text):
        return len(text)
    line = text.rfind("\n", start, end)
    return line + 1 if line > start else end


def open_recogniser(name: str) -> SpacyNames | None:
    """The recogniser of this name: "rules" (None: the geoparser's own) or "spacy:PIPELINE".

    Raises
    ------
    InputError
        The name is neither, or spaCy or the pipeline is not installed.
    """
    if name == "rules":
        return None
    kind, _, pipeline = name.partition(":")
    if kind != "spacy" or not pipeline:
        raise InputError(f"'{name}' is no recogniser; wanted rules, or spacy:NAME of an installed pipeline")
    try:
        import spacy
    except ImportError as error:
        advice = f"pip install spacy, then: python -m spacy download {pipeline}"
        raise InputError(f"'{name}' needs spaCy, which is not installed; {advice}") from error
    try:
        return SpacyNames(spacy.load(pipeline))
    except (OSError, ValueError) as error:
        advice = f"install it with: python -m spacy download {pipeline}"
        raise InputError(f"'{name}': spaCy has no pipeline '{pipeline}'; {advice}") from error
