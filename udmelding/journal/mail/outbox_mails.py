"""The mails of the outbox, read: one, a case's, those that wait, and what became of each.

``outbox`` moves them on. Whoever reads a mail gets it without its personal links, also while it
waits; only what sends it, or makes one mail of several, asks for it ``with_links``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import GATHERED, MailKind, OutboxState
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import paused_ids
from udmelding.journal.tables import table_of
from udmelding.rules.access.links import without_links


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMail:
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
    content_at: dt.datetime | None = None
    transport: str = ""

    def with_words(self, text: str, html: str) -> OutboxMail:
        """The same mail with other words."""
        return replace(self, text=text, html=html)


MAIL_FIELDS = tuple(field.name for field in fields(OutboxMail))


def waiting(session: Session, now: dt.datetime) -> list[str]:
    """Keys of the mails that may go now, oldest first; those of paused cases may not.

    A gathered mail is among them whatever its case is: it has parts in others, and is taken apart
    where one of them is held.
    """
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.key).where(_may_go(now)).order_by(table.c.not_before, table.c.key)
    return list(session.execute(query).scalars())


def _may_go(now: dt.datetime) -> sa.ColumnElement[bool]:
    table = table_of(models.OutboxMessage)
    return sa.and_(
        table.c.state == OutboxState.PENDING,
        table.c.not_before <= now,
        sa.or_(table.c.mail.in_(GATHERED), table.c.announcement_id.not_in(paused_ids())),
    )


def in_paused_cases(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Those of the mails whose case is paused: none of them may leave."""
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.key).where(
        table.c.key.in_(list(keys)), table.c.announcement_id.in_(paused_ids())
    )
    return frozenset(session.execute(query).scalars())


def waiting_in_case(session: Session, case_id: int, as_of: dt.datetime) -> list[OutboxMail]:
    """The mails of a case that were written by ``as_of`` and had met no fate by then.

    Parts stand in place of the mail that they go out in.
    """
    table = table_of(models.OutboxMessage)
    where = sa.and_(
        table.c.announcement_id == case_id,
        table.c.mail.not_in(GATHERED),
        table.c.created_at <= as_of,
        sa.or_(table.c.finished_at.is_(None), table.c.finished_at > as_of),
    )
    return mails_where(session, where)


def held(session: Session) -> list[OutboxMail]:
    """The mails of which nobody can know whether they went, gathered ones as a whole."""
    table = table_of(models.OutboxMessage)
    is_whole = table.c.merged_into.is_(None)
    return mails_where(session, sa.and_(table.c.state == OutboxState.HELD, is_whole))


def parts_of(session: Session, key: str) -> list[OutboxMail]:
    """The mails that go out, or went out, as parts of that mail."""
    return mails_where(session, table_of(models.OutboxMessage).c.merged_into == key)


class Waiting(NamedTuple):
    """A mail that waits, without its text."""

    key: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    created_at: dt.datetime
    not_before: dt.datetime
    written_by: str


def waiting_receivers(session: Session, kinds: Collection[MailKind]) -> list[Waiting]:
    """Who the waiting mails of those kinds go to, also those that may not go yet, oldest first."""
    table = table_of(models.OutboxMessage)
    query = (
        sa.select(*(table.c[name] for name in Waiting._fields))
        .where(
            table.c.state == OutboxState.PENDING,
            table.c.mail.in_(sorted(kinds)),
            table.c.announcement_id.not_in(paused_ids()),  # those wait with their case
        )
        .order_by(table.c.created_at, table.c.key)
    )
    return [
        Waiting(key, tuple(to), tuple(copies), *rest)
        for key, to, copies, *rest in session.execute(query)
    ]


def waiting_among(session: Session, keys: Collection[str]) -> list[OutboxMail]:
    """Those of the mails that still wait, with their links, in the order they were written.

    No other sender gets one of them before the transaction ends.
    """
    table = table_of(models.OutboxMessage)
    where = sa.and_(table.c.key.in_(list(keys)), table.c.state == OutboxState.PENDING)
    return mails_where(session, where, with_links=True, is_locking=True)


def unsent_to(session: Session, party: str, address: str) -> list[OutboxMail]:
    """The mails to a party that still wait and name the address, with their links.

    Parts stand for the mail that they wait in. No sender gets one before the transaction ends.
    """
    table = table_of(models.OutboxMessage)
    where = sa.and_(
        table.c.party == party,
        table.c.mail.not_in(GATHERED),
        table.c.state.in_((OutboxState.PENDING, OutboxState.MERGED)),
    )
    found = mails_where(session, where, with_links=True, is_locking=True)
    wanted = address.casefold()
    return [m for m in found if wanted in map(str.casefold, (*m.recipients, *m.copies))]


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


