"""Asking servers: retries and pauses, redirects, failures in words, and nothing secret in what is said."""

import errno
import logging
import shutil
import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
from fake_http import Answer, closed_port, redirect

from geo.errors import ServiceError
from geo.web import Patience, Web, parse_json, shown

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def web(pauses):
    patience = Patience(attempts=3, first_pause=1, longest_pause=30, timeout=5)
    with Web(user_agent="conflictmap/test", clock=lambda: NOW, sleep=pauses.append, patience=patience) as web:
        yield web


def test_a_question_says_who_asks(fake, web):
    fake.script("/api", Answer(body={"fine": True}))
    assert web.json(f"{fake.url}/api", query={"id": "معرة"}) == {"fine": True}
    (asked,) = fake.requests
    assert asked.headers["User-Agent"] == "conflictmap/test"
    assert asked.query == {"id": ["معرة"]}


# --- again, after a pause ---


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_after_a_longer_pause_each_time(fake, web, pauses, status):
    fake.script("/api", Answer(status), Answer(status), Answer(body=[1]))
    assert web.json(f"{fake.url}/api") == [1]
    assert pauses == [1, 2]


@pytest.mark.parametrize(
    ("asked", "pause"),
    [("7", 7), ("0", 1), ("Mon, 23 Nov 2026 12:00:20 GMT", 20), ("Mon, 23 Nov 2026 11:00:00 GMT", 1), ("soon", 1)],
)
def test_the_pause_is_as_long_as_the_server_asks_for(fake, web, pauses, asked, pause):
    fake.script("/api", Answer(429, headers={"Retry-After": asked}), Answer(body=[1]))
    assert web.json(f"{fake.url}/api") == [1]
    assert pauses == [pause]


def test_a_server_that_wants_a_very_long_pause_is_not_waited_for(fake, web, pauses):
    fake.script("/api", Answer(429, headers={"Retry-After": "3600"}))
    with pytest.raises(ServiceError, match=r"is asked too often \(429 .*asks to wait 3,600 seconds"):
        web.json(f"{fake.url}/api")
    assert (len(fake.requests), pauses) == (1, [])


def test_a_server_that_stays_broken_is_given_up(fake, web):
    fake.script("/api", Answer(503))
    with pytest.raises(ServiceError, match=r"is busy \(503 Service Unavailable\); gave up after 3 attempts"):
        web.json(f"{fake.url}/api")
    assert len(fake.requests) == 3


def test_a_broken_connection_is_tried_again(fake, web):
    fake.script("/api", Answer(drop=True), Answer(raw=b"nonsense"), Answer(body=[1]))
    assert web.json(f"{fake.url}/api") == [1]


def test_a_silent_server_is_waited_for_no_longer_than_said(fake, pauses):
    fake.script("/api", Answer(stall=True))
    patience = Patience(attempts=2, timeout=0.1)
    with (
        Web(user_agent="test", clock=lambda: NOW, sleep=pauses.append, patience=patience) as web,
        pytest.raises(ServiceError, match=r"127\.0\.0\.1: said nothing for 0\.1 seconds; gave up after 2 attempts"),
    ):
        web.json(f"{fake.url}/api")


def test_a_document_that_drips_is_not_waited_for_without_end(fake):
    times = iter([NOW, NOW + timedelta(seconds=301)])
    fake.script("/api", Answer(body=[1]))
    patience = Patience(attempts=1)
    with (
        Web(user_agent="test", clock=lambda: next(times), sleep=lambda _: None, patience=patience) as web,
        pytest.raises(ServiceError, match="is not done with its answer after 300 seconds"),
    ):
        web.json(f"{fake.url}/api")


# --- no network, in words ---


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "wants a login"), (403, "refuses this machine"), (404, "has no such thing"), (410, "has withdrawn it"),
     (418, "cannot be had")],
)  # fmt: skip
def test_what_will_not_change_is_asked_once(fake, web, pauses, status, said):
    fake.script("/api", Answer(status))
    with pytest.raises(ServiceError, match=f"/api: {said}.* \\({status} "):
        web.json(f"{fake.url}/api")
    assert (len(fake.requests), pauses) == (1, [])


def test_nobody_listens(web):
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1: takes no connections; gave up after 3 attempts"):
        web.json(f"{closed_port()}/api")


def test_a_name_that_cannot_be_looked_up(web, pauses, monkeypatch):
    def no_names(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    with pytest.raises(ServiceError, match=r"data\.example\.org: this name cannot be looked up; is this machine on"):
        web.json("https://data.example.org/x")
    assert pauses == []


def test_no_way_to_any_server(web, monkeypatch):
    def no_way(*_, **__):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", no_way)
    with pytest.raises(
        ServiceError, match=r"data\.example\.org: there is no way to it; is this machine on the network"
    ):
        web.json("https://data.example.org/x")


def test_a_server_that_cannot_speak_tls(fake, web):
    with pytest.raises(ServiceError, match="no safe connection"):
        web.json(fake.url.replace("http:", "https:"))


def test_a_certificate_that_nobody_vouches_for(web, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine to make a certificate")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
         "/CN=localhost", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse_hello():
            with pytest.raises(OSError), listener.accept()[0] as raw:  # noqa: PT011 - whichever way it ends
                context.wrap_socket(raw, server_side=True).close()

        server = threading.Thread(target=refuse_hello)
        server.start()
        with pytest.raises(ServiceError, match=r"certificate cannot be trusted, so nothing was taken.*SSL_CERT_FILE"):
            web.json(f"https://localhost:{listener.getsockname()[1]}/")
        server.join()


# --- answers that are none ---


def test_a_login_page_is_no_json(fake, web):
    fake.script("/api", Answer(body="<html>Log in", kind="text/html; charset=utf-8"))
    with pytest.raises(ServiceError, match="a web page in place of JSON"):
        web.json(f"{fake.url}/api")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000], ids=["empty", "cut", "bytes", "deep"])
