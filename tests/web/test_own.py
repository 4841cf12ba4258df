"""What people decide is asked for on three pages, kept with who and when, and used at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import Role
from udmelding.casework.wiring import Services, refreshed
from udmelding.config.own import DECIDED_BY_PEOPLE
from udmelding.web.access.provider import SIGN_IN
from udmelding.web.own import SHEETS

pytestmark = pytest.mark.database

OURS = "/indstillinger/vores/sekretariatet"


@pytest.fixture
def maja(signed_in: Callable[[Role], Any]) -> Any:
    return signed_in(Role.CASEWORKER)


def fields_of(html: str) -> dict[str, str]:
    """What a browser would send of the page's form as it stands."""
    form = html.split('class="own-form"')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in said and ("checkbox" not in tag or " checked" in tag):
            found[said["name"]] = unescape(said.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)<', form):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def send(browser: Any, path: str, **changes: str) -> Any:
    said = fields_of(browser.client.get(path).text)
    return browser.client.post(
        path, data={**said, **{k.replace("__", "."): v for k, v in changes.items()}}
    )


def test_the_pages_together_ask_for_all_that_people_decide_each_once() -> None:
    asked = [ask.trail for sheet in (*SHEETS, SIGN_IN) for ask in sheet.asks]
    assert sorted(asked) == sorted(DECIDED_BY_PEOPLE)


def test_a_new_name_is_used_at_once_and_who_changed_it_is_told(
    maja: Any, services: Services
) -> None:
    answer = send(maja, OURS, secretariat__name="Sekretariat Nord", area="nordjylland")

    assert answer.status_code == 303
    page = unescape(maja.client.get(answer.headers["location"]).text)
    assert "Det er gemt og gælder fra nu af." in page
    assert '<span class="own-whose">Sekretariat Nord</span>' in page
    assert "Sekretariatets navn: «Sekretariat Nord»" in page
    assert "Jeres KKR-område: Nordjylland" in page
    assert "caseworker" in page.split('id="changes"')[1]
    assert refreshed(services).settings.secretariat.sender_name == "Sekretariat Nord"


@pytest.mark.parametrize(
    ("path", "changes", "told"),
    [
        (OURS, {"secretariat__email": "ikke en adresse"}, "Sekretariatets mailadresse:"),
        (OURS, {"secretariat__name": ""}, "Sekretariatets navn:"),
        (OURS, {"mail__letters_to": "Tilsynet"}, "Andre, der får breve"),
        (OURS, {"area": "fyn"}, "Jeres KKR-område:"),
        ("/indstillinger/vores/udsendelse", {"mail__per_minute": "mange"}, "Højst mails"),
        ("/indstillinger/vores/udsendelse", {"web__link_days": "-1"}, "Så mange dage"),
        ("/indstillinger/vores/udsendelse", {"web__link_days": ""}, "Så mange dage"),
        ("/indstillinger/vores/smaa-tal", {"figures__threshold": "1"}, "Tal fra 1"),
        ("/indstillinger/vores/udsendelse", {"prefect__daily_at": "25.00"}, "et klokkeslæt"),
        ("/indstillinger/vores/udsendelse", {"prefect__daily_at": "7.60"}, "et klokkeslæt"),
        ("/indstillinger/vores/udsendelse", {"prefect__daily_at": "morgen"}, "et klokkeslæt"),
        ("/indstillinger/vores/udsendelse", {"prefect__daily_at": ""}, "et klokkeslæt"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_what_was_typed_stays(
    maja: Any, services: Services, path: str, changes: dict[str, str], told: str
) -> None:
    answer = send(maja, path, **changes)

    assert answer.status_code == 422
    html = unescape(answer.text)
    assert told in html[html.index("Intet er gemt") :][:600]
    (name, typed), *_ = changes.items()
    if name != "area":
        assert fields_of(answer.text)[name.replace("__", ".")] == typed
    assert refreshed(services).settings == services.settings


HOURS = "/indstillinger/vores/udsendelse"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("6.05", "06:05"), ("kl. 14:30", "14:30"), ("9", "09:00"), ("06:05", "06:05")],
)
def test_a_time_of_day_is_read_as_people_write_it(
    maja: Any, services: Services, typed: str, kept: str
) -> None:
    answer = send(maja, HOURS, prefect__daily_at=typed, prefect__deliver_every="30")

    assert answer.status_code == 303
    assert refreshed(services).settings.prefect.daily_at == kept
    shown = fields_of(maja.client.get(HOURS).text)
    assert shown["prefect.daily_at"] == kept.removeprefix("0").replace(":", ".")
    assert shown["prefect.deliver_every"] == "30"
    assert "hvert 30. minut" in maja.client.get("/indstillinger").text
    assert (
        f"kl. {shown['prefect.daily_at']} på arbejdsdage" in maja.client.get("/mails/rykkere").text
    )


class Engine:
    """In place of Prefect: starts flows by itself at the hours it knows."""

    def __init__(self, **known: str) -> None:
        self.known = known

    def crons(self) -> dict[str, str]:
        return self.known


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        (
            Engine(daily="30 7 * * 1-5", deliver="*/10 * * * *"),
            "onsdag den 16. april 2025 kl. 7.30",
        ),
        (Engine(daily="0 9 * * 1-5", deliver="*/10 * * * *"), "tages i brug om nogle sekunder"),
        (Engine(), "Prefect svarer ikke."),
        (None, "herfra kører intet af sig selv"),
    ],
    ids=["in use", "underway", "silent", "alone"],
)
def test_the_page_of_the_hours_says_what_happens_next_and_never_what_does_not(
    maja: Any, web: FastAPI, engine: Engine | None, told: str
) -> None:
    web.state.trigger = engine
    seen = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", maja.client.get(HOURS).text))

    assert told in seen
    assert ("Næste daglige gennemgang" in seen) == ("kl. 7.30" in told)


def test_the_second_of_two_is_told_and_nothing_of_the_first_is_lost(
    maja: Any, services: Services
) -> None:
    old = fields_of(maja.client.get(OURS).text)
    send(maja, OURS, secretariat__phone="11 22 33 44")

    late = maja.client.post(OURS, data={**old, "secretariat.name": "Et andet"})

    assert late.status_code == 409
    assert "En anden har rettet det samme" in late.text
    assert fields_of(late.text)["secretariat.name"] == "Et andet"
    assert refreshed(services).settings.secretariat.phone == "11 22 33 44"


def test_the_same_again_changes_nothing(maja: Any) -> None:
    answer = send(maja, "/indstillinger/vores/smaa-tal")
    assert "Intet er anderledes end før." in maja.client.get(answer.headers["location"]).text


def test_readers_do_not_decide(signed_in: Callable[[Role], Any]) -> None:
    reader = signed_in(Role.READER)
    assert reader.client.get(OURS).status_code == 403
    assert "Hvem er I?" not in reader.client.get("/indstillinger").text


def test_an_unknown_page_is_not_there(maja: Any) -> None:
    assert maja.client.get("/indstillinger/vores/nej").status_code == 404
