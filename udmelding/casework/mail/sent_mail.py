"""What was sent, in all cases: found by day, receiver, subject and words, the newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import OutboxState
from udmelding import clock
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import Letter
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """Which mails are asked for: finished from ``first`` to ``last``, with ``words`` in them."""

    first: dt.date
    last: dt.date
    words: str = ""


def sent_mail(
    session: Session, asked: SentMail, most: int, page: int
) -> tuple[int, tuple[Letter, ...]]:
    """How many mails were finished in that time, and those of one page.

    Mails that went out as parts of another are left out; the other names them.

    Args:
        session: reads.
        asked: which mails.
        most: mails to a page.
        page: 1 is the first.
    """
    table = table_of(models.OutboxMessage)
    where = [
        table.c.state.in_((OutboxState.SENT, OutboxState.FAILED, OutboxState.HELD)),
        table.c.merged_into.is_(None),
        table.c.finished_at >= clock.at(asked.first, "00:00"),
        table.c.finished_at <= clock.end_of(asked.last),
    ]
    for word in asked.words.split():
        pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        where.append(
            sa.or_(
                table.c.subject.ilike(pattern, escape="!"),
                table.c.text.ilike(pattern, escape="!"),
                sa.cast(table.c.recipients, sa.String).ilike(pattern, escape="!"),
            )
        )
    count = session.execute(sa.select(sa.func.count()).select_from(table).where(*where))
    found = outbox.letters(
        session, sa.and_(*where), most, offset=(page - 1) * most, is_newest_first=True
    )
    return int(count.scalar_one()), tuple(found)
