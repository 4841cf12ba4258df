"""``udmelding papers …``: papers for meetings and councils, letters, and the records package.

``udmelding paper`` gives the paper for a body's next meeting, as text, as Word or as PDF.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import IO, Annotated, TypeVar

import typer

from udmelding.cli.options import AsOf, Reference, moment_as_of

app = typer.Typer(
    help="Papirer: til møder, kommuner, styrelsen og journalen.", no_args_is_help=True
)

Told = TypeVar("Told")

Out = Annotated[Path, typer.Option("--output", "-o", metavar="FIL", help="Filen, der skrives.")]


@app.command()
def council(
    reference: Reference,
    out: Out,
    municipality: Annotated[
        str | None,
        typer.Option(
            "--municipality",
            metavar="KOMMUNE",
            help="Kun denne kommune, som Word (.docx) eller PDF (.pdf).",
        ),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Også kommuner, som andre sekretariater spørger.")
    ] = False,
    as_of: AsOf = None,
) -> None:
    """Skriv sagsfremstillinger til kommunerne: samme indstilling, egne tal og egne datoer.

    Zip-filen har hver sagsfremstilling som Word og som PDF, og bilagene.

    Eksempler:

      udmelding papers council CU-GRAVIDE-2025 --output kommuner.zip

      udmelding papers council CU-GRAVIDE-2025 --municipality Lolland --output lolland.pdf
    """
    from udmelding.casework.papers.papers import (
        council_file,
        council_papers,
        council_zip,
        paper_ending,
    )
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output
    from udmelding.config.parties import find_municipality

    check_output(out)
    moment = moment_as_of(as_of)
    with open_services() as services:
        if municipality is None:
            count = _write(
                out,
                lambda file: council_zip(services, reference, moment, file, with_others=everyone),
            )
            typer.echo(f"{count} sagsfremstillinger er skrevet til {out}.")
            return
        ending, code = paper_ending(out.name), find_municipality(municipality).code
        paper = council_papers(services, reference, moment, with_others=True).of(code)
        write_output(out, council_file(services, paper, ending, moment).content)
        typer.echo(f"Sagsfremstillingen til {paper.municipality} er skrevet til {out}.")


@app.command()
def meeting(
    reference: Reference,
    out: Out,
    body: Annotated[
        str,
        typer.Option("--body", metavar="ORGAN", help="fx k17; ellers det næste planlagte møde."),
    ] = "",
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATO", help="Mødets dag; ellers det næste.")
    ] = None,
    item: Annotated[
        int, typer.Option("--item", metavar="NR", help="Punktets nummer på dagsordenen.")
    ] = 1,
    everyone: Annotated[
        bool, typer.Option("--all", help="Alle åbne sager, der kan komme på mødet.")
    ] = False,
    as_of: AsOf = None,
) -> None:
    """Skriv et mødes papirer: sagsfremstilling og bilag, navngivet som på en dagsorden.

    Zip-filen har sagsfremstillingen som Word og som PDF.

    Eksempel:

      udmelding papers meeting CU-GRAVIDE-2025 --body k17 --item 4 --output k17.zip
    """
    from udmelding.casework.papers.meeting_papers import Asked
    from udmelding.casework.papers.papers import MeetingWanted, meeting_zip
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output
    from udmelding.errors import RefusedError

    check_output(out)
    if on and not body:
        raise RefusedError("Skriv også, hvilket organ der holder mødet.")
    moment = moment_as_of(as_of)
    wanted = MeetingWanted(
        reference=reference,
        asked=Asked(body, _day(on, moment)),
        first_item=item,
        with_others=everyone,
    )
    with open_services() as services:
        name = _write(out, lambda file: meeting_zip(services, wanted, moment, file))
    typer.echo(f"{name.removesuffix('.zip')} er skrevet til {out}.")


@app.command()
def letters(
    reference: Reference,
    out: Out,
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="BREV", help="foelgebrev, beslutninger eller supplerende."),
    ] = "foelgebrev",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATO", help="Kun dem, der har besluttet efter den dag."),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Skriv et brev til styrelsen; filens navn siger, om det er Word (.docx) eller PDF (.pdf).

    Eksempler:

      udmelding papers letters CU-GRAVIDE-2025 --output foelgebrev.docx

      udmelding papers letters CU-GRAVIDE-2025 --kind supplerende --output supplerende.pdf
    """
    from udmelding.casework.papers.letters import kind_named, letter_file, letter_of
    from udmelding.casework.papers.papers import paper_ending
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, past_day, write_output

    check_output(out)
    ending = paper_ending(out.name)
    moment = moment_as_of(as_of)
    first = past_day(since, moment) if since else None
    with open_services() as services:
        letter = letter_of(services, reference, kind_named(kind), moment, first)
        write_output(out, letter_file(services, letter, ending, moment).content)
    typer.echo(f"{letter.title} er skrevet til {out}.")


