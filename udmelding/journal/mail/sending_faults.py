"""Does the mail server take any mails at all? Facts of the installation, told of once.

A fault that lasts is one fact, however many deliveries it stops; the next one says that mails go
again, or that something else is wrong by now.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.recording.announcing import announce_stop
from udmelding.journal.tables import known_at, table_of
from udmelding.rules.mail.faults import HOW_TO_MEND, Mend


@dataclass(frozen=True, slots=True)
class SendingFault:
    """No mail goes.

    Attributes:
        since: when a delivery was first stopped by it.
        said: what happened, in Danish, with the server's own words.
    """

    since: dt.datetime
    mend: Mend
    said: str

    @property
    def how_to_mend(self) -> str:
        """What a person can do, in Danish."""
        return HOW_TO_MEND[self.mend]


def fault_at(session: Session, as_of: dt.datetime | None = None) -> SendingFault | None:
    """What keeps all mails from going (at ``as_of``; None: by all that is known); None: nothing."""
    row = session.execute(_latest_query(is_dated=as_of is not None), {"as_of": as_of}).first()
    return SendingFault(row[0], Mend(row[1]), row[2]) if row is not None and row[1] else None


@cache
def _latest_query(*, is_dated: bool) -> sa.Select[Any]:
    """Built once: every page asks it."""
    table = table_of(models.SendingFault)
    return (
        sa.select(table.c.recorded_at, table.c.mend, table.c.said)
        .where(known_at(table, sa.bindparam("as_of") if is_dated else None))
        .order_by(table.c.recorded_at.desc(), table.c.id.desc())
        .limit(1)
    )


def say_stopped(session: Session, mend: Mend, said: str, now: dt.datetime) -> bool:
    """A delivery was stopped; tells the webhooks of it. False where that is known already."""
    known = fault_at(session)
    if known is not None and known.mend is mend:
        return False
    _add(session, mend.value, said, now)
    announce_stop(session, mend.value, HOW_TO_MEND[mend], now)
    return True


def say_going(session: Session, now: dt.datetime) -> bool:
    """A mail server took a mail; False where nothing had kept it from doing so."""
    if fault_at(session) is None:
        return False
    _add(session, "", "", now)
    return True


def _add(session: Session, mend: str, said: str, now: dt.datetime) -> None:
    table = table_of(models.SendingFault)
    last = session.execute(sa.select(sa.func.max(table.c.recorded_at))).scalar()
    moment = now if last is None or last < now else last + dt.timedelta(microseconds=1)
    session.execute(
        sa.insert(table).values(
            key=f"sending-fault/{moment.astimezone(dt.UTC).isoformat()}",
            recorded_at=moment,
            recorded_by="udmelding",
            mend=mend,
            said=said,
            source="",
            is_made_up=False,
        )
    )
