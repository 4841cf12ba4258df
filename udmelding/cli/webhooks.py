"""``udmelding webhook …``: programs that are told when something is recorded."""

from __future__ import annotations

from typing import Annotated

import typer

from udmelding.cli.options import AsJson, By, ConfirmNoCpr, stamp

app = typer.Typer(help="Webhooks: programmer, der får besked, når noget sker.")

Number = Annotated[int, typer.Argument(metavar="NR", help="Se det med «udmelding webhook list».")]


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAVN", help="Hvem der får besked.")],
    url: Annotated[str, typer.Argument(metavar="ADRESSE", help="Hvor beskederne sendes hen.")],
    event: Annotated[
        list[str] | None,
        typer.Option("--event", metavar="ORD", help="fx decision eller mail.failed; ellers alt."),
    ] = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
) -> None:
    """Tilføj en webhook. Hemmeligheden vises kun denne ene gang.

    Eksempel:

      udmelding webhook add "sagssystem" https://esdh.example/udmelding --event decision
    """
    from udmelding import clock
    from udmelding.casework.webhooks.setup import add_webhook
    from udmelding.casework.wiring import open_services

    made = stamp(clock.now(), by)
    with open_services() as services:
        hook = add_webhook(
            services, name=name, url=url, events=event or [], by=made.by, now=made.now
        )
    typer.echo(f"Webhook {hook.id} er tilføjet. Hemmeligheden vises kun nu:", err=True)
    typer.echo(hook.secret)


@app.command("list")
def list_webhooks(as_json: AsJson = False) -> None:
    """Vis alle webhooks, og hvordan det sidst gik.

    Eksempel:

      udmelding webhook list
    """
    from udmelding.casework.webhooks.setup import all_webhooks
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.rules.case.glossary import label

    with open_services() as services:
        found = all_webhooks(services)
    if as_json:
        echo_json(
            [
                {
                    "id": seen.hook.id,
                    "name": seen.hook.name,
                    "url": seen.hook.url,
                    "events": list(seen.hook.events),
                    "active": seen.hook.is_active,
                    "last": {
                        "id": seen.last.event,
                        "kind": seen.last.kind,
                        "state": seen.last.state.value,
                        "status": seen.last.status,
                        "attempts": seen.last.attempts,
                        "outcome": seen.last.outcome,
                    }
                    if seen.last
                    else None,
                }
                for seen in found
            ]
        )
        return
    if not found:
        typer.echo("Der er ingen webhooks.")
        return
    shown = show.table("Nr.", "Navn", "Adresse", "Hændelser", "Slået til", "Sidst", right=(0,))
    for seen in found:
        last = seen.last
        shown.add_row(
            str(seen.hook.id),
            seen.hook.name,
            seen.hook.url,
            ", ".join(seen.hook.events) or "alle",
            "ja" if seen.hook.is_active else "nej",
            f"{label(last.state)}. {last.outcome}".strip() if last else "–",
        )
    show.console.print(shown)


@app.command("test")
def try_it(number: Number, by: By = None) -> None:
    """Send en testhændelse, og vis, hvordan den blev modtaget.

    Eksempel:

      udmelding webhook test 3
    """
    from models import DeliveryState
    from udmelding import clock
    from udmelding.casework.webhooks.setup import how_it_went, send_test
    from udmelding.casework.wiring import open_services
    from udmelding.errors import OutsideError

    made = stamp(clock.now(), by)
    with open_services() as services:
        sent = send_test(services, number, by=made.by, now=made.now)
    if sent.state is not DeliveryState.DELIVERED:
        raise OutsideError(how_it_went(sent), is_temporary=True)
    typer.echo(how_it_went(sent))


@app.command("remove")
def remove(number: Number, by: By = None) -> None:
    """Fjern en webhook og alt, der venter på at blive sendt til den.

    Eksempel:

      udmelding webhook remove 3
    """
    from udmelding import clock
    from udmelding.casework.webhooks.setup import remove_webhook
    from udmelding.casework.wiring import open_services

    made = stamp(clock.now(), by)
    with open_services() as services:
        name = remove_webhook(services, number, by=made.by, now=made.now)
    typer.echo(f"Webhooken «{name}» er fjernet.")


@app.command("deliver")
def deliver(as_json: AsJson = False) -> None:
    """Send de hændelser, der venter. Det sker ellers af sig selv sammen med mails.

    Eksempel:

      udmelding webhook deliver
    """
    from udmelding import clock
    from udmelding.casework.webhooks.webhooks import FATES, deliver_webhooks
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json

    with open_services() as services:
        fates = deliver_webhooks(services, clock.now())
    if as_json:
        echo_json({fate.value: count for fate, count in fates.items()})
    elif fates:
        typer.echo(", ".join(f"{count} {FATES[fate]}" for fate, count in fates.items()) + ".")
    else:
        typer.echo("Der er ingen hændelser at sende.")
