"""Personal links: taken out of texts, and when those of a case end.

Whoever has a link may answer for its receiver, so a link is for that receiver alone. A mail on its
way carries it. Everything else that shows, finds, exports or keeps the mail's words has a sign in
its place, which may say the link's number but never its secret.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from models import PartyKind
from udmelding import clock
from udmelding.rules.case.case import Case

OWNERS = frozenset(
    {
        PartyKind.MUNICIPALITY,
        PartyKind.REGIONAL_COUNCIL,
        PartyKind.PROVIDER,
        PartyKind.REGION,
    }
)
"""Kinds of parties that can have a link."""


class LinkKind(StrEnum):
    """What a link opens, by its letter in the address: a party's own page, or a draft to read."""

    PARTY = "k"
    READER = "b"


BLANKED = "[personligt link]"
"""What stands for a link whose number is not known; the same word for every kind."""

AFTER_CLOSING = dt.timedelta(days=30)
"""How long after a case was closed its links still work, for one who looks up what was said."""

NEVER = clock.at(dt.date(2200, 1, 1), "00:00")
"""When a link expires that has no days of its own: its case ends it."""

MOST_MADE_FROM_ONE = 10
"""How many working links may hang below one that was not itself made from a link, in all."""

_SIGNS = {LinkKind.PARTY: "personligt link", LinkKind.READER: "personligt læserlink"}
_KIND_OF = {sign: kind for kind, sign in _SIGNS.items()}
_NUMBERED = re.compile(r"\[(personligt link|personligt læserlink)(?: nr\. (\d{1,15}))?\]")

# A link's secret has 43 signs; one that a mail program has broken in two is caught by its longer
# half. Wrapped is what «safe links» make of it.
_PLAIN = r"(?:https?://[^\s<>\"'()\[\]]*?)?/[kb]/[\w-]{20,}"
_WRAPPED = r"https?(?:://|%3A%2F%2F)[^\s<>\"'()\[\]]*%2F[kb]%2F[\w-]{20,}[^\s<>\"'()\[\]]*"
_LINKS = re.compile(f"{_WRAPPED}|{_PLAIN}", re.IGNORECASE | re.ASCII)
_LINKS_IN_BYTES = re.compile(_LINKS.pattern.encode(), re.IGNORECASE)
_SECRETS = re.compile(r"([kb])(?:/|%2F)([\w-]{20,})", re.IGNORECASE | re.ASCII)
_RANDOM = re.compile(r"(?=.*[a-z]).*[A-Z]")
"""Of a secret's signs; the words of another site's address are in small letters."""

_BEHIND = re.compile(r"(/[kb]/[\w-]{43})[^\w/-][^/]*", re.ASCII)

Namer = Callable[[LinkKind, str], int | None]
"""The number of the link with that secret; None where there is no such link."""


def _nameless(_kind: LinkKind, _secret: str) -> int | None:
    return None


def without_links(text: str, number_of: Namer = _nameless) -> str:
    """The text, plain or HTML, with a sign in place of every personal link.

    Args:
        text: may hold links of both kinds, also such as another mail program has wrapped.
        number_of: finds a link's number, so that the sign can say which it was.
    """

    def sign(found: re.Match[str]) -> str:
        secrets = _SECRETS.findall(found[0])  # a wrapped one may have look-alikes
        if not any(_RANDOM.match(secret) for _, secret in secrets):
            return found[0]
        for letter, secret in secrets:
            kind = LinkKind(letter.lower())
            number = number_of(kind, secret)
            if number is not None:
                return sign_of(kind, number)
        return BLANKED

    return _LINKS.sub(sign, text)


def without_links_in(value: Any) -> Any:
    """The value with ``without_links`` for each text in it; one that holds none as it is."""
    if isinstance(value, str):
        return without_links(value) if _LINKS.search(value) else value
    if isinstance(value, Mapping):
        return {name: without_links_in(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_links_in(one) for one in value]
    return value


def without_links_in_bytes(content: bytes) -> bytes:
    """``without_links`` for a text whose character set is not known."""
    return _LINKS_IN_BYTES.sub(BLANKED.encode(), content)


def without_what_follows(path: str) -> str:
    """A personal link's path without what a mail program has put behind the link.

    Many take the bracket, full stop or quotation mark that follows an address as part of it. A
    secret has 43 signs, none of which those are, so nothing of it can be lost.
    """
    return _BEHIND.sub(r"\1", path, count=1) if path.startswith(("/k/", "/b/")) else path


def sign_of(kind: LinkKind, number: int) -> str:
    """What stands for the link with that number in a text that was sent."""
    return f"[{_SIGNS[kind]} nr. {number}]"


def has_sign(text: str) -> bool:
    """Whether a link was taken out of that text."""
    return _NUMBERED.search(text) is not None


def with_links(text: str, address_of: Callable[[LinkKind, int | None], str]) -> str:
    """The text with an address in place of every sign.

    Args:
        text: as ``without_links`` has left it.
        address_of: the address that takes the place of the link with that number, None where the
            sign says none; an empty one lets the sign stand.
    """

    def address(found: re.Match[str]) -> str:
        number = int(found[2]) if found[2] else None
        return address_of(_KIND_OF[found[1]], number) or found[0]

    return _NUMBERED.sub(address, text)


def links_end_at(case: Case) -> dt.datetime | None:
    """When the links of a case end because it is closed; None while it is open.

    Nothing is stored: a case that is taken up again has its links back.
    """
    if not case.closures:
        return None
    return end_after(max(closure.closed_on for closure in case.closures))


def end_after(closed_on: dt.date) -> dt.datetime:
    """When the links of a case end that was closed on that day."""
    return clock.at(closed_on + AFTER_CLOSING, "00:00")


def ends_at(case: Case, expires_at: dt.datetime) -> dt.datetime | None:
    """When a link of the case ends that would else expire at ``expires_at``; None: not known yet.

    A link without days of its own ends with its case, and an open case has no such day.
    """
    closing = links_end_at(case)
    return earliest_end(expires_at, closing)


def earliest_end(expires_at: dt.datetime, closing: dt.datetime | None) -> dt.datetime | None:
    """``ends_at`` where the case's own end is known already."""
    known = [at for at in (expires_at if expires_at < NEVER else None, closing) if at is not None]
    return min(known, default=None)


def is_over(ends: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether what ends then (None: not known yet) has ended."""
    return ends is not None and now >= ends
