"""``udmelding outbox test``, ``arrived``, ``pause``, ``resume``: do mails go, and shall they?"""

from __future__ import annotations

from typing import Annotated

import typer

from udmelding.cli.options import AsJson, By, stamp, user


def send_trial_mail(
    address: Annotated[
        str, typer.Argument(metavar="ADRESSE", help="Hvem prøvemailen sendes til; ofte dig selv.")
    ],
    key: Annotated[
        str,
        typer.Option(
            "--key", metavar="NØGLE", help="Prøvens nøgle: den samme nøgle sender kun én gang."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Send en prøvemail, og se, hvilken server der tog imod den, eller hvad der skal rettes.

    Se efter, om den kommer frem, og sig det med «outbox arrived»; først så kan en sag startes.

    Eksempel:

      udmelding outbox test mig@kommune.example
    """
    from udmelding import clock
    from udmelding.casework.mail.trial import send_trial
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json

    with open_services() as services:
        tried = send_trial(services, address, clock.now(), user(), key)
    if as_json:
        echo_json({"key": tried.key, "text": tried.text, "taken": tried.is_good})
    else:
        typer.echo(tried.text)
    if not tried.is_good:
        raise typer.Exit(1)


def say_trial_arrived(
    lost: Annotated[bool, typer.Option("--lost", help="Den kom ikke frem.")] = False,
    by: By = None,
) -> None:
    """Sig, at den sidste prøvemail kom frem, eller at den ikke gjorde.

    Eksempel:

      udmelding outbox arrived
    """
    from udmelding import clock
    from udmelding.casework.mail.trial import say_arrived, trial_now
    from udmelding.casework.wiring import open_services
    from udmelding.errors import RefusedError
    from udmelding.journal.database import reading

    with open_services() as services:
        with reading(services.engine) as session:
            trial = trial_now(session, services.settings)
        if trial is None:
            raise RefusedError("Der er ikke sendt en prøvemail. Send en med «outbox test».")
        say_arrived(services, trial.key, stamp(clock.now(), by), has_arrived=not lost)
    typer.echo(f"Prøvemailen til {trial.address} kom {'ikke ' if lost else ''}frem.")


def pause(
    reason: Annotated[str, typer.Option("--reason", metavar="TEKST", help="Hvorfor.")] = "",
) -> None:
    """Stop al udsendelse på én gang, også den, der er i gang. Mails skrives stadig, men venter.

    Eksempel:

      udmelding outbox pause --reason "forkert adresseliste"
    """
    from udmelding import clock
    from udmelding.casework.mail.brakes import stop_sending
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        typer.echo(stop_sending(services, reason, clock.now(), user()))


def resume() -> None:
    """Genoptag udsendelsen. Det, der venter og stadig er aktuelt, sendes.

    Eksempel:

      udmelding outbox resume
    """
    from udmelding import clock
    from udmelding.casework.mail.brakes import resume_sending
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        typer.echo(resume_sending(services, clock.now(), user()))
