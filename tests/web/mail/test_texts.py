"""Administrators read, try and change the texts of the mails."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from models import Role
from tests.owning import put_own
from udmelding import clock
from udmelding.casework.mail import texts as mail_texts
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.mail import texts as journal

SignedIn = Callable[[Role], Any]
HERE = "/indstillinger/mailtekster"
ONE = f"{HERE}/reminder_before"
BODY = """\
{% extends "_base/body.md" %}
{% block content %}
Egne ord: senest {{ due_on|weekday_date }}.
{% endblock %}
"""


@pytest.fixture
def browser(signed_in: SignedIn) -> Any:
    return signed_in(Role.ADMINISTRATOR)


def value_of(page: str, name: str) -> str:
    """What stands in a field of the form."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    plain = re.search(rf'name="{name}" value="([^"]*)"', page)
    found = area or plain
    assert found, name
    return unescape(found[1])


def send(browser: Any, do: str, **changes: str) -> Any:
    """Open the form, change it, and press a button."""
    page = browser.client.get(ONE).text
    fields = {name: value_of(page, name) for name in ("csrf", "seen", "subject", "body")}
    answer = browser.client.post(ONE, data=fields | {"do": do} | changes)
    if answer.status_code == 303:
        return browser.client.get(answer.headers["location"])
    return answer


def own(services: Services) -> mail_texts.EditedTexts:
    return mail_texts.edited_texts(services, mail_texts.kind_named("reminder_before"))


def test_every_kind_of_mail_is_listed_with_whose_text_it_has(
    browser: Any, services: Services
) -> None:
    page = browser.client.get(HERE).text
    assert page.count("Medfølgende") == len(mail_texts.all_kinds(services))
    assert "Påmindelse før svarfrist" in page
    assert "Mailtekster" in browser.client.get("/indstillinger").text


def test_a_text_is_tried_without_being_saved(browser: Any, services: Services) -> None:
    shown = send(browser, "vis", body=BODY)

    assert shown.status_code == 200
    assert "Alle værdier er opdigtede." in shown.text
    assert "Egne ord: senest fredag den 13. marts 2026." in shown.text
    (frame,) = re.findall(r"<iframe[^>]*>", shown.text)
    assert 'sandbox=""' in frame
    assert '<html lang="da">' in unescape(frame)
    assert value_of(shown.text, "body") == BODY
    assert not own(services).is_own
    policy = shown.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'; style-src-attr 'unsafe-inline'" in policy


def test_a_text_that_asks_for_a_reply_is_warned_of_where_it_is_tried_saved_and_listed(
    browser: Any, services: Services
) -> None:
    asks = BODY.replace("Egne ord", "Send svaret som svar på denne mail. Egne ord")
    head = "Teksten passer ikke i alle sager"

    tried = send(browser, "vis", body=asks).text
    saved = send(browser, "gem", body=asks).text

    for page in (tried, saved):
        assert head in page
        assert "«reminder_before/body.md», linje 3: Her bedes om svaret" in unescape(page)
        assert "<code>Send svaret som svar på denne mail. Egne ord" in page
    assert "Teksten er gemt" in saved
    assert own(services).is_own
    assert "En egen tekst passer ikke i alle sager" in browser.client.get(HERE).text
    assert head not in send(browser, "vis", body=BODY).text


def test_a_mail_is_shown_with_a_case_of_today(two_cases: Any, signed_in: SignedIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    page = browser.client.get(ONE).text
    assert "CU-EN-2024: Prøve CU-EN-2024" in page

    shown = send(browser, "vis", body=BODY, reference="CU-EN-2024").text

    assert "Oplysningerne er sagens egne." in shown
    assert "[CU-EN-2024] Påmindelse" in shown
    assert "Alle værdier er opdigtede." in send(browser, "vis", reference="FINDES-IKKE").text


def test_a_good_text_is_saved_and_used_and_can_be_taken_back(
    browser: Any, services: Services
) -> None:
    saved = send(browser, "gem", body=BODY.replace("\n", "\r\n"))
    assert "Teksten er gemt og bruges i de næste mails." in saved.text
    assert own(services).body == BODY
    assert "✓</span>&nbsp;Egen" in browser.client.get(HERE).text

    asked = browser.client.get(f"{ONE}/medfoelgende").text
    assert "bliver slettet" in asked
    assert own(services).is_own, "asking changes nothing"
    data = {"csrf": value_of(asked, "csrf"), "seen": value_of(asked, "seen")}
    answer = browser.client.post(f"{ONE}/medfoelgende", data=data)
    assert answer.status_code == 303
    assert not own(services).is_own
    assert "bruges allerede" in browser.client.get(f"{ONE}/medfoelgende").text


def test_flaws_are_told_with_lines_nothing_is_saved_and_the_words_are_kept(
    browser: Any, services: Services
) -> None:
    wrong = BODY.replace("due_on", "due_no") + "<script>alert(1)</script>"

    for do in ("gem", "vis"):
        refused = send(browser, do, body=wrong)

        assert refused.status_code == 422
        assert "<title>Fejl: " in refused.text
        assert "«reminder_before/body.md», linje 3: Navnet «due_no» findes ikke" in refused.text
        assert "linje 5: Dette står uden for blokkene" in refused.text
        assert "<code>Egne ord: senest {{ due_no|weekday_date }}.</code>" in refused.text
        assert value_of(refused.text, "body") == wrong
        assert "<script>alert" not in refused.text
        assert "<iframe" not in refused.text
        assert refused.text.count('aria-invalid="true"') == 1, "the subject is not flawed"
        assert not own(services).is_own


def test_what_another_has_saved_meanwhile_is_not_overwritten(
    browser: Any, services: Services
) -> None:
    old = value_of(browser.client.get(ONE).text, "seen")
    send(browser, "gem", body=BODY)

    late = send(browser, "gem", body=BODY.replace("Egne", "Andre"), seen=old)

    assert late.status_code == 409
    assert "En anden har rettet det samme" in late.text
    assert "Andre ord" in value_of(late.text, "body"), "nothing typed is lost"
    assert value_of(late.text, "seen") == old
    assert own(services).body == BODY


def test_a_file_with_a_flaw_is_told_on_the_pages(browser: Any, services: Services) -> None:
    put_own(services, "mail/reminder_before/body.md", "Hej {{ navn }}")
    put_own(services, "mail/takke/body.md", "x")

    listed = browser.client.get(HERE).text

    assert "En egen tekst har fejl og bruges ikke" in listed
    assert "Navnet «navn» findes ikke" in listed
    assert "Fejl: den medfølgende bruges" in listed
    assert "«takke/body.md»: Filen bruges ikke af nogen mail." in listed
    one = browser.client.get(ONE)
    assert one.status_code == 200
    assert "Den egen tekst bruges ikke" in one.text
    assert value_of(one.text, "body") == "Hej {{ navn }}"
    condition = browser.client.get("/indstillinger/tilstand").text
    assert "Egne mailtekster" in condition
    assert "Har fejl" in condition


def test_versions_that_mails_were_made_from_are_shown(browser: Any, services: Services) -> None:
    kind = mail_texts.kind_named("reminder_before")
    texts = {"reminder_before/body.md": "Hej <b>{{ navn }}</b>", "_base/body.md": "nederst"}
    with writing(services.engine) as session:
        journal.keep(
            session,
            kind,
            "abc123",
            texts,
            ["reminder_before/body.md"],
            clock.at(dt.date(2025, 4, 15)),
        )
    page = browser.client.get(ONE).text
    assert 'id="version-abc123"' in page
    assert "Brugt første gang 15/4-2025 kl. 12.00" in page
    assert "Hej &lt;b&gt;{{ navn }}&lt;/b&gt;" in page
    assert "nederst" not in page, "only the kind's own texts, and those that were not shipped"


def test_an_unknown_kind_is_not_found(browser: Any) -> None:
    assert browser.client.get(f"{HERE}/findes-ikke").status_code == 404


def test_readers_do_not_come_in(signed_in: SignedIn) -> None:
    browser = signed_in(Role.READER)
    csrf = browser.csrf("/")
    assert browser.client.get(HERE).status_code == 403
    assert browser.client.get(ONE).status_code == 403
    assert browser.client.post(ONE, data={"csrf": csrf, "do": "gem"}).status_code == 403


def test_a_form_from_elsewhere_is_refused(browser: Any, services: Services) -> None:
    answer = browser.client.post(ONE, data={"do": "gem", "body": BODY, "csrf": "forkert"})
    assert answer.status_code == 403
    assert not own(services).is_own
