"""Where does a case stand? Stage, counts, who is missing, what is overdue, what comes next.

Everything here is computed from facts and a day, and never stored. Pages, commands, mails and
Prefect artifacts read the same ``Status``, so they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.announcement import Scope
from models.decision import Outcome
from models.party import PartyKind
from models.process import Stage
from models.submission import SubmissionKind
from udmelding.rules.case.case import Case
from udmelding.rules.case.country import count_elsewhere
from udmelding.rules.case.facts import Party, Submission
from udmelding.rules.case.letters_due import LetterDue, letters_due
from udmelding.rules.case.standing import Standing, State, deciding, of_councils, standings
from udmelding.rules.plan.case_plan import done_on, plan_of, planned_days, with_passed
from udmelding.rules.plan.plan import Plan
from udmelding.rules.status.owed import Owed, owed_in
from udmelding.rules.status.waiting import waiting_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Councils:
    """How far the councils that the secretariat asks have come.

    Attributes:
        approved: councils that said yes; ``decided`` counts every concluding decision.
        missing: those that have not concluded and are not waived, in the order of the case.
        rejected: those that said no.
    """

    total: int
    approved: int
    decided: int
    waived: int
    missing: tuple[Party, ...]
    rejected: tuple[Party, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """The joint figure for the whole country, such as "86 of 98"."""

    total: int
    approved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStatus:
    """One step's counts; fulfilled + waived + owed + not_asked = total."""

    step_id: str
    title: str
    total: int
    fulfilled: int
    waived: int
    owed: int
    not_asked: int
    overdue: int
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A case on one day.

    Attributes:
        waiting: what it waits for after the submission, in Danish.
        nothing: what the process calls the whole answer of whoever has nothing to answer.
        letters: those to the outside that wait for somebody to release them.
    """

    reference: str
    title: str
    stage: Stage
    as_of: dt.date
    deadline: dt.date | None
    plan: Plan | None
    steps: tuple[StepStatus, ...]
    standings: tuple[Standing, ...]
    councils: Councils
    country: Country | None
    submission: Submission | None
    reservation_open: tuple[Party, ...]
    overdue: tuple[Owed, ...]
    next: tuple[Owed, ...]
    letters: tuple[LetterDue, ...]
    has_made_up: bool
    waiting: str = ""
    nothing: str = ""


def status(case: Case, today: dt.date) -> Status:
    """The status of ``case`` on ``today``."""
    today = dt.date(today.year, today.month, today.day)  # reckons faster than the clock's own days
    facts = standings(case, today)
    plan = plan_of(case, today, facts)
    rows = standings(case, today, planned_days(plan), facts)
    done = done_on(case.process, rows)
    assumed = {row.id for row in plan.assumed_bodies} if plan else ()
    owed = owed_in(case, rows, today, assumed)
    sent = report_sent(case)
    return Status(
        reference=case.reference,
        title=case.title,
        stage=stage(case, done),
        as_of=today,
        deadline=case.deadline,
        plan=plan,
        steps=step_counts(case, rows, done),
        standings=rows,
        councils=councils(rows),
        country=country(case, rows),
        submission=sent,
        reservation_open=open_reservation(case, rows),
        overdue=tuple(o for o in owed if o.state is State.OVERDUE),
        next=tuple(o for o in owed if o.state is State.OPEN),
        letters=letters_due(case, today),
        has_made_up=case.is_made_up or any(row.is_made_up for row in rows),
        waiting=waiting_sentence(case, today),
        nothing=case.process.words.nothing,
    )


def stage(case: Case, done: dict[str, dt.date]) -> Stage:
    """The stage of the first step that is not over; after the submission, follow-up."""
    if case.is_closed:
        return Stage.CLOSED
    if report_sent(case) is not None:
        return Stage.FOLLOW_UP
    over = with_passed(case.process, done)
    return next((s.stage for s in case.process.steps if s.id not in over), Stage.FOLLOW_UP)


def report_sent(case: Case) -> Submission | None:
    """The submission of the report, or None while it has not been sent."""
    reports = (s for s in case.submissions if s.submission_kind is SubmissionKind.REPORT)
    return next(reports, None)


def step_counts(
    case: Case, rows: Sequence[Standing], done: dict[str, dt.date]
) -> tuple[StepStatus, ...]:
    """Counts for every step of the process."""
    by_step: dict[str, list[Standing]] = defaultdict(list)
    for row in rows:
        by_step[row.step.id].append(row)
    over = with_passed(case.process, done)
    counts = []
    for step in case.process.steps:
        states = [row.state for row in by_step[step.id]]
        counts.append(
            StepStatus(
                step_id=step.id,
                title=step.title,
                total=len(states),
                fulfilled=states.count(State.FULFILLED),
                waived=states.count(State.WAIVED),
                owed=sum(state.is_owed for state in states),
                not_asked=states.count(State.NOT_ASKED),
                overdue=states.count(State.OVERDUE),
                is_done=step.id in over,
            )
        )
    return tuple(counts)


def councils(rows: Sequence[Standing]) -> Councils:
    """The councils' count, over the municipalities that the secretariat asks."""
    own = of_councils(rows)
    return Councils(
        total=len(own),
        approved=sum(row.is_approved for row in own),
        decided=sum(row.state is State.FULFILLED for row in own),
        waived=sum(row.state is State.WAIVED for row in own),
        missing=tuple(row.party for row in own if not row.state.is_closed),
        rejected=tuple(
            row.party
            for row in own
            if row.state is State.FULFILLED and row.outcome is Outcome.REJECTED
        ),
    )


def country(case: Case, rows: Sequence[Standing]) -> Country | None:
    """The joint figure of a national case; None for a case of one area.

    Other areas' councils may be recorded one by one or as a tally that their secretariat told.
    A tally names nobody, so the named ones are taken to be among it: an area counts the larger of
    the two. A tally for all other areas together is weighed against their sum in the same way.
    """
    if case.scope is not Scope.NATIONAL:
        return None
    total = sum(p.kind is PartyKind.MUNICIPALITY for p in case.parties)
    return Country(total=total, approved=councils(rows).approved + count_elsewhere(case))


def open_reservation(case: Case, rows: Sequence[Standing]) -> tuple[Party, ...]:
    """The councils that the submission named and that have still not approved."""
    sent = report_sent(case)
    lifted = any(s.submission_kind is SubmissionKind.RESERVATION_LIFTED for s in case.submissions)
    if sent is None or lifted:
        return ()
    approved = {row.party.party for row in deciding(rows) if row.is_approved}
    named = [case.party(code) for code in sent.reservation_for if code not in approved]
    return tuple(party for party in named if party is not None)
