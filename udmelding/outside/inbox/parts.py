"""What parts has a mail? Its text, its files, and the parts that a delivery report is made of.

Mails nest: a text twice in ``multipart/alternative``, pictures in ``multipart/related``, other
mails in ``message/rfc822``. Another mail that came with this one is a file, never opened. Names:
``file_names``. A mail that is wrapped as one file (``wrappers``, ``tnef``) is unpacked, and what is
in it is read like any other part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser

from udmelding.outside.inbox.file_names import safe_name
from udmelding.outside.inbox.headers import (
    POLICY,
    addresses,
    first_headers,
    parameter,
    text_in_charset,
    without_signs,
    words,
)
from udmelding.outside.inbox.html_text import plain_text
from udmelding.outside.inbox.tnef import winmail
from udmelding.outside.inbox.wrappers import BrokenWrapperError, opened
from udmelding.rules.inbox.incoming import IncomingFile, Wrapper

MOST_PARTS = 50
MOST_DEPTH = 20
MOST_TEXT = 200_000
"""Characters of text that are kept."""

_DELIVERY_REPORT_PARTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
)


@dataclass(slots=True)
class Parts:
    """What a mail consists of; filled by ``parts_of``.

    Attributes:
        texts: of each piece of its text, the plain one if there is one.
        status: the part of a delivery report that machines read.
        receipt: the same of a read receipt (RFC 8098).
        calendar_method: of the first calendar in it; empty for none.
        enclosed_from: who sent the mails that came with this one.
        returned: the part of a delivery report that sends our mail, or its headers, back.
        linked_texts: the same with the addresses that links of HTML lead to.
        spare_texts: texts of Outlook's, for a mail that has no other.
        sealed: why something in it could not be read; ``is_unwrapped`` that something was unpacked.
    """

    texts: list[str] = field(default_factory=list)
    linked_texts: list[str] = field(default_factory=list)
    files: list[IncomingFile] = field(default_factory=list)
    status: Message | None = None
    receipt: Message | None = None
    returned: Message | None = None
    spare_texts: list[str] = field(default_factory=list)
    sealed: Wrapper | None = None
    is_unwrapped: bool = False
    calendar_method: str = ""
    enclosed_from: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def text(self) -> str:
        """All of its text, at most ``MOST_TEXT`` characters."""
        own = [t for t in self.texts if t.strip()] or self.spare_texts
        return "\n\n".join(own)[:MOST_TEXT].strip()


def parts_of(message: Message, *, is_from_mail_system: bool) -> Parts:
    """The parts of ``message``, the first ``MOST_PARTS`` of them.

    Args:
        message: the mail.
        is_from_mail_system: then the parts of a delivery report are read as such wherever they
            stand; in a person's mail they are files that are passed on.
    """
    parts = Parts()
    is_report = is_from_mail_system or media_type_of(message) == "multipart/report"
    _gather(message, parts, is_delivery_report=is_report, is_related=False, depth=0)
    return parts


def _gather(
    part: Message, parts: Parts, *, is_delivery_report: bool, is_related: bool, depth: int
) -> None:
    if parts.count >= MOST_PARTS or depth > MOST_DEPTH:
        return
    kind = media_type_of(part)
    if kind.startswith("multipart/") and part.is_multipart():
        inside = list(_children(part))
        if kind == "multipart/alternative":
            inside = _best_first(inside)
        for child in inside:
            is_inner_related = is_related or kind == "multipart/related"
            _gather(
                child,
                parts,
                is_delivery_report=is_delivery_report,
                is_related=is_inner_related,
                depth=depth + 1,
            )
        return
    parts.count += 1
    if _is_machine_part(part, kind, parts, is_delivery_report=is_delivery_report) or _is_unpacked(
        part, kind, parts, is_delivery_report=is_delivery_report, depth=depth
    ):
        return
    if _is_text(part, kind):
        parts.texts.append(_text(part, kind))
        parts.linked_texts.append(_text(part, kind, with_links=True))
    elif not _is_inline_picture(part, kind, is_related=is_related):
        _keep(part, kind, parts)


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def _best_first(choices: list[Message]) -> list[Message]:
    """Of the same text in several forms the one to read, and what is no text at all."""
    texts = [c for c in choices if media_type_of(c) in {"text/plain", "text/html"}]
    plain = [
        c for c in texts if media_type_of(c) == "text/plain" and _text(c, "text/plain").strip()
    ]
    others = [c for c in choices if c not in texts]
    if plain:
        return plain[:1] + [c for c in others if not _is_richer_text(c)]
    html = [c for c in texts if media_type_of(c) == "text/html"]
    return others + ([] if any(_is_richer_text(c) for c in others) else html[-1:])


def _is_richer_text(part: Message) -> bool:
    """Whether it is the HTML form with its pictures: ``multipart/related`` or the like."""
    kinds = [media_type_of(inner) for inner in list(part.walk())[:MOST_PARTS]]
    return "text/html" in kinds and not any(_is_attached(i) for i in list(part.walk())[:MOST_PARTS])


def media_type_of(part: Message) -> str:
    """Its media type in lower case."""
    return part.get_content_type().lower()


def _disposition(part: Message) -> str:
    return str(part.get("content-disposition", "")).partition(";")[0].strip().lower()


def _is_attached(part: Message) -> bool:
    return _disposition(part) == "attachment"


def _file_name(part: Message) -> str:
    given = parameter(str(part.get("content-disposition", "")), "filename")
    return given or parameter(str(part.get("content-type", "")), "name")


def _is_machine_part(part: Message, kind: str, parts: Parts, *, is_delivery_report: bool) -> bool:
    """Whether it is a part of a delivery report; laid by where it belongs."""
    if not is_delivery_report:
        return False
    if kind in _DELIVERY_REPORT_PARTS:
        parts.status = parts.status or part
    elif kind == "message/disposition-notification":
        parts.receipt = parts.receipt or part
    elif kind in _RETURNED:
        parts.returned = parts.returned or part
    else:
        return False
    return True


_OF_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_OF_OUTLOOK = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ENCRYPTED = frozenset({"application/pgp-encrypted", "application/x-microsoft-rpmsg-message"})


def _is_unpacked(
    part: Message, kind: str, parts: Parts, *, is_delivery_report: bool, depth: int
) -> bool:
    """Whether it wraps a mail or its files, and they were laid among the ``parts``.

    What cannot be unpacked stays a file, and ``parts.sealed`` says why.
    """
    name = _file_name(part).lower()
    try:
        if kind in _ENCRYPTED:
            parts.sealed = parts.sealed or Wrapper.ENCRYPTED
        elif kind in _OF_OUTLOOK or name == "winmail.dat":
            _unpack_outlook(part, parts)
            return True
        elif _is_smime(part, kind, name):
            inside = opened(content_of(part))
            parts.sealed = parts.sealed or inside.sealed
            if inside.content is not None:
                parts.is_unwrapped = True
                inner = BytesParser(policy=POLICY).parsebytes(inside.content)
                _gather(
                    inner,
                    parts,
                    is_delivery_report=is_delivery_report,
                    is_related=False,
                    depth=depth + 1,
                )
                return True
    except BrokenWrapperError:
        parts.sealed = Wrapper.SIGNED if _is_smime(part, kind, name) else Wrapper.OUTLOOK
    return False


def _is_smime(part: Message, kind: str, name: str) -> bool:
    """Whether it is a signed or encrypted mail, and not a file that somebody has signed."""
    of_type = parameter(str(part.get("content-type", "")), "smime-type")
    is_named = name in {"", "smime.p7m"}
    return name == "smime.p7m" or (kind in _OF_SMIME and (is_named or bool(of_type)))


def _unpack_outlook(part: Message, parts: Parts) -> None:
    found = winmail(content_of(part))
    parts.is_unwrapped = True
    parts.files += found.files[: MOST_PARTS - len(parts.files)]
    if found.text.strip():
        text = found.text[: 2 * MOST_TEXT]
        parts.spare_texts.append(plain_text(text) if found.is_html else text)
    elif found.has_rich_text and not any(text.strip() for text in parts.texts):
        parts.sealed = Wrapper.OUTLOOK  # of the text alone: the files are there


def _is_text(part: Message, kind: str) -> bool:
    is_readable = kind in {"text/plain", "text/html"}
    return is_readable and not _is_attached(part) and not _file_name(part)


def _text(part: Message, kind: str, *, with_links: bool = False) -> str:
    charset = parameter(str(part.get("content-type", "")), "charset")
    content = content_of(part)
    text = text_in_charset(content, charset).replace("\r\n", "\n").replace("\r", "\n")
    if kind == "text/html":
        return without_signs(plain_text(text, with_links=with_links))
    return without_signs(text[: 2 * MOST_TEXT])


def content_of(part: Message) -> bytes:
    """Its bytes, unpacked; where they cannot be, as they stand."""
    try:
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""
    except Exception:  # broken base64 or the like has no one error
        return str(part.get_payload()).encode("utf-8", "replace")


def _is_inline_picture(part: Message, kind: str, *, is_related: bool) -> bool:
    """Whether it is shown inside the text, as the logo of a signature is."""
    if not kind.startswith("image/") or _is_attached(part):
        return False
    has_id = bool(part.get("content-id"))
    return has_id and (_disposition(part) == "inline" or is_related)


def _keep(part: Message, kind: str, parts: Parts) -> None:
    name = _file_name(part)
    if kind == "text/calendar":
        method = parameter(str(part.get("content-type", "")), "method")
        parts.calendar_method = parts.calendar_method or method.upper()[:30]
    inner = inner_mail(part) if kind == "message/rfc822" else None
    if inner is not None:
        parts.enclosed_from += [one for _, one in addresses(first_headers(inner).get("from", ""))]
    content = _as_mail(part) if kind.startswith("message/") else content_of(part)
    if kind == "message/rfc822" and not name:
        name = f"{_subject(part) or f'mail-{len(parts.files) + 1}'}.eml"
    if kind == "application/ms-tnef" and not name:
        name = "winmail.dat"
    safe = safe_name(name, kind, len(parts.files) + 1)
    media_type = without_signs(kind, is_line=True)[:100]
    parts.files.append(IncomingFile(file_name=safe, media_type=media_type, content=content))


def inner_mail(part: Message) -> Message | None:
    """The mail inside a ``message/rfc822``; None where there is none."""
    return next(_children(part), None) if part.is_multipart() else None


def _subject(part: Message) -> str:
    inner = inner_mail(part)
    return words(str(inner.get("subject", ""))) if inner is not None else ""


def _as_mail(part: Message) -> bytes:
    inner = inner_mail(part)
    if inner is None:
        return content_of(part)
    try:
        return inner.as_bytes()
    except Exception:  # an inner mail broken beyond writing it out again
        return b""
