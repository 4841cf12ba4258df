"""The page of a mail that only links to minutes: fetched by a press, or pasted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from models import OutboxState, Role
from tests.casework.inbox.test_linked_minutes import CLEAN, OPENED, serving
from tests.casework.inbox.test_receiving import reply
from tests.conftest import TwoCases
from tests.web.inbox.test_post import after, send, shown, state, take
from udmelding import clock
from udmelding.casework.inbox import linked_minutes
from udmelding.casework.inbox.meaning import move
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.web.service.app import create_app

NOW = clock.at(dt.date(2027, 4, 6), "09:00")
PRESS, FAILED = "Hent og læs", "Referatet kunne ikke hentes: "


@pytest.fixture
def web(services: Services, two_cases: TwoCases) -> FastAPI:
    return create_app(services, lambda: NOW)


@pytest.fixture
def anna(web: FastAPI, person: Callable[..., Any]) -> Any:
    return person(web, "anna", Role.CASEWORKER)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def page(services: Services, two_cases: TwoCases, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the page of a reply with those words, where a council's decision is owed."""
    monkeypatch.setattr(linked_minutes, "LIMITS", OPENED)

    def make(words: str, step: str = "councils") -> str:
        raw = reply(two_cases.mails(OutboxState.SENT)[0], f"{words}\n")
        mail = take(services, two_cases, raw)
        case = two_cases.references[0]
        move(services, mail.key, case, step, two_cases.party, two_cases.now)
        return mail.key

    return make


def test_a_press_reads_the_minutes_and_what_they_say_is_recorded_with_their_link(
    anna: Any, services: Services, two_cases: TwoCases, page: Any, site: str
) -> None:
    key = page(f"Se referatet: {site}/side")
    path, link = f"/mails/post/{key}", f"{site}/side"
    html = shown(anna, path)
    assert PRESS in html
    assert f'href="{link}" rel="noopener noreferrer"' in html
    assert state(services, key).attachments == [], "looking at the page fetches nothing"

    html = after(anna, send(anna, f"{path}/hent", path, link="0"))

    assert "Referatet er hentet som «referat-127.0.0.1.txt»." in html
    assert "kommunalbestyrelse, godkendt, 25. marts 2027" in html
    assert 'value="decision" checked' in html
    assert f'name="evidence" value="{link}"' in html.replace("\n", " ")
    sha256 = state(services, key).attachments[0]["sha256"]
    kept = anna.client.get(f"{path}/fil/{sha256}").text
    assert f"Hentet fra {link} den 06.04.2027 kl. 09.00" in kept
    said = {"meaning": "decision", "outcome": "approved", "level": "council", "on": "25/3-2027"}
    said |= {"item_number": "91", "evidence": link, "even_so": "prøve", "file": sha256}
    after(anna, send(anna, f"{path}/betyder", path, **said))
    with reading(services.engine) as session:
        case = load(session, two_cases.references[0], NOW)
    assert [one.evidence for one in case.decisions] == [link]
    assert sha256 in {one.sha256 for one in case.documents}


def test_what_cannot_be_fetched_says_what_to_do_and_the_pasted_text_is_read(
    anna: Any, services: Services, page: Any, site: str
) -> None:
    key = page(f"Se {site}/404 eller {site}/login")
    path = f"/mails/post/{key}"
    for number, why in (("0", "404 Not Found"), ("1", "logger ind")):
        answer = send(anna, f"{path}/hent", path, link=number)
        assert answer.status_code == 422
        assert FAILED in answer.text
        assert why in answer.text
        assert "Åbn linket selv, og indsæt teksten nedenfor." in answer.text
    assert send(anna, f"{path}/hent", path, link="2").status_code == 404

    html = after(anna, send(anna, f"{path}/tekst", path, text="\n".join(CLEAN)))

    assert "kommunalbestyrelse, godkendt, 25. marts 2027" in html
    assert "link" not in state(services, key).suggestion, "which of the two it was, nobody knows"


def test_nothing_is_offered_where_no_decision_is_owed_nor_to_those_who_only_read(
    anna: Any, web: FastAPI, person: Callable[..., Any], page: Any, site: str
) -> None:
    rie = person(web, "rie", Role.READER)
    key = page(f"Se {site}/side")
    assert PRESS not in shown(rie, f"/mails/post/{key}")
    assert rie.client.post(f"/mails/post/{key}/hent", data={"link": "0"}).status_code == 403
    assert PRESS not in shown(anna, f"/mails/post/{page(f'Se også {site}/side', 'collection')}")
