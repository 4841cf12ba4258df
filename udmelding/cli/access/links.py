"""``udmelding link …``: the personal links of a case, closed and opened again."""

from __future__ import annotations

from typing import Annotated

import typer

from udmelding.cli.options import AsJson, By, Reference, Today, moment_of_action, stamp

app = typer.Typer(help="Personlige links: se dem, luk dem, og åbn dem igen.", no_args_is_help=True)

Number = Annotated[
    int, typer.Argument(metavar="NR", help="Linkets nummer, se det med «udmelding link list».")
]


@app.command("list")
def list_links(reference: Reference, as_json: AsJson = False, today: Today = None) -> None:
    """Vis en sags personlige links, nyeste først. Selve linkene vises aldrig.

    Eksempel:

      udmelding link list CU-GRAVIDE-2025
    """
    from udmelding.casework.access.own_pages import as_they_count
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.options import echo_json
    from udmelding.journal.access.party_links import last_turns, links_of
    from udmelding.journal.case.header import find
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading
    from udmelding.rules.access.links import ends_at, is_over
    from udmelding.rules.words.date_wording import short_date

    now = moment_of_action(today)
    with open_services() as services, reading(services.engine) as session:
        case = load(session, reference, now)
        known = links_of(session, find(session, reference).id)
        found = as_they_count(services.settings, known)
        turns = last_turns(session, [link.id for link in found])
    ends = {link.id: ends_at(case, link.expires_at) for link in found}
    lines = [
        (link, link.works(now) and not is_over(ends[link.id], now), turns.get(link.id))
        for link in found
    ]
    if as_json:
        echo_json(
            [
                {
                    "id": link.id,
                    "party": link.party,
                    "made_for": link.made_for,
                    "made_from": link.parent_id,
                    "works": works,
                    "ends": end.isoformat() if (end := ends[link.id]) else None,
                    "used": link.used_at.isoformat() if link.used_at else None,
                    "closed": link.ended_at.isoformat() if link.ended_at else None,
                    "turned_by": turn.by if turn else None,
                }
                for link, works, turn in lines
            ]
        )
        return
    names = {party.party: party.name for party in case.parties}
    shown = show.table("Nr.", "Kommune", "Til", "Virker", "Sidst brugt", "Lukket/åbnet", right=(0,))
    for link, works, turn in lines:
        act = (
            f"{'åbnet' if turn.is_open else 'lukket'} {short_date(turn.at.date())} af {turn.by}"
            if turn
            else ""
        )
        shown.add_row(
            str(link.id),
            names.get(link.party, link.party),
            link.made_for,
            "ja" if works else "nej",
            show.day(link.used_at.date() if link.used_at else None),
            act,
        )
    show.console.print(shown)


@app.command("close")
def close(reference: Reference, number: Number, by: By = None, today: Today = None) -> None:
    """Luk et personligt link. Links, der er lavet ud fra det, lukkes med.

    Eksempel:

      udmelding link close CU-GRAVIDE-2025 12
    """
    from udmelding.casework.access.links import close_link
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        typer.echo(close_link(services, reference, number, stamp(moment_of_action(today), by)))


@app.command("open")
def reopen(reference: Reference, number: Number, by: By = None, today: Today = None) -> None:
    """Åbn et lukket personligt link igen. Det virker så længe, som det først blev lavet til.

    Eksempel:

      udmelding link open CU-GRAVIDE-2025 12
    """
    from udmelding.casework.access.links import reopen_link
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        typer.echo(reopen_link(services, reference, number, stamp(moment_of_action(today), by)))
