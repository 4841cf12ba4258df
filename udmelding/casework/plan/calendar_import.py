"""Takes in a calendar of bodies or of municipalities from a file, after showing what it changes.

What changes is said in Danish, line by line.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from models import Level, MeetingState
from udmelding.casework.plan.meetings import take_in_calendar
from udmelding.config import marked
from udmelding.config.case.library import area_named
from udmelding.config.parties import load_municipalities
from udmelding.config.plan.calendars import Calendar, load_calendar
from udmelding.config.plan.municipal_calendars import is_municipal_yaml, read_municipal_calendars
from udmelding.config.plan.municipal_harvest import MunicipalCalendars
from udmelding.errors import RefusedError
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import Session
from udmelding.journal.plan.municipal import (
    CalendarDifference,
    differences,
    take_in_meetings,
)
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.facts import Meeting
from udmelding.rules.case.glossary import label
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.lists import join_names

_MANY = 6
MOVES = "flyttede-møder.txt"
"""What a list of moved meetings is called that somebody wrote and did not send as a file."""

AnyCalendar = Calendar | MunicipalCalendars


class CalendarMovedError(RefusedError):
    """Meetings were changed after the differences were shown."""

    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """What is said about a file besides what is in it; empty where nothing is said.

    Attributes:
        area: whose bodies meet, where a calendar of bodies does not say.
        municipality: whose meetings they are, where a municipal calendar does not say.
        committee: name of the specialised committee in an ICS file.
        is_replacing: a municipal calendar cancels the meetings that it does not hold any more.
    """

    area: str
    municipality: str = ""
    committee: str = ""
    is_replacing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """What a file changes in the calendars.

    Attributes:
        whose: whose meetings it holds, in Danish.
        new: how many meetings are new; ``changed`` and ``known`` likewise.
        lines: what becomes different, in Danish.
        left: planned meetings that the file does not hold though it covers their time.
        is_replacing: whether those are cancelled.
        skipped: what of the file is not used, and why.
    """

    whose: str
    new: int
    changed: int
    known: int
    lines: tuple[str, ...]
    left: tuple[str, ...]
    is_replacing: bool
    skipped: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.lines or (self.left and self.is_replacing))

    @property
    def stamp(self) -> str:
        """Checksum of all that it says; another one means that the calendars are others by now."""
        said = (self.lines, self.left, self.known, self.is_replacing)
        return hashlib.sha256(repr(said).encode()).hexdigest()


def read_calendar(name: str, content: bytes, how: HowToRead) -> AnyCalendar:
    """The meetings that a file holds: YAML of bodies or municipalities, or CSV, Excel, ICS.

    Args:
        name: the file's name; its ending says which kind it is.
        content: its bytes.
        how: what the file does not say itself.

    Raises:
        RefusedError: no such area or municipality, another kind of file, or nobody says whose it
            is.
        BadFileError: it cannot be read or contradicts itself; every flaw with its place.
    """
    with tempfile.TemporaryDirectory() as folder:  # the readers read files
        path = Path(folder) / PurePath(name).name
        path.write_bytes(content)
        if path.suffix.lower() != ".yaml":
            return _municipal(path, how)
        data = marked.read_yaml(path, f"Filen {path.name}").data
        if is_municipal_yaml(data):
            return _municipal(path, how)
        if "bodies" not in data:
            raise RefusedError(
                f"Filen {path.name} er ikke en mødekalender. En kalender for de styrende organer "
                "har «bodies:», en for kommuner har «municipalities:»."
            )
        calendar = load_calendar(path)
        return replace(calendar, area=calendar.area or area_named(how.area).id)


def moves_of(lines: Sequence[str], source: str = "") -> MunicipalCalendars:
    """Meetings that were moved, one to a line: ``Slagelse 24/3-2026 -> 18/3-2026``.

    Raises:
        BadFileError: some lines cannot be read; all of them are told.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MOVES
        path.write_text("\n".join(lines), encoding="utf-8")
        return replace(read_municipal_calendars(path), source=source or "flyttede møder")


def _municipal(path: Path, how: HowToRead) -> MunicipalCalendars:
    return read_municipal_calendars(
        path, municipality=how.municipality or None, committee=how.committee or None
    )


def taking_in(
    file: AnyCalendar, how: HowToRead, stamp: Stamp, seen: str | None = None
) -> Callable[[Session], CalendarChange]:
    """What records the meetings; for ``consequences.preview`` and ``carry_out``.

    Args:
        file: from ``read_calendar``.
        how: what was said about it.
        stamp: who and when.
        seen: ``CalendarChange.stamp`` of what the person saw; with another one the function
            refuses (``CalendarMovedError``).
    """

    def do(session: Session) -> CalendarChange:
        if isinstance(file, Calendar):
            done = _take_in_bodies(session, file, stamp)
        else:
            done = _take_in_municipal(session, file, stamp, is_replacing=how.is_replacing)
        if seen not in (None, done.stamp):
            raise CalendarMovedError(
                "Møderne er ændret, siden du så forskellene. Intet er gemt. Herunder står "
                "forskellene, som de er nu."
            )
        return done

    return do


