"""``udmelding token …``: keys for programs that use the JSON API or the calendar feed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from udmelding.cli.options import AsJson, By, ConfirmNoCpr, Today, moment_of_action, stamp
from udmelding.errors import RefusedError

app = typer.Typer(help="Adgangsnøgler til JSON-grænsefladen og kalenderen.")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAVN", help="Hvad nøglen er til.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", metavar="ORD", help="read, write eller feed; kan gentages."),
    ],
    days: Annotated[int, typer.Option("--days", min=1, max=1095, metavar="N")] = 365,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Lav en adgangsnøgle. Den vises kun denne ene gang.

    Eksempel:

      udmelding token add "ledelsesrapport" --scope read --days 180
    """
    from udmelding.casework.wiring import open_services
    from udmelding.journal.access.api_tokens import SCOPES, make_token
    from udmelding.journal.database import writing

    wrong = [word for word in scope if word not in SCOPES]
    if wrong:
        raise RefusedError(f"«{wrong[0]}» kan ikke bruges her. Skriv et af: {', '.join(SCOPES)}.")
    made = stamp(moment_of_action(today), by)
    with open_services() as services, writing(services.engine) as session:
        secret = make_token(
            session,
            name=name,
            scopes=scope,
            by=made.by,
            now=made.now,
            lasting=dt.timedelta(days=days),
        )
    typer.echo("Nøglen vises kun nu. Gem den et sikkert sted:", err=True)
    typer.echo(secret)


@app.command("list")
def list_tokens(as_json: AsJson = False, today: Today = None) -> None:
    """Vis alle adgangsnøgler (ikke nøglerne selv).

    Eksempel:

      udmelding token list
    """
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.journal.access.api_tokens import tokens
    from udmelding.journal.database import reading

    now = moment_of_action(today)
    with open_services() as services, reading(services.engine) as session:
        found = tokens(session)
    if as_json:
        echo_json(
            [
                {
                    "id": token.id,
                    "name": token.name,
                    "scopes": list(token.scopes),
                    "works": token.works(now),
                    "expires": token.expires_at.isoformat(),
                }
                for token in found
            ]
        )
        return
    shown = show.table("Nr.", "Navn", "Til", "Virker", "Udløber", "Sidst brugt", right=(0,))
    for token in found:
        shown.add_row(
            str(token.id),
            token.name,
            ", ".join(token.scopes),
            "ja" if token.works(now) else "nej",
            show.day(token.expires_at.date()),
            show.day(token.used_at.date() if token.used_at else None),
        )
    show.console.print(shown)


@app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(metavar="NR", help="Se det med «udmelding token list».")],
    today: Today = None,
) -> None:
    """Gør en adgangsnøgle ugyldig.

    Eksempel:

      udmelding token revoke 3
    """
    from udmelding.casework.wiring import open_services
    from udmelding.journal.access.api_tokens import revoke_token
    from udmelding.journal.database import writing

    with open_services() as services, writing(services.engine) as session:
        revoke_token(session, number, moment_of_action(today))
    typer.echo(f"Adgangsnøgle {number} gælder ikke længere.")
