"""What does a municipality see of a case? Its own part, and the common figures.

Everything is picked from what is known of that one party. Texts that the secretariat wrote freely
(reasons, notes) are left out, because they may name others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from models import PartyKind, Stage
from udmelding.casework.access.links import Opened
from udmelding.casework.parties.declarations import declarer, is_declared
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilPlan, CouncilState
from udmelding.rules.case.facts import Decision, Expectation, Extension, Response, Waiver
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import Standing, State, is_council_step
from udmelding.rules.plan.council_wording import days, own_passed_sentence, own_sentence
from udmelding.rules.recording.entry import answer_word, names_of
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.date_wording import long_date, weekday_date
from udmelding.rules.words.texts import first_upper

_Partys = TypeVar("_Partys", Decision, Expectation, Extension, Response, Waiver)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the municipality owes or has said.

    Attributes:
        text: what; ``sub`` adds when, or how it stands.
        link: an address that proves it, or empty.
        is_overdue: whether it should have been done by now.
    """

    at: dt.datetime | dt.date
    text: str
    sub: str
    link: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """One municipality's page.

    Attributes:
        councils: how many have approved, of how many; the stage and the deadline stand beside it.
        row: its council's row of the plan; None where there is no plan, or it is over.
        answerable: steps that it may declare an answer to.
        council: its standing in the step in which councils decide, or None.
        own_decisions: those that it declared itself and may still correct.
    """

    opened: Opened
    today: dt.date
    approved: int
    total: int
    stage: Stage
    deadline: dt.date | None
    owed: tuple[Line, ...]
    done: tuple[Line, ...]
    row: CouncilPlan | None
    plan_sentences: tuple[str, ...]
    answerable: tuple[Standing, ...]
    owing: tuple[Standing, ...]
    council: Standing | None
    own_decisions: tuple[Decision, ...]

    @property
    def is_closed(self) -> bool:
        """Whether the case is over, and nothing can be said any more."""
        return self.opened.case.is_closed

    @property
    def has_paper(self) -> bool:
        """Whether a draft of its council's paper can be fetched: there is a report to decide on."""
        case, party = self.opened.case, self.opened.party
        is_municipality = party.kind is PartyKind.MUNICIPALITY
        return self.council is not None and is_municipality and case.latest_version > 0

    @property
    def can_expect(self) -> bool:
        """Whether it can name the day on which its council will decide."""
        council = self.council
        return council is not None and not self.is_closed and not council.state.is_closed

    @property
    def can_decide(self) -> bool:
        """Whether it can declare a decision: it is asked, and nothing is proven yet."""
        council = self.council
        if council is None or self.is_closed:
            return False
        is_only_declared = council.state is State.FULFILLED and not council.is_proven
        return council.state.is_owed or is_only_declared


def own_view(opened: Opened, today: dt.date) -> OwnView:
    """What the municipality sees on that day."""
    case, party = opened.case, opened.party.party
    found = status(case, today)
    rows = [
        row
        for row in found.standings
        if row.party.party == party and row.step.parties is Parties.MUNICIPALITIES
    ]
    owing = () if case.is_closed else tuple(row for row in rows if row.state.is_owed)
    row, sentences = _plan(found, case, party)
    return OwnView(
        opened=opened,
        today=today,
        approved=found.councils.approved,
        total=found.councils.total,
        stage=found.stage,
        deadline=found.deadline,
        owed=tuple(_owed(row, today) for row in owing),
        done=tuple(sorted(_said(case, opened), key=lambda line: line.at, reverse=True)),
        row=row,
        plan_sentences=sentences,
        answerable=tuple(r for r in owing if r.step.fulfilled_by is FulfilledBy.RESPONSE),
        owing=owing,
        council=next((row for row in rows if is_council_step(row.step)), None),
        own_decisions=_own_decisions(case, opened),
    )


