"""What QGIS opens: a style for each layer from the page's colours, shapes and sizes, and the project around them."""

from maps.qgis.events import EVENTS_WITHOUT_POINT
from maps.qgis.project import render_project
from maps.qgis.styles import KINDS, admin_qml, land_qml, layer_qml, rates_qml, styles_of, used_qml
from maps.qgis.symbols import chosen_colour

__all__ = [
    "EVENTS_WITHOUT_POINT",
    "KINDS",
    "admin_qml",
    "chosen_colour",
    "land_qml",
    "layer_qml",
    "rates_qml",
    "render_project",
    "styles_of",
    "used_qml",
]
