"""The house rules that a machine can hold: who may import whom, what no file may contain, where things lie."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

from geo.codes import ACTOR_TYPES, EVENT_TYPES, TYPE_OF_SUBTYPE
from geo.theatre import BUILT_IN, list_theatres, load_theatre, theatre_places

ROOT = Path(__file__).resolve().parents[1]

# A module imports only from those before it.
ORDER = (
    "geo.errors",
    "geo.codes",
    "geo.schema",
    "geo.names",
    "geo.dates",
    "geo.theatre",
    "geo.clipping",
    "geo.outlines",
    "geo.gazetteer",
    "geo.admin",
    "geo.web",
    "geo.geocode",
    "geo.geoparse",
    "geo.online",
    "geo.publishers",
    "geo.clients",
    "geo.inputs",
    "geo.sources",
    "geo.reports",
    "geo.displacement",
    "geo.merge",
    "geo.population",
    "geo.links",
    "geo.rates",
    "geo.care",
    "geo.export",
    "geo.widened",
    "maps.style",
    "maps.layers",
    "maps.payload",
    "maps.records",
    "maps.beside",
    "maps.inhabitants",
    "maps.basemap",
    "maps.leaflet",
    "maps.api",
    "maps.tallies",
    "maps.choropleth",
    "maps.meanings",
    "maps.qgis",
    "maps.handover",
    "maps.figure",
    "maps.pipeline",
    "maps.cli",
    "maps.__main__",
)
# What a package offers under its own name, for a line of Python.
OFFERED = {"geo": set(), "maps": {"maps.api"}}
# Third-party packages that one module alone may know; the rest of the code must not depend on them.
KEPT_BY = {
    "folium": {"maps.leaflet"},
    "branca": {"maps.leaflet"},
    "geopy": {"geo.online"},
    "matplotlib": {"maps.figure"},
    "pyogrio": {"geo.export", "geo.sources", "geo.admin"},
    "sqlite3": {"geo.export", "geo.online"},
    "h3": {"geo.care"},
    "pmtiles": {"geo.export"},
    "psycopg": {"geo.export"},
    "xlsxwriter": {"geo.export"},
    "typer": {"maps.cli"},
    "rich": {"maps.cli"},
    "httpx2": {"geo.web"},
    "requests": set(),
    "urllib.request": set(),
    "random": set(),
}
# Software that a user may do without: imported where it is used.
OPTIONAL = {"geopy", "matplotlib", "dask", "psycopg", "sedonadb", "spacy", "sqlalchemy", "trafilatura"}
TOP_LEVEL = {"geo", "maps", "scripts", "tests", "docs", ".ci"}
TOP_FILES = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".gitignore"}


def sources():
    """Python files of the two packages."""
    return [
        p
        for package in ("geo", "maps")
        for p in sorted((ROOT / package).rglob("*.py"))
        if "node_modules" not in p.parts
    ]


def module_of(path):
    """'geo.sources.acled' for its file; a package's own name for its __init__."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rank_of(module):
    """Place in the order; a module in a folder has the folder's; None for the packages themselves."""
    for length in (3, 2):
        name = ".".join(module.split(".")[:length])
        if name in ORDER:
            return ORDER.index(name)
    return None


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path):
    """(imported module, line) of every import; `from geo import codes` counts as geo.codes."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            inner = node.module in {"geo", "maps"}
            found += [(f"{base}.{alias.name}", node.lineno) for alias in node.names] if inner else [(base, node.lineno)]
    return found


def is_part_of(module, package):
    return module == package or module.startswith(f"{package}.")


def ids(paths):
    return [p.relative_to(ROOT).as_posix() for p in paths]


every_source = pytest.mark.parametrize("path", sources(), ids=ids(sources()))


@every_source
def test_a_module_has_its_place_in_the_order(path):
    module = module_of(path)
    assert module in {"geo", "maps"} or rank_of(module) is not None, (
        f"{module} is not in ORDER; add it where it belongs"
    )


@every_source
def test_a_module_imports_only_from_those_before_it(path):
    module = module_of(path)
    for imported, line in imports_of(path):
        assert not imported.startswith("."), f"{path}:{line}: relative import"
        if not imported.startswith(("geo.", "maps.")):
            continue
        mine, theirs = rank_of(module), rank_of(imported)
        if module in OFFERED:
            assert imported in OFFERED[module], f"{path}:{line}: a package's __init__ imports"
            continue
        assert theirs is not None, f"{path}:{line}: {imported} is not in ORDER"
        same_folder = mine == theirs and module.count(".") + imported.count(".") > 2
        assert theirs < mine or same_folder, f"{path}:{line}: {module} must not know {imported}"


@every_source
def test_outside_packages_stay_in_the_one_module_that_knows_them(path):
    module = module_of(path)
    for imported, line in imports_of(path):
        for package, keepers in KEPT_BY.items():
            if is_part_of(imported, package):
                assert any(is_part_of(module, k) for k in keepers), (
                    f"{path}:{line}: only {keepers} may import {package}"
                )


@every_source
def test_no_import_stands_in_a_function(path):
    for function in ast.walk(tree_of(path)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert {n.split(".")[0] for n in names} <= OPTIONAL, f"{path}:{node.lineno}: import in a function"


@every_source
def test_nothing_is_printed_and_no_clock_is_read(path):
    forbidden = {"print", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "uuid.uuid4"}
    forbidden |= {
        "dt.date.today",
        "dt.datetime.now",
        "datetime.date.today",
        "datetime.datetime.now",
        "pd.Timestamp.now",
    }
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in forbidden, f"{path}:{node.lineno}: {ast.unparse(node.func)}()"


@every_source
def test_no_function_is_longer_than_60_lines(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, f"{path}:{node.lineno}: {node.name}"


# --- the code knows no war ---

# What some theatre calls a party, though it is a shape, a common noun, the word for the unknown or a publisher of data.
ALSO_PLAIN_WORDS = {"unhcr", "pentagon", "unidentified armed group", "النازحون", "النازحين", "المدنيين", "المدنيون"}


def names_of_theatres():
    """Proper names of all places and parties of all theatres, longer than four letters.

    Not common nouns that stand for a party in a report ("villagers"), nor words of the closed vocabularies.
    """
    names = set()
    for theatre in map(load_theatre, list_theatres()):
        if theatre.bounds is None:
            continue  # the whole world, which is no war
        names |= {n for a in theatre.actors for n in (a.name, a.name_ar, *a.aliases, *a.demonyms, *a.seats)}
        names |= {n for f in theatre.context for n in (f.name, f.name_ar)}
        names |= {n for pair in theatre.spellings.items() for n in pair}
        names |= {*theatre.focus, *theatre.title.values(), theatre.id}
        places = theatre_places(theatre)
        names |= set(places["name"].dropna()) | set(places["name_ar"].dropna())
        names |= {a for text in places["aliases"].dropna() for a in text.split(";")}
    vocabulary = {*EVENT_TYPES, *TYPE_OF_SUBTYPE, *ACTOR_TYPES}
    proper = {name.strip().casefold() for name in names if name != name.lower() or not name.isascii()}
    return {name for name in proper if len(name) > 4} - {word.casefold() for word in vocabulary} - ALSO_PLAIN_WORDS


def code_files():
    scripts = [p for p in sorted((ROOT / "maps" / "js").rglob("*.*js")) if not {"node_modules", "built"} & set(p.parts)]
    return [*sources(), *scripts]


def strings_and_names(path):
    """Text of a code file without its docstrings, whose examples may name a place."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    words = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    docs = [ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, DOCUMENTED)]
    for doc in docs:
        if doc is not None:
            words.remove(doc)
    words += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    words += [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    comments = re.findall(r"#.*", text)
    return "\n".join([*words, *comments])


DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_the_code_names_no_place_and_no_party_of_any_theatre():
    names = names_of_theatres()
    assert len(names) > 20, "the theatres name places and parties"
    one_of_them = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in code_files()
        for match in one_of_them.finditer(strings_and_names(path).casefold())
    ]
    assert found == []


