"""News text to draft events and displacement records, each field with the words it came from."""

from geo.reports.coding import CodedReport, DraftReport, code_report, draft_report, draft_tables
from geo.reports.mentions import SetAside
from geo.reports.text import Part, Report, parse_report, read_report, read_reports

__all__ = [
    "CodedReport",
    "DraftReport",
    "Part",
    "Report",
    "SetAside",
    "code_report",
    "draft_report",
    "draft_tables",
    "parse_report",
    "read_report",
    "read_reports",
]
