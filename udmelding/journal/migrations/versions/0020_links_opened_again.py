"""Personal links are closed and opened again: who did it, and when.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision; who closed the links of before is not known."""
    op.create_table(
        "party_link_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("turned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turned_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["party_link.id"], name=op.f("fk_party_link_turn_link_id_party_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_link_turn")),
    )
    op.create_index(op.f("ix_party_link_turn_link_id"), "party_link_turn", ["link_id"])


def downgrade() -> None:
    """Take the schema back to the revision before."""
    op.drop_index(op.f("ix_party_link_turn_link_id"), table_name="party_link_turn")
    op.drop_table("party_link_turn")
