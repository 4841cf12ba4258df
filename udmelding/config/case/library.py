"""Which processes and areas are there? Those that ship, and processes of the secretariat's own.

A process is chosen by its id, which is also its file's name; an area by its key. Both are made anew
when their file has changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from udmelding import paths
from udmelding.config import marked
from udmelding.config.case.process import Area, BesideBody, Body, Process, Shape
from udmelding.errors import BadFileError, Flaw, NotFoundError

_PROCESS = "Procesfilen"
_AREAS = "Områdefilen"


NATIONAL = "national"
"""The area of bodies that belong to no single KKR area."""


class _AreasFile(Shape):
    areas: Annotated[dict[str, Area], Field(min_length=1)]
    national: tuple[BesideBody, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingBody:
    """A body whose meetings are kept.

    Attributes:
        area: its KKR area, or ``NATIONAL``.
        area_name: the area's name; empty for ``NATIONAL``.
        is_in_chain: whether cases pass it.
    """

    area: str
    area_name: str
    id: str
    title: str
    is_in_chain: bool


def load_process(path: Path) -> Process:
    """The process that the file describes, its chain not yet replaced (``Process.for_area``).

    Raises:
        BadFileError: the file cannot be read or is not of the shape; every flaw is named.
    """
    return marked.load(Process, path, _PROCESS)


def parse_process(text: str, file: str) -> Process:
    """The process that a text describes; ``file`` names it in flaws.

    Raises:
        BadFileError: as ``load_process``.
    """
    content = marked.parse_yaml(text, file, _PROCESS)
    return marked.validate(Process, content.data, content.lines, _PROCESS)


def process_ids(own: Path | None = None) -> tuple[str, ...]:
    """Ids of the shipped processes, and of the secretariat's own, in alphabetical order.

    Args:
        own: the folder of what the secretariat has of its own; None where nothing counts.
    """
    return tuple(sorted(_process_files(own)))


def process_named(process_id: str, own: Path | None = None) -> Process:
    """The process with that id; one of the secretariat's own goes before a shipped one.

    Raises:
        NotFoundError: there is none; the error knows the ids there are.
        BadFileError: its file is flawed, or the id in it is not its file's name.
    """
    files = _process_files(own)
    if process_id not in files:
        raise NotFoundError("proces", process_id, tuple(sorted(files)))
    process = load_process(files[process_id])
    if process.id != process_id:
        lines = marked.read_yaml(files[process_id], _PROCESS).lines
        problem = f"skal være filens navn, {process_id}"
        raise BadFileError(_PROCESS, (lines.flaw(("id",), problem),))
    return process


def load_areas(path: Path | None = None) -> dict[str, Area]:
    """The KKR areas by id (their key in the file), in the file's order; the shipped ones if None.

    Raises:
        BadFileError: the file is flawed, two areas share a KKR, a body stands twice in a chain, or
            there are words or a regional council for a process that is not shipped.
    """
    file = path or paths.CONFIG / "areas.yaml"
    found = file.stat() if file.is_file() else None  # what is no file is refused when it is read
    return dict(_read_areas(file, found and (found.st_mtime_ns, found.st_size)).areas)


def meeting_bodies() -> tuple[MeetingBody, ...]:
    """Every body whose meetings are kept: each area's chain, those beside it, the national ones.

    Raises:
        BadFileError: as ``load_areas``.
    """
    file = paths.CONFIG / "areas.yaml"
    changed = file.stat() if file.is_file() else None
    read = _read_areas(file, changed and (changed.st_mtime_ns, changed.st_size))
    found: list[MeetingBody] = []
    for area in read.areas.values():
        found += [MeetingBody(area.id, area.name, b.id, b.title, True) for b in area.chain]
        found += [MeetingBody(area.id, area.name, b.id, b.title, False) for b in area.beside]
    return (*found, *(MeetingBody(NATIONAL, "", b.id, b.title, False) for b in read.national))


def bodies_met_in(area_id: str) -> tuple[MeetingBody, ...]:
    """The bodies whose meetings concern an area: its own, then the national ones.

    Raises:
        NotFoundError: there is no such area.
    """
    known = {area_id} if area_id == NATIONAL else {area_named(area_id).id, NATIONAL}
    return tuple(body for body in meeting_bodies() if body.area in known)


@lru_cache(maxsize=8)
def _read_areas(file: Path, _changed: tuple[int, int] | None) -> _AreasFile:
    content = marked.read_yaml(file, _AREAS)
    data = _with_ids(content.data)
    read = marked.validate(_AreasFile, data, content.lines, _AREAS)
    areas = read.areas
    flaws = (*_given_ids(areas, content.lines), *_shared_kkrs(areas, content.lines))
    flaws += (*_bodies_twice(areas, content.lines), *_unknown_processes(areas, content.lines))
    if flaws:
        raise BadFileError(_AREAS, flaws)
    return read


def area_named(area_id: str) -> Area:
    """The shipped area with that id.

    Raises:
        NotFoundError: there is none; the error knows the ids there are.
    """
    areas = load_areas()
    if area_id not in areas:
        raise NotFoundError("KKR-område", area_id, tuple(areas))
    return areas[area_id]


def _process_files(own: Path | None) -> dict[str, Path]:
    folders = (paths.CONFIG, *((own,) if own else ()))
    return {path.stem: path for one in folders for path in (one / "processes").glob("*.yaml")}


def _with_ids(data: dict[str, Any]) -> dict[str, Any]:
    """The same data with each area's key as its id; whatever is no group is left to validation."""
    areas = data.get("areas")
    if not isinstance(areas, dict):
        return data
    named = {k: {"id": k, **v} if isinstance(v, dict) else v for k, v in areas.items()}
    return {**data, "areas": named}


def _given_ids(areas: dict[str, Area], lines: marked.Lines) -> tuple[Flaw, ...]:
    return tuple(
        lines.flaw(("areas", key, "id"), "udelades: områdets id er dets nøgle")
        for key, area in areas.items()
        if area.id != key or ("areas", key, "id") in lines.at
    )


def _shared_kkrs(areas: dict[str, Area], lines: marked.Lines) -> tuple[Flaw, ...]:
    kkrs = [area.kkr for area in areas.values()]
    return tuple(
        lines.flaw(("areas", key, "kkr"), f"{area.kkr} hører allerede til et andet område")
        for place, (key, area) in enumerate(areas.items())
        if area.kkr in kkrs[:place]
    )


def _bodies_twice(areas: dict[str, Area], lines: marked.Lines) -> tuple[Flaw, ...]:
    return tuple(
        lines.flaw(("areas", key, "chain", place, "id"), f"organet «{body.id}» står to gange")
        for key, area in areas.items()
        for place, body in enumerate(area.chain)
        if body.id in _ids(area.chain[:place]) | _ids(area.beside)
    )


def _ids(bodies: Iterable[Body | BesideBody]) -> set[str]:
    return {body.id for body in bodies}


def _unknown_processes(areas: dict[str, Area], lines: marked.Lines) -> tuple[Flaw, ...]:
    known = process_ids()
    named: list[tuple[marked.Trail, str]] = [
        (("areas", key, "words", name), name) for key, area in areas.items() for name in area.words
    ]
    named += [
        (("areas", key, "regional_councils", place, "also_in"), name)
        for key, area in areas.items()
        for place, council in enumerate(area.regional_councils)
        for name in council.also_in
    ]
    return tuple(
        lines.flaw(trail, f"processen «{name}» findes ikke; tilladt er: {', '.join(known)}")
        for trail, name in named
        if name not in known
    )
