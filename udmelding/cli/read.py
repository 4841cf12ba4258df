"""The reading commands: status, plan, due, matrix, log. They change nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding import clock
from udmelding.cli.options import AsJson, AsOf, Reference, coming_day, moment_as_of, past_day
from udmelding.errors import RefusedError

if TYPE_CHECKING:
    from udmelding.rules.case import Case
    from udmelding.rules.plan import Plan

DEADLINE_MISSED = 3
"""Exit code of a plan that cannot reach its deadline."""

OptionalReference = Annotated[
    str | None, typer.Argument(metavar="[REF]", help="Sagens reference; udelades for alle sager.")
]


def _case(reference: str, moment: dt.datetime) -> Case:
    from udmelding.casework.services import open_services
    from udmelding.journal.database import reading
    from udmelding.journal.load import load

    with open_services() as services, reading(services.engine) as session:
        return load(session, reference, moment)


def _all_cases(moment: dt.datetime) -> tuple[Case, ...]:
    from udmelding.casework.services import open_services
    from udmelding.journal.database import reading
    from udmelding.journal.load import load_all

    with open_services() as services, reading(services.engine) as session:
        return load_all(session, moment)


def status(
    reference: OptionalReference = None, as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """Vis status for en sag eller for alle sager.

    Eksempler:

      udmelding status

      udmelding status CU-DOMFAELDTE-2024 --as-of 10/1-2025 --json
    """
    from udmelding.cli import show
    from udmelding.cli.values import echo_json, status_values
    from udmelding.rules.status import status as status_of

    moment = moment_as_of(as_of)
    cases = (_case(reference, moment),) if reference else _all_cases(moment)
    found = [status_of(case, moment.date()) for case in cases]
    if as_json:
        values = [status_values(item) for item in found]
        echo_json(values[0] if reference else values)
        return
    if not found:
        typer.echo("Der er ingen sager endnu. Start en med «udmelding launch».")
    for item in found:
        show.show_status(item)
        if reference is not None:
            if item.plan is not None:
                show.show_plan(item.plan, explain=False)
            show.show_matrix(item.standings, item.as_of)
            show.show_owed(item.overdue, title="Over fristen")
            show.show_owed(item.next, title="Det næste", limit=10)


def matrix(reference: Reference, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis, hvor langt hver kommune er: svar, beslutning, frist og sidste mail.

    Eksempel:

      udmelding matrix CU-GRAVIDE-2025 --as-of "medio april 2025"
    """
    from udmelding.cli import show
    from udmelding.cli.values import echo_json, standing_values
    from udmelding.rules.status import status as status_of

    moment = moment_as_of(as_of)
    found = status_of(_case(reference, moment), moment.date())
    if as_json:
        echo_json([standing_values(row) for row in found.standings])
        return
    show.show_matrix(found.standings, found.as_of)


