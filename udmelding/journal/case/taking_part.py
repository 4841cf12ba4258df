"""Who takes part in which case, and what did one party do in all of them? Read without the cases.

Contacts, which belong to no one case, are in ``journal.parties``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import PartyKind
from udmelding.journal.case.header import closed_ids
from udmelding.journal.tables import table_of
from udmelding.rules.case.facts import Decision

_DECISION = tuple(field.name for field in fields(Decision))


def party_names(session: Session, case_ids: Collection[int]) -> Mapping[tuple[int, str], str]:
    """What every party of those cases is called, by the case's id and the party."""
    table = table_of(models.Party)
    query = sa.select(table.c.announcement_id, table.c.party, table.c.name).where(
        table.c.superseded_at.is_(None), table.c.announcement_id.in_(list(case_ids))
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def asked_kind(session: Session, case_id: int, party: str) -> PartyKind | None:
    """What kind of party it is in the case; None where it is not asked for anything there."""
    table = table_of(models.Party)
    query = sa.select(table.c.kind).where(
        table.c.announcement_id == case_id,
        table.c.party == party,
        table.c.is_asked,
        table.c.superseded_at.is_(None),
    )
    found: PartyKind | None = session.execute(query).scalar()
    return found


def note_writers(session: Session, party: str) -> tuple[tuple[str, str, str], ...]:
    """Who has written notes in the open cases that the party takes part in.

    Returns:
        The reference, what the party is called there, and who wrote; each once.
    """
    own, note = table_of(models.Party), table_of(models.Milestone)
    case = table_of(models.Announcement)
    query = (
        sa.select(case.c.reference, own.c.name, note.c.recorded_by)
        .join(own, own.c.announcement_id == case.c.id)
        .join(note, note.c.announcement_id == case.c.id)
        .where(own.c.party == party, case.c.id.not_in(closed_ids()))
        .distinct()
    )
    return tuple(session.execute(query).tuples().all())


def decisions_of(session: Session, party: str) -> tuple[tuple[str, Decision], ...]:
    """Everything that the party decided, newest first, each with the reference of its case."""
    table, case = table_of(models.Decision), table_of(models.Announcement)
    query = (
        sa.select(case.c.reference, *(table.c[name] for name in _DECISION))
        .join(case, case.c.id == table.c.announcement_id)
        .where(table.c.party == party, table.c.superseded_at.is_(None))
        .order_by(table.c.happened_to.desc(), table.c.recorded_at.desc())
    )
    return tuple(
        (reference, Decision(**dict(zip(_DECISION, row, strict=True))))
        for reference, *row in session.execute(query)
    )
