"""Whom a case is about: adults, children and young people, or both. Old cases do not say.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.add_column("particulars", sa.Column("target_group", sa.String(length=32)))


def downgrade() -> None:
    """Take the schema back to the revision before."""
    op.drop_column("particulars", "target_group")
