"""Takes in a calendar of bodies or of municipalities, after showing what it changes.

From a file, from a list or a table on a page, or from an address that is read again: all of them
come here as one reading. What changes is said in Danish, line by line.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from udmelding.casework.plan.calendar_telling import (
    CalendarChange,
    change_of,
    organ_key,
    organ_names,
)
from udmelding.casework.plan.meetings import record_body_changes
from udmelding.config import marked
from udmelding.config.case.library import area_named
from udmelding.config.parties import load_municipalities
from udmelding.config.plan.calendars import Calendar, load_calendar
from udmelding.config.plan.meeting_calendars import BodyMeeting, MeetingCalendars
from udmelding.documents.plan.calendar_files import (
    Hints,
    is_municipal_yaml,
    read_calendar_file,
)
from udmelding.documents.plan.calendar_lists import MOVES
from udmelding.errors import BadFileError, RefusedError
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import Session
from udmelding.journal.plan.municipal import (
    CalendarDifference,
    differences,
    take_in_meetings,
)
from udmelding.journal.stamp import Stamp
from udmelding.rules.plan.calendar_change import body_difference
from udmelding.rules.words.date_wording import short_date
from udmelding.rules.words.lists import join_names


class CalendarMovedError(RefusedError):
    """Meetings were changed after the differences were shown."""

    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead(Hints):
    """What is said about a calendar besides what is in it, and how it is taken in.

    Attributes:
        is_replacing: a municipal calendar cancels the meetings that it does not hold any more.
        moved: keys of ``PossibleMove``: new meetings that a person says are old ones, moved.
    """

    is_replacing: bool = False
    moved: frozenset[str] = frozenset()

    def with_moved(self, moved: frozenset[str]) -> HowToRead:
        """The same, with the meetings that a person says were moved."""
        return replace(self, moved=moved)


def read_calendar(name: str, content: bytes, how: HowToRead) -> MeetingCalendars:
    """The meetings that a file holds: YAML, CSV, Excel, ICS, or a list as text.

    Args:
        name: the file's name; its ending says which kind it is.
        content: its bytes.
        how: what the file does not say itself.

    Raises:
        RefusedError: no such area, body or municipality, another kind of file, or nobody says whose
            it is.
        BadFileError: it cannot be read, or nothing in it can; every flaw with its place.
    """
    with tempfile.TemporaryDirectory() as folder:  # the readers read files
        path = Path(folder) / PurePath(name).name
        path.write_bytes(content)
        if path.suffix.lower() not in (".yaml", ".yml"):
            return read_calendar_file(path, how)
        data = marked.read_yaml(path, f"Filen {path.name}").data
        if is_municipal_yaml(data):
            return read_calendar_file(path, how)
        if "bodies" not in data:
            raise RefusedError(
                f"Filen {path.name} er ikke en mødekalender. En kalender for de styrende organer "
                "har «bodies:», en for kommuner har «municipalities:»."
            )
        return of_bodies(load_calendar(path, how.own), how.area)


def of_bodies(calendar: Calendar, area: str) -> MeetingCalendars:
    """A calendar of one area's bodies, as a reading like any other.

    Raises:
        NotFoundError: there is no such area.
    """
    chosen = area_named(calendar.area or area)
    return MeetingCalendars(
        source=calendar.source,
        chains={},
        meetings=(),
        bodies=tuple(
            BodyMeeting(
                area=chosen.id,
                body=body,
                held_on=meeting.held_on,
                papers_due_on=meeting.papers_due_on,
                note=meeting.note,
            )
            for body, meetings in calendar.bodies.items()
            for meeting in meetings
        ),
    )


def moves_of(lines: Sequence[str], source: str = "") -> MeetingCalendars:
    """Meetings that were moved, one to a line: ``Slagelse 24/3-2026 -> 18/3-2026``.

    Raises:
        BadFileError: some lines cannot be read; all of them are told.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MOVES
        path.write_text("\n".join(lines), encoding="utf-8")
        read = read_calendar_file(path)
    if read.flaws:
        # They are one announcement: half of it would leave a plan that nobody has announced.
        raise BadFileError("Listen over flyttede møder", read.flaws)
    return replace(read, source=source or "flyttede møder")


