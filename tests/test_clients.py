"""Fetching from the publishers' interfaces: logins, pages, faults of servers, what is kept; no secret is told."""

import json
import logging
import os
import re
import traceback
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fake_http import Answer, redirect
from fake_services import (
    CLIENT_ID,
    ENVIRON,
    IDENTIFIER,
    PASSWORD,
    SECRETS,
    UCDP_TOKEN,
    Services,
    acled_row,
    acled_rows,
    hapi_rows,
    idmc_rows,
    packed,
    ucdp_rows,
)
from hypothesis import given
from hypothesis import strategies as st

from geo.clients import SERVICES, WRITERS, Answers, Question, Setting, fetch, find_country, replay, write_fetched
from geo.clients import acled as acled_module
from geo.clients.answers import Kept, Step
from geo.clients.joining import join
from geo.clients.login import Secrets
from geo.clients.service import Request
from geo.errors import ConflictMapError, CredentialError, ExportError, InputError, ServiceError
from geo.web import Patience, Web

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
FIRST, LAST = date(2019, 12, 1), date(2020, 3, 6)


@dataclass
class Times:
    """What a clock shows, and the pauses that were made."""

    now: datetime = NOW
    pauses: list = field(default_factory=list)


def opened(times, patience):
    web = Web(
        user_agent="conflictmap/test",
        clock=lambda: times.now,
        sleep=times.pauses.append,
        patience=patience,
    )
    web.times = times
    return web


@pytest.fixture(scope="module")
def web():
    """One for all tests, for it takes a tenth of a second to open."""
    with opened(Times(), Patience(attempts=3, first_pause=1, longest_pause=30, timeout=5)) as web:
        yield web


class Bench:
    """One user's machine: its folders, its clock, and the five services on the fake server."""

    def __init__(self, server, folder, web):
        self.services = Services(server)
        self.folder, self.web = folder, web
        self.now = web.times.now = NOW
        self.pauses = web.times.pauses
        self.pauses.clear()
        self.environ = dict(ENVIRON)
        self.tokens = folder / "cache" / "token.json"
        self.credentials = folder / "credentials.toml"
        self.url = server.url

    def question(self, service_id, **changes):
        service = SERVICES[service_id]
        table = next(iter(service.tables))
        return replace(Question(find_country("SYR"), FIRST, LAST, table, service.release), **changes)

    def answers(self, service_id, question):
        return Answers(self.folder / "answers" / service_id / question.slug)

    def fetch(self, service_id, *, update=False, anew=False, on_page=None, patience=None, **changes):
        question = self.question(service_id, **changes)
        setting = Setting(self.environ, self.credentials, self.tokens, tuple(SERVICES.values()), self.url)
        self.web.times.now = self.now
        with nullcontext(self.web) if patience is None else opened(self.web.times, patience) as web:
            return fetch(
                SERVICES[service_id], question, self.answers(service_id, question), web, setting,
                clock=lambda: self.now, update=update, anew=anew, on_page=on_page,
            )  # fmt: skip

    def replay(self, service_id):
        question = self.question(service_id)
        return replay(SERVICES[service_id], question, self.answers(service_id, question))

    def pages_asked(self):
        return [r.query["page"][0] for r in self.services.asked]


@pytest.fixture
def bench(fake, tmp_path, web):
    return Bench(fake, tmp_path, web)


def ids(fetched, key="event_id_cnty"):
    return [row[key] for row in fetched.joined.rows]


def notes(fetched):
    return " | ".join(problem.message for problem in fetched.joined.problems)


# --- each service ---


@pytest.mark.parametrize("service_id", SERVICES)
def test_all_rows_come_in_the_publishers_own_columns(bench, service_id):
    fetched = bench.fetch(service_id)
    assert fetched.joined.rows == bench.services.rows[service_id]
    assert (fetched.news, fetched.joined.problems) == ("fetched", ())


@pytest.mark.parametrize(
    ("service_id", "items"),
    [
        ("acled", {"iso": "760", "event_date": "2019-12-01|2020-03-06", "event_date_where": "BETWEEN"}),
        ("ucdp", {"Country": "652", "StartDate": "2019-12-01", "EndDate": "2020-03-06"}),
        ("hapi", {"location_code": "SYR", "start_date": "2019-12-01", "end_date": "2020-03-06"}),
        ("dtm", {"Admin0Pcode": "SYR", "FromReportingDate": "2019-12-01", "ToReportingDate": "2020-03-06"}),
        ("idmc", {"client_id": CLIENT_ID}),
    ],
)
def test_the_country_is_named_as_each_service_wants_it(bench, service_id, items):
    bench.fetch(service_id)
    asked = bench.services.asked[0]
    assert {name: asked.query[name][0] for name in items} == items


@pytest.mark.parametrize(
    ("service_id", "table"), [("hapi", "conflict-events"), ("hapi", "idps"), ("dtm", "admin1"), ("idmc", "gidd")]
)
def test_a_service_has_several_tables(bench, service_id, table):
    assert bench.fetch(service_id, table=table).joined.rows
    assert table in bench.services.asked[0].path


def test_every_state_of_today_has_its_number_at_ucdp():
    known = {"SYR": "652", "UKR": "369", "SDN": "625", "YEM": "678", "MMR": "775", "COD": "490", "VNM": "816"}
    assert {code: find_country(code).gleditsch_ward[0] for code in known} == known


