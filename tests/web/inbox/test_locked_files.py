"""Locked files on the pages: who gets at them, and how a person decides."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import IncomingState, OutboxState, Role
from tests.casework.inbox.test_attachments import with_files
from tests.casework.inbox.test_locked import CERTAIN, CLEAN, LIKELY, POSSIBLE, SIGN
from tests.casework.inbox.test_receiving import reply
from tests.conftest import TwoCases
from tests.web.inbox.test_post import after, send, shown, state, take
from udmelding.casework.wiring import Services
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.rules.inbox.mail_files import FileState, state_of
from udmelding.web.service.app import create_app

NONE, HOLDS = "Der er intet cpr-nummer", "Filen indeholder et cpr-nummer – slet den"


@pytest.fixture
def web(services: Services, two_cases: TwoCases) -> FastAPI:
    return create_app(services, lambda: two_cases.now)


@pytest.fixture
def anna(web: FastAPI, person: Callable[..., Any]) -> Any:
    return person(web, "anna", Role.CASEWORKER)


@pytest.fixture
def mail(services: Services, two_cases: TwoCases) -> InboxMail:
    """A reply with two locked files and a clean one, all in the mail as it came."""
    files = [("svar.txt", POSSIBLE), ("mere.txt", POSSIBLE + b"!"), ("bilag.txt", CLEAN)]
    raw = with_files(reply(two_cases.mails(OutboxState.SENT)[0], "Se filerne\n"), *files)
    return take(services, two_cases, raw)


def states(services: Services, mail: InboxMail) -> list[FileState]:
    return [state_of(file) for file in state(services, mail.key).attachments]


def test_a_reader_sees_that_files_are_locked_and_gets_none_of_them(
    web: FastAPI, person: Callable[..., Any], anna: Any, mail: InboxMail
) -> None:
    rie = person(web, "rie", Role.READER)
    path = f"/mails/post/{mail.key}"
    names = [*(file["sha256"] for file in mail.attachments), mail.raw_sha256]
    assert [rie.client.get(f"{path}/fil/{name}").status_code for name in names] == [
        403, 403, 200, 403,
    ]  # fmt: skip
    assert [anna.client.get(f"{path}/fil/{name}").status_code for name in names] == [200] * 4

    html = shown(rie, path)
    assert "Låst, til en sagsbehandler har set efter." in html
    assert f"{path}/filer" not in html
    assert [name in html for name in names] == [False, False, True, False]
    said = {"csrf": rie.csrf("/mails/post"), "fil-0": "cpr"}
    assert rie.client.post(f"{path}/filer", data=said).status_code == 403


def test_the_page_says_before_that_deleting_cannot_be_undone(anna: Any, mail: InboxMail) -> None:
    html = shown(anna, f"/mails/post/{mail.key}")

    assert "Låste filer (2)" in html
    assert "Sletning kan ikke fortrydes." in html
    assert "Mailen i sekretariatets postkasse skal I selv slette." in html
    assert html.count(f"{NONE}</label>") == html.count(f"{HOLDS}</label>") == 2
    assert SIGN not in html


def test_each_file_is_decided_on_the_page_and_what_was_decided_stands_there(
    anna: Any, services: Services, mail: InboxMail
) -> None:
    path = f"/mails/post/{mail.key}"

    html = after(anna, send(anna, f"{path}/filer", path, **{"fil-0": "fri", "fil-1": "cpr"}))

    assert "«mere.txt» er slettet. «svar.txt» er frigivet." in html
    assert "Frigivet den 5. september 2024 af Anna: der er intet cpr-nummer i den." in html
    assert "Slettet den 5. september 2024 af Anna, fordi den indeholder et cpr-nummer." in html
    assert "Låste filer" not in html
    assert "Mailen, som den kom, er ikke gemt her" in html
    released, deleted, _ = mail.attachments
    assert anna.client.get(f"{path}/fil/{released['sha256']}").content == POSSIBLE
    assert anna.client.get(f"{path}/fil/{deleted['sha256']}").status_code == 404
    laid = send(anna, f"{path}/betyder", path, meaning="answer", file=[released["sha256"]])
    assert laid.status_code == 303
    assert "svar.txt" in shown(anna, f"/sager/{mail.reference}/dokumenter")


def test_what_is_not_chosen_goes_on_waiting_and_nothing_chosen_is_told(
    anna: Any, services: Services, mail: InboxMail
) -> None:
    path = f"/mails/post/{mail.key}"
    refused = send(anna, f"{path}/filer", path)
    assert refused.status_code == 422
    assert "Vælg for mindst én af filerne" in unescape(refused.text)

    html = after(anna, send(anna, f"{path}/filer", path, **{"fil-0": "cpr"}))

    assert "Låste filer (1)" in html
    assert states(services, mail) == [FileState.DELETED, FileState.LOCKED, FileState.FREE]


def test_pressed_twice_is_done_once_and_another_answer_is_told_who_was_first(
    anna: Any, web: FastAPI, person: Callable[..., Any], mail: InboxMail
) -> None:
    path = f"/mails/post/{mail.key}"
    said = {"csrf": anna.csrf(path), "fil-0": "cpr"}
    for _ in range(2):
        assert anna.client.post(f"{path}/filer", data=said).status_code == 303
    bo = person(web, "bo", Role.CASEWORKER)
    other = {"csrf": bo.csrf(path), "fil-0": "fri", "fil-1": "fri"}

    refused = bo.client.post(f"{path}/filer", data=other)

    assert refused.status_code == 422
    html = unescape(refused.text)
    assert "Filen «svar.txt» kan ikke afgøres. Slettet den 5. september 2024 af Anna" in html
    assert 'name="fil-1" value="fri" checked' in html, "what was chosen for the other file stays"


def test_the_page_names_the_other_mails_that_a_decision_is_for(
    anna: Any, services: Services, two_cases: TwoCases, mail: InboxMail
) -> None:
    raw = reply(two_cases.mails(OutboxState.SENT)[0], "Igen\n", subject="Samme fil igen")
    second = take(services, two_cases, with_files(raw, ("kopi.txt", POSSIBLE)))

    assert "Samme fil er låst i mailen «Samme fil igen»." in shown(anna, f"/mails/post/{mail.key}")
    assert "Samme fil er låst i mailen «SV:" in shown(anna, f"/mails/post/{second.key}")


def test_an_absence_with_a_locked_file_is_on_the_desk_until_it_is_decided(
    anna: Any, services: Services, two_cases: TwoCases
) -> None:
    raw = with_files(
        reply(two_cases.mails(OutboxState.SENT)[0], "Jeg er på ferie.\n", subject="Autosvar"),
        ("svar.txt", CERTAIN),
    )
    mail = take(services, two_cases, b"Precedence: bulk\r\nAuto-Submitted: auto-replied\r\n" + raw)
    assert mail.state is IncomingState.FILED
    assert "har sendt en mail med en låst fil" in shown(anna, "/")
    html = shown(anna, "/mails/post")
    assert "Venter på dig (1)" in html
    assert "1 fil er låst. Se den, og sig, om den indeholder et cpr-nummer." in html
    assert "Kun filerne venter." in html
    assert "1 låst" in shown(anna, f"/sager/{mail.reference}/mails")

    path = f"/mails/post/{mail.key}"
    send(anna, f"{path}/filer", path, **{"fil-0": "cpr"})

    assert "Ingen mails venter." in shown(anna, "/mails/post")
    assert "låst fil" not in shown(anna, "/")


def test_no_page_gives_a_locked_files_words_nor_the_file_as_a_document(
    anna: Any, services: Services, two_cases: TwoCases
) -> None:
    raw = with_files(reply(two_cases.mails(OutboxState.SENT)[0], "Hej\n"), ("svar.txt", LIKELY))
    mail = take(services, two_cases, raw)
    case, sha256 = f"/sager/{mail.reference}", mail.attachments[0]["sha256"]
    pages = [case, *(f"{case}/{tab}" for tab in ("mails", "dokumenter", "log", "plan"))]
    for page in (*pages, "/soeg?q=rosenbusken", "/mails/post", f"/mails/post/{mail.key}"):
        assert SIGN not in shown(anna, page), page
    assert anna.client.get(f"{case}/dokumenter/{sha256}").status_code == 404


def test_a_mail_whose_words_held_a_number_says_why_its_clean_file_is_locked(
    anna: Any, services: Services, two_cases: TwoCases
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "bo@greve.example", "Svar"
    message.set_content(CERTAIN.decode())
    message.add_attachment(CLEAN, maintype="text", subtype="plain", filename="bilag.txt")
    mail = take(services, two_cases, message.as_bytes())

    html = shown(anna, f"/mails/post/{mail.key}")

    assert "Der står et cpr-nummer, eller noget, der ligner, i mailens egne ord." in html
