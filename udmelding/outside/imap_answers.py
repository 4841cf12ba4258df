"""What does an IMAP server's answer say? Its numbers, words, bytes, and errors in Danish."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Sequence
from typing import Any

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from udmelding.config import settings_sections


def told(error: BaseException, chosen: settings_sections.Mailbox) -> str:
    """What went wrong with a mailbox, in Danish; the most special case first."""
    place = f"{chosen.host}:{chosen.port}"
    match error:
        case ssl.SSLCertVerificationError():
            why = error.verify_message
            return f"Postkassen på {place} har et certifikat, der ikke kan godkendes ({why})."
        case TimeoutError():
            seconds = f"{chosen.timeout_seconds:g}"
            return f"Postkassen på {place} svarede ikke inden for {seconds} sekunder."
        case imaplib.IMAP4.readonly():
            return (
                f"Mappen «{chosen.folder}» i postkassen på {place} kan læses, men ikke ændres. "
                f"Giv {chosen.username} adgang til at skrive i den."
            )
        case imaplib.IMAP4.abort():
            return f"Forbindelsen til postkassen på {place} brød sammen ({line(error)})."
        case ImapToolsError() | imaplib.IMAP4.error():
            return f"Postkassen på {place} svarede noget uventet ({line(error)})."
        case _:
            return f"Der er ingen forbindelse til postkassen på {place} ({line(error)})."


def line(error: BaseException) -> str:
    """What an error says, on one line and not too long; never a login, which it does not hold."""
    said = str(error)
    if isinstance(error, UnexpectedCommandStatusError):
        said = b" ".join(x for x in error.command_result[1] if isinstance(x, bytes)).decode(
            "utf-8", "replace"
        )
    return " ".join(said.split())[:200] or type(error).__name__


def words(answer: Sequence[Any] | None) -> set[str]:
    """The words of an answer such as ``(Junk $Udmelding)`` or ``IMAP4rev1 MOVE``."""
    lines = (part.decode("ascii", "replace") for part in answer or () if isinstance(part, bytes))
    return {word for line in lines for word in line.strip("()").split()}


def number(found: Sequence[Any]) -> int | None:
    """The number at the end of an answer such as ``1 (UID 7 RFC822.SIZE 1234)``."""
    for part in found:
        text = part if isinstance(part, bytes) else (part[0] if isinstance(part, tuple) else b"")
        _, is_there, rest = text.partition(b"RFC822.SIZE ")
        if is_there:
            return int(rest.split(b" ")[0].rstrip(b")"))
    return None


def literal(found: Sequence[Any]) -> bytes | None:
    """The bytes that an answer carries; None for an answer without."""
    return next((part[1] for part in found if isinstance(part, tuple)), None)
