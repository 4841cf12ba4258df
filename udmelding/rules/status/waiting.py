"""What does a case wait for once its report was sent, and which day of a case comes first?

Before the submission a case waits for those who owe something, and its deadline hurries. Then it
waits for the agency, if for anybody: a case in which nobody owes anything is done, and does not
stand above one that must reach its deadline. A framework agreement and a questionnaire are
answered by nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models.submission import SubmissionKind
from models.verdict import VerdictOutcome
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import is_council_step, standings
from udmelding.rules.recording.catalogue import sentence
from udmelding.rules.status.owed import Owed
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names


def waiting_sentence(case: Case, today: dt.date) -> str:
    """What the case waits for after its submission, in one Danish sentence; empty before that."""
    sent = [s for s in case.submissions if s.submission_kind is SubmissionKind.REPORT]
    if not sent or case.is_closed:
        return ""
    answered = {answer.number for answer in case.question_answers}
    asked = [q for q in case.questions if q.number not in answered]
    if asked:
        first = min(asked, key=lambda q: q.due_on)
        return (
            f"Styrelsens spørgsmål {first.number} skal besvares senest {long_date(first.due_on)}."
        )
    if missing := _reserved(case, today):
        return f"Forbeholdet står: {join_names(missing)} har ikke besluttet."
    verdict = case.verdicts[-1] if case.verdicts else None
    if verdict is not None and verdict.verdict_outcome is not VerdictOutcome.EXPECTED:
        answer = f"Styrelsen svarede {verdict.when}: {label(verdict.verdict_outcome)}."
        undone = sum(action.done_on is None for action in case.action_plan)
        return f"{answer} {undone} af handleplanens punkter er ikke gjort." if undone else answer
    if not case.is_for_answer:
        return f"Færdig: sendt {sent[0].when}."
    last = max([*sent, *case.question_answers], key=lambda fact: fact.happened_to)
    expected = f", som venter at svare {verdict.when}" if verdict is not None else ""
    return f"Venter på styrelsen siden {last.when}{expected}."


def _reserved(case: Case, today: dt.date) -> list[str]:
    """The councils that the reservation names and that have not decided yet."""
    named = {code for s in case.submissions for code in s.reservation_for}
    if any(s.submission_kind is SubmissionKind.RESERVATION_LIFTED for s in case.submissions):
        return []
    return [
        row.party.name
        for row in standings(case, today)
        if is_council_step(row.step) and row.party.party in named and not row.state.is_closed
    ]


def after_submission(case: Case) -> tuple[str, ...]:
    """What happened since the report was sent, the first first, and then the action plan."""
    sent = [s for s in case.submissions if s.submission_kind is SubmissionKind.REPORT]
    if not sent:
        return ()
    names = {party.party: party.name for party in case.parties}
    since = [
        *case.questions,
        *case.question_answers,
        *case.verdicts,
        *(m for m in case.milestones if m.happened_to >= sent[0].happened_from),
    ]
    since.sort(key=lambda fact: (fact.happened_to, fact.recorded_at))
    return tuple(sentence(fact, names) for fact in (*since, *case.action_plan))


def hurry_day(
    overdue: Iterable[Owed], coming: Iterable[Owed], deadline: dt.date | None, *, is_sent: bool
) -> dt.date | None:
    """The first day that a case must keep or has missed; None where nobody is waited for.

    Args:
        overdue: what is owed and late, whoever owes it.
        coming: what is owed; the day on which the agency means to answer hurries nobody.
        deadline: of the case.
        is_sent: the report was sent, so the deadline hurries nobody any more.
    """
    days = [one.due_on for one in (*overdue, *(c for c in coming if c.party != "agency"))]
    if not is_sent:
        days.append(deadline)
    return min((day for day in days if day is not None), default=None)
