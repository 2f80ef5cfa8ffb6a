"""News text to draft events and displacement records, each field with the words it came from."""

from geo.reports.coding import CodedReport, DraftReport, code_report, draft_report, draft_tables, tables_of_each
from geo.reports.files import REPORT_SUFFIXES, read_report, read_reports
from geo.reports.mention import SetAside
from geo.reports.plain import Plain, plain_report
from geo.reports.report import Part, Report
from geo.reports.text import parse_report

__all__ = [
    "REPORT_SUFFIXES",
    "CodedReport",
    "DraftReport",
    "Part",
    "Plain",
    "Report",
    "SetAside",
    "code_report",
    "draft_report",
    "draft_tables",
    "parse_report",
    "plain_report",
    "read_report",
    "read_reports",
    "tables_of_each",
]
