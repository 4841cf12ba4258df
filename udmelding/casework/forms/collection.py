"""How far is the collection? Every respondent of a case, and what needs a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Completeness, PartyKind
from udmelding.casework.forms.question_sets import RESPONDENTS
from udmelding.casework.forms.seen import asked_in, due_on
from udmelding.journal.case.header import find
from udmelding.journal.database import Session
from udmelding.journal.forms.answer_drafts import answer_drafts_of
from udmelding.journal.forms.answers import AskedSet, GivenAnswer, answers_of
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party
from udmelding.rules.report.coverage import Coverage, coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentRow:
    """One respondent.

    Attributes:
        answer: the one that counts: the newest standing; ``count`` how many stand.
        answer_draft_at: when it last saved without sending; None where it has not.
        is_late: its answer came after the day it had, or is missing after it.
        is_returned: the secretariat has sent it back with a question.
        is_excused: it need not answer.
    """

    party: Party
    due_on: dt.date | None
    answer: GivenAnswer | None
    count: int
    answer_draft_at: dt.datetime | None
    is_late: bool
    is_returned: bool
    is_excused: bool

    @property
    def state(self) -> str:
        """Where it stands, in a word or two."""
        if self.is_returned:
            return "sendt tilbage"
        if self.answer is not None:
            if self.count > 1:
                return f"{self.count} svar: vælg"
            return {
                Completeness.COMPLETE: "besvaret",
                Completeness.PARTIAL: "delvist besvaret",
                Completeness.NO_CITIZENS: "ingen borgere",
            }.get(self.answer.completeness, "besvaret")
        if self.is_excused:
            return "fritaget"
        return "kladde" if self.answer_draft_at else "mangler"


@dataclass(frozen=True, slots=True)
class Collection:
    """The collection of one case."""

    asked: AskedSet
    rows: tuple[RespondentRow, ...]
    coverage: Coverage

    @property
    def conflicts(self) -> tuple[RespondentRow, ...]:
        """Respondents with more than one answer."""
        return tuple(row for row in self.rows if row.count > 1)


def collection(session: Session, case: Case, today: dt.date) -> Collection | None:
    """How far the collection is; None where the case asks no question set.

    Args:
        session: reads.
        case: as it was known at its ``as_of``.
        today: the day that it is seen on.
    """
    header = find(session, case.reference)
    asked = asked_in(session, header.id, case.as_of)
    if asked is None:
        return None
    given = answers_by_respondent(answers_of(session, header.id, case.as_of, step=asked.step))
    answer_drafts = answer_drafts_of(session, header.id, asked.step)
    rows = tuple(
        _row(case, asked, party, given.get(party.party, ()), answer_drafts.get(party.party), today)
        for party in case.parties
        if party.kind in RESPONDENTS and party.is_asked
    )
    return Collection(asked, rows, coverage(case, asked.step, today))


def answers_by_respondent(answers: Sequence[GivenAnswer]) -> Mapping[str, tuple[GivenAnswer, ...]]:
    """Answers by respondent, in the order of recording."""
    found: dict[str, tuple[GivenAnswer, ...]] = {}
    for answer in answers:
        found[answer.party] = (*found.get(answer.party, ()), answer)
    return found


def _row(
    case: Case,
    asked: AskedSet,
    party: Party,
    standing: Sequence[GivenAnswer],
    answer_draft_at: dt.datetime | None,
    today: dt.date,
) -> RespondentRow:
    due = due_on(case, asked.step, party.party)
    answer = standing[-1] if standing else None
    here = (asked.step, party.party)
    responses = [r for r in case.responses if (r.step, r.party) == here]
    is_returned = bool(responses) and responses[-1].completeness is Completeness.RETURNED
    waived = party.kind is PartyKind.MUNICIPALITY and any(
        (w.step, w.party) == here for w in case.waivers
    )
    day = answer.happened_to if answer else today
    return RespondentRow(
        party=party,
        due_on=due,
        answer=answer,
        count=len(standing),
        answer_draft_at=answer_draft_at,
        is_late=due is not None and day > due and not waived,
        is_returned=is_returned,
        is_excused=waived,
    )
