"""What stands in text, CSV, HTML and mail files, and in Word documents of the old sort?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from html.parser import HTMLParser

from udmelding.documents.files.text_parts import Cell, Piece, unread

MOST_PARTS = 50
_HEADERS = ("From", "To", "Cc", "Subject", "Reply-To")
_FIELDS = re.compile(r"[;,\t|]")
_OLD_TEXT = re.compile(rb"[\x20-\x7e\xa0-\xff\r\n\t]{6,}|(?:[\x20-\x7e\xa0-\xff\r\n\t]\x00){6,}")


def decode_text(content: bytes, charset: str = "") -> str:
    """Text in the charset that is said or that its first bytes tell, else UTF-8 or Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for name in (charset, "utf-8-sig"):
        try:
            if name:
                return content.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def pieces_of_text(content: bytes) -> Iterator[Piece]:
    """The lines."""
    for number, line in enumerate(decode_text(content).splitlines(), 1):
        if line.strip():
            yield Piece(f"linje {number}", line)


def pieces_of_table(content: bytes) -> Iterator[Piece]:
    """The fields of each line of a CSV file, whatever stands between them."""
    for number, line in enumerate(decode_text(content).splitlines(), 1):
        for column, field in enumerate(_FIELDS.split(line), 1):
            if field.strip():
                text, cell = field.strip().strip('"'), Cell("", number, column)
                yield Piece(f"linje {number}", text, is_cell=True, cell=cell)


def pieces_of_html(content: bytes) -> Iterator[Piece]:
    """The text blocks that a page shows, its comments, and what its fields and pictures say."""
    page = _Page()
    page.feed(decode_text(content))
    page.close()
    page.flush()
    yield from page.found


_INLINE = "a abbr b bdi bdo code data em font i mark o:p q s small span strong sub sup u wbr"


class _Page(HTMLParser):
    """Gathers the text between tags that begin a new block."""

    _INLINE = frozenset(_INLINE.split())
    _SILENT = frozenset({"script", "style"})
    _NOTED = frozenset({"alt", "title", "value", "content", "placeholder"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self.text: list[str] = []
        self.line = 1
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._between(tag)
        self.silent = tag if tag in self._SILENT else ""
        for name, value in attrs:
            if value and name in self._NOTED:
                self.found.append(Piece(f"linje {self.getpos()[0]}", value))

    def handle_endtag(self, tag: str) -> None:
        self.silent = ""
        self._between(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.line = self.line if self.text else self.getpos()[0]
            self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(Piece(f"linje {self.getpos()[0]}", data))

    def _between(self, tag: str) -> None:
        if tag not in self._INLINE:
            self.flush()

    def flush(self) -> None:
        """Tell what was gathered."""
        text = "".join(self.text)
        if text.strip():
            self.found.append(Piece(f"linje {self.line}", text))
        self.text.clear()


def parts_of_mail(content: bytes) -> Iterator[Piece | tuple[str, bytes]]:
    """The headers and texts of a mail as pieces, its files as names and contents."""
    try:
        message: Message = BytesParser().parsebytes(content)
        parts = list(message.walk())
    except Exception:  # the parser of mails has no one error
        yield unread("mailen")
        return
    for name in _HEADERS:
        yield Piece("mailens hoved", _words(str(message.get(name, ""))))
    for part in parts[:MOST_PARTS]:
        if not part.is_multipart():
            yield from _of_part(part)
    if len(parts) > MOST_PARTS:
        yield unread("resten af mailen")


def _of_part(part: Message) -> Iterator[Piece | tuple[str, bytes]]:
    content = part.get_payload(decode=True)
    name = part.get_filename()
    if not isinstance(content, bytes):
        return
    if name:
        yield _words(name), content
    elif part.get_content_type() == "text/html":
        yield from (Piece("mailens tekst", piece.text) for piece in pieces_of_html(content))
    elif part.get_content_maintype() == "text":
        charset = str(part.get_content_charset() or "")
        yield Piece("mailens tekst", decode_text(content, charset))


def _words(header: str) -> str:
    try:
        return str(make_header(decode_header(header)))
    except Exception:  # an encoded word may be broken in many ways
        return header


def pieces_of_old_office(content: bytes) -> Iterator[Piece]:
    """Text that stands readable in an old Word or Excel file; numbers of cells are packed there."""
    for found in _OLD_TEXT.finditer(content):
        text = found[0]
        wide = text[1:2] == b"\x00"
        yield Piece("filens tekst", text.decode("utf-16-le" if wide else "cp1252", "replace"))
