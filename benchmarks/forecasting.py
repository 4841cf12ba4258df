"""How far off is the forecast? Cases held back, foreseen as they were on the way, and compared.

Three moments of each case: its launch, the day the last body (KKR) decided, and its deadline. Three
measures: by how many councils the number decided at the deadline was missed; by how many days a
council's day was missed, over those that had not decided yet; for how many councils it was foreseen
rightly whether the report would need a reservation.

The real case is CU-DOMFAELDTE-2024, played as the demonstration plays it. The days of its single
councils are invented (only how many had decided is public), and the bodies' meetings of 2024 are
known from minutes written afterwards, so it shows what a real course looks like, not how good the
forecast is.

The other cases come from a simulator. Accuracy on them says how the method works, what calendars
are worth, and whether a change made it worse. It does NOT say how well Denmark is
foreseen: the simulated municipalities behave as their author guessed, and a part of the guess (the
levels, the closed weeks, the time for papers) is the same one that the forecast assumes.

The simulator: 17 municipalities, each with a weekday and a week of the month for committee, finance
committee and council, one meeting in ten a week off; and with a hidden handling time (typically 0
to 30 days, spread 2 to 10) between the request and the day its papers are handed in. From there it
takes the first committee eleven days on, the next finance committee, the next council; one in
twenty misses that and takes the council after. Each of 12 cases has a deadline 300 to 420 days
after its receipt. The secretariat follows the plan that the program lays at the launch with the
calendars it has, so the courses differ between calendars known and unknown though chance is the
same; in a quarter of the cases KKR slips to its next meeting. Nobody announces days or asks for
more time.

At the deadline little is left to foresee: who has not decided by then is late. That line shows how
well the days of the last ones are foreseen, and that nothing is counted wrongly.
"""

# A benchmark stops when answers differ; the simulator's chance is no secret.
# ruff: noqa: S101, S311

from __future__ import annotations

import datetime as dt
import json
import random
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean, median

from benchmarks import cases
from benchmarks.measure import peak_rss_mb
from benchmarks.results import Result
from models import AnnouncementKind, DateSource, DocumentKind, Level, Outcome, PartyKind, Scope
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named, process_named
from udmelding.config.parties import municipalities_of
from udmelding.config.plan.assumptions import MonthlyMeeting, Weekday, load_assumptions
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.case.case import CONCLUDING, Case
from udmelding.rules.case.council import Basis
from udmelding.rules.case.council_calendar import CouncilCalendars, assumed_meetings
from udmelding.rules.case.facts import (
    Deadline,
    Decision,
    Document,
    Meeting,
    Obligation,
    Particulars,
    Party,
)
from udmelding.rules.case.slots import Slot
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.forecast import Forecast, forecast
from udmelding.rules.plan.lead_times import LeadTimes
from udmelding.rules.words.business_days import WorkCalendar

