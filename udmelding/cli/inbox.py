"""``udmelding post …``: mail that came in, from the mailbox or from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding.cli.options import AsJson, By
from udmelding.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    pass

app = typer.Typer(help="Indkommen post: hent den, og se, hvad der venter.", no_args_is_help=True)

MOST_BYTES = 60 * 1024**2


@app.command("read")
def read_now() -> None:
    """Hent nye mails fra postkassen (afsnittet [mailbox] i indstillingerne).

    Eksempel:

      udmelding post read
    """
    from udmelding import clock
    from udmelding.casework.inbox.mailbox import read_mailbox
    from udmelding.casework.wiring import open_services
    from udmelding.rules.inbox.post_wording import counted_words

    with open_services() as services:
        if not services.settings.mailbox.host:
            raise RefusedError("Der er ingen postkasse. Sæt den op under [mailbox].")
        found = read_mailbox(services, clock.now())
    typer.echo(counted_words(found))


@app.command("receive")
def receive_files(
    files: Annotated[list[Path], typer.Argument(metavar="FIL…", help="Mails som .eml-filer.")],
) -> None:
    """Læs mails ind fra filer, fx trukket ud af et mailprogram.

    Eksempel:

      udmelding post receive svar.eml
    """
    from udmelding import clock
    from udmelding.casework.inbox.receiving import receive
    from udmelding.casework.wiring import open_services
    from udmelding.rules.inbox.post_wording import counted_words

    for file in files:
        if not file.is_file():
            raise NotFoundError("fil", str(file))
        if file.stat().st_size > MOST_BYTES:
            raise RefusedError(f"Filen «{file.name}» er for stor til at være en mail.")
    with open_services() as services:
        found = receive(services, (file.read_bytes() for file in files), clock.now())
    typer.echo(counted_words(found))


@app.command("list")
def list_waiting(as_json: AsJson = False) -> None:
    """Vis de mails, der venter på, at nogen siger, hvad de betyder, ældste først.

    Også mails med låste filer er med, til nogen har afgjort, om filerne indeholder et cpr-nummer.

    Eksempel:

      udmelding post list
    """
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.journal.database import reading
    from udmelding.journal.inbox.shelves import Shelf, on_shelf
    from udmelding.rules.inbox.mail_files import locked_sentence

    with open_services() as services, reading(services.engine) as session:
        mails = on_shelf(session, Shelf.WAITING)
    if as_json:
        echo_json(
            [
                {
                    "key": mail.key,
                    "received_at": mail.received_at,
                    "sender": mail.sender,
                    "subject": mail.subject,
                    "reference": mail.reference,
                    "step": mail.step,
                    "party": mail.party,
                    "suggestion": mail.suggestion,
                    "state": mail.state,
                    "locked_files": mail.locked_files,
                }
                for mail in mails
            ]
        )
        return
    for mail in mails:
        where = f"{mail.reference} {mail.party}" if mail.reference else "uden sag"
        typer.echo(f"{mail.received_at:%d.%m.%Y %H:%M}  {mail.sender}  {where}")
        typer.echo(f"    {mail.subject}")
        if mail.locked_files:
            typer.echo(f"    ! {locked_sentence(mail.locked_files)}")
            typer.echo(f"    udmelding post files {mail.key[:12]}")
    if not mails:
        typer.echo("Ingen post venter.")


Key = Annotated[
    str, typer.Argument(metavar="NØGLE", help="Mailens nøgle eller begyndelsen af den.")
]


@app.command("files")
def list_files(key: Key, as_json: AsJson = False) -> None:
    """Vis en mails filer: hvad der er fundet i dem, og hvad der er afgjort.

    Eksempel:

      udmelding post files 3f6c1b
    """
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.journal.database import reading
    from udmelding.journal.inbox import incoming
    from udmelding.rules.inbox.mail_files import file_sentence, state_of

    with open_services() as services, reading(services.engine) as session:
        files = incoming.find_by_start(session, key).attachments
    if as_json:
        echo_json(
            [{**file, "number": n, "state": state_of(file)} for n, file in enumerate(files, 1)]
        )
        return
    for number, file in enumerate(files, start=1):
        typer.echo(f"{number}  {file['file_name']}  {file['size']} byte")
        if said := file_sentence(file):
            typer.echo(f"   {said}")
    if not files:
        typer.echo("Mailen har ingen filer.")


@app.command("decide")
def decide_files(
    key: Key,
    numbers: Annotated[
        list[int], typer.Argument(metavar="NR…", help="Filernes numre i «udmelding post files».")
    ],
    no_cpr: Annotated[
        bool, typer.Option("--no-cpr", help="Du har set efter: der er intet cpr-nummer i dem.")
    ] = False,
    delete: Annotated[
        bool,
        typer.Option("--delete", help="De indeholder et cpr-nummer: slet dem. Kan ikke fortrydes."),
    ] = False,
    by: By = None,
) -> None:
    """Afgør låste filer: giv dem fri, eller slet dem fra disken.

    Filerne ses på mailens side. Sletning kan ikke fortrydes, og mailen, som den kom, slettes med.
    Mailen i sekretariatets postkasse skal I selv slette.

    Eksempler:

      udmelding post decide 3f6c1b 1 --no-cpr

      udmelding post decide 3f6c1b 2 3 --delete --by "Anna Holm"
    """
    from udmelding import clock
    from udmelding.casework.inbox.locked import decide
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import stamp
    from udmelding.journal.database import reading
    from udmelding.journal.inbox import incoming

    if no_cpr is delete:
        raise RefusedError("Vælg enten --no-cpr eller --delete.")
    with open_services() as services:
        with reading(services.engine) as session:
            found = incoming.find_by_start(session, key).key
        said = dict.fromkeys((number - 1 for number in numbers), delete)
        typer.echo(decide(services, found, said, stamp(clock.now(), by)))


@app.command("minutes")
def read_minutes(
    key: Key,
    number: Annotated[
        int | None, typer.Argument(metavar="[NR]", help="Linkets nummer, hvis mailen har flere.")
    ] = None,
    by: By = None,
) -> None:
    """Hent og læs det referat, et link i en mail fører til, og foreslå, hvad mailen betyder.

    Referatet gemmes som fil ved mailen. Beslutningen registreres først, når nogen siger det på
    mailens side.

    Eksempler:

      udmelding post minutes 3f6c1b

      udmelding post minutes 3f6c1b 2
    """
    from udmelding import clock
    from udmelding.casework.inbox.linked_minutes import links_of, read_linked
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import stamp
    from udmelding.journal.database import reading
    from udmelding.journal.inbox import incoming
    from udmelding.rules.inbox.post_wording import suggestion_sentence

    with open_services() as services:
        with reading(services.engine) as session:
            mail = incoming.find_by_start(session, key)
        links = links_of(mail)
        if not links:
            raise RefusedError("Der er ingen links i mailen.")
        if number is None and len(links) > 1:
            listed = "\n".join(f"{n}  {link}" for n, link in enumerate(links, 1))
            raise RefusedError(f"Mailen har flere links. Skriv nummeret på ét af dem:\n{listed}")
        typer.echo(
            read_linked(
                services, mail.key, (1 if number is None else number) - 1, stamp(clock.now(), by)
            )
        )
        with reading(services.engine) as session:
            typer.echo(suggestion_sentence(incoming.get(session, mail.key).suggestion))
