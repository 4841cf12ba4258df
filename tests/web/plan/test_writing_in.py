"""«Skriv møder ind»: a table and a paste box, seen first, then saved, nothing twice."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from models import MeetingState, Role
from tests.web.plan.test_meetings import FIRST, days, launch, meeting
from udmelding import clock
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import reading
from udmelding.journal.plan.municipal import standing_meetings

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
NOW = clock.at(dt.date(2025, 4, 15))
WRITE = "/moeder/skriv"


@pytest.fixture
def browser(services: Services, signed_in: SignedIn) -> Any:
    """A caseworker's, with one case."""
    launch(services, FIRST)
    return signed_in(Role.CASEWORKER)


def send(
    browser: Any, text: str = "", rows: tuple[tuple[str, str, str], ...] = (), **more: str
) -> Any:
    data: dict[str, Any] = {"csrf": browser.csrf("/moeder"), "text": text, "do": "show", **more}
    data |= {name: [row[at] for row in rows] for at, name in enumerate(("day", "papers", "note"))}
    return browser.client.post(WRITE, data=data)


def seen(browser: Any, answer: Any) -> Any:
    assert answer.status_code == 303, answer.text
    return browser.client.get(answer.headers["location"])


def save(browser: Any, shown: Any, **more: Any) -> Any:
    form = shown.text.partition('action="/moeder/skriv/gem"')[2]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return browser.client.post(f"{WRITE}/gem", data=fields | more)


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_small_table_is_read_with_its_papers_and_notes(services: Services, browser: Any) -> None:
    rows = (("21/1", "7/1", ""), ("", "", ""), ("fredag den 13. februar", "", "på Teams"))
    shown = seen(browser, send(browser, rows=rows, organ="sjaelland.k17", year="2026"))
    assert "2 nye møder" in words(shown)
    assert "2026-01-21" not in days(services, "k17"), "nothing is saved yet"
    assert save(browser, shown).headers["location"] == "/moeder"
    with reading(services.engine) as session:
        found = {m.held_on.isoformat(): m for m in load_meetings(session, NOW) if m.body == "k17"}
    assert found["2026-01-21"].papers_due_on == dt.date(2026, 1, 7)
    assert found["2026-02-13"].note == "på Teams"
    again = seen(browser, send(browser, rows=rows, organ="sjaelland.k17", year="2026"))
    assert "2 kendte i forvejen" in words(again)
    assert "gem" not in [b.lower() for b in re.findall(r"<button[^>]*>([^<]+)<", again.text)]


def test_papers_of_a_meeting_in_january_are_due_in_december(browser: Any) -> None:
    rows = (("13/1", "19/12", ""),)
    shown = seen(browser, send(browser, rows=rows, organ="sjaelland.k17", year="2026"))
    assert "19/12-2025" in words(shown)


def test_a_pasted_list_of_several_organs_is_taken_in(services: Services, browser: Any) -> None:
    text = (
        "K17 2026\n21/1\nKoordinationsforum 2026\nFredag 20. november\n"
        "Greve Kommune\nByrådet 2026\n26. januar\n"
    )
    shown = seen(browser, send(browser, text))
    assert "3 nye møder" in words(shown)
    save(browser, shown)
    assert "2026-01-21" in days(services, "k17")
    assert days(services, "koordinationsforum") == {"2026-11-20"}
    with reading(services.engine) as session:
        found = standing_meetings(session, {"0253"})
    assert "2026-01-26" in {m.held_on.isoformat() for m in found}


def test_cells_that_were_copied_from_a_sheet_are_the_table_they_are(browser: Any) -> None:
    cells = "Organ\tDato\tPapirer senest\nK17\t22/8-2025\t8/8-2025\nStyregruppen\t5/9-2025\t\n"
    told = words(seen(browser, send(browser, text=cells)))
    assert "Gem 2 møder" in told
    assert "8/8-2025" in told, "a cut-off, and no meeting of that day"
    assert "8. august" not in told


def test_a_body_outside_the_chain_stands_under_meetings_and_in_no_plan(
    services: Services, browser: Any
) -> None:
    before = browser.client.get(f"/sager/{FIRST}/plan").text
    save(
        browser,
        seen(
            browser,
            send(
                browser,
                "Koordinationsforum\n21. november 2025\nDirektør- og chefforum\n13. november 2025",
            ),
        ),
    )
    listed = words(browser.client.get("/moeder"))
    assert "Koordinationsforum" in listed
    assert "Direktør- og chefforum" in listed
    only = browser.client.get("/moeder?organ=national.koordinationsforum")
    assert "21. november" in words(only)
    after = browser.client.get(f"/sager/{FIRST}/plan").text
    assert "Koordinationsforum" not in after
    assert len(after) == len(before)


