"""The forecast of a case, with what earlier cases teach about its municipalities."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from udmelding.casework.services import Services
from udmelding.journal.database import reading
from udmelding.journal.header import find
from udmelding.journal.load import load, load_all
from udmelding.rules.case import Case
from udmelding.rules.forecast import Forecast, forecast
from udmelding.rules.lead_times import LeadTimes, learned
from udmelding.rules.status import report_sent


def forecast_of(services: Services, reference: str, now: dt.datetime) -> Forecast | None:
    """The forecast of one case as of ``now``; None where it has no deadline or no councils.

    Raises:
        NotFoundError: there is no such case.
    """
    with reading(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, now)
        return forecast(case, now.date(), teachers(session, case, now))


def teachers(session: Session, case: Case, now: dt.datetime) -> LeadTimes:
    """Lead times of the cases that were closed, or sent, before ``now``; never of ``case``."""
    others = (other for other in load_all(session, now) if other.reference != case.reference)
    return learned(o for o in others if o.is_closed or report_sent(o) is not None)
