"""The deadline of a case: a fact of its own, because agencies move them."""

from __future__ import annotations

import datetime as dt

from models.fact import CaseFact, word
from models.obligation import DateSource


class Deadline(CaseFact, table=True):
    """The day the report is due with the agency.

    Attributes:
        due_on: the last day.
        origin: what kind of source the date has.
        reason: for a moved deadline, why.
    """

    due_on: dt.date
    origin: DateSource = word(DateSource)
    reason: str = ""
