"""Mail is weighed: doubts, holds of what a mail may concern, and when an absence begins.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "incoming_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_key", sa.String(length=64), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("held_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_incoming_hold_announcement_id_announcement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_hold")),
        sa.UniqueConstraint(
            "mail_key",
            "announcement_id",
            "step",
            "party",
            name=op.f("uq_incoming_hold_mail_key_announcement_id_step_party"),
        ),
    )
    op.create_index(op.f("ix_incoming_hold_announcement_id"), "incoming_hold", ["announcement_id"])
    with op.batch_alter_table("incoming_mail") as table:
        table.add_column(
            sa.Column("is_doubtful", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("delivery_report") as table:
        table.add_column(sa.Column("since", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the schema back to the revision before."""
    with op.batch_alter_table("delivery_report") as table:
        table.drop_column("since")
    with op.batch_alter_table("incoming_mail") as table:
        table.drop_column("is_doubtful")
    op.drop_index(op.f("ix_incoming_hold_announcement_id"), table_name="incoming_hold")
    op.drop_table("incoming_hold")
