"""Where do words stand in what is recorded? A fixed number of statements, however many cases.

The database lets through what may match (``rules.desk.like``); the caller decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import DocumentKind, MailKind, OutboxState, PartyKind
from udmelding.journal.case.log import cases_gathered
from udmelding.journal.tables import known_at, table_of
from udmelding.rules.access.links import without_links
from udmelding.rules.desk.search import like


class CaseRow(NamedTuple):
    """What a case can be found by."""

    id: int
    reference: str
    received_on: dt.date
    title: str
    legal_basis: str
    journal_number: str | None
    responsible: str


class PartyRow(NamedTuple):
    """One party, in however many cases; ``announcement_id`` is the newest of them."""

    party: str
    name: str
    kind: PartyKind
    area: str
    announcement_id: int


class MailRow(NamedTuple):
    """One mail; ``party`` is the name of the party it was written to.

    ``cases`` is of how many cases the parts of a gathered one are.
    """

    announcement_id: int
    reference: str
    key: str
    created_at: dt.datetime
    state: OutboxState
    transport: str
    outcome: str
    party: str
    subject: str
    text: str
    recipients: list[str]
    copies: list[str]
    mail: MailKind
    merged_into: str | None
    cases: int


class DocumentRow(NamedTuple):
    """One document; its bytes are found by the checksum."""

    announcement_id: int
    reference: str
    title: str
    file_name: str
    kind: DocumentKind
    dated_on: dt.date
    sha256: str
    size: int


class RemarkRow(NamedTuple):
    """One remark; ``kind`` is the name of the table it stands in."""

    announcement_id: int
    reference: str
    kind: str
    recorded_at: dt.datetime
    party: str
    text: str


def cases(session: Session) -> tuple[CaseRow, ...]:
    """All cases, newest first."""
    latest = _cases(session)
    return tuple(sorted(latest, key=lambda c: (c.received_on, c.id), reverse=True))


def responsible_of(session: Session, references: Collection[str]) -> dict[str, str]:
    """Whom each of the cases names as responsible; one that names nobody is left out."""
    found = _cases(session, references) if references else ()
    return {case.reference: case.responsible for case in found if case.responsible}


def _cases(session: Session, references: Collection[str] | None = None) -> tuple[CaseRow, ...]:
    """The cases with those references, or all, as was last said of them."""
    announcement, said = table_of(models.Announcement), table_of(models.Particulars)
    query = (
        sa.select(
            announcement.c.id,
            announcement.c.reference,
            announcement.c.received_on,
            said.c.title,
            said.c.legal_basis,
            said.c.journal_number,
            said.c.responsible,
        )
        .join(said, said.c.announcement_id == announcement.c.id)
        .where(known_at(said, None))
        .order_by(said.c.recorded_at, said.c.key)
    )
    if references is not None:
        query = query.where(announcement.c.reference.in_(references))
    return tuple({row[0]: CaseRow(*row) for row in session.execute(query)}.values())


def parties(session: Session) -> tuple[PartyRow, ...]:
    """All parties that are not municipalities, each once for every area."""
    party = table_of(models.Party)
    names = (party.c.party, party.c.name, party.c.kind, party.c.area)
    query = (
        sa.select(*names, sa.func.max(party.c.announcement_id))
        .where(known_at(party, None), party.c.kind != PartyKind.MUNICIPALITY)
        .group_by(*names)
        .order_by(party.c.name, party.c.area)
    )
    return tuple(PartyRow(*row) for row in session.execute(query))


def mails(session: Session, words: Sequence[str]) -> tuple[MailRow, ...]:
    """Mails that may hold the words, newest first; their texts without personal links."""
    mail, announcement = table_of(models.OutboxMessage), table_of(models.Announcement)
    party, joined = _with_party(mail)
    own = (mail.c.subject, mail.c.text, mail.c.recipients, mail.c.copies)
    query = (
        sa.select(
            mail.c.announcement_id,
            announcement.c.reference,
            mail.c.key,
            mail.c.created_at,
            mail.c.state,
            mail.c.transport,
            mail.c.outcome,
            party,
            mail.c.subject,
            mail.c.text,
            mail.c.recipients,
            mail.c.copies,
            mail.c.mail,
            mail.c.merged_into,
            cases_gathered(),
        )
        .select_from(joined.join(announcement, announcement.c.id == mail.c.announcement_id))
        .where(_may_hold(words, own, (announcement.c.reference, party)))
        .order_by(mail.c.created_at.desc(), mail.c.key)
    )
    found = (MailRow(*row) for row in session.execute(query))
    return tuple(row._replace(text=without_links(row.text)) for row in found)


def documents(
    session: Session, words: Sequence[str], endings: Sequence[str]
) -> tuple[DocumentRow, ...]:
    """Documents that may hold the words in their title or name, newest first.

    Those whose file name ends on one of ``endings`` all come along: the words may stand inside.
    """
    document, announcement = table_of(models.Document), table_of(models.Announcement)
    may_be_inside = (
        sa.and_(document.c.sha256 != "", document.c.file_name.ilike(f"%{ending}"))
        for ending in endings
    )
    query = (
        sa.select(
            document.c.announcement_id,
            announcement.c.reference,
            document.c.title,
            document.c.file_name,
            document.c.document_kind,
            document.c.dated_on,
            document.c.sha256,
            document.c.size,
        )
        .join(announcement, announcement.c.id == document.c.announcement_id)
        .where(
            known_at(document, None),
            sa.or_(
                _may_hold(
                    words, (document.c.title, document.c.file_name), (announcement.c.reference,)
                ),
                *may_be_inside,
            ),
        )
        .order_by(document.c.dated_on.desc(), document.c.key)
    )
    return tuple(DocumentRow(*row) for row in session.execute(query))


_REMARKS: Mapping[type[models.CaseFact], str] = {
    models.Decision: "note",
    models.Response: "note",
    models.Milestone: "title",
    models.Bulletin: "text",
    models.Expectation: "note",
    models.Extension: "reason",
    models.Waiver: "reason",
    models.Submission: "note",
    models.Closure: "reason",
}
"""The facts that carry a remark, and the column it stands in."""

_FROM_AGENCY: Mapping[type[models.CaseFact], str] = {
    models.Question: "text",
    models.QuestionAnswer: "note",
    models.Verdict: "text",
}
"""The agency's questions and answer, and ours to them."""


