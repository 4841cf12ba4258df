"""The council's paper in Word has the sections of a municipal agenda and real tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from udmelding import clock
from udmelding.documents.papers.council_paper import LEVEL_COLUMNS, municipal_paper
from udmelding.documents.papers.paper import paper_docx, paper_text
from udmelding.rules.papers.council_paper import CouncilPaper, CouncilWording
from udmelding.rules.papers.council_paper_values import LevelLine
from udmelding.rules.papers.meeting_paper import EnclosedFile
from udmelding.rules.report.circulated import FigureGroup, FigureLine
from udmelding.rules.report.figure_tables import HIDDEN

DAY = dt.date(2025, 4, 10)
PAPER = CouncilPaper(
    reference="CU-X",
    title="Central udmelding: En målgruppe",
    code="0360",
    municipality="Lolland",
    as_of=DAY,
    wording=CouncilWording(
        resume=("Resuméet.",),
        recommendations=("at kommunalbestyrelsen godkender", "at sagen sendes videre"),
        background=("Æ, ø, å & <tegn>.", "Mere."),
        economy=("Ingen beløb.",),
        next_steps=("Meld tilbage.",),
    ),
    lead="Forvaltningen indstiller,",
    treated=("K17 28. marts 2025: anbefalet",),
    figures=(
        FigureGroup("Borgere", (FigureLine("I alt", (HIDDEN, "79")),)),
        FigureGroup("Pladser", (FigureLine("Pladser i alt", ("12", "93")),)),
    ),
    figure_heads=("Lolland", "KKR Sjælland"),
    figure_notes=("Kilde: svarene.",),
    own_steps=("Lolland Kommune ventes at beslutte.",),
    levels=(
        LevelLine("Fagudvalg", "6. maj 2025", "kommunens mødekalender", ""),
        LevelLine("Kommunalbestyrelse", "20. maj 2025", "", "Godkendt"),
    ),
    report=("Der tages stilling til version 2.",),
    enclosures=(EnclosedFile("Bilag 1 - Afrapportering.pdf", "0" * 64),),
    notes=("* Opdigtet.",),
)


def made(paper: CouncilPaper = PAPER) -> bytes:
    return paper_docx(municipal_paper(paper, "Sekretariatet"), clock.at(DAY))


@pytest.fixture(scope="module")
def opened() -> Document:
    return docx.Document(BytesIO(made()))


def styled(document: Document, style: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style is not None and p.style.name == style]


def test_the_sections_are_those_of_a_municipal_agenda(opened: Document) -> None:
    assert styled(opened, "Heading 2") == [
        "Resumé",
        "Indstilling",
        "Sagsfremstilling",
        "Kommunens egne tal",
        "Økonomi",
        "Videre proces",
        "Beslutning",
        "Bilag",
    ]
    assert styled(opened, "List Number") == [
        "at kommunalbestyrelsen godkender.",
        "at sagen sendes videre.",
    ]


def test_figures_stand_beside_the_areas_with_a_subhead_for_each_table(opened: Document) -> None:
    figures, _ = opened.tables
    assert [[cell.text for cell in row.cells] for row in figures.rows] == [
        ["Tal", "Lolland", "KKR Sjælland"],
        ["Borgere"] * 3,
        ["I alt", HIDDEN, "79"],
        ["Pladser"] * 3,
        ["Pladser i alt", "12", "93"],
    ]
    assert figures.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None


def test_each_level_has_its_day_and_room_for_its_decision(opened: Document) -> None:
    _, levels = opened.tables
    rows = [tuple(cell.text for cell in row.cells) for row in levels.rows]
    assert rows[0] == LEVEL_COLUMNS
    assert rows[1:] == [
        ("Fagudvalg", "6. maj 2025", "kommunens mødekalender", ""),
        ("Kommunalbestyrelse", "20. maj 2025", "", "Godkendt"),
    ]


def test_the_text_and_the_file_say_the_same(opened: Document) -> None:
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    told = "\n".join([*(p.text for p in opened.paragraphs), *cells])
    for line in paper_text(municipal_paper(PAPER, "Sekretariatet")).splitlines():
        for piece in line.lstrip("- ").removeprefix("1. ").removeprefix("2. ").split(": ")[:1]:
            assert piece.partition(" (Lolland")[0] in told


def test_the_same_paper_of_the_same_moment_is_the_same_file() -> None:
    assert made() == made()


def test_what_there_is_not_has_no_section() -> None:
    empty = replace(PAPER, figures=(), figure_heads=(), enclosures=(), treated=())
    document = docx.Document(BytesIO(made(empty)))
    assert not {"Kommunens egne tal", "Bilag"} & set(styled(document, "Heading 2"))
    assert len(document.tables) == 1
