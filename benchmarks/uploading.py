"""What does the worst file cost the others? ``/login`` is asked for while it is looked at.

A PDF without a table of its objects, which would be read for hours, comes through a personal link:
once, and then sixty times at once. The pages run as they do in the service, behind uvicorn.
"""

# A benchmark stops when an answer is not the one that it measures.
# ruff: noqa: S101

from __future__ import annotations

import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn

from benchmarks import cases
from benchmarks.measure import peak_rss_mb
from benchmarks.results import Aim, Measure, Result
from tests.casework.test_files import endless_pdf
from udmelding import clock
from udmelding.casework.access.links import link_for
from udmelding.casework.files import LIMITS
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.web.parties.municipality import form_value
from udmelding.web.service.app import create_app

NOW = clock.at(cases.FEW_DUE)
NUMBER, OBJECTS = 11, 30_000
AT_ONCE = 60
BUSY, REFUSED = 503, 422
PAUSE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Result):
    """How long ``/login`` took, asked for again and again; ``seconds`` is the median.

    Attributes:
        longest: the slowest answer.
        answers: how many there were.
    """

    longest: float
    answers: int

    def as_json(self) -> str:
        """The JSON line: that of every result, with the slowest answer."""
        values = json.loads(Result.as_json(self))
        values["told"] = f"longest {self.longest * 1000:.0f} ms of {self.answers} answers"
        return json.dumps(values, ensure_ascii=False)


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """At rest, while one such file is looked at, and while sixty are sent at once."""
    cases.build(folder, NUMBER)
    services = cases.services_in(folder)
    file = endless_pdf(OBJECTS)
    with _served(services) as address, httpx.Client(base_url=address, timeout=600) as client:
        path = _link(services)
        yield _asked("at-rest", _logins(client, 1 if is_quick else 3))
        for count in (1, AT_ONCE):
            with ThreadPoolExecutor(count) as senders:
                begin = time.perf_counter()
                sent = [senders.submit(_send, address, path, file) for _ in range(count)]
                times = list(_until_done(client, sent))
                codes = [one.result() for one in sent]
                seconds = time.perf_counter() - begin
            assert set(codes) <= {REFUSED, BUSY}, codes
            assert REFUSED in codes
            yield _asked(f"while-{count}-worst-pdf", times)
            if count == 1:
                most = LIMITS.wall_seconds + 2
                yield _result("worst-pdf-ended", seconds, Aim(Measure.SECONDS, most))
            else:
                yield _result(f"worst-pdf-{codes.count(REFUSED)}-of-{count}-looked-at", seconds)
    services.close()


def _result(name: str, seconds: float, aim: Aim | None = None) -> Result:
    return Result(
        workload=f"files/{name}",
        cases=NUMBER,
        councils=cases.COUNCILS,
        seconds=seconds,
        peak_rss_mb=peak_rss_mb(),
        aim=aim,
    )


def _asked(name: str, times: list[float]) -> Asked:
    return Asked(
        workload=f"files/login-{name}",
        cases=NUMBER,
        councils=cases.COUNCILS,
        seconds=statistics.median(times),
        longest=max(times),
        answers=len(times),
        peak_rss_mb=peak_rss_mb(),
    )


@contextmanager
def _served(services: Services) -> Iterator[str]:
    """The pages, on a port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(services, lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def _link(services: Services) -> str:
    """The page of a municipality that has not decided yet."""
    reference = cases.reference(0)
    with reading(services.engine) as session:
        case = load(session, reference, NOW)
    decided = {decision.party for decision in case.decisions}
    party = next(m.party for m in cases.municipalities() if m.party not in decided)
    with writing(services.engine) as session:
        link = link_for(services, session, reference, party, by=cases.BY, now=NOW)
    return link[link.index("/k/") :]


def _send(address: str, path: str, file: bytes) -> int:
    said = {"form": "decide", "decided_on": "9/6-2025", "outcome": "approved", "level": "council"}
    said["form_value"] = form_value(path.removeprefix("/k/"))
    files = {"minutes": ("referat.pdf", file)}
    return httpx.post(address + path, data=said, files=files, timeout=600).status_code


def _login(client: httpx.Client) -> float:
    begin = time.perf_counter()
    assert client.get("/login").status_code == httpx.codes.OK
    return time.perf_counter() - begin


def _logins(client: httpx.Client, seconds: float) -> list[float]:
    _login(client)  # templates are compiled, files read
    until, times = time.perf_counter() + seconds, []
    while time.perf_counter() < until:
        times.append(_login(client))
        time.sleep(PAUSE)
    return times


def _until_done(client: httpx.Client, sent: list[Future[int]]) -> Iterator[float]:
    while not all(one.done() for one in sent):
        yield _login(client)
        time.sleep(PAUSE)
