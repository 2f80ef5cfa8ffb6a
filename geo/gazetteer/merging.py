"""Two gazetteers as one: which of their places are the same, and what each knows that the other lacks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.gazetteer.place import joined, kilometres
from geo.names import article_free, fold, skeleton
from geo.schema import PLACES, concat

_NEAR_SAME, _NEAR_LIKE = 5.0, 3.0  # km: how far apart two sources put a village of the same, of a like name
_UNIT_APART = {"PCLI": 20_000.0, "ADM1": 600.0, "ADM2": 60.0, "ADM3": 40.0}


def merge_places(best: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Both tables as one; a place that stands in both keeps the id and point of the first and gains the other's names.

    The same place: the same id or p-code, or a like name within 3 to 5 km and of the same kind. Codes of divisions are
    brought to those of ``best`` where the places that stand in both agree on what they are called there; divisions that
    thereby have one code are one.
    """
    best, more = concat([best], PLACES), concat([more], PLACES)
    if best.empty or more.empty:
        return best if more.empty else more
    pairs = _same_places(best, more)
    for column in ("admin1", "admin2"):
        to_ours, to_theirs = _recoding(best, more, pairs, column)
        best, more = _recoded(best, column, to_theirs), _recoded(more, column, to_ours)
    pairs = _apart(pd.concat([pairs, _equal_units(best, more)], ignore_index=True))
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
    kind = _kind(places).to_numpy()[table["row"]]
    return table.assign(kind=kind, row=places.index.to_numpy()[table["row"]])


_CELLS = 10  # a degree; two places that may be one lie in the same cell or in cells that touch
_WIDEST = 60.0  # beyond this latitude cells are narrower than the distance within which places may be one


def _may_meet(best: pd.DataFrame, more: pd.DataFrame) -> np.ndarray:
    """Which rows of ``more`` are units, or near enough to a place of ``best`` to be worth comparing its names."""
    x, y = (np.floor(best[c].to_numpy() * _CELLS).astype(int) for c in ("longitude", "latitude"))
    cells = {
        (a + i, b + j) for a, b in zip(x.tolist(), y.tolist(), strict=True) for i in (-1, 0, 1) for j in (-1, 0, 1)
    }
    x, y = (np.floor(more[c].to_numpy() * _CELLS).astype(int) for c in ("longitude", "latitude"))
    close = np.fromiter((c in cells for c in zip(x.tolist(), y.tolist(), strict=True)), dtype=bool, count=len(more))
    unit = (more["feature_class"] == "A").to_numpy(dtype=bool, na_value=False)
    return np.asarray(close | unit | (more["latitude"].abs() > _WIDEST).to_numpy())


