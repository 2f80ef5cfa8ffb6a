"""Code and docs say the same."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from geo.clients import SERVICES
from geo.codes import PRECISION
from geo.export import ALWAYS_LOST, FORMATS
from geo.export.spreadsheets import HXL_TAGS
from geo.geocode import LISTING
from geo.schema import DISPLACEMENT, EVENTS, PLACES, POPULATION, TOTALS
from maps import cli

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("spec", [EVENTS, DISPLACEMENT, TOTALS, POPULATION, PLACES], ids=lambda s: s.name)
def test_every_column_is_in_the_reference_with_its_meaning(spec):
    missing = [c.name for c in spec.columns if f"| `{c.name}` | {c.kind} | {c.meaning} |" not in REFERENCE]
    assert missing == []


def test_every_column_of_the_list_of_places_is_in_the_reference():
    assert [c.name for c in LISTING if f"| `{c.name}` | {c.kind} | {c.meaning} |" not in REFERENCE] == []


def test_every_precision_class_is_in_the_reference():
    for code, meaning in PRECISION.items():
        assert f"| {code.value} | {meaning.words} |" in REFERENCE


def test_every_format_is_in_the_reference_with_what_it_keeps_and_loses():
    for name, how in FORMATS.items():
        assert f"| `{name}` | {how.title} | " in REFERENCE
        assert f" | {how.keeps} | {how.loses} |" in REFERENCE
        assert [o.pattern for o in how.files if f"`{o.pattern.replace('PART', 'LAYER')}`" not in REFERENCE] == []
    assert f"No format holds: {ALWAYS_LOST}." in REFERENCE


def test_every_hashtag_is_in_the_reference():
    assert [column for column, tag in HXL_TAGS.items() if f"| `{column}` | `{tag}` |" not in REFERENCE] == []


def test_every_command_is_in_the_reference():
    for name in get_command(cli.app).commands:
        assert f"conflictmap {name}" in REFERENCE


def test_every_service_is_in_the_reference_with_its_tables_and_credentials():
    for service in SERVICES.values():
        tables = ", ".join(f"`{name}`" for name in service.tables)
        lines = ", ".join(f"`{c.name}`" for c in service.credentials)
        variables = ", ".join(f"`{c.variable}`" for c in service.credentials)
        assert f"| `{service.id}` | {tables} | `[{service.id}]` {lines} | {variables} |" in REFERENCE


def test_every_dependency_has_a_line_of_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    wanted = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    names = [re.match(r"[\w-]+", requirement).group() for requirement in wanted]
    assert [name for name in names if f"\n| {name} | " not in lines] == []


def test_every_dependency_has_a_lower_and_an_upper_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    assert [r for r in wanted if not re.fullmatch(r"[\w-]+(\[\w+\])?>=[\d.]+,<[\d.]+", r)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [t for t in targets if not t.startswith(("http:", "https:", "mailto:")) and not (page.parent / t).exists()]
    assert broken == []
