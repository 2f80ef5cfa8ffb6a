"""A map spec to one self-contained page, through folium. The page asks no other computer for anything."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import folium
import pandas as pd
from branca.element import Element, Figure, Link
from folium.template import Template

from geo.codes import EVENT_SUBTYPES, PRECISION
from geo.errors import ExportError
from geo.schema import Credit
from maps import style
from maps.basemap import Frame, add_shapes, frame
from maps.beside import side_by_side
from maps.inhabitants import add_inhabitants, rated_units
from maps.layers import MapSpec
from maps.payload import EPOCH, FORMAT, LEVEL, MANY, QUICK, Columns, blocks_of, days, pack_texts, script_json
from maps.records import add_displacement, add_events, by_date, event_texts, record_texts

STATIC = Path(__file__).parent / "static"
NAME = "conflict"  # folium makes random ids; the page is the same bytes on every run
# What folium's own layers may use without jQuery, Bootstrap and Font Awesome, which live on other computers.
_SELF_SUFFICIENT = frozenset(
    {"Circle", "CircleMarker", "FeatureGroup", "GeoJson", "LayerControl", "PolyLine", "Polygon", "Rectangle"}
    | {"FitBounds", "GeoJsonTooltip", "TileLayer", "Tooltip"}
)


def render_page(spec: MapSpec) -> ConflictMap:
    """The page as a ``folium.Map``, to show in a notebook, to add layers to, or to save.

    Layers that folium takes from other computers (tiles, plugins, popups with jQuery) work, but then the page is no
    longer self-contained: it names those hosts in its Content-Security-Policy and needs the network.

    Raises
    ------
    ExportError
        The page's script was not built.
    """
    return ConflictMap(spec)


@dataclass(frozen=True, slots=True)
class Tiles:
    """Map tiles of a server to lie under the map: then the page contacts that server, and says so.

    ``address`` has the placeholders of slippy map tiles, as ``https://tiles.example.org/{z}/{x}/{y}.png``; ``credit``
    is what the server's owner wants to be named as.

    Raises
    ------
    ExportError
        The address is not one of tiles, or not https.
    """

    address: str
    credit: str

    def __post_init__(self) -> None:
        host = urlsplit(self.address).netloc
        if not (self.address.startswith("https://") and host and all(p in self.address for p in ("{z}", "{x}", "{y}"))):
            raise ExportError(
                f"tiles: '{self.address}' is no address of tiles; wanted https:// with {{z}}, {{x}} and {{y}}, "
                "as https://tiles.example.org/{z}/{x}/{y}.png"
            )


def write_page(spec: MapSpec, path: Path, tiles: Tiles | None = None) -> None:
    """Write the page, over a server's tiles if they are asked for; same spec, same bytes."""
    if tiles is not None:
        spec = replace(spec, credits=(*spec.credits, Credit(tiles.credit)))
    page = render_page(spec)
    if tiles is not None:
        layer = folium.TileLayer(tiles.address, attr=html.escape(tiles.credit), name="tiles")
        layer._id = "tiles"  # noqa: SLF001 - folium makes random ids
        layer.add_to(page)
    page.save(path)


