"""An area as its secretariat has it: what there is, what a change would do, and the change itself.

An area that is said as it ships is the shipped one again, and follows it from then on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from udmelding.casework import own
from udmelding.casework.plan.processes import moving_to
from udmelding.casework.wiring import Services
from udmelding.config.case.library import (
    NATIONAL,
    National,
    area_data,
    area_named,
    area_text,
    load_areas,
    national_bodies,
    parse_area,
    parse_national,
    process_ids,
    process_named,
)
from udmelding.config.case.process import Area, Process
from udmelding.errors import BadFileError, Flaw
from udmelding.journal.case.header import find, open_headers
from udmelding.journal.database import Session, reading
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.area_change import (
    OpenCase,
    area_changes,
    bodies_changed,
    chain_of,
    goes_another_way,
)

_EDITIONS = 20
"""So many changes are told."""


@dataclass(frozen=True, slots=True)
class Said:
    """An area and the national bodies as they stand, or as somebody wants them."""

    area: Area
    national: National


@dataclass(frozen=True, slots=True)
class AreaChange:
    """What one edition changed, in Danish sentences."""

    at: dt.datetime
    by: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OldWay:
    """An open case that passes other bodies than new cases do, with their titles in order."""

    reference: str
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AreaPreview:
    """What a change would do.

    Attributes:
        told: what would be other, in Danish sentences.
        refused: why it cannot be, in Danish sentences; empty where it can.
        old_ways: the open cases that would pass other bodies than new ones.
        open_cases: how many open cases the area has.
    """

    told: tuple[str, ...]
    refused: tuple[str, ...]
    old_ways: tuple[OldWay, ...]
    open_cases: int


def area_now(services: Services, area_id: str) -> Said:
    """The area as it is used.

    Raises:
        NotFoundError: there is none.
    """
    ours = services.settings.texts_folder
    return Said(area_named(area_id, ours), National(bodies=national_bodies(ours)))


def area_shipped(area_id: str) -> Said:
    """The area as it comes with the program.

    Raises:
        NotFoundError: there is none.
    """
    return Said(area_named(area_id), National(bodies=national_bodies()))


def processes_of(services: Services) -> tuple[Process, ...]:
    """The processes there are, in their own words."""
    ours = services.settings.texts_folder
    return tuple(process_named(name, ours) for name in process_ids(ours))


def area_names(services: Services) -> tuple[tuple[str, str], ...]:
    """Id and name of every area."""
    areas = load_areas(services.settings.texts_folder)
    return tuple((area.id, area.name) for area in areas.values())


def said_area(
    services: Services, area_id: str, area: Mapping[str, Any], national: Mapping[str, Any]
) -> Said:
    """The area that is wanted, given as it stands in its file.

    Raises:
        BadFileError: it has a flaw; keys are as in the two files, which have none in common.
    """
    flaws: list[Flaw] = []
    made = None
    try:
        made = parse_area(area_text(area), area_id)
    except BadFileError as error:
        flaws += error.flaws
    try:
        bodies = parse_national(area_text(national))
    except BadFileError as error:
        flaws += error.flaws
    others = load_areas(services.settings.texts_folder).values()
    if any((other.kkr, other.id != area_id) == (area.get("kkr"), True) for other in others):
        flaws.append(Flaw("", "kkr", f"{area['kkr']} hører allerede til et andet område"))
    if made is None or flaws:
        raise BadFileError("Området", tuple(flaws))
    return Said(made, bodies)


def numbers_of(services: Services, area_id: str) -> dict[str, int]:
    """The newest editions' numbers of the two files, by path."""
    return own.numbers(services, [_path(area_id), _path(NATIONAL)])


def preview_area(services: Services, wanted: Said, now: dt.datetime) -> AreaPreview:
    """What it would do to use the area as it is wanted; nothing is kept."""
    inside, elsewhere = _open_cases(services, wanted.area)
    return AreaPreview(
        told=_told(services, area_now(services, wanted.area.id), wanted),
        refused=tuple(own.flaws_in(services, _files(wanted), now)),
        old_ways=elsewhere,
        open_cases=inside,
    )


