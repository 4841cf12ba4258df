"""What does a municipality lack, and what will happen? The box and the days of its own page.

The words are the municipality's: a day as people say it, a guess called a guess, and nothing of
how others stand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models import Outcome
from models.obligation import DateSource
from udmelding.casework.forms.seen import AnswerSeen
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.config.forms.questions import Kind
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilPlan, CouncilState
from udmelding.rules.case.facts import Party
from udmelding.rules.case.standing import Standing, State, is_council_step
from udmelding.rules.plan.council_wording import (
    DEFINITE,
    days,
    own_passed_sentence,
    own_sentence,
)
from udmelding.rules.plan.plan import PlannedStep
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date, long_moment, weekday_date
from udmelding.rules.words.texts import first_upper

_NUMBERS = {2: "to", 3: "tre", 4: "fire"}
_WEEKS_FROM = 21
"""From so many days on, one says how many weeks there are."""

_MINUTES, _MINUTES_OF_TABLE, _ROUNDED_TO = 1, 4, 5
"""What a question and a table are reckoned to take; an estimate, that nobody has measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that the municipality lacks.

    Attributes:
        what: in a few words, with the article: ``jeres svar``.
        when: the sentences on its deadline; ``work`` on how much it is, or empty.
        button: what is done about it, and ``way`` where, after the page's own address.
        hint: what one likes to know before pressing.
    """

    what: str
    when: str
    work: str = ""
    button: str
    way: str
    hint: str
    is_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A day of the case: what happens, or has happened.

    Attributes:
        when: the day in words; ``is_guess`` where no calendar says it.
        ask: words of a link by which the municipality says its own day; empty for none.
    """

    at: dt.date
    when: str
    what: str
    is_past: bool
    is_guess: bool = False
    ask: str = ""


def heading(needs: Sequence[Need]) -> str:
    """What the box is called."""
    if not needs:
        return "I mangler ikke noget"
    if len(needs) == 1:
        return f"I mangler én ting: {needs[0].what}"
    return f"I mangler {_NUMBERS.get(len(needs), str(len(needs)))} ting"


def due_words(due_on: dt.date | None, today: dt.date, verb: str = "svare") -> str:
    """When something is due, as one says it; ``verb`` is what can still be done when it is late."""
    if due_on is None:
        return "Der er ikke sat en frist endnu."
    left = (due_on - today).days
    if left < 0:
        return f"Fristen var {weekday_date(due_on)}. I kan stadig {verb}."
    if left == 0:
        return f"Fristen er i dag, {weekday_date(due_on)}."
    span = days(left) if left < _WEEKS_FROM else f"{left // 7} uger"
    return f"Senest {weekday_date(due_on)}, om {span}."


def needs_of(
    owing: Sequence[Standing],
    row: CouncilPlan | None,
    deadline: dt.date | None,
    seen: AnswerSeen | None,
    today: dt.date,
) -> tuple[Need, ...]:
    """What the municipality lacks, in the order of the process.

    Args:
        owing: its open standings.
        row: its council's row of the plan, if any, and ``deadline`` that of the plan.
        deadline: see ``row``.
        seen: its question set; None where it is asked none.
        today: the day.
    """
    found: list[Need] = []
    for standing in owing:
        if standing.step.fulfilled_by is FulfilledBy.DECISION:
            found.append(_decision(standing, row, deadline, today))
        elif seen is not None and seen.asked.step == standing.step.id:
            found.append(_form(seen, standing.due_on, today))
        else:
            found.append(
                Need(
                    what="jeres svar",
                    when=due_words(standing.due_on, today),
                    button="Meld, at I har svaret",
                    way="?vil=answer#answer",
                    hint="Send svaret som svar på vores mail, og meld det her.",
                    is_overdue=standing.state is State.OVERDUE,
                )
            )
    is_owing_form = seen and any(one.step.id == seen.asked.step for one in owing)
    if seen is not None and not is_owing_form and not seen.standing:
        found.insert(0, _form(seen, seen.due_on, today))  # one that is asked and not chased
    return tuple(found)


