"""The page of a long work: it counts, leads on, is left and come back to, and is one's own."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from models import Role, WorkState
from tests.answering import collected
from tests.casework.forms.test_answers import REF, launched
from tests.web.conftest import NOW
from udmelding.casework.report import writing as report_writing
from udmelding.casework.wiring import Services
from udmelding.casework.work import Works
from udmelding.journal.access.access import find_user
from udmelding.journal.database import reading, writing
from udmelding.journal.work import beat, end_work, put_work, untold_works
from udmelding.rules.work import DEAD_AFTER, LOST, Plan, Result
from udmelding.web.service.app import create_app

DRAFT = f"/sager/{REF}/rapport/som-den-er.pdf"
PLAN = Plan(
    kind="prøve",
    title="Papirerne dannes",
    ready="Papirerne er klare.",
    failed="Papirerne blev ikke dannet",
    parts={"Word": 1, "PDF": 1},
    noun="kommuner",
    back=f"/sager/{REF}/papirer",
    back_name="papirerne",
    again=f"/sager/{REF}/papirer/kommuner.zip",
)
Person = Callable[[FastAPI, str, Role], Any]


@pytest.fixture
def app(services: Services) -> Iterator[FastAPI]:
    """Pages whose people have little patience."""
    launched(services, REF, NOW - dt.timedelta(days=400), None)
    made = create_app(services, lambda: NOW, works=Works(patience=0.05))
    yield made
    made.state.works.close(0)


@pytest.fixture
def anna(app: FastAPI, person: Person) -> Any:
    return person(app, "anna", Role.CASEWORKER)


@pytest.fixture
def slow_pdf(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The report's PDF is made when the test says so."""
    goes_on = threading.Event()

    def made(*_: object, **__: object) -> bytes:
        assert goes_on.wait(60)
        return b"%PDF-1.7 the report"

    monkeypatch.setattr(report_writing, "report_pdf", made)
    yield goes_on
    goes_on.set()


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def begun(services: Services, login: str, plan: Plan = PLAN, *, silent: bool = False) -> str:
    """A work of that person that another process is at, or was."""
    now = Works().now()
    at = now - DEAD_AFTER - dt.timedelta(seconds=5) if silent else now
    name = f"work-of-{login}"
    with writing(services.engine) as session:
        user = find_user(session, login)
        assert user
        put_work(session, name, user.id, plan, at, at)
        beat(session, name, (0, 11, 17), at)
    return name


def ended(services: Services, name: str, state: WorkState, result: Result) -> None:
    with writing(services.engine) as session:
        end_work(session, name, state, result, Works().now())


def test_a_report_that_takes_long_leads_to_its_page_and_from_there_to_the_file(
    anna: Any, slow_pdf: threading.Event
) -> None:
    answer = anna.get(DRAFT)
    assert answer.status_code == 303
    there = answer.headers["location"]
    assert there.startswith("/arbejde/")
    page = anna.get(there).text
    assert "Rapporten dannes" in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "<progress" in page
    assert anna.get(DRAFT).headers["location"] == there, "the same work is not begun twice"

    slow_pdf.set()
    page = over(anna, there)
    assert "Kladden til rapporten er klar" in plain(page)
    assert f'content="0;url={there}/fil"' in page, "the file comes by itself, the first time"
    assert 'content="0' not in anna.get(there).text
    file = anna.get(f"{there}/fil")
    assert file.content == b"%PDF-1.7 the report"
    assert file.headers["content-type"] == "application/pdf"
    assert f"{REF}-kladde.pdf" in file.headers["content-disposition"]


def over(browser: Any, there: str) -> str:
    """The page when it does not look again any more."""
    for _ in range(600):
        answer = browser.get(there)
        if "hx-trigger" not in answer.text:
            return str(answer.text)
        time.sleep(0.05)
    raise AssertionError("it is never over")


def test_htmx_is_led_to_the_page_once_the_work_is_over(
    services: Services, app: FastAPI, anna: Any
) -> None:
    name = begun(services, "anna")
    heads = {"hx-request": "true"}
    assert "11 af 17 kommuner" in anna.client.get(f"/arbejde/{name}", headers=heads).text
    ended(services, name, WorkState.DONE, Result(said="Klar.", address=f"/sager/{REF}"))
    answer = anna.client.get(f"/arbejde/{name}", headers=heads)
    assert answer.headers["hx-redirect"] == f"/arbejde/{name}"

    page = anna.get(f"/arbejde/{name}")
    assert (page.status_code, page.headers["location"]) == (303, f"/sager/{REF}")
    assert "Klar." in anna.get(f"/sager/{REF}").text
    assert anna.get(f"/arbejde/{name}").status_code == 200, "Back does not lead forward again"


