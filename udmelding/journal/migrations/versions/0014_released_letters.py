"""Letters to the outside are released by a person; who signs them, and the letter's own date.

Letters that the machine had written and not sent yet are taken out of the outbox: they are drafted
again under the same keys, and wait for somebody to release them.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.add_column(
        "submission", sa.Column("signers", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "question_answer", sa.Column("answered_by", sa.String(), nullable=False, server_default="")
    )
    # Before this, answers could not go out from here: those that stand have gone another way.
    op.execute("UPDATE question_answer SET answered_by = 'sekretariatet'")
    op.add_column("particulars", sa.Column("letter_dated_on", sa.Date()))
    op.execute(
        "DELETE FROM outbox WHERE mail IN ('submission', 'reservation_lifted')"
        " AND state = 'pending' AND written_by IN ('', 'udmelding')"
    )


def downgrade() -> None:
    """Take the schema back to the revision before."""
    op.drop_column("particulars", "letter_dated_on")
    op.drop_column("question_answer", "answered_by")
    op.drop_column("submission", "signers")
