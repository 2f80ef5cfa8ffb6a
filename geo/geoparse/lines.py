"""Which ends of lines are ends of paragraphs, and which only keep the lines of a text to a width."""

from __future__ import annotations

PARAGRAPH = "\u2029"  # stands where a paragraph ends; as long as the end of a line that it replaces
_WIDEST = 130  # letters of the longest line of a text whose lines are broken to a width


def with_paragraphs(text: str) -> str:
    """The text with PARAGRAPH for each end of a line that would have had room for the next word."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    width = max(map(len, lines))
    if width > _WIDEST:
        return text.replace("\n", PARAGRAPH)
    parts: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        word = len(following.split(" ", 1)[0])
        parts += (line, "\n" if len(line) + 1 + word > width else PARAGRAPH)
    return "".join(parts[:-1])
