"""What persons have said about coming mails: held back, or worded otherwise for this one time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.errors import RefusedError
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of

MOST_OF_SUBJECT = 200
MOST_OF_TEXT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """What was said about one coming mail; see ``models.mail_draft``."""

    key: str
    is_held: bool = False
    reason: str = ""
    subject: str = ""
    text: str = ""
    changed_at: dt.datetime
    changed_by: str

    @property
    def is_reworded(self) -> bool:
        """Whether a person has written the mail's text."""
        return bool(self.text)


_NAMES = tuple(field.name for field in fields(MailDraft))


def mail_draft_of(session: Session, key: str) -> MailDraft | None:
    """What was said about the mail ``key``, or None."""
    return mail_drafts(session, (key,)).get(key)


def mail_drafts(session: Session, keys: tuple[str, ...] | None = None) -> Mapping[str, MailDraft]:
    """What was said about coming mails (those of ``keys``, or all), by key."""
    table = table_of(models.MailDraft)
    query = sa.select(*(table.c[name] for name in _NAMES)).order_by(table.c.key)
    if keys is not None:
        query = query.where(table.c.key.in_(keys))
    rows = session.execute(query)
    return {row.key: MailDraft(**dict(zip(_NAMES, row, strict=True))) for row in rows}


def say(session: Session, mail_draft: MailDraft, *, has_looked: bool = False) -> None:
    """Keep what a person says of a mail, in place of what was said before.

    A draft that says nothing is forgotten.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
        RefusedError: a new text lacks its subject or the other way round, or is too long.
    """
    if bool(mail_draft.subject.strip()) != bool(mail_draft.text.strip()):
        raise RefusedError("Skriv både emne og tekst.")
    if len(mail_draft.subject) > MOST_OF_SUBJECT:
        raise RefusedError(f"Emnet kan højst være {MOST_OF_SUBJECT} tegn.")
    if len(mail_draft.text) > MOST_OF_TEXT:
        raise RefusedError(f"Teksten kan højst være {MOST_OF_TEXT} tegn.")
    texts = {"subject": mail_draft.subject, "text": mail_draft.text, "reason": mail_draft.reason}
    stamp = Stamp(mail_draft.changed_at, mail_draft.changed_by, has_looked)
    guard(session, mail_draft.key, texts, stamp)
    forget(session, (mail_draft.key,))
    if mail_draft.is_held or mail_draft.is_reworded:
        row = {name: getattr(mail_draft, name) for name in _NAMES}
        session.execute(sa.insert(table_of(models.MailDraft)).values(**row))


def forget(session: Session, keys: tuple[str, ...]) -> None:
    """Treat those mails as if nobody had said anything about them."""
    table = table_of(models.MailDraft)
    session.execute(sa.delete(table).where(table.c.key.in_(keys)))
