"""What does taking in a calendar change? Said in Danish, for a page, a command and the log.

Nothing is recorded here, see ``calendar_import``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import Level, MeetingState
from udmelding.config.case.library import NATIONAL, meeting_bodies
from udmelding.config.parties import load_municipalities
from udmelding.config.plan.meeting_calendars import BodyMeeting, MeetingCalendars
from udmelding.documents.plan.calendar_harvest import AnyMeeting
from udmelding.errors import Flaw
from udmelding.journal.plan.municipal import CalendarDifference
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.calendar_change import BodyDifference, likely_moves
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.lists import join_names

_MANY = 6


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


def organ_key(meeting: AnyMeeting) -> str:
    """Whose meeting it is, as a form says it."""
    if isinstance(meeting, BodyMeeting):
        return f"{meeting.area}.{meeting.body}"
    return f"{meeting.municipality}.{meeting.level.value}"


class OrganNames(dict[str, str]):
    """Names by keys; a body that the area has no more is told by its key."""

    def __missing__(self, key: str) -> str:
        """The key."""
        return key


def organ_names(own: Path | None) -> OrganNames:
    """The name of every area, every body, and every municipality's levels, by its key.

    Args:
        own: the folder of what the secretariat has of its own, whose areas have the bodies.
    """
    known = meeting_bodies(own)
    bodies = {f"{body.area}.{body.id}": body.title for body in known}
    levels = (Level.COMMITTEE, Level.FINANCE_COMMITTEE, Level.COUNCIL)
    councils = {
        f"{place.code}.{level.value}": f"{place.name}, {label(level)}"
        for place in load_municipalities()
        for level in levels
    }
    return OrganNames({body.area: body.area_name for body in known} | bodies | councils)


def change_of(
    file: MeetingCalendars,
    bodies: BodyDifference,
    councils: CalendarDifference,
    names: OrganNames,
    *,
    is_replacing: bool,
) -> CalendarChange:
    """What a reading changes, from what it changes in bodies' and in councils' meetings."""
    return CalendarChange(
        whose=_whose(file, names),
        new=len(bodies.new) + len(councils.new),
        changed=len(bodies.changed) + len(councils.changed),
        known=bodies.known + councils.known,
        lines=(
            *body_lines(bodies, names),
            *difference_lines(councils),
        ),
        left=(
            *(f"{names[f'{m.area}.{m.body}']} {long_date(m.held_on)}" for m in bodies.missing),
            *(
                f"{names[f'{m.municipality}.{m.level.value}']} {long_date(m.held_on)}"
                for m in councils.missing
            ),
        ),
        is_replacing=is_replacing,
        skipped=(*_unused(bodies, names), *file.skipped),
        flaws=file.flaws,
        meetings=tuple(_seen(file, bodies, councils, names)),
        moves=tuple(_moves(bodies, councils, names)),
    )


def _whose(file: MeetingCalendars, organs: OrganNames) -> str:
    """Whose meetings a reading holds."""
    told = [
        "de landsdækkende organer" if area == NATIONAL else f"de styrende organer i {organs[area]}"
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
    names: OrganNames,
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
    bodies: BodyDifference, councils: CalendarDifference, names: OrganNames
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


def body_lines(found: BodyDifference, names: OrganNames) -> Iterator[str]:
    """One line for each body's new meetings, and one for each change."""
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


def _unused(found: BodyDifference, names: OrganNames) -> Iterator[str]:
    """What stands is never undone by a calendar, so what it says otherwise is told and not used."""
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


def difference_lines(found: CalendarDifference) -> Sequence[str]:
    """One line for each municipality's new meetings, and for each change."""
    names = {m.code: m.name for m in load_municipalities()}
    return (
        *_chains(found, names),
        *_added(found, names),
        *_changed(found, names),
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
