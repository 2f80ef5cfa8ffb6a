"""What stands on no layer, each row with the reason in words."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from geo.codes import PRECISION
from maps.layers.events import drawn_as_area, drawn_as_point
from maps.layers.shapes import rows_of

UNPLACED_COLUMNS = (
    "table",
    "id",
    "source",
    "date_start",
    "date_end",
    "what",
    "toponym",
    "reason",
    "source_file",
    "source_row",
)


def unplaced_rows(events: gpd.GeoDataFrame, displacement: gpd.GeoDataFrame, *, drawn: Sequence[str]) -> pd.DataFrame:
    """Events and displacement records that no layer draws, each with the reason in words."""
    lost_events = rows_of(events, ~(drawn_as_point(events) | drawn_as_area(events)))
    lost_records = displacement.loc[~displacement["record_id"].isin(list(drawn))]
    parts = [
        lost_events.assign(
            table="events",
            id=lost_events["event_id"],
            what=lost_events["event_type"],
            reason=_reasons(lost_events, lost_events["geo_precision"]),
        ),
        lost_records.assign(
            table="displacement",
            id=lost_records["record_id"],
            what=lost_records["measure"] + " of " + lost_records["movement"],
            toponym=lost_records["destination_toponym"].fillna(lost_records["origin_toponym"]),
            reason=_reasons(
                lost_records, lost_records["destination_precision"].fillna(lost_records["origin_precision"])
            ),
        ),
    ]
    rows = [pd.DataFrame(p)[list(UNPLACED_COLUMNS)].astype({"source_row": "Int64"}) for p in parts if len(p)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(UNPLACED_COLUMNS))


def _reasons(table: pd.DataFrame, precision: pd.Series) -> pd.Series:
    """The geocoder's reason, else what the precision says, else that no place is stated."""
    words = precision.map({p.value: c.words for p, c in PRECISION.items() if c.drawn_as == "list"})
    reasons = table["geo_reason"].fillna(words.astype("string")).fillna("no place that could be found")
    if "persons_best" in table:
        no_figure = table[["persons_low", "persons_best", "persons_high"]].isna().all(axis="columns")
        reasons = reasons.mask(no_figure, "no number is stated")
    return reasons.astype("string")
