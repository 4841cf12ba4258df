"""The matrix over all cases says of every municipality what the status of its case says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlmodel import Session

import models
from models import (
    Change,
    Completeness,
    DateSource,
    DocumentKind,
    Level,
    Outcome,
    Scope,
)
from udmelding import clock
from udmelding.casework.demo.playing import shipped_cases
from udmelding.casework.exchange.transfer import import_case
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.services import Services
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load_all
from udmelding.journal.case.matrix import MatrixRow, matrix
from udmelding.journal.database import reading, writing
from udmelding.journal.recording.entries import (
    CaseEntry,
    NewClosure,
    NewDeadline,
    NewDecision,
    NewDocument,
    NewExtension,
    NewParticulars,
    NewResponse,
    NewWaiver,
)
from udmelding.journal.recording.record import Stamp, insert_many, record, retract
from udmelding.journal.recording.written import Period
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import State
from udmelding.rules.status.status import status

pytestmark = pytest.mark.database

RECEIVED = dt.date(2025, 1, 6)
DUE = dt.date(2025, 3, 3)
COUNCILS_DUE = dt.date(2025, 6, 2)

COMMITTEES = (Level.COMMITTEE, Level.FINANCE_COMMITTEE)


def day(text: str) -> dt.date:
    """``7/4`` of 2025."""
    number, month = text.split("/")
    return dt.date(2025, int(month), int(number))


def launched(services: Services, reference: str, area: str = "sjaelland") -> list[str]:
    """A case of one area; returns the codes of its municipalities."""
    new = NewCase(
        reference=reference,
        process="central-udmelding",
        area=area,
        scope=Scope.REGIONAL,
        received_on=RECEIVED,
        particulars=NewParticulars(title=reference),
        deadline=NewDeadline(due_on=dt.date(2025, 9, 1)),
    )
    with writing(services.engine) as session:
        header = launch_case(session, services.settings, new, Stamp(clock.at(RECEIVED), "test"))
        party = models.Party
        rows = session.execute(
            sa.select(party.party).where(  # type: ignore[call-overload]
                party.announcement_id == header.id, party.kind == models.PartyKind.MUNICIPALITY
            )
        )
        return sorted(rows.scalars())


def ask(
    session: Session, header: Header, step: str, parties: list[str], on: str, due_on: dt.date
) -> None:
    """Ask ``parties``, as opening a step does."""
    rows = [
        {
            "announcement_id": header.id,
            "key": f"{header.reference}/obligation/{step}/{party}",
            "recorded_at": clock.at(day(on)),
            "recorded_by": "test",
            "source": "",
            "is_made_up": False,
            "step": step,
            "party": party,
            "opened_on": day(on),
            "due_on": due_on,
            "origin": DateSource.COMPUTED,
        }
        for party in parties
    ]
    insert_many(session, models.Obligation, rows)


def say(session: Session, header: Header, entry: CaseEntry, known: str) -> str:
    """Record ``entry`` on that day; returns its key."""
    return record(session, header, entry, Stamp(clock.at(day(known)), "test")).key


def answer(
    party: str,
    on: str,
    completeness: Completeness = Completeness.COMPLETE,
    step: str = "collection",
) -> NewResponse:
    period = Period(day(on), day(on))
    return NewResponse(step=step, party=party, on=period, completeness=completeness)


def decision(
    party: str,
    on: str,
    outcome: Outcome,
    level: Level = Level.COUNCIL,
    *,
    version: int = 1,
    until: str | None = None,
    corrects: str | None = None,
) -> NewDecision:
    return NewDecision(
        step="councils",
        party=party,
        on=Period(day(on), day(until or on), "primo" if until else ""),
        level=level,
        outcome=outcome,
        report_version=version,
        corrects=corrects,
    )


def final_report(version: int, on: str, change: Change = Change.SUBSTANTIVE) -> NewDocument:
    return NewDocument(
        document_kind=DocumentKind.FINAL_REPORT,
        title="Afrapportering",
        dated_on=day(on),
        version=version,
        change=change,
    )


def answers_of_all_kinds(services: Services, reference: str, codes: list[str]) -> None:
    """Complete, partial, none, late, corrected, taken back, waived, extended; and one missing."""
    with writing(services.engine) as session:
        header = find(session, reference)
        ask(session, header, "collection", codes, "7/1", DUE)
        say(session, header, answer(codes[0], "3/2"), "3/2")
        say(session, header, answer(codes[1], "4/2", Completeness.PARTIAL), "4/2")
        say(session, header, answer(codes[2], "4/2", Completeness.PARTIAL), "4/2")
        say(session, header, answer(codes[2], "10/2"), "10/2")
        say(session, header, answer(codes[3], "5/2", Completeness.NO_CITIZENS), "5/2")
        say(session, header, answer(codes[4], "5/2", Completeness.RETURNED), "5/2")
        say(session, header, answer(codes[4], "10/3"), "10/3")  # late
        wrong = say(session, header, answer(codes[5], "5/2"), "5/2")
        fixed = answer(codes[5], "6/2", Completeness.PARTIAL).model_copy(update={"corrects": wrong})
        say(session, header, fixed, "12/2")
        mistaken = say(session, header, answer(codes[6], "5/2"), "5/2")
        retract(session, header, mistaken, "forkert", Stamp(clock.at(day("20/2")), "test"))
        waived = NewWaiver(step="collection", party=codes[7], waived_on=day("9/2"), reason="x")
        say(session, header, waived, "9/2")
        say(session, header, waived.model_copy(update={"party": codes[8]}), "9/2")
        say(session, header, answer(codes[8], "11/2"), "11/2")  # answered although waived
        longer = NewExtension(
            step="collection", party=codes[9], granted_on=day("1/3"), due_on=day("20/3")
        )
        first = say(session, header, longer, "1/3")
        say(session, header, longer.model_copy(update={"due_on": day("27/3")}), "5/3")
        replaced = longer.model_copy(update={"due_on": day("14/3"), "corrects": first})
        say(session, header, replaced, "8/3")
        say(session, header, answer(codes[10], "9/2", step="councils"), "9/2")  # of no step's kind


def decisions_of_all_kinds(services: Services, reference: str, codes: list[str]) -> None:
    """Every outcome; three levels; two at one moment; a version that reopens, one that does not."""
    with writing(services.engine) as session:
        header = find(session, reference)
        say(session, header, final_report(1, "1/4"), "1/4")
        ask(session, header, "councils", codes, "2/4", COUNCILS_DUE)
        for code, outcome in zip(codes, Outcome, strict=False):
            say(session, header, decision(code, "10/4", outcome), "10/4")
        one, other = codes[7], codes[8]
        say(session, header, decision(one, "8/4", Outcome.RECOMMENDED, Level.COMMITTEE), "11/4")
        say(
            session,
            header,
            decision(one, "9/4", Outcome.POSTPONED, Level.FINANCE_COMMITTEE),
            "11/4",
        )
        say(session, header, decision(one, "9/4", Outcome.APPROVED), "11/4")  # the same moment
        key = say(session, header, decision(other, "8/4", Outcome.POSTPONED), "11/4")
        say(
            session,
            header,
            decision(other, "1/4", Outcome.APPROVED, until="14/4", corrects=key),
            "15/4",
        )
        say(session, header, decision(codes[9], "14/4", Outcome.APPROVED, version=0), "14/4")
        committee = decision(codes[10], "14/4", Outcome.SENT_BACK, Level.COMMITTEE)
        say(session, header, committee, "14/4")
        committee = decision(codes[12], "14/4", Outcome.RECOMMENDED, Level.COMMITTEE)
        say(session, header, committee, "14/4")
        waived = NewWaiver(step="councils", party=codes[11], waived_on=day("20/4"), reason="x")
        say(session, header, waived, "20/4")
        say(session, header, final_report(2, "1/5", Change.EDITORIAL), "1/5")
        say(session, header, final_report(3, "10/5"), "10/5")
        say(session, header, decision(codes[0], "20/5", Outcome.APPROVED, version=3), "20/5")
        say(session, header, decision(codes[1], "21/5", Outcome.APPROVED, version=1), "21/5")


@pytest.fixture
def varied(services: Services) -> Services:
    """Cases in every stage: everything that can happen to a municipality has."""
    codes = launched(services, "CU-ALT")
    answers_of_all_kinds(services, "CU-ALT", codes)
    decisions_of_all_kinds(services, "CU-ALT", codes)
    launched(services, "CU-NY")  # nobody was asked
    codes = launched(services, "CU-HALV", "nordjylland")
    with writing(services.engine) as session:
        header = find(session, "CU-HALV")
        ask(session, header, "collection", codes[:5], "7/1", DUE)
        say(session, header, answer(codes[0], "3/2"), "3/2")
        say(session, header, answer(codes[6], "3/2"), "3/2")
        say(session, header, final_report(1, "1/4"), "1/4")
        committee = decision(codes[0], "14/4", Outcome.RECOMMENDED, Level.COMMITTEE)
        say(session, header, committee, "14/4")
        ask(session, header, "councils", [*codes, "regional-council"], "2/4", COUNCILS_DUE)
        region = decision("regional-council", "28/4", Outcome.APPROVED)
        say(session, header, region, "28/4")
        say(session, header, NewClosure(closed_on=day("1/6")), "1/6")
    return services


def of_status(case: Case, today: dt.date) -> Iterator[MatrixRow]:
    """What the status of a case says, and its committees' last valid decisions."""
    for row in status(case, today).standings:
        if row.step.parties.value != "municipalities":
            continue
        committees = [
            d
            for d in case.decisions
            if (d.step, d.party) == (row.step.id, row.party.party)
            and d.level in COMMITTEES
            and (d.report_version == 0 or d.report_version >= case.deciding_version)
        ]
        last = max(committees, key=lambda d: (d.happened_to, d.recorded_at), default=None)
        yield MatrixRow(
            step=row.step.id,
            party=row.party.party,
            name=row.party.name,
            state=row.state,
            due_on=row.due_on,
            met_on=row.met_on,
            outcome=row.outcome,
            level=row.level,
            completeness=row.completeness,
            committee_outcome=last.outcome if last else None,
            committee_on=last.happened_to if last else None,
        )


