"""``conflictmap fetch``: from a fake server to a file that the other commands read."""

import hashlib
import json
import signal
import threading

import pytest
from fake_http import Answer
from fake_services import ENVIRON, SECRETS, Services, acled_row, acled_rows, ucdp_rows
from typer.testing import CliRunner

from geo.clients import SERVICES, WRITERS, read_record
from geo.inputs import find_inputs
from geo.sources import read_table
from geo.theatre import load_theatre
from maps import cli


@pytest.fixture
def services(fake, tmp_path, monkeypatch):
    """The five services, and a user with all credentials and empty folders."""
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return Services(fake)


def run(*words):
    """The command, without its handling of errors."""
    return CliRunner().invoke(cli.app, [str(w) for w in words])


def fetched(services, service_id, out, *more):
    days = ("--country", "SYR", "--from", "2019-12-01", "--to", "2020-03-06")
    return run("fetch", service_id, *days, "-o", out, "--url", services.server.url, *more)


TABLES = [
    ("acled", "events"), ("ucdp", "gedevents"), ("hapi", "conflict-events"), ("hapi", "idps"), ("hapi", "returnees"),
    ("hapi", "baseline-population"),
    ("dtm", "admin2"), ("idmc", "idus"), ("idmc", "gidd"),
]  # fmt: skip


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(("service_id", "table"), TABLES)
def test_the_file_is_read_with_all_its_rows(services, tmp_path, service_id, table, suffix):
    out = tmp_path / f"fetched{suffix}"
    assert fetched(services, service_id, out, "--table", table).exit_code == 0
    read = read_table(out, theatre=load_theatre("world"))
    assert (read.rows_read, read.rows_refused, read.rows_skipped) == (2 if table == "gidd" else 3, 0, 0)
    assert read.problems == ()
    assert read.credit.source.split(" ")[0] in SERVICES[service_id].terms.attribution


def test_fetch_prints_the_path_and_tells_whose_the_rows_are(services, tmp_path):
    out = tmp_path / "events.csv"
    done = fetched(services, "acled", out)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{out}\n"
    assert "ACLED: fetched: 3 rows received, 3 kept\n" in done.stderr
    assert "attribution is obligatory; the rows are for your own use and may not be republished" in done.stderr
    assert json.loads((tmp_path / "events.csv.source.json").read_text())["attribution"].startswith("ACLED")


def test_a_run_on_a_fetched_file_tells_in_its_manifest_what_was_asked_and_answered(services, tmp_path):
    out, result = tmp_path / "events.json", tmp_path / "out"
    fetched(services, "ucdp", out)
    done = run("run", out, "--theatre", "idlib", "-o", result)
    assert done.exit_code in {0, 1}, done.output
    (account,) = json.loads((result / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert (account["kind"], account["rows_read"], account["kept"]) == ("UCDP GED", 3, 3)
    told = account["fetched"]
    assert (told["country"], told["from"], told["to"], told["rows"]) == ("SYR", "2019-12-01", "2020-03-06", 3)
    assert "Country=652" in told["answers"][0]["asked"]
    assert len(told["answers"][0]["sha256"]) == 64
    assert not any(secret in (result / "manifest.json").read_text(encoding="utf-8") for secret in SECRETS)


def test_a_fetched_file_that_was_changed_is_no_longer_what_its_record_tells_of(services, tmp_path):
    out = tmp_path / "events.csv"
    fetched(services, "ucdp", out)
    assert read_record(out, hashlib.sha256(out.read_bytes()).hexdigest())[0]["publisher"] == "UCDP"
    told, warning = read_record(out, "0" * 64)
    assert told is None
    assert "was changed after it was fetched; fetch it again" in str(warning)
    out.with_name("events.csv.source.json").write_text('["not ours"]')
    assert read_record(out, "0" * 64) == (None, None)


def test_nothing_that_is_printed_or_recorded_holds_a_secret(services, tmp_path):
    for service_id in SERVICES:
        out = tmp_path / f"{service_id}.json"
        done = fetched(services, service_id, out)
        told = done.output + out.with_name(out.name + ".source.json").read_text() + out.read_text()
        assert [secret for secret in SECRETS if secret in told] == []


def test_no_option_takes_a_secret(services):
    shown = run("fetch", "--help").output
    assert not any(word in shown for word in ("--password", "--token", "--key", "--username", "--client-id"))


def test_of_a_folder_the_record_beside_a_file_and_what_is_hidden_are_no_input(services, tmp_path):
    fetched(services, "ucdp", tmp_path / "tables" / "events.csv")
    hidden = tmp_path / "tables" / ".cache" / "token.json"
    hidden.parent.mkdir()
    hidden.write_text("{}")
    assert find_inputs([tmp_path / "tables"]) == [tmp_path / "tables" / "events.csv"]


def test_no_rows_are_a_warning_with_the_question_and_leave_an_older_file(services, tmp_path):
    services.rows["ucdp"] = []
    out = tmp_path / "events.json"
    out.write_text("older")
    done = fetched(services, "ucdp", out)
    assert done.exit_code == 1
    assert "warning: UCDP has no rows in 'gedevents' for Syria, 2019-12-01 to 2020-03-06" in done.stderr
    assert "asked: api/gedevents/26.1?pagesize=1000&Country=652" in done.stderr
    assert "StartDate=2019-12-01&EndDate=2020-03-06" in done.stderr
    assert "later events are in candidate releases" in done.stderr
    assert out.read_text() == "older"


def test_a_replay_and_an_update_by_option(services, tmp_path):
    out = tmp_path / "events.json"
    fetched(services, "acled", out)
    first = out.read_bytes()
    asked = len(services.server.requests)
    assert "replayed: 3 rows" in fetched(services, "acled", out, "--replay").stderr
    assert (out.read_bytes(), len(services.server.requests)) == (first, asked)
    services.rows["acled"].append(acled_row(9, timestamp="1900000000"))
    assert "updated: " in fetched(services, "acled", out, "--update").stderr
    assert json.loads(out.read_text())["count"] == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("acled", "--country", "Syrai"), "no country 'Syrai', the nearest is 'Syria'; give its code"),
        (("acled", "--from", "01/12/2019"), "'01/12/2019' is not a day; wanted YYYY-MM-DD"),
        (("acled", "--credentials", "nowhere.toml"), "'nowhere.toml' does not exist"),
        (("nobody",), "no service 'nobody'; wanted one of: acled, ucdp, hapi, dtm, idmc"),
        (("acled", "--country", "Atlantis"), "no country 'Atlantis'"),
        (("acled", "--from", "2021-01-01"), "swap them"),
        (("acled", "-o", "events.xlsx"), "wants one of the suffixes .json, .csv, .parquet"),
        (("hapi", "--table", "weather"), "hapi has no 'weather'; it has: conflict-events"),
        (("acled", "--release", "26.1"), "wanted one of UCDP"),
        (("ucdp", "--release", "../x"), "wanted one of UCDP, as 26.1 or 26.0.9"),
        (("acled", "--replay", "--update"), "--replay asks nobody"),
    ],
)
def test_wrong_use_ends_with_status_2(services, tmp_path, words, told):
    usual = {"--country": "SYR", "--from": "2019-12-01", "--to": "2020-03-06", "-o": tmp_path / "x.json"}
    given = dict(zip(words[1::2], words[2::2], strict=False)) if "--replay" not in words else {}
    flags = words[1:] if "--replay" in words else ()
    options = [w for pair in {**usual, **given}.items() for w in pair]
    done = run("fetch", words[0], *options, *flags)
    assert done.exit_code == 2
    assert " ".join(told.split()) in " ".join(done.stderr.replace("│", " ").split())
    assert services.server.requests == []


