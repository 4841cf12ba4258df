"""The outbox: every mail is written here before it is sent, and goes out under its key once.

A mail's way: ``PENDING`` → ``CLAIMED`` (one sender has it) → ``HANDING_OVER`` (written durably
right before the mail server is spoken to) → ``SENT``. What a killed sender leaves behind tells
where it was:

* killed while ``CLAIMED``: the mail server was never spoken to, so the mail is sent again;
* killed while ``HANDING_OVER``: the server may or may not have taken it. Where the counterpart can
  be asked (a folder), it is. An SMTP server cannot be, so the mail is ``HELD`` for a person, who
  looks and says: it is neither doubled nor lost in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import MailKind, OutboxState
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.tables import table_of

LEASE = dt.timedelta(minutes=10)
"""How long a claim holds; longer than any one mail can take to hand over."""

PAUSES = tuple(dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
"""Waiting times after a temporary failure; the last one is used until somebody intervenes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as it stands in the outbox; see ``models.outbox`` for the fields."""

    key: str
    step: str
    party: str
    mail: MailKind
    rung: str
    due_on: dt.date | None
    template_version: str
    recipients: list[str]
    copies: list[str]
    attachments: list[dict[str, str]]
    subject: str
    text: str
    html: str
    message_id: str
    thread_id: str
    written_by: str = ""
    state: OutboxState = OutboxState.PENDING
    created_at: dt.datetime
    not_before: dt.datetime
    attempts: int = 0
    claimed_by: str | None = None
    claimed_until: dt.datetime | None = None
    merged_into: str | None = None
    finished_at: dt.datetime | None = None
    outcome: str = ""


_NAMES = tuple(field.name for field in fields(Letter))


def enqueue(session: Session, announcement_id: int, letter: Letter) -> bool:
    """Write ``letter`` to the outbox; False when its key stands there already."""
    if is_written(session, letter.key):
        return False
    table = table_of(models.OutboxMessage)
    row = {name: getattr(letter, name) for name in _NAMES}
    session.execute(sa.insert(table).values(announcement_id=announcement_id, **row))
    return True


def is_written(session: Session, key: str) -> bool:
    """Whether a mail with that key stands in the outbox, in whatever state."""
    table = table_of(models.OutboxMessage)
    return session.execute(sa.select(table.c.id).where(table.c.key == key)).first() is not None


def waiting(session: Session, now: dt.datetime) -> list[str]:
    """Keys of the mails that may go now, oldest first."""
    table = table_of(models.OutboxMessage)
    query = (
        sa.select(table.c.key)
        .where(table.c.state == OutboxState.PENDING, table.c.not_before <= now)
        .order_by(table.c.not_before, table.c.key)
    )
    return list(session.execute(query).scalars())


def claim(session: Session, key: str, now: dt.datetime, owner: str) -> Letter | None:
    """Take one waiting mail for ``owner``; None when another sender was first."""
    table = table_of(models.OutboxMessage)
    taken = session.execute(
        sa.update(table)
        .where(table.c.key == key, table.c.state == OutboxState.PENDING)
        .values(state=OutboxState.CLAIMED, claimed_by=owner, claimed_until=now + LEASE)
    )
    return get(session, key) if _count(taken) else None


def hand_over(session: Session, key: str, owner: str) -> bool:
    """Write down that the mail server is about to be spoken to; False when the claim was lost."""
    table = table_of(models.OutboxMessage)
    moved = session.execute(
        sa.update(table)
        .where(
            table.c.key == key,
            table.c.state == OutboxState.CLAIMED,
            table.c.claimed_by == owner,
        )
        .values(state=OutboxState.HANDING_OVER, attempts=table.c.attempts + 1)
    )
    return bool(_count(moved))


def finish(
    session: Session, key: str, state: OutboxState, now: dt.datetime, outcome: str = ""
) -> None:
    """Give a mail its last state (sent, withdrawn, failed or held), with a word on why.

    The mails that go out as parts of it share its fate.
    """
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(sa.or_(table.c.key == key, table.c.merged_into == key))
        .values(state=state, finished_at=now, outcome=outcome, claimed_by=None, claimed_until=None)
    )


def merge(session: Session, keys: Sequence[str], into: str) -> bool:
    """Make waiting mails parts of the mail ``into``; False when another sender has one of them."""
    table = table_of(models.OutboxMessage)
    moved = session.execute(
        sa.update(table)
        .where(table.c.key.in_(keys), table.c.state == OutboxState.PENDING)
        .values(state=OutboxState.MERGED, merged_into=into)
    )
    return _count(moved) == len(keys)


def take_apart(session: Session, keys: Sequence[str]) -> None:
    """Let parts of a mail wait as mails of their own again."""
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(table.c.key.in_(keys))
        .values(state=OutboxState.PENDING, merged_into=None, finished_at=None, outcome="")
    )


def parts_of(session: Session, key: str) -> list[Letter]:
    """The mails that go out, or went out, as parts of that mail."""
    return letters(session, table_of(models.OutboxMessage).c.merged_into == key)


def postpone(
    session: Session,
    key: str,
    now: dt.datetime,
    outcome: str,
    at_least: dt.timedelta | None = None,
) -> dt.datetime:
    """Put a mail back after a temporary failure; returns when it is tried again.

    Args:
        session: an open writing transaction.
        key: the mail.
        now: the moment of the failure.
        outcome: why, in words.
        at_least: how long the counterpart asked us to wait, if it did.
    """
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.attempts).where(table.c.key == key)
    attempts = int(session.execute(query).scalar_one())
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    again = now + max(pause, at_least or pause)
    session.execute(
        sa.update(table)
        .where(table.c.key == key)
        .values(
            state=OutboxState.PENDING,
            not_before=again,
            outcome=outcome,
            claimed_by=None,
            claimed_until=None,
        )
    )
    return again


def hold_until(session: Session, keys: Sequence[str], until: dt.datetime) -> None:
    """Let waiting mails wait until then; one that already waits longer keeps its time."""
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(
            table.c.key.in_(keys),
            table.c.state == OutboxState.PENDING,
            table.c.not_before < until,
        )
        .values(not_before=until)
    )


def first_day(session: Session) -> dt.date | None:
    """The Danish day on which the first mail was written; None where none ever was."""
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.created_at).order_by(table.c.created_at).limit(1)
    first = session.execute(query).scalar()
    return None if first is None else first.date()


def handed_over_since(session: Session, since: dt.datetime) -> list[tuple[dt.datetime, list[str]]]:
    """When the mails that were sent after ``since`` went, and to whom, copies included."""
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.finished_at, table.c.recipients, table.c.copies).where(
        table.c.finished_at > since,
        table.c.state == OutboxState.SENT,
        table.c.merged_into.is_(None),
    )
    return [(row[0], [*row[1], *row[2]]) for row in session.execute(query)]


def release_dead_claims(session: Session, now: dt.datetime) -> tuple[list[str], list[Letter]]:
    """Claims whose sender has died.

    Returns:
        Keys that were only claimed, and wait again now; and the letters that were being handed
        over, for the caller to decide on.
    """
    table = table_of(models.OutboxMessage)
    is_dead = table.c.claimed_until < now
    only_claimed = list(
        session.execute(
            sa.select(table.c.key).where(table.c.state == OutboxState.CLAIMED, is_dead)
        ).scalars()
    )
    if only_claimed:
        session.execute(
            sa.update(table)
            .where(table.c.key.in_(only_claimed), table.c.state == OutboxState.CLAIMED)
            .values(state=OutboxState.PENDING, claimed_by=None, claimed_until=None)
        )
    doubtful = letters(session, sa.and_(table.c.state == OutboxState.HANDING_OVER, is_dead))
    return only_claimed, doubtful


def resolve(session: Session, key: str, *, was_sent: bool, now: dt.datetime) -> None:
    """A person says what became of a held or failed mail: it went, or it is to be sent again.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: the mail is neither held nor failed.
    """
    letter = get(session, key)
    if letter.merged_into is not None:  # its fate is that of the mail it is a part of
        letter = get(session, letter.merged_into)
        key = letter.key
    if letter.state not in (OutboxState.HELD, OutboxState.FAILED):
        raise RefusedError("Kun en tilbageholdt eller afvist mail kan afgøres.")
    if was_sent:
        finish(session, key, OutboxState.SENT, now, "bekræftet af sekretariatet")
        return
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(table.c.key == key)
        .values(state=OutboxState.PENDING, not_before=now, finished_at=None, outcome="")
    )
    session.execute(
        sa.update(table)
        .where(table.c.merged_into == key)
        .values(state=OutboxState.MERGED, finished_at=None, outcome="")
    )


def get(session: Session, key: str) -> Letter:
    """The mail with that key.

    Raises:
        NotFoundError: there is none.
    """
    found = letters(session, table_of(models.OutboxMessage).c.key == key)
    if not found:
        raise NotFoundError("mail", key)
    return found[0]


def letters(
    session: Session,
    where: sa.ColumnElement[bool] | None = None,
    limit: int | None = None,
    *,
    offset: int = 0,
    is_newest_first: bool = False,
) -> list[Letter]:
    """The mails that meet ``where``, in the order they were written, or the last finished first."""
    table = table_of(models.OutboxMessage)
    order: tuple[sa.ColumnElement[Any], ...] = (table.c.created_at, table.c.key)
    if is_newest_first:
        order = (table.c.finished_at.desc(), table.c.key)
    query = sa.select(*(table.c[name] for name in _NAMES)).order_by(*order).offset(offset)
    if where is not None:
        query = query.where(where)
    if limit is not None:
        query = query.limit(limit)
    return [Letter(**dict(zip(_NAMES, row, strict=True))) for row in session.execute(query)]


def list_letters(
    session: Session, *, announcement_id: int | None = None, states: Sequence[OutboxState] = ()
) -> list[Letter]:
    """The mails of a case, or of all, in the given states, or in any."""
    table = table_of(models.OutboxMessage)
    where: list[sa.ColumnElement[bool]] = [sa.true()]
    if announcement_id is not None:
        where.append(table.c.announcement_id == announcement_id)
    if states:
        where.append(table.c.state.in_(states))
    return letters(session, sa.and_(*where))


def _count(result: Any) -> int:
    return int(result.rowcount)


def is_idle(session: Session, now: dt.datetime) -> bool:
    """Whether a delivery at ``now`` would find nothing to send and nothing to decide on."""
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.id).where(
        sa.or_(
            sa.and_(table.c.state == OutboxState.PENDING, table.c.not_before <= now),
            table.c.claimed_until < now,
        )
    )
    return session.execute(query.limit(1)).first() is None
