"""Reminders on a fixed day: the secretariat's own, and those to parties that still owe."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from udmelding.cli.options import (
    By,
    Corrects,
    Reference,
    Source,
    Today,
    coming_day,
    moment_of_action,
)
from udmelding.cli.recording.shared import record_one


def reminder(
    reference: Reference,
    on: Annotated[str, typer.Argument(metavar="DATO", help="Dagen; den flytter sig ikke.")],
    text: Annotated[str, typer.Argument(metavar="TEKST", help="Hvad der skal mindes om.")],
    step: Annotated[
        str,
        typer.Option("--step", metavar="TRIN", help="Mind dem, der mangler i trinnet, i stedet."),
    ] = "",
    party: Annotated[
        str, typer.Option("--party", metavar="KOMMUNE", help="Kun denne kommune i trinnet.")
    ] = "",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    today: Today = None,
) -> None:
    """Mind om noget på en fast dag: sekretariatet selv eller de kommuner, der mangler.

    Eksempler:

      udmelding record reminder CU-GRAVIDE-2025 3/3-2025 "Ring til Lolland om tallene"

      udmelding record reminder CU-GRAVIDE-2025 3/3-2025 "Vi mødes på torsdag." --step collection
    """
    now = moment_of_action(today)
    only: dict[str, Any] = {"party": party} if party else {}
    record_one(
        reference,
        "dated_reminder",
        now,
        by=by,
        source=source,
        corrects=corrects,
        remind_on=coming_day(on, now),
        step=step,
        **only,
        text=text,
    )
