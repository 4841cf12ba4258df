"""How does every municipality stand in every case? The whole matrix in a few statements.

Says of the municipalities' steps what ``udmelding.rules.status.status`` says of them, and a test
holds the two equal. Rules are asked about one case and know everything of it; for a matrix over a
hundred cases that would mean a hundred thousand values, loaded to show a date each. So this module
does over plain rows what ``udmelding.rules.case.standing`` does over values: **change both
together.**

One statement for each kind of fact, however many cases. Only a case in which somebody has not been
asked yet is loaded whole: there the due dates are the plan's, and a plan needs all that is known.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Change, Completeness, DocumentKind, Level, Outcome, PartyKind
from udmelding.clock import COPENHAGEN
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.journal.case.council_calendars import load_calendars
from udmelding.journal.case.header import Header, headers, pinned
from udmelding.journal.case.load import load_all
from udmelding.journal.tables import known_at, table_of
from udmelding.rules.case.case import CONCLUDING, Case
from udmelding.rules.case.standing import State, standings
from udmelding.rules.plan.case_plan import plan_of, planned_days


class MatrixRow(NamedTuple):
    """One municipality in one step: whether it has answered, or its council has decided.

    Attributes:
        step: id of the step; ``party`` and ``name`` say whose cell it is.
        due_on: the present due date, extensions counted.
        met_on: the (last possible) day on which it was answered, decided or waived.
        outcome: the latest decision on the version that holds, concluding or not; ``level`` says
            whose it is. None in a step that asks for an answer.
        committee_outcome: the latest decision of the municipality's committees on that version,
            made on ``committee_on``; stays when the council has decided too.
    """

    step: str
    party: str
    name: str
    state: State
    due_on: dt.date | None
    met_on: dt.date | None
    outcome: Outcome | None
    level: Level | None
    completeness: Completeness | None
    committee_outcome: Outcome | None
    committee_on: dt.date | None


def matrix(
    session: Session, as_of: dt.datetime, only: Collection[str] | None = None
) -> Mapping[str, tuple[MatrixRow, ...]]:
    """The matrix of the cases named in ``only``, or of all, as known at ``as_of``.

    Returns:
        By reference, newest case first, the rows in the order of the process's steps and of the
        parties. Cases that were not known then are left out.
    """
    today = as_of.astimezone(COPENHAGEN).date()
    cases = _known_cases(session, as_of, only)
    facts = _Reader(session, as_of, None if only is None else [h.id for h in cases]).facts()
    whole = tuple(header for header in cases if not _is_asked(header, facts))
    planned = {
        case.reference: tuple(_rows_of_case(case, today))
        for case in (load_all(session, as_of, whole) if whole else ())
    }
    return {
        header.reference: planned.get(header.reference) or tuple(_rows(header, facts, today))
        for header in cases
    }


_COMMITTEES = frozenset({Level.COMMITTEE, Level.FINANCE_COMMITTEE})

_OUTCOMES: Mapping[str, Outcome] = {word.value: word for word in Outcome}
_LEVELS: Mapping[str, Level] = {word.value: word for word in Level}
_COMPLETENESSES: Mapping[str, Completeness] = {word.value: word for word in Completeness}

_At = tuple[int, str, str]
"""A case, a step and a party."""


class _Met(NamedTuple):
    """The latest answer or decision: whether it meets the obligation, and what a cell shows."""

    is_met: bool
    on: dt.date | None
    outcome: Outcome | None = None
    level: Level | None = None
    completeness: Completeness | None = None


_NOTHING = _Met(is_met=False, on=None)
_NO_COMMITTEE = (None, None)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Of each kind of fact the one that holds, in all cases; ``standing._Facts`` for many.

    Attributes:
        parties: by case, code and name of all that are asked, and whether it is a municipality.
    """

    parties: Mapping[int, Sequence[tuple[str, str, bool]]]
    due: Mapping[_At, dt.date]
    extended: Mapping[_At, dt.date]
    waived: Mapping[_At, dt.date]
    answers: Mapping[_At, _Met]
    decisions: Mapping[_At, _Met]
    committees: Mapping[_At, tuple[Outcome, dt.date]]


