"""How is this installation set up, and how is it? For administrators; no secret is ever told.

``examine`` looks at the home folder, the settings file, the database and the documents, and can
close what stands open; it needs no services, because it is for when something is wrong with them.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from models import OutboxState
from udmelding import private
from udmelding.casework.inbox.mailbox import LastReading, last_reading
from udmelding.casework.mail.texts import flaws_in
from udmelding.casework.records import finish
from udmelding.casework.wiring import (
    NoInstallationError,
    Services,
    document_store,
    locked_store,
    scanner_of,
)
from udmelding.config.case.library import process_ids, process_named
from udmelding.config.case.process import Process
from udmelding.config.own import DECIDED_BY_PEOPLE, FILE, decided, with_own
from udmelding.config.settings import (
    Settings,
    load_settings,
    setting_places,
    setting_trails,
    settings_file,
    variable,
)
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.errors import BadFileError, UdmeldingError
from udmelding.journal import own
from udmelding.journal.database import (
    HEAD,
    Engine,
    NoDatabaseError,
    describe_database,
    open_as_it_is,
    reading,
    schema_version,
    sqlite_file,
)
from udmelding.journal.mail.sending_faults import SendingFault, fault_at
from udmelding.journal.service import locked_documents, named_documents
from udmelding.journal.summaries import counting
from udmelding.outside.clamd import UnscannedError
from udmelding.outside.service import close, look
from udmelding.outside.store import DocumentStore
from udmelding.rules import service as judging
from udmelding.rules.case.mail_state import MailState
from udmelding.rules.service import About, DocumentNamed, Finding, Flaw, State
from udmelding.rules.words.business_days import WorkCalendar

MOST_STUCK = 20

WAITING = (OutboxState.PENDING, OutboxState.CLAIMED, OutboxState.HANDING_OVER)
LITTLE_ROOM = 2 * 1024**3
"""Bytes; with less left on the disk it is time to do something."""

_USER_INFO = re.compile(r"(?<=//)[^/@]*@")


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """One setting.

    Attributes:
        trail: its path in the settings file, such as ``("mail", "host")``.
        variable: the environment variable that sets it.
        value: as people may see it: a secret only says whether there is one.
        place: where it is set, in Danish; empty for a default.
    """

    trail: tuple[str, ...]
    variable: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Setup:
    """How the installation is set up.

    Attributes:
        flaw: why nobody can tell where the settings come from; empty when it is known.
        processes: the shipped processes; ``used`` the versions that cases follow.
    """

    settings: tuple[SettingInForce, ...]
    flaw: str
    processes: tuple[Process, ...]
    used: tuple[counting.UsedProcess, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """How the installation is.

    Attributes:
        database: which kind, and where.
        schema: the migration that the database stands at; ``wanted`` the one the program needs.
        mails: how many mails are in each state.
        last_written: when a mail was last written, ``last_sent`` when one last went out.
        overdue: what should have been done in the daily run of the business day before.
        free: bytes left on the disk of the home folder, of ``size``.
        mailbox: when it was last read, and what went wrong; None where it never was.
        text_flaws: what is wrong with the secretariat's own texts of mails.
        findings: what ``udmelding check`` says of the home, but for the database.
        fault: what keeps all mails from going; None: nothing that is known.
    """

    database: str
    schema: str
    wanted: str
    mails: Mapping[OutboxState, int]
    stuck: tuple[counting.Stuck, ...]
    last_written: dt.datetime | None
    last_sent: tuple[dt.datetime, MailState] | None
    overdue: counting.Overdue
    home: Path
    free: int
    size: int
    mailbox: LastReading | None = None
    text_flaws: tuple[TextFlaw, ...] = ()
    findings: tuple[Finding, ...] = ()
    fault: SendingFault | None = None

    @property
    def waiting(self) -> int:
        """How many mails are on their way out."""
        return sum(self.mails.get(state, 0) for state in WAITING)

    @property
    def has_little_room(self) -> bool:
        """Whether the disk is nearly full."""
        return self.free < LITTLE_ROOM


def setup_of(services: Services) -> Setup:
    """The settings in force, where each is set, and the processes.

    Raises:
        OutsideError: the database cannot be reached.
    """
    flaw = ""
    try:
        written, places = load_settings(), setting_places()
    except BadFileError as error:
        written, places, flaw = services.settings, {}, error.message
    settings = []
    for trail in setting_trails():
        value, names = _value(services.settings, trail), tuple(str(part) for part in trail)
        is_as_written = value == _value(written, trail)
        place = places.get(trail, "") if is_as_written else "sat, da programmet blev startet"
        if names in DECIDED_BY_PEOPLE:
            there = places.get(trail, "")
            note = f" ({there} gælder ikke mere)" if there and not is_as_written else ""
            place = f"Bestemt af jer, under Indstillinger{note}"
        settings.append(SettingInForce(names, variable(trail), _shown(value), place))
    with reading(services.engine) as session:
        used = counting.used_processes(session)
    ours = services.settings.texts_folder
    processes = tuple(process_named(name, ours) for name in process_ids(ours))
    return Setup(tuple(settings), flaw, processes, used)


def condition_of(services: Services, today: dt.date) -> Condition:
    """How the database, the mails, the daily run and the disk are.

    Raises:
        OutsideError: the database cannot be reached.
    """
    with reading(services.engine) as session:
        written, sent = counting.last_mails(session)
        mails = counting.mails_by_state(session)
        stuck = counting.stuck_mails(session, MOST_STUCK)
        last_run = WorkCalendar().previous_business_day(today - dt.timedelta(days=1))
        overdue = counting.overdue(session, last_run)
        fault = fault_at(session)
    home = services.settings.home
    disk = shutil.disk_usage(next(p for p in (home, *home.parents) if p.exists()))
    return Condition(
        database=describe_database(services.engine.url, with_kind=True),
        schema=schema_version(services.engine) or "",
        wanted=HEAD,
        mails=mails,
        stuck=stuck,
        last_written=written,
        last_sent=sent,
        overdue=overdue,
        home=home,
        free=disk.free,
        size=disk.total,
        mailbox=last_reading(services.settings),
        text_flaws=flaws_in(services.settings.texts_folder),
        findings=tuple(f for f in examine(services.settings) if f.about is not About.DATABASE),
        fault=fault,
    )


def examine(
    settings: Settings, *, is_closing: bool = False, is_whole: bool = False
) -> tuple[Finding, ...]:
    """What is right and what is not: home, settings file, scanner, database, documents.

    Args:
        settings: of the installation; nothing of it need be there, and nothing is made.
        is_closing: take away the access of others where they have any.
        is_whole: read every document through; else only look at its size.
    """
    files = (*examine_files(settings, is_closing=is_closing), *_of_scanner(settings))
    if not os.path.isdir(settings.home):  # noqa: PTH112 - Path's own raises for nobody
        return files  # all else is missing with it
    return (*files, *_of_database(settings, is_closing=is_closing, is_whole=is_whole))


def examine_files(settings: Settings, *, is_closing: bool) -> tuple[Finding, ...]:
    """The part of ``examine`` about who owns the files and who can read them."""
    try:
        file, flaw = settings_file(), ""
    except BadFileError as error:
        file, flaw = None, error.message
    was_open = file is not None and private.is_open(file.path)
    seen = look(settings.home, _more(settings, file.path if file else None))
    if is_closing:
        seen = replace(seen, closed=close(seen.entries))
    of_file = None
    if file is not None:
        is_open = private.is_open(file.path)
        of_file = judging.SettingsSeen(str(file.path.absolute()), file.secrets, was_open, is_open)
    return (
        *judging.of_home(seen, "" if seen.entries else NoInstallationError(settings).message),
        *judging.of_modes(seen),
        *((Finding(About.SETTINGS, State.TO_DO, flaw),) if flaw else judging.of_settings(of_file)),
    )


def _more(settings: Settings, file: Path | None) -> tuple[Path, ...]:
    """What is ours under names of the secretariat's own: in the home all, elsewhere the database.

    A folder of mails or a settings file outside the home may be so that others can read it.
    """
    inside = [path for path in (settings.mail.folder, file) if path is not None]
    found = [path.absolute() for path in inside]
    found = [path for path in found if path.is_relative_to(settings.home)]
    database = sqlite_file(settings.database_url)
    if database is not None:
        found += [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
    return tuple(found)


def _of_scanner(settings: Settings) -> tuple[Finding, ...]:
    """Does the scanner for viruses answer, where one is set up?"""
    scanner, trouble = scanner_of(settings), ""
    try:
        if scanner is not None:
            scanner.ping()
    except UnscannedError as error:
        trouble = error.why
    return judging.of_scanner(settings.files.clamd, trouble)


def _of_database(settings: Settings, *, is_closing: bool, is_whole: bool) -> tuple[Finding, ...]:
    """Is the database there, and all that it names? It is neither made nor upgraded."""
    where, trouble, version = describe_database(settings.database_url), "", None
    try:
        engine, version = open_as_it_is(settings.database_url)
        try:
            named = _of_documents(settings, engine, is_whole=is_whole) if version == HEAD else ()
            if version == HEAD:
                named += _of_decided(settings, engine)
            if version == HEAD and is_closing:
                named += _of_redactions(settings, engine)
        finally:
            engine.dispose()
    except NoDatabaseError as error:
        named, trouble = (), NoInstallationError(settings, error).message
    except UdmeldingError as error:
        named, trouble = (), error.message
    return (*judging.of_database(where, version, HEAD, trouble), *named)


def _of_decided(settings: Settings, engine: Engine) -> tuple[Finding, ...]:
    """What the environment or the file says of what people decide, and no longer means anything."""
    with reading(engine) as session:
        at = {one.id for one in own.newest(session) if one.path == FILE and one.is_there}
        text = next(iter(own.contents(session, at).values()), b"").decode()
    try:
        places, now = setting_places(), decided(with_own(settings, text)) if text else {}
    except BadFileError:
        return ()  # told where the file itself is looked at
    said = decided(settings)
    lost = {trail: places[trail] for trail in now if trail in places and said[trail] != now[trail]}
    return judging.of_decided({".".join(trail): place for trail, place in lost.items()})


def _of_documents(settings: Settings, engine: Engine, *, is_whole: bool) -> tuple[Finding, ...]:
    with reading(engine) as session:
        named, locked = named_documents(session), locked_documents(session)
        _, sent = counting.last_mails(session)
    store, mails = document_store(settings), settings.mail.folder
    needed = [(str(store.folder), "databasen nævner dokumenter")] if named else []
    if sent is not None and not settings.sends:
        needed.append((str(mails), "der er sendt mails, og de skrives som filer"))
    missing = [path for path, _ in needed if not Path(path).is_dir()]
    folders = judging.of_folders(needed, missing)
    if str(store.folder) in missing:
        return folders  # one line says it for all of them
    apart = locked_store(settings)

    def flaw_of(one: DocumentNamed, where: DocumentStore) -> Flaw | None:
        return where.look_through(one.sha256) if is_whole else where.look(one.sha256, one.size)

    seen = {one.sha256: flaw_of(one, store) for one in named}
    # One that an earlier program has kept among the documents is moved when the pages start.
    away = {one.sha256: flaw_of(one, apart) and flaw_of(one, store) for one in locked}
    flaws = {sha256: flaw for found in (away, seen) for sha256, flaw in found.items() if flaw}
    everything = tuple({one.sha256: one for one in (*locked, *named)}.values())
    return (*folders, *judging.of_documents(everything, flaws, is_whole=is_whole))


def _of_redactions(settings: Settings, engine: Engine) -> tuple[Finding, ...]:
    """Delete what was taken out for good and is still there: the program was killed just then."""
    count = finish(engine, document_store(settings))
    if not count:
        return ()
    text = f"Filer, der var fjernet for altid, lå her endnu og er slettet nu: {count}."
    return (Finding(About.DOCUMENTS, State.REPAIRED, text),)


def _value(settings: Any, trail: tuple[Any, ...]) -> Any:
    for part in trail:
        settings = getattr(settings, part)
    return settings


def _shown(value: Any) -> str:
    """A setting as people may see it."""
    if isinstance(value, SecretStr):
        return "angivet, vises ikke" if value.get_secret_value() else ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    text = "" if value is None else str(value)
    if text.startswith(("sqlite:", "postgresql")):
        return describe_database(text, with_kind=True)
    return _USER_INFO.sub("…@", text)
