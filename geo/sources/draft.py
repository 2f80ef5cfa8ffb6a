"""One table on its way into ours: cells read field by field, every refused row with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.dates import parse_date_column
from geo.errors import Problem, RefusedRow
from geo.geocode.slips import likely
from geo.schema import DISPLACEMENT, EVENTS, Credit, TableSpec, conform, empty, mask, stable_id
from geo.sources.raw import KEPT_TEXT, RawTable

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "–", "—", "..", "...", "unknown", "not available"})
SUPPRESSED = re.compile(r"\*+|<\s*\d+")
_OFF_THE_GLOBE = "and its longitude are outside the globe; both left out, correct them"
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What one file gave.

    ``rows_read == len(events) + len(displacement) + rows_refused + rows_skipped``; each refused row has a Problem of
    severity "error", each kind of skipped row (blank, repeated header, tags, totals) one of severity "warning".
    ``refused`` keeps the refused rows that could be split into cells; of the others the Problem holds the text.
    """

    kind: str
    events: pd.DataFrame
    displacement: pd.DataFrame
    problems: tuple[Problem, ...]
    rows_read: int
    rows_refused: int
    credit: Credit
    rows_skipped: int = 0
    refused: tuple[RefusedRow, ...] = ()


class Draft:
    """The cells of one table, read field by field; ``columns`` gives the header of each field.

    ``zones`` are coordinate systems in metres that people of the theatre use, as EPSG codes. A method that reads
    refuses the rows it cannot read, names the source's own column in the problem, and gives missing for them.
    """

    def __init__(self, raw: RawTable, columns: Mapping[str, str], zones: Sequence[str] = ()) -> None:
        self.raw, self.columns, self.zones = raw, dict(columns), zones
        self.problems: list[Problem] = list(raw.problems)
        self.refused = np.zeros(len(raw.cells), dtype=bool)
        self.skipped = raw.skipped
        self.left_out = np.zeros(len(raw.cells), dtype=bool)
        self._read: dict[str, pd.Series] = {}

    def __len__(self) -> int:
        return len(self.raw.cells)

    def __contains__(self, field: str) -> bool:
        return field in self.columns

    # --- saying what is wrong

    def refuse(self, bad: Any, field: str, message: str) -> None:
        """Refuse rows with one message; a row refused before keeps its first reason."""
        fresh = mask(bad) & ~self.refused & ~self.left_out
        self._say(fresh, field, message, "error")
        self.refused |= fresh

    def warn(self, doubtful: Any, field: str, message: str, *, once: bool = False) -> None:
        """Warn of rows that are kept; ``once`` gives one line for all, with their number."""
        fresh = mask(doubtful) & ~self.refused & ~self.left_out
        count = int(fresh.sum())
        if once and count > 1:
            first = np.zeros(len(fresh), dtype=bool)
            first[np.flatnonzero(fresh)[0]] = True
            self._say(first, field, f"{message} ({count:,} rows, the first here)", "warning")
        else:
            self._say(fresh, field, message, "warning")

    def _say(self, rows: np.ndarray, field: str, message: str, severity: Any) -> None:
        self.problems += [self._problem(at, field, message, severity) for at in np.flatnonzero(rows).tolist()]

    def _problem(self, at: int, field: str, message: str, severity: Any) -> Problem:
        header = self.columns.get(field)
        value = None if header is None else self.raw.cells[header].iloc[at]
        found = None if value is None or value is pd.NA or not value.strip() else str(value)[:KEPT_TEXT]
        return Problem(self.raw.title, int(self.raw.rows[at]), header or field, found, message, severity)

    def note(self, message: str, field: str | None = None) -> None:
        """A warning about the whole file."""
        header = None if field is None else self.columns.get(field, field)
        self.problems.append(Problem(self.raw.title, None, header, None, message, "warning"))

    def leave_out(self, rows: Any, kind: str) -> None:
        """Take rows out that are no data, such as totals; one warning for the kind."""
        fresh = mask(rows) & ~self.refused & ~self.left_out
        if fresh.any():
            line = int(self.raw.rows[np.flatnonzero(fresh)[0]])
            message = f"{int(fresh.sum())} {kind} left out, the first here"
            self.problems.append(Problem(self.raw.title, line, None, None, message, "warning"))
            self.left_out |= fresh
            self.skipped += int(fresh.sum())

    # --- reading

    def text(self, field: str) -> pd.Series:
        """Text without blanks around it; blank is missing; a field without a column is missing everywhere."""
        if field not in self._read:
            header = self.columns.get(field)
            if header is None:
                values = pd.Series(pd.NA, index=self.raw.cells.index, dtype="string")
            else:
                values = self.raw.cells[header].str.strip()
                values = values.mask(values == "")
            self._read[field] = values
        return self._read[field]

    def mapped(self, field: str, meaning: Callable[[str], Any]) -> pd.Series:
        """The meaning of each text, asked once for each distinct text; missing where there is none."""
        codes, texts = pd.factorize(self.text(field))
        found = [meaning(str(t)) for t in texts]
        taken = np.array([*found, None], dtype=object)[codes]
        return pd.Series(taken, index=self.raw.cells.index, dtype=object)

    def numbers(self, field: str, *, decimal_comma: bool = False) -> pd.Series:
        """Numbers; text that is none refuses the row, a suppressed count (``*``) is missing and warned of."""
        texts = self.text(field)
        numbers = pd.to_numeric(texts, errors="coerce").astype("Float64").astype("float64")
        odd = mask(numbers.isna() & texts.notna())
        if odd.any():
            again = texts[odd].map(lambda t: _number(t, decimal_comma=decimal_comma))
            numbers = numbers.mask(odd, again.reindex(numbers.index).astype("float64"))
            plain = texts.where(odd).str.casefold()
            absent = mask(plain.isin(MISSING))
            hidden = mask(plain.str.fullmatch(SUPPRESSED.pattern))
            self.warn(hidden, field, "is a suppressed count; kept as missing, not as zero", once=True)
            odd &= ~absent & ~hidden & mask(numbers.isna())
        infinite = mask(np.isinf(numbers))
        self.refuse(odd | infinite, field, "is not a number; correct it or leave the cell empty")
        return numbers.mask(odd | infinite)

    def counts(self, field: str, *, largest: float = 1e10) -> pd.Series:
        """Whole numbers from zero up."""
        numbers = self.numbers(field)
        self.refuse(numbers < 0, field, "is negative; wanted a count of zero or more, or an empty cell")
        self.refuse(numbers > largest, field, f"is more than {largest:,.0f}; correct it")
        self.refuse(mask(numbers.notna()) & mask(numbers % 1 != 0), field, "is not a whole number; correct it")
        good = mask(numbers.notna()) & ~self.refused
        return numbers.where(good).astype("Int64")

    def amounts(self, field: str) -> pd.Series:
        """Numbers of people from zero up; fractions stay, some sources share people out between places."""
        numbers = self.numbers(field)
        self.refuse(numbers < 0, field, "is negative; wanted a number of people")
        self.refuse(numbers > 1e10, field, "is more than there are people; correct it")
        return numbers

    def envelope(self, low: str, best: str, high: str, *, people: bool = False) -> dict[str, pd.Series]:
        """Lowest, best and highest count. Where they contradict each other the best is believed and stands alone."""
        reader = self.amounts if people else self.counts
        counts = {name: reader(name) for name in (low, best, high)}
        below, middle, above = counts.values()
        wrong = mask(below > middle) | mask(middle > above) | mask(below > above)
        self.refuse(wrong & mask(middle.isna()), low, "is above the highest count; correct them")
        self.warn(wrong, best, "is not between the lowest and the highest count; only this one is kept")
        return {low: below.mask(wrong), best: middle, high: above.mask(wrong)}

    def coded(self, field: str, crosswalk: Mapping[int, Any]) -> pd.Series:
        """A number code through its crosswalk; an unknown code is missing and warned of."""
        known = {str(k): str(v) for k, v in crosswalk.items()}
        values = self.mapped(field, lambda t: known.get(t.removesuffix(".0")))
        unknown = mask(values.isna() & self.text(field).notna())
        self.warn(unknown, field, f"is no code of this column; wanted {', '.join(known)}; kept as missing")
        return values.astype("string")

    def chosen(self, field: str, allowed: Sequence[str], *, words: Mapping[str, str] | None = None) -> pd.Series:
        """One of a closed list, without regard to case; ``words`` gives other names; anything else refuses the row."""
        known = {**{a.casefold(): a for a in allowed}, **(words or {})}
        values = self.mapped(field, lambda t: known.get(t.casefold()))
        self.refuse(
            values.isna() & self.text(field).notna(), field, f"is not known; wanted one of: {', '.join(allowed)}"
        )
        return values.astype("string")

    def dates(self, field: str) -> pd.DataFrame:
        """Columns date_start, date_end, date_precision; a date that cannot be read refuses the row."""
        codes, texts = pd.factorize(self.text(field))
        spans, unreadable, notes = parse_date_column(pd.Series(texts, dtype="object"))
        for message in notes:
            self.note(message, field)
        bad = np.append(unreadable, False)[codes]
        self.refuse(bad, field, "is not a date; wanted YYYY-MM-DD, DD Month YYYY or DD/MM/YYYY")
        taken = spans.reset_index(drop=True).reindex(np.append(np.arange(len(texts)), -1))
        return taken.iloc[codes].set_axis(self.raw.cells.index)

    def coordinates(self, longitude: str = "longitude", latitude: str = "latitude") -> tuple[pd.Series, pd.Series]:
        """Degrees as given. A pair that cannot be a place is moved out, with a warning that names the likely slip."""
        east, north = self.numbers(longitude, decimal_comma=True), self.numbers(latitude, decimal_comma=True)
        half = mask(east.isna() ^ north.isna())
        self.warn(half, latitude, "stands without its longitude, or the longitude without it; both left out")
        zero = mask((east == 0) & (north == 0))
        self.warn(zero, latitude, "and longitude are both 0, which means unknown; both left out")
        out = mask((east.abs() > 180) | (north.abs() > 90))
        swapped = out & mask((east.abs() <= 90) & (north.abs() <= 180))
        self.warn(swapped, latitude, "is no latitude; it and the longitude look swapped; both left out, correct them")
        for at in np.flatnonzero(out & ~swapped & ~self.refused & ~self.left_out).tolist():
            looks = likely(float(east.iloc[at]), float(north.iloc[at]), self.zones)
            message = f"and its longitude {looks}; both left out" if looks else _OFF_THE_GLOBE
            self.problems.append(self._problem(at, latitude, message, "warning"))
        gone = half | zero | out
        return east.mask(gone), north.mask(gone)

    def urls(self, field: str) -> pd.Series:
        """Addresses of web pages; anything else is left out with a warning."""
        texts = self.text(field)
        good = mask(texts.str.match(r"(?i)https?://[^\s<>\"]+$"))
        self.warn(mask(texts.notna()) & ~good, field, "is no http or https address; left out")
        return texts.where(good)

    def flags(self, field: str) -> pd.Series:
        """Yes or no, as true/false, yes/no, 1/0."""
        meanings = {
            "true": True,
            "yes": True,
            "1": True,
            "y": True,
            "false": False,
            "no": False,
            "0": False,
            "n": False,
        }
        values = self.mapped(field, lambda t: meanings.get(t.casefold()))
        self.warn(values.isna() & self.text(field).notna(), field, "is neither yes nor no; kept as missing")
        return values.astype("boolean")

    def unique(self, field: str) -> pd.Series:
        """The source's own ids; the second row with an id is refused."""
        ids = self.text(field)
        usable = ids.where(~self.refused & ~self.left_out)
        again = mask(usable.duplicated() & usable.notna())
        if again.any():
            first = dict(zip(usable[~again].dropna(), self.raw.rows[mask(usable.notna()) & ~again], strict=True))
            header = self.columns[field]
            for value, line in zip(usable[again], self.raw.rows[again], strict=True):
                message = f"stands twice, first in line {first[value]}"
                self.problems.append(Problem(self.raw.title, int(line), header, value[:KEPT_TEXT], message, "error"))
            self.refused |= again
        return ids

    def ids(self, prefix: str, source: str, own: pd.Series | None = None) -> list[str]:
        """Our ids: from the source's own, else from the row's content and how often it stood before."""
        given = self.text("") if own is None else own
        known = mask(given.notna())
        texts = np.array(given.fillna(""), dtype=object)
        if not known.all():
            bare = self.raw.cells.loc[~known].fillna("")
            joined = pd.Series(["\x1f".join(row) for row in bare.itertuples(index=False, name=None)], dtype=object)
            again = joined.groupby(joined).cumcount()
            place = (self.raw.name, self.raw.sheet)
            texts[~known] = [stable_id("R", *place, t, n) for t, n in zip(joined, again, strict=True)]
        return [stable_id(prefix, source, text) for text in texts]

    # --- finishing

    def finish(self, table: Mapping[str, Any], spec: TableSpec, *, kind: str, credit: Credit) -> SourceRead:
        """Check the rows against the spec and close the account."""
        full = pd.DataFrame(dict(table), index=self.raw.cells.index)
        full["source_file"], full["source_row"] = self.raw.name, self.raw.rows
        kept = full.loc[~self.refused & ~self.left_out]
        clean, faults = conform(kept, spec, source=self.raw.name)
        problems = sorted([*self.problems, *faults], key=lambda p: p.row or 0)
        return SourceRead(
            kind=kind,
            events=clean if spec is EVENTS else empty(EVENTS),
            displacement=clean if spec is DISPLACEMENT else empty(DISPLACEMENT),
            problems=tuple(problems),
            rows_read=len(self) + self.raw.refused + self.raw.skipped,
            rows_refused=self.raw.refused + int(self.refused.sum()) + len(kept) - len(clean),
            rows_skipped=self.skipped,
            credit=credit,
        )


def _number(text: str, *, decimal_comma: bool) -> float:
    """A number as people write it: Arabic digits, thousands parted by commas, blanks or apostrophes; else NaN."""
    plain = re.sub(r"[\s'\u00a0\u202f]+(?=\d{3})", "", text.translate(_DIGITS)).rstrip("°").replace("−", "-")
    if decimal_comma and re.fullmatch(r"[-+]?\d{1,3},\d+", plain):
        plain = plain.replace(",", ".")
    elif re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    return float(plain) if re.fullmatch(r"[-+]?\d+(\.\d*)?", plain) else float("nan")
