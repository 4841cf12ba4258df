"""Why is this date what it is? Every date with its source, its arithmetic and its history.

A date of the plan is either a fact (the agency's letter, a calendar, an agreement, what a party has
announced), or computed from others, or assumed. What is shown here is what the planner did: the
numbers are taken from the plan and from the process, and the days that were skipped on the way are
counted again by the same calendar. ``docs`` and pages print these values; nothing is worked out
anywhere else.

A party's dates come from when it was asked and from its own meetings.
"""

from __future__ import annotations

import datetime as dt

from models.obligation import DateSource
from udmelding.config.case.process import Parties
from udmelding.errors import NotFoundError
from udmelding.rules.case.council import CouncilPlan, LevelMeeting
from udmelding.rules.case.standing import Standing, is_council_step
from udmelding.rules.plan.council_wording import DEFINITE, council_sentence
from udmelding.rules.plan.explain_history import earlier_dates
from udmelding.rules.plan.explain_steps import explain_deadline, explain_step, lost_meetings
from udmelding.rules.plan.explained import ExplainedDate, Explanation, PlanFacts
from udmelding.rules.words.date_wording import long_date, short_date


def explain(known: PlanFacts, subject: str) -> tuple[Explanation, ...]:
    """Why the dates of ``subject`` are what they are.

    Args:
        known: the case, its plan and its history.
        subject: a step's id or title, a party's code or name, ``frist``, or empty for all steps.

    Raises:
        NotFoundError: the case has no such step or party.
    """
    wanted = subject.strip().casefold()
    if not wanted:
        steps = [explain_step(known, step) for step in known.case.process.steps]
        return (explain_deadline(known), *steps)
    if wanted in ("frist", "fristen", "deadline"):
        return (explain_deadline(known),)
    for step in known.case.process.steps:
        if wanted in (step.id, step.title.casefold()):
            return (explain_step(known, step),)
    for party in known.case.parties:
        if wanted in (party.party, party.name.casefold()):
            return (explain_party(known, party.party, party.name),)
    names = (
        *(step.id for step in known.case.process.steps),
        *(row.party.name for row in known.standings if is_council_step(row.step)),
    )
    raise NotFoundError("trin eller part i sagen", subject, tuple(dict.fromkeys(names)))


def explain_party(known: PlanFacts, party: str, name: str) -> Explanation:
    """Every date that one party has: what it was asked by, and its council's meetings."""
    dates: list[ExplainedDate] = []
    for row in known.standings:
        if row.party.party == party and row.due_on is not None:
            dates.append(_due(known, row))
    sentences: list[str] = []
    for council in known.plan.councils:
        if council.party == party:
            dates += _council_dates(known, council)
            sentences.append(council_sentence(council, known.plan.deadline))
    for row in known.standings:
        if row.party.party == party and row.step.parties is Parties.BODY:
            return explain_step(known, row.step)
    return Explanation(subject=name, dates=tuple(dates), sentences=tuple(sentences))


def _due(known: PlanFacts, row: Standing) -> ExplainedDate:
    """The date that a party was given."""
    obligation = next(
        (
            o
            for o in reversed(known.case.obligations)
            if (o.step, o.party) == (row.step.id, row.party.party)
        ),
        None,
    )
    extension = next(
        (
            e
            for e in reversed(known.case.extensions)
            if (e.step, e.party) == (row.step.id, row.party.party)
        ),
        None,
    )
    if extension is not None:
        source, text = DateSource.AGREED, extension.reason or extension.source
    elif obligation is not None:
        source, text = obligation.origin, obligation.source
    else:
        source, text = DateSource.COMPUTED, "planens dag; kommunen er ikke spurgt endnu"
    asked = f"bedt om det {short_date(row.opened_on)}" if row.opened_on else ""
    return ExplainedDate(
        what=f"frist, {row.step.title.lower()}",
        day=row.due_on,
        source=source,
        source_text=text,
        arithmetic=(asked,) if asked else (),
        earlier=earlier_dates(
            known.history, "due", step=row.step.id, party=row.party.party, now=row.due_on
        ),
    )


def _council_dates(known: PlanFacts, council: CouncilPlan) -> list[ExplainedDate]:
    is_announced = council.origin is DateSource.ANNOUNCED
    chain = council.chain[:-1] if is_announced else council.chain
    found = [_level(known, council, meeting) for meeting in chain]
    if is_announced:
        found.append(
            ExplainedDate(
                what=f"{DEFINITE[council.deciding_level]} beslutter, meldt af kommunen",
                day=council.planned,
                source=DateSource.ANNOUNCED,
                earlier=earlier_dates(
                    known.history, "expectation", party=council.party, now=council.planned
                ),
            )
        )
    if council.ready_by is not None:
        found.append(
            ExplainedDate(
                what="kommunen skal senest have afrapporteringen",
                day=council.ready_by,
                source=DateSource.ASSUMED if council.is_assumed else DateSource.COMPUTED,
                arithmetic=(
                    f"baglæns fra fristen {long_date(known.plan.deadline)} gennem kommunens møder",
                ),
            )
        )
    return found


def _level(known: PlanFacts, council: CouncilPlan, meeting: LevelMeeting) -> ExplainedDate:
    closes = meeting.papers_due_on
    papers = (f"dagsordenen lukker {long_date(closes)}",) if closes is not None else ()
    is_assumed = meeting.origin is DateSource.ASSUMED
    at = ("municipal_meeting", meeting.level.value, council.party, meeting.held_on)
    assumptions = known.asked.assumptions
    return ExplainedDate(
        what=f"{DEFINITE[meeting.level]} behandler sagen",
        day=meeting.held_on,
        source=meeting.origin,
        source_text=assumptions.source if is_assumed and assumptions else _from(known, at),
        arithmetic=papers,
        counted=lost_meetings(known, *at),
        earlier=earlier_dates(
            known.history,
            "municipal_meeting",
            party=council.party,
            step=meeting.level.value,
            now=meeting.held_on,
        ),
    )


def _from(known: PlanFacts, at: tuple[str, str, str, dt.date]) -> str:
    """Which calendar a meeting stands in."""
    found = (
        fact.source or f"registreret af {fact.recorded_by}"
        for fact in known.history
        if (fact.kind, fact.step, fact.party, fact.day) == at and fact.superseded_at is None
    )
    return next(found, "kommunens mødekalender")
