"""Lists to take along: the page that prints and the workbook say the same, and no more than may."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from models import Outcome, Role
from tests.counting import statements
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.exchange.lists import ACROSS, OF_CASE
from udmelding.casework.wiring import Services
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

DAY = dt.date(2025, 5, 6)
GREVE, KOEGE, LOLLAND = "0253", "0259", "0360"
HEAD_ROW = 5

Person = Callable[[FastAPI, str, Role], Any]


@pytest.fixture
def case(services: Services) -> Services:
    """Greve has approved, Køge refused, and Lolland has said that it meets in June."""
    before_councils(services)
    advance(services, REF, clock.at(dt.date(2025, 4, 9)))
    decided(services, GREVE, dt.date(2025, 4, 22))
    decided(services, KOEGE, dt.date(2025, 4, 29), outcome=Outcome.REJECTED)
    say(services, "expectation", dt.date(2025, 5, 2), party=LOLLAND, step="councils",
        expected_on=dt.date(2025, 6, 18))  # fmt: skip
    return services


@pytest.fixture
def anna(case: Services, person: Person) -> Any:
    return person(on(case), "anna", Role.CASEWORKER)


@pytest.fixture
def rie(case: Services, person: Person) -> Any:
    return person(on(case), "rie", Role.READER)


def on(services: Services, day: dt.date = DAY) -> FastAPI:
    return create_app(services, lambda: clock.at(day, "08:00"))


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(answer.text)))


def tables_of(answer: Any) -> list[list[list[str]]]:
    """The tables of a page: rows of cells, the head first."""
    found = re.findall(r"<table.*?</table>", answer.text, re.DOTALL)
    return [
        [
            [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", cell))).strip()
             for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        ]
        for table in found
    ]  # fmt: skip


def book_of(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.content))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by the heads of their columns."""
    heads, *rows = sheet.iter_rows(min_row=HEAD_ROW, values_only=True)
    return [dict(zip(heads, map(plain, row), strict=True)) for row in rows if row[0]]


def plain(value: Any) -> Any:
    """A day as it is written into a workbook comes back as its midnight."""
    return value.date() if isinstance(value, dt.datetime) else value


OWED = f"/sager/{REF}/lister/skylder"
STEPS = f"/sager/{REF}/lister/trin"


def test_who_owes_what_names_each_council_that_is_missing_with_what_it_said(anna: Any) -> None:
    towns, others = tables_of(anna.get(OWED))
    by_name = {row[0]: dict(zip(towns[0], row, strict=True)) for row in towns[1:]}
    assert len(by_name) == 15
    assert not {"Greve", "Køge"} & by_name.keys()
    lolland = by_name["Lolland"]
    assert lolland["Skylder"] == "Politisk behandling"
    assert lolland["Ventes besluttet"] == "18/6-2025"
    assert lolland["Ved vi det?"] == "kommunen har meldt det"
    assert lolland["Sidst hørt fra"] == "2/5-2025"
    assert lolland["Mail"].endswith("@lolland.example")
    assert [row[0] for row in others[1:]] == ["Rammeaftalesekretariatet"]


def test_the_workbook_has_the_rows_of_the_page_with_real_days_to_sort_and_print(anna: Any) -> None:
    towns, _ = tables_of(anna.get(OWED))
    book = book_of(anna.get(f"{OWED}.xlsx"))
    sheet = book.worksheets[0]
    rows = rows_of(sheet)
    assert [row["Kommune"] for row in rows] == [row[0] for row in towns[1:]]
    lolland = next(row for row in rows if row["Kommune"] == "Lolland")
    assert lolland["Ventes besluttet"] == dt.date(2025, 6, 18)
    assert sheet["A3"].value == "Opgjort tirsdag den 6. maj 2025"
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B6", "$5:$5")
    assert sheet.auto_filter.ref.endswith(str(HEAD_ROW + len(rows)))
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


def test_step_by_step_says_sign_word_and_day_and_a_no_is_a_decision_too(anna: Any) -> None:
    towns, steps = tables_of(anna.get(STEPS))
    at = {row[0]: row for row in towns[1:]}
    assert len(at) == 17
    assert at["Greve"][2] == "✓ godkendt 22/4-2025 (meldt)"
    assert at["Køge"][2] == "✓ afvist 29/4-2025 (meldt)"
    assert at["Lolland"][2] == "! ventes 18/6-2025, efter fristen"
    assert ["Styregruppen", "✓ anbefalet 14/3-2025"] in steps
    sheet = book_of(anna.get(f"{STEPS}.xlsx")).worksheets[0]
    row = next(row for row in rows_of(sheet) if row["Kommune"] == "Lolland")
    assert row["Politisk behandling"] == "! ventes, efter fristen"
    assert row["Politisk behandling: dag"] == dt.date(2025, 6, 18)


def test_a_case_of_the_whole_country_has_the_other_areas_below_as_they_have_told(
    services: Services, person: Person
) -> None:
    before_councils(services, is_national=True, asks_own=True)
    say(services, "tally", dt.date(2025, 5, 2), area="nordjylland", approved=9, total=11,
        on=dt.date(2025, 5, 2))  # fmt: skip
    lone = person(on(services), "lone", Role.CASEWORKER)
    *_, areas = tables_of(lone.get(STEPS))
    assert ["Nordjylland", "9", "11"] in areas
    assert ["Syddanmark", "", "22"] in areas, "nobody has told"


