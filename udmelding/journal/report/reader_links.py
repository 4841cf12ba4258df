"""The personal links of those who read a draft.

A link's secret stands in the mail that carries it, in the outbox until that mail has gone; here
only its checksum is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.access.access import checksum, fresh_secret
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLink:
    """One link; see ``models.report.ReaderLink``."""

    id: int
    announcement_id: int
    round_number: int
    reader: str
    mail_key: str
    created_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None
    finished_at: dt.datetime | None

    def works(self, now: dt.datetime) -> bool:
        """Whether it opens anything at that moment; a case that was closed is not asked here."""
        return self.revoked_at is None and now < self.expires_at


_NAMES = tuple(ReaderLink.__dataclass_fields__)


def make_reader_link(
    session: Session,
    *,
    announcement_id: int,
    round_number: int,
    reader: str,
    now: dt.datetime,
    lasting: dt.timedelta,
    mail_key: str = "",
) -> str:
    """Make a link for one reader; returns its secret, of which only the checksum is kept here."""
    return make_reader_links(
        session,
        announcement_id=announcement_id,
        round_number=round_number,
        readers={mail_key: reader},
        now=now,
        lasting=lasting,
    )[mail_key]


def make_reader_links(
    session: Session,
    *,
    announcement_id: int,
    round_number: int,
    readers: Mapping[str, str],
    now: dt.datetime,
    lasting: dt.timedelta,
) -> Mapping[str, str]:
    """``make_reader_link`` for readers by their mails' keys, all in one statement."""
    secrets = {mail_key: fresh_secret() for mail_key in readers}
    rows = [
        {
            "token_hash": checksum(secrets[mail_key]),
            "announcement_id": announcement_id,
            "round_number": round_number,
            "reader": reader,
            "mail_key": mail_key,
            "created_at": now,
            "expires_at": now + lasting,
        }
        for mail_key, reader in readers.items()
    ]
    if rows:
        session.execute(sa.insert(table_of(models.ReaderLink)), rows)
    return secrets


def find_reader_link(session: Session, secret: str) -> ReaderLink | None:
    """The link with that secret, working or not; None where there is none."""
    table = table_of(models.ReaderLink)
    return _first(session, table.c.token_hash == checksum(secret))


def reader_link_numbered(session: Session, number: int) -> ReaderLink | None:
    """The link with that number, working or not; None where there is none."""
    return _first(session, table_of(models.ReaderLink).c.id == number)


def links_of(session: Session, announcement_id: int) -> tuple[ReaderLink, ...]:
    """All links of a case, of whatever round, in the order they were made."""
    table = table_of(models.ReaderLink)
    query = (
        sa.select(*(table.c[name] for name in _NAMES))
        .where(table.c.announcement_id == announcement_id)
        .order_by(table.c.id)
    )
    rows = session.execute(query)
    return tuple(ReaderLink(**dict(zip(_NAMES, row, strict=True))) for row in rows)


def change_reader_links(
    session: Session,
    announcement_id: int,
    round_number: int,
    reader: str,
    **values: dt.datetime | None,
) -> None:
    """Change every link of one reader in a round, such as ``finished_at``."""
    table = table_of(models.ReaderLink)
    session.execute(
        sa.update(table)
        .where(
            table.c.announcement_id == announcement_id,
            table.c.round_number == round_number,
            table.c.reader == reader,
        )
        .values(**values)
    )


def _first(session: Session, where: sa.ColumnElement[bool]) -> ReaderLink | None:
    table = table_of(models.ReaderLink)
    row = session.execute(sa.select(*(table.c[n] for n in _NAMES)).where(where)).first()
    return ReaderLink(**dict(zip(_NAMES, row, strict=True))) if row else None
