"""``udmelding outbox …``: what is to be sent, what was sent, and sending it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import uuid4

import typer

from udmelding.cli.mail import brakes
from udmelding.cli.options import (
    AsJson,
    AsOf,
    By,
    ConfirmNoCpr,
    Reference,
    Today,
    moment_as_of,
    moment_of_action,
    stamp,
)
from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import label, member

app = typer.Typer(help="Mails: se, hvad der venter og er sendt, og send det.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="NØGLE", help="Mailens nøgle, se «outbox list».")]


@app.command("list")
def list_mails(
    reference: Annotated[str | None, typer.Argument(metavar="[REF]")] = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="ORD", help="fx venter, afvist.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Vis mails, ældste først, og hvor mange der er af hver slags.

    Eksempel:

      udmelding outbox list CU-GRAVIDE-2025 --state venter
    """
    from models import OutboxState
    from udmelding import clock
    from udmelding.casework.case.as_json import mail_values
    from udmelding.casework.mail.fates import totals_in_words
    from udmelding.casework.mail.progress import progress_of
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.journal.case.header import find
    from udmelding.journal.database import reading
    from udmelding.journal.mail import outbox

    states = (member(OutboxState, state),) if state else ()
    with open_services() as services, reading(services.engine) as session:
        case_id = find(session, reference).id if reference else None
        mails = outbox.list_mails(session, announcement_id=case_id, states=states)
        progress = progress_of(session, mails, clock.now())
    if as_json:
        echo_json([mail_values(mail) | progress[mail.key].values for mail in mails])
    elif mails:
        show.show_mails(mails, progress)
        typer.echo(totals_in_words(mails, progress))
    else:
        typer.echo("Der er ingen mails.")


