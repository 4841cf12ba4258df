"""What a person sees first: the open cases at a glance, and what has happened since last time.

Read from stored summaries: its cost does not grow with the number of cases, but where a summary is
missing (the first visit of a day that the daily flow has not prepared) it is worked out first.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from udmelding.casework.summaries import REASONS, WEEK, DueLine, Summary, prepare_and_read
from udmelding.casework.wiring import Services
from udmelding.journal.case.log import News, news
from udmelding.journal.database import Session
from udmelding.journal.summaries import summaries
from udmelding.journal.summaries.summaries import BROKEN, CLOSED, Basis, Wanted
from udmelding.rules.case.glossary import label
from udmelding.rules.status.lights import Light

PAGE = 50
"""Cases on one page."""

_LINES, _NEWS, _CLOSED = 50, 30, 20
_LIGHTS = tuple(Light)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case at a glance; ``broken`` says what failed outside."""

    summary: Summary
    light: Light
    broken: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it needs a person, the worst first: as many as are shown."""
        return (*self.broken, *self.summary.reasons)[:REASONS]

    @property
    def more_reasons(self) -> int:
        """How many more there are."""
        return len(self.broken) + self.summary.all_reasons - len(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The overview.

    Attributes:
        open: how many cases are open, whatever was asked for; ``closed`` how many are not.
        lights: by light, how many cases the words and the person asked for leave.
        found: how many cases are on all pages together.
        cases: those on this page; ``number`` is the page's, ``last`` that of the last one.
        closed_cases: the first of the closed ones, where no light was asked for.
        week: what is due within seven days, the first due first; ``more_due`` says that in so many
            cases something may be left out.
        news: newest first.
    """

    open: int
    closed: int
    lights: Mapping[Light, int]
    found: int
    cases: tuple[CaseLine, ...]
    number: int
    last: int
    closed_cases: tuple[CaseLine, ...]
    week: tuple[DueLine, ...]
    more_due: int
    news: tuple[News, ...]


def desk(
    services: Services,
    now: dt.datetime,
    since: dt.datetime | None,
    wanted: Wanted | None = None,
    number: int = 1,
    *,
    tells_none: bool = True,
) -> Desk:
    """The overview at ``now``.

    Args:
        services: the database.
        now: the moment.
        since: when the person was here last; None: no news are told.
        wanted: which cases, in which order; None for all open ones, the most urgent first.
        number: which page of them; one that is not there is the nearest that is.
        tells_none: as ``journal.case.log.log``.
    """
    asked = wanted or Wanted()

    def read(session: Session, basis: Basis) -> Desk:
        told = news(session, since, now, _NEWS, tells_none=tells_none) if since else ()
        return _desk(session, basis, asked, number, told)

    return prepare_and_read(services, now.date(), read)


def _desk(
    session: Session,
    basis: Basis,
    wanted: Wanted,
    number: int,
    told: tuple[News, ...],
) -> Desk:
    totals = summaries.totals(session, basis, wanted)
    meant = {rank: found for rank, (_, found) in totals.items()}
    if wanted.rank is None:
        found = sum(count for rank, count in meant.items() if rank < CLOSED)
    else:
        found = meant.get(wanted.rank, 0)
    last = max(1, -(-found // PAGE))
    number = min(max(1, number), last)
    shown = summaries.page(session, basis, wanted, (number - 1) * PAGE, PAGE)
    over = []
    if wanted.rank is None and meant.get(CLOSED):
        closed = Wanted(
            words=wanted.words,
            responsible=wanted.responsible,
            rank=CLOSED,
            order=summaries.Order.NEWEST,
        )
        over = summaries.page(session, basis, closed, 0, _CLOSED)
    broken = _broken(session, [case_id for case_id, rank, _ in shown if rank == BROKEN])
    cases_due, due = summaries.coming(session, basis, wanted, basis.day + WEEK, _LINES)
    week = sorted(
        (line for content in due for line in Summary.model_validate(content).week),
        key=lambda line: line.due_on,
    )
    return Desk(
        open=sum(every for rank, (every, _) in totals.items() if rank < CLOSED),
        closed=totals.get(CLOSED, (0, 0))[0],
        lights={light: meant.get(rank, 0) for rank, light in enumerate(_LIGHTS)},
        found=found,
        cases=tuple(_line(row, broken) for row in shown),
        number=number,
        last=last,
        closed_cases=tuple(_line(row, broken) for row in over),
        week=tuple(week[:_LINES]),
        more_due=max(0, cases_due - len({line.reference for line in week[:_LINES]})),
        news=told,
    )


def _line(
    row: tuple[int, int, Mapping[str, object]], broken: Mapping[int, Sequence[str]]
) -> CaseLine:
    case_id, rank, content = row
    summary = Summary.model_validate(content)
    return CaseLine(summary, _LIGHTS[rank], tuple(broken.get(case_id, ())))


def _broken(session: Session, case_ids: Collection[int]) -> Mapping[int, list[str]]:
    """Mails that need a person, in words, by case."""
    found: dict[int, list[str]] = defaultdict(list)
    for case_id, state, count in summaries.stuck(session, case_ids):
        mails = "1 mail" if count == 1 else f"{count} mails"
        found[case_id].append(f"{mails} er {label(state)}.")
    return found
