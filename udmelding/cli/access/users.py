"""``udmelding user …``: who may open the pages."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from udmelding.cli import options
from udmelding.cli.options import AsJson, Today, coming_day, moment_of_action
from udmelding.errors import NotFoundError, RefusedError
from udmelding.rules.case.glossary import member

app = typer.Typer(help="Hvem må åbne siderne: tilføj brugere, skift adgangskode, luk for adgang.")

Login = Annotated[str, typer.Argument(metavar="BRUGERNAVN", help="Det, man logger på med.")]
RoleName = Annotated[
    str, typer.Option("--role", metavar="ORD", help="læser, sagsbehandler eller administrator.")
]


def _password() -> str:
    """Asked for twice at a terminal; else the first line that is piped in."""
    if sys.stdin.isatty():
        return str(typer.prompt("Adgangskode", hide_input=True, confirmation_prompt="Igen"))
    return sys.stdin.readline().rstrip("\r\n")


@app.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", metavar="NAVN")] = "",
    role: RoleName = "sagsbehandler",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Logger kun på med organisationens konto.")
    ] = False,
    today: Today = None,
) -> None:
    """Tilføj en bruger. Adgangskoden spørges der om, eller den læses fra standard input.

    Eksempel:

      udmelding user add anna --name "Anna, sekretariatet" --role administrator
    """
    from models import Role
    from udmelding.casework.access.users import add_user
    from udmelding.casework.wiring import open_services

    wanted = member(Role, role)
    with open_services() as services:
        password = "" if no_password else _password()
        if not password and not no_password:
            raise RefusedError("Skriv en adgangskode, eller brug --no-password.")
        add_user(
            services,
            login=login,
            name=name,
            role=wanted,
            password=password,
            now=moment_of_action(today),
        )
    typer.echo(f"Brugeren «{login.lower()}» er tilføjet.")


@app.command("password")
def password(login: Login) -> None:
    """Giv en bruger en ny adgangskode; brugeren logges af alle steder.

    Eksempel:

      udmelding user password anna
    """
    from udmelding.casework.access.users import set_password
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        set_password(services, login, _password())
    typer.echo(f"Brugeren «{login.lower()}» har fået en ny adgangskode.")


@app.command("change")
def change(
    login: Login,
    role: Annotated[str | None, typer.Option("--role", metavar="ORD")] = None,
    close: Annotated[bool, typer.Option("--close", help="Luk for adgang.")] = False,
    reopen: Annotated[bool, typer.Option("--open", help="Luk op igen.")] = False,
) -> None:
    """Skift en brugers rolle, eller luk for adgang.

    Eksempel:

      udmelding user change anna --close
    """
    from models import Role
    from udmelding.casework.wiring import open_services
    from udmelding.journal.access import access
    from udmelding.journal.database import writing

    if close and reopen:
        raise RefusedError("Vælg enten --close eller --open.")
    values: dict[str, Any] = {}
    if role is not None:
        values["role"] = member(Role, role)
    if close or reopen:
        values["is_active"] = reopen
    if not values:
        raise RefusedError("Skriv, hvad der skal ændres: --role, --close eller --open.")
    with open_services() as services, writing(services.engine) as session:
        user = access.find_user(session, login)
        if user is None:
            raise NotFoundError("bruger", login)
        access.change_user(session, user.id, **values)
    typer.echo(f"Brugeren «{login.lower()}» er ændret.")


@app.command("away")
def away(
    login: Login,
    substitute: Annotated[
        str, typer.Option("--substitute", metavar="BRUGERNAVN", help="Hvem ser mailene imens?")
    ] = "",
    first: Annotated[str, typer.Option("--from", metavar="DATO", help="Første dag.")] = "",
    last: Annotated[
        str, typer.Option("--until", metavar="DATO", help="Sidste dag; udeladt: indtil videre.")
    ] = "",
    today: Today = None,
) -> None:
    """Sig, hvem der er stedfortræder, og hvornår en bruger er væk. Uden valg slettes begge dele.

    Eksempel:

      udmelding user away anna --substitute bo --from 14/7 --until 1/8
    """
    from udmelding.casework.access.substitutes import Absence, set_absence
    from udmelding.casework.wiring import open_services
    from udmelding.journal.access import access
    from udmelding.journal.database import reading

    now = moment_of_action(today)
    days = [coming_day(text, now) if text else None for text in (first, last)]
    with open_services() as services:
        with reading(services.engine) as session:
            found = [access.find_user(session, name) for name in (login, substitute) if name]
        for name, one in zip((login, substitute), found, strict=False):
            if one is None:
                raise NotFoundError("bruger", name)
        ids = [one.id for one in found if one]
        said = Absence(ids[1] if substitute else None, *days)
        done = set_absence(services, ids[0], said, by=options.user(), now=now)
    typer.echo(done)


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """Vis alle brugere.

    Eksempel:

      udmelding user list
    """
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.journal.access.access import users
    from udmelding.journal.database import reading
    from udmelding.rules.case.glossary import label

    with open_services() as services, reading(services.engine) as session:
        found = users(session)
    if as_json:
        echo_json(
            [
                {"login": u.login, "name": u.name, "role": u.role.value, "active": u.is_active}
                for u in found
            ]
        )
        return
    shown = show.table("Brugernavn", "Navn", "Rolle", "Adgang", "Sidst her")
    for user in found:
        seen = show.day(user.seen_at.date()) if user.seen_at else "–"
        access = "åben" if user.is_active else "lukket"
        shown.add_row(user.login, user.name, label(user.role), access, seen)
    show.console.print(shown)