def _known_cases(
    session: Session, as_of: dt.datetime, only: Collection[str] | None
) -> tuple[Header, ...]:
    """The cases that ``load_all`` would give."""
    front = table_of(models.Particulars)
    query = sa.select(front.c.announcement_id).where(known_at(front, as_of))
    told = set(session.execute(query).scalars())
    found = headers(session, None if only is None else tuple(only))
    known = [h for h in found if h.recorded_at <= as_of and h.id in told]
    return pinned(session, known, as_of)


class _Days(dict[Any, dt.date]):
    """Days by what the driver gives for them: text from SQLite, days from PostgreSQL."""

    def __missing__(self, given: Any) -> dt.date:
        self[given] = day = dt.date.fromisoformat(given) if isinstance(given, str) else given
        return day


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads plain columns of the facts known at a moment.

    Rows are the driver's own tuples: to make a result row, a ``StrEnum`` and a date of each of a
    hundred thousand would cost more than the database does. A later row replaces an earlier one,
    so their order is part of the answer.
    """

    session: Session
    as_of: dt.datetime
    ids: Sequence[int] | None

    def facts(self) -> _Facts:
        """All that the matrix needs."""
        days = _Days()
        decisions, committees = self._decisions(days)
        return _Facts(
            parties=self._parties(),
            due=self._days(models.Obligation, "due_on", days),
            extended=self._days(models.Extension, "due_on", days),
            waived=self._days(models.Waiver, "waived_on", days),
            answers=self._answers(days),
            decisions=decisions,
            committees=committees,
        )

    def _parties(self) -> dict[int, list[tuple[str, str, bool]]]:
        table = table_of(models.Party)
        owing = (PartyKind.MUNICIPALITY, PartyKind.REGIONAL_COUNCIL)
        where = (table.c.is_asked, table.c.kind.in_(owing))
        found: dict[int, list[tuple[str, str, bool]]] = defaultdict(list)
        for case_id, party, name, kind in self._rows(table, ("party", "name", "kind"), where=where):
            found[case_id].append((party, name, kind == PartyKind.MUNICIPALITY))
        return found

    def _days(self, fact: type[models.CaseFact], name: str, days: _Days) -> dict[_At, dt.date]:
        rows = self._rows(table_of(fact), ("step", "party", name))
        return {(case_id, step, party): days[day] for case_id, step, party, day in rows}

    def _answers(self, days: _Days) -> dict[_At, _Met]:
        table = table_of(models.Response)
        names = ("step", "party", "happened_to", "completeness")
        return {
            (case_id, step, party): _Met(
                _COMPLETENESSES[word].is_enough, days[day], None, None, _COMPLETENESSES[word]
            )
            for case_id, step, party, day, word in self._rows(table, names, _last_happened(table))
        }

    def _decisions(self, days: _Days) -> tuple[dict[_At, _Met], dict[_At, tuple[Outcome, dt.date]]]:
        """The last decisions on the version that holds: of anybody, and of committees."""
        table, versions = table_of(models.Decision), self._versions()
        chains = load_calendars(self.session, self.as_of, is_chase=True).chains
        delegated = {party: chain[-1] for party, chain in chains.items()}
        names = ("step", "party", "happened_to", "level", "outcome", "report_version")
        decisions: dict[_At, _Met] = {}
        committees: dict[_At, tuple[Outcome, dt.date]] = {}
        rows = self._rows(table, names, _last_happened(table))
        for case_id, step, party, on, level, word, version in rows:
            if version == 0 or version >= versions.get(case_id, 0):
                at, day, outcome = (case_id, step, party), days[on], _OUTCOMES[word]
                decides = (Level.COUNCIL, delegated.get(party, Level.COUNCIL))
                is_met = level in decides and outcome in CONCLUDING
                decisions[at] = _Met(is_met, day, outcome, _LEVELS[level])
                if level in _COMMITTEES:
                    committees[at] = outcome, day
        return decisions, committees

    def _versions(self) -> dict[int, int]:
        """By case, the version that decisions must be about; see ``Case.deciding_version``."""
        table = table_of(models.Document)
        where = (
            table.c.document_kind == DocumentKind.FINAL_REPORT,
            table.c.change == Change.SUBSTANTIVE,
        )
        return dict(self._rows(table, ("version",), (table.c.version,), where))

    def _rows(
        self,
        table: sa.Table,
        names: Sequence[str],
        order: Sequence[sa.ColumnElement[Any]] = (),
        where: Sequence[sa.ColumnElement[bool]] = (),
    ) -> Sequence[tuple[Any, ...]]:
        """Rows with the id of their case first, by default in the order that ``load`` keeps."""
        columns = (table.c[name] for name in ("announcement_id", *names))
        query = sa.select(*columns).where(known_at(table, self.as_of), *where)
        if self.ids is not None:
            query = query.where(table.c.announcement_id.in_(self.ids))
        query = query.order_by(*(order or (table.c.recorded_at, table.c.key)))
        result = self.session.connection().execute(query)
        found: Sequence[tuple[Any, ...]] = result.cursor.fetchall()
        result.close()
        return found


def _last_happened(table: sa.Table) -> Sequence[sa.ColumnElement[Any]]:
    """The order in which the row that ``max`` finds in ``standing`` comes last."""
    return table.c.happened_to, table.c.recorded_at, table.c.key.desc()


def _cells(header: Header, facts: _Facts) -> Iterator[tuple[Step, Sequence[tuple[str, str, bool]]]]:
    """The municipalities' steps of a case, each with the parties that are asked."""
    parties = facts.parties.get(header.id, ())
    for step in header.process.steps:
        if step.parties is Parties.MUNICIPALITIES:
            is_council = step.fulfilled_by is FulfilledBy.DECISION
            yield step, parties if is_council else [party for party in parties if party[2]]


