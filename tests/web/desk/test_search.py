"""The page «Søg»: grouped hits that lead on, and an answer to whatever is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from models import Role, Scope
from tests.past import record_past
from udmelding import clock
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

SignedIn = Callable[[Role], Any]
REF = "CU-PROEVE-2025"
STAMP = Stamp(clock.at(dt.date(2025, 1, 10)), "test")


@pytest.fixture
def case(services: Services) -> Services:
    """One case."""
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=STAMP.now.date(),
            particulars=NewParticulars(title="Prøve <b>fed</b> i Åbenrå"),
            deadline=NewDeadline(due_on=dt.date(2025, 9, 30)),
        )
        launch_case(session, services.settings, new, STAMP)
    return services


def note(services: Services, title: str) -> None:
    said = {"title": title, "on": STAMP.now.date()}
    record_past(services, REF, "milestone", said, STAMP)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_without_words_the_page_says_how_to_search(signed_in: SignedIn) -> None:
    answer = signed_in(Role.READER).client.get("/soeg")
    assert answer.status_code == 200
    assert "Sådan søger du" in answer.text


def test_a_hit_leads_to_the_case_with_the_words_marked(case: Services, signed_in: SignedIn) -> None:
    answer = signed_in(Role.READER).client.get("/soeg", params={"q": "AABENRAA"})
    assert f'<a href="/sager/{REF}">' in answer.text
    assert "<mark>Åbenrå</mark>" in answer.text
    assert "Sager (1)" in answer.text
    assert "<b>fed" not in answer.text, "what people wrote is shown, never obeyed"


@pytest.mark.parametrize("written", ["intetsomhelst", "x", "y" * 5000])
def test_nothing_found_and_nothing_to_search_for_are_explained(
    case: Services, signed_in: SignedIn, written: str
) -> None:
    answer = signed_in(Role.READER).client.get("/soeg", params={"q": written})
    assert answer.status_code == 200
    told = text_of(answer.text)
    assert "Intet fundet" in told or "Søgningen er for" in told
    assert f'value="{written}"' in answer.text, "what was written stays in the field"


def test_many_hits_are_shown_little_by_little(case: Services, signed_in: SignedIn) -> None:
    for number in range(25):
        note(case, f"Møde nummer {number} om takster")
    client = signed_in(Role.READER).client
    first = client.get("/soeg", params={"q": "takster"})
    assert "Bemærkninger (25)" in first.text
    assert first.text.count("<mark>takster</mark>") == 20
    more = re.search(r'<a href="(/soeg\?[^"]+)">Vis flere', first.text)
    assert more
    rest = client.get(unescape(more[1]))
    assert rest.text.count("<mark>takster</mark>") == 25
    assert "Vis flere" not in rest.text


@pytest.mark.parametrize(
    "query",
    [
        "q=%25%25",
        "q=__",
        "q=%27%27%3B--",
        "q=%22%22%22",
        "q=%C3%28%A0%A1",
        "q=%00%00ab",
        "q=%F0%9F%98%80%F0%9F%98%80",
        "q=%ED%A0%80%ED%A0%80",
        "q=lolland&vis=mails&antal=x",
        "q=lolland&vis=mails&antal=-5",
        "q=lolland&vis=findes-ikke&antal=99999999999999999999",
        "q=lolland&q=greve",
        "q=" + "%C3%A5" * 5000,
    ],
)
def test_whatever_is_written_gets_an_answer(
    case: Services, signed_in: SignedIn, query: str
) -> None:
    assert signed_in(Role.READER).client.get(f"/soeg?{query}").status_code == 200


def test_strangers_search_nothing(stranger: Any) -> None:
    assert stranger.client.get("/soeg?q=lolland").status_code == 303
