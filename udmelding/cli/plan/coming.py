"""What is to come: the forecast, the bodies' meetings, and the calendar feed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from udmelding.cli.options import (
    AsJson,
    AsOf,
    OptionalReference,
    Reference,
    Today,
    all_cases,
    moment_as_of,
    moment_of_action,
)
from udmelding.errors import RefusedError


def forecast(
    reference: Reference,
    councils: Annotated[
        bool, typer.Option("--councils", help="Vis alle kommuner, ikke kun dem efter fristen.")
    ] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Vis, hvor mange kommuner der ventes at have besluttet hvornår, og om der skal forbehold til.

    Bygger på kommunernes møder, aftalte udsættelser og det, de selv har meldt; ellers på, hvor lang
    tid de plejer at bruge. Er der for lidt at bygge på, regnes der med antagelser, og det siges.

    Eksempel:

      udmelding forecast CU-GRAVIDE-2025 --as-of 15/4-2025
    """
    from udmelding.casework.plan.as_json import forecast_values
    from udmelding.casework.plan.explaining import forecast_of
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.cli.plan import show_plan as shown

    with open_services() as services:
        found = forecast_of(services, reference, moment_as_of(as_of))
    if found is None:
        raise RefusedError("Sagen har ingen frist eller ingen kommuner, der skal beslutte.")
    if as_json:
        echo_json(forecast_values(found))
        return
    shown.show_forecast(found, everyone=councils)


def meetings(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis de styrende organers kommende møder, og hvilke sager der skal på hvert af dem.

    Eksempel:

      udmelding meetings --as-of 1/3-2025
    """
    from udmelding.casework.plan.as_json import meeting_values
    from udmelding.cli.options import echo_json
    from udmelding.cli.plan import show_plan as shown
    from udmelding.rules.plan.case_plan import plan_of
    from udmelding.rules.plan.shared_meetings import coming_meetings

    moment = moment_as_of(as_of)
    today = moment.date()
    found = coming_meetings([(case, plan_of(case, today)) for case in all_cases(moment)], today)
    if as_json:
        echo_json([meeting_values(meeting) for meeting in found])
        return
    shown.show_meetings(found)


def feed(
    reference: OptionalReference = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FIL", help="Skriv til en fil (.ics)."),
    ] = None,
    forums: Annotated[
        bool, typer.Option("--forums", help="Tag møder i andre fora i området med.")
    ] = False,
    today: Today = None,
) -> None:
    """Skriv en kalender (ICS) med frister, møder og papirfrister til Outlook og Thunderbird.

    Hver gang den skrives, får det, der er ændret, et nyt versionsnummer, og det, der er bortfaldet,
    bliver aflyst, så abonnenternes kalendere følger med.

    Eksempler:

      udmelding feed --output udmelding.ics

      udmelding feed CU-GRAVIDE-2025 --output gravide.ics
    """
    from udmelding.casework.plan.calendar_feed import calendar_feed
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output

    check_output(output)
    with open_services() as services:
        now = moment_of_action(today)
        written = calendar_feed(services, reference, now, with_forums=forums)
    if output is None:
        typer.echo(written, nl=False)
        return
    write_output(output, written)
    typer.echo(f"{written.count(b'BEGIN:VEVENT')} kalenderposter skrevet til {output}.")
