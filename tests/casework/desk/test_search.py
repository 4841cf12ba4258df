"""Whatever the secretariat has is found by the words that stand in it, in Danish."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docx
import pytest
import sqlalchemy as sa

from models import (
    Completeness,
    ContactRole,
    DocumentKind,
    Level,
    MilestoneKind,
    Outcome,
    Scope,
)
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.desk.search import Hit, Kind, search
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.stamp import Stamp
from udmelding.rules.desk.search import read_words
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

REF = "CU-PROEVE-2025"
STAMP = Stamp(clock.at(dt.date(2025, 1, 10)), "test")
NOW = clock.at(dt.date(2025, 4, 15))
DAY = dt.date(2025, 2, 28)


def launch(services: Services, reference: str, title: str) -> None:
    with writing(services.engine) as session:
        new = NewCase(
            reference=reference,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=STAMP.now.date(),
            particulars=NewParticulars(
                title=title,
                legal_basis="serviceloven § 13 b, stk. 3",
                journal_number="25/004711",
                responsible="sagsbehandler Å",
            ),
            deadline=NewDeadline(due_on=dt.date(2025, 9, 30)),
        )
        launch_case(session, services.settings, new, STAMP)


@pytest.fixture
def case(services: Services) -> Services:
    """One case whose collection has begun; Lolland has an address."""
    begun(services)
    return services


@played_once
def begun(services: Services) -> None:
    with writing(services.engine) as session:
        for role, email in (
            (ContactRole.COORDINATOR, "koordinator@lolland.example"),
            (ContactRole.CHIEF_EXECUTIVE, "direktion@lolland.example"),
        ):
            contact = ContactValue(party="0360", role=role, name="koordinatoren", email=email)
            put_contact(session, contact, STAMP)
    launch(services, REF, "Gravide med misbrug i Åbenrå")
    advance(services, REF, STAMP.now)


def record(services: Services, kind: str, **said: Any) -> None:
    record_past(services, REF, kind, said, Stamp(clock.at(DAY), "test"))


def found(services: Services, written: str, kind: Kind) -> list[Hit]:
    return list(search(services, read_words(written), NOW)[kind])


@pytest.mark.parametrize(
    "written",
    [
        "proeve",
        "GRAVIDE misbrug",
        "aabenraa",
        "åbenrå",
        "25/004711",
        "§ 13 b",
        '"13 b, stk. 3"',
        "sagsbehandler",
        "gravide 4711",
    ],
)
def test_a_case_is_found_by_all_that_its_front_page_says(case: Services, written: str) -> None:
    assert [hit.reference for hit in found(case, written, Kind.CASE)] == [REF]


def test_a_corrected_title_is_found_and_the_old_one_is_not(case: Services) -> None:
    record(case, "particulars", title="Mennesker med hjerneskade")
    assert found(case, "hjerneskade", Kind.CASE)
    assert not found(case, "gravide", Kind.CASE)


@pytest.mark.parametrize(
    "written", ["lolland", "0360", "koordinator@lolland.example", "LOLLAND koordinatoren"]
)
def test_a_municipality_is_found_by_name_code_and_address(case: Services, written: str) -> None:
    assert [hit.key for hit in found(case, written, Kind.PARTY)] == ["0360"]


def test_a_body_is_found_and_leads_to_its_newest_case(case: Services) -> None:
    launch(case, "CU-NYERE-2025", "Nyere")
    bodies = found(case, "styregruppe", Kind.PARTY)
    assert [hit.reference for hit in bodies] == ["CU-NYERE-2025"]


def test_a_mail_is_found_by_text_receiver_and_party(case: Services) -> None:
    by_address = found(case, "koordinator@lolland.example", Kind.MAIL)
    assert by_address
    assert {hit.reference for hit in by_address} == {REF}
    assert found(case, "lolland " + by_address[0].title.split()[-1], Kind.MAIL)
    assert not found(case, "lolland ordet-der-ikke-findes", Kind.MAIL)


def test_a_remark_is_found_by_its_words_together_with_its_municipality(case: Services) -> None:
    record(
        case,
        "response",
        step="collection",
        party="0360",
        completeness=Completeness.PARTIAL,
        on=DAY,
        note="Tallene fra botilbuddene mangler",
    )
    hits = found(case, "BOTILBUD lolland", Kind.REMARK)
    assert [(hit.title, hit.reference) for hit in hits] == [("Svar: Lolland", REF)]
    assert not found(case, "botilbud greve", Kind.REMARK)


def test_decisions_milestones_and_the_agencys_questions_are_found(case: Services) -> None:
    record(
        case,
        "decision",
        step="kkr",
        party="kkr",
        level=Level.BODY,
        outcome=Outcome.APPROVED_WITH_REMARKS,
        on=DAY,
        note="Ærlig snak om økonomien",
    )
    record(case, "milestone", milestone_kind=MilestoneKind.NOTE, on=DAY, title="Snak med styrelsen")
    record(case, "question", on=DAY, due_on=DAY + dt.timedelta(14), text="Snak vi om alle 17?")
    assert {hit.title for hit in found(case, "snak", Kind.REMARK)} == {
        "Beslutning: KKR Sjælland",
        "Begivenhed",
    }
    assert len(found(case, "ÆRLIG ØKONOMI", Kind.REMARK)) == 1
    assert [hit.title for hit in found(case, "snak", Kind.AGENCY)] == ["Styrelsens spørgsmål"]


def word_file(*paragraphs: str) -> bytes:
    made, stream = docx.Document(), io.BytesIO()
    for text in paragraphs:
        made.add_paragraph(text)
    made.add_table(1, 1).cell(0, 0).text = "I en tabel: ålegræs"
    made.save(stream)
    return stream.getvalue()


def put_document(services: Services, name: str, content: bytes) -> str:
    stored = services.store.put(content)
    record(
        services,
        "document",
        document_kind=DocumentKind.OTHER,
        title="Bilag 7",
        dated_on=DAY,
        file_name=name,
        size=stored.size,
        sha256=stored.sha256,
    )
    return stored.sha256


def test_a_document_is_found_by_title_file_name_and_the_text_of_a_word_file(
    case: Services,
) -> None:
    sha256 = put_document(case, "Notat-økonomi.docx", word_file("Taksten for døgnophold stiger"))
    for written in ("bilag 7", "ØKONOMI", '"for døgnophold"', "aalegræs", "takst bilag"):
        assert [hit.key for hit in found(case, written, Kind.DOCUMENT)] == [sha256], written
    assert not found(case, "dagophold", Kind.DOCUMENT)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 intet", b"<html>", b"\xff" * 100])
def test_a_word_file_that_is_none_is_found_by_its_title_all_the_same(
    case: Services, content: bytes
) -> None:
    put_document(case, "falsk.docx", content or b"x")
    assert found(case, "falsk", Kind.DOCUMENT)
    assert not found(case, "takst", Kind.DOCUMENT)


def test_a_document_whose_bytes_are_gone_is_found_by_its_title(case: Services) -> None:
    sha256 = put_document(case, "notat.docx", word_file("Takst"))
    (case.store.folder / sha256[:2] / sha256).unlink()
    assert found(case, "notat", Kind.DOCUMENT)
    assert not found(case, "takst", Kind.DOCUMENT)


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow_with_the_cases(case: Services) -> None:
    words = read_words("prøve lolland")
    with counted(case.engine) as with_one:
        search(case, words, NOW)
    for number in range(12):
        launch(case, f"CU-{number}-2025", f"Prøve {number}")
    advance(case, "CU-3-2025", STAMP.now)
    with counted(case.engine) as with_many:
        search(case, words, NOW)
    assert len(with_many) == len(with_one)
    assert len(with_many) < 12


@pytest.mark.parametrize(
    "written",
    [
        "%%",
        "__",
        "a_%",
        "'; drop table outbox; --",
        'x" or "1"="1',
        "\\\\",
        "😀😀",
        "lolland\x00",
        "%" * 200,
        "åaåaåaåaåaåaåa",
        ":kolon :as_of",
        "\ud800 halv",
    ],
)
def test_odd_words_are_only_words(case: Services, written: str) -> None:
    for hits in search(case, read_words(written), NOW).values():
        assert all(isinstance(hit, Hit) for hit in hits)


def test_an_address_with_a_danish_letter_is_found(case: Services) -> None:
    contact = ContactValue(
        party="0360", role=ContactRole.COORDINATOR, name="x", email="bøde@lolland.example"
    )
    with writing(case.engine) as session:
        put_contact(session, contact, Stamp(clock.at(DAY), "test"))
    launch(case, "CU-NYERE-2025", "Nyere")
    advance(case, "CU-NYERE-2025", clock.at(DAY))
    assert found(case, "BØDE@lolland", Kind.MAIL)
