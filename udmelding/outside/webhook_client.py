"""Hands one event to one webhook, signed as Standard Webhooks says, and tells how it was taken.

The address must be https, or on this machine. What its name stands for is looked up here, checked,
and then connected to, so a name cannot point inwards between the check and the call. No redirect is
followed, no proxy used, and what the receiver writes back is thrown away.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import ssl
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

import httpx

from udmelding.errors import RefusedError
from udmelding.outside.addresses import Address, look_up, unwrapped

TIMEOUT = 10.0
"""Seconds for all of one try, from looking the name up to the answer's last byte."""

_MOST_READ = 64 * 1024
_PREFIX = "whsec_"
_OWN_NAMES = frozenset({"localhost", "localhost."})


@dataclass(frozen=True, slots=True)
class Answer:
    """How a receiver took an event.

    Attributes:
        status: the HTTP status; None where there was no answer.
        trouble: why there was none, in Danish.
        wait: how long the receiver asks to be left alone, where it says so.
    """

    status: int | None
    trouble: str = ""
    wait: dt.timedelta | None = None


def sign(secret: str, event: str, at: dt.datetime, body: str) -> str:
    """The value of ``webhook-signature``: over the event's id, the second of the try, the body."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{event}.{int(at.timestamp())}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_address(url: str, *, may_be_private: bool) -> None:
    """See that events may be sent to ``url``.

    Raises:
        RefusedError: it is misshapen, not https, carries a password, or leads into the local
            network; says which. A name that cannot be looked up now is tried when there is news.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedError("Adressen kan ikke læses.") from error
    if parts.scheme not in ("http", "https") or not host or port == 0 or not url.isprintable():
        raise RefusedError("Skriv hele adressen, for eksempel https://modtager.example/udmelding.")
    if parts.username is not None or parts.password is not None:
        raise RefusedError(
            "Skriv ikke brugernavn eller adgangskode i adressen. Modtageren kender os på "
            "signaturen."
        )
    if parts.fragment or any(sign.isspace() for sign in url):
        raise RefusedError("Adressen må ikke have mellemrum eller #.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise RefusedError("Adressen skal begynde med https://, så ingen kan læse med undervejs.")
    try:
        _check(host, look_up(host, port or 443, TIMEOUT), may_be_private=may_be_private)
    except (OSError, UnicodeError):
        return


def post(
    url: str, secret: str, event: str, body: str, at: dt.datetime, *, may_be_private: bool
) -> Answer:
    """Hand over one event; never raises for what the receiver does.

    Args:
        url: the receiver.
        secret: what is signed with.
        event: the event's id, the same at every try.
        body: the JSON text.
        at: the moment of the try.
        may_be_private: whether the receiver may be in the local network.
    """
    headers = {
        "content-type": "application/json",
        "user-agent": "udmelding",
        "webhook-id": event,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(secret, event, at, body),
    }
    answers: list[Answer] = []  # stays even if the time runs out while the rest is read
    trouble = "intet svar"
    try:
        target = httpx.URL(url)
        started = time.monotonic()
        addresses = look_up(target.host, target.port or 443, TIMEOUT)
        _check(target.host, addresses, may_be_private=may_be_private)
        left = TIMEOUT - (time.monotonic() - started)
        request = _Request(target, addresses, body.encode(), headers)
        asyncio.run(_within(left, request, at, answers))
    except (TimeoutError, httpx.TimeoutException):
        trouble = f"intet svar inden for {TIMEOUT:.0f} sekunder"
    except RefusedError as error:
        trouble = error.message
    except (OSError, UnicodeError):
        trouble = "navnet på serveren kan ikke slås op"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        trouble = f"forbindelsen kunne ikke bruges ({type(error).__name__})"
    return answers[0] if answers else Answer(None, trouble)


@dataclass(frozen=True, slots=True)
class _Request:
    """What is sent, and the addresses to try in turn."""

    url: httpx.URL
    addresses: list[Address]
    content: bytes
    headers: dict[str, str]


async def _within(
    seconds: float, request: _Request, at: dt.datetime, answers: list[Answer]
) -> None:
    async with asyncio.timeout(seconds):
        await _hand_over(request, at, answers)


async def _hand_over(request: _Request, at: dt.datetime, answers: list[Answer]) -> None:
    async with httpx.AsyncClient(
        verify=_trusted(), trust_env=False, follow_redirects=False, timeout=TIMEOUT
    ) as client:
        for place, address in enumerate(request.addresses):
            made = client.build_request(
                "POST",
                request.url.copy_with(host=str(address)),
                content=request.content,
                headers={**request.headers, "host": request.url.netloc.decode("ascii")},
                extensions={"sni_hostname": request.url.raw_host.decode("ascii")},
            )
            try:
                response = await client.send(made, stream=True)
            except httpx.ConnectError:
                if place == len(request.addresses) - 1:
                    raise
                continue
            answers.append(Answer(response.status_code, wait=_wait(response, at)))
            await _read_away(response)
            return


async def _read_away(response: httpx.Response) -> None:
    """Let the receiver finish what it writes, within reason."""
    size = 0
    try:
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > _MOST_READ:
                break
    finally:
        await response.aclose()


def _wait(response: httpx.Response, at: dt.datetime) -> dt.timedelta | None:
    """``Retry-After`` as seconds or as a date; nothing where it cannot be read."""
    told = response.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return dt.timedelta(seconds=min(int(told[:9]), 10**8))
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return dt.timedelta(seconds=max(0.0, (until - at).total_seconds()))


def _check(host: str, addresses: list[Address], *, may_be_private: bool) -> None:
    """See that events may be sent there; a name that hides this machine is never one.

    Raises:
        RefusedError: they may not.
    """
    for address in addresses:
        plain = unwrapped(address)
        if plain.is_loopback and _is_this_machine(host):
            continue
        if plain.is_loopback or plain.is_unspecified or plain.is_multicast:
            raise RefusedError(f"Adressen {host} kan ikke bruges til webhooks.")
        if not plain.is_global and not may_be_private:
            raise RefusedError(
                f"{host} ligger i det lokale netværk. Det skal tillades i opsætningen med "
                "web.webhooks_to_private."
            )


def _is_this_machine(host: str) -> bool:
    if host.lower() in _OWN_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we believe; reading the list costs more than a call."""
    return httpx.create_ssl_context()
