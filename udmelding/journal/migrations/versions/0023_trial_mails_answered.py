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
    for column in (
        sa.Column("via", sa.String(), nullable=False, server_default=""),
        sa.Column("has_arrived", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False, server_default=""),
    ):
        op.add_column("trial_mail", column)


def downgrade() -> None:
    """Take the schema back to the revision before."""
    for name in ("via", "has_arrived", "answered_at", "answered_by"):
        op.drop_column("trial_mail", name)
