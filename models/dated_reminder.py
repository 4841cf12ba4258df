"""Dated reminders: a person wants somebody reminded on a day that does not move with the plan."""

from __future__ import annotations

import datetime as dt

from models.fact import CaseFact


class DatedReminder(CaseFact, table=True):
    """One reminder on one day.

    Attributes:
        remind_on: the day; sent on the next sending day where it is none.
        step: the step whose open parties are reminded; empty reminds the secretariat itself.
        party: one party of that step, or empty for all that still owe.
        text: what to be reminded of, in the caseworker's words.
    """

    __tablename__ = "dated_reminder"

    remind_on: dt.date
    step: str = ""
    party: str = ""
    text: str
