"""Mail drafts: what a person has said about a mail before it is written.

Not a fact about a case: a draft says how one coming mail is to be treated, and changes in place.
What went out in the end stands in the outbox.
"""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from models.fact import Moment


class MailDraft(SQLModel, table=True):
    """One coming mail that a person has held back or rewritten.

    Attributes:
        key: the mail's idempotency key, as it will stand in the outbox.
        is_held: not to be written before somebody releases it; ``reason`` says why.
        subject: the words to use this time instead of the template's; empty for the template's.
        text: the same for the text.
    """

    __tablename__ = "mail_draft"

    key: str = Field(primary_key=True, max_length=200)
    is_held: bool = False
    reason: str = ""
    subject: str = ""
    text: str = ""
    changed_at: dt.datetime = Field(sa_type=Moment)
    changed_by: str
