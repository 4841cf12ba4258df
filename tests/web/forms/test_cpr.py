"""CPR numbers and dangerous files at the doors: the link of a municipality, the post, the texts."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import OutboxState, Role
from tests.casework.inbox.test_attachments import with_files
from tests.casework.inbox.test_receiving import reply
from tests.conftest import TwoCases
from tests.documents.files.test_bad_files import OLE, changed, document, pdf
from tests.rules.files.test_cpr import BORN, number_born, parts
from tests.web.inbox.test_post import send as send_form
from tests.web.mail.test_texts import own
from tests.web.mail.test_texts import send as send_text
from tests.web.parties.test_municipality import (
    LOLLAND,
    deciding,
    fresh_limit,
    known,
    link,
    send,
    value,
    visitor,
)
from tests.web.test_due import press
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.files.cpr import MASK
from udmelding.web.service.app import create_app

__all__ = ["deciding", "fresh_limit", "visitor"]  # fixtures of the municipality's page

WRITTEN, NUMBER = "-".join(parts()), number_born(BORN)
CASE_NUMBER = number_born(BORN, holds=False)
DECIDED = {"decided_on": "15/4-2025", "outcome": "approved", "level": "council"}


def stored(services: Services) -> int:
    return sum(path.is_file() for path in services.store.folder.rglob("*"))


def decide(page: Any, path: str, name: str, content: bytes, **said: str) -> Any:
    """Report a decision with these minutes."""
    data = {"form": "decide", "form_value": value(path), **DECIDED, **said}
    return page.post(path, data=data, files={"minutes": (name, content)})


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("referat.txt", f"Punkt 7\nBorger {WRITTEN}".encode(), "Der står et cpr-nummer på linje 2"),
        ("referat.txt", NUMBER.encode(), "Der står noget, der ligner et cpr-nummer, på linje 1"),
        (f"{WRITTEN}.txt", b"Punkt 7", "Der står et cpr-nummer i filens navn"),
        ("referat.docx", changed(document(), {"word/vbaProject.bin": OLE}), "indeholder makroer"),
        ("referat.pdf", b"MZ\x90\x00", "er et program"),
        ("referat.pdf", b"%PDF-1.7", "er beskadiget"),
        ("referat.xlsx", b"PK", "kan ikke læses her. Brug PDF (.pdf)"),
    ],
    ids=["certain", "likely", "in the name", "macros", "a program", "broken", "another kind"],
)
def test_minutes_with_a_number_or_something_dangerous_are_refused_and_nothing_is_kept(
    deciding: Services, visitor: Any, name: str, content: bytes, told: str
) -> None:
    before = stored(deciding)

    answer = decide(visitor, link(deciding), name, content)

    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert stored(deciding) == before
    assert not any(decision.party == LOLLAND for decision in known(deciding).decisions)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("referat.txt", b"Sag 24/1234: godkendt"),
        ("referat.pdf", pdf()),
        ("referat.docx", document()),
    ],
    ids=["text", "pdf", "word"],
)
def test_honest_minutes_are_taken(
    deciding: Services, visitor: Any, name: str, content: bytes
) -> None:
    assert decide(visitor, link(deciding), name, content).status_code == 303


def test_a_number_in_a_field_of_the_form_is_refused_and_the_field_named(
    deciding: Services, visitor: Any
) -> None:
    path = link(deciding)
    asked = send(visitor, path, "time", time_step="councils", reason=f"Borger {WRITTEN}")
    linked = send(visitor, path, "decide", **DECIDED, evidence=f"https://x.example/?c={WRITTEN}")

    assert asked.status_code == linked.status_code == 422
    assert "Der står et cpr-nummer i feltet «Kort hvorfor». Fjern det" in unescape(asked.text)
    assert "Der står et cpr-nummer i feltet «Link til referatet»." in unescape(linked.text)


def test_the_digits_of_a_pages_address_are_no_cpr_number(deciding: Services, visitor: Any) -> None:
    address = f"https://greve.example/referat?id={NUMBER}"

    assert send(visitor, link(deciding), "decide", **DECIDED, evidence=address).status_code == 303


# --- The post ---


@pytest.fixture
def post(services: Services, two_cases: TwoCases) -> FastAPI:
    return create_app(services, lambda: two_cases.now)


@pytest.fixture
def anna(post: FastAPI, person: Callable[..., Any]) -> Any:
    return person(post, "anna", Role.CASEWORKER)


def test_a_mail_with_a_number_is_shown_without_it_and_says_so(
    anna: Any, services: Services, two_cases: TwoCases
) -> None:
    invitation = two_cases.mails(OutboxState.SENT)[0]
    raw = reply(invitation, f"Vi har 12 borgere. Se {WRITTEN}\n", subject=f"Om {WRITTEN}")
    mail = receive_one(services, raw, two_cases.now)
    assert mail is not None

    index = unescape(anna.client.get("/mails/post").text)
    page = unescape(anna.client.get(f"/mails/post/{mail.key}").text)

    assert "cpr-nummer" in index
    assert "Der står et cpr-nummer i mailens ord eller i navnet på en fil." in page
    assert "Den ligger i sekretariatets postkasse." in page
    assert "Hent mailen, som den kom" not in page
    assert f"Se {MASK}" in page
    for html in (index, page):
        assert WRITTEN not in html
    done = send_form(
        anna,
        f"/mails/post/{mail.key}/betyder",
        f"/mails/post/{mail.key}",
        meaning="answer",
        note="ok",
    )
    assert done.status_code == 303


def test_a_file_with_a_number_asks_to_be_looked_at_before_it_is_laid_on_the_case(
    anna: Any, services: Services, two_cases: TwoCases
) -> None:
    invitation = two_cases.mails(OutboxState.SENT)[0]
    files = (("svar.txt", f"Nr. {NUMBER}".encode()), ("bilag.txt", b"12 borgere"))
    raw = with_files(reply(invitation, "Se filen\n"), *files)
    mail = receive_one(services, raw, two_cases.now)
    assert mail is not None
    path, (sha256, _) = f"/mails/post/{mail.key}", [f["sha256"] for f in mail.attachments]
    page = unescape(anna.client.get(path).text)
    assert "Der står noget, der ligner et cpr-nummer, på linje 1." in page
    assert "Jeg har set efter: det er ikke et cpr-nummer" in page

    refused = send_form(anna, f"{path}/betyder", path, meaning="answer", file=sha256)
    assert refused.status_code == 422
    assert "Filen «svar.txt» er låst og er ikke lagt på sagen." in unescape(refused.text)
    looked = send_form(anna, f"{path}/betyder", path, meaning="answer", file=sha256, no_cpr="1")
    assert looked.status_code == 303
    with reading(services.engine) as session:
        case = load(session, mail.reference, two_cases.now)
    assert any(document.sha256 == sha256 for document in case.documents)


def test_a_clean_mail_asks_for_nothing(anna: Any, services: Services, two_cases: TwoCases) -> None:
    invitation = two_cases.mails(OutboxState.SENT)[0]
    raw = with_files(reply(invitation, "Se filen\n"), ("bilag.txt", b"12 borgere"))
    mail = receive_one(services, raw, two_cases.now)
    assert mail is not None

    assert "cpr" not in anna.client.get("/mails/post").text
    assert "cpr" not in anna.client.get(f"/mails/post/{mail.key}").text


# --- What goes out ---


def test_a_mail_text_with_a_number_is_not_saved(
    services: Services, signed_in: Callable[[Role], Any]
) -> None:
    refused = send_text(signed_in(Role.ADMINISTRATOR), "gem", body=f"Om {WRITTEN}")

    assert refused.status_code == 422
    assert "Der står et cpr-nummer i teksten." in unescape(refused.text)
    assert not own(services).is_own


def test_a_reminder_worded_anew_with_a_number_is_refused_with_the_words_kept(
    anna: Any, two_cases: TwoCases
) -> None:
    before = len(two_cases.mails())
    refused = press(anna, "send", subject="Svar", text=f"Om {WRITTEN}")

    assert "Der står et cpr-nummer i feltet «Tekst»." in unescape(refused.text)
    assert f"Om {WRITTEN}" in unescape(refused.text)
    assert len(two_cases.mails()) == before
