"""A whole day's work: decide, write the mails, send them to a folder; and once more."""

# The floors are SQL written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S101

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import cases
from benchmarks.measure import Count, counted, peak_rss_mb, timed
from benchmarks.results import Aim, Measure, Result
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import find, references
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.launch import launch
from udmelding.rules.due.due import due
from udmelding.rules.plan.case_plan import plan_of

MORNING = clock.at(cases.ASKED, "07:30")


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """The day on which the cases open: each asks 98 municipalities, by 98 mails and a notice."""
    number = 1 if is_quick else 3
    services = cases.services_in(folder)
    with writing(services.engine) as session:
        cases.make_contacts(session)
        for case in range(number):
            launch(session, cases.new_case(case), cases.stamp(cases.RECEIVED))
    first, first_count, mails, delivery = _day(services)
    again, again_count, none, _ = _day(services)
    assert mails >= number * cases.COUNCILS
    assert none == 0
    written = len(list((folder / "mail").glob("*/*.eml")))
    assert written == mails
    peak = peak_rss_mb()
    yield Result(
        workload="day/first-run",
        cases=number,
        councils=cases.COUNCILS,
        seconds=first,
        peak_rss_mb=peak,
        statements=first_count.statements,
    )
    yield Result(
        workload="day/deliver-98-mails-to-a-folder",
        cases=number,
        councils=cases.COUNCILS,
        seconds=delivery * cases.COUNCILS / mails,
        peak_rss_mb=peak,
    )
    yield Result(
        workload="day/second-run",
        cases=number,
        councils=cases.COUNCILS,
        seconds=again,
        ratio_to_floor=again / first,
        floor="the first run",
        peak_rss_mb=peak,
        statements=again_count.statements,
        aim=Aim(Measure.RATIO, 0.1),
    )
    services.close()


def _day(services: Services) -> tuple[float, Count, int, float]:
    """What ``flows.daily`` does, without its engine; seconds, statements, mails, delivery."""

    def work() -> tuple[int, float]:
        for reference in waiting_cases(services, MORNING):
            advance(services, reference, MORNING)
        seconds, fates = timed(lambda: deliver_waiting(services, MORNING, "benchmark"))
        return fates[MailFate.SENT], seconds

    with counted(services.engine) as count:
        seconds, (mails, delivery) = timed(work)
    return seconds, count, mails, delivery


def idle(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """Hundreds of open cases, and nothing due: no case is looked at, no flow would run."""
    number = cases.sizes(is_quick=is_quick)[1]
    home = cases.open_cases(folder, number)
    services = cases.services_in(home)
    quiet = clock.at(cases.REPORTED, "07:30")
    with counted(services.engine) as count:
        seconds, found = timed(lambda: waiting_cases(services, quiet))
    yield Result(
        workload="idle-day",
        cases=number,
        councils=cases.COUNCILS,
        seconds=seconds,
        peak_rss_mb=peak_rss_mb(),
        statements=count.statements,
        flow_runs=len(found),
        aim=Aim(Measure.FLOW_RUNS, 0),
    )
    services.close()


def reading_one(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """What a page of one case costs: its facts, its plan, all that is due."""
    number = cases.sizes(is_quick=is_quick)[0]
    services = cases.services_in(cases.open_cases(folder, number))
    as_of = clock.at(cases.FEW_DUE)
    with reading(services.engine) as session:
        reference = find(session, references(session)[0]).reference
        load(session, reference, as_of)
        with counted(services.engine) as count:
            case = load(session, reference, as_of)
        statements = count.statements
        loading = min(timed(lambda: load(session, reference, as_of))[0] for _ in range(15))
    planning = min(timed(lambda: plan_of(case, cases.FEW_DUE))[0] for _ in range(15))
    deciding = min(timed(lambda: due(case, cases.FEW_DUE))[0] for _ in range(15))
    peak = peak_rss_mb()
    services.close()
    for name, seconds, count_of in (
        ("load", loading, statements),
        ("plan", planning, None),
        ("due", deciding, None),
    ):
        yield Result(
            workload=f"one-case/{name}",
            cases=number if name == "load" else 1,
            councils=cases.COUNCILS,
            seconds=seconds,
            peak_rss_mb=peak,
            statements=count_of,
        )
