"""Plays the demonstration, makes a user for it, and becomes the service that shows it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from typing import Annotated

import typer

from udmelding import clock
from udmelding.casework.demo.pages import LOGIN, demo_day, make_demo_user
from udmelding.casework.wiring import open_services
from udmelding.cli.options import AsJson, past_day
from udmelding.cli.service import parts
from udmelding.cli.supervisor_lock import check_not_running, check_port, free_port
from udmelding.config.settings import Settings, load_settings, variable
from udmelding.rules.words.date_wording import long_date

_COMMAND = (sys.executable, "-m", "udmelding.cli.service.app")

_INTERRUPTED = 130


def wants_pages(serve: bool | None, *, as_json: bool) -> bool:
    """Whether the pages are started after the play.

    Args:
        serve: what the person said; None is nothing.
        as_json: whether the output is for a program, which would wait for ever.
    """
    if as_json:
        return False
    return serve if serve is not None else sys.stdout.isatty() and not os.environ.get("CI")


def play_and_serve(last: dt.date, port: int | None) -> None:
    """Play up to and including ``last``, then serve until stopped; returns if the play failed.

    The play runs in a process of its own, so that Prefect, which it needs and the pages do not, is
    gone when the service starts.

    Args:
        last: the day to play to.
        port: of the pages; None takes a free one.

    Raises:
        RefusedError: a service runs in this folder, or the port is in use.
    """
    settings = load_settings()
    check_not_running(settings.home)
    address = _address(settings, port)
    _play(last)
    day = demo_day(settings.home) or last
    with open_services(settings) as services:
        password = make_demo_user(services, clock.now())
    typer.echo("")
    typer.echo(f"Siderne viser {long_date(day)}. Åbn {address.url} om et øjeblik, og log på:")
    typer.echo(f"  brugernavn   {LOGIN}")
    typer.echo(f"  adgangskode  {password}")
    typer.echo("")
    sys.stdout.flush()
    os.environ[variable(("prefect", "port"))] = str(free_port(parts.LOCAL, settings.prefect.port))
    serve = ("serve", "--host", address.host, "--port", str(address.port))
    os.execv(_COMMAND[0], [*_COMMAND, *serve])  # noqa: S606 - our own words, no shell


def _address(settings: Settings, port: int | None) -> parts.Address:
    """Where the pages will be: the port asked for, else the settings' own or the next free one.

    Raises:
        RefusedError: the port asked for is in use.
    """
    if port is not None:
        check_port("Siderne", settings.web.host, port, "Vælg en anden med --port.")
    chosen = port or free_port(settings.web.host, settings.web.port)
    return parts.address_of(settings.web, None, chosen)


def _play(last: dt.date) -> None:
    """Play in a process of its own.

    Raises:
        typer.Exit: it failed, and has said why.
    """
    command = [*_COMMAND, "demo", "--no-serve", "--date", last.isoformat()]
    with subprocess.Popen(command) as child:  # noqa: S603 - our own words, no shell
        try:
            code = child.wait()
        except KeyboardInterrupt:  # the child has got it too, and says so
            child.wait()
            code = _INTERRUPTED
    if code:
        raise typer.Exit(code)


def demo(
    date: Annotated[
        str, typer.Option("--date", metavar="DATO", help="Den dag, der spilles frem til.")
    ] = "2025-04-15",
    serve: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            help="Start siderne bagefter, eller slut efter status. Ellers startes de kun i en "
            "terminal; aldrig med --json, eller hvor miljøvariablen CI er sat.",
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="PORT", help="Sidernes port; ellers en ledig.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Spil de tre virkelige sager igennem, dag for dag, vis status, og start siderne.

    Sagerne er hentet i offentlige referater. Det, der ikke er offentligt – hvilke fire kommuner der
    var forsinkede, og de enkelte datoer – er opdigtet og mærket med *. Siderne viser den dag, der
    er spillet frem til. Mails bliver til filer, og intet forlader maskinen.

    Eksempel:

      udmelding demo --date 10/1-2025
    """
    from udmelding import clock
    from udmelding.cli.demo.service import play_and_serve, wants_pages

    last = past_day(date, clock.now())
    if wants_pages(serve, as_json=as_json):
        play_and_serve(last, port)
        return
    from udmelding.cli.demo.play import play_demo

    play_demo(last, as_json=as_json)
    if serve is None and not as_json:
        typer.echo("Se det hele i browseren: udmelding demo --serve")
