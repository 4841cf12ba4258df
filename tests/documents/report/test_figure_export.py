"""The figures as data, opened again: numbers are numbers, and what is hidden is not in the file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from udmelding import clock
from udmelding.config.forms.library import form_ids, form_named
from udmelding.documents.report.code_book import code_book, code_book_csv, code_book_rows
from udmelding.documents.report.figure_export import figure_workbook, figures_csv
from udmelding.rules.forms.answer_paths import spots
from udmelding.rules.report.figure_tables import (
    HIDDEN,
    NOTHING,
    FigureCell,
    FigureColumn,
    FigureRow,
    FigureTable,
    RowLevel,
)

NOW = clock.at(dt.date(2025, 3, 14))
COLUMNS = (
    FigureColumn(figure="borgere", title="Borgere i alt"),
    FigureColumn(figure="ventetid", title="Ventetid", unit="uger", decimals=1, is_mean=True),
)
ROWS = (
    FigureRow("253", "Greve", RowLevel.PARTY, (FigureCell(None, is_hidden=True), FigureCell(None))),
    FigureRow(
        "269",
        "=Solrød",
        RowLevel.PARTY,
        (FigureCell(Decimal(1234), is_changed=True), FigureCell(Decimal(25) / 3)),
    ),
    FigureRow("sj", "Sjælland i alt", RowLevel.AREA, (FigureCell(Decimal(-7)), FigureCell(None))),
)
PUBLIC = FigureTable(
    id="borgere",
    title="Borgere: antal/alle",
    caption="Borgere, fordelt på kommuner",
    source="Kommunernes svar.",
    columns=COLUMNS,
    rows=ROWS,
    notes=("Små tal er skjult.",),
    is_public=True,
)
RAW = replace(
    PUBLIC,
    rows=(
        replace(ROWS[0], cells=(FigureCell(Decimal(3), is_hidden=True), FigureCell(None))),
        *ROWS[1:],
    ),
    is_public=False,
)


def opened(*tables: FigureTable) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(figure_workbook(tables, "Prøven", NOW, ("Obs.",))))


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_numbers_are_numbers_under_their_codes_and_beside_the_codes_of_the_rows() -> None:
    sheet = opened(PUBLIC)["Borgere antal alle"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=8)]

    assert rows[0][3:] == ["borgere", "ventetid"]
    assert rows[1] == ["kode", "navn", "niveau", "Borgere i alt", "Ventetid (uger)"]
    assert rows[2] == ["253", "Greve", "part", HIDDEN, NOTHING]
    assert rows[3] == ["269", "=Solrød", "part", 1234, 8.3]
    assert rows[4] == ["sj", "Sjælland i alt", "område", -7, NOTHING]
    assert sheet["B7"].data_type == "s"


def test_a_hidden_number_is_nowhere_in_a_file_that_may_circulate() -> None:
    secret = Decimal(333777)
    table = replace(
        RAW,
        rows=(
            replace(ROWS[0], cells=(FigureCell(secret, is_hidden=True), FigureCell(None))),
            *ROWS[1:],
        ),
    )
    public = replace(table, is_public=True)
    parts = zipfile.ZipFile(io.BytesIO(figure_workbook((public,), "Prøven", NOW)))
    raw = zipfile.ZipFile(io.BytesIO(figure_workbook((table,), "Prøven", NOW)))

    assert not any(b"333777" in parts.read(name) for name in parts.namelist())
    assert "333777" not in figures_csv((public,))
    assert any(b"333777" in raw.read(name) for name in raw.namelist())


def test_the_first_sheet_says_whether_the_numbers_may_be_sent_on() -> None:
    assert "må sendes videre" in str(opened(PUBLIC)["Om tallene"]["A3"].value)
    assert "må ikke sendes videre" in str(opened(PUBLIC, RAW)["Om tallene"]["A3"].value)


def test_a_number_that_changed_is_underlined_and_explained() -> None:
    sheet = opened(PUBLIC)["Borgere antal alle"]
    notes = [row[0].value for row in sheet.iter_rows(min_row=9)]

    assert sheet["D7"].font.underline == "single"
    assert "Understregede tal er ændret siden sidste udgave." in notes
    assert "Små tal er skjult." in notes


def test_two_tables_of_one_title_get_two_sheets_and_a_code_book_names_all_figures() -> None:
    book = opened(PUBLIC, PUBLIC)
    codes = [[cell.value for cell in row] for row in book["Kodebog"].iter_rows(min_row=2)]

    assert book.sheetnames[1:3] == ["Borgere antal alle", "Borgere antal alle (2)"]
    assert [row[1] for row in codes] == ["borgere", "ventetid"] * 2
    assert codes[1][3:] == ["uger", "1", "gennemsnit"]


def test_the_csv_has_a_line_for_each_number_and_opens_in_danish() -> None:
    text = figures_csv((PUBLIC,))
    rows = lines(text)

    assert text.startswith("\ufeff")
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert len(rows) == 1 + 3 * 2
    assert rows[1][-2:] == ["", "skjult"]
    assert rows[2][-2:] == ["", "ikke besvaret"]
    assert rows[3][-2:] == ["1234", "vist"]
    assert rows[4][-2:] == ["8,3", "vist"]


def test_a_name_in_the_csv_is_never_run_and_a_negative_number_stays_one() -> None:
    rows = lines(figures_csv((PUBLIC,)))

    assert rows[3][2] == "'=Solrød"
    assert rows[5][-2] == "-7"


def test_a_raw_table_says_which_numbers_are_hidden_from_others() -> None:
    assert lines(figures_csv((RAW,)))[1][-2:] == ["3", "skjult"]


def test_the_same_tables_give_the_same_bytes() -> None:
    assert figure_workbook((RAW,), "Prøven", NOW) == figure_workbook((RAW,), "Prøven", NOW)


@pytest.mark.parametrize("form_id", form_ids())
def test_the_code_book_has_every_question_once_and_knows_the_codes_of_answers(form_id: str) -> None:
    form = form_named(form_id)
    head, *rows = code_book_rows(form)
    codes = [row[0] for row in rows]

    assert len(set(codes)) == len(codes)
    for spot in spots(form, None):
        added = f"{spot.question.id}.#.{spot.column.id}" if spot.column else ""
        assert spot.path in codes or added in codes
    for row in rows:
        question = form.question(row[0].partition(".")[0])
        assert question is not None
        assert row[3] == question.text
    assert len(head) == len(rows[0])
    assert lines(code_book_csv(form))[0] == list(head)


def test_the_code_book_is_a_sheet_with_the_questions_conditions_and_options() -> None:
    book = openpyxl.load_workbook(io.BytesIO(code_book(form_named("domfaeldte"), NOW)))
    rows = {row[0]: row for row in book["Spørgsmål"].iter_rows(values_only=True)}

    assert rows["ventetid"][8] == "uger"
    assert rows["ventetid"][15] == "«Borgere på venteliste» er mere end 0"
    assert "delvist = Delvist" in str(rows["pladser_nok"][13])
    assert rows["tilbud.#.pladser"][4:6] == ("Tilbud", "Pladser i alt")


def test_the_code_book_says_which_number_bounds_another_and_which_the_lines_of_a_table() -> None:
    head, *rows = code_book_rows(form_named("gravide"))
    at_most = {row[0]: row[head.index("højst som")] for row in rows}

    assert at_most["fik_doegn"] == "behov_doegn"
    assert at_most["forloebene"] == "fik_doegn"
    assert at_most["forloebene.#.uger"] == ""
