"""How often the geocoder is right, on tables whose points are known and on a list of press spellings.

Right is within 5 km, wrong is over 10 km, distances are great-circle kilometres; one row for each distinct name and
first division, at the median of its points. Nothing of the real data is written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench_parts.figures import Figure
from geo.gazetteer import Gazetteer, kilometres, load_gazetteer
from geo.geocode.column import geocode_column
from geo.theatre import Theatre, load_theatre

OCHA = "data/gazetteer/ocha_syria_locations_adm4.csv"
PRESS = Path(__file__).resolve().parents[2] / "tests" / "press_spellings.csv"
RIGHT_KM, WRONG_KM = 5, 10


@dataclass(frozen=True)
class EventTable:
    """An event table with points: its columns, and which precision codes mean a known village."""

    label: str
    path: str
    name: str
    admin1: str
    precision: str
    known: tuple[int, ...]


UCDP = EventTable(
    "UCDP Syria", "data/ucdp/ucdp_ged_syria_2016_2019.csv.gz", "where_coordinates", "adm_1", "where_prec", (1,)
)
ACLED = EventTable(
    "ACLED Idleb", "data/acled/acled_idleb_battles_2019-12_2020-03.csv", "location", "admin1", "geo_precision", (1, 2)
)
ACLED_SYRIA = EventTable(
    "ACLED Syria, battles",
    "data/acled/acled_syria_battles_2017_2023.csv.gz",
    "location",
    "admin1",
    "geo_precision",
    (1, 2),
)


# Shares wanted of names and of events within 5 km, and at most of names over 10 km.
_SHOWN = (None, None, None)
_WANTED = {UCDP: (0.80, 0.90, 0.04), ACLED: (0.88, None, 0.02), ACLED_SYRIA: _SHOWN}


def accuracy(shared: Path, cache: Path | None, theatres: Sequence[str] = ("idlib", "world")) -> Iterator[Figure]:
    """Figures on names of UCDP and ACLED, OCHA's Arabic names and the press list, and how true the scores are.

    The first theatre is held to the bounds; the others show what a user gets who names none.
    """
    ocha = shared / OCHA
    files = [ocha] if ocha.is_file() else []
    settings = [load_theatre(name) for name in theatres]
    places = [load_gazetteer(theatre, files, cache_dir=cache) for theatre in settings]
    scored: list[pd.DataFrame] = []
    for table, wanted in _WANTED.items():
        missing = next((p for p in (ocha, shared / table.path) if not p.is_file()), None)
        if missing:
            yield Figure(f"{table.label}: names within 5 km", None, note=f"no {missing}")
            continue
        names = known_names(shared / table.path, table)
        for theatre, gazetteer in zip(settings, places, strict=True):
            answers = answered(names, gazetteer, theatre, admin1="admin1", country="country")
            judged = theatre is settings[0]
            label = table.label if judged else f"{table.label}, theatre {theatre.id}"
            yield from _event_figures(label, answers, wanted if judged else _SHOWN)
            scored += [answers] * judged
    if files:
        yield from _arabic(ocha, places[0], settings[0])
    else:
        yield Figure("OCHA's Arabic names, right community", None, note=f"no {ocha}")
    yield from _press(places[0], settings[0], cache, "theatre + OCHA" if files else "theatre")
    yield from calibration(scored)


def known_names(path: Path, table: EventTable) -> pd.DataFrame:
    """Distinct names of a table with their first division, median point and number of events."""
    return named(known_rows(path, table), table)


def known_rows(path: Path, table: EventTable) -> pd.DataFrame:
    """The rows of a table whose place is a known village."""
    rows = pd.read_csv(path, dtype={table.name: "string", table.admin1: "string"}, low_memory=False)
    return rows[rows[table.precision].isin(table.known) & rows[table.name].notna()]


def named(rows: pd.DataFrame, table: EventTable) -> pd.DataFrame:
    """Distinct names of some rows with their first division, median point and number of events."""
    grouped = rows.groupby([table.name, table.admin1], dropna=False)
    known = grouped.agg(lat=("latitude", "median"), lon=("longitude", "median"), events=("latitude", "size"))
    return known.reset_index().rename(columns={table.name: "place", table.admin1: "admin1"}).assign(country="SYR")


def answered(table: pd.DataFrame, gazetteer: Gazetteer, theatre: Theatre, **columns: str) -> pd.DataFrame:
    """The table with the geocoder's answers and how far off they are, in km; missing where it gives none."""
    located, _ = geocode_column(table, place="place", gazetteer=gazetteer, theatre=theatre, **columns)
    point = located[["longitude", "latitude"]].astype("float64")
    off = kilometres(located["lon"], located["lat"], point["longitude"], point["latitude"])
    return located.assign(off=np.asarray(off, dtype=float))