def test_nonsense_is_no_json(fake, web, body):
    fake.script("/api", Answer(body=body, kind="application/json"))
    with pytest.raises(ServiceError, match="no JSON"):
        web.json(f"{fake.url}/api")


def test_an_endless_document_is_cut_off(fake, web):
    fake.script("/api", Answer(body=b"[" + b" " * 2_000_000, kind="application/json"))
    with pytest.raises(ServiceError, match="more than 1 MB of JSON"):
        web.json(f"{fake.url}/api", most=1_000_000)


# --- redirects ---


def test_a_redirect_is_followed_and_remembered(fake, other_host, web):
    fake.script("/old", redirect(f"{other_host.url}/new?signature=SECRET"))
    other_host.script("/new", Answer(body="moved"))
    with web.ask(f"{fake.url}/old?key=SECRET") as answer:
        assert b"".join(answer.chunks()) == b"moved"
    assert (answer.url, answer.hops) == (f"{other_host.url}/new", (f"{fake.url}/old",))
    assert other_host.requests[0].query == {"signature": ["SECRET"]}


def test_a_key_goes_to_no_other_host(fake, other_host, web):
    fake.script("/a", redirect("/b"))
    fake.script("/b", redirect(f"{other_host.url}/c"))
    other_host.script("/c", Answer(body="fine"))
    with web.ask(f"{fake.url}/a", headers={"X-Open": "1"}, private={"X-Key": "SECRET"}) as answer:
        list(answer.chunks())
    assert [r.headers["X-Key"] for r in fake.requests] == ["SECRET", "SECRET"]
    assert other_host.requests[0].headers["X-Key"] is None
    assert other_host.requests[0].headers["X-Open"] == "1"


@pytest.mark.parametrize("target", ["http://data.example.org/x", "ftp://data.example.org/x", "file:///etc/passwd"])
def test_a_redirect_to_no_safe_address_is_not_followed(fake, web, target):
    fake.script("/a", redirect(target))
    with pytest.raises(ServiceError, match="only https is followed"):
        web.json(f"{fake.url}/a")


def test_a_redirect_without_end_is_left(fake, web):
    fake.script("/a", redirect("/a"))
    with pytest.raises(ServiceError, match="sends on and on"):
        web.json(f"{fake.url}/a")
    assert len(fake.requests) == 6


@pytest.mark.parametrize("address", ["http://data.example.org/x", "data.example.org", "", "https://", "https://[::"])
def test_only_https_is_asked(web, address):
    with pytest.raises(ServiceError):
        web.json(address)


# --- secrets ---


def test_what_is_shown_of_an_address_holds_no_secret():
    assert shown("https://user:SECRET@host.org:8443/a/b?key=SECRET#SECRET") == "https://host.org:8443/a/b"


@pytest.mark.parametrize("status", [403, 404, 503])
def test_no_error_gives_a_key_away(fake, web, status):
    fake.script("/api", Answer(status))
    address = fake.url.replace("//", "//user:SECRET@") + "/api?signature=SECRET"
    with pytest.raises(ServiceError) as raised, web.ask(address, query={"k": "SECRET"}, private={"X-Key": "SECRET"}):
        pass
    assert "SECRET" not in str(raised.value)


def test_no_log_gives_an_address_away(fake, caplog):
    caplog.set_level(logging.DEBUG)
    fake.script("/api", Answer(body=[1]))
    with Web(user_agent="test", clock=lambda: NOW, sleep=lambda _: None) as web:
        web.json(f"{fake.url}/api", query={"q": "SECRET"})
    assert "SECRET" not in caplog.text


def test_a_redirect_to_another_host_is_refused_where_only_one_may_know(fake, other_host, web):
    fake.script("/a", redirect(f"{other_host.url}/b"))
    with (
        pytest.raises(ServiceError, match=r"sends on to .*/b, which was not to be asked"),
        web.ask(f"{fake.url}/a", stay=True),
    ):
        pass
    assert other_host.requests == []


def test_a_secret_of_the_query_goes_to_no_other_host_even_if_it_is_repeated_there(fake, other_host, web):
    fake.script("/a", redirect(f"{other_host.url}/b?key=SECRET&page=2"))
    other_host.script("/b", Answer(body=b""))
    with web.ask(f"{fake.url}/a", query={"page": "2"}, private_query={"key": "SECRET"}) as answer:
        list(answer.chunks())
    assert fake.requests[0].query == {"page": ["2"], "key": ["SECRET"]}
    assert other_host.requests[0].query == {"page": ["2"]}


def test_a_form_is_posted_and_follows_no_redirect(fake, web):
    fake.script("/login", Answer(body={"token": 1}), redirect("/elsewhere"), method="POST")
    with web.ask(f"{fake.url}/login", form={"password": "a&b"}) as answer:
        assert answer.body(100) == b'{"token": 1}'
    assert fake.requests[0].form == {"password": ["a&b"]}
    with pytest.raises(ServiceError, match="which was not to be asked"), web.ask(f"{fake.url}/login", form={"p": "x"}):
        pass
    assert fake.paths() == ["/login", "/login"]


def test_a_document_under_a_wrong_content_type_is_told_by_what_it_is():
    assert parse_json(b"\xef\xbb\xbf[1]", "x") == [1]
    with pytest.raises(ServiceError, match="x: answered with a web page in place of JSON"):
        parse_json(b"  <!DOCTYPE html><p>", "x")