def test_a_territory_without_a_number_is_told_before_anybody_is_asked(bench):
    with pytest.raises(InputError, match="has no Gleditsch-Ward number: UCDP counts by states"):
        bench.fetch("ucdp", country=find_country("Western Sahara"))
    assert bench.services.server.requests == []


@pytest.mark.parametrize("identifier", ["analyst@example.org", "analyst:analyst@example.org"])
def test_hapi_gets_its_identifier_made_from_an_address(bench, identifier):
    bench.environ["CONFLICTMAP_HAPI_APP_IDENTIFIER"] = identifier
    bench.services.instead[1] = Answer(body={"data": []})
    bench.fetch("hapi")
    sent = bench.services.asked[0].headers["X-HDX-HAPI-APP-IDENTIFIER"]
    assert sent == (IDENTIFIER if ":" in identifier else "Y29uZmxpY3RtYXA6YW5hbHlzdEBleGFtcGxlLm9yZw==")


# --- tokens ---


def test_a_token_is_got_once_and_kept_for_its_owner_alone(bench):
    bench.fetch("acled")
    bench.now += timedelta(hours=20)
    bench.fetch("acled")
    assert bench.services.logins == ["password"]
    assert bench.services.asked[0].headers["Authorization"] == "Bearer access-1"
    assert bench.tokens.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in bench.tokens.read_text()


def test_a_token_that_has_run_out_is_renewed_without_the_password(bench):
    bench.fetch("acled")
    bench.now += timedelta(hours=24)
    bench.fetch("acled")
    assert bench.services.logins == ["password", "refresh_token"]


def test_when_it_can_no_longer_be_renewed_the_password_is_sent_again(bench):
    bench.fetch("acled")
    bench.services.refreshes.clear()
    bench.now += timedelta(days=15)
    bench.fetch("acled")
    assert bench.services.logins == ["password", "refresh_token", "password"]


def test_a_token_that_is_withdrawn_between_two_pages_is_renewed_and_reading_goes_on(bench):
    bench.services.rows["acled"] = acled_rows(5)
    bench.services.most = 2
    bench.services.instead[2] = Answer(401, body={"message": "expired"})
    assert len(bench.fetch("acled").joined.rows) == 5
    assert bench.services.logins == ["password", "refresh_token"]
    assert bench.pages_asked() == ["1", "2", "2", "3"]


def test_a_login_that_does_not_help_is_not_tried_without_end(bench):
    bench.services.instead = dict.fromkeys(range(1, 9), Answer(401, body={"message": "no"}))
    with pytest.raises(
        CredentialError, match=r"ACLED: does not take the login, though it was renewed.*export the rows"
    ):
        bench.fetch("acled")
    assert len(bench.services.asked) == 2


def test_a_wrong_password_is_told_with_what_to_try(bench):
    bench.environ["CONFLICTMAP_ACLED_PASSWORD"] = "wrong"
    with pytest.raises(CredentialError, match=r"does not know this e-mail address with this password; try both at"):
        bench.fetch("acled")
    assert bench.services.asked == []


def test_a_login_that_is_right_but_may_not_read_is_not_called_wrong(bench):
    refused = Answer(403, body={"message": f"Your consent is required, {PASSWORD}"})
    bench.services.server.script("/oauth/token", refused, method="POST")
    with pytest.raises(CredentialError, match=r"ACLED: wants you to accept its terms first.*export the rows") as raised:
        bench.fetch("acled")
    assert PASSWORD not in str(raised.value)


def test_a_token_that_cannot_be_kept_is_used_all_the_same(bench):
    bench.tokens.parent.write_text("a file where the folder should be")
    assert len(bench.fetch("acled").joined.rows) == 3


def test_the_token_of_another_account_is_not_used(bench):
    bench.fetch("acled")
    bench.environ["CONFLICTMAP_ACLED_USERNAME"] = "somebody.else@example.org"
    with pytest.raises(CredentialError):
        bench.fetch("acled")
    assert bench.services.logins == ["password", "password"]


@pytest.mark.parametrize(
    "spoilt",
    [{"until": "2026-11-24"}, {"until": "soon"}, {"access": "two\nlines"}, {"access": ""}, {"owner": 1}, None],
    ids=str,
)
def test_a_spoilt_token_file_is_written_anew(bench, spoilt):
    bench.fetch("acled")
    kept = json.loads(bench.tokens.read_text())
    bench.tokens.write_text(json.dumps({**kept, **spoilt}) if spoilt else "{")
    assert len(bench.fetch("acled").joined.rows) == 3
    assert bench.services.logins == ["password", "password"]


def test_a_token_that_others_could_read_is_not_used(bench):
    bench.fetch("acled")
    bench.tokens.chmod(0o644)
    bench.fetch("acled")
    assert bench.services.logins == ["password", "password"]
    assert bench.tokens.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("given", [{}, {"access_token": 7}, {"access_token": "two\nlines"}, ["a"]], ids=str)
def test_a_login_without_a_token_is_told(bench, given):
    bench.services.server.script("/oauth/token", Answer(body=given), method="POST")
    with pytest.raises(ServiceError, match="answered without a token"):
        bench.fetch("acled")


# --- refusals, with the way out ---


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Your consent is required", "wants you to accept its terms first"),
        ("Required fields are missing in your profile", "wants your profile to be complete"),
        ("Access denied", "this account has no right to use the API"),
        ("Outside of the date recency of your tier", "gives this account no events of these days"),
    ],
)
def test_each_refusal_of_acled_is_told_in_plain_words(bench, said, told):
    bench.services.instead[1] = Answer(403, body={"message": said})
    with pytest.raises(CredentialError) as raised:
        bench.fetch("acled")
    assert told in str(raised.value)
    assert f"(403; it says: '{said}')" in str(raised.value)
    assert "export the rows as CSV from ACLED's website (Data Export Tool)" in str(raised.value)
    assert "'conflictmap run'" in str(raised.value)


