"""A user has a substitute, and may say when they are away.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision; nobody has a substitute yet."""
    # Added one by one: to make the table anew would take it from under the sessions of its users.
    op.add_column("app_user", sa.Column("substitute_id", sa.Integer(), nullable=True))
    op.add_column("app_user", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("app_user", sa.Column("away_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the schema back to the revision before."""
    for name in ("substitute_id", "away_from", "away_until"):
        op.drop_column("app_user", name)
