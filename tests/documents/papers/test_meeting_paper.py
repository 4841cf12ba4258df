"""The Word file, opened again, says the same as the values it was made from."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from udmelding import clock
from udmelding.config.case.process import BodyKind
from udmelding.documents.papers.meeting_paper import COLUMNS, body_paper
from udmelding.documents.papers.paper import paper_docx, paper_text
from udmelding.rules.papers.meeting_paper import CouncilRow, DatedLine, MeetingPaper, Venue

DAY = dt.date(2025, 1, 10)
PAPER = MeetingPaper(
    reference="CU-X",
    title="Central udmelding: En målgruppe på prøve",
    venue=Venue(
        body="k17",
        title="K17",
        kind=BodyKind.CHIEF_EXECUTIVES,
        held_on=DAY,
        area_name="Sjælland",
    ),
    as_of=DAY,
    is_for_decision=True,
    resume=("Første sætning.", "Anden sætning."),
    recommendations=("at K17 godkender", "at sagen går videre"),
    decision="",
    history=(DatedLine(DAY, "primo januar 2025", "Sagen modtaget"),),
    background=("13 af 17 kommuner.", "Æ, ø, å & <tegn>."),
    economy=("Udkast 2 oplyser:", "Pris pr. døgn: 2.345 kr. i KKR Sjælland."),
    next_steps=(DatedLine(DAY, "31. januar 2025*", "Frist"),),
    enclosures=("Et bilag (notat, 1. januar 2025)",),
    councils=tuple(CouncilRow(f"By {n}", "Godkendt", "1. januar 2025", "") for n in range(60)),
    notes=("* Opdigtet.",),
)


def made(paper: MeetingPaper = PAPER) -> bytes:
    return paper_docx(body_paper(paper, "Sekretariatet"), clock.at(DAY))


@pytest.fixture(scope="module")
def opened() -> Document:
    return docx.Document(BytesIO(made()))


def styled(opened: Document, style: str) -> list[str]:
    return [p.text for p in opened.paragraphs if p.style is not None and p.style.name == style]


def test_the_headings_are_those_of_a_case_paper(opened: Document) -> None:
    assert styled(opened, "Heading 1") == [PAPER.title]
    assert styled(opened, "Heading 2") == [
        "Resumé",
        "Indstilling",
        "Baggrund",
        "Økonomi",
        "Videre forløb",
        "Bilag",
        "Oversigt over kommunerne",
    ]


def test_recommendations_are_a_numbered_list(opened: Document) -> None:
    assert styled(opened, "List Number") == ["at K17 godkender.", "at sagen går videre."]


def test_everything_the_text_says_is_in_the_file(opened: Document) -> None:
    (table,) = opened.tables
    cells = [cell.text for row in table.rows for cell in row.cells]
    told = "\n".join([*(p.text for p in opened.paragraphs), *cells])
    for text in PAPER.texts():
        assert text in told
    for line in paper_text(body_paper(PAPER, "Sekretariatet")).splitlines():
        if line.startswith("- By "):
            continue
        assert line.lstrip("- ").removeprefix("1. ").removeprefix("2. ") in told


def test_the_table_is_a_real_one_and_repeats_its_head(opened: Document) -> None:
    (table,) = opened.tables
    assert tuple(cell.text for cell in table.rows[0].cells) == COLUMNS
    assert len(table.rows) == 1 + len(PAPER.councils)
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True, *[False] * len(PAPER.councils)]


def test_language_properties_and_page_numbers(opened: Document) -> None:
    known = opened.core_properties
    assert (known.title, known.author, known.language) == (PAPER.title, "Sekretariatet", "da-DK")
    assert known.comments == ""
    (language,) = {lang.get(qn("w:val")) for lang in opened.styles.element.iter(qn("w:lang"))}
    assert language == "da-DK"
    fields = opened.sections[0].footer._element.iter(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]


def test_the_file_holds_no_macro_and_nothing_from_elsewhere() -> None:
    with zipfile.ZipFile(BytesIO(made())) as file:
        names = file.namelist()
        links = [file.read(name) for name in names if name.endswith(".rels")]
    assert not [name for name in names if "vba" in name.lower() or "thumbnail" in name]
    assert not [link for link in links if b'TargetMode="External"' in link]


def test_the_same_paper_of_the_same_moment_is_the_same_file() -> None:
    assert made() == made()


def test_what_is_empty_is_said_or_left_out() -> None:
    empty = replace(
        PAPER, economy=(), next_steps=(), enclosures=(), councils=(), decision="K17: godkendt."
    )
    opened = docx.Document(BytesIO(made(empty)))
    assert opened.tables == []
    assert "Beslutning" in styled(opened, "Heading 2")
    assert not {"Oversigt over kommunerne", "Økonomi"} & set(styled(opened, "Heading 2"))
    told = [p.text for p in opened.paragraphs]
    assert "Der er ingen bilag på sagen." in told
    assert "Der er ikke flere skridt med dato." in told