REAL = "CU-DOMFAELDTE-2024"
REAL_NOTE = (
    "the single councils' days and which four were late are invented; the 13 of 17 at the turn of "
    "the year and the bodies' meetings are public"
)
SYNTHETIC_NOTE = "simulated: says how the method works, not how well Denmark is foreseen"
SEED = 2025
CASES = 12
Days = Mapping[str, dt.date]
"""A day for each municipality, by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy(Result):
    """How far off forecasts of one kind were.

    Attributes:
        count_error: mean of councils foreseen too many or too few at the deadline.
        count_error_if_all: the same of the guess that every council decides in time.
        day_error: median of days, over the councils that had not decided yet; None: none were left.
        day_error_mean: the mean of the same, which a few that are far off raise.
        foreseen: how many councils that median is of; ``unknown`` those no day was foreseen for.
        reservation_right: share of councils of which it was said rightly whether they are late.
        reservation_right_if_none: the same of the guess that nobody is late.
    """

    count_error: float
    count_error_if_all: float
    day_error: float | None
    day_error_mean: float | None
    foreseen: int
    unknown: int
    reservation_right: float
    reservation_right_if_none: float
    note: str

    @property
    def told(self) -> str:
        """The figures for people."""
        days = "-" if self.day_error is None else f"{self.day_error:.3g}"
        return (
            f"± {self.count_error:.1f} councils ({self.count_error_if_all:.1f} if all), "
            f"± {days} days, reservation {self.reservation_right:.0%} right "
            f"({self.reservation_right_if_none:.0%} if none)"
        )

    def as_json(self) -> str:
        """The JSON line: that of every result, with the figures."""
        values = json.loads(Result.as_json(self))
        for name, value in values.items():
            if name != "seconds" and isinstance(value, float):
                values[name] = round(value, 3)
        values |= {"told": self.told, "note": self.note}
        return json.dumps(values, ensure_ascii=False)


@dataclass(slots=True)
class Score:
    """What forecasts said against what came."""

    count_errors: list[int] = field(default_factory=list)
    all_errors: list[int] = field(default_factory=list)
    day_errors: list[int] = field(default_factory=list)
    unknown: int = 0
    right: list[bool] = field(default_factory=list)
    in_time: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, found: Forecast, came: Days) -> None:
        """Compare one forecast with the days on which the councils decided."""
        at_deadline = found.on(found.deadline)
        assert at_deadline is not None
        in_time = sum(day <= found.deadline for day in came.values())
        self.count_errors.append(abs(at_deadline.region - in_time))
        self.all_errors.append(abs(found.total - in_time))
        for row in found.councils:
            is_late = came[row.party] > found.deadline
            self.right.append(row.is_late is is_late)
            self.in_time.append(not is_late)
            if row.basis is Basis.DECIDED:
                continue
            if row.expected_on is None:
                self.unknown += 1
            else:
                self.day_errors.append(abs((row.expected_on - came[row.party]).days))

    def result(self, workload: str, number: int, councils: int, note: str) -> Accuracy:
        """The figures as a line."""
        return Accuracy(
            workload=workload,
            cases=number,
            councils=councils,
            seconds=median(self.seconds),
            peak_rss_mb=peak_rss_mb(),
            count_error=fmean(self.count_errors),
            count_error_if_all=fmean(self.all_errors),
            day_error=median(self.day_errors) if self.day_errors else None,
            day_error_mean=fmean(self.day_errors) if self.day_errors else None,
            foreseen=len(self.day_errors),
            unknown=self.unknown,
            reservation_right=fmean(self.right),
            reservation_right_if_none=fmean(self.in_time),
            note=note,
        )


def _compare(score: Score, case: Case, today: dt.date, came: Days) -> None:
    # Not ``measure.timed``: collecting garbage before each of thousands would take a minute.
    start = time.perf_counter()
    found = forecast(case, today, LeadTimes())
    score.seconds.append(time.perf_counter() - start)
    assert found is not None
    score.add(found, came)


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """The real case, then the simulated ones; quick takes one world of them instead of ten."""
    yield from real(folder)
    yield from synthetic(1 if is_quick else 10)


# --- The real case -----------------------------------------------------------------------------


def real(folder: Path) -> Iterator[Accuracy]:
    """CU-DOMFAELDTE-2024 as it was known on three days; no council's own calendar was."""
    services = cases.services_in(folder)
    end = clock.end_of(_play(services))
    with reading(services.engine) as session:
        whole = load(session, REAL, end)
        came = _came(whole)
        (last_body,) = (d.happened_to for d in whole.decisions if d.step == "kkr")
        assert whole.deadline is not None
        moments = {"launch": whole.received_on, "kkr": last_body, "deadline": whole.deadline}
        for name, day in moments.items():
            now = clock.end_of(day)
            case = load(session, REAL, now)
            score = Score()
            _compare(score, case, day, came)
            yield score.result(f"forecast/real/{name}", 1, len(came), REAL_NOTE)
    services.close()


def _play(services: Services) -> dt.date:
    """All shipped cases, day by day, without Prefect and without mail; returns the last day."""
    events = demo.events(demo.shipped_cases())
    work_days = WorkCalendar()
    last = events[-1].at.date()
    for day in demo.days(events[0].at.date(), last):
        morning, afternoon = demo.sweeps(day)
        _sweep(services, morning, work_days)
        for event in events:
            if event.at.date() == day:
                demo.happen(services, event)
        _sweep(services, afternoon, work_days)
    return last


def _sweep(services: Services, now: dt.datetime, work_days: WorkCalendar) -> None:
    if work_days.is_business_day(now.date()):
        for reference in waiting_cases(services, now):
            advance(services, reference, now)


def _came(case: Case) -> Days:
    """The day on which each council decided in the end."""
    return {
        decision.party: decision.happened_to
        for decision in case.decisions
        if (decision.step, decision.level) == ("councils", Level.COUNCIL)
        and decision.outcome in CONCLUDING
    }


