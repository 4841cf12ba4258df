"""``udmelding mail-texts …``: the secretariat's own texts for its mails."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from udmelding.cli.options import AsJson, Today, moment_of_action

app = typer.Typer(help="Mailtekster: sekretariatets egne ord i mails.", no_args_is_help=True)

Kind = Annotated[str, typer.Argument(metavar="SLAGS", help="Se dem med «mail-texts list».")]


@app.command("list")
def list_kinds(as_json: AsJson = False) -> None:
    """Vis alle slags mails, og om de skrives med egne eller medfølgende tekster.

    Eksempel:

      udmelding mail-texts list
    """
    from udmelding.casework.mail.texts import Origin, all_kinds
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json

    with open_services() as services:
        found = all_kinds(services)
    if as_json:
        echo_json(
            [
                {
                    "kind": one.kind.value,
                    "origin": one.origin.value,
                    "own": list(one.own),
                    "changed_at": one.changed_at.isoformat() if one.changed_at else None,
                    "flaws": [str(flaw) for flaw in one.flaws],
                    "warnings": [str(warning) for warning in one.warnings],
                }
                for one in found
            ]
        )
        return
    words = {
        Origin.SHIPPED: "medfølgende",
        Origin.OWN: "egen",
        Origin.FLAWED: "fejl: den medfølgende bruges",
    }
    shown = show.table("Slags", "Mail", "Tekst", "Ændret")
    for one in found:
        changed = show.day(one.changed_at.date() if one.changed_at else None)
        shown.add_row(one.kind.value, one.label, words[one.origin], changed)
    show.console.print(shown)


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[MAPPE]", help="Ellers de tekster, der bruges nu.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Kontrollér de egne tekster. Fejl vises med fil og linje, og koden er 1.

    Advarsler vises også: en tekst med en advarsel bruges, og koden er 0.

    Eksempel:

      udmelding mail-texts check
    """
    from udmelding.casework.mail.texts import flaws_in, warnings_in
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.errors import NotFoundError

    if folder is None:
        with open_services() as services:
            chosen = services.settings.texts_folder
            found, warnings = flaws_in(chosen), warnings_in(chosen)
    elif not (folder / "mail").is_dir():
        raise NotFoundError("mappe", str(folder / "mail"))
    else:
        found, warnings = flaws_in(folder), warnings_in(folder)
    if as_json:
        echo_json(
            [
                {
                    "file": one.template,
                    "line": one.line or None,
                    "problem": one.problem,
                    "is_warning": one in warnings,
                }
                for one in (*found, *warnings)
            ]
        )
        raise typer.Exit(bool(found))
    for flaw in found:
        typer.echo(str(flaw))
    for warning in warnings:
        typer.echo(f"Advarsel: {warning}")
    if not found:
        typer.echo("Der er ingen fejl i de egne tekster.")
    if found:
        raise typer.Exit(1)


@app.command("copy")
def copy(
    kind: Kind,
    folder: Annotated[
        Path, typer.Argument(metavar="MAPPE", help="Her lægges den, fx det, «own export» skrev.")
    ],
) -> None:
    """Læg den medfølgende tekst i en mappe, så den kan rettes og tages i brug med «own import».

    Eksempel:

      udmelding mail-texts copy reminder_before egne-tekster
    """
    from udmelding.casework.mail.texts import kind_named, shipped_texts
    from udmelding.cli.options import write_tree

    texts = shipped_texts(kind_named(kind))
    for path in write_tree(folder, {path: text.encode() for path, text in texts.items()}):
        typer.echo(path)


@app.command("show")
def show_text(
    kind: Kind,
    case: Annotated[
        str, typer.Option("--case", metavar="REF", help="Sagen; ellers opdigtede oplysninger.")
    ] = "",
    party: Annotated[
        str, typer.Option("--party", metavar="KODE", help="Modtageren, fx 0360.")
    ] = "",
    html: Annotated[bool, typer.Option("--html", help="Skriv mailen som HTML.")] = False,
    today: Today = None,
) -> None:
    """Vis, hvordan en slags mail ser ud. Intet bliver skrevet eller sendt.

    Eksempel:

      udmelding mail-texts show reminder_before --case CU-GRAVIDE-2025 --party 0360
    """
    from udmelding.casework.mail.text_preview import preview
    from udmelding.casework.mail.texts import kind_named
    from udmelding.casework.wiring import open_services
    from udmelding.documents.mail.rendering import find_texts
    from udmelding.errors import RefusedError
    from udmelding.journal.database import reading

    wanted, now = kind_named(kind), moment_of_action(today)
    if party and not case:
        raise RefusedError("Skriv også sagen med --case.")
    with open_services() as services, reading(services.engine) as session:
        settings = services.settings
        found = find_texts(settings.texts_folder).in_use(wanted)
        shown = preview(settings, session, found, wanted, now, case, party)
    if shown.note:
        typer.echo(shown.note, err=True)
    if html:
        typer.echo(shown.mail.html)
        return
    typer.echo(f"Emne: {shown.mail.subject}\n\n{shown.mail.text}", nl=False)
