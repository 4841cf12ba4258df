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
from tests.rules.files.test_cpr import number_as_written
from udmelding import clock
from udmelding.casework.mail import texts as mail_texts
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.mail import texts as journal

SignedIn = Callable[[Role], Any]
HERE = "/indstillinger/mailtekster"
PLAIN = f"{HERE}/reminder_before"
ONE = f"{PLAIN}/skabelon"
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
    page = page.partition('id="write"')[2] or page
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    plain = re.search(rf'name="{name}" value="([^"]*)"', page)
    found = area or plain
    assert found, name
    return unescape(found[1])


def send(browser: Any, do: str, address: str = ONE, **changes: str) -> Any:
    """Open the form, change it, and press a button."""
    page = browser.client.get(address).text
    fields = {name: value_of(page, name) for name in ("csrf", "seen", "subject", "body")}
    answer = browser.client.post(address, data=fields | {"do": do} | changes)
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


def test_every_kind_says_in_danish_when_it_is_sent(browser: Any, services: Services) -> None:
    page = unescape(browser.client.get(HERE).text)
    kinds = mail_texts.all_kinds(services)
    assert all(one.when in page for one in kinds)
    assert len({one.when for one in kinds}) == len(kinds)


# --- Without template signs ------------------------------------------------------------------

OWN_WORDS = "Egne ord: senest [Svarfrist med ugedag]."


def test_a_text_is_shown_in_plain_words_with_what_can_be_set_in(browser: Any) -> None:
    page = browser.client.get(PLAIN).text

    assert value_of(page, "subject") == "Påmindelse: svar senest [Svarfrist]"
    body = value_of(page, "body")
    assert "**[Svarfrist med ugedag]**" in body
    assert "Kun hvis kommunen har svaret på noget eller meldt en dag:" in body
    assert not re.search(r"[{}]", body + value_of(page, "subject"))
    assert "[Kommunens navn]</code>" in page
    assert "Eksempel Kommune" in page, "beside each name stands what it says in this mail"
    assert "Kun hvis der er et skema:</code>" in page
    assert page.count("<iframe") == 1
    assert "button-primary" in page
    assert page.count("button-primary") == 1


def test_a_plain_text_is_kept_as_a_draft_shown_beside_and_then_used_as_a_template(
    browser: Any, services: Services
) -> None:
    shown = send(browser, "vis", PLAIN, body=OWN_WORDS)

    assert "Egne ord: senest fredag den 13. marts 2026." in shown.text
    assert value_of(shown.text, "body") == OWN_WORDS
    assert "den bruges ikke endnu" in shown.text
    assert not own(services).is_own
    assert "en kladde venter" in browser.client.get(HERE).text

    saved = send(browser, "gem", PLAIN)

    assert "Teksten er gemt og bruges i de næste mails." in saved.text
    assert own(services).body == BODY
    assert "den bruges ikke endnu" not in saved.text
    assert value_of(saved.text, "body") == OWN_WORDS


def test_a_text_that_is_not_changed_makes_no_draft_and_no_own_text(
    browser: Any, services: Services
) -> None:
    send(browser, "vis", PLAIN)
    assert "en kladde venter" not in browser.client.get(HERE).text
    send(browser, "gem", PLAIN)
    assert not own(services).is_own


def test_a_flaw_is_told_at_its_paragraph_and_the_text_is_kept_until_it_is_mended(
    browser: Any, services: Services
) -> None:
    wrong = f"{OWN_WORDS}\n\nRing til [Kommunes navn]."
    refused = send(browser, "gem", PLAIN, body=wrong)

    told = "[Kommunes navn] kendes ikke; mente du [Kommunens navn]?"
    assert refused.text.count(told) == 2, "on top, and at the paragraph itself"
    assert "Teksten, linje 3" in refused.text
    assert "er gemt som kladde" in refused.text
    assert "<title>Fejl: " in refused.text
    assert value_of(refused.text, "body") == wrong
    assert "<iframe" not in refused.text
    assert not own(services).is_own
    asked = browser.client.get(ONE)
    assert asked.headers["location"].split("?")[0] == PLAIN, "a flawed text is no template yet"

    gone = send(browser, "kasser", PLAIN)
    assert "Kladden er kasseret." in gone.text
    assert "Kommunes navn" not in gone.text


def test_a_cpr_number_is_refused_kept_nowhere_and_the_text_stands_in_its_field(
    browser: Any, services: Services
) -> None:
    refused = send(
        browser, "vis", PLAIN, body=f"{OWN_WORDS} Borger {number_as_written(holds=True)}."
    )

    assert refused.status_code == 422
    assert "Teksten er ikke gemt" in refused.text
    assert OWN_WORDS in value_of(refused.text, "body")
    assert "en kladde venter" not in browser.client.get(HERE).text


def test_two_who_write_the_same_text_do_not_overwrite_each_other(browser: Any) -> None:
    old = value_of(browser.client.get(PLAIN).text, "seen")
    send(browser, "vis", PLAIN, body=OWN_WORDS)

    late = send(browser, "vis", PLAIN, body="Andre ord", seen=old)

    assert late.status_code == 409
    assert value_of(late.text, "body") == "Andre ord"
    assert value_of(browser.client.get(PLAIN).text, "body") == OWN_WORDS


