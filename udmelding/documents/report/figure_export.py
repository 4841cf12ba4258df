"""The figures as data: a workbook with a sheet for each table, and CSV with a line for each number.

Names stand beside codes, so that figures of two years can be put together. What is exported is what
the tables hold: of a table that may circulate, hidden numbers are not in the file at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.config.forms.forms import Form
from udmelding.documents.archives import workbook_bytes
from udmelding.documents.forms import styles
from udmelding.documents.forms.layout import address, sheet_names, write_text
from udmelding.documents.forms.styles import height, set_print
from udmelding.documents.plain import csv_text
from udmelding.documents.report.code_book import SHEET as QUESTIONS
from udmelding.documents.report.code_book import write_code_book, write_rows
from udmelding.rules.report.figure_tables import (
    HIDDEN,
    NOTHING,
    FigureCell,
    FigureColumn,
    FigureRow,
    FigureTable,
    RowLevel,
)
from udmelding.rules.words.danish_numbers import number_as_typed

ABOUT, CODES = "Om tallene", "Kodebog"
SHOWN, IS_HIDDEN, UNANSWERED = "vist", "skjult", "ikke besvaret"

_CSV_HEADS = (
    "tabel", "rækkekode", "rækkenavn", "niveau", "tal", "titel", "enhed", "værdi", "status",
)  # fmt: skip
_VALUE_AT = 7
_LEVELS = {RowLevel.PARTY: "part", RowLevel.AREA: "område", RowLevel.COUNTRY: "landet"}
_CODE_ROW, _HEAD_ROW, _FIRST_ROW = 4, 5, 6
_PORTRAIT_COLUMNS = 4
_KEYS = ("kode", "navn", "niveau")
_KEY_WIDTHS, _WIDTH = (12, 30, 11), 16

_PUBLIC = f"Tallene må sendes videre, som de står. Hvad {HIDDEN} betyder, står under tabellerne."
_RAW = (
    "Tallene er kun til sekretariatet. De må ikke sendes videre: små tal kan pege på enkelte "
    "borgere. Tal i grå kursiv er skjult i det, der sendes ud."
)

_RIGHT = Alignment(horizontal="right", vertical="top")
_HEAD_RIGHT = Alignment(horizontal="right", vertical="top", wrap_text=True)
_NOTE = Alignment(vertical="top", wrap_text=True)
_TOTAL_FILL = PatternFill("solid", start_color=styles.PALE)


def figure_workbook(
    tables: Sequence[FigureTable],
    title: str,
    made_at: dt.datetime,
    notes: Sequence[str] = (),
    *,
    form: Form | None = None,
) -> bytes:
    """The tables as the bytes of an ``.xlsx`` file.

    Args:
        tables: raw, or ready to circulate.
        title: what they are about.
        made_at: when they were made.
        notes: what the reader must know of all of them.
        form: the question set, for a sheet with its questions; None without.
    """
    book = Workbook()
    styles.add_styles(book)
    names = sheet_names((ABOUT, CODES, QUESTIONS), [table.title for table in tables])
    book.worksheets[0].title = ABOUT
    _about(book.worksheets[0], tables, names, title, notes)
    for table, name in zip(tables, names, strict=True):
        _table(book.create_sheet(name), table)
    codes = book.create_sheet(CODES)
    write_rows(codes, list(_code_rows(tables, names)), (34, 34, 40, 18, 10, 14))
    set_print(codes, title, is_wide=True)
    if form is not None:
        write_code_book(book.create_sheet(QUESTIONS), form)
    return workbook_bytes(book, made_at, title=title)


def figures_csv(tables: Sequence[FigureTable]) -> str:
    """The tables as CSV, one line for each number; opens in Excel with æ, ø and å."""
    return csv_text((_CSV_HEADS, *_csv_rows(tables)), frozenset({_VALUE_AT}))


def _csv_rows(tables: Sequence[FigureTable]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                value = _value(table, cell, column)
                yield (
                    table.id,
                    row.key,
                    row.title,
                    _LEVELS[row.level],
                    column.figure,
                    column.title,
                    column.unit,
                    "" if value is None else number_as_typed(value),
                    _status(cell),
                )


def _status(cell: FigureCell) -> str:
    if cell.is_hidden:
        return IS_HIDDEN
    return UNANSWERED if cell.value is None else SHOWN


def _value(table: FigureTable, cell: FigureCell, column: FigureColumn) -> Decimal | None:
    """What may be written; a table that circulates never gives a hidden number away."""
    if cell.value is None or (table.is_public and cell.is_hidden):
        return None
    return cell.value.quantize(Decimal(1).scaleb(-column.decimals), ROUND_HALF_UP)


def _about(
    sheet: Worksheet,
    tables: Sequence[FigureTable],
    names: Sequence[str],
    title: str,
    notes: Sequence[str],
) -> None:
    """What the workbook holds, and for whom."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    _write(sheet, 1, 1, title, styles.TITLE)
    is_public = all(table.is_public for table in tables)
    lines = [_PUBLIC if is_public else _RAW, *notes]
    lines.append(
        f"{HIDDEN} betyder, at tallet er skjult. {NOTHING} betyder, at der ikke er svaret."
    )
    row = 3
    for text in lines:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        _write(sheet, row, 1, text, styles.TEXT)
        sheet.row_dimensions[row].height = height(text, 124) + 4
        row += 1
    for table, name in zip(tables, names, strict=True):
        row += 1
        _write(sheet, row, 1, name, styles.LABEL)
        _write(sheet, row, 2, table.caption, styles.LABEL)
        sheet.cell(row, 1).hyperlink = f"#{quote_sheetname(name)}!A1"
    set_print(sheet, title, is_wide=False)


