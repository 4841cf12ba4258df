"""What comes back instead of the workbook that was sent out, and what its sender is told."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.comments import Comment
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.documents.forms.workbooks import (
    ABOUT,
    NUMBERS,
    OFFERS,
    WORDS,
    cell_of,
    closed,
    filled,
    made,
    opened,
    other,
    put,
    read,
    sheet_of,
)
from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.identity import SHEET, _checksum
from udmelding.errors import RefusedError

GOOD = {"antal": "12", "type.a.antal": "4", "type.b.antal": "8", "hvorfor": "Derfor"}


def bomb() -> bytes:
    """A workbook with a sheet of 30 MB of nothing."""
    stream = io.BytesIO(made())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet9.xml", b"<a>" + b" " * 30_000_000 + b"</a>")
    return stream.getvalue()


def many_cells() -> bytes:
    rows = b"<row>" + b"<c/>" * 500_000 + b"</row>"
    stream = io.BytesIO(made())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet9.xml", b"<sheetData>" + rows + b"</sheetData>")
    return stream.getvalue()


def with_macro() -> bytes:
    stream = io.BytesIO(made())
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    return stream.getvalue()


def ods() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<a/>")
    return stream.getvalue()


def locked() -> bytes:
    """The beginning of an encrypted Office file."""
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    return ole + bytes(600) + "EncryptedPackage".encode("utf-16-le") + b"\x00\x00" + bytes(600)


def broken_xml() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made(GOOD))) as before,
        zipfile.ZipFile(stream, "w") as after,
    ):
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, part.replace(b"<v>12</v>", b"<v>tolv</v>"))
    return stream.getvalue()


def copied_cells() -> bytes:
    book, new = opened(made(GOOD)), Workbook()
    for row in sheet_of(book, NUMBERS).iter_rows(values_only=True):
        new.worksheets[0].append(row)
    return closed(new)


def tampered(book: Workbook) -> None:
    cell = sheet_of(book, SHEET).cell(2, 1)
    cell.value = str(cell.value).replace('"253"', '"269"')


def newer(book: Workbook) -> None:
    sheet_of(book, SHEET).cell(1, 1).value = "udmelding 99"


def forged(book: Workbook) -> None:
    """A map with a correct checksum that leads to an answer nobody asked for."""
    sheet = sheet_of(book, SHEET)
    text = str(sheet.cell(2, 1).value).replace('"antal":[', '"andet":[')
    sheet.cell(2, 1).value, sheet.cell(1, 2).value = text, _checksum(text)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "er tom"),
    "a CSV file": (lambda: b"a;b\n1;2\n", "er ren tekst eller en webside"),
    "half a file": (lambda: made()[:9000], "er "),
    "an old .xls": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "ældre format"),
    "a password": (locked, "adgangskode"),
    "OpenDocument with another name": (ods, "er et OpenDocument-regneark"),
    "macros": (with_macro, "indeholder makroer"),
    "a zip bomb": (bomb, "meget større|pakker mere ud"),
    "half a million cells": (many_cells, "meget større|pakker mere ud"),
    "a broken part": (broken_xml, "ødelagt"),
    "a book of somebody else": (lambda: closed(Workbook()), "er ikke det regneark"),
    "cells copied into a new book": (copied_cells, "kopieres over i en ny fil"),
    "the hidden sheet deleted": (lambda: filled(lambda b: b.remove(b[SHEET])), "er ikke det"),
    "the hidden sheet changed": (lambda: filled(tampered), "er ikke det regneark"),
    "a forged map": (lambda: filled(forged), "er ikke det regneark"),
    "a later format": (lambda: filled(newer), "nyere udgave af systemet"),
    "another case": (lambda: other(reference="CU-2019-7"), "hører til sagen «CU-2019-7»"),
    "another step": (lambda: other(step="rapport"), "hører til sagen"),
    "another municipality": (
        lambda: other(party="269", party_name="Solrød"),
        "er lavet til Solrød og ikke til Greve",
    ),
    "an old version": (lambda: other(question_set="saet-1"), "hører til version 2 af"),
    "another kind of party": (lambda: other(respondent=Respondent.REGION), "har andre spørgsmål"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_the_answer_is_refused_in_danish(name: str) -> None:
    make, told = REFUSED[name]

    with pytest.raises(RefusedError, match=told):
        read(make())


def test_all_that_is_wrong_with_whose_it_is_is_told_at_once() -> None:
    content = other(party="269", party_name="Solrød", question_set="saet-1")

    told = "lavet til Solrød.*hører til version 2.*Intet er taget ind"
    with pytest.raises(RefusedError, match=told):
        read(content)


def test_any_party_of_the_case_may_answer_when_the_secretariat_takes_a_file_in() -> None:
    assert read(other(party="269", party_name="Solrød"), party=None).party == "269"
    with pytest.raises(RefusedError, match="ikke er spurgt i sagen"):
        read(other(party="101", party_name="København"), party=None)


# --- Cells -------------------------------------------------------------------------------------

NUMBER_CELLS: dict[str, tuple[Any, str]] = {
    "below five": ("<5", "Skriv det præcise tal, også når det er lille"),
    "about": ("ca. 10", "Skriv det præcise tal"),
    "words": ("ved ikke", "Her står tekst. Skriv et tal"),
    "half a citizen": (12.5, "Her står 12,5. Skriv et helt tal."),
    "true": (True, "SAND eller FALSK"),
    "a date": (dt.datetime(2025, 2, 1), "lavet tallet om til en dato"),  # noqa: DTZ001
    "a time": (dt.time(1, 30), "lavet tallet om til en dato"),
    "an error": ("#DIV/0!", "Her står fejlen #DIV/0!"),
    "a lost reference": ("#REF!", "Her står fejlen #REF!"),
    "a formula never calculated": ("=1+1", "en formel, der ikke er regnet ud"),
    "a number of 18 digits": (10**17, "Tallet er for stort"),
    "a number in powers": (1e300, "Tallet er for stort"),
}


@pytest.mark.parametrize("name", NUMBER_CELLS)
def test_what_is_no_whole_number_is_told_with_its_cell(name: str) -> None:
    value, told = NUMBER_CELLS[name]
    found = read(filled(lambda book: put(book, antal=value), GOOD))

    assert [problem.path for problem in found.problems] == ["antal"]
    assert told in found.problems[0].text
    assert str(found.problems[0]).startswith(f"Ark «{NUMBERS}», celle C6: ")
    assert "antal" not in found.typed


OTHER_CELLS: dict[str, tuple[dict[str, Any], str]] = {
    "a choice that is not there": (
        {"valg": "Måske"},
        "Vælg på listen: Der kommer flere; 1-2 færre",
    ),
    "yes or no in other words": ({"har": "måske"}, "Vælg Ja eller Nej"),
    "true for yes": ({"har": True}, "Vælg Ja eller Nej"),
    "a number for a day": ({"dag": 45000}, "Her står ikke en dato"),
    "a day for a text": ({"hvorfor": dt.datetime(2025, 2, 1)}, "lavet teksten om"),  # noqa: DTZ001
    "true for a text": ({"hvorfor": False}, "Her står ikke en tekst"),
    "a word for a tick": ({"mangler": "måske"}, "Skriv x, hvis svaret passer"),
}


@pytest.mark.parametrize("name", OTHER_CELLS)
def test_what_does_not_answer_the_question_is_told(name: str) -> None:
    answers, told = OTHER_CELLS[name]
    found = read(filled(lambda book: put(book, **answers), GOOD))

    assert [problem.path for problem in found.problems] == list(answers)
    assert told in found.problems[0].text


def test_a_per_cent_is_not_taken_for_a_small_number() -> None:
    def change(book: Workbook) -> None:
        cell = cell_of(book, "uger")
        cell.value, cell.number_format = 0.5, "0%"

    (problem,) = read(filled(change)).problems

    assert "Her står 50 %, men i filen er det 0,5" in problem.text


ACCEPTED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a whole number as a decimal": ({"antal": 12.0}, {"antal": "12"}),
    "a number as text": ({"antal": " 1.234\u00a0"}, {"antal": "1.234"}),
    "a decimal as text": ({"uger": "12,5"}, {"uger": "12,5"}),
    "thirds that a computer added": ({"uger": 0.1 + 0.2}, {"uger": "0,3"}),
    "a number in powers": ({"udgift": 1e6}, {"udgift": "1000000"}),
    "a day in Danish": ({"dag": "1. marts 2025"}, {"dag": "1. marts 2025"}),
    "a code for a choice": ({"valg": " FLERE "}, {"valg": "flere"}),
    "yes in small letters": ({"har": "ja "}, {"har": "ja"}),
    "a number for a text": ({"hvorfor": 112}, {"hvorfor": "112"}),
    "1 for a tick": ({"mangler": 1}, {"mangler": "sikret"}),
    "no for a tick": ({"mangler": "Nej"}, {}),
    "spaces": ({"hvorfor": " \u00a0 ", "antal": " "}, {}),
    "lines of a web page": ({"hvorfor": "a_x000D_\nb\r\nc"}, {"hvorfor": "a\nb\nc"}),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_can_be_read_in_one_way_only_is_read(name: str) -> None:
    answers, typed = ACCEPTED[name]
    found = read(filled(lambda book: put(book, **answers)))

    assert found.problems == ()
    assert found.typed == typed


def test_a_formula_that_excel_has_calculated_gives_its_number() -> None:
    content = filled(lambda book: put(book, antal="=2+3"))
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(stream, "w") as after,
    ):
        for name in before.namelist():
            part = before.read(name)
            for empty in (b"<f>2+3</f><v></v>", b"<f>2+3</f><v/>", b"<f>2+3</f><v />"):
                part = part.replace(empty, b"<f>2+3</f><v>5</v>")
            after.writestr(name, part)

    assert read(stream.getvalue()).typed == {"antal": "5"}


# --- Sheets, rows and columns ------------------------------------------------------------------


def sorted_rows(book: Workbook) -> None:
    """Type A and type C have changed places, as when rows are sorted."""
    sheet = sheet_of(book, NUMBERS)
    first, last = cell_of(book, "type.a.antal").row, cell_of(book, "type.c.antal").row
    for column in "ABCD":
        one, two = sheet[f"{column}{first}"], sheet[f"{column}{last}"]
        one.value, two.value = two.value, one.value


def merged(book: Workbook) -> None:
    one, two = cell_of(book, "type.a.antal"), cell_of(book, "type.b.antal")
    sheet_of(book, NUMBERS).merge_cells(f"{one.coordinate}:{two.coordinate}")


def renamed(book: Workbook) -> None:
    sheet_of(book, WORDS).title = "Ark1"


def write(sheet: str, cell: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        sheet_of(book, sheet)[cell] = "Vi har kun talt voksne"

    return change


def row_gone(sheet: Worksheet, row: int) -> None:
    for area in [str(one) for one in sheet.merged_cells.ranges]:
        if range_boundaries(area)[1] >= row:
            sheet.unmerge_cells(area)
    sheet.delete_rows(row)


MOVED: dict[str, tuple[Callable[[Workbook], object], list[str]]] = {
    "sorted": (
        sorted_rows,
        [
            "Rækken «Type A» er flyttet fra række 11 til række 13.",
            "Rækken «Type C» er flyttet fra række 13 til række 11.",
        ],
    ),
    "a row put in": (
        lambda book: sheet_of(book, NUMBERS).insert_rows(12),
        ["Rækkerne «Type B» til «Type C» er flyttet fra række 12-13 til række 13-14."],
    ),
    "a row put in on top": (
        lambda book: sheet_of(book, NUMBERS).insert_rows(1),
        ["Rækkerne «Hvilken dag?» til «Type C» er flyttet fra række 5-13 til række 6-14."],
    ),
    "a row deleted": (
        lambda book: row_gone(sheet_of(book, NUMBERS), 12),
        ["Rækken «Type B» stod her og mangler.", "Rækken «Type C» er flyttet fra række 13"],
    ),
    "a row copied": (
        lambda book: sheet_of(book, NUMBERS).cell(20, 1, "type.a"),
        ["Rækken «Type A» står flere gange (række 11 og 20)."],
    ),
    "a column put in": (
        lambda book: sheet_of(book, NUMBERS).insert_cols(3),
        ["Kolonne C med svar står nu i kolonne D."],
    ),
    "a column put in at the left": (
        lambda book: sheet_of(book, NUMBERS).insert_cols(1),
        ["Kolonne C med svar står nu i kolonne D."],
    ),
    "a column deleted": (
        lambda book: sheet_of(book, OFFERS).delete_cols(4),
        ["Kolonne D med svar mangler.", "Kolonne E med svar står nu i kolonne D."],
    ),
    "the hidden column deleted": (
        lambda book: sheet_of(book, NUMBERS).delete_cols(1),
        ["Den skjulte kolonne A eller række 1 er slettet"],
    ),
    "cells merged": (merged, ["Cellerne C11:C12 er slået sammen."]),
    "a sheet deleted": (lambda book: book.remove(book[WORDS]), ["Arket mangler."]),
    "a sheet renamed": (renamed, [f"Arket hed «{WORDS}»."]),
    "a sheet copied": (
        lambda book: book.copy_worksheet(sheet_of(book, WORDS)),
        [f"Arket er en kopi af «{WORDS}»."],
    ),
    "a sheet of their own": (
        lambda book: book.create_sheet("Noter").cell(3, 2, "Husk"),
        ["Arket hører ikke til svaret."],
    ),
    "a remark beside the answers": (write(NUMBERS, "F6"), ["noget uden for de gule felter"]),
    "a remark over a question": (write(NUMBERS, "B6"), ["noget uden for de gule felter"]),
    "a remark over a sum": (write(NUMBERS, "C14"), ["noget uden for de gule felter"]),
    "a remark in the guide": (write("Vejledning", "D4"), ["noget uden for de gule felter"]),
}


@pytest.mark.parametrize("name", MOVED)
def test_what_was_moved_or_lies_outside_is_told_with_its_place(name: str) -> None:
    change, told = MOVED[name]
    found = read(filled(change, GOOD))

    for text in told:
        assert any(text in problem.text for problem in found.problems), found.problem_lines()
    assert all(problem.sheet for problem in found.problems)


def test_answers_of_moved_rows_are_still_read_so_that_all_is_told_at_once() -> None:
    def change(book: Workbook) -> None:
        put(book, type__c__antal="<5", valg="måske")
        sheet_of(book, NUMBERS).insert_rows(12)

    problems = read(filled(change)).problems

    assert [problem.cell for problem in problems if problem.path] == ["C14", "C5"]
    assert len(problems) == 3


def test_an_empty_sheet_a_comment_and_a_hidden_row_harm_nothing() -> None:
    def change(book: Workbook) -> None:
        book.create_sheet("Ark1")
        cell_of(book, "antal").comment = Comment("Talt to gange", "En kollega")
        sheet_of(book, NUMBERS).row_dimensions[7].hidden = True
        sheet_of(book, NUMBERS)["Z500"].value = "  "

    found = read(filled(change, GOOD))

    assert (found.problems, found.typed) == ((), GOOD)


def test_a_cell_at_the_end_of_the_sheet_costs_nothing() -> None:
    (problem,) = read(filled(write(NUMBERS, "XFD1048576"), GOOD)).problems

    assert problem.cell == "XFD1048576"


def test_every_problem_is_told_and_not_only_the_first() -> None:
    def change(book: Workbook) -> None:
        put(
            book, antal="<5", uger=True, dag=7, type__a__antal="x", har="?", tilbud__2__pladser="ti"
        )
        sheet_of(book, ABOUT)["F9"] = "Bemærk"
        sheet_of(book, OFFERS)["J9"] = "Bemærk"

    found = read(filled(change))

    assert len(found.problems) == 8
    assert len(set(found.problem_lines())) == 8


def test_added_rows_may_have_gaps_and_are_numbered_anew_with_their_places() -> None:
    def change(book: Workbook) -> None:
        put(book, tilbud__2__navn="Det ene", tilbud__4__navn="Det andet", tilbud__4__pladser="<3")

    found = read(filled(change))

    assert found.typed == {"tilbud.1.navn": "Det ene", "tilbud.2.navn": "Det andet"}
    assert [problem.path for problem in found.problems] == ["tilbud.2.pladser"]
    assert found.place_of("tilbud.2.pladser") == f"ark «{OFFERS}», celle {found.problems[0].cell}"
    assert found.place_of("tilbud.3.navn") != found.place_of("tilbud.1.navn")


def test_no_citizens_is_said_with_yes_and_no_says_nothing() -> None:
    assert read(made({"@no_citizens": "ja"})).typed == {"@no_citizens": "ja"}
    assert read(filled(lambda book: put(book, **{"@no_citizens": "Nej"}))).typed == {}
