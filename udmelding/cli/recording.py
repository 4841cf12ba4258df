"""What the ``record`` commands share: their options, and the one way to record."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from udmelding.cli.options import (
    stamp,
)

Who = Annotated[str, typer.Argument(metavar="KOMMUNE", help="Kommunens navn eller kode.")]
On = Annotated[
    str,
    typer.Option("--on", metavar="DATO", help="Hvornår det skete, fx «12/12» eller «primo maj»."),
]
Note = Annotated[str, typer.Option("--note", metavar="TEKST", help="Bemærkning.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEKST", help="Begrundelse.")]


def record_one(
    reference: str,
    kind: str,
    now: dt.datetime,
    *,
    by: str | None,
    source: str,
    corrects: str | None = None,
    **said: Any,
) -> None:
    """Record one fact, and say back in full what was recorded."""
    from udmelding.casework.recording import record_fact
    from udmelding.casework.services import open_services

    said |= {"source": source, "corrects": corrects}
    with open_services() as services:
        recorded = record_fact(services, reference, kind, said, stamp(now, by))
    if recorded.is_new:
        typer.echo(f"Registreret i {recorded.reference}: {recorded.text}")
        typer.echo(f"Nøgle: {recorded.key}")
    else:
        typer.echo(f"Det er allerede registreret i {recorded.reference}: {recorded.text}")
