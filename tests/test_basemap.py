"""Land around a map: whole where countries cross the antimeridian, and only what is near."""

import pytest
import shapely

from maps.basemap import outlines_within


@pytest.mark.parametrize("around", [(-58, -30, 76, 51), (10, -20, 40, -12), (-75, -20, -60, -10)])
def test_a_country_across_the_antimeridian_is_no_band_around_the_world(around):
    land = outlines_within(around, finest=0.1)
    assert "Fiji" not in set(land["name"])
    assert all(east - west <= 180 for west, _, east, _ in shapely.bounds(shapely.get_parts(land.geometry)).tolist())


def test_both_sides_of_the_antimeridian_are_there():
    for around in ((175, -20, 180, -15), (-180, -20, -175, -15)):
        (fiji,) = outlines_within(around, finest=0.01).set_index("name").loc[["Fiji"], "geometry"]
        assert shapely.intersects(fiji, shapely.box(*around))
        assert fiji.area < 2, "square degrees: some 18,000 square kilometres"