def _event_figures(
    label: str, answers: pd.DataFrame, wanted: tuple[float | None, float | None, float | None]
) -> Iterator[Figure]:
    off, weight = answers["off"], answers["events"]
    names, events, wrong = wanted
    note = f"{len(answers)} names, {weight.sum()} events, median error {off.median():.2f} km"
    yield Figure(f"{label}: names within 5 km", float((off <= RIGHT_KM).mean()), "share", names, note=note)
    yield Figure(f"{label}: events within 5 km", float(np.average(off <= RIGHT_KM, weights=weight)), "share", events)
    lost = float(np.average(off > WRONG_KM, weights=weight))
    note = f"unanswered {off.isna().mean():.3f}; wrong share of events {lost:.3f}"
    yield Figure(f"{label}: names over 10 km off", float((off > WRONG_KM).mean()), "share", at_most=wrong, note=note)
    yield Figure(f"{label}: calibration error", _calibration_error(answers)[0], "ECE")


def _arabic(ocha: Path, gazetteer: Gazetteer, theatre: Theatre) -> Iterator[Figure]:
    """OCHA's communities by their Arabic name, without p-codes; the units are given by their English names."""
    raw = pd.read_csv(ocha, dtype="string")
    raw = raw[raw["admin4Name_ar"].notna() & raw["admin4Pcode"].notna()]
    table = pd.DataFrame(
        {
            "place": raw["admin4Name_ar"],
            "pcode": raw["admin4Pcode"],
            "lon": raw["Longitude_x"].astype("float64"),
            "lat": raw["Latitude_y"].astype("float64"),
            "country": "SYR",
        }
        | {f"admin{n}": raw[f"admin{n}Name_en"] for n in (1, 2, 3)}
    ).reset_index(drop=True)
    yield from arabic_figures(table, ("admin1",), gazetteer, theatre)
    yield from arabic_figures(table, ("admin1", "admin2", "admin3"), gazetteer, theatre)


def arabic_figures(
    table: pd.DataFrame, units: Sequence[str], gazetteer: Gazetteer, theatre: Theatre
) -> Iterator[Figure]:
    """Right community: its own p-code; or any within 5 km. Names that several share cannot be told by the name.

    ``units`` are the columns of admin units that are given. The share that is left when of each group of namesakes
    one is right by luck is the ceiling; among names of one community only, the share is the geocoder's own.
    """
    found = answered(table, gazetteer, theatre, country="country", **{u: u for u in units})
    rows = gazetteer.rows
    chosen = [None if pd.isna(i) else rows.get(i) for i in found["place_id"]]
    same = np.array([c is not None and c == rows.get(p) for c, p in zip(chosen, found["pcode"], strict=True)])
    key = [" ".join(name.split()) for name in table["place"]]
    groups = table.assign(key=key).groupby([*units, "key"], dropna=False)["pcode"]
    shared = (groups.transform("size") > 1).to_numpy()
    near = (found["off"] <= RIGHT_KM).to_numpy()
    label = f"OCHA Arabic names + {units[0] if len(units) == 1 else f'{units[0]}..{units[-1][-1]}'}"
    ceiling = f"{shared.mean():.3f} of names are shared within the units; ceiling {groups.ngroups / len(table):.3f}"
    yield Figure(f"{label}: same p-code", float(same.mean()), "share", note=ceiling)
    yield Figure(f"{label}: same p-code or within 5 km", float((same | near).mean()), "share", at_least=0.97)
    note = f"{int((~shared).sum())} names that one community of the units bears"
    yield Figure(f"{label}: same p-code, unique names", float(same[~shared].mean()), "share", 0.97, note=note)
    wrong = float((found["off"] > WRONG_KM).mean())
    note = f"unanswered {found['off'].isna().mean():.3f}, of the shared names {found['off'].isna()[shared].mean():.3f}"
    yield Figure(f"{label}: over 10 km off", wrong, "share", note=note)


