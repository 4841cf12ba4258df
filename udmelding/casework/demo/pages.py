"""The demonstration in the pages: its clock stands, its mails go nowhere, a user may do all.

A mark in the folder says that it is the demonstration's, and to which day. A folder that it was
played in is never served as if it were today: everything would be overdue, and mails would be
written to municipalities that were asked years ago.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from models import Role
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.errors import BadFileError, Flaw, OutsideError
from udmelding.journal.access import access
from udmelding.journal.database import reading
from udmelding.journal.summaries.counting import last_moment

LOGIN = "demo"
_OPENS_AT = "17:30"
"""After the last sweep of the play, so that all of its last day shows."""
_SLOWER = 60
"""A minute is a second: a service left running for a week still shows its day."""
_ALPHANUMERICS = "abcdefghjkmnpqrstuvwxyz23456789"


def without_mail(settings: Settings) -> Settings:
    """The settings of a demonstration: mails become files whatever they say, as in practice."""
    mail = settings.mail.model_copy(update={"transport": "folder"})
    return settings.model_copy(update={"mail": mail, "is_for_practice": True})


def demo_clock(services: Services, day: dt.date) -> Callable[[], dt.datetime]:
    """A clock that stays on ``day``: it begins after all that was recorded then, and goes slowly.

    What is recorded in the pages gets its place in the order of that day, also after a new start.
    """
    last = clock.end_of(day)
    with reading(services.engine) as session:
        latest = last_moment(session, until=last) or clock.at(day, "00:00")
    begin = max(clock.at(day, _OPENS_AT), latest + dt.timedelta(seconds=1))
    started = time.monotonic()

    def now() -> dt.datetime:
        passed = (time.monotonic() - started) / _SLOWER
        return min(begin + dt.timedelta(seconds=passed), last)

    return now


def make_demo_user(services: Services, now: dt.datetime) -> str:
    """A user «demo» who may do everything, with a new password; returns the password."""
    password = "-".join("".join(secrets.choice(_ALPHANUMERICS) for _ in range(4)) for _ in range(4))
    with reading(services.engine) as session:
        is_known = access.find_user(session, LOGIN) is not None
    if is_known:
        users.set_password(services, LOGIN, password)
    else:
        users.add_user(
            services,
            login=LOGIN,
            name="Demobruger",
            role=Role.ADMINISTRATOR,
            password=password,
            now=now,
        )
    return password


def _mark(home: Path) -> Path:
    return home / "demo"


def mark_demo(home: Path, day: dt.date) -> dt.date:
    """Mark the folder as the demonstration's; returns the furthest day that it was played to.

    Raises:
        OutsideError: the folder cannot be written.
    """
    furthest = max(day, demo_day(home) or day)
    try:
        _mark(home).write_text(f"{furthest.isoformat()}\n", encoding="utf-8")
    except OSError as error:
        raise OutsideError(
            f"Mappen {home} kan ikke skrives ({error.strerror}).", is_temporary=False
        ) from error
    return furthest


def demo_day(home: Path) -> dt.date | None:
    """The day that the demonstration in ``home`` was played to; None if it holds none.

    Raises:
        BadFileError: somebody wrote something else into the mark.
    """
    try:
        return dt.date.fromisoformat(_mark(home).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except ValueError as error:
        flaw = Flaw(str(_mark(home)), "", "skal være en dato som 2025-04-15")
        raise BadFileError("Mærket på demonstrationens mappe", (flaw,)) from error
