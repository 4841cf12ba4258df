"""Starting flows through Prefect's web API, against a server on this machine that answers as it."""

from __future__ import annotations

import datetime as dt
import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from udmelding import clock
from udmelding.errors import OutsideError
from udmelding.outside.prefect_api import PrefectApi

KNOWN = "/api/deployments/name/advance/advance"
RUNS = "/api/deployments/6f7d/create_flow_run"
FILTER = "/api/flow_runs/filter"
FAILED = {  # as Prefect 3.8.8 answers, with what we do not use left out
    "name": "CU-X-2026",
    "start_time": "2026-11-23T06:30:00.358286Z",
    "state": {"type": "FAILED", "message": "Flow run encountered an exception: boom"},
}
AUTH = "Basic dWRtZWxkaW5nOmhlbW1lbGlndA=="


DAILY = "/api/deployments/name/daily/daily"
SCHEDULES = [  # the same, of a deployment
    {"active": False, "schedule": {"cron": "0 12 * * *", "timezone": "Europe/Copenhagen"}},
    {"active": True, "schedule": {"cron": "30 7 * * 1-5", "timezone": "Europe/Copenhagen"}},
]


class Answers(BaseHTTPRequestHandler):
    """Knows one deployment; a key that was seen starts no second run, as with Prefect."""

    asked: list[dict[str, Any]]

    def do_GET(self) -> None:
        if self.path == "/api/health":
            self.answer(200, True)
        elif self.headers.get("Authorization") != AUTH:
            self.answer(401, {"exception_message": "Unauthorized"})
        elif self.path == KNOWN:
            self.answer(200, {"id": "6f7d", "name": "advance", "schedules": []})
        elif self.path == DAILY:
            self.answer(200, {"id": "8a1c", "name": "daily", "schedules": SCHEDULES})
        else:
            self.answer(404, {"detail": "Deployment not found"})

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == FILTER:
            self.asked.append(sent)
            self.answer(200, [FAILED])
            return
        if self.path != RUNS:
            self.answer(500, {})
            return
        if sent not in self.asked:
            self.asked.append(sent)
        self.answer(201, {"id": f"run-{self.asked.index(sent) + 1}"})

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def url(asked: list[dict[str, Any]]) -> Iterator[str]:
    handler = type("Remembers", (Answers,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


@pytest.fixture
def api(url: str) -> PrefectApi:
    return PrefectApi(url, "udmelding:hemmeligt")


def test_a_flow_is_started_by_the_name_of_its_deployment(
    api: PrefectApi, asked: list[dict[str, Any]]
) -> None:
    assert api.answers()
    assert api.start("advance/advance", {"reference": "CU-X-2026"}, "fact-7") == "run-1"
    assert asked == [{"parameters": {"reference": "CU-X-2026"}, "idempotency_key": "fact-7"}]


def test_the_same_key_starts_nothing_twice(api: PrefectApi, asked: list[dict[str, Any]]) -> None:
    first = api.start("advance/advance", {"reference": "CU-X-2026"}, "fact-7")

    assert api.start("advance/advance", {"reference": "CU-X-2026"}, "fact-7") == first
    assert len(asked) == 1


def test_a_flow_that_nobody_serves_is_told_by_name(api: PrefectApi) -> None:
    with pytest.raises(OutsideError, match="Prefect kender ikke «ukendt/ukendt»") as told:
        api.start("ukendt/ukendt", {}, "fact-7")

    assert told.value.is_temporary


def test_a_wrong_secret_is_told_and_not_worth_trying_again(url: str) -> None:
    with pytest.raises(OutsideError, match="Prefect afviser adgangen") as told:
        PrefectApi(url, "en:anden").start("advance/advance", {}, "fact-7")

    assert not told.value.is_temporary


def test_a_server_that_is_not_there_says_so_at_once() -> None:
    with socket.socket() as nobody:  # bound and not listening: refuses
        nobody.bind(("127.0.0.1", 0))
        api = PrefectApi(f"http://127.0.0.1:{nobody.getsockname()[1]}/api")

        assert not api.answers()
        with pytest.raises(OutsideError, match="Prefect svarer ikke") as told:
            api.start("advance/advance", {}, "fact-7")

    assert told.value.is_temporary


def test_a_server_that_is_no_prefect_is_not_believed(url: str) -> None:
    elsewhere = PrefectApi(url.removesuffix("/api"), "udmelding:hemmeligt")

    assert not elsewhere.answers()


def test_when_a_flow_starts_by_itself_is_known_by_its_name(api: PrefectApi) -> None:
    assert api.cron("daily/daily") == "30 7 * * 1-5"
    assert api.cron("advance/advance") == ""
    with pytest.raises(OutsideError, match="Prefect kender ikke «ukendt/ukendt»"):
        api.cron("ukendt/ukendt")


def test_runs_that_failed_are_told_in_danish_time(
    api: PrefectApi, asked: list[dict[str, Any]]
) -> None:
    since = clock.at(dt.date(2026, 11, 20))
    (run,) = api.failed_runs(since)
    assert (run.name, f"{run.at:%d/%m %H.%M}") == ("CU-X-2026", "23/11 07.30")
    assert run.message.endswith("boom")
    assert asked[0]["flow_runs"]["start_time"] == {"after_": since.isoformat()}
    assert asked[0]["flow_runs"]["state"]["type"]["any_"] == ["FAILED", "CRASHED"]


def test_a_server_that_is_silent_tells_of_no_runs() -> None:
    with pytest.raises(OutsideError, match="Prefect svarer ikke"):
        PrefectApi("http://127.0.0.1:9/api").failed_runs(clock.at(dt.date(2026, 11, 20)))
