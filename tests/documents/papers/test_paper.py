"""A paper is the same in Word, in PDF and as text; the PDF can be read by those who do not see."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest

from tests.documents.papers.test_council_paper import PAPER as FOR_A_COUNCIL
from tests.documents.papers.test_meeting_paper import PAPER as FOR_A_BODY
from udmelding import clock
from udmelding.documents.blocks import Grid, Heading, Items, Pairs, Right, Signature, Text
from udmelding.documents.papers.council_paper import municipal_paper
from udmelding.documents.papers.letter import letter_paper
from udmelding.documents.papers.meeting_paper import body_paper
from udmelding.documents.papers.paper import (
    Paper,
    Part,
    paper_docx,
    paper_pdf,
    paper_pdfs,
    paper_text,
)
from udmelding.rules.papers import letters
from udmelding.rules.papers.letters_decisions import HEAD

DAY = clock.at(dt.date(2025, 3, 14))
NASTY = (
    "# ikke $en$ *formel* _her_ <b>",
    "@kilde \\ ` ~ [x] #panic() -- ... {{ y }} // /* 'a' \"b\"",
    "= Ingen overskrift",
    "+ - 1. / Ærø",
)
OVERVIEW = letters.Letter(
    kind=letters.LetterKind.OVERVIEW,
    reference="CU-X",
    title="Oversigt over beslutninger: En målgruppe",
    receiver="",
    sender="Sekretariatet",
    dated_on=dt.date(2025, 3, 14),
    about=(("Sag", "CU-X"), ("Journalnummer", "24/1")),
    parts=(
        letters.Text("Oversigten gælder afrapporteringen."),
        letters.heading("Kommunerne"),
        letters.Grid(
            HEAD,
            tuple(
                (
                    f"Bynavnshøjkommune {n}",
                    "Kommunalbestyrelse",
                    "22. april 2025",
                    "Taget til efterretning",
                    "uden drøftelse, men med en længere bemærkning " * (n % 4),
                    "https://kommune.example/referat/2025/april/punkt-" + "1" * (n % 5) * 20,
                )
                for n in range(98)
            ),
        ),
    ),
)
ALL = {
    "council": municipal_paper(FOR_A_COUNCIL, "Sekretariatet"),
    "body": body_paper(FOR_A_BODY, "Sekretariatet"),
    "overview": letter_paper(OVERVIEW),
}


def a_paper(*parts: Part, **more: Any) -> Paper:
    return Paper(title="En titel", parts=parts, reference="CU-X", author="Sekretariatet", **more)


def pages(content: bytes) -> list[str]:
    """The text of each page, without the places where a long word may be broken."""
    with pypdfium2.PdfDocument(content) as opened:
        found = [page.get_textpage().get_text_bounded() for page in opened]
    return [re.sub("[\u00ad\u200b\x02\ufffe]", "", text) for text in found]


def seen(content: bytes) -> str:
    return " ".join(" ".join(pages(content)).split())


def elements(content: bytes) -> Iterator[tuple[str, Any]]:
    """The tags of the whole document in their order, each with its element."""

    def walk(element: Any) -> Iterator[tuple[str, Any]]:
        yield str(element.S)[1:], element
        kids = element.get("/K", [])
        for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from walk(kid)

    with pikepdf.open(BytesIO(content)) as pdf:
        kids = pdf.Root.StructTreeRoot.K
        for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
            yield from walk(kid)


def scopes(content: bytes) -> list[list[str]]:
    """For each row of all tables: TD, or the scope of each head, with how many columns it spans."""

    def of(cell: Any) -> str:
        found = cell.get("/A", [])
        known: dict[str, Any] = {}
        for one in list(found) if isinstance(found, pikepdf.Array) else [found]:
            known |= {key: one[key] for key in one.keys()}  # noqa: SIM118
        kind = str(known.get("/Scope", "/TD"))[1:]
        return f"{kind} over {known['/ColSpan']}" if "/ColSpan" in known else kind

    return [
        [of(cell) for cell in element.K if str(cell.S) in ("/TH", "/TD")]
        for kind, element in elements(content)
        if kind == "TR"
    ]


@pytest.mark.parametrize("name", ALL)
def test_the_pdf_says_its_title_its_language_and_its_headings_in_order(name: str) -> None:
    paper = ALL[name]
    content = paper_pdf(paper, DAY)
    headings = [part for part in paper.parts if isinstance(part, Heading)]
    kinds = [kind for kind, _ in elements(content)]
    assert [kind for kind in kinds if kind.startswith("H")] == ["H1"] * len(headings)
    text = seen(content)
    places = [text.index(part.text) for part in headings]
    assert places == sorted(places)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "da-DK"
        assert str(pdf.docinfo.Title) == paper.name


@pytest.mark.parametrize("name", ALL)
def test_word_pdf_and_text_say_the_same(name: str) -> None:
    paper = ALL[name]
    in_pdf = seen(paper_pdf(paper, DAY)).replace(" ", "")
    word = docx.Document(BytesIO(paper_docx(paper, DAY)))
    pairs = [name for part in paper.parts if isinstance(part, Pairs) for name, _ in part.pairs]
    in_word = [re.sub(f"^({'|'.join(pairs)}): ", "", p.text) for p in word.paragraphs]
    in_word += [c.text for table in word.tables for row in table.rows for c in row.cells]
    for text in in_word:
        assert "".join(text.split()) in in_pdf
    in_text = paper_text(paper)
    for text in in_word:
        assert text.strip(" :") in in_text or text in (*HEAD, "Kommune", "Dag", "Grundlag", "Led")


@pytest.mark.parametrize("name", ALL)
def test_the_same_paper_of_the_same_moment_is_the_same_pdf(name: str) -> None:
    assert paper_pdf(ALL[name], DAY) == paper_pdf(ALL[name], DAY)


def test_many_papers_set_at_once_are_those_set_one_by_one() -> None:
    papers = list(ALL.values())
    assert list(paper_pdfs(papers, DAY)) == [paper_pdf(paper, DAY) for paper in papers]
    assert paper_pdfs([], DAY) == ()


def test_a_councils_copy_says_whose_it_is_in_its_name_alone() -> None:
    content = paper_pdf(ALL["council"], DAY)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.docinfo.Title) == "Central udmelding: En målgruppe – Lolland Kommune"
    assert "– Lolland Kommune" not in seen(content)


def test_each_cell_of_a_table_has_a_head_for_its_row_and_its_column() -> None:
    figures, levels = ["Column"] * 3, ["Column"] * 4
    subhead, row = ["Column over 3"], ["Row", "TD", "TD"]
    assert scopes(paper_pdf(ALL["council"], DAY)) == [
        *(figures, subhead, row, subhead, row),
        ["TD over 3"],  # the note
        *(levels, ["Row", "TD", "TD", "TD"], ["Row", "TD", "TD", "TD"]),
    ]


def figures(groups: int, each: int) -> Grid:
    rows: list[tuple[str, ...]] = []
    for group in range(groups):
        rows.append((f"Gruppe {group}.",))
        rows += [(f"række {group}-{n}", "1", "2") for n in range(each)]
    return Grid(
        head=("Tal", "By", "Alle"),
        rows=rows,
        shares=(4, 1, 1),
        numbers_from=1,
        subheads=subheads_of(rows),
        note=["Kilde: svar."],
    )


def subheads_of(rows: list[tuple[str, ...]]) -> frozenset[int]:
    return frozenset(place for place, row in enumerate(rows) if len(row) == 1)


def test_a_subhead_is_never_last_on_a_page_and_stands_again_where_its_rows_go_on() -> None:
    papers = [a_paper(Text("x"), figures(4, lines)) for lines in range(25, 45, 4)]
    found = [page for content in paper_pdfs(papers, DAY) for page in pages(content)]
    assert len(found) > 2 * len(papers)
    for page in found:
        rows = [line for line in page.splitlines() if line.startswith(("Gruppe", "række"))]
        assert rows[0].startswith("Gruppe")
        for one, after in zip(rows, [*rows[1:], "Gruppe"], strict=True):
            assert not (one.startswith("Gruppe") and after.startswith("Gruppe"))
        groups = [line.removeprefix("række ").partition("-")[0] for line in rows[1:2]]
        assert rows[0] == f"Gruppe {groups[0]}."


@pytest.mark.parametrize(
    "rows",
    [
        [("Kun en titel",)],
        [("x", "1"), ("Til sidst",)],
        [("To",), ("i træk",), ("x", "1")],
        [("En",), ("x", "1")],
        [("En",), ("x", "1"), ("y", "2")],
        [],
    ],
)
@pytest.mark.parametrize("note", [(), ("En note",)])
def test_no_place_of_a_subhead_stops_a_document(
    rows: list[tuple[str, ...]], note: tuple[str, ...]
) -> None:
    grid = Grid(
        head=("Hvad", "Tal"),
        rows=rows,
        shares=(2, 1),
        numbers_from=1,
        note=note,
        totals=frozenset(range(1, len(rows))),
        subheads=subheads_of(rows),
    )
    text = seen(paper_pdf(a_paper(grid), DAY))
    assert all(cell in text for row in rows for cell in row)
    assert all(line in text for line in note)


def test_98_decisions_lie_with_their_head_on_each_page_and_no_row_is_cut() -> None:
    content = paper_pdf(ALL["overview"], DAY)
    with pypdfium2.PdfDocument(content) as opened:
        assert all(page.get_width() > page.get_height() for page in opened)
    found = pages(content)
    assert len(found) > 4
    assert all("Dokumentation" in page for page in found)
    rows = OVERVIEW.parts[2]
    assert isinstance(rows, letters.Grid)
    together = ["".join(page.split()) for page in found]
    for row in rows.rows:
        (place,) = [page for page in together if f"{''.join(row[0].split())}Kommunal" in page]
        assert "".join(row[4].split()) in place
        assert "".join(row[5].split()) in place


def test_a_row_longer_than_a_page_is_cut_and_nothing_of_it_is_lost() -> None:
    words = [f"ord{n}" for n in range(1500)]
    grid = Grid(head=("Hvem", "Hvad"), rows=[("By", " ".join(words))], shares=(1, 1), is_words=True)
    text = seen(paper_pdf(a_paper(grid), DAY))
    assert all(word in text for word in words)


def test_texts_full_of_signs_come_out_as_themselves() -> None:
    grid = Grid(
        head=NASTY,
        rows=[NASTY, NASTY[:1]],
        shares=(1, 1, 1, 1),
        subheads=frozenset({1}),
        is_words=True,
    )
    paper = Paper(
        title=NASTY[0],
        before=[Text(NASTY[1]), Right(NASTY[2])],
        parts=[
            Pairs([(NASTY[3], NASTY[1])]),
            *(Text(text) for text in NASTY),
            *(Heading(text) for text in NASTY),
            Items(NASTY, is_numbered=True),
            grid,
            Signature(NASTY),
        ],
        reference=NASTY[0],
        author=NASTY[0],
    )
    told = seen(paper_pdf(paper, DAY)).replace(" ", "")
    for text, times in zip(NASTY, (7, 7, 6, 6), strict=True):
        assert told.count("".join(text.split())) >= times


def test_a_sign_that_no_font_has_and_an_empty_part_stop_nothing() -> None:
    paper = a_paper(Heading(""), Text(""), Items([]), Text("Smil 漢 \x00\ufeff"), Pairs([]))
    assert "Smil □" in seen(paper_pdf(paper, DAY))


def test_a_letters_date_stands_at_the_right_and_its_signature_is_not_parted() -> None:
    written = [
        a_paper(
            *(Text(f"Afsnit {n}") for n in range(lines)),
            Signature(("Med venlig hilsen", "Sekretariatet")),
            before=[Text("Styrelsen"), Right("14. marts 2025")],
        )
        for lines in range(25, 40)
    ]
    made = paper_pdfs(written, DAY)
    for found in map(pages, made):
        assert [("hilsen" in page) for page in found] == [("Sekretar" in page) for page in found]
    assert {len(pages(content)) for content in made} == {1, 2}
    with pypdfium2.PdfDocument(made[0]) as opened:
        text = opened[0].get_textpage()
        place = text.search("14. marts 2025").get_next()
        assert place
        left, *_ = text.get_charbox(place[0])
        assert left > opened[0].get_width() / 2


def test_no_heading_is_last_on_a_page() -> None:
    papers = [
        a_paper(
            *(Text(f"Afsnit {n}") for n in range(lines)),
            Heading("Overskriften"),
            *(Text("Det næste") for _ in range(9)),
        )
        for lines in range(22, 34)
    ]
    for found in map(pages, paper_pdfs(papers, DAY)):
        for page in found:
            assert "Det næste" in page.partition("Overskriften")[2] or "Overskriften" not in page


def test_a_letter_as_text_has_its_head_above_its_title() -> None:
    paper = a_paper(
        Pairs([("Sag", "CU-X")]),
        Text("Hermed sendes:", keeps_next=True),
        Items(["et", "to"], is_numbered=True),
        Signature(("Med venlig hilsen", "Sekretariatet")),
        before=[Right("14. marts 2025")],
    )
    assert paper_text(paper) == (
        "14. marts 2025\n\nEn titel\nSag: CU-X\n\nHermed sendes:\n1. et\n2. to\n\n"
        "Med venlig hilsen\nSekretariatet\n"
    )


def test_a_table_as_text_is_a_list_and_figures_say_whose_they_are() -> None:
    words = Grid(head=("A", "B", "C"), rows=[("x", "", "z"), ("x", "", "")], shares=(1, 1, 1))
    assert paper_text(a_paper(words)) == "En titel\n- x: z\n- x:\n"
    assert paper_text(a_paper(figures(1, 2))) == (
        "En titel\nTal: By / Alle\nGruppe 0.\n- række 0-0: 1 / 2\n- række 0-1: 1 / 2\n"
        "Kilde: svar.\n"
    )


def test_where_it_can_be_looked_up_can_be_followed() -> None:
    content = paper_pdf(ALL["overview"], DAY)
    with pikepdf.open(BytesIO(content)) as pdf:
        links = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", [])]
    rows = OVERVIEW.parts[2]
    assert isinstance(rows, letters.Grid)
    assert set(links) == {row[5] for row in rows.rows}


def test_a_row_of_one_cell_that_is_no_subhead_is_a_fault() -> None:
    grid = Grid(head=("Hvad", "Tal"), rows=[("x", "1"), ("y",)], shares=(2, 1))
    with pytest.raises(ValueError, match="a row of 1 cells in a table of 2 columns"):
        paper_pdf(a_paper(grid), DAY)