def _write(sheet: Worksheet, row: int, column: int, text: str, style: str) -> Cell | MergedCell:
    cell = sheet.cell(row, column)
    write_text(cell, text)
    cell.style = style
    return cell


def _table(sheet: Worksheet, table: FigureTable) -> None:
    _write(sheet, 1, 1, table.caption, styles.TITLE)
    _write(sheet, 2, 1, table.source, styles.CHECK).alignment = Alignment(wrap_text=False)
    heads = [(key, "") for key in _KEYS]
    heads += [(_head(column), column.figure) for column in table.columns]
    for number, (head, code) in enumerate(heads, start=1):
        _write(sheet, _CODE_ROW, number, code, styles.CODE)
        cell = _write(sheet, _HEAD_ROW, number, head, styles.HEAD)
        if code:
            cell.alignment = _HEAD_RIGHT
        width = _KEY_WIDTHS[number - 1] if number <= len(_KEYS) else _WIDTH
        sheet.column_dimensions[get_column_letter(number)].width = width
    deepest = max(height(head, _WIDTH, 10) for head, _ in heads)
    sheet.row_dimensions[_HEAD_ROW].height = max(20.0, deepest + 4)
    for number, row in enumerate(table.rows, start=_FIRST_ROW):
        _row(sheet, number, table, row)
    last = _FIRST_ROW + len(table.rows)
    wide = sum(_KEY_WIDTHS) + _WIDTH * len(table.columns)
    for number, text in enumerate(_notes(table), start=last + 1):
        # As wide as the table and no wider, or the printed page would be fitted to a sentence.
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(heads))
        _write(sheet, number, 1, text, styles.CHECK).alignment = _NOTE
        sheet.row_dimensions[number].height = height(text, wide, 10) + 4
    sheet.freeze_panes = address(_FIRST_ROW, len(_KEYS))
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{address(max(_HEAD_ROW, last - 1), len(heads))}"
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    set_print(sheet, table.caption, is_wide=len(table.columns) > _PORTRAIT_COLUMNS)


def _head(column: FigureColumn) -> str:
    return f"{column.title} ({column.unit})" if column.unit else column.title


def _row(sheet: Worksheet, number: int, table: FigureTable, row: FigureRow) -> None:
    for place, text in enumerate((row.key, row.title, _LEVELS[row.level]), start=1):
        _mark(_write(sheet, number, place, text, styles.NUMBER), row)
    first = len(_KEYS) + 1
    for place, (column, given) in enumerate(zip(table.columns, row.cells, strict=True), first):
        cell, value = sheet.cell(number, place), _value(table, given, column)
        if value is None:
            _write(sheet, number, place, HIDDEN if given.is_hidden else NOTHING, styles.NUMBER)
        elif isinstance(cell, Cell):
            cell.value, cell.style = value, styles.NUMBER
            cell.number_format = "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
        cell.alignment = _RIGHT
        _mark(cell, row, is_changed=given.is_changed, is_grey=given.is_hidden)


def _mark(
    cell: Cell | MergedCell, row: FigureRow, *, is_changed: bool = False, is_grey: bool = False
) -> None:
    """Totals stand out; what must not be shown, or has changed, is seen in grey print too."""
    is_total = row.level is not RowLevel.PARTY
    if is_total or is_changed or is_grey:
        cell.font = Font(
            name="Calibri",
            size=11,
            bold=is_total,
            italic=is_grey,
            underline="single" if is_changed else None,
            color=styles.GREY if is_grey else None,
        )
    if is_total:
        cell.fill = _TOTAL_FILL


def _notes(table: FigureTable) -> Iterator[str]:
    yield from table.notes
    if any(cell.is_changed for row in table.rows for cell in row.cells):
        yield "Understregede tal er ændret siden sidste udgave."
    if any(column.is_mean for column in table.columns):
        yield "Gennemsnit er ikke vægtet: hver part tæller lige meget."


def _code_rows(tables: Sequence[FigureTable], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield ("ark", "tal", "titel", "enhed", "decimaler", "samles som")
    for table, name in zip(tables, names, strict=True):
        for column in table.columns:
            gathered = "gennemsnit" if column.is_mean else "sum"
            places = str(column.decimals)
            yield (name, column.figure, column.title, column.unit, places, gathered)
