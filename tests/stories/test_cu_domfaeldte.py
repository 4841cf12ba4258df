"""The CU domfældte, played day by day through the real flows, its mails over real SMTP."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from models import Stage
from tests.stories.conftest import to
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.business_days import WorkCalendar

pytestmark = [
    pytest.mark.database,
    pytest.mark.engine,
    pytest.mark.long("holds a whole case through Prefect, day by day"),
]

REFERENCE = "CU-DOMFAELDTE-2024"
LATE = {"Roskilde", "Kalundborg", "Stevns", "Næstved"}


class Story:
    """A case being played; knows what the mail server has received."""

    def __init__(self, services: Services, received: list[EmailMessage]) -> None:
        self.services, self.received = services, received
        file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
        self.events = demo.events([file])
        self.day = self.events[0].at.date() - dt.timedelta(days=1)
        self.flow_runs = 0

    async def until(self, last: str) -> list[EmailMessage]:
        """Play on through the day ``last``; returns the mails that arrived on the way."""
        before = len(self.received)
        while self.day < dt.date.fromisoformat(last):
            self.day += dt.timedelta(days=1)
            morning, afternoon = demo.sweeps(self.day)
            await self._sweep(morning)
            for event in self.events:
                if event.at.date() == self.day:
                    demo.happen(self.services, event)
            await self._sweep(afternoon)
        return self.received[before:]

    async def _sweep(self, moment: dt.datetime) -> None:
        from flows.daily import closed_because, daily

        if not closed_because(moment.date()) and waiting_cases(self.services, moment):
            done = await daily(moment)
            assert done.failed == ()
            self.flow_runs += 1

    def status(self, as_of: str) -> Status:
        """The case as it was known at the end of a day."""
        day = dt.date.fromisoformat(as_of)
        with reading(self.services.engine) as session:
            return status(load(session, REFERENCE, clock.end_of(day)), day)


@pytest.fixture
def story(by_smtp: tuple[Services, list[EmailMessage]]) -> Story:
    """The case before its first day, on an empty database, with mail by SMTP."""
    return Story(*by_smtp)


@pytest.mark.slow
async def test_the_case_runs_from_the_letter_to_the_lifted_reservation(story: Story) -> None:
    # The letter comes: every municipality is invited, and the secretariat is told the plan.
    first = await story.until("2023-11-23")
    assert (len(to(first, "social@")), len(to(first, "sekretariat@"))) == (17, 1)
    assert story.status("2023-11-23").stage is Stage.COLLECTION

    # Answers come in over the weeks. A reminder goes only to those who owe.
    await story.until("2024-02-09")
    found = story.status("2024-02-09")
    collection = next(step for step in found.steps if step.step_id == "collection")
    assert (collection.fulfilled, collection.waived, collection.owed) == (16, 1, 0)
    assert found.stage is Stage.DRAFTING

    # The bodies decide; after the last one every council is asked at once.
    await story.until("2024-11-18")
    assert story.status("2024-11-18").stage is Stage.DECISIONS
    assert len(to(await story.until("2024-11-19"), "social@")) == 17
    assert story.status("2024-11-19").stage is Stage.COUNCILS

    # Four are missing near the deadline: the secretariat is told, and submits with a reservation.
    december = await story.until("2024-12-31")
    assert any("mangler beslutninger" in str(m["Subject"]) for m in to(december, "sekretariat@"))
    sent = story.status("2024-12-31")
    assert sent.stage is Stage.FOLLOW_UP
    assert {party.name for party in sent.reservation_open} == LATE
    assert sent.submission is not None
    assert sent.submission.submitted_by == "styregruppens formandskab"
    assert to(story.received, "cu@") == []  # the chairmen have sent it

    # What was known on the ninth and on the tenth differs by what was recorded in between.
    await story.until("2025-01-10")
    ninth, tenth = story.status("2025-01-09"), story.status("2025-01-10")
    assert ninth.country is not None
    assert tenth.country is not None
    assert (ninth.country.approved, tenth.country.approved, tenth.country.total) == (13, 86, 98)
    assert (tenth.councils.approved, tenth.councils.total) == (13, 17)

    # The last four decide and the reservation lapses. The chairmen sent the report, so nothing goes
    # to the agency from here; the secretariat is told that the supplementary letter is theirs.
    await story.until("2025-02-14")
    assert to(story.received, "cu@") == []
    told = [str(mail["Subject"]) for mail in to(story.received, "sekretariat@")]
    assert sum("Alle kommuner i forbeholdet har nu godkendt" in subject for subject in told) == 1
    assert story.status("2025-02-14").reservation_open == ()

    # Nothing is due any more: months pass without a mail and without a flow run.
    runs = story.flow_runs
    assert await story.until("2025-06-30") == []
    assert story.flow_runs == runs

    # Over the whole case: no mail twice, all in threads, none chased on a day without sending.
    ids = [str(mail["Message-ID"]) for mail in story.received]
    assert len(ids) == len(set(ids))
    assert all(mail["Auto-Submitted"] == "auto-generated" for mail in story.received)
    assert all(f"[{REFERENCE}]" in str(mail["Subject"]) for mail in story.received)
    work_days = WorkCalendar()
    days = {parsedate_to_datetime(str(mail["Date"])).date() for mail in story.received}
    assert all(work_days.is_business_day(day) for day in days)
    assert not [day for day in days if dt.date(2023, 12, 23) <= day <= dt.date(2024, 1, 2)]
