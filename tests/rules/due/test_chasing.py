"""A chase stops on evidence: what a party has done decides whether and when it is reminded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.announcement import AnnouncementKind, Scope
from models.obligation import DateSource
from models.outbox import MailKind, OutboxState
from models.party import PartyKind
from models.response import Completeness
from udmelding import clock
from udmelding.config.case.library import area_named, process_named
from udmelding.rules.case.actions import SendMail, Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import (
    ChaseStop,
    DatedReminder,
    Expectation,
    Extension,
    Mail,
    Obligation,
    Particulars,
    Party,
    ReplyMail,
    Response,
)
from udmelding.rules.case.standing import standings
from udmelding.rules.due.chasing import FOREVER, Evidence, Silence, reminders, silenced_keys
from udmelding.rules.due.due import due, next_look
from udmelding.rules.plan.case_plan import calendar_of

PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
ASKED, DUE_ON = dt.date(2025, 2, 3), dt.date(2025, 3, 14)
LOLLAND = "0360"
STEP = "collection"


def at(day: dt.date) -> dt.datetime:
    return clock.at(day, "09:00")


def a_case(**facts: tuple[object, ...]) -> Case:
    """Lolland was asked on 3 February for an answer by 14 March, and nothing else."""
    begun = Case(
        reference="CU-PROEVE-2025",
        process=PROCESS,
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=ASKED,
        as_of=at(dt.date(2026, 1, 1)),
        particulars=Particulars(
            key="p", recorded_at=at(ASKED), title="Prøve", kind=AnnouncementKind.FIRST
        ),
        parties=(
            Party(
                key="l",
                recorded_at=at(ASKED),
                party=LOLLAND,
                name="Lolland",
                kind=PartyKind.MUNICIPALITY,
            ),
        ),
        obligations=(
            Obligation(
                key="o",
                recorded_at=at(ASKED),
                step=STEP,
                party=LOLLAND,
                opened_on=ASKED,
                due_on=DUE_ON,
                origin=DateSource.COMPUTED,
            ),
        ),
    )
    return replace(begun, **facts)  # type: ignore[arg-type]


def answered(day: dt.date, completeness: Completeness) -> Response:
    return Response(
        key=f"r{day}",
        recorded_at=at(day),
        step=STEP,
        party=LOLLAND,
        happened_from=day,
        happened_to=day,
        completeness=completeness,
        note="Hvad dækker tallet?",
    )


def announced(day: dt.date, said_on: dt.date) -> Expectation:
    return Expectation(
        key=f"e{day}", recorded_at=at(said_on), step=STEP, party=LOLLAND, expected_on=day
    )


def extended(until: dt.date, said_on: dt.date) -> Extension:
    return Extension(
        key=f"x{until}",
        recorded_at=at(said_on),
        step=STEP,
        party=LOLLAND,
        granted_on=said_on,
        due_on=until,
    )


def mailed(action: SendMail, day: dt.date) -> Mail:
    return Mail(
        key=action.key,
        step=action.step_id,
        party=action.party,
        mail=action.mail,
        rung=action.rung,
        due_on=action.due_on,
        state=OutboxState.SENT,
        created_at=at(day),
        finished_at=at(day),
    )


def known_at(case: Case, day: dt.date) -> Case:
    """The case as it was known in the morning of ``day``."""
    moment = clock.at(day, "07:30")
    kept = {
        name: tuple(f for f in getattr(case, name) if f.recorded_at <= moment)
        for name in ("responses", "expectations", "extensions", "chase_stops")
    }
    return replace(case, **kept)  # type: ignore[arg-type]


def play(case: Case, until: dt.date) -> list[tuple[str, dt.date]]:
    """What Lolland gets, day by day, when a person releases every escalation at once."""
    sent: list[tuple[str, dt.date]] = []
    day = ASKED
    while day <= until:
        now = known_at(case, day)
        for action in reminders(now, standings(now, day), day):
            sent.append((action.rung, day))
            case = replace(case, mails=(*case.mails, mailed(action, day)))
        day += dt.timedelta(days=1)
    return sent


END = dt.date(2025, 5, 30)


def test_without_any_evidence_the_whole_ladder_is_climbed() -> None:
    assert [rung for rung, _ in play(a_case(), END)] == [
        "before-14",
        "before-3",
        "after-1",
        "after-5",
        "after-10",
    ]


@pytest.mark.parametrize("answer", [Completeness.PARTIAL, Completeness.RETURNED])
def test_after_a_part_of_an_answer_there_is_peace_for_three_business_days(
    answer: Completeness,
) -> None:
    # The answer comes on Thursday the 13th; the reminder of Monday the 17th waits to Wednesday.
    case = a_case(responses=(answered(dt.date(2025, 3, 13), answer),))

    sent = play(case, END)

    assert ("after-1", dt.date(2025, 3, 19)) in sent
    assert [rung for rung, _ in sent][-1] == "after-10"


def test_a_full_answer_ends_the_chase() -> None:
    case = a_case(responses=(answered(dt.date(2025, 3, 5), Completeness.COMPLETE),))
    assert play(case, END) == [("before-14", dt.date(2025, 2, 24))]


def test_an_announced_day_has_a_ladder_of_its_own() -> None:
    case = a_case(expectations=(announced(dt.date(2025, 4, 9), dt.date(2025, 3, 4)),))
    assert play(case, END) == [
        ("before-14", dt.date(2025, 2, 24)),
        ("announced-before-3", dt.date(2025, 4, 4)),
        ("announced-after-2", dt.date(2025, 4, 11)),
        ("announced-after-7", dt.date(2025, 4, 23)),
    ]


def test_nobody_is_escalated_for_an_announced_day_before_what_they_owe_is_late() -> None:
    early = dt.date(2025, 2, 20)
    case = a_case(expectations=(announced(early, dt.date(2025, 2, 10)),))

    sent = dict(play(case, END))

    assert sent["announced-after-2"] == dt.date(2025, 2, 24)
    assert sent["announced-after-7"] == dt.date(2025, 3, 25), "seven business days past 14 March"


def test_what_is_said_last_counts() -> None:
    said = announced(dt.date(2025, 4, 9), dt.date(2025, 3, 4))
    case = a_case(
        expectations=(said,), extensions=(extended(dt.date(2025, 4, 1), dt.date(2025, 3, 6)),)
    )

    sent = play(case, END)

    assert [rung for rung, _ in sent if rung.startswith("announced")] == []
    assert ("after-1", dt.date(2025, 4, 2)) in sent


def test_without_a_ladder_of_its_own_the_announced_day_is_simply_waited_for() -> None:
    step = PROCESS.step(STEP)
    assert step is not None
    plain = PROCESS.model_copy(
        update={
            "steps": tuple(
                s.model_copy(update={"announced": None}) if s.id == STEP else s
                for s in PROCESS.steps
            )
        }
    )
    said = announced(dt.date(2025, 3, 18), dt.date(2025, 3, 4))
    case = replace(a_case(expectations=(said,)), process=plain)

    sent = play(case, END)

    assert ("after-1", dt.date(2025, 3, 19)) in sent
    day = dt.date(2025, 3, 17)
    held = dict(silenced_keys(known_at(case, day), standings(case, day), day))
    assert held == {f"CU-PROEVE-2025/{STEP}/{LOLLAND}/after-1@2025-03-14": Withheld.ANNOUNCED}


def test_a_reply_that_nobody_has_read_holds_the_chase_however_long_that_takes() -> None:
    reply = ReplyMail(
        key="m",
        step=STEP,
        party=LOLLAND,
        received_at=at(dt.date(2025, 3, 3)),
        sender="a@lolland.example",
        subject="SV",
        is_waiting=True,
    )
    case = a_case(replies=(reply,))
    assert play(case, END) == []
    assert Evidence(case).silence((STEP, LOLLAND), None) == Silence(why=Withheld.REPLY_WAITS)
    read = replace(case, replies=(replace(reply, is_waiting=False),))
    assert play(read, END) != []


def test_of_several_reasons_the_one_that_lasts_longest_is_told() -> None:
    stop = ChaseStop(
        key="s",
        recorded_at=at(ASKED),
        step=STEP,
        party=LOLLAND,
        is_stopped=True,
        until=None,
        reason="",
    )
    case = a_case(
        chase_stops=(stop,), responses=(answered(dt.date(2025, 3, 13), Completeness.PARTIAL),)
    )
    found = Evidence(case).silence((STEP, LOLLAND), None)
    assert found == Silence(why=Withheld.STOPPED, until=FOREVER)


days = st.dates(dt.date(2025, 2, 4), dt.date(2025, 4, 25))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(days, st.sampled_from([Completeness.PARTIAL, Completeness.RETURNED]))),
    st.lists(st.tuples(days, st.integers(1, 60)), max_size=3),
    st.lists(st.tuples(days, st.integers(1, 60)), max_size=2),
)
def test_whatever_a_party_does_nobody_is_chased_the_night_after_and_each_rung_goes_once(
    parts: list[tuple[dt.date, Completeness]],
    said: list[tuple[dt.date, int]],
    more: list[tuple[dt.date, int]],
) -> None:
    case = a_case(
        responses=tuple(answered(day, how) for day, how in sorted(parts)),
        expectations=tuple(
            announced(day + dt.timedelta(days=ahead), day) for day, ahead in sorted(said)
        ),
        extensions=tuple(
            extended(max(DUE_ON, day) + dt.timedelta(days=ahead), day)
            for day, ahead in sorted(more)
        ),
    )
    calendar = calendar_of(case)
    sent: list[tuple[SendMail, dt.date]] = []
    mails: tuple[Mail, ...] = ()
    for number in range(110):
        day = ASKED + dt.timedelta(days=number)
        now = replace(known_at(case, day), mails=mails)
        rows = standings(now, day)
        for action in reminders(now, rows, day):
            sent.append((action, day))
            mails = (*mails, mailed(action, day))
            (row,) = [r for r in rows if r.step.id == STEP]
            assert row.state.is_owed
            assert row.due_on is not None
            if action.copy_to:
                assert day > row.due_on, "escalated before anything was late"
            for answer_day, _ in parts:
                until = calendar.add_business_days(answer_day, PROCESS.grace_business_days)
                assert not at(answer_day) <= clock.at(day, "07:30") or day > until
    assert all(calendar.may_send(day) for _, day in sent)
    assert len({action.key for action, _ in sent}) == len(sent)


def test_a_reminder_on_a_fixed_day_goes_on_that_day_and_wakes_the_case() -> None:
    own = DatedReminder(
        key="CU/dated_reminder/aa",
        recorded_at=at(ASKED),
        remind_on=dt.date(2025, 3, 8),
        text="Ring til Lolland",
    )
    theirs = replace(own, key="CU/dated_reminder/bb", step=STEP, text="Vi mødes på torsdag.")
    case = a_case(dated_reminders=(own, theirs))
    saturday, monday = dt.date(2025, 3, 8), dt.date(2025, 3, 10)

    assert next_look(case, ASKED) == monday
    assert not [a for a in due(case, saturday).actions if "aa" in a.key or "bb" in a.key]
    found = {a.key: a for a in due(case, monday).actions if isinstance(a, SendMail)}
    notice = found["CU-PROEVE-2025/notice/reminder-aa"]
    assert (notice.mail, notice.party) == (MailKind.NOTICE, "secretariat")
    mail = found[f"CU-PROEVE-2025/{STEP}/{LOLLAND}/dated-bb"]
    assert (mail.mail, mail.due_on) == (MailKind.DATED_REMINDER, DUE_ON)

    done = replace(case, responses=(answered(dt.date(2025, 3, 7), Completeness.COMPLETE),))
    assert not [a for a in due(done, monday).actions if a.key.endswith("dated-bb")]
    assert [a for a in due(done, monday).actions if a.key.endswith("reminder-aa")]


def test_escalations_wait_for_a_person_and_the_secretariat_is_told_once() -> None:
    day = dt.date(2025, 3, 21)
    case = a_case()
    actions = [a for a in due(case, day).actions if isinstance(a, SendMail)]
    (escalated,) = [a for a in actions if a.copy_to]
    (told,) = [a for a in actions if "escalation" in a.key]
    assert escalated.rung == "after-5"
    assert told.key == "CU-PROEVE-2025/notice/escalation-2025-03-14-collection~after-5"
    again = replace(case, mails=(mailed(told, day),))
    assert [a.key for a in due(again, day).actions if "escalation" in a.key] == []


def test_an_escalation_that_nobody_sends_falls_away_after_four_weeks() -> None:
    case, day = a_case(), dt.date(2025, 3, 28)
    offered: list[dt.date] = []
    for number in range(60):
        today = day + dt.timedelta(days=number)
        if any(a.copy_to for a in reminders(case, standings(case, today), today)):
            offered.append(today)
    assert (offered[0], offered[-1]) == (day, dt.date(2025, 4, 25))
