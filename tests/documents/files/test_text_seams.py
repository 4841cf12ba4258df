"""A number that is cut over two cells, lines or paragraphs is found once, at its first part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import docx
import openpyxl
import pytest

from tests.documents.files.test_text import open_document, pdf_of, places, saved
from tests.rules.files.test_cpr import BORN, TODAY, number_born, parts
from udmelding.documents.files.text import cpr_in_file, text_of
from udmelding.rules.files.cpr import Grade

DATE, SERIAL = parts()
_, FAILING = parts(holds=False)


def workbook(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return saved(book)


def table(*rows: Sequence[str]) -> bytes:
    made = docx.Document()
    grid = made.add_table(len(rows), len(rows[0]))
    for row, texts in zip(grid.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(made)


@pytest.mark.parametrize("serial", [SERIAL, FAILING], ids=["with", "without"])
@pytest.mark.parametrize(
    "first", [DATE, BORN, BORN.strftime("%d.%m.%Y"), BORN.strftime("%d-%m-%y"), int(DATE)]
)
def test_two_cells_of_a_workbook_are_read_together(first: object, serial: str) -> None:
    wanted = Grade.LIKELY if serial == SERIAL else Grade.POSSIBLE

    assert places("a.xlsx", workbook(["Bo", first, serial, 12])) == {
        "ark «Sheet», celle B1": wanted
    }


def test_a_day_of_the_calendar_of_a_mac_is_that_day_too() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    book.worksheets[0].append([dt.datetime.combine(BORN, dt.time(8, 30)), SERIAL])

    assert places("a.xlsx", saved(book)) == {"ark «Sheet», celle A1": Grade.LIKELY}
    assert BORN.isoformat() in {piece.text for piece in text_of("a.xlsx", saved(book))}


def test_cells_of_word_opendocument_and_csv_are_read_together() -> None:
    cells = f"<table:table-cell><text:p>{DATE}</text:p></table:table-cell>" + (
        f"<table:table-cell><text:p>{SERIAL}</text:p></table:table-cell>"
    )
    rows = f'<table:table table:name="S"><table:table-row>{cells}</table:table-row></table:table>'
    about = {"filens egenskaber": Grade.CERTAIN}  # every OpenDocument file of these tests has it

    assert places("a.docx", table(["Bo", ""], [DATE, SERIAL])) == {"tabel 1, række 2": Grade.LIKELY}
    assert places("a.ods", open_document(rows, "spreadsheet")) == {
        "ark «S», celle A1": Grade.LIKELY,
        **about,
    }
    assert places("a.odt", open_document(rows, "text")) == {
        "tabel 1, række 1": Grade.LIKELY,
        **about,
    }
    for sign in (";", ",", "\t"):
        content = f"navn{sign}dag{sign}nr\nBo{sign}{DATE}{sign}{SERIAL}\n".encode()
        assert places("a.csv", content) == {"linje 2": Grade.LIKELY}


def test_the_last_cell_of_a_row_and_the_first_of_the_next_do_not_belong_together() -> None:
    assert places("a.xlsx", workbook(["Bo", DATE], [SERIAL, "Ida"])) == {}
    assert places("a.docx", table(["Bo", DATE], [SERIAL, "Ida"])) == {}
    assert places("a.csv", f"Bo;{DATE}\n{SERIAL};Ida".encode()) == {}


def test_lines_and_paragraphs_are_read_together() -> None:
    made = docx.Document()
    for text in ("Borger", DATE, SERIAL):
        made.add_paragraph(text)

    assert places("a.docx", saved(made)) == {"afsnit 2": Grade.LIKELY}
    assert places("a.txt", f"Borger\n{DATE}\n{SERIAL}\n".encode()) == {"linje 2": Grade.LIKELY}
    assert places("a.txt", f"Borger\r\n{DATE}-\r\n{SERIAL}\r\n".encode()) == {
        "linje 2": Grade.CERTAIN
    }
    html = f"<table><tr><td>{DATE}</td>\n<td>{SERIAL}</td></tr></table>"
    assert places("a.html", html.encode()) == {"linje 1": Grade.LIKELY}


def test_a_letter_spaced_page_of_a_pdf_is_read() -> None:
    for text in (" ".join(DATE + SERIAL), " ".join(f"{DATE}-{SERIAL}"), f"{DATE}     {SERIAL}"):
        assert set(places("a.pdf", pdf_of(["Referat", text]))) == {"side 2"}


def test_a_number_in_one_cell_is_told_once_although_its_neighbours_are_read_with_it() -> None:
    content = workbook([f"{DATE}-{SERIAL}", 1234], [DATE, f"{SERIAL} ", f"{DATE}{SERIAL}"])

    assert [hit.place for hit in cpr_in_file("a.xlsx", content, TODAY)] == [
        "ark «Sheet», celle A1",
        "ark «Sheet», celle C2",
        "ark «Sheet», celle A2",
    ]


def test_amounts_beside_each_other_are_no_numbers_though_some_read_as_a_day() -> None:
    amounts = [(250_000 + 7_919 * n, 1_000 + 37 * n) for n in range(40)]
    rows = [["Beløb", "Antal"], *amounts, (int(DATE), int(f"1{SERIAL[1:]}"))]

    assert places("a.xlsx", workbook(*rows)) == {}
    assert places("a.csv", "\n".join(";".join(map(str, row)) for row in rows).encode()) == {}


def test_a_heading_over_the_cells_says_what_they_are() -> None:
    failing = number_born(BORN, holds=False)

    assert places("a.xlsx", workbook(["Navn", "CPR"], ["Bo", failing])) == {
        "ark «Sheet», celle B2": Grade.LIKELY
    }
    assert places("a.docx", table(["CPR-nr.", failing])) == {"tabel 1, række 1": Grade.LIKELY}
    assert places("a.csv", f"Navn;P-nr.\nBo;{number_born(BORN)}\n".encode()) == {}
    assert places("a.xlsx", workbook(["Født", "Nr."], [int(DATE), int(f"1{SERIAL[1:]}")])) == {
        "ark «Sheet», celle A2": Grade.LIKELY
    }
