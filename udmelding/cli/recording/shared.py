"""What the ``record`` commands share: their options, and the one way to record."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from udmelding.cli.options import (
    stamp,
)

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
    dry_run: bool = False,
    yes: bool = False,
    **said: Any,
) -> None:
    """Record one fact, and say back in full what was recorded.

    What may change the plan is shown before and after first, and asked about at a terminal.
    """
    from udmelding.casework.recording.recording import preview_fact, record_fact
    from udmelding.casework.wiring import open_services
    from udmelding.cli.recording.changes import NOTHING_SAVED, show_changes, wants_to_save
    from udmelding.rules.recording.catalogue import ENTRY_OF

    said |= {"source": source, "corrects": corrects}
    made = stamp(now, by)
    with open_services() as services:
        if ENTRY_OF[kind].may_change_plan:
            seen = preview_fact(services, reference, kind, said, made)
            show_changes(seen.changes)
            if dry_run:
                typer.echo(f"{seen.result.text}\n{NOTHING_SAVED}")
                return
            if not wants_to_save(yes=yes, has_changes=bool(seen.changes)):
                typer.echo(NOTHING_SAVED)
                return
        recorded = record_fact(services, reference, kind, said, made)
    if recorded.is_new:
        typer.echo(f"Registreret i {recorded.reference}: {recorded.text}")
        typer.echo(f"Nøgle: {recorded.key}")
    else:
        typer.echo(f"Det er allerede registreret i {recorded.reference}: {recorded.text}")
