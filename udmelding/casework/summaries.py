"""A case at a glance: worked out once a day, stored, and thrown away when anything is recorded.

The overview reads these, so that it need not load every case. What failed outside (a mail that was
refused) is no part of a summary: it changes without anything being recorded in the case.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
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
from udmelding.journal.summaries.summaries import Basis, Order, SummaryRow, Wanted
from udmelding.rules.case.case import Case
from udmelding.rules.plan.verdict import Sign
from udmelding.rules.status.lights import Light, light_of
from udmelding.rules.status.owed import Owed
from udmelding.rules.status.status import status
from udmelding.rules.status.waiting import hurry_day
from udmelding.rules.words.date_wording import short_date
from udmelding.rules.words.lists import join_names

WEEK = dt.timedelta(days=7)
BATCH = 50
"""Cases that are loaded, and kept from being changed, at a time."""

REASONS = 5
"""Reasons that the overview gives for a case; a page of the case gives all."""

_MANY, _TRIES = 4, 3
_ORDER = tuple(Light)

Found = TypeVar("Found")


class DueLine(BaseModel):
    """One thing that is due in a case, whoever owes it."""

    model_config = ConfigDict(frozen=True)

    reference: str
    due_on: dt.date
    what: str
    who: str


class OwedThing(NamedTuple):
    """One thing that a municipality owes: in which step, what in Danish, and by when."""

    step: str
    what: str
    due_on: dt.date | None


class Summary(BaseModel):
    """One case at a glance, on one day.

    Attributes:
        sign: of the verdict on its deadline, which ``verdict`` says; None for a closed case.
        reasons: why it needs a person, the worst first: at most ``REASONS`` of them, of ``all_…``;
            what failed outside is not among them.
        approved: councils that said yes, of ``total``; ``country_…`` in all the country.
        sent: when the report was sent, in words; empty before that.
        waiting: what it waits for after the submission, in words; empty before that.
        next: the first thing that is due on the day or after it; None where nothing is.
        next_on: its day as ISO text, to be found by; empty where nothing is.
        hurry_on: the first day that it must keep or has missed, as ISO text; empty where none.
        week: what is due within seven days, the day itself included.
        words: what the case can be found by; ``mine`` who is responsible; both in small letters.
        planned: the steps that are not over, each with its day in the plan.
        owing: what each municipality owes, by its code; those that owe nothing left out.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    title: str
    stage: Stage
    has_made_up: bool
    light: Light
    sign: Sign | None
    verdict: str
    reasons: tuple[str, ...]
    all_reasons: int
    deadline: dt.date | None
    approved: int
    total: int
    country_approved: int
    country_total: int
    sent: str
    waiting: str
    next: DueLine | None
    next_on: str
    hurry_on: str
    week: tuple[DueLine, ...]
    words: str
    mine: str
    area: str
    planned: tuple[tuple[str, dt.date], ...]
    owing: dict[str, list[OwedThing]]


def summary_of(case: Case, today: dt.date) -> Summary:
    """The summary of ``case`` on ``today``."""
    found = status(case, today)
    looked = light_of(found, is_paused=case.is_paused)
    due = _due_lines(found.next)
    sent = found.submission
    hurry = hurry_day(found.overdue, found.next, found.deadline, is_sent=sent is not None)
    responsible = case.particulars.responsible
    return Summary(
        reference=case.reference,
        title=case.name,
        stage=found.stage,
        has_made_up=found.has_made_up,
        light=looked.light,
        sign=looked.sign,
        verdict=looked.sentence,
        reasons=looked.reasons[:REASONS],
        all_reasons=len(looked.reasons),
        deadline=found.deadline,
        approved=found.councils.approved,
        total=found.councils.total,
        country_approved=found.country.approved if found.country else 0,
        country_total=found.country.total if found.country else 0,
        sent=short_date(sent.day) if sent else "",
        waiting=found.waiting,
        next=next(iter(due), None),
        next_on=due[0].due_on.isoformat() if due else "",
        hurry_on=hurry.isoformat() if hurry else "",
        week=tuple(line for line in due if line.due_on <= today + WEEK),
        words=f"{case.reference} {case.title} {responsible}".casefold(),
        mine=responsible.casefold(),
        area=case.area,
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


def _due_lines(owed: Iterable[Owed]) -> tuple[DueLine, ...]:
    """What is owed with a day: one line for each thing and day, however many owe it."""

    def thing(one: Owed) -> tuple[str, str, str]:
        return (one.due_on or dt.date.max).isoformat(), one.step_id, one.what

    dated = sorted((one for one in owed if one.due_on is not None), key=thing)
    return tuple(
        DueLine(
            reference=group[0].reference,
            due_on=group[0].due_on or dt.date.max,
            what=group[0].what,
            who=_who([one.party_name for one in group]),
        )
        for group in (list(found) for _, found in groupby(dated, key=thing))
    )


def _who(names: Sequence[str]) -> str:
    return join_names(list(names)) if len(names) < _MANY else f"{len(names)} parter"


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
    wanted = Wanted(order=Order.NEWEST)

    def read(session: Session, basis: Basis) -> list[tuple[int, int, dict[str, Any]]]:
        return summaries.page(session, basis, wanted, 0, None)

    found = prepare_and_read(services, now.date(), read)
    return tuple(Summary.model_validate(content) for _, _, content in found)


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
