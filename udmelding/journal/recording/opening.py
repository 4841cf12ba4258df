"""Asks the parties of a step for what they owe, and gives them other days. In sets of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.case.header import Header
from udmelding.journal.recording.announcing import CORRECTED, announce_all
from udmelding.journal.recording.record import content_key, insert_many
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import supersede, table_of
from udmelding.journal.wake.wake_index import refresh_and_wake, wake
from udmelding.rules.access.links import without_links_in
from udmelding.rules.case.actions import OpenStep
from udmelding.rules.case.facts import Obligation
from udmelding.rules.recording.parties import NewObligation


def open_step(session: Session, header: Header, action: OpenStep, stamp: Stamp) -> None:
    """Record what the parties of ``action`` owe from now on.

    No gate is asked: nothing in the rows was written by a person. The case is put up for a look;
    the wake items of its parties are the caller's.

    Args:
        session: an open writing transaction.
        header: the case.
        action: the step, its parties and their days.
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
            "due_on": due_on,
            "origin": action.origin,
        }
        for party, due_on in action.due_on.items()
    ]
    insert_many(session, models.Obligation, rows, None)
    wake(session, header, stamp.now)


def move_due_dates(
    session: Session, header: Header, moved: Sequence[tuple[Obligation, dt.date]], stamp: Stamp
) -> None:
    """Record another due date for each of those obligations, as the plan has it now.

    No gate is asked, as above, and nothing can be contradicted: only the day is another.

    Args:
        session: an open writing transaction.
        header: the case.
        moved: obligations that stand, each with its new day.
        stamp: who changed the plan, and when.
    """
    replaced_at = _keys(session, header)
    rows, pairs = [], []
    for obligation, due_on in moved:
        entry = NewObligation(
            step=obligation.step,
            party=obligation.party,
            opened_on=obligation.opened_on,
            due_on=due_on,
            moved_from=obligation.due_on,
            source="planen er ændret",
        )
        key = _free_key(content_key(header.reference, entry), replaced_at)
        if key is not None:
            row = {"announcement_id": header.id, "key": key, "recorded_at": stamp.now}
            rows.append(row | {"recorded_by": without_links_in(stamp.by)} | entry.columns())
            pairs.append((obligation.key, key))
    if not rows:
        return
    insert_many(session, models.Obligation, rows, None)
    supersede(session, models.Obligation, pairs, stamp)
    refresh_and_wake(session, header, (), stamp.now, everything=True)
    announce_all(
        session,
        header,
        CORRECTED,
        [(new, old) for old, new in pairs],
        at=stamp.now,
        by=stamp.by,
    )


def _keys(session: Session, header: Header) -> Mapping[str, dt.datetime | None]:
    """The keys of all obligations of the case, with the moment that each was replaced at."""
    table = table_of(models.Obligation)
    query = sa.select(table.c.key, table.c.superseded_at)
    found = session.execute(query.where(table.c.announcement_id == header.id))
    return dict(found.tuples().all())


def _free_key(key: str, replaced_at: Mapping[str, dt.datetime | None]) -> str | None:
    """The key, with a number where it stood before; None where it stands (``record._insert``)."""
    free, number = key, 1
    while replaced_at.get(free):
        number += 1
        free = f"{key}~{number}"
    return None if free in replaced_at else free
