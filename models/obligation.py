"""Obligations: everything owed, by whom, in which step, by when.

How an obligation was met is never stored on it: responses, decisions, waivers and extensions are
facts of their own, and ``udmelding.rules.status.status`` puts them together.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from models.fact import CaseFact, word


class DateSource(StrEnum):
    """Where a date comes from; every date in the plan can say it."""

    LAW = "law"
    LETTER = "letter"
    CALENDAR = "calendar"
    AGREED = "agreed"
    ANNOUNCED = "announced"
    RECORDED = "recorded"
    COMPUTED = "computed"
    ASSUMED = "assumed"


class Obligation(CaseFact, table=True):
    """One party was asked for one thing.

    Attributes:
        step: id of the step in the case's process.
        party: who owes it.
        opened_on: the day it was asked for; reminders count from here.
        due_on: the day it was asked for by (extensions are facts of their own).
        origin: where the due date comes from.
        moved_from: the due date that this one replaced, when the plan moved it.
    """

    step: str
    party: str
    opened_on: dt.date
    due_on: dt.date
    origin: DateSource = word(DateSource)
    moved_from: dt.date | None = None
