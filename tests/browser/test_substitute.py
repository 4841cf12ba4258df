"""A caseworker who is away, the colleague who takes over, and what one sees when one is back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models import IncomingKind, Meaning
from tests.browser.conftest import PASSWORD, REF, Site
from tests.browser.test_desk import ask_for_time
from tests.browser.test_stories import SCRIPTS, words_of
from udmelding import clock
from udmelding.journal.case.header import find
from udmelding.journal.database import writing
from udmelding.journal.inbox import incoming
from udmelding.journal.inbox.incoming import InboxMail

pytestmark = pytest.mark.slow

WHY = "Anna er væk til og med 2/5-2025, og du er stedfortræder."


def sign_in(page: Any, site: Site, login: str) -> None:
    page.goto(site.url)
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log på')")


def naestved_writes(site: Site) -> None:
    """Næstved's coordinator writes when their council has the case."""
    with writing(site.services.engine) as session:
        mail = InboxMail(
            key="a" * 64,
            received_at=site.now,
            sender="social@naestved.example",
            subject="Byrådets møde",
            kind=IncomingKind.REPLY,
            announcement_id=find(session, REF).id,
            step="councils",
            party="0370",
            suggestion={"meaning": Meaning.ANNOUNCED_DAY.value, "on": "2025-05-27"},
        )
        incoming.add(session, mail)


@SCRIPTS
def test_a_substitute_answers_for_one_who_is_away_and_is_seen_to_have_done_so(
    site: Site, chromium: Any, scripts: bool
) -> None:
    anna = site.visitor(chromium, java_script_enabled=scripts)
    sign_in(anna, site, "anna")
    anna.click(".own-menu a:has-text('Indstillinger') >> visible=true")
    anna.select_option("#substitute", label="Bo")
    anna.fill("#away_from", "i dag")
    anna.fill("#away_until", "2/5-2025")
    anna.locator("form[action*=stedfortraeder] button").click()
    told = "Bo er stedfortræder for Anna, der er væk fra 15/4-2025 til og med 2/5-2025."
    assert told in words_of(anna, ".alert")

    site.now = clock.at(dt.date(2025, 4, 22), "09:00")
    ask_for_time(site, chromium)
    naestved_writes(site)
    site.now += dt.timedelta(minutes=5)
    bo = site.visitor(chromium, java_script_enabled=scripts)
    sign_in(bo, site, "bo")
    bo.click("a:has-text('kun mine')")
    assert "og det, jeg passer for Anna" in words_of(bo, ".own-needs")
    rows = bo.locator("[data-missing]")
    for name in ("Lolland", "Næstved"):
        assert WHY in " ".join(rows.filter(has_text=name).inner_text().split())
    bo.goto(f"{site.url}/mails/post")
    assert WHY in words_of(bo, "article")

    bo.goto(site.url)
    rows.filter(has_text="Næstved").get_by_role("button", name="Notér 27. maj").click()
    bo.wait_for_url("**/#kraever-dig")
    rows.filter(has_text="Lolland").get_by_role("link", name="Giv 18. juni").click()
    bo.get_by_role("button", name="Giv 18. juni").click()
    bo.wait_for_url("**/#kraever-dig")
    assert "Klaret i dag (2)" in words_of(bo, "main")
    assert rows.filter(has_text="Anna er væk").count() == 0

    site.now = clock.at(dt.date(2025, 5, 5), "09:00")
    sign_in(anna, site, "anna")
    since = words_of(anna, "main")
    assert "Siden du var her 15. april" in since
    for done in ("Næstved har meldt 27. maj 2025 Bo", "Lolland fik frist til 18. juni 2025: "):
        assert done in since
    assert anna.locator("[data-missing]", has_text="Byrådets møde").count() == 0
    anna.goto(f"{site.url}/mails/post?vis=behandlet")
    assert "Byrådets møde" in words_of(anna, "main")
    sign_in(bo, site, "bo")
    assert "jeg passer for" not in words_of(bo, "main"), "Anna is back"
