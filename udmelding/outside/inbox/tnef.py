"""What lies in a ``winmail.dat``? Outlook's own format (MS-OXTNEF), read as far as people need it.

A mail in Outlook's rich text comes to others as one file that only Outlook opens. In it are the
files, with their names among the properties (MS-OXCMSG), and the text again, if the mail has none.
Text that stands there only as rich text (RTF) is not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import unpack_from

from udmelding.outside.inbox.file_names import safe_name
from udmelding.outside.inbox.headers import text_in_charset, without_signs
from udmelding.outside.inbox.wrappers import BrokenWrapperError
from udmelding.rules.inbox.incoming import IncomingFile

MOST_FILES = 50
MOST_PARTS = 5_000
MOST_DEPTH = 4
_SIGNATURE = 0x223E9F78

_ATTACHMENT_BEGINS, _ATTACHMENT, _TITLE, _DATA = 0x9002, 0x9005, 0x8010, 0x800F
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007

_P_BODY, _P_HTML, _P_RTF = 0x1000, 0x1013, 0x1009
_P_DATA, _P_SHORT_NAME, _P_NAME, _P_MEDIA_TYPE = 0x3701, 0x3704, 0x3707, 0x370E
_P_CONTENT_ID, _P_HIDDEN = 0x3712, 0x7FFE

_STRING, _UNICODE, _OBJECT, _BINARY, _MANY = 0x001E, 0x001F, 0x000D, 0x0102, 0x1000
_SIZES = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0048: 16}
_SIZES |= dict.fromkeys((0x0005, 0x0006, 0x0007, 0x0014, 0x0040), 8)
_NAMED = 0x8000
_GUID = 16
_A_MAIL = bytes.fromhex("0703020000000000c000000000000046")
"""Before the bytes of a mail that is enclosed: the name of that interface."""


@dataclass(slots=True)
class Winmail:
    """What was in it.

    Attributes:
        text: readable, or HTML where ``is_html``; empty where there is none.
        has_rich_text: whether there is a text that was not read.
    """

    text: str = ""
    is_html: bool = False
    has_rich_text: bool = False
    files: list[IncomingFile] = field(default_factory=list)


def winmail(content: bytes) -> Winmail:
    """What is in the bytes of a ``winmail.dat``.

    Raises:
        BrokenWrapperError: they are cut off, or no such file at all.
    """
    try:
        found = _read(content, 0)
    except (struct.error, IndexError) as error:
        raise BrokenWrapperError from error
    if not (found.files or found.text or found.has_rich_text):
        raise BrokenWrapperError  # cut off behind its first bytes
    return found


@dataclass(slots=True)
class _File:
    """A file as its attributes and properties tell of it, one after another."""

    name: str = ""
    media_type: str = ""
    content: bytes = b""
    is_hidden: bool = False
    is_inline: bool = False


def _read(content: bytes, depth: int) -> Winmail:
    if unpack_from("<I", content)[0] != _SIGNATURE or depth > MOST_DEPTH:
        raise BrokenWrapperError
    found, files, charset = Winmail(), list[_File](), "cp1252"
    for attribute, value in _attributes(content):
        if attribute == _CODE_PAGE:
            charset = f"cp{unpack_from('<I', value)[0]}"
        elif attribute == _ATTACHMENT_BEGINS:
            files.append(_File())
        elif files:
            _put(files[-1], attribute, value, charset)
        else:
            _put_text(found, attribute, value, charset)
    for number, file in enumerate(files[:MOST_FILES], start=1):
        found.files += _as_files(file, number, depth)
    return found


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of each attribute; after each stands a checksum that nobody asks for."""
    at = 6
    for _ in range(MOST_PARTS):
        if at >= len(content):
            return
        _level, attribute, _type, size = unpack_from("<BHHI", content, at)
        at += 9
        if at + size > len(content):
            raise BrokenWrapperError
        yield attribute, content[at : at + size]
        at += size + 2


