"""How far a mail came and what took it; what stopped all of them; trial mails.

Which way mails went before is not known, but for those that were written as files in a trial.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.add_column("outbox", sa.Column("content_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("transport", sa.String(), nullable=False, server_default=""))
    outbox = sa.table(
        "outbox",
        sa.column("state", sa.String()),
        sa.column("outcome", sa.String()),
        sa.column("transport", sa.String()),
    )
    op.execute(
        sa.update(outbox)
        .where(outbox.c.state == "sent", outbox.c.outcome.startswith("prøvedrift"))
        .values(transport="folder", outcome="")
    )
    op.create_table(
        "sending_fault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("mend", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_fault")),
        sa.UniqueConstraint("key", name=op.f("uq_sending_fault_key")),
    )
    op.create_table(
        "trial_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_trial_mail_key")),
    )


def downgrade() -> None:
    """Take the schema back to the revision before."""
    op.drop_table("trial_mail")
    op.drop_table("sending_fault")
    op.drop_column("outbox", "transport")
    op.drop_column("outbox", "content_at")
