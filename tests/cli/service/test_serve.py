"""The service: parts start in order, come back when they end, and never outlive their supervisor.

Processes here are real; all but the last test run small ones in place of the service's own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from tests.counting import KILLS, counted
from tests.owning import decide_hours
from udmelding.casework.wiring import open_services
from udmelding.cli.service import parts
from udmelding.cli.service.supervisor import Part, PartFailedError, Patience, Supervisor
from udmelding.cli.supervisor_lock import free_port, hold_lock, running
from udmelding.config.settings import Web, load_settings
from udmelding.outside.prefect_api import PrefectApi

QUICK = Patience(pause=0.05, most=3, within=60, grace=5, look=0.02)
WAITS = "pathlib.Path(sys.argv[1]).open('a').write(f'{os.getpid()}\\n'); time.sleep(100)"


def part(folder: Path, name: str, code: str = WAITS) -> Part:
    """A small process; it is ready when it has written its number into a file."""
    numbers = folder / f"{name}.pids"
    return Part(
        name=name,
        command=(sys.executable, "-c", f"import os, pathlib, sys, time; {code}", str(numbers)),
        env=os.environ,
        log=folder / "logs" / f"{name}.log",
        # A file is there before anything is in it: a test would look for a number too early.
        is_ready=lambda: pids(folder, name) != [],
        ready_within=30,
    )


def pids(folder: Path, name: str) -> list[int]:
    numbers = folder / f"{name}.pids"
    return [int(line) for line in numbers.read_text().split()] if numbers.exists() else []


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it never came about")


async def test_the_parts_are_up_together_and_all_gone_after_the_stop(tmp_path: Path) -> None:
    said: list[str] = []
    made = [replace(part(tmp_path, name), told=f"Starter {name}") for name in ("a", "b")]
    supervisor = Supervisor(made, said.append, QUICK)
    at_work: list[bool] = []

    def is_up() -> None:
        at_work.extend(is_alive(pids(tmp_path, name)[0]) for name in ("a", "b"))
        supervisor.stop()

    await supervisor.run(is_up)

    assert said == ["Starter a", "Starter b"]
    assert at_work == [True, True]
    assert not any(is_alive(pids(tmp_path, name)[0]) for name in ("a", "b"))


async def test_a_part_that_ends_at_start_stops_the_others_and_says_why(tmp_path: Path) -> None:
    bad = part(tmp_path, "Siderne", "sys.exit('databasen kan ikke åbnes')")
    supervisor = Supervisor([part(tmp_path, "a"), bad], print, QUICK)

    with pytest.raises(PartFailedError) as told:
        await supervisor.run(pytest.fail)

    assert "Siderne stoppede under opstarten (kode 1)" in told.value.message
    assert "databasen kan ikke åbnes" in told.value.message
    assert str(bad.log) in told.value.message
    assert not is_alive(pids(tmp_path, "a")[0])


async def test_a_part_that_does_not_get_ready_in_time_is_named(tmp_path: Path) -> None:
    slow = replace(part(tmp_path, "Prefect", "time.sleep(100)"), ready_within=0.2)

    with pytest.raises(PartFailedError, match="Prefect blev ikke klar"):
        await Supervisor([slow], print, QUICK).run(pytest.fail)


async def test_a_part_that_ends_later_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor([part(tmp_path, "a"), part(tmp_path, "b")], said.append, QUICK)
    up = asyncio.Event()
    running = asyncio.create_task(supervisor.run(up.set))
    await up.wait()
    first, other = pids(tmp_path, "a")[0], pids(tmp_path, "b")

    os.kill(first, signal.SIGKILL)
    counted[KILLS] += 1
    await until(lambda: len(pids(tmp_path, "a")) == 2)
    await until(lambda: "a kører igen." in said)

    assert "a stoppede (signal 9)" in said[0]
    assert pids(tmp_path, "b") == other
    supervisor.stop()
    await running
    assert not is_alive(pids(tmp_path, "a")[1])


async def test_a_part_that_keeps_ending_is_given_up_and_all_is_stopped(tmp_path: Path) -> None:
    numbers = "pathlib.Path(sys.argv[1]).open('a').write(f'{os.getpid()}\\n'); time.sleep(0.3)"
    supervisor = Supervisor(
        [part(tmp_path, "a"), part(tmp_path, "b", numbers)], lambda _: None, QUICK
    )

    with pytest.raises(PartFailedError, match="b er stoppet 3 gange på kort tid"):
        await supervisor.run(lambda: None)

    assert len(pids(tmp_path, "b")) == 3
    assert not is_alive(pids(tmp_path, "a")[0])


async def test_a_part_that_will_not_stop_is_killed_with_what_it_started(tmp_path: Path) -> None:
    stubborn = (
        "import signal, subprocess; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)']);"
        "pathlib.Path(sys.argv[1]).write_text(f'{os.getpid()} {child.pid}'); time.sleep(100)"
    )
    supervisor = Supervisor(
        [part(tmp_path, "a", stubborn)], lambda _: None, replace(QUICK, grace=0.2)
    )

    await supervisor.run(supervisor.stop)

    both = pids(tmp_path, "a")
    assert len(both) == 2
    await until(lambda: not any(map(is_alive, both)))


async def test_no_part_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, os, sys; from pathlib import Path;"
        "from udmelding.cli.service.supervisor import Part, Supervisor;"
        "file = Path(sys.argv[1]);"
        f"code = {f'import os, pathlib, sys, time; {WAITS}'!r};"
        "part = Part('a', (sys.executable, '-c', code, str(file)), os.environ,"
        " file.with_suffix('.log'), file.exists);"
        "asyncio.run(Supervisor([part], print).run(lambda: None))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.pids")]
    supervisor = subprocess.Popen(command)  # noqa: S603 - our own words only
    await until(lambda: pids(tmp_path, "a") != [])

    supervisor.kill()
    supervisor.wait()
    counted[KILLS] += 1

    await until(lambda: not is_alive(pids(tmp_path, "a")[0]))


async def test_a_part_and_its_log_are_the_owners_alone_whatever_the_umask_was(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "hjem"
    code = "pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(100)"
    made = replace(part(tmp_path, "a", code), log=folder / "logs" / "a.log")
    umask = os.umask(0o022)
    try:
        supervisor = Supervisor([made], print, QUICK)
        await supervisor.run(supervisor.stop)
    finally:
        os.umask(umask)

    seen = (tmp_path / "a.pids", folder, folder / "logs")
    assert [path.stat().st_mode & 0o777 for path in seen] == [0o600, 0o700, 0o700]


def test_two_services_on_one_folder_are_refused(home: Path, udmelding: Any) -> None:
    with hold_lock(home, "http://127.0.0.1:4200/api", "hemmelig"):
        answer = udmelding("serve")
        found = running(home)

    assert answer.code == 1
    assert f"kører allerede i mappen {home} (proces {os.getpid()})" in answer.err
    assert found is not None
    assert found.api_url == "http://127.0.0.1:4200/api"
    assert running(home) is None
    assert (home / "serve.lock").stat().st_mode & 0o077 == 0


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("more", [(), ("--only-web",)])
def test_a_port_in_use_is_refused_by_name(
    taken: int, udmelding: Any, more: tuple[str, ...]
) -> None:
    answer = udmelding("serve", "--port", str(taken), *more)

    assert answer.code == 1
    assert f"Siderne kan ikke starte på 127.0.0.1:{taken}: porten bruges" in answer.err
    assert "--port" in answer.err


def test_the_port_of_prefect_in_use_is_refused_by_name(
    taken: int, udmelding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_PREFECT__PORT", str(taken))
    answer = udmelding("serve", "--port", str(free_port("127.0.0.1", 18080)))

    assert answer.code == 1
    assert f"Prefect kan ikke starte på 127.0.0.1:{taken}" in answer.err


def test_a_prefect_server_of_ones_own_that_is_silent_is_told_at_once(
    udmelding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = free_port("127.0.0.1", 14200)
    monkeypatch.setenv("UDMELDING_PREFECT__API_URL", f"http://127.0.0.1:{silent}/api")
    answer = udmelding("serve", "--port", str(free_port("127.0.0.1", 18080)))

    assert answer.code == 75
    assert f"Prefect-serveren på http://127.0.0.1:{silent}/api svarer ikke" in answer.err


def test_real_cases_are_never_shown_on_another_day(udmelding: Any) -> None:
    answer = udmelding("serve", "--today", "15/4-2025")

    assert answer.code == 1
    assert "kun bruges i demonstrationens mappe" in answer.err


@pytest.mark.parametrize(
    ("web", "port", "url"),
    [
        (Web(), None, "http://127.0.0.1:8080"),
        (Web(), 9000, "http://127.0.0.1:9000"),
        (Web(url="https://cu.example.dk"), 9000, "https://cu.example.dk"),
    ],
)
def test_the_address_follows_the_port_unless_people_come_another_way(
    web: Web, port: int | None, url: str
) -> None:
    assert parts.address_of(web, None, port).url == url


def test_a_demonstration_sends_nothing_and_starts_nothing_by_itself(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_MAIL__TRANSPORT", "smtp")
    monkeypatch.setenv("UDMELDING_MAIL__HOST", "smtp.example.dk")
    settings = load_settings()
    engine, address = parts.engine_of(settings), parts.address_of(settings.web, None, None)

    usual = parts.parts_of(settings, engine, address, "")
    made = parts.parts_of(settings, engine, address, "2025-04-15")

    assert all(one.env["UDMELDING_MAIL__TRANSPORT"] == "folder" for one in made)
    assert all(one.env["UDMELDING_MAIL__TRANSPORT"] == "smtp" for one in usual)
    assert "--no-schedule" in made[1].command
    assert "--no-schedule" not in usual[1].command
    assert made[2].command[-1] == "2025-04-15"


def test_no_other_prefect_on_the_machine_reaches_ours(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere.example/api")
    monkeypatch.setenv("PREFECT_API_KEY", "theirs")
    settings = load_settings()
    engine = parts.engine_of(settings)
    made = parts.parts_of(settings, engine, parts.address_of(settings.web, None, None), "")

    assert {one.env["PREFECT_API_URL"] for one in made} == {"http://127.0.0.1:4200/api"}
    assert {one.env["PREFECT_HOME"] for one in made} == {str(home / "prefect")}
    assert not any("PREFECT_API_KEY" in one.env for one in made)


@pytest.fixture
def service(home: Path, engine: sa.Engine) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The whole service, starting in a home that was made, and where its pages will be.

    It starts under the umask of most machines.
    """
    port, prefect = free_port("127.0.0.1", 18100), free_port("127.0.0.1", 14300)
    env = {**os.environ, "UDMELDING_PREFECT__PORT": str(prefect)}
    command = [sys.executable, "-m", "udmelding.cli.service.app", "serve", "--port", str(port)]
    with subprocess.Popen(  # noqa: S603 - our own words only
        command, env=env, stderr=subprocess.PIPE, text=True, umask=0o022
    ) as started:
        yield started, f"http://127.0.0.1:{port}"
        started.kill()


