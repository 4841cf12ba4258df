"""``udmelding correct-mails``: one correction to exactly those who got a wrong mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

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
from udmelding.cli.recording.changes import DryRun, wants_to_save
from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import label, member

if TYPE_CHECKING:
    from udmelding.casework.mail.correcting import Corrigible
    from udmelding.journal.mail.outbox import OutboxMail


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
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Skriv uden at spørge.")] = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Ret mails, der var forkerte: skriv én rettelse til netop dem, der fik dem.

    Uden --kind vises, hvad der er sendt i sagen. Før rettelsen skrives, vises den færdige mail, og
    hvem der får den; med --dry-run kun det. Den samme mail rettes kun én gang, så kommandoen kan
    gentages.

    Eksempel:

      udmelding correct-mails CU-GRAVIDE-2025 --kind invitation --sent 3/3-2025 --dry-run
    """
    from models import MailKind
    from udmelding.casework.mail.correcting import (
        Round,
        correct,
        look_at_round,
        shown_correction,
    )
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
        said = (services, reference, found.round.id, wrong, right, told, found.seen)
        mails = shown_correction(*said) if not dry_run or wrong or right else ()
        if not as_json:
            _show_receivers(found)
            _show_mail(mails)
        is_written = not dry_run and wants_to_save(yes=yes or as_json, has_changes=True)
        keys = correct(*said) if is_written else ()
    if as_json:
        values = [
            {"key": one.key, "parties": list(one.names), "to": [*one.to, *one.copies]}
            for one in found.receivers
        ]
        shown = [{"key": mail.key, "subject": mail.subject, "text": mail.text} for mail in mails]
        told_others = {"written": list(keys), "others": dict(found.others)}
        echo_json({"receivers": values, "mails": shown, **told_others})
        return
    written = f"Rettelsen er skrevet til {len(keys)}. Send den med: udmelding outbox deliver"
    typer.echo(written if keys else "Intet er skrevet eller sendt.")


def _show_receivers(found: Corrigible) -> None:
    for one in found.receivers:
        typer.echo(f"Får rettelsen: {', '.join(one.names)} ({', '.join((*one.to, *one.copies))})")
    for name, why in found.others:
        typer.echo(f"Får den ikke: {name} ({why})")


def _show_mail(mails: Sequence[OutboxMail]) -> None:
    """The finished mail, as the first of its receivers gets it."""
    if not mails:
        return
    first, more = mails[0], len(mails) - 1
    typer.echo(f"\nTil:     {', '.join(first.recipients)}")
    if first.copies:
        typer.echo(f"Kopi:    {', '.join(first.copies)}")
    typer.echo(f"Emne:    {first.subject}")
    enclosed = ", ".join(file["file_name"] for file in first.attachments)
    typer.echo(f"Vedlagt: {enclosed or 'intet'}\n\n{first.text}")
    if more:
        typer.echo(f"De andre ({more}) får den samme mail med deres eget navn, link og emne.")


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