def remarks(session: Session, words: Sequence[str]) -> tuple[RemarkRow, ...]:
    """Remarks that may hold the words, newest first; one statement.

    A personal link that somebody has written into one is blanked.
    """
    return _written(session, words, _REMARKS)


def agency_words(session: Session, words: Sequence[str]) -> tuple[RemarkRow, ...]:
    """``remarks`` for what the agency asked and answered, and what it was answered."""
    return _written(session, words, _FROM_AGENCY)


def _written(
    session: Session, words: Sequence[str], kinds: Mapping[type[models.CaseFact], str]
) -> tuple[RemarkRow, ...]:
    parts = [_remarks_of(table_of(fact), column, words) for fact, column in kinds.items()]
    found = (RemarkRow(*row) for row in session.execute(sa.union_all(*parts)))
    rows = [row._replace(text=without_links(row.text)) for row in found]
    return tuple(sorted(rows, key=lambda row: (row.recorded_at, row.text), reverse=True))


def _remarks_of(table: sa.Table, column: str, words: Sequence[str]) -> sa.Select[Any]:
    announcement = table_of(models.Announcement)
    party, joined = _with_party(table)
    return (
        sa.select(
            table.c.announcement_id,
            announcement.c.reference,
            sa.literal(table.name),
            table.c.recorded_at,
            party,
            table.c[column],
        )
        .select_from(joined.join(announcement, announcement.c.id == table.c.announcement_id))
        .where(
            known_at(table, None),
            table.c[column] != "",
            _may_hold(words, (table.c[column],), (announcement.c.reference, party)),
        )
    )


def _with_party(table: sa.Table) -> tuple[sa.ColumnElement[str], sa.FromClause]:
    """The name of the row's party, empty for none, and the table joined with the parties."""
    if "party" not in table.c:
        return sa.literal(""), table
    party = table_of(models.Party)
    is_same = sa.and_(
        party.c.announcement_id == table.c.announcement_id,
        party.c.party == table.c.party,
        known_at(party, None),
    )
    return sa.func.coalesce(party.c.name, table.c.party), table.outerjoin(party, is_same)


def _may_hold(
    words: Sequence[str],
    own: Sequence[sa.ColumnElement[Any]],
    context: Sequence[sa.ColumnElement[str]],
) -> sa.ColumnElement[bool]:
    """All words stand somewhere, one of them in the ``own`` columns; none is ever null."""
    patterns = [like(word) for word in words]
    if "%" in patterns:  # a word that the database cannot narrow by may be anywhere
        is_own: sa.ColumnElement[bool] = sa.true()
    else:
        is_own = sa.or_(*(_is_like(column, p) for p in patterns for column in own))
    everywhere = (
        sa.or_(*(_is_like(column, p) for column in (*own, *context))) for p in patterns if p != "%"
    )
    return sa.and_(is_own, *everywhere)


def _is_like(column: sa.ColumnElement[Any], pattern: str) -> sa.ColumnElement[bool]:
    if isinstance(column.type, sa.JSON):  # there one letter may be written with six: ``\u00f8``
        return sa.cast(column, sa.String).ilike(pattern.replace("_", "%"))
    return column.ilike(pattern)