def _same_places(best: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``best`` and ``more`` that are one place; each row of either stands in one pair at most."""
    near = more[_may_meet(best, more)]
    pairs = _name_keys(best).merge(_name_keys(near), on=["kind", "key", "like"], suffixes=("_best", "_more"))
    a, b = best.iloc[pairs["row_best"]], more.iloc[pairs["row_more"]]
    apart = kilometres(a["longitude"], a["latitude"], b["longitude"], b["latitude"])
    limit = a["feature_code"].map(_UNIT_APART).astype(float).to_numpy()
    limit = np.where(np.isnan(limit), np.where(pairs["like"], _NEAR_LIKE, _NEAR_SAME), limit)
    ours, theirs = (t["country"].fillna("").to_numpy(dtype=object) for t in (a, b))
    country = (ours == theirs) | (ours == "") | (theirs == "")
    pairs = pairs.assign(apart=apart, best=pairs["row_best"], more=pairs["row_more"])
    pairs = pairs[(apart <= limit) & country.astype(bool)][["best", "more", "apart", "like"]]
    by_code = [_equal_ids(best, more), _equal_codes(best, more)]
    return _apart(pd.concat([*by_code, pairs.sort_values(["apart", "like"], kind="stable")], ignore_index=True))


def _apart(pairs: pd.DataFrame) -> pd.DataFrame:
    """The first pair of each row of either table."""
    return pairs.drop_duplicates("best").drop_duplicates("more")[["best", "more"]].astype(int)


def _equal_ids(best: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Pairs of one id: that of one table is the other's own, or stands among its ids elsewhere."""
    known: dict[str, int] = {}
    for row, place_id, others in zip(best.index, best["place_id"], best["other_ids"], strict=True):
        for i in (*(others.split(";") if isinstance(others, str) else ()), place_id):
            known.setdefault(i, row)
    found = []
    for row, place_id, others in zip(more.index, more["place_id"], more["other_ids"], strict=True):
        ids = (place_id, *(others.split(";") if isinstance(others, str) else ()))
        found += [(known[i], row) for i in ids if i in known][:1]
    return pd.DataFrame(found, columns=["best", "more"]).assign(apart=0.0, like=False)


def _equal_units(best: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Pairs of first divisions that have one code by now, though their names are not alike."""
    a, b = (t[(t["feature_code"] == "ADM1") & t["admin1"].notna()] for t in (best, more))
    rows = pd.DataFrame({"key": a["admin1"], "best": a.index}).merge(
        pd.DataFrame({"key": b["admin1"], "more": b.index}), on="key"
    )
    return rows[["best", "more"]]


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


def _recoding(
    best: pd.DataFrame, more: pd.DataFrame, pairs: pd.DataFrame, column: str
) -> tuple[dict[str, str], dict[str, str]]:
    """What codes of ``more`` are called in ``best``, where places in both show it; and codes of ``best`` to change.

    The codes of the better source stand, but a p-code goes before GeoNames' own, for the theatre and its polygons know
    units by it.
    """
    seen = pd.DataFrame(
        {"ours": best[column].iloc[pairs["best"]].to_numpy(), "theirs": more[column].iloc[pairs["more"]].to_numpy()}
    ).dropna()
    clear = []
    if len(seen):
        counts = seen.value_counts().reset_index(name="n")
        total = counts.groupby("theirs")["n"].transform("sum")
        most = counts[counts["n"] >= 0.6 * total].sort_values(["theirs", "n"], ascending=[True, False])
        clear = list(zip(most["theirs"], most["ours"], strict=True))
    to_theirs = {ours: theirs for theirs, ours in clear if "." in ours and "." not in theirs} | _stated_codes(more)
    return {t: o for t, o in clear if o not in to_theirs} | _stated_codes(best), to_theirs


def _stated_codes(places: pd.DataFrame) -> dict[str, str]:
    """P-codes of units by the code that GeoNames has for them, where a unit states both."""
    units = places[(places["feature_class"] == "A") & places["pcode"].notna() & places["other_ids"].notna()]
    cells = zip(units["pcode"], units["other_ids"], strict=True)
    return {i.removeprefix("geonames:"): pcode for pcode, ids in cells for i in ids.split(";")}


def _recoded(places: pd.DataFrame, column: str, codes: dict[str, str]) -> pd.DataFrame:
    if not codes:
        return places
    return places.assign(**{column: pd.array([codes.get(c, c) for c in places[column]], dtype="string")})


def _enriched(best: pd.DataFrame, more: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """``best`` with what its twins in ``more`` add: names, ids, population, codes that it lacks."""
    columns = {name: _plain(best[name]) for name in PLACES.names}
    twins = {name: _plain(more[name].iloc[pairs["more"]]) for name in PLACES.names}
    for i, row in enumerate(pairs["best"]):
        names = [twins[n][i] for n in ("name", "name_ar", "aliases")]
        names = [n for cell in (columns["aliases"][row], *names) if isinstance(cell, str) for n in cell.split(";")]
        own = {columns["name"][row], columns["name_ar"][row]}
        columns["aliases"][row] = joined(n for n in names if n not in own) or None
        ids = [columns["other_ids"][row], twins["place_id"][i], twins["other_ids"][i]]
        ids = [k for cell in ids if isinstance(cell, str) for k in cell.split(";") if k != columns["place_id"][row]]
        columns["other_ids"][row] = joined(ids) or None
        for name in ("name_ar", "country", "admin1", "admin2", "admin3", "pcode", "population"):
            if columns[name][row] is None:
                columns[name][row] = twins[name][i]
        if columns["feature_code"][row] in (None, "PPL"):
            columns["feature_code"][row] = twins["feature_code"][i]
    return concat([pd.DataFrame(columns)], PLACES)


def _plain(column: pd.Series) -> list[Any]:
    return [None if v is pd.NA else v for v in column]
