"""Options that several commands share, and how their words become values."""

from __future__ import annotations

import datetime as dt
import getpass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from udmelding import clock
from udmelding.errors import RefusedError

if TYPE_CHECKING:
    from udmelding.journal.recording.record import Stamp
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
Reference = Annotated[str, typer.Argument(metavar="REF", help="Sagens reference.")]

OptionalReference = Annotated[
    str | None, typer.Argument(metavar="[REF]", help="Sagens reference; udelades for alle sager.")
]

Word = TypeVar("Word", bound=StrEnum)


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
    """Who records and when."""
    from udmelding.journal.recording.record import Stamp

    return Stamp(now, by or user())


def user() -> str:
    """Who sits at this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a bare container
        return "ukendt"


def member(vocabulary: type[Word], text: str) -> Word:
    """The member that ``text`` names, by its Danish label or its English value.

    Raises:
        RefusedError: neither; lists the Danish labels.
    """
    from udmelding.rules.case.glossary import label

    wanted = text.strip().casefold()
    for word in vocabulary:
        if wanted in (word.value, word.value.replace("_", " "), label(word).casefold()):
            return word
    known = ", ".join(label(word) for word in vocabulary)
    raise RefusedError(f"«{text}» kan ikke bruges her. Skriv et af: {known}.")
