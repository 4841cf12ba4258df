"""``udmelding correct-mails``: one correction to exactly those who got a wrong mail."""

from __future__ import annotations

from typing import Annotated

import typer

from udmelding.cli.options import (
    AsJson,
    By,
    ConfirmNoCpr,
    Reference,
    Today,
    moment_of_action,
    past_day,
    stamp,
)
from udmelding.cli.recording.changes import DryRun
from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import label, member


def correct_mails(
    reference: Reference,
    kind: Annotated[
        str, typer.Option("--kind", metavar="ORD", help="Hvilke mails, fx invitation.")
    ] = "",
    sent: Annotated[
        str, typer.Option("--sent", metavar="DATO", help="Den dag, de blev sendt.")
    ] = "",
    wrong: Annotated[
        str, typer.Option("--wrong", metavar="TEKST", help="Hvad der var forkert.")
    ] = "",
    right: Annotated[
        str, typer.Option("--right", metavar="TEKST", help="Hvad der er det rigtige.")
    ] = "",
    dry_run: DryRun = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Ret mails, der var forkerte: skriv én rettelse til netop dem, der fik dem.

    Uden --kind vises, hvad der er sendt i sagen. Med --dry-run vises, hvem der får rettelsen. Den
    samme mail rettes kun én gang, så kommandoen kan gentages.

    Eksempel:

      udmelding correct-mails CU-GRAVIDE-2025 --kind invitation --sent 3/3-2025 --dry-run
    """
    from models import MailKind
    from udmelding.casework.mail.correcting import Corrigible, Round, correct, look_at_round
    from udmelding.casework.wiring import Services, open_services
    from udmelding.cli.options import echo_json
    from udmelding.journal.case.header import find
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading

    now = moment_of_action(today)

    def looked_at(services: Services) -> Corrigible:
        asked = Round(member(MailKind, kind), past_day(sent, now), 0)
        with reading(services.engine) as session:
            case = load(session, reference, now)
            return look_at_round(session, find(session, reference), case, asked.id, now)

    if not kind:
        _show_rounds(reference, today)
        return
    if not sent:
        raise RefusedError("Skriv med --sent, hvilken dag mailene blev sendt.")
    with open_services() as services:
        found, told = looked_at(services), stamp(now, by)
        keys = (
            correct(services, reference, found.round.id, wrong, right, told, found.seen)
            if not dry_run
            else ()
        )
    if as_json:
        values = [
            {"key": one.key, "parties": list(one.names), "to": [*one.to, *one.copies]}
            for one in found.receivers
        ]
        echo_json({"receivers": values, "written": list(keys), "others": dict(found.others)})
        return
    for one in found.receivers:
        typer.echo(f"Får rettelsen: {', '.join(one.names)} ({', '.join((*one.to, *one.copies))})")
    for name, why in found.others:
        typer.echo(f"Får den ikke: {name} ({why})")
    written = f"Rettelsen er skrevet til {len(keys)}. Send den med: udmelding outbox deliver"
    typer.echo("Intet er skrevet eller sendt." if dry_run else written)


def _show_rounds(reference: str, today: str | None) -> None:
    from udmelding.casework.mail.correcting import rounds
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.journal.case.header import find
    from udmelding.journal.database import reading

    with open_services() as services, reading(services.engine) as session:
        found = rounds(session, find(session, reference), moment_of_action(today))
    shown = show.table("Sendt", "--kind", "Hvad", "Antal", right=(3,))
    for one in found:
        shown.add_row(show.day(one.sent_on), one.kind.value, label(one.kind), str(one.count))
    show.console.print(shown)
