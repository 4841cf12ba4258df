"""Mail texts: every version of a kind of mail's templates that a mail was made from.

Written once for each version and never changed, so that it can be seen years later which words
were the template's and which the case's.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word
from models.outbox import MailKind


class MailText(SQLModel, table=True):
    """One version of one kind of mail.

    Attributes:
        version: checksum of all texts; stands in the outbox as ``template_version``.
        texts: the template texts by their names, such as ``invitation/body.md``.
        first_used_at: when the first mail was made from it.
        own: names of those texts that were the secretariat's own, not the shipped ones.
    """

    __tablename__ = "mail_text"
    __table_args__ = (sa.UniqueConstraint("version", "mail"),)

    id: int | None = Field(default=None, primary_key=True)
    version: str = Field(max_length=64)
    mail: MailKind = word(MailKind)
    texts: dict[str, str] = Field(sa_type=sa.JSON)
    own: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    first_used_at: dt.datetime = Field(sa_type=Moment)
