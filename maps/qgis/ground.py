"""What lies around events and people: land, divisions, roads, crossings and posts, towns, the places used."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geo.export.portable import GeometryKind
from maps.choropleth import NO_COUNT, NO_FIGURE, class_colours
from maps.qgis.look import Class, Label, Look, Part, clean, quoted, rgba
from maps.qgis.symbols import CLEAR, SURFACE, fill_settings, marker_settings, mm, plain_class, scale_of
from maps.style import TOKENS

_LEVELS = {1: "first division", 2: "second division", 3: "third division"}


def admin_look(table: pd.DataFrame) -> Look:
    """Lines of divisions; not those of countries, which ``land_look`` draws, and at first no derived ones."""
    present = _admin_classes(table)
    classes = []
    for level, words in _LEVELS.items():
        line, width = TOKENS["admin3-line" if level == 3 else "admin1-line"][0], 1.2 if level == 1 else 0.8
        style = "dash" if level == 1 else "solid"
        outline = Part("SimpleFill", fill_settings(CLEAR, rgba(line), style, width))
        derived = Part("SimpleFill", fill_settings(CLEAR, rgba(line), "dot", width))
        classes += [
            Class(str(level), words, "fill", (outline,)),
            Class(f"{level} derived", f"{words}, approximate: around its places", "fill", (derived,), shown=False),
        ]
    kept = tuple(one for one in classes if one.value in present) or tuple(classes[:1])
    label = None
    if "name" in table:
        arabic = " || coalesce(' · ' || nullif(\"name_ar\", ''), '')" if "name_ar" in table else ""
        label = Label(
            f'upper("name"){arabic}',
            colour=TOKENS["muted"][0],
            place="inside",
            bold=True,
            by_data={"Priority": "1", "Show": f'"level" = 1 AND @map_scale < {scale_of(6):.0f}'}
            if "level" in table
            else {"Priority": "1"},
        )
    return Look(kept, by=_ADMIN_CLASS, label=label)


_ADMIN_CLASS = "\"level\" || if(\"approximate\", ' derived', '')"


def _admin_classes(table: pd.DataFrame) -> frozenset[str]:
    if not {"level", "approximate"} <= set(table.columns):
        return frozenset()
    pairs = table[["level", "approximate"]].dropna().itertuples(index=False)
    return frozenset(f"{int(level)}{' derived' if approximate else ''}" for level, approximate in pairs)


def land_look(home: str = "") -> Look:
    """Land of the countries, under everything; ``home`` is the country (ISO 3166-1 alpha-2) that stands out."""
    abroad, own = (
        Part("SimpleFill", fill_settings(rgba(TOKENS[name][0]), rgba(TOKENS["country-line"][0]), "solid", 1.0))
        for name in ("land-abroad", "land")
    )
    name = Label(
        "upper(\"name\") || coalesce(' · ' || nullif(\"name_ar\", ''), '')",
        colour=TOKENS["muted"][0],
        place="inside",
        bold=True,
        by_data={"Priority": "2", "Show": f"@map_scale >= {scale_of(7):.0f}"},
    )
    if not home:
        return Look((Class("", "land", "fill", (own,)),), label=name)
    by = f"if(\"country\" = {quoted(clean(home))}, 'home', 'abroad')"
    classes = (Class("home", "land", "fill", (own,)), Class("abroad", "land abroad", "fill", (abroad,)))
    return Look(classes, by=by, label=name)


def rates_look(table: pd.DataFrame) -> Look:
    """Units in the classes of their rate: light to dark, white where none is recorded, hatched where none is known."""
    edge = rgba(TOKENS["admin1-line"][0])
    classes = [
        Class(words, words, "fill", (Part("SimpleFill", fill_settings(rgba(colour), edge, "solid", 0.6)),))
        for words, colour in class_colours(table["rate"]).items()
    ]
    line = {"line_color": rgba(TOKENS["muted"][0]), "line_width": mm(0.6), "line_width_unit": "MM"}
    spacing = {"distance": mm(5), "distance_unit": "MM", "line_width": mm(0.6), "line_width_unit": "MM"}
    outline = Part("SimpleFill", fill_settings(CLEAR, edge, "solid", 0.6))
    for words, angle in ((NO_FIGURE, "135"), (NO_COUNT, "45")):
        hatch = Part("LinePatternFill", {"angle": angle, **spacing}, inner=("line", Part("SimpleLine", line)))
        classes.append(Class(words, words, "fill", (outline, hatch)))
    return Look(tuple(classes), by='"rate_class"')


def context_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    names = [f"nullif(\"{c}\", '')" for c in ("label", "name") if c in table]
    if kind == "line":
        kinds = _kinds(table, "LineString")
        line = plain_class(kind, TOKENS["road"][0], words="road", width=2.4)
        roads = tuple(dataclasses.replace(line, value=name, words=name) for name in kinds) or (line,)
        number = f"coalesce({', '.join(names)})"
        shield = Label(number, place="along", bold=True, plate=TOKENS["road"][0]) if names else None
        return Look(roads, by='"kind"' if kinds else "", label=shield)
    label = None
    if "name" in table:
        close = {"Show": f"@map_scale < {scale_of(8.7):.0f}", "Priority": "2"}
        label = Label('"name"', colour=TOKENS["muted"][0], place="beside", italic=True, by_data=close)
    if kind == "area":
        return Look((plain_class(kind, TOKENS["muted"][0]),), label=label)
    kinds = _kinds(table, "Point")
    classes = [Class(name, name, "marker", _sign(name, number)) for number, name in enumerate(kinds)]
    # The class of the empty value takes what has no class of its own.
    if not kinds or table["kind"].isna().any() or any(clean(name) != name for name in kinds):
        classes.append(Class("", "other", "marker", _sign("", 0)))
    return Look(tuple(classes), by='"kind"' if kinds else "", label=label)


def _kinds(table: pd.DataFrame, shape: str) -> list[str]:
    """Kinds of the features of this geometry, in order; those without a kind need a class of their own."""
    if "kind" not in table:
        return []
    rows = table.loc[table.geometry.geom_type == shape] if isinstance(table, gpd.GeoDataFrame) else table
    return sorted(set(rows["kind"].dropna()))


def _sign(name: str, number: int) -> tuple[Part, ...]:
    """A bow for a border crossing, a flag for a post, a shape of their own for others."""
    surface, ink = SURFACE, rgba(TOKENS["ink"][0])
    if name == "border crossing":
        half = marker_settings("circle", surface, ink, 7) | {"name": "triangle", "offset_unit": "MM"}
        halves = ({"angle": angle, "offset": f"0,{mm(3)}"} for angle in ("90", "270"))
        return tuple(Part("SimpleMarker", half | side) for side in halves)
    if name == "observation post":
        pole = marker_settings("circle", surface, ink, 11) | {"name": "line", "outline_width": mm(1.3)}
        cloth = marker_settings("circle", surface, ink, 5.5)
        cloth |= {"name": "triangle", "angle": "90", "offset": f"{mm(-2.9)},{mm(-2.9)}", "offset_unit": "MM"}
        return Part("SimpleMarker", pole), Part("SimpleMarker", cloth)
    shapes = ("square", "pentagon", "triangle", "diamond")
    return (Part("SimpleMarker", marker_settings(shapes[number % len(shapes)], surface, ink, 8)),)


# How many towns the page names below each zoom, the first by rank.
_TOWNS = ((5, 6), (6, 12), (7, 22), (8, 40), (9, 90), (10, 180))


def places_look(table: pd.DataFrame, kind: GeometryKind, _palette: Mapping[str, str]) -> Look:
    arabic = " || coalesce('\\n' || nullif(\"name_ar\", ''), '')" if "name_ar" in table else ""
    by_data, by = {}, ""
    ink, edge = rgba(TOKENS["ink"][0]), SURFACE
    small = (Part("SimpleMarker", marker_settings("circle", ink, edge, 4.4)),)
    large = (Part("SimpleMarker", marker_settings("circle", ink, edge, 5.6)),)
    classes = (Class("town", "town", "marker", small), Class("city", "city", "marker", large))
    if kind != "point":
        return Look((plain_class(kind, TOKENS["ink"][0], words="town"),), label=Label(f'"name"{arabic}'))
    if "rank" in table:
        # QGIS gives room to labels of the highest priority, 10 at most; the first places matter most.
        big = '"weight" > 5.6' if "weight" in table else '"rank" < 20'
        most = " ".join(f"WHEN @map_scale > {scale_of(zoom):.0f} THEN {number}" for zoom, number in _TOWNS)
        by = f"if(\"rank\" < CASE {most} ELSE 400 END, if({big}, 'city', 'town'), NULL)"
        by_data = {"Priority": 'max(0, 9 - "rank" / 20)', "Bold": big}
    label = Label(f'"name"{arabic}', place="beside", by_data=by_data)
    return Look(classes if by else classes[:1], by=by, label=label)


def used_look() -> Look:
    """Places that rows stand on: a ring, for those who ask what stands behind the map."""
    ring = marker_settings("circle", CLEAR, rgba(TOKENS["ink"][0]), 9)
    name = Label("\"name\" || coalesce('\\n' || nullif(\"name_ar\", ''), '')", place="beside")
    return Look((Class("", "place used", "marker", (Part("SimpleMarker", ring),)),), label=name)
