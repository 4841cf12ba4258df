"""How do the cells of a workbook look? Named styles, which people can change in Excel."""

from __future__ import annotations

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
from openpyxl.workbook import Workbook

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
