"""Against real servers on the loopback: aiosmtpd, and one that is scripted line by line."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pydantic import SecretStr

from tests.outside.inbox.dovecot import free_port
from udmelding.config.settings_sections import Mail, Secretariat
from udmelding.outside.mail.mime import MailToSend, build_message, message_id_for
from udmelding.outside.mail.smtp import SmtpTransport
from udmelding.outside.mail.transport import MailDelayedError, MailRefusedError, Transport

KEY = "CU-PROEVE-2025/collection/0360/invitation"
LOOPBACK = "127.0.0.1"
TAKEN = "250 Message accepted for delivery"


def a_message(*recipients: str, text: str = "Kære Socialsekretariatet\n") -> EmailMessage:
    mail = MailToSend(
        key=KEY,
        subject="[CU-PROEVE-2025] Vi beder om jeres svar",
        text=text,
        html="<p>Kære</p>",
        recipients=recipients or ("social@lolland.example",),
        message_id=message_id_for(KEY, "rammeaftale.example"),
        thread_id=message_id_for(KEY, "rammeaftale.example"),
        created_at=dt.datetime(2025, 2, 21, 7, 30, tzinfo=dt.UTC),
        reference="CU-PROEVE-2025",
    )
    return build_message(mail, Secretariat(email="sekretariat@rammeaftale.example"))


def settings(port: int, **changes: Any) -> Mail:
    values = {"host": LOOPBACK, "port": port, "security": "none", "timeout_seconds": 2.0}
    return Mail(transport="smtp", **{**values, **changes})


class Mailbox:
    """Takes mails, and answers as its lists say: the next answer of a step, or yes."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.connections: set[Any] = set()
        self.to_recipient: dict[str, str] = {}
        self.to_data: list[str] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.connections.add(session.peer)
        if address in self.to_recipient:
            return self.to_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_data:
            return self.to_data.pop(0)
        self.envelopes.append(envelope)
        return TAKEN


@contextmanager
def aiosmtpd(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """A server on a free port, which is given."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname=LOOPBACK, port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[int]:
    with aiosmtpd(mailbox) as port:
        yield port


# --- Taken -----------------------------------------------------------------------------------


def test_a_mail_is_taken_whole(mailbox: Mailbox, server: int) -> None:
    transport: Transport = SmtpTransport(settings(server))
    message = a_message(text=".første linje\n..\nÆ, ø og å\n.\n" + "x" * 2000)

    receipt = transport.deliver(message, KEY)

    assert (receipt.transport, receipt.detail, receipt.refused) == ("smtp", TAKEN, {})
    (envelope,) = mailbox.envelopes
    assert envelope.mail_from == "sekretariat@rammeaftale.example"
    assert envelope.rcpt_tos == ["social@lolland.example"]
    assert envelope.content == message.as_bytes()
    assert transport.has_taken(message, KEY) is None


def test_each_mail_has_a_connection_of_its_own_outside_a_session(
    mailbox: Mailbox, server: int
) -> None:
    transport = SmtpTransport(settings(server))

    for _ in range(3):
        transport.deliver(a_message(), KEY)

    assert len(mailbox.envelopes) == len(mailbox.connections) == 3


def test_a_session_keeps_one_connection_through_refusals(mailbox: Mailbox, server: int) -> None:
    mailbox.to_recipient["vaek@lolland.example"] = "550 5.1.1 User unknown"

    with SmtpTransport(settings(server)).session() as transport:
        transport.deliver(a_message(), KEY)
        with pytest.raises(MailRefusedError):
            transport.deliver(a_message("vaek@lolland.example"), KEY)
        transport.deliver(a_message(), KEY)

    assert len(mailbox.envelopes) == 2
    assert len(mailbox.connections) == 1


class Reporting(Mailbox):
    """Offers delivery reports (RFC 3461), and keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.of_mail: list[list[str]] = []
        self.of_receivers: list[list[str]] = []

    async def handle_EHLO(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.of_mail.append(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.of_receivers.append(options)
        return await super().handle_RCPT(server, session, envelope, address, options)


class ReportingServer(SMTP):
    """aiosmtpd refuses what it does not know; this one lets the options of RFC 3461 through."""

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        line, _, options = (arg or "").partition("> ")
        await super().smtp_MAIL(f"{line}>" if options else arg)
        self.event_handler.of_mail[-1] = options.split()

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        line, _, options = (arg or "").partition("> ")
        await super().smtp_RCPT(f"{line}>" if options else arg)
        self.event_handler.of_receivers[-1] = options.split()


class ReportingController(Controller):
    def factory(self) -> SMTP:
        return ReportingServer(self.handler)


def test_a_server_with_delivery_reports_is_asked_for_them_and_told_the_mails_key() -> None:
    mailbox = Reporting()
    controller = ReportingController(mailbox, hostname=LOOPBACK, port=free_port())
    controller.start()
    try:
        transport = SmtpTransport(settings(controller.port))
        transport.deliver(a_message("a@lolland.example", "b@lolland.example"), "CU-ÆØ/x+y=z")
        transport.deliver(a_message(), "k" * 101)
    finally:
        controller.stop()

    assert mailbox.of_mail == [["RET=HDRS", "ENVID=CU-+C3+86+C3+98/x+2By+3Dz"], ["RET=HDRS"]]
    assert mailbox.of_receivers == [["NOTIFY=SUCCESS,FAILURE,DELAY"]] * 3
    assert len(mailbox.envelopes) == 2


# --- Refused, delayed ------------------------------------------------------------------------


def test_a_refused_recipient_among_others_is_in_the_receipt(mailbox: Mailbox, server: int) -> None:
    mailbox.to_recipient["vaek@lolland.example"] = "550 5.1.1 User unknown"

    receipt = SmtpTransport(settings(server)).deliver(
        a_message("social@lolland.example", "vaek@lolland.example"), KEY
    )

    assert receipt.refused == {"vaek@lolland.example": "550 5.1.1 User unknown"}
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["social@lolland.example"]]


def test_a_mail_that_every_recipient_is_refused_for_never_goes(
    mailbox: Mailbox, server: int
) -> None:
    mailbox.to_recipient["vaek@lolland.example"] = "550 5.1.1 User unknown"

    with pytest.raises(MailRefusedError, match=r"550 5.1.1 User unknown") as caught:
        SmtpTransport(settings(server)).deliver(a_message("vaek@lolland.example"), KEY)

    assert not caught.value.is_temporary
    assert caught.value.refused == {"vaek@lolland.example": "550 5.1.1 User unknown"}
    assert caught.value.key == KEY
    assert mailbox.envelopes == []


def test_a_greylisted_mail_goes_the_next_time(mailbox: Mailbox, server: int) -> None:
    mailbox.to_recipient["social@lolland.example"] = "451 4.7.1 Greylisted"
    transport = SmtpTransport(settings(server))

    with pytest.raises(MailDelayedError, match=r"451 4.7.1 Greylisted") as caught:
        transport.deliver(a_message(), KEY)
    mailbox.to_recipient.clear()

    assert caught.value.is_temporary
    assert not caught.value.is_in_doubt
    assert transport.deliver(a_message(), KEY).detail == TAKEN


def test_one_recipient_for_later_makes_a_wholly_refused_mail_worth_another_try(
    mailbox: Mailbox, server: int
) -> None:
    mailbox.to_recipient = {"a@b.example": "550 Unknown", "c@d.example": "450 Mailbox busy"}

    with pytest.raises(MailDelayedError, match="450 Mailbox busy"):
        SmtpTransport(settings(server)).deliver(a_message("a@b.example", "c@d.example"), KEY)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("451 4.3.0 Try again later", MailDelayedError),
        ("554 5.7.1 Rejected as spam", MailRefusedError),
    ],
)
def test_the_answer_to_the_content_decides(
    mailbox: Mailbox, server: int, answer: str, error: type[Exception]
) -> None:
    mailbox.to_data = [answer]
    with SmtpTransport(settings(server)).session() as transport:
        with pytest.raises(error, match=answer):
            transport.deliver(a_message(), KEY)

        assert transport.deliver(a_message(), KEY).detail == TAKEN