@app.command()
def journal(
    reference: Reference,
    out: Out,
    kle: Annotated[
        str, typer.Option("--kle", metavar="NR", help="KLE-nummer, som 27.00.00 G01.")
    ] = "",
    as_of: AsOf = None,
) -> None:
    """Skriv sagens journalpakke: dokumenter, mails, svar og log med et register.

    Den har fortrolige svar. Samme sag på samme dag (--as-of) giver den samme fil, byte for byte.

    Eksempel:

      udmelding papers journal CU-GRAVIDE-2025 --as-of 1/10-2025 --output journal.zip
    """
    from udmelding.casework.papers.records_package import records_package
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output

    check_output(out)
    with open_services() as services:
        made = records_package(services, reference, moment_as_of(as_of), kle=kle)
        with made.file as content:
            _write(out, lambda file: _copy(content, file))
    typer.echo(f"Journalpakken med {made.count} filer er skrevet til {out}.")


def _day(text: str | None, moment: dt.datetime) -> dt.date | None:
    from udmelding.rules.words.danish_dates import Direction, read_day

    return read_day(text, today=moment.date(), direction=Direction.COMING) if text else None


def _copy(content: IO[bytes], file: IO[bytes]) -> None:
    import shutil

    shutil.copyfileobj(content, file, 1 << 20)


def _write(out: Path, write: Callable[[IO[bytes]], Told]) -> Told:
    """Write a file that may be large; where it fails, nothing half is left.

    Raises:
        OutsideError: the disk refuses.
    """
    import tempfile

    from udmelding.errors import OutsideError

    half = None
    try:
        with tempfile.NamedTemporaryFile(dir=out.absolute().parent, delete=False) as file:
            half = Path(file.name)
            told = write(file)
        half.replace(out)
    except OSError as error:
        raise OutsideError(
            f"{out} kan ikke skrives: {error.strerror}.", is_temporary=False
        ) from error
    finally:
        if half is not None:
            half.unlink(missing_ok=True)
    return told


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
        typer.Option(
            "--output", "-o", metavar="FIL", help="Skriv en fil: Word (.docx) eller PDF (.pdf)."
        ),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Skriv sagsfremstillingen til et møde: resumé, indstilling, baggrund, bilag og oversigt.

    Eksempler:

      udmelding paper CU-GRAVIDE-2025 k17 --as-of 15/3-2025

      udmelding paper CU-DOMFAELDTE-2024 styregruppe --as-of 10/1-2025 --output sag.pdf
    """
    from udmelding import clock
    from udmelding.casework.papers.meeting_papers import Asked, paper_of
    from udmelding.casework.papers.papers import meeting_file, paper_ending
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output
    from udmelding.documents.papers.meeting_paper import body_paper
    from udmelding.documents.papers.paper import paper_text
    from udmelding.errors import RefusedError
    from udmelding.rules.words.danish_dates import Direction, read_day

    check_output(output)
    if meeting and not body:
        raise RefusedError("Skriv også, hvilket organ der holder mødet.")
    moment = moment_as_of(as_of)
    day = read_day(meeting, today=moment.date(), direction=Direction.COMING) if meeting else None
    ending = paper_ending(output.name) if output else None
    with open_services() as services:
        made = paper_of(services, reference, moment, Asked(body, day))
        if output is None or ending is None:
            typer.echo(paper_text(body_paper(made, author="")), nl=False)
            return
        write_output(output, meeting_file(services, made, ending, clock.now()).content)
    typer.echo(f"Sagsfremstillingen til {made.venue.title} er skrevet til {output}.")
