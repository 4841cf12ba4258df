"""The reading commands: status, due, matrix, log. They change nothing."""

from __future__ import annotations

import datetime as dt

import typer

from udmelding.cli.options import (
    AsJson,
    AsOf,
    OptionalReference,
    Reference,
    all_cases,
    moment_as_of,
    one_case,
)


def status(
    reference: OptionalReference = None, as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """Vis status for en sag eller for alle sager.

    Eksempler:

      udmelding status

      udmelding status CU-DOMFAELDTE-2024 --as-of 10/1-2025 --json
    """
    from udmelding.casework.case.as_json import status_values
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.cli.plan.show_plan import show_plan
    from udmelding.rules.status.status import status as status_of
    from udmelding.rules.status.waiting import after_submission

    moment = moment_as_of(as_of)
    cases = (one_case(reference, moment),) if reference else all_cases(moment)
    found = [status_of(case, moment.date()) for case in cases]
    if as_json:
        values = [status_values(item) for item in found]
        echo_json(values[0] if reference else values)
        return
    if not found:
        typer.echo("Der er ingen sager endnu. Start en med «udmelding launch».")
    for case, item in zip(cases, found, strict=True):
        show.show_status(item)
        if reference is not None:
            show.show_after_submission(after_submission(case))
            if item.plan is not None:
                show_plan(item.plan, explain=False)
            show.show_matrix(item)
            show.show_owed(item.overdue, title="Over fristen")
            show.show_owed(item.next, title="Det næste", limit=10)


def matrix(reference: Reference, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis, hvor langt hver kommune er: svar, beslutning, frist og sidste mail.

    Eksempel:

      udmelding matrix CU-GRAVIDE-2025 --as-of "medio april 2025"
    """
    from udmelding.casework.case.as_json import standing_values
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.rules.status.status import status as status_of

    moment = moment_as_of(as_of)
    found = status_of(one_case(reference, moment), moment.date())
    if as_json:
        echo_json([standing_values(row) for row in found.standings])
        return
    show.show_matrix(found)


def due(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis alt, hvad nogen skylder, på tværs af sager, med det ældste først.

    Eksempel:

      udmelding due --as-of 10/1-2025
    """
    from udmelding.casework.case.as_json import owed_values
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.rules.status.status import status as status_of

    moment = moment_as_of(as_of)
    owed = [
        item
        for case in all_cases(moment)
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
    from udmelding.casework.case.as_json import log_values
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.journal.case.header import find
    from udmelding.journal.case.log import log as log_of
    from udmelding.journal.database import reading

    moment = moment_as_of(as_of)
    with open_services() as services, reading(services.engine) as session:
        lines = log_of(session, find(session, reference), moment)
    if as_json:
        echo_json([log_values(line) for line in lines])
        return
    show.show_log(lines)
