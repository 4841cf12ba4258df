"""Why is each step of the plan planned when it is? Its dates, their sources and arithmetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from models.obligation import DateSource
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Happened, Meeting, Recorded
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.plan.council_wording import days, habits
from udmelding.rules.plan.explain_history import called_off, earlier_dates
from udmelding.rules.plan.explained import ExplainedDate, Explanation, PlanFacts
from udmelding.rules.plan.plan import PlannedStep
from udmelding.rules.plan.plan_wording import workdays
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.words.date_wording import long_date, short_date, weekday_date


def explain_deadline(known: PlanFacts) -> Explanation:
    """Where the deadline comes from, and what it was before."""
    deadlines = known.case.deadlines
    last = deadlines[-1]
    return Explanation(
        subject="Fristen",
        dates=(
            ExplainedDate(
                what="frist",
                day=last.due_on,
                source=last.origin,
                source_text=last.source or last.reason,
                earlier=earlier_dates(known.history, "deadline"),
            ),
        ),
    )


def explain_step(known: PlanFacts, step: Step) -> Explanation:
    """Why a step is planned when it is."""
    row = known.plan.step(step.id)
    if row is None:
        return Explanation(subject=step.title, dates=())
    if row.is_done:
        dates: tuple[ExplainedDate, ...] = (_done(known, step, row),)
    elif step.parties is Parties.BODY:
        dates = _body(known, step, row)
    elif is_council_step(step):
        dates = _councils(known, row)
    elif row.id == known.plan.steps[-1].id:
        dates = _submission(known, row)
    else:
        dates = _work(known, step, row)
    return Explanation(subject=step.title, dates=dates, sentences=(row.why,) if row.why else ())


def _done(known: PlanFacts, step: Step, row: PlannedStep) -> ExplainedDate:
    if step.fulfilled_by is FulfilledBy.REGISTRATION:
        return ExplainedDate(
            what="modtaget", day=row.planned, source=DateSource.LETTER, as_written=row.as_written
        )
    fact = _fact_of(known, step, row.planned)
    return ExplainedDate(
        what="sket" if row.planned else "passeret",
        day=row.planned,
        source=DateSource.RECORDED,
        source_text=(fact.source or f"af {fact.recorded_by}") if fact else "et senere trin er nået",
        as_written=row.as_written,
    )


def _fact_of(known: PlanFacts, step: Step, day: dt.date | None) -> Recorded | None:
    """The fact that ended the step on that day, or None where a later step passed it by."""
    case = known.case
    documents = [d for d in case.documents if d.dated_on == day]
    if step.fulfilled_by is FulfilledBy.FINAL_REPORT and documents:
        return documents[-1]
    happened: Mapping[FulfilledBy, Sequence[Happened]] = {
        FulfilledBy.RESPONSE: [r for r in case.responses if r.step == step.id],
        FulfilledBy.DECISION: [d for d in case.decisions if d.step == step.id],
        FulfilledBy.SUBMISSION: case.submissions,
    }
    found = happened.get(step.fulfilled_by, ())
    return next((fact for fact in reversed(found) if fact.happened_to == day), None)


def _body(known: PlanFacts, step: Step, row: PlannedStep) -> tuple[ExplainedDate, ...]:
    meeting = _meeting(known.case, step.id, row.planned)
    said = known.asked.assumptions.bodies if known.asked.assumptions else None
    is_guess = row.is_assumed and said is not None
    found = [
        ExplainedDate(
            what="planlagt møde",
            day=row.planned,
            source=DateSource.ASSUMED if is_guess else DateSource.CALENDAR,
            source_text=said.source if is_guess and said else _meeting_source(meeting),
            counted=lost_meetings(known, "meeting", step.id, "", row.planned),
            earlier=earlier_dates(known.history, "meeting", key=meeting.key if meeting else ""),
        ),
        ExplainedDate(
            what="senest",
            day=row.latest,
            source=DateSource.COMPUTED,
            arithmetic=_bound(known, step, row),
        ),
    ]
    if row.planned and row.papers_due_on:
        found.insert(1, _papers(known, meeting, row.planned, row.papers_due_on))
    return tuple(found)


def _meeting(case: Case, body: str, day: dt.date | None) -> Meeting | None:
    found = (m for m in case.meetings if (m.area, m.body, m.held_on) == (case.area, body, day))
    return next(found, None)


def _meeting_source(meeting: Meeting | None) -> str:
    if meeting is None:
        return ""
    return meeting.source or f"registreret af {meeting.recorded_by}"


def _papers(
    known: PlanFacts, meeting: Meeting | None, held_on: dt.date, papers: dt.date
) -> ExplainedDate:
    if meeting is not None and meeting.papers_due_on is not None:
        return ExplainedDate(
            what="papirfrist",
            day=papers,
            source=DateSource.CALENDAR,
            source_text=_meeting_source(meeting),
        )
    count = known.case.process.plan.papers_business_days
    reckoned = known.asked.work_days.add_business_days(held_on, -count)
    line = f"{long_date(held_on)} minus {workdays(count)} = {weekday_date(reckoned)}"
    if papers != reckoned:
        line += f"; sidste dag før ferien er {weekday_date(papers)}"
    return ExplainedDate(
        what="papirfrist",
        day=papers,
        source=DateSource.COMPUTED,
        source_text="processens regel; kalenderen siger intet",
        arithmetic=(line,),
        counted=skipped_days(known.asked.work_days, reckoned, held_on, with_quiet=False),
    )


def _bound(known: PlanFacts, step: Step, row: PlannedStep) -> tuple[str, ...]:
    """How the last day of a body's meeting was reckoned."""
    bodies = [s for s in known.case.process.steps if s.parties is Parties.BODY]
    place = [s.id for s in bodies].index(step.id)
    if row.latest is None:
        return ()
    if row.bound_days is not None and place + 1 < len(bodies):
        after = bodies[place + 1]
        later = known.plan.step(after.id)
        start = (later.planned or later.latest) if later is not None else None
        if start is None:
            return ()
        usual = "der som regel mindst går" if row.is_bound_usual else "mellem møderne"
        return (
            f"{after.title} {long_date(start)} minus {days(row.bound_days)} {usual} = "
            f"{_landed(start - dt.timedelta(days=row.bound_days), row.latest)}",
        )
    binding = [c for c in known.plan.councils if c.ready_by == row.latest]
    lines = [
        f"{c.name} skal have papirerne senest {long_date(row.latest)} for at beslutte inden fristen"
        for c in binding[:4]
    ]
    if not lines and not known.plan.councils:
        lines = ["en kommune med antaget mødekalender skal have papirerne senest den dag"]
    return tuple(lines)