def taking_in(
    file: MeetingCalendars, how: HowToRead, stamp: Stamp, seen: str | None = None
) -> Callable[[Session], CalendarChange]:
    """What records the meetings; for ``consequences.preview`` and ``carry_out``.

    Args:
        file: from ``read_calendar`` or ``read_list``.
        how: what was said about it.
        stamp: who and when.
        seen: ``CalendarChange.stamp`` of what the person saw; with another one the function
            refuses (``CalendarMovedError``).
    """

    def do(session: Session) -> CalendarChange:
        # What the person saw is compared before their own ticks (``how.moved``) change it.
        if seen is not None and seen != changing(session, file, how, stamp).stamp:
            raise CalendarMovedError(
                "Møderne er ændret, siden du så forskellene. Intet er gemt. Herunder står "
                "forskellene, som de er nu."
            )
        return take_in(session, file, how, stamp)

    return do


def changing(
    session: Session, file: MeetingCalendars, how: HowToRead, stamp: Stamp
) -> CalendarChange:
    """What a reading would change, without what a person calls moved; changes nothing."""
    of_bodies = body_difference(load_meetings(session, stamp.now), file.bodies)
    names = organ_names(how.own)
    return change_of(
        file, of_bodies, differences(session, file), names, is_replacing=how.is_replacing
    )


def take_in(
    session: Session, file: MeetingCalendars, how: HowToRead, stamp: Stamp
) -> CalendarChange:
    """Record what a reading changes in the calendars.

    Raises:
        RefusedError: it moves a municipality's meeting that is not on record.
    """
    asked = with_moves(file, how.moved)
    standing = load_meetings(session, stamp.now)
    of_bodies = body_difference(standing, asked.bodies)
    of_councils = differences(session, asked)
    record_body_changes(session, of_bodies, asked.source, stamp)
    take_in_meetings(session, asked, of_councils, stamp, replace=how.is_replacing)
    check_moves(of_councils)
    names = organ_names(how.own)
    return change_of(asked, of_bodies, of_councils, names, is_replacing=how.is_replacing)


def with_moves(file: MeetingCalendars, moved: frozenset[str]) -> MeetingCalendars:
    """The reading, where the new meetings that a person calls moved say from which day."""
    before = {}
    for key in moved:
        organ, _, days = key.partition("@")
        was, _, on = days.partition(">")
        before[organ, on] = was

    def told(organ: str, day: dt.date, said: dt.date | None) -> dt.date | None:
        was = before.get((organ, day.isoformat()))
        return dt.date.fromisoformat(was) if was else said

    return replace(
        file,
        meetings=tuple(
            replace(m, moved_from=told(organ_key(m), m.held_on, m.moved_from))
            for m in file.meetings
        ),
        bodies=tuple(
            replace(m, moved_from=told(organ_key(m), m.held_on, m.moved_from)) for m in file.bodies
        ),
    )


def check_moves(found: CalendarDifference) -> None:
    """Refuse to move a meeting that is not on record; all such lines are told at once.

    Asked when the rows are in: a word that may not be kept is told first.

    Raises:
        RefusedError: one meeting alone would be taken for the whole year's calendar.
    """
    names = {place.code: place.name for place in load_municipalities()}
    lost = [
        f"{names[m.municipality]} {short_date(m.moved_from)}" for m in found.new if m.moved_from
    ]
    if lost:
        raise RefusedError(
            f"Der står intet møde i kalenderen at flytte for {join_names(lost)}. Læg kommunens "
            "mødekalender ind først, eller registrér den nye dag i sagen som meldt af kommunen. "
            "Intet er gemt."
        )