def _is_asked(header: Header, facts: _Facts) -> bool:
    """Whether every cell has its due date, and is met by what ``_Reader`` reads."""
    case_id, due = header.id, facts.due
    return all(
        step.fulfilled_by in (FulfilledBy.RESPONSE, FulfilledBy.DECISION)
        and all((case_id, step.id, party) in due for party, _, _ in parties)
        for step, parties in _cells(header, facts)
    )


def _rows(header: Header, facts: _Facts, today: dt.date) -> Iterator[MatrixRow]:
    """The rows of a case in which everybody has been asked; see ``standing._standing``."""
    for step, parties in _cells(header, facts):
        step_id = step.id
        met = facts.answers if step.fulfilled_by is FulfilledBy.RESPONSE else facts.decisions
        for party, name, _ in parties:
            at = (header.id, step_id, party)
            due_on = facts.extended.get(at) or facts.due[at]
            is_met, met_on, outcome, level, completeness = met.get(at, _NOTHING)
            state = State.FULFILLED
            if not is_met:
                met_on = facts.waived.get(at)
                state = _state_unmet(met_on, due_on, today)
            committee, committee_on = facts.committees.get(at, _NO_COMMITTEE)
            yield MatrixRow(
                step_id,
                party,
                name,
                state,
                due_on,
                met_on,
                outcome,
                level,
                completeness,
                committee,
                committee_on,
            )


def _state_unmet(waived_on: dt.date | None, due_on: dt.date, today: dt.date) -> State:
    if waived_on is not None:
        return State.WAIVED
    return State.OVERDUE if due_on < today else State.OPEN


def _rows_of_case(case: Case, today: dt.date) -> Iterator[MatrixRow]:
    """The same rows from a loaded case and its plan."""
    last = sorted(case.decisions, key=lambda d: (d.happened_to, d.recorded_at), reverse=True)
    committees: dict[tuple[str, str], tuple[Outcome, dt.date]] = {}
    for decision in last:
        is_valid = not 0 < decision.report_version < case.deciding_version
        if is_valid and decision.level in _COMMITTEES:
            at = (decision.step, decision.party)
            committees.setdefault(at, (decision.outcome, decision.happened_to))
    for row in standings(case, today, planned_days(plan_of(case, today))):
        if row.step.parties is Parties.MUNICIPALITIES:
            at = (row.step.id, row.party.party)
            yield MatrixRow(
                *at,
                row.party.name,
                row.state,
                row.due_on,
                row.met_on,
                row.outcome,
                row.level,
                row.completeness,
                *committees.get(at, _NO_COMMITTEE),
            )
