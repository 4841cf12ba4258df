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
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import models
from models import OutboxState
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.access.blanking import blank_texts
from udmelding.journal.mail.outbox_mails import (
    MAIL_FIELDS,
    OutboxMail,
    Waiting,
    first_day,
    get,
    handed_over_since,
    held,
    in_paused_cases,
    is_idle,
    list_mails,
    mails_where,
    parts_of,
    unsent_to,
    waiting,
    waiting_among,
    waiting_in_case,
    waiting_receivers,
)
from udmelding.journal.tables import table_of
from udmelding.rules.case.facts import Mail
from udmelding.rules.case.mail_state import CONFIRMED

__all__ = [
    "LEASE",
    "PAUSES",
    "OutboxMail",
    "TakenKeyError",
    "Waiting",
    "claim",
    "enqueue",
    "finish",
    "first_day",
    "get",
    "give_back",
    "hand_over",
    "handed_over_since",
    "held",
    "in_paused_cases",
    "is_idle",
    "is_leaving",
    "is_written",
    "list_mails",
    "merge",
    "parts_of",
    "postpone",
    "put_back",
    "release_dead_claims",
    "resolve",
    "rewrite",
    "take_apart",
    "unsent_to",
    "wait_until",
    "waiting",
    "waiting_among",
    "waiting_in_case",
    "waiting_receivers",
]

LEASE = dt.timedelta(minutes=10)
"""How long a claim holds; longer than any one mail can take to hand over."""

