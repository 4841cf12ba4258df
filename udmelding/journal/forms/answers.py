"""Reads question sets and what was answered to them; they are not loaded with every case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Channel, Completeness
from udmelding.config.forms.forms import Form
from udmelding.journal.case.header import Header
from udmelding.journal.tables import known_at, table_of
from udmelding.rules.words.date_wording import SaidDay


@dataclass(frozen=True, slots=True)
class AskedSet:
    """The question set that a step of a case asks."""

    key: str
    step: str
    form: Form
    recorded_at: dt.datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One answer with all that it says; see ``models.question_set.FormAnswer``.

    Attributes:
        superseded_at: when another one took its place; None while it stands.
    """

    key: str
    recorded_at: dt.datetime
    recorded_by: str
    superseded_at: dt.datetime | None
    superseded_by: str | None
    is_made_up: bool
    step: str
    party: str
    happened_from: dt.date
    happened_to: dt.date
    as_written: str
    question_set: str
    channel: Channel
    completeness: Completeness
    content: Mapping[str, Any]
    filled_by: str
    responsible: str
    confirmed: str
    note: str
    file_name: str
    sha256: str

    @property
    def day(self) -> dt.date:
        """The (last possible) day of the answer, written as its source was vague of it."""
        return SaidDay.of(self.happened_from, self.happened_to, self.as_written)

    @property
    def is_standing(self) -> bool:
        """Whether nothing has taken its place."""
        return self.superseded_at is None


def asked_sets(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> tuple[AskedSet, ...]:
    """The question sets of a case, the newest last; of each step the last one holds."""
    table = table_of(models.QuestionSet)
    names = ("key", "step", "content", "recorded_at", "recorded_by")
    query = (
        sa.select(*(table.c[name] for name in names))
        .where(table.c.announcement_id == case_id, known_at(table, as_of))
        .order_by(table.c.recorded_at, table.c.key)
    )
    return tuple(
        AskedSet(key, step, parse_question_set(content), at, by)
        for key, step, content, at, by in session.execute(query)
    )


def sets_by_key(session: Session, keys: Collection[str]) -> Mapping[str, Form]:
    """The question sets with those keys; one statement for all, none where there are none."""
    if not keys:
        return {}
    table = table_of(models.QuestionSet)
    query = sa.select(table.c.key, table.c.content).where(table.c.key.in_(sorted(keys)))
    return {key: parse_question_set(content) for key, content in session.execute(query)}


def sets_of_cases(session: Session, without: str = "") -> tuple[tuple[str, str, int], ...]:
    """Reference, title and version of every question set that stands, the newest first.

    Those of the case ``without`` are left out.
    """
    table, case = table_of(models.QuestionSet), table_of(models.Announcement)
    query = (
        sa.select(case.c.reference, table.c.title, table.c.version)
        .join(case, case.c.id == table.c.announcement_id)
        .where(table.c.superseded_at.is_(None), case.c.reference != without)
        .order_by(table.c.recorded_at.desc())
    )
    return tuple(session.execute(query).tuples().all())


@lru_cache(maxsize=64)
def parse_question_set(content: str) -> Form:
    """A question set as it is kept."""
    return Form.model_validate_json(content)


def answers_of(
    session: Session,
    case_id: int,
    as_of: dt.datetime | None = None,
    *,
    step: str = "",
    party: str = "",
    with_replaced: bool = False,
) -> tuple[GivenAnswer, ...]:
    """What was answered, in the order of recording.

    Args:
        session: reads.
        case_id: the case.
        as_of: known at that moment; None is now.
        step: only answers to that step's questions.
        party: only that respondent's.
        with_replaced: also those that others have replaced.
    """
    table = table_of(models.FormAnswer)
    names = tuple(GivenAnswer.__dataclass_fields__)
    query = sa.select(*(table.c[name] for name in names)).where(table.c.announcement_id == case_id)
    if not with_replaced:
        query = query.where(known_at(table, as_of))
    elif as_of is not None:
        query = query.where(table.c.recorded_at <= as_of)
    for name, value in (("step", step), ("party", party)):
        if value:
            query = query.where(table.c[name] == value)
    rows = session.execute(query.order_by(table.c.recorded_at, table.c.id))
    return tuple(GivenAnswer(**dict(zip(names, row, strict=True))) for row in rows)


def several_answers(session: Session) -> Sequence[tuple[str, str, int, dt.datetime]]:
    """Whose answers stand beside each other: case, respondent, how many, and when the last came."""
    answer, case = table_of(models.FormAnswer), table_of(models.Announcement)
    last = sa.func.max(answer.c.recorded_at, type_=answer.c.recorded_at.type)
    query = (
        sa.select(case.c.reference, answer.c.party, sa.func.count(), last)
        .join(case, case.c.id == answer.c.announcement_id)
        .where(answer.c.superseded_at.is_(None))
        .group_by(case.c.reference, answer.c.step, answer.c.party)
        .having(sa.func.count() > 1)
        .order_by(last)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def last_answers(
    session: Session, header: Header, form: str, *, renews: str = "", party: str = ""
) -> Mapping[str, tuple[Mapping[str, Any], str]]:
    """What each respondent answered last time, and the reference of the case it did so in.

    Args:
        session: reads.
        header: the case that asks again.
        form: the question set; cases that came no later and ever asked it are looked through.
        renews: the case that this one renews; an answer there comes before any other.
        party: only that respondent.
    """
    answer, case = table_of(models.FormAnswer), table_of(models.Announcement)
    asked = table_of(models.QuestionSet)
    asking = sa.select(asked.c.announcement_id).where(asked.c.form == form)
    is_renewed = sa.func.lower(case.c.reference) == renews.casefold()
    is_earlier = sa.and_(case.c.id.in_(asking), case.c.received_on <= header.received_on)
    order = (
        sa.case((is_renewed, 0), else_=1),
        case.c.received_on.desc(),
        case.c.id.desc(),
        answer.c.recorded_at.desc(),
        answer.c.key.desc(),
    )
    ranked = (
        sa.select(
            answer.c.id,
            case.c.reference,
            sa.func.row_number().over(partition_by=answer.c.party, order_by=order).label("place"),
        )
        .join(case, case.c.id == answer.c.announcement_id)
        .where(answer.c.superseded_at.is_(None), case.c.id != header.id)
        .where(sa.or_(is_renewed, is_earlier))
    )
    if party:
        ranked = ranked.where(answer.c.party == party)
    last = ranked.subquery()
    query = (
        sa.select(answer.c.party, answer.c.content, last.c.reference)
        .join(last, last.c.id == answer.c.id)
        .where(last.c.place == 1)
    )
    return {who: (content, reference) for who, content, reference in session.execute(query)}
