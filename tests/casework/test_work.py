"""Long work behind the pages: a quick one leaves no trace, a long one counts, stops, is told."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
import sqlalchemy as sa

import models
from models import Role
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.wiring import Services
from udmelding.casework.work import (
    CLOSED,
    FAULT,
    Made,
    WorkNews,
    Works,
    as_content,
    made_before,
    made_by,
    work_news,
)
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.access.access import find_user
from udmelding.journal.database import reading, writing
from udmelding.journal.tables import table_of
from udmelding.journal.work import ask_to_stop, untold_works, usual_seconds, work_named
from udmelding.rules.work import Plan, Result, Standing, Tell, WorkSeen, standing

pytestmark = pytest.mark.database

PLAN = Plan(
    kind="prøve/1",
    title="Prøven laves",
    ready="Prøven er lavet.",
    failed="Prøven blev ikke lavet",
    parts={"Først": 1, "Så": 1},
    back="/",
    back_name="Overblik",
)
DONE = Result(said="Prøven er klar.", file_name="prøve.txt", media_type="text/plain")


@dataclass
class Gate:
    """A work that a test leads step by step."""

    told: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    begun: int = 0

    def job(self, tell: Tell) -> Made:
        """Tell the first part, wait for the test, tell the second, and end."""
        self.begun += 1
        tell(0, 3, 9)
        self.told.set()
        assert self.goes_on.wait(60)
        tell(1)
        return Made(result=DONE, content=as_content(b"made"))


@pytest.fixture
def works() -> Iterator[Works]:
    """Works whose people have little patience."""
    made = Works(patience=0.1)
    yield made
    made.close(0)


@pytest.fixture
def anna(services: Services) -> int:
    return somebody(services, "anna")


def somebody(services: Services, login: str) -> int:
    now = clock.at(dt.date(2026, 11, 30))
    users.add_user(
        services,
        login=login,
        name=login.title(),
        role=Role.CASEWORKER,
        password="gul lampe under broen",  # noqa: S106 - of nobody
        now=now,
    )
    with reading(services.engine) as session:
        found = find_user(session, login)
    assert found
    return found.id


def seen(services: Services, name: str, user: int) -> WorkSeen:
    with reading(services.engine) as session:
        found = work_named(session, name, user)
    assert found
    return found


def news(services: Services, user: int, works: Works) -> WorkNews:
    with reading(services.engine) as session:
        found = untold_works(session, user)
    return work_news(services, found, works.now())


def until(is_so: Callable[[], bool]) -> None:
    """Wait for another thread."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never happens"
        time.sleep(0.02)


def rows(services: Services) -> int:
    with reading(services.engine) as session:
        return int(
            session.execute(sa.select(sa.func.count(table_of(models.Work).c.id))).scalar_one()
        )


def test_a_quick_work_gives_what_it_made_and_leaves_no_trace(services: Services, anna: int) -> None:
    made = Works(patience=60).do(
        services, anna, PLAN, lambda _: Made(result=DONE, content=as_content(b"made"))
    )
    assert isinstance(made, Made)
    assert made.content
    assert made.content.read() == b"made"
    assert rows(services) == 0


def test_a_quick_refusal_is_told_where_the_person_is(
    services: Services, anna: int, works: Works
) -> None:
    def refuse(_: Tell) -> Made:
        time.sleep(0.3)  # longer than the person's patience; but it has not begun
        raise RefusedError("Vælg en fil.")

    with pytest.raises(RefusedError, match="Vælg en fil"):
        works.do(services, anna, PLAN, refuse)
    assert rows(services) == 0


def test_a_long_work_is_followed_and_what_it_made_is_fetched(
    services: Services, anna: int, works: Works
) -> None:
    gate = Gate()
    name = works.do(services, anna, PLAN, gate.job)
    assert isinstance(name, str)
    until(lambda: seen(services, name, anna).done == 3)
    now = seen(services, name, anna)
    assert (now.part, now.total, standing(now, works.now())) == (0, 9, Standing.RUNNING)

    gate.goes_on.set()
    until(lambda: seen(services, name, anna).state is models.WorkState.DONE)
    found = seen(services, name, anna)
    assert found.result == DONE
    file = made_by(services, found)
    assert file
    assert file.read_bytes() == b"made"
    assert file.stat().st_mode & 0o077 == 0, "nobody but its owner can read it"
    with reading(services.engine) as session:
        assert usual_seconds(session, PLAN.kind) is not None
    assert made_before(services, anna, PLAN.kind) == b"made"


def test_who_has_left_is_told_once_and_nobody_else_is(
    services: Services, anna: int, works: Works
) -> None:
    bo = somebody(services, "bo")
    gate = Gate()
    name = works.do(services, anna, PLAN, gate.job)
    assert isinstance(name, str)
    assert news(services, anna, works).goes_on
    gate.goes_on.set()
    until(lambda: seen(services, name, anna).state is models.WorkState.DONE)

    assert not news(services, bo, works).lines
    with reading(services.engine) as session:
        assert work_named(session, name, bo) is None
    told = news(services, anna, works)
    assert told.lines == ((f"/arbejde/{name}", "Prøven er klar.", True),)
    assert not news(services, anna, works).lines


