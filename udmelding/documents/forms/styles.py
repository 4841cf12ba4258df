"""How do the cells, rows and sheets of a workbook look? Named styles, changeable in Excel.

A sheet's look on screen and paper, and what is locked in it. How high a row must be for its texts
is told in the file: not every program finds out by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from openpyxl.cell.text import InlineFont
from openpyxl.styles import (
    Alignment,
    Border,
    Color,
    Font,
    NamedStyle,
    PatternFill,
    Protection,
    Side,
)
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.documents.forms.layout import (
    CODE_COLUMN,
    FIRST_COLUMN,
    FIRST_ROW,
    HEAD_ROW,
    LABEL_COLUMN,
    MARK_ROW,
    TITLE_ROW,
    SheetPlan,
    address,
    plain_text,
)

BLUE, WHITE, GREY, PALE, YELLOW, RED = "0B3D5C", "FFFFFF", "595959", "EDF1F4", "FFF9DB", "A40E26"

TITLE, TEXT, LABEL, HEADING, HEAD = "Overskrift", "Vejledningstekst", "Spørgsmål", "Emne", "Hoved"
ANSWER, ANSWER_TEXT, LAST, CHECK, CODE = "Svarfelt", "Svartekst", "Sidste svar", "Kontrol", "Kode"
NUMBER, SUBTITLE = "Tal", "Underoverskrift"

HELP_SIZE = 9.0
SIZES = {TITLE: 16, TEXT: 11, LABEL: 11, HEADING: 11, HEAD: 10, LAST: 10, CHECK: 10}
"""Points of the letters that texts are set in."""

HELP_FONT = InlineFont(rFont="Calibri", sz=HELP_SIZE, color=Color(GREY))
BOLD_FONT = InlineFont(rFont="Calibri", sz=11, b=True)
PLAIN_FONT = InlineFont(rFont="Calibri", sz=11)

_FONT = "Calibri"
_LINE = Side(style="thin", color="B8C4CC")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_BELOW = Border(bottom=Side(style="hair", color="B8C4CC"))
_TOP = Alignment(vertical="top", wrap_text=True)
_APART = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_ONE_LINE = Alignment(vertical="center")


def add_styles(book: Workbook) -> None:
    """Make the styles known to a new workbook, whose own letters become those of the styles."""
    for style in _styles():
        book.add_named_style(style)


def _styles() -> tuple[NamedStyle, ...]:
    """Made anew for each workbook: a style belongs to one."""
    return (
        _style(TITLE, Font(name=_FONT, size=16, bold=True, color=BLUE), align=_ONE_LINE),
        _style(SUBTITLE, Font(name=_FONT, size=12, bold=True, color=BLUE), align=_ONE_LINE),
        _style(TEXT, Font(name=_FONT, size=11)),
        _style(LABEL, Font(name=_FONT, size=11), border=_BELOW),
        _style(HEADING, Font(name=_FONT, size=11, bold=True, color=BLUE)),
        _style(HEAD, Font(name=_FONT, size=10, bold=True, color=WHITE), fill=BLUE),
        _style(ANSWER, Font(name=_FONT, size=11), fill=YELLOW, border=_BOX, is_open=True),
        _style(
            ANSWER_TEXT, Font(name=_FONT, size=11), fill=YELLOW, border=_BOX, is_open=True, form="@"
        ),
        _style(LAST, Font(name=_FONT, size=10, color=GREY), fill=PALE, border=_BELOW, align=_APART),
        _style(CHECK, Font(name=_FONT, size=10, italic=True, color=GREY), align=_TOP),
        _style(CODE, Font(name="Consolas", size=9, color=GREY)),
        _style(NUMBER, Font(name=_FONT, size=11), align=Alignment(vertical="top")),
    )


def _style(
    name: str,
    font: Font,
    *,
    fill: str = "",
    border: Border | None = None,
    align: Alignment = _TOP,
    form: str = "General",
    is_open: bool = False,
) -> NamedStyle:
    return NamedStyle(
        name=name,
        font=font,
        fill=PatternFill("solid", start_color=fill) if fill else PatternFill(),
        border=border or Border(),
        alignment=align,
        number_format=form,
        protection=Protection(locked=not is_open),
    )


_A4 = 9
_CODE_WIDTH, _LABEL_WIDTH, _NARROW_LABEL, _LAST_WIDTH = 14, 60, 44, 26
_ONE_WIDTH, _FIRST_WIDTH, _MORE_WIDTH = 44, 26, 17
_WIDE_FROM = 3


def widths_of(plan: SheetPlan) -> dict[int, float]:
    """The width of each column, in digits."""
    label = _NARROW_LABEL if plan.width >= _WIDE_FROM else _LABEL_WIDTH
    widths: dict[int, float] = {CODE_COLUMN: _CODE_WIDTH, LABEL_COLUMN: label}
    for place in range(plan.width):
        wide = _ONE_WIDTH if plan.width == 1 else _FIRST_WIDTH
        widths[FIRST_COLUMN + place] = wide if place == 0 else _MORE_WIDTH
    widths[FIRST_COLUMN + plan.width] = _LAST_WIDTH
    return widths


def set_up(
    sheet: Worksheet, plan: SheetPlan, widths: Mapping[int, float], footer: str, *, has_last: bool
) -> None:
    """Widths, what stays in sight, protection and print."""
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.column_dimensions[get_column_letter(CODE_COLUMN)].hidden = True
    sheet.column_dimensions[get_column_letter(FIRST_COLUMN + plan.width)].hidden = not has_last
    sheet.row_dimensions[MARK_ROW].hidden = True
    sheet.freeze_panes = address(FIRST_ROW, FIRST_COLUMN)
    guard(sheet)
    set_print(sheet, footer, is_wide=plan.width >= _WIDE_FROM)
    sheet.print_title_rows = f"{TITLE_ROW}:{HEAD_ROW}"


def guard(sheet: Worksheet) -> None:
    """Lock all but the answer cells, without a password: against slips, not against people.

    Locked cells can be selected, so that screen readers can read the questions and everybody can
    copy them; the tab key goes from one answer to the next. Rows and columns can be made larger,
    and a number that Excel took for a date can be given its format back.
    """
    sheet.protection.sheet = True
    sheet.protection.formatCells = sheet.protection.formatRows = False
    sheet.protection.formatColumns = False
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = BLUE


def set_print(sheet: Worksheet, footer: str, *, is_wide: bool) -> None:
    """A4, as wide as the page, with page numbers."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if is_wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    below = HeaderFooterItem()
    below.left.text = plain_text(footer).replace("&", "&&")
    below.right.text = "Side &P af &N"
    sheet.oddFooter = below


