"""How plans look in a terminal: steps, councils, choices, explanations, forecasts, meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from rich.text import Text

from models import DateSource, Level
from udmelding.cli.case import console, day, heading, table
from udmelding.rules.case.council import CouncilPlan, CouncilState
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.council_wording import day_near, is_last_chance
from udmelding.rules.plan.explained import ExplainedDate, Explanation
from udmelding.rules.plan.forecast import (
    CouncilForecast,
    Forecast,
    country_text,
    forecast_sentences,
    lead_time_text,
)
from udmelding.rules.plan.must_leave import MustLeave
from udmelding.rules.plan.plan import Plan, PlannedStep
from udmelding.rules.plan.plan_wording import critical_path, days, guessed
from udmelding.rules.plan.shared_meetings import CommonMeeting
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.lists import join_names


def show_plan(plan: Plan, *, explain: bool = True) -> None:
    """The plan as a table, and under it the sentences that explain it."""
    heading("Plan")
    shown = table("Trin", "Tidligst", "Planlagt", "Senest", "Luft", "Papirer", right=(4,))
    for step in plan.steps:
        shown.add_row(
            step.title,
            "" if step.is_done else day(step.earliest),
            Text(
                ("✓ " if step.is_done else "")
                + (step.as_written or day(step.planned))
                + guessed(step)
            ),
            "" if step.is_done else day(step.latest),
            _slack(step),
            day(step.papers_due_on) if step.papers_due_on else "",
        )
    console.print(shown)
    console.print(Text(verdict_on(plan).sentence, style="green" if plan.feasible else "bold red"))
    for warning in plan.warnings:
        console.print(f"! {warning}")
    for assumed in plan.assumes if explain else ():
        console.print(Text(f"~ {assumed}", style="dim"))
    if explain:
        heading("Hvorfor")
        for step in plan.steps:
            console.print(f"{step.title}: {step.why}", soft_wrap=False)


def _slack(step: PlannedStep) -> Text:
    slack = step.slack_days
    if step.is_done or slack is None:
        return Text("")
    return Text(days(slack), style="bold red" if slack < 0 else "")


_SIGNS = {
    CouncilState.DECIDED: "✓",
    CouncilState.IN_TIME: "○",
    CouncilState.LATE: "!",
    CouncilState.UNKNOWN: "?",
}


def show_councils(plan: Plan, *, everyone: bool) -> None:
    """The councils without room in words, or all of them as a table."""
    if not plan.councils:
        return
    if everyone:
        _council_table(plan)
    sentences = critical_path(plan)
    if sentences:
        heading("Her er der ingen dage at give af")
        shown = sentences if everyone else sentences[:_FEW]
        for sentence in shown:
            console.print(f"• {sentence}")
        if len(shown) < len(sentences):
            console.print(f"… og {len(sentences) - len(shown)} mere; se dem med --councils.")


_FEW = 8


def _council_table(plan: Plan) -> None:
    heading("Kommunerne i planen")
    shown = table("Kommune", "Møder", "Tidligst", "Senest", "Luft", "Næste", "Kilde", right=(4,))
    shown.columns[0].no_wrap = shown.columns[1].no_wrap = True
    for row in plan.councils:
        is_decided = row.state is CouncilState.DECIDED
        shown.add_row(
            f"{_SIGNS[row.state]} {row.name}",
            short_date(row.planned) if is_decided and row.planned else _chain(row, plan),
            _near(row.earliest, plan),
            _near(row.latest, plan),
            _council_slack(row, plan),
            _near(row.next_meeting, plan),
            "" if is_decided else _origin(row),
        )
    console.print(shown)
    levels = {meeting.level for row in plan.councils for meeting in row.chain}
    order = [label(level) for level in Level if level in levels]
    console.print(Text(f"Møder: {', '.join(order)}.", style="dim"))


def _chain(row: CouncilPlan, plan: Plan) -> str:
    """The meetings that the case passes, the deciding one last."""
    days_ahead = [meeting.held_on for meeting in row.chain]
    if row.planned is not None and row.origin is DateSource.ANNOUNCED:
        days_ahead = [*[day for day in days_ahead[:-1] if day < row.planned], row.planned]
    return ", ".join(day_near(day, plan.deadline) for day in days_ahead) or "–"


def _near(value: dt.date | None, plan: Plan) -> str:
    return day_near(value, plan.deadline) if value else "–"


def _origin(row: CouncilPlan) -> str:
    """Where the planned day comes from, in one word."""
    if row.origin is DateSource.CALENDAR:
        return "kalender"
    return "antaget" if row.is_assumed else label(row.origin)


def _council_slack(row: CouncilPlan, plan: Plan) -> Text:
    if row.slack_days is None or row.state is CouncilState.DECIDED:
        return Text("")
    is_tight = row.slack_days < 0 or is_last_chance(row, plan.deadline)
    return Text(days(row.slack_days), style="bold red" if is_tight else "")


def show_must_leave(choices: Sequence[MustLeave], titles: Mapping[str, str], paper: str) -> None:
    """For each choice the day the report must leave, and who then cannot decide in time."""
    heading(f"Så sent kan {paper} forlade sekretariatet")
    steps = [step_id for step_id, _ in choices[0].meetings]
    shown = table("Kommuner, der kan nå det", "Skal ud senest", *(titles[step] for step in steps))
    for choice in choices:
        shown.add_row(
            f"{choice.councils} af {choice.total}",
            short_date(choice.leaves_by),
            *(
                short_date(held_on) + (" (antaget)" if step in choice.assumed else "")
                for step, held_on in choice.meetings
            ),
        )
    console.print(shown)
    for choice in choices:
        if choice.without:
            names = join_names(choice.without)
            console.print(f"{choice.councils} af {choice.total}: uden {names}.")


def show_explanation(item: Explanation) -> None:
    """Every date of a step or a party, with source, arithmetic, skipped days and history."""
    heading(item.subject)
    for sentence in item.sentences:
        console.print(sentence)
    for date in item.dates:
        _explain_date(date)


def _explain_date(date: ExplainedDate) -> None:
    when = date.as_written or (long_date(date.day) if date.day else "ukendt")
    source = f"{label(date.source)}{': ' + date.source_text if date.source_text else ''}"
    console.print(f"  {date.what}: [bold]{when}[/]  ({source})")
    for line in date.arithmetic:
        console.print(f"      = {line}")
    for line in date.counted:
        console.print(f"      · {line}", style="dim")
    for before in date.earlier:
        until = f"{short_date(before.until.date())} {before.until:%H:%M}"
        why = f" ({before.source})" if before.source else ""
        console.print(
            f"      før: {long_date(before.day)}, ændret {until} af {before.changed_by}{why}"
        )


def show_forecast(found: Forecast, *, everyone: bool) -> None:
    """What is expected of the councils, day by day and one by one."""
    heading(f"Prognose for {found.reference} pr. {long_date(found.as_of)}")
    for sentence in forecast_sentences(found):
        console.print(sentence)
    shown = table("Dag", "Har besluttet", "I hele landet" if found.country_total else "")
    for count in found.counts:
        mark = " (fristen)" if count.day == found.deadline else ""
        known = f"{count.region} af {found.total}"
        shown.add_row(f"{short_date(count.day)}{mark}", known, country_text(found, count))
    console.print(shown)
    late = {row.party for row in found.reservation_for}
    rows = [row for row in found.councils if everyone or row.party in late]
    if rows:
        _forecast_table(rows)


def _forecast_table(rows: Sequence[CouncilForecast]) -> None:
    shown = table("Kommune", "Ventes", "Bygger på", "Plejer (median, midterste halvdel)")
    for row in rows:
        sign = "!" if row.is_late else " "
        shown.add_row(
            f"{sign} {row.name}",
            day(row.expected_on),
            label(row.basis),
            lead_time_text(row.lead_time),
        )
    console.print(shown)


def show_meetings(meetings: Sequence[CommonMeeting]) -> None:
    """Coming meetings with the cases on their agendas."""
    if not meetings:
        console.print("Der er ingen kommende møder i kalenderen.")
        return
    shown = table("Møde", "Dag", "Papirer", "Sager")
    for meeting in meetings:
        cases = [
            f"{p.reference}{' (sidste chance)' if p.is_last_chance else ''}" for p in meeting.papers
        ]
        shown.add_row(
            meeting.name,
            short_date(meeting.held_on),
            day(meeting.papers_due_on) if meeting.papers else "",
            join_names(cases) if cases else "–",
        )
    console.print(shown)
