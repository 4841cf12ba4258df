"""Webhooks from the command line: add, list, test, deliver, remove."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

pytestmark = pytest.mark.database


@pytest.fixture
def receiver() -> Iterator[Any]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server: Any = HTTPServer(("127.0.0.1", 0), Handler)
    server.status = 200
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_webhook_is_added_tested_and_removed(
    udmelding: Callable[..., Any], receiver: Any
) -> None:
    url = f"http://127.0.0.1:{receiver.server_address[1]}/"
    added = udmelding("webhook", "add", "sagssystem", url, "--event", "decision", "--by", "anna")
    assert added.code == 0
    assert added.out.startswith("whsec_")
    assert udmelding("webhook", "test", "1").out == "Modtageren har taget imod (200).\n"
    (listed,) = udmelding("webhook", "list", "--json").json
    assert (listed["name"], listed["events"], listed["active"]) == (
        "sagssystem",
        ["decision"],
        True,
    )
    assert listed["last"]["state"] == "delivered"
    assert "secret" not in listed
    assert "sagssystem" in udmelding("webhook", "list").out
    assert udmelding("webhook", "deliver").out == "Der er ingen hændelser at sende.\n"
    assert "fjernet" in udmelding("webhook", "remove", "1").out
    assert udmelding("webhook", "list").out == "Der er ingen webhooks.\n"


def test_a_test_that_nobody_takes_says_so_and_is_worth_trying_again(
    udmelding: Callable[..., Any], receiver: Any
) -> None:
    receiver.status = 500
    url = f"http://127.0.0.1:{receiver.server_address[1]}/"
    udmelding("webhook", "add", "sagssystem", url)
    tried = udmelding("webhook", "test", "1")
    assert tried.code == 75
    assert "Modtageren svarede 500. Den prøves igen" in tried.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "x", "http://x.example/"), "https://"),
        (("add", "x", "https://8.8.8.8/", "--event", "beslutning"), "ingen hændelse"),
        (("add", "x", "https://8.8.8.8/", "--event", "decision.made"), "ingen hændelse"),
        (("test", "7"), "ingen webhook"),
        (("remove", "7"), "ingen webhook"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    udmelding: Callable[..., Any], words: tuple[str, ...], why: str
) -> None:
    refused = udmelding("webhook", *words)
    assert refused.code == 1
    assert why in refused.err