def spread(sheet: Worksheet, row: int, width: int) -> None:
    """Let what stands alone in a row use the room of a table's columns."""
    last = FIRST_COLUMN + width - 1
    sheet.merge_cells(start_row=row, end_row=row, start_column=FIRST_COLUMN, end_column=last)


LEAST, MOST = 18.0, 400.0

_SIZE = 11

_LINE_HEIGHT = 1.36
"""Height of a line, of the size of its letters."""

_FILLED = 0.96
"""How much of a line is used before a word goes over to the next."""

_AIR = 4


def height(text: str, width: float, size: float = _SIZE) -> float:
    """Points that a text needs, in letters of ``size`` points and a cell ``width`` digits wide."""
    room = max(1.0, width * _SIZE / size * _FILLED)
    lines = sum(max(1, ceil(len(part) / room)) for part in text.split("\n"))
    return lines * size * _LINE_HEIGHT


class Heights:
    """Gathers what stands in the rows of one sheet."""

    def __init__(self) -> None:
        """Begin with no texts."""
        self._needed: dict[int, float] = {}

    def at_least(self, row: int, points: float) -> None:
        """The row is to be that high or higher."""
        self._needed[row] = max(self._needed.get(row, LEAST), points + _AIR)

    def set_on(self, sheet: Worksheet) -> None:
        """Write the heights."""
        for row, points in self._needed.items():
            sheet.row_dimensions[row].height = round(min(points, MOST), 1)
