"""Says in Danish why each date of a plan is what it is, and what is tight about it."""

from __future__ import annotations

from collections.abc import Sequence

from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.plan.council_wording import (
    assumed_sentences,
    critical_councils,
    experience,
    passed_sentences,
)
from udmelding.rules.plan.council_wording import days as days
from udmelding.rules.plan.plan import Plan, PlanInput, PlannedStep, with_sentences
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names


def explain_plan(plan: Plan, asked: PlanInput) -> Plan:
    """The same plan with one sentence for each step, and its warnings."""
    steps = {step.id: step for step in asked.process.steps}
    sentences = {
        row.id: _why(row, steps[row.id], plan, asked, _after(plan, row.id)) for row in plan.steps
    }
    assumes = (*_assumed_bodies(plan, asked), *assumed_sentences(plan, asked))
    return with_sentences(plan, sentences, _warnings(plan, asked), assumes)


def workdays(count: int) -> str:
    """A number of business days: ``1 arbejdsdag``, ``7 arbejdsdage``."""
    return f"{count} arbejdsdag" if count == 1 else f"{count} arbejdsdage"


def _after(plan: Plan, step_id: str) -> PlannedStep | None:
    ids = [step.id for step in plan.steps]
    index = ids.index(step_id) + 1
    return plan.steps[index] if index < len(ids) else None


def _why(
    row: PlannedStep, step: Step, plan: Plan, asked: PlanInput, after: PlannedStep | None
) -> str:
    if row.is_done:
        if row.planned is None:
            return "Er passeret."
        return f"Er sket {row.as_written or long_date(row.planned)}."
    if step.parties is Parties.BODY:
        return _why_body(row, plan)
    if step.fulfilled_by is FulfilledBy.REGISTRATION:
        return f"Brevet er modtaget {long_date(asked.received_on)}."
    if step.parties is Parties.MUNICIPALITIES and step.fulfilled_by is FulfilledBy.DECISION:
        return _why_councils(row, plan, asked)
    if row.id == plan.steps[-1].id:
        return _why_submission(row, plan)
    return _why_work(row, step, after)


def _why_body(row: PlannedStep, plan: Plan) -> str:
    if row.planned is None or row.latest is None:
        return "Mødekalenderen har ikke flere møder, der kan nås. Hent den næste mødekalender."
    bound = _bound(row, plan)
    papers = (
        f" Papirerne skal være inde {long_date(row.papers_due_on)}." if row.papers_due_on else ""
    )
    if row.is_assumed:
        papers += " Mødedatoen er antaget; læg organets mødekalender ind under Møder."
    if row.planned > row.latest:
        late = (row.planned - row.latest).days
        return (
            f"Det første møde, der kan nås, er {days(late)} for sent: mødet skulle være holdt "
            f"senest {long_date(row.latest)} ({bound}).{papers}"
        )
    later = ""
    if row.next_meeting is not None:
        fate = "for sent" if row.next_meeting > row.latest else "også tidsnok"
        guess = " (antaget)" if row.is_next_assumed else ""
        later = f" Næste møde, {long_date(row.next_meeting)}{guess}, er {fate}."
    return f"Sidste møde senest {long_date(row.latest)} ({bound}).{later}{papers}"


def _bound(row: PlannedStep, plan: Plan) -> str:
    """What keeps a body from meeting later."""
    if row.bound_days is not None:
        usual = "som regel mindst " if row.is_bound_usual else ""
        gap = f"{usual}{days(row.bound_days)} før det næste led"
        return gap if row.bound_days else "samme dag som det næste led"
    binding = [council.name for council in plan.councils if council.ready_by == row.latest]
    if binding:
        names = join_names(binding) if len(binding) < 4 else f"{len(binding)} kommuner"
        return f"så {names} kan nå at beslutte inden fristen"
    return "så kommunerne kan nå at beslutte inden fristen"


def _why_councils(row: PlannedStep, plan: Plan, asked: PlanInput) -> str:
    if row.planned is None:
        return "Kan ikke beregnes, før det sidste leds møde er kendt."
    last = [council for council in plan.councils if council.planned == row.planned]
    if not last:
        who = "En kommune med antaget mødekalender beslutter"
    elif len(last) < 4:
        who = f"De sidste, der beslutter, er {join_names([council.name for council in last])}"
    else:
        who = f"De sidste, der beslutter, er {len(last)} kommuner"
    guess = " efter antagne mødekalendere" if last and row.is_assumed else ""
    late = ""
    if row.planned > plan.deadline:
        late = f", {days((row.planned - plan.deadline).days)} efter fristen"
    told = " ".join(("", *experience(asked.assumptions)))
    return f"{who} {long_date(row.planned)}{guess}{late}.{told}"


