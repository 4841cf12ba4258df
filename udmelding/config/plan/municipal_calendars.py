"""When do the municipalities' own committees and councils meet? Five kinds of file tell.

YAML is read here, CSV and Excel in ``municipal_calendar_tables``, ICS and a plain list of meetings
that were moved in modules of their own. Each
kind fills a ``Draft``: what the file says, and where. The contradictions that all kinds can have
are looked for here, and all flaws of a file are told together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import StrictBool, model_validator

from models.decision import Level
from udmelding.config import marked
from udmelding.config.case.process import Shape
from udmelding.config.flaw_wording import kind_in_danish, suggestion
from udmelding.config.parties import find_municipality
from udmelding.config.plan.municipal_harvest import (
    LEVELS,
    WHAT,
    Harvest,
    MunicipalCalendars,
    MunicipalMeeting,
    Place,
    municipality_code,
    name_of,
    year_problem,
)
from udmelding.errors import BadFileError, Flaw, NotFoundError, RefusedError

_WORDS = dict(zip(LEVELS[1:], ("fagudvalg", "økonomiudvalg", "kommunalbestyrelse"), strict=True))
_SUFFIXES = (".yaml", ".csv", ".xlsx", ".ics", ".txt")


def read_municipal_calendars(
    path: Path, *, municipality: str | None = None, committee: str | None = None
) -> MunicipalCalendars:
    """The meetings and chains of municipalities that the file describes.

    Args:
        path: a ``.yaml``, ``.csv``, ``.xlsx``, ``.ics`` or ``.txt`` file.
        municipality: name or code of the municipality whose meetings they are, if the file does
            not say; if it does say, it must be the same one.
        committee: name of the specialised committee in an ICS file; other kinds ignore it.

    Raises:
        NotFoundError: there is no such file or municipality.
        RefusedError: another kind of file, or nobody says whose meetings they are.
        BadFileError: the file cannot be read or contradicts itself; every flaw with its place.
    """
    kind = path.suffix.lower()
    if kind not in _SUFFIXES:
        wanted = f"Brug en fil, der ender på {', '.join(_SUFFIXES)}."
        raise RefusedError(f"Filen {path.name} kan ikke læses som mødekalender. {wanted}")
    if not path.exists():
        raise NotFoundError("fil", str(path))
    harvest = Harvest(asked=find_municipality(municipality).code if municipality else "")
    _read(path, kind, harvest, committee or "")
    _check(harvest, path.name)
    meetings = [replace(meeting, where=place.told) for meeting, place, _ in harvest.meetings]
    meetings.sort(key=lambda m: (m.municipality, LEVELS.index(m.level), m.held_on))
    return MunicipalCalendars(
        source=harvest.source or path.name,
        chains=MappingProxyType({code: levels for code, levels, _ in harvest.chains}),
        meetings=tuple(meetings),
        skipped=tuple(harvest.skipped),
    )


def is_municipal_yaml(data: object) -> bool:
    """Whether the content of a YAML file is meant as municipal calendars."""
    return isinstance(data, Mapping) and "municipalities" in data


def _read(path: Path, kind: str, harvest: Harvest, committee: str) -> None:
    # Late: openpyxl and icalendar take a while to import, and both modules build on this one.
    from udmelding.config.plan import (
        municipal_calendar_ics,
        municipal_calendar_tables,
    )

    if kind == ".yaml":
        _read_yaml(path, harvest)
    elif kind == ".ics":
        municipal_calendar_ics.read(path, harvest, committee)
    elif kind == ".txt":
        municipal_calendar_tables.read_moves(path, harvest)
    else:
        municipal_calendar_tables.read(path, harvest)


def _check(harvest: Harvest, file: str) -> None:
    """Refuse a harvest with flaws, or with nothing in it; flaws are told in the file's order."""
    found = sorted([*harvest.flaws, *_contradictions(harvest)], key=lambda flaw: flaw[0].order)
    if not (found or harvest.meetings or harvest.chains):
        told = ["der er hverken møder eller beslutningsveje i filen.", *harvest.skipped]
        found = [(Place(file), " ".join(told))]
    if found:
        raise BadFileError(WHAT, tuple(Flaw(at.where, at.key, told) for at, told in found))


