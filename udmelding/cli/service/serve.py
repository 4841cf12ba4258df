"""``udmelding serve``: the whole service on one machine, or its pages alone."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding.cli.options import Today
from udmelding.errors import RefusedError

if TYPE_CHECKING:
    from udmelding.cli.service.parts import Address
    from udmelding.config.settings import Settings

Host = Annotated[
    str | None, typer.Option("--host", metavar="ADRESSE", help="Ellers fra opsætningen.")
]
Port = Annotated[int | None, typer.Option("--port", metavar="PORT", help="Ellers fra opsætningen.")]


def serve(
    host: Host = None,
    port: Port = None,
    only_web: Annotated[
        bool,
        typer.Option("--only-web", help="Kun siderne; daglige gennemgange køres på anden måde."),
    ] = False,
    today: Today = None,
) -> None:
    """Start siderne, Prefect og flowene, og hold dem i gang. Stop med Ctrl-C.

    Den daglige gennemgang kører på hverdage, og mails læses og leveres, så ofte I har bestemt
    under «Tider, tempo og links». En del, der stopper, startes igen. Loggene ligger i logs i
    UDMELDING_HOME. Mappen skal være lavet først (udmelding init); har andre brugere på maskinen
    adgang til den, lukkes der for det. I demonstrationens mappe viser siderne den dag, der er
    spillet frem til; kun dér kan --today bruges.

    Eksempel:

      udmelding serve --port 8080
    """
    from udmelding.casework.service import examine_files
    from udmelding.casework.wiring import check_installed
    from udmelding.cli.service.parts import address_of
    from udmelding.config.settings import load_settings
    from udmelding.rules.service import State

    settings = load_settings()
    check_installed(settings)
    for finding in examine_files(settings, is_closing=True):
        if finding.state is not State.RIGHT:
            _say(finding.text)
    day = _shown_day(settings, today)
    address = address_of(settings.web, host, port)
    if only_web:
        _serve_pages(settings, address, day)
    else:
        serve_all(settings, address, day)


def serve_all(
    settings: Settings, address: Address, day: dt.date | None, prefect_port: int | None = None
) -> None:
    """Run the service until it is stopped.

    Args:
        settings: of this installation.
        address: of the pages.
        day: the day that a demonstration shows; None is the present.
        prefect_port: where Prefect's server listens, instead of the settings' own port.

    Raises:
        RefusedError: it runs already, or a port is in use.
        OutsideError: a part did not start, or ended again and again.
    """
    from udmelding.cli.service import parts
    from udmelding.cli.service.supervisor import Supervisor
    from udmelding.cli.supervisor_lock import check_port, hold_lock

    engine = parts.engine_of(settings, prefect_port)
    with hold_lock(settings.home, engine.api_url, engine.auth):
        check_port("Siderne", address.host, address.port, "Vælg en anden med --port.")
        if engine.port is None:
            parts.check_outside(engine)
        else:
            choose = "Vælg en anden med UDMELDING_PREFECT__PORT."
            check_port("Prefect", parts.LOCAL, engine.port, choose)
        made = parts.parts_of(settings, engine, address, day.isoformat() if day else "")

        def is_up() -> None:
            _say(f"udmelding kører. Åbn {address.url} i en browser. Stop med Ctrl-C.")
            if not has_users(settings):
                _say("Ingen kan logge på endnu: lav en bruger med «udmelding user add NAVN».")
            if settings.prefect.dashboard:
                _say(f"Prefects egne sider: {engine.api_url.removesuffix('/api')}")
            _say(f"Logfiler: {settings.home / 'logs'}")

        asyncio.run(Supervisor(made, _say).run(is_up))
    _say("udmelding er stoppet.")


def _serve_pages(settings: Settings, address: Address, day: dt.date | None) -> None:
    from udmelding.cli.service.pages import run
    from udmelding.cli.supervisor_lock import check_port

    check_port("Siderne", address.host, address.port, "Vælg en anden med --port.")
    where = {"host": address.host, "port": address.port, "url": address.url}
    _say(f"Siderne er på {address.url}. Stop med Ctrl-C.")
    run(settings.model_copy(update={"web": settings.web.model_copy(update=where)}), day)


def has_users(settings: Settings) -> bool:
    """Whether anybody can sign in."""
    from udmelding.casework.wiring import open_services
    from udmelding.journal.access.access import users
    from udmelding.journal.database import reading

    with open_services(settings) as services, reading(services.engine) as session:
        return any(user.is_active for user in users(session))


def _shown_day(settings: Settings, today: str | None) -> dt.date | None:
    """The day that the pages show: only a demonstration's are not the present.

    Raises:
        RefusedError: a day was asked for where real cases are.
    """
    from udmelding import clock
    from udmelding.casework.demo.pages import demo_day
    from udmelding.cli.options import past_day

    played = demo_day(settings.home)
    if today is None:
        return played
    if played is None:
        raise RefusedError(
            "--today kan kun bruges i demonstrationens mappe (udmelding demo). "
            "Virkelige sager vises, som de står i dag."
        )
    return past_day(today, clock.now())


def _say(text: str) -> None:
    typer.echo(text, err=True)
