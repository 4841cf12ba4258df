"""The report as a Word file, filled into a template that a secretariat can restyle in Word.

The template decides fonts, colours, margins, headers and footers; this only says what stands where.
Tables are written as whole pieces of the file: cell by cell takes minutes for 98 rows.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, TemplateError, UndefinedError

from udmelding import paths
from udmelding.documents.chart_picture import chart_pngs
from udmelding.documents.report_docx_tables import cleaned, heads, table_xml
from udmelding.documents.report_docx_template import (
    CAPTION,
    CHANGED,
    FLAG,
    SOURCE,
    STYLES,
)
from udmelding.documents.zip_files import normalised
from udmelding.errors import RefusedError
from udmelding.rules.date_wording import long_date
from udmelding.rules.figure_tables import RowLevel, cell_text
from udmelding.rules.report_values import (
    Block,
    ChartBlock,
    GridBlock,
    Paragraph,
    ReportValues,
    Run,
    TableBlock,
)

_HERE = "(kapitlerne)"
TAGS = (
    "title",
    "subtitle",
    "version_text",
    "dated_on",
    "senders",
    "receiver",
    "secretariat",
    "facts",
    "is_made_up",
    "chapters",
)
"""What a template can ask for."""


def report_docx(
    values: ReportValues,
    made_at: dt.datetime,
    template: bytes | None = None,
    *,
    show_flags: bool = False,
) -> bytes:
    """The report as the bytes of a ``.docx`` file; the same for the same values and moment.

    Args:
        values: what it says.
        made_at: when it is made, for the file's properties.
        template: the secretariat's own template; None takes the shipped one.
        show_flags: say at each paragraph why somebody should look at it again.

    Raises:
        RefusedError: the template is no Word file, lacks a style, or asks for what is not there.
        OutsideError: the charts cannot be drawn on this machine.
    """
    document = _opened(template or shipped_template())
    charts = [block.chart for block in values.charts()]
    pictures = dict(zip((chart.id for chart in charts), chart_pngs(charts), strict=True))
    context = {
        "title": cleaned(values.title),
        "subtitle": cleaned(values.subtitle),
        "version_text": values.version_text,
        "dated_on": long_date(values.dated_on),
        "senders": cleaned(values.senders),
        "receiver": cleaned(values.receiver),
        "secretariat": cleaned(values.secretariat),
        "facts": [(cleaned(name), cleaned(text)) for name, text in values.facts],
        "is_made_up": values.is_made_up,
        "chapters": _HERE,
    }
    _render(document, context)
    _Body(document.docx, pictures, show_flags=show_flags).write(values)
    _list_chapters(document.docx, [cleaned(chapter.title) for chapter in values.chapters])
    _set_properties(document, values, made_at)
    stream = BytesIO()
    document.save(stream)
    return normalised(stream.getvalue())


@cache
def shipped_template() -> bytes:
    """The template that ships with the program."""
    return (paths.TEMPLATES / "report" / "rapport.docx").read_bytes()


def check_template(content: bytes) -> tuple[str, ...]:
    """What is wrong with a template, in Danish; empty where it can be used."""
    try:
        document = _opened(content)
        empty: dict[str, Any] = dict.fromkeys(TAGS, "")
        _render(document, empty | {"facts": [("a", "b")], "chapters": _HERE})
        _place(document.docx)
    except RefusedError as error:
        return (error.message,)
    return ()


def _opened(content: bytes) -> DocxTemplate:
    try:
        document = DocxTemplate(BytesIO(content))
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise RefusedError("Rapportskabelonen er ikke en Word-fil (.docx).") from error
    known = {style.name for style in document.docx.styles}
    missing = [name for name in STYLES if name not in known]
    if missing:
        named = ", ".join(f"«{name}»" for name in missing)
        raise RefusedError(
            f"Rapportskabelonen mangler typografien {named}. Hent den medfølgende skabelon, og "
            "ret udseendet i den."
        )
    return document


def _render(document: DocxTemplate, context: dict[str, Any]) -> None:
    strict = Environment(autoescape=True, undefined=StrictUndefined)  # escapes «<5» and «&»
    try:
        document.render(context, jinja_env=strict, autoescape=True)
    except UndefinedError as error:
        allowed = ", ".join(TAGS)
        raise RefusedError(
            f"Rapportskabelonen bruger et felt, der ikke findes ({error}). Der findes: {allowed}."
        ) from error
    except TemplateError as error:
        raise RefusedError(f"Rapportskabelonen kan ikke læses: {error}.") from error


def _list_chapters(document: Document, titles: Sequence[str]) -> None:
    """What the list of contents says until Word has counted the pages."""
    for field in document.element.body.iter(qn("w:fldSimple")):
        if "TOC" in field.get(qn("w:instr"), ""):
            lines = (f'<w:t xml:space="preserve">{escape(title)}</w:t>' for title in titles)
            run = parse_xml(f"<w:r {nsdecls('w')}>{'<w:br/>'.join(lines)}</w:r>")
            for child in list(field):
                field.remove(child)
            field.append(run)


def _set_properties(document: DocxTemplate, values: ReportValues, made_at: dt.datetime) -> None:
    known = document.docx.core_properties
    known.title, known.subject = cleaned(values.title), values.reference
    known.author = known.last_modified_by = cleaned(values.secretariat)
    known.created = known.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    known.language, known.comments, known.keywords = "da-DK", "", ""


def _place(document: Document) -> Any:
    """The paragraph that the chapters take the place of.

    Raises:
        RefusedError: the template has none.
    """
    found = next((p for p in document.paragraphs if p.text.strip() == _HERE), None)
    if found is None:
        raise RefusedError(
            "Rapportskabelonen mangler {{ chapters }} i et afsnit for sig selv. Dér kommer "
            "kapitlerne."
        )
    return found._p


class _Body:
    """Writes the chapters, with the template's own styles."""

    def __init__(self, document: Document, pictures: dict[str, bytes], *, show_flags: bool) -> None:
        self._sub, self._pictures = document, pictures
        self._show_flags = show_flags

    def write(self, values: ReportValues) -> None:
        place, body = _place(self._sub), self._sub.element.body
        before = len(body)
        for chapter in values.chapters:
            self._sub.add_paragraph(cleaned(chapter.title), style="Heading 1")
            for block in chapter.blocks:
                self._block(block)
        # All was written at the end, before the section's properties; now it goes to its place.
        for element in list(body)[before - 1 : -1]:
            place.addprevious(element)
        body.remove(place)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block)
            case TableBlock():
                self._table(block)
            case ChartBlock():
                self._chart(block)
            case GridBlock():
                self._sub.add_paragraph(cleaned(block.title), style=CAPTION)
                rows = [(tuple(row), False) for row in block.rows]
                self._append(block.head, rows, is_words=True)

    def _paragraph(self, block: Paragraph) -> None:
        for flag in block.flags if self._show_flags else ():
            self._sub.add_paragraph(cleaned(flag), style=FLAG)
        style = "Heading 2" if block.is_subhead else "List Bullet" if block.is_item else "Normal"
        paragraph = self._sub.add_paragraph(style=style)
        for run in block.runs:
            self._run(paragraph, run)

    def _run(self, paragraph: Any, run: Run) -> None:
        is_marked = run.is_changed and self._show_flags
        text = f"{run.text} (før {run.was})" if is_marked else run.text
        made = paragraph.add_run(cleaned(text), style=CHANGED if is_marked else None)
        made.bold, made.italic = run.is_bold or None, run.is_italic or None

    def _table(self, block: TableBlock) -> None:
        table = block.table
        caption = f"Tabel {block.number}. {table.caption}"
        self._sub.add_paragraph(cleaned(caption), style=CAPTION)
        head = ("Hvem", *heads(table))
        rows = [
            (
                (
                    row.title,
                    *(cell_text(c, k) for c, k in zip(row.cells, table.columns, strict=True)),
                ),
                row.level is not RowLevel.PARTY,
            )
            for row in table.rows
        ]
        self._append(head, rows, is_words=False)
        self._sub.add_paragraph(cleaned("\n".join((table.source, *table.notes))), style=SOURCE)

    def _append(
        self, head: Sequence[str], rows: Sequence[tuple[tuple[str, ...], bool]], *, is_words: bool
    ) -> None:
        xml = "".join(table_xml(head, rows, is_words=is_words))
        body = self._sub.element.body
        body.insert(len(body) - 1, parse_xml(xml))  # before the section's properties

    def _chart(self, block: ChartBlock) -> None:
        paragraph = self._sub.add_paragraph(style="Normal")
        paragraph.paragraph_format.keep_with_next = True
        picture = BytesIO(self._pictures[block.chart.id])
        tall = len(block.chart.bars) > 60
        size = {"height": Cm(22)} if tall else {"width": Cm(16)}
        shape = paragraph.add_run().add_picture(picture, **size)
        shape._inline.docPr.set("descr", cleaned(block.chart.alt))
        shape._inline.docPr.set("title", cleaned(block.chart.title))
        self._sub.add_paragraph(
            f"Figur {block.number}. {cleaned(block.chart.caption)}", style=CAPTION
        )