@pytest.mark.parametrize(
    ("service_id", "variable", "told"),
    [
        ("ucdp", "CONFLICTMAP_UCDP_TOKEN", r"UCDP: does not take the token.*API token required.*download GED as CSV"),
        ("hapi", "CONFLICTMAP_HAPI_APP_IDENTIFIER", r"does not take the app identifier; give an e-mail address"),
        ("dtm", "CONFLICTMAP_DTM_KEY", r"does not take the subscription key.*invalid subscription key"),
        ("idmc", "CONFLICTMAP_IDMC_CLIENT_ID", r"does not know the client id.*Client is not registered"),
    ],
)
def test_a_wrong_key_is_told_with_the_way_out(bench, service_id, variable, told):
    bench.environ[variable] = "wrong-key"
    with pytest.raises(CredentialError, match=told):
        bench.fetch(service_id)


@pytest.mark.parametrize(
    ("service_id", "told"), [("dtm", "refuses this machine or network"), ("acled", "no right to use the API")]
)
def test_a_wall_before_the_server_is_told_without_its_page_and_not_explained_by_its_words(bench, service_id, told):
    wall = Answer(403, body="<html><h1>Gateway</h1><a>Terms</a> quota exceeded", kind="text/html")
    bench.services.instead[1] = wall
    with pytest.raises(CredentialError, match=told) as raised:
        bench.fetch(service_id)
    assert "Gateway" not in str(raised.value)


def test_a_release_that_is_not_there_is_told(bench):
    with pytest.raises(ServiceError, match=r"has no such release; --release takes a yearly one"):
        bench.fetch("ucdp", release="7.1")


def test_a_refusal_nobody_foresaw_is_shown_as_it_is_but_cannot_steer_the_terminal(bench):
    bench.services.instead[1] = Answer(404, body="gone\x1b[2J away " + "x" * 900)
    with pytest.raises(ServiceError, match=r"ACLED refuses the question \(404\); it says: 'gone�\[2J away x+…'"):
        bench.fetch("acled")


def test_an_account_that_may_not_see_the_last_year_is_warned_and_the_answer_is_not_called_empty_of_events(bench):
    bench.services.rows["acled"] = []
    limit = {"date_recency": {"quantity": 12, "unit": "Months", "date": "2019-11-23"}}
    bench.services.restrictions = limit
    fetched = bench.fetch("acled")
    assert fetched.joined.rows == []
    assert "gives this account no events after 2019-11-23 (12 months back)" in notes(fetched)
    assert "does not mean that nothing happened" in notes(fetched)


def test_dtm_that_finds_nothing_says_so_and_is_no_failure(bench):
    bench.services.rows["dtm"] = []
    fetched = bench.fetch("dtm")
    assert fetched.joined.rows == []
    assert "No Data found" in notes(fetched)


@pytest.mark.parametrize(
    ("service_id", "body"),
    [
        ("dtm", {"isSuccess": False, "errorMessages": ["Operation is not valid"]}),
        ("acled", {"success": False, "messages": ["Operation is not valid"]}),
    ],
)
def test_a_failure_with_status_200_is_a_failure(bench, service_id, body):
    bench.services.instead[1] = Answer(body=body)
    with pytest.raises(ServiceError, match="Operation is not valid"):
        bench.fetch(service_id)


# --- busy and broken servers ---


def test_a_busy_server_is_waited_for_as_long_as_it_asks(bench):
    bench.services.instead = {1: Answer(429, headers={"Retry-After": "7"}), 2: Answer(503), 3: Answer(500)}
    patience = Patience(attempts=5, first_pause=1, longest_pause=30, timeout=5)
    assert len(bench.fetch("acled", patience=patience).joined.rows) == 3
    assert bench.pauses == [7, 2, 4]


def test_ucdp_that_says_400_when_asked_too_often_is_waited_for(bench):
    bench.services.instead[1] = Answer(400)
    assert len(bench.fetch("ucdp").joined.rows) == 3
    assert bench.pauses == [1]


def test_a_busy_token_server_is_waited_for(bench):
    once = iter([Answer(503)])
    token = bench.services._token
    bench.services.server.script("/oauth/token", lambda r: next(once, None) or token(r), method="POST")
    assert len(bench.fetch("acled").joined.rows) == 3
    assert bench.pauses == [1]


def test_a_server_that_stays_broken_is_told_with_what_to_do(bench):
    bench.services.instead = dict.fromkeys(range(1, 9), Answer(500))
    with pytest.raises(ServiceError, match=r"^UCDP: .* gave up after 3 attempts; try again later; without the API"):
        bench.fetch("ucdp")


def test_why_there_is_a_pause_is_told(bench):
    told = []
    web = Web(user_agent="t", clock=lambda: NOW, sleep=bench.pauses.append, on_pause=told.append)
    fake = bench.services.server
    fake.script("/x", Answer(503, headers={"Retry-After": "7"}), Answer(body=[]))
    with web:
        assert web.json(f"{fake.url}/x") == []
    assert told == [f"{fake.url}/x: is busy (503 Service Unavailable); asking again in 7 s"]


