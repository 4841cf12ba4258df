"""Puts cases themselves on the wake index, when something has happened that may call for more.

A woken case is loaded and asked what is due; ``wake_index.settle`` puts it away again.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.case.header import Header
from udmelding.journal.tables import table_of


def wake(session: Session, header: Header, day: dt.date) -> None:
    """Put the case itself on the wake index for ``day``."""
    _wake_where(session, table_of(models.Announcement).c.id == header.id, day)


def wake_area(session: Session, area: str, day: dt.date) -> None:
    """Put every case of ``area`` on the wake index: its meetings have changed."""
    announcement = table_of(models.Announcement)
    _wake_where(session, announcement.c.area == area, day)


def wake_party(session: Session, party: str, day: dt.date) -> None:
    """Put every case that ``party`` takes part in on the wake index: its contacts have changed."""
    announcement, parties = table_of(models.Announcement), table_of(models.Party)
    taking_part = sa.select(parties.c.announcement_id).where(parties.c.party == party)
    _wake_where(session, announcement.c.id.in_(taking_part), day)


def _wake_where(session: Session, where: sa.ColumnElement[bool], day: dt.date) -> None:
    wakes, announcement = table_of(models.WakeItem), table_of(models.Announcement)
    cases = session.execute(
        sa.select(announcement.c.id, announcement.c.process_version_id).where(where)
    ).all()
    if not cases:
        return
    ids = [case_id for case_id, _ in cases]
    session.execute(sa.delete(wakes).where(wakes.c.announcement_id.in_(ids), wakes.c.step == ""))
    session.execute(
        sa.insert(wakes),
        [
            {
                "announcement_id": case_id,
                "process_version_id": version_id,
                "step": "",
                "party": "",
                "opened_on": day,
                "due_on": day,
                "last_rung": "",
                "next_on": day,
            }
            for case_id, version_id in cases
        ],
    )
