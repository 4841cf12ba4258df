"""Explains a case's dates with their history, draws its plan, and foresees its councils.

The forecast uses what earlier cases teach about the case's municipalities.
"""

from __future__ import annotations

import datetime as dt

from models import DateSource
from udmelding.casework.look import look_of
from udmelding.casework.wiring import Services
from udmelding.documents.plan.year_wheel_pdf import year_wheel_pdf
from udmelding.journal.case.header import ended_cases, find, headers
from udmelding.journal.case.load import load, load_all
from udmelding.journal.database import Session, reading
from udmelding.journal.plan.date_history import date_history
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilState
from udmelding.rules.case.standing import standings
from udmelding.rules.plan.case_plan import plan_input, plan_of, planned_days, slots_of
from udmelding.rules.plan.explain import explain
from udmelding.rules.plan.explained import Explanation, PlanFacts
from udmelding.rules.plan.forecast import Forecast, forecast
from udmelding.rules.plan.lead_times import LeadTimes, learn_lead_times
from udmelding.rules.plan.plan_wording import explain_plan
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.plan.year_wheel import YearWheel, year_wheel


def explain_case(
    services: Services, reference: str, subject: str, moment: dt.datetime
) -> tuple[Explanation, ...]:
    """Why the dates of ``subject`` are what they are, by ``rules.plan.explain``.

    Raises:
        NotFoundError: no such case, step or party.
    """
    with reading(services.engine) as session:
        case = load(session, reference, moment)
    return explain_loaded(services, case, subject, moment)


def explain_loaded(
    services: Services, case: Case, subject: str, moment: dt.datetime
) -> tuple[Explanation, ...]:
    """The same of a case that was loaded as of ``moment``.

    Raises:
        NotFoundError: no such step or party.
    """
    with reading(services.engine) as session:
        history = date_history(session, find(session, case.reference), moment)
    today = moment.date()
    facts = standings(case, today)
    asked = plan_input(case, today, facts)
    if asked is None:
        return ()
    plan = explain_plan(lay_plan(asked), asked)
    rows = standings(case, today, planned_days(plan), facts)
    return explain(PlanFacts(case, asked, plan, rows, history), subject)


def wheel_of(case: Case, today: dt.date) -> YearWheel | None:
    """The picture of a case's plan; None without a deadline."""
    plan = plan_of(case, today)
    if plan is None:
        return None
    councils = [
        row.planned
        for row in plan.councils
        if row.planned is not None
        and (row.state is CouncilState.DECIDED or row.origin is not DateSource.ASSUMED)
    ]
    return year_wheel(
        plan,
        slots_of(case),
        title=f"{case.reference}: {case.title}",
        received_on=case.received_on,
        today=today,
        councils=councils,
    )


def wheel_pdf_of(services: Services, case: Case, now: dt.datetime) -> bytes | None:
    """The same picture as PDF, with its table; None without a deadline.

    Raises:
        OutsideError: it could not be set within the limits of memory and time.
    """
    wheel = wheel_of(case, now.date())
    if wheel is None:
        return None
    author = services.settings.secretariat.name
    return year_wheel_pdf(wheel, case.reference, author, now, look_of(services))


def forecast_of(services: Services, reference: str, now: dt.datetime) -> Forecast | None:
    """The forecast of one case as of ``now``; None where it has no deadline or no councils.

    Raises:
        NotFoundError: there is no such case.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
    return forecast_for(services, case, now)


def forecast_for(services: Services, case: Case, now: dt.datetime) -> Forecast | None:
    """The forecast of a case that was loaded as of ``now``; see ``forecast_of``."""
    with reading(services.engine) as session:
        return forecast(case, now.date(), teachers(session, case, now))


def teachers(session: Session, case: Case, now: dt.datetime) -> LeadTimes:
    """Lead times of the cases that were closed, or sent, before ``now``; never of ``case``."""
    over = ended_cases(session, now)
    known = headers(session) if over else ()
    others = [h for h in known if h.id in over and h.reference != case.reference]
    return (
        learn_lead_times(load_all(session, now, others, is_chase=True)) if others else LeadTimes()
    )
