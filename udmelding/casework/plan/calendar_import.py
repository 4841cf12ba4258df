"""Takes in a calendar of bodies or of municipalities, after showing what it changes.

From a file, from a list or a table on a page, or from an address that is read again: all of them
come here as one reading. What changes is said in Danish, line by line.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from models import Level, MeetingState
from udmelding.casework.plan.meetings import record_body_changes
from udmelding.config import marked
from udmelding.config.case.library import area_named, meeting_bodies
from udmelding.config.parties import load_municipalities
from udmelding.config.plan.calendars import Calendar, load_calendar
from udmelding.config.plan.meeting_calendars import BodyMeeting, MeetingCalendars
from udmelding.documents.plan.calendar_files import (
    Hints,
    is_municipal_yaml,
    read_calendar_file,
    read_pasted_list,
)
from udmelding.documents.plan.calendar_harvest import AnyMeeting
from udmelding.errors import BadFileError, Flaw, RefusedError
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import Session
from udmelding.journal.plan.municipal import (
    CalendarDifference,
    differences,
    take_in_meetings,
)
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.calendar_change import BodyDifference, body_difference, likely_moves
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.lists import join_names

_MANY = 6
MOVES = "flyttede-møder.txt"
"""What a list of moved meetings is called that somebody wrote and did not send as a file."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMeeting:
    """One meeting that was read, and what taking it in does.

    Attributes:
        whose: the organ's name.
        fate: what becomes of it, in Danish: nyt, kendt, flyttet, aflyst, ny papirfrist.
        is_change: whether anything is recorded.
    """

    whose: str
    held_on: dt.date
    papers_due_on: dt.date | None
    note: str
    fate: str
    is_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleMove:
    """A meeting that is gone and a new one near it: likely the same, moved; a person says."""

    whose: str
    before: dt.date
    after: dt.date
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """What a calendar changes.

    Attributes:
        whose: whose meetings it holds, in Danish.
        new: how many meetings are new; ``changed`` and ``known`` likewise.
        lines: what becomes different, in Danish.
        left: planned meetings that the calendar does not hold though it covers their time.
        is_replacing: whether those of municipalities are cancelled.
        skipped: what of the calendar is not used, and why.
        flaws: rows that could not be read, with their place and what to write.
        meetings: every meeting that was read.
        moves: those that may be old ones, moved.
    """

    whose: str
    new: int
    changed: int
    known: int
    lines: tuple[str, ...]
    left: tuple[str, ...]
    is_replacing: bool
    skipped: tuple[str, ...]
    flaws: tuple[Flaw, ...] = ()
    meetings: tuple[SeenMeeting, ...] = ()
    moves: tuple[PossibleMove, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.lines or (self.left and self.is_replacing))

    @property
    def ready(self) -> int:
        """How many meetings would be recorded."""
        return self.new + self.changed

    @property
    def stamp(self) -> str:
        """Checksum of all that it says; another one means that the calendars are others by now."""
        said = (self.lines, self.left, self.known, self.is_replacing, self.meetings)
        return hashlib.sha256(repr(said).encode()).hexdigest()


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
        return of_bodies(load_calendar(path), how.area)


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


def read_list(text: str, how: HowToRead) -> MeetingCalendars:
    """The meetings of a list as it stands on a web page; its flawed lines are told, not raised.

    Raises:
        NotFoundError: there is no such body or municipality.
    """
    return read_pasted_list(text, how)


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
        done = take_in(session, file, how, stamp)
        if seen not in (None, done.stamp):
            raise CalendarMovedError(
                "Møderne er ændret, siden du så forskellene. Intet er gemt. Herunder står "
                "forskellene, som de er nu."
            )
        return done

    return do


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
    return _change(asked, of_bodies, of_councils, is_replacing=how.is_replacing)


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


def organ_key(meeting: AnyMeeting) -> str:
    """Whose meeting it is, as a form says it."""
    if isinstance(meeting, BodyMeeting):
        return f"{meeting.area}.{meeting.body}"
    return f"{meeting.municipality}.{meeting.level.value}"


def organ_names() -> dict[str, str]:
    """The name of every body and of every municipality's levels, by its key."""
    bodies = {f"{body.area}.{body.id}": body.title for body in meeting_bodies()}
    levels = (Level.COMMITTEE, Level.FINANCE_COMMITTEE, Level.COUNCIL)
    return bodies | {
        f"{place.code}.{level.value}": f"{place.name}, {label(level)}"
        for place in load_municipalities()
        for level in levels
    }


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


def _change(
    file: MeetingCalendars,
    bodies: BodyDifference,
    councils: CalendarDifference,
    *,
    is_replacing: bool,
) -> CalendarChange:
    names = organ_names()
    return CalendarChange(
        whose=_whose(file),
        new=len(bodies.new) + len(councils.new),
        changed=len(bodies.changed) + len(councils.changed),
        known=bodies.known + councils.known,
        lines=(
            *body_lines(bodies),
            *difference_lines(replace(councils, missing=()), is_replacing=is_replacing),
        ),
        left=(
            *(f"{names[f'{m.area}.{m.body}']} {long_date(m.held_on)}" for m in bodies.missing),
            *(
                f"{names[f'{m.municipality}.{m.level.value}']} {long_date(m.held_on)}"
                for m in councils.missing
            ),
        ),
        is_replacing=is_replacing,
        skipped=(*_unused(bodies), *file.skipped),
        flaws=file.flaws,
        meetings=tuple(_seen(file, bodies, councils, names)),
        moves=tuple(_moves(bodies, councils, names)),
    )


