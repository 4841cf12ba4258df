"""Which meetings does an ICS calendar of one municipality hold?

The level of a meeting follows from the title of its event. An event that does not clearly name one
level is left out, and a sentence says why. Use ``udmelding.config.plan.municipal_calendars``.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from models.decision import Level
from udmelding.config.plan.municipal_harvest import (
    Harvest,
    MunicipalMeeting,
    Place,
    read_text,
    unusable,
    year_problem,
)
from udmelding.errors import RefusedError

_DENMARK = ZoneInfo("Europe/Copenhagen")
_COUNCIL = re.compile(r"\b(byråd(et|s|ets)?|byråds?møde\w*|kommunalbestyrelse\w*)\b")
# Words that tell that the event only has to do with a meeting.
_AROUND = re.compile(r"frist|deadline|formøde|gruppemøde|seminar|temamøde|temadag|ferie|borgermøde")


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


def read(path: Path, harvest: Harvest, committee: str) -> None:
    """Add the meetings of an ICS file to ``harvest``, which knows whose they are.

    Args:
        path: the file.
        harvest: gets meetings, flaws, the calendar's name as source, and what was left out.
        committee: name of the specialised committee whose events count; empty for none.

    Raises:
        RefusedError: the caller did not say whose meetings they are.
        BadFileError: the file as a whole cannot be read.
    """
    if not harvest.asked:
        problem = f"Filen {path.name} siger ikke, hvilken kommune møderne hører til."
        raise RefusedError(f"{problem} Angiv kommunens navn eller kode sammen med filen.")
    text = read_text(path)
    calendars = _parsed(path.name, text)
    names = (str(name) for calendar in calendars for name in _all(calendar, "X-WR-CALNAME"))
    harvest.source = next(names, "").strip()
    for event in _events(path.name, text, calendars):
        level, why_not = _level(event.title, committee)
        if level:
            _read_event(event, level, harvest)
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


def _level(title: str, committee: str) -> tuple[Level | None, str]:
    """The level that an event's title names, or None and why not, in Danish."""
    text = unicodedata.normalize("NFC", title).casefold()
    named = " ".join(unicodedata.normalize("NFC", committee).casefold().split()).removesuffix("et")
    found: set[Level] = set()
    form = rf"(?<![\w-])(?<! og ){re.escape(named)}(et|ets|s?møde\w*)?\b"
    if named and re.search(form, text):
        found.add(Level.COMMITTEE)
        text = re.sub(form, "", text)
    if "økonomi" in text and "udvalg" in text:
        found.add(Level.FINANCE_COMMITTEE)
    if _COUNCIL.search(text):
        found.add(Level.COUNCIL)
    if len(found) == 1:
        around = _AROUND.search(text)
        if around:
            return None, f"ordet «{around[0]}» tyder på, at det ikke er selve mødet"
        return found.pop(), ""
    if found:
        return None, "titlen nævner flere led"
    wanted = f", økonomiudvalg eller {committee}" if committee else " eller økonomiudvalg"
    return None, f"titlen nævner hverken byråd, kommunalbestyrelse{wanted}"


def _read_event(event: _Event, level: Level, harvest: Harvest) -> None:
    for name in ("RRULE", "RDATE"):
        if name in event.parts:
            told = f"«{event.title}» er en gentaget begivenhed; skriv hvert møde med sin egen dato"
            harvest.flaws.append((event.place(name), told))
            return
    place = event.place("DTSTART")
    try:
        day = _day(event.parts)
    except ValueError as error:
        harvest.flaws.append((place, f"«{event.title}»: {error}"))
        return
    if any(name is None for name, _ in event.parts.errors):
        told = f"I «{event.title}» ({place.told}) er en linje sprunget over: den kan ikke læses."
        harvest.skipped.append(told)
    states = [str(state).upper() for state in _all(event.parts, "STATUS")]
    meeting = MunicipalMeeting(
        municipality=harvest.asked,
        level=level,
        held_on=day,
        is_cancelled="CANCELLED" in states or "aflyst" in event.title.casefold(),
    )
    harvest.meetings.append((meeting, place, place))


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
