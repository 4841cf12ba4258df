"""A person says whether a trial mail came.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision; of earlier trials nobody knows whether they came."""
    with op.batch_alter_table("trial_mail") as table:
        table.add_column(sa.Column("via", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("has_arrived", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("answered_by", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the schema back to the revision before."""
    with op.batch_alter_table("trial_mail") as table:
        for name in ("via", "has_arrived", "answered_at", "answered_by"):
            table.drop_column(name)
