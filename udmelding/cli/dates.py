"""``udmelding date``: how is a date understood?"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from udmelding import clock
from udmelding.cli.options import AsJson


def date(
    text: Annotated[str, typer.Argument(metavar="TEKST", help="Datoen, som den er skrevet.")],
    context: Annotated[
        str | None,
        typer.Option("--context", metavar="DATO", help="Den dag, datoen læses på (ellers i dag)."),
    ] = None,
    past: Annotated[
        bool, typer.Option("--past", help="Læs en dato uden år som den seneste, der har været.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Vis, hvordan en dansk dato bliver læst.

    En dato uden år læses som den næste, medmindre --past er valgt.

    Eksempler:

      udmelding date "14/3" --context 2025-01-15

      udmelding date "primo januar 2025" --json
    """
    from udmelding.rules.words.danish_dates import Direction, read_date, read_day
    from udmelding.rules.words.date_wording import in_full

    today = clock.today()
    if context is not None:
        today = read_day(context, today=today, direction=Direction.PAST)
    direction = Direction.PAST if past else Direction.COMING
    reading = read_date(text, today=today, direction=direction)
    if as_json:
        typer.echo(json.dumps(reading.as_json(), ensure_ascii=False))
    else:
        typer.echo(in_full(reading))
