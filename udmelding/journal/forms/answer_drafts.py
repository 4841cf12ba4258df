"""Keeps what respondents have typed and not sent yet. Saved often, so it is one small row each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.errors import RefusedError
from udmelding.journal.tables import table_of

MOST = 400_000
"""Characters of one draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """What was typed so far; see ``models.question_set.AnswerDraft``."""

    question_set: str
    content: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    revision: int = 0
    updated_at: dt.datetime
    updated_by: str = ""


class SavedMeanwhileError(RefusedError):
    """Somebody else has saved the same draft since it was opened."""

    http_status = 409


def answer_draft_of(session: Session, case_id: int, step: str, party: str) -> AnswerDraft | None:
    """The respondent's draft, or None."""
    return answer_drafts_in(session, case_id, step, party).get(party)


def answer_drafts_in(
    session: Session, case_id: int, step: str, party: str = ""
) -> Mapping[str, AnswerDraft]:
    """The drafts of all respondents, or of one, by respondent."""
    table = table_of(models.AnswerDraft)
    names = tuple(AnswerDraft.__dataclass_fields__)
    query = sa.select(table.c.party, *(table.c[name] for name in names)).where(
        table.c.announcement_id == case_id, table.c.step == step
    )
    if party:
        query = query.where(table.c.party == party)
    return {
        whose: AnswerDraft(**dict(zip(names, row, strict=True)))
        for whose, *row in session.execute(query)
    }


def answer_drafts_of(session: Session, case_id: int, step: str) -> Mapping[str, dt.datetime]:
    """When each respondent with a draft last saved it."""
    table = table_of(models.AnswerDraft)
    query = sa.select(table.c.party, table.c.updated_at).where(
        table.c.announcement_id == case_id, table.c.step == step
    )
    return {row[0]: row[1] for row in session.execute(query)}


def save_answer_draft(
    session: Session, case_id: int, step: str, party: str, answer_draft: AnswerDraft
) -> AnswerDraft:
    """Keep what was typed, in place of what was there.

    Args:
        session: a writing transaction.
        case_id: the case.
        step: the step that asks.
        party: whose draft it is.
        answer_draft: what was typed; its ``revision`` is the one that it began from.

    Returns:
        The draft with its new revision.

    Raises:
        SavedMeanwhileError: somebody else saved since; nothing is kept.
        RefusedError: it is far too large.
    """
    if sum(len(path) + len(text) for path, text in answer_draft.content.items()) > MOST:
        raise RefusedError("Svaret er for langt til at gemmes. Kort teksterne ned.")
    table = table_of(models.AnswerDraft)
    values: dict[str, Any] = {
        "question_set": answer_draft.question_set,
        "content": dict(answer_draft.content),
        "base": answer_draft.base,
        "revision": answer_draft.revision + 1,
        "updated_at": answer_draft.updated_at,
        "updated_by": answer_draft.updated_by,
    }
    at = _at(table, case_id, step, party)
    changed = session.execute(
        sa.update(table).where(*at, table.c.revision == answer_draft.revision).values(**values)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        if answer_draft_of(session, case_id, step, party) is not None:
            raise SavedMeanwhileError(
                "En anden har gemt i skemaet, siden du åbnede det. Genindlæs siden for at se det."
            )
        session.execute(
            sa.insert(table).values(announcement_id=case_id, step=step, party=party, **values)
        )
    return AnswerDraft(**values)


def drop_answer_draft(session: Session, case_id: int, step: str, party: str) -> None:
    """Forget the draft: it was sent."""
    table = table_of(models.AnswerDraft)
    session.execute(sa.delete(table).where(*_at(table, case_id, step, party)))


def _at(table: sa.Table, case_id: int, step: str, party: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.c.announcement_id == case_id,
        table.c.step == step,
        table.c.party == party,
    )