def assert_same(session: Session, as_of: dt.datetime) -> None:
    cases = load_all(session, as_of)
    expected = {case.reference: tuple(of_status(case, as_of.date())) for case in cases}
    found = matrix(session, as_of)
    assert list(found) == list(expected)
    assert found == expected


def test_at_every_moment_the_matrix_says_what_status_says(varied: Services) -> None:
    first = RECEIVED - dt.timedelta(days=1)
    with reading(varied.engine) as session:
        for number in range(0, 160, 2):
            assert_same(session, clock.end_of(first + dt.timedelta(days=number)))


def test_of_the_shipped_cases_too(services: Services) -> None:
    now = clock.at(dt.date(2026, 1, 5))
    for file in shipped_cases():
        import_case(services, file, now)
    with reading(services.engine) as session:
        for number in range(0, 780, 20):
            assert_same(session, clock.end_of(dt.date(2023, 11, 1) + dt.timedelta(days=number)))
        assert_same(session, now)


def test_the_varied_cases_show_every_state_and_outcome(varied: Services) -> None:
    with reading(varied.engine) as session:
        rows = [
            row
            for on in ("15/2", "25/4", "30/6")
            for case in matrix(session, clock.at(day(on))).values()
            for row in case
        ]
    assert {row.state for row in rows} == set(State)
    assert {row.outcome for row in rows} == {None, *Outcome}
    assert {row.completeness for row in rows} == {None, *Completeness}


def test_only_the_named_cases_are_given(varied: Services) -> None:
    as_of = clock.at(day("25/4"))
    with reading(varied.engine) as session:
        whole = matrix(session, as_of)
        assert matrix(session, as_of, ["cu-alt"]) == {"CU-ALT": whole["CU-ALT"]}
        assert matrix(session, as_of, []) == {}
        assert matrix(session, as_of, ["CU-UKENDT"]) == {}


def test_a_hundred_cases_take_no_more_statements_than_one(varied: Services) -> None:
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    sa.event.listen(varied.engine, "before_cursor_execute", note)
    counts = []
    for only in (["CU-NY"], None):
        sent.clear()
        with reading(varied.engine) as session:
            matrix(session, clock.at(day("25/4")), only)
        counts.append(len(sent))
    assert counts[0] == counts[1]
