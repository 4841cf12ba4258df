"""The commands that act: advance, daily, demo. They run Prefect flows."""

from __future__ import annotations

import typer

from udmelding.cli.case import show_fates
from udmelding.cli.options import AsJson, Reference, Today, moment_of_action


def advance(reference: Reference, today: Today = None, as_json: AsJson = False) -> None:
    """Gør alt det, der er tid til i én sag, og send de mails, det giver.

    Kan køres så tit, det skal være: det, der er gjort, gøres ikke igen.

    Eksempel:

      udmelding advance CU-GRAVIDE-2025
    """
    from udmelding.casework.due.waiting import attention
    from udmelding.casework.wiring import open_services
    from udmelding.cli.engine import run_deliver, run_lifecycle
    from udmelding.cli.options import echo_json
    from udmelding.journal.case.header import find
    from udmelding.journal.database import reading

    now = moment_of_action(today)
    with open_services() as services, reading(services.engine) as session:
        reference = find(session, reference).reference
    done = run_lifecycle(reference, now)
    mails = run_deliver(now)
    with open_services() as services:
        to_look_at = attention(services, reference, now)
    if as_json:
        echo_json({"done": done, "mails": mails, "attention": list(to_look_at)})
        return
    typer.echo(f"{reference}: {done} ting gjort.")
    show_fates(mails)
    for line in to_look_at:
        typer.echo(f"! {line}")


def daily(today: Today = None, as_json: AsJson = False) -> None:
    """Dagens gennemgang: gør alt det, der er tid til i alle sager, og send mails.

    Springer weekender og helligdage over. Er der intet at gøre, startes der ingenting.

    Eksempel:

      udmelding daily --today 10/3-2025
    """
    from udmelding.casework.desk.weekly_mail import is_week_due
    from udmelding.casework.due.waiting import waiting_cases
    from udmelding.casework.report.comment_mails import has_open_rounds
    from udmelding.casework.wiring import open_services
    from udmelding.cli.engine import run_daily
    from udmelding.cli.options import echo_json
    from udmelding.journal.database import reading
    from udmelding.journal.mail import outbox

    now = moment_of_action(today)
    with open_services() as services:
        cases = waiting_cases(services, now)
        with reading(services.engine) as session:
            is_idle = outbox.is_idle(session, now)
        has_mailbox = bool(services.settings.mailbox.host)  # what lies there nobody knows yet
        has_readers = has_open_rounds(services, now) or is_week_due(services, now)
    if not cases and is_idle and not has_mailbox and not has_readers:
        if as_json:
            echo_json({"skipped": "", "cases": [], "failed": [], "done": 0, "mails": {}})
        else:
            typer.echo("Der er intet at gøre i dag.")
        return
    day = run_daily(now)
    if as_json:
        echo_json(
            {
                "skipped": day.skipped,
                "cases": list(day.cases),
                "failed": list(day.failed),
                "done": day.done,
                "mails": day.mails or {},
            }
        )
    elif day.skipped:
        typer.echo(f"Intet gjort: {day.skipped}. Det tages op næste arbejdsdag.")
    else:
        typer.echo(f"{day.done} ting gjort i {len(day.cases)} sager.")
        show_fates(day.mails or {})
    if day.failed:
        typer.echo(f"! Fejlede: {', '.join(day.failed)}", err=True)
        raise typer.Exit(1)
