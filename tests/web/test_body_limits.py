"""Nobody fills the memory by sending: what is too large is refused before, or while, it is read."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI
from starlette.types import Message

from udmelding import clock
from udmelding.casework.wiring import Services
from udmelding.web.body_limits import most_bytes
from udmelding.web.service.app import create_app

MEGABYTE = b"x" * 1024**2
FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services, clock.now)


def sent(app: FastAPI, path: str, *headers: tuple[bytes, bytes], most: int) -> tuple[int, int]:
    """The status of an answer to a body of ``most`` megabytes, and how many of them were taken."""
    taken, status = 0, 0

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": MEGABYTE, "more_body": taken < most}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), FORM, *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
        "scheme": "http",
        "http_version": "1.1",
    }
    asyncio.run(app(scope, receive, send))
    return status, taken


@pytest.mark.parametrize("path", ["/api/cases/CU-X/facts", "/login", "/k/x"])
def test_a_body_whose_length_is_told_is_refused_unread(app: FastAPI, path: str) -> None:
    told = (b"content-length", str(300 * 1024**2).encode())

    assert sent(app, path, told, most=300) == (413, 0)


@pytest.mark.parametrize("path", ["/login", "/k/x/skema"])
def test_a_chunked_body_is_ended_where_it_grows_too_large(app: FastAPI, path: str) -> None:
    status, taken = sent(app, path, most=300)

    assert status in (400, 404, 413)  # refused before its end, whatever is seen first
    assert taken <= most_bytes(path) // 1024**2 + 2
