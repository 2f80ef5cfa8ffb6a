"""Made-up events for the bench of the page: clustered as in a war, 12 columns beside the coordinates, a fixed seed.

The same shape as in the peers' own benches: 22 towns, three events of five exactly on a town, the others strewn around
them; 8 years that grow denser; a vocabulary of about 190 words, so that texts deflate to a quarter.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd

from geo.codes import EVENT_SUBTYPES

SEED = 20200211
TOWNS = 22
FIRST_DAY, DAYS = "2016-01-01", 8 * 365
CENTRE, SPREAD = (37.6, 35.2), (1.7, 1.1)  # degrees
_ON_A_TOWN = 0.6
_NOTE = 200
_TYPES = (0.34, 0.40, 0.08, 0.08, 0.07, 0.03)
_STEMS = (
    *("shell", "strik", "fight", "report", "villag", "outsk", "checkp", "convo", "road"),
    *("front", "wound", "attack", "civil", "forc", "region", "morn", "even", "group"),
)
_ENDS = ("s", "ed", "ing", "er", "ers", "ion", "al", "ward", "most", "line")
_SMALL = ("the", "of", "in", "near", "on", "and", "to", "by")
WORDS = (*(a + b for a, b in itertools.product(_STEMS, _ENDS)), *_SMALL)


def events(rows: int) -> pd.DataFrame:
    """The table as an analyst would hold it: plain columns, one of them free text."""
    rng = np.random.default_rng(SEED)
    towns = rng.normal(CENTRE, SPREAD, size=(TOWNS, 2)).round(4)
    weight = 1 / np.arange(1, TOWNS + 1)
    town = rng.choice(TOWNS, rows, p=weight / weight.sum())
    strewn = (rng.random(rows) > _ON_A_TOWN)[:, None] * rng.normal(0, (0.16, 0.12), size=(rows, 2))
    points = (towns[town] + strewn).round(4)
    kinds = list(EVENT_SUBTYPES)
    kind = rng.choice(len(kinds), rows, p=_TYPES)
    day = pd.Timestamp(FIRST_DAY) + pd.to_timedelta((DAYS * rng.random(rows) ** 0.7).astype(int), unit="D")
    subtypes = [tuple(EVENT_SUBTYPES[k]) for k in kinds]
    pairs = zip(kind, rng.integers(0, 8, rows), strict=True)
    return pd.DataFrame(
        {
            "event_id": [f"E-{number:010x}" for number in rng.choice(2**36, rows, replace=False)],
            "date": day,
            "event_type": np.array(kinds)[kind],
            "event_subtype": [subtypes[k][n % len(subtypes[k])] for k, n in pairs],
            "actor1": _names("Military forces of the northern front {}", 60)[rng.zipf(1.6, rows) % 60],
            "actor2": _names("Armed opposition group of the south {}", 60)[rng.zipf(1.6, rows) % 60],
            "admin1": _names("Governorate {}", 8)[town % 8],
            "place": _names("Town {}", TOWNS)[town],
            "geo_precision": _names("{}", 3)[rng.integers(0, 3, rows)],
            "source": _names("Monitor of events number {}", 25)[rng.zipf(1.7, rows) % 25],
            "fatalities": rng.geometric(0.35, rows) - 1,
            "longitude": points[:, 0],
            "latitude": points[:, 1],
            "notes": _notes(rng, rows),
        }
    )


def write_events(rows: int, folder: Path) -> Path:
    """The table as a Parquet file in a folder, from which each maker reads the same."""
    path = folder / f"events-{rows}.parquet"
    events(rows).to_parquet(path)
    return path


def _names(pattern: str, count: int) -> np.ndarray:
    return np.array([pattern.format(n + 1) for n in range(count)])


def _notes(rng: np.random.Generator, rows: int) -> list[str]:
    words = np.array(WORDS, dtype=object)
    return [" ".join(words[rng.integers(0, len(WORDS), _NOTE // 4)])[:_NOTE] for _ in range(rows)]