def _properties(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, type and value of each property; of one with many values the first."""
    (count,) = unpack_from("<I", content)
    at = 4
    for _ in range(min(count, MOST_PARTS)):
        kind, number = unpack_from("<HH", content, at)
        at += 4
        if number >= _NAMED:
            at = _after_name(content, at)
        values = 1
        if kind & _MANY or kind in (_STRING, _UNICODE, _OBJECT, _BINARY):
            (values,) = unpack_from("<I", content, at)
            at += 4
        first = b""
        for place in range(min(values, MOST_PARTS)):
            value, at = _value(content, at, kind & ~_MANY)
            first = value if place == 0 else first
        yield number, kind & ~_MANY, first


def _after_name(content: bytes, at: int) -> int:
    """Where the value of a property begins that has a name of its own."""
    at += _GUID
    (is_text,) = unpack_from("<I", content, at)
    (size,) = unpack_from("<I", content, at + 4)
    return at + 8 + (_padded(size) if is_text else 0)


def _value(content: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind in (_STRING, _UNICODE, _OBJECT, _BINARY):
        (size,) = unpack_from("<I", content, at)
        at += 4
    elif kind in _SIZES:
        size = _SIZES[kind]
    else:
        raise BrokenWrapperError
    if at + size > len(content):
        raise BrokenWrapperError
    return content[at : at + size], at + _padded(size)


def _padded(size: int) -> int:
    return size + -size % 4


def _text(value: bytes, charset: str) -> str:
    text = text_in_charset(value.rstrip(b"\x00"), charset)
    return without_signs(text.replace("\r\n", "\n").replace("\r", "\n"))


def _string(value: bytes, kind: int, charset: str) -> str:
    if kind not in (_STRING, _UNICODE, _BINARY):
        return ""
    if kind == _UNICODE:
        return without_signs(value.decode("utf-16-le", "replace").rstrip("\x00").replace("\r", ""))
    return _text(value, charset)


def _put_text(found: Winmail, attribute: int, value: bytes, charset: str) -> None:
    """What stands before the files says of the mail's text; the plain one goes before HTML."""
    if attribute == _BODY:
        found.text = found.text or _text(value, charset)
    if attribute != _PROPERTIES:
        return
    said = {number: _string(v, kind, charset) for number, kind, v in _properties(value)}
    found.text = found.text or said.get(_P_BODY, "")
    found.has_rich_text = _P_RTF in said
    if not found.text.strip() and said.get(_P_HTML, "").strip():
        found.text, found.is_html = said[_P_HTML], True


def _put(file: _File, attribute: int, value: bytes, charset: str) -> None:
    if attribute == _TITLE:
        file.name = file.name or _text(value, charset)
    elif attribute == _DATA:
        file.content = value
    elif attribute == _ATTACHMENT:
        said = {number: (kind, v) for number, kind, v in _properties(value)}
        words = {number: _string(v, kind, charset) for number, (kind, v) in said.items()}
        file.name = words.get(_P_NAME) or file.name or words.get(_P_SHORT_NAME, "")
        file.media_type = words.get(_P_MEDIA_TYPE, "").lower()
        kind, data = said.get(_P_DATA, (0, b""))
        if data.startswith(_A_MAIL):  # in its place stands a sentence for programs that are old
            file.content = data
        file.content = file.content or (data[_GUID:] if kind == _OBJECT else data)
        file.is_inline = _P_CONTENT_ID in said
        file.is_hidden = any(said.get(_P_HIDDEN, (0, b""))[1][:2])


def _as_files(file: _File, number: int, depth: int) -> list[IncomingFile]:
    """The file; of a mail that is enclosed its files, and its text as one of them."""
    if file.content.startswith(_A_MAIL):
        inner = _read(file.content[_GUID:], depth + 1)
        name = safe_name(f"{file.name}.txt" if file.name else "", "text/plain", number)
        text = IncomingFile(file_name=name, media_type="text/plain", content=inner.text.encode())
        return [*([text] if inner.text.strip() else []), *inner.files]
    media_type = file.media_type or "application/octet-stream"
    is_picture = media_type.startswith("image/") and file.is_inline and file.is_hidden
    if is_picture or not file.content:  # the logo of a signature, or a mere shortcut
        return []
    name = safe_name(file.name, media_type, number)
    return [IncomingFile(file_name=name, media_type=media_type, content=file.content)]
