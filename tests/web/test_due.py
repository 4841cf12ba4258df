"""«Rykkere»: everybody who is due, the text before it goes, and what a person may do about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import FastAPI

from models import MailKind, OutboxState, Role
from udmelding.casework.wiring import Services
from udmelding.outside.mail.transport import MailRefusedError
from udmelding.web.service.app import create_app

ADDRESS = "social@greve.example"
PERSON = f"/mails/rykkere/person?til={ADDRESS}&frem=0"


@pytest.fixture
def web(services: Services, two_cases: Any) -> FastAPI:
    """The app on the first morning of reminders, before the machine has written any."""
    return create_app(services, lambda: two_cases.now)


@pytest.fixture
def anna(web: FastAPI, person: Callable[..., Any]) -> Any:
    return person(web, "anna", Role.CASEWORKER)


def fields(html: str) -> dict[str, Any]:
    """What the first mail's form holds, as a browser would send it."""
    form = html.split('action="/mails/rykkere/mail"', 1)[1].split("</form>", 1)[0]
    found: dict[str, Any] = {"key": re.findall(r'name="key" value="([^"]+)"', form)}
    for name, value in re.findall(r'name="(\w+)"(?: maxlength="\d+")? value="([^"]*)"', form):
        if name not in ("key", "do"):
            found[name] = unescape(value)
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        found[name] = unescape(text)
    return found


def press(browser: Any, do: str, path: str = PERSON, **changed: str) -> Any:
    said = fields(browser.client.get(path).text) | {"do": do} | changed
    return browser.client.post("/mails/rykkere/mail", data=said)


