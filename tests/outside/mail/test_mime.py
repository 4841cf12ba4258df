from __future__ import annotations

import datetime as dt
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from udmelding.config.settings_sections import Secretariat
from udmelding.errors import RefusedError
from udmelding.outside.mail.mime import (
    Attachment,
    BadAddressError,
    MailToSend,
    addresses_in,
    build_message,
    message_id_for,
    thread_id_for,
)

SENDER = Secretariat(
    name="Rammeaftalesekretariatet",
    email="sekretariat@rammeaftale.example",
    sender_name="Rammeaftalesekretariatet, Region Sjælland",
)
KEY = "CU-PROEVE-2025/collection/0360/before-14@2025-02-28"
DOMAIN = "rammeaftale-sekretariatet.med-et-meget-langt-navn.kommunerne.example"


def a_mail(**changes: Any) -> MailToSend:
    values: dict[str, Any] = {
        "key": KEY,
        "subject": "[CU-PROEVE-2025] Påmindelse: svar senest 14. marts 2025",
        "text": "Kære Socialsekretariatet\n\nÆ, ø og å.\n",
        "html": "<p>Kære Socialsekretariatet</p>",
        "recipients": ("social@lolland.example",),
        "copies": ("direktion@lolland.example",),
        "message_id": message_id_for(KEY, DOMAIN),
        "thread_id": thread_id_for("CU-PROEVE-2025", "0360", DOMAIN),
        "created_at": dt.datetime(2025, 2, 21, 6, 30, tzinfo=dt.UTC),
        "reference": "CU-PROEVE-2025",
    }
    return MailToSend(**{**values, **changes})


def received(message: EmailMessage) -> EmailMessage:
    """What a mail program makes of the bytes."""
    return BytesParser(policy=policy.default).parsebytes(message.as_bytes())


def test_a_mail_has_the_headers_that_people_and_machines_need() -> None:
    got = received(build_message(a_mail(), SENDER))

    sender = '"Rammeaftalesekretariatet, Region Sjælland" <sekretariat@rammeaftale.example>'
    assert got["From"] == got["Reply-To"] == sender
    assert got["To"] == "social@lolland.example"
    assert got["Cc"] == "direktion@lolland.example"
    assert got["Subject"] == "[CU-PROEVE-2025] Påmindelse: svar senest 14. marts 2025"
    assert got["Date"] == "Fri, 21 Feb 2025 07:30:00 +0100"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert got["X-Udmelding-Key"] == KEY
    assert got["X-Udmelding-Case"] == "CU-PROEVE-2025"
    assert got["Content-Language"] == "da"


def test_a_mail_has_its_text_twice() -> None:
    got = received(build_message(a_mail(), SENDER))

    assert got.get_content_type() == "multipart/alternative"
    text, html = got.iter_parts()
    assert text.get_content().splitlines() == ["Kære Socialsekretariatet", "", "Æ, ø og å."]
    assert html.get_content().strip() == "<p>Kære Socialsekretariatet</p>"
    assert [part.get_content_charset() for part in (text, html)] == ["utf-8", "utf-8"]


def test_the_message_on_the_wire_is_plain_ascii_with_short_lines() -> None:
    wire = build_message(a_mail(text="Æ" * 3000, subject="Ø" * 200), SENDER).as_bytes()

    assert wire.isascii()
    assert wire.count(b"\n") == wire.count(b"\r\n")
    assert max(map(len, wire.splitlines())) < 200


def test_the_same_mail_gives_the_same_headers_again() -> None:
    first, second = (build_message(a_mail(), SENDER) for _ in range(2))

    kept = [(name, value) for name, value in first.items() if name != "Content-Type"]
    assert kept == [(name, value) for name, value in second.items() if name != "Content-Type"]


def test_a_later_mail_hangs_under_the_first_one_even_when_the_ids_are_long() -> None:
    first = received(build_message(a_mail(thread_id=message_id_for(KEY, DOMAIN)), SENDER))
    wire = build_message(a_mail(), SENDER).as_bytes()

    thread = thread_id_for("CU-PROEVE-2025", "0360", DOMAIN)
    assert first["In-Reply-To"] is None
    assert first["References"] is None
    assert f"\r\nIn-Reply-To: {thread}\r\n".encode() in wire
    assert f"\r\nReferences: {thread}\r\n".encode() in wire
    assert f"\r\nMessage-ID: {message_id_for(KEY, DOMAIN)}\r\n".encode() in wire


