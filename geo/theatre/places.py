"""The places that a theatre adds to the gazetteers, from the file beside it."""

from __future__ import annotations

import pandas as pd

from geo.errors import TheatreError
from geo.schema import PLACES, conform
from geo.theatre.files import nearest
from geo.theatre.model import Theatre


def theatre_places(theatre: Theatre) -> pd.DataFrame:
    """The theatre's own places as a PLACES table.

    Raises
    ------
    TheatreError
        A row of the places file is wrong; all wrong rows are listed.
    """
    if theatre.places is None:
        return conform(pd.DataFrame(columns=PLACES.names), PLACES)[0]
    try:
        raw = pd.read_csv(theatre.places, dtype="string", keep_default_na=False, na_values=[""])
    except UnicodeDecodeError as error:
        raise TheatreError(f"{theatre.places.name}: cannot be read: it is not UTF-8 text; save it as UTF-8") from error
    except (OSError, ValueError) as error:  # pandas' own errors are ValueErrors
        reason = " ".join(str(error).split())
        raise TheatreError(f"{theatre.places.name}: cannot be read: {reason}") from error
    if not isinstance(raw.index, pd.RangeIndex):
        raise TheatreError(f"{theatre.places.name}: its rows have more cells than the header; quote cells with commas")
    raw["source_row"] = range(2, len(raw) + 2)
    places, problems = conform(raw, PLACES, source=theatre.places.name)
    unknown = sorted(set(raw.columns) - set(PLACES.names) - {"source_row"})
    if unknown:
        raise TheatreError(f"{theatre.places.name}: unknown column {nearest(unknown[0], PLACES.names)}")
    if problems:
        raise TheatreError("\n".join(str(p) for p in problems))
    nowhere = places.loc[(places["longitude"] == 0) & (places["latitude"] == 0), "place_id"]
    if len(nowhere):
        raise TheatreError(
            f"{theatre.places.name}: the place '{nowhere.iloc[0]}' has longitude and latitude 0, which means unknown; "
            "wanted degrees"
        )
    return places