def _whose(file: MeetingCalendars) -> str:
    """Whose meetings a reading holds."""
    areas = {body.area: body.area_name for body in meeting_bodies()}
    told = [
        f"de styrende organer i {areas[area]}" if areas[area] else "de landsdækkende organer"
        for area in dict.fromkeys(meeting.area for meeting in file.bodies)
    ]
    names = names_of(file)
    if names:
        told.append(join_names(names) if len(names) < _MANY else f"{len(names)} kommuner")
    return join_names(told)


def _seen(
    file: MeetingCalendars,
    bodies: BodyDifference,
    councils: CalendarDifference,
    names: dict[str, str],
) -> Iterator[SeenMeeting]:
    before: dict[tuple[str, dt.date], tuple[dt.date, MeetingState]] = {}
    for of_body, said in bodies.changed:
        before[organ_key(said), said.held_on] = (of_body.held_on, of_body.state)
    for of_council, told in councils.changed:
        before[organ_key(told), told.held_on] = (of_council.held_on, of_council.state)
    added: list[AnyMeeting] = [*bodies.new, *councils.new]
    new = {(organ_key(m), m.held_on) for m in added}
    read: list[AnyMeeting] = [*file.bodies, *file.meetings]
    for meeting in read:
        at = (organ_key(meeting), meeting.held_on)
        is_change = at in new or at in before
        fate = "nyt, aflyst" if meeting.is_cancelled else "nyt"
        if at not in new:
            fate = _fate(meeting, *before[at]) if is_change else "kendt i forvejen"
        yield SeenMeeting(
            whose=names[at[0]],
            held_on=meeting.held_on,
            papers_due_on=meeting.papers_due_on,
            note=meeting.note,
            fate=fate,
            is_change=is_change,
        )


def _fate(meeting: AnyMeeting, was: dt.date, state: MeetingState) -> str:
    """What becomes of a meeting that stands, in Danish."""
    if was != meeting.held_on:
        return f"flyttet fra {short_date(was)}"
    if meeting.is_cancelled:
        return "aflyst"
    return "planlagt igen" if state is MeetingState.CANCELLED else "ny papirfrist"


def _moves(
    bodies: BodyDifference, councils: CalendarDifference, names: dict[str, str]
) -> Iterator[PossibleMove]:
    gone: dict[str, list[dt.date]] = defaultdict(list)
    new: dict[str, list[dt.date]] = defaultdict(list)
    for meeting in bodies.missing:
        gone[f"{meeting.area}.{meeting.body}"].append(meeting.held_on)
    for standing in councils.missing:
        gone[f"{standing.municipality}.{standing.level.value}"].append(standing.held_on)
    every: list[AnyMeeting] = [*bodies.new, *councils.new]
    for added in every:
        if not added.is_cancelled:
            new[organ_key(added)].append(added.held_on)
    for organ, days in gone.items():
        for before, after in likely_moves(days, new[organ]):
            key = f"{organ}@{before}>{after}"
            yield PossibleMove(whose=names[organ], before=before, after=after, key=key)


def body_lines(found: BodyDifference) -> Iterator[str]:
    """One line for each body's new meetings, and one for each change."""
    names = organ_names()
    days: dict[str, list[str]] = defaultdict(list)
    for meeting in found.new:
        off = " (aflyst)" if meeting.is_cancelled else ""
        days[organ_key(meeting)].append(f"{short_date(meeting.held_on)}{off}")
    for organ, told in days.items():
        yield f"{names[organ]}: nye møder: {join_names(told)}."
    for before, after in found.changed:
        name = names[organ_key(after)]
        if after.held_on != before.held_on:
            earlier = " (tidligere)" if after.held_on < before.held_on else ""
            was, on = short_date(before.held_on), short_date(after.held_on)
            yield f"{name}: flyttet fra {was} til {on}{earlier}."
        elif after.is_cancelled:
            yield f"{name} {short_date(after.held_on)}: aflyst."
        elif after.papers_due_on:
            due = short_date(after.papers_due_on)
            yield f"{name} {short_date(after.held_on)}: papirer senest {due} (før: ukendt)."


def _unused(found: BodyDifference) -> Iterator[str]:
    """What stands is never undone by a calendar, so what it says otherwise is told and not used."""
    names = organ_names()
    for before, after in found.unused:
        what = f"{names[organ_key(after)]} {long_date(after.held_on)} står i kalenderen i forvejen"
        if after.papers_due_on not in (None, before.papers_due_on):
            due = short_date(after.papers_due_on)
            yield f"{what}; filens papirfrist {due} bruges ikke. Registrér den på mødet."
        else:
            yield f"{what} som {label(before.state)}. Det ændres ikke; registrér det på mødet."


def names_of(file: MeetingCalendars) -> tuple[str, ...]:
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
