"""The time line of a case says ✓ only of a stage in which nobody owes anything any more."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Stage
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.status.status import status
from udmelding.web.case.timeline import Point, timeline

pytestmark = pytest.mark.database

ASKED, SENT, LATER = dt.date(2025, 4, 10), dt.date(2025, 5, 28), dt.date(2025, 6, 20)


def points(services: Services, day: dt.date) -> dict[Stage, Point]:
    with reading(services.engine) as session:
        case = load(session, REF, clock.end_of(day))
    return {line.stage: line.point for line in timeline(case, status(case, day))}


def test_councils_that_the_report_was_sent_without_keep_their_stage_open(
    services: Services,
) -> None:
    before_councils(services)
    advance(services, REF, clock.at(ASKED))
    assert points(services, ASKED)[Stage.COUNCILS] is Point.NOW
    with reading(services.engine) as session:
        asked = [p.party for p in load(session, REF, clock.end_of(ASKED)).parties if p.is_asked]
    *most, last = [party for party in asked if party.isdigit()]
    for party in most:
        decided(services, party, dt.date(2025, 5, 20))
    say(services, "submission", SENT, on=SENT)

    assert points(services, SENT)[Stage.COUNCILS] is Point.OPEN
    assert points(services, SENT)[Stage.DECISIONS] is Point.DONE

    decided(services, last, LATER)
    assert points(services, LATER)[Stage.COUNCILS] is Point.DONE
