"""The laws of the journal: what was known stays, order does not matter, the index is right."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

import models
from models import Completeness, Level, Outcome
from udmelding import clock
from udmelding.config.case.library import area_named, process_named
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import open_database, reading, writing
from udmelding.journal.launch import Launch, NewParty, launch
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.journal.wake import wake_due, wake_index
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import standings
from udmelding.rules.due.chasing import reminders
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars, NewPause
from udmelding.rules.recording.catalogue import CaseEntry
from udmelding.rules.recording.parties import (
    NewDecision,
    NewExtension,
    NewObligation,
    NewResponse,
    NewWaiver,
)
from udmelding.rules.recording.written import Period
from udmelding.rules.status.status import status

FIRST = dt.date(2025, 3, 3)
PARTIES = ("0360", "0370", "0390")
PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))


def launched(session: Session) -> Header:
    """A small case with three municipalities, asked on its first day."""
    stamp = Stamp(clock.at(FIRST, "08:00"), "test")
    header = launch(
        session,
        Launch(
            reference="CU-LOV",
            process=PROCESS,
            area=area_named("sjaelland"),
            scope=models.Scope.REGIONAL,
            received_on=FIRST,
            particulars=NewParticulars(title="En lille sag"),
            deadline=NewDeadline(due_on=dt.date(2025, 12, 1)),
            municipalities=[
                NewParty(party=code, name=code, kind=models.PartyKind.MUNICIPALITY)
                for code in PARTIES
            ],
            agency_name="styrelsen",
            secretariat_name="sekretariatet",
        ),
        stamp,
    )
    for step in ("collection", "councils"):
        for party in PARTIES:
            due = FIRST + dt.timedelta(days=40)
            entry = NewObligation(step=step, party=party, opened_on=FIRST, due_on=due)
            record(session, header, entry, stamp)
    return header


def day_of(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


@st.composite
def facts(draw: st.DrawFn) -> tuple[int, CaseEntry]:
    """A fact about one party, and the number of the day on which it became known."""
    number = draw(st.integers(1, 70))
    party = draw(st.sampled_from(PARTIES))
    day = day_of(draw(st.integers(0, number)))
    on = Period(day, day)
    made: list[CaseEntry] = [
        NewResponse(party=party, on=on, completeness=draw(st.sampled_from(Completeness))),
        NewDecision(
            step="councils",
            party=party,
            on=on,
            level=draw(st.sampled_from((Level.COMMITTEE, Level.COUNCIL))),
            outcome=draw(st.sampled_from(Outcome)),
        ),
        NewWaiver(step="collection", party=party, waived_on=day, reason="aftalt"),
        NewExtension(
            step=draw(st.sampled_from(("collection", "councils"))),
            party=party,
            granted_on=day,
            due_on=day + dt.timedelta(days=draw(st.integers(1, 60))),
        ),
        NewPause(is_paused=draw(st.booleans())),
    ]
    return number, draw(st.sampled_from(made))


histories = st.lists(facts(), max_size=8)
quick = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def told(session: Session, header: Header, history: list[tuple[int, CaseEntry]]) -> None:
    """Record a history; each fact at its own second of its day."""
    for place, (number, entry) in enumerate(history):
        moment = clock.at(day_of(number)) + dt.timedelta(seconds=place)
        record(session, header, entry, Stamp(moment, "test"))


def memory() -> sa.Engine:
    return open_database("sqlite:///:memory:")


def rows(session: Session, header: Header) -> set[tuple[Any, ...]]:
    """The wake index's obligations, without their ids."""
    table = table_of(models.WakeItem)
    names = ("step", "party", "opened_on", "due_on", "last_rung", "next_on")
    query = sa.select(*(table.c[name] for name in names)).where(
        table.c.announcement_id == header.id, table.c.step != ""
    )
    return {tuple(row) for row in session.execute(query)}


