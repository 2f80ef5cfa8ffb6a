"""The two commands of a checkout: they need Python only, set up what they need once, and never hide a failure."""

import ast
import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts"
COMMANDS = [SCRIPTS / "demo", SCRIPTS / "test"]


def load(path, name):
    """A script as a module, whatever its suffix."""
    loader = importlib.machinery.SourceFileLoader(name, str(path))
    spec = importlib.util.spec_from_loader(name, loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


@pytest.fixture
def scripts(monkeypatch):
    """(_setup, demo, test) as modules; leaves no trace among the imported ones nor on disk."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in ("_setup", "script_demo", "script_test"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    setup = load(SCRIPTS / "_setup.py", "_setup")
    modules = setup, load(COMMANDS[0], "script_demo"), load(COMMANDS[1], "script_test")
    yield modules
    for name in ("_setup", "script_demo", "script_test"):
        sys.modules.pop(name, None)


@pytest.fixture
def project(tmp_path):
    """A small project beside which an environment can be made."""
    (tmp_path / "maps" / "js" / "src").mkdir(parents=True)
    (tmp_path / "maps" / "js" / "test").mkdir()
    (tmp_path / "scripts").mkdir()
    for name in ("pyproject.toml", "scripts/hatch_build.py", "maps/js/package-lock.json", "maps/js/src/main.js"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


@pytest.fixture
def installs(scripts, project, monkeypatch):
    """Calls `prepare` on the small project; returns the commands that it ran, none of them for real."""
    setup, *_ = scripts
    ran = []
    environment = project / ".venv"

    def pretend(command, _hint):
        ran.append([str(part) for part in command])
        environment.mkdir(exist_ok=True)

    monkeypatch.setattr(setup, "_run", pretend)
    monkeypatch.setattr(setup, "_works", lambda _python: environment.is_dir())

    def prepare(*extras):
        ran.clear()
        setup.prepare(extras, root=project, environment=environment)
        return [command[1:3] + command[-1:] for command in ran]

    return prepare


@pytest.mark.parametrize("path", [*COMMANDS, ROOT / ".ci" / "run"], ids=lambda p: p.name)
def test_a_command_is_executable_and_names_its_interpreter(path):
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env ")


@pytest.mark.parametrize("path", [*COMMANDS, SCRIPTS / "_setup.py"], ids=lambda p: p.name)
def test_a_command_needs_the_standard_library_only(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        assert {n.split(".")[0] for n in names} <= sys.stdlib_module_names | {"_setup"}


@pytest.mark.parametrize("path", COMMANDS, ids=lambda p: p.name)
def test_a_command_says_what_it_does_from_any_folder(path, tmp_path):
    done = subprocess.run(
        [sys.executable, "-B", str(path), "--help"], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert "Sets up all it needs" in " ".join(done.stdout.split())
    assert list(tmp_path.iterdir()) == []


def test_ci_runs_the_same_command_as_everybody():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -e" in text
    assert "python3 scripts/test" in text
    bash = shutil.which("bash")
    assert bash is None or subprocess.run([bash, "-n", ROOT / ".ci" / "run"], check=False).returncode == 0


def test_an_old_python_is_told_so_in_one_sentence(scripts):
    setup, *_ = scripts
    with pytest.raises(SystemExit, match=r"This needs Python 3\.11 or newer; this is 3\.9\."):
        setup.check_python((3, 9, 18))
    setup.check_python((3, 11, 0))
    setup.check_python((4, 0, 0))


def test_the_first_run_makes_the_environment_and_installs_and_the_second_does_neither(installs, project):
    assert installs("dev") == [["-m", "venv", str(project / ".venv")], ["-m", "pip", f"{project}[dev]"]]
    assert installs("dev") == []
    assert installs() == [], "what demo needs is a part of what test needs"


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "scripts/hatch_build.py", "maps/js/package-lock.json", "maps/js/src/main.js"]
)
def test_a_change_in_what_is_installed_installs_again(name, installs, project):
    installs()
    (project / name).write_text("changed", encoding="utf-8")
    assert installs() == [["-m", "pip", str(project)]]
    assert installs() == []


def test_a_new_or_renamed_source_installs_again(installs, project):
    installs()
    (project / "maps/js/src/main.js").rename(project / "maps/js/src/page.js")
    assert len(installs()) == 1


@pytest.mark.parametrize("name", ["maps/js/test/time.test.js", "maps/js/node_modules/a/index.js", "README.md"])
def test_a_change_in_anything_else_does_not(name, installs, project):
    installs()
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("new", encoding="utf-8")
    assert installs() == []


def test_test_adds_to_what_demo_installed_and_demo_takes_nothing_away(installs, project):
    assert installs()[-1] == ["-m", "pip", str(project)]
    assert installs("dev") == [["-m", "pip", f"{project}[dev]"]]
    (project / "pyproject.toml").write_text("changed", encoding="utf-8")
    assert installs() == [["-m", "pip", f"{project}[dev]"]]


def test_an_installation_that_failed_is_tried_again(installs, project, scripts, monkeypatch):
    def fail(command, hint):
        raise SystemExit(hint)

    with monkeypatch.context() as patch:
        patch.setattr(scripts[0], "_run", fail)
        (project / ".venv").mkdir()
        with pytest.raises(SystemExit):
            scripts[0].prepare(root=project, environment=project / ".venv")
    assert len(installs()) == 1


@pytest.mark.parametrize("text", ["", "not json", "[]"])
def test_a_damaged_stamp_means_installing_again(text, installs, project):
    installs()
    (project / ".venv" / "conflictmap.json").write_text(text, encoding="utf-8")
    assert len(installs()) == 1


def test_line_ends_of_windows_change_nothing(scripts, project):
    setup, *_ = scripts
    (project / "pyproject.toml").write_bytes(b"a\nb\n")
    before = setup.fingerprint(project)
    (project / "pyproject.toml").write_bytes(b"a\r\nb\r\n")
    assert setup.fingerprint(project) == before


def test_all_steps_run_even_if_one_fails_and_the_end_tells_it(scripts, capsys):
    *_, test = scripts
    ran = []

    def step(name, *outcome):
        def run():
            ran.append(name)
            return test.Outcome(*outcome)

        return run

    status = test.run_steps(
        {
            "first": step("first", "FAILED"),
            "second": step("second", "ok", "12 passed in 3.00s", ("[2] a.py:1: real data absent",)),
            "third": step("third", "skipped", "no browser"),
        }
    )
    assert ran == ["first", "second", "third"]
    assert status == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "skipped in second: [2] a.py:1: real data absent"
    assert [line.split()[:2] for line in said[1:]] == [["first", "FAILED"], ["second", "ok"], ["third", "skipped"]]
    assert said[2].endswith("12 passed in 3.00s")


def test_steps_that_pass_or_are_skipped_are_no_failure(scripts):
    *_, test = scripts
    assert test.run_steps({"a": lambda: test.Outcome("ok"), "b": lambda: test.Outcome("skipped")}) == 0


def test_a_command_that_fails_or_passes_is_told_apart(scripts):
    *_, test = scripts
    assert test.run([sys.executable, "-c", "raise SystemExit(3)"]).state == "FAILED"
    assert test.run([sys.executable, "-c", ""]).state == "ok"


def test_the_closing_line_of_pytest_and_its_skips_are_repeated(scripts, tmp_path, capfd):
    *_, test = scripts
    (tmp_path / "test_it.py").write_text(
        "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('no such thing')\ndef test_c(): assert 0\n",
        encoding="utf-8",
    )
    outcome = test.pytest(
        Path(sys.executable), [str(tmp_path / "test_it.py"), "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    )
    assert outcome.state == "FAILED"
    assert outcome.remark.startswith("1 failed, 1 passed, 1 skipped in ")
    assert [line.rpartition(": ")[2] for line in outcome.skipped] == ["no such thing"]
    assert "1 failed, 1 passed" in capfd.readouterr().out, "shown as it runs, too"


@pytest.mark.parametrize(("in_ci", "state"), [("true", "FAILED"), ("", "skipped")])
def test_without_a_browser_ci_fails_and_a_desk_goes_on(in_ci, state, scripts, monkeypatch):
    *_, test = scripts
    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setattr(test, "_browser", lambda: None)
    monkeypatch.setattr(test.shutil, "which", lambda _name: None)
    outcome = test.find_browser()
    assert outcome.state == state
    assert outcome.skipped == ("no Chromium: the tests in a browser are skipped",)


@pytest.fixture
def gis(scripts, monkeypatch):
    """Looks for GIS software on a machine where installing helps; returns the outcome and what apt did."""
    *_, test = scripts

    def find(*, lacking, demanded, after=(), root=True):
        done = []
        monkeypatch.setattr(test, "_may_install", lambda: root)
        monkeypatch.setattr(test, "_lacking_gis", lambda: list(after if done else lacking))
        monkeypatch.setattr(test, "_apt", lambda *words: done.append(words))
        return test.find_gis(demanded=demanded), done

    return find


def test_gis_software_that_is_there_is_not_installed_again(gis):
    outcome, done = gis(lacking=[], demanded=True)
    assert (outcome.state, done) == ("ok", [])


def test_gis_software_is_installed_where_it_is_demanded(gis, scripts):
    outcome, done = gis(lacking=["QGIS", "PostGIS"], demanded=True)
    assert outcome.state == "ok"
    assert done == [("update",), ("install", "-y", "--no-install-recommends", *scripts[2].GIS_PACKAGES)]


@pytest.mark.parametrize(("demanded", "root", "state"), [(True, False, "FAILED"), (False, True, "skipped")])
def test_gis_software_that_is_lacking_fails_only_where_it_is_demanded(demanded, root, state, gis):
    outcome, done = gis(lacking=["QGIS"], demanded=demanded, root=root)
    assert done == []
    assert outcome.state == state
    assert outcome.skipped == ("no QGIS: the tests that need it are skipped",)


def test_an_installation_that_does_not_help_is_told(gis):
    outcome, done = gis(lacking=["QGIS", "GDAL"], demanded=True, after=["GDAL"])
    assert len(done) == 2
    assert outcome.state == "FAILED"
    assert outcome.remark.startswith("no GDAL:")


def test_a_machine_without_the_systems_python_lacks_gis_software(scripts, monkeypatch, tmp_path):
    *_, test = scripts
    monkeypatch.setattr(test, "SYSTEM_PYTHON", str(tmp_path / "none"))
    assert {"QGIS", "GDAL"} <= set(test._lacking_gis())
    monkeypatch.setattr(test, "SYSTEM_PYTHON", sys.executable)
    assert test._imports("json")
    assert not test._imports("no_such_module")


@pytest.mark.parametrize(("words", "in_ci"), [(["--gis", "-k", "x"], ""), (["-k", "x"], "true")])
def test_gis_is_demanded_by_its_option_and_in_ci_and_the_rest_goes_to_pytest(words, in_ci, scripts, monkeypatch):
    *_, test = scripts
    seen = {}
    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setattr(test, "prepare", lambda _extras: Path(sys.executable))
    monkeypatch.setattr(test, "find_gis", lambda *, demanded: seen.update(demanded=demanded))
    monkeypatch.setattr(
        test, "pytest", lambda _python, others, *, require_gis: seen.update(others=others, require=require_gis)
    )
    monkeypatch.setattr(test, "run_steps", lambda steps: [steps[name]() for name in ("gis", "pytest")] and 0)
    monkeypatch.setattr(test.sys.stdout, "reconfigure", lambda **_options: None, raising=False)
    assert test.main(words) == 0
    assert seen == {"demanded": True, "others": ["-k", "x"], "require": True}


@pytest.mark.parametrize("required", [True, False])
def test_the_tests_are_told_whether_gis_software_is_required(required, scripts, tmp_path, monkeypatch):
    *_, test = scripts
    monkeypatch.delenv("CONFLICTMAP_REQUIRE_GIS", raising=False)
    (tmp_path / "test_it.py").write_text(
        f"import os\ndef test_a(): assert (os.environ.get('CONFLICTMAP_REQUIRE_GIS') == '1') is {required}\n",
        encoding="utf-8",
    )
    arguments = [str(tmp_path / "test_it.py"), "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    assert test.pytest(Path(sys.executable), arguments, require_gis=required).state == "ok"


@pytest.fixture
def demo(scripts, monkeypatch, tmp_path):
    """Runs the demo into a folder of which the command leaves only what `make` writes; returns its status."""
    _, module, _ = scripts
    out = tmp_path / "out"
    out.mkdir()

    def run(make, status):
        def pretend(command, **_options):
            assert command[1:4] == ["-m", "maps", "run"]
            make(out)
            return subprocess.CompletedProcess(command, status)

        monkeypatch.setattr(module, "prepare", lambda: Path(sys.executable))
        monkeypatch.setattr(module.subprocess, "run", pretend)
        monkeypatch.setattr(sys, "argv", ["demo", "--out", str(out)])
        return module.main()

    return run


def finish(out):
    outputs = dict.fromkeys(("gis/a.gpkg", "gis/a_events.geojson", "gis/a_events.qml", "index.html"), "hash")
    (out / "manifest.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")


@pytest.mark.parametrize("status", [0, 1], ids=["all rows fine", "some rows with problems"])
def test_the_demo_tells_where_page_and_gis_files_are(status, demo, capsys):
    assert demo(finish, status) == 0
    said = capsys.readouterr().out
    assert "index.html" in said
    assert "a.gpkg" in said
    assert "a_events.geojson" in said
    assert ".qml" not in said


def test_the_demo_does_not_take_an_older_page_for_success(demo, capsys):
    assert demo(finish, 0) == 0
    assert demo(lambda _out: None, 1) == 1
    assert "No map was made" in capsys.readouterr().err


def test_the_demo_fails_where_nothing_was_made(demo):
    assert demo(lambda _out: None, 0) == 1
    assert demo(lambda _out: None, 2) == 2