def due(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis alt, hvad nogen skylder, på tværs af sager, med det ældste først.

    Eksempel:

      udmelding due --as-of 10/1-2025
    """
    from udmelding.cli import show
    from udmelding.cli.values import echo_json, owed_values
    from udmelding.rules.status import status as status_of

    moment = moment_as_of(as_of)
    owed = [
        item
        for case in _all_cases(moment)
        for found in (status_of(case, moment.date()),)
        for item in (*found.overdue, *found.next)
    ]
    owed.sort(key=lambda item: (item.due_on or dt.date.max, item.reference, item.party_name))
    if as_json:
        echo_json([owed_values(item) for item in owed])
        return
    show.show_owed(owed, title=f"Hvem skylder hvad pr. {show.day(moment.date())}")


def log(reference: Reference, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis alt, hvad der er registreret og sendt i en sag, også det, der senere er rettet.

    Eksempel:

      udmelding log CU-GRAVIDE-2025 --as-of 8/4-2025
    """
    from udmelding.casework.services import open_services
    from udmelding.cli import show
    from udmelding.cli.values import echo_json, log_values
    from udmelding.journal.database import reading
    from udmelding.journal.header import find
    from udmelding.journal.log import log as log_of

    moment = moment_as_of(as_of)
    with open_services() as services, reading(services.engine) as session:
        lines = log_of(session, find(session, reference), moment)
    if as_json:
        echo_json([log_values(line) for line in lines])
        return
    show.show_log(lines)


def plan(
    reference: OptionalReference = None,
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
    """Vis planen for en sag, eller læg en plan uden sag.

    Slutter med kode 3, når fristen ikke kan nås.

    Eksempler:

      udmelding plan CU-GRAVIDE-2025

      udmelding plan --process central-udmelding --received 15/5-2024 --deadline 31/5-2025
      --calendar config/calendars/sjaelland-2025.yaml
    """
    if process is None:
        plans = _plans_of_cases(reference, moment_as_of(as_of))
    elif reference is not None:
        raise RefusedError("Vælg enten en sag (REF) eller en proces (--process), ikke begge.")
    else:
        plans = {"": _plan_without_case(process, received, deadline, calendar, area)}
    _show_plans(plans, as_json=as_json, is_one=reference is not None or process is not None)
    # A case that was sent has its plan behind it; whether it was on time is no warning any more.
    if any(not found.feasible and not found.steps[-1].is_done for found in plans.values()):
        raise typer.Exit(DEADLINE_MISSED)


def _show_plans(plans: dict[str, Plan], *, as_json: bool, is_one: bool) -> None:
    from udmelding.cli import show
    from udmelding.cli.values import echo_json, plan_values

    if as_json:
        values = [{"reference": ref} | plan_values(found) for ref, found in plans.items()]
        echo_json(plan_values(next(iter(plans.values()))) if is_one else values)
        return
    for ref, found in plans.items():
        if ref:
            show.console.rule(ref, align="left")
        show.show_plan(found, explain=is_one)


def _plans_of_cases(reference: str | None, moment: dt.datetime) -> dict[str, Plan]:
    from udmelding.rules.case_plan import plan_of

    cases = (_case(reference, moment),) if reference else _all_cases(moment)
    plans = {case.reference: plan_of(case, moment.date()) for case in cases if not case.is_closed}
    found = {ref: laid for ref, laid in plans.items() if laid is not None}
    if reference is not None and not found:
        raise RefusedError(
            "Sagen har ingen frist at planlægge efter. Registrér den med "
            f"«udmelding record deadline {reference} DATO»."
        )
    return found


def _plan_without_case(
    process: str,
    received: str | None,
    deadline: str | None,
    calendar: Path | None,
    area: str | None,
) -> Plan:
    from udmelding.config.calendars import load_calendar
    from udmelding.config.library import area_named, process_named
    from udmelding.config.settings import load_settings
    from udmelding.rules.plan import PlanInput, Slot
    from udmelding.rules.plan_wording import explained
    from udmelding.rules.planning import lay_plan
    from udmelding.rules.work_days import work_calendar

    named = process_named(process)
    if received is None or deadline is None:
        raise RefusedError("Skriv både --received og --deadline.")
    now = clock.now()
    received_on = past_day(received, now)
    deadline_on = coming_day(deadline, clock.at(received_on))
    if deadline_on <= received_on:
        raise RefusedError("Fristen (--deadline) skal ligge efter modtagelsen (--received).")
    chosen = named.for_area(area_named(area or load_settings().area))
    bodies = [step.id for step in chosen.steps if step.body]
    meetings = load_calendar(calendar).bodies if calendar else {}
    missing = [body for body in bodies if body not in meetings]
    if missing:
        raise RefusedError(
            f"Mødekalenderen mangler {', '.join(missing)}. Angiv en fil med --calendar, der har "
            f"mødedatoer for {', '.join(bodies)}."
        )
    asked = PlanInput(
        process=chosen,
        received_on=received_on,
        deadline=deadline_on,
        meetings={
            body: tuple(Slot(m.held_on, m.papers_due_on) for m in meetings[body]) for body in bodies
        },
        work_days=work_calendar(chosen.work_days),
    )
    return explained(lay_plan(asked), asked)
