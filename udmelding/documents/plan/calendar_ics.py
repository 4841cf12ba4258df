"""Which meetings does an ICS calendar hold, of a body or of a municipality?

Whose meeting an event is follows from its title, in the words of ``rules.words.organ_words``. An
event that does not clearly name one organ is left out, and a sentence says why. A series is written
out day by day (RFC 5545, 3.8.5): what is taken out of it is no meeting, and a day of it that was
moved or called off is what the calendar says of that day alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr

from models.decision import Level
from udmelding.config.plan.meeting_calendars import year_problem
from udmelding.documents.plan.calendar_harvest import Harvest, Place, read_text, unusable
from udmelding.errors import RefusedError
from udmelding.rules.words.organ_words import Naming, Organ, around_word, naming, plain

_DENMARK = ZoneInfo("Europe/Copenhagen")
_MOST_OF_SERIES = 400
"""So many days a series has at most: more are no meetings."""


@dataclass(frozen=True, slots=True)
class _Event:
    """One event and the lines of its text; ``first`` is the line where it begins."""

    parts: Any
    file: str
    first: int
    lines: tuple[str, ...]

    @property
    def title(self) -> str:
        return " ".join(" / ".join(map(str, _all(self.parts, "SUMMARY"))).split())

    def place(self, name: str) -> Place:
        """Where the property stands; where the event begins if it has none of that name."""
        own = re.compile(rf"{name}[;:]", re.IGNORECASE)
        line = next((n for n, text in enumerate(self.lines, self.first) if own.match(text)), None)
        line = line or self.first
        return Place(f"{self.file}:{line}", f"linje {line}", name, line)


def read(path: Path, harvest: Harvest) -> None:
    """Add the meetings of an ICS file to ``harvest``, which may know whose they are.

    Args:
        path: the file.
        harvest: gets meetings, flaws, the calendar's name as source, and what was left out.

    Raises:
        RefusedError: the caller did not say whose meetings they are.
        BadFileError: the file as a whole cannot be read.
    """
    text = read_text(path)
    calendars = _parsed(path.name, text)
    names = (str(name) for calendar in calendars for name in _all(calendar, "X-WR-CALNAME"))
    harvest.source = next(names, "").strip()
    harvest.titled = naming(harvest.source, harvest.words).municipality
    events = _events(path.name, text, calendars)
    apart = _apart(events)
    for event in events:
        organ, committee, why_not = _organ(event.title, harvest)
        if organ is not None:
            _read_event(event, organ, committee, apart, harvest)
        elif why_not == _NOBODYS:
            problem = f"Filen {path.name} siger ikke, hvilken kommune møderne hører til."
            raise RefusedError(f"{problem} Angiv kommunens navn eller kode sammen med filen.")
        else:
            title = f"«{event.title}»" if event.title else "En begivenhed uden titel"
            place = event.place("BEGIN").told
            harvest.skipped.append(f"{title} ({place}) er sprunget over: {why_not}.")


def _parsed(file: str, text: str) -> list[Any]:
    """The calendars of the text.

    Raises:
        BadFileError: it is not ICS, or it breaks off.
    """
    try:
        calendars = list(icalendar.Calendar.from_ical(text, multiple=True))
    except Exception:  # icalendar lets through whatever its parsers meet in a broken file
        raise unusable(file, "filen er ikke en gyldig ICS-kalender; hent den igen") from None
    for part in ("VCALENDAR", "VEVENT"):
        begun, ended = (_count(text, f"{word}:{part}") for word in ("BEGIN", "END"))
        if begun != ended:
            told = f"BEGIN:{part} står {begun} gange, men END:{part} {ended} gange"
            raise unusable(file, f"filen er afbrudt eller ødelagt: {told}; hent den igen")
    if not all(getattr(calendar, "name", "") == "VCALENDAR" for calendar in calendars):
        raise unusable(file, "filen er ikke en ICS-kalender; den skal begynde med BEGIN:VCALENDAR")
    if not calendars:
        raise unusable(file, "der er ingen kalender i filen; den skal begynde med BEGIN:VCALENDAR")
    return calendars


def _count(text: str, line: str) -> int:
    return len(re.findall(rf"^{line}[ \t]*\r?$", text, re.IGNORECASE | re.MULTILINE))


def _events(file: str, text: str, calendars: list[Any]) -> list[_Event]:
    """The events with their lines, which icalendar does not tell: they come in the same order."""
    parts = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    lines = re.split(r"\r\n|\n|\r", text)
    starts = [n for n, line in enumerate(lines) if line.strip().upper() == "BEGIN:VEVENT"]
    ends = [n for n, line in enumerate(lines) if line.strip().upper() == "END:VEVENT"]
    if len(parts) != len(starts):
        raise unusable(file, "filen er ødelagt: begivenhederne ligger inden i hinanden")
    return [
        _Event(part, file, start + 1, tuple(lines[start:end]))
        for part, start, end in zip(parts, starts, ends, strict=True)
    ]


_NOBODYS = "kommunen mangler"


def _organ(title: str, harvest: Harvest) -> tuple[Organ | None, str, str]:
    """Whose meeting an event is, the committee it rests on; or None and why not, in Danish."""
    said = naming(title, harvest.words)
    asked = harvest.organ
    around = around_word(title)
    if len(said.bodies) + len(said.levels) > 1:
        return None, "", "titlen nævner flere led"
    organ = _named(said, title, harvest)
    if organ is None:
        return None, "", _missing(harvest)
    if around:
        return None, "", f"ordet «{around}» tyder på, at det ikke er selve mødet"
    is_anothers = asked is not None and organ.key != asked.key
    if is_anothers or (harvest.asked and organ.level is None):
        return None, "", _OTHERS
    if organ.level is not None and not organ.municipality:
        return None, "", _NOBODYS
    return organ, said.committee if organ.level is Level.COMMITTEE else "", ""


def _named(said: Naming, title: str, harvest: Harvest) -> Organ | None:
    """The one organ that a title names, or the one whose calendar it is; None for none of ours."""
    if said.bodies:
        return said.bodies[0]
    if said.levels and not (said.foreign and said.committee):
        code = said.municipality or harvest.asked or harvest.titled
        return Organ(municipality=code, level=said.levels[0])
    # «Møde nr. 3» in the calendar of one body is that body's.
    return harvest.organ if not said.foreign and "mød" in plain(title) else None


_OTHERS = "det er et andet organs møde"


def _missing(harvest: Harvest) -> str:
    if harvest.organ is not None and harvest.organ.level is None:
        return f"titlen nævner ikke {harvest.organ.title}"
    committee = harvest.words.committee
    wanted = f", økonomiudvalg eller {committee}" if committee else " eller økonomiudvalg"
    return f"titlen nævner hverken kommunalbestyrelse{wanted}"


def _apart(events: list[_Event]) -> dict[str, set[dt.date]]:
    """For each series by its uid, the days of it of which the calendar speaks apart."""
    found: dict[str, set[dt.date]] = {}
    for event in events:
        for value in _all(event.parts, "RECURRENCE-ID"):
            moment = getattr(value, "dt", None)
            if moment is not None:
                found.setdefault(_uid(event), set()).add(_as_day(moment))
    return found


def _uid(event: _Event) -> str:
    return str(next(iter(_all(event.parts, "UID")), ""))


def _read_event(
    event: _Event, organ: Organ, committee: str, apart: dict[str, set[dt.date]], harvest: Harvest
) -> None:
    place = event.place("DTSTART")
    try:
        day = _day(event.parts)
        days = [day]
        if _is_series(event):
            place = event.place("RRULE" if "RRULE" in event.parts else "RDATE")
            days = sorted(set(_series(event, day, harvest)) - apart.get(_uid(event), set()))
    except ValueError as error:
        harvest.flaws.append((place, f"«{event.title}»: {error}"))
        return
    if any(name is None for name, _ in event.parts.errors):
        told = f"I «{event.title}» ({place.told}) er en linje sprunget over: den kan ikke læses."
        harvest.skipped.append(told)
    states = [str(state).upper() for state in _all(event.parts, "STATUS")]
    is_off = "CANCELLED" in states or "aflyst" in event.title.casefold()
    was = next(
        (_as_day(v.dt) for v in _all(event.parts, "RECURRENCE-ID") if hasattr(v, "dt")), None
    )
    for held_on in days:
        harvest.add(
            organ,
            held_on,
            place if held_on == day else replace(place),
            is_cancelled=is_off,
            moved_from=None if is_off else was,
            committee=committee,
            # One day of a series is known by the series and the day that the rule gave it.
            uid=f"{_uid(event)}/{was or held_on}" if _is_series(event) or was else _uid(event),
        )


def _is_series(event: _Event) -> bool:
    return "RRULE" in event.parts or "RDATE" in event.parts


def _series(event: _Event, first: dt.date, harvest: Harvest) -> Iterator[dt.date]:
    """The days of a series without those that are taken out of it.

    Raises:
        ValueError: the rule cannot be read, or gives too many days.
    """
    out = {_as_day(value.dt) for it in _all(event.parts, "EXDATE") for value in it.dts}
    days = {first}
    for rule in _all(event.parts, "RRULE"):
        days |= set(_of_rule(rule, first, harvest))
    for listed in _all(event.parts, "RDATE"):
        days |= {_as_day(value.dt) for value in listed.dts}
    if len(days) > _MOST_OF_SERIES:
        raise ValueError(f"serien har over {_MOST_OF_SERIES} dage; den er næppe møder")
    yield from (day for day in days if day not in out)


def _of_rule(rule: Any, first: dt.date, harvest: Harvest) -> Iterator[dt.date]:
    # Only days count here: times and zones are taken off the rule, so that its end is a day too.
    text = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", rule.to_ical().decode())
    end = dt.datetime(max((harvest.today or first).year, first.year) + 1, 12, 31)  # noqa: DTZ001
    try:
        found = rrulestr(text, dtstart=dt.datetime(first.year, first.month, first.day))  # noqa: DTZ001
        for count, moment in enumerate(found):
            if moment > end or count > _MOST_OF_SERIES:
                return
            yield moment.date()
    except (ValueError, TypeError) as error:
        raise ValueError("gentagelsen (RRULE) kan ikke læses; skriv møderne enkeltvis") from error


def _as_day(moment: dt.date | dt.datetime) -> dt.date:
    if not isinstance(moment, dt.datetime):
        return moment
    return moment.astimezone(_DENMARK).date() if moment.tzinfo else moment.date()


def _day(parts: Any) -> dt.date:
    """The day in Denmark on which an event begins.

    Raises:
        ValueError: there is none; the Danish message says why.
    """
    starts = _all(parts, "DTSTART")
    if len(starts) != 1:
        raise ValueError("datoen står flere gange" if starts else "datoen mangler (DTSTART)")
    try:
        moment = getattr(starts[0], "dt", None)
        day = _in_denmark(moment, starts[0]) if isinstance(moment, dt.datetime) else moment
    except icalendar.error.InvalidCalendar:
        day = None
    if not isinstance(day, dt.date):
        raw = starts[0].to_ical()
        shown = raw.decode() if isinstance(raw, bytes) else raw
        raise ValueError(f"«{shown}» er ikke en dato, der findes; skriv den som 20250314")
    if problem := year_problem(day):
        raise ValueError(problem)
    return day


def _in_denmark(moment: dt.datetime, start: Any) -> dt.date:
    """The day of a moment; one without a time zone is meant as it is written."""
    if moment.tzinfo is not None:
        try:
            return moment.astimezone(_DENMARK).date()
        except OverflowError:  # in year 1 or 9999, which is refused in any case
            return moment.date()
    if zone := start.params.get("TZID"):
        raise ValueError(f"tidszonen «{zone}» er ukendt; brug Europe/Copenhagen")
    return moment.date()


def _all(parts: Any, name: str) -> list[Any]:
    """Every value of a property; a repeated one is a list in icalendar."""
    found = parts.get(name, [])
    return found if isinstance(found, list) else [found]
