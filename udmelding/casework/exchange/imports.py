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
from udmelding.casework.plan.addresses import (
    fetched,
    how_of,
    keep_address,
    organ_asked,
    read_fetched,
)
from udmelding.casework.plan.calendar_import import HowToRead, read_calendar, take_in
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.config import marked
from udmelding.config.plan.meeting_calendars import MeetingCalendars
from udmelding.documents.plan.calendar_files import is_municipal_yaml
from udmelding.errors import BadFileError, Flaw
from udmelding.journal.database import Session
from udmelding.journal.parties import ContactValue, put_contacts
from udmelding.journal.stamp import Stamp

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
        calendar: of a calendar, whose it is where it does not say, and how it is taken in.
        live: an imported open case is not paused.
    """

    calendar: HowToRead
    live: bool = False


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
    if suffix in (".csv", ".xlsx") and _is_contacts(path):
        return partial(_contacts, contacts=_contacts_in(path), stamp=stamp)
    is_calendar = suffix in (".csv", ".xlsx", ".ics", ".txt")
    read = None if is_calendar else marked.read_yaml(path, f"Filen {path.name}")
    if read is None or is_municipal_yaml(read.data) or "bodies" in read.data:
        file = read_calendar(path.name, path.read_bytes(), how.calendar)
        return partial(_calendar, file=file, how=how.calendar, stamp=stamp)
    if "format" in read.data:
        case = read_case_file(path)
        return partial(_case, services=services, file=case, stamp=stamp, live=how.live)
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


def importing_address(
    services: Services, url: str, how: HowToImport, stamp: Stamp
) -> Callable[[Session], Done]:
    """Fetch the calendar at an address; gives what records it, and reads it every day from then on.

    Raises:
        RefusedError: nobody says whose calendar it is, or it cannot be fetched or read.
        NotFoundError: there is no such body or municipality.
    """
    said = how.calendar
    got = fetched(organ_asked(said), url, said.committee or "", stamp.now)
    chosen = how_of(got, said.area, said.own, stamp.now.date())
    file = read_fetched(got, chosen)

    def do(session: Session) -> Done:
        done = _calendar(session, file=file, how=chosen, stamp=stamp)
        keep_address(session, got, file, stamp)
        return replace(done, text=f"{done.text} Adressen læses igen hver arbejdsdag.")

    return do


def import_any(
    services: Services, path: Path, stamp: Stamp, how: HowToImport | None = None
) -> Done:
    """Import a case, a calendar or contacts, and let due dates follow; see ``importing``."""
    chosen = how or HowToImport(
        calendar=HowToRead(area=services.settings.area, own=services.settings.texts_folder)
    )
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


def _calendar(session: Session, *, file: MeetingCalendars, how: HowToRead, stamp: Stamp) -> Done:
    done = take_in(session, file, how, stamp)
    text = (
        f"Mødekalender for {done.whose}: {done.new} nye møder, {done.changed} ændrede, "
        f"{done.known} kendte i forvejen."
    )
    if done.flaws:
        rows = "1 række" if len(done.flaws) == 1 else f"{len(done.flaws)} rækker"
        text += f" {rows} kunne ikke læses."
    fate = "aflyses" if done.is_replacing else "beholdes"
    left = [f"{line}: står ikke i filen; {fate}." for line in done.left]
    details = (*done.lines, *left, *done.skipped, *map(str, done.flaws))
    return Done("calendar", done.ready, done.known, text, details)


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
