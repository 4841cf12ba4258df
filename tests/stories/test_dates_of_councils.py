"""Two rounds whose councils meet around a summer: the first one of 2019-2020, and one of 2027.

Played through the real flows, their mails over real SMTP. Nobody has taken in the municipalities'
calendars, as on a secretariat's first day, so all council days are assumed. What the municipalities
answer and decide is made up; the bodies' meetings of 2020 are public.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from models import Completeness, DocumentKind, Level, Outcome, Scope, Stage
from tests.stories.conftest import to
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.recording.recording import Batch, record_fact, record_many
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named
from udmelding.config.parties import municipalities_of
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.plan import Plan
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.words.date_wording import weekday_date

pytestmark = [
    pytest.mark.database,
    pytest.mark.engine,
    pytest.mark.long("holds whole cases around a summer, day by day"),
]

AREA = "sjaelland"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Round:
    """One case, played day by day; knows what the mail server has received."""

    def __init__(self, services: Services, received: list[EmailMessage]) -> None:
        self.services, self.received = services, received
        self.reference, self.day = "", dt.date.min
        self.todo: dict[dt.date, list[Callable[[Stamp], object]]] = defaultdict(list)

    def launch(self, reference: str, received: str, deadline: str) -> None:
        self.reference, self.day = reference, day(received) - dt.timedelta(days=1)
        made = Stamp(clock.at(day(received), "09:00"), "sekretariatet")
        new = NewCase(
            reference=reference,
            process="central-udmelding",
            area=AREA,
            scope=Scope.REGIONAL,
            received_on=day(received),
            particulars=NewParticulars(title="En lille målgruppe"),
            deadline=NewDeadline(due_on=day(deadline)),
        )
        with writing(self.services.engine) as session:
            demo.make_contacts(session, AREA, made)
            launch_case(session, self.services.settings, new, made)

    def on(self, when: str, do: Callable[[Stamp], object]) -> None:
        """What somebody does on a day; asked for before that day is played."""
        self.todo[day(when)].append(do)

    def fact(self, when: str, kind: str, **said: Any) -> None:
        self.on(when, lambda stamp: record_fact(self.services, self.reference, kind, said, stamp))

    def body(self, when: str, body: str) -> None:
        made = {"level": Level.BODY, "outcome": Outcome.APPROVED, "on": day(when)}
        self.fact(when, "decision", step=body, party=body, **made)

    def everyone(self, when: str, kind: str, parties: tuple[str, ...], **said: Any) -> None:
        facts = tuple({"party": party, "on": day(when)} | said for party in parties)
        batch = Batch(reference=self.reference, kind=kind, facts=facts)
        self.on(when, lambda stamp: record_many(self.services, batch, stamp))

    def report(self, when: str) -> None:
        said = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "version": 1}
        self.fact(when, "document", dated_on=day(when), **said)

    async def until(self, last: str) -> list[EmailMessage]:
        """Play on through the day ``last``; returns the mails that arrived on the way."""
        before = len(self.received)
        while self.day < day(last):
            self.day += dt.timedelta(days=1)
            morning, afternoon = demo.sweeps(self.day)
            await self._sweep(morning)
            for do in self.todo.pop(self.day, ()):
                do(Stamp(clock.at(self.day, "15:00"), "sekretariatet"))
            await self._sweep(afternoon)
        return self.received[before:]

    async def _sweep(self, moment: dt.datetime) -> None:
        from flows.daily import closed_because, daily

        if not closed_because(moment.date()) and waiting_cases(self.services, moment):
            done = await daily(moment)
            assert done.failed == ()

    def status(self, as_of: str) -> Status:
        with reading(self.services.engine) as session:
            return status(load(session, self.reference, clock.end_of(day(as_of))), day(as_of))

    def plan(self, as_of: str) -> Plan:
        with reading(self.services.engine) as session:
            found = plan_of(load(session, self.reference, clock.end_of(day(as_of))), day(as_of))
        assert found is not None
        return found

    def due_days(self, as_of: str) -> Counter[str]:
        """The days by which councils are asked to decide."""
        with reading(self.services.engine) as session:
            case = load(session, self.reference, clock.end_of(day(as_of)))
        return Counter(str(o.due_on) for o in case.obligations if o.step == "councils")


MUNICIPALITIES = tuple(place.code for place in municipalities_of(area_named(AREA)))


@pytest.fixture
def played(by_smtp: tuple[Services, list[EmailMessage]]) -> Round:
    """Nothing yet, on an empty database, with mail by SMTP."""
    return Round(*by_smtp)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def sent_on(mails: list[EmailMessage]) -> set[dt.date]:
    return {parsedate_to_datetime(str(mail["Date"])).date() for mail in mails}


def council(**said: Any) -> dict[str, Any]:
    return {"step": "councils", "level": Level.COUNCIL, "outcome": Outcome.APPROVED} | said


@pytest.mark.slow
async def test_a_kkr_of_1_june_2027_asks_councils_for_august_and_chases_nobody_in_july(
    played: Round,
) -> None:
    played.launch("CU-NY-2027", "2026-11-02", "2027-09-30")
    kkr = MeetingChange(area=AREA, body="kkr", on=day("2027-06-01"))
    played.on(
        "2026-11-30",
        lambda stamp: carry_out(
            played.services, lambda s: change_meeting(s, kkr, stamp, None), stamp
        ),
    )
    played.everyone("2027-01-06", "response", MUNICIPALITIES, completeness=Completeness.COMPLETE)
    played.report("2027-02-19")
    played.body("2027-04-30", "styregruppe")
    played.body("2027-05-14", "k17")
    played.body("2027-06-01", "kkr")
    early, late = MUNICIPALITIES[:15], MUNICIPALITIES[15:]
    played.everyone("2027-08-17", "decision", early, **council())
    played.everyone("2027-09-21", "decision", late, **council())

    await played.until("2027-01-15")
    assert played.status("2027-01-15").stage is Stage.DRAFTING
    plan = played.plan("2027-01-15")
    assert {str(row.planned) for row in plan.councils} == {"2027-08-17"}
    (chain,) = {tuple(str(m.held_on) for m in row.chain) for row in plan.councils}
    assert chain == ("2027-08-03", "2027-08-10", "2027-08-17")
    assert plan.feasible

    # The KKR recommends: each council is asked for a day on which it can decide.
    await played.until("2027-05-31")
    asked = to(await played.until("2027-06-01"), "social@")
    assert len(asked) == 17
    assert played.due_days("2027-06-01") == {"2027-08-17": 17}
    assert all(weekday_date(day("2027-08-17")) in text_of(mail) for mail in asked)
    assert not any("juli 2027" in text_of(mail) for mail in asked)

    # In July nobody is written to, and nobody is over a date: no council can have met.
    assert await played.until("2027-07-31") == []
    assert played.status("2027-07-31").overdue == ()

    # Two weeks before, they are reminded; nothing is drafted for a director.
    reminded = await played.until("2027-08-16")
    assert {str(mail["To"]).partition("@")[0].strip("<") for mail in reminded} == {"social"}
    assert played.status("2027-08-16").overdue == ()
    await played.until("2027-08-31")
    assert played.status("2027-08-31").councils.approved == 15
    assert {owed.party for owed in played.status("2027-08-31").overdue} == set(late)
    rows = [played.plan("2027-08-31").council(party) for party in late]
    assert [str(row and row.planned) for row in rows] == ["2027-09-21"] * 2

    await played.until("2027-09-21")
    assert played.status("2027-09-21").councils.approved == 17
    submission = played.plan("2027-09-21").step("submission")
    assert submission is not None
    assert submission.planned == day("2027-09-30")
    work_days = WorkCalendar()
    assert all(work_days.is_business_day(on) for on in sent_on(played.received))


@pytest.mark.slow
async def test_the_first_round_of_2019_and_2020_is_decided_after_the_summer(played: Round) -> None:
    played.launch("CU-FOERSTE-2020", "2019-11-04", "2020-10-15")
    plan = played.plan("2019-11-04")
    assert plan.feasible
    met = {row.id: str(row.planned) for row in plan.steps if row.papers_due_on}
    assert met == {"styregruppe": "2020-04-24", "k17": "2020-05-29", "kkr": "2020-06-16"}
    assert plan.assumed_bodies == (), "the calendar of 2020 is public"
    assert {str(row.planned) for row in plan.councils} == {"2020-08-18"}

    played.everyone("2020-01-08", "response", MUNICIPALITIES, completeness=Completeness.COMPLETE)
    played.report("2020-02-28")
    for body, on in met.items():
        played.body(on, body)
    played.everyone("2020-08-18", "decision", MUNICIPALITIES, **council())
    await played.until("2020-06-15")
    asked = to(await played.until("2020-06-16"), "social@")
    assert len(asked) == 17
    assert played.due_days("2020-06-16") == {"2020-08-18": 17}
    assert all(weekday_date(day("2020-08-18")) in text_of(mail) for mail in asked)
    assert await played.until("2020-07-31") == []
    await played.until("2020-08-18")
    assert played.status("2020-08-18").councils.approved == 17
    assert played.status("2020-08-18").overdue == ()
