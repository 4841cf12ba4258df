"""How does a sheet of the workbook look on the screen and on paper, and what is locked?"""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.documents.answer_workbook_names import address, plain_text
from udmelding.documents.forms import styles
from udmelding.documents.forms.layout import (
    CODE_COLUMN,
    FIRST_COLUMN,
    FIRST_ROW,
    HEAD_ROW,
    LABEL_COLUMN,
    MARK_ROW,
    TITLE_ROW,
    SheetPlan,
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
    sheet.sheet_properties.tabColor = styles.BLUE


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
