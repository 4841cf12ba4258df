"""When do bodies and councils meet? Files of five kinds tell, and lists that are pasted.

YAML of municipalities is read here, CSV and Excel in ``calendar_tables``, ICS in ``calendar_ics``,
text in ``calendar_lists``. Each kind fills a ``Harvest``: what the file says, and where. The
contradictions that all kinds can have are looked for here. A row that cannot be read is told with
its place and what to write, and the others are given all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import StrictBool, model_validator

from models.decision import Level
from udmelding.config import marked
from udmelding.config.case.library import meeting_bodies
from udmelding.config.case.process import Shape
from udmelding.config.flaw_wording import kind_in_danish, suggestion
from udmelding.config.parties import find_municipality, load_municipalities
from udmelding.config.plan.meeting_calendars import (
    LEVELS,
    BodyMeeting,
    MeetingCalendars,
    MunicipalMeeting,
    name_of,
    year_problem,
)
from udmelding.documents.plan.calendar_harvest import (
    WHAT,
    AnyMeeting,
    Harvest,
    Place,
    municipality_code,
)
from udmelding.errors import BadFileError, Flaw, NotFoundError, RefusedError
from udmelding.rules.words.organ_words import Organ, Vocabulary, body_named

_WORDS = dict(zip(LEVELS[1:], ("fagudvalg", "økonomiudvalg", "kommunalbestyrelse"), strict=True))
_SUFFIXES = (".yaml", ".csv", ".xlsx", ".ics", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is said about a calendar besides what is in it; empty where nothing is said.

    Attributes:
        area: whose bodies are meant by a name that several areas have.
        municipality: name or code of the municipality whose meetings they are; where the file
            says so too, it must be the same one.
        committee: name of the specialised committee that counts.
        body: name, id or ``area.id`` of the body whose meetings they are.
        level: for a municipality, the level whose meetings they are.
        year: the year that dates without one lie in.
        today: how far a series without an end is followed, to the end of the next year.
        own: the folder of what the secretariat has of its own, whose areas have the bodies.
    """

    area: str = ""
    municipality: str | None = None
    committee: str | None = None
    body: str = ""
    level: Level | None = None
    year: int | None = None
    today: dt.date | None = None
    own: Path | None = None


def vocabulary(area: str, committee: str = "", own: Path | None = None) -> Vocabulary:
    """What texts may name: all bodies and municipalities that we know."""
    return Vocabulary(
        bodies=tuple(Organ(area=b.area, body=b.id, title=b.title) for b in meeting_bodies(own)),
        municipalities=tuple((place.code, place.name) for place in load_municipalities()),
        area=area,
        committee=committee,
    )


def read_calendar_file(path: Path, hints: Hints | None = None, **known: Any) -> MeetingCalendars:
    """The meetings and chains that the file describes; its flawed rows with their places.

    Args:
        path: a ``.yaml``, ``.csv``, ``.xlsx``, ``.ics`` or ``.txt`` file.
        hints: what it does not say itself; ``known`` gives them one by one.
        known: fields of ``Hints``.

    Raises:
        NotFoundError: there is no such file, municipality or body.
        RefusedError: another kind of file, or nobody says whose meetings they are.
        BadFileError: the file as a whole cannot be read, or nothing in it can.
    """
    said = hints or Hints(**known)
    kind = path.suffix.lower()
    if kind not in _SUFFIXES:
        wanted = f"Brug en fil, der ender på {', '.join(_SUFFIXES)}."
        raise RefusedError(f"Filen {path.name} kan ikke læses som mødekalender. {wanted}")
    if not path.exists():
        raise NotFoundError("fil", str(path))
    harvest = _harvest(said)
    _read(path, kind, harvest)
    return _made(harvest, path.name)


def read_written(
    text: str, hints: Hints, rows: Sequence[tuple[str, str, str]] = ()
) -> MeetingCalendars:
    """The meetings of a list that somebody pasted, and of a small table that was filled in.

    Unlike a file it is given back even where nothing of it can be read: the person sees why.

    Args:
        text: the list, as it stands on a web page, or cells that were copied from a sheet.
        hints: whose meetings they are, and in which year, where the list does not say.
        rows: day, cut-off and note of each row of the table.

    Raises:
        NotFoundError: there is no such municipality or body.
        BadFileError: they are cells, and their columns cannot be read.
    """
    from udmelding.documents.plan.calendar_lists import read_list, read_rows
    from udmelding.documents.plan.calendar_tables import read_pasted

    harvest = _harvest(hints)
    lines = text.splitlines()
    places = {n: Place(f"linje {n}", f"linje {n}", "", n) for n in range(1, len(lines) + 1)}
    read_rows(rows, harvest)
    if not read_pasted(text, harvest):
        read_list(text, places, harvest, is_meant=True)
    return _made(harvest, "skrevet ind", is_file=False)


def _harvest(said: Hints) -> Harvest:
    words = vocabulary(said.area, said.committee or "", said.own)
    code = find_municipality(said.municipality).code if said.municipality else ""
    organ: Organ | None = None
    if said.body:
        organ = body_named(said.body, words)
        if organ is None:
            raise NotFoundError("organ", said.body, tuple(body.title for body in words.bodies))
    elif said.level is not None and code:
        organ = Organ(municipality=code, level=said.level)
    return Harvest(words=words, asked=code, organ=organ, year=said.year, today=said.today)


def is_municipal_yaml(data: object) -> bool:
    """Whether the content of a YAML file is meant as municipal calendars."""
    return isinstance(data, Mapping) and "municipalities" in data