def test_the_same_work_is_not_begun_twice_at_once(
    services: Services, anna: int, works: Works
) -> None:
    gate = Gate()
    first = works.do(services, anna, PLAN, gate.job)
    assert works.do(services, anna, PLAN, gate.job) == first
    other_process = Works(patience=0.1)
    assert other_process.do(services, anna, PLAN, gate.job) == first
    assert gate.begun == 1
    gate.goes_on.set()


def test_a_work_stops_where_its_person_wants_it_also_from_another_process(
    services: Services, anna: int, works: Works
) -> None:
    gate = Gate()
    name = works.do(services, anna, PLAN, gate.job)
    assert isinstance(name, str)
    with writing(services.engine) as session:
        ask_to_stop(session, name, anna)
    assert standing(seen(services, name, anna), works.now()) is Standing.STOPPING
    until(lambda: all(work.wants_stop for work in works._running.values()))
    gate.goes_on.set()
    until(lambda: seen(services, name, anna).state is models.WorkState.STOPPED)
    assert made_by(services, seen(services, name, anna)) is None


def test_nobody_stops_the_work_of_another(services: Services, anna: int, works: Works) -> None:
    bo = somebody(services, "bo")
    gate = Gate()
    name = works.do(services, anna, PLAN, gate.job)
    assert isinstance(name, str)
    with writing(services.engine) as session:
        ask_to_stop(session, name, bo)
    assert not seen(services, name, anna).is_stopping
    gate.goes_on.set()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OutsideError("Disken er fuld.", is_temporary=False), "Disken er fuld."),
        (ValueError("a fault of ours"), FAULT),
    ],
)
def test_what_fails_later_is_told_on_the_page(
    services: Services, anna: int, works: Works, error: Exception, told: str
) -> None:
    gate = Gate()

    def fail(tell: Tell) -> Made:
        gate.job(tell)
        raise error

    name = works.do(services, anna, PLAN, fail)
    assert isinstance(name, str)
    gate.goes_on.set()
    until(lambda: seen(services, name, anna).state is models.WorkState.FAILED)
    assert seen(services, name, anna).result.said == told
    assert news(services, anna, works).lines == (
        (f"/arbejde/{name}", "Prøven blev ikke lavet.", False),
    )


def test_pages_that_close_say_what_was_broken_off(services: Services, anna: int) -> None:
    works, gate = Works(patience=0.1), Gate()
    name = works.do(services, anna, PLAN, gate.job)
    assert isinstance(name, str)
    works.close(0.1)
    assert seen(services, name, anna).result.said == CLOSED
    gate.goes_on.set()


def test_the_flows_of_a_case_follow_once_a_work_has_recorded_in_it(
    services: Services, anna: int, works: Works
) -> None:
    heard: list[str] = []
    works.follow_up = heard.append
    gate = Gate()
    name = works.do(services, anna, replace(PLAN, records_in="CU-X"), gate.job)
    assert isinstance(name, str)
    assert heard == []
    gate.goes_on.set()
    until(lambda: heard == ["CU-X"])
    assert seen(services, name, anna).state is models.WorkState.DONE

    works.patience = 60  # whoever waits is followed up by the request itself
    works.do(services, anna, replace(PLAN, records_in="CU-X"), gate.job)
    assert heard == ["CU-X"]


def test_a_result_that_a_page_shows_is_kept_also_where_it_was_quick(
    services: Services, anna: int
) -> None:
    result = Result(said="Set igennem.", address="/sager/X/{work}")
    made = Works(patience=60).do(
        services, anna, PLAN, lambda _: Made(result=result, content=as_content(b"shown"))
    )
    assert isinstance(made, Made)
    assert made.content
    assert made.content.read() == b"shown"
    name = made.result.address.rpartition("/")[2]
    assert made_by(services, seen(services, name, anna))
    with reading(services.engine) as session:
        assert untold_works(session, anna) == (), "it was told at once"


def test_works_and_what_they_made_are_forgotten_after_some_days(
    services: Services, anna: int, works: Works
) -> None:
    gate = Gate()
    gate.goes_on.set()
    slow = replace(PLAN, kind="prøve/2")
    result = Result(address="/{work}")

    def shown(_: Tell) -> Made:
        return Made(result=result, content=as_content(b"x"))

    works.patience = 60
    works.do(services, anna, PLAN, shown)
    assert rows(services) == 1
    real = works.now
    works.now = lambda: real() + dt.timedelta(days=8)
    works.do(services, anna, slow, shown)
    assert rows(services) == 1
    assert len(list((services.settings.home / "cache" / "work").glob("*"))) == 1
