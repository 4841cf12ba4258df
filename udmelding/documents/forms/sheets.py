"""One sheet of the workbook: its lines, with the answer cells open and all else locked.

A cell begins with what was typed: as a number, a day, a tick or a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Kind, Measured, Question
from udmelding.documents.forms import checks, styles
from udmelding.documents.forms.identity import FORMULA, trace
from udmelding.documents.forms.layout import (
    CODE_COLUMN,
    FIRST_COLUMN,
    HEAD_ROW,
    LABEL_COLUMN,
    MARK_ROW,
    TITLE_ROW,
    Line,
    SheetPlan,
    Slot,
    Sort,
    address,
    plain_text,
    write_text,
)
from udmelding.documents.forms.styles import Heights, height, set_up, spread, widths_of
from udmelding.documents.forms.texts import (
    BY_PAGE,
    TICK,
    answer_words,
    codes_of,
    condition_words,
    is_number,
    rows_words,
    show_typed,
    typed_day,
    typed_number,
    unit_of,
)

COLUMN_MARK = "svar"

_LONG_TEXT, _LONG_HEIGHT = 200, 90.0
_HIGHEST_LAST = 80.0

_LABEL_STYLES = {
    Sort.HEADING: styles.HEADING,
    Sort.HEADS: styles.HEAD,
    Sort.CHECK: styles.CHECK,
    Sort.HELP: styles.TEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What all sheets of one workbook are written from.

    Attributes:
        typed: what the answer cells begin with; ``last`` what is shown beside them.
        footer: what stands below each printed page.
    """

    book: Workbook
    form: Form
    cells: checks.Cells
    validations: checks.Validations
    typed: Mapping[str, str]
    last: Mapping[str, str]
    footer: str


def write_sheet(sheet: Worksheet, plan: SheetPlan, writing: Writing) -> dict[str, str]:
    """Write one sheet, from its head to its print setup.

    Returns:
        The traces of all texts that were written, by cell.
    """
    return _Sheet(sheet, plan, writing).write()


