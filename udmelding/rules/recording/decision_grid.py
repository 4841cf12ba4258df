"""Which rows of the grid of decisions can be saved, and what is wrong with the others?

A row holds nobody back but itself. What cannot be (a day that is to come) is never saved; what can
be but probably is not (a day before the bodies had the case, a year off, a Sunday) waits until a
person says that it is right, and the likely day is offered; what is only odd is told, and saved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from models.decision import Level, Outcome
from udmelding.errors import RefusedError
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import Standing
from udmelding.rules.recording.asking import Field, fields_of, meaning
from udmelding.rules.recording.catalogue import fact_of, make_entry
from udmelding.rules.recording.doubts import cannot_say, doubts_about, first_possible_day
from udmelding.rules.recording.parties import NewDecision
from udmelding.rules.words.danish_dates import Direction, read_date
from udmelding.rules.words.date_wording import long_date

OUTCOMES = (
    Outcome.APPROVED,
    Outcome.APPROVED_WITH_REMARKS,
    Outcome.NOTED,
    Outcome.POSTPONED,
    Outcome.REJECTED,
)
"""What a council can say; a recommendation is a committee's, and has a form of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in one row; an empty row is left alone.

    Attributes:
        is_sure: a person says that it is right all the same.
    """

    outcome: str = ""
    on: str = ""
    level: str = ""
    item_number: str = ""
    evidence: str = ""
    is_sure: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said of a decision; a level stands in every row."""
        return not (self.outcome or self.on or self.evidence or self.item_number)


class RowState(StrEnum):
    """How a row stands; the last two are not saved."""

    READY = "ready"
    SURE = "sure"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"

    @property
    def is_saved(self) -> bool:
        return self in (RowState.READY, RowState.SURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """What became of a row.

    Attributes:
        entry: what is recorded; None where it cannot be read.
        told: what is wrong or speaks against it, in Danish sentences.
        field: the field that is wrong.
        likely_on: the day that was probably meant.
        note: what is odd about it; it is saved all the same.
    """

    party: str
    state: RowState
    entry: NewDecision | None = None
    told: tuple[str, ...] = ()
    field: str = "on"
    likely_on: dt.date | None = None
    note: str = ""


def judged_rows(
    typed: Mapping[str, Typed], step: str, case: Case, today: dt.date, meanwhile: Mapping[str, str]
) -> tuple[JudgedRow, ...]:
    """Each row that is not empty, judged by itself, in the order given.

    Args:
        typed: what stands in the rows, by party.
        step: the step in which councils decide.
        case: as it is known, whole.
        today: the day on which they are recorded.
        meanwhile: by party, what somebody else recorded since the grid was opened.
    """
    return tuple(
        _judged(party, row, step, case, today, meanwhile.get(party, ""))
        for party, row in typed.items()
        if not row.is_empty
    )


def _judged(
    party: str, row: Typed, step: str, case: Case, today: dt.date, meanwhile: str
) -> JudgedRow:
    said: dict[str, Any] = {"party": party, "step": step, "report_version": case.deciding_version}
    for name, field in _FIELDS.items():
        try:
            said[name] = _meant(field, getattr(row, name), case, party, today)
        except RefusedError as error:
            return JudgedRow(
                party=party,
                state=RowState.WRONG,
                told=(error.message,),
                field=name,
                likely_on=_other_year(row.on, case.received_on, today) if name == "on" else None,
            )
    try:
        entry = make_entry("decision", {**said, **NewDecision.follows(said)}, today)
    except RefusedError as error:
        return JudgedRow(party=party, state=RowState.WRONG, told=(error.message,), field="evidence")
    if not isinstance(entry, NewDecision):
        raise TypeError(entry.kind)
    if told := cannot_say(entry, case) or entry.contradiction(case.received_on, today):
        return JudgedRow(party=party, state=RowState.WRONG, told=(told,), field="outcome")
    doubts = doubts_about(entry, case, today)
    if meanwhile:
        doubts = (meanwhile, *doubts)
    likely = None
    if doubts and not meanwhile:
        likely = _other_year(row.on, first_possible_day(entry, case), today)
    return JudgedRow(
        party=party,
        state=RowState.READY if not doubts else RowState.SURE if row.is_sure else RowState.DOUBTFUL,
        entry=entry,
        told=doubts,
        likely_on=likely,
        note=_odd(entry, case),
    )


_FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in fields_of(NewDecision, NewDecision.asks[0])
    if field.name in ("outcome", "on", "level", "item_number", "evidence")
}


def _meant(field: Field, text: str, case: Case, party: str, today: dt.date) -> Any:
    if field.name == "level" and not text:
        return case.deciding_level(party)
    if not text:
        if field.name == "outcome":
            raise RefusedError("Vælg, hvad der blev besluttet.")
        if field.name == "on":
            raise RefusedError("Skriv datoen, fx 28/4-2025.")
        return ""
    return meaning(field, text, today)


def _other_year(text: str, first: dt.date, today: dt.date) -> dt.date | None:
    """The same day of another year that can be, where exactly that is wrong."""
    try:
        read = read_date(text, today=today, direction=Direction.PAST)
    except RefusedError:
        return None
    if not read.is_day:
        return None
    for year in (today.year, today.year - 1):
        try:
            day = read.start.replace(year=year)
        except ValueError:
            continue  # 29 February
        if first <= day <= today and day != read.start:
            return day
    return None


def _odd(entry: NewDecision, case: Case) -> str:
    """A day on which no meeting is known, where the calendar of that level is."""
    known = case.council_calendars.known if case.council_calendars else {}
    days = [slot.held_on for slot in known.get(entry.party, {}).get(entry.level, ())]
    day = entry.on.end
    if entry.on.start != day or day in days or not any(d.year == day.year for d in days):
        return ""
    nearest = min(days, key=lambda one: abs(one - day))
    return f"Vi kender intet møde den dag; det nærmeste er {long_date(nearest)}."


def with_decisions(case: Case, rows: Sequence[JudgedRow], now: dt.datetime) -> Case:
    """The case as it will be when the rows that can be are saved."""
    new = [
        fact
        for row in rows
        if row.entry is not None and row.state.is_saved
        if isinstance(fact := fact_of(row.entry, now, ""), Decision)
    ]
    return replace(case, decisions=(*case.decisions, *new))


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One council's row as it stands, before anything is typed.

    Attributes:
        decided: what it has decided, in words; empty where it has not.
        key: of the decision, to correct it.
    """

    party: str
    name: str
    decided: str = ""
    on: dt.date | None = None
    level: Level = Level.COUNCIL
    evidence: str = ""
    is_proven: bool = False
    key: str = ""
    expected_on: dt.date | None = None
    is_assumed: bool = False
    passed_on: dt.date | None = None


def grid_rows(case: Case, standings: Sequence[Standing], step: str) -> Iterator[GridRow]:
    """A row for each council that is asked in the step, with what is recorded of it."""
    latest = {d.party: d for d in case.decisions if d.step == step}
    for row in standings:
        if row.step.id != step:
            continue
        party, done = row.party, latest.get(row.party.party)
        if done is not None and row.state.is_closed:
            yield GridRow(
                party=party.party,
                name=party.name,
                decided=label(done.outcome),
                on=done.happened_to,
                level=done.level,
                evidence=done.evidence,
                is_proven=done.is_proven,
                key=done.key,
            )
        elif not row.state.is_closed:
            yield GridRow(
                party=party.party, name=party.name, level=case.deciding_level(party.party)
            )
