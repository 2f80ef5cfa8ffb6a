"""What a coder's note says about a count: that it was made up by a rule, or is a share of one toll."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.names import fold

# "Unknown fatalities coded as 10", "fatalities are assumed", "casualties on both sides": nobody counted.
_MADE = (
    r"(?i)\b(?:unknown|unspecified|undetermined|unconfirmed)\b[^.;]{0,60}\b(?:coded|count|number|fatalit|death)"
    r"|\b(?:unknown|unspecified)\s(?:number|count|fatalit)|\b(?:fatalit\w+|deaths)\s(?:are|were|is)\s(?:assumed|estimated)"
    r"|\bcoded\s(?:as|to|at)\s(?:10|3|12|50|100)\b[^.;]{0,40}\b(?:unknown|several|dozens|tens)"
)
# "split between the four events", "distributed over the activities in A, B and C".
_SHARED = (
    r"(?i)\b(?:split|divided|distributed|spread|allocated|shared)\b[^.;]{0,100}?"
    r"\b(?:between|across|over|among|amongst|on|to|events?|locations?|places?)\b"
)
_CIVILIANS = (
    r"(?i)\b(?:civilians?|citizens?|children|child|wom[ae]n|girls?|boys?|infants?|elderly|journalists?|farmers?|workers?"
    r"|residents?|villagers?|famil(?:y|ies)|displaced|students?|medics?|doctors?|man|men|people|persons?)\b"
    r"|مدني|طفل|أطفال|نساء|امرأة|نازح|цивільн|мирн|дітей|дитин|жінк|мирных|детей"
)
_SHARING = re.compile(r"\b(?:split|divided|distributed|spread|allocated|shared)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def _tells(texts: pd.Series, pattern: str) -> np.ndarray:
    # Arrow's expressions need time in proportion to the text, whatever stands in it.
    return pc.match_substring_regex(pa.array(texts, type=pa.string()), pattern).to_numpy(zero_copy_only=False)


def made_counts(texts: pd.Series) -> np.ndarray:
    """Mask of notes whose count of deaths the coder made by a rule, because the report gave none."""
    return _tells(texts, _MADE)


def civilians_named(texts: pd.Series) -> np.ndarray:
    """Mask of notes that tell of people who are no fighters."""
    return _tells(texts, _CIVILIANS)


def shared_counts(texts: pd.Series) -> np.ndarray:
    """Mask of notes that say one toll was split over several rows."""
    return _tells(texts, _SHARED)


def toll_groups(events: pd.DataFrame, texts: pd.Series, shared: np.ndarray) -> np.ndarray:
    """Number of the toll that a row has a share of, -1 for none.

    Rows of one source and first day that lie in one first division and split their toll in the same words, whatever
    the shares, have one toll; a row that no other shares with has none.
    """
    at = np.flatnonzero(shared)
    groups = np.full(len(events), -1, dtype=np.int64)
    if not len(at):
        return groups
    said = [_sharing_words(text) for text in texts.iloc[at].tolist()]
    keys = pd.DataFrame(
        {
            "source": events["source"].iloc[at].to_numpy(dtype=object),
            "day": events["date_start"].iloc[at].to_numpy(),
            "unit": events["stated_admin1"].fillna(events["admin1_pcode"]).fillna("").iloc[at].to_numpy(dtype=object),
            "said": said,
        }
    )
    number = keys.groupby(list(keys.columns), sort=False, dropna=False).ngroup().to_numpy()
    groups[at] = np.where(np.bincount(number)[number] > 1, number, -1)
    return groups


def _sharing_words(text: str) -> str:
    """The sentences that say how a toll was split, without numbers."""
    return _NUMBER.sub("", fold(" ".join(part for part in text.split(".") if _SHARING.search(part))))