def _landed(reckoned: dt.date, day: dt.date) -> str:
    """A day that was reckoned, and the day on which one can meet before it, if that is another."""
    if reckoned == day:
        return long_date(day)
    return f"{weekday_date(reckoned)}, og sidste mødedag inden da er {weekday_date(day)}"


def _councils(known: PlanFacts, row: PlannedStep) -> tuple[ExplainedDate, ...]:
    last = [c for c in known.plan.councils if c.planned == row.planned]
    arithmetic = [
        f"{c.name} beslutter sidst, {long_date(row.planned)}" for c in last[:4] if row.planned
    ]
    if len(last) > len(arithmetic) and arithmetic:
        arithmetic.append(f"det samme gør {len(last) - len(arithmetic)} andre kommuner")
    assumptions = known.asked.assumptions
    is_any_assumed = row.is_assumed or any(c.is_assumed for c in known.plan.councils)
    return (
        ExplainedDate(
            what="alle har besluttet",
            day=row.planned,
            source=DateSource.ASSUMED if row.is_assumed else DateSource.COMPUTED,
            source_text="mødekalendere mangler" if row.is_assumed else "",
            arithmetic=tuple(arithmetic),
            counted=(f"antaget: {habits(assumptions)}",) if assumptions and is_any_assumed else (),
        ),
    )


