"""The whole way in: a real Dovecot holds the sample mails, and all of them are taken in once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from models import IncomingKind
from tests.conftest import TwoCases
from tests.outside.conftest import certificate
from tests.outside.inbox.dovecot import LOOPBACK, PASSWORD, USER, Dovecot, dovecot
from udmelding.casework.inbox import mailbox as mailbox_reading
from udmelding.casework.inbox.mailbox import last_reading, read_mailbox
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.wiring import Services
from udmelding.config.settings_sections import Mailbox as MailboxSettings
from udmelding.errors import OutsideError
from udmelding.journal.database import reading
from udmelding.journal.inbox import incoming

__all__ = ["certificate"]

SAMPLES = sorted((Path(__file__).parents[2] / "mails").glob("*.eml"))
DONE = "Læst af udmelding"


@pytest.fixture(scope="module")
def server(certificate: Path) -> Iterator[Dovecot]:
    with dovecot(certificate) as running:
        for sample in SAMPLES:
            running.append(sample.read_bytes())
        yield running


def reading_from(services: Services, server: Dovecot, **changes: Any) -> Services:
    chosen = MailboxSettings(
        **{
            "host": LOOPBACK,
            "port": server.port,
            "security": "none",
            "username": USER,
            "password": SecretStr(PASSWORD),
            "timeout_seconds": 10.0,
            **changes,
        }
    )
    settings = services.settings.model_copy(update={"mailbox": chosen})
    return Services(settings, services.engine, services.transport, services.store)


def test_every_sample_is_taken_in_once_however_often_and_wherever_the_reader_is_cut_off(
    two_cases: TwoCases, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = reading_from(two_cases.services, server)
    taken: list[bytes] = []

    def cut_off(services: Services, raw: bytes, now: Any) -> Any:
        taken.append(raw)
        mail = receive_one(services, raw, now)
        if len(taken) == 30:
            raise KeyboardInterrupt  # recorded, and not marked in the mailbox yet
        return mail

    monkeypatch.setattr(mailbox_reading, "receive_one", cut_off)
    with pytest.raises(KeyboardInterrupt):
        read_mailbox(services, two_cases.now)
    monkeypatch.setattr(mailbox_reading, "receive_one", receive_one)
    rest = read_mailbox(services, two_cases.now)

    with reading(services.engine) as session:
        kept = incoming.mails_where(session)
    assert len(kept) == len(SAMPLES) >= 40
    assert rest.total() == len(SAMPLES) - 30, "the thirtieth was known"
    kinds = {mail.kind for mail in kept}
    assert kinds == set(IncomingKind) - {IncomingKind.OWN}
    assert read_mailbox(services, two_cases.now) == {}
    told = last_reading(services.settings)
    assert told is not None
    assert (told.at, told.trouble, told.count) == (two_cases.now, "", 0)


def test_a_mail_that_cannot_be_kept_hides_none_of_the_others(
    two_cases: TwoCases,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = "ord fra mailen"

    def poisoned(services: Services, raw: bytes, now: Any) -> Any:
        if raw == SAMPLES[3].read_bytes():
            raise ValueError(words)
        return receive_one(services, raw, now)

    with dovecot(certificate) as own:
        for sample in SAMPLES[:10]:
            own.append(sample.read_bytes())
        services = reading_from(two_cases.services, own, done_folder=DONE)
        monkeypatch.setattr(mailbox_reading, "receive_one", poisoned)
        assert read_mailbox(services, two_cases.now).total() == 9
        assert "was not taken in: ValueError" in caplog.text
        assert words not in caplog.text, "an error may repeat what nobody may keep"
        monkeypatch.setattr(mailbox_reading, "receive_one", receive_one)
        assert read_mailbox(services, two_cases.now).total() == 1, "it is tried again"


def test_a_mailbox_that_cannot_be_read_is_told_until_it_can(
    two_cases: TwoCases, server: Dovecot
) -> None:
    wrong = reading_from(two_cases.services, server, password=SecretStr("forkert"))
    with pytest.raises(OutsideError, match="godkender ikke"):
        read_mailbox(wrong, two_cases.now)
    told = last_reading(wrong.settings)
    assert told is not None
    assert "godkender ikke" in told.trouble
    assert "forkert" not in told.trouble
    read_mailbox(reading_from(two_cases.services, server), two_cases.now)
    told = last_reading(wrong.settings)
    assert told is not None
    assert told.trouble == ""


def test_without_a_mailbox_nothing_is_read(services: Services, two_cases: TwoCases) -> None:
    assert read_mailbox(services, two_cases.now) == {}
    assert last_reading(services.settings) is None
