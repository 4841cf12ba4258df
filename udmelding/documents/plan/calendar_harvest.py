"""What one file of meetings has given so far: its rows, and every flaw with its place.

Every kind of file (``calendar_files``, ``_tables``, ``_ics``) fills one of these. A row that cannot
be read is a flaw of its own and leaves the others as they are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.decision import Level
from udmelding.config.parties import find_municipality
from udmelding.config.plan.meeting_calendars import BodyMeeting, MunicipalMeeting, name_of
from udmelding.errors import BadFileError, Flaw, NotFoundError
from udmelding.rules.words.organ_words import Organ, Vocabulary

WHAT = "Mødekalenderen"
AnyMeeting = MunicipalMeeting | BodyMeeting


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
        words: what the file may name.
        asked: code of the municipality that the caller named; empty if none.
        organ: the organ that the caller named, for rows that name none.
        year: the year that the file is about, for dates without one.
        today: how far series without an end are followed.
        titled: code of the municipality that a title above the rows names.
        chains: municipality code, levels, and their place.
        meetings: each meeting, the place of its day and the place of its cut-off.
        flaws: what could not be read, with its place.
        source, skipped: as in ``MeetingCalendars``.
        foreign: names of organs that do not count, with the rows in which they stand.
        committees: meetings by municipality and the name of a committee that was taken for the one
            that counts, though nobody named it.
    """

    words: Vocabulary
    asked: str = ""
    organ: Organ | None = None
    year: int | None = None
    today: dt.date | None = None
    titled: str = ""
    source: str = ""
    chains: list[tuple[str, tuple[Level, ...], Place]] = field(default_factory=list)
    meetings: list[tuple[AnyMeeting, Place, Place]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    flaws: list[tuple[Place, str]] = field(default_factory=list)
    foreign: dict[str, list[Place]] = field(default_factory=dict)
    committees: dict[tuple[str, str], list[AnyMeeting]] = field(default_factory=dict)

    def add(
        self,
        organ: Organ,
        held_on: dt.date,
        place: Place,
        papers_place: Place | None = None,
        *,
        papers_due_on: dt.date | None = None,
        is_cancelled: bool = False,
        moved_from: dt.date | None = None,
        note: str = "",
        committee: str = "",
        uid: str = "",
    ) -> None:
        """Take in one meeting of an organ; ``committee`` is the name that a level rests on."""
        moved = moved_from if moved_from != held_on else None
        told: dict[str, Any] = {
            "held_on": held_on,
            "papers_due_on": papers_due_on,
            "is_cancelled": is_cancelled,
            "moved_from": moved,
            "note": note,
            "uid": uid,
        }
        meeting: AnyMeeting
        if organ.level is None:
            meeting = BodyMeeting(area=organ.area, body=organ.body, **told)
        else:
            level = organ.level
            meeting = MunicipalMeeting(municipality=organ.municipality, level=level, **told)
        if committee:
            self.committees.setdefault((organ.municipality, committee), []).append(meeting)
        self.meetings.append((meeting, place, papers_place or place))


def municipality_code(text: str, place: Place, harvest: Harvest) -> str:
    """Code of the municipality that ``text`` names; else empty, and a flaw in ``harvest``."""
    try:
        found = find_municipality(text)
    except NotFoundError as error:
        harvest.flaws.append((place, error.message))
        return ""
    if harvest.asked not in {"", found.code}:
        told = (
            f"her står {found.name}, men filen er angivet til at være for {name_of(harvest.asked)}"
        )
        harvest.flaws.append((place, f"{told}; angiv kun en kommune, når filen ikke nævner den"))
        return ""
    return found.code


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
    """The text of a file in UTF-8, in UTF-16 with a byte order mark, or in Windows-1252.

    Raises:
        BadFileError: it cannot be read, is over 10 MB, or is in neither.
    """
    raw = read_bytes(path)
    # «Unicode-tekst» from Excel says by its first two bytes that it is UTF-16.
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # UTF-8 that is torn somewhere would pass as Windows-1252, with Ã for the Danish letters.
        text = text.lstrip("\ufeff")
        if "\0" not in text and not (encoding == "cp1252" and "Ã" in text):
            return text
    problem = "filen er hverken gemt som UTF-8 eller Windows-1252; gem den igen som UTF-8"
    raise unusable(path.name, problem)


def unusable(where: str, problem: str) -> BadFileError:
    """The error for a file that cannot be read at all."""
    return BadFileError(WHAT, (Flaw(where, "", problem),))
