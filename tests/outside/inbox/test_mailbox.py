"""A mailbox over IMAP, against Debian's Dovecot."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.outside.inbox.dovecot import (
    LOOPBACK,
    NO_KEYWORDS,
    PASSWORD,
    READ_ONLY,
    USER,
    WITHOUT_MOVE,
    WITHOUT_UIDS,
    Dovecot,
    dovecot,
    token_for,
)
from udmelding import clock
from udmelding.config.settings_sections import Mailbox as Settings
from udmelding.errors import OutsideError
from udmelding.outside.inbox import mailbox
from udmelding.outside.inbox.mailbox import KEYWORD, Mailbox

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
        box.mark_read([first.uid])
        box.mark_read([first.uid])
        box.mark_read([])
        assert [mail.raw for mail in box.unread()] == [RAW % 2]
    assert read(settings(server, user)) == [RAW % 2]


def test_what_is_done_is_moved_to_a_folder_that_is_made_when_it_is_missing(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user)
    wanted = settings(server, user, done_folder="Læst af udmelding")

    with Mailbox(wanted) as box:
        (mail,) = box.unread()
        box.mark_read([mail.uid])
        box.mark_read([mail.uid])  # it has gone

    assert read(wanted) == []
    client = server.client(user)
    client.select('"L&AOY-st af udmelding"', readonly=True)
    assert client.search(None, "KEYWORD", KEYWORD)[1] == [b"1"]
    client.logout()


def test_many_mails_come_in_batches_and_none_twice(server: Dovecot, user: str) -> None:
    mails = [RAW % number for number in range(500)]
    server.append(*mails, user=user)
    sizes, found = [], []

    with Mailbox(settings(server, user, done_folder="Læst")) as box:
        while batch := list(box.unread(most=230)):
            sizes.append(len(batch))
            found += [mail.raw for mail in batch]
            box.mark_read([mail.uid for mail in batch])

    assert sizes == [230, 230, 40]
    assert found == mails


def in_folder(server: Dovecot, user: str, folder: str, wanted: str = "ALL") -> int:
    """How many ``wanted`` mails a mail program finds in the folder (named as on the wire)."""
    client = server.client(user)
    assert client.select(f'"{folder}"', readonly=True)[0] == "OK"
    found = client.search(None, *wanted.split())[1][0].split()
    client.logout()
    return len(found)


@pytest.mark.parametrize("host", [LOOPBACK, WITHOUT_MOVE])
def test_moving_leaves_alone_what_a_person_had_only_marked_as_deleted(
    server: Dovecot, host: str
) -> None:
    user = f"slettet-{host}@kommune.example"
    server.append(RAW % 1, user=user, flags=rf"(\Deleted {KEYWORD})")
    server.append(RAW % 2, user=user)

    with Mailbox(settings(server, user, host=host, done_folder="Læst")) as box:
        (mail,) = box.unread()
        box.mark_read([mail.uid])
        box.mark_read([mail.uid])

    assert in_folder(server, user, "INBOX", "DELETED") == in_folder(server, user, "INBOX") == 1
    assert in_folder(server, user, "L&AOY-st") == 1


def test_an_old_server_moves_by_copy_and_delete(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, RAW % 2, user=user)

    with Mailbox(settings(server, user, host=WITHOUT_UIDS, done_folder="Læst")) as box:
        first, _ = box.unread()
        box.mark_read([first.uid])

    assert in_folder(server, user, "INBOX") == 1
    assert in_folder(server, user, "L&AOY-st", f"KEYWORD {KEYWORD} UNDELETED") == 1


def test_what_is_only_marked_leaves_alone_what_a_person_deleted(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, user=user, flags=r"(\Deleted)")
    server.append(RAW % 2, user=user)

    with Mailbox(settings(server, user)) as box:
        box.mark_read([mail.uid for mail in box.unread()])

    assert in_folder(server, user, "INBOX", f"DELETED KEYWORD {KEYWORD}") == 1


def test_the_number_of_a_folder_that_was_made_anew_means_no_mail_of_it(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user, folder="Svar")
    wanted = settings(server, user, folder="Svar")
    with Mailbox(wanted) as box:
        (old,) = box.unread()
    client = server.client(user)
    client.delete("Svar")
    client.logout()
    server.append(RAW % 2, user=user, folder="Svar")

    with Mailbox(wanted) as box:
        box.mark_read([old.uid])
        (new,) = box.unread()

    assert (new.raw, new.uid == old.uid) == (RAW % 2, False)


# --- Servers and folders as they are ---------------------------------------------------------


def test_folders_have_danish_names_and_lie_in_each_other(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, user=user, folder='"Indbakke/Bes&AOY-tning &- svar"')
    wanted = settings(
        server, user, folder="Indbakke/Besætning & svar", done_folder="Indbakke/Læst på «Ærø»"
    )

    with Mailbox(wanted) as box:
        (mail,) = box.unread()
        box.mark_read([mail.uid])

    assert read(wanted) == []
    assert in_folder(server, user, "Indbakke/L&AOY-st p&AOU- &AKsAxg-r&APgAuw-") == 1


def test_a_done_folder_that_cannot_be_made_is_told_before_anything_is_marked(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user)

    with Mailbox(settings(server, user, done_folder="op/../ned")) as box:
        (mail,) = box.unread()
        with pytest.raises(OutsideError, match="svarede noget uventet"):
            box.mark_read([mail.uid])

    assert in_folder(server, user, "INBOX", f"UNKEYWORD {KEYWORD}") == 1


def test_where_no_keyword_is_kept_what_a_person_opened_counts_as_read(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user, folder=f'"{NO_KEYWORDS}"')
    server.append(RAW % 2, user=user, folder=f'"{NO_KEYWORDS}"', flags=r"(\Seen)")
    wanted = settings(server, user, folder=NO_KEYWORDS)

    with Mailbox(wanted) as box:
        (mail,) = box.unread()
        box.mark_read([mail.uid])

    assert mail.raw == RAW % 1
    assert read(wanted) == []
    assert in_folder(server, user, NO_KEYWORDS, "SEEN") == 2


def test_where_no_keyword_is_kept_a_done_folder_shows_what_is_left(
    server: Dovecot, user: str
) -> None:
    server.append(RAW % 1, user=user, folder=f'"{NO_KEYWORDS}"')
    server.append(RAW % 2, user=user, folder=f'"{NO_KEYWORDS}"', flags=r"(\Seen)")
    wanted = settings(server, user, folder=NO_KEYWORDS, done_folder="Læst")

    with Mailbox(wanted) as box:
        mails = list(box.unread())
        box.mark_read([mail.uid for mail in mails])

    assert [mail.raw for mail in mails] == [RAW % 1, RAW % 2]
    assert read(wanted) == []
    assert in_folder(server, user, "L&AOY-st") == 2


def test_a_folder_where_nothing_may_be_marked_is_told(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, user=user, folder=f'"{READ_ONLY}"')

    with pytest.raises(OutsideError, match="kan læses, men ikke ændres") as raised:
        read(settings(server, user, folder=READ_ONLY))

    assert raised.value.is_temporary


def test_a_token_opens_the_mailbox_instead_of_a_password(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, user=user)
    wanted = settings(server, user, login="oauth", password=SecretStr(""))

    assert read(wanted, token=lambda: token_for(user)) == [RAW % 1]


def test_a_token_that_is_refused_is_told_without_showing_it(server: Dovecot, user: str) -> None:
    wanted = settings(server, user, login="oauth", password=SecretStr(""))

    with pytest.raises(OutsideError, match=r"godkender ikke adgangen gennem \[graph\]") as raised:
        read(wanted, token=lambda: "udloebet")
    assert raised.value.is_temporary
    assert "udloebet" not in raised.value.message

    with pytest.raises(OutsideError, match=r"\[graph\] er ikke sat op"):
        read(wanted)


def test_a_token_of_somebody_else_does_not_open_the_mailbox(server: Dovecot, user: str) -> None:
    wanted = settings(server, user, login="oauth", password=SecretStr(""))

    with pytest.raises(OutsideError, match="godkender ikke"):
        read(wanted, token=lambda: token_for("en-anden@kommune.example"))


# --- What goes wrong -------------------------------------------------------------------------


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

    assert raised.value.is_temporary
    assert "gammelt-kodeord" not in raised.value.message


def test_a_password_with_danish_signs_is_sent_and_refused_like_any_other(
    server: Dovecot, user: str
) -> None:
    name = f"ærø-{user}"
    server.append(RAW % 1, user=user)

    assert read(settings(server, name)) == []
    with pytest.raises(OutsideError, match="godkender ikke brugernavn") as raised:
        read(settings(server, name, password=SecretStr("rødgrød")))
    assert "rødgrød" not in raised.value.message


def test_starttls_on_the_port_that_is_encrypted_from_the_start_is_told(user: str) -> None:
    wanted = Settings(host=LOOPBACK, port=993, security="starttls", username=user)

    with pytest.raises(OutsideError, match="Skriv security = «tls» eller port 143"):
        read(wanted)


def test_encryption_that_the_server_does_not_speak_is_told(server: Dovecot, user: str) -> None:
    with pytest.raises(OutsideError, match="ingen forbindelse") as raised:
        read(settings(server, user, security="tls"))

    assert raised.value.is_temporary


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


GREETING = b"* OK hej\r\n"

SAID = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    b"LOGIN": b"",
    b"LIST": b'* LIST () "/" INBOX\r\n',
    b"SELECT": b"* OK [PERMANENTFLAGS (\\Seen $MDNSent)] ja\r\n* OK [UIDVALIDITY 14] ja\r\n",
    b"UID SEARCH CHARSET US-ASCII (UNSEEN)": b"* SEARCH 7 8\r\n",
    b"UID FETCH 7 (RFC822.SIZE)": b"* 1 FETCH (UID 7 RFC822.SIZE 900)\r\n",
    b"UID FETCH 8 (RFC822.SIZE)": b"* 2 FETCH (UID 8 RFC822.SIZE 900)\r\n",
    b"UID FETCH 7 (BODY.PEEK[])": b"NO",
    b"UID FETCH 7 (BODY.PEEK[HEADER])": b"* 1 FETCH (UID 7 BODY[HEADER] {4}\r\nA\r\n\r)\r\n",
    b"UID FETCH 8 (BODY.PEEK[])": b"* 2 FETCH (UID 8 BODY[] {6}\r\nB\r\n\r\nb)\r\n",
    b"LOGOUT": b"* BYE\r\n",
}
"""What a server without keywords says, that cannot give the mail 7 (Exchange has such mails)."""


@contextmanager
def scripted(said: dict[bytes, bytes]) -> Iterator[int]:
    """A server that answers a command by how it begins; given is its port.

    ``NO`` and ``BAD`` refuse the command; at what is not there it hangs up.
    """

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(GREETING)
            for line in lines:
                tag, _, command = line.partition(b" ")
                answer = next((a for key, a in said.items() if command.startswith(key)), None)
                if answer is None:
                    return
                is_no = answer in (b"NO", b"BAD")
                end = answer + b" nej\r\n" if is_no else b"OK ja\r\n"
                connection.sendall((b"" if is_no else answer) + tag + b" " + end)

    with socket.create_server((LOOPBACK, 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("refusal", [b"NO", b"BAD"])
def test_of_a_mail_that_the_server_cannot_give_the_headers_come(
    server: Dovecot, user: str, refusal: bytes
) -> None:
    said = {**SAID, b"UID FETCH 7 (BODY.PEEK[])": refusal}

    with scripted(said) as port, Mailbox(settings(server, user, port=port)) as box:
        broken, whole = box.unread()

    assert (broken.raw, broken.is_cut) == (b"A\r\n\r", True)
    assert (whole.raw, whole.is_cut) == (b"B\r\n\r\nb", False)


@pytest.mark.parametrize(
    "step", ["CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH 8 (BODY.PEEK[])"]
)
def test_a_connection_that_breaks_in_the_middle_is_told(
    server: Dovecot, user: str, step: str
) -> None:
    said = {key: answer for key, answer in SAID.items() if not key.startswith(step.encode())}

    with scripted(said) as port, pytest.raises(OutsideError, match="orbindelse") as raised:
        read(settings(server, user, port=port))

    assert raised.value.is_temporary


def test_a_folder_that_the_server_opens_for_reading_only_is_told(
    server: Dovecot, user: str
) -> None:
    said = {**SAID, b"SELECT": b"* OK [READ-ONLY] ja\r\n"}

    with (
        scripted(said) as port,
        pytest.raises(OutsideError, match=r"«INBOX» .* kan læses, men ikke ændres"),
    ):
        read(settings(server, user, port=port))


@pytest.mark.parametrize("refusal", [b"NO", b"BAD"])
@pytest.mark.parametrize("step", ["LOGIN", "SELECT", "UID SEARCH"])
def test_what_the_server_refuses_is_told_in_its_own_words(
    server: Dovecot, user: str, step: str, refusal: bytes
) -> None:
    said = {key: refusal if key.startswith(step.encode()) else a for key, a in SAID.items()}

    with scripted(said) as port, pytest.raises(OutsideError) as raised:
        read(settings(server, user, port=port))

    assert raised.value.is_temporary
    assert "nej" in raised.value.message
    assert PASSWORD not in raised.value.message


def test_a_server_that_offers_to_move_mails_is_asked_to(server: Dovecot, user: str) -> None:
    said = {
        **SAID,
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE\r\n",
        b"UID SEARCH CHARSET US-ASCII ALL": b"* SEARCH 7\r\n",
        b"UID STORE 7": b"",
        b'UID MOVE 7 "L&AOY-st"': b"",
    }
    wanted = settings(server, user, done_folder="Læst")

    with scripted(said) as port, Mailbox(wanted.model_copy(update={"port": port})) as box:
        box.mark_read([mail.uid for mail in box.unread()])


def test_a_keyword_that_is_already_known_is_kept_by_a_server_that_takes_no_new_ones(
    server: Dovecot, user: str
) -> None:
    kept = rf"* OK [PERMANENTFLAGS (\Seen {KEYWORD})] ja".encode() + b"\r\n"
    wanted = f"UID SEARCH CHARSET US-ASCII (UNKEYWORD {KEYWORD})".encode()
    said = {**SAID, b"SELECT": kept, wanted: b"* SEARCH 8\r\n"}

    with scripted(said) as port:
        assert read(settings(server, user, port=port)) == [b"B\r\n\r\nb"]


def test_a_mark_that_the_server_refuses_is_told(server: Dovecot, user: str) -> None:
    said = {**SAID, b"UID STORE": b"NO"}

    with scripted(said) as port, Mailbox(settings(server, user, port=port)) as box:
        mails = list(box.unread())
        with pytest.raises(OutsideError, match=r"svarede noget uventet \(nej\)"):
            box.mark_read([mail.uid for mail in mails])


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


def test_the_history_of_a_mailbox_is_left_alone(server: Dovecot, user: str) -> None:
    server.append(RAW % 1, user=user)  # came in June 2025

    with Mailbox(settings(server, user)) as box:
        assert len(list(box.unread(since=dt.date(2025, 6, 1)))) == 1
        assert list(box.unread(since=clock.at(dt.date(2025, 7, 1)).date())) == []
