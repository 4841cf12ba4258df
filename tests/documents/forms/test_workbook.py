"""The workbook that a municipality gets, opened again as Excel would open it."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO

import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

from tests.documents.forms.workbooks import (
    ABOUT,
    FORM,
    NUMBERS,
    OFFERS,
    WORDS,
    cell_of,
    made,
    opened,
    other,
    read,
    request,
    sheet_of,
)
from udmelding.config.forms.library import form_ids, form_named
from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.layout import LONGEST_NAME, sheet_names
from udmelding.documents.forms.workbook import answer_workbook
from udmelding.errors import RefusedError

TYPED = {
    "dag": "2025-03-01",
    "antal": "1.234",
    "uger": "12,5",
    "udgift": "1000,25",
    "valg": "flere",
    "mangler": "viden",
    "hvorfor": "=cmd|' /C calc'!A0",
    "tilbud.2.navn": "+4512345678",
}


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened(made(TYPED))


def texts(book: Workbook, name: str) -> str:
    cells = [cell.value for row in sheet_of(book, name).iter_rows() for cell in row]
    return "\n".join(str(value) for value in cells if value is not None)


def test_there_is_a_sheet_for_each_section_between_the_guide_and_what_is_hidden(
    book: Workbook,
) -> None:
    assert book.sheetnames == ["Vejledning", ABOUT, NUMBERS, WORDS, OFFERS, "Lister", "id"]
    assert [sheet.sheet_state for sheet in book.worksheets][-2:] == ["veryHidden"] * 2


def test_the_guide_tells_who_answers_when_and_where(book: Workbook) -> None:
    told = texts(book, "Vejledning")

    assert "Greve" in told
    assert "30. april 2025" in told
    assert "post@example.org" in told


def test_only_the_answer_cells_are_open_and_no_password_is_asked_for(book: Workbook) -> None:
    places = set(read(made()).places.values())
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        assert not sheet.protection.password
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked and isinstance(cell, Cell):
                    options = cell.coordinate in ("C7", "C8") and sheet.title == WORDS
                    assert f"ark «{sheet.title}», celle {cell.coordinate}" in places or options


def test_typed_answers_stand_as_numbers_days_words_and_ticks(book: Workbook) -> None:
    assert cell_of(book, "antal").value == 1234
    assert cell_of(book, "uger").value == 12.5
    assert cell_of(book, "dag").value == dt.datetime(2025, 3, 1)  # noqa: DTZ001 (a cell has no zone)
    assert cell_of(book, "valg").value == "Der kommer flere"
    assert texts(book, WORDS).splitlines().count("x") == 1


def test_a_text_that_looks_like_a_formula_is_a_text(book: Workbook) -> None:
    for path in ("hvorfor", "tilbud.1.navn"):
        assert cell_of(book, path).data_type == "s"


def test_every_answer_cell_has_a_rule_with_help_in_danish(book: Workbook) -> None:
    for name in (ABOUT, NUMBERS, WORDS, OFFERS):
        sheet = sheet_of(book, name)
        rules = sheet.data_validations.dataValidation
        for place in read(made()).places.values():
            of_sheet, _, where = place.removeprefix("ark «").partition("», celle ")
            if of_sheet == name:
                assert any(where in rule.sqref for rule in rules)
        for rule in rules:
            assert rule.prompt
            assert len(rule.prompt) <= 255
            assert len(rule.error or "") <= 225


def test_what_may_be_chosen_stands_in_a_range_because_a_list_in_the_rule_cannot_be_long(
    book: Workbook,
) -> None:
    rules = sheet_of(book, WORDS).data_validations.dataValidation
    lists = [rule.formula1 for rule in rules if rule.type == "list"]

    assert len(lists) == 3
    assert all("Lister" in book.defined_names[str(one)].attr_text for one in lists)


def test_a_sum_is_checked_by_a_formula_that_nobody_has_calculated(book: Workbook) -> None:
    formulas = [c for row in sheet_of(book, NUMBERS).iter_rows() for c in row if c.data_type == "f"]

    assert len(formulas) == 1
    assert "SUM('Tal antal beløb'!$C$" in str(formulas[0].value)
    sheet = zipfile.ZipFile(BytesIO(made(TYPED))).read("xl/worksheets/sheet3.xml").decode()
    assert "</f><v></v>" in sheet or "</f><v/>" in sheet or "</f></c>" in sheet


def test_lines_that_a_number_bounds_are_counted_above_them_while_they_are_written() -> None:
    book = opened(answer_workbook(request(form_named("gravide"))))
    sheet = sheet_of(book, "Forløb")
    told = texts(book, "Forløb")
    rows = {cell.value: cell.row for (cell,) in sheet.iter_rows(min_col=2, max_col=2)}
    formula = str(sheet.cell(rows["Antal linjer"], 3).value)

    assert "Skriv højst så mange linjer som tallet i «Kom i døgnbehandling»." in told
    assert rows["Antal linjer"] < rows["Forløb 1"]
    first, last = rows["Forløb 1"], rows["Forløb 40"]
    for column in "CDE":
        assert f"('Forløb'!${column}${first}:${column}${last}<>\"\")" in formula
    assert "'Omfang'!$C$" in formula
    assert "antallet af linjer er" in formula


def test_a_conditional_question_says_when_it_is_asked(book: Workbook) -> None:
    assert "Udfyldes kun, hvis «Hvad sker der?» er 1-2 færre." in texts(book, WORDS)
    assert sheet_of(book, WORDS).conditional_formatting


def test_a_file_is_not_put_into_the_workbook(book: Workbook) -> None:
    assert "Filer kan ikke ligge i regnearket." in texts(book, WORDS)


def test_last_times_answer_stands_beside_the_new_one_in_words() -> None:
    last = {"antal": "1100", "valg": "flere", "tilbud.1.navn": "Solgården", "tilbud.1.pladser": "5"}
    book = opened(other(last=last))

    assert "1.100" in texts(book, NUMBERS)
    assert "Der kommer flere" in texts(book, WORDS)
    assert "Solgården · 5 · –" in texts(book, OFFERS)
    assert not sheet_of(book, NUMBERS).column_dimensions["D"].hidden


def test_the_column_for_last_time_is_hidden_when_there_was_none(book: Workbook) -> None:
    assert sheet_of(book, NUMBERS).column_dimensions["D"].hidden


def test_an_answer_draft_that_cannot_be_read_stands_as_it_was_typed() -> None:
    assert cell_of(opened(made({"antal": "ca. 5"})), "antal").value == "ca. 5"


def test_sheets_print_on_a4_with_their_heads_on_each_page(book: Workbook) -> None:
    sheet = sheet_of(book, OFFERS)

    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$2:$3"
    assert sheet.freeze_panes == "C4"


def test_the_same_request_gives_the_same_bytes() -> None:
    assert answer_workbook(request(typed=TYPED)) == made(TYPED)


def test_the_properties_say_what_it_is_and_nothing_of_the_machine(book: Workbook) -> None:
    assert book.properties.identifier == "CU-2025-1/dataindsamling/253"
    assert book.properties.created == book.properties.modified
    assert book.properties.creator == "Sekretariatet"


def test_more_rows_than_there_is_room_for_are_refused_and_never_cut() -> None:
    typed = {f"tilbud.{number}.navn": "Et" for number in range(1, 6)}

    with pytest.raises(RefusedError, match="har 5 linjer, men der er kun plads til 4"):
        made(typed)


def test_letters_that_excel_would_read_as_a_code_come_through() -> None:
    assert read(made({"hvorfor": "_x0041_ \x07"})).typed == {"hvorfor": "_x0041_"}


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.parametrize("respondent", Respondent)
def test_every_shipped_form_becomes_a_workbook_for_everyone_it_asks(
    form_id: str, respondent: Respondent
) -> None:
    form = form_named(form_id)
    book = opened(answer_workbook(request(form, respondent=respondent)))

    assert len(book.sheetnames) == 4 + len(form.sections_for(respondent))


def test_names_of_sheets_keep_the_limits_of_excel() -> None:
    long = "Et afsnit med et meget langt navn, der ikke kan stå på en fane"
    names = sheet_names(("Svaret",), [long, long, "svaret", "a/b:c?*[d]\\", "'", "History", ""])

    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= LONGEST_NAME for name in names)
    assert names[2:4] == ("svaret (2)", "a b c d")
    assert not {"history", "svaret"} & {name.casefold() for name in names}


def test_the_marks_that_hold_it_together_are_hidden(book: Workbook) -> None:
    for section in FORM.sections:
        sheet = sheet_of(book, book.sheetnames[2 + FORM.sections.index(section)])
        assert sheet.column_dimensions["A"].hidden
        assert sheet.row_dimensions[1].hidden
