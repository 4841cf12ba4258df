"""How many files of a mail are locked away; those of earlier mails are marked.

What was found in the files of a mail before stood beside them, and they lay among the documents.
From here on the mark says that a person has to decide; ``casework.inbox.locked.tidy`` moves their
bytes when the program starts next. A file that somebody has made a document of a case is left.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SURE = ("certain", "likely")
_STEP = 500


def upgrade() -> None:
    """Bring the schema to this revision, and mark what is to be locked away."""
    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("locked_files", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.create_index(
            batch_op.f("ix_incoming_mail_locked_files"), ["locked_files"], unique=False
        )
    document = sa.table("document", sa.column("sha256"))
    bind, last = op.get_bind(), 0
    taken = frozenset(bind.execute(sa.select(document.c.sha256)).scalars())
    json = [sa.column(name, sa.JSON()) for name in ("attachments", "suggestion")]
    mail = sa.table("incoming_mail", *map(sa.column, ("id", "locked_files")), *json)
    query = sa.select(mail.c.id, mail.c.attachments, mail.c.suggestion).order_by(mail.c.id)
    while rows := bind.execute(query.where(mail.c.id > last).limit(_STEP)).all():
        last = rows[-1].id
        for row in rows:
            is_sure = row.suggestion.get("cpr") in _SURE
            files = [_marked(file, taken, is_sure=is_sure) for file in row.attachments]
            if count := sum("is_locked" in file for file in files):
                values = {"attachments": files, "locked_files": count}
                bind.execute(sa.update(mail).where(mail.c.id == row.id).values(values))


def _marked(file: dict[str, Any], taken: frozenset[str], *, is_sure: bool) -> dict[str, Any]:
    """The file, with a mark where a person has to look at it."""
    sha256 = file.get("sha256")
    is_doubtful = bool(sha256) and sha256 not in taken and (is_sure or bool(file.get("cpr")))
    return {**file, "is_locked": True} if is_doubtful else file


def downgrade() -> None:
    """Take the schema back to the revision before; files that were locked away stay where they are.

    An earlier program does not find them, and shows that they are missing.
    """
    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_mail_locked_files"))
        batch_op.drop_column("locked_files")
