"""A text column by its distinct texts: what each means is asked once, however many rows say it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from geo.schema.blanks import whole_text, without_blanks

# What R, pandas, SQL and Excel write into a cell that is empty; to the letter, "Na" may be a name.
NOTHING = ("NA", "#N/A", "N/A", "NaN", "nan", "<NA>", "NaT", "NULL", "null")


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column: the distinct ``texts``, none of them blank, and for each row the number of its own, else -1."""

    codes: np.ndarray
    texts: list[str]

    def spread(self, values: Sequence[Any], missing: Any, dtype: Any = object) -> np.ndarray:
        """One value for each distinct text to one for each row; ``missing`` where the cell is blank."""
        taken = np.empty(len(values) + 1, dtype=dtype)
        taken[:-1] = values
        taken[-1] = missing
        return taken[self.codes]

    def numbers(self, meaning: Callable[[str], float]) -> np.ndarray:
        """A number for each row; NaN where the cell is blank."""
        return self.spread([meaning(t) for t in self.texts], np.nan, float)

    def words(self, meaning: Callable[[str], str | None], index: pd.Index) -> pd.Series:
        """A text for each row; missing where there is none."""
        return taken_text([meaning(t) for t in self.texts], self.codes, index)

    def where(self, chosen: Iterable[bool]) -> np.ndarray:
        """The rows whose text is one of those chosen."""
        wanted = list(chosen)
        return self.spread(wanted, missing=False, dtype=bool) if any(wanted) else np.zeros(len(self.codes), dtype=bool)


COUNTRY_CODE = "NA"  # the one of NOTHING that is also a country's two letters


def are_country_codes(texts: Iterable[str]) -> bool:
    """Whether texts are two capital letters each; the one that may mean nothing is not asked."""
    others = {t.strip() for t in texts} - {"", *NOTHING}
    return bool(others) and all(len(t) == 2 and t.isascii() and t.isalpha() and t.isupper() for t in others)


def code_column(column: pd.Series, *, kept: Collection[str] = ()) -> Coded:
    """A column of texts, blanks around them cut off; words of NOTHING are blank but for those ``kept``."""
    encoded = _encoded(column)
    given = encoded.dictionary.to_pylist()
    codes = encoded.indices.fill_null(len(given)).to_numpy(zero_copy_only=False)
    cut = ["" if t in NOTHING and t not in kept else t for t in (t.strip() for t in given)]
    if len({*cut, ""}) == len(cut) + 1:  # nothing to be cut, no blank
        return Coded(np.where(codes == len(given), -1, codes), cut)
    distinct = list(dict.fromkeys(t for t in cut if t))
    number = {t: i for i, t in enumerate(distinct)}
    renumbered = np.array([*(number.get(t, -1) for t in cut), -1], dtype=np.int64)
    return Coded(renumbered[codes], distinct)


def _encoded(column: pd.Series) -> pa.DictionaryArray:
    texts = pa.array(column.array, from_pandas=True).dictionary_encode()
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def pairs_of(first: Coded, second: Coded) -> tuple[list[tuple[str, str]], np.ndarray]:
    """The distinct pairs of texts that rows say, "" for a blank cell, and for each row the number of its own."""
    width = len(second.texts) + 1
    number, distinct = pd.factorize((first.codes.astype(np.int64) + 1) * width + second.codes + 1)
    left, right = ["", *first.texts], ["", *second.texts]
    return [(left[p // width], right[p % width]) for p in distinct.tolist()], number


def trimmed(column: pd.Series, *, kept: Collection[str] = ()) -> pd.Series:
    """A column of texts without blanks around them; blank cells, and a program's word for one, are missing.

    Words of NOTHING that are ``kept`` are texts.
    """
    nothings = [word for word in NOTHING if word not in kept]
    texts = without_blanks(whole_text(column))
    short = compute.less_equal(compute.binary_length(texts), max(map(len, NOTHING)))
    if compute.any(short).as_py():
        nothing = compute.is_in(texts, pa.array(nothings, texts.type))
        texts = compute.if_else(nothing, pa.scalar(None, texts.type), texts)
    return text_series(texts, column.index)


def taken_text(values: Sequence[str | None], codes: np.ndarray, index: pd.Index) -> pd.Series:
    """Texts by their numbers; missing where the number is -1 or the text is."""
    known = pa.array([*values, None], pa.large_string())
    return text_series(known.take(pa.array(np.where(codes < 0, len(values), codes))), index)


def joined_list(first: pd.Series, second: pd.Series) -> pd.Series:
    """The two texts of each row as one JSON list, each of them JSON already; missing where there is none."""
    if first.isna().all() and second.isna().all():
        return first
    left, right = (whole_text(c).fill_null("") for c in (first, second))
    open_, comma, close, nothing = (pa.scalar(t, pa.large_string()) for t in ("[", ", ", "]", ""))
    both = compute.and_(compute.not_equal(left, ""), compute.not_equal(right, ""))
    some = compute.binary_join_element_wise(left, right, compute.if_else(both, comma, nothing))
    listed = compute.binary_join_element_wise(open_, some, close, nothing)
    none = pa.scalar(None, pa.large_string())
    return text_series(compute.if_else(compute.equal(some, ""), none, listed), first.index)


def same_text(text: str, index: pd.Index) -> pd.Series:
    """One text in every row."""
    return text_series(pa.repeat(pa.scalar(text, pa.large_string()), len(index)), index)


def text_series(texts: Any, index: pd.Index) -> pd.Series:
    """Arrow texts as a column, not copied."""
    return pd.Series(pd.array(texts, dtype="string"), index=index)
