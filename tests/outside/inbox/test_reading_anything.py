"""Whatever comes is read: the same each time, within limits, and nothing is raised."""

from __future__ import annotations

import datetime as dt
import unicodedata
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.incoming import IncomingKind
from udmelding.config.settings_sections import Secretariat
from udmelding.outside.inbox.file_names import MOST_CHARACTERS, safe_name
from udmelding.outside.inbox.html_text import plain_text
from udmelding.outside.inbox.parts import MOST_PARTS, MOST_TEXT
from udmelding.outside.inbox.reading import MOST_OF_A_SUBJECT, read
from udmelding.outside.mail.mime import Attachment, MailToSend, build_message
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import Clues
from udmelding.rules.inbox.understanding import understand

SAMPLES = [
    path.read_bytes() for path in sorted((Path(__file__).parents[2] / "mails").glob("*.eml"))
]
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_sound(mail: Incoming) -> None:
    """What a database and a page may take: no lone surrogates, no NUL, limits kept."""
    words = (mail.subject, mail.text, mail.own_text, mail.sender, mail.sender_name, mail.message_id)
    names = [file.file_name for file in mail.files]
    reports = [word for r in mail.delivery_reports for word in (r.address, r.status, r.why)]
    for word in (*words, *names, *reports, *mail.refers_to, mail.returned_id, mail.returned_key):
        word.encode("utf-8")
        assert "\x00" not in word
    assert len(mail.text) <= MOST_TEXT
    assert len(mail.files) <= MOST_PARTS
    assert len(mail.subject) <= MOST_OF_A_SUBJECT
    assert "\n" not in mail.subject + mail.sender_name + mail.message_id
    assert mail.sent_at is None or mail.sent_at.tzinfo is not None


@SLOW
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert_sound(read(raw))


@SLOW
@given(st.sampled_from(SAMPLES), st.floats(0, 1))
def test_a_mail_that_is_cut_off_anywhere_is_read(raw: bytes, share: float) -> None:
    assert_sound(read(raw[: int(len(raw) * share)]))


@SLOW
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=10),
)
def test_a_mail_that_is_broken_in_places_is_read_the_same_each_time(
    raw: bytes, wounds: list[tuple[float, bytes]]
) -> None:
    broken = bytearray(raw)
    for share, wound in wounds:
        at = int(len(broken) * share)
        broken[at : at + len(wound)] = wound
    mail = read(bytes(broken))

    assert_sound(mail)
    assert mail == read(bytes(broken))


@SLOW
@given(
    st.sampled_from(SAMPLES),
    st.sampled_from(
        [
            "utf-7",
            "utf-16",
            "idna",
            "punycode",
            "hex",
            "rot13",
            "unicode_escape",
            "\x00",
            "æ",
            "x" * 999,
        ]
    ),
)
def test_a_wrong_charset_is_survived(raw: bytes, charset: str) -> None:
    for right in (b"utf-8", b"UTF-8", b"iso-8859-1", b"windows-1252", b"us-ascii"):
        raw = raw.replace(right, charset.encode("latin-1"))

    assert_sound(read(raw))


HEADERS = (
    *("From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Received"),
    *("Content-Disposition", "Content-Transfer-Encoding", "Auto-Submitted", "X-Udmelding-Key"),
)


@SLOW
@given(st.lists(st.tuples(st.sampled_from(HEADERS), st.binary(max_size=80)), max_size=8))
def test_headers_of_any_bytes_are_read(headers: list[tuple[str, bytes]]) -> None:
    raw = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers)

    assert_sound(read(raw + b"\r\nHej"))


