"""``udmelding redact …``: take out for good what should never have been kept."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from udmelding.cli.options import AsJson, By, ConfirmNoCpr, Today, moment_of_action, stamp
from udmelding.errors import RefusedError

app = typer.Typer(help="Fjern for altid tekst eller filer, som aldrig måtte være gemt.")

Reason = Annotated[
    str,
    typer.Option(
        "--reason", metavar="TEKST", help="Slutningen på «fjernet, fordi …». Vises i loggen."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Spørg ikke, før der fjernes.")]


@app.command("text")
def text(
    reason: Reason,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Vis kun, hvor teksten står; fjern intet.")
    ] = False,
    keep_files: Annotated[
        bool, typer.Option("--keep-files", help="Slet ikke de filer, hvor teksten også står.")
    ] = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Fjern en tekst overalt, hvor udmelding har gemt den.

    Teksten skrives ikke på kommandolinjen, for den huskes af mange skaller. Der spørges om den,
    eller den læses fra standard-ind. Filer, hvor teksten også står, slettes helt. Det kan ikke
    fortrydes, og det når ikke sikkerhedskopier og mails, der er sendt.

    Eksempel:

      udmelding redact text --reason "det var et cpr-nummer"
    """
    from udmelding.casework import records
    from udmelding.casework.wiring import open_services

    is_asked = sys.stdin.isatty()
    wanted = str(typer.prompt("Hvad skal fjernes?")) if is_asked else sys.stdin.read()
    with open_services() as services:
        found = records.look_for(services, wanted.strip())
        for name, count in records.summary(found):
            typer.echo(f"{count} × {name}")
        for file in found.files:
            typer.echo(f"Fil: {file.name}{' (beholdes)' if keep_files else ''}")
        for file in found.unread:
            typer.echo(f"Kunne ikke læses helt igennem: {file.name} ({file.sha256})")
        if found.left:
            typer.echo(f"{len(found.left)} × brugt af programmet selv; bliver stående")
        if dry_run:
            return
        _confirm(yes)
        files = () if keep_files else [file.sha256 for file in found.files]
        made = stamp(moment_of_action(today), by)
        done = records.redact_passage(services, wanted.strip(), files, reason, made)
    for sentence in records.sentences(done):
        typer.echo(sentence)


@app.command("file")
def file(
    sha256: Annotated[
        str, typer.Argument(metavar="KONTROLSUM", help="Filens kontrolsum, 64 tegn.")
    ],
    reason: Reason,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Slet en gemt fil for altid, hvor den end er nævnt. Det kan ikke fortrydes.

    Eksempel:

      udmelding redact file 9f86d0…0a08 --reason "den viste en borgers navn"
    """
    from udmelding.casework import records
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        typer.echo(f"Fil: {records.file_named(services, sha256).name}")
        _confirm(yes)
        made = stamp(moment_of_action(today), by)
        done = records.redact_file(services, sha256, reason, made)
    for sentence in records.sentences(done):
        typer.echo(sentence)


@app.command("list")
def list_redactions(as_json: AsJson = False) -> None:
    """Vis, hvad der er fjernet, hvornår, af hvem og hvorfor.

    Eksempel:

      udmelding redact list
    """
    from dataclasses import asdict

    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.journal.database import reading
    from udmelding.journal.records import redactions

    with open_services() as services, reading(services.engine) as session:
        lines = redactions(session)
    if as_json:
        echo_json([asdict(line) for line in lines])
        return
    table = show.table("Hvornår", "Af", "Sag", "Hvad", "Steder", "Fordi", right=(4,))
    for line in lines:
        what = line.file_name or "en tekst"
        where = line.reference or "ingen"
        table.add_row(show.day(line.at.date()), line.by, where, what, str(line.places), line.reason)
    show.console.print(table)


def _confirm(yes: bool) -> None:
    """Ask before it is done; where nobody can answer, only ``--yes`` lets it through."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise RefusedError("Intet er fjernet. Skriv --yes for at fjerne uden at blive spurgt.")
    if not typer.confirm("Det kan ikke fortrydes. Fjern for altid?"):
        raise RefusedError("Intet er fjernet.")
