"""What does an answer cell begin with? Typed text as a number, a day, a tick or a text."""

from __future__ import annotations

from openpyxl.cell.cell import Cell, MergedCell

from udmelding.config.forms.questions import Kind, Measured
from udmelding.documents.answer_workbook_names import write_text
from udmelding.documents.forms import styles
from udmelding.documents.forms.layout import Slot
from udmelding.documents.forms.texts import (
    TICK,
    answer_words,
    codes_of,
    is_number,
    shown,
    typed_day,
    typed_number,
)

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


def said(slot: Slot, text: str) -> str:
    """Typed text as it is shown beside the cell; empty for none."""
    if slot.option is not None:
        return TICK if slot.option.id in codes_of(text) else ""
    return shown(slot.measured, text) if text else ""


def _grouped(measured: Measured) -> str:
    """Amounts are grouped by thousands. Other numbers, and days, keep the format «General».

    Only there does Excel let show that it took 1-2 for a date or 50 % for a half; behind a format
    of ours both would look like any other number.
    """
    return "#,##0" + ("." + "0" * measured.places if measured.places else "")
