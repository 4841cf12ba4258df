"""The daily work reads the calendars' addresses, and goes on where they fail."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

from flows import daily, tasks
from tests.casework.plan.test_addresses import FIRST, Server, kept, server
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import reading

pytestmark = pytest.mark.database

__all__ = ["kept", "server"]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a run there is no run's log."""
    monkeypatch.setattr(daily, "get_run_logger", lambda: logging.getLogger("run"))


async def test_the_days_work_reads_each_address_once(
    services: Services, server: Server, kept: int
) -> None:
    server.events["d"] = ("K17", "20270409")
    tomorrow = FIRST + dt.timedelta(days=1)
    assert await tasks.read_calendars.fn(tomorrow) == 1
    assert await tasks.read_calendars.fn(tomorrow) == 0
    with reading(services.engine) as session:
        days = {m.held_on.isoformat() for m in load_meetings(session, tomorrow)}
    assert "2027-04-09" in days


async def test_calendars_that_cannot_be_read_never_hold_up_the_days_work(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_now: dt.datetime) -> int:
        raise OSError("no disk")

    monkeypatch.setattr(daily, "read_calendars", broken)
    with caplog.at_level(logging.ERROR, "run"):
        await daily.read_calendars_quietly(FIRST)
    assert "the calendars could not be read" in caplog.text