def _plan(found: Status, case: Case, party: str) -> tuple[CouncilPlan | None, tuple[str, ...]]:
    if found.plan is None or case.is_closed:
        return None, ()
    row = next((row for row in found.plan.councils if row.party == party), None)
    if row is None or row.state is CouncilState.DECIDED:
        return None, ()
    told = (own_passed_sentence(row), own_sentence(row, found.plan.deadline))
    return row, tuple(sentence for sentence in told if sentence)


def _owed(row: Standing, today: dt.date) -> Line:
    what = "Jeres svar" if row.step.fulfilled_by is FulfilledBy.RESPONSE else "Jeres beslutning"
    text = f"{what} ({row.step.title.lower()})"
    is_overdue = row.state is State.OVERDUE
    return Line(row.due_on or today, text, due_words(row.due_on, today), is_overdue=is_overdue)


def due_words(due_on: dt.date | None, today: dt.date) -> str:
    """When something is due, as one says it."""
    if due_on is None:
        return "Der er ikke sat en frist endnu."
    left = (due_on - today).days
    if left < 0:
        return f"Fristen var {weekday_date(due_on)}, for {days(-left)} siden."
    if left == 0:
        return f"Fristen er i dag, {weekday_date(due_on)}."
    return f"Senest {weekday_date(due_on)}, om {days(left)}."


def _own_decisions(case: Case, opened: Opened) -> tuple[Decision, ...]:
    by = declarer(opened.party.name)
    own = (d for d in case.decisions if d.party == opened.party.party)
    return tuple(d for d in own if d.recorded_by == by and not d.is_proven)


def decision_words(decision: Decision) -> str:
    """A decision of a municipality in a few words."""
    level = label(decision.level)
    item = f", punkt {decision.item_number}" if decision.item_number else ""
    return f"{first_upper(level)}, {decision.when}{item}: {label(decision.outcome)}"


def _said(case: Case, opened: Opened) -> Iterator[Line]:
    """All that is known of what the municipality has said and been granted."""
    party, names = opened.party.party, names_of(case)
    for answer in _of(case.responses, party):
        yield Line(
            answer.recorded_at,
            f"Svar: {answer_word(answer.completeness, names)}",
            answer.when,
        )
    yield from map(_decided, _of(case.decisions, party))
    for expected in _of(case.expectations, party):
        text = f"I har meldt, at I beslutter {weekday_date(expected.expected_on)}"
        yield Line(expected.recorded_at, text, _told(expected.recorded_at))
    yield from _granted(case, party)
    for note in case.milestones:
        if note.recorded_by == declarer(opened.party.name):
            yield Line(note.recorded_at, note.title, _told(note.recorded_at))


def _granted(case: Case, party: str) -> Iterator[Line]:
    for more in _of(case.extensions, party):
        text = f"I har fået frist til {weekday_date(more.due_on)}"
        yield Line(more.recorded_at, text, long_date(more.granted_on))
    for waiver in _of(case.waivers, party):
        step = case.process.step(waiver.step)
        text = f"I er fritaget ({step.title.lower() if step else waiver.step})"
        yield Line(waiver.recorded_at, text, long_date(waiver.waived_on))


def _of(facts: Iterable[_Partys], party: str) -> Iterator[_Partys]:
    return (fact for fact in facts if fact.party == party)


def _decided(decision: Decision) -> Line:
    proof = (
        "Sekretariatet har set dokumentationen."
        if decision.is_proven
        else "Meldt. Sekretariatet har ikke set dokumentationen endnu."
    )
    is_address = decision.evidence.startswith(("http://", "https://"))
    if not is_address and decision.evidence and is_declared(decision.recorded_by):
        proof = f"{proof} Vedlagt: {decision.evidence}"
    link = decision.evidence if is_address else ""
    return Line(decision.recorded_at, decision_words(decision), proof, link)


def _told(moment: dt.datetime) -> str:
    return f"Meldt {long_date(moment.date())}"
