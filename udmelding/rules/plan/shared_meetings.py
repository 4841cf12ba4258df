"""Which cases does each coming meeting have on its agenda? One meeting, however many papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.meeting import MeetingState
from udmelding.config.case.process import Parties
from udmelding.rules.case.case import Case
from udmelding.rules.plan.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPaper:
    """One case on a meeting's agenda.

    Attributes:
        papers_due_on: when the case's paper must be in.
        is_last_chance: the next meeting would be too late.
    """

    reference: str
    title: str
    papers_due_on: dt.date | None
    is_last_chance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonMeeting:
    """One coming meeting of a body, with the cases planned for it.

    Attributes:
        name: the body's Danish name in the area's own words.
        papers: none where no case is planned for it.
    """

    area: str
    body: str
    name: str
    held_on: dt.date
    papers: tuple[AgendaPaper, ...]

    @property
    def papers_due_on(self) -> dt.date | None:
        """The first day on which one of its papers is due."""
        days = [p.papers_due_on for p in self.papers if p.papers_due_on is not None]
        return min(days, default=None)


def coming_meetings(
    cases: Sequence[tuple[Case, Plan | None]], today: dt.date
) -> tuple[CommonMeeting, ...]:
    """Every meeting from ``today`` on of the bodies that take part in an open case, by day."""
    names: dict[tuple[str, str], str] = {}
    papers: dict[tuple[str, str, dt.date], list[AgendaPaper]] = {}
    for case, plan in cases:
        if case.is_closed:
            continue
        names |= _names(case)
        for meeting in case.meetings:
            is_coming = meeting.held_on >= today and meeting.state is not MeetingState.CANCELLED
            if is_coming and (meeting.area, meeting.body) in names:
                papers.setdefault((meeting.area, meeting.body, meeting.held_on), [])
        for at, paper in _papers(case, plan):
            papers.setdefault(at, []).append(paper)
    return tuple(
        CommonMeeting(
            area=area,
            body=body,
            name=names[area, body],
            held_on=day,
            papers=tuple(sorted(found, key=lambda paper: paper.reference)),
        )
        for (area, body, day), found in sorted(papers.items(), key=lambda item: item[0][::-1])
        if day >= today
    )


def _names(case: Case) -> Mapping[tuple[str, str], str]:
    return {
        (case.area, step.id): step.title
        for step in case.process.steps
        if step.parties is Parties.BODY
    }


def _papers(
    case: Case, plan: Plan | None
) -> Iterable[tuple[tuple[str, str, dt.date], AgendaPaper]]:
    bodies = {step.id for step in case.process.steps if step.parties is Parties.BODY}
    for row in plan.steps if plan else ():
        is_known = row.planned is not None and not row.is_assumed
        if row.id in bodies and not row.is_done and row.planned is not None and is_known:
            is_last = row.latest is not None and (row.next_meeting or dt.date.max) > row.latest
            yield (
                (case.area, row.id, row.planned),
                AgendaPaper(
                    reference=case.reference,
                    title=case.title,
                    papers_due_on=row.papers_due_on,
                    is_last_chance=is_last,
                ),
            )


def shared_with(meetings: Iterable[CommonMeeting], reference: str) -> Mapping[str, tuple[str, ...]]:
    """By body, the other cases that are planned for the same meeting as ``reference``."""
    found: dict[str, tuple[str, ...]] = {}
    for meeting in meetings:
        references = tuple(paper.reference for paper in meeting.papers)
        if reference in references and len(references) > 1:
            found[meeting.body] = tuple(other for other in references if other != reference)
    return found
