"""How much waits, and which rules are in use? A few counts over all cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import OutboxState
from udmelding.journal.tables import FACTS, known_at, table_of
from udmelding.rules.case.mail_state import MailState, mail_state


@dataclass(frozen=True, slots=True)
class Stuck:
    """A mail that a person must look at."""

    reference: str
    key: str
    subject: str
    state: OutboxState
    outcome: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Overdue:
    """What was not done by a day: how many things, and since when the oldest waits."""

    count: int
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class UsedProcess:
    """One version of a process that cases follow now."""

    process: str
    version: int
    recorded_at: dt.datetime
    cases: int


def mails_by_state(session: Session) -> Mapping[OutboxState, int]:
    """How many mails are in each state, gathered ones as one; states without any are left out."""
    mail = table_of(models.OutboxMessage)
    is_whole = mail.c.merged_into.is_(None)
    query = sa.select(mail.c.state, sa.func.count()).where(is_whole).group_by(mail.c.state)
    return {row[0]: row[1] for row in session.execute(query)}


def last_mails(
    session: Session,
) -> tuple[dt.datetime | None, tuple[dt.datetime, MailState] | None]:
    """When a mail was last written; and when one last went out, and whether it was sent."""
    mail = table_of(models.OutboxMessage)
    written = session.execute(sa.select(sa.func.max(mail.c.created_at))).scalar()
    query = (
        sa.select(mail.c.finished_at, mail.c.transport, mail.c.outcome)
        .where(mail.c.state == OutboxState.SENT)
        .order_by(mail.c.finished_at.desc(), mail.c.id.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    sent = (row[0], mail_state(OutboxState.SENT, row[1], row[2])) if row is not None else None
    return written, sent


def has_sent_mails(session: Session) -> bool:
    """Whether a mail of a case ever went by a mail server."""
    mail = table_of(models.OutboxMessage)
    by_server = sa.and_(mail.c.state == OutboxState.SENT, mail.c.transport.in_(("smtp", "graph")))
    return session.execute(sa.select(mail.c.id).where(by_server).limit(1)).first() is not None


def last_moment(session: Session, until: dt.datetime | None = None) -> dt.datetime | None:
    """When a fact was last recorded or a mail written, in any case; ``until`` at the latest."""
    facts: tuple[type[models.Fact], ...] = (*FACTS, models.Redaction)
    columns = [
        table_of(models.Announcement).c.recorded_at,
        table_of(models.OutboxMessage).c.created_at,
        *(table_of(fact).c.recorded_at for fact in facts),
    ]
    latest = [
        sa.select(sa.func.max(column).label("at")).where(
            sa.true() if until is None else column <= until
        )
        for column in columns
    ]
    found = sa.union_all(*latest).subquery()
    last: dt.datetime | None = session.execute(sa.select(sa.func.max(found.c.at))).scalar()
    return last


def stuck_mails(session: Session, most: int) -> tuple[Stuck, ...]:
    """The failed and held mails, newest first, at most so many."""
    mail, announcement = table_of(models.OutboxMessage), table_of(models.Announcement)
    query = (
        sa.select(
            announcement.c.reference,
            mail.c.key,
            mail.c.subject,
            mail.c.state,
            mail.c.outcome,
            mail.c.created_at,
        )
        .join(announcement, announcement.c.id == mail.c.announcement_id)
        .where(mail.c.state.in_((OutboxState.FAILED, OutboxState.HELD)))
        .where(mail.c.merged_into.is_(None))  # one that was gathered is decided on as a whole
        .order_by(mail.c.created_at.desc(), mail.c.key)
        .limit(most)
    )
    return tuple(Stuck(*row) for row in session.execute(query))


def overdue(session: Session, day: dt.date) -> Overdue:
    """What should have been looked at on ``day`` or before and still stands in the wake index."""
    item = table_of(models.WakeItem)
    query = sa.select(sa.func.count(), sa.func.min(item.c.next_on)).where(item.c.next_on <= day)
    row = session.execute(query).one()
    return Overdue(row[0], row[1])


def used_processes(session: Session) -> tuple[UsedProcess, ...]:
    """The versions of processes that cases follow, and how many cases follow each."""
    announcement, version = table_of(models.Announcement), table_of(models.ProcessVersion)
    pin = table_of(models.ProcessPin)
    latest = (
        sa.select(
            pin.c.announcement_id,
            pin.c.process_version_id,
            sa.func.row_number()
            .over(
                partition_by=pin.c.announcement_id,
                order_by=(pin.c.recorded_at.desc(), pin.c.key.desc()),
            )
            .label("place"),
        )
        .where(known_at(pin, None))
        .subquery()
    )
    held = sa.func.coalesce(latest.c.process_version_id, announcement.c.process_version_id)
    query = (
        sa.select(version.c.process, version.c.version, version.c.recorded_at, sa.func.count())
        .select_from(
            announcement.outerjoin(
                latest, sa.and_(latest.c.announcement_id == announcement.c.id, latest.c.place == 1)
            ).join(version, version.c.id == held)
        )
        .group_by(version.c.id, version.c.process, version.c.version, version.c.recorded_at)
        .order_by(version.c.process, version.c.version, version.c.recorded_at)
    )
    return tuple(UsedProcess(*row) for row in session.execute(query))