def _take_in_municipal(
    session: Session, file: MunicipalCalendars, stamp: Stamp, *, is_replacing: bool
) -> CalendarChange:
    found = differences(session, file)
    take_in_meetings(session, file, found, stamp, replace=is_replacing)
    check_moves(found)
    names = {place.code: place.name for place in load_municipalities()}
    told = names_of(file)
    return CalendarChange(
        whose=join_names(told) if len(told) < _MANY else f"{len(told)} kommuner",
        new=len(found.new),
        changed=len(found.changed),
        known=found.known,
        lines=tuple(difference_lines(replace(found, missing=()), is_replacing=is_replacing)),
        left=tuple(
            f"{names[meeting.municipality]}, {label(meeting.level)} {long_date(meeting.held_on)}"
            for meeting in found.missing
        ),
        is_replacing=is_replacing,
        skipped=file.skipped,
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


def _take_in_bodies(session: Session, calendar: Calendar, stamp: Stamp) -> CalendarChange:
    before = [m for m in load_meetings(session, stamp.now) if m.area == calendar.area]
    new = take_in_calendar(session, calendar, stamp)
    area = area_named(calendar.area)
    names = {body.id: body.title for body in area.chain}
    total = sum(len(meetings) for meetings in calendar.bodies.values())
    return CalendarChange(
        whose=f"de styrende organer i {area.name}",
        new=new,
        changed=0,
        known=total - new,
        lines=tuple(_new(calendar, before, names)),
        left=tuple(_left(calendar, before, names)),
        is_replacing=False,
        skipped=tuple(_other_papers(calendar, before, names)),
    )


def _new(calendar: Calendar, before: Sequence[Meeting], names: dict[str, str]) -> Iterator[str]:
    known = {(meeting.body, meeting.held_on) for meeting in before}
    for body, meetings in calendar.bodies.items():
        days = [short_date(m.held_on) for m in meetings if (body, m.held_on) not in known]
        if days:
            yield f"{names[body]}: nye møder: {join_names(days)}."


def _left(calendar: Calendar, before: Sequence[Meeting], names: dict[str, str]) -> Iterator[str]:
    for body, meetings in calendar.bodies.items():
        days = {meeting.held_on for meeting in meetings}
        for meeting in before:
            is_planned = meeting.body == body and meeting.state is MeetingState.PLANNED
            if not is_planned or not days or meeting.held_on in days:
                continue
            if min(days) <= meeting.held_on <= max(days):
                yield f"{names[body]} {long_date(meeting.held_on)}"


def _other_papers(
    calendar: Calendar, before: Sequence[Meeting], names: dict[str, str]
) -> Iterator[str]:
    """What stands is never undone by a file, so another cut-off in it is told and not used."""
    standing: dict[tuple[str, dt.date], Meeting] = {(m.body, m.held_on): m for m in before}
    for body, meetings in calendar.bodies.items():
        for meeting in meetings:
            known, due = standing.get((body, meeting.held_on)), meeting.papers_due_on
            if known is not None and due not in (None, known.papers_due_on):
                yield (
                    f"{names[body]} {long_date(meeting.held_on)} står i kalenderen i forvejen; "
                    f"filens papirfrist {short_date(due)} bruges ikke. Registrér den på mødet."
                )


def names_of(file: MunicipalCalendars) -> tuple[str, ...]:
    """The names of the municipalities in a file, in its order."""
    names = {m.code: m.name for m in load_municipalities()}
    codes = dict.fromkeys([*(m.municipality for m in file.meetings), *file.chains])
    return tuple(names[code] for code in codes)


def difference_lines(found: CalendarDifference, *, is_replacing: bool) -> Sequence[str]:
    """One line for each municipality's new meetings, each change, and each missing meeting."""
    names = {m.code: m.name for m in load_municipalities()}
    return (
        *_chains(found, names),
        *_added(found, names),
        *_changed(found, names),
        *_missing(found, names, is_replacing=is_replacing),
    )


def _chains(found: CalendarDifference, names: dict[str, str]) -> Iterable[str]:
    for code, (before, after) in found.chains.items():
        was = f" (før: {_levels(before)})" if before else ""
        yield f"{names[code]}: sagen går gennem {_levels(after)}{was}."


def _levels(levels: Sequence[Level]) -> str:
    return " → ".join(label(level) for level in levels)


def _added(found: CalendarDifference, names: dict[str, str]) -> Iterable[str]:
    counts = Counter((m.municipality, m.level) for m in found.new)
    for code in dict.fromkeys(m.municipality for m in found.new):
        parts = [
            f"{counts[code, level]} i {label(level)}" for level in Level if (code, level) in counts
        ]
        yield f"{names[code]}: nye møder: {', '.join(parts)}."


def _changed(found: CalendarDifference, names: dict[str, str]) -> Iterable[str]:
    for before, after in found.changed:
        what = f"{names[after.municipality]}, {label(after.level)} {short_date(after.held_on)}"
        if after.held_on != before.held_on:
            is_earlier = after.held_on < before.held_on
            yield (
                f"{names[after.municipality]}, {label(after.level)}: flyttet fra "
                f"{short_date(before.held_on)} til {short_date(after.held_on)}"
                f"{' (tidligere)' if is_earlier else ''}."
            )
        elif after.is_cancelled:
            yield f"{what}: aflyst."
        elif before.papers_due_on != after.papers_due_on and after.papers_due_on:
            was = short_date(before.papers_due_on) if before.papers_due_on else "ukendt"
            yield f"{what}: dagsordenen lukker {short_date(after.papers_due_on)} (før: {was})."
        else:
            yield f"{what}: planlagt igen (var {label(before.state)})."


def _missing(
    found: CalendarDifference, names: dict[str, str], *, is_replacing: bool
) -> Iterable[str]:
    for meeting in found.missing:
        fate = "aflyses" if is_replacing else "beholdes (aflys det med --replace)"
        yield (
            f"{names[meeting.municipality]}, {label(meeting.level)} "
            f"{short_date(meeting.held_on)}: står ikke i filen; {fate}."
        )