def _submission(known: PlanFacts, row: PlannedStep) -> tuple[ExplainedDate, ...]:
    deadline = known.plan.deadline
    lines: tuple[str, ...] = ()
    if row.planned is not None and row.planned <= deadline:
        lines = (f"sidste arbejdsdag til og med {weekday_date(deadline)}",)
    elif row.planned is not None:
        lines = (f"den dag, de sidste har besluttet: {long_date(row.planned)}",)
    return (
        ExplainedDate(
            what="planlagt", day=row.planned, source=DateSource.COMPUTED, arithmetic=lines
        ),
        *explain_deadline(known).dates,
    )


def _work(known: PlanFacts, step: Step, row: PlannedStep) -> tuple[ExplainedDate, ...]:
    """The secretariat's and the municipalities' own work before the first meeting."""
    if step.fulfilled_by is FulfilledBy.REGISTRATION or row.planned is None:
        return (ExplainedDate(what="modtaget", day=row.planned, source=DateSource.LETTER),)
    steps, work_days = list(known.plan.steps), known.asked.work_days
    lines: tuple[str, ...]
    counted: tuple[str, ...]
    before = steps[steps.index(row) - 1]
    start = before.planned or known.case.received_on
    given, wanted = row.business_days or 0, step.wanted_business_days
    if row.planned == known.asked.today:
        lines, counted = ("ikke sket endnu, så der regnes med i dag",), ()
    elif given >= wanted:
        line = f"{long_date(start)} plus {workdays(wanted)} = {weekday_date(row.planned)}"
        lines, counted = (line,), skipped_days(work_days, start, row.planned, with_quiet=True)
    else:
        line = f"{long_date(start)} plus {workdays(given)} = {weekday_date(row.planned)}"
        share = f"der ønskes {workdays(wanted)}; trinene deler den tid, der er"
        lines, counted = (
            (line, share),
            skipped_days(work_days, start, row.planned, with_quiet=False),
        )
    return (
        ExplainedDate(
            what="planlagt",
            day=row.planned,
            source=DateSource.COMPUTED,
            arithmetic=lines,
            counted=counted,
        ),
        ExplainedDate(
            what="senest",
            day=row.latest,
            source=DateSource.COMPUTED,
            source_text="så det første organs papirfrist kan holdes",
        ),
    )


def lost_meetings(
    known: PlanFacts, kind: str, step: str, party: str, until: dt.date | None
) -> tuple[str, ...]:
    """The meetings of the case's time that were called off before the planned one, in Danish."""
    return tuple(
        f"mødet {short_date(fact.day)} er aflyst "
        f"(registreret {short_date(fact.recorded_at.date())} af {fact.recorded_by})"
        for fact in called_off(known.history, kind, step, party, until)
        if fact.day >= known.case.received_on
    )


def skipped_days(
    work_days: WorkCalendar, start: dt.date, end: dt.date, *, with_quiet: bool
) -> tuple[str, ...]:
    """The days between two dates that did not count, weekends apart, in Danish.

    Args:
        work_days: knows holidays, closed days and quiet periods.
        start: the earlier day.
        end: the later day.
        with_quiet: whether quiet periods were skipped too.
    """
    found: list[str] = []
    quiet: dict[str, int] = {}
    day = start
    while day < end:
        day += dt.timedelta(days=1)
        if day.weekday() >= 5:
            continue
        name = work_days.is_holiday(day)
        if name is not None:
            found.append(f"{name} {short_date(day)}")
        elif not work_days.is_business_day(day):
            found.append(f"lukkedag {short_date(day)}")
        elif with_quiet and (period := work_days.is_quiet(day)) is not None:
            quiet[period] = quiet.get(period, 0) + 1
    found += [f"{name}: {workdays(count)} tæller ikke" for name, count in quiet.items()]
    return tuple(found)