def test_ids_follow_from_key_and_party_and_nothing_else() -> None:
    ids = {message_id_for(key, "a.example") for key in (KEY, KEY, "other")}
    threads = {thread_id_for(*names, "a.example") for names in (("A", "1"), ("A", "1"), ("A", "2"))}

    assert len(ids) == len(threads) == 2
    assert not ids & threads
    with pytest.raises(ValueError, match="not a Message-ID"):
        message_id_for(KEY, "a.example>\r\nBcc: ond@ond.example")


@pytest.mark.parametrize(
    "hostile",
    [
        "Hej\r\nBcc: ond@ond.example",
        "Hej\nBcc: ond@ond.example\n\ntekst",
        "Hej\x0b\x85\u2028Bcc: ond@ond.example",
        "=?utf-8?q?Hej=0D=0ABcc=3A_ond=40ond=2Eexample?=",
        "=?utf-8?b?SGVqDQpCY2M6IG9uZEBvbmQuZXhhbXBsZQ==?=",
    ],
)
def test_no_subject_name_or_key_can_add_a_header(hostile: str) -> None:
    harmless = build_message(a_mail(), SENDER)
    sender = SENDER.model_copy(update={"sender_name": hostile})

    wire = build_message(a_mail(subject=hostile, key=hostile, reference=hostile), sender)

    got = received(wire)
    assert got.keys() == received(harmless).keys()
    assert "ond@ond.example" not in addresses_in(got)
    assert b"\nBcc" not in wire.as_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "social",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: ond@ond.example",
        "<a@b.example>",
        "Navn <a@b.example>",
        "a b@c.example",
        "søren@kommune.example",
        "a@b..example",
        "a@",
        "=?utf-8?q?a?=@b.example\n",
    ],
)
def test_an_address_that_is_not_plain_is_refused(address: str) -> None:
    with pytest.raises(BadAddressError, match="er ikke en mailadresse"):
        build_message(a_mail(recipients=(address,)), SENDER)


def test_a_danish_domain_is_written_so_that_every_server_takes_it() -> None:
    message = build_message(a_mail(recipients=("post@ærø.example",), copies=()), SENDER)

    assert addresses_in(message) == ("post@xn--r-3fa9c.example",)


def test_each_address_stands_once() -> None:
    mail = a_mail(recipients=("a@b.example", "a@b.example"), copies=("a@b.example", "c@b.example"))

    assert addresses_in(build_message(mail, SENDER)) == ("a@b.example", "c@b.example")


def test_a_mail_to_nobody_is_refused() -> None:
    with pytest.raises(RefusedError, match="ingen modtager"):
        build_message(a_mail(recipients=()), SENDER)


def test_a_moment_without_a_time_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="must be aware"):
        build_message(a_mail(created_at=dt.datetime(2025, 2, 21, 7, 30)), SENDER)  # noqa: DTZ001


def test_a_moment_of_any_zone_is_shown_in_danish_time() -> None:
    summer = dt.datetime(2025, 6, 30, 23, 30, tzinfo=ZoneInfo("UTC"))

    assert build_message(a_mail(created_at=summer), SENDER)["Date"].startswith(
        "Tue, 01 Jul 2025 01"
    )


def test_a_file_can_go_with_the_mail() -> None:
    report = Attachment(
        file_name="Afrapportering\r\nå.pdf", media_type="application/pdf", content=b"%P"
    )

    got = received(build_message(a_mail(attachments=(report,)), SENDER))

    assert got.get_content_type() == "multipart/mixed"
    (file,) = got.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Afrapportering å.pdf", b"%P")
    body = got.get_body(("plain",))
    assert body is not None
    assert "Kære" in body.get_content()


@pytest.mark.parametrize(
    "subject",
    [
        "[CU-DOMFAELDTE-2024] Forbeholdet for afrapporteringen er ophævet",
        "[RA-2025-2026] Rammeaftalen til politisk behandling senest 31. december 2024 kl. 12",
        "[CU-X] " + "Ærø og Læsø på række " * 8 + "slut",
    ],
)
def test_a_long_danish_subject_arrives_as_it_was_written(subject: str) -> None:
    message = build_message(a_mail(subject=subject), SENDER)
    assert str(received(message)["Subject"]).strip() == subject
