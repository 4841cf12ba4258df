"""What does a respondent see when it opens its question set? What it said, typed, and said last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

import models
from models import Completeness
from udmelding.casework.forms.question_sets import RESPONDENTS
from udmelding.config.forms.questions import Respondent
from udmelding.journal.case.header import Header, find, headers
from udmelding.journal.database import Session
from udmelding.journal.forms.answers import AskedSet, GivenAnswer, answers_of, asked_sets
from udmelding.journal.forms.drafts import FormDraft, draft_of
from udmelding.journal.tables import table_of
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party, Response
from udmelding.rules.forms.answers import (
    FILLED_BY,
    NO_CITIZENS,
    NOTE,
    RESPONSIBLE,
    Content,
    Read,
    read_answers,
    typed_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSeen:
    """One respondent's question set, as it stands.

    Attributes:
        typed: what the page begins with: the draft, else the standing answer.
        draft: what was typed and not sent; None where nothing is.
        standing: its answers that count, the newest last; more than one are in conflict.
        earlier: all that it answered, also what was replaced, the oldest first.
        last: last time's content; ``last_case`` the case that it was given in.
        question: why the secretariat sent the answer back, while that waits.
    """

    asked: AskedSet
    party: Party
    respondent: Respondent
    typed: Mapping[str, str]
    draft: FormDraft | None
    standing: tuple[GivenAnswer, ...]
    earlier: tuple[GivenAnswer, ...]
    last: Content
    last_case: str
    question: str
    due_on: dt.date | None

    @property
    def base(self) -> str:
        """Key of the answer that what is typed begins from; empty for a first one."""
        if self.draft is not None:
            return self.draft.base
        return self.standing[-1].key if self.standing else ""

    @property
    def revision(self) -> int:
        """Of the draft; 0 where there is none."""
        return self.draft.revision if self.draft else 0

    def read(self, today: dt.date, typed: Mapping[str, str] | None = None) -> Read:
        """What is typed (or ``typed``), read and checked."""
        given = self.typed if typed is None else typed
        return read_answers(
            self.asked.form, self.respondent, given, today=today, last=self.last or None
        )


def answer_seen(session: Session, case: Case, party: Party, asked: AskedSet) -> AnswerSeen | None:
    """One respondent's question set; None for a party that cannot be asked questions.

    Args:
        session: reads.
        case: what is known.
        party: the respondent.
        asked: the question set of the case.
    """
    respondent = RESPONDENTS.get(party.kind)
    if respondent is None or not party.is_asked:
        return None
    header = find(session, case.reference)
    step = asked.step
    given = answers_of(session, header.id, step=step, party=party.party, with_replaced=True)
    standing = tuple(answer for answer in given if answer.is_standing)
    draft = draft_of(session, header.id, step, party.party)
    last, last_case = last_content(session, case, header, asked, party.party)
    return AnswerSeen(
        asked=asked,
        party=party,
        respondent=respondent,
        typed=draft.content if draft else typed_answer(asked, standing[-1] if standing else None),
        draft=draft,
        standing=standing,
        earlier=given,
        last=last,
        last_case=last_case,
        question=_question(case, step, party.party),
        due_on=due_on(case, step, party.party),
    )


def typed_answer(asked: AskedSet, answer: GivenAnswer | None) -> dict[str, str]:
    """The text that says an answer again, with what it says of itself."""
    if answer is None:
        return {}
    about = {
        FILLED_BY: answer.filled_by,
        RESPONSIBLE: answer.responsible,
        NOTE: answer.note,
        NO_CITIZENS: "ja" if answer.completeness is Completeness.NO_CITIZENS else "",
    }
    said = {path: text for path, text in about.items() if text}
    return typed_of(asked.form, answer.content) | said


def last_content(
    session: Session, case: Case, header: Header, asked: AskedSet, party: str
) -> tuple[Content, str]:
    """What the same respondent answered last time, and in which case.

    The case that this one renews comes first, else the latest other case with the same set.
    """
    for reference in _earlier_cases(session, case, header, asked.form.id):
        found = headers(session, (reference,))
        given = answers_of(session, found[0].id, party=party) if found else ()
        if given:
            return given[-1].content, reference
    return {}, ""


def _earlier_cases(session: Session, case: Case, header: Header, form: str) -> list[str]:
    table, announcement = table_of(models.QuestionSet), table_of(models.Announcement)
    query = (
        sa.select(announcement.c.reference)
        .join(announcement, announcement.c.id == table.c.announcement_id)
        .where(
            table.c.form == form,
            announcement.c.id != header.id,
            announcement.c.received_on <= header.received_on,
        )
        .order_by(announcement.c.received_on.desc(), announcement.c.id.desc())
        .distinct()
    )
    # PostgreSQL orders distinct rows only by what is selected.
    rows = session.execute(query.add_columns(announcement.c.received_on, announcement.c.id))
    found = list(rows.scalars())
    renewed = [case.particulars.renews] if case.particulars.renews else []
    return [*renewed, *(reference for reference in found if reference not in renewed)]


def due_on(case: Case, step: str, party: str) -> dt.date | None:
    """The day that the respondent has, with any extension; None where it was not given one."""
    more = [e for e in case.extensions if (e.step, e.party) == (step, party)]
    if more:
        return more[-1].due_on
    owed = [o for o in case.obligations if (o.step, o.party) == (step, party)]
    return owed[-1].due_on if owed else None


def _question(case: Case, step: str, party: str) -> str:
    last: Response | None = None
    for response in case.responses:
        if (response.step, response.party) == (step, party):
            last = response
    return last.note if last is not None and last.completeness is Completeness.RETURNED else ""


def asked_of(session: Session, case: Case) -> AskedSet | None:
    """The question set that the case asks now; None where it asks none as data."""
    found = asked_sets(session, find(session, case.reference).id, case.as_of)
    return found[-1] if found else None
