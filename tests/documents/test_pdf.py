"""A PDF is tagged, can be archived, takes nothing from outside and is the same each time."""

from __future__ import annotations

import ctypes
import datetime as dt
import io
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from udmelding import clock, paths
from udmelding.documents import pdf
from udmelding.documents.blocks import (
    Block,
    Grid,
    Heading,
    Items,
    Lying,
    Pairs,
    Picture,
    Right,
    Run,
    Signature,
    Text,
    blocks_as_json,
)
from udmelding.documents.look import SHIPPED
from udmelding.documents.pdf import set_pdf, set_pdfs
from udmelding.errors import OutsideError, RefusedError

NOW = clock.at(dt.date(2025, 3, 14))
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 20" width="50" height="20">'
    '<text y="15">{word}</text></svg>'
)


def values(*blocks: Block, title: str = "En prøve") -> dict[str, Any]:
    return {
        "title": title,
        "author": "Sekretariatet",
        "reference": "CU-PRØVE-2025",
        "is_wide": False,
        "before": [],
        "blocks": blocks_as_json(blocks),
    }


def paper(*blocks: Block, title: str = "En prøve", made_at: dt.datetime = NOW) -> bytes:
    return set_pdf("paper", values(*blocks, title=title), made_at, SHIPPED)


def table(rows: int = 3, *, has_total: bool = True) -> Grid:
    body = [[f"Kommune {n}", str(n)] for n in range(rows)]
    total = [["Hele landet", "99"]] if has_total else []
    return Grid(
        head=["Hvem", [Run("Antal"), Run(" (borgere)", "quiet")]],
        rows=body + total,
        shares=(3, 1),
        caption="Borgere",
        number=1,
        numbers_from=1,
        totals=frozenset({rows} if has_total else ()),
        note=("Kilde: svarene.", "• Vises ikke."),
    )


EVERYTHING = (
    Pairs((("Sag", "CU-PRØVE-2025"), ("Frist", "31. maj 2025"))),
    Heading("Resumé"),
    Text(["Blåbærgrød & ", Run("æblekage", "strong"), Run(" i dag", "em"), Run("7", "changed")]),
    Text([Run("Vejledning", "link", "https://vejledning.example/side")]),
    Text(["Se på tallet."], is_flag=True),
    Items([["Et"], ["To"]]),
    Items([["Først"], ["Så"]], is_numbered=True),
    Heading("Tal", 2),
    table(),
    Lying([Heading("På tværs", 2), table(2)]),
    Picture(SVG.format(word="Tegnet"), 1, "Søjler", "Et billede"),
    Right("14. marts 2025"),
    Signature(("Med venlig hilsen", "Sekretariatet")),
)


def text_of(content: bytes) -> str:
    return "\n".join(pages_of(content))


def pages_of(content: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(content) as document:
        told = [each.get_textpage().get_text_bounded() for each in document]
    # Typst puts one between «Tabel» and its number.
    return [page.replace("\N{NO-BREAK SPACE}", " ") for page in told]


def tags_of(content: bytes) -> Iterator[tuple[str, str]]:
    """The tags of all pages, each with its text for those who do not see."""

    def told(ask: Any, element: Any) -> str:
        size = ask(element, None, 0)
        buffer = ctypes.create_string_buffer(max(size, 2))
        ask(element, buffer, size)
        return buffer.raw[: max(size - 2, 0)].decode("utf-16-le")

    def walk(element: Any) -> Iterator[tuple[str, str]]:
        kind = told(pdfium.FPDF_StructElement_GetType, element)
        yield kind, told(pdfium.FPDF_StructElement_GetAltText, element)
        for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
            if child:
                yield from walk(child)

    with pypdfium2.PdfDocument(content) as document:
        for each in document:
            tree = pdfium.FPDF_StructTree_GetForPage(each)
            for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                yield from walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, place))
            pdfium.FPDF_StructTree_Close(tree)


