"""A web page to the text of its report and what the page says of it; markup, scripts and menus are left behind."""

from __future__ import annotations

from pathlib import Path

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
    from trafilatura import bare_extraction  # takes a second to load

    found = bare_extraction(
        html,
        include_comments=False,
        include_tables=True,
        favor_precision=True,
        with_metadata=True,
        date_extraction_params=_DATES,
        prune_xpath=_UNSEEN,
    )
    if found is None or isinstance(found, dict) or not (found.text or "").strip():
        raise InputError(f"{path}: holds no text of a report; save the article's own page, or its text as .txt")
    told = {"title": found.title, "date": found.date, "source": found.sitename, "url": found.url}
    return str(found.text).replace("\n", "\n\n"), {
        key: " ".join(str(value).split()) for key, value in told.items() if value
    }