def get(session: Session, key: str, *, with_links: bool = False) -> OutboxMail:
    """The mail with that key; its personal links are blanked unless it is read ``with_links``.

    Raises:
        NotFoundError: there is none.
    """
    row = session.execute(_get_one(), {"of": key}).first()
    if row is None:
        raise NotFoundError("mail", key)
    return _mail(row, with_links=with_links)


def _mail(row: Sequence[Any], *, with_links: bool) -> OutboxMail:
    mail = OutboxMail(**dict(zip(MAIL_FIELDS, row, strict=True)))
    if with_links:
        return mail
    return mail.with_words(without_links(mail.text), without_links(mail.html))


@cache
def _get_one() -> sa.Select[Any]:
    table = table_of(models.OutboxMessage)
    return sa.select(*(table.c[n] for n in MAIL_FIELDS)).where(table.c.key == sa.bindparam("of"))


def mails_where(
    session: Session,
    where: sa.ColumnElement[bool] | None = None,
    limit: int | None = None,
    *,
    offset: int = 0,
    is_newest_first: bool = False,
    with_links: bool = False,
    is_locking: bool = False,
) -> list[OutboxMail]:
    """The mails that meet ``where``, in the order they were written, or the last finished first.

    Their personal links are blanked unless they are read ``with_links``; ``is_locking`` keeps them
    for this transaction.
    """
    table = table_of(models.OutboxMessage)
    order: tuple[sa.ColumnElement[Any], ...] = (table.c.created_at, table.c.key)
    if is_newest_first:
        order = (table.c.finished_at.desc(), table.c.key)
    query = sa.select(*(table.c[name] for name in MAIL_FIELDS)).order_by(*order).offset(offset)
    if where is not None:
        query = query.where(where)
    if limit is not None:
        query = query.limit(limit)
    if is_locking:
        query = query.with_for_update()
    return [_mail(row, with_links=with_links) for row in session.execute(query)]


def list_mails(
    session: Session,
    *,
    announcement_id: int | None = None,
    states: Sequence[OutboxState] = (),
    with_links: bool = False,
) -> list[OutboxMail]:
    """The mails of a case, or of all, in the given states, or in any; see ``mails_where``."""
    table = table_of(models.OutboxMessage)
    where: list[sa.ColumnElement[bool]] = [sa.true()]
    if announcement_id is not None:
        where.append(table.c.announcement_id == announcement_id)
    if states:
        where.append(table.c.state.in_(states))
    return mails_where(session, sa.and_(*where), with_links=with_links)


def is_idle(session: Session, now: dt.datetime) -> bool:
    """Whether a delivery at ``now`` would find nothing to send and nothing to decide on."""
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.id).where(sa.or_(_may_go(now), table.c.claimed_until < now))
    return session.execute(query.limit(1)).first() is None


FINISHED = (OutboxState.SENT, OutboxState.FAILED, OutboxState.HELD)


@dataclass(frozen=True, slots=True)
class LastMail:
    """What became of the last mail to an address.

    Attributes:
        state: sent, failed or held.
        transport: what took it, as in the outbox.
        why: what the mail server said, or why it is held; empty for a mail that was accepted.
    """

    state: OutboxState
    at: dt.datetime
    why: str
    transport: str = ""


def last_fates(session: Session) -> Mapping[str, LastMail]:
    """The fate of the last finished mail to each address (in lower case), copies included."""
    found: dict[str, LastMail] = {}
    for to, copies, state, at, outcome, by_way_of in session.execute(_fates_query()):
        for address in (*json.loads(to), *json.loads(copies)):
            key = address.casefold()
            if key not in found or found[key].at < at:
                found[key] = replace(_fate(address, state, at, outcome), transport=by_way_of)
    return found


def _fate(address: str, state: OutboxState, at: dt.datetime, outcome: str) -> LastMail:
    if state is not OutboxState.SENT:
        return LastMail(state, at, outcome)
    # A server may take a mail for some of its receivers and refuse it for others.
    _, refused, why = outcome.partition(f"{address}: ")
    return LastMail(OutboxState.FAILED, at, why) if refused else LastMail(state, at, "")


def _fates_query() -> sa.Select[tuple[str, str, OutboxState, dt.datetime, str, str]]:
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
            table.c.transport,
            sa.func.row_number()
            .over(partition_by=(to, copies), order_by=newest_first)
            .label("place"),
        )
        .where(table.c.state.in_(FINISHED), table.c.finished_at.is_not(None))
        .subquery()
    )
    names = ("receivers", "copies", "state", "finished_at", "outcome", "transport")
    return sa.select(*(mails.c[name] for name in names)).where(mails.c.place == 1)


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
    transport: str
    merged_into: str | None


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
    where = sa.and_(table.c.party == party, table.c.mail.not_in(GATHERED))
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
