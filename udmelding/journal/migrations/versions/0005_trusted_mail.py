"""Mail in, delivery reports, dated reminders, the sending pause, and versions of mail texts.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "delivery_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_key", sa.String(length=64), nullable=False),
        sa.Column("mail_key", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_report")),
        sa.UniqueConstraint(
            "incoming_key", "address", name=op.f("uq_delivery_report_incoming_key_address")
        ),
    )
    with op.batch_alter_table("delivery_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_report_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_report_mail_key"), ["mail_key"], unique=False)

    op.create_table(
        "mail_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("mail", sa.String(length=32), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("own", sa.JSON(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_text")),
        sa.UniqueConstraint("version", "mail", name=op.f("uq_mail_text_version_mail")),
    )
    op.create_table(
        "sending_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_pause")),
        sa.UniqueConstraint("key", name=op.f("uq_sending_pause_key")),
    )
    op.create_table(
        "dated_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_dated_reminder_announcement_id_announcement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_reminder")),
        sa.UniqueConstraint("key", name=op.f("uq_dated_reminder_key")),
    )
    with op.batch_alter_table("dated_reminder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dated_reminder_announcement_id"), ["announcement_id"], unique=False
        )

    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=998), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("own_text", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("raw_sha256", sa.String(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("reply_to_key", sa.String(length=200), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("matched_by", sa.String(length=32), nullable=False),
        sa.Column("suggestion", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("meaning", sa.String(length=32), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_incoming_mail_announcement_id_announcement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_incoming_mail_key")),
    )
    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incoming_mail_announcement_id"), ["announcement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incoming_mail_message_id"), ["message_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incoming_mail_received_at"), ["received_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incoming_mail_reply_to_key"), ["reply_to_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_incoming_mail_state"), ["state"], unique=False)

    with op.batch_alter_table("agenda", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ladder", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("escalates_after", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("silent", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_finished_at", ["finished_at"], unique=False)

    with op.batch_alter_table("party_link", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("mail_key", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_party_link_mail_key"), ["mail_key"], unique=False)


def downgrade() -> None:
    """Take the schema back to the revision before."""
    with op.batch_alter_table("party_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_link_mail_key"))
        batch_op.drop_column("mail_key")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_finished_at")

    with op.batch_alter_table("agenda", schema=None) as batch_op:
        batch_op.drop_column("silent")
        batch_op.drop_column("escalates_after")
        batch_op.drop_column("ladder")

    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_mail_state"))
        batch_op.drop_index(batch_op.f("ix_incoming_mail_reply_to_key"))
        batch_op.drop_index(batch_op.f("ix_incoming_mail_received_at"))
        batch_op.drop_index(batch_op.f("ix_incoming_mail_message_id"))
        batch_op.drop_index(batch_op.f("ix_incoming_mail_announcement_id"))

    op.drop_table("incoming_mail")
    with op.batch_alter_table("dated_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dated_reminder_announcement_id"))

    op.drop_table("dated_reminder")
    op.drop_table("sending_pause")
    op.drop_table("mail_text")
    with op.batch_alter_table("delivery_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_report_mail_key"))
        batch_op.drop_index(batch_op.f("ix_delivery_report_address"))

    op.drop_table("delivery_report")
