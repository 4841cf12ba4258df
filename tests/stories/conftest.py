"""A mail server that a whole case can be played against."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from udmelding.casework.wiring import Services, make_services


class Inbox:
    """Keeps what arrives, as a reader's program would show it."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content: Any = envelope.content
        parsed = BytesParser(policy=default).parsebytes(content)
        assert isinstance(parsed, EmailMessage)
        self.received.append(parsed)
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[int, list[EmailMessage]]]:
    """The port of a real SMTP server on this machine, and what it has received."""
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, inbox.received
    controller.stop()


@pytest.fixture
def by_smtp(
    prefect_engine: None,
    mail_server: tuple[int, list[EmailMessage]],
    home: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Services, list[EmailMessage]]]:
    """Services on an empty database that send by that server, and what it receives."""
    port, received = mail_server
    for name, value in {
        "DATABASE_URL": database_url,
        "MAIL__TRANSPORT": "smtp",
        "MAIL__HOST": "127.0.0.1",
        "MAIL__PORT": str(port),
        "MAIL__SECURITY": "none",
    }.items():
        monkeypatch.setenv(f"UDMELDING_{name}", value)
    services = make_services()
    yield services, received
    services.close()


def to(mails: list[EmailMessage], box: str) -> list[EmailMessage]:
    """The mails whose receiver's address begins with ``box``."""
    return [mail for mail in mails if str(mail["To"]).strip("<").startswith(box)]
