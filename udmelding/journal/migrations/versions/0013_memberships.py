"""From when until when a party of a case exists: regional councils end and begin.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.add_column("party", sa.Column("member_from", sa.Date()))
    op.add_column("party", sa.Column("member_until", sa.Date()))


def downgrade() -> None:
    """Take the schema back to the revision before."""
    op.drop_column("party", "member_until")
    op.drop_column("party", "member_from")
