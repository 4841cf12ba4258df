"""``udmelding init`` and ``check``: make the home, see whether it is as it should be, close it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from udmelding.cli.options import AsJson, echo_json, stamp

if TYPE_CHECKING:
    from udmelding.rules.service import Finding


def init(
    for_practice: Annotated[
        bool,
        typer.Option("--for-practice", help="Til øvelse: sager kan startes uden en prøvemail."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Lav mappen og databasen, eller bring en ældre database op til denne version.

    Mappen vælges med miljøvariablen UDMELDING_HOME. Den og alt i den bliver ejerens alene: har
    andre brugere på maskinen adgang, lukkes der for det, og det siges.

    Eksempel:

      UDMELDING_HOME=/srv/udmelding udmelding init
    """
    from udmelding import clock
    from udmelding.casework import own
    from udmelding.casework.inbox.locked import tidy
    from udmelding.casework.service import examine_files
    from udmelding.casework.wiring import made_services
    from udmelding.config.own import FILE
    from udmelding.config.settings import load_settings
    from udmelding.journal.database import HEAD

    with made_services(load_settings(is_warning=False)) as services:
        settings = services.settings
        where = services.engine.url.render_as_string(hide_password=True)
        tidy(services)
        if for_practice:
            seen = own.numbers(services, [FILE])[FILE]
            made = stamp(clock.now(), None)
            own.change_settings(services, {("is_for_practice",): True}, made, seen=seen)
    found = examine_files(settings, is_closing=True)
    if as_json:
        values = {"home": str(settings.home), "database": where, "schema": HEAD}
        echo_json(values | {"findings": _values(found)})
        return
    typer.echo(f"Klar. Data ligger i {settings.home}.")
    typer.echo(f"Database: {where} (skema {HEAD}).")
    show_findings(found)
    typer.echo("Det næste: lav en bruger med «udmelding user add», og kør «udmelding serve».")


def check(
    documents: Annotated[
        bool,
        typer.Option("--documents", help="Læs hvert dokument helt igennem; det kan tage tid."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Se efter, om alt er, som det skal være, og luk for andres adgang til filerne.

    Ser på mappen (UDMELDING_HOME), hvem der kan læse den, opsætningsfilen, virusscanneren (hvis en
    er sat op), databasen og de gemte dokumenter. ✓ er i orden eller rettet, ! skal du gøre noget
    ved. Koden er 0, når der intet er at gøre, ellers 1. Andet end adgangen til programmets egne
    filer ændres ikke.

    Eksempel:

      udmelding check --documents
    """
    from udmelding.casework.service import examine
    from udmelding.config.settings import load_settings
    from udmelding.rules.service import is_all_right

    settings = load_settings(is_warning=False)
    found = examine(settings, is_closing=True, is_whole=documents)
    is_right = is_all_right(found)
    if as_json:
        echo_json({"home": str(settings.home), "is_right": is_right, "findings": _values(found)})
    else:
        show_findings(found)
    if not is_right:
        raise typer.Exit(1)


def show_findings(found: Iterable[Finding]) -> None:
    """One line for each, with a sign before it."""
    from udmelding.rules.service import State

    signs = {State.RIGHT: "✓", State.REPAIRED: "✓ Rettet:", State.TO_DO: "!"}
    for finding in found:
        typer.echo(f"{signs[finding.state]} {finding.text}")


def _values(found: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {"about": finding.about.value, "state": finding.state.value, "text": finding.text}
        for finding in found
    ]
