"""Imports any file that udmelding knows, told apart by what is in it."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from models import ContactRole
from udmelding.casework.case_file import read_case_file
from udmelding.casework.meetings import take_in_calendar
from udmelding.casework.services import Services
from udmelding.casework.transfer import import_case
from udmelding.config import marked
from udmelding.config.calendars import load_calendar
from udmelding.config.municipalities import find_municipality
from udmelding.errors import BadFileError, Flaw, RefusedError
from udmelding.journal.contacts import ContactValue, check_address, put_contact
from udmelding.journal.database import writing
from udmelding.journal.record import Stamp
from udmelding.rules.glossary import label

_COLUMNS = ("part", "rolle", "navn", "email")
_OTHER_PARTIES = {"styrelsen": "agency", "sekretariatet": "secretariat"}


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did, with one Danish sentence about it."""

    kind: str
    new: int
    known: int
    text: str


def import_any(
    services: Services,
    path: Path,
    now: dt.datetime,
    stamp: Stamp,
    *,
    area: str | None = None,
    live: bool = False,
) -> Done:
    """Import a case file, a meeting calendar or a list of contacts; whole or not at all.

    Raises:
        BadFileError: the file is none of these, or has flaws; all of them are listed.
    """
    if path.suffix.lower() == ".csv":
        return _contacts(services, path, stamp)
    content = marked.read_yaml(path, f"Filen {path.name}")
    if "bodies" in content.data:
        return _calendar(services, path, stamp, area)
    if "format" in content.data:
        return _case(services, path, now, live=live)
    raise BadFileError(
        f"Filen {path.name}",
        (
            Flaw(
                path.name,
                "",
                "er hverken en sagsfil (format:), en mødekalender (bodies:) eller en "
                "kontaktliste (.csv)",
            ),
        ),
    )


def _case(services: Services, path: Path, now: dt.datetime, *, live: bool) -> Done:
    done = import_case(services, read_case_file(path), now, live=live)
    text = f"{done.reference}: {done.new} nye registreringer, {done.known} kendte i forvejen."
    if done.is_paused:
        text += (
            f" Sagen er sat på pause. Tag den op med: udmelding record pause {done.reference} "
            "--resume"
        )
    return Done("case", done.new, done.known, text)


def _calendar(services: Services, path: Path, stamp: Stamp, area: str | None) -> Done:
    calendar = load_calendar(path)
    chosen = calendar.area or area or services.settings.area
    with writing(services.engine) as session:
        new = take_in_calendar(session, replace(calendar, area=chosen), stamp)
    total = sum(len(meetings) for meetings in calendar.bodies.values())
    text = f"Mødekalender for {chosen}: {new} nye møder, {total - new} kendte i forvejen."
    return Done("calendar", new, total - new, text)


def _contacts(services: Services, path: Path, stamp: Stamp) -> Done:
    contacts = read_contacts(path)
    with writing(services.engine) as session:
        new = sum(put_contact(session, contact, stamp) for contact in contacts)
    text = f"Kontakter: {new} nye eller ændrede, {len(contacts) - new} uændrede."
    return Done("contacts", new, len(contacts) - new, text)


def read_contacts(path: Path) -> list[ContactValue]:
    """The contacts of a CSV file with the columns part, rolle, navn, email (comma or semicolon).

    Raises:
        BadFileError: lists every flaw with its line.
    """
    text = marked.read_text(path, f"Kontaktlisten {path.name}")
    separator = ";" if text.partition("\n")[0].count(";") else ","
    rows = csv.DictReader(text.splitlines(), delimiter=separator)
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        flaw = Flaw(f"{path.name}:1", ", ".join(missing), "mangler; brug " + ", ".join(_COLUMNS))
        raise BadFileError(f"Kontaktlisten {path.name}", (flaw,))
    found: list[ContactValue] = []
    flaws: list[Flaw] = []
    for row in rows:
        where = f"{path.name}:{rows.line_num}"
        for column, problem in _problems(row):
            flaws.append(Flaw(where, column, problem))
        if not flaws:
            found.append(_contact(row))
    if flaws:
        raise BadFileError(f"Kontaktlisten {path.name}", tuple(flaws))
    return found


def _contact(row: dict[str, str]) -> ContactValue:
    return ContactValue(
        party=_party(row["part"]),
        role=_role(row["rolle"]),
        name=row["navn"].strip(),
        email=check_address(row["email"]),
    )


def _problems(row: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for column, read in (("part", _party), ("rolle", _role), ("email", check_address)):
        try:
            read(row[column] or "")
        except RefusedError as error:
            found.append((column, error.message))
    if not (row["navn"] or "").strip():
        found.append(("navn", "mangler; skriv et navn eller en funktion"))
    return found


def _party(text: str) -> str:
    wanted = text.strip()
    return _OTHER_PARTIES.get(wanted.casefold()) or find_municipality(wanted).code


def _role(text: str) -> ContactRole:
    wanted = text.strip().casefold()
    for role in ContactRole:
        if wanted in (role.value, label(role)):
            return role
    known = ", ".join(label(role) for role in ContactRole)
    raise RefusedError(f"«{text}» er ikke en rolle; skriv {known}")
