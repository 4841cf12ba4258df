"""What became of the mails to an address, and of those to a party?"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import MailKind, OutboxState
from udmelding.journal.tables import table_of

_FINISHED = (OutboxState.SENT, OutboxState.FAILED, OutboxState.HELD)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the last mail to an address.

    Attributes:
        state: sent, failed or held.
        why: what the mail server said, or why it is held; empty for a mail that was accepted.
    """

    state: OutboxState
    at: dt.datetime
    why: str


def last_fates(session: Session) -> Mapping[str, Fate]:
    """The fate of the last finished mail to each address (in lower case), copies included."""
    found: dict[str, Fate] = {}
    for to, copies, state, at, outcome in session.execute(_fates_query()):
        for address in (*json.loads(to), *json.loads(copies)):
            key = address.casefold()
            if key not in found or found[key].at < at:
                found[key] = _fate(address, state, at, outcome)
    return found


def _fate(address: str, state: OutboxState, at: dt.datetime, outcome: str) -> Fate:
    if state is not OutboxState.SENT:
        return Fate(state, at, outcome)
    # A server may take a mail for some of its receivers and refuse it for others.
    _, refused, why = outcome.partition(f"{address}: ")
    return Fate(OutboxState.FAILED, at, why) if refused else Fate(state, at, "")


def _fates_query() -> sa.Select[tuple[str, str, OutboxState, dt.datetime, str]]:
    """The last finished mail of every set of receivers; JSON compares as text on any database."""
    table = table_of(models.OutboxMessage)
    to, copies = sa.cast(table.c.recipients, sa.Text), sa.cast(table.c.copies, sa.Text)
    newest_first = (
        table.c.finished_at.desc(),
        table.c.merged_into.is_(None).desc(),
        table.c.id.desc(),
    )
    mails = (
        sa.select(
            to.label("receivers"),
            copies.label("copies"),
            table.c.state,
            table.c.finished_at,
            table.c.outcome,
            sa.func.row_number()
            .over(partition_by=(to, copies), order_by=newest_first)
            .label("place"),
        )
        .where(table.c.state.in_(_FINISHED), table.c.finished_at.is_not(None))
        .subquery()
    )
    return sa.select(
        mails.c.receivers, mails.c.copies, mails.c.state, mails.c.finished_at, mails.c.outcome
    ).where(mails.c.place == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyMail:
    """A mail to a party without its text; see ``models.outbox``."""

    key: str
    reference: str
    mail: MailKind
    subject: str
    recipients: list[str]
    state: OutboxState
    created_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str


_NAMES = tuple(field.name for field in fields(PartyMail))


@dataclass(frozen=True, slots=True)
class MailPage:
    """One page of mails: page ``side`` of ``last``, of ``total`` mails in all."""

    mails: tuple[PartyMail, ...]
    total: int
    side: int
    last: int


def mails_to(session: Session, party: str, side: int, size: int) -> MailPage:
    """The mails to a party in all cases, newest first, ``size`` to a page.

    A joint mail is left out: its parts stand there, each in its own case, and share its fate. A
    page that is not there is the nearest one.
    """
    table, announcement = table_of(models.OutboxMessage), table_of(models.Announcement)
    where = sa.and_(table.c.party == party, table.c.mail != MailKind.DIGEST)
    total = session.execute(sa.select(sa.func.count(table.c.id)).where(where)).scalar_one()
    last = max(1, -(-total // size))
    side = min(max(1, side), last)
    query = (
        sa.select(*((announcement if name == "reference" else table).c[name] for name in _NAMES))
        .join(announcement, announcement.c.id == table.c.announcement_id)
        .where(where)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(size)
        .offset((side - 1) * size)
    )
    found = [PartyMail(**dict(zip(_NAMES, row, strict=True))) for row in session.execute(query)]
    return MailPage(tuple(found), total, side, last)
