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
    with op.batch_alter_table("app_user") as table:
        table.add_column(sa.Column("substitute_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("away_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("away_until", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_app_user_substitute_id_app_user"), "app_user", ["substitute_id"], ["id"]
        )


def downgrade() -> None:
    """Take the schema back to the revision before."""
    with op.batch_alter_table("app_user") as table:
        table.drop_constraint(op.f("fk_app_user_substitute_id_app_user"), type_="foreignkey")
        for name in ("substitute_id", "away_from", "away_until"):
            table.drop_column(name)
