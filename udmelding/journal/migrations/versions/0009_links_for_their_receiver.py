"""Links that were made from links; and no link in the words of a mail that has gone or come.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from udmelding.rules.access.links import LinkKind, without_links

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OVER = ("sent", "failed", "withdrawn")
_STEP = 500


def upgrade() -> None:
    """Bring the schema to this revision, and take the secrets out of what is stored."""
    with op.batch_alter_table("party_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_party_link_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_party_link_parent_id_party_link"), "party_link", ["parent_id"], ["id"]
        )
    numbers = {
        kind: _numbers(table)
        for kind, table in ((LinkKind.PARTY, "party_link"), (LinkKind.READER, "reader_link"))
    }
    outbox = sa.table("outbox", *map(sa.column, ("id", "state", "text", "html")))
    _blank(outbox, ("text", "html"), numbers, outbox.c.state.in_(_OVER))
    came = sa.table("incoming_mail", *map(sa.column, ("id", "text", "own_text")))
    _blank(came, ("text", "own_text"), numbers, sa.true())


def _numbers(name: str) -> dict[str, int]:
    """The number of every link by the checksum of its secret."""
    table = sa.table(name, sa.column("id"), sa.column("token_hash"))
    rows = op.get_bind().execute(sa.select(table.c.token_hash, table.c.id))
    return {row[0]: row[1] for row in rows}


def _blank(
    table: sa.TableClause,
    names: tuple[str, str],
    numbers: dict[LinkKind, dict[str, int]],
    where: sa.ColumnElement[bool],
) -> None:
    """Take the links out of two columns, a few hundred rows at a time."""

    def number_of(kind: LinkKind, secret: str) -> int | None:
        return numbers[kind].get(sha256(secret.encode()).hexdigest())

    bind, last = op.get_bind(), 0
    query = sa.select(table.c.id, *(table.c[name] for name in names)).order_by(table.c.id)
    while rows := bind.execute(query.where(where, table.c.id > last).limit(_STEP)).all():
        last = rows[-1][0]
        for number, *texts in rows:
            clean = [without_links(text, number_of) for text in texts]
            if clean != texts:
                new = dict(zip(names, clean, strict=True))
                bind.execute(sa.update(table).where(table.c.id == number).values(new))


def downgrade() -> None:
    """Take the schema back to the revision before; a secret that was taken out stays out."""
    with op.batch_alter_table("party_link", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_party_link_parent_id_party_link"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_party_link_parent_id"))
        batch_op.drop_column("parent_id")
