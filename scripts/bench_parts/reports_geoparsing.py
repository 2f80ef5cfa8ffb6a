"""How well place names are found in texts and placed, by the definitions of Gritta, Pilehvar and Collier.

"A Pragmatic Guide to Geoparsing Evaluation" (2020): recognition by exact spans; resolution by the share of names placed
within 161 km (100 miles); end to end by names that are both found and placed within 161 km. Reads corpora in their XML.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench_parts.figures import Figure
from bench_parts.geocode_speed import alone
from bench_parts.reports_peers import PEERS, Answer, open_peer
from geo.gazetteer import kilometres
from geo.geoparse import parse, resolve

NEAR_KM = 161.0
GEOVIRUS = Path("data/geoparsing/GeoVirus.xml")
OWN = Path(__file__).resolve().parents[2] / "tests" / "corpora"
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated name: its span and its point, if it has one."""

    start: int
    end: int
    point: Point | None


@dataclass(frozen=True, slots=True)
class Document:
    """One text and its names."""

    text: str
    names: tuple[Gold, ...]


def geoparsing(shared: Path, corpus: Path | None, peers: Path | None) -> Iterator[Figure]:
    """Ours on GeoVirus (or another corpus) and the peers in their folder, then ours on the corpora of the project."""
    path = corpus or shared / GEOVIRUS
    if path.is_file():
        yield from _measured(path, peers)
    else:
        yield Figure("recognition F1", None, note=f"{path.name} is absent")
    for own in [] if corpus else sorted(OWN.glob("*.xml")):
        documents = read_corpus(own)
        for half, texts in halves(documents).items():
            note = f"{own.stem}: {len(texts)} texts, {sum(len(d.names) for d in texts):,} names"
            yield from _figures(f", {own.stem}, {half}", texts, parse, resolve, (None, None, None), note)


def halves(documents: Sequence[Document]) -> dict[str, Sequence[Document]]:
    """Every other text of a corpus of the project, which may be looked at while rules are written, and the others."""
    return {"looked at": documents[0::2], "held out": documents[1::2]}


def _measured(path: Path, peers: Path | None) -> Iterator[Figure]:
    """A corpus with the bounds of GeoVirus, all of it and each half of its documents."""
    documents = read_corpus(path)
    own = path.name == GEOVIRUS.name
    bounds = (0.85, 0.83, 0.74) if own else (None, None, None)
    note = f"{path.stem}: {len(documents)} texts, {sum(len(d.names) for d in documents):,} names"
    yield from _figures("", documents, parse, resolve, bounds, note)
    for number, half in ((0, "first half"), (1, "second half")):
        yield from _figures(f", {half}", documents[number::2], parse, resolve, (None, None, None), "every other text")
    for name in PEERS:
        theirs = alone(_peer, name, peers, documents) if peers else None
        yield Figure(f"{name}: recognition F1", theirs, note=note)


def _figures(
    label: str,
    documents: Sequence[Document],
    parser: Callable[[str], Sequence[Answer]],
    resolver: Callable[[str, Sequence[tuple[int, int]]], Sequence[Point | None]],
    bounds: tuple[float | None, ...],
    note: str,
) -> Iterator[Figure]:
    answers = [parser(d.text) for d in documents]
    yield Figure(f"recognition F1 (exact){label}", recognition(documents, answers), at_least=bounds[0], note=note)
    yield Figure(f"Acc@161 km on gold spans{label}", accuracy(documents, resolver), at_least=bounds[1])
    yield Figure(f"end-to-end F1{label}", end_to_end(documents, answers), at_least=bounds[2])


def _peer(name: str, folder: Path, documents: Sequence[Document]) -> float:
    """F1 of the exact spans that a peer finds."""
    finder = open_peer(name, folder)
    return recognition(documents, [finder(d.text) for d in documents])


def recognition(documents: Sequence[Document], answers: Sequence[Sequence[Answer]]) -> float:
    """F1 of the spans found exactly."""
    hits = guesses = wanted = 0
    for document, given in zip(documents, answers, strict=True):
        gold, mine = {(g.start, g.end) for g in document.names}, {(a[0], a[1]) for a in given}
        hits, guesses, wanted = hits + len(gold & mine), guesses + len(mine), wanted + len(gold)
    return _f1(hits, guesses, wanted)


def end_to_end(documents: Sequence[Document], answers: Sequence[Sequence[Answer]]) -> float:
    """F1 of names found exactly and placed within 161 km; names without a point are neither wanted nor held against."""
    hits = guesses = wanted = 0
    for document, given in zip(documents, answers, strict=True):
        gold = {(g.start, g.end): g.point for g in document.names}
        wanted += sum(point is not None for point in gold.values())
        for start, end, latitude, longitude in {(a[0], a[1]): a for a in given}.values():
            if (start, end) in gold and gold[start, end] is None:
                continue
            guesses += 1
            point = gold.get((start, end))
            hits += point is not None and latitude is not None and _near(point, (latitude, longitude or 0.0))
    return _f1(hits, guesses, wanted)


def accuracy(
    documents: Sequence[Document], resolver: Callable[[str, Sequence[tuple[int, int]]], Sequence[Point | None]]
) -> float:
    """Share of the names with a point that are placed within 161 km when their spans are given."""
    right = wanted = 0
    for document in documents:
        points = resolver(document.text, [(g.start, g.end) for g in document.names])
        for gold, point in zip(document.names, points, strict=True):
            if gold.point is not None:
                wanted += 1
                right += point is not None and _near(gold.point, point)
    return right / wanted


def _near(one: Point, other: Point) -> bool:
    return bool(kilometres(one[1], one[0], other[1], other[0]) <= NEAR_KM)


def _f1(hits: int, guesses: int, wanted: int) -> float:
    return 2 * hits / (guesses + wanted) if hits else 0.0


# ---------------------------------------------------------------- corpora


def read_corpus(path: Path) -> list[Document]:
    """Articles with names as ``toponym`` or ``location``; spans that drift by a few letters are set right."""
    documents = []
    for article in ET.parse(path).getroot().findall("article"):  # noqa: S314 - a corpus that the user names
        text = article.findtext("text") or ""
        names = (
            _gold(n, text) for n in article.iter() if n.tag in ("toponym", "location") and n.find("start") is not None
        )
        found = {(g.start, g.end): g for g in names if g is not None}
        documents.append(Document(text, tuple(sorted(found.values(), key=lambda g: g.start))))
    return documents


def _gold(node: ET.Element, text: str) -> Gold | None:
    name = (node.findtext("phrase") or node.findtext("extractedName") or node.findtext("name") or "").strip()
    at = int(node.findtext("start") or 0)
    spots = [m.start() for m in re.finditer(re.escape(name), text) if abs(m.start() - at) <= 40] if name else []
    if not spots:
        return None
    start = min(spots, key=lambda spot: abs(spot - at))
    latitude, longitude = (_number(node, *tags) for tags in (("lat", "latitude"), ("lon", "longitude")))
    point = (latitude, longitude) if latitude is not None and longitude is not None else None
    return Gold(start, start + len(name), point)


def _number(node: ET.Element, *tags: str) -> float | None:
    words = next((w for tag in tags for t in (tag, f"gaztag/{tag}") if (w := (node.findtext(t) or "").strip())), "")
    return float(words) if words else None
