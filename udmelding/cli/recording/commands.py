"""``udmelding record …``: put a fact on record. Each command is one kind of fact."""

from __future__ import annotations

import typer

from udmelding.cli.recording import by_hand
from udmelding.cli.recording.making import add_commands

app = typer.Typer(
    help="Registrér, hvad der er sket: svar, beslutninger, fritagelser, møder, dokumenter …",
    no_args_is_help=True,
)

add_commands(app)
app.command("tally")(by_hand.tally)
app.command("meeting")(by_hand.meeting)
app.command("meetings-moved")(by_hand.meetings_moved)
app.command("document")(by_hand.document)
app.command("retract")(by_hand.retract)
