"""A mailbox that is not read, and a day that was not done, are told once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email.message import EmailMessage

import pytest

from tests.conftest import TwoCases
from udmelding.casework.inbox import mailbox
from udmelding.casework.inbox.alarms import tell_of_trouble
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


def test_a_day_that_was_not_done_is_told_once(two_cases: TwoCases, sending: Services) -> None:
    settings = sending.settings.model_copy(
        update={"mailbox": sending.settings.mailbox.model_copy(update={"host": ""})}
    )
    services = replace(sending, settings=settings)
    missed = two_cases.now + dt.timedelta(days=7)

    tell_of_trouble(services, two_cases.now)
    assert isinstance(services.transport, Taking)
    assert services.transport.subjects == [], "today's work is not late yet"
    tell_of_trouble(services, missed)
    tell_of_trouble(services, missed + dt.timedelta(hours=2))
    assert services.transport.subjects == ["udmelding har ikke gjort en dags arbejde"]


def test_where_mails_become_files_only_the_pages_tell(two_cases: TwoCases) -> None:
    assert tell_of_trouble(two_cases.services, two_cases.now + dt.timedelta(days=7)) == []