# --- the tree ---


def tracked():
    """Files that are, or would be, part of the project: what git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_the_top_level_is_as_the_customer_fixed_it():
    folders = {p.parts[0] for p in tracked() if len(p.parts) > 1}
    files = {p.name for p in tracked() if len(p.parts) == 1}
    assert folders <= TOP_LEVEL
    assert files <= TOP_FILES
    assert {"geo", "maps", "scripts", "tests"} <= folders


def test_nothing_that_is_built_or_fetched_is_part_of_the_project():
    for path in tracked():
        assert "static" not in path.parts, path
        assert not {"node_modules", "dist", "build"} & set(path.parts), path
        assert path.suffix not in {".parquet", ".gpkg", ".zip", ".gz", ".pyc"}, path


@pytest.mark.parametrize("folder", ["maps/js", "maps/js/check"])
def test_the_lock_file_records_no_download_addresses(folder):
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    assert len(lock["packages"]) > 1
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert name == "" or "integrity" in package, name


def test_no_file_speaks_of_a_machine():
    for path in tracked():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        assert not re.search(r"/(?:home|root|Users|tmp)/\w", text) or path.parts[0] == "tests", path


def test_theatre_files_lie_where_the_package_looks():
    assert {p.parent for p in map(Path, BUILT_IN.glob("*.toml"))} <= {BUILT_IN}
