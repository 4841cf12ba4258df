"""Which days of a case belong in a calendar, and what does the calendar say about them?

Everything is an all-day item with a ``uid`` of its own, made of what the item is and not of when it
is, so that a calendar moves it when its day moves. Where several items of one kind are told apart
by their day alone, such as councils' meetings, the day is part of the uid.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import quote

from models.meeting import MeetingState
from models.party import PartyKind
from udmelding.config.case.library import MeetingBody
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Meeting
from udmelding.rules.case.standing import Standing, State, is_council_step, standings
from udmelding.rules.plan.case_plan import done_on, with_passed
from udmelding.rules.plan.plan import Plan, PlannedStep
from udmelding.rules.plan.plan_wording import days
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.words.date_wording import long_date, weekday_date
from udmelding.rules.words.lists import join_names

_NUMBERS = (
    *("nul", "én", "to", "tre", "fire", "fem", "seks"),
    *("syv", "otte", "ni", "ti", "elleve", "tolv"),
)


class FeedKind(StrEnum):
    """What an item of the calendar is."""

    DEADLINE = "deadline"
    MEETING = "meeting"
    PAPERS = "papers"
    DUE = "due"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One all-day item of a calendar.

    Attributes:
        uid: the same thing keeps it when its day moves; ends with ``@udmelding``.
        title: short, in Danish.
        text: one to three Danish sentences; a line for each case where several share the item.
        cases: references of the cases it is about; none for a forum's meeting.
        area: for a body's meeting and its papers, the area; ``body`` the body's id.
        subject: for those, the title without the cases.
        held_on: for those, the day of the meeting.
    """

    uid: str
    day: dt.date
    title: str
    text: str
    kind: FeedKind
    cases: tuple[str, ...]
    area: str = ""
    body: str = ""
    subject: str = ""
    held_on: dt.date | None = None


def case_items(
    case: Case, plan: Plan | None, today: dt.date, councils: Mapping[str, dt.date] = {}
) -> tuple[FeedItem, ...]:
    """The items of one case on ``today``; a closed case and a step that is over have none.

    Args:
        case: what is known.
        plan: its plan, as ``plan_of`` lays it; without one there are no bodies' meetings.
        today: the day that the case is seen from.
        councils: the day on which each council is to meet about the case, by the party's name.
    """
    if case.is_closed:
        return ()
    rows = standings(case, today)
    over = with_passed(case.process, done_on(case.process, rows)).keys()
    items = [*_questions(case)]
    if case.process.steps[-1].id not in over:
        items += _deadline(case, plan)
    for step in case.process.steps:
        if step.id in over:
            continue
        of_step = [row for row in rows if row.step.id == step.id]
        if step.parties is Parties.BODY:
            items += _body(case, plan, step)
        elif step.parties is Parties.MUNICIPALITIES:
            items += _due_dates(case, step, of_step)
        if is_council_step(step):
            items += _councils(case, of_step, councils)
    return _in_order(items)


def forum_items(
    meetings: Iterable[Meeting], forums: Iterable[MeetingBody], today: dt.date
) -> tuple[FeedItem, ...]:
    """The coming meetings of bodies that no case passes; they are about no case.

    Args:
        meetings: on record, of any body.
        forums: those whose meetings are wanted.
        today: earlier ones are left out.
    """
    titles = {(forum.area, forum.id): forum.title for forum in forums}
    found = []
    for meeting in meetings:
        key = (meeting.area, meeting.body)
        is_on = meeting.held_on >= today and meeting.state is not MeetingState.CANCELLED
        if key not in titles or not is_on:
            continue
        note = f" {meeting.note}" if meeting.note else ""
        papers = (
            f" Papirerne skal være inde senest {long_date(meeting.papers_due_on)}."
            if meeting.papers_due_on
            else ""
        )
        found.append(
            FeedItem(
                uid=_uid("forum", *key, meeting.held_on.isoformat()),
                day=meeting.held_on,
                title=titles[key],
                text=f"{titles[key]} holder møde {weekday_date(meeting.held_on)}.{papers}{note}",
                kind=FeedKind.MEETING,
                cases=(),
            )
        )
    return _in_order(found)


