"""``udmelding handover``: a contact leaves, and all that is open goes over to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from udmelding.cli.options import AsJson, By, ConfirmNoCpr, Today, moment_of_action, stamp
from udmelding.cli.recording.changes import DryRun
from udmelding.rules.case.glossary import label
from udmelding.rules.words.date_wording import short_date

if TYPE_CHECKING:
    from udmelding.casework.mail.handover import Handover


def handover(
    municipality: Annotated[
        str, typer.Argument(metavar="KOMMUNE", help="Kommunens navn eller kode.")
    ],
    leaving: Annotated[str, typer.Option("--from", metavar="ADRESSE", help="Den, der stopper.")],
    to: Annotated[str, typer.Option("--to", metavar="ADRESSE", help="Den, der overtager.")],
    name: Annotated[
        str, typer.Option("--name", metavar="NAVN", help="Navn på den, der overtager.")
    ],
    dry_run: DryRun = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Overdrag alt det åbne fra en kontakt, der stopper, til en anden.

    Rollerne går over fra i dag, links til den, der stopper, lukkes, mails, der ikke er sendt, går
    til den nye, og den nye får én mail om det, der er åbent. Med --dry-run vises det, og intet
    gøres.

    Eksempel:

      udmelding handover Greve --from a@greve.example --to b@greve.example --name "Bo" --dry-run
    """
    from udmelding.casework.mail.handover import Wish, hand_over, plan_of
    from udmelding.casework.parties.contact_tables import party_named
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json

    now = moment_of_action(today)
    wish = Wish(party=party_named(municipality), leaving=leaving, name=name, email=to)
    with open_services() as services:
        plan = plan_of(services, wish, now)
        mail = "" if dry_run else hand_over(services, wish, stamp(now, by), plan.seen).mail
    if as_json:
        echo_json(
            {
                "roles": [contact.role.value for contact in plan.contacts],
                "matters": [
                    {"reference": one.reference, "wanted": one.wanted, "due_on": one.due_on}
                    for one in plan.matters
                ],
                "closed_links": [link.id for _, link in (*plan.links, *plan.below)],
                "mails": [one.key for one in plan.mails],
                "written_again": [one.key for one in plan.stuck],
                "held": list(plan.held),
                "mail": mail,
            }
        )
        return
    _show(plan)
    if dry_run:
        typer.echo("Intet er gjort.")
    elif mail:
        typer.echo("Overdraget. Send mailen med: udmelding outbox deliver")
    else:
        typer.echo("Overdraget. Der var ikke noget åbent at skrive om.")


def _show(plan: Handover) -> None:
    for contact in plan.contacts:
        typer.echo(f"{label(contact.role)}: {contact.email} → {plan.wish.email}")
    for one in plan.matters:
        due = f"{short_date(one.due_on)}: {one.wanted}" if one.due_on else "intet skyldes lige nu"
        typer.echo(f"Åbent i {one.reference}: {due}")
    for reference in plan.held:
        typer.echo(f"{reference} er sat på pause og nævnes ikke i mailen.")
    for reference, link in (*plan.links, *plan.below):
        typer.echo(f"Link nr. {link.id} i {reference} til {link.made_for} lukkes.")
    for waiting in plan.mails:
        typer.echo(f"Mailen «{waiting.subject}» går til {plan.wish.email}.")
    for tried in plan.stuck:
        came = label(tried.state)
        typer.echo(f"Mailen «{tried.subject}» ({came}) skrives igen til {plan.wish.email}.")
