"""A list as a workbook: days are days, what nobody knows is not made one, and nothing is run."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from openpyxl import load_workbook

from udmelding.documents.exchange import workbook_of
from udmelding.rules.exchange.listing import Column, Holds, Listing, Row, Table
from udmelding.rules.status.glance import Glance, Look
from udmelding.rules.words.date_wording import SaidDay

NOW = dt.datetime(2025, 1, 10, 9, tzinfo=dt.UTC)
VAGUE = SaidDay.of(dt.date(2024, 12, 21), dt.date(2024, 12, 31), "ultimo december 2024")
KNOWN = dt.date(2024, 12, 18)


def listing(*rows: Row) -> Listing:
    columns = (
        Column("Kommune", 20),
        Column("Frist", 12, Holds.DAY),
        Column("Beslutning", 28, Holds.GLANCE),
        Column("Rykket", 8, Holds.NUMBER),
    )
    table = Table(title="Kommuner", columns=columns, rows=rows, note="Sådan er det talt.")
    return Listing(title="Liste", about="Sag", as_of=NOW.date(), tables=(table,), is_made_up=True)


def done(day: dt.date) -> Glance:
    return Glance(look=Look.DONE, text="godkendt {}, efter fristen", day=day)


def sheet_of(*rows: Row) -> Any:
    return load_workbook(io.BytesIO(workbook_of(listing(*rows), NOW))).worksheets[0]


def test_a_known_day_is_a_date_and_a_vague_one_stays_in_its_words() -> None:
    sheet = sheet_of(Row(("Faxe", KNOWN, done(VAGUE), 2)), Row(("Greve", VAGUE, done(KNOWN), None)))
    assert [cell.value for cell in sheet[5]] == [
        "Kommune", "Frist", "Beslutning", "Beslutning: dag", "Rykket",
    ]  # fmt: skip
    faxe, greve = sheet[6], sheet[7]
    assert (faxe[1].value.date(), faxe[1].number_format) == (KNOWN, "d/m-yyyy")
    assert [cell.value for cell in faxe[2:]] == [
        "✓ godkendt, efter fristen", "ultimo december 2024", 2,
    ]  # fmt: skip
    assert greve[1].value == "ultimo december 2024"
    assert greve[3].value.date() == KNOWN


def test_the_sum_stays_below_when_one_sorts_and_the_counting_is_told_under_it() -> None:
    sheet = sheet_of(
        Row(("Faxe", KNOWN, None, 2)),
        Row(("Greve", KNOWN, None, 1)),
        Row(("I alt", None, None, 3), is_total=True),
    )
    assert sheet.auto_filter.ref == "A5:E7"
    assert sheet["A8"].value == "I alt"
    assert sheet["A10"].value == "Sådan er det talt."
    assert sheet["A3"].value == "Opgjort fredag den 10. januar 2025 · opdigtede eksempler"


def test_a_name_that_begins_as_a_formula_is_a_text_and_the_same_list_gives_the_same_bytes() -> None:
    row = Row(("=HYPERLINK(1)", None, None, None))
    assert sheet_of(row)["A6"].data_type == "s"
    assert workbook_of(listing(row), NOW) == workbook_of(listing(row), NOW)
