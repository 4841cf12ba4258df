from __future__ import annotations

import datetime as dt
import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from udmelding.outside import evidence
from udmelding.outside.evidence import BadLinkError, EvidenceError, Limits, fetch

NOW = dt.datetime(2025, 5, 28, 12, 0, tzinfo=dt.UTC)
MINUTES = "<h1>Referat</h1><p>Godkendt. Æ, ø og å.</p>".encode()
LOCAL = Limits(public_only=False, timeout_seconds=0.5, most_bytes=1000, redirects=3)


Answer = tuple[int, bytes, dict[str, str]]

PAGES: dict[str, Answer] = {
    "/minutes": (200, MINUTES, {"Content-Type": "Text/HTML; charset=utf-8"}),
    "/packed": (200, gzip.compress(b"x" * 100_000), {"Content-Encoding": "gzip"}),
    "/garbled": (200, b"not gzip", {"Content-Encoding": "gzip"}),
    "/moved": (302, b"", {"Location": "/minutes"}),
    "/elsewhere": (302, b"", {"Location": "file:///etc/passwd"}),
    "/round": (302, b"", {"Location": "/round"}),
    "/large": (200, b"x" * 1001, {}),
    "/empty": (200, b"", {}),
    "/cut": (200, b"half", {"Content-Length": "100"}),
} | {f"/status/{code}": (code, b"no", {}) for code in (403, 404, 429, 503)}


class Municipality(BaseHTTPRequestHandler):
    """A web site whose paths say how it behaves."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(1)
        elif self.path == "/dripping":
            self.send_response(200)
            with suppress(OSError):
                while True:
                    self.wfile.write(b"X-Wait: a")
                    time.sleep(0.05)
        else:
            self.answer(*PAGES[self.path])

    def answer(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Municipality)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_is_kept_as_it_was_with_where_it_came_from(site: str) -> None:
    got = fetch(f"{site}/moved", NOW, LOCAL)

    assert got.url == f"{site}/minutes"
    assert got.media_type == "text/html"
    assert got.fetched_at == NOW
    assert got.content == MINUTES


@pytest.mark.parametrize(
    ("path", "told", "is_temporary", "status"),
    [
        ("status/404", "404 Not Found.*Gem siden som fil", False, 404),
        ("status/403", "403 Forbidden", False, 403),
        ("status/429", "429 Too Many Requests", True, 429),
        ("status/503", "503 Service Unavailable.*Prøv igen", True, 503),
        ("slow", "ikke inden for 0.5 sekunder", True, None),
        ("cut", "ingen forbindelse", True, None),
        ("round", "for mange gange", False, None),
        ("large", "større end", False, None),
        ("packed", "større end", False, None),
        ("garbled", "pakkes ud", False, None),
        ("empty", "siden er tom", False, None),
    ],
)
def test_a_page_that_does_not_come_leaves_nothing_and_says_whether_to_try_again(
    site: str, path: str, told: str, is_temporary: bool, status: int | None
) -> None:
    with pytest.raises(EvidenceError, match=told) as caught:
        fetch(f"{site}/{path}", NOW, LOCAL)

    assert (caught.value.is_temporary, caught.value.status) == (is_temporary, status)


def test_a_page_that_takes_too_long_in_all_is_given_up(site: str) -> None:
    limits = Limits(public_only=False, total_seconds=-1)

    with pytest.raises(EvidenceError, match="for lang tid") as caught:
        fetch(f"{site}/minutes", NOW, limits)

    assert caught.value.is_temporary


def test_a_server_that_is_down_may_come_back() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        with pytest.raises(EvidenceError, match="ingen forbindelse") as caught:
            fetch(f"http://127.0.0.1:{port}/", NOW, LOCAL)

    assert caught.value.is_temporary


@pytest.mark.parametrize(
    "link",
    ["file:///etc/passwd", "ftp://a.example/b", "minutes.pdf", "http://", "http://[::1/", ""],
)
def test_a_link_that_is_no_web_address_is_refused(link: str) -> None:
    with pytest.raises(BadLinkError, match="kan ikke hentes"):
        fetch(link, NOW, LOCAL)


def test_a_redirect_away_from_the_web_is_refused(site: str) -> None:
    with pytest.raises(BadLinkError, match="https://"):
        fetch(f"{site}/elsewhere", NOW, LOCAL)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "192.168.0.1", "169.254.169.254"]
)
def test_a_link_into_a_closed_network_is_refused_unless_allowed(host: str) -> None:
    with pytest.raises(BadLinkError, match="offentlige internet"):
        fetch(f"http://{host}/minutes", NOW)


def test_a_name_that_points_inwards_a_moment_later_is_connected_where_it_was_checked(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens where the first look-up leads; a second one would find the site."""
    port = int(site.rpartition(":")[2])
    places = iter([["127.0.0.2"], ["127.0.0.1"], ["127.0.0.1"]])

    def look_up(_host: str, port: int, **_: object) -> list[object]:
        return [(0, 0, 0, "", (address, port)) for address in next(places)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(evidence, "is_public", lambda _: True)
    with pytest.raises(EvidenceError, match="kunne ikke hentes"):
        fetch(f"http://kommune.example:{port}/minutes", NOW, Limits(timeout_seconds=0.3))


def test_a_redirect_into_a_closed_network_is_refused(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site's own address counts as public here; the one that it sends to does not."""
    PAGES["/inwards"] = (302, b"", {"Location": "http://10.1.2.3/minutes"})
    monkeypatch.setattr(evidence, "is_public", lambda address: address.is_loopback)

    with pytest.raises(BadLinkError, match=r"10\.1\.2\.3.*offentlige internet"):
        fetch(f"{site}/inwards", NOW, Limits(timeout_seconds=0.5))


def test_a_server_that_sends_a_sign_now_and_then_is_given_up(site: str) -> None:
    with pytest.raises(EvidenceError, match="for lang tid"):
        fetch(f"{site}/dripping", NOW, Limits(public_only=False, total_seconds=0.4))
