"""A case at a glance: worked out once a day, stored, and thrown away when anything is recorded.

The overview and the number in the menu read these, so that they need not load every case. Mails are
no part of a summary: what becomes of them changes without anything being recorded in the case.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from models import PartyKind, Stage
from udmelding import clock
from udmelding.casework.wiring import Services
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.summaries import summaries
from udmelding.journal.summaries.summaries import Basis, SummaryRow
from udmelding.rules.case.case import Case
from udmelding.rules.desk.cards import Bar, Day, bars_of, coming_days, is_finished
from udmelding.rules.desk.waits import Answered, Wait
from udmelding.rules.desk.waits_in_case import answered_in, waits_in
from udmelding.rules.plan.verdict import Sign
from udmelding.rules.status.lights import Light, light_of
from udmelding.rules.status.owed import Owed
from udmelding.rules.status.status import status
from udmelding.rules.status.waiting import hurry_day

BATCH = 50
"""Cases that are loaded, and kept from being changed, at a time."""

_TRIES = 3
_ORDER = tuple(Light)

Found = TypeVar("Found")


class OwedThing(NamedTuple):
    """One thing that a municipality owes: in which step, what in Danish, and by when."""

    step: str
    what: str
    due_on: dt.date | None


class Summary(BaseModel):
    """One case at a glance, on one day.

    Attributes:
        sign: of the verdict on its deadline, which ``verdict`` says; None for a closed case.
        waiting: what it waits for after the submission, in words; empty before that.
        bars: how far the municipalities have come; ``days`` what is due next.
        is_finished: nothing is left but to close it.
        is_paused: nobody is written to for now.
        hurry_on: the first day that it must keep or has missed, as ISO text; empty where none.
        mine: who is responsible, in small letters.
        waits: what waits for a person in it; ``answered`` what somebody answered today.
        planned: the steps that are not over, each with its day in the plan.
        owing: what each municipality owes, by its code; those that owe nothing left out.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    title: str
    stage: Stage
    light: Light
    sign: Sign | None
    verdict: str
    deadline: dt.date | None
    waiting: str
    bars: tuple[Bar, ...]
    days: tuple[Day, ...]
    is_finished: bool
    is_paused: bool
    hurry_on: str
    mine: str
    area: str
    waits: tuple[Wait, ...]
    answered: tuple[Answered, ...]
    planned: tuple[tuple[str, dt.date], ...]
    owing: dict[str, list[OwedThing]]


def summary_of(case: Case, today: dt.date) -> Summary:
    """The summary of ``case`` on ``today``."""
    found = status(case, today)
    looked = light_of(found, is_paused=case.is_paused)
    hurry = hurry_day(
        found.overdue, found.next, found.deadline, is_sent=found.submission is not None
    )
    return Summary(
        reference=case.reference,
        title=case.name,
        stage=found.stage,
        light=looked.light,
        sign=looked.sign,
        verdict=looked.sentence,
        deadline=found.deadline,
        waiting=found.waiting,
        bars=bars_of(case, found),
        days=coming_days(found),
        is_finished=is_finished(case, found),
        is_paused=case.is_paused,
        hurry_on=hurry.isoformat() if hurry else "",
        mine=case.particulars.responsible.casefold(),
        area=case.area,
        waits=waits_in(case, found),
        answered=answered_in(case, today),
        planned=tuple(
            (row.id, row.planned)
            for row in (found.plan.steps if found.plan else ())
            if row.planned is not None and not row.is_done
        ),
        owing=_owing(case, (*found.overdue, *found.next)),
    )


def _owing(case: Case, owed: Iterable[Owed]) -> dict[str, list[OwedThing]]:
    towns = {party.party for party in case.parties if party.kind is PartyKind.MUNICIPALITY}
    found: dict[str, list[OwedThing]] = {}
    for one in owed:
        if one.party in towns:
            found.setdefault(one.party, []).append(OwedThing(one.step_id, one.what, one.due_on))
    return found


def basis_of(session: Session, today: dt.date) -> Basis:
    """What summaries must rest on to hold on ``today``."""
    text = f"{summaries.shared_stamp(session)} {_program()}"
    return Basis(today, hashlib.sha256(text.encode()).hexdigest())


@cache
def _program() -> str:
    """Checksum of the code and the assumptions that a summary is worked out with."""
    digest = hashlib.sha256(repr(load_assumptions()).encode())
    for package in ("models", "udmelding.rules"):
        for file in sorted(Path(str(files(package))).rglob("*.py")):
            digest.update(file.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def missing(session: Session, basis: Basis) -> list[int]:
    """Ids of the cases that have no summary which holds."""
    return summaries.missing(session, basis, clock.end_of(basis.day))


def summarise(services: Services, now: dt.datetime) -> int:
    """Work out every summary that is missing; returns how many were."""
    with reading(services.engine) as session:
        waiting = missing(session, basis_of(session, now.date()))
    return fill(services, now.date(), waiting)


def prepare_and_read(
    services: Services, today: dt.date, read: Callable[[Session, Basis], Found]
) -> Found:
    """What ``read`` finds when every case has a summary; those that are missing are made first."""
    for _ in range(_TRIES):
        with reading(services.engine) as session:
            basis = basis_of(session, today)
            waiting = missing(session, basis)
            if not waiting:
                return read(session, basis)
        if not fill(services, today, waiting):
            break
    with reading(services.engine) as session:  # others record faster than we can read
        return read(session, basis_of(session, today))


def open_summaries(services: Services, now: dt.datetime) -> tuple[Summary, ...]:
    """The summaries of all open cases, the newest case first."""
    return prepare_and_read(services, now.date(), summaries_in)


def summaries_in(session: Session, basis: Basis) -> tuple[Summary, ...]:
    """The summaries of all open cases that ``prepare_and_read`` has made, the newest case first."""
    return tuple(Summary.model_validate(one) for one in summaries.contents(session, basis))


def fill(services: Services, today: dt.date, waiting: Sequence[int]) -> int:
    """Work out the summaries of the cases ``waiting``; returns how many were made.

    A case is seen as it is known at the end of the day: what is recorded later throws the summary
    away, and what was stamped a moment ahead is in it.
    """
    made = 0
    for start in range(0, len(waiting), BATCH):
        with writing(services.engine) as session:
            made += _fill(session, today, waiting[start : start + BATCH])
    return made


def _fill(session: Session, today: dt.date, ids: Sequence[int]) -> int:
    basis, until = basis_of(session, today), clock.end_of(today)
    asked = summaries.still_missing(session, basis, until, ids)
    if not asked:
        return 0
    found = [header for header in headers(session) if header.id in asked]
    ids_by_reference = {header.reference: header.id for header in found}
    rows = [
        _row(ids_by_reference[case.reference], case, today)
        for case in load_all(session, until, found)
    ]
    summaries.put(session, basis, rows)
    return len(rows)


def _row(case_id: int, case: Case, today: dt.date) -> SummaryRow:
    summary = summary_of(case, today)
    content: dict[str, Any] = summary.model_dump(mode="json")
    return SummaryRow(
        case_id=case_id,
        is_closed=case.is_closed,
        rank=_ORDER.index(summary.light),
        deadline=summary.deadline,
        content=content,
    )
