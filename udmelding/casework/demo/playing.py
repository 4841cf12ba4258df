"""The demonstration: the shipped case files, played day by day as if they happened now.

Facts are recorded at the moment they became known; between them the flows do what they would have
done. Everything lands in the ordinary database of ``UDMELDING_HOME``, so every command works on it
afterwards. Playing again goes on where the last play ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models import ContactRole, DocumentKind
from udmelding import clock
from udmelding.casework.demo.forms import answer_in_demo, ask_in_demo
from udmelding.casework.demo.pages import demo_day
from udmelding.casework.exchange.case_file import CaseFile, DatedEntry, read_case_file
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.report.publishing import publish_for_version
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named, process_named
from udmelding.config.parties import municipalities_of
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find, headers, references
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.parties import ContactValue, put_contacts
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.journal.summaries.counting import last_moment
from udmelding.paths import CONFIG
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewDocument, NewParticulars

PLAYER = "demonstration"
"""Who records what the case files say."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens on one day of the play: a launch, or a fact of a launched case."""

    at: dt.datetime
    file: CaseFile
    dated: DatedEntry | None

    @property
    def reference(self) -> str:
        """The case it happens in."""
        return self.file.shape.reference


def shipped_cases() -> tuple[CaseFile, ...]:
    """The case files that ship with the program, by name."""
    return tuple(read_case_file(path) for path in sorted((CONFIG / "cases").glob("*.yaml")))


def events(files: Sequence[CaseFile]) -> list[Event]:
    """Everything that happens, in order; the launch takes front page and deadline with it."""
    found: list[Event] = []
    for file in files:
        launched = file.entries[0].at
        found.append(Event(launched, file, None))
        with_launch = (file.particulars, file.deadline)
        found += [
            Event(dated.at, file, dated)
            for dated in file.entries
            if not any(dated.entry is part for part in with_launch)
        ]
    return sorted(found, key=lambda event: (event.at, event.reference, event.dated is not None))


def check_home(services: Services, files: Sequence[CaseFile]) -> None:
    """Make sure that the demonstration does not mix with real cases.

    In a folder of its own there may be others: whoever tries the pages launches some.

    Raises:
        RefusedError: the database holds other cases than the demonstration's.
    """
    if demo_day(services.settings.home) is not None:
        return
    known = {file.shape.reference for file in files}
    with reading(services.engine) as session:
        others = [ref for ref in references(session) if ref not in known]
    if others:
        raise RefusedError(
            f"Databasen i {services.settings.home} har allerede andre sager ({', '.join(others)}). "
            "Spil demonstrationen i en anden mappe: UDMELDING_HOME=./demo udmelding demo."
        )


def played_until(services: Services) -> dt.date | None:
    """The last day on which anything was recorded or written; None before the first play."""
    with reading(services.engine) as session:
        last = last_moment(session)
    return last.date() if last else None


def make_contacts(session: Session, area: str, stamp: Stamp) -> None:
    """Invent a coordinator, a director and a chief executive for every municipality: no people."""
    found: list[ContactValue] = []
    for municipality in municipalities_of(area_named(area)):
        host = municipality.name.lower()
        for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), (" ", "-")):
            host = host.replace(letter, plain)
        for role, name, box in (
            (ContactRole.COORDINATOR, f"socialkoordinator i {municipality.name}", "social"),
            (ContactRole.DIRECTOR, f"direktør i {municipality.name}", "velfaerd"),
            (ContactRole.CHIEF_EXECUTIVE, f"kommunaldirektør i {municipality.name}", "direktion"),
        ):
            email = f"{box}@{host}.example"
            found.append(ContactValue(party=municipality.code, role=role, name=name, email=email))
    put_contacts(session, found, stamp)


def _make_regional_contacts(session: Session, area: str, stamp: Stamp) -> None:
    """Invent an address for each regional council of the area."""
    found = [
        ContactValue(
            party=council.id,
            role=ContactRole.COORDINATOR,
            name=f"sekretariat for {council.name}",
            email=f"{council.id}@region.example",
        )
        for council in area_named(area).regional_councils
    ]
    put_contacts(session, found, stamp)


def happen(services: Services, event: Event) -> None:
    """Record one event as of its own moment; one that has happened already changes nothing."""
    file = event.file
    stamp = Stamp(event.at, PLAYER)
    with writing(services.engine) as session:
        is_launched = bool(headers(session, (event.reference,)))
        entry = event.dated.entry if event.dated is not None else None
        if entry is not None:
            header = find(session, event.reference)
            if record(session, header, entry, stamp).is_new:
                answer_in_demo(session, header, entry, stamp)
        elif not is_launched:
            _launch(services, session, file, stamp)
    if isinstance(entry, NewDocument) and entry.document_kind is DocumentKind.FINAL_REPORT:
        publish_for_version(services, event.reference, stamp)  # what the report shows is published


def _launch(services: Services, session: Session, file: CaseFile, stamp: Stamp) -> None:
    shape = file.shape
    make_contacts(session, shape.area, stamp)
    if process_named(shape.process).regional_council:
        _make_regional_contacts(session, shape.area, stamp)
    particulars, deadline = file.particulars, file.deadline
    header = launch_case(
        session,
        services.settings,
        NewCase(
            reference=shape.reference,
            process=shape.process,
            area=shape.area,
            scope=shape.scope,
            received_on=shape.received,
            particulars=NewParticulars.model_validate(particulars.model_dump()),
            deadline=NewDeadline.model_validate(deadline.model_dump()) if deadline else None,
            source=shape.source,
            is_made_up=shape.is_made_up,
        ),
        stamp,
    )
    ask_in_demo(session, header, stamp)


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day from ``first`` to ``last``, both included."""
    for number in range((last - first).days + 1):
        yield first + dt.timedelta(days=number)


MORNING, AFTERNOON = "07:30", "16:30"
"""When the daily sweep runs, and when what happened during the day is answered."""


def sweeps(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The two moments of a day at which the machine looks at the cases."""
    return clock.at(day, MORNING), clock.at(day, AFTERNOON)
