"""The fact tables as SQLAlchemy Core sees them: journal code reads and writes sets of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

import models
from udmelding.journal.stamp import Stamp
from udmelding.rules.case import facts as values
from udmelding.rules.case.case import Case
from udmelding.rules.recording.catalogue import ENTRIES
from udmelding.rules.recording.entry import Entry


@dataclass(frozen=True, slots=True)
class Kind:
    """A fact table, the value its rows become, and the field of ``Case`` that holds them.

    Those without a field are not loaded with every case, but read where they are wanted, with what
    they hold.
    """

    fact: type[models.Fact]
    value: type[values.Recorded]
    field: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that the value has."""
        return tuple(field.name for field in fields(self.value))


@cache
def kind_for(value: type[values.Recorded]) -> Kind:
    """A value, the table of the same name, and where a case holds them."""
    held = (
        name
        for name, its in get_type_hints(Case).items()
        if its is value or (get_origin(its) is tuple and get_args(its)[0] is value)
    )
    return Kind(getattr(models, value.__name__), value, next(held, ""))


KINDS = tuple(kind_for(value) for value in (*(one.value for one in ENTRIES), values.Redaction))
"""All kinds of facts of a case."""

FACTS = tuple(kind.fact for kind in KINDS if kind.value is not values.Redaction)
"""All tables of case facts that are recorded and can be corrected; export walks this list.

``Redaction`` is not among them: nobody takes back that something was taken out for good.
"""

SHARED_FACTS: tuple[type[models.Fact], ...] = (
    models.Meeting,
    models.MunicipalChain,
    models.MunicipalMeeting,
    models.Contact,
    models.SendingPause,
    models.SendingFault,
)
"""The tables of facts that belong to no one case."""


def table_for(entry: Entry) -> sa.Table:
    """The table that an entry becomes a row of."""
    return table_of(getattr(models, entry.value.__name__))


def table_of(fact: type[SQLModel]) -> sa.Table:
    """The Core table of a model class."""
    table: sa.Table = fact.__table__  # type: ignore[attr-defined]
    return table


def known_at(
    table: sa.Table, as_of: dt.datetime | sa.BindParameter[Any] | None
) -> sa.ColumnElement[bool]:
    """The condition that a fact was known, and not yet replaced, at ``as_of`` (None: now)."""
    if as_of is None:
        return table.c.superseded_at.is_(None)
    return sa.and_(
        table.c.recorded_at <= as_of,
        sa.or_(table.c.superseded_at.is_(None), table.c.superseded_at > as_of),
    )


def insert_new(session: Session, table: sa.Table, row: Mapping[str, Any], *unique: str) -> bool:
    """Insert a row, unless one has the same in the ``unique`` columns; two at once keep one.

    Returns:
        Whether it was inserted.
    """
    insert = _insert_new(table, session.get_bind().dialect.name, unique)
    return session.execute(insert, dict(row)).first() is not None


@cache
def _insert_new(table: sa.Table, dialect: str, unique: tuple[str, ...]) -> sa.Executable:
    """Built once for each table: building a statement costs more than running it."""
    from sqlalchemy.dialects import postgresql, sqlite  # late: reading needs neither

    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing(index_elements=unique).returning(table.c.id)


def supersede(
    session: Session, fact: type[models.Fact], pairs: Sequence[tuple[str, str]], stamp: Stamp
) -> None:
    """Mark facts as replaced, each by the one that stands beside its key."""
    table = table_of(fact)
    update = (
        sa.update(table)
        .where(table.c.key == sa.bindparam("old"))
        .values(superseded_at=stamp.now, superseded_by=sa.bindparam("new"))
    )
    if pairs:
        session.execute(update, [{"old": old, "new": new} for old, new in pairs])
