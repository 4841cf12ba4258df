"""What the runner serves: by which names, on which schedules, and loadable from any folder."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from flows import deployments


class Remembers:
    """In place of Prefect's runner."""

    served: list[Any]

    def __init__(self, **_: Any) -> None:
        type(self).served = []

    async def aadd_deployment(self, made: Any) -> None:
        self.served.append(made)

    async def start(self) -> None:
        return


@pytest.fixture
def runner(home: Path, monkeypatch: pytest.MonkeyPatch) -> type[Remembers]:
    monkeypatch.setattr(deployments, "Runner", Remembers)
    return Remembers


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
    runner: type[Remembers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_PREFECT__DAILY_AT", "06:05")
    await deployments.serve_all()

    assert schedules(runner)["daily"] == [("5 6 * * 1-5", "Europe/Copenhagen")]


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
