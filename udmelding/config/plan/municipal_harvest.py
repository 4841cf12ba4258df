"""What one file of municipal calendars has given so far: its rows, and every flaw with its place.

Every kind (``municipal_calendars``, ``_tables``, ``_ics``, ``_moves``) fills one of these.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.decision import Level
from udmelding.config.parties import find_municipality, load_municipalities
from udmelding.errors import BadFileError, Flaw, NotFoundError

WHAT = "Kommunernes mødekalender"
LEVELS: tuple[Level, ...] = tuple(level for level in Level if level is not Level.BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalMeeting:
    """One meeting of one level of one municipality.

    Attributes:
        municipality: its code, such as ``0360``.
        level: committee, finance committee or council.
        held_on: the day of the meeting.
        papers_due_on: its agenda cut-off, where the file says so.
        is_cancelled: whether the file says that it is called off.
        moved_from: the day on which it lay before, where the file says that it was moved.
        note: what is special about it, in Danish.
        where: its place in the file, such as ``linje 4`` or ``Ark1!A4``, to name it in messages.
    """

    municipality: str
    level: Level
    held_on: dt.date
    papers_due_on: dt.date | None = None
    is_cancelled: bool = False
    moved_from: dt.date | None = None
    note: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalCalendars:
    """What one file says of the municipalities' levels and meetings.

    Attributes:
        source: where the dates come from, in Danish; the file's name if it does not say.
        chains: by municipality code, its levels in order, where the file states them; the last
            one decides.
        meetings: sorted by municipality, order of levels, and date.
        skipped: Danish sentences about what was left out of the file, and why.
    """

    source: str
    chains: Mapping[str, tuple[Level, ...]]
    meetings: tuple[MunicipalMeeting, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands.

    Attributes:
        where: the file's name with the line or cell, such as ``møder.csv:4``.
        told: the line or row inside the file, such as ``linje 4`` or ``Ark1!A4``.
        key: name of the key, column or property.
        order: sorts places by their order in the file.
    """

    where: str
    told: str = ""
    key: str = ""
    order: int = 0


@dataclass(slots=True)
class Harvest:
    """What one file says and where, before it is known whether it contradicts itself.

    Attributes:
        asked: code of the municipality that the caller named; empty if none.
        chains: municipality code, levels, and their place.
        meetings: each meeting, the place of its day and the place of its cut-off.
        flaws: what could not be read, with its place.
        source, skipped: as in ``MunicipalCalendars``.
    """

    asked: str = ""
    source: str = ""
    chains: list[tuple[str, tuple[Level, ...], Place]] = field(default_factory=list)
    meetings: list[tuple[MunicipalMeeting, Place, Place]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    flaws: list[tuple[Place, str]] = field(default_factory=list)


def municipality_code(text: str, place: Place, harvest: Harvest) -> str:
    """Code of the municipality that ``text`` names; else ``text``, and a flaw in ``harvest``."""
    try:
        found = find_municipality(text)
    except NotFoundError as error:
        harvest.flaws.append((place, error.message))
        return text
    if harvest.asked not in {"", found.code}:
        told = (
            f"her står {found.name}, men filen er angivet til at være for {name_of(harvest.asked)}"
        )
        harvest.flaws.append((place, f"{told}; angiv kun en kommune, når filen ikke nævner den"))
    return found.code


def year_problem(day: dt.date) -> str:
    """Why ``day`` cannot be a meeting's, in Danish; empty if it can."""
    return "" if 1990 <= day.year <= 2100 else f"året i {day} ligger uden for 1990-2100"


def name_of(code: str) -> str:
    """The municipality's name; a code that nobody has is its own name."""
    return next((place.name for place in load_municipalities() if place.code == code), code)


_MOST_BYTES = 10_000_000


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        BadFileError: it cannot be read, or is over 10 MB.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise unusable(path.name, "filen fylder over 10 MB")
        return path.read_bytes()
    except OSError as error:
        raise unusable(path.name, f"filen kan ikke læses: {error.strerror or error}") from error


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without byte order mark, or in Windows-1252.

    Raises:
        BadFileError: it cannot be read, is over 10 MB, or is in neither.
    """
    raw = read_bytes(path)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # UTF-8 that is torn somewhere would pass as Windows-1252, with Ã for the Danish letters.
        if "\0" not in text and not (encoding == "cp1252" and "Ã" in text):
            return text
    problem = "filen er hverken gemt som UTF-8 eller Windows-1252; gem den igen som UTF-8"
    raise unusable(path.name, problem)


def unusable(where: str, problem: str) -> BadFileError:
    """The error for a file that cannot be read at all."""
    return BadFileError(WHAT, (Flaw(where, "", problem),))
