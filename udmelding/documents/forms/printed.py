"""A question set as pages: the form to print and hand round, and the receipt for an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models import Channel, Completeness
from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Respondent
from udmelding.documents.blocks import Blank, Block, Heading, Pairs, Run, Text, blocks_as_json
from udmelding.documents.forms.paper_blocks import boxes, paper_blocks, prose
from udmelding.documents.forms.texts import NO_CPR
from udmelding.documents.look import SHIPPED, Look
from udmelding.documents.pdf import set_pdf
from udmelding.documents.signs import printable
from udmelding.rules.case.glossary import label
from udmelding.rules.forms.answers import Content
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import first_upper

_WHO = {
    Respondent.MUNICIPALITY: "Kommune",
    Respondent.PROVIDER: "Tilbud",
    Respondent.REGION: "Region",
}
_MADE_UP = "Sagen er opdigtet."
_USE = (
    "Skemaet er til at læse, dele rundt og skrive i, før I svarer. Svaret sendes på den side, som "
    "linket i mailen fører til, eller i Excel; send ikke papiret."
)
_SENDER = "navn og stilling på den, der"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPaper:
    """Whose paper it is.

    Attributes:
        form: the question set; ``respondent`` which sections are asked.
        reference: the case, ``case_title`` in words.
        party: name of who answers; empty for a form that anybody may get.
        secretariat: who asks.
    """

    form: Form
    respondent: Respondent
    reference: str
    case_title: str
    party: str
    secretariat: str
    is_made_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An answer as it was taken in.

    Attributes:
        received_at: when; ``channel`` how it came, ``file_name`` the workbook it came in.
        content: the answers.
        confirmed: what was said to unusual numbers.
    """

    received_at: dt.datetime
    channel: Channel
    completeness: Completeness
    content: Content
    filled_by: str
    responsible: str
    note: str = ""
    confirmed: str = ""
    file_name: str = ""


def printed_form_pdf(
    paper: FormPaper, due_on: dt.date | None, made_at: dt.datetime, look: Look = SHIPPED
) -> bytes:
    """The questions with room to write; the same bytes for the same values and moment.

    Args:
        paper: whose.
        due_on: when the answer is due; None where that stands elsewhere.
        made_at: when it was made; stands in the file.
        look: the secretariat's own.

    Raises:
        RefusedError: its tables are beyond reason.
        OutsideError: it could not be set within the limits of memory and time.
    """
    form = paper.form
    due = long_date(due_on) if due_on else "Fristen står i mailen."
    about = (*_about(paper), ("Frist", due), ("Sekretariat", paper.secretariat))
    blocks = [
        *_of_form(paper, about),
        Text([Run(NO_CPR, "strong")]),
        Text([_USE]),
        *_who_answers(paper),
        *paper_blocks(form, paper.respondent, None),
        Heading("Bemærkninger til svaret"),
        Text([Run("Frivilligt. Skriv ikke om enkelte borgere.", "quiet")], keeps_next=True),
        Blank(6),
    ]
    return _set(paper, form.title, blocks, made_at, look)


def receipt_pdf(paper: FormPaper, receipt: Receipt, look: Look = SHIPPED) -> bytes:
    """What was answered, made as of the moment it came; the same bytes for the same answer.

    Args:
        paper: whose.
        receipt: the answer; its own numbers stand there, hidden nowhere.
        look: the secretariat's own.

    Raises:
        RefusedError: its tables are beyond reason.
        OutsideError: it could not be set within the limits of memory and time.
    """
    at = receipt.received_at
    about = (
        ("Skema", paper.form.title),
        *_about(paper),
        ("Modtaget", f"{long_date(at.date())} kl. {at.hour}.{at:%M}, af {paper.secretariat}"),
        ("Hvordan", _how(receipt)),
        ("Svar", first_upper(label(receipt.completeness))),
        ("Udfyldt af", receipt.filled_by),
        ("Ansvarlig", receipt.responsible),
    )
    blocks = [
        *_of_form(paper, about, is_told=False),
        Text([_OWN]),
        *_answers(paper, receipt),
        *_told("Om usædvanlige tal", receipt.confirmed),
        *_told("Bemærkninger til svaret", receipt.note),
    ]
    return _set(paper, "Kvittering for svar", blocks, at, look)


_OWN = (
    "Kvitteringen viser svaret, som det blev modtaget, også de små tal, der skjules i alt, hvad "
    "der sendes videre. Rettes svaret, kan der hentes en ny kvittering."
)


def _about(paper: FormPaper) -> tuple[tuple[str, str], ...]:
    who = ((_WHO[paper.respondent], paper.party),) if paper.party else ()
    return (("Sag", f"{paper.reference}: {paper.case_title}"), *who)


def _of_form(
    paper: FormPaper, about: Sequence[tuple[str, str]], *, is_told: bool = True
) -> Iterator[Block]:
    """The head: facts, and for those who are to answer what the form is for."""
    yield Pairs([(name, text) for name, text in about if text])
    if paper.is_made_up:
        yield Text([Run(_MADE_UP, "em")])
    if is_told and paper.form.intro:
        yield Text([paper.form.intro])


def _how(receipt: Receipt) -> str:
    how = first_upper(label(receipt.channel))
    return f"{how}: {receipt.file_name}" if receipt.file_name else how


def _who_answers(paper: FormPaper) -> Iterator[Block]:
    """Lines for who answers, as the page begins."""
    yield Heading("Hvem svarer?")
    named = [] if paper.party else [(_WHO[paper.respondent], "")]
    named += [
        ("Udfyldt af", f"{_SENDER} har udfyldt skemaet"),
        ("Ansvarlig for svaret", f"{_SENDER} står inde for svaret"),
    ]
    for name, told in named:
        yield Text([Run(name, "strong"), *([Run(f" ({told})", "quiet")] if told else [])], True)
        yield Blank(1)
    if paper.form.no_citizens:
        yield boxes([paper.form.no_citizens])
        yield Text([Run("Er krydset sat, skal spørgsmålene ikke besvares.", "quiet")])


def _answers(paper: FormPaper, receipt: Receipt) -> Iterator[Block]:
    if receipt.completeness is Completeness.NO_CITIZENS:
        yield Text([Run(f"{paper.form.no_citizens}.", "strong")])
        yield Text(["Spørgsmålene skulle derfor ikke besvares."])
        return
    yield from paper_blocks(paper.form, paper.respondent, receipt.content)


def _told(title: str, text: str) -> Iterator[Block]:
    if text.strip():
        yield Heading(title)
        yield from prose(text)


def _set(
    paper: FormPaper, title: str, blocks: Sequence[Block], made_at: dt.datetime, look: Look
) -> bytes:
    values = {
        "title": title,
        "author": paper.secretariat,
        "reference": printable(" · ".join(filter(None, (paper.reference, paper.party)))),
        "blocks": blocks_as_json(blocks),
    }
    return set_pdf("form", values, made_at, look)
