"""Which mails are meant? Those that were sent, did not arrive, were written again: in all cases.

Like ``outbox_mails`` it reads without personal links. Each answer takes the same few statements,
however many mails are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import GATHERED, OutboxState
from udmelding import clock
from udmelding.journal.case.header import closed_ids
from udmelding.journal.mail.outbox_mails import FINISHED, OutboxMail, mails_where
from udmelding.journal.tables import table_of

REFUSED_FOR_SOME = "ikke modtaget af "
"""How the outcome of a mail begins that the server took for some of its receivers only."""


def mails_among(session: Session, keys: Collection[str]) -> list[OutboxMail]:
    """The mails with those keys, in the order they were written."""
    return mails_where(session, table_of(models.OutboxMessage).c.key.in_(list(keys)))


def mails_named(session: Session, message_ids: Collection[str], key: str) -> list[OutboxMail]:
    """The mails with one of those ids, and the one with that key; empty names stand for none."""
    if not message_ids and not key:
        return []
    table = table_of(models.OutboxMessage)
    where = sa.or_(table.c.message_id.in_(list(message_ids)), table.c.key == key)
    return mails_where(session, where)


def sent_in_case(session: Session, case_id: int, as_of: dt.datetime) -> list[OutboxMail]:
    """The mails of a case that had gone by ``as_of``; gathered ones as their parts."""
    table = table_of(models.OutboxMessage)
    where = sa.and_(
        table.c.announcement_id == case_id,
        table.c.state == OutboxState.SENT,
        table.c.mail.not_in(GATHERED),
        table.c.finished_at <= as_of,
    )
    return mails_where(session, where)


_ON_THEIR_WAY = (
    OutboxState.PENDING,
    OutboxState.CLAIMED,
    OutboxState.HANDING_OVER,
    OutboxState.MERGED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The mails of a case that were written lately: how many are out, on their way, or stuck.

    Attributes:
        stuck: refused, or held for a person.
        is_leaving: one of them is with a delivery right now.
        last_at: when the last of them was finished; None where none is.
    """

    out: int
    going: int
    stuck: int
    is_leaving: bool
    last_at: dt.datetime | None

    @property
    def total(self) -> int:
        """All of them."""
        return self.out + self.going + self.stuck


def wave_of(session: Session, case_id: int, since: dt.datetime) -> Wave:
    """The mails of a case that were written since then; gathered ones as their parts."""
    table = table_of(models.OutboxMessage)
    query = (
        sa.select(table.c.state, sa.func.count(), sa.func.max(table.c.finished_at))
        .where(
            table.c.announcement_id == case_id,
            table.c.mail.not_in(GATHERED),
            table.c.created_at >= since,
        )
        .group_by(table.c.state)
    )
    found, last_at = Counter[OutboxState](), None
    for state, number, at in session.execute(query):
        found[state] = number
        last_at = max(at, last_at or at) if at else last_at

    def count(*states: OutboxState) -> int:
        return sum(found[state] for state in states)

    return Wave(
        out=count(OutboxState.SENT),
        going=count(*_ON_THEIR_WAY),
        stuck=count(OutboxState.FAILED, OutboxState.HELD),
        is_leaving=bool(count(OutboxState.CLAIMED, OutboxState.HANDING_OVER)),
        last_at=last_at,
    )


def part_keys(session: Session, digests: Collection[str]) -> Mapping[str, Sequence[str]]:
    """The keys of the mails that went out as parts of each gathered one."""
    if not digests:
        return {}
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.merged_into, table.c.key).where(
        table.c.merged_into.in_(list(digests))
    )
    found: dict[str, list[str]] = defaultdict(list)
    for digest, key in session.execute(query):
        found[digest].append(key)
    return found


def sent_at(session: Session, key: str) -> tuple[dt.datetime, str] | None:
    """When the mail with that key went, and what took it; None where none has gone."""
    if not key:
        return None
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.finished_at, table.c.transport).where(
        table.c.key == key, table.c.state == OutboxState.SENT
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1])


