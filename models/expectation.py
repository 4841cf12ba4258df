"""Expectations: the day on which a party says that it will decide.

Not a decision and not an extension: nobody has agreed to it. When the day has passed without a
decision it says nothing any more.
"""

from __future__ import annotations

import datetime as dt

from models.fact import CaseFact


class Expectation(CaseFact, table=True):
    """One party's own announced day.

    Attributes:
        step: the step in which it will decide or answer.
        expected_on: the day it named.
        note: its own words, or why.
    """

    step: str
    party: str
    expected_on: dt.date
    note: str = ""
