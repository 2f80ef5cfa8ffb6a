"""The land of the countries is read from the file that the build puts beside the package."""

import pytest
from geopandas.testing import assert_geodataframe_equal

from geo import admin
from geo.errors import InputError
from geo.outlines import Outlines, country_outlines


@pytest.fixture(scope="module")
def world():
    return country_outlines()


def test_outlines_are_valid_and_named_by_iso_code(world):
    assert world.geometry.is_valid.all()
    assert world["country"].is_unique
    syria = world.set_index("country").geometry["SY"]
    assert syria.bounds == pytest.approx((35.7, 32.3, 42.4, 37.3), abs=0.1)


def test_a_few_countries_have_the_same_land_as_among_all(world):
    few = country_outlines(["TR", "CY"])
    assert few["country"].tolist() == ["CY", "TR"]
    same = world[world["country"].isin(["CY", "TR"])].reset_index(drop=True)
    assert_geodataframe_equal(few, same)


def test_the_box_of_a_ring_is_that_of_its_points():
    outlines = Outlines()
    rings = [ring for land in outlines.lands for polygon in land.polygons for ring in polygon][::50]
    for box, ring in zip(outlines.boxes(rings), rings, strict=True):
        points = outlines.ring(ring)
        assert box.tolist() == [*points.min(axis=0), *points.max(axis=0)]
    assert outlines.boxes([]).shape == (0, 4)


def test_the_areas_use_the_same_outlines():
    assert admin.country_outlines is country_outlines


@pytest.mark.parametrize("content", [None, b"", b"\x00", b"[]", b"{}", b'{"objects": {"countries": 7}}'])
def test_a_missing_or_foreign_file_says_how_to_mend_it(tmp_path, content):
    path = tmp_path / "countries.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="pip install"):
        country_outlines(path=path)
