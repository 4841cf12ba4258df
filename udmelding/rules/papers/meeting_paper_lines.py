"""The dated lines of a case paper: what has happened, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from models.decision import Level
from models.submission import SubmissionKind
from models.verdict import VerdictOutcome
from udmelding.config.case.process import AGENCY, FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Happened, Submission, Verdict
from udmelding.rules.case.glossary import label
from udmelding.rules.case.letters_due import receiver_name, receivers_named
from udmelding.rules.papers.meeting_paper_councils import expected_lines
from udmelding.rules.papers.meeting_paper_values import DatedLine, PaperFacts, mark
from udmelding.rules.plan.plan import PlannedStep
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import first_upper


def agency(known: PaperFacts) -> str:
    """The agency's name, or the plain word where the case names none."""
    return agency_of(known.case)


def agency_of(case: Case) -> str:
    """The agency of a case; see ``agency``."""
    return receiver_name(case, AGENCY)


def history(known: PaperFacts) -> tuple[DatedLine, ...]:
    """What has happened in the case, in order, in the source's words where they are vague."""
    case = known.case
    received = case.received_on
    lines = [
        DatedLine(received, long_date(received) + mark(case.is_made_up), _received(case)),
        *(_line(m, m.title) for m in case.milestones),
        *_finals(known),
        *(_line(d, _decided(known, d)) for d in _of_bodies(known)),
        *(_line(s, _sent(known, s)) for s in case.submissions),
        *(
            _line(q, f"Supplerende spørgsmål modtaget med svarfrist {long_date(q.due_on)}")
            for q in case.questions
        ),
        *(_line(a, "Supplerende spørgsmål besvaret") for a in case.question_answers),
        *(_line(v, _verdict(known, v)) for v in answers(known)),
    ]
    return tuple(sorted(lines, key=lambda line: line.day))


def _received(case: Case) -> str:
    """That the case came, and which date its letter bears: two facts, seldom of one day."""
    dated_on = case.particulars.letter_dated_on
    dated = f" (brevet er dateret {long_date(dated_on)})" if dated_on else ""
    return f"Sagen modtaget{dated}"


def _line(fact: Happened, what: str) -> DatedLine:
    return DatedLine(fact.happened_to, fact.when + mark(fact.is_made_up), what)


def _finals(known: PaperFacts) -> Sequence[DatedLine]:
    """The versions of the report."""
    steps = [s.id for s in known.case.process.steps if s.fulfilled_by is FulfilledBy.FINAL_REPORT]
    rows = [r for r in known.status.standings if r.step.id in steps and r.met_on is not None]
    version = f" (version {known.case.latest_version})" if known.case.latest_version else ""
    return [
        DatedLine(
            row.met_on,
            long_date(row.met_on) + mark(row.is_made_up),
            f"{first_upper(known.paper)} forelå{version}",
        )
        for row in rows
        if row.met_on is not None
    ]


def _of_bodies(known: PaperFacts) -> Sequence[Decision]:
    """The bodies' decisions, but not what this very meeting decided."""
    return [
        d for d in known.case.decisions if d.level is Level.BODY and not known.is_of_this_meeting(d)
    ]


def _decided(known: PaperFacts, decision: Decision) -> str:
    party = known.case.party(decision.party)
    name = party.name if party else decision.party
    return f"Behandlet i {name}: {label(decision.outcome)}"


def _sent(known: PaperFacts, sent: Submission) -> str:
    if sent.submission_kind is SubmissionKind.RESERVATION_LIFTED:
        return "Forbeholdet bortfaldt: alle kommuner i det har godkendt"
    by = f" af {sent.submitted_by}" if sent.submitted_by else ""
    return f"{first_upper(known.paper)} sendt{to_receivers(known)}{by}"


def to_receivers(known: PaperFacts) -> str:
    """To whom the result is sent; nothing where it has no receiver of its own."""
    to = receivers_named(known.case)
    return f" til {to}" if to else ""


def answers(known: PaperFacts) -> Sequence[Verdict]:
    """What the agency has answered, without what it is only expected to."""
    expected = VerdictOutcome.EXPECTED
    return [v for v in known.case.verdicts if v.verdict_outcome is not expected]


def _verdict(known: PaperFacts, verdict: Verdict) -> str:
    return f"Svar fra {agency(known)}: {label(verdict.verdict_outcome)}"


def next_steps(known: PaperFacts) -> tuple[DatedLine, ...]:
    """What comes after this meeting, with dates, in order."""
    if known.case.is_closed:
        return ()
    lines = [*_planned(known), *_follow_up(known)]
    if known.status.submission is not None:
        lines += expected_lines(known)
    return tuple(sorted(lines, key=lambda line: line.day))


def _planned(known: PaperFacts) -> Sequence[DatedLine]:
    plan = known.status.plan
    if plan is None or known.status.submission is not None:
        return []
    coming = [
        DatedLine(row.planned, long_date(row.planned), _coming(known, row))
        for row in plan.steps
        if row.planned is not None and not row.is_done and not _is_here(known, row)
    ]
    star = mark(known.case.deadlines[-1].is_made_up)
    deadline = DatedLine(plan.deadline, f"{long_date(plan.deadline)}{star}", "Frist")
    return [*coming, deadline]


def _is_here(known: PaperFacts, row: PlannedStep) -> bool:
    return row.id == known.venue.body and row.planned == known.venue.held_on


def _coming(known: PaperFacts, row: PlannedStep) -> str:
    """What a row of the plan is to the reader of a case paper."""
    step = known.case.process.step(row.id)
    if step is None or step.parties is Parties.BODY:
        due = row.papers_due_on
        papers = f" (papirfrist {long_date(due)})" if due and due >= known.status.as_of else ""
        if row.is_assumed:
            papers = " (datoen er antaget)"
        return f"{row.title} behandler {known.paper}{papers}"
    match step.fulfilled_by:
        case FulfilledBy.DECISION:
            return "De sidste kommuner ventes at have besluttet"
        case FulfilledBy.SUBMISSION:
            return f"{first_upper(known.paper)} sendes{to_receivers(known)}"
        case FulfilledBy.FINAL_REPORT:
            return f"{first_upper(known.paper)} ventes færdig"
        case _:
            return f"{row.title} ventes afsluttet"


def _follow_up(known: PaperFacts) -> Sequence[DatedLine]:
    """What is owed after the submission: answers to questions, the agency's answer, actions."""
    expected = [v for v in known.case.verdicts[-1:] if v not in answers(known)]
    answered = {answer.number for answer in known.case.question_answers}
    lines = [
        *(_line(v, f"Svar fra {agency(known)} ventes") for v in expected),
        *(
            DatedLine(
                q.due_on,
                long_date(q.due_on) + mark(q.is_made_up),
                f"Frist for svar på supplerende spørgsmål fra {agency(known)}",
            )
            for q in known.case.questions
            if q.number not in answered
        ),
        *(
            DatedLine(
                a.due_on,
                long_date(a.due_on) + mark(a.is_made_up),
                f"Handling {a.number}: {a.title}{f' ({a.owner})' if a.owner else ''}",
            )
            for a in known.case.action_plan
            if a.due_on is not None and a.done_on is None
        ),
    ]
    return [line for line in lines if line.day >= known.status.as_of]
