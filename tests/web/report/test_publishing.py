"""«Offentliggør tal»: what others would see, what it costs, and one button."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from models import Role
from tests.answering import answer, collected
from tests.casework.forms.test_answers import REF, launched
from tests.web.conftest import NOW
from udmelding.casework.wiring import Services

LOLLAND = "0360"
PAGE = f"/sager/{REF}/tal"
PUBLISHING = f"{PAGE}/offentliggoer"
SignedIn = Callable[[Role], Any]


@pytest.fixture
def answered(services: Services) -> Services:
    """All but Lolland have answered, and all had time enough."""
    launched(services, REF, NOW - dt.timedelta(days=400), None)
    collected(services, REF, NOW - dt.timedelta(days=300), but=(LOLLAND,))
    return services


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def ready(browser: Any, path: str = PUBLISHING) -> str:
    """The page; how it is worked out behind it is ``tests/web/test_work.py``'s."""
    return str(browser.get(path).text)


@pytest.mark.usefixtures("answered")
def test_a_reader_sees_no_figures_before_they_are_published_and_is_told_when(
    signed_in: SignedIn,
) -> None:
    shown = plain(signed_in(Role.READER).get(PAGE).text)
    assert "Tallene vises, når indsamlingen er slut, og sekretariatet har offentliggjort" in shown
    assert "16 af 17 har svaret" in shown
    assert "Borgere efter domstype" not in shown


@pytest.mark.usefixtures("answered")
def test_the_caseworker_is_led_from_the_figures_to_publishing_them(signed_in: SignedIn) -> None:
    anna = signed_in(Role.CASEWORKER)
    shown = anna.get(PAGE).text
    assert "Tallene er ikke offentliggjort" in plain(shown)
    assert f'href="{PUBLISHING}"' in shown
    page = ready(anna)
    assert "Summerne opgøres kun én gang" in plain(page)
    assert re.search(r'value="rows"[^>]*checked', page)
    sent = anna.client.post(PUBLISHING, data={"maade": "rows", "csrf": anna.csrf(PUBLISHING)})
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)

    reader = signed_in(Role.READER)
    seen = plain(reader.get(PAGE).text)
    assert "Borgere efter domstype" in seen
    assert "Summerne er opgjort for de 16 kommuner, der havde svaret" in seen
    assert "Tallet 0 vises kun, hvor der slet ingen borgere er." in seen
    assert "Tal under 5 vises ikke" not in seen


def test_a_later_answer_is_offered_to_be_shown_beside_the_totals(
    answered: Services, signed_in: SignedIn
) -> None:
    anna = signed_in(Role.CASEWORKER)
    ready(anna)
    anna.client.post(PUBLISHING, data={"maade": "rows", "csrf": anna.csrf(PUBLISHING)})
    assert "Alle svar er vist" in plain(ready(anna))
    answer(answered, REF, LOLLAND, NOW)
    assert "1 svar er kommet eller rettet" in plain(anna.get(PAGE).text)
    assert "Lolland" in plain(ready(anna))
    sent = anna.client.post(PUBLISHING, data={"maade": "rows", "csrf": anna.csrf(PUBLISHING)})
    assert sent.status_code == 303
    assert "Senere svar er vist, men ikke lagt til." in plain(anna.get(PAGE).text)


@pytest.mark.usefixtures("answered")
def test_what_another_promise_would_cost_is_worked_out_when_it_is_asked_for(
    signed_in: SignedIn,
) -> None:
    anna = signed_in(Role.CASEWORKER)
    assert "4 værdier:" not in plain(ready(anna))
    shown = plain(ready(anna, f"{PUBLISHING}?sammenlign=ja"))
    for values in (4, 3, 2):
        assert f"{values} værdier:" in shown


@pytest.mark.usefixtures("answered")
def test_a_way_that_is_none_is_refused(signed_in: SignedIn) -> None:
    anna = signed_in(Role.CASEWORKER)
    sent = anna.client.post(PUBLISHING, data={"maade": "alt", "csrf": anna.csrf(PUBLISHING)})
    assert "Vælg, hvordan tallene skal vises" in plain(sent.text)
