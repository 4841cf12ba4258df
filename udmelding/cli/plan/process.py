"""``udmelding process …``: move a running case to other rules, and back."""

from __future__ import annotations

from typing import Annotated

import typer

from udmelding.cli.options import (
    By,
    ConfirmNoCpr,
    Reference,
    Today,
    moment_of_action,
    own_settings,
    stamp,
)
from udmelding.cli.recording.changes import DryRun, Yes, apply
from udmelding.cli.recording.shared import Reason

app = typer.Typer(help="Skift reglerne i en sag, der er i gang, eller fortryd det.")


@app.command("change")
def change(
    reference: Reference,
    source: Annotated[
        str, typer.Argument(metavar="FIL|PROCES", help="En procesfil, eller navnet på en proces.")
    ],
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Lad en sag følge en anden version af sin proces. Viser først, hvad der ændres.

    Eksempel:

      udmelding process change CU-GRAVIDE-2025 min-proces.yaml --dry-run
    """
    from udmelding.casework.plan.processes import moving_to

    made = stamp(moment_of_action(today), by)
    do = moving_to(reference, source, reason, made, own_settings().texts_folder)
    apply(do, made, dry_run=dry_run, yes=yes, only=(reference,))


@app.command("undo")
def undo(
    reference: Reference,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Fortryd det seneste skift af regler. Viser først, hvad der ændres.

    Eksempel:

      udmelding process undo CU-GRAVIDE-2025
    """
    from udmelding.casework.plan.processes import moving_back

    made = stamp(moment_of_action(today), by)
    apply(moving_back(reference, reason, made), made, dry_run=dry_run, yes=yes, only=(reference,))
