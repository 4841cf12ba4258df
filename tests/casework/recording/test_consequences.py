"""A change of the plan moves the dates that parties were given, and says so before it is saved."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from models import DocumentKind, Level, MailKind, MeetingState, OutboxState, Outcome, Scope
from tests.counting import statements
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import Changed, carry_out, preview
from udmelding.casework.recording.recording import Said, preview_fact, taking_back
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.journal.webhooks.deliveries import deliveries
from udmelding.journal.webhooks.webhooks import add_hook
from udmelding.rules.case.case import Case
from udmelding.rules.due.due import LEAST_COUNCIL_DAYS
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.plan_change import PlanChange
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

REF = "CU-PROEVE-2025"
LOLLAND, FAXE, GREVE = "0360", "0320", "0253"
FIRST_DUE, EARLIER_DUE = "2024-09-26", "2024-09-05"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stamp(text: str, at: str = "12:00") -> Stamp:
    return Stamp(clock.at(day(text), at), "test")


@played_once
def launch(
    services: Services, received: str, reference: str = REF, *, with_mail: bool = False
) -> None:
    """A case received that day with deadline 31 May 2025, whose municipalities have been asked."""
    made = stamp(received, "09:00")
    with writing(services.engine) as session:
        if with_mail:
            demo.make_contacts(session, "sjaelland", made)
        new = NewCase(
            reference=reference,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=day(received),
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=day("2025-05-31")),
        )
        launch_case(session, services.settings, new, made)
    advance(services, reference, made.now)


def fact(services: Services, kind: str, on: str, /, **said: Any) -> Said:
    return record_past(services, REF, kind, said, stamp(on))


def deadline(services: Services, due_on: str, on: str) -> Said:
    return fact(services, "deadline", on, due_on=day(due_on))


def known(services: Services, on: str) -> Case:
    with reading(services.engine) as session:
        return load(session, REF, clock.end_of(day(on)))


def due_dates(services: Services, step: str, on: str) -> Counter[str]:
    """How many parties have which due date in a step."""
    case = known(services, on)
    return Counter(str(o.due_on) for o in case.obligations if o.step == step)


def planned(services: Services, on: str) -> dict[str, str]:
    plan = plan_of(known(services, on), day(on))
    assert plan is not None
    return {step.id: str(step.planned) for step in plan.steps}


def everything(services: Services) -> dict[str, list[str]]:
    """Every row of every table."""
    with services.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = {
            name: connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))).all()
            for name in tables
        }
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def mail_keys(services: Services, kind: MailKind | None = None) -> list[str]:
    with reading(services.engine) as session:
        mails = outbox.list_mails(session)
    return [mail.key for mail in mails if kind in (None, mail.mail)]


def meeting(body: str, on: str, **what: Any) -> MeetingChange:
    return MeetingChange(area="sjaelland", body=body, on=day(on), **what)


def doing(change: MeetingChange, made: Stamp) -> Callable[[Session], str]:
    return partial(change_meeting, change=change, stamp=made, own=None)


def move(services: Services, on: str, change: MeetingChange) -> Changed[str]:
    made = stamp(on)
    return carry_out(services, doing(change, made), made)


def days_of(change: PlanChange) -> dict[str, tuple[str, str]]:
    """Before and after of the bodies and the secretariat."""
    return {c.what: (str(c.before), str(c.after)) for c in change.dates if not c.party}


@pytest.fixture
def asked(services: Services) -> Services:
    """A case of 1 August 2024: 17 municipalities are asked to answer by 26 September."""
    launch(services, "2024-08-01")
    assert due_dates(services, "collection", "2024-08-01") == {FIRST_DUE: 17}
    return services


@pytest.fixture
def written_to(services: Services) -> Services:
    """The same case where all municipalities have a mail address."""
    launch(services, "2024-08-01", with_mail=True)
    return services


@pytest.fixture
def recommended(services: Services) -> Services:
    """A case that the three bodies have passed: 17 councils are asked to decide by 20 May 2025."""
    passed_by_the_bodies(services)
    return services


@played_once
def passed_by_the_bodies(services: Services) -> None:
    launch(services, "2024-05-15")
    report = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "version": 1}
    fact(services, "document", "2025-02-28", dated_on=day("2025-02-28"), **report)
    for body, on in (("styregruppe", "2025-03-14"), ("k17", "2025-03-28"), ("kkr", "2025-04-08")):
        said = {"level": Level.BODY, "outcome": Outcome.APPROVED, "on": day(on)}
        fact(services, "decision", on, step=body, party=body, **said)
    advance(services, REF, clock.at(day("2025-04-08"), "17:00"))
    assert due_dates(services, "councils", "2025-04-08") == {"2025-05-20": 17}


def council(party: str, outcome: Outcome, on: str) -> dict[str, Any]:
    at = {"step": "councils", "level": Level.COUNCIL, "on": day(on)}
    return at | {"party": party, "outcome": outcome}


def extension(party: str, until: str, granted: str, step: str = "collection") -> dict[str, Any]:
    days = {"due_on": day(until), "granted_on": day(granted)}
    return {"step": step, "party": party} | days


def test_an_earlier_deadline_moves_what_was_asked_for_and_keeps_what_was_agreed(
    asked: Services,
) -> None:
    fact(asked, "extension", "2024-08-05", **extension("Lolland", "2024-10-15", "2024-08-05"))
    made = stamp("2024-08-12")
    seen = preview_fact(asked, REF, "deadline", {"due_on": day("2025-01-31")}, made)
    deadline(asked, "2025-01-31", "2024-08-12")
    assert due_dates(asked, "collection", "2024-08-12") == {EARLIER_DUE: 16, FIRST_DUE: 1}
    case = known(asked, "2024-08-12")
    kept = [o for o in case.obligations if o.party == LOLLAND]
    assert [(str(o.due_on), o.moved_from) for o in kept] == [(FIRST_DUE, None)]
    moved = {str(o.moved_from) for o in case.obligations if o.party != LOLLAND}
    assert moved == {FIRST_DUE}
    (change,) = seen.changes
    assert change.fixed == (
        "Lolland har en aftalt frist 15. oktober 2024 til dataindsamling; den står fast.",
    )
    assert LOLLAND not in {c.party for c in change.due_dates}
    assert due_dates(asked, "collection", "2024-08-11") == {FIRST_DUE: 17}, "as it was known then"


def test_seventeen_due_dates_move_with_the_statements_of_one(asked: Services) -> None:
    with statements(asked.engine) as sent:
        deadline(asked, "2025-01-31", "2024-08-12")

    assert due_dates(asked, "collection", "2024-08-12") == {EARLIER_DUE: 17}
    assert len(sent) <= 45, sent


def test_a_webhook_is_told_of_seventeen_due_dates_with_the_statements_of_one(
    asked: Services,
) -> None:
    made = stamp("2024-08-02")
    with writing(asked.engine) as session:
        hook = add_hook(
            session, name="x", url="https://x.example/", events=(), by="test", now=made.now
        )
    with statements(asked.engine) as sent:
        deadline(asked, "2025-01-31", "2024-08-12")

    with reading(asked.engine) as session:
        told = Counter(one.kind for one in deliveries(session, hook.id, 100))
    assert told == {"deadline.recorded": 1, "obligation.corrected": 17}
    assert len(sent) <= 51, sent


def test_the_old_deadline_with_a_reason_gives_the_old_dates_again(asked: Services) -> None:
    first = planned(asked, "2024-08-12")
    deadline(asked, "2025-01-31", "2024-08-12")
    back = {"due_on": day("2025-05-31"), "reason": "aftalt tilbage"}
    fact(asked, "deadline", "2024-08-14", **back)
    assert due_dates(asked, "collection", "2024-08-14") == {FIRST_DUE: 17}
    assert planned(asked, "2024-08-14") == first


def test_a_deadline_that_returns_to_an_earlier_day_holds_again(asked: Services) -> None:
    for on, due_on in [("12", "2025-01-31"), ("13", "2025-05-31"), ("14", "2025-01-31")]:
        deadline(asked, due_on, f"2024-08-{on}")
    assert str(known(asked, "2024-08-14").deadline) == "2025-01-31"
    assert str(known(asked, "2024-08-13").deadline) == "2025-05-31"
    assert due_dates(asked, "collection", "2024-08-14") == {EARLIER_DUE: 17}


def test_of_two_deadlines_said_at_one_moment_the_later_said_holds(asked: Services) -> None:
    for due_on in ("2025-06-30", "2025-07-31", "2025-08-31", "2025-06-30"):
        deadline(asked, due_on, "2024-08-12")
        assert str(known(asked, "2024-08-12").deadline) == due_on


def test_a_deadline_taken_back_gives_the_old_dates_again(asked: Services) -> None:
    made = stamp("2024-08-12")
    said = record_past(asked, REF, "deadline", {"due_on": day("2025-01-31")}, made)
    assert due_dates(asked, "collection", "2024-08-12") == {EARLIER_DUE: 17}
    back = stamp("2024-08-14")
    carry_out(asked, taking_back(REF, said.key, "forkert sag", back), back, only=(REF,))
    assert due_dates(asked, "collection", "2024-08-14") == {FIRST_DUE: 17}


def test_a_deadline_before_the_receipt_is_refused(asked: Services) -> None:
    with pytest.raises(RefusedError, match="ligger ikke efter modtagelsen"):
        deadline(asked, "2024-01-02", "2024-08-12")


def test_one_councils_announced_day_moves_no_one_elses_date(recommended: Services) -> None:
    said = {"party": LOLLAND, "expected_on": day("2025-05-27")}
    seen = preview_fact(recommended, REF, "expectation", said, stamp("2025-04-11"))
    assert [change.due_dates for change in seen.changes] == [()]
    record_past(recommended, REF, "expectation", said, stamp("2025-04-11"))
    assert set(due_dates(recommended, "councils", "2025-04-11")) == {"2025-05-20"}


def test_councils_keep_the_meeting_they_were_asked_for_when_the_deadline_comes_before_it(
    recommended: Services,
) -> None:
    """No council can meet earlier because the agency wants it: the plan says that it is late."""
    deadline(recommended, "2025-04-30", "2025-04-11")
    assert due_dates(recommended, "councils", "2025-04-11") == {"2025-05-20": 17}
    assert due_dates(recommended, "collection", "2025-04-11") == {"2024-08-14": 17}, "long over"
    plan = plan_of(known(recommended, "2025-04-11"), day("2025-04-11"))
    assert plan is not None
    assert len(plan.late_councils) == 17


def test_a_council_whose_calendar_comes_in_is_asked_for_its_own_meeting(
    recommended: Services,
) -> None:
    """Only that one; the others, and one that was granted more time, keep their days."""
    agreed = extension("Faxe", "2025-05-26", "2025-04-09", "councils")
    fact(recommended, "extension", "2025-04-09", **agreed)
    for code in (GREVE, FAXE):
        move(recommended, "2025-04-10", meeting(code, "2025-05-27"))
    days = {
        o.party: str(o.due_on)
        for o in known(recommended, "2025-04-11").obligations
        if o.step == "councils"
    }
    assert days.pop(GREVE) == "2025-05-27"
    assert set(days.values()) == {"2025-05-20"}


@pytest.mark.parametrize("on", ["2024-08-12", "2024-08-15", "2024-08-23", "2024-09-06"])
def test_nobody_is_given_less_than_two_weeks(asked: Services, on: str) -> None:
    for due_on in ("2025-01-31", "2024-11-30", "2024-09-30"):
        said = {"due_on": day(due_on)}
        for change in preview_fact(asked, REF, "deadline", said, stamp(on)).changes:
            for moved in change.due_dates:
                assert moved.after is not None
                assert (moved.after - day(on)).days >= LEAST_COUNCIL_DAYS
    if on > "2024-08-16":
        deadline(asked, "2025-01-31", on)
        assert due_dates(asked, "collection", on) == {FIRST_DUE: 17}, "what they were told stays"


def test_a_preview_saves_nothing_and_tells_what_the_change_then_does(asked: Services) -> None:
    before = everything(asked)
    said = {"due_on": day("2025-01-31")}
    seen = preview_fact(asked, REF, "deadline", said, stamp("2024-08-12"))
    again = preview_fact(asked, REF, "deadline", said, stamp("2024-08-12"))
    assert everything(asked) == before
    assert seen == again
    assert seen.result == record_past(asked, REF, "deadline", said, stamp("2024-08-12"))
    (change,) = seen.changes
    due = due_dates(asked, "collection", "2024-08-12")
    assert due == Counter(str(moved.after) for moved in change.due_dates)
    after = planned(asked, "2024-08-12")
    assert change.after is not None
    assert {step.id: str(step.planned) for step in change.after.steps} == after
    assert days_of(change)["Fristen"] == ("2025-05-31", "2025-01-31")
    assert days_of(change)["KKR Sjælland"] == ("2025-04-08", after["kkr"])


@pytest.mark.parametrize(
    "change",
    [
        meeting("kkr", "2025-04-08", is_cancelled=True),
        meeting("k17", "2025-03-28", moved_to=day("2025-04-01")),
        meeting("styregruppe", "2024-09-30"),
        meeting("Lolland", "2025-05-06"),
    ],
    ids=["cancelled", "moved", "new", "a council's"],
)
def test_a_previewed_meeting_saves_nothing_and_tells_the_same(
    asked: Services, change: MeetingChange
) -> None:
    before = everything(asked)
    made = stamp("2024-08-12")
    seen = preview(asked, doing(change, made), made)
    assert everything(asked) == before
    assert carry_out(asked, doing(change, made), made) == seen


def test_a_change_that_is_refused_saves_nothing(asked: Services) -> None:
    before = everything(asked)
    with pytest.raises(RefusedError, match="har allerede et møde"):
        move(asked, "2024-08-12", meeting("kkr", "2025-04-08", moved_to=day("2025-06-18")))
    with pytest.raises(RefusedError, match="intet møde"):
        move(asked, "2024-08-12", meeting("kkr", "2025-04-10", is_cancelled=True))
    assert everything(asked) == before


def test_those_who_still_owe_are_told_the_new_date_once(written_to: Services) -> None:
    fact(written_to, "response", "2024-08-09", party="Greve", on=day("2024-08-09"))
    fact(written_to, "extension", "2024-08-09", **extension("Lolland", "2024-10-15", "2024-08-09"))
    deadline(written_to, "2025-01-31", "2024-08-12")
    advance(written_to, REF, clock.at(day("2024-08-12"), "13:00"))
    told = mail_keys(written_to, MailKind.DUE_DATE_MOVED)
    assert len(told) == len(set(told)) == 15
    assert all(f"/moved@{EARLIER_DUE}/" in key for key in told)
    assert not {GREVE, LOLLAND} & {key.split("/")[2] for key in told}
    advance(written_to, REF, clock.at(day("2024-08-13"), "07:30"))
    assert mail_keys(written_to, MailKind.DUE_DATE_MOVED) == told
    with reading(written_to.engine) as session:
        mail = next(m for m in outbox.list_mails(session) if m.key == told[0])
    assert "Ny frist" in mail.subject
    assert "5. september 2024" in mail.text


def test_a_date_that_moves_there_and_back_and_there_again_is_told_each_time(
    written_to: Services,
) -> None:
    for on, due_on in [("12", "2025-01-31"), ("13", "2025-05-31"), ("14", "2025-01-31")]:
        deadline(written_to, due_on, f"2024-08-{on}")
        advance(written_to, REF, clock.at(day(f"2024-08-{on}"), "13:00"))
    told = mail_keys(written_to, MailKind.DUE_DATE_MOVED)
    days = Counter(key.split("moved@")[1][:10] for key in told)
    assert days == {EARLIER_DUE: 34, FIRST_DUE: 17}


def test_reminders_go_by_the_new_date_and_none_by_the_old(written_to: Services) -> None:
    fact(written_to, "extension", "2024-08-05", **extension("Lolland", "2024-10-15", "2024-08-05"))
    deadline(written_to, "2025-01-31", "2024-08-12")
    days = ["2024-08-12", "2024-08-27", "2024-09-02", "2024-09-06", "2024-09-23", "2024-09-27"]
    for on in [*days, "2024-10-03", "2024-10-10"]:
        advance(written_to, REF, clock.at(day(on), "07:30"))
    chased: dict[str, set[str]] = {}
    for key in mail_keys(written_to):
        *_, step, party, rung = ("", *key.split("/"))
        name, _, due_on = rung.partition("@")
        if step == "collection" and name.startswith(("before", "after")):
            chased.setdefault(due_on, set()).add(party)
    assert set(chased) == {EARLIER_DUE, "2024-10-15"}
    assert (len(chased[EARLIER_DUE]), chased["2024-10-15"]) == (16, {LOLLAND})


def test_what_waits_with_the_old_date_is_withdrawn_when_it_moves(
    written_to: Services,
) -> None:
    deliver_waiting(written_to, clock.at(day("2024-08-01"), "10:00"), "test")
    deadline(written_to, "2025-01-31", "2024-08-19")
    advance(written_to, REF, clock.at(day("2024-08-19"), "13:00"))
    back = {"due_on": day("2025-05-31"), "reason": "aftalt tilbage"}
    record_past(written_to, REF, "deadline", back, stamp("2024-08-19", "13:30"))
    fates = deliver_waiting(written_to, clock.at(day("2024-08-19"), "14:00"), "test")
    assert fates == {MailFate.WITHDRAWN: 34}, (
        "17 new dates and 17 reminders of a date that is no more"
    )
    with reading(written_to.engine) as session:
        gone = [m for m in outbox.list_mails(session) if m.state is OutboxState.WITHDRAWN]
    assert {str(m.due_on) for m in gone} == {EARLIER_DUE}


def test_a_cancelled_meeting_moves_the_plan(asked: Services) -> None:
    assert planned(asked, "2024-08-12")["kkr"] == "2025-04-08"
    done = move(asked, "2024-08-12", meeting("kkr", "2025-04-08", is_cancelled=True))
    assert done.result == "KKR Sjælland: mødet 8. april 2025 er aflyst."
    (change,) = done.changes
    assert days_of(change)["KKR Sjælland"] == ("2025-04-08", "2025-02-05")
    assert days_of(change)["K17"] == ("2025-03-28", "2025-01-24")
    assert planned(asked, "2024-08-12")["kkr"] == "2025-02-05"
    assert planned(asked, "2024-08-11")["kkr"] == "2025-04-08", "as it was known the day before"


def test_the_last_meetings_in_time_cancelled_make_the_deadline_impossible(asked: Services) -> None:
    move(asked, "2024-08-12", meeting("kkr", "2024-11-19", is_cancelled=True))
    move(asked, "2024-08-12", meeting("kkr", "2025-04-08", is_cancelled=True))
    (change,) = move(asked, "2024-08-12", meeting("kkr", "2025-02-05", is_cancelled=True)).changes
    assert change.before is not None
    assert change.after is not None
    assert (change.before.feasible, change.after.feasible) == (True, False)
    assert change.impossible[0].startswith("0 af 17 når fristen 31. maj 2025. Nærmeste forløb er")
    (back,) = move(asked, "2024-08-13", meeting("kkr", "2025-02-05")).changes
    assert back.possible, "a meeting that is on again makes it possible again"
    assert days_of(back)["KKR Sjælland"][1] == "2025-02-05"


def test_a_meeting_moved_and_moved_back_gives_the_first_plan_again(asked: Services) -> None:
    there, back = meeting("kkr", "2025-04-08", moved_to=day("2025-04-10")), meeting(
        "kkr", "2025-04-10", moved_to=day("2025-04-08")
    )  # fmt: skip
    first = planned(asked, "2024-08-12")
    (went,) = move(asked, "2024-08-12", there).changes
    (came,) = move(asked, "2024-08-13", back).changes
    assert planned(asked, "2024-08-13") == first
    assert days_of(came) == {what: (b, a) for what, (a, b) in days_of(went).items()}
    (again,) = move(asked, "2024-08-14", there).changes
    assert days_of(again) == days_of(went), "and a third time"
    meetings = known(asked, "2024-08-14").meetings
    days = [str(m.held_on) for m in meetings if m.body == "kkr"]
    assert (days.count("2025-04-10"), days.count("2025-04-08")) == (1, 0)


def test_a_meeting_of_a_body_moves_every_open_case_that_is_planned_for_it(asked: Services) -> None:
    launch(asked, "2024-08-05", "CU-ANDEN-2025")
    closed_on = {"closed_on": day("2024-08-10")}
    launch(asked, "2024-08-06", "CU-LUKKET-2025")
    record_past(asked, "CU-LUKKET-2025", "closure", closed_on, stamp("2024-08-10"))
    done = move(asked, "2024-08-12", meeting("kkr", "2025-04-08", is_cancelled=True))
    assert {change.reference for change in done.changes} == {REF, "CU-ANDEN-2025"}


def test_the_same_change_recorded_twice_changes_nothing_more(asked: Services) -> None:
    first = deadline(asked, "2025-01-31", "2024-08-12")
    cancelled = meeting("kkr", "2025-04-08", is_cancelled=True)
    move(asked, "2024-08-12", cancelled)
    before = everything(asked)
    second = deadline(asked, "2025-01-31", "2024-08-12")
    assert (first.is_new, second.is_new, first.key) == (True, False, second.key)
    seen = preview_fact(asked, REF, "deadline", {"due_on": day("2025-01-31")}, stamp("2024-08-12"))
    assert seen.changes == ()
    done = move(asked, "2024-08-12", cancelled)
    assert done.changes == ()
    assert done.result == "Det er allerede registreret: KKR Sjælland 8. april 2025."
    assert everything(asked) == before
    states = {
        m.state for m in known(asked, "2024-08-12").meetings if str(m.held_on) == "2025-04-08"
    }
    assert states == {MeetingState.CANCELLED}


def test_a_council_that_sends_back_begins_anew(recommended: Services) -> None:
    said = council(LOLLAND, Outcome.SENT_BACK, "2025-04-29")
    (change,) = preview_fact(recommended, REF, "decision", said, stamp("2025-04-30")).changes
    (moved,) = change.dates
    assert (moved.party, moved.what) == (LOLLAND, "Lolland")
    assert (str(moved.before), str(moved.after)) == ("2025-05-20", "2025-06-17")
    assert change.impossible == (
        "16 af 17 når fristen 31. maj. Der skal sendes med forbehold for 1.",
        "Lolland kan ikke nå fristen: kommunalbestyrelsen kan tidligst beslutte 17/6, 17 dage "
        "efter fristen (antaget mødekalender).",
    )
    fact(recommended, "decision", "2025-04-30", **said)
    plan = plan_of(known(recommended, "2025-04-30"), day("2025-04-30"))
    assert plan is not None
    assert [row.name for row in plan.late_councils] == ["Lolland"]
    assert due_dates(recommended, "councils", "2025-04-30") == {"2025-05-20": 17}


def test_a_council_that_decides_leaves_the_plan_of_the_others_alone(recommended: Services) -> None:
    said = council(GREVE, Outcome.APPROVED, "2025-04-29")
    seen = preview_fact(recommended, REF, "decision", said, stamp("2025-04-30"))
    assert seen.changes == ()
    assert seen.result == fact(recommended, "decision", "2025-04-30", **said)
