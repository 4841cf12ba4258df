"""The one gate: no text of any fact, party or contact is kept with a CPR number in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from sqlmodel import Session

import models
from models import ContactRole, Level, PartyKind, Scope
from tests.counting import statements
from tests.past import record_past
from tests.rules.files.test_cpr import number_born
from udmelding import clock
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.recording.recording import taking_back
from udmelding.casework.wiring import Services
from udmelding.config.plan.meeting_calendars import MunicipalMeeting
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import ContactValue, put_contact, put_contacts
from udmelding.journal.plan.municipal import record_municipal_meeting
from udmelding.journal.recording.record import record, record_meeting
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.files.cpr_gate import CprQuestionError, CprRefusedError
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewMeeting, NewMilestone, NewParticulars
from udmelding.rules.recording.catalogue import CaseEntry
from udmelding.rules.recording.entry import Entry
from udmelding.rules.recording.written import Period

REF, LOLLAND = "CU-PROEVE-2025", "0360"
DAY = dt.date(2024, 9, 2)
STAMP = Stamp(clock.at(DAY), "anna")
LOOKED = Stamp(clock.at(DAY), "anna", has_looked=True)
_DIGITS = number_born(dt.date(1981, 5, 17))
CERTAIN = f"{_DIGITS[:6]}-{_DIGITS[6:]}"
POSSIBLE = number_born(dt.date(1981, 5, 17), holds=False)


@pytest.fixture
def case(services: Services) -> Services:
    new = NewCase(
        reference=REF,
        process="central-udmelding",
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=dt.date(2024, 8, 1),
        particulars=NewParticulars(title="Prøve"),
        deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
    )
    with writing(services.engine) as session:
        launch_case(session, services.settings, new, STAMP)
    return services


def text_fields() -> Iterator[Any]:
    """Every field of every kind of fact in which a person can write anything."""
    for kind in (*get_args(CaseEntry), NewMeeting):
        for name, field in kind.model_fields.items():
            is_text = field.annotation in (str, str | None)
            is_coded = any(getattr(rule, "pattern", None) for rule in field.metadata)
            if (
                is_text
                and not is_coded
                and name not in ("kind", "corrects")
                and not name.endswith("sha256")
            ):
                yield pytest.param(kind, name, id=f"{kind.model_fields['kind'].default}.{name}")


def with_text(kind: type[Entry], field: str, text: str) -> Entry:
    """An entry that says nothing but that; what else it needs is of no matter to the gate."""
    said: dict[str, Any] = {}
    for name, of in kind.model_fields.items():
        said[name] = (
            _any_of(of.annotation)
            if of.is_required()
            else of.get_default(call_default_factory=True)
        )
    return kind.model_construct(**(said | {field: text}))


def _any_of(annotation: Any) -> Any:
    if annotation is Period:
        return Period(DAY, DAY)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return next(iter(annotation))
    simple = {str: "collection", dt.date: DAY, int: 1, bool: True}
    return simple.get(annotation, {} if "dict" in str(annotation) else PartyKind.PROVIDER)


def put(session: Session, entry: Entry) -> None:
    if isinstance(entry, NewMeeting):
        record_meeting(session, entry, STAMP)
    else:
        record(session, find(session, REF), entry, STAMP)


def home_bytes(services: Services) -> bytes:
    files = [path for path in services.settings.home.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


@pytest.mark.parametrize(("kind", "field"), text_fields())
def test_no_field_of_any_fact_takes_a_cpr_number(
    case: Services, kind: type[Entry], field: str
) -> None:
    entry = with_text(kind, field, f"Det drejer sig om {CERTAIN}.")

    with pytest.raises(CprRefusedError) as refused, writing(case.engine) as session:
        put(session, entry)

    assert [place.field for place in refused.value.places] == [field]
    assert CERTAIN not in refused.value.message
    assert CERTAIN.encode() not in home_bytes(case)


def test_a_number_deep_inside_an_answer_is_found_too(case: Services) -> None:
    (kind,) = (one for one in get_args(CaseEntry) if one.__name__ == "NewFormAnswer")
    entry = with_text(kind, "note", "").model_copy(
        update={"content": {"q1": [{"navn": f"Borger {CERTAIN}"}]}}
    )

    with pytest.raises(CprRefusedError, match="«Svar»"), writing(case.engine) as session:
        record(session, find(session, REF), entry, STAMP)


def test_who_records_is_looked_through_as_well(case: Services) -> None:
    said = {"on": "2024-09-01", "title": "Mail", "milestone_kind": "note"}

    with pytest.raises(CprRefusedError, match="«Hvem»"):
        record_past(case, REF, "milestone", said, Stamp(STAMP.now, CERTAIN))


def test_the_reason_for_taking_a_fact_back_is_looked_through(case: Services) -> None:
    said = {"on": "2024-09-01", "title": "Mail", "milestone_kind": "note"}
    done = record_past(case, REF, "milestone", said, STAMP)

    with pytest.raises(CprRefusedError), writing(case.engine) as session:
        taking_back(REF, done.key, f"Handler om {CERTAIN}", STAMP)(session)


def test_contacts_parties_and_municipal_meetings_pass_the_same_gate(case: Services) -> None:
    contact = ContactValue(
        party=LOLLAND, role=ContactRole.COORDINATOR, name=f"Ane {CERTAIN}", email="a@x.example"
    )
    meeting = MunicipalMeeting(
        municipality=LOLLAND, level=Level.COUNCIL, held_on=DAY, note=f"om {CERTAIN}"
    )
    with pytest.raises(CprRefusedError), writing(case.engine) as session:
        put_contact(session, contact, STAMP)
    with pytest.raises(CprRefusedError), writing(case.engine) as session:
        record_municipal_meeting(session, meeting, "mail", STAMP)


def test_a_case_is_not_launched_under_a_title_with_a_cpr_number(services: Services) -> None:
    new = NewCase(
        reference=REF,
        process="central-udmelding",
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=dt.date(2024, 8, 1),
        particulars=NewParticulars(title=f"Borger {CERTAIN}"),
        deadline=None,
    )
    with pytest.raises(CprRefusedError, match="«Titel»"), writing(services.engine) as session:
        launch_case(session, services.settings, new, STAMP)

    assert CERTAIN.encode() not in home_bytes(services)


def test_what_may_be_a_number_waits_for_a_person_whose_word_is_kept_by_name(
    case: Services,
) -> None:
    said = {"on": "2024-09-01", "title": f"Nr. {POSSIBLE}", "milestone_kind": "note"}
    with pytest.raises(CprQuestionError, match="måske er et cpr-nummer, i feltet «Titel»"):
        record_past(case, REF, "milestone", said, STAMP)
    assert confirmations(case) == []

    done = record_past(case, REF, "milestone", said, LOOKED)
    again = record_past(case, REF, "milestone", said, LOOKED)

    assert (done.is_new, again.is_new) == (True, False)
    assert confirmations(case) == [(done.key, ["title"], "anna")]


def test_a_persons_word_on_many_contacts_is_kept_for_each_of_them_in_one_statement(
    case: Services,
) -> None:
    people = [
        ContactValue(
            party=f"{code:04}",
            role=ContactRole.COORDINATOR,
            name=f"Nr. {POSSIBLE}" if code else "Team",
            email="a@b.example",
        )
        for code in range(50)
    ]
    with pytest.raises(CprQuestionError), writing(case.engine) as session:
        put_contacts(session, people, STAMP)

    with statements(case.engine) as sent, writing(case.engine) as session:
        put_contacts(session, people, LOOKED)

    assert sum("INSERT INTO cpr_confirmation" in one for one in sent) == 1
    assert confirmations(case) == [
        (f"contact/{code:04}/coordinator", ["name"], "anna") for code in range(1, 50)
    ]


def test_nobody_can_confirm_a_certain_number_away(case: Services) -> None:
    entry = NewMilestone(on=Period(DAY, DAY), title=f"Borger {CERTAIN}")

    with pytest.raises(CprRefusedError), writing(case.engine) as session:
        record(session, find(session, REF), entry, LOOKED)


def confirmations(services: Services) -> list[tuple[str, list[str], str]]:
    table = table_of(models.CprConfirmation)
    with reading(services.engine) as session:
        rows = session.execute(sa.select(table.c.about, table.c.fields, table.c.confirmed_by))
        return [tuple(row) for row in rows]  # type: ignore[misc]