def after(browser: Any, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return unescape(browser.client.get(answer.headers["location"]).text)


def test_everybody_who_is_due_stands_there_once_with_all_open_cases(anna: Any) -> None:
    html = anna.client.get("/mails/rykkere").text
    assert "Skal rykkes (17 personer)" in html
    row = html.split(ADDRESS)[1].split("</tr>")[0]
    assert "CU-EN-2024" in row
    assert "CU-TO-2024" in row


def test_the_text_is_shown_before_anything_is_sent(anna: Any, two_cases: Any) -> None:
    before = len(two_cases.mails())
    html = unescape(anna.client.get(PERSON).text)
    assert "Påmindelse: 2 frister" in html
    assert "Til socialkoordinator i Greve" in html
    assert len(two_cases.mails()) == before


def test_send_now_sends_the_very_text_that_was_shown_and_the_machine_sends_none_again(
    anna: Any, two_cases: Any
) -> None:
    shown = fields(anna.client.get(PERSON).text)
    assert f"Mailen til {ADDRESS} er skrevet som fil, ikke sendt." in after(
        anna, press(anna, "send")
    )
    (digest,) = [m for m in two_cases.mails() if m.mail is MailKind.DIGEST]
    assert digest.state is OutboxState.SENT
    assert digest.subject == shown["subject"]
    link = re.compile(r"http://\S+/k/[\w-]+|\[personligt link nr. \d+\]")
    assert link.sub("", digest.text).strip() == link.sub("", shown["text"]).strip()
    assert "personligt-link" not in digest.text
    assert "16 personer" in anna.client.get("/mails/rykkere").text
    written = len(two_cases.mails())
    two_cases.remind()
    assert len(two_cases.mails()) == written


def test_a_text_can_be_written_anew_for_this_one_time(anna: Any, two_cases: Any) -> None:
    text = "Kære Greve\n\nSkriv til os: http://127.0.0.1:8080/k/personligt-link-CU-EN-2024-0253"
    answer = press(anna, "send", subject="Kort besked", text=text)
    assert "er skrevet som fil, ikke sendt" in after(anna, answer)
    (digest,) = [m for m in two_cases.mails() if m.mail is MailKind.DIGEST]
    assert digest.subject == "Kort besked"
    assert digest.text.startswith("Kære Greve\n")
    assert "personligt-link" not in digest.text
    assert digest.written_by == "Anna"


def test_kept_words_are_used_when_the_machine_writes_the_mail(anna: Any, two_cases: Any) -> None:
    answer = press(anna, "gem", subject="Kort besked", text="Husk os.")
    assert "Kun denne ene gang" in after(anna, answer)
    assert "med egne ord" in anna.client.get(PERSON).text
    from udmelding.casework.mail.delivery import deliver_waiting

    deliver_waiting(two_cases.services, two_cases.remind(), "test")
    (digest,) = [m for m in two_cases.mails() if m.mail is MailKind.DIGEST]
    assert (digest.subject, digest.text) == ("Kort besked", "Husk os.\n")


def test_the_fixed_text_can_be_taken_back(anna: Any) -> None:
    press(anna, "gem", subject="Kort besked", text="Husk os.")
    assert "den faste tekst" in after(anna, press(anna, "fast"))
    assert fields(anna.client.get(PERSON).text)["subject"].startswith("[CU-EN-2024")


def test_a_held_mail_is_not_written_before_it_is_released(anna: Any, two_cases: Any) -> None:
    assert "sat på hold" in after(anna, press(anna, "hold", reason="aftalt på telefon"))
    two_cases.remind()
    assert not two_cases.mails(OutboxState.PENDING)
    html = anna.client.get(PERSON).text
    assert "aftalt på telefon" in html
    for key in re.findall(r'action="/mails/rykkere/slip".*?name="key" value="([^"]+)"', html, re.S):
        data = {"til": ADDRESS, "key": key, "csrf": anna.csrf("/mails/rykkere")}
        assert anna.client.post("/mails/rykkere/slip", data=data).status_code == 303
    two_cases.remind()
    assert len(two_cases.mails(OutboxState.PENDING)) == 2


def test_one_party_can_be_switched_off_in_one_case_and_on_again(anna: Any, two_cases: Any) -> None:
    at = {"reference": "CU-EN-2024", "step": "collection", "party": "0253", "til": ADDRESS}
    csrf = anna.csrf("/mails/rykkere")
    answer = anna.client.post(
        "/mails/rykkere/slaa-fra", data={**at, "reason": "svarer mundtligt", "csrf": csrf}
    )
    html = after(anna, answer)
    assert "Slået fra (1)" in html
    assert "svarer mundtligt" in html
    assert "Én mail om" not in anna.client.get(PERSON).text
    assert "CU-TO-2024" in anna.client.get(PERSON).text
    html = after(anna, anna.client.post("/mails/rykkere/slaa-til", data={**at, "csrf": csrf}))
    assert "Slået fra" not in html


def test_a_day_that_cannot_be_read_is_told_and_nothing_is_lost(anna: Any) -> None:
    data = {
        "reference": "CU-EN-2024",
        "step": "collection",
        "party": "0253",
        "til": ADDRESS,
        "until": "31/2",
        "reason": "aftalt",
        "csrf": anna.csrf("/mails/rykkere"),
    }
    answer = anna.client.post("/mails/rykkere/slaa-fra", data=data)
    assert answer.status_code == 422
    assert "31/2" in answer.text.split("alert-text")[1].split("</p>")[0]
    assert 'value="31/2"' in answer.text
    assert 'value="aftalt"' in answer.text


def test_an_answer_that_came_meanwhile_is_told_and_nobody_is_chased(
    anna: Any, two_cases: Any
) -> None:
    said = fields(anna.client.get(PERSON).text)
    two_cases.answer("CU-EN-2024", two_cases.now - dt.timedelta(minutes=1))
    answer = anna.client.post("/mails/rykkere/mail", data=said | {"do": "send"})
    assert answer.status_code == 422
    assert "Noget er ændret" in answer.text
    assert not [m for m in two_cases.mails() if m.rung != "invitation" and m.mail != "thanks"]


def test_two_caseworkers_see_each_others_words_instead_of_writing_over_them(
    anna: Any, web: FastAPI, person: Callable[..., Any]
) -> None:
    bo = person(web, "bo", Role.CASEWORKER)
    seen_by_bo = fields(bo.client.get(PERSON).text)
    press(anna, "gem", subject="Annas emne", text="Annas tekst")
    answer = bo.client.post(
        "/mails/rykkere/mail",
        data=seen_by_bo | {"do": "gem", "subject": "Bos emne", "text": "Bos tekst"},
    )
    assert answer.status_code == 422
    assert "Anna har ændret mailen" in answer.text
    assert "Bos tekst" in answer.text
    assert "Annas tekst" in answer.text


def test_a_reader_sees_everything_and_can_do_nothing(
    web: FastAPI, person: Callable[..., Any]
) -> None:
    rie = person(web, "rie", Role.READER)
    html = rie.client.get(PERSON).text
    assert "Påmindelse: 2 frister" in html
    assert "Send nu" not in html
    answer = rie.client.post("/mails/rykkere/mail", data=fields(html) | {"do": "send"})
    assert answer.status_code == 403


def test_what_was_sent_is_found_by_receiver_and_day(anna: Any) -> None:
    press(anna, "send")
    html = unquote(unescape(anna.client.get(f"/mails/sendt?q={ADDRESS}").text))
    assert "1 mail fra" in html
    assert "af Anna" in html or "af udmelding" in html
    assert "Til socialkoordinator i Greve" in html
    assert "0 mails" in anna.client.get("/mails/sendt?q=findes-ikke").text
    assert "alert-error" in anna.client.get("/mails/sendt?fra=31/2").text


@pytest.mark.parametrize("odd", ["%", "_", "'", '"', "\\", "🙂", "x" * 500])
def test_odd_words_find_nothing_and_break_nothing(anna: Any, odd: str) -> None:
    assert anna.client.get("/mails/sendt", params={"q": odd}).status_code == 200


def test_a_mail_that_is_refused_is_told_as_a_warning_and_waits_for_a_person(
    anna: Any, two_cases: Any, web: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise MailRefusedError("nøgle", "550 ukendt modtager")

    monkeypatch.setattr(type(web.state.services.transport), "deliver", refuse)
    html = after(anna, press(anna, "send"))
    assert "alert-warning" in html
    assert "550 ukendt modtager" in html
    assert "Mails, du skal tage stilling til (1)" in html
