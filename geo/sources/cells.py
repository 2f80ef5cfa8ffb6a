"""The cells of one table, read field by field; what cannot be read refuses its row, with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.dates import parse_date_column
from geo.errors import Problem
from geo.geocode.slips import likely
from geo.schema import mask
from geo.sources.coded import COUNTRY_CODE, Coded, are_country_codes, code_column, taken_text, trimmed
from geo.sources.columns import column_key
from geo.sources.numerals import Point, degrees, is_dotted, number, point_of
from geo.sources.raw import KEPT_TEXT, RawTable

MISSING = frozenset(
    {
        "", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "nat", "nd", "n/d", "null", "none", "nil", "-", "--", "–", "—",
        "..", "...", "?", "unknown", "not known", "not available", "not applicable", "not reported", "no data",
        "missing", "tbd",
        "غير معروف", "غير متوفر", "غير محدد", "لا يوجد", "لا توجد", "невідомо", "неизвестно", "inconnu", "desconocido",
    }
)  # fmt: skip
# Headers of columns that name countries.
_COUNTRY_COLUMN = re.compile(r"(?:^|_)(?:country|iso|iso2|alpha2|adm0|admin0)(?:_|$)")
SUPPRESSED = re.compile(r"\*+|<\s*\d+")
_OFF_THE_GLOBE = "and its longitude are outside the globe; both left out, correct them"
_EQUAL = "equals the longitude to the last digit, so one of them was typed twice; both left out, correct them"
_ALIKE = "equals the longitude; kept, but see that one of them was not typed twice"
_YES = ["true", "yes", "1", "1.0", "y", "t", "wahr", "ja", "vrai", "oui", "sí", "si", "да", "так", "evet", "نعم"]
_NO = ["false", "no", "0", "0.0", "n", "f", "falsch", "nein", "faux", "non", "нет", "ні", "hayır", "لا"]
_FLAGS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)


class Cells:
    """The cells of one table; ``columns`` gives the header of each field.

    ``zones`` are coordinate systems in metres that people of the theatre use, as EPSG codes. A method that reads
    refuses the rows it cannot read, names the source's own column in the problem, and gives missing for them.
    """

    def __init__(self, raw: RawTable, columns: Mapping[str, str], zones: Sequence[str] = ()) -> None:
        self.raw, self.columns, self.zones = raw, dict(columns), zones
        self.problems: list[Problem] = list(raw.problems)
        self.refused = np.zeros(len(raw.cells), dtype=bool)
        self.left_out = np.zeros(len(raw.cells), dtype=bool)
        self.skipped = raw.skipped
        self._texts: dict[str, pd.Series] = {}
        self._coded: dict[str, Coded] = {}

    def __len__(self) -> int:
        return len(self.raw.cells)

    def __contains__(self, field: str) -> bool:
        return field in self.columns

    @property
    def open(self) -> np.ndarray:
        """The rows that are neither refused nor left out so far."""
        return ~self.refused & ~self.left_out

    # --- saying what is wrong

    def refuse(self, bad: Any, field: str, message: str) -> None:
        """Refuse rows with one message; a row refused before keeps its first reason."""
        fresh = mask(bad) & self.open
        self._say(fresh, field, message, "error")
        self.refused |= fresh

    def warn(self, doubtful: Any, field: str, message: str, *, once: bool = False) -> None:
        """Warn of rows that are kept; ``once`` gives one line for all, with their number."""
        fresh = mask(doubtful) & self.open
        count = int(fresh.sum())
        if once and count > 1:
            fresh[np.flatnonzero(fresh)[1:]] = False
            message = f"{message} ({count:,} rows, the first here)"
        self._say(fresh, field, message, "warning")

    def _say(self, rows: np.ndarray, field: str, message: str, severity: Any) -> None:
        self.problems += [self.problem(at, field, message, severity) for at in np.flatnonzero(rows).tolist()]

    def problem(self, at: int, field: str, message: str, severity: Any) -> Problem:
        """What is wrong in the row at this position."""
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
        fresh = mask(rows) & self.open
        if fresh.any():
            line = int(self.raw.rows[np.flatnonzero(fresh)[0]])
            message = f"{int(fresh.sum()):,} {kind} left out, the first here"
            self.problems.append(Problem(self.raw.title, line, None, None, message, "warning"))
            self.left_out |= fresh
            self.skipped += int(fresh.sum())

    # --- texts

    def text(self, field: str) -> pd.Series:
        """Text without blanks around it; blank is missing; a field without a column is missing everywhere."""
        if field not in self._texts:
            header = self.columns.get(field)
            if header is None:
                index = self.raw.cells.index
                self._texts[field] = taken_text([], np.full(len(self), -1), index)
            else:
                self._texts[field] = trimmed(self.raw.cells[header], kept=self._kept(header))
        return self._texts[field]

    def _kept(self, header: str) -> tuple[str, ...]:
        """Words for nothing that are texts in a column: among countries by their two letters one is a country."""
        of_countries = _COUNTRY_COLUMN.search(column_key(header)) is not None
        coded = of_countries and are_country_codes(self.raw.cells[header].dropna().unique())
        return (COUNTRY_CODE,) if coded else ()

    def coded_text(self, field: str) -> Coded:
        """The distinct texts of a field, and which row says which."""
        if field not in self._coded:
            header = self.columns.get(field)
            if header is None:
                self._coded[field] = Coded(np.full(len(self), -1), [])
            else:
                self._coded[field] = code_column(self.raw.cells[header], kept=self._kept(header))
        return self._coded[field]

    def mapped(self, field: str, meaning: Callable[[str], Any]) -> pd.Series:
        """The meaning of each text, asked once for each distinct text; missing where there is none."""
        coded = self.coded_text(field)
        return pd.Series(coded.spread([meaning(t) for t in coded.texts], None), index=self.raw.cells.index)

    def words(self, field: str, meaning: Callable[[str], str | None]) -> pd.Series:
        """The same where a meaning is a text."""
        return self.coded_text(field).words(meaning, self.raw.cells.index)

    def known(self, field: str) -> pd.Series:
        """Text of a field; words for nothing, such as 'Not available', are missing."""
        kept = self._kept(self.columns[field]) if field in self.columns else ()
        return self.words(field, lambda t: t if t in kept or t.casefold() not in MISSING else None)

    def code(self, field: str) -> pd.Series:
        """A code as the source writes it, without the ``.0`` of programs that keep numbers with gaps as fractions."""
        return self.words(field, lambda t: t.removesuffix(".0"))

    def coded(self, field: str, crosswalk: Mapping[int, Any]) -> pd.Series:
        """A number code through its crosswalk; an unknown code is missing and warned of."""
        return taken_text(self.meanings(field, crosswalk), self.coded_text(field).codes, self.raw.cells.index)

    def meanings(self, field: str, crosswalk: Mapping[int, Any]) -> list[str | None]:
        """The same for each distinct text of the field."""
        known = {str(k): str(v) for k, v in crosswalk.items()}
        coded = self.coded_text(field)
        plain = [t.removesuffix(".0").lstrip("0") for t in coded.texts]
        unknown = coded.where(t not in known for t in plain)
        self.warn(unknown, field, f"is no code of this column; wanted {', '.join(known)}; kept as missing")
        return [known.get(t) for t in plain]

    def chosen(self, field: str, allowed: Sequence[str], *, words: Mapping[str, str] | None = None) -> pd.Series:
        """One of a closed list, without regard to case; ``words`` gives other names; anything else refuses the row."""
        known = {**{a.casefold(): a for a in allowed}, **(words or {})}
        coded = self.coded_text(field)
        unknown = coded.where(t.casefold() not in known for t in coded.texts)
        self.refuse(unknown, field, f"is not known; wanted one of: {', '.join(allowed)}")
        return coded.words(lambda t: known.get(t.casefold()), self.raw.cells.index)

    def urls(self, field: str) -> pd.Series:
        """Addresses of web pages; anything else is left out with a warning."""
        texts = self.text(field)
        good = mask(texts.str.match(r"(?i)https?://[^\s<>\"]+$"))
        self.warn(mask(texts.notna()) & ~good, field, "is no http or https address; left out")
        return texts.where(good)

    def flags(self, field: str) -> pd.Series:
        """Yes or no, as true/false, yes/no, 1/0."""
        values = self.mapped(field, lambda t: _FLAGS.get(t.casefold()))
        self.warn(values.isna() & self.text(field).notna(), field, "is neither yes nor no; kept as missing")
        return values.astype("boolean")

    # --- numbers

    def numbers(self, field: str, read: Callable[[str], float] = number) -> pd.Series:
        """Numbers; text that is none refuses the row, a suppressed count (``*``) is missing and warned of.

        ``read`` reads what is no plain number, NaN if it is none at all.
        """
        coded = self.coded_text(field)
        plain = pd.to_numeric(pd.Series(coded.texts, dtype=object), errors="coerce").to_numpy(dtype=float, copy=True)
        for at in np.flatnonzero(np.isnan(plain)).tolist():
            plain[at] = read(coded.texts[at])
        self.warn(self.hidden(field), field, "is a suppressed count; kept as missing, not as zero", once=True)
        odd = [
            bool(np.isinf(n)) or (np.isnan(n) and not _is_missing(t)) for n, t in zip(plain, coded.texts, strict=True)
        ]
        self.refuse(coded.where(odd), field, "is not a number; correct it or leave the cell empty")
        plain[np.array(odd, dtype=bool)] = np.nan
        return pd.Series(coded.spread(plain, np.nan, float), index=self.raw.cells.index)

    def hidden(self, field: str) -> np.ndarray:
        """Where the source has suppressed a count, so that nobody can be told by it."""
        coded = self.coded_text(field)
        return coded.where(bool(SUPPRESSED.fullmatch(t)) for t in coded.texts)

    def counts(self, field: str, *, largest: float = 1e10) -> pd.Series:
        """Whole numbers from zero up."""
        numbers = self._whole(field)
        self.refuse(numbers < 0, field, "is negative; wanted a count of zero or more, or an empty cell")
        self.refuse(numbers > largest, field, f"is more than {largest:,.0f}; correct it")
        self.refuse(
            mask(numbers.notna()) & mask(numbers != np.floor(numbers)), field, "is not a whole number; correct it"
        )
        good = mask(numbers.notna()) & ~self.refused
        return pd.Series(pd.arrays.IntegerArray(np.where(good, numbers, 0).astype("int64"), ~good), index=numbers.index)

    def amounts(self, field: str) -> pd.Series:
        """Numbers of people from zero up; fractions stay, some sources share people out between places."""
        numbers = self._whole(field)
        self.refuse(numbers < 0, field, "is negative; wanted a number of people")
        self.refuse(numbers > 1e10, field, "is more than there are people; correct it")
        return numbers

    def _whole(self, field: str) -> pd.Series:
        """Numbers of a column of counts, in which 1.234 may be a thousand and more."""
        coded = self.coded_text(field)
        point = point_of(coded.texts)
        if point is Point.FRACTION:
            return self.numbers(field)
        dotted = coded.where(is_dotted(t) for t in coded.texts)
        if point is Point.UNCLEAR:
            self.refuse(dotted, field, "may be a thousand and more or a fraction; write it without the point")
            return self.numbers(field)
        self.warn(dotted, field, "has a point that parts thousands, as others of its column show", once=True)
        plain = {t: t.replace(".", "") for t in coded.texts if is_dotted(t)}
        self._coded[field] = Coded(coded.codes, [plain.get(t, t) for t in coded.texts])
        return self.numbers(field)

    def envelope(self, low: str, best: str, high: str, *, people: bool = False) -> dict[str, pd.Series]:
        """Lowest, best and highest count. Where they contradict each other the best is believed and stands alone."""
        reader = self.amounts if people else self.counts
        counts = {name: reader(name) for name in (low, best, high)}
        below, middle, above = counts.values()
        wrong = mask(below > middle) | mask(middle > above) | mask(below > above)
        self.refuse(wrong & mask(middle.isna()), low, "is above the highest count; correct them")
        self.warn(wrong, best, "is not between the lowest and the highest count; only this one is kept")
        return {low: below.mask(wrong), best: middle, high: above.mask(wrong)}

    # --- when and where

    def dates(self, field: str, *beside: str) -> pd.DataFrame:
        """Columns date_start, date_end, date_precision; a date that cannot be read refuses the row.

        Where the field does not tell whether day or month comes first, the fields ``beside`` it do.
        """
        return spread_spans(self.spans(field, *beside), self.coded_text(field).codes, self.raw.cells.index)

    def spans(self, field: str, *beside: str) -> pd.DataFrame:
        """The same for each distinct text of the field."""
        coded = self.coded_text(field)
        texts = [None if _is_missing(t) else t for t in coded.texts]
        spans, unreadable, notes = parse_date_column(
            pd.Series(texts, dtype="object"), [t for other in beside for t in self.coded_text(other).texts]
        )
        for message in notes:
            self.note(message, field)
        self.refuse(coded.where(unreadable), field, "is not a date; wanted YYYY-MM-DD, DD Month YYYY or DD/MM/YYYY")
        return spans

    def coordinates(self, longitude: str = "longitude", latitude: str = "latitude") -> tuple[pd.Series, pd.Series]:
        """Degrees as given. A pair that cannot be a place is moved out, with a warning that names the likely slip."""
        east = self.numbers(longitude, lambda t: degrees(t, sides="EW"))
        north = self.numbers(latitude, lambda t: degrees(t, sides="NS"))
        half = mask(east.isna() ^ north.isna())
        self.warn(half, latitude, "stands without its longitude, or the longitude without it; both left out")
        zero = mask((east == 0) & (north == 0))
        self.warn(zero, latitude, "and longitude are both 0, which means unknown; both left out")
        equal = mask(east == north) & ~zero
        # With few digits two neighbouring degrees may agree by chance.
        same = equal & mask(north * 1_000 != np.floor(north * 1_000))
        self.warn(same, latitude, _EQUAL)
        self.warn(equal & ~same, latitude, _ALIKE, once=True)
        out = mask((east.abs() > 180) | (north.abs() > 90)) & ~same
        swapped = out & mask((east.abs() <= 90) & (north.abs() <= 180))
        self.warn(swapped, latitude, "is no latitude; it and the longitude look swapped; both left out, correct them")
        for at in np.flatnonzero(out & ~swapped & self.open).tolist():
            looks = likely(float(east.iloc[at]), float(north.iloc[at]), self.zones)
            message = f"and its longitude {looks}; both left out" if looks else _OFF_THE_GLOBE
            self.problems.append(self.problem(at, latitude, message, "warning"))
        gone = half | zero | same | out
        return east.mask(gone), north.mask(gone)


def spread_spans(spans: pd.DataFrame, numbers: np.ndarray, index: pd.Index) -> pd.DataFrame:
    """Spans of dates by their numbers, a row each; missing where the number is -1."""
    days = {
        name: np.append(spans[name].to_numpy().astype("datetime64[us]"), np.datetime64("NaT"))[numbers]
        for name in ("date_start", "date_end")
    }
    precision = [None if pd.isna(p) else str(p) for p in spans["date_precision"]]
    return pd.DataFrame({**days, "date_precision": taken_text(precision, numbers, index)}, index=index, copy=False)


def _is_missing(text: str) -> bool:
    return text.casefold() in MISSING or bool(SUPPRESSED.fullmatch(text))
