"""The CU gravide and the framework agreement, played through the use cases without an engine."""

from __future__ import annotations

import datetime as dt

import pytest

from models import OutboxState, Stage
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.rules.status.glance import Look
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.web.case.municipality_rows import rows_of, tiles

pytestmark = [
    pytest.mark.database,
    pytest.mark.long("holds whole cases of other processes, day by day"),
]


def play(services: Services, reference: str, last: str) -> None:
    """Play one shipped case from its first day through ``last``."""
    file = next(f for f in demo.shipped_cases() if f.shape.reference == reference)
    happening = demo.events([file])
    work_days = WorkCalendar()
    for day in demo.days(happening[0].at.date(), dt.date.fromisoformat(last)):
        morning, afternoon = demo.sweeps(day)
        for moment in (morning, afternoon):
            if moment == afternoon:
                for event in happening:
                    if event.at.date() == day:
                        demo.happen(services, event)
            if work_days.is_business_day(day):
                for waiting in waiting_cases(services, moment):
                    advance(services, waiting, moment)
                deliver_waiting(services, moment, "test")


def seen(services: Services, reference: str, as_of: str) -> Status:
    """The status of a case as it was known at the end of a day."""
    day = dt.date.fromisoformat(as_of)
    with reading(services.engine) as session:
        return status(load(session, reference, clock.end_of(day)), day)


def test_gravide_reaches_its_deadline_and_is_followed_up(services: Services) -> None:
    play(services, "CU-GRAVIDE-2025", "2025-09-30")

    plan = seen(services, "CU-GRAVIDE-2025", "2025-01-10").plan
    assert plan is not None
    assert plan.feasible
    planned = {step.id: step.planned for step in plan.steps}
    assert planned["styregruppe"] == dt.date(2025, 3, 14)
    assert planned["k17"] == dt.date(2025, 3, 28)
    assert planned["kkr"] == dt.date(2025, 4, 8)

    assert seen(services, "CU-GRAVIDE-2025", "2024-07-15").stage is Stage.COLLECTION
    assert seen(services, "CU-GRAVIDE-2025", "2025-02-01").stage is Stage.DRAFTING
    assert seen(services, "CU-GRAVIDE-2025", "2025-04-01").stage is Stage.DECISIONS
    assert seen(services, "CU-GRAVIDE-2025", "2025-04-15").stage is Stage.COUNCILS
    assert seen(services, "CU-GRAVIDE-2025", "2025-04-15").councils.approved == 2

    sent = seen(services, "CU-GRAVIDE-2025", "2025-05-28")
    assert sent.submission is not None
    assert sent.submission.reservation_for == ()
    assert sent.councils.approved == 17
    assert sent.country is not None
    assert sent.country.approved == 98

    asked = seen(services, "CU-GRAVIDE-2025", "2025-08-10")
    assert [(o.party, o.due_on) for o in asked.next] == [("secretariat", dt.date(2025, 9, 5))]
    answered = seen(services, "CU-GRAVIDE-2025", "2025-09-30")
    assert [o.party for o in answered.next] == ["agency"], "the agency's final answer is awaited"


def test_the_framework_agreement_is_another_process_on_the_same_engine(services: Services) -> None:
    play(services, "RA-2025-2026", "2025-02-28")
    early = seen(services, "RA-2025-2026", "2024-06-03").plan
    assert early is not None
    assert early.feasible, "in June KKR's meeting of 3/9 can still be had"
    late = seen(services, "RA-2025-2026", "2024-10-09").plan
    assert late is not None
    assert not late.feasible, "KKR 19/11 leaves too little before 1/12; the minutes say the same"
    january = seen(services, "RA-2025-2026", "2025-01-10")
    assert (january.councils.approved, january.councils.total) == (13, 17)
    assert january.country is None
    assert len(january.reservation_open) == 4
    region = next(r for r in january.standings if r.party.party == "regional-council")
    assert region.is_approved, "the regional council is a party, and is not counted with the 17"
    assert seen(services, "RA-2025-2026", "2025-02-28").reservation_open == ()
    with reading(services.engine) as session:
        case = load(session, "RA-2025-2026", clock.end_of(dt.date(2025, 1, 10)))
    drawn = tiles(rows_of(case, january))
    assert drawn is not None
    assert drawn.counts == {Look.DONE: 13, Look.LATE: 4}, "nor on the map"


def test_a_party_with_more_time_is_chased_by_its_new_date_only(services: Services) -> None:
    play(services, "CU-GRAVIDE-2025", "2024-09-30")
    with reading(services.engine) as session:
        mails = [m for m in outbox.list_mails(session) if m.party == "0340"]
    about = {(m.rung, m.due_on) for m in mails if m.step == "collection"}
    extended = dt.date(2024, 8, 23)
    reminders = {rung: due for rung, due in about if rung.startswith(("before", "after"))}
    assert set(reminders.values()) == {extended}
    assert all(m.state is OutboxState.SENT for m in mails)


def test_playing_the_same_days_again_changes_nothing(services: Services) -> None:
    play(services, "CU-GRAVIDE-2025", "2024-08-30")
    with reading(services.engine) as session:
        before = outbox.list_mails(session)
    play(services, "CU-GRAVIDE-2025", "2024-08-30")
    with reading(services.engine) as session:
        assert outbox.list_mails(session) == before
