"""The register opens in Excel, can be read by a program, and runs nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

from udmelding import clock
from udmelding.documents.papers.records_register import (
    About,
    RegisterLine,
    read_me,
    register_csv,
    register_json,
)

ABOUT = About(
    reference="CU-X",
    title="En målgruppe",
    secretariat="Sekretariatet",
    moment=clock.at(dt.date(2025, 4, 10), "09:05"),
    journal_number="24/1",
    kle="27.00.00",
)


def line(number: int, **said: object) -> RegisterLine:
    plain = {
        "number": number, "title": "Æblegrød", "kind": "referat", "dated_on": "2025-04-01",
        "sender": "", "receiver": "", "file_name": f"{number}.pdf", "format": "pdf", "size": 12,
        "sha256": "0" * 64, "recorded_by": "anna", "recorded_at": "", "journal_number": "24/1",
        "kle": "27.00.00", "is_confidential": False, "note": "",
    }  # fmt: skip
    return RegisterLine(**(plain | said))  # type: ignore[arg-type]


LINES = (
    line(1, title='=HYPERLINK("x")', is_confidential=True),
    line(2, file_name="", note="Filen ligger ikke i systemet."),
)


def test_the_table_opens_in_danish_excel_and_no_cell_is_a_formula() -> None:
    content = register_csv(LINES)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["titel"] == '\'=HYPERLINK("x")'
    assert (rows[0]["fortroligt"], rows[1]["fortroligt"]) == ("ja", "")
    assert (rows[1]["fil"], rows[1]["kle"]) == ("", "27.00.00")


def test_a_program_reads_the_same() -> None:
    found = json.loads(register_json(ABOUT, LINES))
    assert (found["case"], found["as_of"]) == ("CU-X", "2025-04-10T09:05:00+02:00")
    assert [one["number"] for one in found["documents"]] == [1, 2]
    assert found["documents"][0]["title"] == '=HYPERLINK("x")'


def test_a_person_is_told_what_is_secret_and_what_is_missing() -> None:
    text = read_me(ABOUT, LINES, ["PDF kan ikke dannes."]).decode("utf-8-sig")
    assert "som den stod 10. april 2025 kl. 9.05" in text
    assert "Der er 1 fil i pakken, og 1 er mærket «fortroligt»" in text
    assert "- Æblegrød: Filen ligger ikke i systemet." in text
    assert "- PDF kan ikke dannes." in text
    assert "\r\n" in text
