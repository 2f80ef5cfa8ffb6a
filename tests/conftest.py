"""Fixtures that several test files share."""

import functools
import os
import re
import shutil
from pathlib import Path

import pytest
from fake_http import FakeServer
from hypothesis import settings

from geo.admin import load_areas
from geo.gazetteer import load_gazetteer
from geo.theatre import list_theatres, load_theatre

settings.register_profile("unhurried", deadline=None)  # no test depends on the clock
settings.load_profile("unhurried")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared():
    """Folder of real data, which is not part of the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"real data absent: no folder {SHARED.name}/data beside the project")
    return SHARED


@pytest.fixture
def fake(monkeypatch):
    """A scripted HTTP server; see fake_http.py."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with FakeServer() as server:
        yield server


@pytest.fixture
def other_host():
    """A second scripted server under another name, to be the other end of a redirect."""
    with FakeServer("localhost") as server:
        yield server


@pytest.fixture(params=list_theatres())
def theatre_id(request):
    """Id of every theatre that the package carries, one test each."""
    return request.param


@pytest.fixture(scope="session")
def gazetteers(tmp_path_factory):
    """Folder of the compiled gazetteers, one for the whole run: the first one built takes seconds."""
    base = tmp_path_factory.getbasetemp()
    # Each worker of pytest-xdist has its own folder, below that of the run.
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "gazetteers"


@pytest.fixture(scope="session")
def loaded(gazetteers):
    """Function that gives a theatre by its id, with its gazetteer and its areas; each is made once."""

    @functools.cache
    def load(theatre_id):
        theatre = load_theatre(theatre_id)
        gazetteer = load_gazetteer(theatre, cache_dir=gazetteers)
        return theatre, gazetteer, load_areas(theatre, gazetteer)

    return load


@pytest.fixture(scope="session")
def chromium():
    """Path of this machine's Chromium; its absence is a failure where CONFLICTMAP_REQUIRE_BROWSER is set."""
    found = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    if found is None and os.environ.get("CONFLICTMAP_REQUIRE_BROWSER"):
        pytest.fail("no Chromium on this machine, and it is required here")
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser(chromium):
    """A running headless browser."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def show(browser, address):
    """Opens the page of the file's ``address``; afterwards nothing may have been asked for, warned of, or thrown."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    asked, said = [], []
    page.route(re.compile(r"^(?!file:)"), lambda route: (asked.append(route.request.url), route.abort()))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    def open_at(state="", size=None, where=address):
        if size:
            page.set_viewport_size(size)
        page.goto(where + state)
        page.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
        return page

    yield open_at
    context.close()
    assert asked == []
    assert said == []


@pytest.fixture(scope="session")
def axe():
    """The accessibility checker; `scripts/test` fetches it with the linter."""
    path = Path(__file__).parents[1] / "maps" / "js" / "check" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists() and not os.environ.get("CONFLICTMAP_REQUIRE_BROWSER"):
        pytest.skip("axe-core absent: run npm ci in maps/js/check, or scripts/test")
    return path.read_text(encoding="utf-8")