@quick
@given(histories, st.integers(0, 80))
def test_what_was_known_on_a_day_never_changes_afterwards(
    history: list[tuple[int, CaseEntry]], number: int
) -> None:
    engine = memory()
    moment = clock.end_of(day_of(number))
    early = [fact for fact in history if fact[0] <= number]
    late = [fact for fact in history if fact[0] > number]
    with writing(engine) as session:
        header = launched(session)
        told(session, header, early)
        before = load(session, "CU-LOV", moment)
        told(session, header, late)
        assert load(session, "CU-LOV", moment) == before
    engine.dispose()


@quick
@given(histories, st.randoms(use_true_random=False))
def test_facts_arriving_in_any_order_give_the_same_case(
    history: list[tuple[int, CaseEntry]], random: Any
) -> None:
    stamped = [
        (clock.at(day_of(number)) + dt.timedelta(seconds=place), entry)
        for place, (number, entry) in enumerate(history)
    ]
    distinct = list({entry.model_dump_json(): (at, entry) for at, entry in stamped}.values())
    shuffled = list(distinct)
    random.shuffle(shuffled)
    found: list[Case] = []
    for order in (distinct, shuffled):
        engine = memory()
        with writing(engine) as session:
            header = launched(session)
            for at, entry in order:
                record(session, header, entry, Stamp(at, "test"))
            found.append(load(session, "CU-LOV", clock.end_of(day_of(100))))
        engine.dispose()
    assert found[0] == found[1]


@quick
@given(histories)
def test_the_wake_index_is_what_the_facts_alone_would_make_it(
    history: list[tuple[int, CaseEntry]],
) -> None:
    engine = memory()
    with writing(engine) as session:
        header = launched(session)
        told(session, header, history)
        kept = rows(session, header)
        wake_index.rebuild(session, header)
        assert rows(session, header) == kept
    engine.dispose()


@quick
@given(histories, st.integers(1, 90))
def test_the_sweep_names_the_reminders_that_the_rules_name(
    history: list[tuple[int, CaseEntry]], number: int
) -> None:
    engine = memory()
    today = day_of(number)
    known = [fact for fact in history if fact[0] <= number]
    with writing(engine) as session:
        header = launched(session)
        told(session, header, known)
        case = load(session, "CU-LOV", clock.end_of(today))
        due = {
            (item.step, item.party, item.rung, item.due_on)
            for item in wake_due.due(session, today)
            if item.rung
        }
    wanted = set()
    if not case.is_paused:
        wanted = {
            (mail.step_id, mail.party, mail.rung, mail.due_on)
            for mail in reminders(case, standings(case, today), today)
        }
    assert due == wanted
    engine.dispose()


@quick
@given(histories, st.integers(0, 90))
def test_the_counts_of_every_step_add_up(history: list[tuple[int, CaseEntry]], number: int) -> None:
    engine = memory()
    with writing(engine) as session:
        header = launched(session)
        told(session, header, history)
        found = status(load(session, "CU-LOV", clock.end_of(day_of(100))), day_of(number))
    for step in found.steps:
        assert step.fulfilled + step.waived + step.owed + step.not_asked == step.total
    assert found.councils.decided + found.councils.waived + len(found.councils.missing) == 3
    engine.dispose()


@pytest.mark.database
def test_a_correction_is_seen_from_its_own_moment_only(engine: sa.Engine) -> None:
    said = NewResponse(party="0360", on=Period(FIRST, FIRST))
    with writing(engine) as session:
        header = launched(session)
        first = record(session, header, said, Stamp(clock.at(day_of(5)), "a"))
        right = said.model_copy(
            update={"completeness": Completeness.PARTIAL, "corrects": first.key}
        )
        record(session, header, right, Stamp(clock.at(day_of(9)), "b"))
    with reading(engine) as session:
        early = load(session, "CU-LOV", clock.end_of(day_of(6)))
        late = load(session, "CU-LOV", clock.end_of(day_of(9)))
        assert find(session, "cu-lov").reference == "CU-LOV"
    assert [r.completeness for r in early.responses] == [Completeness.COMPLETE]
    assert [r.completeness for r in late.responses] == [Completeness.PARTIAL]
    assert replace(early, as_of=late.as_of) != late
