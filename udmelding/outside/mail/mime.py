"""How does a mail look on the wire? From a stored mail to an RFC 5322 message.

The same stored mail always gives the same message: its Date is when it was written, its Message-ID
follows from its key, so a mail that is handed over twice can be recognised as one. Headers tell
other machines that no person wrote it (RFC 3834; Exchange reads ``X-Auto-Response-Suppress``), so
that no out-of-office answer comes back.

No value can add a header. Line breaks in names and subjects become spaces; ``=?`` is taken apart,
because Python decodes such encoded words in a value, and older ones (3.11.7, for one) then write a
line break hidden in one as it is (CVE-2024-6923). Addresses that are not plain are refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from urllib.parse import quote

from udmelding.clock import COPENHAGEN
from udmelding.config.settings_sections import Secretariat
from udmelding.errors import RefusedError


class BadAddressError(RefusedError):
    """A mail address cannot be used; only a corrected address helps.

    An example: ``sekretariat@kommune.example, chef@kommune.example`` in the field of one address.

    Attributes:
        address: what was given.
    """

    def __init__(self, address: str) -> None:
        """Compose the message from the ``address``."""
        shown = " ".join(address.split())[:80]
        super().__init__(f"«{shown}» er ikke en mailadresse, der kan sendes til.")
        self.address = address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; ``media_type`` such as ``application/pdf``."""

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailToSend:
    """One mail as it stands in the outbox.

    Attributes:
        key: the mail's idempotency key.
        message_id: its Message-ID with angle brackets.
        thread_id: the Message-ID that the conversation began with; its own if it begins one.
        created_at: when it was written; becomes its Date.
        reference: the case's reference.
    """

    key: str
    subject: str
    text: str
    html: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...] = ()
    message_id: str
    thread_id: str
    created_at: dt.datetime
    reference: str
    attachments: tuple[Attachment, ...] = ()


class _UnfoldedHeader(UnstructuredHeader, BaseHeader):
    """A header of machine words; Python would break long ones up as encoded words."""

    def fold(self, *, policy: Policy) -> str:
        """The header on one line, whatever its length."""
        return f"{self.name}: {self}{policy.linesep}"


class _TextHeader(UnstructuredHeader, BaseHeader):
    """A header of Danish words; the new policies fold them so that a space comes out doubled."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """The header, encoded as a whole where it is not plain ASCII."""
        text = str(self)
        charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
        encoded = Header(text, charset, maxlinelen=76, header_name=self.name)
        return f"{self.name}: {encoded.encode(linesep=policy.linesep)}{policy.linesep}"


_MACHINE_HEADERS = (
    "In-Reply-To",
    "Message-ID",
    "References",
    "X-Udmelding-Case",
    "X-Udmelding-Key",
)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[^\s@<>()\[\],;:\\\"]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")


def _policy() -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    for name in _MACHINE_HEADERS:
        registry.map_to_type(name.lower(), _UnfoldedHeader)
    registry.map_to_type("subject", _TextHeader)
    return SMTP.clone(header_factory=registry)


POLICY = _policy()
"""How our messages are written: CRLF, UTF-8 as encoded words, machine words unbroken."""


def build_message(mail: MailToSend, sender: Secretariat) -> EmailMessage:
    """The message that ``mail`` becomes when ``sender`` sends it.

    Raises:
        BadAddressError: an address is not plain.
        RefusedError: there is no recipient.
        ValueError: ``created_at`` names no time zone, or an ID is not a Message-ID.
    """
    if not mail.recipients:
        raise RefusedError(f"Mailen «{mail.subject}» har ingen modtager.")
    if mail.created_at.tzinfo is None:
        raise ValueError(f"{mail.key}: created_at must be aware")
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(sender.email, sender.sender_name or sender.name)
    message["To"] = _addresses(mail.recipients)
    if mail.copies:
        message["Cc"] = _addresses(mail.copies)
    message["Reply-To"] = _address(sender.email, sender.sender_name or sender.name)
    message["Subject"] = _line(mail.subject)
    message["Date"] = mail.created_at.astimezone(COPENHAGEN)
    message["Message-ID"] = _checked_id(mail.message_id)
    if mail.thread_id != mail.message_id:
        message["In-Reply-To"] = _checked_id(mail.thread_id)
        message["References"] = _checked_id(mail.thread_id)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["X-Udmelding-Case"] = _word(mail.reference)
    message["X-Udmelding-Key"] = _word(mail.key)
    _set_content(message, mail)
    message["Content-Language"] = "da"  # after the content, which takes such headers with it
    return message


def message_id_for(key: str, domain: str) -> str:
    """The Message-ID of the mail with that key; always the same."""
    return _checked_id(f"<{_digest(key)}@{domain}>")


def thread_id_for(reference: str, party: str, domain: str) -> str:
    """The Message-ID that all mails to one party in one case can hang under."""
    return _checked_id(f"<sag.{_digest(f'{reference}/{party}')}@{domain}>")


def addresses_in(message: EmailMessage) -> tuple[str, ...]:
    """Everybody the message goes to, each address once."""
    headers = [message[name] for name in ("To", "Cc") if name in message]
    return tuple(dict.fromkeys(a.addr_spec for header in headers for a in header.addresses))


def _set_content(message: EmailMessage, mail: MailToSend) -> None:
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="quoted-printable")
    for attachment in mail.attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype or "octet-stream",
            filename=_line(attachment.file_name),
        )


def _addresses(emails: Sequence[str]) -> tuple[Address, ...]:
    return tuple(_address(email) for email in dict.fromkeys(emails))


def _address(email: str, name: str = "") -> Address:
    """The address in the form that every mail server takes: a domain such as ``ærø`` in ASCII."""
    if not _ADDRESS.fullmatch(email):
        raise BadAddressError(email)
    local, _, domain = email.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        return Address(_line(name), local, ascii_domain)
    except ValueError:  # a domain such as "a..b", a local part such as "a."
        raise BadAddressError(email) from None


def _line(value: str) -> str:
    """``value`` on one line, without control signs or anything like an encoded word."""
    kept = (s for s in value if s.isspace() or unicodedata.category(s) != "Cc")
    return " ".join("".join(kept).split()).replace("=?", "= ?")


def _word(value: str) -> str:
    """``value`` as one machine word: what is not plain is percent-encoded."""
    return quote(value, safe="/@:+,-._~")


def _checked_id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise ValueError(f"not a Message-ID: {value!r}")
    return value


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]
