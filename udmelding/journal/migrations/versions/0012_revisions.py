"""How often a case has changed, so that whoever has loaded it can tell whether it still holds.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.add_column(
        "announcement", sa.Column("revision", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("announcement", sa.Column("revised_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take the schema back to the revision before."""
    op.drop_column("announcement", "revised_at")
    op.drop_column("announcement", "revision")
