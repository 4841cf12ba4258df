"""Two caseworkers on the same row see each other's entry; nobody writes over the other unseen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from models import Role
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.web.service.app import create_app

PAGE = "/sager/CU-EN-2024/registrer"
SAID = {"on": "20/8-2024", "completeness": "complete"}


class Watch:
    """A clock that a test can set forward."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=10)
        return self.now


@pytest.fixture
def pair(services: Services, two_cases: Any, person: Callable[..., Any]) -> tuple[Any, Any]:
    """Anna and Bo, signed in."""
    app = create_app(services, Watch(two_cases.now))
    return person(app, "anna", Role.CASEWORKER), person(app, "bo", Role.CASEWORKER)


def opened(browser: Any, path: str) -> dict[str, str]:
    """The hidden fields of a form as its person got it."""
    html = browser.client.get(f"{PAGE}/{path}").text
    form = html[html.index('name="opened"') - 400 :]
    return {
        n: unescape(v) for n, v in re.findall(r'type="hidden" name="(\w+)" value="(.*?)"', form)
    }


def save(browser: Any, what: str, form: dict[str, str], **said: str) -> Any:
    data = {**form, **said, "csrf": browser.csrf()}
    return browser.follow(browser.client.post(f"{PAGE}/{what}", data={**data, "do": "save"}))


def answers(two_cases: Any) -> list[str]:
    with reading(two_cases.services.engine) as session:
        case = load(session, "CU-EN-2024", two_cases.now + dt.timedelta(days=1))
    return [f"{r.recorded_by}: {r.completeness.value}" for r in case.responses]


def test_the_second_sees_what_the_first_has_recorded_and_may_go_on(
    pair: tuple[Any, Any], two_cases: Any
) -> None:
    anna, bo = pair
    seen_by_bo = opened(bo, "svar")
    assert save(anna, "svar", opened(anna, "svar"), party="0253", **SAID).status_code == 303

    told = save(bo, "svar", seen_by_bo, party="0253", on="21/8-2024", completeness="partial")

    assert told.status_code == 422
    assert "Anna registrerede kl." in unescape(told.text)
    assert 'value="21/8-2024"' in told.text, "nothing that Bo wrote is lost"
    assert answers(two_cases) == ["Anna: complete"]
    again = re.search(r'name="opened" value="([^"]+)"', told.text)
    assert again
    form = {**seen_by_bo, "opened": unescape(again[1])}
    answer = save(bo, "svar", form, party="0253", on="21/8-2024", completeness="partial")
    assert answer.status_code == 303
    assert answers(two_cases) == ["Anna: complete", "Bo: partial"]


def test_another_municipality_is_nobodys_hindrance(pair: tuple[Any, Any], two_cases: Any) -> None:
    anna, bo = pair
    seen_by_bo = opened(bo, "svar")
    save(anna, "svar", opened(anna, "svar"), party="0253", **SAID)
    assert save(bo, "svar", seen_by_bo, party="0360", **SAID).status_code == 303
    assert len(answers(two_cases)) == 2


def test_a_correction_of_what_was_corrected_meanwhile_shows_the_new_entry(
    pair: tuple[Any, Any], two_cases: Any
) -> None:
    anna, bo = pair
    save(anna, "svar", opened(anna, "svar"), party="0253", **SAID)
    with reading(two_cases.services.engine) as session:
        case = load(session, "CU-EN-2024", two_cases.now + dt.timedelta(days=1))
    path = f"ret?key={case.responses[-1].key}"
    seen_by_anna, seen_by_bo = opened(anna, path), opened(bo, path)
    first = save(anna, "svar", seen_by_anna, party="0253", on="22/8-2024", completeness="complete")
    assert first.status_code == 303

    told = save(bo, "svar", seen_by_bo, party="0253", on="23/8-2024", completeness="complete")

    assert told.status_code == 422
    assert "22. august 2024" in unescape(told.text)
    assert 'value="23/8-2024"' in told.text
    assert len(answers(two_cases)) == 1
