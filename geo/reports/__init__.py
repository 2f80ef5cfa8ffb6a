"""News text to draft events and displacement records, each field with the words it came from."""

from geo.reports.text import Part, Report, parse_report, read_report

__all__ = ["Part", "Report", "parse_report", "read_report"]
