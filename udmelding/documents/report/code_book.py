"""The questions as a code book: what each column of the data means, for whoever works with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.config.forms.forms import Form, Section
from udmelding.config.forms.questions import (
    NUMERIC,
    Column,
    Counts,
    Gather,
    Kind,
    Measured,
    Question,
    Respondent,
)
from udmelding.documents.archives import workbook_bytes
from udmelding.documents.forms import styles
from udmelding.documents.forms.layout import write_text
from udmelding.documents.forms.styles import set_print
from udmelding.documents.forms.texts import condition_words, unit_of
from udmelding.documents.plain import csv_text
from udmelding.rules.forms.answer_paths import Spot, spots
from udmelding.rules.words.danish_numbers import number_as_typed

SHEET = "Spørgsmål"

_HEADS = (
    "kode",
    "afsnit",
    "spørges",
    "spørgsmål",
    "række",
    "kolonne",
    "hjælp",
    "type",
    "enhed",
    "decimaler",
    "mindst",
    "højst",
    "højst som",
    "svarmuligheder",
    "skal besvares",
    "udfyldes kun hvis",
    "tæller",
    "samles som",
)
_WIDTHS = (30, 24, 16, 48, 28, 24, 40, 14, 14, 10, 10, 12, 20, 48, 12, 36, 12, 14)

_KINDS = {
    Kind.INTEGER: "helt tal",
    Kind.NUMBER: "tal",
    Kind.AMOUNT: "beløb",
    Kind.YES_NO: "ja/nej",
    Kind.CHOICE: "ét valg",
    Kind.CHOICES: "flere valg",
    Kind.TABLE: "tabel",
    Kind.TEXT: "tekst",
    Kind.DATE: "dato",
    Kind.FILE: "fil",
}
_COUNTS = {Counts.CITIZENS: "borgere", Counts.PLACES: "pladser", Counts.OTHER: ""}
_GATHER = {Gather.SUM: "sum", Gather.MEAN: "gennemsnit"}
_RESPONDENTS = {
    Respondent.MUNICIPALITY: "kommuner",
    Respondent.PROVIDER: "tilbud",
    Respondent.REGION: "regioner",
}


def code_book_rows(form: Form) -> tuple[tuple[str, ...], ...]:
    """The code book as rows of text; the first row is its heads.

    A row that the respondent adds stands once, with ``#`` for its number.
    """
    return (_HEADS, *_rows(form))


def code_book_csv(form: Form) -> str:
    """The code book as CSV that Excel opens in Danish."""
    return csv_text(code_book_rows(form))


def code_book(form: Form, made_at: dt.datetime) -> bytes:
    """The code book as the bytes of an ``.xlsx`` file."""
    book = Workbook()
    styles.add_styles(book)
    book.worksheets[0].title = SHEET
    write_code_book(book.worksheets[0], form)
    return workbook_bytes(book, made_at, title=f"Kodebog: {form.title} (version {form.version})")


def write_code_book(sheet: Worksheet, form: Form) -> None:
    """Write the code book into a sheet."""
    write_rows(sheet, code_book_rows(form), _WIDTHS)
    set_print(sheet, f"{form.title}, version {form.version}", is_wide=True)


def write_rows(sheet: Worksheet, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """Write rows of text as a list that can be filtered, under heads that stay in sight."""
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if text:
                write_text(cell, text)
            cell.style = styles.HEAD if number == 1 else styles.TEXT
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{len(rows)}"
    sheet.print_title_rows = "1:1"


def _rows(form: Form) -> Iterator[tuple[str, ...]]:
    own: dict[str, list[Spot]] = {}
    for spot in spots(form, None):
        own.setdefault(spot.question.id, []).append(spot)
    for section in form.sections:
        for question in section.questions:
            if question.kind is Kind.TABLE:
                yield _row(form, section, question, question.id, question)
            for spot in own[question.id]:
                yield _of_spot(form, section, spot)


def _of_spot(form: Form, section: Section, spot: Spot) -> tuple[str, ...]:
    question = spot.question
    if spot.column is None:
        return _row(form, section, question, spot.path, question)
    if question.has_free_rows:
        path, row = f"{question.id}.#.{spot.column.id}", question.row_title or "Linje"
    else:
        path = spot.path
        row = next((one.title for one in question.rows if one.id == spot.row), spot.row)
    return _row(form, section, question, path, spot.column, row)


def _row(
    form: Form, section: Section, question: Question, path: str, measured: Measured, row: str = ""
) -> tuple[str, ...]:
    column = measured if isinstance(measured, Column) else None
    is_number = measured.kind in NUMERIC
    is_required = question.is_required and measured.is_required
    help_text = column.help if column else question.help
    return (
        path,
        section.title,
        ", ".join(_RESPONDENTS[respondent] for respondent in section.asks),
        question.text,
        row,
        column.title if column else "",
        help_text,
        _KINDS[measured.kind],
        unit_of(measured) if is_number else "",
        str(measured.places) if is_number else "",
        _bound(measured.minimum),
        _bound(measured.maximum),
        measured.at_most or "",
        _options(measured),
        "ja" if is_required else "nej",
        condition_words(form, question).removeprefix("Udfyldes kun, hvis ").removesuffix("."),
        _COUNTS[measured.counts],
        _GATHER[measured.gather] if is_number else "",
    )


def _bound(value: float | None) -> str:
    return "" if value is None else number_as_typed(Decimal(str(value)))


def _options(measured: Measured) -> str:
    """The codes with what they mean; yes and no have no other words."""
    return "; ".join(f"{option.id} = {option.text}" for option in measured.options)
