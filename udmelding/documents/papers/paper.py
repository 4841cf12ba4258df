"""How is a paper or a letter written? Its parts once, as Word, as PDF and as plain text.

Word is to be changed, or pasted into whatever makes the agenda; so is the plain text. PDF is to be
read. Whoever makes a paper says what it holds as blocks, and each of them is one branch here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Length, Mm, Pt

from udmelding.documents.blocks import (
    Grid,
    Heading,
    Items,
    Json,
    Pairs,
    Right,
    Runs,
    Signature,
    Text,
    blocks_as_json,
    plain,
)
from udmelding.documents.docx import (
    Properties,
    add_heading,
    add_list,
    add_table,
    add_text,
    document_bytes,
    new_document,
)
from udmelding.documents.look import SHIPPED, Look
from udmelding.documents.pdf import set_pdfs
from udmelding.documents.plain import clean_text
from udmelding.documents.signs import printable

Part = Heading | Text | Items | Pairs | Right | Signature | Grid

_UPRIGHT, _LYING = Mm(166), Mm(252)
"""How wide a table is in Word, on a page that stands and on one that lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper or a letter.

    Attributes:
        title: its heading; ``before`` stands above it.
        parts: what it says.
        reference: of its case.
        author: who writes.
        owner: whose copy it is, where each has one; stands in the file's properties.
    """

    title: str
    parts: Sequence[Part]
    reference: str
    author: str
    before: Sequence[Part] = ()
    owner: str = ""

    @property
    def name(self) -> str:
        """What the file calls itself."""
        return f"{self.title} – {self.owner}" if self.owner else self.title

    @property
    def is_wide(self) -> bool:
        """Whether its tables need the paper to lie."""
        return any(isinstance(part, Grid) and part.is_lying for part in self.parts)


def paper_pdf(paper: Paper, made_at: dt.datetime, look: Look = SHIPPED) -> bytes:
    """The paper as PDF; the same bytes for the same values and moment.

    Args:
        paper: what it says.
        made_at: when it is made; stands in the file.
        look: the secretariat's own.

    Raises:
        OutsideError: it could not be set within the limits of memory and time.
    """
    (content,) = paper_pdfs([paper], made_at, look)
    return content


def paper_pdfs(
    papers: Sequence[Paper], made_at: dt.datetime, look: Look = SHIPPED
) -> tuple[bytes, ...]:
    """Many papers in their order, for little more than one; see ``paper_pdf``."""
    return set_pdfs("paper", [paper_values(paper) for paper in papers], made_at, look)


def paper_values(paper: Paper) -> Json:
    """What templates are given of it, for PDF and for the pages: its texts, cleaned, and blocks."""
    heading = {"heading": printable(paper.title, longest=40)} if paper.owner else {}
    return {
        **heading,
        "title": paper.name,
        "author": paper.author,
        "reference": printable(paper.reference),
        "is_wide": paper.is_wide,
        "before": blocks_as_json(paper.before),
        "blocks": blocks_as_json(paper.parts),
    }


def paper_text(paper: Paper) -> str:
    """The paper as plain text, to be pasted."""
    lines = [line for part in paper.before for line in _lines(part)]
    lines += [paper.title, *(line for part in paper.parts for line in _lines(part))]
    return "\n".join(lines).rstrip() + "\n"


def _lines(part: Part) -> Iterator[str]:
    """One part; an empty line parts it from the next, but not a heading from what it heads."""
    yield from _own_lines(part)
    if not isinstance(part, Heading) and not (isinstance(part, Text) and part.keeps_next):
        yield ""


def _own_lines(part: Part) -> Iterable[str]:
    match part:
        case Heading() | Right():
            return [part.text]
        case Text():
            return [plain(part.runs)]
        case Items():
            marks = (f"{n}." if part.is_numbered else "-" for n in count(1))
            return [f"{mark} {plain(item)}" for mark, item in zip(marks, part.items, strict=False)]
        case Pairs():
            return [f"{name}: {text}" for name, text in part.pairs]
        case Signature():
            return part.lines
        case Grid():
            return _rows(part)


def _rows(grid: Grid) -> Iterator[str]:
    """A table of figures says first whose they are; words speak for themselves."""
    if grid.numbers_from is not None:
        yield _row(grid.head, " / ")
    for row in grid.rows:
        if len(row) == 1:
            yield plain(row[0])
        else:
            yield f"- {_row(row, ', ' if grid.numbers_from is None else ' / ')}"
    yield from grid.note


def _row(cells: Sequence[Runs], between: str) -> str:
    first, *rest = map(plain, cells)
    return f"{first}: {between.join(filter(None, rest))}"


def paper_docx(paper: Paper, made_at: dt.datetime) -> bytes:
    """The paper as the bytes of a ``.docx`` file; the same for the same values and moment.

    Args:
        paper: what it says.
        made_at: when it was written, for the file's properties.
    """
    document = new_document()
    width = _UPRIGHT
    if paper.is_wide:
        width = _LYING
        section = document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    for part in paper.before:
        _add(document, part, width)
    add_heading(document, paper.title, level=1)
    for part in paper.parts:
        _add(document, part, width)
    known = Properties(
        title=paper.name, subject=paper.reference, author=paper.author, made_at=made_at
    )
    return document_bytes(document, known)


def _add(document: Document, part: Part, width: Length) -> None:
    match part:
        case Heading():
            add_heading(document, part.text, level=part.level + 1)
        case Text():
            add_text(document, plain(part.runs), keeps_next=part.keeps_next)
        case Items():
            add_list(document, [*map(plain, part.items)], is_numbered=part.is_numbered)
        case Pairs():
            _add_pairs(document, part)
        case Right():
            paragraph = document.add_paragraph(clean_text(part.text))
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        case Signature():
            _add_signature(document, part)
        case Grid():
            _add_grid(document, part, width)


def _add_pairs(document: Document, part: Pairs) -> None:
    for name, text in part.pairs:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{clean_text(name)}: ").bold = True
        paragraph.add_run(clean_text(text))
    document.add_paragraph()


def _add_signature(document: Document, part: Signature) -> None:
    document.add_paragraph()
    for place, line in enumerate(part.lines, start=1):
        add_text(document, line, keeps_next=place < len(part.lines))


def _add_grid(document: Document, grid: Grid, width: Length) -> None:
    add_table(
        document,
        [plain(cell) for cell in grid.head],
        [[plain(cell) for cell in row] for row in grid.rows],
        [Length(width * share // sum(grid.shares)) for share in grid.shares],
        numbers_from=grid.numbers_from,
    )
    for line in grid.note:
        add_text(document, line)
