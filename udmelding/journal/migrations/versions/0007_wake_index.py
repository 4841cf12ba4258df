"""The index of when to look at what is called wake: an agenda is a meeting's.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COPIED = (
    "announcement_id",
    "process_version_id",
    "step",
    "party",
    "opened_on",
    "due_on",
    "ladder",
    "escalates_after",
    "silent",
    "last_rung",
    "next_on",
)


def upgrade() -> None:
    """Bring the schema to this revision."""
    _make_anew("agenda", "wake")


def downgrade() -> None:
    """Take the schema back to the revision before."""
    _make_anew("wake", "agenda")


def _make_anew(old: str, new: str) -> None:
    """Copy, not rename: constraints would keep their old names, and SQLite cannot rename them."""
    op.create_table(
        new,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("process_version_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ladder", sa.String(), server_default="", nullable=False),
        sa.Column("escalates_after", sa.Date(), nullable=True),
        sa.Column("silent", sa.String(), server_default="", nullable=False),
        sa.Column("last_rung", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f(f"fk_{new}_announcement_id_announcement"),
        ),
        sa.ForeignKeyConstraint(
            ["process_version_id"],
            ["process_version.id"],
            name=op.f(f"fk_{new}_process_version_id_process_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{new}")),
        sa.UniqueConstraint(
            "announcement_id", "step", "party", name=op.f(f"uq_{new}_announcement_id_step_party")
        ),
    )
    rows = sa.select(*map(sa.column, _COPIED)).select_from(sa.table(old))
    op.execute(sa.table(new, *map(sa.column, _COPIED)).insert().from_select(_COPIED, rows))
    op.drop_table(old)  # its index goes with it, and its name is free again
    op.create_index(op.f(f"ix_{new}_next_on"), new, ["next_on"], unique=False)
