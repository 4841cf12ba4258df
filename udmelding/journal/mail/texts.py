"""Keeps each version of a kind of mail's texts once, whatever mails were made from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import MailKind
from udmelding.journal.tables import insert_new, table_of


@dataclass(frozen=True, slots=True)
class KeptTexts:
    """One version of one kind of mail; see ``models.mail_text``."""

    version: str
    kind: MailKind
    texts: Mapping[str, str]
    own: tuple[str, ...]
    first_used_at: dt.datetime


def keep(
    session: Session,
    kind: MailKind,
    version: str,
    texts: Mapping[str, str],
    own: Sequence[str],
    now: dt.datetime,
) -> None:
    """Keep that version, unless it is kept already; two that do so at once keep it once.

    Args:
        session: the transaction that writes the mail.
        kind: the kind of mail.
        version: the checksum that stands in the outbox.
        texts: the template texts by their names.
        own: names of those that were the secretariat's own.
        now: when the mail is written.
    """
    table = table_of(models.MailText)
    at = (table.c.version == version, table.c.mail == kind)
    if session.execute(sa.select(table.c.id).where(*at)).first() is not None:
        return
    row = {"version": version, "mail": kind, "texts": dict(texts), "own": list(own)}
    insert_new(session, table, row | {"first_used_at": now}, "version", "mail")


def version_of(session: Session, version: str, kind: MailKind) -> KeptTexts | None:
    """The texts that a mail was made from; None for a mail in a person's own words, or an old one.

    Args:
        session: reads.
        version: the mail's ``template_version``.
        kind: the mail's kind.
    """
    table = table_of(models.MailText)
    found = _kept(session, table.c.version == version, table.c.mail == kind, most=1)
    return found[0] if found else None


def versions_of(session: Session, kind: MailKind, most: int) -> tuple[KeptTexts, ...]:
    """The versions that mails of a kind were made from, the one first used last at the top."""
    return _kept(session, table_of(models.MailText).c.mail == kind, most=most)


def _kept(session: Session, *where: sa.ColumnElement[bool], most: int) -> tuple[KeptTexts, ...]:
    table = table_of(models.MailText)
    query = sa.select(table).where(*where).limit(most)
    rows = session.execute(query.order_by(table.c.first_used_at.desc(), table.c.id.desc()))
    return tuple(
        KeptTexts(row.version, row.mail, row.texts, tuple(row.own), row.first_used_at)
        for row in rows
    )
