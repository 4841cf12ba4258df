"""Which processes and areas are there? Those that ship, and the secretariat's own before them.

Both are chosen by their id, which is also the file's name. Processes are made anew when their file
has changed. Areas are read once: the folder of the secretariat's own bears the name of what is in
it, and is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from udmelding import paths
from udmelding.config import marked
from udmelding.config.case.process import (
    Area,
    BesideBody,
    Process,
    RegionalCouncil,
    Shape,
)
from udmelding.errors import BadFileError, Flaw, NotFoundError

_PROCESS = "Procesfilen"
_AREAS = "Områdefilen"


NATIONAL = "national"
"""The area of bodies that belong to no single KKR area."""


class National(Shape):
    """The bodies that belong to no single area."""

    bodies: tuple[BesideBody, ...] = ()


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


def load_areas(own: Path | None = None) -> dict[str, Area]:
    """The KKR areas by id, in alphabetical order.

    Args:
        own: the folder of what the secretariat has of its own, whose areas stand in place of the
            shipped ones; None where only ids count, which are the same in both.

    Raises:
        BadFileError: a file is flawed; see ``parse_area`` and ``check_areas``.
    """
    return dict(_read(own).areas)


def area_named(area_id: str, own: Path | None = None) -> Area:
    """The area with that id; ``own`` as for ``load_areas``.

    Raises:
        NotFoundError: there is none; the error knows the ids there are.
    """
    areas = _read(own).areas
    if area_id not in areas:
        raise NotFoundError("KKR-område", area_id, tuple(areas))
    return areas[area_id]


def national_bodies(own: Path | None = None) -> tuple[BesideBody, ...]:
    """The bodies that belong to no single area; ``own`` as for ``load_areas``."""
    return _read(own).national.bodies


def meeting_bodies(own: Path | None = None) -> tuple[MeetingBody, ...]:
    """Every body whose meetings are kept: each area's chain, those beside it, the national ones.

    Raises:
        BadFileError: as ``load_areas``.
    """
    read = _read(own)
    found: list[MeetingBody] = []
    for area in read.areas.values():
        found += [MeetingBody(area.id, area.name, b.id, b.title, True) for b in area.chain]
        found += [MeetingBody(area.id, area.name, b.id, b.title, False) for b in area.beside]
    return (
        *found,
        *(MeetingBody(NATIONAL, "", b.id, b.title, False) for b in read.national.bodies),
    )


def bodies_met_in(area_id: str, own: Path | None = None) -> tuple[MeetingBody, ...]:
    """The bodies whose meetings concern an area: its own, then the national ones.

    Raises:
        NotFoundError: there is no such area.
    """
    known = {area_id} if area_id == NATIONAL else {area_named(area_id).id, NATIONAL}
    return tuple(body for body in meeting_bodies(own) if body.area in known)


def parse_area(text: str, area_id: str) -> Area:
    """The area that a text describes.

    Raises:
        BadFileError: it is not of the shape, names its id, or something in it stands twice; every
            flaw is named.
    """
    return _parse_area(text, area_id)[0]


def parse_national(text: str) -> National:
    """The bodies of no single area that a text describes.

    Raises:
        BadFileError: as ``parse_area``.
    """
    content = marked.parse_yaml(text, _file_name(NATIONAL), _AREAS)
    read = marked.validate(National, content.data, content.lines, _AREAS)
    if flaws := tuple(_twice({"bodies": read.bodies}, content.lines)):
        raise BadFileError(_AREAS, flaws)
    return read


def area_data(area: Area | National) -> dict[str, Any]:
    """What stands in the file of an area, or of the national bodies."""
    said = area.model_dump(by_alias=True, exclude_defaults=True)
    return {name: _plain(value) for name, value in said.items() if name != "id"}


def area_text(data: Mapping[str, Any]) -> str:
    """The YAML text of such a file."""
    return yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=96)


def _plain(value: Any) -> Any:
    """What YAML knows; what names a thing stands before its first and last day."""
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: name in ("from", "until"))
        return {name: _plain(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def check_areas(own: Path) -> None:
    """Hold the areas against each other and against the processes there are.

    Raises:
        BadFileError: a file is flawed, two areas share a KKR, a body has the id of a national one
            or of a step, or words or a regional council are for a process that there is not.
    """
    read = _read(own)
    processes = {name: process_named(name, own) for name in process_ids(own)}
    flaws: list[Flaw] = []
    for place, (area, lines) in enumerate(read.files):
        others = {other.kkr for other, _ in read.files[:place]}
        if area.kkr in others:
            flaws.append(lines.flaw(("kkr",), f"{area.kkr} hører allerede til et andet område"))
        flaws += _clashes(area, lines, read.national, processes)
        flaws += _unknown_processes(area, lines, processes)
    if flaws:
        raise BadFileError(_AREAS, tuple(flaws))


def _process_files(own: Path | None) -> dict[str, Path]:
    folders = (paths.CONFIG, *((own,) if own else ()))
    return {path.stem: path for one in folders for path in (one / "processes").glob("*.yaml")}


@dataclass(frozen=True, slots=True)
class _Areas:
    areas: Mapping[str, Area]
    national: National
    files: tuple[tuple[Area, marked.Lines], ...]


def _read(own: Path | None) -> _Areas:
    has_own = own is not None and (own / "areas").is_dir()
    return _read_once(paths.CONFIG, own if has_own else None)


@lru_cache(maxsize=8)
def _read_once(shipped: Path, own: Path | None) -> _Areas:
    texts = {
        path.stem: marked.read_text(path, _AREAS)
        for folder in (shipped, *((own,) if own else ()))
        for path in sorted((folder / "areas").glob("*.yaml"))
    }
    national = parse_national(texts.pop(NATIONAL))
    files = [_parse_area(text, area_id) for area_id, text in texts.items()]
    return _Areas(areas={area.id: area for area, _ in files}, national=national, files=tuple(files))


def _file_name(area_id: str) -> str:
    return f"areas/{area_id}.yaml"


def _parse_area(text: str, area_id: str) -> tuple[Area, marked.Lines]:
    content = marked.parse_yaml(text, _file_name(area_id), _AREAS)
    lines = content.lines
    if "id" in content.data:
        flaw = lines.flaw(("id",), f"udelades: områdets id er filens navn, {area_id}")
        raise BadFileError(_AREAS, (flaw,))
    area = marked.validate(Area, {"id": area_id, **content.data}, lines, _AREAS)
    councils = area.regional_councils
    named: dict[str, Sequence[BesideBody | RegionalCouncil]] = {
        "chain": area.chain,
        "beside": area.beside,
        "regional_councils": councils,
    }
    if flaws := tuple(_twice(named, lines)):
        raise BadFileError(_AREAS, flaws)
    return area, lines


def _twice(
    groups: Mapping[str, Sequence[BesideBody | RegionalCouncil]], lines: marked.Lines
) -> Iterator[Flaw]:
    """An id or a title that stands twice: meetings and papers are told apart by both."""
    ids: set[str] = set()
    titles: set[str] = set()
    for group, several in groups.items():
        for place, one in enumerate(several):
            if isinstance(one, RegionalCouncil):
                what, key, title = "rådet", "name", one.name
            else:
                what, key, title = "organet", "title", one.title
            if one.id in ids:
                yield lines.flaw((group, place, "id"), f"{what} «{one.id}» står to gange")
            if title.casefold() in titles:
                yield lines.flaw((group, place, key), f"{what} «{title}» står to gange")
            ids.add(one.id)
            titles.add(title.casefold())


def _clashes(
    area: Area, lines: marked.Lines, national: National, processes: Mapping[str, Process]
) -> Iterator[Flaw]:
    """A body whose id means something else: meetings and decisions would be taken for it."""
    everywhere = {body.id for body in national.bodies}
    steps = {step.id for process in processes.values() for step in process.steps}
    for place, body in enumerate(area.chain):
        if body.id in steps:
            problem = f"«{body.id}» er navnet på et trin i en proces; giv organet et andet id"
            yield lines.flaw(("chain", place, "id"), problem)
    groups: Mapping[str, Sequence[BesideBody]] = {"chain": area.chain, "beside": area.beside}
    for group, bodies in groups.items():
        for place, one in enumerate(bodies):
            if one.id in everywhere:
                problem = f"«{one.id}» er et landsdækkende organ (areas/{NATIONAL}.yaml)"
                yield lines.flaw((group, place, "id"), problem)


def _unknown_processes(
    area: Area, lines: marked.Lines, processes: Mapping[str, Process]
) -> Iterator[Flaw]:
    named: list[tuple[marked.Trail, str]] = [(("words", name), name) for name in area.words]
    named += [
        (("regional_councils", place, "also_in"), name)
        for place, council in enumerate(area.regional_councils)
        for name in council.also_in
    ]
    for trail, name in named:
        if name not in processes:
            known = ", ".join(processes)
            yield lines.flaw(trail, f"processen «{name}» findes ikke; tilladt er: {known}")
