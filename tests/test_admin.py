"""Administrative areas are read, mended, derived where they are missing, and joined to points."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from geo.admin import (
    AREA_COLUMNS,
    Units,
    areas_table,
    assign_pcodes,
    load_areas,
    parents,
    read_admin,
)
from geo.errors import InputError
from geo.gazetteer import build_gazetteer, load_gazetteer
from geo.schema import PLACES, conform
from geo.theatre import Theatre, load_theatre

COD = {
    "ADM2_EN": ["Nuun", "Baab", "Taa"],
    "ADM2_AR": ["نون", "باب", "تاء"],
    "ADM2_PCODE": ["LA0101", "LA0102", "LA0201"],
    "ADM1_EN": ["Nord", "Nord", "Sud"],
    "ADM1_AR": ["شمال", "شمال", "جنوب"],
    "ADM1_PCODE": ["LA01", "LA01", "LA02"],
    "ADM0_EN": ["Landia"] * 3,
    "ADM0_PCODE": ["LA"] * 3,
}
SQUARES = [box(36, 35, 37, 36), box(37, 35, 38, 36), box(36, 34, 38, 35)]


def written(path, columns, shapes, crs="EPSG:4326"):
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_crs(crs).to_file(path)
    return path


def test_upper_levels_are_made_from_the_lowest_one(tmp_path):
    areas = read_admin(written(tmp_path / "adm2.geojson", COD, SQUARES))
    assert list(areas.columns) == list(AREA_COLUMNS)
    assert areas["pcode"].tolist() == ["LA", "LA01", "LA02", "LA0101", "LA0102", "LA0201"]
    assert areas["parent"].fillna("").tolist() == ["", "LA", "LA", "LA01", "LA01", "LA02"]
    nord = areas.set_index("pcode").loc["LA01"]
    assert (nord["name"], nord["name_ar"], nord["level"], nord["country"]) == ("Nord", "شمال", 1, "LA")
    assert nord.geometry.equals(box(36, 35, 38, 36))
    assert not areas["approximate"].any()


def test_other_coordinate_systems_are_brought_to_degrees(tmp_path):
    areas = read_admin(written(tmp_path / "utm.gpkg", COD, SQUARES, crs="EPSG:32637"))
    assert areas.crs == "EPSG:4326"
    assert areas.total_bounds == pytest.approx((36, 34, 38, 36), abs=1e-6)


def test_a_bow_tie_is_mended(tmp_path):
    bow_tie = shapely.Polygon([(36, 35), (37, 36), (37, 35), (36, 36)])
    areas = read_admin(written(tmp_path / "bow.geojson", COD, [bow_tie, *SQUARES[1:]]))
    assert areas.geometry.is_valid.all()
    assert set(areas.geom_type) <= {"Polygon", "MultiPolygon"}


def test_geoboundaries_are_read_by_their_own_columns(tmp_path):
    columns = {"shapeName": ["Idlib", "Hama"], "shapeISO": ["SY-ID", ""], "shapeID": ["a", "b"]}
    columns |= {"shapeGroup": ["SYR"] * 2, "shapeType": ["ADM1"] * 2}
    areas = read_admin(written(tmp_path / "gb.geojson", columns, SQUARES[:2])).set_index("pcode")
    assert areas.loc["SY-ID", ["name", "level", "parent", "country"]].tolist() == ["Idlib", 1, "SY", "SY"]
    assert areas.loc["b", "name"] == "Hama"


def test_unknown_columns_are_listed(tmp_path):
    with pytest.raises(InputError, match="it has: محافظة"):
        read_admin(written(tmp_path / "x.geojson", {"محافظة": ["حمص"]}, SQUARES[:1]))


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b'{"type": "FeatureCollection", "features": []}', b"<html>"])
def test_what_holds_no_polygons_is_refused_in_words(tmp_path, content):
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.geojson"):
        read_admin(path)
    with pytest.raises(InputError, match="no such file"):
        read_admin(tmp_path / "absent.zip")


def test_lines_are_not_areas(tmp_path):
    with pytest.raises(InputError, match="no polygons"):
        read_admin(written(tmp_path / "l.geojson", {"ADM1_PCODE": ["LA01"]}, [shapely.LineString([(0, 0), (1, 1)])]))


def areas_of_squares():
    rows = {
        "pcode": ["LA01", "LA02", "LA03"],
        "name": ["Nord", "Ost", "Sud"],
        "level": 1,
        "parent": "LA",
        "country": "LA",
    }
    return areas_table(
        gpd.GeoDataFrame(rows | {"approximate": False, "source": "t"}, geometry=SQUARES, crs="EPSG:4326")
    )


def test_points_are_joined_to_the_units_that_hold_them():
    codes = Units(areas_of_squares(), 1).at([36.5, 37.5, 36.5, 0.0], [35.5, 35.5, 34.5, 0.0])
    assert codes.tolist() == ["LA01", "LA02", "LA03", None]
    assert Units(areas_of_squares(), 1).at([37.0], [35.5]).tolist() == ["LA01"]  # on the line: the first by code
    assert Units(areas_of_squares(), 2).at([36.5], [35.5]).tolist() == [None]


def test_rows_without_a_point_stay_without_codes():
    table = pd.DataFrame({"x": [36.5, np.nan], "y": [35.5, np.nan]})
    coded = assign_pcodes(table, areas_of_squares(), longitude="x", latitude="y")
    assert coded["admin1_pcode"].fillna("-").tolist() == ["LA01", "-"]
    assert coded["admin3_pcode"].isna().all()


def test_every_unit_knows_those_above_it(tmp_path):
    areas = read_admin(written(tmp_path / "adm2.geojson", COD, SQUARES))
    assert parents(areas)["LA0102"] == {2: "LA0102", 1: "LA01", 0: "LA"}


def cypriot_places():
    rows = [
        (f"t:{i}", 32.5 + (i % 6) * 0.15, 34.8 + (i // 6) * 0.08, "CY01" if i % 6 < 3 else "CY02") for i in range(18)
    ]
    table = pd.DataFrame(rows, columns=["place_id", "longitude", "latitude", "admin1"])
    table = table.assign(name="Vill " + table["place_id"].str[2:], feature_class="P", feature_code="PPL", country="CY")
    return conform(table.assign(source="t"), PLACES)[0]


def test_areas_are_derived_from_places_where_none_are_given():
    theatre = Theatre("c", {"en": "C"}, countries=("CY",), home="CY", metric_crs="EPSG:32636")
    places = cypriot_places()
    areas = load_areas(theatre, build_gazetteer(places))
    derived = areas[areas["level"] == 1]
    assert derived["pcode"].tolist() == ["CY01", "CY02"]
    assert derived["approximate"].all()
    assert derived.geometry.is_valid.all()
    own = Units(areas, 1).at(places["longitude"], places["latitude"])
    assert own.tolist() == places["admin1"].tolist()
    first, second = derived.geometry
    assert first.intersection(second).area < 1e-9


def test_given_polygons_stand_instead_of_derived_ones(tmp_path):
    theatre = Theatre("c", {"en": "C"}, countries=("CY",), home="CY", metric_crs="EPSG:32636")
    columns = {"ADM1_EN": ["Given"], "ADM1_PCODE": ["CY09"], "ADM0_PCODE": ["CY"]}
    path = written(tmp_path / "given.geojson", columns, [box(32, 34, 34, 35)])
    areas = load_areas(theatre, build_gazetteer(cypriot_places()), [path])
    assert areas["pcode"].tolist() == ["CY", "CY09"]
    assert not areas["approximate"].any()


def test_every_theatre_has_areas_that_hold_the_places_of_their_own_code(theatre_id, loaded):
    theatre, gazetteer, areas = loaded(theatre_id)
    assert set(theatre.countries) <= set(areas.loc[areas["level"] == 0, "country"]) | {"PS"}
    assert areas["pcode"].is_unique
    places = gazetteer.places
    settled = places[(places["country"] == theatre.home) & (places["feature_class"] == "P") & places["admin1"].notna()]
    settled = settled[settled["radius_km"].isna()].drop_duplicates(["longitude", "latitude"])
    derived = areas[(areas["level"] == 1) & (areas["country"] == theatre.home)]
    if theatre.home:
        own = Units(derived, 1).at(settled["longitude"], settled["latitude"])
        assert (own == settled["admin1"].to_numpy(dtype=object)).mean() > 0.99


def test_first_divisions_of_every_country_have_an_area_that_holds_their_towns(theatre_id, loaded):
    theatre, gazetteer, areas = loaded(theatre_id)
    first = areas[areas["level"] == 1]
    assert first.geometry.is_valid.all()
    assert not first.geometry.is_empty.any()
    assert first["parent"].tolist() == first["country"].tolist()
    assert first["approximate"].all()
    places = gazetteer.places
    towns = places[
        (places["feature_class"] == "P") & places["admin1"].isin(first["pcode"]) & places["radius_km"].isna()
    ]
    towns = towns[towns["country"] != theatre.home]
    sample = towns.iloc[:: max(1, len(towns) // 5_000)]
    own = Units(first, 1).at(sample["longitude"], sample["latitude"])
    assert (own == sample["admin1"].to_numpy(dtype=object)).mean() > 0.93
    divisions = places[(places["feature_code"] == "ADM1") & places["country"].isin(areas["country"])]
    assert divisions["admin1"].isin(first["pcode"]).mean() > 0.95
    # Each names the place that it is the area of.
    codes = set(divisions["admin1"]) | set(places["admin1"])
    assert set(first["pcode"]) <= codes


def test_areas_of_other_countries_end_at_their_border(loaded):
    theatre, _, areas = loaded("idlib")
    lands = areas[areas["level"] == 0].set_index("country").geometry
    first = areas[(areas["level"] == 1) & (areas["country"] != theatre.home)]
    assert set(first["country"]) == set(theatre.countries) - {theatre.home}
    for unit in first.itertuples():
        assert unit.geometry.difference(lands[unit.country]).area < 1e-6, unit.pcode


def test_a_division_younger_than_the_map_gets_the_land_around_its_towns(loaded):
    areas = loaded("world")[2].set_index("pcode")
    # Halabja was parted from Sulaymaniyah in 2014, Timimoun from Adrar in 2019.
    for code, longitude, latitude in (("IQ.19", 45.98, 35.18), ("DZ.TM", 0.23, 29.26)):
        assert areas.loc[code].geometry.covers(shapely.Point(longitude, latitude)), code
    older = areas.loc["IQ.05"].geometry
    assert older.intersection(areas.loc["IQ.19"].geometry).area < 1e-9


@pytest.mark.realdata
def test_derived_areas_overlap_the_true_governorates(shared, gazetteers):
    theatre = load_theatre("idlib")
    true = read_admin(shared / "data" / "boundaries" / "syr_admbnda_adm1_uncs_unocha_20201217.zip")
    ocha = shared / "data" / "gazetteer" / "ocha_syria_locations_adm4.csv"
    for files, floor in (([], 0.8), ([ocha], 0.92)):
        derived = load_areas(theatre, load_gazetteer(theatre, files, cache_dir=gazetteers))
        one, other = (t.set_index("pcode").to_crs(theatre.metric_crs).geometry["SY07"] for t in (true, derived))
        assert one.intersection(other).area / one.union(other).area > floor


@pytest.mark.realdata
def test_the_official_polygons_give_all_levels_and_the_same_upper_ones(shared):
    folder = shared / "data" / "boundaries"
    areas = read_admin(folder / "syr_admbnda_adm3_uncs_unocha_20201217.zip")
    assert areas["level"].value_counts().to_dict() == {0: 1, 1: 14, 2: 62, 3: 272}
    first = read_admin(folder / "syr_admbnda_adm1_uncs_unocha_20201217.zip")
    one, other = (t.set_index("pcode").to_crs("EPSG:32637").geometry["SY07"] for t in (areas, first))
    assert one.symmetric_difference(other).area / other.area < 0.001
    with pytest.raises(InputError, match="محافظة"):
        read_admin(folder / "hthwater_subdistricts_utm37n_arabic.geojson")
