"""What is known of a case as rows, replaced ones too: for a file that imports again elsewhere.

An import records by the one way in; only that a fact was replaced before is put back here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.case.header import Header
from udmelding.journal.files import guard
from udmelding.journal.launch import NewParty
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import KINDS, table_for, table_of
from udmelding.rules.recording.catalogue import ENTRY_OF_VALUE
from udmelding.rules.recording.entry import Entry


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as it stands in its table.

    Attributes:
        entry: the kind of entry that makes such a row.
        columns: all that stands in it; of a pinned process also its ``content``.
    """

    entry: type[Entry]
    columns: Mapping[str, Any]


def fact_rows(session: Session, header: Header) -> Iterator[FactRow]:
    """Every fact of the case but its parties, one statement for each kind."""
    for kind in KINDS:
        if kind.fact in (models.Party, models.Redaction):
            continue
        table = table_of(kind.fact)
        query = sa.select(table).where(table.c.announcement_id == header.id)
        if kind.fact is models.ProcessPin:
            version = table_of(models.ProcessVersion)
            query = query.add_columns(version.c.content).join(version)
        for row in session.execute(query).mappings():
            yield FactRow(ENTRY_OF_VALUE[kind.value], dict(row))


def party_rows(session: Session, header: Header) -> list[NewParty]:
    """Everybody who takes part, in the order of recording."""
    table = table_of(models.Party)
    names = ("party", "name", "kind", "area", "is_asked", "member_from", "member_until")
    query = (
        sa.select(*(table.c[name] for name in names))
        .where(table.c.announcement_id == header.id)
        .order_by(table.c.id)
    )
    return [NewParty(**dict(zip(names, row, strict=True))) for row in session.execute(query)]


def restore_superseded(
    session: Session,
    entry: Entry,
    key: str,
    at: dt.datetime,
    by_key: str,
    stamp: Stamp,
) -> None:
    """Mark the fact that an imported entry became as replaced, as it was where it came from.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    said = guard(session, key, {"reason": by_key}, stamp)["reason"]
    table = table_for(entry)
    session.execute(
        sa.update(table).where(table.c.key == key).values(superseded_at=at, superseded_by=said)
    )
