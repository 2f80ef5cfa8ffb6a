"""A web page to the text of its report and what the page says of it; markup, scripts and menus are left behind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from geo.errors import InputError

# Only what the page says itself counts as its date, not what day it is today.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2199-12-31"}
# What a browser does not show either.
_UNSEEN = ["//template", "//*[@hidden]", "//*[@aria-hidden='true'][self::p or self::div or self::section]"]


def page_text(html: str, path: Path) -> tuple[str, dict[str, str]]:
    """The text of the report on a page, a paragraph a block, and its title, date, source and address.

    Raises
    ------
    InputError
        Nothing on the page reads as a report.
    """
    from trafilatura import bare_extraction, load_html  # takes a second to load

    tree = load_html(html)
    title = ""
    if tree is not None:
        title = tree.findtext(".//title") or ""
        _without_layout_tables(tree)
        _without_line_ends(tree)
    found = tree is not None and bare_extraction(
        tree,
        include_comments=False,
        include_tables=True,
        favor_precision=True,
        with_metadata=True,
        date_extraction_params=_DATES,
        prune_xpath=_UNSEEN,
    )
    if not found or isinstance(found, dict) or not (found.text or "").strip():
        raise InputError(f"{path}: holds no text of a report; save the article's own page, or its text as .txt")
    told = {"title": found.title or title, "date": found.date, "source": found.sitename, "url": found.url}
    return str(found.text).replace("\n", "\n\n"), {
        key: " ".join(str(value).split()) for key, value in told.items() if value
    }


_PARAGRAPH = 300  # letters; a cell with more is no cell of figures
_TABLE = ("table", "thead", "tbody", "tr", "td", "th")


def _without_layout_tables(tree: Any) -> None:
    """Make blocks of the tables that old pages are laid out in: what stands in one of their cells is the report."""
    for table in tree.iter("table"):
        if any(len(cell.text_content()) > _PARAGRAPH for cell in table.iter("td", "th")):
            for part in list(table.iter(*_TABLE)):
                part.tag = "div"


def _without_line_ends(tree: Any) -> None:
    """Make blanks of the line ends of the source, which a browser does not show either; "pre" keeps them."""
    for part in tree.iter():
        above = part.getparent()
        if part.text and part.tag != "pre":
            part.text = _LINE_ENDS.sub(" ", part.text)
        if part.tail and (above is None or above.tag != "pre"):
            part.tail = _LINE_ENDS.sub(" ", part.tail)


_LINE_ENDS = re.compile(r"[ \t]*[\r\n]+[ \t]*")
