"""The forecast of a case, with what earlier cases teach about its municipalities."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from udmelding.casework.services import Services
from udmelding.journal.case.header import ended, find, headers
from udmelding.journal.case.load import load, load_all
from udmelding.journal.database import reading
from udmelding.rules.case.case import Case
from udmelding.rules.plan.forecast import Forecast, forecast
from udmelding.rules.plan.lead_times import LeadTimes, learned


def forecast_of(services: Services, reference: str, now: dt.datetime) -> Forecast | None:
    """The forecast of one case as of ``now``; None where it has no deadline or no councils.

    Raises:
        NotFoundError: there is no such case.
    """
    with reading(services.engine) as session:
        case = load(session, find(session, reference).reference, now)
    return forecast_for(services, case, now)


def forecast_for(services: Services, case: Case, now: dt.datetime) -> Forecast | None:
    """The forecast of a case that was loaded as of ``now``; see ``forecast_of``."""
    with reading(services.engine) as session:
        return forecast(case, now.date(), teachers(session, case, now))


def teachers(session: Session, case: Case, now: dt.datetime) -> LeadTimes:
    """Lead times of the cases that were closed, or sent, before ``now``; never of ``case``."""
    over = ended(session, now)
    known = headers(session) if over else ()
    others = [h for h in known if h.id in over and h.reference != case.reference]
    return learned(load_all(session, now, others, is_chase=True)) if others else LeadTimes()