def elements_of(content: bytes) -> Iterator[tuple[str, Any, str]]:
    """Every tag in reading order, with its element and the tag it stands in."""

    with pikepdf.open(io.BytesIO(content)) as document:
        yield from elements_in(document)


def elements_in(document: pikepdf.Pdf) -> Iterator[tuple[str, Any, str]]:
    """The same of an open document."""

    def walk(element: Any, parent: str) -> Iterator[tuple[str, Any, str]]:
        kind = str(element.get("/S", "")).removeprefix("/")
        if kind:
            yield kind, element, parent
        kids = element.get("/K", [])
        for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and ("/S" in kid or "/K" in kid):
                yield from walk(kid, kind)

    yield from walk(document.Root.StructTreeRoot, "")


def scopes_of(content: bytes) -> list[str]:
    """What each head of a table is the head of, in reading order."""
    found = []
    for kind, element, _ in elements_of(content):
        if kind == "TH":
            attributes = element.get("/A", [])
            each = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
            found.append("".join(str(one.get("/Scope", "")) for one in each).removeprefix("/"))
    return found


def fonts_of(content: bytes) -> set[str]:
    """The fonts in the file, without the letters that name a subset."""
    with pikepdf.open(io.BytesIO(content)) as document:
        names = {str(one["/BaseFont"]) for one in document.objects if _is_font(one)}
    return {re.sub(r"^/[A-Z]{6}\+", "", name) for name in names}


def _is_font(one: Any) -> bool:
    return isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one


def fonts_inside(content: bytes) -> list[bool]:
    """For each piece of text: is its font in the file?"""
    with pypdfium2.PdfDocument(content) as document:
        return [
            bool(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(piece)))
            for each in document
            for piece in each.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=5)
        ]


def is_for_archive(content: bytes) -> bool:
    """Whether the file says that it is PDF/A-2a and PDF/UA-1."""
    with pikepdf.open(io.BytesIO(content)) as document, document.open_metadata() as known:
        return (known.get("pdfaid:part"), known.get("pdfaid:conformance")) == (
            "2",
            "A",
        ) and known.get("pdfuaid:part") == "1"


@pytest.fixture(scope="module")
def made() -> bytes:
    return paper(*EVERYTHING)


def test_the_text_can_be_read_out_of_the_file(made: bytes) -> None:
    told = text_of(made)

    for text in ("Blåbærgrød & æblekage i dag7", "Tegnet", "Tabel 1. Borgere"):
        assert text in told


def test_every_block_is_tagged_as_what_it_is(made: bytes) -> None:
    kinds = [kind for kind, _, _ in elements_of(made)]

    assert [kind for kind in kinds if re.fullmatch(r"H\d", kind)] == ["H1", "H2", "H2"]
    for kind in ("Title", "P", "L", "LI", "Table", "Caption", "THead", "TBody", "TFoot", "Figure"):
        assert kind in kinds
    for kind in ("Link", "Strong", "Em"):
        assert kind in kinds
    assert ("Figure", "Et billede") in list(tags_of(made))


def test_each_cell_of_a_head_and_each_first_cell_of_a_row_says_whose_head_it_is() -> None:
    content = paper(table(3))

    assert scopes_of(content) == ["Column", "Column", *["Row"] * 4]
    cells = [(kind, element) for kind, element, _ in elements_of(content) if kind == "TD"]
    assert len(cells) == 4 + 1  # the note is one cell over all columns, and no head
    assert not any("/Headers" in one for _, cell in cells for one in _attributes(cell))


