"""How does each party stand in each step? The one place where facts meet obligations.

A standing is one cell of the matrix: what is owed, by when, and how it was met. Status, reminders,
the list of who owes what, and the counts are all read from standings, so they cannot disagree.

How it works. Facts are gathered by step and party; of obligations, extensions and waivers the last
one holds. *Asked* is whoever has an obligation; a body is asked by the plan, whose day is then its
due date, for nobody wrote to it. The due date is that of the extension, else of the obligation,
else of the plan. How a step is met depends on what it is fulfilled by: being registered, a complete
answer, a concluding decision on the version that holds, a final report, a submission. What meets it
wins over everything: a decision that comes after a waiver counts. Then comes the waiver, and that a
party has ceased to be, then
whether anybody was asked, and last the day: a due date is overdue from the day after it. What has
come nearest without meeting it (a part of an answer, the word of a level that does not decide)
stays in the standing for people to see; a decision on a version that was replaced does not. Nothing
here is stored; the same facts and day give the same standings.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import takewhile

from models.decision import Level, Outcome
from models.document import DocumentKind
from models.outbox import OutboxState
from models.party import PartyKind
from models.response import Completeness
from models.submission import SubmissionKind
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import APPROVING, Case, concludes
from udmelding.rules.case.facts import (
    Decision,
    Extension,
    Mail,
    Obligation,
    Party,
    Response,
    Waiver,
)
from udmelding.rules.words.date_wording import long_date


class State(StrEnum):
    """How one party stands in one step."""

    NOT_ASKED = "not_asked"
    OPEN = "open"
    OVERDUE = "overdue"
    FULFILLED = "fulfilled"
    WAIVED = "waived"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is owed."""
        return self in (State.FULFILLED, State.WAIVED)

    @property
    def is_owed(self) -> bool:
        """Whether something is owed now."""
        return self in (State.OPEN, State.OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One party in one step.

    Attributes:
        opened_on: when it was asked; None when it was not, or when the plan alone asks.
        due_on: the present due date; ``first_due_on`` the one before any extension.
        met_on: the (last possible) day on which it was met; written, it says what its source says.
        first_met_on: the same of what first met it: an answer that was in time is not late because
            it was corrected afterwards.
        outcome: for decisions, the latest one, concluding or not; ``decided_on`` is its day.
        is_proven: the evidence was seen; False means it is only declared.
        level: the last level of the council's own chain that has decided.
        last_mail: the latest mail to the party in this step that went out.
    """

    step: Step
    party: Party
    state: State
    opened_on: dt.date | None = None
    due_on: dt.date | None = None
    first_due_on: dt.date | None = None
    met_on: dt.date | None = None
    first_met_on: dt.date | None = None
    outcome: Outcome | None = None
    decided_on: dt.date | None = None
    level: Level | None = None
    completeness: Completeness | None = None
    is_proven: bool = False
    is_late: bool = False
    is_made_up: bool = False
    reason: str = ""
    last_mail: Mail | None = None
    mails_sent: int = 0

    @property
    def is_approved(self) -> bool:
        """Whether a decision was made and it was a yes."""
        return self.state is State.FULFILLED and self.outcome in APPROVING

    @property
    def is_extended(self) -> bool:
        """Whether more time was granted."""
        return self.first_due_on is not None and self.due_on != self.first_due_on


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts of a case by step and party; where several exist, in the order of recording."""

    obligations: Mapping[tuple[str, str], Obligation]
    extensions: Mapping[tuple[str, str], Extension]
    waivers: Mapping[tuple[str, str], Waiver]
    responses: Mapping[tuple[str, str], list[Response]]
    decisions: Mapping[tuple[str, str], list[Decision]]
    mails: Mapping[tuple[str, str], list[Mail]]


def _by_party(case: Case) -> _Facts:
    responses: dict[tuple[str, str], list[Response]] = defaultdict(list)
    decisions: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    mails: dict[tuple[str, str], list[Mail]] = defaultdict(list)
    for response in case.responses:
        responses[response.step, response.party].append(response)
    for decision in case.decisions:
        decisions[decision.step, decision.party].append(decision)
    for mail in case.mails:
        mails[mail.step, mail.party].append(mail)
    return _Facts(
        obligations={(o.step, o.party): o for o in case.obligations},
        extensions={(e.step, e.party): e for e in case.extensions},
        waivers={(w.step, w.party): w for w in case.waivers},
        responses=responses,
        decisions=decisions,
        mails=mails,
    )


def standings(
    case: Case,
    today: dt.date,
    planned: Mapping[str, dt.date | None] | None = None,
    known: Sequence[Standing] = (),
) -> tuple[Standing, ...]:
    """Every party's standing in every step, in the order of the process and of the parties.

    Args:
        case: what is known.
        today: decides what is overdue; a due date is overdue from the day after it.
        planned: for the steps of bodies and the secretariat, the plan's day, which is their due
            date; municipalities' due dates are facts, because they were told them.
        known: what this gave without ``planned``; whoever was asked stands as there.
    """
    facts, planned = _by_party(case), planned or {}
    asked = {(row.step.id, row.party.party): row for row in known if row.opened_on}
    return tuple(
        asked.get((step.id, party.party))
        or _standing(case, facts, step, party, today, planned.get(step.id))
        for step in case.process.steps
        for party in case.parties_of(step)
        if _takes_part(case, facts, step, party, today)
    )


def _takes_part(case: Case, facts: _Facts, step: Step, party: Party, today: dt.date) -> bool:
    """Whether the party has anything to do with the step on that day.

    One that does not exist then has not, unless it was asked or has decided while it did. Nor has
    one that takes over from another that has decided.
    """
    at = (step.id, party.party)
    if at in facts.obligations or at in facts.decisions:
        return True
    if party.member_from is not None:
        before = {p.party for p in case.parties if p.kind is party.kind and p.member_until}
        decided = (d for p in before for d in facts.decisions.get((step.id, p), ()))
        if any(concludes(decision.level, decision.outcome) for decision in decided):
            return False
    return party.is_member_on(today)


def _standing(
    case: Case, facts: _Facts, step: Step, party: Party, today: dt.date, planned: dt.date | None
) -> Standing:
    at = (step.id, party.party)
    obligation, extension = facts.obligations.get(at), facts.extensions.get(at)
    first_due = obligation.due_on if obligation else planned
    due = extension.due_on if extension else first_due
    met = _met(case, step, party, facts.responses.get(at, ()), facts.decisions.get(at, ()))
    waiver = facts.waivers.get(at)
    ended = party.member_until if party.member_until and party.member_until < today else None
    sent = [m for m in facts.mails.get(at, ()) if m.state is OutboxState.SENT]
    asked = obligation is not None or (
        planned is not None and step.parties is not Parties.MUNICIPALITIES
    )
    first_on = (met.first_on or met.on) if met.is_met else None
    return Standing(
        step=step,
        party=party,
        state=_state(met, waiver, asked=asked, ended=ended, due=due, today=today),
        opened_on=obligation.opened_on if obligation else None,
        due_on=due,
        first_due_on=first_due,
        met_on=met.on if met.is_met else (waiver.waived_on if waiver else ended),
        first_met_on=first_on,
        outcome=met.outcome,
        decided_on=met.on if met.outcome is not None else None,
        level=met.level,
        completeness=met.completeness,
        is_proven=met.is_proven,
        is_late=bool(due and first_on and first_on > due),
        is_made_up=met.is_made_up,
        reason=_reason(waiver, extension, ended),
        last_mail=sent[-1] if sent else None,
        mails_sent=len(sent),
    )


def _reason(waiver: Waiver | None, extension: Extension | None, ended: dt.date | None) -> str:
    if waiver is not None:
        return waiver.reason
    if ended is not None:
        return f"bestod til og med {long_date(ended)}"
    return extension.reason if extension else ""


def _state(
    met: _Met,
    waiver: Waiver | None,
    *,
    asked: bool,
    ended: dt.date | None,
    due: dt.date | None,
    today: dt.date,
) -> State:
    if met.is_met:
        return State.FULFILLED
    if waiver is not None or ended is not None:
        return State.WAIVED
    if not asked:
        return State.NOT_ASKED
    return State.OVERDUE if due is not None and due < today else State.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """How an obligation was met, or the nearest it has come."""

    is_met: bool = False
    on: dt.date | None = None
    first_on: dt.date | None = None
    outcome: Outcome | None = None
    level: Level | None = None
    completeness: Completeness | None = None
    is_proven: bool = False
    is_made_up: bool = False


def _met(
    case: Case,
    step: Step,
    party: Party,
    responses: Iterable[Response],
    decisions: Iterable[Decision],
) -> _Met:
    match step.fulfilled_by:
        case FulfilledBy.REGISTRATION:
            return _Met(is_met=True, on=case.received_on)
        case FulfilledBy.RESPONSE:
            return _answered(responses)
        case FulfilledBy.DECISION:
            return _decided(case, step, party, decisions)
        case FulfilledBy.FINAL_REPORT:
            return _drafted(case)
        case FulfilledBy.SUBMISSION:
            return _submitted(case)


def _answered(responses: Iterable[Response]) -> _Met:
    given = sorted(responses, key=lambda r: (r.happened_to, r.recorded_at), reverse=True)
    if not given:
        return _Met()
    last, enough = given[0], tuple(takewhile(lambda r: r.completeness.is_enough, given))
    return _Met(
        is_met=last.completeness.is_enough,
        on=last.day,
        first_on=enough[-1].day if enough else None,
        completeness=last.completeness,
        is_proven=True,
        is_made_up=last.is_made_up,
    )


def _decided(case: Case, step: Step, party: Party, decisions: Iterable[Decision]) -> _Met:
    # A decision on a version that a substantive one has replaced does not count any more.
    valid = [
        d for d in decisions if d.report_version == 0 or d.report_version >= case.deciding_version
    ]
    valid.sort(key=lambda d: (d.happened_to, d.recorded_at), reverse=True)
    if not valid:
        return _Met()
    last = valid[0]
    # A council may take back what it has delegated: its own decision always counts.
    decide = (case.deciding_level(party.party), Level.COUNCIL)
    if step.parties is Parties.BODY:
        decide = (Level.BODY, Level.BODY)
    ended = tuple(takewhile(lambda d: d.level in decide and concludes(d.level, d.outcome), valid))
    return _Met(
        is_met=bool(ended),
        on=last.day,
        first_on=ended[-1].day if ended else None,
        outcome=last.outcome,
        level=last.level,
        is_proven=last.is_proven,
        is_made_up=last.is_made_up,
    )


def _drafted(case: Case) -> _Met:
    finals = [d for d in case.documents if d.document_kind is DocumentKind.FINAL_REPORT]
    if not finals:
        return _Met()
    last = max(finals, key=lambda d: d.version)
    return _Met(
        is_met=True, on=last.dated_on, is_proven=bool(last.sha256), is_made_up=last.is_made_up
    )


def _submitted(case: Case) -> _Met:
    sent = [s for s in case.submissions if s.submission_kind is SubmissionKind.REPORT]
    if not sent:
        return _Met()
    first = sent[0]
    return _Met(is_met=True, on=first.day, is_made_up=first.is_made_up)


@cache
def without_none(row: Standing) -> Standing:
    """The same for others than caseworkers: that one has no citizens is a figure like others."""
    is_none = row.completeness is Completeness.NO_CITIZENS
    return replace(row, completeness=Completeness.COMPLETE) if is_none else row


def still_open(rows: Iterable[Standing]) -> tuple[Standing, ...]:
    """Who may still answer in time: the collection is over where that is nobody."""
    return tuple(
        row
        for row in rows
        if row.step.fulfilled_by is FulfilledBy.RESPONSE
        and row.state is State.OPEN
        and row.due_on is not None
    )


def is_council_step(step: Step) -> bool:
    """Whether ``step`` is the one in which the councils decide."""
    return step.parties is Parties.MUNICIPALITIES and step.fulfilled_by is FulfilledBy.DECISION


def deciding(all_standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """The standings of all councils that decide, regional ones too."""
    return tuple(s for s in all_standings if is_council_step(s.step))


def reservable(rows: Sequence[Standing]) -> tuple[Party, ...]:
    """Whom a reservation is for: every council, also a regional one, that has not concluded."""
    return tuple(row.party for row in deciding(rows) if not row.state.is_closed)


def of_councils(all_standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """The standings of the municipal councils; a regional council is not counted among them."""
    return tuple(s for s in deciding(all_standings) if s.party.kind is PartyKind.MUNICIPALITY)
