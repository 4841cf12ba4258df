"""«Området» in the browser: written by buttons, seen before it is kept, then used by all."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from models import Role
from tests.owning import put_own
from tests.web.conftest import NOW
from tests.web.plan.test_meetings import FIRST, launch
from udmelding.casework import own
from udmelding.casework.plan.areas import area_now
from udmelding.casework.wiring import Services, refreshed
from udmelding.config.case.library import area_named
from udmelding.config.case.process import Parties
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.journal.case.load import load
from udmelding.journal.database import reading

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
AREA = "/indstillinger/omraadet"
PATH = "areas/sjaelland.yaml"


@pytest.fixture
def browser(services: Services, signed_in: SignedIn) -> Any:
    """A caseworker's, with one case."""
    launch(services, FIRST)
    return signed_in(Role.CASEWORKER)


def fields(page: Any) -> dict[str, str]:
    """What the page's form would send."""
    form = page.text.partition(f'action="{AREA}"')[2]
    found = {}
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = html.unescape(value[1] if value else "")
    for name, options in re.findall(r'<select[^>]+name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def press(browser: Any, page: Any, do: str, **more: str) -> Any:
    """The page that a button leads to, with what was written in its form."""
    written = {key.replace("__", "."): value for key, value in more.items()}
    answer = browser.client.post(AREA, data={**fields(page), **written, "do": do})
    assert answer.status_code == 303, answer.text
    return browser.client.get(answer.headers["location"])


def save(browser: Any, page: Any) -> Any:
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    answer = browser.client.post(f"{AREA}/gem", data=sent)
    assert answer.status_code == 303, answer.text
    return browser.client.get(html.unescape(answer.headers["location"]))


def words(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def chain(services: Services) -> list[str]:
    return [body.title for body in area_now(refreshed(services), "sjaelland").area.chain]


def test_a_body_is_added_moved_up_and_kept_and_cases_launched_since_pass_it(
    services: Services, browser: Any
) -> None:
    page = press(browser, browser.client.get(AREA), "ny:chain")
    page = press(
        browser, page, "op:chain:3", chain__3__title="Sundhedsrådet", chain__3__kind="directors"
    )
    assert fields(page)["chain.2.title"] == "Sundhedsrådet"
    seen = press(browser, page, "vis")
    assert seen.status_code == 200
    assert "Sundhedsrådet er kommet med i beslutningsvejen." in words(seen)
    assert f"{FIRST} : Styregruppen → K17 → KKR Sjælland" in words(seen)
    assert chain(services) == ["Styregruppen", "K17", "KKR Sjælland"], "nothing is kept yet"

    done = save(browser, seen)
    assert "Området er gemt og gælder fra nu af." in words(done)
    assert "Sundhedsrådet er kommet med i beslutningsvejen. 15/4-2025" in words(done)
    assert chain(services) == ["Styregruppen", "K17", "Sundhedsrådet", "KKR Sjælland"]
    ids = [body.id for body in area_now(refreshed(services), "sjaelland").area.chain]
    assert ids == ["styregruppe", "k17", "sundhedsraadet", "kkr"]
    launch(refreshed(services), "CU-NY-2025")
    with reading(services.engine) as session:
        old, new = (load(session, ref, NOW).process for ref in (FIRST, "CU-NY-2025"))
    passed = [[s.title for s in p.steps if s.parties is Parties.BODY] for p in (old, new)]
    assert passed == [["Styregruppen", "K17", "KKR Sjælland"], chain(services)]


def test_an_open_case_goes_the_new_way_when_somebody_has_seen_what_that_does(
    services: Services, browser: Any
) -> None:
    page = press(browser, browser.client.get(AREA), "ned:chain:0")
    done = save(browser, press(browser, page, "vis"))
    assert f"{FIRST}: Styregruppen → K17 → KKR Sjælland." in words(done)
    there = f"{AREA}/sag/{FIRST}"
    seen = browser.client.get(there)
    assert "Den nye vej: K17 → Styregruppen → KKR Sjælland" in words(seen)
    answer = browser.client.post(there, data={"csrf": browser.csrf(AREA)})
    assert answer.headers["location"] == f"/sager/{FIRST}"
    with reading(services.engine) as session:
        ids = [step.id for step in load(session, FIRST, NOW).process.steps]
    assert ids.index("k17") < ids.index("styregruppe") < ids.index("kkr")
    assert "Åbne sager, der går en anden vej" not in words(browser.client.get(AREA))
    again = browser.client.get(there)
    assert "følger allerede disse regler" in words(again)
    assert browser.client.get(f"{AREA}/sag/CU-INGEN").status_code == 404


def test_what_was_written_stays_where_something_is_wrong_and_is_told_at_its_field(
    browser: Any, services: Services
) -> None:
    page = press(browser, browser.client.get(AREA), "ny:chain")
    wrong = press(
        browser,
        page,
        "vis",
        name="",
        chain__0__from="1/1-2026",
        chain__0__until="31/12-2025",
        chain__1__until="en dag",
        chain__3__title="K17",
    )
    assert wrong.status_code == 422
    assert fields(wrong)["chain.1.until"] == "en dag"
    told = dict(re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', wrong.text))
    assert told["name"] == "Skriv områdets navn."
    assert told["chain.0.until"] == "Den sidste dag ligger før den første."
    assert "en dag" in html.unescape(told["chain.1.until"])
    assert told["chain.3.kind"] == "Vælg, hvad det er."
    again = press(
        browser,
        wrong,
        "vis",
        name="Sjælland",
        chain__0__from="",
        chain__0__until="",
        chain__1__until="",
        chain__3__kind="directors",
    )
    told = dict(re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', again.text))
    assert told == {"chain.3.title": "Organet «K17» står to gange."}
    shared = press(browser, browser.client.get(AREA), "vis", kkr="KKR Syddanmark")
    assert "KKR Syddanmark hører allerede til et andet område." in words(shared)
    assert own.history(services, PATH) == ()


def test_a_chain_cannot_be_emptied(browser: Any) -> None:
    page = browser.client.get(AREA)
    for _ in range(3):
        page = press(browser, page, "slet:chain:0")
    assert "Der skal være mindst ét organ i beslutningsvejen." in words(press(browser, page, "vis"))


def test_a_body_that_open_cases_pass_is_not_taken_away(browser: Any, services: Services) -> None:
    page = press(browser, browser.client.get(AREA), "slet:chain:1")
    seen = press(browser, page, "vis")
    assert seen.status_code == 422
    assert f"K17 skal blive i beslutningsvejen, for {FIRST} går den vej." in words(seen)
    assert "Gem området" not in words(seen)
    assert "K17 skal blive i beslutningsvejen" in words(save(browser, seen)), "asked again"
    assert chain(services) == ["Styregruppen", "K17", "KKR Sjælland"]


def test_what_an_area_calls_a_process_is_used_by_cases_launched_since(
    browser: Any, services: Services
) -> None:
    page = browser.client.get(AREA)
    seen = press(browser, page, "vis", **{"words.central-udmelding.title": "Landsudmelding"})
    save(browser, seen)
    area = area_now(refreshed(services), "sjaelland").area
    assert area.words["central-udmelding"].paper_title == "afrapporteringen", "the process's own"
    launch(refreshed(services), "CU-NY-2025")
    with reading(services.engine) as session:
        titles = [load(session, ref, NOW).process.title for ref in (FIRST, "CU-NY-2025")]
    assert titles == ["Central udmelding", "Landsudmelding"]


def test_forums_beside_the_chain_and_national_ones_can_be_met_from_then_on(
    browser: Any, services: Services
) -> None:
    page = press(browser, browser.client.get(AREA), "ny:beside")
    page = press(browser, page, "ny:bodies", beside__2__title="Chefkredsen")
    save(browser, press(browser, page, "vis", bodies__2__title="Det nationale råd"))
    choices = browser.client.get("/moeder/skriv").text
    assert 'value="sjaelland.chefkredsen"' in choices
    assert 'value="national.det-nationale-raad"' in choices
    assert ">Chefkredsen<" in browser.client.get(f"/sager/{FIRST}/registrer/moede").text


def test_the_area_is_as_it_ships_again_when_somebody_says_so(
    browser: Any, services: Services
) -> None:
    assert "Tilbage til det medfølgende" not in words(browser.client.get(AREA))
    save(browser, press(browser, browser.client.get(AREA), "vis", kkr="KKR Øerne"))
    assert area_now(refreshed(services), "sjaelland").area.kkr == "KKR Øerne"
    seen = press(browser, browser.client.get(AREA), "tilbage")
    assert "hedder nu «KKR Sjælland» (før: «KKR Øerne»)" in words(seen)
    save(browser, seen)
    assert area_now(refreshed(services), "sjaelland").area == area_named("sjaelland")
    assert [edition.is_there for edition in own.history(services, PATH)] == [False, True]


def test_two_who_write_at_once_do_not_lose_each_others_words(
    browser: Any, services: Services
) -> None:
    mine = browser.client.get(AREA)
    save(browser, press(browser, browser.client.get(AREA), "vis", kkr="KKR Øerne"))
    told = save(browser, press(browser, press(browser, mine, "ny:beside"), "vis", name="Øst"))
    assert "En anden har rettet det samme" in words(told)
    assert area_now(refreshed(services), "sjaelland").area.name == "Sjælland"


def test_an_area_of_another_region_can_be_looked_at_and_an_unknown_one_not(browser: Any) -> None:
    page = browser.client.get(f"{AREA}?omraade=syddanmark")
    assert fields(page)["chain.1.title"] == "K22"
    assert browser.client.get(f"{AREA}?omraade=fyn").status_code == 404
    bent = browser.client.get(f"{AREA}/se?felter=xx")
    assert bent.status_code == 303, "an address that was changed by hand leads to the form"


def test_an_area_without_a_shipped_body_takes_in_no_meetings_of_it_and_old_ones_are_still_listed(
    browser: Any, services: Services
) -> None:
    text = "name: Sjælland\nkkr: KKR Sjælland\nchain: [{id: kkr, title: KKR Sjælland, kind: kkr}]\n"
    assert "K17" in words(browser.client.get("/moeder"))
    put_own(services, PATH, text)
    page = browser.client.get("/moeder?fra=1/1-2025")
    assert page.status_code == 200
    assert "k17" in words(page), "by its id"
    bodies = {body for one in shipped_calendars("sjaelland") for body in one.bodies}
    assert bodies == {"styregruppe", "k17", "kkr"}
    ours = refreshed(services).settings.texts_folder
    calendars = shipped_calendars("sjaelland", own=ours)
    assert {body for one in calendars for body in one.bodies} == {"kkr"}


def test_a_reader_may_not_change_the_area(signed_in: SignedIn) -> None:
    assert signed_in(Role.READER).client.get(AREA).status_code == 403


def test_every_page_names_what_the_area_is_called(browser: Any, services: Services) -> None:
    text = (
        "name: Øerne\nkkr: KKR Øerne\nchain:\n"
        "  - {id: styregruppe, title: Gruppen, kind: steering_group}\n"
        "  - {id: k17, title: K17, kind: chief_executives}\n"
        "  - {id: kkr, title: KKR Øerne, kind: kkr}\n"
    )
    put_own(services, PATH, text)
    assert "KKR Øerne" in words(browser.client.get("/kontakter"))
    assert "KKR Øerne" in words(browser.client.get("/kontakter/0253"))
    assert "Øerne" in words(browser.client.get("/indstillinger/vores/sekretariatet"))
    assert "Beslutningsvejen i Øerne" in browser.client.get("/moeder/import").text
