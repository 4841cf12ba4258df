"""Imports any file that udmelding knows, told apart by what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from udmelding.casework.exchange.case_file import CaseFile, read_case_file
from udmelding.casework.exchange.transfer import import_case_into
from udmelding.casework.files import MOST_BYTES, kinds, look_at
from udmelding.casework.parties.contact_tables import has_contact_columns, read_contacts
from udmelding.casework.plan.calendar_import import (
    check_moves,
    difference_lines,
    names_of,
)
from udmelding.casework.plan.meetings import take_in_calendar
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.config import marked
from udmelding.config.plan.calendars import Calendar, load_calendar
from udmelding.config.plan.municipal_calendars import is_municipal_yaml, read_municipal_calendars
from udmelding.config.plan.municipal_harvest import MunicipalCalendars
from udmelding.errors import BadFileError, Flaw
from udmelding.journal.database import Session
from udmelding.journal.parties import ContactValue, put_contacts
from udmelding.journal.plan.municipal import differences, take_in_meetings
from udmelding.journal.stamp import Stamp
from udmelding.rules.words.lists import join_names

KINDS = kinds(".yaml", ".yml", ".json", ".csv", ".xlsx", ".ics", ".txt")


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did.

    Attributes:
        text: one Danish sentence about it.
        details: what was new, changed or left out, one line each.
    """

    kind: str
    new: int
    known: int
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToImport:
    """What is said about a file besides its name.

    Attributes:
        area: for a calendar of bodies that names no area.
        live: an imported open case is not paused.
        municipality: whose meetings, where a file does not say.
        committee: name of the specialised committee in an ICS file.
        replace: meetings that a municipal calendar does not hold any more are cancelled.
    """

    area: str
    live: bool = False
    municipality: str | None = None
    committee: str | None = None
    replace: bool = False


def importing(
    services: Services, path: Path, how: HowToImport, stamp: Stamp
) -> Callable[[Session], Done]:
    """Read and check a file; gives what records it, whole or not at all.

    The result goes to ``consequences.preview`` or ``carry_out``.

    Raises:
        RefusedError, OutsideError: as ``casework.files.look_at``.
        BadFileError: the file is no file of ours, or has flaws; all of them are listed.
    """
    with path.open("rb") as source:
        look_at(services, path.name, source.read(MOST_BYTES + 1), KINDS, stamp.now.date())
    suffix = path.suffix.lower()
    is_contacts = suffix in (".csv", ".xlsx") and _is_contacts(path)
    if suffix in (".csv", ".xlsx", ".ics", ".txt") and not is_contacts:
        return _municipal(path, how, stamp)
    if is_contacts:
        return partial(_contacts, contacts=_contacts_in(path), stamp=stamp)
    read = marked.read_yaml(path, f"Filen {path.name}")
    if is_municipal_yaml(read.data):
        return _municipal(path, how, stamp)
    if "bodies" in read.data:
        calendar = load_calendar(path)
        chosen = replace(calendar, area=calendar.area or how.area)
        return partial(_calendar, calendar=chosen, stamp=stamp)
    if "format" in read.data:
        file = read_case_file(path)
        return partial(_case, services=services, file=file, stamp=stamp, live=how.live)
    raise BadFileError(
        f"Filen {path.name}",
        (
            Flaw(
                path.name,
                "",
                "er hverken en sagsfil (format:), en mødekalender (bodies: eller municipalities:) "
                "eller en kontaktliste (.csv)",
            ),
        ),
    )


def import_any(
    services: Services, path: Path, stamp: Stamp, how: HowToImport | None = None
) -> Done:
    """Import a case, a calendar or contacts, and let due dates follow; see ``importing``."""
    chosen = how or HowToImport(area=services.settings.area)
    return carry_out(services, importing(services, path, chosen, stamp), stamp).result


def _case(
    session: Session, *, services: Services, file: CaseFile, stamp: Stamp, live: bool
) -> Done:
    done = import_case_into(
        session, services, file, stamp.now, live=live, has_looked=stamp.has_looked
    )
    text = f"{done.reference}: {done.new} nye registreringer, {done.known} kendte i forvejen."
    if done.is_paused:
        text += (
            f" Sagen er sat på pause. Tag den op med: udmelding record pause {done.reference} "
            "--resume"
        )
    return Done("case", done.new, done.known, text)


def _calendar(session: Session, *, calendar: Calendar, stamp: Stamp) -> Done:
    new = take_in_calendar(session, calendar, stamp)
    total = sum(len(meetings) for meetings in calendar.bodies.values())
    text = f"Mødekalender for {calendar.area}: {new} nye møder, {total - new} kendte i forvejen."
    return Done("calendar", new, total - new, text)


def _municipal(path: Path, how: HowToImport, stamp: Stamp) -> Callable[[Session], Done]:
    file = read_municipal_calendars(path, municipality=how.municipality, committee=how.committee)
    return partial(_take_in_municipal, file=file, is_replacing=how.replace, stamp=stamp)


def _take_in_municipal(
    session: Session, *, file: MunicipalCalendars, is_replacing: bool, stamp: Stamp
) -> Done:
    found = differences(session, file)
    take_in_meetings(session, file, found, stamp, replace=is_replacing)
    check_moves(found)
    names = names_of(file)
    whose = join_names(names) if len(names) < _MANY else f"{len(names)} kommuner"
    text = (
        f"Mødekalender for {whose}: {len(found.new)} nye møder, {len(found.changed)} ændrede, "
        f"{found.known} kendte i forvejen."
    )
    details = (*difference_lines(found, is_replacing=is_replacing), *file.skipped)
    return Done(
        "municipal_calendar", len(found.new) + len(found.changed), found.known, text, details
    )


_MANY = 6


def _contacts(session: Session, *, contacts: Sequence[ContactValue], stamp: Stamp) -> Done:
    new = put_contacts(session, contacts, stamp)
    text = f"Kontakter: {new} nye eller ændrede, {len(contacts) - new} uændrede."
    return Done("contacts", new, len(contacts) - new, text)


def _is_contacts(path: Path) -> bool:
    """Whether a table is a list of contacts; told by its first line."""
    if path.suffix.lower() == ".xlsx":
        return has_contact_columns(path.read_bytes())
    with path.open("rb") as file:
        first = file.readline(10_000).decode("cp1252", "replace").casefold()
    return "rolle" in first or "email" in first


def _contacts_in(path: Path) -> tuple[ContactValue, ...]:
    return read_contacts(path.name, path.read_bytes())
