"""A regional council that has not decided stands in the reservation as other councils do."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Scope
from tests.past import record_past
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.papers.letters import letter_of
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.papers.letters import LetterKind
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.status.status import status

pytestmark = pytest.mark.database

REF = "RA-NORD-2025"
REGION, JAMMERBUGT = "regional-council", "0849"
ASKED, SENT, LATER = dt.date(2025, 4, 14), dt.date(2025, 5, 28), dt.date(2025, 6, 20)


def stamp(day: dt.date) -> Stamp:
    return Stamp(clock.at(day), "anna")


def known(services: Services, day: dt.date) -> Case:
    with reading(services.engine) as session:
        return load(session, REF, clock.end_of(day))


def decide(services: Services, party: str, on: dt.date) -> None:
    said = {"party": party, "step": "councils", "outcome": "approved", "level": "council"}
    record_past(services, REF, "decision", said | {"on": on.isoformat()}, stamp(on))


@pytest.fixture
def sent(services: Services) -> Services:
    """All councils but Jammerbugt have approved, the regional council has not; the rest is sent."""
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process="rammeaftale",
            area="nordjylland",
            scope=Scope.REGIONAL,
            received_on=dt.date(2024, 10, 1),
            particulars=NewParticulars(title="Socialaftale 2025-2026"),
            deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
        )
        launch_case(session, services.settings, new, stamp(dt.date(2024, 10, 1)))
    report = {"document_kind": "final_report", "title": "Aftalen", "version": 1}
    first = dt.date(2025, 2, 28)
    record_past(services, REF, "document", report | {"dated_on": first.isoformat()}, stamp(first))
    for body, on in (("das", dt.date(2025, 3, 14)), ("kkr", dt.date(2025, 4, 8))):
        said = {"party": body, "step": body, "outcome": "approved", "level": "body"}
        record_past(services, REF, "decision", said | {"on": on.isoformat()}, stamp(on))
    advance(services, REF, clock.at(ASKED))
    for party in known(services, ASKED).parties:
        if party.party.isdigit() and party.party != JAMMERBUGT:
            decide(services, party.party, dt.date(2025, 5, 20))
    record_past(services, REF, "submission", {"on": SENT.isoformat()}, stamp(SENT))
    return services


def test_both_stand_in_the_reservation_and_in_the_letter(sent: Services) -> None:
    submission = status(known(sent, SENT), SENT).submission
    assert submission is not None
    assert set(submission.reservation_for) == {JAMMERBUGT, REGION}

    told = " ".join(letter_of(sent, REF, LetterKind.COVER, clock.end_of(SENT)).texts())
    assert "i Jammerbugt og Regionsrådet i Region Nordjylland, som endnu ikke" in told


def test_the_reservation_is_lifted_when_the_regional_council_has_approved_too(
    sent: Services,
) -> None:
    decide(sent, JAMMERBUGT, dt.date(2025, 6, 18))
    left = status(known(sent, LATER), LATER).reservation_open
    assert [party.party for party in left] == [REGION]
    told = " ".join(letter_of(sent, REF, LetterKind.SUPPLEMENT, clock.end_of(LATER)).texts())
    assert "den politiske behandling i 1 kommune og regionsrådet." in told
    assert "Forbeholdet gælder fortsat for Regionsrådet i Region Nordjylland." in told

    decide(sent, REGION, LATER)
    advance(sent, REF, clock.at(LATER, "15:00"))
    assert status(known(sent, LATER), LATER).reservation_open == ()
    told = " ".join(letter_of(sent, REF, LetterKind.SUPPLEMENT, clock.end_of(LATER)).texts())
    assert "Regionsrådet i Region Nordjylland: 20. juni 2025" in told
    assert "Forbeholdet er dermed ophævet." in told