def test_a_silent_server_is_not_waited_for_without_end(bench):
    bench.services.instead = {1: Answer(stall=True), 2: Answer(body=b"{" * 9, cut=3, stall=True)}
    with pytest.raises(ServiceError, match="gave up after 2 attempts"):
        bench.fetch("ucdp", patience=Patience(attempts=2, timeout=0.1))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(body="<!doctype html><p>Log in", kind="text/html"), "ACLED: answered with a web page in place of JSON"),
        (Answer(body="\ufeffid,date\n1,2020", kind="text/csv"), "something that is no JSON"),
        (Answer(body=b""), "something that is no JSON; it is empty"),
        (Answer(body="Service moved\x1b[2J"), "something that is no JSON; it begins 'Service moved�[2J'"),
        (Answer(body={"rows": []}), "answered in another form than is known: no list of rows under 'data', only rows"),
        (Answer(body={"data": [1, 2]}), "no list of rows under 'data'"),
        (Answer(body=[]), "no list of rows under 'data'"),
    ],
)
def test_an_answer_that_is_none_is_told_and_not_kept(bench, answer, told):
    bench.services.instead[1] = answer
    with pytest.raises(ServiceError, match=re.escape(told)):
        bench.fetch("acled")
    assert len(bench.fetch("acled").joined.rows) == 3


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream"])
def test_json_under_a_wrong_name_and_with_a_byte_order_mark_is_taken_all_the_same(bench, kind):
    body = b"\xef\xbb\xbf" + json.dumps(idmc_rows(2), ensure_ascii=False).encode()
    bench.services.instead[1] = Answer(body=body, kind=kind)
    assert bench.fetch("idmc").joined.rows == idmc_rows(2)


def test_what_comes_packed_is_unpacked(bench):
    bench.services.instead[1] = packed(idmc_rows(2))
    assert bench.fetch("idmc").joined.rows == idmc_rows(2)


# --- pages ---


@pytest.mark.parametrize(("tells_total", "pages"), [(True, ["1", "2", "3"]), (False, ["1", "2", "3", "4"])])
def test_pages_are_asked_for_until_the_total_is_there_or_one_is_empty(bench, monkeypatch, tells_total, pages):
    monkeypatch.setattr(acled_module, "ROWS", 2)
    bench.services.rows["acled"] = acled_rows(5)
    bench.services.tells_total = tells_total
    assert len(bench.fetch("acled").joined.rows) == 5
    assert bench.pages_asked() == pages


def test_a_server_that_gives_less_than_asked_for_is_asked_until_its_total_is_there(bench):
    bench.services.rows["acled"] = acled_rows(5)
    bench.services.most = 2
    seen = []
    fetched = bench.fetch("acled", on_page=lambda pages, rows, total: seen.append((pages, rows, total)))
    assert (len(fetched.joined.rows), notes(fetched)) == (5, "")
    assert seen == [(1, 2, 5), (2, 4, 5), (3, 5, 5)]


def test_a_server_that_gives_less_than_asked_for_and_tells_no_total_is_asked_until_nothing_comes(bench):
    bench.services.most = 2
    assert len(bench.fetch("hapi").joined.rows) == 3
    assert [r.query["offset"][0] for r in bench.services.asked] == ["0", "2", "3"]


def test_the_next_page_of_ucdp_is_asked_of_ucdp_whatever_host_it_names(bench):
    bench.services.rows["ucdp"] = ucdp_rows(5)
    bench.services.most = 2
    assert ids(bench.fetch("ucdp"), "id") == [1, 2, 3, 4, 5]
    assert [r.query.get("page") for r in bench.services.asked] == [None, ["1"], ["2"]]
    assert {r.query["Country"][0] for r in bench.services.asked} == {"652"}


def test_hapi_is_read_by_offset_and_gidd_until_there_is_no_next(bench):
    bench.services.most = 2
    fetched = bench.fetch("idmc", table="gidd")
    assert [row["year"] for row in fetched.joined.rows] == [2019, 2020]  # 2021 is of other days
    assert [r.query["offset"] for r in bench.services.asked] == [["0"], ["2"]]


def test_a_row_that_slips_from_one_page_to_the_next_counts_once(bench):
    rows = acled_rows(4)
    bench.services.instead = {
        1: Answer(body={"success": True, "total_count": 4, "count": 2, "data": rows[:2]}),
        2: Answer(body={"success": True, "total_count": 4, "count": 2, "data": rows[1:3]}),
    }
    fetched = bench.fetch("acled")
    assert ids(fetched) == ["ZZZ1", "ZZZ2", "ZZZ3"]
    assert "gave rows that came twice, as pages shifted while they were read, and count once: 1" in notes(fetched)
    assert "said 4 rows and gave 3" in notes(fetched)


def test_of_two_rows_that_differ_the_newer_is_kept(bench):
    old, new = acled_row(1, fatalities="2"), acled_row(1, fatalities="5", timestamp="1800000000")
    bench.services.instead[1] = Answer(body={"success": True, "data": [new, old]})
    fetched = bench.fetch("acled")
    assert [row["fatalities"] for row in fetched.joined.rows] == ["5"]
    assert "came twice and differ, of which the newer is kept: 1" in notes(fetched)


def test_a_total_that_changes_while_it_is_read_is_told(bench):
    rows = acled_rows(4)
    bench.services.instead = {
        1: Answer(body={"success": True, "total_count": 3, "data": rows[:2]}),
        2: Answer(body={"success": True, "total_count": 4, "data": rows[2:]}),
    }
    assert "said 3 rows at first and 4 at the end: it changed while it was read" in notes(bench.fetch("acled"))


