"""The paper on a case for a body's next meeting, as text or as a Word file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from udmelding.cli.options import AsOf, Reference, moment_as_of


def paper(
    reference: Reference,
    body: Annotated[
        str,
        typer.Argument(
            metavar="[ORGAN]", help="fx styregruppe, k17 eller kkr; ellers det næste planlagte."
        ),
    ] = "",
    meeting: Annotated[
        str | None,
        typer.Option("--meeting", metavar="DATO", help="Mødets dag; ellers organets næste møde."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FIL", help="Skriv en Word-fil (.docx)."),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Skriv sagsfremstillingen til et møde: resumé, indstilling, baggrund, bilag og oversigt.

    Eksempler:

      udmelding paper CU-GRAVIDE-2025 k17 --as-of 15/3-2025

      udmelding paper CU-DOMFAELDTE-2024 styregruppe --as-of 10/1-2025 --output sag.docx
    """
    from udmelding import clock
    from udmelding.casework.papers.meeting_papers import Asked, paper_of
    from udmelding.casework.services import open_services
    from udmelding.cli.files import check_output, write_output
    from udmelding.documents.meeting_paper_text import meeting_paper_text
    from udmelding.errors import RefusedError
    from udmelding.rules.words.danish_dates import Direction, read_day

    check_output(output)
    if meeting and not body:
        raise RefusedError("Skriv også, hvilket organ der holder mødet.")
    moment = moment_as_of(as_of)
    day = read_day(meeting, today=moment.date(), direction=Direction.COMING) if meeting else None
    with open_services() as services:
        made = paper_of(services, reference, moment, Asked(body, day))
        author = services.settings.secretariat.name
    if output is None:
        typer.echo(meeting_paper_text(made), nl=False)
        return
    from udmelding.documents.papers.meeting_paper import meeting_paper_docx

    write_output(output, meeting_paper_docx(made, author, clock.now()))
    typer.echo(f"Sagsfremstillingen til {made.venue.title} er skrevet til {output}.")
