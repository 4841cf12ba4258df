"""What does a respondent see when it opens its question set? What it said, typed, and said last."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Completeness
from udmelding.casework.forms.question_sets import RESPONDENTS
from udmelding.config.forms.questions import Respondent
from udmelding.journal.case.header import find
from udmelding.journal.database import Session
from udmelding.journal.forms.answer_drafts import AnswerDraft, answer_drafts_in
from udmelding.journal.forms.answers import (
    AskedSet,
    GivenAnswer,
    answers_of,
    asked_sets,
    last_answers,
)
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
        typed: what the page begins with: the answer draft, else the standing answer.
        answer_draft: what was typed and not sent; None where nothing is.
        standing: its answers that count, the newest last; more than one are in conflict.
        earlier: all that it answered, also what was replaced, the oldest first.
        last: last time's content; ``last_case`` the case that it was given in.
        question: why the secretariat sent the answer back, while that waits.
    """

    asked: AskedSet
    party: Party
    respondent: Respondent
    typed: Mapping[str, str]
    answer_draft: AnswerDraft | None
    standing: tuple[GivenAnswer, ...]
    earlier: tuple[GivenAnswer, ...]
    last: Content
    last_case: str
    question: str
    due_on: dt.date | None

    @property
    def base(self) -> str:
        """Key of the answer that what is typed begins from; empty for a first one."""
        if self.answer_draft is not None:
            return self.answer_draft.base
        return self.standing[-1].key if self.standing else ""

    @property
    def revision(self) -> int:
        """Of the answer draft; 0 where there is none."""
        return self.answer_draft.revision if self.answer_draft else 0

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
    return next(iter(answers_seen(session, case, (party,), asked)), None)


def answers_seen(
    session: Session, case: Case, parties: Sequence[Party], asked: AskedSet
) -> tuple[AnswerSeen, ...]:
    """The question sets of those parties that can be asked; the same statements for any number.

    Args:
        session: reads.
        case: what is known.
        parties: of the case.
        asked: its question set.
    """
    respondents = [p for p in parties if p.kind in RESPONDENTS and p.is_asked]
    if not respondents:
        return ()
    header, step = find(session, case.reference), asked.step
    one = respondents[0].party if len(respondents) == 1 else ""
    given: dict[str, list[GivenAnswer]] = defaultdict(list)
    for answer in answers_of(session, header.id, step=step, party=one, with_replaced=True):
        given[answer.party].append(answer)
    answer_drafts = answer_drafts_in(session, header.id, step, one)
    last = last_answers(
        session, header, asked.form.id, renews=case.particulars.renews or "", party=one
    )

    def seen(party: Party) -> AnswerSeen:
        said, answer_draft = tuple(given[party.party]), answer_drafts.get(party.party)
        standing = tuple(answer for answer in said if answer.is_standing)
        content, last_case = last.get(party.party, ({}, ""))
        before = standing[-1] if standing else None
        return AnswerSeen(
            asked=asked,
            party=party,
            respondent=RESPONDENTS[party.kind],
            typed=answer_draft.content if answer_draft else typed_answer(asked, before),
            answer_draft=answer_draft,
            standing=standing,
            earlier=said,
            last=content,
            last_case=last_case,
            question=_question(case, step, party.party),
            due_on=due_on(case, step, party.party),
        )

    return tuple(seen(party) for party in respondents)


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
    return asked_in(session, find(session, case.reference).id, case.as_of)


def asked_in(session: Session, case_id: int, as_of: dt.datetime) -> AskedSet | None:
    """``asked_of`` the case with that id."""
    found = asked_sets(session, case_id, as_of)
    return found[-1] if found else None
