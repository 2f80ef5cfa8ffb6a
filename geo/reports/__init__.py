"""News text to draft events and displacement records, each field with the words it came from."""

from geo.reports.coding import CodedReport, code_report
from geo.reports.mentions import SetAside
from geo.reports.text import Part, Report, parse_report, read_report

__all__ = ["CodedReport", "Part", "Report", "SetAside", "code_report", "parse_report", "read_report"]
