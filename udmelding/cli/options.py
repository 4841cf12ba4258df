"""Options that several commands share, how their words become values, and what all print.

What a command makes is written to the file that was asked for; values are printed as JSON. What the
values are: ``casework.case.as_json`` and ``casework.plan.as_json``. ``udmelding date`` tells how a
date is understood. Commands that only read load their cases through here.
"""

from __future__ import annotations

import datetime as dt
import getpass
import json
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from udmelding import clock
from udmelding.errors import (
    ConfirmationNeededError,
    DoubtfulError,
    OutsideError,
    RefusedError,
    UdmeldingError,
)

if TYPE_CHECKING:
    from udmelding.config.settings import Settings
    from udmelding.journal.stamp import Stamp
    from udmelding.rules.case.case import Case
    from udmelding.rules.words.danish_dates import DateReading


AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATO", help="Vis, hvad man vidste ved udgangen af den dag."),
]
Today = Annotated[
    str | None,
    typer.Option("--today", metavar="DATO", help="Regn med, at det er den dag i dag."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Skriv svaret som JSON.")]
Source = Annotated[
    str, typer.Option("--source", metavar="TEKST", help="Hvor du ved det fra, fx «mail fra Greve».")
]
Corrects = Annotated[
    str | None,
    typer.Option("--corrects", metavar="NØGLE", help="Nøglen på den registrering, der rettes."),
]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAVN", help="Hvem der registrerer (ellers brugeren).")
]


_HAS_LOOKED = ContextVar("has_looked", default=False)


def _keep_word(has_looked: bool) -> bool:
    """The word goes to ``stamp`` past what the command itself does."""
    _HAS_LOOKED.set(has_looked)
    return has_looked


ConfirmNoCpr = Annotated[
    bool,
    typer.Option(
        "--confirm-no-cpr",
        callback=_keep_word,
        help="Du har set efter: det, der måske ligner et cpr-nummer, er det ikke.",
    ),
]


_EVEN_SO = ContextVar("even_so", default="")


def _keep_reason(reason: str) -> str:
    """The reason goes to ``stamp`` past what the command itself does; it is kept like any word."""
    if reason:
        from udmelding.rules.files.cpr_wording import check_no_cpr

        check_no_cpr({"--even-so": reason}, clock.today())
    _EVEN_SO.set(reason.strip())
    return reason


EvenSo = Annotated[
    str,
    typer.Option(
        "--even-so",
        metavar="TEKST",
        callback=_keep_reason,
        help="Gem, selv om noget taler imod. Begrundelsen gemmes og vises i loggen.",
    ),
]


def told_of(error: UdmeldingError) -> str:
    """What is told of an error: a question also with the word that lets it through."""
    if isinstance(error, DoubtfulError):
        doubts = "".join(f"\n- {doubt}" for doubt in error.doubts)
        return (
            f"Intet er gemt endnu, for noget taler imod:{doubts}\n"
            'Er det rigtigt alligevel, så gentag kommandoen med --even-so "begrundelse".'
        )
    if isinstance(error, ConfirmationNeededError):
        return f"{error.message} Er det ikke et cpr-nummer, så skriv --confirm-no-cpr til sidst."
    return error.message


Reference = Annotated[str, typer.Argument(metavar="REF", help="Sagens reference.")]

OptionalReference = Annotated[
    str | None, typer.Argument(metavar="[REF]", help="Sagens reference; udelades for alle sager.")
]


def moment_as_of(text: str | None) -> dt.datetime:
    """The moment that a reading command shows: the end of the day asked for, or now."""
    if text is None:
        return clock.now()
    from udmelding.rules.words.danish_dates import Direction, read_day

    return clock.end_of(read_day(text, today=clock.today(), direction=Direction.PAST))


def moment_of_action(text: str | None) -> dt.datetime:
    """The moment at which an acting command acts: now, or noon of the day rehearsed."""
    if text is None:
        return clock.now()
    from udmelding.rules.words.danish_dates import Direction, read_day

    day = read_day(text, today=clock.today(), direction=Direction.PAST)
    return clock.now() if day == clock.today() else clock.at(day, "12:00")


def past(text: str, now: dt.datetime) -> DateReading:
    """A date of something that has happened."""
    from udmelding.rules.words.danish_dates import Direction, read_date

    return read_date(text, today=now.date(), direction=Direction.PAST)


def coming_day(text: str, now: dt.datetime) -> dt.date:
    """One day that is to come."""
    from udmelding.rules.words.danish_dates import Direction, read_day

    return read_day(text, today=now.date(), direction=Direction.COMING)


def past_day(text: str, now: dt.datetime) -> dt.date:
    """One day that has been."""
    from udmelding.rules.words.danish_dates import Direction, read_day

    return read_day(text, today=now.date(), direction=Direction.PAST)


def stamp(now: dt.datetime, by: str | None) -> Stamp:
    """Who records and when, and what that person answers for."""
    from udmelding.journal.stamp import Stamp

    return Stamp(now, by or user(), _HAS_LOOKED.get(), _EVEN_SO.get())


def own_settings() -> Settings:
    """The settings in force: as people have decided, or as the server's where nothing is yet."""
    from udmelding.casework.wiring import NoInstallationError, open_services
    from udmelding.config.settings import load_settings

    try:
        with open_services() as services:
            return services.settings
    except NoInstallationError:
        return load_settings()


def user() -> str:
    """Who sits at this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a bare container
        return "ukendt"


def check_output(path: Path | None) -> None:
    """Refuse a file that cannot be written, before anything is done.

    Raises:
        RefusedError: the folder is not there, or the name is that of a folder.
    """
    if path is None:
        return
    if path.is_dir():
        raise RefusedError(f"{path} er en mappe. Skriv navnet på en fil.")
    if not path.absolute().parent.is_dir():
        raise RefusedError(f"Mappen {path.absolute().parent} findes ikke. Lav den først.")


def write_output(path: Path, content: bytes) -> None:
    """Write the file.

    Raises:
        OutsideError: the disk refuses.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutsideError(
            f"{path} kan ikke skrives: {error.strerror}.", is_temporary=False
        ) from error


def write_tree(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files below a folder, made where it is missing; returns their paths.

    Raises:
        RefusedError: one of them is there already, or cannot be written; then none is.
    """
    for path in files:
        if (folder / path).exists():
            raise RefusedError(f"Filen {folder / path} er der allerede. Vælg en anden mappe.")
    for path, content in files.items():
        try:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RefusedError(
                f"Mappen {(folder / path).parent} kan ikke laves ({error.strerror})."
            ) from error
        write_output(folder / path, content)
    return [folder / path for path in files]


def _plain(value: dt.date) -> str:
    return value.isoformat()


def echo_json(value: Any) -> None:
    """Write ``value`` as readable UTF-8 JSON; days and moments as ISO 8601."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def date(
    text: Annotated[str, typer.Argument(metavar="TEKST", help="Datoen, som den er skrevet.")],
    context: Annotated[
        str | None,
        typer.Option("--context", metavar="DATO", help="Den dag, datoen læses på (ellers i dag)."),
    ] = None,
    past: Annotated[
        bool, typer.Option("--past", help="Læs en dato uden år som den seneste, der har været.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Vis, hvordan en dansk dato bliver læst.

    En dato uden år læses som den næste, medmindre --past er valgt.

    Eksempler:

      udmelding date "14/3" --context 2025-01-15

      udmelding date "primo januar 2025" --json
    """
    from udmelding.rules.words.danish_dates import Direction, read_date, read_day
    from udmelding.rules.words.date_wording import in_full

    today = clock.today()
    if context is not None:
        today = read_day(context, today=today, direction=Direction.PAST)
    direction = Direction.PAST if past else Direction.COMING
    reading = read_date(text, today=today, direction=direction)
    if as_json:
        typer.echo(json.dumps(reading.as_json(), ensure_ascii=False))
    else:
        typer.echo(in_full(reading))


def one_case(reference: str, moment: dt.datetime) -> Case:
    """The case with that reference as it was known at ``moment``."""
    from udmelding.casework.wiring import open_services
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading

    with open_services() as services, reading(services.engine) as session:
        return load(session, reference, moment)


def all_cases(moment: dt.datetime) -> tuple[Case, ...]:
    """Every case as it was known at ``moment``."""
    from udmelding.casework.wiring import open_services
    from udmelding.journal.case.load import load_all
    from udmelding.journal.database import reading

    with open_services() as services, reading(services.engine) as session:
        return load_all(session, moment)


def no_deadline(reference: str) -> RefusedError:
    """What is told of a case that cannot be planned."""
    return RefusedError(
        "Sagen har ingen frist at planlægge efter. Registrér den med "
        f"«udmelding record deadline {reference} DATO»."
    )