@pytest.mark.parametrize("trouble", ["refused", "missing"])
def test_trouble_with_the_login_ends_in_words(services, tmp_path, monkeypatch, capsys, trouble):
    if trouble == "missing":
        monkeypatch.delenv("CONFLICTMAP_UCDP_TOKEN")
    services.instead[1] = Answer(401)
    words = ["fetch", "ucdp", "--country", "SYR", "--from", "2019-12-01", "--to", "2020-03-06"]
    words += ["-o", str(tmp_path / "x.json"), "--url", services.server.url]
    monkeypatch.setattr("sys.argv", ["conflictmap", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "error:" in told
    assert {"refused": "does not take the token", "missing": "set CONFLICTMAP_UCDP_TOKEN"}[trouble] in told


def test_of_a_table_that_is_not_complete_the_status_is_1(services, tmp_path):
    services.instead[1] = Answer(body={"TotalCount": 9, "NextPageUrl": "", "Result": ucdp_rows(3)})
    out = tmp_path / "events.json"
    done = fetched(services, "ucdp", out)
    assert done.exit_code == 1
    assert "error: UCDP: said 9 rows and gave 3, so that the table is not complete" in done.stderr
    assert len(json.loads(out.read_text())["Result"]) == 3


def test_where_the_file_cannot_be_written_what_came_is_kept(services, tmp_path):
    (tmp_path / "file").write_text("")
    done = fetched(services, "ucdp", tmp_path / "file" / "x.json")
    assert "a file stands where a folder is wanted" in str(done.exception)
    assert "the same command with --replay writes it elsewhere" in str(done.exception)
    assert fetched(services, "ucdp", tmp_path / "x.json", "--replay").exit_code == 0


def test_who_stops_a_run_is_told_how_to_go_on(services, tmp_path):
    def stop(_):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        return Answer(stall=True)

    services.rows["acled"] = acled_rows(5)
    services.most = 2
    services.instead[2] = stop
    out = tmp_path / "events.json"
    done = fetched(services, "acled", out)
    assert done.exit_code == 130
    assert "stopped; no file was written. The pages that came are kept" in done.stderr
    assert not out.exists()
    services.instead = {}
    assert fetched(services, "acled", out).exit_code == 0
    assert [r.query["page"][0] for r in services.asked] == ["1", "2", "2", "3"]


def test_the_name_of_a_service_may_be_in_capitals(services, tmp_path):
    assert fetched(services, "UCDP", tmp_path / "x.json").exit_code == 0


def test_many_pages_end_in_one_file(services, tmp_path):
    services.rows["acled"] = acled_rows(25)
    services.most = 10
    out = tmp_path / "events.json"
    assert fetched(services, "acled", out).exit_code == 0
    assert len(json.loads(out.read_text())["data"]) == 25
