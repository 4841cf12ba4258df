"""A mailbox over IMAP, against Debian's Dovecot."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.outside.dovecot import LOOPBACK, PASSWORD, USER, Dovecot, dovecot
from udmelding.config.settings_sections import Mailbox as Settings
from udmelding.errors import OutsideError
from udmelding.outside import mailbox
from udmelding.outside.mailbox import KEYWORD, Mailbox

RAW = (
    b"Message-ID: <%d@lolland.example>\r\nFrom: koordinator@lolland.example\r\n"
    b"Subject: Svar\r\n\r\nK\xe6re sekretariat\r\n.punktum\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(certificate: Path) -> Iterator[Dovecot]:
    with dovecot(certificate) as running:
        yield running


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of the test's own."""
    return f"{request.node.name.partition('[')[0]}@kommune.example"


def settings(server: Dovecot, user: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "host": LOOPBACK,
        "port": server.port,
        "security": "none",
        "username": user,
        "password": SecretStr(PASSWORD),
        "timeout_seconds": 10.0,
    }
    return Settings(**{**values, **changes})


def read(wanted: Settings, **options: Any) -> list[bytes]:
    with Mailbox(wanted, **options) as box:
        return [mail.raw for mail in box.unread()]


def test_unread_mails_come_oldest_first_byte_for_byte(server: Dovecot, user: str) -> None:
    for number in range(3):
        server.append(RAW % number, user=user)

    assert read(settings(server, user)) == [RAW % number for number in range(3)]


def test_reading_marks_nothing_so_a_reader_that_dies_gets_the_mail_again(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user)

    assert read(settings(server, user)) == read(settings(server, user)) == [RAW % 1]
    client = server.client(user)
    client.select("INBOX", readonly=True)
    assert client.search(None, "UNSEEN")[1] == [b"1"], "for people it is still unread"
    client.logout()


def test_a_mail_that_a_person_opened_first_is_read_all_the_same(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, user=user, flags=r"(\Seen)")

    assert read(settings(server, user)) == [RAW % 1]


def test_what_is_done_is_not_given_again_and_saying_so_twice_is_harmless(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user)
    server.append(RAW % 2, user=user)

    with Mailbox(settings(server, user)) as box:
        first, _ = box.unread()
        box.done([first.uid])
        box.done([first.uid])
        box.done([])
        assert [mail.raw for mail in box.unread()] == [RAW % 2]
    assert read(settings(server, user)) == [RAW % 2]


def test_what_is_done_is_moved_to_a_folder_that_is_made_when_it_is_missing(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user)
    wanted = settings(server, user, done_folder="Læst af udmelding")

    with Mailbox(wanted) as box:
        (mail,) = box.unread()
        box.done([mail.uid])
        box.done([mail.uid])  # it has gone

    assert read(wanted) == []
    client = server.client(user)
    client.select('"L&AOY-st af udmelding"', readonly=True)
    assert client.search(None, "KEYWORD", KEYWORD)[1] == [b"1"]
    client.logout()


def test_many_mails_come_in_batches(server: Dovecot, user: str) -> None:
    for number in range(25):
        server.append(RAW % number, user=user)
    wanted, seen = settings(server, user), []

    with Mailbox(wanted) as box:
        while batch := list(box.unread(most=10)):
            seen.append(len(batch))
            box.done([mail.uid for mail in batch])

    assert seen == [10, 10, 5]


@pytest.mark.parametrize(("security", "port"), [("tls", "tls_port"), ("starttls", "port")])
def test_an_encrypted_mailbox_is_read_when_its_certificate_is_trusted(
    server: Dovecot, user: str, certificate: Path, security: str, port: str
) -> None:
    server.append(RAW % 1, user=user)
    wanted = settings(server, user, security=security, port=getattr(server, port))
    trust = ssl.create_default_context(cafile=str(certificate))

    assert RAW % 1 in read(wanted, tls=trust)
    with pytest.raises(OutsideError, match="certifikat, der ikke kan godkendes") as raised:
        read(wanted)
    assert raised.value.is_temporary


def test_a_wrong_password_is_told_without_showing_it(server: Dovecot, user: str) -> None:
    wanted = settings(server, user, password=SecretStr("gammelt-kodeord"))

    with pytest.raises(OutsideError, match="godkender ikke brugernavn") as raised:
        read(wanted)

    assert "gammelt-kodeord" not in raised.value.message


def test_an_unknown_folder_names_those_there_are(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, user=user)

    with pytest.raises(OutsideError, match=r"ingen mappe «Indbakke»\. Der er: INBOX"):
        read(settings(server, user, folder="Indbakke"))


def test_a_server_that_is_not_there_or_says_nothing_is_told_and_may_come_back(
    server: Dovecot, user: str
) -> None:
    with pytest.raises(OutsideError, match="ingen forbindelse") as raised:
        read(settings(server, user, port=9))
    assert raised.value.is_temporary

    with socket.create_server((LOOPBACK, 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(OutsideError, match=r"svarede ikke inden for 0\.3 sekunder"):
            read(settings(server, user, port=port, timeout_seconds=0.3))


def test_a_connection_that_breaks_in_the_middle_is_told(server: Dovecot, user: str) -> None:
    def greet_and_go(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        connection.sendall(b"* OK hej\r\n")
        connection.recv(100)
        connection.close()

    with socket.create_server((LOOPBACK, 0)) as fickle:
        thread = threading.Thread(target=greet_and_go, args=(fickle,))
        thread.start()
        with pytest.raises(OutsideError) as raised:
            read(settings(server, user, port=fickle.getsockname()[1]))
        thread.join()
    assert raised.value.is_temporary


def test_a_mail_that_is_too_large_gives_its_headers_only(
    server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_BYTES", 1000)
    server.append(RAW % 1 + b"x" * 2000, user=user)
    server.append(RAW % 2, user=user)

    with Mailbox(settings(server, user)) as box:
        large, small = box.unread()

    assert (large.is_cut, small.is_cut) == (True, False)
    assert b"Subject: Svar" in large.raw
    assert b"xxx" not in large.raw


def test_a_mail_that_somebody_deletes_meanwhile_stops_nothing(server: Dovecot, user: str) -> None:
    for number in range(3):
        server.append(RAW % number, user=user)

    with Mailbox(settings(server, user)) as box:
        mails = box.unread()
        found = [next(mails).raw]
        client = server.client(user)
        client.select("INBOX")
        client.store("2", "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.logout()
        found += [mail.raw for mail in mails]

    assert found == [RAW % 0, RAW % 2]


def test_a_mail_of_a_real_program_survives_the_way(server: Dovecot, user: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "koordinator@lolland.example", USER
    message["Subject"] = "Svar på «Ærø»"
    message.set_content("Kære sekretariat\n")
    message.add_attachment(
        b"\x00\xff" * 5000, maintype="application", subtype="pdf", filename="æ.pdf"
    )
    raw = message.as_bytes().replace(b"\n", b"\r\n")
    server.append(raw, user=user)

    assert read(settings(server, user)) == [raw]
