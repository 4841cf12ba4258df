"""How is a linked page fetched as evidence? Once, within limits.

A link to a council's minutes dies when the municipality changes its web site, so what was seen is
archived with its checksum. Only http and https, a limited number of redirects, a limited size, a
limited time. Every address on the way has to be a public one: a link is typed by somebody outside,
and must not make our server fetch what only our server can reach. The name is looked up, checked,
and the address that was found is connected to. (Where the machine's settings name a proxy, the
proxy looks the name up anew; then a firewall has to catch a name that points inwards.)
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.request import getproxies

import httpx

from udmelding.errors import OutsideError, RefusedError
from udmelding.outside.addresses import Address, is_public, look_up

_LATER = frozenset({408, 425, 429})
"""4xx that may be gone another time; 5xx always may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a fetch goes.

    Attributes:
        most_bytes: size of the page, unpacked.
        timeout_seconds: waiting time for each step; ``total_seconds`` for all of it.
        public_only: refuse addresses that are not on the public internet.
    """

    most_bytes: int = 25_000_000
    timeout_seconds: float = 20.0
    total_seconds: float = 120.0
    redirects: int = 5
    public_only: bool = True


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A page as it was at one moment.

    Attributes:
        content: its bytes.
        media_type: such as ``text/html``; what the server said, without parameters.
        url: the address it came from in the end, after redirects.
        fetched_at: when.
    """

    content: bytes
    media_type: str
    url: str
    fetched_at: dt.datetime


class BadLinkError(RefusedError):
    """The link is none that we fetch; only another link helps.

    An example: ``file:///etc/passwd``, or ``http://localhost/minutes.pdf``.

    Attributes:
        url: what was given, or led to.
        problem: why it is not fetched, a Danish clause.
    """

    def __init__(self, url: str, problem: str) -> None:
        """Compose the message from the ``url`` and the ``problem``, a Danish clause."""
        super().__init__(f"Linket «{url[:200]}» kan ikke hentes: {problem}.")
        self.url, self.problem = url, problem


class EvidenceError(OutsideError):
    """The page did not come.

    A retry can help where ``is_temporary``: a time-out, ``503 Service Unavailable``. It cannot
    where the page is gone (``404``), wants a login (``403``), or is too large: then somebody has to
    save the page and register the file.

    Attributes:
        url: the address.
        problem: why it did not come, a Danish clause.
        status: the server's answer; None when none came.
    """

    def __init__(
        self, url: str, problem: str, *, is_temporary: bool, status: int | None = None
    ) -> None:
        """Compose the message from the ``url`` and the ``problem``, a Danish clause."""
        advice = "Prøv igen senere." if is_temporary else "Gem siden som fil, og registrér filen."
        message = f"«{url[:200]}» kunne ikke hentes: {problem}. {advice}"
        super().__init__(message, is_temporary=is_temporary)
        self.url, self.problem, self.status = url, problem, status


def fetch(url: str, now: dt.datetime, limits: Limits = LIMITS) -> Evidence:
    """Fetch the page at ``url``; nothing is kept of it here.

    Raises:
        BadLinkError: not http or https, not an address, or not a public one.
        EvidenceError: the page did not come; ``is_temporary`` says whether a retry may help.
    """
    try:
        return asyncio.run(_within(url, now, limits))
    except TimeoutError as error:
        raise EvidenceError(url, "det tog for lang tid", is_temporary=True) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _translated(url, error, limits) from error


async def _within(url: str, now: dt.datetime, limits: Limits) -> Evidence:
    """The page, before the time is over for all of it: a server may send a sign a second."""
    async with (
        asyncio.timeout(limits.total_seconds),
        _client(limits) as client,
        client.stream("GET", url) as answer,
    ):
        _check_status(answer)
        content = b"".join([chunk async for chunk in _limited(answer, limits)])
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Evidence(
            content=content,
            media_type=media_type or "application/octet-stream",
            url=str(answer.url),
            fetched_at=now,
        )


def _client(limits: Limits) -> httpx.AsyncClient:
    is_checked_here = bool(getproxies())  # a proxy connects, and knows names that we do not

    async def check(request: httpx.Request) -> None:
        if is_checked_here:
            await _public(request, limits)

    return httpx.AsyncClient(
        transport=None if is_checked_here else _Pinned(limits),
        follow_redirects=True,
        max_redirects=limits.redirects,
        timeout=limits.timeout_seconds,
        headers={"User-Agent": "udmelding (arkivering af dokumentation)"},
        event_hooks={"request": [check]},
    )


async def _public(request: httpx.Request, limits: Limits) -> list[Address]:
    """What the name of a request stands for, the first one or one of a redirect; none if unknown.

    Raises:
        BadLinkError: one of them is not on the public internet.
    """
    host, port = request.url.host, request.url.port or 443
    try:
        found = await asyncio.to_thread(look_up, host, port, limits.timeout_seconds)
    except (OSError, UnicodeError):
        return []
    if limits.public_only and not all(map(is_public, found)):
        raise BadLinkError(str(request.url), "adressen er ikke på det offentlige internet")
    return found


class _Pinned(httpx.AsyncBaseTransport):
    """Connects to the address that was checked, whatever the name stands for a moment later."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in {"http", "https"} or not request.url.host:
            raise httpx.UnsupportedProtocol("neither http nor https")
        found = await _public(request, self._limits)
        for place, address in enumerate(found):
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=str(address)),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode()},
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except httpx.ConnectError:
                if place == len(found) - 1:
                    raise
        raise httpx.ConnectError("navnet på serveren kan ikke slås op")

    async def aclose(self) -> None:
        await self._inner.aclose()


def _check_status(answer: httpx.Response) -> None:
    code = answer.status_code
    if answer.is_success:
        return
    known = {status.value: status.phrase for status in HTTPStatus}
    problem = f"serveren svarede {code} {known.get(code, '')}".strip()
    is_temporary = code >= 500 or code in _LATER
    raise EvidenceError(str(answer.url), problem, is_temporary=is_temporary, status=code)


async def _limited(answer: httpx.Response, limits: Limits) -> AsyncIterator[bytes]:
    """The page's bytes, as long as they keep within size."""
    url, size = str(answer.url), 0
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > limits.most_bytes:
            problem = f"siden er større end {limits.most_bytes // 1_000_000} MB"
            raise EvidenceError(url, problem, is_temporary=False)
        yield chunk
    if not size:
        raise EvidenceError(url, "siden er tom", is_temporary=False)


def _translated(url: str, error: Exception, limits: Limits) -> OutsideError | RefusedError:
    """An error of httpx as ours; the most special case first."""
    match error:
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return BadLinkError(url, "det skal begynde med http:// eller https:// og et værtsnavn")
        case httpx.TooManyRedirects():
            return EvidenceError(url, "den sendes videre for mange gange", is_temporary=False)
        case httpx.TimeoutException():
            problem = f"serveren svarede ikke inden for {limits.timeout_seconds:g} sekunder"
            return EvidenceError(url, problem, is_temporary=True)
        case httpx.DecodingError():
            return EvidenceError(url, "svaret kunne ikke pakkes ud", is_temporary=False)
        case _:
            return EvidenceError(url, f"der er ingen forbindelse ({error})", is_temporary=True)
