"""How fast texts are read for place names, and in how much memory, beside peers in the same run.

The texts of 3,000 characters are made here, from a fixed seed: sentences of news with towns of the gazetteer in them.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from bench_parts.figures import Figure
from bench_parts.geocode_speed import alone
from bench_parts.reports_peers import PEERS, open_peer
from bench_parts.watched import watched
from geo.geoparse import open_geoparser

SEED = 20200211
LENGTH = 3_000  # characters of a text
_SENTENCES = (
    "Officials in {0} said on Monday that at least {n} people were killed when shells hit a market in {1}, {2}.",
    "Residents of {0} fled towards {1} as fighting spread along the road, according to a statement by the ministry.",
    "“We had no warning,” said Maria Sanchez, 41, a teacher from {0}, who had left the town with her two children.",
    "The governor visited {0} and {1} before flying back to {2}, where the council is to vote on the budget next week.",
    "Police in {2} arrested {n} men after a protest near the University of {1}; the Mayor of {0} called for calm.",
    "The company, which is based in {0}, has grown by {n} per cent a year, and it plans to open offices across {2}.",
    "Nobody knows when the road will be open again, and the weather is expected to stay cold until the end of March.",
)


def speed(texts: int, peers: Path | None) -> Iterator[Figure]:
    """Texts a second of one core, ours and those of the peers in their folder; the peak memory of our command."""
    made = alone(news, texts)  # the making of texts takes memory of its own
    first, again = alone(_ours, made)
    note = f"{texts} texts of {LENGTH:,} characters, each seen for the first time; seconds of work of one core"
    yield Figure("geoparse: texts a second", first, "1/s", at_least=300, note=note)
    yield Figure("geoparse: texts a second, names seen before", again, "1/s", note="the same texts a second time")
    note = "the command on these texts, theatre world"
    yield Figure("geoparse: peak memory", _command_peak(made), "MB", at_most=300, note=note)
    for name in PEERS:
        theirs = alone(_peer, name, peers, made) if peers else None
        note = f"ours are {first / theirs:.2g} times as fast" if theirs else ""
        yield Figure(f"{name}: texts a second", theirs, "1/s", note=note)


def _ours(made: Sequence[str]) -> tuple[float, float]:
    """Texts a second at first sight and again; the gazetteer is open, the names are not known yet."""
    parser = open_geoparser()
    parser.parse("Warm.")
    return _pace(parser.parse, made), _pace(parser.parse, made)


def _command_peak(made: Sequence[str]) -> float:
    """Most megabytes that `conflictmap geoparse` holds while it reads the texts from one file."""
    with tempfile.TemporaryDirectory(prefix="conflictmap-bench-") as temporary:
        reports = Path(temporary) / "news.jsonl"
        lines = (json.dumps({"id": str(number), "text": text}) for number, text in enumerate(made))
        reports.write_text("\n".join(lines), encoding="utf-8")
        out = reports.with_name("spans.jsonl")
        return watched(["geoparse", str(reports), "-o", str(out)], out)[1]


def _peer(name: str, folder: Path, made: Sequence[str]) -> float:
    finder = open_peer(name, folder)
    finder("Warm.")
    return _pace(finder, made)


def _pace(parse: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    for text in texts:
        parse(text)
    return len(texts) / (time.process_time() - start)


def news(count: int) -> list[str]:
    """Texts with a few towns each, of one country more often than not, as news has it."""
    gazetteer = open_geoparser().gazetteer
    names, countries = gazetteer.column("name"), gazetteer.column("country")
    towns: dict[str, list[int]] = {}
    for row in gazetteer.where("feature_class", "P").tolist():
        if (gazetteer.column("population")[row] or 0) >= 5_000:
            towns.setdefault(str(countries[row]), []).append(row)
    lands = [c for c, rows in sorted(towns.items()) if len(rows) > 20]
    land_names = {str(countries[r]): str(names[r]) for r in gazetteer.where("feature_code", "PCLI").tolist()}
    rng = np.random.default_rng(SEED)
    made = []
    for _ in range(count):
        land = lands[int(rng.integers(len(lands)))]
        chosen = [str(names[r]) for r in rng.choice(towns[land], 8)]
        made.append(_text(chosen, land_names.get(land, ""), rng))
    return made


def _text(towns: Sequence[str], country: str, rng: np.random.Generator) -> str:
    sentences: list[str] = []
    while sum(map(len, sentences)) + len(sentences) < LENGTH:
        pair = rng.choice(len(towns), 2, replace=False)
        sentence = _SENTENCES[int(rng.integers(len(_SENTENCES)))]
        sentences.append(sentence.format(towns[pair[0]], towns[pair[1]], country, n=int(rng.integers(2, 90))))
    return " ".join(sentences)[:LENGTH]
