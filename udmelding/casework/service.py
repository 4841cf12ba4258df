"""How is this installation set up, and how is it? For administrators; no secret is ever told."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from models import OutboxState
from udmelding.casework.inbox.mailbox import LastReading, last_reading
from udmelding.casework.mail.texts import flaws_in
from udmelding.casework.services import Services
from udmelding.config.case.library import process_ids, process_named
from udmelding.config.case.process import Process
from udmelding.config.settings import load_settings, setting_places, setting_trails, variable
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.errors import BadFileError
from udmelding.journal.database import HEAD, reading, schema_version
from udmelding.journal.summaries import counting
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
    """

    database: str
    schema: str
    wanted: str
    mails: Mapping[OutboxState, int]
    stuck: tuple[counting.Stuck, ...]
    last_written: dt.datetime | None
    last_sent: dt.datetime | None
    overdue: counting.Overdue
    home: Path
    free: int
    size: int
    mailbox: LastReading | None = None
    text_flaws: tuple[TextFlaw, ...] = ()

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
        settings.append(SettingInForce(names, variable(trail), _shown(value), place))
    with reading(services.engine) as session:
        used = counting.used_processes(session)
    return Setup(tuple(settings), flaw, tuple(process_named(name) for name in process_ids()), used)


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
    home = services.settings.home
    disk = shutil.disk_usage(next(p for p in (home, *home.parents) if p.exists()))
    return Condition(
        database=_database(services.engine.url),
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
    )


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
        return _database(sa.make_url(text))
    return _USER_INFO.sub("…@", text)


def _database(url: sa.URL) -> str:
    """Which kind and where; never user, password or other parts of the address."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite, {url.database}"
    port = f":{url.port}" if url.port else ""
    return f"PostgreSQL, {url.database} på {url.host or 'denne maskine'}{port}"
