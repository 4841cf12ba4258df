"""What hurries stands first; a case that was sent says what it waits for, and since when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models import Scope, VerdictOutcome
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.desk.desk import desk
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.status.status import status
from udmelding.rules.status.waiting import after_submission

SENT = dt.date(2025, 5, 28)
pytestmark = pytest.mark.database


@pytest.fixture
def sent(services: Services) -> Services:
    """All councils have approved, and the report was sent on 28 May 2025."""
    before_councils(services)
    for party in towns(services):
        decided(services, party, dt.date(2025, 5, 20))
    say(services, "submission", SENT, on=SENT)
    return services


def towns(services: Services) -> list[str]:
    with reading(services.engine) as session:
        found = status(load(session, REF, clock.at(SENT)), SENT)
    return [party.party for party in found.councils.missing]


def waits(services: Services, day: dt.date) -> str:
    with reading(services.engine) as session:
        return status(load(session, REF, clock.end_of(day)), day).waiting


def test_a_case_that_was_sent_waits_for_the_agency_since_then(sent: Services) -> None:
    assert waits(sent, SENT) == "Venter på styrelsen siden 28. maj 2025."
    assert waits(sent, SENT - dt.timedelta(days=1)) == ""


def test_a_case_says_what_it_waits_for_from_question_to_answer(sent: Services) -> None:
    asked, answered, said = dt.date(2025, 8, 5), dt.date(2025, 9, 3), dt.date(2025, 12, 1)
    say(sent, "question", asked, on=asked, due_on=dt.date(2025, 9, 5), number=1)
    assert waits(sent, asked) == "Styrelsens spørgsmål 1 skal besvares senest 5. september 2025."
    say(sent, "question_answer", answered, on=answered, number=1)
    assert waits(sent, answered) == "Venter på styrelsen siden 3. september 2025."
    verdict: dict[str, Any] = {"on": "ultimo december 2025"}
    say(sent, "verdict", answered, **verdict, verdict_outcome=VerdictOutcome.EXPECTED)
    assert waits(sent, answered).endswith(", som venter at svare ultimo december 2025.")
    say(sent, "verdict", said, on=said, verdict_outcome=VerdictOutcome.SUPPORTED)
    assert waits(sent, said) == "Styrelsen svarede 1. december 2025: bakker op om forslaget."
    say(sent, "action", said, number=1, title="Flere pladser")
    assert waits(sent, said).endswith("forslaget. 1 af handleplanens punkter er ikke gjort.")


def test_a_reservation_that_stands_is_what_is_waited_for(services: Services) -> None:
    before_councils(services)
    codes = towns(services)
    for party in codes[:-1]:
        decided(services, party, dt.date(2025, 5, 20))
    say(services, "submission", SENT, on=SENT)
    assert waits(services, SENT).startswith("Forbeholdet står: ")
    decided(services, codes[-1], dt.date(2025, 6, 3))
    assert waits(services, dt.date(2025, 6, 3)) == "Venter på styrelsen siden 28. maj 2025."


def test_the_status_tells_what_followed_the_submission(sent: Services) -> None:
    day = dt.date(2025, 8, 5)
    say(sent, "question", day, on=day, due_on=dt.date(2025, 9, 5), number=1, text="Hvor mange")
    say(sent, "action", day, number=1, title="Flere pladser", due_on=dt.date(2026, 6, 1))
    with reading(sent.engine) as session:
        told = after_submission(load(session, REF, clock.end_of(day)))
    assert told == (
        "Supplerende spørgsmål 1 modtaget 5. august 2025, svarfrist 5. september 2025: Hvor mange.",
        "Handling 1: Flere pladser, frist 1. juni 2026.",
    )


def test_what_must_reach_its_deadline_stands_above_what_was_sent(sent: Services) -> None:
    made = Stamp(clock.at(dt.date(2025, 6, 2)), "anna")
    with writing(sent.engine) as session:
        new = NewCase(
            reference="CU-NY-2026",
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=made.now.date(),
            particulars=NewParticulars(title="Ny"),
            deadline=NewDeadline(due_on=dt.date(2026, 10, 30)),
        )
        launch_case(session, sent.settings, new, made)
    found = desk(sent, clock.at(dt.date(2025, 6, 20)), None)  # its letters are old by now
    shown = [card.summary for card in found.cards]
    assert [one.reference for one in shown] == ["CU-NY-2026", REF]
    assert [one.waiting for one in shown] == ["", "Venter på styrelsen siden 28. maj 2025."]

    day = dt.date(2025, 8, 5)
    say(sent, "question", day, on=day, due_on=dt.date(2025, 9, 5), number=1)
    hurries = {
        c.summary.reference: c.summary.hurry_on for c in desk(sent, clock.at(day), None).cards
    }
    assert hurries[REF] == "2025-09-05", "the agency's date is one to keep"