def written_to(session: Session, party: str) -> Mapping[tuple[str, str], tuple[dt.datetime, int]]:
    """When the party was last written to in each case and step, and how often."""
    mail, case = table_of(models.OutboxMessage), table_of(models.Announcement)
    query = (
        sa.select(case.c.reference, mail.c.step, sa.func.max(mail.c.finished_at), sa.func.count())
        .join(case, case.c.id == mail.c.announcement_id)
        .where(mail.c.party == party, mail.c.state == OutboxState.SENT)
        .group_by(case.c.reference, mail.c.step)
    )
    return {(row[0], row[1]): (row[2], int(row[3])) for row in session.execute(query)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """Which mails are asked for: finished from ``first`` to ``last``, with ``words`` in them."""

    first: dt.date
    last: dt.date
    words: str = ""


def sent_mail(
    session: Session, asked: SentMail, most: int, page: int
) -> tuple[int, tuple[OutboxMail, ...]]:
    """How many mails were finished in that time, and those of one page, the newest first.

    Mails that went out as parts of another are left out; the other names them.

    Args:
        session: reads.
        asked: which mails.
        most: mails to a page.
        page: 1 is the first.
    """
    table, words = table_of(models.OutboxMessage), asked.words.split()
    where = [
        table.c.state.in_(FINISHED),
        table.c.merged_into.is_(None),
        table.c.finished_at >= clock.at(asked.first, "00:00"),
        table.c.finished_at <= clock.end_of(asked.last),
    ]
    # A held mail still has its link, so it is looked through without: no word may find a secret.
    is_held = table.c.state == OutboxState.HELD
    held = mails_where(session, is_held) if words else []
    for word in words:
        pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        holding = [mail.key for mail in held if word.casefold() in mail.text.casefold()]
        where.append(
            sa.or_(
                table.c.subject.ilike(pattern, escape="!"),
                sa.and_(~is_held, table.c.text.ilike(pattern, escape="!")),
                table.c.key.in_(holding),
                sa.cast(table.c.recipients, sa.String).ilike(pattern, escape="!"),
            )
        )
    count = session.execute(sa.select(sa.func.count()).select_from(table).where(*where))
    found = mails_where(
        session, sa.and_(*where), most, offset=(page - 1) * most, is_newest_first=True
    )
    return int(count.scalar_one()), tuple(found)


def failed_or_back(session: Session, back: Collection[str]) -> list[OutboxMail]:
    """The mails of open cases that failed, were refused for some, or are among ``back``.

    Parts stand in place of the mail that they went out in.
    """
    table, keys = table_of(models.OutboxMessage), list(back)
    where = sa.and_(
        table.c.mail.not_in(GATHERED),
        table.c.announcement_id.not_in(closed_ids()),
        sa.or_(
            table.c.state == OutboxState.FAILED,
            sa.and_(
                table.c.state == OutboxState.SENT,
                sa.or_(
                    table.c.key.in_(keys),
                    table.c.merged_into.in_(keys),
                    table.c.outcome.startswith(REFUSED_FOR_SOME),
                ),
            ),
        ),
    )
    return mails_where(session, where)


def tried_in_vain(session: Session, party: str, address: str) -> list[OutboxMail]:
    """The mails to a party at the address that were refused, or that nobody knows of.

    Parts stand for the mail that they went in. Nobody decides on one before the transaction ends.
    """
    table = table_of(models.OutboxMessage)
    where = sa.and_(
        table.c.party == party,
        table.c.mail.not_in(GATHERED),
        table.c.state.in_((OutboxState.HELD, OutboxState.FAILED)),
    )
    found = mails_where(session, where, is_locking=True)
    return [m for m in found if address.casefold() in map(str.casefold, m.recipients)]


def written_again(session: Session, keys: Collection[str], mark: str) -> list[OutboxMail]:
    """The mails with those keys, and all whose key holds ``mark``: those are few."""
    table = table_of(models.OutboxMessage)
    where = sa.or_(table.c.key.in_(sorted(set(keys))), table.c.key.contains(mark))
    return mails_where(session, where)
