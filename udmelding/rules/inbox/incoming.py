"""What does an incoming mail say? The values that reading a mail gives; ``outside`` makes them.

Everything that decides on a mail (what sort it is, whose it is, what it means) reads these values
and never the mail's bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from models.delivery_report import DeliveryReportKind
from models.incoming import IncomingKind


class Wrapper(StrEnum):
    """Why what a mail says could not be read: how it was wrapped.

    ``ENCRYPTED`` for a key that we do not have; ``SIGNED`` (S/MIME) and ``OUTLOOK``
    (``winmail.dat``) could not be unpacked.
    """

    ENCRYPTED = "encrypted"
    SIGNED = "signed"
    OUTLOOK = "outlook"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile:
    """A file that came with a mail.

    Attributes:
        file_name: made safe: no path, no control signs, never empty.
        media_type: as the mail says, lower case, such as ``application/pdf``.
        content: its bytes.
    """

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReportLine:
    """What a delivery report (RFC 3464) says of one receiver.

    Attributes:
        address: the receiver in lower case; empty where the delivery report names none.
        kind: failed, failed for now, delayed, delivered or relayed.
        status: the enhanced status code (RFC 3463), such as ``5.1.1``; may be empty.
        why: the other server's own words on one line; may be empty.
    """

    address: str
    kind: DeliveryReportKind
    status: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One mail that came in.

    Attributes:
        message_id: with angle brackets; empty where the mail has none.
        sent_at: its Date, aware; None where it has none that can be read.
        sender: the address in lower case, of ``From``; ``sender_name`` as it stands before it.
        receivers: the addresses in To and Cc, lower case.
        subject: decoded, on one line.
        text: the readable text: the plain one, or the HTML one made plain.
        own_text: ``text`` without what it quotes of earlier mails.
        refers_to: Message-IDs of In-Reply-To and References, the nearest first.
        returned_id: Message-ID of the mail that a delivery report sends back; empty where none is.
        returned_key: our own key of that mail (``X-Udmelding-Key``, decoded, or the envelope id).
        kind: what sort of mail it is, where its form says so: a delivery report, or ``AUTOMATIC``
            for a read receipt. All others are ``REPLY`` until they are weighed; ``why`` says how it
            was seen, in English, for the log.
        headers: those that say how a mail was sent, by their names in lower case.
        calendar_method: of a calendar that came with it, such as ``REPLY``; empty for none.
        voices: other addresses that may speak in it: Reply-To, and who wrote the mail that it
            passes on, in its text or enclosed.
        links: addresses of the web to which its writer's own words lead, as far as they are kept.
        delivery_reports: one line for each receiver.
        files: what came with it; inline pictures of signatures are left out.
        sealed: why not all of it could be read; None where it could.
        is_unwrapped: whether some of it came out of a wrapper: its bytes hold words that nobody
            finds who reads them as a mail.
    """

    message_id: str
    sent_at: dt.datetime | None
    sender: str
    sender_name: str = ""
    receivers: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    own_text: str = ""
    refers_to: tuple[str, ...] = ()
    returned_id: str = ""
    returned_key: str = ""
    kind: IncomingKind
    why: str = ""
    delivery_reports: tuple[DeliveryReportLine, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    calendar_method: str = ""
    voices: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    files: tuple[IncomingFile, ...] = ()
    sealed: Wrapper | None = None
    is_unwrapped: bool = False