@pytest.mark.slow
@pytest.mark.engine
def test_the_whole_service_starts_schedules_and_stops_without_a_trace(
    home: Path, service: tuple[subprocess.Popen[str], str]
) -> None:
    process, url = service
    assert process.stderr is not None
    assert any(f"Åbn {url}" in line for line in process.stderr)
    found = running(home)
    assert found is not None
    children = _children(process.pid)
    umasks = {_umask(child) for child in children}

    page = httpx.get(f"{url}/login", trust_env=False).text
    scheduled = _scheduled(found.api_url, found.auth)
    with open_services() as services:
        decide_hours(services, "09:15", 30)
    daily = _cron_within(PrefectApi(found.api_url, found.auth), "15 9 * * 1-5", seconds=60)
    process.send_signal(signal.SIGTERM)
    rest = process.stderr.read()

    assert "Log på" in page
    assert scheduled == {"daily", "deliver"}
    assert daily == "15 9 * * 1-5", "other hours are used without a new start"
    assert process.wait() == 0
    assert "udmelding er stoppet." in rest
    assert len(children) == 3
    assert not any(map(is_alive, children))
    logs = {log.name for log in (home / "logs").iterdir()}
    assert logs == {"prefect.log", "flows.log", "web.log"}
    assert umasks == {0o077}
    files = set(home.rglob("*"))
    assert home / "prefect" / "prefect.db" in files
    assert [str(path) for path in files if path.lstat().st_mode & 0o077] == []


def _cron_within(api: PrefectApi, wanted: str, seconds: int) -> str:
    """When the daily run starts by itself; waits for it to be as wanted."""
    until = time.monotonic() + seconds
    while (found := api.cron("daily/daily")) != wanted and time.monotonic() < until:
        time.sleep(0.5)
    return found


def _umask(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1], 8) for line in lines if line.startswith("Umask:"))


def _children(pid: int) -> list[int]:
    task = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in task.read_text().split()]


def _scheduled(api_url: str, auth: str) -> set[str]:
    """Names of the deployments that have runs to come; the scheduler needs a moment."""
    names: set[str] = set()
    login = tuple(auth.split(":", 1))
    with httpx.Client(auth=login, base_url=api_url, trust_env=False) as client:
        for _ in range(40):
            runs = client.post("/flow_runs/filter", json={}).json()
            wanted = {run["deployment_id"] for run in runs}
            made = client.post("/deployments/filter", json={}).json()
            names = {one["name"] for one in made if one["id"] in wanted}
            if len(names) > 1:
                break
            time.sleep(0.25)
    return names