# --- Encryption and login --------------------------------------------------------------------


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def only_the_secretariat(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    is_right = (data.login, data.password) == (b"sekretariat", b"hemmeligt")
    return AuthResult(success=is_right, handled=False)


LOGIN = {
    "security": "starttls",
    "username": "sekretariat",
    "password": SecretStr("hemmeligt"),
}


@pytest.fixture
def strict_server(mailbox: Mailbox, certificate: Path) -> Iterator[int]:
    """Wants STARTTLS and a login before it takes a mail."""
    with aiosmtpd(
        mailbox,
        tls_context=server_tls(certificate),
        require_starttls=True,
        auth_required=True,
        authenticator=only_the_secretariat,
    ) as port:
        yield port


def test_a_mail_goes_encrypted_after_login(
    mailbox: Mailbox, strict_server: int, certificate: Path
) -> None:
    transport = SmtpTransport(settings(strict_server, **LOGIN), trusting(certificate))

    assert transport.deliver(a_message(), KEY).detail == TAKEN
    assert len(mailbox.envelopes) == 1


def test_a_wrong_password_delays_the_mail_and_is_never_shown(
    mailbox: Mailbox, strict_server: int, certificate: Path
) -> None:
    wrong = settings(strict_server, **LOGIN | {"password": SecretStr("forkert-kode")})

    with pytest.raises(MailDelayedError, match=r"ikke brugernavn og adgangskode.*535") as caught:
        SmtpTransport(wrong, trusting(certificate)).deliver(a_message(), KEY)

    assert "forkert-kode" not in str(caught.value)
    assert mailbox.envelopes == []


def test_a_missing_login_delays_the_mail_because_a_setting_is_wrong(
    strict_server: int, certificate: Path
) -> None:
    nameless = settings(strict_server, security="starttls")

    with pytest.raises(MailDelayedError, match="530"):
        SmtpTransport(nameless, trusting(certificate)).deliver(a_message(), KEY)


def test_an_unknown_certificate_is_not_trusted(mailbox: Mailbox, strict_server: int) -> None:
    with pytest.raises(MailDelayedError, match="certifikat, der ikke kan godkendes"):
        SmtpTransport(settings(strict_server, **LOGIN)).deliver(a_message(), KEY)

    assert mailbox.envelopes == []


def test_a_server_without_starttls_gets_no_mail_in_the_clear(mailbox: Mailbox, server: int) -> None:
    with pytest.raises(MailDelayedError, match="kan ikke det, indstillingerne kræver"):
        SmtpTransport(settings(server, security="starttls")).deliver(a_message(), KEY)

    assert mailbox.envelopes == []


def test_a_server_that_is_encrypted_from_the_first_byte_is_spoken_to(
    mailbox: Mailbox, certificate: Path
) -> None:
    with aiosmtpd(mailbox, ssl_context=server_tls(certificate)) as port:
        chosen = settings(port, security="tls")
        transport = SmtpTransport(chosen, trusting(certificate))

        assert transport.deliver(a_message(), KEY).detail == TAKEN
        with pytest.raises(MailDelayedError, match="certifikat"):
            SmtpTransport(chosen).deliver(a_message(), KEY)


# --- Broken connections ----------------------------------------------------------------------

Script = Callable[[socket.socket, Any], None]


@contextmanager
def scripted(script: Script) -> Iterator[int]:
    """A server that follows ``script`` on each connection and then hangs up."""
    with socket.create_server((LOOPBACK, 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, connection.makefile("rb") as lines:
                    script(connection, lines)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def answering(*answers: str) -> Script:
    """Greets, gives one answer to each command, reads a content after ``354``, hangs up."""

    def script(connection: socket.socket, lines: Any) -> None:
        connection.sendall(b"220 mail.example\r\n")
        before = ""
        for answer in answers:
            end = b".\r\n" if before.startswith("354") else b"\r\n"
            for line in lines:
                if line.endswith(end):
                    break
            connection.sendall(f"{answer}\r\n".encode())
            before = answer
        if before.startswith("354"):
            while lines.readline() not in (b".\r\n", b""):
                pass

    return script


UP_TO_DATA = ("250 mail.example", "250 OK", "250 OK", "354 Go on")


@pytest.mark.parametrize("taken", range(len(UP_TO_DATA)))
def test_a_connection_that_is_cut_before_the_content_is_a_clear_delay(taken: int) -> None:
    with (
        scripted(answering(*UP_TO_DATA[:taken])) as port,
        pytest.raises(MailDelayedError, match="afbrød forbindelsen") as caught,
    ):
        SmtpTransport(settings(port)).deliver(a_message(), KEY)

    assert caught.value.is_temporary
    assert not caught.value.is_in_doubt


def test_a_connection_that_is_cut_after_the_content_leaves_a_doubt() -> None:
    with (
        scripted(answering(*UP_TO_DATA)) as port,
        pytest.raises(MailDelayedError, match="kan have taget imod den") as caught,
    ):
        SmtpTransport(settings(port)).deliver(a_message(), KEY)

    assert caught.value.is_in_doubt


def test_a_server_that_closes_in_the_middle_is_tried_again_later() -> None:
    with (
        scripted(answering("250 mail.example", "421 4.3.2 Closing down")) as port,
        pytest.raises(MailDelayedError, match=r"421 4.3.2 Closing down"),
    ):
        SmtpTransport(settings(port)).deliver(a_message(), KEY)


def test_a_server_that_greets_with_a_refusal_refuses_no_mail() -> None:
    def closed(connection: socket.socket, lines: Any) -> None:
        connection.sendall(b"554 No service here\r\n")

    with scripted(closed) as port, pytest.raises(MailDelayedError, match="554 No service here"):
        SmtpTransport(settings(port)).deliver(a_message(), KEY)


def test_a_silent_server_is_given_up() -> None:
    def silent(connection: socket.socket, lines: Any) -> None:
        lines.readline()

    with scripted(silent) as port, pytest.raises(MailDelayedError, match="svarede ikke"):
        SmtpTransport(settings(port, timeout_seconds=0.2)).deliver(a_message(), KEY)


def test_a_server_that_is_down_delays_the_mail() -> None:
    with socket.socket() as unused:
        unused.bind((LOOPBACK, 0))

        with pytest.raises(MailDelayedError, match="ingen forbindelse"):
            SmtpTransport(settings(unused.getsockname()[1])).deliver(a_message(), KEY)


def test_a_session_opens_a_new_connection_when_the_old_one_was_cut() -> None:
    whole = answering(*UP_TO_DATA, "250 Taken")

    with scripted(whole) as port, SmtpTransport(settings(port)).session() as transport:
        first = transport.deliver(a_message(), KEY)
        second = transport.deliver(a_message(), KEY)

    assert (first.detail, second.detail) == ("250 Taken", "250 Taken")


def test_what_was_sent_can_be_read_again(mailbox: Mailbox, server: int) -> None:
    SmtpTransport(settings(server)).deliver(a_message(), KEY)

    content = mailbox.envelopes[0].content
    assert isinstance(content, bytes)
    assert message_from_bytes(content)["X-Udmelding-Key"] == KEY
