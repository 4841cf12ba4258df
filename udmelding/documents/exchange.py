"""A list to take along as a workbook: a sheet for each table, to sort, to filter and to print.

A day is a real date, a number a number; a sign with its words and the day they are about are two
columns, so that one can sort by either. A day that its source was vague of stays in its words: as a
date it would say what nobody knows. The head stays in sight and stands on each printed page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.documents.archives import workbook_bytes
from udmelding.documents.forms import styles
from udmelding.documents.forms.layout import sheet_names, write_text
from udmelding.documents.forms.styles import height, set_print
from udmelding.rules.exchange.listing import Column, Holds, Listing, Row, Table
from udmelding.rules.status.glance import Glance, Look
from udmelding.rules.words.date_wording import said_words

_HEAD_ROW = 5
_DAY_WIDTH, _DAY_FORMAT = 13.0, "d/m-yyyy"

_BUTTON = 4
"""So many digits of a head lie under the button of its filter."""

_UPRIGHT = 120
"""So many digits have room on an upright sheet; fit to its width, its letters grow small."""

_LATE = PatternFill("solid", start_color="FFF0C2")
_BELOW = Border(bottom=Side(style="hair", color="B8C4CC"))
_RIGHT = Alignment(horizontal="right", vertical="top", wrap_text=True, indent=1)
_LEFT = Alignment(horizontal="left", vertical="top", wrap_text=True)
_BOLD = Font(name="Calibri", size=11, bold=True)


def workbook_of(listing: Listing, made_at: dt.datetime) -> bytes:
    """The list as the bytes of an ``.xlsx`` file; the same for the same list and moment.

    Args:
        listing: its tables.
        made_at: when the file is made.
    """
    book = Workbook()
    styles.add_styles(book)
    names = sheet_names((), [table.title for table in listing.tables])
    for number, (name, table) in enumerate(zip(names, listing.tables, strict=True)):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet()
        sheet.title = name
        _sheet(sheet, listing, table)
    return workbook_bytes(book, made_at, title=f"{listing.title}: {listing.about}")


def _sheet(sheet: Worksheet, listing: Listing, table: Table) -> None:
    columns = tuple(_columns(table))
    told = (
        (listing.title, styles.TITLE),
        (listing.about, styles.TEXT),
        (listing.made_on, styles.CHECK),
    )
    for at, (text, style) in enumerate(told, start=1):
        _write(sheet, at, 1, text, style).alignment = Alignment(vertical="center")
    for at, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
        cell = _write(sheet, _HEAD_ROW, at, column.title, styles.HEAD)
        cell.alignment = _RIGHT if column.holds is Holds.NUMBER else _LEFT
    deepest = max(height(column.title, column.width - _BUTTON, 10) for column in columns)
    sheet.row_dimensions[_HEAD_ROW].height = max(18.0, deepest + 4)
    for at, row in enumerate(table.rows, start=_HEAD_ROW + 1):
        _row(sheet, at, table, row)
    last = _HEAD_ROW + len(table.rows)
    width = sum(column.width for column in columns)
    for at, text in enumerate(filter(None, (table.note, "" if table.rows else table.empty)), 2):
        _note(sheet, last + at, text, len(columns), width)
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    totals = sum(row.is_total for row in table.rows)
    if table.rows:
        # The sum stays below when one sorts.
        end = get_column_letter(len(columns))
        sheet.auto_filter.ref = f"A{_HEAD_ROW}:{end}{last - totals}"
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet.sheet_view.showGridLines = False
    set_print(sheet, f"{listing.title} · {listing.about}", is_wide=width > _UPRIGHT)


def _columns(table: Table) -> Iterator[Column]:
    """The columns of the sheet: the day of a glance has one of its own."""
    for column in table.columns:
        yield column
        if column.holds is Holds.GLANCE:
            yield Column(f"{column.title}: dag", _DAY_WIDTH, Holds.DAY)


def _row(sheet: Worksheet, at: int, table: Table, row: Row) -> None:
    place, needed = 1, 0.0
    for column, value in zip(table.columns, row.cells, strict=True):
        cell: Cell | MergedCell
        if isinstance(value, Glance):
            text = f"{value.sign} {value.undated}"
            cell = _write(sheet, at, place, text, styles.TEXT)
            if value.look is Look.LATE:
                cell.fill = _LATE
            _day(_write(sheet, at, place + 1, "", styles.TEXT), value.day)
        else:
            text = value if isinstance(value, str) else ""
            cell = _write(sheet, at, place, text, styles.TEXT)
            if isinstance(value, dt.date):
                _day(cell, value)
            elif isinstance(value, int):
                cell.value, cell.alignment = value, _RIGHT
        needed = max(needed, height(text, column.width))
        place += 2 if column.holds is Holds.GLANCE else 1
    for cell in sheet[at]:
        cell.border = _BELOW
        if row.is_total:
            cell.font = _BOLD
    sheet.row_dimensions[at].height = needed + 4


def _day(cell: Cell | MergedCell, day: dt.date | None) -> None:
    if day is not None and said_words(day):
        write_text(cell, said_words(day))
    elif day is not None:
        cell.value = dt.date(day.year, day.month, day.day)
        cell.number_format, cell.alignment = _DAY_FORMAT, _LEFT


def _note(sheet: Worksheet, row: int, text: str, columns: int, width: float) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    _write(sheet, row, 1, text, styles.CHECK)
    sheet.row_dimensions[row].height = height(text, width, 10) + 4


def _write(sheet: Worksheet, row: int, column: int, text: str, style: str) -> Cell | MergedCell:
    cell = sheet.cell(row, column)
    if text:
        write_text(cell, text)
    cell.style = style
    return cell
