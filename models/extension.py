"""Extensions: a party was granted more time."""

from __future__ import annotations

import datetime as dt

from models.fact import CaseFact


class Extension(CaseFact, table=True):
    """One party's new due date in one step; the latest extension counts.

    Attributes:
        granted_on: the day it was agreed.
        due_on: the new due date.
        reason: why, in words.
    """

    step: str
    party: str
    granted_on: dt.date
    due_on: dt.date
    reason: str = ""