def test_rows_that_are_fewer_than_was_said_are_told(bench):
    bench.services.instead[1] = Answer(body={"TotalCount": 9, "NextPageUrl": "", "Result": ucdp_rows(3)})
    (problem,) = bench.fetch("ucdp").joined.problems
    assert problem.severity == "error"
    assert problem.message == "said 9 rows and gave 3, so that the table is not complete; fetch them with --anew"


def test_a_page_that_says_another_count_than_it_has_is_told(bench):
    bench.services.instead[1] = Answer(body={"success": True, "count": 7, "data": acled_rows(3)})
    assert "said 7 rows on a page and gave 3" in notes(bench.fetch("acled"))


def test_a_server_that_gives_the_same_page_for_ever_is_left(bench):
    bench.services.rows["ucdp"] = ucdp_rows(2)
    same = {"TotalCount": 4, "NextPageUrl": f"{bench.url}/api/gedevents/26.1?page=1", "Result": ucdp_rows(2)}
    bench.services.instead = dict.fromkeys(range(1, 9), Answer(body=same))
    with pytest.raises(ServiceError, match="gave the same page again"):
        bench.fetch("ucdp")
    assert len(bench.services.asked) == 2


def test_rows_without_an_id_that_are_alike_on_one_page_stay_two(bench):
    twice = [*hapi_rows(1), *hapi_rows(1)]
    bench.services.rows["hapi"] = twice
    assert bench.fetch("hapi").joined.rows == twice


def test_rows_of_another_country_or_time_are_left_out_and_counted(bench):
    strangers = [
        *ucdp_rows(1, id=8, country_id=645),
        *ucdp_rows(1, id=9, date_start="2021-01-01", date_end="2021-01-02"),
    ]
    bench.services.rows["ucdp"] += strangers
    fetched = bench.fetch("ucdp")
    assert ids(fetched, "id") == [1, 2, 3]
    assert "gave rows of other countries or days than asked for, left out: 2" in notes(fetched)


def test_idmc_gives_the_whole_world_which_is_no_surprise(bench):
    bench.services.rows["idmc"] += idmc_rows(1, id=9, iso3="TCD")
    fetched = bench.fetch("idmc")
    assert ids(fetched, "id") == [1, 2, 3]
    assert (fetched.joined.elsewhere, notes(fetched)) == (1, "")


def test_a_row_that_does_not_say_when_or_where_is_kept(bench):
    bench.services.rows["ucdp"] = ucdp_rows(1, country_id=None, date_start=None, date_end="")
    assert len(bench.fetch("ucdp").joined.rows) == 1


class Pages:
    """Kept answers that need no disk."""

    def __init__(self, pages):
        self.bodies = {str(n): json.dumps({"Result": rows}).encode() for n, rows in enumerate(pages)}
        request = Request("api/gedevents/26.1", {"Country": "652"})
        self.step = Step("read", NOW.isoformat(), 0, tuple(Kept(n, request, "", "", "", 0) for n in self.bodies))

    def body(self, kept):
        return self.bodies[kept.file]


@given(st.lists(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 2), st.booleans()), max_size=8), max_size=5))
def test_whatever_comes_every_row_is_accounted_for_and_every_id_once(pages):
    numbered = [
        [
            {"id": i, "best": best, "country_id": 652 if here else 645, "date_start": "2020-01-05"}
            for i, best, here in page
        ]
        for page in pages
    ]
    kept = Pages(numbered)
    question = Question(find_country("SYR"), FIRST, LAST, "gedevents", "26.1")
    joined = join(SERVICES["ucdp"], question, kept, [kept.step])
    here = {row["id"] for page in numbered for row in page if row["country_id"] == 652}
    assert {row["id"] for row in joined.rows} == here
    assert len(joined.rows) == len(here)
    told = len(joined.rows) + joined.doubles + joined.elsewhere + joined.replaced + joined.deleted
    assert joined.received == told == sum(map(len, numbered))


# --- redirects ---


def test_the_key_goes_to_no_other_host(bench, other_host):
    bench.services.instead[1] = redirect(f"{other_host.url}/elsewhere")
    other_host.script("/elsewhere", Answer(body={"Result": ucdp_rows(1), "NextPageUrl": "", "TotalCount": 1}))
    assert len(bench.fetch("ucdp").joined.rows) == 1
    assert other_host.requests[0].headers["x-ucdp-access-token"] is None


def test_the_client_id_goes_to_no_other_host_even_if_the_redirect_repeats_it(bench, other_host):
    bench.services.instead[1] = redirect(f"{other_host.url}/dump?client_id={CLIENT_ID}&signature=1")
    other_host.script("/dump", Answer(body=idmc_rows(2)))
    assert len(bench.fetch("idmc").joined.rows) == 2
    assert other_host.requests[0].query == {"signature": ["1"]}


@pytest.mark.parametrize("service_id", SERVICES)
def test_another_host_that_wants_a_login_is_not_taken_for_the_service_that_refuses_it(bench, other_host, service_id):
    bench.services.instead = dict.fromkeys((1, 2), redirect(f"{other_host.url}/elsewhere"))
    other_host.script("/elsewhere", Answer(401, body={"message": "who are you"}))
    with pytest.raises(ServiceError, match=r"sends on to localhost, which gives nothing \(401\).*with --url") as raised:
        bench.fetch(service_id)
    assert not isinstance(raised.value, CredentialError)
    assert bench.services.logins in ([], ["password"])