def nested(depth: int, kind: str) -> bytes:
    return b"".join(
        f"Content-Type: {kind}; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() for n in range(depth)
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"From: a@b.example\r\nSubject: x\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
        b"From: a@b.example\r\n" + nested(2_000, "multipart/mixed"),
        b"From: a@b.example\r\n" + nested(2_000, "multipart/report"),
        b"Subject: " + b"=?utf-8?q?=C3=A5?= " * 100_000 + b"\r\n\r\nHej",
        b"References: " + b"<a@b.example> " * 100_000 + b"\r\n\r\nHej",
        b"To: " + b"a@b.example, " * 50_000 + b"\r\n\r\nHej",
        b"Content-Type: text/plain; " + b'a="b"; ' * 100_000 + b"\r\n\r\nHej",
        b"X: y\r\n" * 100_000 + b"\r\nHej",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nHej\r\n" * 20_000,
        b"Content-Type: text/html\r\n\r\n" + b"<" * 300_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a " * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div hidden>" * 50_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a b='" * 50_000 + b">",
        b"Content-Type: text/html\r\n\r\n" + b"</a " * 50_000 + b">",
        b"Content-Type: text/html\r\n\r\n" + b"<script>" + b"</scrip" * 50_000 + b">",
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000 + b"-->",
        b"Content-Type: text/html\r\n\r\n" + b"<?" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<![" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"&#" * 200_000,
        b"\r\n" + b"Den 1. " * 50_000 + b"\r\n" + b"a@b.example " * 20_000,
        b"\r\n" + b"Den 1. maj\r\n" * 20_000,
        b"From: postmaster@b.example\r\n\r\ncould not be delivered\r\n"
        + b"a@b.example:\r\n" * 9_000,
        b"Return-Path: <>\r\nFrom: postmaster@b.example\r\n\r\n" + b"\r\n" * 200_000,
        b"Return-Path: <>\r\nFrom: postmaster@b.example\r\n\r\n" + b"<a@b.example> " * 30_000,
        b"Return-Path: <>\r\nFrom: a@b.example\r\n" + nested(900, "multipart/mixed"),
        b"From: MAILER-DAEMON@b.example\r\n" + nested(900, "multipart/report"),
        b"Auto-Submitted: auto-replied\r\nDate: 1 May 2025 09:00 +0200\r\n\r\n"
        + b"tilbage " * 40_000,
        b"Auto-Submitted: auto-replied\r\nDate: 1 May 2025 09:00 +0200\r\n\r\n"
        + b"1/5 - " * 40_000,
    ],
    ids=lambda raw: f"{raw[:40]!r}",
)
def test_a_mail_made_to_do_harm_is_read(raw: bytes) -> None:
    assert_sound(read(raw))


def test_a_nested_bomb_keeps_what_its_headers_say() -> None:
    bomb = b"From: a@b.example\r\nSubject: Bombe\r\n" + nested(3_000, "multipart/mixed")

    assert (read(bomb).sender, read(bomb).subject) == ("a@b.example", "Bombe")


def test_no_more_than_the_limits_is_kept() -> None:
    part = b'--b\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nHej\r\n'
    mail = read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * (MOST_PARTS + 9))

    assert len(mail.files) == MOST_PARTS
    assert len(read(b"\r\n" + b"a" * (MOST_TEXT + 9)).text) == MOST_TEXT


# --- Our own mails -------------------------------------------------------------------------------

SENDER = Secretariat(name="Sekretariatet", email="sekretariat@rammeaftale.example")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200)


@SLOW
@given(WORDS, WORDS, WORDS.filter(lambda key: bool(key.strip())), st.booleans())
def test_each_of_our_own_mails_reads_back_as_ours(
    subject: str, text: str, key: str, has_file: bool
) -> None:
    file = Attachment("Jeg er på ferie.pdf", "application/pdf", b"%PDF")
    message: EmailMessage = build_message(
        MailToSend(
            key=key,
            subject=subject,
            text=f"{text}\n",
            html="<p>Jeg er på ferie</p>",
            recipients=("social@lolland.example",),
            message_id="<1@udmelding.example>",
            thread_id="<0@udmelding.example>",
            created_at=dt.datetime(2025, 5, 5, 8, tzinfo=dt.UTC),
            reference="CU-EKSEMPEL-2025",
            attachments=(file,) if has_file else (),
        ),
        SENDER,
    )

    mail = read(message.as_bytes())

    known = Clues(own_addresses=frozenset({mail.sender}))
    assert understand(mail, known, dt.date(2025, 5, 5)).kind is IncomingKind.OWN
    assert mail.message_id == "<1@udmelding.example>"
    assert mail.sent_at == dt.datetime(2025, 5, 5, 8, tzinfo=dt.UTC)
    assert len(mail.files) == has_file