def old_ways(services: Services, area_id: str) -> tuple[OldWay, ...]:
    """The open cases of an area that pass other bodies than new cases do now."""
    return _open_cases(services, area_now(services, area_id).area)[1]


def to_the_new_way(services: Services, reference: str, stamp: Stamp) -> Callable[[Session], str]:
    """What moves an open case to its process as new cases have it, chain, words and all.

    For ``consequences.preview`` and ``carry_out``.

    Raises:
        NotFoundError: there is no such case, or its process is there no more.
        BadFileError: its process is flawed.
    """
    with reading(services.engine) as session:
        header = find(session, reference)
    ours = services.settings.texts_folder
    return moving_to(header.reference, header.process.id, "Området er ændret.", stamp, ours)


def ways_of(services: Services, reference: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The titles of the bodies that a case passes, and of those that new cases of its area pass.

    Raises:
        NotFoundError: there is no such case.
    """
    with reading(services.engine) as session:
        header = find(session, reference)
    old = tuple(step.title for step in chain_of(header.process))
    return old, tuple(body.title for body in area_now(services, header.area).area.chain)


def _open_cases(services: Services, area: Area) -> tuple[int, tuple[OldWay, ...]]:
    """How many open cases the area has, and those of them that go another way."""
    with reading(services.engine) as session:
        inside = [
            OpenCase(header.reference, header.area, header.process)
            for header in open_headers(session)
            if header.area == area.id
        ]
    return len(inside), tuple(
        OldWay(case.reference, tuple(step.title for step in chain_of(case.process)))
        for case in inside
        if goes_another_way(case, area)
    )


def change_area(services: Services, wanted: Said, stamp: Stamp, seen: Mapping[str, int]) -> bool:
    """Use the area as it is wanted from now on.

    Args:
        services: the parts in use.
        wanted: the area, and the national bodies.
        stamp: who and when.
        seen: the editions' numbers that were shown, as ``numbers_of`` gives them.

    Returns:
        Whether anything is other now.

    Raises:
        OwnFilesError: it cannot be; says why.
        ChangedMeanwhileError: somebody else has changed it meanwhile.
        CprRefusedError, CprQuestionError: a text holds what is or may be a CPR number.
    """
    return not own.save(services, _files(wanted), stamp, seen=seen).is_nothing


def area_history(services: Services, area_id: str) -> tuple[AreaChange, ...]:
    """What was changed in the area and the national bodies, the newest first."""
    found = [
        *_editions(services, area_id, _path(area_id)),
        *_editions(services, area_id, _path(NATIONAL)),
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:_EDITIONS])


def _editions(services: Services, area_id: str, path: str) -> Iterator[AreaChange]:
    before = area_shipped(area_id)
    for edition, content in own.history_of(services, path):
        after = _with(before, path, content)
        if told := _told(services, before, after):
            yield AreaChange(edition.recorded_at, edition.recorded_by, told)
        before = after


def _with(before: Said, path: str, content: bytes | None) -> Said:
    """The area with what one edition of a file says; None: with the shipped file."""
    shipped = area_shipped(before.area.id)
    try:
        if path == _path(NATIONAL):
            bodies = shipped.national if content is None else parse_national(content.decode())
            return Said(before.area, bodies)
        area = shipped.area if content is None else parse_area(content.decode(), before.area.id)
        return Said(area, before.national)
    except BadFileError:  # of a program before, whose files looked otherwise
        return before


def _told(services: Services, before: Said, after: Said) -> tuple[str, ...]:
    titles = {process.id: process.title for process in processes_of(services)}
    everywhere = bodies_changed(before.national.bodies, after.national.bodies, "landsdækkende fora")
    return (*area_changes(before.area, after.area, titles), *everywhere)


def _files(wanted: Said) -> dict[str, bytes | None]:
    """The files to keep; None for what is as it ships."""
    shipped = area_shipped(wanted.area.id)
    return {
        _path(wanted.area.id): None if wanted.area == shipped.area else _bytes(wanted.area),
        _path(NATIONAL): None if wanted.national == shipped.national else _bytes(wanted.national),
    }


def _bytes(said: Area | National) -> bytes:
    return area_text(area_data(said)).encode()


def _path(area_id: str) -> str:
    return f"areas/{area_id}.yaml"
