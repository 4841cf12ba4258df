"""«Breve» in the browser: what waits, who may release it, and that nothing leaves before that."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from models import OutboxState, Role
from tests.papering import REF, before_councils
from tests.past import record_past
from tests.web.conftest import NOW
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp

SignedIn = Callable[[Role], Any]
HERE = f"/sager/{REF}/breve"
KEY = f"{REF}/submission/agency/report"


@pytest.fixture
def case(services: Services) -> Services:
    """The report is recorded as sent; nobody has released its letter."""
    before_councils(services)
    record_past(services, REF, "submission", {"on": NOW.date()}, Stamp(NOW, "anna"))
    return services


def fields(page: str) -> dict[str, str]:
    """What the first letter's form sends."""
    shown = re.findall(r'name="(key|seen|shown_subject|subject)"[^>]*?value="([^"]*)"', page)
    texts = re.findall(
        r'<textarea[^>]*name="(shown_text|text)"[^>]*>\n(.*?)</textarea>', page, re.S
    )
    return {name: html.unescape(value) for name, value in (*shown, *texts)}


def state(services: Services) -> OutboxState | None:
    with reading(services.engine) as session:
        return outbox.get(session, KEY).state if outbox.is_written(session, KEY) else None


def test_the_page_shows_receiver_text_and_files_with_links_to_look_at_them(
    case: Services, signed_in: SignedIn
) -> None:
    browser = signed_in(Role.CASEWORKER)
    page = browser.client.get(HERE).text

    assert "Til: cu@styrelsen.example" in page
    assert fields(page)["text"].startswith("Til Social- og Boligstyrelsen\n\nHermed fremsendes")
    links = re.findall(r'href="([^"]+)" aria-label="Se ', page)
    assert len(links) >= 2
    for link in links:
        assert browser.client.get(html.unescape(link)).status_code == 200
    for word in ("Frigiv og send", "Sendt uden for systemet", "Gem teksten"):
        assert word in page
    assert state(case) is None


def test_a_letter_that_waits_is_told_on_the_overview_and_on_the_case(
    case: Services, signed_in: SignedIn
) -> None:
    client = signed_in(Role.CASEWORKER).client
    overview = " ".join(html.unescape(client.get("/").text).split())
    assert "Læs og frigiv" in overview
    page = " ".join(client.get(f"/sager/{REF}").text.split())
    assert "Et brev til Social- og Boligstyrelsen (følgebrev) venter på, at I frigiver" in page


def test_a_reader_sees_the_letter_and_cannot_release_it(
    case: Services, signed_in: SignedIn
) -> None:
    browser = signed_in(Role.READER)
    page = browser.client.get(HERE).text

    assert "Hermed fremsendes" in page
    assert "Frigiv og send" not in page
    csrf = browser.csrf()
    answer = browser.client.post(HERE, data={"csrf": csrf, "key": KEY, "do": "release"})
    assert answer.status_code == 403
    assert state(case) is None


def test_one_button_releases_it_and_it_goes_once(case: Services, signed_in: SignedIn) -> None:
    client = signed_in(Role.CASEWORKER).client
    page = client.get(HERE).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]  # type: ignore[index]
    said = fields(page) | {"csrf": csrf, "do": "release", "enclose": "beslutninger"}

    assert client.post(HERE, data=said).status_code == 303
    assert state(case) is OutboxState.SENT
    again = client.post(HERE, data=said)
    assert again.status_code == 422
    assert "venter ikke længere" in again.text
    after = client.get(HERE).text
    assert "Der venter ingen breve." in after
    assert "Sendt" in after


def test_words_are_kept_and_another_persons_words_are_not_written_over(
    case: Services, signed_in: SignedIn
) -> None:
    client = signed_in(Role.CASEWORKER).client
    page = client.get(HERE).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]  # type: ignore[index]
    said = fields(page) | {"csrf": csrf, "do": "keep", "text": "Til styrelsen\n\nKort."}

    assert client.post(HERE, data=said).status_code == 303
    assert fields(client.get(HERE).text)["text"].strip() == "Til styrelsen\n\nKort."
    stale = client.post(HERE, data=said | {"do": "release", "text": "Andet."})
    assert stale.status_code == 422
    assert "har ændret mailen, mens du så på den" in stale.text
    assert "Andet." in stale.text
    assert state(case) is None


def test_that_it_went_another_way_needs_a_word_on_how(case: Services, signed_in: SignedIn) -> None:
    client = signed_in(Role.CASEWORKER).client
    page = client.get(HERE).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]  # type: ignore[index]
    said = fields(page) | {"csrf": csrf, "do": "elsewhere"}

    assert "hvem der har sendt brevet" in client.post(HERE, data=said).text
    assert client.post(HERE, data=said | {"how": "formændene, Digital Post"}).status_code == 303
    assert state(case) is OutboxState.ELSEWHERE
    assert "Sendt uden for systemet: formændene, Digital Post" in client.get(HERE).text


def test_a_letter_of_another_case_is_not_found(case: Services, signed_in: SignedIn) -> None:
    browser = signed_in(Role.CASEWORKER)
    said = {"csrf": browser.csrf(), "key": "CU-X/submission/agency/report", "do": "release"}

    assert browser.client.post(HERE, data=said).status_code == 404


def test_signers_are_asked_for_where_a_submission_is_recorded(
    case: Services, signed_in: SignedIn
) -> None:
    browser = signed_in(Role.CASEWORKER)
    client = browser.client
    address = f"/sager/{REF}/registrer/afsendelse"
    page = client.get(address).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert 'name="signers"' in page

    said = {"csrf": csrf, "on": "14/4-2025", "signers": "Ole Eksempel, formand, KKR Fyn\n, formand"}
    asked = browser.follow(client.post(address, data=said | {"do": "show"}))
    assert "0 af 17 kommuner har besluttet." in html.unescape(asked.text)
    sure = {"do": "save", "even_so": "Aftalt med styrelsen"}
    assert client.post(address, data=said | sure).status_code == 303
    assert "Ole Eksempel, formand, KKR Fyn; formand" in client.get(f"/sager/{REF}/log").text
    flawed = browser.follow(
        client.post(address, data=said | {"do": "show", "signers": "a, b, c, d"})
    )
    assert flawed.status_code == 422
    assert "navn, titel og område" in flawed.text