def _attributes(cell: Any) -> list[Any]:
    found = cell.get("/A", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


@pytest.mark.parametrize("grid", [table(1, has_total=False), table(1), table(40)])
def test_a_table_of_any_length_keeps_its_head_and_body(grid: Grid) -> None:
    kinds = [kind for kind, _, _ in elements_of(paper(grid))]

    assert kinds.count("THead") == kinds.count("TBody") == kinds.count("Table") == 1


def test_the_file_says_its_language_and_that_it_is_for_the_archive_and_for_all(
    made: bytes,
) -> None:
    assert is_for_archive(made)
    with pikepdf.open(io.BytesIO(made)) as document:
        root = document.Root
        assert str(root.Lang) == "da-DK"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)


def test_only_the_fonts_that_ship_are_in_the_file_and_all_of_them_are(made: bytes) -> None:
    assert all(fonts_inside(made))
    assert fonts_inside(made) != []
    assert all(name.startswith(("IBMPlexSans", "DejaVuSans")) for name in fonts_of(made))


def test_a_sign_that_plex_lacks_is_taken_from_the_second_font_and_one_that_none_has_is_a_box() -> (
    None
):
    content = paper(Text(["Αθήνα \N{SNOWMAN} \N{CJK UNIFIED IDEOGRAPH-6F22}"]))

    assert "Αθήνα ☃ □" in text_of(content)
    assert "DejaVuSans" in fonts_of(content)


def test_the_file_says_its_title_its_author_and_when_it_was_made(made: bytes) -> None:
    with pypdfium2.PdfDocument(made) as document:
        known = document.get_metadata_dict()

    assert (known["Title"], known["Author"]) == ("En prøve", "Sekretariatet")
    assert known["CreationDate"] == known["ModDate"]
    assert known["CreationDate"].startswith(f"D:{NOW.astimezone(dt.UTC):%Y%m%d%H%M%S}")


def test_the_same_values_and_moment_are_the_same_bytes_in_another_process(made: bytes) -> None:
    assert paper(*EVERYTHING) == made


def test_another_moment_is_another_file(made: bytes) -> None:
    assert paper(*EVERYTHING, made_at=NOW + dt.timedelta(days=1)) != made


def test_many_documents_come_back_in_their_order_and_as_if_each_were_alone() -> None:
    titles = [f"Sag {n}" for n in range(12)]
    together = set_pdfs("paper", [values(title=title) for title in titles], NOW, SHIPPED)

    assert together == tuple(paper(title=title) for title in titles)


def test_several_are_set_at_once_without_mixing() -> None:
    with ThreadPoolExecutor(4) as workers:
        told = list(workers.map(lambda n: text_of(paper(Text([f"Nummer {n}."]))), range(8)))

    assert all(f"Nummer {n}." in text for n, text in enumerate(told))


WRONG_ALARMS = {
    "TAG-002": "it takes the line at the foot of each page for prose that nobody is read",
    "TBL-010": "it takes a table with one column of figures for one whose heads were torn apart",
}
"""What `outloud` says of our files though it is right as it is."""


def test_two_checkers_find_nothing_that_is_wrong(tmp_path: Path, made: bytes) -> None:
    assert problems_of(made, tmp_path) == []


