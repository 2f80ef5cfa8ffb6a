"""One page in headless Chromium without a graphics card and without a network: how long, how smooth, how much memory.

Files that a peer takes from other computers are answered from npm packages on this machine, so that the peer pays no
network; what is not there is answered by an empty file.
"""

from __future__ import annotations

import base64
import re
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SIZE = {"width": 1280, "height": 800}
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
QUIET = 1_000  # milliseconds without work that end the opening
LONGEST = 180_000  # milliseconds after which a page is given up
STEPS = 12  # of the time slider
_TILE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg==")
# What a mark of a peer is in the page, and when ours is drawn.
MARKED = "() => document.documentElement?.dataset.ready === 'true' || !!document.querySelector('.leaflet-marker-icon')"
_WATCH = f"""
const marked = {MARKED};
globalThis.watched = {{ marks: null, busy: 0, frames: null }};
new PerformanceObserver((list) => {{
  for (const entry of list.getEntries()) watched.busy = Math.max(watched.busy, entry.startTime + entry.duration);
}}).observe({{ type: "longtask", buffered: true }});
(function frame(now, last = now) {{
  if (watched.marks === null && marked()) watched.marks = performance.now();
  if (watched.frames) watched.frames.push(now - last);
  requestAnimationFrame((next) => frame(next, now));
}})(performance.now());
"""
_STEP = """() => new Promise((done) => requestAnimationFrame(() => {
  const start = performance.now();
  document.getElementById("step-on").click();
  const clicked = performance.now() - start;
  requestAnimationFrame((now) => {
    const drawn = performance.now();
    setTimeout(() => requestAnimationFrame(() => done([clicked + drawn - now, performance.now() - start])));
  });
}))"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was measured of one page: milliseconds, megabytes, counts. Steps are None where there is no time slider."""

    first_paint: float
    interactive: float
    pan: float
    zoom: float
    heap: float
    tab: float
    step: float | None = None
    longest_step: float | None = None
    step_work: float | None = None
    requests: int = 0
    said: tuple[str, ...] = field(default=())


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only in the project's environment

    path = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


def open_page(path: Path, npm: Path | None) -> Opened:
    """Open a page in a browser of its own, pan, zoom and step through time."""
    with chromium() as browser:
        context = browser.new_context(viewport=SIZE)
        page = context.new_page()
        page.set_default_timeout(LONGEST)
        asked: list[str] = []
        said: list[str] = []
        page.route(re.compile("^(?!file:)"), lambda route: _answer(route, npm, asked))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.add_init_script(_WATCH)
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_function("() => watched.marks !== null")
        page.wait_for_function(f"() => performance.now() - Math.max(watched.busy, watched.marks) > {QUIET}")
        opening = page.evaluate(
            """() => ({
                load: performance.getEntriesByType("navigation")[0].loadEventEnd,
                paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
                marks: watched.marks, busy: watched.busy,
            })"""
        )
        pan, zoom = _frames(page, _pan), _frames(page, _zoom)
        steps = page.evaluate("() => !!document.getElementById('step-on')") and _steps(page)
        heap, tab = _memory(browser, page)
        browser.close()
    return Opened(
        first_paint=opening["paint"],
        interactive=max(opening["load"], opening["marks"], opening["busy"]),
        pan=pan,
        zoom=zoom,
        heap=heap,
        tab=tab,
        step=statistics.median(shown for _, shown in steps) if steps else None,
        longest_step=max(shown for _, shown in steps) if steps else None,
        step_work=statistics.median(work for work, _ in steps) if steps else None,
        requests=len(asked),
        said=tuple(said),
    )


def _answer(route: Any, npm: Path | None, asked: list[str]) -> None:
    address = route.request.url
    if address.startswith(("data:", "blob:")):
        route.continue_()
        return
    asked.append(address)
    name = re.sub(r"-[\d.]+\.min", ".min", address.split("?")[0].rsplit("/", 1)[-1])  # jquery-3.7.1.min.js
    found = next((p for p in sorted(npm.glob(f"*/dist/{name}"))), None) if npm else None
    kind = {"css": "text/css", "png": "image/png"}.get(name.rsplit(".", 1)[-1], "text/javascript")
    body = found.read_bytes() if found else _TILE if kind == "image/png" else b""
    route.fulfill(body=body, content_type=kind, headers={"access-control-allow-origin": "*"})


def _frames(page: Any, move: Any) -> float:
    """Longest frame in milliseconds while the map is moved."""
    page.evaluate("() => { watched.frames = []; }")
    move(page)
    page.wait_for_timeout(600)
    return max(page.evaluate("() => { const all = watched.frames; watched.frames = null; return all.slice(1); }"))


def _pan(page: Any) -> None:
    x, y = SIZE["width"] * 0.7, SIZE["height"] * 0.4
    for way in (1, -1, 1, -1):
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(12):
            page.mouse.move(x + way * step * 16, y + way * step * 6)
            page.wait_for_timeout(12)
        page.mouse.up()
        page.wait_for_timeout(250)


def _zoom(page: Any) -> None:
    page.mouse.move(SIZE["width"] * 0.62, SIZE["height"] * 0.45)
    for turn in (-240, -240, -240, 240, 240, 240):
        page.mouse.wheel(0, turn)
        page.wait_for_timeout(550)


def _steps(page: Any) -> list[tuple[float, float]]:
    """Milliseconds of work, and until the next frame is on the screen, of each step of the time slider."""
    page.select_option("#unit", "month")
    page.wait_for_timeout(300)
    steps = []
    for _ in range(STEPS):
        steps.append(tuple(page.evaluate(_STEP)))
        page.wait_for_timeout(120)
    return steps[1:]  # the first goes from all of time to one month


def _memory(browser: Any, page: Any) -> tuple[float, float]:
    """JavaScript heap after a collection, and the most that the tab's process has held, in MB."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    tabs = [_peak(int(p["id"])) for p in processes if p["type"] == "renderer"]
    return metrics["JSHeapUsedSize"] / 1e6, max(tabs, default=float("nan"))


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