PAUSES = tuple(dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
"""Waiting times after a temporary failure; the last one is used until somebody intervenes."""


class TakenKeyError(OutsideError):
    """Another wrote a mail with the same key at the very same moment; this transaction is lost.

    Trying again helps: the other's mail then stands there.
    """

    def __init__(self, key: str) -> None:
        """Name the mail."""
        super().__init__(
            f"Mailen {key} blev skrevet af en anden i samme øjeblik. Intet er gemt; prøv igen.",
            is_temporary=True,
        )


def enqueue(session: Session, announcement_id: int, mail: OutboxMail) -> bool:
    """Write ``mail`` to the outbox; False when its key stands there already.

    Raises:
        TakenKeyError: it did not stand there, and now it does.
    """
    if is_written(session, mail.key):
        return False
    enqueue_new(session, [(announcement_id, mail)])
    return True


def enqueue_new(session: Session, mails: Sequence[tuple[int, OutboxMail]]) -> None:
    """Write mails, each with its case, whose keys do not stand in the outbox; one statement.

    Raises:
        TakenKeyError: one of them was written by another at the very same moment.
    """
    rows = [
        {"announcement_id": case_id, **{n: getattr(one, n) for n in MAIL_FIELDS}}
        for case_id, one in mails
    ]
    if not rows:
        return
    try:
        session.execute(sa.insert(table_of(models.OutboxMessage)), rows)
    except IntegrityError as error:
        raise TakenKeyError(mails[0][1].key) from error


def written_among(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Those of the keys whose mails stand in the outbox, in whatever state."""
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.key).where(table.c.key.in_(keys))
    return frozenset(session.execute(query).scalars())


def mail_of(mail: OutboxMail) -> Mail:
    """The mail as a loaded case knows it."""
    return Mail(**{field.name: getattr(mail, field.name) for field in fields(Mail)})


def is_written(session: Session, key: str) -> bool:
    """Whether a mail with that key stands in the outbox, in whatever state."""
    return bool(written_among(session, (key,)))


def claim(session: Session, key: str, now: dt.datetime, owner: str) -> OutboxMail | None:
    """Take one waiting mail for ``owner``; None when another sender was first."""
    taken = session.execute(_claim_one(), {"of": key, "who": owner, "until": now + LEASE})
    return get(session, key, with_links=True) if _count(taken) else None


@cache
def _claim_one() -> sa.Update:
    """Built once, like the others that every mail needs: building costs more than running."""
    table = table_of(models.OutboxMessage)
    return (
        sa.update(table)
        .where(table.c.key == sa.bindparam("of"), table.c.state == OutboxState.PENDING)
        .values(
            state=OutboxState.CLAIMED,
            claimed_by=sa.bindparam("who"),
            claimed_until=sa.bindparam("until"),
        )
    )


def hand_over(session: Session, key: str, owner: str) -> bool:
    """Write down that the mail server is about to be spoken to; False when the claim was lost."""
    return bool(_count(session.execute(_hand_over_one(), {"of": key, "who": owner})))


@cache
def _hand_over_one() -> sa.Update:
    table = table_of(models.OutboxMessage)
    return (
        sa.update(table)
        .where(
            table.c.key == sa.bindparam("of"),
            table.c.state == OutboxState.CLAIMED,
            table.c.claimed_by == sa.bindparam("who"),
        )
        .values(state=OutboxState.HANDING_OVER, attempts=table.c.attempts + 1, content_at=None)
    )


def is_leaving(session: Session, key: str, now: dt.datetime) -> None:
    """Write down that the content begins to leave: until then no server can have taken the mail."""
    table = table_of(models.OutboxMessage)
    session.execute(sa.update(table).where(table.c.key == key).values(content_at=now))


def finish(
    session: Session,
    key: str,
    state: OutboxState,
    now: dt.datetime,
    outcome: str = "",
    transport: str = "",
) -> None:
    """Give a mail its last state (sent, withdrawn, failed or held), with a word on why.

    Of one that was sent, ``transport`` names what has taken it.

    The mails that go out as parts of it share its fate. From all but a held one the personal links
    are taken out, and their numbers stand in their place.
    """
    said = {"of": key, "as_state": state, "at": now, "because": outcome, "by_way_of": transport}
    session.execute(_finish_one(), said)
    if state is not OutboxState.HELD:
        table = table_of(models.OutboxMessage)
        blank_texts(session, table, ("text", "html"), _with_parts(), {"of": key})


def rewrite(session: Session, mail: OutboxMail) -> None:
    """Set the receivers and the words of a mail that waits as they are in ``mail``."""
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(table.c.key == mail.key)
        .values(recipients=mail.recipients, copies=mail.copies, text=mail.text, html=mail.html)
    )


@cache
def _with_parts() -> sa.ColumnElement[bool]:
    """The mail ``of`` and those that go out as parts of it."""
    table = table_of(models.OutboxMessage)
    of: sa.BindParameter[str] = sa.bindparam("of")
    return sa.or_(table.c.key == of, table.c.merged_into == of)


@cache
def _finish_one() -> sa.Update:
    table = table_of(models.OutboxMessage)
    return (
        sa.update(table)
        .where(_with_parts())
        .values(
            state=sa.bindparam("as_state"),
            finished_at=sa.bindparam("at"),
            outcome=sa.bindparam("because"),
            transport=sa.bindparam("by_way_of"),
            claimed_by=None,
            claimed_until=None,
        )
    )


def give_back(session: Session, key: str, until: dt.datetime) -> None:
    """Let a claimed mail wait until then; it was not tried."""
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(table.c.key == key, table.c.state == OutboxState.CLAIMED)
        .values(state=OutboxState.PENDING, not_before=until, claimed_by=None, claimed_until=None)
    )


def merge(session: Session, into: Mapping[str, str]) -> None:
    """Make waiting mails parts of other mails: by their own key the key of the whole."""
    table = table_of(models.OutboxMessage)
    update = (
        sa.update(table)
        .where(table.c.key == sa.bindparam("part"), table.c.state == OutboxState.PENDING)
        .values(state=OutboxState.MERGED, merged_into=sa.bindparam("whole"))
    )
    session.execute(update, [{"part": part, "whole": whole} for part, whole in into.items()])


def take_apart(session: Session, keys: Sequence[str]) -> None:
    """Let parts of a mail wait as mails of their own again."""
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(table.c.key.in_(keys))
        .values(state=OutboxState.PENDING, merged_into=None, finished_at=None, outcome="")
    )


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


def wait_until(
    session: Session, keys: Collection[str], at: dt.datetime, *, or_before: bool
) -> None:
    """Let waiting mails wait until ``at``; ``or_before`` also those that would wait longer."""
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(table.c.key.in_(list(keys)), table.c.state == OutboxState.PENDING)
        .where(sa.true() if or_before else table.c.not_before < at)
        .values(not_before=at)
    )


def release_dead_claims(session: Session, now: dt.datetime) -> tuple[list[str], list[OutboxMail]]:
    """Claims whose sender has died.

    Returns:
        Keys that were only claimed, and wait again now; and the mails that were being handed
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
    where = sa.and_(table.c.state == OutboxState.HANDING_OVER, is_dead)
    return only_claimed, mails_where(session, where, with_links=True)


def resolve(session: Session, key: str, *, was_sent: bool, now: dt.datetime) -> None:
    """A person says what became of a held or failed mail: it went, or it is to be sent again.

    Whoever lets it be sent again sees to it that it has its links (``casework.mail.fresh_links``).

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: the mail is neither held nor failed.
    """
    mail = get(session, key)
    if mail.merged_into is not None:  # its fate is that of the mail it is a part of
        mail = get(session, mail.merged_into)
        key = mail.key
    if mail.state not in (OutboxState.FAILED, OutboxState.HELD):
        raise RefusedError("Kun en tilbageholdt eller afvist mail kan afgøres.")
    if was_sent:
        finish(session, key, OutboxState.SENT, now, CONFIRMED)
        return
    put_back(session, key, now)


def put_back(session: Session, key: str, now: dt.datetime) -> None:
    """Let a mail wait again, with its parts: it has not gone out."""
    table = table_of(models.OutboxMessage)
    session.execute(
        sa.update(table)
        .where(table.c.key == key)
        .values(
            state=OutboxState.PENDING,
            not_before=now,
            finished_at=None,
            outcome="",
            claimed_by=None,
            claimed_until=None,
        )
    )
    session.execute(
        sa.update(table)
        .where(table.c.merged_into == key)
        .values(state=OutboxState.MERGED, finished_at=None, outcome="")
    )


def _count(result: Any) -> int:
    return int(result.rowcount)