@app.command("coming")
def coming(reference: Reference, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis, hvad der sendes i en sag, hvornår og til hvem: i en kladde, når den startes.

    Er sagen sat på pause, vises det, der venter, og det, der sendes, når den tages op igen.

    Eksempel:

      udmelding outbox coming CU-GRAVIDE-2025
    """
    from dataclasses import asdict

    from udmelding.casework.mail.coming import coming_in, grouped
    from udmelding.casework.mail.leaving import leaving_in
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.journal.case.header import find
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading

    moment = moment_as_of(as_of)
    with open_services() as services, reading(services.engine) as session:
        case = load(session, reference, moment)
        header = find(session, reference)
        mails = coming_in(services, session, header, case, moment)
        leaving = leaving_in(services.settings, session, header, moment) if not as_of else ()
    if as_json:
        echo_json([asdict(mail) for mail in mails])
        return
    if case.is_paused:
        is_draft = "Sagen er en kladde." if case.is_draft else "Sagen er sat på pause."
        typer.echo(f"{is_draft} Intet sendes, før du kører: udmelding start {reference}")
    show.show_coming(grouped(mails))
    for one in leaving:
        now = f" Send dem nu med: udmelding outbox deliver {reference}" if one.may_go_now else ""
        typer.echo(f"{one.words}{now}")
    for mail in mails:
        if mail.overtaken:
            typer.echo(f"Sendes ikke: {label(mail.mail)} til {mail.name} ({mail.overtaken}).")


@app.command("show")
def show_mail(key: Key, as_json: AsJson = False) -> None:
    """Vis én mail, som den blev skrevet.

    Eksempel:

      udmelding outbox show CU-GRAVIDE-2025/collection/0360/invitation
    """
    from udmelding import clock
    from udmelding.casework.case.as_json import mail_values
    from udmelding.casework.mail.progress import progress_of
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.journal.database import reading
    from udmelding.journal.mail import outbox

    with open_services() as services, reading(services.engine) as session:
        mail = outbox.get(session, key)
        found = progress_of(session, [mail], clock.now())[key]
    if as_json:
        echo_json(mail_values(mail, whole=True) | found.values)
        return
    outcome = f" – {mail.outcome}" if mail.outcome else ""
    typer.echo(f"Til:      {', '.join(mail.recipients)}")
    if mail.copies:
        typer.echo(f"Kopi:     {', '.join(mail.copies)}")
    typer.echo(f"Emne:     {mail.subject}")
    came = ", ".join(filter(None, (found.furthest.words, found.gathered)))
    typer.echo(f"Tilstand: {came}{outcome}")
    typer.echo(f"Skrevet:  {mail.created_at:%d.%m.%Y %H:%M}")
    if mail.finished_at:
        typer.echo(f"Afsluttet: {mail.finished_at:%d.%m.%Y %H:%M}")
    typer.echo("")
    typer.echo(mail.text)


@app.command("letters")
def letters(reference: Reference, as_json: AsJson = False, today: Today = None) -> None:
    """Vis de breve i en sag, der er skrevet som kladde og venter på, at en af jer frigiver dem.

    Eksempel:

      udmelding outbox letters CU-GRAVIDE-2025
    """
    from udmelding.casework.case.as_json import mail_values
    from udmelding.casework.papers.letters_released import letter_drafts
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading

    now = moment_of_action(today)
    with open_services() as services:
        with reading(services.engine) as session:
            case = load(session, reference, now)
        drafts = letter_drafts(services, case, now)
    if as_json:
        echo_json(
            [
                mail_values(draft.outbox_mail, whole=True)
                | {
                    "key": draft.due.key,
                    "enclosed": [one.title for one in draft.enclosures if one.is_chosen],
                }
                for draft in drafts
            ]
        )
        return
    for draft in drafts:
        mail = draft.outbox_mail
        typer.echo(f"Nøgle:   {draft.due.key}")
        typer.echo(f"Til:     {', '.join(mail.recipients) or 'mailadressen mangler'}")
        typer.echo(f"Emne:    {mail.subject}")
        for one in draft.enclosures:
            if one.is_chosen:
                typer.echo(f"Vedlagt: {one.title}")
        typer.echo(f"\n{mail.text}")
    if not drafts:
        typer.echo("Der venter ingen breve i sagen.")


@app.command("release")
def release_letter(key: Key, by: By = None, today: Today = None) -> None:
    """Frigiv et brev, der venter, og send det. Læs det først med «outbox letters».

    Eksempel:

      udmelding outbox release CU-GRAVIDE-2025/submission/agency/report
    """
    from udmelding.casework.papers.letters_released import release
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        fate = release(services, key, stamp(moment_of_action(today), by))
    typer.echo(fate.text)
    if not fate.is_good:
        raise typer.Exit(1)


@app.command("elsewhere")
def sent_elsewhere(
    key: Key,
    how: Annotated[
        str, typer.Option("--how", metavar="TEKST", help="Hvem der sendte det, og hvordan.")
    ],
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Skriv, at et brev er sendt uden for systemet. Det sendes så ikke herfra.

    Eksempel:

      udmelding outbox elsewhere CU-GRAVIDE-2025/submission/agency/report --how "formændenes mail"
    """
    from udmelding.casework.papers.letters_released import send_elsewhere
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        send_elsewhere(services, key, how, stamp(moment_of_action(today), by))
    typer.echo("Det er noteret, at brevet er sendt uden for systemet. Herfra sendes intet.")


@app.command("deliver")
def deliver(
    reference: Annotated[
        str | None,
        typer.Argument(metavar="[REF]", help="Sagen, hvis invitationer skal sendes nu."),
    ] = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Send det, der venter.

    Nye invitationer venter en halv time på andre sagers. Med en sag sendes dens nu.

    Eksempler:

      udmelding outbox deliver

      udmelding outbox deliver CU-GRAVIDE-2025
    """
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.engine import run_deliver
    from udmelding.cli.options import echo_json
    from udmelding.journal.database import reading
    from udmelding.journal.mail import outbox
    from udmelding.journal.mail.sending_pause import pause_at

    now = moment_of_action(today)
    if reference is not None:
        _send_now(reference, now, as_json=as_json)
        return
    with open_services() as services, reading(services.engine) as session:
        is_idle, stopped = outbox.is_idle(session, now), pause_at(session)
    if stopped is not None:
        why = f": {stopped.reason}" if stopped.reason else ""
        raise RefusedError(
            f"Al udsendelse er stoppet af {stopped.by} {stopped.since:%d.%m.%Y %H:%M}{why}. "
            "Genoptag den med «udmelding outbox resume»."
        )
    fates = {} if is_idle else run_deliver(now)
    if as_json:
        echo_json(fates)
    elif fates:
        show.show_fates(fates)
    else:
        typer.echo("Der er ingen mails at sende.")


def _send_now(reference: str, now: dt.datetime, *, as_json: bool) -> None:
    from udmelding.casework.mail.leaving import send_invitations_now
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json

    with open_services() as services:
        told, is_good = send_invitations_now(services, reference, now, f"cli-{uuid4().hex[:12]}")
    echo_json({"text": told, "is_good": is_good}) if as_json else typer.echo(told)
    if not is_good:
        raise typer.Exit(1)


@app.command("resolve")
def resolve(
    key: Annotated[
        str, typer.Argument(metavar="[NØGLE]", help="Mailens nøgle, se «outbox list».")
    ] = "",
    sent: Annotated[bool, typer.Option("--sent", help="Mailen er nået frem.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Mailen skal sendes igen.")] = False,
    all_held: Annotated[
        bool, typer.Option("--all", help="Afgør alle tilbageholdte mails på én gang.")
    ] = False,
    today: Today = None,
) -> None:
    """Afgør tilbageholdte eller afviste mails: nåede de frem, eller skal de sendes igen?

    Eksempler:

      udmelding outbox resolve CU-GRAVIDE-2025/collection/0360/invitation --sent

      udmelding outbox resolve --all --again
    """
    from udmelding.casework.mail.fresh_links import resolve as settle_mail
    from udmelding.casework.mail.fresh_links import resolve_all, resolved_in_words
    from udmelding.casework.wiring import open_services

    if sent == again:
        raise RefusedError("Skriv enten --sent (den er nået frem) eller --again (send igen).")
    if bool(key) == all_held:
        raise RefusedError("Skriv enten mailens nøgle eller --all (alle tilbageholdte).")
    now, count = moment_of_action(today), 1
    with open_services() as services:
        if all_held:
            count = resolve_all(services, now, was_sent=sent)
        else:
            settle_mail(services, key, now, was_sent=sent)
    typer.echo(resolved_in_words(count, was_sent=sent))


for _name, _command in (
    ("test", brakes.send_trial_mail),
    ("arrived", brakes.say_trial_arrived),
    ("pause", brakes.pause),
    ("resume", brakes.resume),
):
    app.command(_name)(_command)
