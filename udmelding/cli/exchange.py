"""The lists that somebody takes along: the tables of the pages, in a terminal or as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from udmelding.cli.options import AsJson, AsOf, OptionalReference, moment_as_of
from udmelding.rules.exchange.listing import Cell, Listing, Word
from udmelding.rules.status.glance import Glance

Which = Annotated[
    Word, typer.Argument(metavar="LISTE", help="skylder, trin, aabne-sager, til-tiden.")
]
Year = Annotated[
    int | None, typer.Option("--year", metavar="N", help="Året, som «til-tiden» er for.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FIL", help="Filen, der skrives som Excel.")
]


def lists(
    which: Which,
    reference: OptionalReference = None,
    year: Year = None,
    as_of: AsOf = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Vis en liste at tage med på møde, eller skriv den som Excel.

    Med en sag er den for sagen, ellers for alle sager.

    Eksempler:

      udmelding lists skylder CU-GRAVIDE-2025 --output skylder.xlsx

      udmelding lists til-tiden --year 2024
    """
    from udmelding.casework.exchange.lists import case_listing, listing_across
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, echo_json, one_case, write_output
    from udmelding.documents.exchange import workbook_of
    from udmelding.rules.exchange.listing import Seen
    from udmelding.rules.status.status import status

    check_output(output)
    at, knows_people = moment_as_of(as_of), as_of is None
    with open_services() as services:
        if reference is not None:
            case = one_case(reference, at)
            seen = Seen(case, status(case, at.date()))
            made = case_listing(services, seen, which, knows_people=knows_people)
        else:
            made = listing_across(services, which, at, knows_people=knows_people, year=year)
    if output is not None:
        write_output(output, workbook_of(made, at))
        typer.echo(f"Skrevet: {output}")
    elif as_json:
        echo_json(values_of(made))
    else:
        _show(made)


def values_of(made: Listing) -> dict[str, object]:
    """The list as JSON: each row by the heads of its columns."""
    return {
        "title": made.title,
        "about": made.about,
        "as_of": made.as_of.isoformat(),
        "tables": [
            {
                "title": table.title,
                "rows": [
                    {
                        column.title: _value(value)
                        for column, value in zip(table.columns, row.cells, strict=True)
                    }
                    for row in table.rows
                ],
            }
            for table in made.tables
        ],
    }


def _value(value: Cell) -> str | int | None:
    if isinstance(value, Glance):
        return f"{value.sign} {value.words(lambda day: day.isoformat())}"
    return value if value is None or isinstance(value, (str, int)) else value.isoformat()


def _show(made: Listing) -> None:
    from udmelding.cli import case as show
    from udmelding.rules.exchange.listing import Holds
    from udmelding.rules.words.date_wording import short_date

    def text(value: Cell) -> str:
        if isinstance(value, Glance):
            return f"{value.sign} {value.words(short_date)}"
        if value is None or isinstance(value, (str, int)):
            return "" if value is None else str(value)
        return short_date(value)

    show.heading(f"{made.title}: {made.about}")
    show.console.print(made.made_on)
    for table in made.tables:
        show.heading(table.title)
        right = [at for at, one in enumerate(table.columns) if one.holds is Holds.NUMBER]
        shown = show.table(*(column.title for column in table.columns), right=right)
        for row in table.rows:
            shown.add_row(*map(text, row.cells))
        show.console.print(shown if table.rows else table.empty)
        if table.note:
            show.console.print(table.note, style="dim")
