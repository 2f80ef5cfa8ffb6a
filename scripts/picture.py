"""Make the picture of the page that the docs show: the built-in example with the card of a report's event open.

Needs the project's development install (`scripts/test` makes it) and Chromium; then:
.venv/bin/python scripts/picture.py
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
THEATRE = "idlib"
SIZE = {"width": 1440, "height": 900}
LARGEST = 400_000  # bytes


def main() -> int:
    """Run the main job on the sample, open its page without a network, take the picture."""
    parser = argparse.ArgumentParser(prog="picture.py", description=__doc__.split("\n")[0])
    parser.add_argument("--out", "-o", type=Path, default=ROOT / "docs" / "page.png", help="default: docs/page.png")
    parser.add_argument("--state", help="view to show, as it stands after # in a link; default: a report's event")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="conflictmap-picture-") as folder:
        command = [sys.executable, "-m", "maps", "run", "--theatre", THEATRE, "--sample", "-o", folder]
        subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.DEVNULL)
        state = options.state or f"id={best_told(Path(folder) / 'events.parquet')}"
        take(Path(folder) / "index.html", state, options.out)
    size = options.out.stat().st_size
    print(f"{options.out}: {size:,} bytes")
    return int(size > LARGEST)


def best_told(table: Path) -> str:
    """Id of the event that one sentence of a report tells in most marked words, at a known place."""
    import pandas as pd  # noqa: PLC0415 - only in the project's environment

    events = pd.read_parquet(table, columns=["event_id", "geo_precision", "evidence", "span_start"])
    told = events.loc[events["span_start"].notna() & events["geo_precision"].isin(["A", "B"])]
    pieces = told["evidence"].map(lambda text: len({p["field"] for p in json.loads(text)}))
    return str(told.assign(pieces=-pieces).sort_values(["pieces", "event_id"])["event_id"].iloc[0])


def take(page: Path, state: str, out: Path) -> None:
    """Open the page at a state and write what is seen as PNG."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only in the project's environment

    browser_path = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        view = browser.new_context(viewport=SIZE, offline=True).new_page()
        view.goto(f"{page.as_uri()}#{state}")
        view.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
        view.wait_for_timeout(800)  # the card's texts are unpacked, fonts are there
        view.screenshot(path=out)
        browser.close()


if __name__ == "__main__":
    raise SystemExit(main())
