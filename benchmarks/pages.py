"""The pages: how long does a signed-in person wait, what is read, and how much is sent?

Requests go through the app itself, sign-in and all, without a network. Each page is asked for 200
times (one that is slow as often as a minute allows) on a database of 20 and on one of 1000 open
national cases; its number of statements may not depend on which. Every party of every case has had
its mails, and a few of those have failed.
"""

# Mails are made by SQL of constants; a benchmark stops when a page is refused.
# ruff: noqa: S101

from __future__ import annotations

import asyncio
import datetime as dt
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlmodel import Session

from benchmarks import cases
from benchmarks.measure import counted, peak_rss_mb, timed
from benchmarks.results import Aim, Measure, Result
from models import Role
from udmelding import clock
from udmelding.casework.plan.meetings import take_in_calendar
from udmelding.casework.wiring import Services
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.journal.access import access
from udmelding.journal.database import writing
from udmelding.web.service.app import create_app
from udmelding.web.visitor import cookie_name

NOW = clock.at(cases.FEW_DUE)
LAST_HERE = clock.at(dt.date(2025, 5, 1))
CASE = "/sager/{reference}"

PAGES = (
    ("/", ""),
    (CASE, ""),
    (f"{CASE}/plan", ""),
    (f"{CASE}/prognose", ""),
    (f"{CASE}/skylder", ""),
    (f"{CASE}/dokumenter", ""),
    (f"{CASE}/mails", ""),
    (f"{CASE}/moede", ""),
    (f"{CASE}/registrer", ""),
    (f"{CASE}/registrer/{{what}}", ""),
    (f"{CASE}/links", ""),
    (f"{CASE}/log", ""),
    ("/ny", ""),
    ("/til-moedet", ""),
    ("/rykkere", ""),
    ("/rykkere/sendt", ""),
    ("/moeder", ""),
    ("/kommuner", ""),
    ("/kommuner/{code}", ""),
    ("/soeg", "q=sag"),
    ("/indstillinger", ""),
    ("/indstillinger/tilstand", ""),
)
"""Route and query; those that this version does not have are left out."""

_MOST_SECONDS = 60

_MAILS = """
    insert into outbox
        (key, announcement_id, step, party, mail, rung, due_on, template_version, recipients,
         copies, attachments, subject, text, html, message_id, thread_id, state, created_at,
         not_before, attempts, finished_at, outcome)
    select replace(key, '/obligation/', '/mail/'), announcement_id, step, party, 'invitation',
           'invitation', due_on, 'benchmark', '["social-' || party || '@kommune.example"]',
           '[]', '[]', 'Central udmelding', '', '', key, key, 'sent', recorded_at,
           recorded_at, 1, recorded_at, ''
    from obligation
"""
_LONG = "update outbox set text = :text, html = :html where announcement_id = 1"
_FAILED = "update outbox set state = 'failed' where announcement_id % 7 = 3 and party = '0101'"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, asked for many times."""

    name: str
    times: tuple[float, ...]
    statements: int
    size: int

    @property
    def p95(self) -> float:
        """All but one request in twenty were at least so fast."""
        return statistics.quantiles(self.times, n=20)[-1]


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """Every page on few cases and on many."""
    few, many = (5, 50) if is_quick else (20, 1000)
    found = {n: list(_pages(folder / str(n), n, 10 if is_quick else 200)) for n in (few, many)}
    peak = peak_rss_mb()
    for number, pages in found.items():
        for page in pages:
            yield Result(
                workload=f"pages{page.name}",
                cases=number,
                councils=cases.COUNCILS,
                seconds=statistics.median(page.times),
                p95=page.p95,
                html_bytes=page.size,
                peak_rss_mb=peak,
                statements=page.statements,
                aim=Aim(Measure.P95, 0.05),
            )
    largest = max((p for p in found[many] if p.name.startswith(CASE)), key=lambda p: p.size)
    yield Result(
        workload="pages/largest-of-a-case",
        cases=many,
        councils=cases.COUNCILS,
        seconds=statistics.median(largest.times),
        html_bytes=largest.size,
        peak_rss_mb=peak,
        aim=Aim(Measure.SIZE, 150_000),
    )


def _pages(home: Path, number: int, rounds: int) -> Iterator[Page]:
    cases.build(home, number)
    services = cases.services_in(home)
    with writing(services.engine) as session:
        cases.make_contacts(session)
        for calendar in shipped_calendars("sjaelland"):
            take_in_calendar(session, calendar, cases.stamp(cases.RECEIVED))
        _make_mails(session)
        secret = _sign_in(services, session)
    app = create_app(services, lambda: NOW)
    cookie = f"{cookie_name(services)}={secret}".encode()
    there = {_nameless(route.path or "") for route in iter_route_contexts(app.routes)}
    for route, query in PAGES:
        if _nameless(route) in there:
            path = route.format(reference=cases.reference(0), what="beslutning", code="0101")
            yield _measured(app, services, route, path, query, cookie, rounds)
    services.close()


def _nameless(route: str) -> str:
    """The route whatever its parts are called."""
    return re.sub(r"\{\w+\}", "{}", route)


def _make_mails(session: Session) -> None:
    session.execute(sa.text(_MAILS))
    session.execute(sa.text(_LONG), {"text": "ord " * 300, "html": "<p>ord</p> " * 300})
    session.execute(sa.text(_FAILED))


def _sign_in(services: Services, session: Session) -> str:
    """An administrator, who may open everything; returns the session's secret."""
    access.add_user(
        session, login="b", name="B", role=Role.ADMINISTRATOR, password_hash="", now=LAST_HERE
    )
    user = access.find_user(session, "b")
    assert user is not None
    lasting = dt.timedelta(hours=services.settings.web.session_hours)
    access.begin_session(session, user, LAST_HERE, lasting)  # so that there is a last time
    again = access.find_user(session, "b")
    assert again is not None
    return access.begin_session(session, again, NOW, lasting)


def _measured(
    app: FastAPI,
    services: Services,
    name: str,
    path: str,
    query: str,
    cookie: bytes,
    rounds: int,
) -> Page:
    async def all_rounds() -> tuple[list[float], int]:
        await _get(app, path, query, cookie)  # templates are compiled, files read
        times: list[float] = []
        while len(times) < 2 or (len(times) < rounds and sum(times) < _MOST_SECONDS):
            start = time.perf_counter()
            size = await _get(app, path, query, cookie)
            times.append(time.perf_counter() - start)
        return times, size

    times, size = asyncio.run(all_rounds())
    with counted(services.engine) as count:
        timed(lambda: asyncio.run(_get(app, path, query, cookie)))
    return Page(name, tuple(times), count.statements, size)


async def _get(app: FastAPI, path: str, query: str, cookie: bytes) -> int:
    """Ask for a page as a web server would; how many bytes came."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookie)],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "app": app,
    }
    came: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        came.append(message)

    await app(scope, receive, send)
    assert came[0]["status"] == 200, (path, came[0]["status"])
    return sum(len(message.get("body", b"")) for message in came)