def test_what_cannot_be_read_is_told_and_the_rest_can_be_saved(
    services: Services, browser: Any
) -> None:
    text = (
        "K17 2026\nOnsdag den 21. januar\nOnsdag den 22. januar\nUge 8\n"
        "Spørg gerne sekretariatet om alt.\n"
    )
    shown = seen(browser, send(browser, text))
    told = words(shown)
    assert "22/1-2026 er en torsdag, ikke en onsdag" in told
    assert "linje 4" in told
    assert "Gem den ene, der er klar" in told
    assert "Spørg gerne sekretariatet" in told
    save(browser, shown)
    assert "2026-01-21" in days(services, "k17")
    assert "2026-01-22" not in days(services, "k17")


def test_the_year_is_asked_for_and_what_was_written_is_still_there(browser: Any) -> None:
    shown = seen(browser, send(browser, "21. januar\n", organ="sjaelland.k17"))
    assert "året mangler" in words(shown)
    back = re.search(r'href="(/moeder/skriv\?fra=\w+)"', shown.text)
    assert back
    again = browser.client.get(back[1])
    assert "21. januar" in again.text
    assert 'value="sjaelland.k17" selected' in again.text


def test_more_rows_keep_what_was_written(browser: Any) -> None:
    answer = send(browser, rows=(("21/1", "", "først"),), organ="sjaelland.k17", do="more")
    more = seen(browser, answer)
    assert 'value="21/1"' in more.text
    assert more.text.count('name="day"') == 7
    assert 'value="først"' in more.text


def test_a_meeting_that_is_gone_and_a_new_one_near_it_can_be_called_moved(
    services: Services, browser: Any
) -> None:
    meeting(services, "k17", "2026-01-21")
    meeting(services, "k17", "2026-02-20")
    shown = seen(browser, send(browser, "K17 2026\n14/1\n22/1\n20/2"))
    assert "K17 21. januar 2026" in words(shown), "it is missing from the list"
    (key,) = re.findall(r'name="moved" value="([^"]+)"', shown.text)
    save(browser, shown, moved=html.unescape(key))
    assert {"2026-01-14", "2026-01-22", "2026-02-20"} <= days(services, "k17")
    assert "2026-01-21" not in days(services, "k17")
    assert "flyttet fra 21/1-2026" in words(browser.client.get("/moeder"))


def test_without_a_tick_the_old_day_stands(services: Services, browser: Any) -> None:
    meeting(services, "k17", "2026-01-21")
    save(browser, seen(browser, send(browser, "K17 2026\n14/1\n22/1\n20/2")))
    assert {"2026-01-21", "2026-01-22"} <= days(services, "k17")


def test_a_list_never_undoes_what_a_person_recorded(services: Services, browser: Any) -> None:
    meeting(services, "k17", "2026-01-21")
    meeting(services, "k17", "2026-01-21", is_cancelled=True)
    shown = seen(browser, send(browser, "K17 2026\n21/1\n20/2"))
    assert "står i kalenderen i forvejen som aflyst" in words(shown)
    save(browser, shown)
    with reading(services.engine) as session:
        states = {
            m.held_on.isoformat(): m.state for m in load_meetings(session, NOW) if m.body == "k17"
        }
    assert states["2026-01-21"] is MeetingState.CANCELLED


def test_a_change_after_it_was_seen_is_shown_again(services: Services, browser: Any) -> None:
    shown = seen(browser, send(browser, "K17 2026\n21/1\n20/2"))
    meeting(services, "k17", "2026-01-21")
    answer = save(browser, shown)
    assert answer.status_code == 409
    assert "Møderne er ændret" in words(answer)


@pytest.mark.parametrize(
    ("fields", "told"),
    [({}, "Skriv mindst ét møde"), ({"text": "21/1", "year": "27"}, "er ikke et årstal")],
)
def test_an_empty_form_and_a_wrong_year_are_told(
    browser: Any, fields: dict[str, str], told: str
) -> None:
    answer = send(browser, **fields)
    assert answer.status_code == 422
    assert told in words(answer)


def test_a_reader_may_not_write(services: Services, signed_in: SignedIn) -> None:
    assert signed_in(Role.READER).client.get(WRITE).status_code == 403