def _press(gazetteer: Gazetteer, theatre: Theatre, cache: Path | None, words: str) -> Iterator[Figure]:
    """The hand-written list of press spellings, with the country as the only context."""
    table = pd.read_csv(PRESS, dtype={"spelling": "string"}).rename(
        columns={"place": "meant", "spelling": "place", "latitude": "lat", "longitude": "lon"}
    )
    other = load_theatre("kyiv")
    runs = (
        ("idlib", words, gazetteer, theatre, "SYR"),
        ("kyiv", "theatre", load_gazetteer(other, cache_dir=cache), other, "UKR"),
    )
    for name, source, places, setting, country in runs:
        rows = table[table["theatre"] == name].reset_index(drop=True).assign(country=country)
        off = answered(rows, places, setting, country="country")["off"]
        label = f"press spellings, {name} ({source})"
        note = f"{len(rows)} spellings of {rows['meant'].nunique()} places"
        yield Figure(f"{label}: within 5 km", float((off <= RIGHT_KM).mean()), "share", 0.95, note=note)
        yield Figure(f"{label}: over 5 km", float((off > RIGHT_KM).mean()), "share", at_most=0.02)


def calibration(scored: Sequence[pd.DataFrame]) -> Iterator[Figure]:
    """Expected calibration error over ten bins of the score, and the bins; right is within 5 km.

    A name that stands in several tables counts once.
    """
    if not scored:
        yield Figure("calibration error of geo_score", None, note="no table with points")
        return
    answers = pd.concat(scored, ignore_index=True).drop_duplicates(["place", "admin1"])
    error, bins = _calibration_error(answers)
    note = f"{bins['names'].sum()} answered names of all event tables"
    yield Figure("calibration error of geo_score", error, "ECE", at_most=0.05, note=note)
    for row in bins.itertuples():
        note = f"{row.names} names, said {row.said:.3f}"
        yield Figure(f"  said {row.low:.1f}-{row.high:.1f}: right", row.right, "share", note=note)


def _calibration_error(answers: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """The mean gap between scores and shares of right answers, weighted by names, and the bins it is made of."""
    known = answers[answers["off"].notna() & answers["geo_score"].notna()]
    bins = reliability(known["geo_score"].to_numpy(dtype=float), (known["off"] <= RIGHT_KM).to_numpy())
    return float((bins["names"] * (bins["said"] - bins["right"]).abs()).sum() / max(1, bins["names"].sum())), bins


def reliability(score: np.ndarray, right: np.ndarray) -> pd.DataFrame:
    """Mean score and share of right answers in each tenth of the score that has any."""
    tenth = np.clip((score * 10).astype(int), 0, 9)
    table = pd.DataFrame({"tenth": tenth, "said": score, "right": right.astype(float)})
    bins = table.groupby("tenth").agg(names=("said", "size"), said=("said", "mean"), right=("right", "mean"))
    bins = bins.reset_index()
    return bins.assign(low=bins["tenth"] / 10, high=(bins["tenth"] + 1) / 10)