def test_a_password_follows_no_redirect(bench, other_host):
    bench.services.server.script("/oauth/token", redirect(f"{other_host.url}/oauth/token", 307), method="POST")
    with pytest.raises(ServiceError, match="which was not to be asked"):
        bench.fetch("acled")
    assert other_host.requests == []


def test_nobody_is_asked_in_the_clear(bench):
    bench.url = "http://data.example.org"
    with pytest.raises(ServiceError, match="wanted an address that begins with https://"):
        bench.fetch("acled")


# --- broken off, and gone on with ---


@pytest.fixture
def broken(bench):
    """Five rows on three pages; the third page failed."""
    bench.services.rows["acled"] = acled_rows(5)
    bench.services.most = 2
    bench.services.instead = dict.fromkeys((3, 4, 5), Answer(503))
    with pytest.raises(ServiceError, match=r"2 pages are kept, so that another run within a day goes on from there"):
        bench.fetch("acled")
    bench.services.instead = {}
    bench.services.asked.clear()
    return bench


def test_a_run_that_broke_off_is_gone_on_with_from_the_page_where_it_was(broken):
    broken.now += timedelta(hours=3)
    assert len(broken.fetch("acled").joined.rows) == 5
    assert broken.pages_asked() == ["3"]


def test_after_a_day_its_pages_are_no_longer_of_the_same_list(broken):
    broken.now += timedelta(hours=25)
    assert len(broken.fetch("acled").joined.rows) == 5
    assert broken.pages_asked() == ["1", "2", "3"]


def test_a_user_may_want_all_of_it_anew(broken):
    assert len(broken.fetch("acled", anew=True).joined.rows) == 5
    assert broken.pages_asked() == ["1", "2", "3"]


def test_a_kept_page_that_was_changed_is_not_gone_on_with(broken):
    page = next(broken.folder.rglob("1-00001.json"))
    page.write_bytes(page.read_bytes() + b" ")
    with pytest.raises(InputError, match=r"is not as it came \(SHA-256 differs\); fetch it with --anew"):
        broken.fetch("acled")


def test_a_fetch_that_fails_leaves_what_an_earlier_one_kept(bench):
    before = bench.fetch("acled").joined.rows
    bench.services.instead[2] = Answer(404)
    with pytest.raises(ServiceError):
        bench.fetch("acled")
    assert bench.replay("acled").joined.rows == before


def test_two_runs_do_not_ask_the_same_at_once(bench):
    with (
        bench.answers("acled", bench.question("acled")).alone(),
        pytest.raises(ServiceError, match=r"another run is asking the same; wait until it is done.*--replay"),
    ):
        bench.fetch("acled")
    assert len(bench.fetch("acled").joined.rows) == 3


def test_a_folder_that_cannot_be_written_is_told(bench):
    (bench.folder / "answers").write_text("a file")
    with pytest.raises(ExportError, match="cannot be written"):
        bench.fetch("acled")


# --- replayed, without a network ---


@pytest.mark.parametrize("service_id", SERVICES)
@pytest.mark.parametrize("suffix", [".json", ".csv", ".parquet"])
def test_a_replay_asks_nobody_and_gives_the_same_bytes(bench, service_id, suffix):
    one, other = bench.folder / f"one{suffix}", bench.folder / f"other{suffix}"
    write_fetched(bench.fetch(service_id), one)
    asked = len(bench.services.server.requests)
    again = bench.replay(service_id)
    write_fetched(again, other)
    assert again.news == "replayed"
    assert one.read_bytes() == other.read_bytes()
    assert len(bench.services.server.requests) == asked


def test_there_is_nothing_to_replay_before_anything_was_fetched(bench):
    with pytest.raises(InputError, match="no answers of UCDP to this question are kept; fetch them first"):
        bench.replay("ucdp")


@pytest.mark.parametrize("name", ["1-00001.json", "answers.json"])
def test_answers_that_were_tampered_with_are_not_replayed(bench, name):
    bench.fetch("acled")
    kept = next(bench.folder.rglob(name))
    kept.write_bytes(kept.read_bytes()[:-10])
    with pytest.raises(InputError, match="fetch it with --anew"):
        bench.replay("acled")


def test_answers_can_be_read_by_their_owner_alone(bench):
    bench.fetch("acled")
    found = list((bench.folder / "answers").rglob("*"))
    assert {p.stat().st_mode & 0o777 for p in found if p.is_file()} == {0o600}
    assert {p.stat().st_mode & 0o777 for p in found if p.is_dir()} == {0o700}


# --- updates ---


def test_an_update_asks_for_changes_and_deletions_and_applies_both(bench):
    bench.services.rows["acled"] = acled_rows(5)
    bench.fetch("acled")
    day_later = int(NOW.timestamp()) + 80_000
    bench.services.rows["acled"] = [
        acled_row(1),
        acled_row(2, fatalities="9", timestamp=str(day_later)),  # corrected
        acled_row(3, event_date="2018-06-01", timestamp=str(day_later)),  # moved to another day
        acled_row(5),
        acled_row(6, timestamp=str(day_later)),  # new
    ]
    bench.services.rows["deleted"] = [{"event_id_cnty": "ZZZ4", "deleted_timestamp": str(day_later)}]
    bench.services.asked.clear()
    bench.now += timedelta(days=1)
    fetched = bench.fetch("acled", update=True)
    assert {row["event_id_cnty"]: row["fatalities"] for row in fetched.joined.rows} == {
        "ZZZ1": "2",
        "ZZZ2": "9",
        "ZZZ5": "2",
        "ZZZ6": "2",
    }
    assert (fetched.news, fetched.joined.deleted, notes(fetched)) == ("updated", 1, "")
    changed, deleted = bench.services.asked
    assert changed.query["timestamp"] == ["1700000005"]
    assert "event_date" not in changed.query
    assert deleted.query["deleted_timestamp_where"] == [">="]
    assert bench.replay("acled").joined == fetched.joined


