"""Which documents does the database name? For those who look whether they are still there."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.inbox.incoming import has_locked
from udmelding.journal.tables import table_of
from udmelding.rules.forms.answer_paths import FILE_ANSWER
from udmelding.rules.inbox.mail_files import FileState, state_of
from udmelding.rules.service import DocumentNamed
from udmelding.rules.words.texts import texts_in


def named_documents(session: Session) -> tuple[DocumentNamed, ...]:
    """Every stored document that the database names, each checksum once, also superseded ones.

    Without the files of mails that are locked away. A test holds this to all columns of the tables
    that name a checksum.
    """
    return _once(_all(session))


def locked_documents(session: Session) -> tuple[DocumentNamed, ...]:
    """Files of mails that are locked away, and mails that carry one; they lie apart."""
    return _once(_in_mails_that_came(session, are_locked=True))


def _once(named: Iterator[tuple[str, int | None, str]]) -> tuple[DocumentNamed, ...]:
    found: dict[str, DocumentNamed] = {}
    for sha256, size, name in named:
        known = found.get(sha256)
        if sha256 and (known is None or known.size is None):
            found[sha256] = DocumentNamed(sha256, size, name)
    return tuple(found.values())


def _all(session: Session) -> Iterator[tuple[str, int | None, str]]:
    document = table_of(models.Document).c
    for row in session.execute(
        sa.select(document.sha256, document.size, document.file_name, document.title)
    ):
        yield row.sha256, row.size, row.file_name or row.title
    answer = table_of(models.FormAnswer).c
    for row in session.execute(sa.select(answer.sha256, answer.file_name)):
        yield row.sha256, None, row.file_name
    yield from _in_forms(session)
    version = table_of(models.ReportVersion).c
    for row in session.execute(
        sa.select(version.number, version.values_sha256, version.word_sha256, version.pdf_sha256)
    ):
        name = f"afrapportering, version {row.number}"
        for sha256 in (row.values_sha256, row.word_sha256, row.pdf_sha256):
            yield sha256, None, name
    yield from _in_mails_that_came(session, are_locked=False)
    mail = table_of(models.OutboxMessage).c
    for row in session.execute(sa.select(mail.attachments)):
        for part in row.attachments:
            yield part["sha256"], None, part["file_name"]


def _in_forms(session: Session) -> Iterator[tuple[str, int | None, str]]:
    for table in (table_of(models.FormAnswer), table_of(models.AnswerDraft)):
        for content in session.execute(sa.select(table.c.content)).scalars():
            for text in texts_in(content):
                if found := FILE_ANSWER.fullmatch(text):
                    yield found["sha256"], None, found["name"]


def _in_mails_that_came(
    session: Session, *, are_locked: bool
) -> Iterator[tuple[str, int | None, str]]:
    """Those that are locked away, or all others."""
    mail = table_of(models.IncomingMail).c
    query = sa.select(mail.raw_sha256, mail.subject, mail.attachments, mail.locked_files)
    for row in session.execute(query.where(has_locked()) if are_locked else query):
        if bool(row.locked_files) is are_locked:
            yield row.raw_sha256, None, f"mail: {row.subject}"
        for part in row.attachments:
            if (state_of(part) is FileState.LOCKED) is are_locked:
                yield part.get("sha256", ""), part.get("size"), part.get("file_name", "")
