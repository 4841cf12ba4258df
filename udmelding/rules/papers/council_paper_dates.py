"""When does each level of one municipality have the case, and what follows if it comes late?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from models.decision import Level
from models.obligation import DateSource
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilInput, CouncilPlan, CouncilState, LevelMeeting
from udmelding.rules.case.facts import Decision, Party
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.papers.council_paper_values import LevelLine
from udmelding.rules.papers.meeting_paper_lines import agency_of
from udmelding.rules.papers.meeting_paper_values import mark, on, on_day
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.plan.council_wording import DEFINITE
from udmelding.rules.plan.planning import councils_of
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

UNKNOWN = "dagen kendes ikke"
TO_BE_WRITTEN = "[kommunen skriver datoen]"
_YEARS_AHEAD = 2
_BASIS = {
    DateSource.CALENDAR: "kommunens mødekalender",
    DateSource.ANNOUNCED: "meldt af kommunen",
}


def levels_of(case: Case, party: Party) -> tuple[Level, ...]:
    """The levels that a case passes in the municipality, in order; the last one decides."""
    calendars = case.council_calendars
    if calendars is None:
        return (Level.COUNCIL,)
    found = calendars.of(party.party, case.received_on, _last_day(case))
    return tuple(one.level for one in found.levels)


def _last_day(case: Case) -> dt.date:
    last = max(case.deadline or case.as_of.date(), case.as_of.date())
    return dt.date(last.year + _YEARS_AHEAD, 12, 31)


def plan_rows(case: Case, status: Status, parties: Sequence[Party]) -> Mapping[str, CouncilPlan]:
    """The municipalities' rows of the plan, by code; empty without a plan.

    A municipality that another secretariat asks has no row of its own: it is laid as if our bodies
    and its own took the case at the same time.

    Args:
        case: loaded with the municipalities' calendars.
        status: of ``case``.
        parties: the municipalities.
    """
    rows = {row.party: row for row in (status.plan.councils if status.plan else ())}
    asked = plan_input(case, status.as_of)
    councils = councils_of(asked) if asked else None
    if status.plan is None or councils is None or case.council_calendars is None:
        return rows
    for party in parties:
        if party.party not in rows:
            calendar = case.council_calendars.of(party.party, case.received_on, _last_day(case))
            council = CouncilInput(party=party.party, name=party.name, calendar=calendar)
            rows[party.party] = councils.lay(council, status.plan.ready_on, None)
    return rows


def level_lines(case: Case, party: Party, row: CouncilPlan | None) -> tuple[LevelLine, ...]:
    """The municipality's levels, each with its decision or the day that is planned.

    Args:
        case: what is known.
        party: the municipality.
        row: its row of the plan.
    """
    decided = {d.level: d for d in _decisions(case, party)}
    planned = {meeting.level: meeting for meeting in (row.chain if row else ())}
    levels = levels_of(case, party)
    return tuple(
        _line(level, decided.get(level), planned.get(level), row if level is levels[-1] else None)
        for level in levels
    )


def _decisions(case: Case, party: Party) -> Sequence[Decision]:
    """The municipality's decisions on the version that holds, the latest of a level last."""
    steps = {step.id for step in case.process.steps if is_council_step(step)}
    versions = {0, *range(case.deciding_version, case.latest_version + 1)}
    found = [
        d
        for d in case.decisions
        if d.party == party.party and d.step in steps and d.report_version in versions
    ]
    return sorted(found, key=lambda d: (d.happened_to, d.recorded_at))


def _line(
    level: Level,
    decision: Decision | None,
    meeting: LevelMeeting | None,
    row: CouncilPlan | None,
) -> LevelLine:
    """One level; ``row`` is given for the one that decides, which may have named its own day.

    A day that is only assumed is left for the municipality to write: it knows its own meetings.
    """
    name = first_upper(label(level))
    if decision is not None and meeting is None:
        day = f"{decision.when}{mark(decision.is_made_up)}"
        return LevelLine(name, day, "", first_upper(label(decision.outcome)))
    if row is not None and row.origin is DateSource.ANNOUNCED and row.planned is not None:
        return LevelLine(name, long_date(row.planned), _BASIS[DateSource.ANNOUNCED], "")
    if meeting is None:
        return LevelLine(name, UNKNOWN, "", "")
    if meeting.origin is DateSource.ASSUMED:
        before = f"{label(decision.outcome)} {decision.when}" if decision is not None else ""
        return LevelLine(name, TO_BE_WRITTEN, before, "")
    before = f"; {label(decision.outcome)} {decision.when}" if decision is not None else ""
    papers = f"; papirfrist {long_date(meeting.papers_due_on)}" if meeting.papers_due_on else ""
    basis = _BASIS.get(meeting.origin, label(meeting.origin))
    return LevelLine(name, long_date(meeting.held_on), f"{basis}{papers}{before}", "")


def lead_of(levels: Sequence[Level]) -> str:
    """How the recommendation begins: who recommends to whom; a delegated decision is no other one.

    Args:
        levels: of the municipality, in order.
    """
    *before, last = levels
    between = [DEFINITE[level] for level in before if level is not Level.ADMINISTRATION]
    decides = "kommunalbestyrelsen" if last is Level.COUNCIL else DEFINITE[last]
    if last is not Level.COUNCIL:
        return (
            f"{first_upper(decides)} afgør sagen på kommunalbestyrelsens vegne. Forvaltningen "
            "indstiller,"
        )
    if not between:
        return "Forvaltningen indstiller,"
    return f"Forvaltningen indstiller, at {join_names(between)} over for {decides} anbefaler,"


def own_steps(case: Case, status: Status, party: Party, row: CouncilPlan | None) -> tuple[str, ...]:
    """What this municipality's own date means: in time, late, or already held back.

    Args:
        case: what is known.
        status: of ``case``.
        party: the municipality.
        row: its row of the plan.
    """
    name, agency = f"{party.name} Kommune", agency_of(case)
    sent = status.submission
    if row is not None and row.state is CouncilState.DECIDED:
        return (f"{name} har besluttet.",)
    if sent is not None:
        what = first_upper(case.process.paper_title)
        if party.party not in sent.reservation_for:
            return (f"{what} blev sendt til {agency} {on(sent)}.",)
        return (
            f"{what} blev sendt til {agency} {on(sent)} med forbehold for {name}. Forbeholdet "
            "ophæves, når kommunen har godkendt.",
        )
    if row is None or row.planned is None or status.deadline is None or row.is_assumed:
        return ()
    if row.planned <= status.deadline:
        return (f"{name} ventes at beslutte {on_day(row.planned)}, inden fristen.",)
    late = f"{name} ventes tidligst at beslutte {on_day(row.planned)}, efter fristen."
    if not case.process.reservation:
        return (late,)
    return (f"{late} Der må derfor påregnes forbehold for {name}.",)
