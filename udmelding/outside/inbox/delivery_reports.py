"""What does a delivery report say? Reads ``multipart/report`` as RFC 3464 and RFC 6533 have it.

For each receiver it names an action and a status. Of which class a failure is: ``rules.inbox
.failures``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import Parser

from models.delivery_report import DeliveryReportKind
from models.incoming import IncomingKind
from udmelding.outside.inbox.headers import (
    POLICY,
    addresses_in,
    first_headers,
    ids,
    key_of,
    without_signs,
    words,
)
from udmelding.outside.inbox.parts import Parts, content_of, inner_mail, media_type_of
from udmelding.rules.inbox.failures import kind_of_failure
from udmelding.rules.inbox.incoming import DeliveryReportLine

MOST_RECEIVERS = 200
FAILURES = frozenset(
    {
        *(DeliveryReportKind.FAILED, DeliveryReportKind.FAILED_FOR_NOW),
        *(DeliveryReportKind.SENDER_REFUSED, DeliveryReportKind.UNCLEAR),
    }
)
"""Kinds of a mail that came back."""

MOST_OF_A_REASON = 500

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_ACTIONS = {
    "delayed": DeliveryReportKind.DELAYED,
    "delivered": DeliveryReportKind.DELIVERED,
    "relayed": DeliveryReportKind.RELAYED,
    "expanded": DeliveryReportKind.RELAYED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNews:
    """What a mail says of the delivery of another.

    Attributes:
        kind: bounce, delay or receipt; ``AUTOMATIC`` for a read receipt.
        returned_id: Message-ID of the mail that it tells of; ``returned_key`` our own key of it.
    """

    kind: IncomingKind
    why: str
    delivery_reports: tuple[DeliveryReportLine, ...] = field(default=())
    returned_id: str = ""
    returned_key: str = ""


def delivery_news_in(parts: Parts) -> DeliveryNews | None:
    """What the delivery report among the ``parts`` says; None where there is none."""
    if parts.status is not None:
        return _delivery_report(parts, parts.status)
    if parts.receipt is not None:
        told = _blocks(parts.receipt)[:1] or [{}]
        seen = ids(told[0].get("original-message-id", ""))
        returned_id, returned_key = returned_in(parts.returned)
        returned_id = returned_id or (seen[0] if seen else "")
        return DeliveryNews(
            kind=IncomingKind.AUTOMATIC,
            why="a read receipt (RFC 8098)",
            returned_id=returned_id,
            returned_key=returned_key,
        )
    return None


def kind_of_mail(delivery_reports: tuple[DeliveryReportLine, ...]) -> IncomingKind:
    """The sort of a mail with those lines: its worst news."""
    kinds = {line.kind for line in delivery_reports}
    if not kinds or kinds & FAILURES:
        return IncomingKind.BOUNCE
    return IncomingKind.DELAY if DeliveryReportKind.DELAYED in kinds else IncomingKind.RECEIPT


def status_in(text: str) -> str:
    """The first enhanced status code of a failure in ``text``; empty where there is none."""
    found = _CODE.search(text)
    return found[1] if found else ""


def one_line(text: str) -> str:
    """``text`` on one line and not too long."""
    return without_signs(text, is_line=True)[:MOST_OF_A_REASON]


def _delivery_report(parts: Parts, status: Message) -> DeliveryNews:
    blocks = _blocks(status)
    about_mail = next((b for b in blocks if not _is_receiver(b)), {})
    lines: dict[str, DeliveryReportLine] = {}
    for block in [b for b in blocks if _is_receiver(b)][:MOST_RECEIVERS]:
        line = _line(block)
        if line.address not in lines or line.kind is DeliveryReportKind.FAILED:
            lines[line.address] = line
    found = tuple(lines.values())
    returned_id, returned_key = returned_in(parts.returned)
    envelope = one_line(_without_xtext(about_mail.get("original-envelope-id", "")))
    return DeliveryNews(
        kind=kind_of_mail(found),
        why="a delivery report (RFC 3464)" + ("" if found else " that names no receiver"),
        delivery_reports=found,
        returned_id=returned_id,
        returned_key=returned_key or envelope[:200],
    )


def _is_receiver(block: Mapping[str, str]) -> bool:
    return "final-recipient" in block or "original-recipient" in block or "action" in block


def _blocks(part: Message) -> list[dict[str, str]]:
    """The groups of fields of the part that machines read, however the parser took it apart."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _parsed(content_of(part).decode("utf-8", "replace"))
    blocks: list[dict[str, str]] = []
    for block in payload[: MOST_RECEIVERS + 1]:
        if isinstance(block, Message):
            blocks.append(first_headers(block))
            rest = block.get_payload()
            blocks.extend(_parsed(rest) if isinstance(rest, str) and rest.strip() else [])
    return [b for b in blocks if b]


def _parsed(text: str) -> list[dict[str, str]]:
    groups = re.split(r"\r?\n[ \t]*\r?\n", text.strip())[: MOST_RECEIVERS + 1]
    parser = Parser(policy=POLICY)
    return [b for g in groups if (b := first_headers(parser.parsestr(g, headersonly=True)))]


def _line(block: Mapping[str, str]) -> DeliveryReportLine:
    why = one_line(words(_after_type(block.get("diagnostic-code", ""))))
    status = status_in(block.get("status", ""))
    if not status or status.endswith(".0.0"):
        status = status_in(why) or status
    action = block.get("action", "").partition("(")[0].strip().lower()
    kind = _ACTIONS.get(action)
    if kind is None and not action and status.startswith("2"):
        kind = DeliveryReportKind.DELIVERED
    return DeliveryReportLine(
        address=_address(block),
        kind=kind or kind_of_failure(status, why),
        status=status,
        why=why,
    )


def _address(block: Mapping[str, str]) -> str:
    """The address we wrote to, if the server knows it; else the one that it came to in the end."""
    original = _without_xtext(_after_type(block.get("original-recipient", "")))
    final = _after_type(block.get("final-recipient", ""))
    for value in (original, final):
        if found := addresses_in(value):
            return found[0]
    return ""


def _after_type(value: str) -> str:
    """``value`` without the type before it: the ``rfc822;`` of an address, ``smtp;`` of words."""
    found = re.match(r"\s*[A-Za-z][\w-]{0,30}\s*;\s*", value)
    return value[found.end() :] if found else value.strip()


def _without_xtext(value: str) -> str:
    """``value`` decoded from xtext (RFC 3461, section 4): ``+3D`` is ``=``."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), value.strip())


def returned_in(part: Message | None) -> tuple[str, str]:
    """Message-ID and our own key of the mail that is sent back, or of its headers."""
    if part is None:
        return "", ""
    inner = inner_mail(part)
    if media_type_of(part).endswith("headers") or inner is None:
        text = content_of(part).decode("utf-8", "replace")
        inner = Parser(policy=POLICY).parsestr(text.lstrip(), headersonly=True)
    return returned_by(first_headers(inner))


def returned_by(headers: Mapping[str, str]) -> tuple[str, str]:
    """Message-ID and our own key in the ``headers`` of a mail that came back."""
    found = ids(headers.get("message-id", ""))
    return (found[0] if found else ""), key_of(headers)
