"""A look for each layer as QGIS draws it, from the same colours, shapes and sizes as the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from geo.export.portable import GeometryKind
from maps.layers import Layer, LayerKind
from maps.qgis.events import areas_look, events_look
from maps.qgis.ground import admin_look, context_look, land_look, places_look, rates_look, used_look
from maps.qgis.look import Look
from maps.qgis.people import flows_look, stocks_look
from maps.qgis.qml import qml

# What a layer of this kind is drawn as; other kinds of geometry in it go to layers of their own.
KINDS: dict[LayerKind, GeometryKind] = {
    "events": "point",
    "event_areas": "area",
    "displacement": "point",
    "flows": "line",
    "context": "line",
    "places": "point",
}


def layer_qml(layer: Layer, *, kind: GeometryKind | None = None, palette: Mapping[str, str] | None = None) -> str:
    """QML of a layer: symbology, labels, and time where it has days. ``palette`` overrides colours by class.

    ``kind`` asks for the look of those rows of the layer that have another kind of geometry.
    """
    look = _LOOKS[layer.kind](layer.table, kind or KINDS[layer.kind], palette or {})
    return qml(look, layer.table)


def styles_of(layer: Layer, palette: Mapping[str, str]) -> dict[str, str]:
    """QML by layer name, for the layer and for the parts that a writer splits off it."""
    styles = {layer.id: layer_qml(layer, palette=palette)}
    others: tuple[GeometryKind, ...] = ("point", "line", "area")
    for kind in others:
        if kind != KINDS[layer.kind]:
            styles[f"{layer.id}_{kind}s"] = layer_qml(layer, kind=kind, palette=palette)
    return styles


def admin_qml(areas: pd.DataFrame) -> str:
    """QML of the administrative areas."""
    return qml(admin_look(areas), areas)


def rates_qml(areas: pd.DataFrame) -> str:
    """QML of the units with their rates (``maps.choropleth``)."""
    return qml(rates_look(areas), areas)


def land_qml(home: str) -> str:
    """QML of the countries; ``home`` is the one that the map is about."""
    return qml(land_look(home), pd.DataFrame())


def used_qml(places: pd.DataFrame) -> str:
    """QML of the places used."""
    return qml(used_look(), places)


_LOOKS: dict[LayerKind, Callable[[pd.DataFrame, GeometryKind, Mapping[str, str]], Look]] = {
    "events": events_look,
    "event_areas": areas_look,
    "displacement": stocks_look,
    "flows": flows_look,
    "context": context_look,
    "places": places_look,
}
