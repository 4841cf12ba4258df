"""Says in Danish how each council stands to the deadline, and what is assumed of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from models.decision import Level
from models.obligation import DateSource
from udmelding.config.plan.assumptions import Assumptions, Weekday
from udmelding.rules.case.council import CouncilPlan, CouncilState
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.plan import Plan, PlanInput
from udmelding.rules.words.date_wording import long_date, short_date, weekday_date
from udmelding.rules.words.lists import join_names

DEFINITE = {
    Level.ADMINISTRATION: "forvaltningen",
    Level.COMMITTEE: "fagudvalget",
    Level.FINANCE_COMMITTEE: "økonomiudvalget",
    Level.COUNCIL: "kommunalbestyrelsen",
}
"""The levels of a municipality with the definite article."""

_WEEKDAYS = {
    Weekday.MONDAY: "mandag",
    Weekday.TUESDAY: "tirsdag",
    Weekday.WEDNESDAY: "onsdag",
    Weekday.THURSDAY: "torsdag",
    Weekday.FRIDAY: "fredag",
}
_MANY = 6
"""From so many on, councils are counted instead of named."""

_NTH = {1: "første", 2: "anden", 3: "tredje", 4: "fjerde"}


def days(count: int) -> str:
    """A number of calendar days: ``1 dag``, ``42 dage``."""
    return f"{count} dag" if count == 1 else f"{count} dage"


def day_near(day: dt.date, deadline: dt.date) -> str:
    """A day as one says it near the deadline: ``12/5``, with the year where it is another."""
    return f"{day.day}/{day.month}" if day.year == deadline.year else short_date(day)


def council_sentence(row: CouncilPlan, deadline: dt.date, name: str = "") -> str:
    """One sentence on when the council decides and how much room there is.

    ``name`` stands for several councils that are alike in all of it.
    """
    assumed = " (antaget mødekalender)" if row.is_assumed else ""
    who, name = DEFINITE[row.deciding_level], name or row.name
    if row.state is CouncilState.DECIDED:
        return f"{name} har besluttet{' ' + short_date(row.planned) if row.planned else ''}."
    if row.planned is None:
        return f"{name}: der kendes ikke noget møde, hvor {who} kan beslutte."
    planned = day_near(row.planned, deadline)
    late = days((row.planned - deadline).days)
    if row.origin is DateSource.ANNOUNCED:
        fate = (
            f"{late} efter" if row.state is CouncilState.LATE else f"{_before(row, deadline)} før"
        )
        return f"{name} har meldt, at {who} beslutter {planned}, {fate} fristen."
    if row.origin is DateSource.AGREED and row.state is CouncilState.LATE:
        return (
            f"{name} har fået længere frist og ventes at beslutte {planned}, {late} efter fristen."
        )
    if row.state is CouncilState.LATE:
        return (
            f"{name} kan ikke nå fristen: {who} kan tidligst beslutte {planned}, {late} "
            f"efter fristen{assumed}."
        )
    return f"{name} har {days(row.slack_days or 0)}s luft: {_miss(row, deadline, who, planned)}"


def council_sentences(rows: Iterable[CouncilPlan], deadline: dt.date) -> tuple[str, ...]:
    """``council_sentence`` for each, those that are alike in one, the most urgent first."""
    alike: dict[tuple[object, ...], list[CouncilPlan]] = {}
    for row in rows:
        at = (row.state, row.planned, row.latest, row.next_meeting, row.is_assumed, row.origin)
        alike.setdefault((*at, row.deciding_level), []).append(row)
    groups = sorted(alike.values(), key=lambda group: group[0].planned or dt.date.max)
    return tuple(council_sentence(group[0], deadline, _together(group)) for group in groups)


def own_sentence(row: CouncilPlan, deadline: dt.date) -> str:
    """``council_sentence`` to the municipality itself, with the days written out."""
    who = DEFINITE[row.deciding_level]
    guess = " Datoerne er et gæt; skriv jeres egne." if row.is_assumed else ""
    if row.state is CouncilState.DECIDED:
        return f"I har besluttet{' ' + long_date(row.planned) if row.planned else ''}."
    if row.planned is None:
        return f"Vi kender ikke noget møde, hvor {who} kan beslutte. Skriv jeres mødedato."
    planned, is_late = long_date(row.planned), row.state is CouncilState.LATE
    if row.origin is DateSource.ANNOUNCED:
        return (
            f"I har meldt, at {who} beslutter {planned}, {'efter' if is_late else 'inden'} fristen."
        )
    if is_late:
        return (
            f"I kan ikke nå fristen: {who} kan tidligst beslutte {planned}, "
            f"{days((row.planned - deadline).days)} efter fristen.{guess}"
        )
    told = f"I skal have sagen på {who}s møde {weekday_date(row.planned)}."
    if row.next_meeting is None:
        return f"{told} Vi kender ikke jeres næste møde.{guess}"
    late = ", og det er efter fristen" if row.next_meeting > deadline else ""
    return f"{told} Næste møde er {long_date(row.next_meeting)}{late}.{guess}"


def _together(rows: Sequence[CouncilPlan]) -> str:
    names = [row.name for row in rows]
    return join_names(names) if len(names) < _MANY else f"{len(names)} kommuner"


def _before(row: CouncilPlan, deadline: dt.date) -> str:
    return days((deadline - row.planned).days) if row.planned else ""


def _miss(row: CouncilPlan, deadline: dt.date, who: str, planned: str) -> str:
    """What follows if the planned meeting is missed."""
    assumed = " (antaget mødekalender)" if row.is_assumed else ""
    if row.next_meeting is None:
        return f"nås {who} den {planned} ikke, kendes der ikke et næste møde{assumed}."
    fate = "efter fristen" if row.next_meeting > deadline else "før fristen"
    after = day_near(row.next_meeting, deadline)
    return f"nås {who} den {planned} ikke, er næste møde {after}, {fate}{assumed}."


def critical_councils(plan: Plan) -> tuple[str, ...]:
    """Sentences on the councils with least room: those whose next meeting is too late."""
    tight = [row for row in plan.councils if is_last_chance(row, plan.deadline)]
    late = council_sentences(plan.late_councils, plan.deadline)
    return (*late, *council_sentences(tight, plan.deadline))


def is_last_chance(row: CouncilPlan, deadline: dt.date) -> bool:
    """Whether the planned meeting is the council's last one before the deadline."""
    if row.state is not CouncilState.IN_TIME:
        return False
    return row.next_meeting is None or row.next_meeting > deadline


