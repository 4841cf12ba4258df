"""What parts has a mail? Its text, its files, and the parts that a delivery report is made of.

Mails nest: a text twice in ``multipart/alternative``, pictures in ``multipart/related``, other
mails in ``message/rfc822``. Another mail that came with this one is a file, never opened. Names:
``file_names``. A mail that is wrapped as one file (``wrappers``, ``tnef``) is unpacked, and what is
in it is read like any other part.

An HTML mail is read as the text that a person sees, in plain lines. Scripts, styles and what is
hidden are left out; paragraphs, rows and list items get lines of their own; quotes get ``>`` as in
a plain mail, so that what is quoted can be told from what is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from html.parser import HTMLParser

from udmelding.outside.inbox.file_names import safe_name
from udmelding.outside.inbox.headers import (
    POLICY,
    parameter,
    text_in_charset,
    without_signs,
    words,
)
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
        returned: the part of a delivery report that sends our mail, or its headers, back.
        spare_texts: texts of Outlook's, for a mail that has no other.
        sealed: why something in it could not be read; ``is_unwrapped`` that something was unpacked.
    """

    texts: list[str] = field(default_factory=list)
    files: list[IncomingFile] = field(default_factory=list)
    status: Message | None = None
    receipt: Message | None = None
    returned: Message | None = None
    spare_texts: list[str] = field(default_factory=list)
    sealed: Wrapper | None = None
    is_unwrapped: bool = False
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


def _text(part: Message, kind: str) -> str:
    charset = parameter(str(part.get("content-type", "")), "charset")
    content = content_of(part)
    text = text_in_charset(content, charset).replace("\r\n", "\n").replace("\r", "\n")
    return without_signs(plain_text(text) if kind == "text/html" else text[: 2 * MOST_TEXT])


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


MOST_HTML = 600_000
"""Characters: what comes after is not looked at."""

_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template", "svg", "object"})
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "div", "dl", "dd", "dt", "footer", "form", "h1", "h2"}
    | {"h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr"}
    | {"ul"}
)
_EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_APART = frozenset({"p", "h1", "h2", "h3", "ul", "ol", "table", "blockquote"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)


def plain_text(html: str) -> str:
    """The readable text of ``html``; whatever is wrong with it, nothing is raised."""
    reader = _Reader()
    try:
        reader.feed(_without_open_ends(html[:MOST_HTML].replace("\x00", "")))
        reader.close()
    except (AssertionError, ValueError):  # the parser on a broken <![ declaration
        pass
    lines = (" ".join(line.split()) for line in reader.text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_open_ends(html: str) -> str:
    """``html`` without comments and tags that nothing closes.

    The parser looks for the end of each one anew, all the way: a mail of nothing but ``<!--`` would
    take it minutes.
    """
    last_comment = html.rfind("-->") + 1
    html = html[:last_comment] + html[last_comment:].replace("<!--", " ")
    last_tag = html.rfind(">") + 1
    return html[:last_tag] + html[last_tag:].replace("<", " ")


def _is_quote(attributes: dict[str, str]) -> bool:
    """Whether a ``blockquote`` quotes a mail (Apple, Gmail) and is not just moved to the right."""
    return attributes.get("type") == "cite" or "quote" in attributes.get("class", "")


class _Reader(HTMLParser):
    """Collects what is seen; counts open silent, hidden and quoting elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent: list[str] = []
        self._open_quotes: list[bool] = []  # of each open blockquote, whether it quotes
        self._ready_made = 0
        self._line_ends = 2  # since the last words

    def text(self) -> str:
        """What was collected; ``>`` before each quoted line."""
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._silent.clear()  # a head that nobody closed
        if self._silent:
            if tag not in _EMPTY and len(self._silent) < 1_000:
                self._silent.append(tag)
            return
        values = {name: value or "" for name, value in attrs}
        is_hidden = "hidden" in values or bool(_HIDDEN.search(values.get("style", "")[:2_000]))
        if (tag in _SILENT or is_hidden) and tag not in _EMPTY:
            self._silent.append(tag)
        elif tag == "br":
            self._new_line()
        elif tag in {"td", "th"}:
            self._pieces.append(" ")
        elif tag in _BLOCKS:
            self._ready_made += tag == "pre"
            self._open_quotes += [_is_quote(values)] if tag == "blockquote" else []
            self._new_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                while self._silent.pop() != tag:
                    pass
            elif tag in {"body", "html"}:
                self._silent.clear()
            return
        if tag == "pre" and self._ready_made:
            self._ready_made -= 1
        if tag == "blockquote" and self._open_quotes:
            self._open_quotes.pop()
        if tag in _BLOCKS:
            self._new_block(tag)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = data if self._ready_made else re.sub(r"\s+", " ", data)
        if text.strip():
            self._begin_line()
        if not self._line_ends or self._ready_made:
            self._pieces.append(text)

    def _begin_line(self) -> None:
        if self._line_ends and any(self._open_quotes):
            self._pieces.append("> ")
        self._line_ends = 0

    def _new_block(self, tag: str) -> None:
        """End the line, and leave one empty before what stands apart; never more than that."""
        while self._line_ends < (2 if tag in _APART else 1):
            self._new_line()

    def _new_line(self) -> None:
        self._pieces.append("\n")
        self._line_ends += 1
