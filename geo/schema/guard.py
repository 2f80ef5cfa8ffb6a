"""Texts that no spreadsheet takes for formulas."""

from __future__ import annotations

# A spreadsheet runs a cell that starts so; with the wide forms that East Asian editions of Excel take for the same
# (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def with_guard(text: str) -> str:
    """A text as a cell that no spreadsheet runs: one that starts a formula gets an apostrophe before it.

    >>> with_guard("=1+1"), with_guard("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def without_guard(text: str) -> str:
    """The text of a cell that ``with_guard`` made."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA_STARTS) else text