def passed_sentences(rows: Iterable[CouncilPlan]) -> tuple[str, ...]:
    """Meetings that should have had the case, and of which nothing was heard: one for each day."""
    alike: dict[tuple[dt.date, Level], list[CouncilPlan]] = {}
    for row in rows:
        if row.passed_on is not None:
            alike.setdefault((row.passed_on, row.deciding_level), []).append(row)
    return tuple(
        f"{_together(group)}: {DEFINITE[level]} burde have haft sagen {short_date(day)}, men der "
        "er intet meldt."
        for (day, level), group in sorted(alike.items())
    )


def own_passed_sentence(row: CouncilPlan) -> str:
    """``passed_sentences`` to the municipality itself."""
    if row.passed_on is None:
        return ""
    who = DEFINITE[row.deciding_level]
    when = long_date(row.passed_on)
    return f"Efter planen skulle {who} have haft sagen {when}. Skriv, hvad der blev besluttet."


def assumed_sentences(plan: Plan, asked: PlanInput) -> Sequence[str]:
    """What the plan assumes of councils, one sentence for each assumption."""
    assumed = [row.name for row in plan.councils if row.is_assumed]
    if not assumed or asked.assumptions is None:
        return ()
    names = join_names(assumed) if len(assumed) < _MANY else f"{len(assumed)} kommuner"
    return (
        f"Mødekalenderen kendes ikke for {names}. Der regnes med {habits(asked.assumptions)}.",
        *experience(asked.assumptions),
    )


def experience(assumptions: Assumptions | None) -> tuple[str, ...]:
    """What earlier cases took: one sentence, that is told beside the days and is none of them."""
    said = assumptions.experience if assumptions else ""
    return (f"Erfaringen: {said}.",) if said else ()


def habits(assumptions: Assumptions) -> str:
    """The assumed habits of a municipality, as the middle of a sentence."""
    meetings = [
        f"{label(level)} {_NTH[monthly.nth]} {_WEEKDAYS[monthly.weekday]} i måneden"
        for level in assumptions.chain
        if (monthly := assumptions.meetings.get(level)) is not None
    ]
    closed = join_names([f"i {span.name}" for span in assumptions.closed])
    none = f", og at der ikke besluttes {closed}" if closed else ""
    return f"{join_names(meetings)}{none}"
