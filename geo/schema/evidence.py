"""The columns that lead a row back to what it was read from."""

from __future__ import annotations

from geo.schema.spec import Column, text

EVIDENCE = (
    text("attributed_to", "who says so, as named in the source"),
    text("quote", "the sentence, or the row's notes, as stored"),
    Column("span_start", "integer", "first code point of the quote in the report as stored", minimum=0),
    Column("span_end", "integer", "code point after the quote", minimum=0),
    text("evidence", "JSON list of {field, start, end, text}: the words of each field, offsets into the report"),
    text("rule", "name of the rule or crosswalk that read it"),
    text("notes", "free text of the source"),
    text("merged_from", "JSON list: what each of the rows merged into this one said (docs/merging.md)"),
    text("source_file", "name of the input file"),
    Column("source_row", "integer", "line of the file or row of the sheet; the header counts", minimum=1),
)