def _why_submission(row: PlannedStep, plan: Plan) -> str:
    if row.planned is None:
        return "Kan ikke beregnes, før de tidligere led er kendt."
    if row.planned > plan.deadline:
        late = (row.planned - plan.deadline).days
        return f"Kan tidligst sendes {days(late)} efter fristen {long_date(plan.deadline)}."
    if row.planned == plan.deadline:
        return f"Fristen er {long_date(plan.deadline)}."
    return f"Sidste arbejdsdag før fristen {long_date(plan.deadline)}."


def _why_work(row: PlannedStep, step: Step, after: PlannedStep | None) -> str:
    if row.business_days is None:
        return "Følger det foregående trin."
    wanted = step.wanted_business_days
    given = row.business_days
    until = f" Skal senest være færdig {long_date(row.latest)}" if row.latest else ""
    reason = f", så {after.title} kan nås." if until and after else ("." if until else "")
    if given < wanted:
        return f"Får {workdays(given)} mod normalt {wanted}.{until}{reason}"
    if given > wanted:
        return f"Får {workdays(given)}; normalt bruges {wanted}.{until}{reason}"
    return f"Får {workdays(given)} som normalt.{until}{reason}"


def _warnings(plan: Plan, asked: PlanInput) -> Sequence[str]:
    return [*_short_work(plan, asked), *_last_chance(plan), *_councils(plan)]


def _councils(plan: Plan) -> Sequence[str]:
    """What to know of the councils: who was passed by, and whom the verdict counts as late."""
    found = [*passed_sentences(plan.councils)]
    late = [] if plan.steps[-1].is_done else [row.name for row in plan.late_councils]
    if late and len(late) < len(plan.councils):
        found.append(f"Ikke i tide: {join_names(late)}.")
    return found


def _short_work(plan: Plan, asked: PlanInput) -> Sequence[str]:
    warnings: list[str] = []
    for row in plan.steps:
        step = asked.process.step(row.id)
        if step is None or row.business_days is None or row.is_done:
            continue
        if row.business_days < step.wanted_business_days:
            warnings.append(
                f"{row.title} får kun {workdays(row.business_days)} mod normalt "
                f"{step.wanted_business_days}."
            )
    return warnings


def _last_chance(plan: Plan) -> Sequence[str]:
    last_body = next((r for r in reversed(plan.steps) if r.next_meeting is not None), None)
    if not plan.feasible or last_body is None or not _is_last_chance(last_body):
        return []
    day = long_date(last_body.planned) if last_body.planned else ""
    return [
        f"{last_body.title} {day}{guessed(last_body)} er sidste chance: aflyses mødet, "
        f"nås fristen {long_date(plan.deadline)} ikke."
    ]


def _is_last_chance(row: PlannedStep) -> bool:
    return (
        not row.is_done
        and row.next_meeting is not None
        and row.latest is not None
        and row.planned is not None
        and row.planned <= row.latest < row.next_meeting
    )


def critical_path(plan: Plan) -> tuple[str, ...]:
    """What cannot slip, in the order of the plan: bodies, then councils, each in one sentence."""
    bodies = [
        f"{row.title} {long_date(row.planned)}{guessed(row)} er sidste møde i tide; næste er "
        f"{long_date(row.next_meeting)}{' (antaget)' if row.is_next_assumed else ''}."
        for row in plan.steps
        if row.planned and row.next_meeting and _is_last_chance(row)
    ]
    return (*bodies, *critical_councils(plan))


def guessed(row: PlannedStep) -> str:
    """What follows the planned day of a body whose meeting is only assumed; else nothing."""
    return " (antaget)" if row.is_assumed else ""


def _assumed_bodies(plan: Plan, asked: PlanInput) -> Sequence[str]:
    """What the plan assumes of the bodies' meetings."""
    said = asked.assumptions.bodies if asked.assumptions else None
    if said is None or not plan.assumed_bodies:
        return ()
    rows = plan.assumed_bodies
    names = join_names([row.title for row in rows])
    years = sorted({str(row.planned.year) for row in rows if row.planned})
    first = min(row.papers_due_on for row in rows if row.papers_due_on)
    return (
        f"Mødekalenderen er ikke lagt ind for {names} på den tid. Mødedatoerne er antaget efter "
        f"{said.basis}.",
        f"Læg deres kalender for {join_names(years)} ind under Møder, så snart den kendes, og "
        f"senest {long_date(first)}, hvor de første papirer efter planen skal være inde.",
    )
