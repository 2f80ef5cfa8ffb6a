"""The areas of a theatre."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.admin.areas import areas_table
from geo.admin.reading import read_admin
from geo.admin.rough import derived_areas, official_areas
from geo.gazetteer import Gazetteer
from geo.outlines import country_outlines
from geo.theatre import Theatre


def load_areas(theatre: Theatre, gazetteer: Gazetteer, files: Sequence[Path] = ()) -> gpd.GeoDataFrame:
    """The areas of a theatre: countries from outlines; units from the given files, else the theatre's, else rough ones.

    Where no file gives units of level 1 they are approximate: those of the home country are derived from its populated
    places, those of the theatre's other countries (of all, if it names none) are generalised official areas.

    Raises
    ------
    InputError
        A file cannot be read as polygons, or the outlines are missing from the package.
    """
    given = [read_admin(p) for p in (files or theatre.admin)]
    outlines = country_outlines(theatre.countries)
    countries = outlines.assign(pcode=outlines["country"], level=0, approximate=False, source="Natural Earth")
    tables = [countries, *(g[g["level"] > 0] for g in given)]
    covered = {c for g in given for c in g.loc[g["level"] == 1, "country"].dropna()}
    if theatre.home and theatre.home not in covered:
        tables.append(derived_areas(gazetteer, outlines, home=theatre.home, metric_crs=theatre.metric_crs))
    others = set(outlines["country"]) - covered - {theatre.home}
    if others:
        # Cutting all countries of the world to their outlines would take minutes.
        lands = outlines[outlines["country"].isin(others)]
        tables.append(official_areas(gazetteer, lands, cut=bool(theatre.countries)))
    filled = [pd.DataFrame(t) for t in tables if len(t)]
    joined = areas_table(pd.concat(filled, ignore_index=True) if filled else [])
    # Given files come best first.
    return joined.drop_duplicates("pcode").reset_index(drop=True)
