"""A mailbox that is not read, and a day that was not done, are told once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email.message import EmailMessage

import pytest

from tests.conftest import TwoCases
from udmelding.casework.inbox import mailbox
from udmelding.casework.inbox.alarms import note_sweep, tell_of_trouble
from udmelding.casework.inbox.mailbox import mailbox_silent_since, read_mailbox
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError
from udmelding.outside.mail.transport import Receipt

pytestmark = pytest.mark.database


class Taking:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.subjects: list[str] = []

    def deliver(self, message: EmailMessage, key: str, *_: object) -> Receipt:
        self.subjects.append(str(message["Subject"]))
        return Receipt(detail="250 ok", transport="smtp")

    def has_taken(self, message: EmailMessage, key: str) -> bool | None:
        return None


@pytest.fixture
def sending(two_cases: TwoCases) -> Services:
    """The two cases' services with a mailbox that nobody can reach, and a server that sends."""
    settings = two_cases.services.settings
    settings = settings.model_copy(
        update={
            "mail": settings.mail.model_copy(update={"transport": "smtp", "dry_run": False}),
            "mailbox": settings.mailbox.model_copy(update={"host": "imap.example"}),
        }
    )
    return replace(two_cases.services, settings=settings, transport=Taking())


def test_a_mailbox_that_was_not_read_for_two_hours_is_told_once_and_on_the_pages(
    two_cases: TwoCases, sending: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OutsideError("Postkassen svarer ikke.", is_temporary=True)

    monkeypatch.setattr(mailbox, "_read_into", away)
    now = two_cases.now
    for minutes in (0, 60, 119):
        with pytest.raises(OutsideError):
            read_mailbox(sending, now + dt.timedelta(minutes=minutes))
    assert mailbox_silent_since(sending.settings, now + dt.timedelta(minutes=119)) is None

    later = now + dt.timedelta(minutes=130)
    assert mailbox_silent_since(sending.settings, later) == now
    tell_of_trouble(sending, later)
    tell_of_trouble(sending, later + dt.timedelta(hours=1))
    assert isinstance(sending.transport, Taking)
    assert sending.transport.subjects == ["udmelding kan ikke læse postkassen"]

    monkeypatch.setattr(mailbox, "_read_into", lambda *_: None)
    read_mailbox(sending, later)
    assert mailbox_silent_since(sending.settings, later) is None


def without_mailbox(services: Services) -> Services:
    mailbox = services.settings.mailbox.model_copy(update={"host": ""})
    return replace(services, settings=services.settings.model_copy(update={"mailbox": mailbox}))


def test_a_sweep_that_was_missed_is_told_once(two_cases: TwoCases, sending: Services) -> None:
    services, now = without_mailbox(sending), two_cases.now
    assert isinstance(services.transport, Taking)
    tell_of_trouble(services, now)
    assert services.transport.subjects == [], "nobody knows of any sweep yet"

    note_sweep(services.settings, now, ())
    for days in (0, 1):
        tell_of_trouble(services, now + dt.timedelta(days=days))
    assert services.transport.subjects == [], "the next one is not late"

    for days in (7, 7, 8):
        tell_of_trouble(services, now + dt.timedelta(days=days))
    assert services.transport.subjects == ["udmelding har ikke gjort en dags arbejde"]

    note_sweep(services.settings, now + dt.timedelta(days=8), ())
    tell_of_trouble(services, now + dt.timedelta(days=8, hours=1))
    assert len(services.transport.subjects) == 1, "it is done again"


def test_a_case_in_which_the_sweep_failed_is_named_once(
    two_cases: TwoCases, sending: Services
) -> None:
    services, now = without_mailbox(sending), two_cases.now
    assert isinstance(services.transport, Taking)
    note_sweep(services.settings, now, ("CU-EN-2024",))

    tell_of_trouble(services, now)
    tell_of_trouble(services, now + dt.timedelta(hours=1))

    told = ["udmelding kunne ikke gøre dagens arbejde i alle sager"]
    assert services.transport.subjects == told


def test_where_mails_become_files_only_the_pages_tell(two_cases: TwoCases) -> None:
    assert tell_of_trouble(two_cases.services, two_cases.now + dt.timedelta(days=7)) == []