def test_a_refusal_is_told_where_the_person_is(app: FastAPI, anna: Any) -> None:
    sent = anna.client.post(
        f"/sager/{REF}/rapport/version", data={"csrf": anna.csrf(f"/sager/{REF}/rapport")}
    )
    assert sent.status_code == 422
    assert "Der er hverken tekst eller tal at lave en version af" in plain(sent.text)


def test_whoever_is_elsewhere_is_told_once_on_the_page_they_are_on(
    services: Services, app: FastAPI, anna: Any, person: Person
) -> None:
    bo = person(app, "bo", Role.ADMINISTRATOR)
    name = begun(services, "anna")
    assert 'hx-get="/arbejde/nyt"' in anna.get("/kontakter").text
    assert 'hx-get="/arbejde/nyt"' not in bo.get("/kontakter").text
    result = Result(said="Papirerne er klare.", file_name="p.zip", media_type="application/zip")
    ended(services, name, WorkState.DONE, result)

    assert "Papirerne er klare" not in bo.get("/kontakter").text
    told = anna.get("/kontakter").text
    assert f'Papirerne er klare. <a href="/arbejde/{name}">Se det</a>' in told
    assert "Papirerne er klare" not in anna.get("/kontakter").text
    for path in (f"/arbejde/{name}", f"/arbejde/{name}/fil"):
        assert bo.get(path).status_code == 404
        assert "Der findes intet arbejde" in bo.get(path).text


def test_a_page_that_is_left_open_takes_in_that_the_work_is_over(
    services: Services, app: FastAPI, anna: Any
) -> None:
    name = begun(services, "anna")
    heads = {"hx-request": "true"}
    assert "hx-trigger" in anna.client.get("/arbejde/nyt", headers=heads).text
    ended(services, name, WorkState.FAILED, Result(said="Disken er fuld.", is_good=False))
    told = anna.client.get("/arbejde/nyt", headers=heads).text
    assert "Papirerne blev ikke dannet." in told
    assert "Se, hvad der skete" in told
    assert "hx-trigger" not in told


def test_a_work_whose_process_was_killed_says_so_and_is_begun_again(
    services: Services, app: FastAPI, anna: Any
) -> None:
    name = begun(services, "anna", silent=True)
    page = anna.get(f"/arbejde/{name}").text
    assert "Papirerne blev ikke dannet" in page
    assert LOST in page
    assert "Intet er ændret." in page
    assert f'href="{PLAN.again}">Prøv igen</a>' in page
    assert "meta http-equiv" not in page


def test_a_person_stops_what_they_started_and_nobody_else_does(
    services: Services, app: FastAPI, anna: Any, person: Person
) -> None:
    bo = person(app, "bo", Role.ADMINISTRATOR)
    name = begun(services, "anna")
    stop = f"/arbejde/{name}/stop"
    assert bo.client.post(stop, data={"csrf": bo.csrf("/kontakter")}).status_code == 404
    sent = anna.client.post(stop, data={"csrf": anna.csrf("/kontakter")})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/arbejde/{name}")
    assert "Arbejdet stoppes" in anna.get(f"/arbejde/{name}").text
    assert ">Stop</button>" not in anna.get(f"/arbejde/{name}").text


def test_numbers_are_worked_out_behind_a_page_that_leads_back_to_them(
    services: Services, app: FastAPI, anna: Any
) -> None:
    collected(services, REF, NOW - dt.timedelta(days=300))
    there = f"/sager/{REF}/tal/offentliggoer"
    answer = anna.get(there)
    for _ in range(600):
        if answer.status_code == 200 and "Hvordan skal tallene vises" in answer.text:
            break
        time.sleep(0.1)
        answer = anna.get(answer.headers.get("location", answer.request.url.path))
    assert "Hvordan skal tallene vises" in answer.text
    sent = anna.client.post(there, data={"maade": "rows", "csrf": anna.csrf("/kontakter")})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/sager/{REF}/tal")


def test_what_was_made_is_gone_after_a_day_and_the_page_says_where_it_is_made_again(
    services: Services, app: FastAPI, anna: Any
) -> None:
    name = begun(services, "anna")
    result = Result(said="Papirerne er klare.", file_name="p.zip", media_type="application/zip")
    ended(services, name, WorkState.DONE, result)
    page = anna.get(f"/arbejde/{name}").text
    assert "Filen ligger her ikke længere" in page
    assert f'href="{PLAN.again}"' in page
    assert "gemmes et døgn" in anna.get(f"/arbejde/{name}/fil").text
    with reading(services.engine) as session:
        user = find_user(session, "anna")
        assert user
        assert untold_works(session, user.id) == ()
