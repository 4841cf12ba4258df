"""The plan: laid for a case or without one, and asked «what if»."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding import clock
from udmelding.cli.options import (
    AsJson,
    AsOf,
    OptionalReference,
    all_cases,
    coming_day,
    moment_as_of,
    no_deadline,
    one_case,
    own_settings,
    past_day,
)
from udmelding.errors import RefusedError

if TYPE_CHECKING:
    from udmelding.rules.plan.plan import Plan

DEADLINE_MISSED = 3
"""Exit code of a plan that cannot reach its deadline."""


def plan(
    reference: OptionalReference = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="HVAD",
            help="Hvad nu hvis, fx «k17 23/5-2025», «k17 aflyst 28/3», «frist 30/6», "
            "«Lolland 16/6». Kan gentages.",
        ),
    ] = None,
    councils: Annotated[
        bool, typer.Option("--councils", help="Vis alle kommuner, ikke kun dem uden luft.")
    ] = False,
    process: Annotated[
        str | None,
        typer.Option("--process", metavar="PROCES", help="Planlæg uden sag efter denne proces."),
    ] = None,
    received: Annotated[
        str | None, typer.Option("--received", metavar="DATO", help="Hvornår brevet kom.")
    ] = None,
    deadline: Annotated[
        str | None, typer.Option("--deadline", metavar="DATO", help="Styrelsens frist.")
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option("--calendar", metavar="FIL", help="Fil med mødedatoer (YAML).")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="OMRÅDE", help="KKR-område, fx sjaelland.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Vis planen for en sag, eller læg en plan uden sag. Gemmer intet.

    Slutter med kode 3, når fristen ikke kan nås.

    Eksempler:

      udmelding plan CU-GRAVIDE-2025

      udmelding plan CU-GRAVIDE-2025 --what-if "k17 23/5-2025"

      udmelding plan --process central-udmelding --received 15/5-2024 --deadline 31/5-2025
      --calendar config/calendars/sjaelland-2025.yaml
    """
    moment = moment_as_of(as_of)
    if process is not None and (reference is not None or what_if):
        raise RefusedError("Vælg enten en sag (REF) eller en proces (--process), ikke begge.")
    if process is not None:
        plans = {"": _plan_without_case(process, received, deadline, calendar, area)}
    elif what_if:
        plans = _plan_what_if(reference, what_if, moment, as_json=as_json)
        if as_json:
            _leave_with_code(plans)
            return
    else:
        plans = _plans_of_cases(reference, moment)
    is_one = reference is not None or process is not None
    _show_plans(plans, as_json=as_json, is_one=is_one, councils=councils, is_supposed=bool(what_if))
    _leave_with_code(plans)


def _leave_with_code(plans: dict[str, Plan]) -> None:
    # A case that was sent has its plan behind it; whether it was on time is no warning any more.
    if any(not found.feasible and not found.steps[-1].is_done for found in plans.values()):
        raise typer.Exit(DEADLINE_MISSED)


def _show_plans(
    plans: dict[str, Plan],
    *,
    as_json: bool,
    is_one: bool,
    councils: bool,
    is_supposed: bool,
) -> None:
    from udmelding.casework.plan.as_json import plan_values
    from udmelding.cli.case import console
    from udmelding.cli.options import echo_json
    from udmelding.cli.plan import show_plan as shown

    if as_json:
        values = [{"reference": ref} | plan_values(found) for ref, found in plans.items()]
        echo_json(plan_values(next(iter(plans.values()))) if is_one else values)
        return
    for ref, found in plans.items():
        if ref:
            console.rule(ref, align="left")
        shown.show_plan(found, explain=is_one and not is_supposed)
        if is_one:
            shown.show_councils(found, everyone=councils)


def _plans_of_cases(reference: str | None, moment: dt.datetime) -> dict[str, Plan]:
    from udmelding.rules.plan.case_plan import plan_of

    cases = (one_case(reference, moment),) if reference else all_cases(moment)
    plans = {case.reference: plan_of(case, moment.date()) for case in cases if not case.is_closed}
    found = {ref: laid for ref, laid in plans.items() if laid is not None}
    if reference is not None and not found:
        raise no_deadline(reference)
    return found


def _plan_what_if(
    reference: str | None, said: list[str], moment: dt.datetime, *, as_json: bool
) -> dict[str, Plan]:
    """The plan as it would be; shows first what would change."""
    from udmelding.casework.plan.as_json import change_values, plan_values
    from udmelding.cli.options import echo_json
    from udmelding.cli.recording.changes import show_changes
    from udmelding.rules.plan.plan_change import plan_change, summary
    from udmelding.rules.plan.what_if import read_supposition, suppose

    if reference is None:
        raise RefusedError("Skriv, hvilken sag --what-if gælder: udmelding plan REF --what-if …")
    case, today = one_case(reference, moment), moment.date()
    suppositions = [read_supposition(text, case, today) for text in said]
    changed = suppose(case, suppositions, today)
    change = plan_change(case, changed, today)
    if change.after is None:
        raise no_deadline(reference)
    if as_json:
        echo_json(
            {"what_if": [s.text for s in suppositions]}
            | change_values(change)
            | {"plan": plan_values(change.after)}
        )
    else:
        for supposition in suppositions:
            typer.echo(f"Hvad nu hvis {supposition.text}?")
        show_changes([] if change.is_empty else [change])
        typer.echo(f"\n{summary(change)} Intet er gemt.")
    return {case.reference: change.after}


def _plan_without_case(
    process: str,
    received: str | None,
    deadline: str | None,
    calendar: Path | None,
    area: str | None,
) -> Plan:
    from udmelding.config.case.library import area_named, process_named
    from udmelding.config.plan.assumptions import load_assumptions
    from udmelding.config.plan.calendars import load_calendar
    from udmelding.rules.plan.body_calendar import with_assumed
    from udmelding.rules.plan.plan import PlanInput, Slot
    from udmelding.rules.plan.plan_wording import explain_plan
    from udmelding.rules.plan.planning import lay_plan
    from udmelding.rules.words.business_days import work_calendar

    settings = own_settings()
    named = process_named(process, settings.texts_folder)
    if received is None or deadline is None:
        raise RefusedError("Skriv både --received og --deadline.")
    now = clock.now()
    received_on = past_day(received, now)
    deadline_on = coming_day(deadline, clock.at(received_on))
    if deadline_on <= received_on:
        raise RefusedError("Fristen (--deadline) skal ligge efter modtagelsen (--received).")
    chosen = named.for_area(area_named(area or settings.area, settings.texts_folder))
    known = {
        body: tuple(Slot(m.held_on, m.papers_due_on) for m in meetings)
        for body, meetings in (
            load_calendar(calendar, settings.texts_folder).bodies if calendar else {}
        ).items()
    }
    assumptions = load_assumptions()
    asked = PlanInput(
        process=chosen,
        received_on=received_on,
        deadline=deadline_on,
        meetings=with_assumed(
            chosen, known, assumptions, range(received_on.year, deadline_on.year + 2)
        ),
        work_days=work_calendar(chosen.work_days),
        assumptions=assumptions,
    )
    return explain_plan(lay_plan(asked), asked)
