"""A case has a short name beside its title.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision; a case of before is called by its title."""
    op.add_column(
        "particulars", sa.Column("short_name", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Take the schema back to the revision before."""
    op.drop_column("particulars", "short_name")