def test_a_row_that_came_back_after_it_was_deleted_stays(bench):
    bench.fetch("acled")
    gone, back = int(NOW.timestamp()) + 10, int(NOW.timestamp()) + 20
    bench.services.rows["deleted"] = [{"event_id_cnty": "ZZZ1", "deleted_timestamp": gone}]
    bench.services.rows["acled"][0] = acled_row(1, timestamp=str(back))
    assert "ZZZ1" in ids(bench.fetch("acled", update=True))


def test_updates_build_on_one_another(bench):
    bench.fetch("acled")
    for number in (7, 8):
        bench.now += timedelta(days=1)
        bench.services.rows["acled"].append(acled_row(number, timestamp=str(1_700_000_000 + number)))
        fetched = bench.fetch("acled", update=True)
    assert ids(fetched) == ["ZZZ1", "ZZZ2", "ZZZ3", "ZZZ7", "ZZZ8"]
    assert [step.kind for step in fetched.steps] == ["read", "changed", "deleted", "changed", "deleted"]


def test_an_update_that_broke_off_is_gone_on_with(bench):
    bench.fetch("acled")
    bench.services.rows["acled"].append(acled_row(7, timestamp="1800000000"))
    bench.services.instead[3] = Answer(404)
    with pytest.raises(ServiceError):
        bench.fetch("acled", update=True)
    assert ids(bench.replay("acled")) == ["ZZZ1", "ZZZ2", "ZZZ3"]
    bench.services.instead = {}
    assert ids(bench.fetch("acled", update=True)) == ["ZZZ1", "ZZZ2", "ZZZ3", "ZZZ7"]
    assert [r.path.split("/")[2] for r in bench.services.asked] == ["acled", "acled", "deleted", "deleted"]


def test_after_an_update_that_broke_off_a_plain_fetch_reads_all_rows_again(bench):
    bench.fetch("acled")
    bench.services.instead[3] = Answer(404)
    with pytest.raises(ServiceError):
        bench.fetch("acled", update=True)
    bench.services.rows["acled"] = acled_rows(7)
    assert len(bench.fetch("acled").joined.rows) == 7
    assert [step.kind for step in bench.fetch("acled").steps] == ["read"]


def test_an_update_of_what_is_not_here_fetches_it(bench):
    assert bench.fetch("acled", update=True).news == "fetched"


def test_a_service_that_does_not_tell_what_changed_cannot_update(bench):
    with pytest.raises(InputError, match="UCDP does not tell what changed; fetch the rows again without --update"):
        bench.fetch("ucdp", update=True)


# --- credentials ---


