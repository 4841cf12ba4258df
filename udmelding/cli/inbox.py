"""``udmelding post …``: mail that came in, from the mailbox or from files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding.cli.options import AsJson
from udmelding.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from models import IncomingKind

app = typer.Typer(help="Indkommen post: hent den, og se, hvad der venter.", no_args_is_help=True)

MOST_BYTES = 60 * 1024**2


@app.command("read")
def read_now() -> None:
    """Hent nye mails fra postkassen (afsnittet [mailbox] i indstillingerne).

    Eksempel:

      udmelding post read
    """
    from udmelding import clock
    from udmelding.casework.inbox.mailbox import read_mailbox
    from udmelding.casework.services import open_services

    with open_services() as services:
        if not services.settings.mailbox.host:
            raise RefusedError("Der er ingen postkasse. Sæt den op under [mailbox].")
        found = read_mailbox(services, clock.now())
    typer.echo(_counted(found))


@app.command("receive")
def receive_files(
    files: Annotated[list[Path], typer.Argument(metavar="FIL…", help="Mails som .eml-filer.")],
) -> None:
    """Læs mails ind fra filer, fx trukket ud af et mailprogram.

    Eksempel:

      udmelding post receive svar.eml
    """
    from udmelding import clock
    from udmelding.casework.inbox.receiving import receive
    from udmelding.casework.services import open_services

    for file in files:
        if not file.is_file():
            raise NotFoundError("fil", str(file))
        if file.stat().st_size > MOST_BYTES:
            raise RefusedError(f"Filen «{file.name}» er for stor til at være en mail.")
    with open_services() as services:
        found = receive(services, (file.read_bytes() for file in files), clock.now())
    typer.echo(_counted(found))


@app.command("list")
def list_waiting(as_json: AsJson = False) -> None:
    """Vis de mails, der venter på, at nogen siger, hvad de betyder, ældste først.

    Eksempel:

      udmelding post list
    """
    from udmelding.casework.services import open_services
    from udmelding.cli.options import echo_json
    from udmelding.journal.database import reading
    from udmelding.journal.inbox import incoming

    with open_services() as services, reading(services.engine) as session:
        letters = incoming.letters(session, incoming.is_waiting())
    if as_json:
        echo_json(
            [
                {
                    "key": letter.key,
                    "received_at": letter.received_at,
                    "sender": letter.sender,
                    "subject": letter.subject,
                    "reference": letter.reference,
                    "step": letter.step,
                    "party": letter.party,
                    "suggestion": letter.suggestion,
                }
                for letter in letters
            ]
        )
        return
    for letter in letters:
        where = f"{letter.reference} {letter.party}" if letter.reference else "uden sag"
        typer.echo(f"{letter.received_at:%d.%m.%Y %H:%M}  {letter.sender}  {where}")
        typer.echo(f"    {letter.subject}")
    if not letters:
        typer.echo("Ingen post venter.")


def _counted(found: Mapping[IncomingKind, int]) -> str:
    from udmelding.rules.case.glossary import label
    from udmelding.rules.words.lists import enumerated

    if not found:
        return "Ingen nye mails."
    return f"Nye mails: {enumerated([f'{n} {label(kind)}' for kind, n in found.items()])}."