def _read(path: Path, kind: str, harvest: Harvest) -> None:
    # Late: openpyxl and icalendar take a while to import, and both modules build on this one.
    from udmelding.documents.plan import (
        calendar_ics,
        calendar_lists,
        calendar_tables,
    )

    if kind == ".yaml":
        _read_yaml(path, harvest)
    elif kind == ".ics":
        calendar_ics.read(path, harvest)
    elif kind == ".txt":
        calendar_lists.read_text_file(path, harvest)
    else:
        calendar_tables.read(path, harvest)


def _made(harvest: Harvest, file: str, *, is_file: bool = True) -> MeetingCalendars:
    """What the harvest comes to; flaws are told in the file's order.

    Raises:
        BadFileError: there is nothing in a file but flaws, or nothing at all.
    """
    _choose_committees(harvest)
    for name, places in harvest.foreign.items():
        rows = f"{len(places)} rækker, den første i " if len(places) > 1 else ""
        told = "er ikke et af de organer, der indgår her"
        harvest.skipped.append(f"«{name}» ({rows}{places[0].told}) er sprunget over: det {told}.")
    wrong, good = _contradictions(harvest)
    found = sorted([*harvest.flaws, *wrong], key=lambda flaw: flaw[0].order)
    if is_file and not (found or good or harvest.chains):
        told_of = ["der er hverken møder eller beslutningsveje i filen.", *harvest.skipped]
        found = [(Place(file), " ".join(told_of))]
    flaws = tuple(Flaw(at.where, at.key, told) for at, told in found)
    if is_file and flaws and not (good or harvest.chains):
        raise BadFileError(WHAT, flaws)
    meetings = [replace(m, where=at.told) for m, at in good if isinstance(m, MunicipalMeeting)]
    bodies = [replace(m, where=at.told) for m, at in good if isinstance(m, BodyMeeting)]
    return MeetingCalendars(
        source=harvest.source or file,
        chains=MappingProxyType({code: levels for code, levels, _ in harvest.chains}),
        meetings=tuple(
            sorted(meetings, key=lambda m: (m.municipality, LEVELS.index(m.level), m.held_on))
        ),
        bodies=tuple(sorted(bodies, key=lambda m: (m.area, m.body, m.held_on))),
        skipped=tuple(harvest.skipped),
        flaws=flaws,
    )


def _choose_committees(harvest: Harvest) -> None:
    """A committee that nobody named counts where it is the only one that may be meant."""
    by_place: dict[str, list[str]] = {}
    for code, name in harvest.committees:
        by_place.setdefault(code, []).append(name)
    for code, names in by_place.items():
        if harvest.words.committee:
            continue
        shown = " og ".join(f"«{name}»" for name in names)
        if len(names) == 1:
            told = f"{shown} ({name_of(code)}) er læst som fagudvalget."
            harvest.skipped.append(told)
            continue
        left = {id(meeting) for name in names for meeting in harvest.committees[code, name]}
        harvest.meetings = [row for row in harvest.meetings if id(row[0]) not in left]
        harvest.skipped.append(
            f"{shown} ({name_of(code)}) er sprunget over: begge kan være fagudvalget. Skriv "
            "fagudvalgets navn."
        )


def _contradictions(
    harvest: Harvest,
) -> tuple[list[tuple[Place, str]], list[tuple[AnyMeeting, Place]]]:
    """What contradicts itself, and the meetings that nothing speaks against."""
    first: dict[tuple[object, dt.date], tuple[AnyMeeting, Place]] = {}
    wrong: list[tuple[Place, str]] = []
    apart: set[tuple[object, dt.date]] = set()
    for meeting, place, papers_place in harvest.meetings:
        due = meeting.papers_due_on
        if due and due > meeting.held_on:
            wrong.append((papers_place, f"papirfristen {due} ligger efter mødet {meeting.held_on}"))
            continue
        at = (meeting.organ, meeting.held_on)
        before, before_place = first.setdefault(at, (meeting, place))
        if before_place is place:
            continue
        told = f"mødet {meeting.held_on} ({_whose(meeting, harvest)}) står allerede i"
        wrong.append((place, f"{told} {before_place.told}"))
        if before.is_cancelled != meeting.is_cancelled:
            apart.add(at)  # one says that it is off, one that it is not: neither is believed
    return wrong, [row for at, row in first.items() if at not in apart]


def _whose(meeting: AnyMeeting, harvest: Harvest) -> str:
    if isinstance(meeting, MunicipalMeeting):
        return f"{name_of(meeting.municipality)}, {_WORDS[meeting.level]}"
    titles = {(body.area, body.body): body.title for body in harvest.words.bodies}
    return titles[meeting.area, meeting.body]


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
        if not code:
            continue  # it is told, and whose the meetings are is not known
        before = seen.setdefault(code, place)
        if before is not place:
            harvest.flaws.append((place, f"kommunen «{name}» står allerede i {before.told}"))
        if municipality.chain is not None:
            at = _place(content.lines, (*trail, "chain"))
            problems = [(at, told) for told in _chain_problems(municipality.chain)]
            harvest.flaws += problems
            levels = [level for level in LEVELS if level in municipality.chain]
            if not problems:
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
    flaws = len(harvest.flaws)
    held_on = _day(harvest, entry.on, place)
    due = None if entry.papers_due is None else _day(harvest, entry.papers_due, papers_place)
    was_place = _place(lines, (*trail, "was"))
    was = None if entry.was is None else _day(harvest, entry.was, was_place)
    if held_on and len(harvest.flaws) == flaws:
        harvest.add(
            Organ(municipality=whose[0], level=whose[1]),
            held_on,
            place,
            papers_place,
            papers_due_on=due,
            is_cancelled=entry.cancelled,
            moved_from=was,
            note=entry.note.strip(),
        )


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