def merge_items(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """The items of all cases, with one for each body's meeting and one for its papers.

    Give it the items of all cases at once. An item that only one case has stays as it is. A shared
    one keeps the uid of the first of its cases, so that it moves when the meeting is moved, and
    stays when another case joins it.
    """
    groups: dict[tuple[object, ...], list[FeedItem]] = defaultdict(list)
    for item in {item.uid: item for item in items}.values():
        is_shared = bool(item.area and item.body)
        at = (item.kind, item.area, item.body, item.held_on, item.day) if is_shared else (item.uid,)
        groups[at].append(item)
    return _in_order(_shared(group) if len(group) > 1 else group[0] for group in groups.values())


def _shared(items: Sequence[FeedItem]) -> FeedItem:
    """One item of a meeting, or of its papers, that several cases have."""
    several = sorted(items, key=lambda item: item.uid)
    first = several[0]
    cases = tuple(dict.fromkeys(reference for item in several for reference in item.cases))
    count = f"{_NUMBERS[len(cases)] if len(cases) < len(_NUMBERS) else len(cases)} sager"
    is_meeting = first.kind is FeedKind.MEETING
    lead = f"Én mødedag, {count}." if is_meeting else f"Én papirfrist, {count}."
    return replace(
        first,
        title=f"{first.subject}: {_some(cases)}",
        text="\n".join((lead, *(item.text for item in several))),
        cases=cases,
    )


def _deadline(case: Case, plan: Plan | None) -> Iterator[FeedItem]:
    if case.deadline is None:
        return
    paper = case.process.paper_title
    outlook = f" {verdict_on(plan).sentence}" if plan is not None else ""
    yield _item(
        case,
        (FeedKind.DEADLINE,),
        case.deadline,
        f"{case.deadline_word}: {case.reference}",
        f"{paper} skal være sendt senest {weekday_date(case.deadline)}.{outlook}",
    )


def _questions(case: Case) -> Iterator[FeedItem]:
    answered = {answer.number for answer in case.question_answers}
    asked = {question.number: question for question in case.questions}
    for number, question in asked.items():
        if number in answered:
            continue
        about = f" Spørgsmålet: {question.text}" if question.text else ""
        yield _item(
            case,
            (FeedKind.QUESTION, str(number)),
            question.due_on,
            f"Svar på supplerende spørgsmål {number}: {case.reference}",
            f"supplerende spørgsmål {number} skal være besvaret senest "
            f"{weekday_date(question.due_on)}.{about}",
        )


def _body(case: Case, plan: Plan | None, step: Step) -> Iterator[FeedItem]:
    """The planned meeting of a body and the day its papers are due."""
    row = plan.step(step.id) if plan is not None else None
    if plan is None or row is None or row.planned is None or row.is_done or row.is_assumed:
        return  # a day that is only assumed would look like an appointment
    found = [(FeedKind.MEETING, row.planned, row.title, _meeting_text(plan, row, row.planned))]
    if row.papers_due_on is not None:
        subject = f"Frist for papirer til {row.title} {row.planned.day}/{row.planned.month}"
        text = (
            f"papirerne skal være inde senest {weekday_date(row.papers_due_on)}, for at sagen kan "
            f"komme på mødet i {row.title} {weekday_date(row.planned)}."
        )
        found.append((FeedKind.PAPERS, row.papers_due_on, subject, text))
    for kind, day, subject, text in found:
        item = _item(case, (kind, step.id), day, f"{subject}: {case.reference}", text)
        yield replace(item, area=case.area, body=step.id, subject=subject, held_on=row.planned)


def _meeting_text(plan: Plan, row: PlannedStep, held_on: dt.date) -> str:
    text = f"sagen er planlagt til mødet i {row.title} {weekday_date(held_on)}."
    if row.latest is not None and held_on > row.latest:
        late = days((held_on - row.latest).days)
        text += f" Mødet er {late} for sent til, at fristen {long_date(plan.deadline)} kan nås."
    elif row.latest is not None:
        text += (
            f" Mødet skal være holdt senest {long_date(row.latest)}, for at fristen "
            f"{long_date(plan.deadline)} kan nås."
        )
    if row.papers_due_on is not None:
        text += f" Papirerne skal være inde senest {long_date(row.papers_due_on)}."
    return text


def _due_dates(case: Case, step: Step, rows: Sequence[Standing]) -> Iterator[FeedItem]:
    """One item for each due date on which something is still owed.

    It names everybody who got that date and was not excused, answered or not, so that it does not
    change with every answer. The step's ordinary date has a uid without a day: when it moves,
    the item moves.
    """
    firsts = Counter(row.first_due_on for row in rows if row.first_due_on is not None)
    ordinary = max(sorted(firsts), key=lambda day: firsts[day], default=None)
    by_day: dict[dt.date, list[Standing]] = defaultdict(list)
    for row in rows:
        if row.due_on is not None and row.state is not State.WAIVED:
            by_day[row.due_on].append(row)
    for day, asked in by_day.items():
        if not any(row.state.is_owed for row in asked):
            continue
        names = tuple(row.party.name for row in asked)
        own = () if day == ordinary else (day.isoformat(),)
        yield _item(
            case,
            (FeedKind.DUE, step.id, *own),
            day,
            f"{_due_subject(step, asked)}: {case.reference}",
            f"{step.title.lower()} skal være afsluttet senest {weekday_date(day)}. "
            f"Fristen gælder {join_names(names)}.",
        )


def _due_subject(step: Step, rows: Sequence[Standing]) -> str:
    """``Svarfrist for 17 kommuner``, ``Frist for politisk behandling i Greve``."""
    is_answer = step.fulfilled_by is FulfilledBy.RESPONSE
    what = "Svarfrist for" if is_answer else f"Frist for {step.title.lower()} i"
    if len(rows) == 1:
        return f"{what} {rows[0].party.name}"
    others = [row.party.name for row in rows if row.party.kind is not PartyKind.MUNICIPALITY]
    count = len(rows) - len(others)
    municipalities = [f"{count} kommune{'r' if count > 1 else ''}"] if count else []
    return f"{what} {join_names([*municipalities, *others])}"


def _councils(
    case: Case, rows: Sequence[Standing], councils: Mapping[str, dt.date]
) -> Iterator[FeedItem]:
    """One item for each day on which councils that have not decided yet are to meet."""
    closed = {row.party.name for row in rows if row.state.is_closed}
    by_day: dict[dt.date, list[str]] = defaultdict(list)
    for name in sorted(councils.keys() - closed):
        by_day[councils[name]].append(name)
    for day, names in by_day.items():
        word = "Møde i kommunalbestyrelsen" if len(names) == 1 else "Møder i kommunalbestyrelserne"
        yield _item(
            case,
            (FeedKind.MEETING, "councils", day.isoformat()),
            day,
            f"{word}: {_some(names)} ({case.reference})",
            f"politisk behandling er planlagt til {weekday_date(day)} i {join_names(names)}.",
        )


def _item(
    case: Case,
    of_what: tuple[FeedKind, *tuple[str, ...]],
    day: dt.date,
    title: str,
    text: str,
) -> FeedItem:
    """An item of one case; ``of_what`` tells it from the case's others, its kind first."""
    return FeedItem(
        uid=_uid("case", case.reference, *of_what),
        day=day,
        title=title,
        text=f"{case.reference} («{case.title}»): {text}",
        kind=of_what[0],
        cases=(case.reference,),
    )


def _some(names: Sequence[str]) -> str:
    """All of three names; of more, two and how many others."""
    if len(names) <= 3:
        return join_names(tuple(names))
    return f"{', '.join(names[:2])} og {len(names) - 2} andre"


def _uid(*parts: str) -> str:
    """Parts that stay apart whatever they hold: no part has a dot of its own."""
    plain = (quote(part, safe="").replace(".", "%2E") for part in parts)
    return f"{'.'.join(plain)}@udmelding"


def _in_order(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    return tuple(sorted(items, key=lambda item: (item.day, item.uid)))
