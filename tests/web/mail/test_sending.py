"""What the pages say of sending: a folder sends nothing, and a fault says what to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from models import OutboxState, Role
from tests.conftest import TwoCases
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.journal.database import writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.sending_faults import say_going, say_stopped
from udmelding.rules.mail.faults import HOW_TO_MEND, Mend
from udmelding.web.service.app import create_app

BANNER = "Mails bliver ikke sendt."
PAGES = (
    "/",
    "/mails/rykkere",
    "/mails/sendt",
    "/kontakter",
    "/moeder",
    "/mails/post",
    "/ny/gennemspil",
)


def app(services: Services, two_cases: TwoCases) -> FastAPI:
    return create_app(services, lambda: two_cases.now)


def sending(services: Services) -> Services:
    """The same installation with a mail server."""
    mail = services.settings.mail.model_copy(
        update={"transport": "smtp", "host": "smtp.kommune.example", "password": SecretStr("")}
    )
    settings: Settings = services.settings.model_copy(update={"mail": mail})
    return replace(services, settings=settings)


def words(browser: Any, path: str) -> str:
    return " ".join(unescape(browser.client.get(path).text).split())


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_mails_become_files(
    services: Services, two_cases: TwoCases, person: Callable[..., Any], path: str
) -> None:
    anna = person(app(services, two_cases), "anna", Role.CASEWORKER)
    shown = words(anna, path)
    assert BANNER in shown
    assert str(services.settings.mail.folder) in shown


def test_nothing_is_said_where_mails_are_sent(
    services: Services, two_cases: TwoCases, person: Callable[..., Any]
) -> None:
    anna = person(app(sending(services), two_cases), "anna", Role.CASEWORKER)
    assert BANNER not in words(anna, "/mails/rykkere")


def test_no_list_calls_a_mail_in_a_folder_sent(
    services: Services, two_cases: TwoCases, person: Callable[..., Any]
) -> None:
    anna = person(app(services, two_cases), "anna", Role.CASEWORKER)
    (reference, *_), mail = two_cases.references, two_cases.mails(OutboxState.SENT)[0]
    word = mail.subject.split("] ")[1].split()[0]
    pages = (
        f"/sager/{reference}/mails",
        f"/sager/{reference}/log",
        f"/kontakter/{two_cases.party}",
        "/mails/sendt?fra=1/1-2024",
        f"/soeg?q={word}",
    )
    for path in pages:
        shown = words(anna, path)
        assert "skrevet som fil, ikke sendt" in shown, path
        assert "– sendt" not in shown, path
        assert "afleveret til jeres mailserver" not in shown, path


def test_what_keeps_all_mails_from_going_stands_on_every_page_until_they_go(
    services: Services, two_cases: TwoCases, person: Callable[..., Any]
) -> None:
    ours = sending(services)
    web = app(ours, two_cases)
    anna, boss = person(web, "anna", Role.CASEWORKER), person(web, "boss", Role.ADMINISTRATOR)
    said = "mailserveren svarede 550 5.7.60 no permissions to send as this sender."
    with writing(services.engine) as session:
        say_stopped(session, Mend.SEND_AS, said, two_cases.now)

    for path in ("/", "/mails/rykkere"):
        assert HOW_TO_MEND[Mend.SEND_AS] in words(anna, path)
    condition = words(boss, "/indstillinger/tilstand")
    assert "Tager ikke imod" in condition
    assert said in condition

    with writing(services.engine) as session:
        say_going(session, two_cases.now + dt.timedelta(minutes=1))
    assert HOW_TO_MEND[Mend.SEND_AS] not in words(anna, "/")
    assert "Tager ikke imod" not in words(boss, "/indstillinger/tilstand")


@pytest.fixture
def two_held(services: Services, two_cases: TwoCases) -> list[str]:
    """Two mails were being handed over when the program was killed, one after its content left."""
    now = two_cases.remind()
    keys = [mail.key for mail in two_cases.mails(OutboxState.PENDING)][:2]
    with writing(services.engine) as session:
        for number, key in enumerate(keys):
            outbox.claim(session, key, now, "dead")
            outbox.hand_over(session, key, "dead")
            if number:
                outbox.is_leaving(session, key, now)
            outbox.finish(session, key, OutboxState.HELD, now, "Afsendelsen blev afbrudt.")
    return keys


@pytest.mark.parametrize(("do", "told"), [("igen", "sendes igen"), ("naaede-frem", "nået frem")])
def test_all_held_mails_are_decided_on_with_one_button(
    services: Services,
    two_cases: TwoCases,
    person: Callable[..., Any],
    two_held: list[str],
    do: str,
    told: str,
) -> None:
    anna = person(app(services, two_cases), "anna", Role.CASEWORKER)
    shown = words(anna, "/mails/rykkere")
    assert "2 mails er tilbageholdt" in shown
    assert "1 kan være nået frem" in shown
    assert "1 nåede ikke at komme af sted" in shown

    answer = anna.client.post(
        "/mails/rykkere/afgoer", data={"key": two_held, "do": do, "csrf": anna.csrf()}
    )

    assert f"De 2 mails {'er mærket som ' if do != 'igen' else ''}{told}." in words(
        anna, answer.headers["location"]
    )
    states = {mail.state for mail in two_cases.mails() if mail.key in two_held}
    assert states == {OutboxState.PENDING if do == "igen" else OutboxState.SENT}
    deliver_waiting(services, two_cases.now + dt.timedelta(days=1), "next")


def test_a_reader_sees_no_button_for_held_mails(
    services: Services, two_cases: TwoCases, person: Callable[..., Any], two_held: list[str]
) -> None:
    reader = person(app(services, two_cases), "rikke", Role.READER)
    assert "/mails/rykkere/afgoer" not in reader.client.get("/mails/rykkere").text
    assert two_held
