"""A scripted HTTP server on this machine, for tests of code that talks to the network.

A test writes down what each path answers, in order, runs the code against ``server.url``, and looks at what was asked::

    def test_a_busy_server_is_asked_again(fake):
        fake.script("/search", Answer(429, headers={"Retry-After": "3"}), Answer(body=[{"name": "Kafr X"}]))
        ...                                             # the code under test, with the address fake.url
        assert [r.query["q"] for r in fake.requests] == [["Kafr X"], ["Kafr X"]]

The last answer of a path is repeated for ever; a path without answers gives 404; every request is recorded, whatever
the answer. What an answer can do (see ``Answer`` and the functions below it):

=============================================  ========================================================================
``Answer(body=...)``                           bytes or text as they stand; anything else as JSON
``Answer(503, body="<html>", kind="text/html")``   any status, content type and ``headers``
``Answer(chunks=[b"a", b"b"])``                chunked transfer encoding: no Content-Length
``Answer(body=data, cut=100)``                 says the whole length, sends 100 bytes, closes: a broken download
``Answer(drop=True)``                          closes the connection without a word
``Answer(stall=True)``                         says nothing until ``server.release()`` or the end of the test, so the
                                               client's own time-out must end it: give the client a short one
``Answer(body=data, cut=100, stall=True)``     sends the head and 100 bytes, then stalls
``Answer(raw=b"nonsense")``                    these bytes instead of any HTTP
``redirect(address, status=302)``              to another path, port or host; pass the ``url`` of a second server
``ranged(data)``                               a file that can be resumed: honours Range, gives ETag, 206 and 416
``lambda request: Answer(...)``                any rule of your own, e.g. by page number or by token
=============================================  ========================================================================

``fake.script("/token", answer, method="POST")`` answers that method only; ``request.form`` is a posted form,
``request.json`` a posted document; ``request.headers`` ignores case. ``other_host`` is a second server, to be the other
end of a redirect: ``other_host.requests == []`` shows that nothing reached it. It goes by the name ``localhost``: both
host and port differ from the first server's 127.0.0.1. ``closed_port()`` is an address where nobody listens.

Nothing here sleeps or reads a clock.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it came in; ``query`` and ``form`` give a list of values by name."""

    method: str
    path: str
    raw_query: str
    headers: Message
    body: bytes

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.raw_query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the server does with one request; see the table at the head of this file."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
    chunks: Sequence[bytes] | None = None
    cut: int | None = None
    drop: bool = False
    stall: bool = False
    raw: bytes | None = None

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False).encode()

    @property
    def content_type(self) -> str:
        if self.kind:
            return self.kind
        by_type = {bytes: "application/octet-stream", str: "text/plain; charset=utf-8"}
        return by_type.get(type(self.body), "application/json; charset=utf-8")


Play = Answer | Callable[[Request], Answer]


def redirect(address: str, status: int = 302) -> Answer:
    """Sends the client to another address."""
    return Answer(status, headers={"Location": address})


def ranged(data: bytes, *, kind: str = "application/octet-stream", etag: str = '"v1"') -> Play:
    """A file that can be resumed: "Range: bytes=100-" gives the rest with 206, beyond the end 416.

    "If-Range" with another ETag gives the whole file again.
    """

    def play(request: Request) -> Answer:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        stale = request.headers.get("If-Range", etag) != etag
        headers = {"ETag": etag, "Accept-Ranges": "bytes"}
        if not wanted or stale:
            return Answer(body=data, kind=kind, headers=headers)
        start, end = int(wanted[1]), min(int(wanted[2] or len(data)), len(data) - 1)
        if start > end:
            return Answer(416, headers=headers | {"Content-Range": f"bytes */{len(data)}"})
        headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
        return Answer(206, body=data[start : end + 1], kind=kind, headers=headers)

    return play


def closed_port() -> str:
    """An address on this machine where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


class FakeServer:
    """A scripted server; a context manager that stops it. ``url`` has no trailing slash."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.requests: list[Request] = []
        self._plays: dict[tuple[str, str], list[Play]] = {}
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.host = f"{host}:{self.port}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def script(self, path: str, *plays: Play, method: str = "") -> None:
        """Answers of a path, in order, the last one for ever; ``method`` "" is any. A new script replaces the old."""
        with self._lock:
            self._plays[method, path] = list(plays)

    def release(self) -> None:
        """Let all stalled answers go."""
        self._released.set()

    def paths(self) -> list[str]:
        """Paths asked for so far, in order."""
        return [r.path for r in self.requests]

    def _next(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            plays = self._plays.get((request.method, request.path)) or self._plays.get(("", request.path))
            if not plays:
                return Answer(404, body={"error": "no such path in the script"})
            play = plays.pop(0) if len(plays) > 1 else plays[0]
        return play if isinstance(play, Answer) else play(request)


def _handler_for(server: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _play(self) -> None:
            self.close_connection = True
            asked = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = server._next(Request(self.command, asked.path, asked.query, self.headers, body))
            with suppress(OSError):  # the client may have gone
                self._give(answer)

        def _give(self, answer: Answer) -> None:
            if answer.stall and answer.cut is None:
                server._released.wait()
            if answer.drop:
                return
            if answer.raw is not None:
                self.wfile.write(answer.raw)
                return
            self._head(answer)
            if self.command == "HEAD":
                return
            for chunk in answer.chunks or ():
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.write(answer.content[: answer.cut] if answer.chunks is None else b"0\r\n\r\n")
            if answer.stall and answer.cut is not None:
                self.wfile.flush()
                server._released.wait()

        def _head(self, answer: Answer) -> None:
            own = {"Content-Type": answer.content_type, "Connection": "close"}
            if answer.chunks is not None:
                own["Transfer-Encoding"] = "chunked"
            elif answer.status not in (204, 304):
                own["Content-Length"] = str(len(answer.content))
            given = {name.lower() for name in answer.headers}
            self.send_response(answer.status)
            for name, value in [*((n, v) for n, v in own.items() if n.lower() not in given), *answer.headers.items()]:
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _play  # noqa: N815 - names fixed by the library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Handler