class ConflictMap(folium.Map):
    """A ``folium.Map`` with our data, drawing and panel instead of folium's assets."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own shape
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div id="page">
          <noscript>{{ this.title|e }}: this map needs JavaScript.</noscript>
          <div class="folium-map" id="{{ this.get_name() }}"></div>
        </div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = conflictmap.open("{{ this.get_name() }}");
        {% endmacro %}
        """
    )

    def __init__(self, spec: MapSpec) -> None:
        where = frame(spec)
        west, south, east, north = where.view
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None, zoom_control=False)
        self._id = NAME
        self.title = spec.title.get("en") or next(iter(spec.title.values()), spec.id)
        self.page = PageFigure(self.title, *_payload(spec, where))
        self.page.add_child(self, name=NAME)

    def render(self, **kwargs: Any) -> str:
        """Add folium's own assets only when a layer that the user added needs them."""
        foreign = [c for c in _descendants(self) if type(c).__name__ not in _SELF_SUFFICIENT]
        needed = folium.folium._default_js[1:], folium.folium._default_css[1:]  # noqa: SLF001 - without its Leaflet
        self.default_js, self.default_css = needed if foreign else ([], [])
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""

    def save(self, outfile: str | bytes | Path | BinaryIO, close_file: bool = True, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - as folium has it
        """Write the page to a file, piece by piece: a large one is never held as one text."""
        if isinstance(outfile, str | bytes | Path):
            with open(outfile, "wb") as file:  # noqa: PTH123 - a name may be bytes
                return self.save(file, close_file=False, **kwargs)
        outfile.writelines(piece.encode("utf-8") for piece in self.page.pieces(**kwargs))
        return outfile.close() if close_file else None


class PageFigure(Figure):
    """The whole document: a policy that forbids outside requests, our style, data, script, then folium's script."""

    _template = Template(
        """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ this.policy|e }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="hosts" content="{{ this.hosts|join(" ")|e }}">
<title>{{ this.title|e }}</title>
<style>{{ this.sheet }}</style>
{{ this.head }}
</head>
<body>
{{ this.body }}
<script type="application/json" id="cm-meta">{{ this.meta }}</script>
<script type="text/plain" id="cm-columns">{{ this.columns }}</script>
<script type="text/plain" id="cm-texts">
{%- for block in this.texts %}{{ "" if loop.first else "\n" }}{{ block }}{% endfor -%}
</script>
<script>{{ this.bundle }}</script>
<script>{{ this.calls }}</script>
</body>
</html>
"""
    )

    def __init__(self, title: str, meta: str, columns: str, texts: list[str]) -> None:
        super().__init__(title=title, height="720px")
        self._id = NAME
        for part, name in ((self.header, "header"), (self.html, "html"), (self.script, "script")):
            part._id = f"{NAME}_{name}"  # noqa: SLF001
        self.header._children.clear()  # noqa: SLF001 - branca's own meta tag; ours stands in the template
        self.meta, self.columns, self.texts = meta, columns, texts
        self.bundle = _asset("page.js").replace("</script", "<\\/script")
        self.sheet = css_tokens() + _asset("page.css").replace("</style", "<\\/style")

    def render(self, **kwargs: Any) -> str:
        """The document as text."""
        return "".join(self.pieces(**kwargs))

    def pieces(self, **kwargs: Any) -> Iterator[str]:
        """The document, piece by piece; the hashes of the policy are those of the scripts and styles in it."""
        for child in list(self._children.values()):
            child.render(**kwargs)
        self.head = self.header.render(**kwargs).strip()
        self.body = self.html.render(**kwargs).strip()
        self.calls = "\n" + self.script.render(**kwargs).strip() + "\n"
        self.hosts = _hosts(self)
        self.policy = _policy(self)
        return self._template.generate(this=self, kwargs=kwargs)


def _policy(page: PageFigure) -> str:
    """Nothing but what stands in the page; the hosts of layers that a user added, if any."""
    inline = re.findall(r"<(script|style)[^>]*>(.*?)</\1>", page.head + page.body, flags=re.DOTALL)
    scripts = [_hash(t) for t in (page.bundle, page.calls, *(t for kind, t in inline if kind == "script"))]
    styles = [_hash(t) for t in (page.sheet, *(t for kind, t in inline if kind == "style"))]
    hosts = _script_hosts(page)
    tiles = sorted(set(_tile_hosts(page)))
    rules = {
        "default-src": ["'none'"],
        "script-src": [*scripts, *hosts],
        "style-src": [*(["'unsafe-inline'"] if hosts else styles), *hosts],
        "img-src": ["data:", *hosts, *tiles],
        "font-src": hosts or ["'none'"],
        "connect-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def _hosts(page: PageFigure) -> list[str]:
    """Names of the computers that the page contacts when it is opened; none but for layers that a user added."""
    return [address.removeprefix("https://") for address in (*_script_hosts(page), *sorted(set(_tile_hosts(page))))]


def _script_hosts(page: PageFigure) -> list[str]:
    links = [c for c in page.header._children.values() if isinstance(c, Link)]  # noqa: SLF001
    return sorted({f"https://{urlsplit(link.url).netloc}" for link in links})


def _tile_hosts(page: PageFigure) -> Iterable[str]:
    for child in page._children.values():  # noqa: SLF001
        for element in _descendants(child):
            address = getattr(element, "tiles", None)
            if isinstance(address, str):
                yield f"https://{urlsplit(address).netloc.replace('{s}', '*')}"


def _descendants(element: Element) -> Iterable[Element]:
    for child in element._children.values():  # noqa: SLF001
        yield child
        yield from _descendants(child)


def _hash(text: str) -> str:
    # The page is parsed with line ends made equal, so the hash is taken over that.
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _asset(name: str) -> str:
    try:
        return (STATIC / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ExportError(
            f"the page's script was not built ({name} is missing); install the package with pip, "
            "or run: python scripts/hatch_build.py"
        ) from None


def css_tokens() -> str:
    """The colours of `style` as CSS custom properties, light and dark."""
    battles = style.EVENT_SYMBOLS["Battles"]
    pairs = style.TOKENS | {"displacement": style.DISPLACEMENT, "battles": (battles.light, battles.dark)}
    light, dark = ("".join(f"--{name}:{pair[side]};" for name, pair in pairs.items()) for side in (0, 1))
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _payload(spec: MapSpec, where: Frame) -> tuple[str, str, list[str]]:
    """Meta data as JSON, columns as base64, texts as blocks of base64: the three data blocks of the page."""
    columns = Columns()
    events, records = by_date(spec.events, "event_id"), by_date(spec.displacement, "record_id")
    with ThreadPoolExecutor(1) as aside:  # texts are half of the work, and most of it is done outside of Python
        levels = (LEVEL, QUICK) if len(events) + len(records) >= MANY else (QUICK,)
        texts = aside.submit(pack_texts, chain(event_texts(spec, events), record_texts(spec, records)), *levels)
        rated = rated_units(spec)
        features = add_shapes(columns, spec, where, None if rated is None else rated.areas)
        event_words = add_events(columns, spec, events)
        record_words = add_displacement(columns, spec, records)
        rates = None if rated is None else add_inhabitants(columns, spec, rated, features, (events, records))
        packed = columns.packed()
    told = {*event_words["actor1"], *event_words["actor2"]}
    meta = {
        "format": FORMAT,
        "columns": columns.index,
        "blocks": {"events": blocks_of(events), "records": blocks_of(records)},
        "words": {"events": event_words, "records": record_words},
        "features": features,
        "id": spec.id,
        "title": dict(spec.title),
        "languages": list(spec.languages),
        "period": None if spec.period is None else [(day - EPOCH).days for day in spec.period],
        "home": spec.home,
        "view": where.view,
        "filled": where.filled,
        "actors": {name: arabic for name, arabic in spec.actor_names.items() if name in told},
        "places": _places(spec),
        "context": _context_points(spec),
        "credits": [{"source": c.source, "licence": c.licence, "url": c.url} for c in spec.credits],
        "disclaimer": dict(spec.disclaimer),
        "merged": bool(spec.events["merged_from"].notna().any()),
        "precision": {p.value: {"drawn": c.drawn_as, "radius": c.radius_km} for p, c in PRECISION.items()},
        "types": list(EVENT_SUBTYPES),
        "beside": side_by_side(spec.links),
        "made": {
            "software": spec.software,
            "inputs": [{"name": f.name, "sha256": f.sha256, "rows": f.rows} for f in spec.inputs],
        },
        "style": _style(spec),
    }
    if rates is not None:
        meta["rates"] = rates
    return script_json(meta), packed, texts.result()


def _style(spec: MapSpec) -> dict[str, Any]:
    symbols = {
        name: {"shape": s.shape, "light": spec.palette.get(name, s.light), "dark": s.dark, "edge": s.edge}
        for name, s in style.EVENT_SYMBOLS.items()
    }
    return {
        "symbols": symbols,
        "displacement": style.DISPLACEMENT,
        "displacement_fill": style.DISPLACEMENT_FILL_OPACITY,
        "tokens": style.TOKENS,
        "smallest_radius": style.SMALLEST_RADIUS,
        "radius_per_root": style.RADIUS_PER_ROOT,
        "largest_radius": style.LARGEST_RADIUS,
        "unknown_radius": style.UNKNOWN_RADIUS,
        "largest_stock_radius": style.LARGEST_STOCK_RADIUS,
        "largest_flow_width": style.LARGEST_FLOW_WIDTH,
        "smallest_flow_width": style.SMALLEST_FLOW_WIDTH,
    }


def _places(spec: MapSpec) -> list[list[Any]]:
    """Towns as [name, Arabic name, longitude, latitude, weight], most important first."""
    places = spec.layer("places")
    return [[p.name, _plain(p.name_ar), *_xy(p.geometry), p.weight] for p in places.itertuples(index=False)]


def _context_points(spec: MapSpec) -> list[dict[str, Any]]:
    context = spec.layer("context")
    rows = []
    for feature in context.itertuples(index=False):
        if feature.geometry.geom_type == "Point":
            x, y = _xy(feature.geometry)
            rows.append({"kind": feature.kind, "name": feature.name, "name_ar": feature.name_ar, "x": x, "y": y})
            rows[-1] |= {"source": feature.source, "label": feature.label}
    if rows:
        points = context.loc[context.geometry.geom_type == "Point"]
        for row, start, end in zip(rows, days(points["start"]), days(points["end"]), strict=True):
            row["start"], row["end"] = _plain(start), _plain(end)
    return rows


def _xy(point: Any) -> tuple[float, float]:
    return round(point.x, 5), round(point.y, 5)


def _plain(value: Any) -> Any:
    """A value for JSON: missing is None."""
    if value is None or pd.isna(value):
        return None
    return value if isinstance(value, str) else int(value)