def test_a_reader_takes_the_same_lists_along_without_anybody_to_call(anna: Any, rie: Any) -> None:
    assert "@lolland.example" in words(anna.get(OWED))
    for address in (OWED, "/lister/skylder"):
        told = words(rie.get(address))
        assert "Lolland" in told
        assert "lolland.example" not in told
        heads = {cell.value for cell in book_of(rie.get(f"{address}.xlsx")).worksheets[0][5]}
        assert {"Kommune", "Skylder"} <= heads
        assert not {"Kontakt", "Mail"} & heads
    (table,) = tables_of(rie.get("/lister/aabne-sager"))
    assert "Venter på jer" not in table[0]


def test_a_past_day_shows_what_was_known_and_names_nobody_of_today(anna: Any) -> None:
    answer = anna.get(f"{OWED}?pr=23/4-2025")
    towns, _ = tables_of(answer)
    names = {row[0] for row in towns[1:]}
    assert "Køge" in names
    assert "Greve" not in names
    assert "Opgjort onsdag den 23. april 2025" in words(answer)
    assert "Mail" not in towns[0]
    assert "/lister/skylder.xlsx?pr=23%2F4-2025" in answer.text
    across, _ = tables_of(anna.get("/lister/skylder?pr=23/4-2025"))
    assert names == {row[0] for row in across[1:]}


def test_the_open_cases_stand_with_verdict_count_and_what_waits(anna: Any) -> None:
    (table,) = tables_of(anna.get("/lister/aabne-sager"))
    row = dict(zip(table[0], table[1], strict=True))
    assert row["Reference"] == REF
    assert row["Kan fristen nås?"] in words(anna.get(f"/sager/{REF}"))
    assert row["Nået"] == "besluttet 2 af 17"
    assert row["Mangler"] == "15 kommuner"
    assert row["Venter på jer"] == "0"


def test_what_waits_in_a_case_is_the_number_of_the_overview(case: Services, person: Person) -> None:
    """Councils have met, and told nothing."""
    lone = person(on(case, dt.date(2025, 5, 28)), "lone", Role.CASEWORKER)
    waits = re.search(r'own-card.*?own-count">(\d+)', lone.get("/").text, re.DOTALL)
    (table,) = tables_of(lone.get("/lister/aabne-sager"))
    assert waits is not None
    assert dict(zip(table[0], table[1], strict=True))["Venter på jer"] == waits[1] != "0"


def test_a_municipality_takes_its_own_cases_along_and_nothing_of_others(anna: Any) -> None:
    assert f'href="/lister/kommune/{LOLLAND}"' in anna.get(f"/kontakter/{LOLLAND}").text
    answer = anna.get(f"/lister/kommune/{LOLLAND}")
    (table,) = tables_of(answer)
    (row,) = (dict(zip(table[0], row, strict=True)) for row in table[1:])
    assert row["Står"] == "! ventes 18/6-2025, efter fristen"
    assert row["Skylder"] == "Politisk behandling"
    assert "Greve" not in words(answer)
    book = book_of(anna.get(f"/lister/kommune/{LOLLAND}.xlsx"))
    assert rows_of(book.worksheets[0])[0]["Skylder"] == "Politisk behandling"


def test_in_time_counts_a_year_also_in_cases_that_are_closed(case: Services, anna: Any) -> None:
    steps, cases, towns = tables_of(anna.get("/lister/til-tiden?aar=2025"))
    decisions = dict(zip(steps[0], steps[1], strict=True))
    assert [decisions[name] for name in ("Trin", "Spurgt", "Til tiden", "Ikke forfaldet")] == [
        "Politisk behandling", "17", "2", "15",
    ]  # fmt: skip
    assert len(towns) == 17 + 2, "a row for each, one for all, and the head"
    assert towns[-1][1:] == steps[-1][1:] == cases[-1][1:], "they add up to the same"
    before = DAY - dt.timedelta(days=1)
    say(case, "closure", before, closed_on=before, reason="afsluttet")
    assert tables_of(anna.get("/lister/til-tiden?aar=2025"))[1] == cases
    assert "Der er ingen åbne sager." in words(anna.get("/lister/aabne-sager"))


def test_the_years_are_those_in_which_something_was_due(anna: Any) -> None:
    answer = anna.get("/lister/til-tiden")
    years = re.findall(r'href="\?aar=(\d+)"', answer.text)
    assert years == ["2025", "2024"]
    assert "Frister i 2024" in words(anna.get("/lister/til-tiden?aar=2024"))


def test_every_list_has_its_page_and_its_workbook_and_another_is_not_found(anna: Any) -> None:
    index = anna.get("/lister").text
    for word in ACROSS:
        assert f'href="/lister/{word}"' in index
        assert anna.get(f"/lister/{word}").status_code == 200
        book_of(anna.get(f"/lister/{word}.xlsx"))
    door = anna.get(f"/sager/{REF}/kommuner").text
    for word in OF_CASE:
        assert f'href="/sager/{REF}/lister/{word}"' in door
        book_of(anna.get(f"/sager/{REF}/lister/{word}.xlsx"))
    for address in ("/lister/andet", f"/sager/{REF}/lister/aabne-sager", "/lister/kommune/9999"):
        assert anna.get(address).status_code == 404
        assert anna.get(f"{address}.xlsx").status_code == 404


def test_a_list_of_all_cases_costs_few_statements(case: Services, anna: Any) -> None:
    anna.get("/")
    for word in ACROSS:
        with statements(case.engine) as sent:
            anna.get(f"/lister/{word}")
        assert len(sent) <= 40, word
