"""Trial mails: each is written down before the mail server is spoken to, and goes once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import models
from models import OutboxState
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialMail:
    """One trial mail; see ``models.trial_mail``."""

    key: str
    address: str
    written_at: dt.datetime
    written_by: str
    state: OutboxState = OutboxState.HANDING_OVER
    transport: str = ""
    outcome: str = ""
    finished_at: dt.datetime | None = None
    via: str = ""
    has_arrived: bool | None = None
    answered_at: dt.datetime | None = None
    answered_by: str = ""


_NAMES = tuple(field.name for field in fields(TrialMail))


def trial_mail(session: Session, key: str) -> TrialMail | None:
    """The trial mail with that key; None where there is none."""
    return _first(session, table_of(models.TrialMail).c.key == key)


def last_trial(session: Session, via: str) -> TrialMail | None:
    """The newest one that went by that server and sender; None where none has."""
    return _first(session, table_of(models.TrialMail).c.via == via)


def answer_trial(session: Session, key: str, *, has_arrived: bool, stamp: Stamp) -> bool:
    """Keep what a person says of it; False where there is no such mail.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``, of the person's name.
    """
    guard(session, key, {}, stamp)
    table = table_of(models.TrialMail)
    told = {"has_arrived": has_arrived, "answered_at": stamp.now, "answered_by": stamp.by}
    done = session.execute(sa.update(table).where(table.c.key == key).values(**told))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _first(session: Session, where: sa.ColumnElement[bool]) -> TrialMail | None:
    table = table_of(models.TrialMail)
    query = sa.select(*(table.c[name] for name in _NAMES)).where(where)
    row = session.execute(query.order_by(table.c.id.desc()).limit(1)).first()
    return None if row is None else TrialMail(**dict(zip(_NAMES, row, strict=True)))


def write_trial(session: Session, mail: TrialMail) -> bool:
    """Write it down before it goes; False where one with its key stands there, and this is lost."""
    values = {name: getattr(mail, name) for name in _NAMES}
    try:
        session.execute(sa.insert(table_of(models.TrialMail)).values(**values))
    except IntegrityError:
        session.rollback()
        return False
    return True


def finish_trial(
    session: Session,
    key: str,
    state: OutboxState,
    now: dt.datetime,
    *,
    outcome: str,
    transport: str = "",
) -> None:
    """Say what became of it."""
    table = table_of(models.TrialMail)
    told = {"state": state, "outcome": outcome, "transport": transport, "finished_at": now}
    session.execute(sa.update(table).where(table.c.key == key).values(**told))
