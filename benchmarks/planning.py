"""Planning through every council's own calendar: one case, more of everything, all cases anew."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import models
from benchmarks import cases
from benchmarks.measure import peak_rss_mb, timed
from benchmarks.results import Aim, Measure, Result
from models import Level, MeetingState
from udmelding import clock
from udmelding.config.case.library import area_named, process_named
from udmelding.config.case.process import Process
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import reading, writing
from udmelding.journal.recording.record import insert_many
from udmelding.rules.case.council import CouncilInput
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.plan import Plan, PlanInput, Slot
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.words.business_days import work_calendar

YEARS = 4
_FIRST = 2025
_RECEIVED, _DEADLINE = dt.date(2024, 5, 15), dt.date(2025, 5, 31)
_OFFSETS = {Level.COMMITTEE: 3, Level.FINANCE_COMMITTEE: 12, Level.COUNCIL: 20}
_MONTHS = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)
_CHUNK = 100


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """One case with 98 councils and four years; its growth; a replan of every open case."""
    cold, warm = _one(98, YEARS)
    yield _result("plan-98-councils/cold", 98, cold, aim=Aim(Measure.SECONDS, 0.05))
    yield _result("plan-98-councils/warm", 98, warm, aim=Aim(Measure.SECONDS, 0.05))
    _, many = _one(490, YEARS)
    # Five times the councils in at most one and a half times five times the time.
    ratio = many / warm / 5
    yield _result("plan-5-times-the-councils", 490, many, ratio, "5 × the time of 98", 1.5)
    _, long = _one(98, 4 * YEARS)
    yield _result("plan-4-times-the-years", 98, long, long / warm / 4, "4 × the time of 4 years", 1)
    yield from _replan(folder, is_quick=is_quick)


def _result(
    workload: str,
    councils: int,
    seconds: float,
    ratio: float | None = None,
    floor: str = "",
    most: float = 0,
    *,
    aim: Aim | None = None,
) -> Result:
    return Result(
        workload=workload,
        cases=1,
        councils=councils,
        seconds=seconds,
        ratio_to_floor=ratio,
        floor=floor,
        peak_rss_mb=peak_rss_mb(),
        aim=aim or Aim(Measure.RATIO, most),
    )


def _one(councils: int, years: int) -> tuple[float, float]:
    """Seconds to plan one case: with calendars never used before, and again."""
    calendars = CouncilCalendars(_known(councils, years), {}, load_assumptions())
    _plan(councils, years, CouncilCalendars({}, {}, load_assumptions()))  # holidays are read once
    cold, _ = timed(lambda: _plan(councils, years, calendars))
    warm = min(timed(lambda: _plan(councils, years, calendars))[0] for _ in range(20))
    return cold, warm


@cache
def _given() -> tuple[Process, dict[str, list[Slot]]]:
    """The process and the bodies' meetings: read from files once, as a loaded case has them."""
    bodies: dict[str, list[Slot]] = {}
    for calendar in shipped_calendars("sjaelland"):
        for body, meetings in calendar.bodies.items():
            bodies.setdefault(body, []).extend(Slot(m.held_on) for m in meetings)
    return process_named("central-udmelding").for_area(area_named("sjaelland")), bodies


def _plan(councils: int, years: int, calendars: CouncilCalendars) -> Plan:
    process, bodies = _given()
    last = dt.date(_FIRST + years - 1, 12, 31)
    asked = PlanInput(
        process=process,
        received_on=_RECEIVED,
        deadline=_DEADLINE,
        meetings=bodies,
        work_days=work_calendar(process.work_days),
        today=dt.date(2025, 2, 1),
        councils=tuple(
            CouncilInput(party=code, name=code, calendar=calendars.of(code, _RECEIVED, last))
            for code in (f"{number:04d}" for number in range(councils))
        ),
        assumptions=calendars.assumptions,
    )
    return lay_plan(asked)


def _known(councils: int, years: int) -> dict[str, dict[Level, list[Slot]]]:
    return {
        f"{number:04d}": {
            level: [Slot(day, papers) for day, papers in _days(level, number, years)]
            for level in _OFFSETS
        }
        for number in range(councils)
    }


def _days(level: Level, number: int, years: int) -> Iterator[tuple[dt.date, dt.date | None]]:
    """A meeting a month but in July; committees with their cut-off."""
    for year in range(_FIRST, _FIRST + years):
        for month in _MONTHS:
            day = dt.date(year, month, _OFFSETS[level] + number % 7)
            yield day, day - dt.timedelta(days=9) if level is Level.COMMITTEE else None


def _replan(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    number = cases.sizes(is_quick=is_quick)[1]
    home = folder / "open"  # of its own: other workloads measure databases without calendars
    shutil.copytree(cases.open_cases(folder, number), home)
    _record_calendars(home)
    with reading(cases.services_in(home).engine) as session:
        references = [header.reference for header in headers(session)]
    alone, _ = timed(lambda: _replan_part(home, references))
    halves = references[::2], references[1::2]
    with ProcessPoolExecutor(2) as pool:
        both, _ = timed(lambda: list(pool.map(_replan_part, [home, home], halves)))
    for name, seconds, aim in (("one", alone, None), ("two", both, Aim(Measure.SECONDS, 30))):
        yield Result(
            workload=f"replan-all/{name}-process",
            cases=number,
            councils=cases.COUNCILS,
            seconds=seconds,
            peak_rss_mb=peak_rss_mb(),
            aim=aim,
        )


def _replan_part(home: Path, references: Sequence[str]) -> int:
    """Load and plan those cases, some at a time; how many plans there are."""
    services, count = cases.services_in(home), 0
    as_of = clock.at(cases.FEW_DUE)
    for start in range(0, len(references), _CHUNK):
        with reading(services.engine) as session:
            chosen = headers(session, tuple(references[start : start + _CHUNK]))
            found = load_all(session, as_of, chosen)
        count += sum(plan_of(case, cases.FEW_DUE) is not None for case in found)
    services.close()
    return count


def _record_calendars(home: Path) -> None:
    """Four years of meetings for all 98."""
    services = cases.services_in(home)
    rows: list[dict[str, Any]] = [
        {
            "key": f"municipal/{party.party}/{level.value}/{day}",
            "recorded_at": clock.at(cases.RECEIVED),
            "recorded_by": cases.BY,
            "source": "",
            "is_made_up": True,
            "municipality": party.party,
            "level": level,
            "held_on": day,
            "papers_due_on": papers,
            "state": MeetingState.PLANNED,
            "note": "",
        }
        for number, party in enumerate(cases.municipalities())
        for level in _OFFSETS
        for day, papers in _days(level, number, YEARS)
    ]
    with writing(services.engine) as session:
        insert_many(session, models.MunicipalMeeting, rows, None)
    services.close()