class _Sheet:
    def __init__(self, sheet: Worksheet, plan: SheetPlan, writing: Writing) -> None:
        self.sheet, self.plan, self.writing = sheet, plan, writing
        self.widths, self.heights = widths_of(plan), Heights()
        self.last_column = FIRST_COLUMN + plan.width
        self.traces: dict[str, str] = {}

    def write(self) -> dict[str, str]:
        self._head()
        for row, line in self.plan.numbered:
            self._label(row, line)
            self._line(row, line)
        for question in {
            one.question.id: one.question for one in self.plan.lines if one.question
        }.values():
            self._condition(question)
        self.heights.set_on(self.sheet)
        writing = self.writing
        set_up(self.sheet, self.plan, self.widths, writing.footer, has_last=bool(writing.last))
        return self.traces

    def _put(self, row: int, column: int, text: str, style: str) -> None:
        cell = self.sheet.cell(row, column)
        write_text(cell, text)
        cell.style = style
        self.traces[address(row, column)] = trace(plain_text(text))

    def _high(self, row: int, column: int, text: str, style: str) -> None:
        """The same, in a row that is high enough for it."""
        self._put(row, column, text, style)
        self.heights.at_least(row, height(text, self.widths[column], styles.SIZES[style]))

    def _head(self) -> None:
        self._put(MARK_ROW, CODE_COLUMN, self.plan.mark, styles.CODE)
        for place in range(self.plan.width):
            self._put(MARK_ROW, FIRST_COLUMN + place, f"{COLUMN_MARK}{place}", styles.CODE)
            self.sheet.cell(HEAD_ROW, FIRST_COLUMN + place).style = styles.HEAD
        self._put(TITLE_ROW, LABEL_COLUMN, self.plan.title, styles.TITLE)
        self.heights.at_least(TITLE_ROW, 30)
        self._high(HEAD_ROW, LABEL_COLUMN, "Spørgsmål (* skal besvares)", styles.HEAD)
        self._high(HEAD_ROW, FIRST_COLUMN, "Svar", styles.HEAD)
        self._high(HEAD_ROW, self.last_column, "Sidst", styles.HEAD)

    def _line(self, row: int, line: Line) -> None:
        if line.code:
            self._put(row, CODE_COLUMN, line.code, styles.CODE)
        for place, head in enumerate(line.heads):
            self._high(row, FIRST_COLUMN + place, head, styles.HEAD)
        for slot in line.slots:
            self._answer(row, slot)
        if line.slots:
            self._last(row, line)
        if line.sort is Sort.FILE:
            self._put(row, FIRST_COLUMN, BY_PAGE, styles.CHECK)
            self.heights.at_least(
                row, height(BY_PAGE, self._room(line), styles.SIZES[styles.CHECK])
            )
        if line.sort is Sort.CHECK:
            self._check(row, line)
        is_alone = line.sort in (Sort.QUESTION, Sort.FILE, Sort.CHECK)
        if self.plan.width > 1 and is_alone:
            spread(self.sheet, row, self.plan.width)

    def _room(self, line: Line) -> float:
        """How wide the first answer column is, together with those that it is spread over."""
        columns = self.plan.width if len(line.slots) <= 1 and line.sort is not Sort.ROW else 1
        return sum(self.widths[FIRST_COLUMN + place] for place in range(columns))

    def _label(self, row: int, line: Line) -> None:
        """The question, with its help and when it is asked below it in small letters."""
        text = line.rule.text if line.rule else line.label
        small = [line.help] if line.help and line.label else []
        if line.question is not None and line.sort in (Sort.QUESTION, Sort.HEADING, Sort.FILE):
            text += _marks(line.question)
            form = self.writing.form
            told = (condition_words(form, line.question), rows_words(form, line.question))
            small += filter(None, told)
        style = _LABEL_STYLES.get(line.sort, styles.LABEL)
        if not small:
            self._high(row, LABEL_COLUMN, text or line.help, style)
            return
        below = "\n".join(small)
        self._put(row, LABEL_COLUMN, f"{text}\n{below}", style)
        font = styles.BOLD_FONT if style == styles.HEADING else styles.PLAIN_FONT
        self.sheet.cell(row, LABEL_COLUMN).value = CellRichText(
            TextBlock(font, plain_text(text)),
            TextBlock(styles.HELP_FONT, plain_text(f"\n{below}")),
        )
        width = self.widths[LABEL_COLUMN]
        needed = height(text, width) + height(below, width, styles.HELP_SIZE)
        self.heights.at_least(row, needed)

    def _answer(self, row: int, slot: Slot) -> None:
        column, typed = FIRST_COLUMN + slot.place, self.writing.typed.get(slot.path, "")
        cell = self.sheet.cell(row, column)
        fill(cell, slot, typed)
        self.writing.validations.add(self.sheet, row, column, slot)
        if slot.measured.kind is Kind.TEXT:
            is_long = slot.longest > _LONG_TEXT and "." not in slot.path
            self.heights.at_least(row, _LONG_HEIGHT if is_long else 0)
            wide = self.widths[column] if "." in slot.path else self.widths[FIRST_COLUMN]
            self.heights.at_least(row, height(typed, wide))

    def _last(self, row: int, line: Line) -> None:
        """What was answered last time; a table's cells in one."""
        words = [shown_beside(slot, self.writing.last.get(slot.path, "")) for slot in line.slots]
        self.sheet.cell(row, self.last_column).style = styles.LAST
        if any(words):
            text = " · ".join(one or "–" for one in words)
            self._put(row, self.last_column, text, styles.LAST)
            needed = height(text, self.widths[self.last_column], styles.SIZES[styles.LAST])
            self.heights.at_least(row, min(needed, _HIGHEST_LAST))

    def _check(self, row: int, line: Line) -> None:
        cell, writing = self.sheet.cell(row, FIRST_COLUMN), self.writing
        if line.rule is not None:
            cell.value = checks.sum_formula(writing.form, line.rule, writing.cells)
        elif line.question is not None:
            cell.value = checks.rows_formula(writing.form, line.question, writing.cells)
        cell.style = styles.CHECK
        self.heights.at_least(row, 2 * 15)  # room for what differs
        self.traces[address(row, FIRST_COLUMN)] = FORMULA
        checks.mark_difference(self.sheet, address(row, FIRST_COLUMN))

    def _condition(self, question: Question) -> None:
        if not any(line.slots for line in self.plan.lines if line.question is question):
            return
        writing = self.writing
        condition = checks.asked_formula(writing.book, writing.form, question, writing.cells)
        if condition:
            where = checks.condition_range(self.plan, question)
            checks.grey_unless_asked(self.sheet, where, condition)


def _marks(question: Question) -> str:
    """The unit of a number, and a star for what must be answered."""
    unit = unit_of(question) if is_number(question) else ""
    return f"{f' ({unit})' if unit else ''}{' *' if question.is_required else ''}"


DAY = "dd-mm-yyyy"


def fill(cell: Cell | MergedCell, slot: Slot, typed: str) -> None:
    """Give an answer cell its looks, and what was typed before.

    Args:
        cell: the cell.
        slot: what is asked there.
        typed: the text of the path; what cannot be read stands as it was typed.
    """
    measured = slot.measured
    is_open = is_number(measured) or measured.kind is Kind.DATE
    cell.style = styles.ANSWER if is_open else styles.ANSWER_TEXT
    if measured.kind is Kind.AMOUNT:
        cell.number_format = _grouped(measured)
    number, day = typed_number(typed), typed_day(typed)
    if slot.option is not None:
        if slot.option.id in codes_of(typed):
            write_text(cell, TICK)
    elif is_number(measured) and number is not None:
        cell.value = int(number) if number == int(number) else number
    elif measured.kind is Kind.DATE and day is not None:
        cell.value = day
        cell.number_format = DAY
    elif typed:
        write_text(cell, answer_words(measured, typed))


def shown_beside(slot: Slot, text: str) -> str:
    """Typed text as it is shown beside the cell; empty for none."""
    if slot.option is not None:
        return TICK if slot.option.id in codes_of(text) else ""
    return show_typed(slot.measured, text) if text else ""


def _grouped(measured: Measured) -> str:
    """Amounts are grouped by thousands. Other numbers, and days, keep the format «General».

    Only there does Excel let show that it took 1-2 for a date or 50 % for a half; behind a format
    of ours both would look like any other number.
    """
    return "#,##0" + ("." + "0" * measured.places if measured.places else "")
