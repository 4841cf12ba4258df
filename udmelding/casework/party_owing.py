"""What do municipalities owe in all open cases? Read from the summaries; no case is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import OutboxState
from udmelding.casework.services import Services
from udmelding.casework.summaries import OwedThing, prepared
from udmelding.journal.summaries import summaries
from udmelding.journal.tables import table_of
from udmelding.rules.case.standing import State
from udmelding.rules.status.owed import Owed


@dataclass(frozen=True, slots=True)
class Owing:
    """How many things one municipality owes, and the earliest due date of them."""

    things: int = 0
    oldest: dt.date | None = None


def owing_by_party(services: Services, now: dt.datetime) -> Mapping[str, Owing]:
    """How much each municipality owes; those that owe nothing left out."""
    rows = prepared(services, now.date(), lambda s, basis: summaries.parts(s, basis, "owing"))
    found: dict[str, Owing] = {}
    for _, owing in rows:
        for party, things in (owing or {}).items():
            before = found.get(party, Owing())
            days = [thing.due_on for thing in _things(things) if thing.due_on is not None]
            oldest = min([*days, *([before.oldest] if before.oldest else [])], default=None)
            found[party] = Owing(before.things + len(things), oldest)
    return found


def _things(stored: Iterable[Any] | None) -> Iterator[OwedThing]:
    for step, what, due in stored or ():
        yield OwedThing(step, what, dt.date.fromisoformat(due) if due else None)


def owed_by(services: Services, party: str, name: str, now: dt.datetime) -> tuple[Owed, ...]:
    """Everything that one municipality owes, the earliest due date first.

    Args:
        services: the database.
        party: its code, and ``name`` what it is called.
        name: see ``party``.
        now: decides what is overdue.
    """
    today = now.date()

    def read(session: Session, basis: summaries.Basis) -> tuple[Owed, ...]:
        written = _written(session, party)
        return tuple(
            _owed(reference, party, name, thing, written, today)
            for reference, things in summaries.parts(session, basis, "owing", party)
            for thing in _things(things)
        )

    found = prepared(services, today, read)
    return tuple(sorted(found, key=lambda o: (o.due_on or dt.date.max, o.reference)))


def _owed(
    reference: str,
    party: str,
    name: str,
    thing: OwedThing,
    written: Mapping[tuple[str, str], tuple[dt.datetime, int]],
    today: dt.date,
) -> Owed:
    last, count = written.get((reference, thing.step), (None, 0))
    is_over = thing.due_on is not None and thing.due_on < today
    return Owed(
        reference=reference,
        step_id=thing.step,
        what=thing.what,
        party=party,
        party_name=name,
        due_on=thing.due_on,
        days_over=(today - thing.due_on).days if thing.due_on else None,
        state=State.OVERDUE if is_over else State.OPEN,
        last_reminded_on=last.date() if last else None,
        reminders=count,
    )


def _written(session: Session, party: str) -> Mapping[tuple[str, str], tuple[dt.datetime, int]]:
    """When it was last written to in each case and step, and how often."""
    mail, case = table_of(models.OutboxMessage), table_of(models.Announcement)
    query = (
        sa.select(case.c.reference, mail.c.step, sa.func.max(mail.c.finished_at), sa.func.count())
        .join(case, case.c.id == mail.c.announcement_id)
        .where(mail.c.party == party, mail.c.state == OutboxState.SENT)
        .group_by(case.c.reference, mail.c.step)
    )
    return {(row[0], row[1]): (row[2], int(row[3])) for row in session.execute(query)}