def test_the_file_gives_what_the_environment_lacks(bench):
    bench.environ = {}
    bench.credentials.write_text(f'[ucdp]\ntoken = "{UCDP_TOKEN}"\n[dtm]\nkey = "x"\n')
    bench.credentials.chmod(0o600)
    assert len(bench.fetch("ucdp").joined.rows) == 3


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_file_that_others_may_touch_is_refused(bench, mode):
    bench.environ = {}
    bench.credentials.write_text(f'[ucdp]\ntoken = "{UCDP_TOKEN}"\n')
    bench.credentials.chmod(mode)
    with pytest.raises(CredentialError, match=r"holds secrets and others may read it; make it yours alone: chmod 600"):
        bench.fetch("ucdp")
    assert bench.services.server.requests == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("token", "is no TOML"),
        ('token = "abcdefgh"', r"'token' stands in no table; wanted it below the line of one of \[acled\], \[ucdp\]"),
        ('[ucpd]\ntoken = "abcdefgh"', r"no table \[ucpd\] is known; wanted \[acled\], \[ucdp\]"),
        ('[ucdp]\npassword = "abcdefgh"', r"\[ucdp\] has 'password'; wanted token"),
        ("[ucdp]\ntoken = 12345678", "token is no text; put it in quotation marks"),
        ('[ucdp]\ntoken = "abc defgh"', "has blanks, line breaks or letters that no key has"),
        ('[ucdp]\ntoken = "abcdéfgh"', "has blanks, line breaks or letters that no key has"),
        ("", r"UCDP wants an access token .*: set CONFLICTMAP_UCDP_TOKEN, or write token = \"...\" under \[ucdp\] in"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_without_a_value(bench, text, told):
    bench.environ = {}
    bench.credentials.write_text(text)
    bench.credentials.chmod(0o600)
    with pytest.raises(CredentialError, match=told) as raised:
        bench.fetch("ucdp")
    assert not re.search("abcd|defgh|1234", str(raised.value))


@pytest.mark.parametrize("service_id", SERVICES)
def test_what_is_missing_is_told_with_how_to_get_it(bench, service_id):
    bench.environ = {}
    with pytest.raises(CredentialError) as raised:
        bench.fetch(service_id)
    for credential in SERVICES[service_id].credentials:
        assert credential.variable in str(raised.value)
    assert "conflictmap run" in str(raised.value)


# --- nothing secret is told ---


def told_of(error):
    """All that a traceback with its causes says."""
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("service_id", SERVICES)
@pytest.mark.parametrize(
    "answer",
    [
        *map(Answer, (401, 403, 404, 503)), Answer(drop=True), Answer(raw=b"nonsense"), Answer(body=b"{"),
        Answer(body="<html>"), redirect("ftp://example.org/"),
    ],
    ids=["401", "403", "404", "503", "drop", "nonsense", "cut", "page", "ftp"],
)  # fmt: skip
def test_no_error_tells_a_secret(bench, caplog, service_id, answer):
    caplog.set_level(logging.DEBUG)
    own = [ENVIRON[credential.variable] for credential in SERVICES[service_id].credentials]

    def refuse(request):
        echo = " ".join([*own, request.headers["Authorization"] or "", *bench.services.refreshes])
        return replace(answer, body=f"refused: {echo}") if answer.status > 399 else answer

    bench.services.instead = dict.fromkeys(range(1, 9), refuse)
    with pytest.raises(ConflictMapError) as raised:
        bench.fetch(service_id)
    told = told_of(raised.value) + caplog.text
    assert [secret for secret in SECRETS if secret in told] == []


@pytest.mark.parametrize("service_id", SERVICES)
def test_an_answer_that_repeats_what_it_was_sent_is_kept_and_told_without_it(bench, service_id):
    own = [ENVIRON[c.variable] for c in SERVICES[service_id].credentials if c.name not in ("username", "password")]

    def echo(request):
        sent = " ".join([*own, (request.headers["Authorization"] or "").removeprefix("Bearer ")])
        said = {"success": False, "isSuccess": False, "messages": [sent], "errorMessages": [f"No data: {sent}"]}
        return Answer(body={**said, sent: 1})

    bench.services.instead[1] = echo
    try:
        told = notes(bench.fetch(service_id))
    except ServiceError as error:
        told = told_of(error)
    kept = [p.read_text() for p in (bench.folder / "answers").rglob("*.json")]
    assert [secret for secret in SECRETS if any(secret in text for text in (told, *kept))] == []


@pytest.mark.parametrize("service_id", SERVICES)
def test_no_file_but_that_of_the_token_holds_a_secret(bench, service_id):
    bench.services.most = 2
    write_fetched(bench.fetch(service_id), bench.folder / "out.json")
    if service_id == "idmc":
        bench.fetch(service_id, table="gidd")  # whose next page repeats the client id
    files = [p for p in bench.folder.rglob("*") if p.is_file() and p != bench.tokens]
    assert len(files) > 3
    found = [(p.name, s) for p in files for s in SECRETS if s.encode() in p.read_bytes()]
    assert found == []


def test_values_that_hold_secrets_are_shown_without_them(bench):
    setting = Setting(bench.environ, bench.credentials, bench.tokens, (), bench.url)
    assert UCDP_TOKEN not in repr(setting)
    secrets = Secrets({"token": UCDP_TOKEN})
    login = SERVICES["ucdp"].login(secrets, None)
    assert (repr(secrets), repr(login)) == ("Secrets(token)", "Key(x-ucdp-access-token)")


# --- the file and its record ---


def test_the_record_tells_source_terms_question_and_hashes(bench):
    out = bench.folder / "events.csv"
    record = json.loads(write_fetched(bench.fetch("acled"), out).read_text())
    assert (record["publisher"], record["country"], record["from"], record["rows"]) == ("ACLED", "SYR", "2019-12-01", 3)
    assert "may not be republished" in record["licence"]
    assert record["retrieved"] == "2026-11-23T12:00:00Z"
    (answer,) = record["answers"]
    assert re.fullmatch("[0-9a-f]{64}", answer["sha256"])
    assert "event_date=2019-12-01|2020-03-06" in answer["asked"]


def test_csv_text_is_no_formula_and_numbers_stay_numbers(bench):
    bench.services.rows["acled"] = [acled_row(1, notes="=cmd|' /C calc'!A0", longitude="-36.7")]
    out = bench.folder / "events.csv"
    write_fetched(bench.fetch("acled"), out)
    assert ",'=cmd|" in out.read_text()
    assert ",-36.7," in out.read_text()


@pytest.mark.parametrize("suffix", WRITERS)
def test_hostile_rows_are_written_all_the_same(bench, suffix):
    half, long = "\\ud800", "9" * 5_000
    row = f'{{"id": "{half}", "{half}": [{{}}], "year": "{long}", "": null, "date_start": "{long}", "country_id": ""}}'
    bench.services.instead[1] = Answer(body=f'{{"Result": [{row}], "TotalCount": "{long}"}}', kind="application/json")
    out = bench.folder / f"events{suffix}"
    write_fetched(bench.fetch("ucdp"), out)
    assert out.stat().st_size > 1_000


def test_a_file_that_cannot_be_written_is_told(bench):
    (bench.folder / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        write_fetched(bench.fetch("acled"), bench.folder / "file" / "x.csv")


def test_a_file_is_whole_or_as_it_was(bench, monkeypatch):
    out = bench.folder / "events.json"
    write_fetched(bench.fetch("acled"), out)
    before = out.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="No space left on device; free some space"):
        write_fetched(bench.replay("acled"), out)
    assert out.read_bytes() == before
    assert list(bench.folder.glob("*.part")) == []


def test_a_user_who_stops_the_writing_leaves_no_half_file(bench, monkeypatch):
    fetched, out = bench.fetch("acled"), bench.folder / "out" / "events.json"

    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_fetched(fetched, out)
    assert list(out.parent.iterdir()) == []
