"""``udmelding own …``: what the secretariat has of its own, out to files and in again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from udmelding.cli.options import (
    AsJson,
    AsOf,
    By,
    ConfirmNoCpr,
    Today,
    moment_as_of,
    moment_of_action,
    stamp,
)

app = typer.Typer(
    help="Det, I selv har: opsætning, mailtekster, udseende, spørgeskemaer, områder og processer.",
    no_args_is_help=True,
)

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Tag dem i brug uden at spørge.")]
Folder = Annotated[Path, typer.Argument(metavar="MAPPE", file_okay=False)]


@app.command("list")
def list_files(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis alt, hvad I selv har, med hvem der sidst rettede det og hvornår.

    Eksempel:

      udmelding own list
    """
    from udmelding.casework.own import editions
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json

    with open_services() as services:
        found = editions(services, moment_as_of(as_of) if as_of else None)
    if as_json:
        echo_json(
            [
                {"path": one.path, "at": one.recorded_at.isoformat(), "by": one.recorded_by}
                for one in found
            ]
        )
        return
    shown = show.table("Fil", "Udgave", "Rettet", "Af")
    for one in found:
        shown.add_row(one.path, str(one.number), show.day(one.recorded_at.date()), one.recorded_by)
    show.console.print(shown)


@app.command("history")
def show_history(
    path: Annotated[str, typer.Argument(metavar="FIL", help="fx settings.toml; se «own list».")],
) -> None:
    """Vis alle udgaver af en fil, den nyeste først.

    Eksempel:

      udmelding own history settings.toml
    """
    from udmelding.casework.own import history
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.errors import NotFoundError

    with open_services() as services:
        found = history(services, path)
    if not found:
        raise NotFoundError("fil", path)
    shown = show.table("Udgave", "Rettet", "Af", "Hentet fra")
    for one in found:
        what = str(one.number) if one.is_there else f"{one.number}: taget ud af brug"
        shown.add_row(what, show.day(one.recorded_at.date()), one.recorded_by, one.source or "–")
    show.console.print(shown)


@app.command("export")
def export(folder: Folder, as_of: AsOf = None) -> None:
    """Skriv alt, hvad I selv har, som filer i en mappe. Intet skrives over.

    Eksempel:

      udmelding own export vores
    """
    from udmelding.casework.own import tree
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import write_tree

    with open_services() as services:
        found = tree(services, moment_as_of(as_of) if as_of else None)
    write_tree(folder, found)
    typer.echo(f"{len(found)} filer er skrevet i {folder}.")


@app.command("import")
def import_files(
    folder: Folder,
    yes: Yes = False,
    by: By = None,
    today: Today = None,
    no_cpr: ConfirmNoCpr = False,
) -> None:
    """Tag en mappes filer i brug. De prøves alle først; er der fejl i én, gemmes ingen.

    Det, der ikke står i mappen, bliver, som det er.

    Eksempel:

      udmelding own import vores
    """
    from udmelding.casework.own import changes_in, difference, save
    from udmelding.casework.wiring import open_services

    made = stamp(moment_of_action(today), by)
    with open_services() as services:
        changes = changes_in(folder)
        would = difference(services, changes)
        if would.is_nothing:
            typer.echo("Intet er anderledes end det, der bruges.")
            return
        for what, paths in (("Ny", would.added), ("Rettes", would.changed)):
            for path in paths:
                typer.echo(f"{what}: {path}")
        if not yes:
            typer.confirm("Skal det bruges fra nu af?", abort=True)
        save(services, changes, made, source=folder.name)
    typer.echo("Det er gemt og bruges fra nu af.")