def _contradictions(harvest: Harvest) -> Iterator[tuple[Place, str]]:
    first: dict[tuple[str, Level, dt.date], Place] = {}
    for meeting, place, papers_place in harvest.meetings:
        before = first.setdefault((meeting.municipality, meeting.level, meeting.held_on), place)
        if before is not place:
            whose = f"{name_of(meeting.municipality)}, {_WORDS[meeting.level]}"
            yield place, f"mødet {meeting.held_on} ({whose}) står allerede i {before.told}"
        due = meeting.papers_due_on
        if due and due > meeting.held_on:
            yield papers_place, f"papirfristen {due} ligger efter mødet {meeting.held_on}"


class _Entry(Shape):
    on: Any
    papers_due: Any = None
    was: Any = None
    note: str = ""
    cancelled: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _date_alone(cls, written: Any) -> Any:
        return written if isinstance(written, dict) else {"on": written}


class _Municipality(Shape):
    chain: tuple[str, ...] | None = None
    committee: tuple[_Entry, ...] = ()
    finance_committee: tuple[_Entry, ...] = ()
    council: tuple[_Entry, ...] = ()


class _File(Shape):
    source: str = ""
    municipalities: dict[str, _Municipality]


def _read_yaml(path: Path, harvest: Harvest) -> None:
    content = marked.read_yaml(path, WHAT)
    written = marked.validate(_File, content.data, content.lines, WHAT)
    harvest.source = written.source.strip()
    seen: dict[str, Place] = {}
    for name, municipality in written.municipalities.items():
        trail: marked.Trail = ("municipalities", name)
        place = _place(content.lines, trail)
        code = municipality_code(name, place, harvest)
        before = seen.setdefault(code, place)
        if before is not place:
            harvest.flaws.append((place, f"kommunen «{name}» står allerede i {before.told}"))
        if municipality.chain is not None:
            at = _place(content.lines, (*trail, "chain"))
            harvest.flaws += [(at, told) for told in _chain_problems(municipality.chain)]
            levels = [level for level in LEVELS if level in municipality.chain]
            harvest.chains.append((code, tuple(levels), at))
        for level in LEVELS[1:]:
            for number, entry in enumerate(getattr(municipality, level)):
                _add_meeting(harvest, entry, (code, level), content.lines, (*trail, level, number))


def _chain_problems(chain: tuple[str, ...]) -> Iterator[str]:
    known = [level.value for level in LEVELS]
    places = [known.index(word) for word in chain if word in known]
    if not chain:
        yield f"listen er tom; skriv mindst ét led af: {', '.join(known)}"
    for word in dict.fromkeys(chain):
        if word not in known:
            told = f"{suggestion(word, known)}tilladt er: {', '.join(known)}"
            yield f"«{word}» er ikke et led; {told}"
        elif chain.count(word) > 1:
            yield f"leddet «{word}» står {chain.count(word)} gange"
    if places != sorted(places):
        yield f"rækkefølgen «{', '.join(chain)}» er forkert; den er altid {', '.join(known)}"


def _add_meeting(
    harvest: Harvest,
    entry: _Entry,
    whose: tuple[str, Level],
    lines: marked.Lines,
    trail: marked.Trail,
) -> None:
    place = _place(lines, (*trail, "on") if (*trail, "on") in lines.at else trail)
    papers_place = _place(lines, (*trail, "papers_due"))
    held_on = _day(harvest, entry.on, place)
    due = None if entry.papers_due is None else _day(harvest, entry.papers_due, papers_place)
    was_place = _place(lines, (*trail, "was"))
    was = None if entry.was is None else _day(harvest, entry.was, was_place)
    if held_on:
        meeting = MunicipalMeeting(
            municipality=whose[0],
            level=whose[1],
            held_on=held_on,
            papers_due_on=due,
            is_cancelled=entry.cancelled,
            moved_from=was if was != held_on else None,
            note=entry.note.strip(),
        )
        harvest.meetings.append((meeting, place, papers_place))


def _day(harvest: Harvest, written: object, place: Place) -> dt.date | None:
    is_shown = isinstance(written, str | int | dt.datetime)
    shown = f"«{written}»" if is_shown else kind_in_danish(written)
    problem = f"skal være en dato som 2025-01-31; her står {shown}"
    if isinstance(written, dt.date) and not isinstance(written, dt.datetime):
        problem = year_problem(written)
        if not problem:
            return written
    harvest.flaws.append((place, problem))
    return None


def _place(lines: marked.Lines, trail: marked.Trail) -> Place:
    line = lines.line(trail)
    return Place(f"{lines.file}:{line}", f"linje {line}", ".".join(map(str, trail)), line)
