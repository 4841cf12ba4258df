"""The director's page: the verdict in one heading, what the areas told, the secretariat's line."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from models import Role
from tests.counting import statements
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.status import status
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

DAY = dt.date(2025, 5, 6)
LATE = ("0326", "0360", "0336")
"""Kalundborg, Lolland and Stevns."""

Person = Callable[[FastAPI, str, Role], Any]


def on(services: Services, day: dt.date) -> FastAPI:
    return create_app(services, lambda: clock.at(day, "08:00"))


@pytest.fixture
def case(services: Services) -> Services:
    """Two councils have approved, three have said that they meet in June."""
    before_councils(services, is_national=True, asks_own=True)
    for party in ("0253", "0259"):
        decided(services, party, dt.date(2025, 4, 22))
    for party in LATE:
        say(services, "expectation", dt.date(2025, 5, 2), party=party, step="councils",
            expected_on=dt.date(2025, 6, 18))  # fmt: skip
    return services


def words(answer: Any) -> str:
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", html.unescape(answer.text))
    return re.sub(r"\s+", " ", text)


def test_the_verdict_is_the_same_string_wherever_the_case_is_told_of(
    case: Services, person: Person
) -> None:
    web = on(case, DAY)
    browser = person(web, "lone@x.example", Role.CASEWORKER)
    with reading(case.engine) as session:
        loaded = load(session, REF, clock.at(DAY, "08:00"))
    plan = status(loaded, DAY).plan
    assert plan is not None
    sentence = verdict_on(plan).sentence
    assert sentence == "14 af 17 når fristen 31. maj. Der skal sendes med forbehold for 3."
    for address in ("/", f"/sager/{REF}", f"/sager/{REF}/kommuner", f"/sager/{REF}/direktoer"):
        assert sentence in words(browser.get(address)), address
    assert sentence in words(browser.get("/direktoer"))
    assert sentence in words(browser.get(f"/sager/{REF}/moede"))


def test_a_reader_lands_on_the_directors_page_and_a_caseworker_on_the_overview(
    case: Services, person: Person, browser: Callable[[FastAPI], Any]
) -> None:
    web = on(case, DAY)
    for login, role, first in (
        ("rie@x.example", Role.READER, "/direktoer"),
        ("lone@x.example", Role.CASEWORKER, "/"),
    ):
        person(web, login, role)
        said = {"login": login, "password": "gul lampe under broen"}
        assert browser(web).client.post("/login", data=said).headers["location"] == first
        asked = browser(web).client.post("/login", data=said | {"then": f"/sager/{REF}"})
        assert asked.headers["location"] == f"/sager/{REF}"


def test_the_three_sentences_name_who_is_late_and_what_the_secretariat_does(
    case: Services, person: Person
) -> None:
    browser = person(on(case, DAY), "rie@x.example", Role.READER)
    text = words(browser.get(f"/sager/{REF}"))
    assert "er pr. 6. maj 2025 godkendt i 2 af 17 kommunalbestyrelser." in text
    assert "Efter fristen ventes Kalundborg, Lolland og Stevns (18. juni)." in text
    assert (
        "Sekretariatet skal senest 30. maj sende afrapporteringen med forbehold for de 3." in text
    )
    page = words(browser.get("/direktoer"))
    assert "2 af 17 har besluttet 14 af 17 ventes ved fristen" in page
    assert "Kalundborg 18. juni kommunens egen dato" in page


def test_of_an_area_that_has_not_told_nothing_is_foreseen(case: Services, person: Person) -> None:
    browser = person(on(case, DAY), "rie@x.example", Role.READER)
    assert "Hele landet" not in words(browser.get("/direktoer"))
    say(case, "tally", dt.date(2025, 4, 10), area="nordjylland", approved=5, total=11,
        on=dt.date(2025, 4, 10))  # fmt: skip
    text = words(browser.get("/direktoer"))
    assert "Nordjylland tal fra 10. april 2025 5 af 11" in text
    assert "Hovedstaden ikke oplyst" in text
    assert "7 af 98 har godkendt i hele landet" in text


def test_the_secretariats_line_is_shown_for_a_week_with_who_and_when(
    case: Services, person: Person
) -> None:
    caseworker = person(on(case, DAY), "lone@x.example", Role.CASEWORKER)
    form = f"/sager/{REF}/registrer/fra-sekretariatet"
    sent = {"csrf": caseworker.csrf(form), "do": "save", "text": "Skriv, hvis I kan i maj."}
    assert caseworker.client.post(form, data=sent).status_code == 303
    assert "Skriv, hvis I kan i maj. Lone@X.Example, 6. maj" in words(caseworker.get("/direktoer"))
    week = dt.timedelta(days=7)
    later = person(on(case, DAY + week), "rie@x.example", Role.READER)
    assert "Skriv, hvis I kan i maj." in words(later.get("/direktoer"))
    too_late = person(on(case, DAY + week + dt.timedelta(days=1)), "bo@x.example", Role.READER)
    assert "Skriv, hvis I kan i maj." not in words(too_late.get("/direktoer"))


def test_the_page_costs_few_statements_however_many_cases_there_are(
    case: Services, person: Person
) -> None:
    browser = person(on(case, DAY), "rie@x.example", Role.READER)
    browser.get("/direktoer")
    with statements(case.engine) as counted:
        answer = browser.get("/direktoer")
    assert len(counted) <= 40
    assert len(answer.text.encode()) < 90_000


def test_the_weekly_mail_is_the_readers_own_choice(case: Services, person: Person) -> None:
    browser = person(on(case, DAY), "rie@x.example", Role.READER)
    assert "Få siden på mail hver mandag" in words(browser.get("/direktoer"))
    for wish, told in (("ja", "Stop mailen om mandagen"), ("nej", "Få siden på mail hver mandag")):
        sent = {"csrf": browser.csrf("/direktoer"), "oensket": wish}
        answer = browser.client.post("/direktoer/mail", data=sent)
        assert answer.headers["location"] == "/direktoer"
        assert told in words(browser.get("/direktoer"))
    without = person(on(case, DAY), "bo", Role.READER)
    assert "på mail" not in words(without.get("/direktoer")), "a login that is no address"
