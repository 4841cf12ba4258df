"""Can this be recorded? What an entry must not contradict before it becomes a fact."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.config.case.process import Parties
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import Header
from udmelding.journal.recording.entries import (
    Entry,
    NewChaseStop,
    NewDatedReminder,
    NewDeadline,
    NewDecision,
    NewExpectation,
    NewRespondent,
)
from udmelding.journal.tables import table_of


def check(session: Session, header: Header, entry: Entry, today: dt.date) -> None:
    """Refuse an entry that contradicts its case or the calendar.

    Raises:
        NotFoundError: the party or the step is not in the case.
        RefusedError: the entry contradicts the case, such as a decision in the future.
    """
    _check_party(session, header, entry)
    if isinstance(entry, NewExpectation) and entry.expected_on < today:
        raise RefusedError(
            f"{entry.expected_on:%d.%m.%Y} er en dag, der er gået. Registrér beslutningen i stedet."
        )
    if isinstance(entry, NewChaseStop) and entry.until and entry.until < today:
        raise RefusedError(
            f"{entry.until:%d.%m.%Y} er en dag, der er gået. Skriv en dag, der kommer, eller ingen."
        )
    if isinstance(entry, NewDatedReminder) and entry.remind_on < today:
        raise RefusedError(
            f"{entry.remind_on:%d.%m.%Y} er en dag, der er gået. Skriv en dag, der kommer."
        )
    if isinstance(entry, NewDeadline) and entry.due_on <= header.received_on:
        raise RefusedError(
            f"Fristen {entry.due_on:%d.%m.%Y} ligger ikke efter modtagelsen "
            f"{header.received_on:%d.%m.%Y}."
        )
    happened = getattr(entry, "on", None)
    if happened is not None and happened.start > today and entry.kind != "verdict":
        raise RefusedError(
            f"{happened.start:%d.%m.%Y} ligger efter registreringsdagen "
            f"{today:%d.%m.%Y}. Registrér det, når det er sket."
        )


def _check_party(session: Session, header: Header, entry: Entry) -> None:
    step_id, party = getattr(entry, "step", None), getattr(entry, "party", None)
    step = header.process.step(step_id) if step_id else None
    if step_id and step is None:
        raise NotFoundError("trin", step_id, tuple(s.id for s in header.process.steps))
    if isinstance(entry, NewDatedReminder) and party and not step_id:
        raise RefusedError("Vælg også, hvad parten skal mindes om: trinnet i sagen.")
    if not party or isinstance(entry, NewRespondent):
        return
    here = {"announcement_id": header.id, "party": party}
    known = session.execute(_party_query(), here).first()
    if known is None:
        raise NotFoundError("part i sagen", party)
    is_body = known[1] is models.PartyKind.BODY
    if step is not None and is_body and step.parties is Parties.MUNICIPALITIES:
        raise RefusedError(f"{known[0]} skylder intet i trinnet «{step.title}».")
    if isinstance(entry, NewDecision) and step is not None and step.fulfilled_by != "decision":
        raise RefusedError(f"Trinnet «{step.title}» afgøres ikke ved en beslutning.")


@cache
def _party_query() -> sa.Select[Any]:
    parties = table_of(models.Party)
    return sa.select(parties.c.name, parties.c.kind).where(
        parties.c.announcement_id == sa.bindparam("announcement_id"),
        parties.c.party == sa.bindparam("party"),
        parties.c.superseded_at.is_(None),
    )
