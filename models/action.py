"""Actions of the action plan that the agency follows after its verdict."""

from __future__ import annotations

import datetime as dt

from models.fact import CaseFact


class ActionItem(CaseFact, table=True):
    """One action.

    Attributes:
        number: running number within the plan, from 1.
        title: what is to be done.
        owner: who owns it, in words.
        due_on: when, if it has a date.
        done_on: when it was done, if it was.
    """

    __tablename__ = "action_item"

    number: int
    title: str
    owner: str = ""
    due_on: dt.date | None = None
    done_on: dt.date | None = None
