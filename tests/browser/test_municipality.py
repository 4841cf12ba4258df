"""A municipality on a telephone, from the invitation's link to its council's decision."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pytest

from models import Completeness, Level, Outcome
from tests.answering import FORM, typed_for
from tests.browser.test_stories import SCRIPTS, words_of
from tests.casework.forms.test_answers import cpr_like, launched
from tests.past import record_past
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.files import DOCUMENTS, take_in
from udmelding.casework.forms.question_sets import ask
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.mail.outbox import list_mails
from udmelding.journal.stamp import Stamp

REF, LOLLAND = "CU-TELEFON-2025", "0360"
PHONE = {"width": 390, "height": 844}


def invited(site: Any) -> str:
    """Launch a case and ask; returns the address that Lolland's invitation carries."""
    ask_at = Stamp(site.now, "anna")
    launched(site.services, REF, site.now, None)
    ask(site.services, REF, FORM, ask_at)
    with reading(site.services.engine) as session:
        case_id = find(session, REF).id
        mails = list_mails(session, announcement_id=case_id, with_links=True)
    (mail,) = (m for m in mails if m.party == LOLLAND and m.key.endswith("/invitation"))
    path = re.search(r"/k/[\w-]{43}", mail.text)
    assert path
    return f"{site.url}{path[0]}"


def fill(page: Any, typed: Mapping[str, str]) -> None:
    """Write an answer as a person would, whatever kind of field each is."""
    for path, text in typed.items():
        fields = page.locator(f"[name='f:{path}']:not([type=hidden])")
        kind = fields.first.evaluate("field => field.type || field.tagName")
        if kind == "checkbox":
            for part in text.split(","):
                box = page.locator(f"[name='f:{path}'][value='{part.strip()}']")
                box.evaluate("field => { field.checked = true; }")
        elif kind == "select-one":
            fields.first.select_option(text)
        else:
            fields.first.fill(text)


def sent_to_councils(site: Any, on: dt.date) -> None:
    """The report is final, and the bodies have recommended it."""
    stamp = Stamp(clock.at(on), "anna")
    report = take_in(site.services, "rapport.txt", b"Rapporten", DOCUMENTS, stamp)
    said = {"document_kind": "final_report", "title": "Rapport", "version": 1, "dated_on": on}
    said |= {"file_name": "rapport.txt", "sha256": report.sha256}
    record_past(site.services, REF, "document", said, stamp)
    for after, body in enumerate(("styregruppe", "k17", "kkr"), start=1):
        day = on + dt.timedelta(days=after)
        decided = {"step": body, "party": body, "on": day, "level": Level.BODY}
        decided |= {"outcome": Outcome.RECOMMENDED, "is_proven": True}
        record_past(site.services, REF, "decision", decided, Stamp(clock.at(day), "anna"))
    advance(site.services, REF, clock.at(on + dt.timedelta(days=4)))


@SCRIPTS
def test_from_the_mail_to_the_decision(site: Any, chromium: Any, scripts: bool) -> None:
    page = site.visitor(chromium, viewport=PHONE, java_script_enabled=scripts)
    home = invited(site)
    page.goto(home)
    assert "I mangler én ting: jeres svar" in words_of(page, ".own-need")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Besvar spørgsmålene"
    page.keyboard.press("Enter")

    number = cpr_like()
    page.wait_for_selector("[id='f:begrundelse']")
    fill(page, {"begrundelse": f"Borgeren {number} venter på en plads.", "borgere": "4"})
    if scripts:
        page.locator("#saved", has_text="ikke gemt").wait_for()
        assert f"{number[:7]}xxxx" in words_of(page, "[data-wrong=begrundelse]")
    page.click("text=Gem kladde")
    assert "Ét svar er ikke gemt" in words_of(page, "#problems")
    assert "Kladden er gemt" not in words_of(page, "main")
    kept = f"Borgeren {number[:7]}xxxx venter på en plads."
    assert page.input_value("[id='f:begrundelse']") == kept
    assert page.input_value("[id='f:borgere']") == "4"

    fill(page, typed_for(LOLLAND, site.now, begrundelse="En borger venter på en plads."))
    page.click("button:text-is('Send svaret')")
    assert "Tak. Vi har jeres svar" in words_of(page, ".own-receipt")
    assert f"Kvitteringsnummer {REF}-{LOLLAND}-1." in words_of(page, ".own-receipt")
    assert page.locator("button[data-print]").is_visible() is scripts
    page.click("text=Ret svaret")
    fill(page, {"begrundelse": "To borgere venter på en plads."})
    page.click("button:text-is('Send svaret')")
    assert "To borgere venter på en plads." in words_of(page, "main")
    with reading(site.services.engine) as session:
        (answer,) = answers_of(session, find(session, REF).id, party=LOLLAND)
    assert answer.completeness is Completeness.COMPLETE

    sent_to_councils(site, dt.date(2025, 10, 1))
    site.now = clock.at(dt.date(2025, 10, 8), "09:00")
    page.goto(home)
    assert "I mangler én ting: kommunalbestyrelsens beslutning" in words_of(page, ".own-need")
    assert "Vi gætter på datoen." in words_of(page, ".own-ahead")
    for words in ("Sagsfremstilling til Lolland", "Afrapporteringen, den endelige version"):
        with page.expect_download() as coming:
            page.get_by_role("link", name=words).first.click()
        assert coming.value.path().stat().st_size > 0
    page.click("text=Skriv jeres dato")
    page.fill("#expected_on", "5/11-2025")
    page.click("text=Meld dagen")
    assert "I har selv meldt datoen." in words_of(page, ".own-ahead")

    site.now = clock.at(dt.date(2025, 11, 6), "09:00")
    page.goto(home)
    page.click("a:has-text('Meld beslutningen')")
    page.fill("#decided_on", "5/11-2025")
    page.select_option("#outcome", "approved")
    page.fill("#evidence", "https://lolland.example/referat")
    page.click("button:has-text('Meld beslutningen')")
    assert "I mangler ikke noget" in words_of(page, ".own-need")
    with reading(site.services.engine) as session:
        case = load(session, REF, clock.end_of(site.now.date()))
    (decision,) = (one for one in case.decisions if one.party == LOLLAND)
    assert (decision.outcome, decision.happened_to) == (Outcome.APPROVED, dt.date(2025, 11, 5))


@pytest.mark.parametrize("width", [320, 390])
def test_a_closed_link_leads_on_on_a_narrow_screen(site: Any, chromium: Any, width: int) -> None:
    page = site.visitor(chromium, viewport={"width": width, "height": 700})
    page.goto(f"{site.url}/k/findes-ikke")
    page.fill("#email", "nogen@lolland.example")
    page.click("text=Send et nyt link")
    assert "Se efter i jeres postkasse" in words_of(page, "main")
    assert page.evaluate("document.documentElement.scrollWidth") == width
