"""Reads the mailbox: every mail that was not read yet is taken in, and marked only after that.

A mailbox that cannot be read never stops anything else. What went wrong is kept beside the database
until the mailbox is read again, for the page that shows the system's condition.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from traceback import format_tb

from models import IncomingKind
from udmelding.casework.inbox.locked import tidy_quietly
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.errors import OutsideError
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.outside import atomic
from udmelding.outside.inbox.mailbox import Mailbox
from udmelding.outside.mail.graph import TokenSource

LONGEST_SILENCE = dt.timedelta(hours=2)
"""A mailbox that was not read for so long is told of: answers may have come."""

BATCH = 200
"""Mails that are taken in at one reading; the rest comes with the next."""

_log = logging.getLogger(__name__)
_SCOPE = "https://outlook.office365.com/.default"
_CUT = b"\r\n(Mailen kunne ikke hentes helt. Se den i postkassen.)\r\n"


@dataclass(frozen=True, slots=True)
class LastReading:
    """When the mailbox was last read, and what went wrong; empty for nothing.

    Attributes:
        good_at: when it was last read without trouble, or, where it never was, first tried.
    """

    at: dt.datetime
    trouble: str
    count: int
    good_at: dt.datetime


def read_mailbox(services: Services, now: dt.datetime) -> Counter[IncomingKind]:
    """Take in what has come to the mailbox; returns how many new mails of each kind there were.

    Does nothing where no mailbox is set up. What came before the first mail was written here is not
    read: it is the mailbox's history.

    Raises:
        OutsideError: the mailbox, the disk or the database cannot be reached; what was taken in
            before stays, and the next reading goes on from there.
    """
    settings = services.settings
    found: Counter[IncomingKind] = Counter()
    tidy_quietly(services)
    if not settings.mailbox.host:
        return found
    try:
        _read_into(services, now, found)
    except OutsideError as error:
        last = last_reading(settings)
        good_at = last.good_at if last else now
        _keep(settings, LastReading(now, error.message, found.total(), good_at))
        raise
    _keep(settings, LastReading(now, "", found.total(), now))
    return found


def _read_into(services: Services, now: dt.datetime, found: Counter[IncomingKind]) -> None:
    with reading(services.engine) as session:
        first = outbox.first_day(session) or now.date()
    with Mailbox(services.settings.mailbox, token=_token(services.settings)) as box:
        for mail in box.unread(BATCH, since=first):
            raw = mail.raw + _CUT if mail.is_cut else mail.raw
            try:
                inbox_mail = receive_one(services, raw, now)
            except OutsideError:
                raise  # the disk or the database: the next mail would fare no better
            except Exception as error:
                # One mail that cannot be kept must not hide all later ones; it is tried again.
                # The log says where it broke, never what the error says: maybe the mail's words.
                what, where = type(error).__name__, "".join(format_tb(error.__traceback__))
                _log.error("mail %s was not taken in: %s\n%s", mail.uid, what, where)
                continue
            box.mark_read([mail.uid])
            if inbox_mail is not None:
                found[inbox_mail.kind] += 1


def _token(settings: Settings) -> Callable[[], str] | None:
    if settings.mailbox.login != "oauth":
        return None
    return TokenSource(settings.graph, _SCOPE, settings.mailbox.timeout_seconds).token


def last_reading(settings: Settings) -> LastReading | None:
    """When the mailbox was last read; None where it never was."""
    try:
        said = json.loads(_place(settings).read_text(encoding="utf-8"))
        at = dt.datetime.fromisoformat(said["at"])
        good_at = dt.datetime.fromisoformat(said.get("good_at") or said["at"])
        return LastReading(at, str(said["trouble"]), int(said["count"]), good_at)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mailbox_silent_since(settings: Settings, now: dt.datetime) -> dt.datetime | None:
    """Since when nobody knows what has come to the mailbox; None where all is well, or none is."""
    last = last_reading(settings) if settings.mailbox.host else None
    if last is None or now - last.good_at <= LONGEST_SILENCE:
        return None
    return last.good_at


def _keep(settings: Settings, reading: LastReading) -> None:
    content = {
        "at": reading.at.isoformat(),
        "trouble": reading.trouble,
        "count": reading.count,
        "good_at": reading.good_at.isoformat(),
    }
    atomic.write_json(content, _place(settings))


def _place(settings: Settings) -> Path:
    return settings.home / "mailbox.json"
