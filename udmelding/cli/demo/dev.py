"""The pages while somebody works on them: ``make dev`` and ``make seed``.

``python -m udmelding.cli.demo.dev`` serves the demonstration that is kept in ``UDMELDING_HOME``,
starts anew when a file of ours changes, and plays the demonstration first where there is none.
``… dev seed [DAY]`` plays it anew, or goes on to a later day. Like ``demo --serve``, but without
Prefect, without mail and without a second process to look after: it is up in a moment, and what
flows do is done by commands (``udmelding advance``).

The process that watches imports none of the program, so that only the one that serves waits for it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer
import uvicorn
from uvicorn.supervisors.statreload import StatReload

from udmelding import clock, paths, private
from udmelding.cli.options import past_day
from udmelding.cli.supervisor_lock import free_port
from udmelding.config.settings import Settings, load_settings
from udmelding.errors import RefusedError, UdmeldingError

if TYPE_CHECKING:
    from fastapi import FastAPI

CODE = Path(__file__).parents[3]
FIRST_DAY = dt.date(2025, 4, 15)
_WATCHED = (".py", ".yaml", ".csv", ".md", ".txt", ".css", ".js")
"""Not the pages' templates: Jinja reads those anew by itself, at the next request."""


def sign_in_file(home: Path) -> Path:
    """Where the user of the demonstration and its password are kept, so that they outlive a start.

    It is written last: where it is, the demonstration was played to its end.
    """
    return home / "sign-in"


def seed(settings: Settings, day: dt.date | None) -> None:
    """Play the demonstration: on to ``day``, or anew where it is None or already past.

    Raises:
        RefusedError: the home holds something else than a demonstration.
    """
    from udmelding.casework.demo.pages import LOGIN, demo_day, make_demo_user
    from udmelding.casework.wiring import open_services
    from udmelding.cli.demo.play import play_demo

    home = settings.home
    played = demo_day(home) if home.is_dir() else None
    if played is None and home.is_dir() and any(home.iterdir()):
        raise RefusedError(f"{home} er ikke demonstrationens mappe. Vælg en anden UDMELDING_HOME.")
    if played is not None and (day is None or day <= played):
        shutil.rmtree(home)
    play_demo(day or FIRST_DAY, as_json=False)
    with open_services(settings) as services:
        password = make_demo_user(services, clock.now())
    sign_in_file(home).write_text(f"{LOGIN} {password}\n", encoding="utf-8")


def app() -> FastAPI:
    """The pages on the kept demonstration; made anew in each process that serves them.

    Raises:
        RefusedError: there is none.
    """
    from udmelding.casework.demo.pages import demo_clock, demo_day, without_mail
    from udmelding.casework.wiring import make_services
    from udmelding.web.service.app import create_app

    settings = without_mail(load_settings())
    day = demo_day(settings.home)
    if day is None:
        raise RefusedError("Der er ingen demonstration her. Kør make seed.")
    services = make_services(settings)
    return create_app(services, demo_clock(services, day), demo_day=day)


class Watch(StatReload):
    """Starts anew also when a data file, a mail's text or a style sheet has changed."""

    def iter_py_files(self) -> Iterator[Path]:
        for folder in self.config.reload_dirs:
            yield from (path for path in folder.rglob("*") if path.suffix in _WATCHED)


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    host = settings.web.host
    port = free_port(host, settings.web.port)
    login, password = sign_in_file(settings.home).read_text(encoding="utf-8").split()
    typer.echo(f"Åbn http://{host}:{port}, og log på som {login} med {password}")
    typer.echo("Man forbliver logget på, også efter en ny start. Stop med Ctrl-C.")
    config = uvicorn.Config(
        "udmelding.cli.demo.dev:app",
        factory=True,
        host=host,
        port=port,
        reload=True,
        reload_dirs=[
            *(str(CODE / name) for name in ("flows", "models", "udmelding")),
            *(str(folder) for folder in (paths.CONFIG, paths.TEMPLATES)),
        ],
    )
    Watch(config, target=uvicorn.Server(config).run, sockets=[config.bind_socket()]).run()


def main(words: list[str]) -> int:
    """Do what is asked for; a refusal becomes its sentence."""
    private.keep_to_owner()
    try:
        settings = load_settings()
        if words[:1] == ["seed"]:
            seed(settings, past_day(words[1], clock.now()) if words[1:] else None)
            return 0
        if not sign_in_file(settings.home).is_file():
            seed(settings, None)
        serve(settings)
    except UdmeldingError as error:
        typer.echo(error.message, err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
