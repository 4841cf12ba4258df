"""How do a mail's bytes become what the rules read? ``read`` takes them and never raises.

Anybody can send anything to the secretariat's address. Whatever comes, however broken, cut off or
made to do harm, becomes an ``Incoming``: at worst one with little in it, whose bytes are kept for a
person. What is read is limited: ``MOST_BYTES`` of the mail, ``MOST_PARTS`` parts, ``MOST_TEXT``
characters of text, ``MOST_OF_A_HEADER`` of a header.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

from models.incoming import IncomingKind
from udmelding.outside.inbox.delivery_reports import delivery_news_in
from udmelding.outside.inbox.headers import (
    POLICY,
    addresses,
    first_headers,
    ids,
    moment,
    text_in_charset,
    without_signs,
    words,
)
from udmelding.outside.inbox.old_bounces import bounce_in, clearer, is_from_mail_system
from udmelding.outside.inbox.parts import MOST_TEXT, Parts, parts_of
from udmelding.rules.inbox.concerning import is_unclear
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.links import links_in
from udmelding.rules.inbox.quoting import forwarded_senders, own_text
from udmelding.rules.inbox.weighing import TELLING_HEADERS

MOST_BYTES = 100_000_000
"""What a mail server takes is less; the rest of a larger mail is not looked at."""

MOST_OF_A_SUBJECT = 500
MOST_VOICES = 5


def read(raw: bytes) -> Incoming:
    """The mail whose bytes are ``raw``. The same bytes always give the same; nothing is raised."""
    message, parts, is_from_system = _parsed(raw[:MOST_BYTES])
    headers = first_headers(message)
    name, sender = _sender(headers)
    subject = words(headers.get("subject", ""))[:MOST_OF_A_SUBJECT]
    sent_at = _sent_at(headers)
    text = parts.text
    own = own_text(text)
    news = delivery_news_in(parts)
    by_words = bounce_in(headers, sender, subject, message, parts, is_from_system=is_from_system)
    news = clearer(news, by_words, parts) if news else by_words
    # What needs nobody leaves no files; of what a person has to read all is kept.
    is_said = news is not None and not is_unclear(news.kind, news.delivery_reports)
    message_ids = ids(headers.get("message-id", ""))
    return Incoming(
        message_id=message_ids[0] if message_ids else "",
        sent_at=sent_at,
        sender=sender,
        sender_name=name[:200],
        receivers=_receivers(headers),
        subject=subject,
        text=text,
        own_text=own,
        refers_to=_refers_to(headers),
        returned_id=news.returned_id if news else "",
        returned_key=news.returned_key if news else "",
        kind=news.kind if news else IncomingKind.REPLY,
        why=news.why if news else "",
        delivery_reports=news.delivery_reports if news else (),
        headers={name: headers[name] for name in sorted(TELLING_HEADERS & headers.keys())},
        calendar_method=parts.calendar_method,
        voices=_voices(headers, sender, text, parts),
        links=links_in(own_text("\n\n".join(parts.linked_texts)[:MOST_TEXT])),
        files=() if is_said else tuple(parts.files),
        sealed=None if is_said else parts.sealed,
        is_unwrapped=parts.is_unwrapped,
    )


def _parsed(raw: bytes) -> tuple[Message, Parts, bool]:
    """The mail, its parts, and whether a mail system sent it.

    Where its parts cannot be told apart, its body is text.
    """
    try:
        message: Message = BytesParser(policy=POLICY).parsebytes(raw)
        headers = first_headers(message)
        is_system = is_from_mail_system(headers, _sender(headers)[1], message)
        return message, parts_of(message, is_from_mail_system=is_system), is_system
    except Exception:  # nested without end, or an error of the parser; headers may still be sound
        return _headers_only(raw)


def _headers_only(raw: bytes) -> tuple[Message, Parts, bool]:
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        message: Message = BytesHeaderParser(policy=POLICY).parsebytes(head)
    except Exception:
        message = Message(policy=POLICY)
    text = without_signs(text_in_charset(body[:MOST_TEXT], "utf-8"))
    headers = first_headers(message)
    is_system = is_from_mail_system(headers, _sender(headers)[1], Message(policy=POLICY))
    return message, Parts(texts=[text]), is_system


def _sender(headers: Mapping[str, str]) -> tuple[str, str]:
    """Name and address of who wrote it; both empty where nobody can tell."""
    found = addresses(headers.get("from", "")) or addresses(headers.get("sender", ""))
    return found[0] if found else ("", "")


def _receivers(headers: Mapping[str, str]) -> tuple[str, ...]:
    found = (*addresses(headers.get("to", "")), *addresses(headers.get("cc", "")))
    return tuple(dict.fromkeys(address for _, address in found))


def _refers_to(headers: Mapping[str, str]) -> tuple[str, ...]:
    """What it answers, the nearest first: In-Reply-To, then References from their end."""
    references = ids(headers.get("references", ""))
    return tuple(dict.fromkeys((*ids(headers.get("in-reply-to", "")), *reversed(references))))


def _sent_at(headers: Mapping[str, str]) -> dt.datetime | None:
    """Its Date; without one, the moment that the last server took it."""
    return moment(headers.get("date", "")) or moment(
        headers.get("received", "").rpartition(";")[2].strip()
    )


def _voices(headers: Mapping[str, str], sender: str, text: str, parts: Parts) -> tuple[str, ...]:
    """Other addresses that may speak in it: Reply-To, and who wrote what it passes on."""
    reply_to = (address for _, address in addresses(headers.get("reply-to", "")))
    found = dict.fromkeys((*reply_to, *forwarded_senders(text), *parts.enclosed_from))
    return tuple(one for one in found if one != sender)[:MOST_VOICES]