def test_a_text_with_more_than_can_be_set_in_opens_as_a_template(
    browser: Any, services: Services
) -> None:
    more = BODY.replace("Egne", "{{ party_name|upper }}: egne")
    put_own(services, "mail/reminder_before/body.md", more)

    answer = browser.client.get(PLAIN)

    assert answer.status_code == 303
    assert answer.headers["location"] == ONE
    assert value_of(browser.client.get(ONE).text, "body") == more


def test_a_draft_goes_along_from_one_view_to_the_other(browser: Any) -> None:
    send(browser, "vis", PLAIN, body=OWN_WORDS)
    assert value_of(browser.client.get(ONE).text, "body") == BODY

    send(browser, "vis", ONE, body=BODY.replace("Egne", "Andre"))
    assert value_of(browser.client.get(PLAIN).text, "body") == OWN_WORDS.replace("Egne", "Andre")


def test_a_draft_of_a_text_that_is_changed_meanwhile_says_so(
    browser: Any, services: Services
) -> None:
    send(browser, "vis", PLAIN, body=OWN_WORDS)
    put_own(services, "mail/reminder_before/body.md", BODY.replace("Egne", "Andre"))

    page = browser.client.get(PLAIN).text

    assert "Teksten i brug er ændret, siden kladden blev begyndt" in page
    assert value_of(page, "body") == OWN_WORDS
    again = send(browser, "vis", PLAIN, body=f"{OWN_WORDS} Og flere.").text
    assert "siden kladden blev begyndt" in again, "to look again does not make it true"


def test_a_home_that_reads_no_mailbox_is_told_that_replies_do_not_come_here(
    browser: Any, services: Services
) -> None:
    asks = f"{OWN_WORDS}\n\nEr I i tvivl, så svar på denne mail."
    told = "I har ingen postkasse, som programmet læser"
    saved = send(browser, "gem", PLAIN, body=asks)

    assert told in saved.text
    assert "Teksten, linje 3" in saved.text
    assert "Teksten er gemt" in saved.text, "it is a warning and stops nothing"
    assert told in browser.client.get(HERE).text
    assert told not in send(browser, "gem", PLAIN, body=OWN_WORDS).text


# --- As a template ---------------------------------------------------------------------------


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
    head = "Tænk over dette, før teksten bruges"

    tried = send(browser, "vis", body=asks).text
    saved = send(browser, "gem", body=asks).text

    for page in (tried, saved):
        assert head in page
        assert "linje 3</a>: Her bedes om svaret" in unescape(page)
        assert "<q>Send svaret som svar på denne mail. Egne ord" in page
    assert "Teksten er gemt" in saved
    assert own(services).is_own
    assert "En egen tekst passer ikke i alle sager" in browser.client.get(HERE).text
    plain = unescape(browser.client.get(PLAIN).text)
    assert "Skriv «Kun hvis der ikke er et skema:» på linjen over" in plain
    assert head not in send(browser, "vis", body=BODY).text


def test_a_mail_is_shown_with_a_case_of_today(two_cases: Any, signed_in: SignedIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    page = browser.client.get(ONE).text
    assert "CU-EN-2024: Prøve CU-EN-2024" in page

    shown = send(browser, "vis", body=BODY, reference="CU-EN-2024").text

    assert "opdigtede." not in shown
    assert "[CU-EN-2024] Påmindelse" in shown
    assert "Alle værdier er opdigtede." in send(browser, "vis", reference="ingen").text
    assert "[CU-" in send(browser, "vis", reference="FINDES-IKKE").text, "the newest case instead"
    (party,) = re.findall(r'<option value="(\d+)"[^>]*>Greve', shown)
    to = send(browser, "vis", body=BODY, reference="CU-EN-2024", party=party).text
    assert "Greve" in re.findall(r"srcdoc=.*?>", to, re.DOTALL)[0]


def test_a_good_text_is_saved_and_used_and_can_be_taken_back(
    browser: Any, services: Services
) -> None:
    saved = send(browser, "gem", body=BODY.replace("\n", "\r\n"))
    assert "Teksten er gemt og bruges i de næste mails." in saved.text
    assert own(services).body == BODY
    assert "✓</span>&nbsp;Egen" in browser.client.get(HERE).text

    asked = browser.client.get(f"{PLAIN}/medfoelgende").text
    assert "bliver slettet" in asked
    assert own(services).is_own, "asking changes nothing"
    data = {"csrf": value_of(asked, "csrf"), "seen": value_of(asked, "seen")}
    answer = browser.client.post(f"{PLAIN}/medfoelgende", data=data)
    assert answer.status_code == 303
    assert not own(services).is_own
    assert "bruges allerede" in browser.client.get(f"{PLAIN}/medfoelgende").text


def test_flaws_are_told_with_lines_nothing_is_saved_and_the_words_are_kept(
    browser: Any, services: Services
) -> None:
    wrong = BODY.replace("due_on", "due_no") + "<script>alert(1)</script>"

    for do in ("gem", "vis"):
        refused = send(browser, do, body=wrong)

        assert "<title>Fejl: " in refused.text
        assert "linje 3</a>: Navnet «due_no» findes ikke" in refused.text
        assert "linje 5</a>: Dette står uden for blokkene" in refused.text
        assert "<q>Egne ord: senest {{ due_no|weekday_date }}.</q>" in refused.text
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