# --- File names, HTML, failures ------------------------------------------------------------------


@given(st.text(max_size=300), st.sampled_from(["application/pdf", "text/plain", "x/ukendt", ""]))
def test_a_file_name_is_safe_whatever_was_sent(name: str, media_type: str) -> None:
    safe = safe_name(name, media_type, 1)

    assert 0 < len(safe) <= MOST_CHARACTERS
    assert not set(safe) & set('/\\<>:"|?*')
    assert all(unicodedata.category(s) not in {"Cc", "Cf", "Cs"} for s in safe)
    assert safe == safe.strip(" ")
    assert safe not in {".", ".."}
    assert safe_name(safe, media_type, 1) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Svar år 2025.xlsx", "Svar år 2025.xlsx"),
        ("C:\\Brugere\\x\\svar.docx", "svar.docx"),
        ("../../etc/passwd", "passwd"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("AUX.tar.gz", "_AUX.tar.gz"),
        ("", "bilag-3.pdf"),
        ("...", "bilag-3.pdf"),
        (".xlsx", "bilag-3.xlsx"),
        ("a" * 300 + ".xlsx", "a" * 115 + ".xlsx"),
        ("svar\u202efdp.exe", "svarfdp.exe"),
        ("svar\r\nX-Ond: 1.pdf", "svarX-Ond_ 1.pdf"),
        ("svar.pdf. . ", "svar.pdf"),
    ],
)
def test_a_file_name_keeps_what_it_can(name: str, safe: str) -> None:
    assert safe_name(name, "application/pdf", 3) == safe


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>K&aelig;re</p><p>Hej<br>med</p>", "Kære\n\nHej\nmed"),
        ("<script>ond()</script>Hej<style>p{}</style>", "Hej"),
        ("<div style='display: none'>skjult <b>mere</b></div>synlig", "synlig"),
        ("<p hidden>skjult</p>synlig", "synlig"),
        ("<ul><li>en<li>to</ul>", "en\nto"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("svar<blockquote type='cite'>før<br>mere</blockquote>", "svar\n\n> før\n> mere"),
        ("svar<blockquote class='gmail_quote'>før</blockquote>mit", "svar\n\n> før\n\nmit"),
        ("<blockquote style='margin-left:40px'>vores svar</blockquote>", "vores svar"),
        ("<head><title>x</title><body>Hej", "Hej"),
        ("<!-- skjult -->Hej", "Hej"),
        ("Hej uden mærker", "Hej uden mærker"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_that_is_seen(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_the_envelope_id_gives_our_key_where_no_headers_come_back() -> None:
    raw = (
        "From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report;"
        " report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nTekst\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n"
        "Original-Envelope-Id: CU-1/a+20b+2Bc@2025\r\n\r\n"
        "Final-Recipient: rfc822; A@B.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    )
    mail = read(raw.encode())

    assert (mail.kind, mail.returned_key) == (IncomingKind.BOUNCE, "CU-1/a b+c@2025")
    assert [report.address for report in mail.delivery_reports] == ["a@b.example"]


def test_an_address_with_a_control_sign_in_it_is_kept_without_it() -> None:
    raw = b"From: a@b.example\r\nX-Failed-Recipients: c\x00d@b.example\r\n\r\nTekst"

    assert [report.address for report in read(raw).delivery_reports] == ["cd@b.example"]
