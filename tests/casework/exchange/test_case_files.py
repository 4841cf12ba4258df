"""Whole cases go out and come in again; a file with one flaw changes nothing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from udmelding import clock
from udmelding.casework.exchange.case_file import read_case_file
from udmelding.casework.exchange.imports import import_any
from udmelding.casework.exchange.transfer import export_case, import_case
from udmelding.casework.wiring import Services
from udmelding.errors import BadFileError, RefusedError
from udmelding.journal.case.header import find, references
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import load_contacts
from udmelding.journal.recording.record import retract
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.paths import CONFIG
from udmelding.rules.status.status import status

pytestmark = pytest.mark.database

NOW = clock.at(dt.date(2025, 10, 1))
STAMP = Stamp(NOW, "test")
SHIPPED = sorted((CONFIG / "cases").glob("*.yaml"))
HEAD = """\
format: udmelding/case/1
reference: CU-FIL
process: central-udmelding
area: sjaelland
scope: national
received: 2024-05-15
facts:
  - {kind: particulars, title: En sag}
"""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_case_that_is_exported_and_imported_is_the_same_case(
    services: Services, path: Path, tmp_path: Path
) -> None:
    import_case(services, read_case_file(path), NOW)
    reference = read_case_file(path).shape.reference
    with writing(services.engine) as session:
        header = find(session, reference)
        key = load(session, reference, NOW).decisions[-1].key
        retract(session, header, key, "forkert", STAMP)
    whole = export_case(services, reference)
    file = tmp_path / "sag.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert import_case(services, read_case_file(file), NOW).new == 0
    _forget_everything(services)
    import_case(services, read_case_file(file), NOW, live=True)
    assert export_case(services, reference) == whole


def _forget_everything(services: Services) -> None:
    with writing(services.engine) as session:
        tables = models.Fact.metadata.sorted_tables
        for table in reversed(tables):
            session.execute(sa.delete(table))


def test_an_imported_open_case_writes_to_nobody_until_it_is_taken_up(services: Services) -> None:
    path = next(p for p in SHIPPED if "gravide" in p.name)
    done = import_any(services, path, STAMP)
    assert "sat på pause" in done.text
    with reading(services.engine) as session:
        assert load(session, "CU-GRAVIDE-2025", NOW).is_paused
        assert session.execute(sa.select(table_of(models.WakeItem).c.party)).scalars().all() in (
            [],
            [""],
        )


def test_history_is_known_as_of_its_own_dates(services: Services) -> None:
    path = next(p for p in SHIPPED if "domfaeldte" in p.name)
    import_any(services, path, STAMP)
    counts = []
    for day in (dt.date(2025, 1, 9), dt.date(2025, 1, 10)):
        with reading(services.engine) as session:
            case = load(session, "CU-DOMFAELDTE-2024", clock.end_of(day))
        country = status(case, day).country
        assert country is not None
        counts.append(country.approved)
    assert counts == [13, 86]


@pytest.mark.parametrize(
    ("extra", "line", "says"),
    [
        ("  - {kind: respons, party: '0360', on: 2025-01-01}", 9, "response"),
        ("  - {kind: response, party: '0360'}", 9, "on"),
        ("  - {kind: response, party: '0360', on: 2025-01-01, hvad: 1}", 9, "hvad"),
        ("  - {kind: response, party: '0360', on: 31/2-2025}", 9, "31"),
        ("  - {kind: response, party: '0360', on: snarest}", 9, "snarest"),
        ("  - {kind: waiver, step: collection, party: '0360', waived_on: 2025-01-01}", 9, "reason"),
        ("  - {kind: deadline, due_on: primo 2025}", 9, "primo 2025"),
        ("  - {kind: tally, on: 2025-01-01, area: x, approved: -1, total: 3}", 9, "approved"),
        ("  - {kind: document, document_kind: bog, title: x, dated_on: 2025-01-01}", 9, "letter"),
        (
            "  - {kind: response, party: '0360', on: 2025-01-01, recorded_at: i går}",
            9,
            "recorded_at",
        ),
        ("  - bare tekst", 9, "kind"),
        ("  - {kind: [liste]}", 9, "kind"),
        ("resten: 1", 9, "resten"),
        ("reference: TO", 9, "reference"),
        ("  - {kind: response\n", 9, ""),
    ],
)
def test_a_flaw_is_told_by_line_and_key_and_nothing_is_recorded(
    services: Services, tmp_path: Path, extra: str, line: int, says: str
) -> None:
    file = tmp_path / "sag.yaml"
    file.write_text(f"{HEAD}{extra}\n", encoding="utf-8")
    with pytest.raises(BadFileError) as caught:
        import_any(services, file, STAMP)
    first = caught.value.flaws[0]
    assert first.where.startswith("sag.yaml:")
    assert int(first.where.partition(":")[2]) in (line, line + 1)
    assert says in str(caught.value)
    with reading(services.engine) as session:
        assert references(session) == ()


def test_a_fact_that_contradicts_the_case_takes_the_whole_file_with_it(
    services: Services, tmp_path: Path
) -> None:
    file = tmp_path / "sag.yaml"
    file.write_text(
        HEAD + "  - {kind: response, party: '9999', on: 2024-06-01}\n", encoding="utf-8"
    )
    with pytest.raises(RefusedError, match="9999"):
        import_any(services, file, STAMP)
    with reading(services.engine) as session:
        assert references(session) == ()


def test_contacts_come_from_a_spreadsheet_and_every_bad_row_is_named(
    services: Services, tmp_path: Path
) -> None:
    file = tmp_path / "kontakter.csv"
    file.write_text(
        "\ufeffpart;rolle;navn;email\nGreve;koordinator;Koordinatoren;k@greve.example\n",
        encoding="utf-8",
    )
    assert import_any(services, file, STAMP).new == 1
    assert import_any(services, file, STAMP).new == 0
    file.write_text(
        "part,rolle,navn,email\nGrevee,koordinator,X,k@greve.example\nKøge,chef,,ikke-en-adresse\n",
        encoding="utf-8",
    )
    with pytest.raises(BadFileError) as caught:
        import_any(services, file, STAMP)
    found = {(flaw.where, flaw.key) for flaw in caught.value.flaws}
    assert found == {
        ("kontakter.csv, linje 2", "part"),
        ("kontakter.csv, linje 3 (Køge)", "rolle"),
        ("kontakter.csv, linje 3 (Køge)", "navn"),
        ("kontakter.csv, linje 3 (Køge)", "email"),
    }
    with reading(services.engine) as session:
        assert [c.email for c in load_contacts(session, NOW)["0253"]] == ["k@greve.example"]
