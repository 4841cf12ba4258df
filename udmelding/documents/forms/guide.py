"""The first sheet of the workbook: what it is, who answers, when, and how it is filled in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from openpyxl.styles import Protection
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.config.forms.forms import Form
from udmelding.documents.forms import styles
from udmelding.documents.forms.identity import trace
from udmelding.documents.forms.layout import plain_text, write_text
from udmelding.documents.forms.styles import Heights, guard, height, set_print
from udmelding.documents.forms.texts import NO_CPR
from udmelding.rules.words.date_wording import long_date, short_date

_WIDTHS = {1: 3, 2: 24, 3: 84}

_STEPS = (
    "Skriv kun i de gule felter. Alt andet er låst, så intet bliver flyttet ved en fejl.",
    "Begynd på arket «Svaret»: hvem har udfyldt, og hvem er ansvarlig.",
    "Skriv præcise tal. Skriv 0, når der ingen er. Lad feltet stå tomt, når I ikke kender svaret.",
    "Skriv ikke «under 5», «ca.» eller andet i stedet for et tal. Små tal ses kun af "
    "sekretariatet; de vises ikke i det, der sendes videre.",
    NO_CPR,
    "Indsæt, flyt, slet og sortér ikke rækker, kolonner eller ark. Skriv det, der ikke er plads "
    "til, under «Bemærkninger til svaret» på arket «Svaret».",
    "Flere kan udfylde hver sin del, men send ét samlet regneark ind.",
)
_LEGEND = (
    (styles.ANSWER, "Gult felt", "Her svarer I. Er det skraveret, skal I ikke svare på det."),
    (styles.LAST, "Gråt felt", "Det, I svarede sidst. Det kan ikke ændres her."),
    (styles.LABEL, "*", "Skal besvares."),
    (
        styles.CHECK,
        "Stemmer",
        "Regnearket lægger tal sammen og tæller linjer undervejs. Det bliver kontrolleret igen, "
        "når svaret er modtaget.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What the first sheet tells.

    Attributes:
        party: name of who answers.
        secretariat: who gets the answer; ``email`` where.
    """

    form: Form
    reference: str
    case_title: str
    party: str
    secretariat: str
    email: str
    due_on: dt.date | None
    made_on: dt.date


def write_guide(sheet: Worksheet, guide: Guide) -> dict[str, str]:
    """Write the sheet «Vejledning».

    Returns:
        The traces of all texts that were written, by cell.
    """
    writer = _Writer(sheet)
    writer.line(guide.form.title, "", styles.TITLE)
    writer.line(guide.case_title, "", styles.SUBTITLE)
    writer.row += 1
    for label, text in _facts(guide):
        writer.line(label, text, styles.HEADING)
    writer.head("Sådan udfylder I regnearket")
    for number, text in enumerate(_STEPS, start=1):
        writer.line(f"{number}.", text, styles.TEXT)
    writer.head("Farver og tegn")
    for style, label, text in _LEGEND:
        writer.line(label, text, style)
    writer.heights.set_on(sheet)
    guard(sheet)
    set_print(sheet, f"{guide.reference} · {guide.party}", is_wide=False)
    return writer.traces


def _facts(guide: Guide) -> list[tuple[str, str]]:
    send = (
        "Send regnearket ind på den side, som linket i mailen fører til, eller som svar på mailen "
        f"fra {guide.secretariat} ({guide.email})."
    )
    made = (
        f"{guide.reference}. Regnearket er lavet {short_date(guide.made_on)} til version "
        f"{guide.form.version} af skemaet."
    )
    facts = [
        ("Hvem svarer", guide.party),
        ("Frist", long_date(guide.due_on) if guide.due_on else "Fristen står i mailen."),
        ("Hvor svaret sendes", send),
        ("Om skemaet", guide.form.intro),
        ("Sag", made),
    ]
    return [(label, text) for label, text in facts if text]


class _Writer:
    """Writes line after line in the two columns."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet, self.heights, self.row = sheet, Heights(), 2
        self.traces: dict[str, str] = {}
        for column, width in _WIDTHS.items():
            sheet.column_dimensions["ABC"[column - 1]].width = width

    def line(self, label: str, text: str, style: str) -> None:
        self._put(2, label, style)
        if text:
            self._put(3, text, styles.TEXT)
            self.heights.at_least(self.row, height(text, _WIDTHS[3]))
        self.row += 1

    def head(self, text: str) -> None:
        self.row += 1
        self.line(text, "", styles.SUBTITLE)

    def _put(self, column: int, text: str, style: str) -> None:
        cell = self.sheet.cell(self.row, column)
        write_text(cell, text)
        cell.style = style
        cell.protection = Protection(locked=True)
        self.traces[cell.coordinate] = trace(plain_text(text))
        if style == styles.TITLE:
            self.heights.at_least(self.row, 30)
