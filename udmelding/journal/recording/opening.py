"""Opens a step: each of its parties is asked for what it owes. Many rows, one statement."""

from __future__ import annotations

from sqlmodel import Session

import models
from udmelding.journal.case.header import Header
from udmelding.journal.recording.record import insert_many
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake.wake_index import wake
from udmelding.rules.case.actions import OpenStep


def open_step(session: Session, header: Header, action: OpenStep, stamp: Stamp) -> None:
    """Record what the parties of ``action`` owe from now on.

    No gate is asked: nothing in the rows was written by a person. The case is put up for a look;
    the wake items of its parties are the caller's.

    Args:
        session: an open writing transaction.
        header: the case.
        action: the step, its parties and their day.
        stamp: who asks, and when.
    """
    rows = [
        {
            "announcement_id": header.id,
            "key": f"{header.reference}/obligation/{action.step_id}/{party}",
            "recorded_at": stamp.now,
            "recorded_by": stamp.by,
            "source": "",
            "is_made_up": False,
            "step": action.step_id,
            "party": party,
            "opened_on": action.opened_on,
            "due_on": action.due_on,
            "origin": action.origin,
        }
        for party in action.parties
    ]
    insert_many(session, models.Obligation, rows, None)
    wake(session, header, stamp.now)
