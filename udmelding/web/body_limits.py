"""How much may a request carry? Counted as it comes in, whatever its header says.

A body is refused before it is read where its length is told, and while it is read where it is not
(chunked): nobody fills the memory or the disk by sending. What a page may carry follows from what
its form holds; programs send facts, which are small.
"""

from __future__ import annotations

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from udmelding.casework.files import MOST_BYTES

_FEW = 1024**2
_FORM = MOST_BYTES + 2 * _FEW
"""One file of the largest size, and the fields of the form around it."""

_MANY = 12 * MOST_BYTES
"""The workbooks of all municipalities at once."""

TOO_LARGE = 413
_TOLD = "Det, der blev sendt, er for stort. En fil kan højst være 25 MB."


def most_bytes(path: str) -> int:
    """How many bytes a request to ``path`` may carry."""
    if path.startswith(("/api", "/login", "/logout", "/indstillinger")):
        return _FORM if path == "/indstillinger/udseende/fil" else _FEW
    return _MANY if path.endswith("/skema/excel") and path.startswith("/sager/") else _FORM


class TooLargeError(HTTPException):
    """More came than the address may carry; FastAPI lets it through where it reads a form."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(TOO_LARGE, _TOLD)


class BodyLimits:
    """Middleware: ends a request that carries more than its address may."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what it carries."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most, length = most_bytes(scope["path"]), Headers(scope=scope).get("content-length", "")
        if length.isdigit() and int(length) > most:
            await _refusal(scope, receive, send)
            return
        count, has_begun = 0, False

        async def counted() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > most:
                raise TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except TooLargeError:
            if not has_begun:
                await _refusal(scope, receive, send)


async def _refusal(scope: Scope, receive: Receive, send: Send) -> None:
    answer = PlainTextResponse(_TOLD, TOO_LARGE, headers={"Connection": "close"})
    await answer(scope, receive, send)
