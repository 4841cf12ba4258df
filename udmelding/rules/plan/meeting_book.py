"""Which meetings are there, of bodies and of councils, and which cases does each have?"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.decision import Level
from models.meeting import MeetingState
from udmelding.config.case.library import NATIONAL
from udmelding.config.parties import danish_sort_key
from udmelding.rules.case.case import CONCLUDING, Case
from udmelding.rules.case.council import CouncilState
from udmelding.rules.case.facts import Meeting
from udmelding.rules.case.glossary import label
from udmelding.rules.case.slots import Slot
from udmelding.rules.plan.body_chain import papers_due
from udmelding.rules.plan.case_plan import calendar_of, plan_input
from udmelding.rules.plan.plan import Plan, PlanInput, PlannedStep
from udmelding.rules.plan.shared_meetings import coming_meetings

COUNCILS = "kommuner"
"""The organ that all councils together count as."""

Laid = Sequence[tuple[Case, Plan | None]]
"""Cases with their plans; a closed one has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAgenda:
    """One case at one body's meeting.

    Attributes:
        paper_title: what the body gets, such as ``afrapporteringen``.
        papers_due_on: when the case's paper must be in; None for a case that was decided.
        is_last_chance: the body's next meeting would be too late.
        outcome: what the body decided, in Danish; empty while it has not.
    """

    reference: str
    title: str
    paper_title: str
    papers_due_on: dt.date | None = None
    is_last_chance: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMeeting:
    """One meeting of a body.

    Attributes:
        papers_due_on: the day its papers must be in; None where nothing says.
        is_reckoned: that day stands in no calendar, but follows from the cases' rules.
        moved_from: the day that it had before.
        cases: the open cases planned for it, and those that were decided there.
        record_in: an open case in which its fate can be recorded; empty where there is none.
        is_assumed: no calendar has it; the plans reckon with it until one does.
    """

    area: str
    body: str
    held_on: dt.date
    papers_due_on: dt.date | None
    is_reckoned: bool
    state: MeetingState
    moved_from: dt.date | None
    note: str
    cases: tuple[OnAgenda, ...]
    record_in: str
    is_assumed: bool = False

    @property
    def organ(self) -> str:
        """Its body, told from those of other areas."""
        return f"{self.area}.{self.body}"

    @property
    def references(self) -> frozenset[str]:
        """The cases that it is about."""
        return frozenset(case.reference for case in self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilsOfCase:
    """The municipalities that decide one case on one day, by name.

    Attributes:
        assumed: planned for a day that no calendar confirms.
    """

    reference: str
    title: str
    decided: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilDay:
    """One day on which councils decide."""

    held_on: dt.date
    cases: tuple[CouncilsOfCase, ...]

    @property
    def organ(self) -> str:
        """All councils count as one."""
        return COUNCILS

    @property
    def is_assumed(self) -> bool:
        """Whether nobody has decided or is known to meet."""
        return not any(case.decided or case.planned for case in self.cases)

    @property
    def count(self) -> int:
        """How many municipalities, each once."""
        return len({n for c in self.cases for n in (*c.decided, *c.planned, *c.assumed)})

    @property
    def references(self) -> frozenset[str]:
        """The cases that it is about."""
        return frozenset(case.reference for case in self.cases)


def body_meetings(
    laid: Laid,
    meetings: Sequence[Meeting],
    moved_from: Mapping[str, dt.date],
    today: dt.date,
) -> tuple[BodyMeeting, ...]:
    """Every one of ``meetings``, past or to come, and the assumed ones, with the cases on it.

    Args:
        laid: all cases.
        meetings: of any areas.
        moved_from: for those that were moved, the day before that, by the meeting's key.
        today: the day that the plans are seen from.
    """
    agendas = _agendas(laid, today)
    # Only its meetings and its days are read of it, so the standings are not reckoned again.
    asked = {c.reference: known for c, plan in laid if plan and (known := plan_input(c, today, ()))}
    in_area: dict[str, list[Case]] = defaultdict(list)
    for case, _ in laid:
        if not case.is_closed:
            in_area[case.area].append(case)
    found = []
    for meeting in meetings:
        at = (meeting.area, meeting.body, meeting.held_on)
        is_on = meeting.state is not MeetingState.CANCELLED
        on_it = tuple(sorted(agendas.get(at, ()), key=lambda c: c.reference)) if is_on else ()
        owners = in_area[meeting.area]
        if meeting.area == NATIONAL:  # it belongs to no area: any open case will do to record in
            owners = [case for cases in in_area.values() for case in cases]
        due = meeting.papers_due_on
        if due is None and is_on and meeting.held_on >= today:
            # Rules say when papers are due for a body that cases pass; of others nobody knows.
            passing = [c for c in owners if meeting.body in {step.id for step in c.process.steps}]
            reckoned = (_reckoned(c, meeting.held_on, asked.get(c.reference)) for c in passing)
            due = min(reckoned, default=None)
        planned = [case.reference for case in on_it if not case.outcome]
        found.append(
            BodyMeeting(
                area=meeting.area,
                body=meeting.body,
                held_on=meeting.held_on,
                papers_due_on=due,
                is_reckoned=due is not None and meeting.papers_due_on is None,
                state=meeting.state,
                moved_from=moved_from.get(meeting.key),
                note=meeting.note,
                cases=on_it,
                record_in=next(iter([*planned, *(c.reference for c in owners)]), ""),
            )
        )
    return (*found, *_assumed(laid, asked, today))


_AHEAD = dt.timedelta(days=180)
"""So far assumed meetings are listed where every deadline is nearer."""


def _assumed(laid: Laid, asked: Mapping[str, PlanInput], today: dt.date) -> Iterator[BodyMeeting]:
    """The coming meetings that no calendar has, of the bodies of open cases."""
    found: dict[tuple[str, str, dt.date], dict[str, tuple[dt.date, OnAgenda | None]]] = {}
    for case, plan in laid:
        known = asked.get(case.reference)
        if plan is None or known is None:
            continue
        last = max(plan.deadline, today + _AHEAD)
        for row in plan.steps:
            for slot in known.meetings.get(row.id, ()):
                if not slot.is_assumed or not today <= slot.held_on <= last:
                    continue
                due = papers_due(slot, known)
                is_on = row.planned == slot.held_on and not row.is_done
                at = found.setdefault((case.area, row.id, slot.held_on), {})
                at[case.reference] = due, _on_agenda(case, row) if is_on else None
    for (area, body, held_on), cases in found.items():
        yield BodyMeeting(
            area=area,
            body=body,
            held_on=held_on,
            papers_due_on=min(due for due, _ in cases.values()),
            is_reckoned=True,
            state=MeetingState.PLANNED,
            moved_from=None,
            note="",
            cases=tuple(on_it for _, (_, on_it) in sorted(cases.items()) if on_it is not None),
            record_in=min(cases),
            is_assumed=True,
        )


def _on_agenda(case: Case, row: PlannedStep) -> OnAgenda:
    is_last = row.latest is not None and (row.next_meeting or dt.date.max) > row.latest
    return OnAgenda(
        reference=case.reference,
        title=case.title,
        paper_title=case.process.paper_title,
        papers_due_on=row.papers_due_on,
        is_last_chance=is_last,
    )


def _reckoned(case: Case, held_on: dt.date, asked: PlanInput | None) -> dt.date:
    if asked is not None:
        return papers_due(Slot(held_on), asked)
    days = case.process.plan.papers_business_days
    return calendar_of(case).add_business_days(held_on, -days)


def _agendas(laid: Laid, today: dt.date) -> Mapping[tuple[str, str, dt.date], list[OnAgenda]]:
    cases = {case.reference: case for case, _ in laid}
    found: dict[tuple[str, str, dt.date], list[OnAgenda]] = defaultdict(list)
    for meeting in coming_meetings(laid, today):
        found[meeting.area, meeting.body, meeting.held_on] += [
            OnAgenda(
                reference=paper.reference,
                title=paper.title,
                paper_title=cases[paper.reference].process.paper_title,
                papers_due_on=paper.papers_due_on,
                is_last_chance=paper.is_last_chance,
            )
            for paper in meeting.papers
        ]
    for case, _ in laid:
        for decision in case.decisions:
            if decision.level is Level.BODY and decision.is_one_day:
                found[case.area, decision.party, decision.happened_to].append(
                    OnAgenda(
                        reference=case.reference,
                        title=case.title,
                        paper_title=case.process.paper_title,
                        outcome=label(decision.outcome),
                    )
                )
    return found


def council_days(laid: Laid) -> tuple[CouncilDay, ...]:
    """The days on which councils have decided or are planned to, by day.

    A decision whose day is known only vaguely is on no day.
    """
    found: dict[dt.date, list[CouncilsOfCase]] = defaultdict(list)
    for case, plan in laid:
        names: dict[dt.date, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for day, name, how in (*_decided(case), *_planned(plan)):
            names[day][how].add(name)
        for day, by_how in names.items():
            found[day].append(
                CouncilsOfCase(
                    reference=case.reference,
                    title=case.title,
                    decided=_by_name(by_how["decided"]),
                    planned=_by_name(by_how["planned"]),
                    assumed=_by_name(by_how["assumed"]),
                )
            )
    return tuple(
        CouncilDay(held_on=day, cases=tuple(sorted(cases, key=lambda case: case.reference)))
        for day, cases in sorted(found.items())
    )


def _by_name(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=danish_sort_key))


def _decided(case: Case) -> Iterator[tuple[dt.date, str, str]]:
    names = {party.party: party.name for party in case.parties}
    for decision in case.decisions:
        is_last = (
            decision.level is not Level.BODY
            and decision.level is case.deciding_level(decision.party)
            and decision.outcome in CONCLUDING
        )
        if is_last and decision.is_one_day and decision.party in names:
            yield decision.happened_to, names[decision.party], "decided"


def _planned(plan: Plan | None) -> Iterator[tuple[dt.date, str, str]]:
    for row in plan.councils if plan else ():
        if row.planned is not None and row.state is not CouncilState.DECIDED:
            yield row.planned, row.name, "assumed" if row.is_assumed else "planned"
