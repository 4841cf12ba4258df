"""The daily decision: which reminder is due today, in which case, for whom?"""

# The floors are SQL written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S101

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks import cases
from benchmarks.floor import FLOOR, connect
from benchmarks.measure import counted, peak_rss_mb, race
from benchmarks.results import Aim, Measure, Result
from udmelding.config.case.process import Process
from udmelding.journal.case.header import process_from
from udmelding.journal.database import reading
from udmelding.journal.wake.wake_due import DueItem, due
from udmelding.rules.due.reminders import due_rung, ladder_days
from udmelding.rules.words.business_days import work_calendar

DAYS = {"few-due": cases.FEW_DUE, "all-due": cases.ALL_DUE}


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """Over 100 and 1000 open cases, on a day with five cases due and on one with all due."""
    for number in cases.sizes(is_quick=is_quick):
        home = cases.open_cases(folder, number)
        for name, today in DAYS.items():
            rounds = 60 if today == cases.FEW_DUE else 5 if is_quick else 15
            yield _one(home, number, name, today, rounds)


def grows_with_what_is_due(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """The same five cases due, among ten times as many open ones."""
    few, many = cases.sizes(is_quick=is_quick)
    small, large = (_asked(cases.open_cases(folder, n), cases.FEW_DUE)[0] for n in (few, many))
    assert len(small()) == len(large())
    found = race(large, small, rounds=30)
    yield Result(
        workload="sweep-grows-with-what-is-due",
        cases=many,
        councils=cases.COUNCILS,
        seconds=found.seconds,
        ratio_to_floor=found.ratio,
        floor=f"the same among {few} cases",
        peak_rss_mb=peak_rss_mb(),
        aim=Aim(Measure.RATIO, 1.5),
    )


def _asked(home: Path, today: dt.date) -> tuple[Callable[[], list[DueItem]], Callable[[], int]]:
    """Our question, and how many statements it takes."""
    services = cases.services_in(home)

    def ours() -> list[DueItem]:
        with reading(services.engine) as session:
            return due(session, today)

    def statements() -> int:
        with counted(services.engine) as count:
            ours()
        return count.statements

    return ours, statements


def _one(home: Path, number: int, name: str, today: dt.date, rounds: int) -> Result:
    ours, statements = _asked(home, today)
    bare = connect(home / "udmelding.db")
    answer = ours()
    peak = peak_rss_mb()
    assert answer == _floor(bare, today)
    found = race(ours, lambda: _floor(bare, today), rounds)
    bare.close()
    return Result(
        workload=f"due/{name}",
        cases=number,
        councils=cases.COUNCILS,
        seconds=found.seconds,
        ratio_to_floor=found.ratio,
        floor=FLOOR,
        peak_rss_mb=peak,
        statements=statements(),
        aim=Aim(Measure.RATIO, 2),
        why_not="of an answer this small, opening a session is half the time",
    )


_DUE = """
    select announcement.reference, wake.step, wake.party, wake.process_version_id,
           wake.opened_on, wake.due_on, wake.ladder,
           wake.escalates_after, wake.last_rung
    from wake join announcement on announcement.id = wake.announcement_id
    where wake.next_on <= ?
    order by announcement.reference, wake.step, wake.party
"""

_At = tuple[str, int, str, str, str, str | None, str]
_Line = tuple[str, str, str, str, dt.date]


def _floor(connection: sqlite3.Connection, today: dt.date) -> list[_Line]:
    """The same by hand; the ladders themselves are asked of the same rules, once for each date."""
    processes = {
        row[0]: process_from(row[1])
        for row in connection.execute("select id, content from process_version")
    }
    worked_out: dict[_At, tuple[str | None, dt.date]] = {}
    found: list[_Line] = []
    for reference, step, party, *rest in connection.execute(_DUE, (today.isoformat(),)):
        at = (step, *rest)
        known = worked_out.get(at)
        if known is None:
            known = worked_out[at] = _rung(processes, at, today)
        rung, due_on = known
        if rung is not None:
            found.append((reference, step, party, rung, due_on))
    return found


def _rung(processes: Mapping[int, Process], at: _At, today: dt.date) -> tuple[str | None, dt.date]:
    step_id, version, opened, due_text, ladder, escalates, last = at
    due_on = dt.date.fromisoformat(due_text)
    if not step_id:
        return "", due_on
    process = processes[version]
    step, work_days = process.step(step_id), work_calendar(process.work_days)
    if step is None or step.ladder is None or not work_days.may_send(today):
        return None, due_on
    days = ladder_days(
        process.ladders[ladder or step.ladder],
        dt.date.fromisoformat(opened),
        due_on,
        work_days,
        dt.date.fromisoformat(escalates) if escalates else None,
    )
    item = due_rung(days, last, today)
    return (item.rung.id if item else None), due_on