# --- The simulator -----------------------------------------------------------------------------

AREA = area_named("sjaelland")
PROCESS = process_named("central-udmelding").for_area(AREA)
ASSUMPTIONS = load_assumptions()
LEVELS = (Level.COMMITTEE, Level.FINANCE_COMMITTEE, Level.COUNCIL)
FIRST_YEAR, LAST_YEAR = 2020, 2027
KKR_MONTHS = (2, 4, 6, 9, 11)
BEFORE_KKR = {"styregruppe": 26, "k17": 12, "kkr": 0}
NOON = dt.time(12, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A simulated municipality: when its levels meet, and how long it takes before that."""

    code: str
    name: str
    meetings: Mapping[Level, Sequence[dt.date]]
    handling: float
    spread: float

    def decides(self, asked_on: dt.date, chance: random.Random) -> dt.date:
        """The day its council decides what it was asked on that day."""
        handled = max(0, round(chance.gauss(self.handling, self.spread)))
        day = _first(self.meetings[Level.COMMITTEE], asked_on + dt.timedelta(days=handled + 11))
        for level in LEVELS[1:]:
            day = _first(self.meetings[level], day + dt.timedelta(days=1))
        if chance.random() < 0.05:
            day = _first(self.meetings[Level.COUNCIL], day + dt.timedelta(days=1))
        return day


def _first(days: Sequence[dt.date], earliest: dt.date) -> dt.date:
    return days[bisect_left(days, earliest)]


@dataclass(frozen=True, slots=True)
class Course:
    """A simulated case: the case when all is over, and when what happened."""

    whole: Case
    last_body: dt.date
    deadline: dt.date
    came: Days

    def seen(self, today: dt.date, calendars: CouncilCalendars) -> Case:
        """The case as it was known at the end of a day."""
        return replace(
            self.whole,
            as_of=dt.datetime.combine(today, NOON),
            obligations=tuple(o for o in self.whole.obligations if o.opened_on <= today),
            decisions=tuple(d for d in self.whole.decisions if d.happened_to <= today),
            documents=tuple(d for d in self.whole.documents if d.dated_on <= today),
            council_calendars=calendars,
        )


def synthetic(worlds: int) -> Iterator[Accuracy]:
    """Each case foreseen with what all others of its world teach, and without."""
    scores: dict[tuple[str, str], Score] = {}
    for world in range(worlds):
        towns = _municipalities(random.Random(SEED + world))
        known = {
            town.code: {level: [Slot(day) for day in days] for level, days in town.meetings.items()}
            for town in towns
        }
        calendars = {
            "calendars-unknown": CouncilCalendars({}, {}, ASSUMPTIONS),
            "calendars-known": CouncilCalendars(
                known, {town.code: LEVELS for town in towns}, ASSUMPTIONS
            ),
        }
        for kind, here in calendars.items():
            courses = [
                _course(number, towns, here, random.Random(f"{SEED}/{world}/{number}"))
                for number in range(CASES)
            ]
            for course in courses:
                for moment, day in _moments(course):
                    score = scores.setdefault((kind, moment), Score())
                    _compare(score, course.seen(day, here), day, course.came)
    for (kind, moment), score in scores.items():
        name = f"forecast/synthetic/{kind}/{moment}"
        yield score.result(name, CASES * worlds, len(towns), SYNTHETIC_NOTE)


def _moments(course: Course) -> Iterable[tuple[str, dt.date]]:
    yield "launch", course.whole.received_on
    # A last body that slipped beyond the deadline leaves nothing to foresee on either day.
    if course.last_body < course.deadline:
        yield "kkr", course.last_body
        yield "deadline", course.deadline


def _municipalities(chance: random.Random) -> Sequence[Municipality]:
    return [
        Municipality(
            code=place.code,
            name=place.name,
            meetings=_meetings(chance),
            handling=chance.uniform(0, 30),
            spread=chance.uniform(2, 10),
        )
        for place in municipalities_of(AREA)
    ]


def _meetings(chance: random.Random) -> Mapping[Level, Sequence[dt.date]]:
    council = chance.choice((2, 3, 4))
    found: dict[Level, Sequence[dt.date]] = {}
    for place, level in enumerate(LEVELS):
        weekday = chance.choice(list(Weekday)[:4])
        monthly = MonthlyMeeting(weekday=weekday, nth=max(1, council - 2 + place))
        days = {
            day + dt.timedelta(days=chance.choice((-7, 7)) if chance.random() < 0.1 else 0)
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
            for day in assumed_meetings(monthly, ASSUMPTIONS.closed, year)
        }
        found[level] = sorted(days)
    return found


def _course(
    number: int, towns: Sequence[Municipality], calendars: CouncilCalendars, chance: random.Random
) -> Course:
    case = _launched(number, towns, calendars, chance)
    assert case.deadline is not None
    regional = [meeting.held_on for meeting in case.meetings if meeting.body == "kkr"]
    plan = plan_of(case, case.received_on)
    step = plan.step("kkr") if plan else None
    assert step is not None
    assert step.planned is not None
    last_body = regional[regional.index(step.planned) + (chance.random() < 0.25)]
    asked_on = last_body + dt.timedelta(days=1)
    came = {town.code: town.decides(asked_on, chance) for town in towns}
    bodies = {body: last_body - dt.timedelta(days=days) for body, days in BEFORE_KKR.items()}
    at = dt.datetime.combine(asked_on, NOON)
    whole = replace(
        case,
        as_of=dt.datetime.combine(dt.date(LAST_YEAR, 1, 1), NOON),
        obligations=tuple(_obligation(town.code, asked_on, case.deadline, at) for town in towns),
        decisions=(
            *(_decision(body, body, Level.BODY, day) for body, day in bodies.items()),
            *(_decision("councils", code, Level.COUNCIL, day) for code, day in came.items()),
        ),
        documents=(_report(bodies["styregruppe"] - dt.timedelta(days=20)),),
    )
    return Course(whole, last_body, case.deadline, came)


def _launched(
    number: int, towns: Sequence[Municipality], calendars: CouncilCalendars, chance: random.Random
) -> Case:
    received = dt.date(2021, 1, 11) + dt.timedelta(days=125 * number + chance.randrange(30))
    deadline = received + dt.timedelta(days=chance.randint(300, 420))
    at = dt.datetime.combine(received, NOON)
    return Case(
        reference=f"CU-SIM-{number:02d}",
        process=PROCESS,
        area=AREA.id,
        scope=Scope.REGIONAL,
        received_on=received,
        as_of=at,
        is_made_up=True,
        particulars=Particulars(
            key="particulars", recorded_at=at, title="Simuleret", kind=AnnouncementKind.RENEWED
        ),
        deadlines=(
            Deadline(key="deadline", recorded_at=at, due_on=deadline, origin=DateSource.LETTER),
        ),
        parties=(
            *(_party(town.code, town.name, PartyKind.MUNICIPALITY, at) for town in towns),
            *(_party(body, body, PartyKind.BODY, at) for body in BEFORE_KKR),
        ),
        meetings=tuple(_body_meetings(_kkr_days(chance), at)),
        council_calendars=calendars,
    )


def _kkr_days(chance: random.Random) -> Sequence[dt.date]:
    return [
        dt.date(year, month, chance.randint(3, 24))
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for month in KKR_MONTHS
    ]


def _body_meetings(regional: Sequence[dt.date], at: dt.datetime) -> Iterator[Meeting]:
    for day in regional:
        for body, days in BEFORE_KKR.items():
            held_on = day - dt.timedelta(days=days)
            yield Meeting(
                key=f"{body}/{held_on}", recorded_at=at, area=AREA.id, body=body, held_on=held_on
            )


def _party(code: str, name: str, kind: PartyKind, at: dt.datetime) -> Party:
    return Party(key=code, recorded_at=at, party=code, name=name, kind=kind, area=AREA.id)


def _obligation(code: str, asked_on: dt.date, due_on: dt.date, at: dt.datetime) -> Obligation:
    return Obligation(
        key=code,
        recorded_at=at,
        step="councils",
        party=code,
        opened_on=asked_on,
        due_on=due_on,
        origin=DateSource.COMPUTED,
    )


def _decision(step: str, party: str, level: Level, day: dt.date) -> Decision:
    return Decision(
        key=f"{step}/{party}",
        recorded_at=dt.datetime.combine(day, NOON),
        happened_from=day,
        happened_to=day,
        step=step,
        party=party,
        level=level,
        outcome=Outcome.APPROVED,
    )


def _report(day: dt.date) -> Document:
    return Document(
        key="report",
        recorded_at=dt.datetime.combine(day, NOON),
        document_kind=DocumentKind.FINAL_REPORT,
        title="Afrapportering",
        dated_on=day,
    )
