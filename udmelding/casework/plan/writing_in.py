"""Meetings that somebody writes in: a small table for one organ, and a list that is pasted.

What was written is kept in the store as one small file while its person looks at what it changes,
so that neither going back nor mending a line loses a word.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models import Level
from udmelding.casework.plan.calendar_import import HowToRead
from udmelding.config.case.library import NATIONAL, MeetingBody, area_named, meeting_bodies
from udmelding.config.parties import load_municipalities, municipalities_of
from udmelding.config.plan.meeting_calendars import MeetingCalendars
from udmelding.config.settings import Settings
from udmelding.documents.plan.calendar_files import read_written
from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import label

FILE = "møder.txt"
ROWS, MORE = 6, 6
_MOST_ROWS = 60

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a person wrote.

    Attributes:
        organ: ``area.body`` of a body, or a municipality's code; empty where the list says.
        level: a municipality's level.
        year: as it was written.
        committee: name of the specialised committee.
        rows: day, cut-off and note of each meeting.
        text: the list.
    """

    organ: str = ""
    level: str = Level.COUNCIL.value
    year: str = ""
    committee: str = ""
    rows: tuple[Row, ...] = field(default=())
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no meeting was written."""
        return not (self.text.strip() or any(any(row) for row in self.rows))

    def as_bytes(self) -> bytes:
        """As it is kept."""
        said = {
            "organ": self.organ,
            "level": self.level,
            "year": self.year,
            "committee": self.committee,
            "rows": self.rows,
            "text": self.text,
        }
        return json.dumps(said, ensure_ascii=False, indent=1).encode()


def written_from(content: bytes) -> Written:
    """What was kept.

    Raises:
        RefusedError: it is not of our making.
    """
    try:
        said = json.loads(content)
        rows = tuple((str(a), str(b), str(c)) for a, b, c in said["rows"])
        texts = {name: str(said[name]) for name in ("organ", "level", "year", "committee", "text")}
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError("Det, du skrev, kan ikke findes igen. Skriv det en gang til.") from error
    return Written(rows=rows, **texts)


def rows_of(days: Sequence[str], papers: Sequence[str], notes: Sequence[str]) -> tuple[Row, ...]:
    """The rows of the table, those at its end that are empty left out."""
    rows = [(d.strip(), p.strip(), n.strip()) for d, p, n in zip(days, papers, notes, strict=False)]
    while rows and not any(rows[-1]):
        rows.pop()
    return tuple(rows[:_MOST_ROWS])


def how_to_read(written: Written, settings: Settings, today: dt.date) -> HowToRead:
    """What the fields say of the list.

    Raises:
        RefusedError: the year is none.
    """
    year = written.year.strip()
    if year and not (year.isascii() and year.isdigit() and 1990 <= int(year) <= 2100):
        raise RefusedError(f"«{year[:20]}» er ikke et årstal. Skriv det med fire cifre, fx 2027.")
    is_body = "." in written.organ
    return HowToRead(
        area=settings.area,
        own=settings.texts_folder,
        body=written.organ if is_body else "",
        municipality=None if is_body else written.organ or None,
        committee=written.committee.strip() or None,
        level=Level(written.level) if written.organ and not is_body else None,
        year=int(year) if year else None,
        today=today,
    )


def read_in(written: Written, how: HowToRead) -> MeetingCalendars:
    """The meetings that were written, and the rows and lines that cannot be read.

    Raises:
        NotFoundError: there is no such body or municipality.
    """
    return read_written(written.text, how, written.rows)


Choices = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Groups of choices: a heading, and key and name of each."""


def organ_choices(area_id: str, own: Path | None) -> Choices:
    """Who may meet: the own area's bodies first, those outside the chain, councils, the others.

    Args:
        area_id: the secretariat's own area.
        own: as for ``config.case.library.load_areas``.
    """
    area, bodies = area_named(area_id, own), meeting_bodies(own)
    inside = {place.code for place in municipalities_of(area)}
    places = load_municipalities()
    near = [body for body in bodies if body.area in (area_id, NATIONAL)]
    far = [body for body in bodies if body not in near]
    groups = (
        (f"Beslutningsvejen i {area.name}", [_named(b) for b in near if b.is_in_chain]),
        ("Andre fora", [_named(b) for b in near if not b.is_in_chain]),
        (f"Kommuner i {area.name}", [(p.code, p.name) for p in places if p.code in inside]),
        ("Andre kommuner", [(p.code, p.name) for p in places if p.code not in inside]),
        ("Andre områders organer", [_named(b, is_far=True) for b in far]),
    )
    return tuple((name, tuple(choices)) for name, choices in groups)


def _named(body: MeetingBody, *, is_far: bool = False) -> tuple[str, str]:
    """Key and name of a body, with its area where that is another than one's own."""
    says_area = not is_far or body.area_name in body.title
    title = body.title if says_area else f"{body.title} ({body.area_name})"
    return f"{body.area}.{body.id}", title


def level_choices() -> tuple[tuple[str, str], ...]:
    """The levels of a municipality; the council first, for it is what is mostly written."""
    levels = (Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE)
    return tuple((level.value, label(level)) for level in levels)
