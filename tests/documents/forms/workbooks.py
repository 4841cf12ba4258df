"""What the tests of the workbook share: a form with every kind of question, and the way there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding import clock
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import parse_form
from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.reading import Expected, WorkbookRead, read_workbook
from udmelding.documents.forms.workbook import WorkbookRequest, answer_workbook

DAY = dt.date(2025, 3, 14)
PARTIES = {"253": "Greve", "269": "Solrød"}

FORM = parse_form("""
id: proeve
version: 2
title: En prøve
no_citizens: Kommunen har ingen borgere i målgruppen
sections:
  - id: tal
    title: "Tal: antal/beløb"
    help: Tæl hver borger én gang.
    questions:
      - {id: dag, text: "Hvilken dag?", kind: date}
      - {id: antal, text: "Hvor mange?", kind: integer, minimum: 0, maximum: 5000, counts: citizens}
      - {id: uger, text: "Hvor længe?", kind: number, unit: uger, minimum: 0}
      - {id: udgift, text: "Hvad kostede det?", kind: amount, decimals: 2}
      - id: type
        text: Hvordan fordelt?
        kind: table
        rows: [{id: a, title: Type A}, {id: b, title: Type B}, {id: c, title: Type C}]
        columns: [{id: antal, title: Antal, kind: integer, minimum: 0}]
  - id: ord
    title: Ord
    questions:
      - {id: har, text: "Er der tilbud?", kind: yes_no}
      - id: valg
        text: Hvad sker der?
        kind: choice
        options: [{id: flere, text: Der kommer flere}, {id: faerre, text: "1-2 færre"}]
      - id: mangler
        text: Hvad mangler?
        kind: choices
        required_if: {question: valg, equals: [faerre]}
        options: [{id: sikret, text: Sikrede}, {id: viden, text: Viden}]
      - {id: hvorfor, text: "Hvorfor?", kind: text, is_required: false}
      - {id: bilag, text: Et bilag, kind: file, is_required: false}
  - id: tilbud
    title: Tilbud
    questions:
      - id: tilbud
        text: Hvilke tilbud?
        kind: table
        row_title: Tilbud
        most_rows: 4
        required_if: {question: har, equals: [ja]}
        columns:
          - {id: navn, title: Navn, kind: text}
          - {id: pladser, title: Pladser, kind: integer, minimum: 0}
          - {id: pris, title: Pris, kind: amount, decimals: 0}
sums:
  - {total: antal, parts: ["type.*.antal"], text: Typerne skal give det samlede antal.}
""")
NUMBERS, WORDS, OFFERS, ABOUT = "Tal antal beløb", "Ord", "Tilbud", "Svaret"


def request(
    form: Form = FORM,
    typed: Mapping[str, str] | None = None,
    respondent: Respondent = Respondent.MUNICIPALITY,
) -> WorkbookRequest:
    return WorkbookRequest(
        form=form,
        respondent=respondent,
        reference="CU-2025-1",
        case_title="Central udmelding: En prøve",
        party="253",
        party_name="Greve",
        step="dataindsamling",
        question_set="saet-2",
        secretariat="Sekretariatet",
        email="post@example.org",
        made_at=clock.at(DAY),
        due_on=dt.date(2025, 4, 30),
        typed=typed or {},
        last={},
    )


def expected(form: Form = FORM, party: str | None = "253") -> Expected:
    return Expected(
        form=form,
        reference="CU-2025-1",
        step="dataindsamling",
        question_set="saet-2",
        known_parties=PARTIES,
        party=party,
        respondent=Respondent.MUNICIPALITY if party else None,
    )


def made(typed: Mapping[str, str] | None = None) -> bytes:
    return _made(tuple((typed or {}).items()))


@cache
def _made(typed: tuple[tuple[str, str], ...]) -> bytes:
    return answer_workbook(request(typed=dict(typed)))


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def closed(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def filled(change: Callable[[Workbook], object], typed: Mapping[str, str] | None = None) -> bytes:
    """The workbook after somebody has worked in it."""
    book = opened(made(typed))
    change(book)
    return closed(book)


def read(content: bytes, *, party: str | None = "253") -> WorkbookRead:
    return read_workbook(content, expected(party=party))


@cache
def _places() -> Mapping[str, str]:
    return read(made()).places


def cell_of(book: Workbook, path: str) -> Cell:
    """The cell of an answer, as the map of a fresh workbook tells it."""
    sheet, _, where = _places()[path].removeprefix("ark «").partition("», celle ")
    found = book[sheet][where]
    assert isinstance(found, Cell)
    return found


def put(book: Workbook, **answers: object) -> None:
    """Type answers: ``type__a__antal`` is the path ``type.a.antal``."""
    for name, value in answers.items():
        cell_of(book, name.replace("__", ".")).value = value  # type: ignore[assignment]


def sheet_of(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def other(**changes: object) -> bytes:
    """A workbook made for something else."""
    return answer_workbook(replace(request(), **changes))  # type: ignore[arg-type]