def _form(seen: AnswerSeen, due_on: dt.date | None, today: dt.date) -> Need:
    questions = [
        question
        for section in seen.asked.form.sections_for(seen.respondent)
        for question in section.questions
    ]
    minutes = sum(
        _MINUTES_OF_TABLE if question.kind is Kind.TABLE else _MINUTES for question in questions
    )
    about = -(-minutes // _ROUNDED_TO) * _ROUNDED_TO
    count = "1 spørgsmål" if len(questions) == 1 else f"{len(questions)} spørgsmål"
    work = f"{count}, omkring {about} minutter, når I har tallene."
    button, hint = "Besvar spørgsmålene", "Det gemmes, mens I skriver."
    if draft := seen.answer_draft:
        button, by = "Fortsæt svaret", f" af {draft.updated_by}" if draft.updated_by else ""
        hint = f"Kladden er gemt {long_moment(draft.updated_at)}{by}."
    if seen.question:
        button, work = "Ret svaret", f"Sekretariatet har sendt svaret tilbage: {seen.question}"
    return Need(
        what="jeres svar",
        when=due_words(due_on, today),
        work=work,
        button=button,
        way="/skema",
        hint=f"{hint} Flere kan hjælpes ad med samme link.",
        is_overdue=due_on is not None and due_on < today,
    )


def _decision(
    standing: Standing, row: CouncilPlan | None, deadline: dt.date | None, today: dt.date
) -> Need:
    who = DEFINITE[row.deciding_level] if row else "kommunalbestyrelsen"
    told = "" if row is None or deadline is None else _meeting_words(row, deadline)
    return Need(
        what=f"{who}s beslutning",
        when=told or due_words(standing.due_on, today, "melde beslutningen"),
        button="Meld beslutningen",
        way="?vil=decide#decide",
        hint="Udfald, dato og link til referatet. Det tager to minutter.",
        is_overdue=standing.state is State.OVERDUE,
    )


def _meeting_words(row: CouncilPlan, deadline: dt.date) -> str:
    if row.state is CouncilState.DECIDED:
        return ""
    return own_passed_sentence(row) or own_sentence(row, deadline)


def coming(
    case: Case, party: Party, found: Status, rows: Sequence[Standing], today: dt.date
) -> tuple[Coming, ...]:
    """The days of the case that concern the municipality, in their order.

    Args:
        case: what is known; ``found`` is its status.
        party: the municipality.
        found: see ``case``.
        rows: the municipality's standings.
        today: the day.
    """
    own = {row.step.id: row for row in rows}
    days_ = [
        day
        for step in case.process.steps
        for day in _days_of(case, party, found, step, own.get(step.id), today)
    ]
    return tuple(sorted(days_, key=lambda day: day.at))


def _days_of(
    case: Case, party: Party, found: Status, step: Step, own: Standing | None, today: dt.date
) -> Iterator[Coming]:
    planned = found.plan.step(step.id) if found.plan else None
    paper = case.process.paper_title
    if step.parties is Parties.MUNICIPALITIES and step.fulfilled_by is FulfilledBy.RESPONSE:
        if own is not None and own.state is State.OPEN and own.due_on is not None:
            yield _day(own.due_on, "Jeres svar er hos os.", today)
    elif is_council_step(step):
        row = found.plan.council(party.party) if found.plan else None
        if row is not None and row.planned is not None and row.state is not CouncilState.DECIDED:
            yield _council_day(row, row.planned, today)
    elif step.fulfilled_by is FulfilledBy.DECISION:
        yield from _body_days(case, step, planned, paper, today)
    elif planned is not None and planned.planned is not None and not planned.is_done:
        reserves = found.plan is not None and found.plan.may_reserve
        if told := _our_work(step, paper, reserves=reserves):
            yield _day(planned.planned, told, today)


def _our_work(step: Step, paper: str, *, reserves: bool) -> str:
    """What the secretariat does, where a municipality wants to know of it."""
    if step.fulfilled_by is FulfilledBy.FINAL_REPORT:
        return f"Vi er færdige med {paper}."
    if step.fulfilled_by is not FulfilledBy.SUBMISSION:
        return ""
    more = " Har I ikke besluttet, nævnes I i et forbehold." if reserves else ""
    return f"Vi sender {paper}.{more}"


def _day(at: dt.date, what: str, today: dt.date) -> Coming:
    return Coming(at=at, when=long_date(at), what=what, is_past=at < today)


def _council_day(row: CouncilPlan, at: dt.date, today: dt.date) -> Coming:
    is_guess = row.is_assumed and row.origin is not DateSource.ANNOUNCED
    whence = {
        DateSource.ANNOUNCED: "I har selv meldt datoen.",
        DateSource.AGREED: "Det er den frist, I har fået.",
    }.get(row.origin, "Vi gætter på datoen." if is_guess else "Datoen er fra jeres mødekalender.")
    return Coming(
        at=at,
        when=long_date(at),
        what=f"{first_upper(DEFINITE[row.deciding_level])} beslutter. {whence}",
        is_past=at < today,
        is_guess=is_guess,
        ask="Skriv jeres dato" if is_guess else "Ret datoen",
    )


def _body_days(
    case: Case, step: Step, planned: PlannedStep | None, paper: str, today: dt.date
) -> Iterator[Coming]:
    given = [one for one in case.decisions if one.step == step.id and one.happened_to <= today]
    if given:
        last = given[-1]
        yes = {Outcome.RECOMMENDED: "har anbefalet", Outcome.APPROVED: "har godkendt"}
        verb = yes.get(last.outcome, "har behandlet")
        yield _day(last.happened_to, f"{step.title} {verb} {paper}.", today)
    elif planned is not None and planned.planned is not None and not planned.is_done:
        guess = " Vi gætter på datoen." if planned.is_assumed else ""
        yield _day(planned.planned, f"{step.title} behandler {paper}.{guess}", today)
