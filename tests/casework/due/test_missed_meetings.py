"""A body's meeting that passes without a word about the case is asked about, once."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from models import DocumentKind, Level, Outcome, Scope
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

REF = "CU-PROEVE-2025"
STEERING_GROUP = dt.date(2025, 3, 14)
MONDAY_AFTER = dt.date(2025, 3, 17)


def stamp(day: dt.date) -> Stamp:
    return Stamp(clock.at(day), "test")


def fact(services: Services, kind: str, day: dt.date, /, **said: Any) -> None:
    record_past(services, REF, kind, said, stamp(day))


def asked_about(services: Services, day: dt.date) -> list[OutboxMail]:
    advance(services, REF, clock.at(day, "07:30"))
    with reading(services.engine) as session:
        return [m for m in outbox.list_mails(session) if m.rung.startswith("missed-")]


@pytest.fixture
def ready(services: Services) -> Services:
    """A case whose report was final on 28 February 2025; the steering group has it on 14 March."""
    report_made(services)
    return services


@played_once
def report_made(services: Services) -> None:
    received = dt.date(2024, 5, 15)
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=received,
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
        )
        launch_case(session, services.settings, new, stamp(received))
    advance(services, REF, clock.at(received))
    final = dt.date(2025, 2, 28)
    report = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "version": 1}
    fact(services, "document", final, dated_on=final, **report)
    advance(services, REF, clock.at(final, "17:00"))


def test_the_day_after_the_meeting_the_secretariat_is_asked_once(ready: Services) -> None:
    assert asked_about(ready, STEERING_GROUP) == []
    assert waiting_cases(ready, clock.at(MONDAY_AFTER, "07:30")) == (REF,)
    (mail,) = asked_about(ready, MONDAY_AFTER)
    assert "Blev sagen behandlet i Styregruppen?" in mail.subject
    assert "14. marts 2025" in mail.text
    assert "9. maj 2025" in mail.text, "the meeting that the plan goes on with"
    assert asked_about(ready, MONDAY_AFTER + dt.timedelta(days=1)) == [mail]


@pytest.mark.parametrize("outcome", [Outcome.RECOMMENDED, Outcome.POSTPONED], ids=str)
def test_a_decision_or_a_postponement_is_word_enough(ready: Services, outcome: Outcome) -> None:
    said = {"step": "styregruppe", "party": "styregruppe", "level": Level.BODY}
    fact(ready, "decision", STEERING_GROUP, on=STEERING_GROUP, outcome=outcome, **said)
    assert asked_about(ready, MONDAY_AFTER) == []


def test_a_meeting_that_was_called_off_is_not_asked_about(ready: Services) -> None:
    made = stamp(dt.date(2025, 3, 10))
    off = MeetingChange(area="sjaelland", body="styregruppe", on=STEERING_GROUP, is_cancelled=True)
    carry_out(ready, partial(change_meeting, change=off, stamp=made, own=None), made)
    assert asked_about(ready, MONDAY_AFTER) == []


def test_a_meeting_that_the_plan_did_not_have_the_case_on_is_not_asked_about(
    ready: Services,
) -> None:
    assert asked_about(ready, dt.date(2025, 3, 3)) == [], "KKR met in February without the case"
