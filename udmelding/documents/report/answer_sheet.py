"""All answers of a case as one workbook: a line for each question of each respondent.

It is for the secretariat and its records alone; small numbers stand in it as they were given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from openpyxl.workbook import Workbook

from udmelding.documents.archives import workbook_bytes
from udmelding.documents.forms import styles
from udmelding.documents.forms.styles import set_print
from udmelding.documents.report.code_book import write_rows

SHEET = "Svar (fortroligt)"

_HEADS = (
    "kode", "hvem", "svarede", "spørgsmål", "tekst", "svar", "udfyldt af", "ansvarlig", "hvordan",
)  # fmt: skip
_WIDTHS = (10, 24, 16, 30, 48, 40, 24, 24, 18)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question answered by one respondent, all of it as text."""

    code: str
    name: str
    answered_on: str
    path: str
    question: str
    answer: str
    filled_by: str
    responsible: str
    channel: str


def answer_sheet(lines: Sequence[AnswerLine], title: str, made_at: dt.datetime) -> bytes:
    """The answers as the bytes of an ``.xlsx`` file; the same for the same answers and moment.

    Args:
        lines: in the order of the case and of the questions.
        title: what they are about.
        made_at: when the file is made.
    """
    book = Workbook()
    styles.add_styles(book)
    sheet = book.worksheets[0]
    sheet.title = SHEET
    write_rows(sheet, [_HEADS, *map(astuple, lines)], _WIDTHS)
    set_print(sheet, f"{title} (fortroligt)", is_wide=True)
    return workbook_bytes(book, made_at, title=f"{title} (fortroligt)")