def test_the_checkers_do_see_what_is_wrong(tmp_path: Path, made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as document:
        del document.Root.Lang
        for kind, element, _ in elements_in(document):
            if kind == "Figure":
                del element.Alt
        stream = io.BytesIO()
        document.save(stream)

    assert len(problems_of(stream.getvalue(), tmp_path)) >= 2


def problems_of(content: bytes, folder: Path) -> list[str]:
    """What `pdfua` and `outloud` say against the file."""
    path = folder / "checked.pdf"
    path.write_bytes(content)
    first = [f"{one.rule_id}: {one.message}" for one in pdfua.validate(str(path)).findings]
    found = outloud.check(str(path)).findings
    second = [f"{one.rule}: {one.message}" for one in found if one.rule not in WRONG_ALARMS]
    return first + second


def test_the_source_and_the_total_of_a_long_table_are_never_parted_from_each_other() -> None:
    lengths = range(30, 99)
    papers = set_pdfs("paper", [values(table(rows)) for rows in lengths], NOW, SHIPPED)

    for content in papers:
        (last,) = [page for page in pages_of(content) if "Kilde: svarene." in page]
        assert "Hele landet" in last
        assert "Hvem" in last  # the head stands above them
        assert "Vises ikke." in last


def test_a_heading_never_stands_last_on_a_page() -> None:
    ending = (Heading("Sidst"), Text(["Til sidst."]))
    long = [(*[Text([f"Linje {n}."]) for n in range(lines)], *ending) for lines in range(20, 45)]

    for content in set_pdfs("paper", [values(*blocks) for blocks in long], NOW, SHIPPED):
        (page,) = [text for text in pages_of(content) if "Sidst" in text]
        assert "Til sidst." in page


def test_a_row_with_too_few_cells_is_told_before_it_moves_all_that_follow() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells in a table of 2 columns"):
        blocks_as_json([Grid(head=["A", "B"], rows=[["1"]], shares=(1, 1))])


def test_tables_beyond_reason_are_refused_with_what_to_do() -> None:
    wide = Grid(head=["x"] * 40, rows=[["1"] * 40] * 1600, shares=(1,) * 40)

    with pytest.raises(RefusedError, match=r"64\.000 felter .* Hent tallene som Excel"):
        paper(wide)


def test_headings_leave_no_level_out_and_an_empty_one_is_none() -> None:
    content = paper(Heading("Tre", 3), Heading(" \ufeff"), Heading("Et"), Heading("Seks", 6))

    kinds = [kind for kind, _, _ in elements_of(content) if re.fullmatch(r"H\d", kind)]
    assert kinds == ["H1", "H1", "H2"]


def test_nothing_that_typst_says_is_left_unheard(
    made: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger=pdf.__name__):
        paper(*EVERYTHING)

    assert caplog.records == []
    assert made


# -- what a template may not do --------------------------------------------------------------------


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template of the test's own, beside the shipped fonts."""
    (tmp_path / "typst").mkdir()
    (tmp_path / "typst" / "fonts").symlink_to(paths.TYPST / "fonts", target_is_directory=True)
    monkeypatch.setattr(paths, "TYPST", tmp_path / "typst")
    monkeypatch.setattr(pdf, "_PROCESSOR_SECONDS", 3)
    monkeypatch.setattr(pdf, "_SECONDS", 8)
    return tmp_path / "typst" / "own.typ"


HOLES = {
    "a file outside": '#read("../secret.txt")',
    "an absolute path": '#read("/etc/hostname")',
    "a package from the network": '#import "@preview/cetz:0.3.4": *',
    "a loop without end": "#for n in range(100000000) { [x] }",
    "a page for each grain of sand": "#for n in range(10000000) { pagebreak() }",
    "memory without end": "#let a = range(1000000000)\n#a.len()",
}


@pytest.mark.parametrize("source", HOLES.values(), ids=HOLES)
def test_a_template_gets_at_nothing_and_stops_at_its_limits(
    template: Path, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    (template.parent.parent / "secret.txt").write_text("HEMMELIGT", encoding="utf-8")
    template.write_text(f'#set document(title: "x")\n{source}', encoding="utf-8")

    with pytest.raises(OutsideError, match=r"PDF-filen kunne ikke dannes"):
        set_pdf("own", {}, NOW, SHIPPED)

    assert "HEMMELIGT" not in caplog.text


def test_no_shipped_template_is_a_link_to_somewhere_else() -> None:
    assert not any(path.is_symlink() for path in paths.TYPST.rglob("*"))


def test_the_process_knows_nothing_of_ours_and_needs_nothing_but_its_libraries() -> None:
    asked = (
        "import sys, runpy\n"
        f"runpy.run_path({str(Path(pdf.__file__).with_name('pdf_child.py'))!r})\n"
        "print([name for name in sys.modules if name.startswith('udmelding')])"
    )
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-c", asked], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"
