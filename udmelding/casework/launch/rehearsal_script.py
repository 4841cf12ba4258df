"""What do people do in a rehearsal, and when? The part of the play that the machine does not do.

The secretariat and the bodies keep to the plan that is laid at the launch. Where the plan has no
meeting for a body, known or assumed, it is taken to meet just in time for the councils.
Municipalities answer after a third of the time they get; councils decide at their planned meeting
where it lies within that time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models import DocumentKind, Level, Outcome
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Obligation
from udmelding.rules.case.standing import is_council_step, standings
from udmelding.rules.plan.case_plan import calendar_of, plan_of
from udmelding.rules.plan.plan import Plan
from udmelding.rules.recording.catalogue import CaseEntry, make_entry
from udmelding.rules.status.status import councils
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

_NO_FILE = "0" * 64
"""Stands for the report, which nobody has written yet; nothing is read or sent in a play."""

_MANY = 5


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a party does in one step."""

    step: Step
    party: str
    name: str

    @property
    def needs_case(self) -> bool:
        """Whether what it says depends on how the case then stands."""
        return self.step.fulfilled_by in (FulfilledBy.DECISION, FulfilledBy.SUBMISSION)

    def entry(self, case: Case | None, today: dt.date) -> CaseEntry:
        """What is recorded."""
        match self.step.fulfilled_by:
            case FulfilledBy.FINAL_REPORT:
                kind, said = "document", _report(today)
            case FulfilledBy.SUBMISSION:
                kind, said = "submission", {"reservation_for": _reserved(case, today)}
            case FulfilledBy.DECISION:
                kind, said = "decision", self._decision(case)
            case _:
                kind, said = "response", {}
        if kind in ("decision", "response"):
            said |= {"step": self.step.id, "party": self.party}
        if kind != "document":
            said["on"] = today
        return make_entry(kind, said, today)

    def _decision(self, case: Case | None) -> dict[str, Any]:
        level = Level.BODY
        if is_council_step(self.step):
            level = case.deciding_level(self.party) if case else Level.COUNCIL
        version = case.deciding_version if case else 0
        return {"level": level, "outcome": Outcome.APPROVED, "report_version": version}


def _report(today: dt.date) -> dict[str, Any]:
    return {
        "document_kind": DocumentKind.FINAL_REPORT,
        "title": "Afrapportering",
        "dated_on": today,
        "version": 1,
        "file_name": "afrapportering.pdf",
        "media_type": "application/pdf",
        "sha256": _NO_FILE,
    }


def _reserved(case: Case | None, today: dt.date) -> list[str]:
    if case is None or not case.process.reservation:
        return []
    return [party.party for party in councils(standings(case, today)).missing]


class Script:
    """Which event comes on which day; parties' answers are added as they are asked."""

    def __init__(self, case: Case, today: dt.date, *, answers: bool) -> None:
        """Read the plan of ``case`` on the day of its launch.

        Args:
            case: with a deadline.
            today: the day of the launch.
            answers: whether the municipalities do what they are asked for.
        """
        self.case, self.today, self.answers = case, today, answers
        self.assumes: tuple[str, ...] = ()
        self._days: dict[dt.date, list[Event]] = defaultdict(list)
        self._asked: set[tuple[str, str]] = set()
        plan = plan_of(case, today)
        rows = plan.councils if plan else ()
        self._meetings = {row.party: row.planned for row in rows if row.planned is not None}
        if plan is not None:
            self._own_work(plan)
        self.assumes += tuple(
            f"Mødekalenderen er ikke lagt ind for {row.title}. Der regnes med "
            f"{long_date(row.planned)}."
            for row in (plan.assumed_bodies if plan else ())
            if row.planned is not None
        )

    def next_day(self) -> dt.date | None:
        """The first day with an event still to come."""
        return min(self._days, default=None)

    def take(self, today: dt.date) -> list[Event]:
        """The events until ``today``, in their order; they are not given again."""
        ready = sorted(day for day in self._days if day <= today)
        return [event for day in ready for event in self._days.pop(day)]

    def follow(self, case: Case) -> None:
        """Let those answer who have been asked meanwhile."""
        for obligation in case.obligations:
            at = (obligation.step, obligation.party)
            step = case.process.step(obligation.step)
            if not self.answers or at in self._asked or step is None:
                continue
            self._asked.add(at)
            party = case.party(obligation.party)
            name = party.name if party else obligation.party
            event = Event(step, obligation.party, name)
            self._days[self._answer_day(step, obligation)].append(event)

    def sentences(self, events: Iterable[Event]) -> tuple[str, ...]:
        """Sentences on the events of one day; many alike in one."""
        groups: dict[str, list[str]] = defaultdict(list)
        steps: dict[str, Step] = {}
        for event in events:
            groups[event.step.id].append(event.name)
            steps[event.step.id] = event.step
        return tuple(self._sentence(steps[step], names) for step, names in groups.items())

    def _sentence(self, step: Step, names: list[str]) -> str:
        who = join_names(names) if len(names) <= _MANY else f"{len(names)} kommuner"
        paper = self.case.process.paper_title
        match step.fulfilled_by:
            case FulfilledBy.FINAL_REPORT:
                return f"{first_upper(paper)} foreligger i endelig form."
            case FulfilledBy.SUBMISSION:
                return f"{first_upper(paper)} sendes."
            case FulfilledBy.DECISION:
                return f"{who} godkender."
            case _:
                return f"{who} svarer."

    def _answer_day(self, step: Step, obligation: Obligation) -> dt.date:
        opened = obligation.opened_on
        meeting = self._meetings.get(obligation.party) if is_council_step(step) else None
        if meeting is not None and opened < meeting <= obligation.due_on:
            return meeting
        third = opened + (obligation.due_on - opened) / 3
        return WorkCalendar().next_business_day(max(third, opened + dt.timedelta(days=1)))

    def _own_work(self, plan: Plan) -> None:
        """The secretariat's and the bodies' days, each no sooner than the one before."""
        not_before = self.today + dt.timedelta(days=1)
        for step in self.case.process.steps:
            row = plan.step(step.id)
            if step.parties is Parties.MUNICIPALITIES or not _is_work(step) or row is None:
                continue
            is_last = step.fulfilled_by is FulfilledBy.SUBMISSION
            day = (None if is_last else row.planned) or row.latest or plan.deadline
            not_before = calendar_of(self.case).next_business_day(max(day, not_before))
            party = "secretariat" if step.parties is Parties.SECRETARIAT else step.id
            self._days[not_before].append(Event(step, party, step.title))
            if step.parties is Parties.BODY and row.planned is None:
                self.assumes += (
                    f"Mødekalenderen har intet møde for {step.title}. Der regnes med "
                    f"{long_date(not_before)}.",
                )


def _is_work(step: Step) -> bool:
    return step.fulfilled_by is not FulfilledBy.REGISTRATION
