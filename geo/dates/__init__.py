"""Dates with a precision: single values, table columns, and expressions in running text."""

from geo.dates.running import FoundDate, find_dates
from geo.dates.values import MONTHS, WANTED, WEEKDAYS, DateSpan, month_span, parse_date, parse_date_column, year_span

__all__ = [
    "MONTHS",
    "WANTED",
    "WEEKDAYS",
    "DateSpan",
    "FoundDate",
    "find_dates",
    "month_span",
    "parse_date",
    "parse_date_column",
    "year_span",
]
