"""Gives a test's home something of its own, past the checks, as an older program may have."""

from __future__ import annotations

import datetime as dt

from udmelding import clock
from udmelding.casework.wiring import Services, refreshed
from udmelding.journal import own
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp

STAMP = Stamp(clock.at(dt.date(2024, 8, 1)), "anna")


def put_own(services: Services, path: str, content: str | bytes) -> Services:
    """Keep the file unchecked; returns the services that have it in use."""
    data = content.encode() if isinstance(content, str) else content
    with writing(services.engine) as session:
        own.put(session, path, data, STAMP)
    return refreshed(services)
