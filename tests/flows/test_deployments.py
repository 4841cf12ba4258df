"""What the runner serves: by which names, on which schedules, and loadable from any folder."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import deployments
from tests.owning import decide_hours
from udmelding.casework.wiring import Services, refreshed
from udmelding.errors import OutsideError

pytestmark = pytest.mark.database


class Remembers:
    """In place of Prefect's runner."""

    served: list[Any]
    lasts: float = 0

    def __init__(self, **_: Any) -> None:
        type(self).served = []

    async def aadd_deployment(self, made: Any) -> None:
        self.served.append(made)

    async def start(self) -> None:
        await asyncio.sleep(type(self).lasts)


@pytest.fixture
def runner(services: Services, monkeypatch: pytest.MonkeyPatch) -> type[Remembers]:
    monkeypatch.setattr(deployments, "Runner", Remembers)
    monkeypatch.setattr(deployments, "_LOOK", 0.01)
    monkeypatch.setattr(Remembers, "lasts", 0)
    # Without this a test that waits until four are served sees those of the test before it.
    monkeypatch.setattr(Remembers, "served", [], raising=False)
    return Remembers


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)


def schedules(runner: type[Remembers]) -> dict[str, list[tuple[str, str]]]:
    return {
        made.name: [(one.schedule.cron, one.schedule.timezone) for one in made.schedules or []]
        for made in runner.served
    }


async def test_the_sweep_runs_on_weekdays_and_mail_is_tried_every_ten_minutes(
    runner: type[Remembers],
) -> None:
    await deployments.serve_all()

    assert schedules(runner) == {
        "daily": [("30 7 * * 1-5", "Europe/Copenhagen")],
        "deliver": [("*/10 * * * *", "Europe/Copenhagen")],
        "announcement-lifecycle": [],
        "advance": [],
    }


async def test_the_sweep_runs_when_the_settings_say(
    runner: type[Remembers], services: Services
) -> None:
    decide_hours(services, "06:05", 60)
    await deployments.serve_all()

    assert schedules(runner)["daily"] == [("5 6 * * 1-5", "Europe/Copenhagen")]
    assert schedules(runner)["deliver"] == [("0 * * * *", "Europe/Copenhagen")]


async def test_hours_that_are_decided_while_it_runs_are_used_without_a_new_start(
    runner: type[Remembers], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Remembers, "lasts", 30)
    running = asyncio.ensure_future(deployments.serve_all())
    await until(lambda: len(schedules(runner)) == 4)
    before = len(runner.served)

    await asyncio.to_thread(decide_hours, services, "09:15", 30)
    await until(lambda: len(runner.served) == 2 * before)
    await asyncio.sleep(0.1)
    running.cancel()

    assert schedules(runner)["daily"] == [("15 9 * * 1-5", "Europe/Copenhagen")]
    assert schedules(runner)["deliver"] == [("*/30 * * * *", "Europe/Copenhagen")]
    assert len(runner.served) == 2 * before, "once"


async def test_a_database_that_is_away_for_a_moment_stops_nothing(
    runner: type[Remembers], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []

    def away(services: Services) -> Services:
        said.append(1)
        if len(said) < 3:
            raise OutsideError("Databasen svarer ikke.", is_temporary=True)
        return refreshed(services)

    monkeypatch.setattr(deployments, "refreshed", away)
    monkeypatch.setattr(Remembers, "lasts", 30)
    running = asyncio.ensure_future(deployments.serve_all())
    await until(lambda: len(said) > 1)
    await asyncio.to_thread(decide_hours, services, "09:15", 30)
    await until(lambda: len(runner.served) == 8)
    running.cancel()

    assert schedules(runner)["daily"] == [("15 9 * * 1-5", "Europe/Copenhagen")]


async def test_a_demonstration_starts_nothing_by_itself(runner: type[Remembers]) -> None:
    await deployments.serve_all(scheduled=False)

    assert not any(schedules(runner).values())


async def test_each_flow_is_found_under_its_own_name_wherever_the_runner_stands(
    runner: type[Remembers],
) -> None:
    await deployments.serve_all()

    for made in runner.served:
        module, name = made.entrypoint.rsplit(".", 1)
        assert getattr(importlib.import_module(module), name).name == made.flow_name == made.name


async def test_the_supervisor_is_told_once_all_is_served(
    runner: type[Remembers], tmp_path: Path
) -> None:
    ready = tmp_path / "served"
    await deployments.serve_all(ready=ready)

    assert ready.exists()
    assert len(runner.served) == 4
