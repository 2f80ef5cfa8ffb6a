"""The scripted server does what its script says: tests of the network rest on it."""

import http.client
import urllib.error
import urllib.request

import pytest
from fake_http import Answer, closed_port, ranged, redirect


def get(url, **headers):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5)


def test_answers_come_in_order_and_the_last_is_repeated(fake):
    fake.script("/a", Answer(body="one"), Answer(body={"two": "اثنان"}))
    bodies = []
    for _ in range(3):
        with get(fake.url + "/a?q=%D8%AD%D9%84%D8%A8&q=2") as page:
            bodies.append(page.read().decode())
    assert bodies == ["one", '{"two": "اثنان"}', '{"two": "اثنان"}']
    assert fake.requests[0].query == {"q": ["حلب", "2"]}
    assert fake.paths() == ["/a"] * 3


def test_headers_bodies_and_forms_are_recorded(fake):
    fake.script("/token", Answer(body={"access_token": "t"}), method="POST")
    with urllib.request.urlopen(fake.url + "/token", data=b"user=a&password=b%20c", timeout=5) as page:
        assert page.headers["Content-Type"] == "application/json; charset=utf-8"
    (request,) = fake.requests
    assert request.form == {"user": ["a"], "password": ["b c"]}
    assert request.headers["user-AGENT"].startswith("Python-urllib")
    with pytest.raises(urllib.error.HTTPError) as error, get(fake.url + "/token"):
        pass
    assert error.value.code == 404
    error.value.close()


def test_a_cut_body_is_shorter_than_it_says(fake):
    fake.script("/file", Answer(body=b"x" * 100, cut=40))
    with get(fake.url + "/file") as page, pytest.raises(http.client.IncompleteRead) as error:
        page.read()
    assert error.value.partial == b"x" * 40


def test_a_dropped_connection_gives_nothing_and_a_stalled_one_ends_by_the_clients_time_out(fake):
    fake.script("/drop", Answer(drop=True))
    fake.script("/stall", Answer(stall=True))
    fake.script("/half", Answer(body=b"x" * 100, cut=40, stall=True))
    with pytest.raises(http.client.RemoteDisconnected):
        get(fake.url + "/drop")
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(fake.url + "/stall", timeout=0.05)
    with urllib.request.urlopen(fake.url + "/half", timeout=0.05) as page, pytest.raises(TimeoutError):
        page.read()


def test_chunks_and_nonsense(fake):
    fake.script("/chunks", Answer(chunks=[b"ab", b"c"]))
    fake.script("/raw", Answer(raw=b"nonsense\r\n\r\n"))
    with get(fake.url + "/chunks") as page:
        assert (page.read(), page.headers["Content-Length"]) == (b"abc", None)
    with pytest.raises(http.client.BadStatusLine):
        get(fake.url + "/raw")


def test_a_redirect_leads_to_the_other_host(fake, other_host):
    fake.script("/old", redirect(f"{other_host.url}/new"))
    other_host.script("/new", Answer(body="there"))
    with get(fake.url + "/old") as page:
        assert page.read() == b"there"
    assert (fake.paths(), other_host.paths()) == (["/old"], ["/new"])
    assert fake.host.split(":")[0] != other_host.host.split(":")[0]


def test_a_file_is_resumed_where_it_broke_off(fake):
    fake.script("/file", ranged(b"0123456789"))
    with get(fake.url + "/file", Range="bytes=4-") as page:
        assert (page.status, page.read(), page.headers["Content-Range"]) == (206, b"456789", "bytes 4-9/10")
    with get(fake.url + "/file", Range="bytes=4-", **{"If-Range": '"v0"'}) as page:
        assert (page.status, page.read()) == (200, b"0123456789")
    with pytest.raises(urllib.error.HTTPError) as error:
        get(fake.url + "/file", Range="bytes=10-")
    assert error.value.code == 416
    error.value.close()


def test_nobody_listens_on_a_closed_port():
    with pytest.raises(urllib.error.URLError):
        get(closed_port())
