"""Takes personal links out of texts that are stored, and puts in their place which they were.

The checksum of a secret tells the link's number. So a text that holds no secret still says which
link it carried, and a mail that is sent again can be given a fresh one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

import models
from udmelding.journal.access.access import checksum
from udmelding.journal.tables import table_of
from udmelding.rules.access.links import LinkKind, without_links


def blank_texts(
    session: Session,
    table: sa.Table,
    columns: Sequence[str],
    where: sa.ColumnElement[bool],
    params: Mapping[str, Any] | None = None,
) -> int:
    """Take the links out of those columns of the rows that meet ``where``.

    Args:
        session: an open writing transaction.
        table: has a column ``id``.
        columns: texts, plain or HTML.
        where: which rows; ``params`` are its values.
        params: see ``where``.

    Returns:
        How many rows held a link.
    """
    query = sa.select(table.c.id, *(table.c[name] for name in columns)).where(where)
    changed: list[dict[str, Any]] = []
    for number, *texts in session.execute(query, dict(params or {})).all():
        clean = [blank_links(session, text) for text in texts]
        if clean != texts:
            new = {f"new_{name}": text for name, text in zip(columns, clean, strict=True)}
            changed.append({"row": number, **new})
    if changed:
        update = sa.update(table).where(table.c.id == sa.bindparam("row"))
        session.connection().execute(
            update.values({name: sa.bindparam(f"new_{name}") for name in columns}), changed
        )
    return len(changed)


def blank_links(session: Session, text: str) -> str:
    """The text with each link's number in place of the link."""

    def number_of(kind: LinkKind, secret: str) -> int | None:
        table = table_of(_TABLE[kind])
        query = sa.select(table.c.id).where(table.c.token_hash == checksum(secret))
        return session.execute(query).scalar()

    return without_links(text, number_of)


_TABLE: dict[LinkKind, type[SQLModel]] = {
    LinkKind.PARTY: models.PartyLink,
    LinkKind.READER: models.ReaderLink,
}
