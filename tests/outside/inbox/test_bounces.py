"""A mail system's mail is known by who sent it; a person's stays a person's, whatever its words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from udmelding.outside.inbox.reading import read
from udmelding.rules.inbox.matching import Clues
from udmelding.rules.inbox.understanding import understand

OUR_ID = "<0123456789abcdef0123456789abcdef@udmelding.example>"
STATUS = "message/delivery-status"


def mail(headers: str, body: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    return (
        f"{headers}\r\nTo: sekretariat@udmelding.example\r\nMessage-ID: <1@mx.example>\r\n"
        f"Date: Tue, 20 Aug 2024 10:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{body}"
    ).encode()


def in_parts(*parts: tuple[str, str]) -> str:
    return "".join(f"--b\r\nContent-Type: {k}\r\n\r\n{text}\r\n" for k, text in parts) + "--b--\r\n"


def status(status: str, said: str, address: str = "social@greve.example") -> str:
    return (
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822;{address}\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp;{said}\r\n"
    )


RETURNED = ("text/rfc822-headers", f"Message-ID: {OUR_ID}\r\nSubject: x\r\n")
ERROR = "An error has occurred while attempting to deliver a message. Please DO NOT REPLY."
DAEMON = "From: Mailer Daemon <MAILER-DAEMON@mail.greve.example>"
POSTMASTER = "Return-Path: <>\r\nFrom: postmaster@greve.example"
PERSON = "From: Anna Hansen <anna@greve.example>"
FORWARDED = (
    "Jeg fik denne her, da jeg svarede jer. Er adressen forkert?\r\n\r\n"
    "-----Oprindelig meddelelse-----\r\nFra: postmaster@greve.example\r\n"
    "Emne: Undeliverable\r\n\r\n550 5.1.1 sekretariat@udmelding.example: user unknown\r\n"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A mail, its kind, and what is said of each address: ``<address> <kind> <status>``."""

    name: str
    raw: bytes
    kind: str
    lines: tuple[str, ...] = ()


FROM_SYSTEMS = [
    Row(
        "our domain fails DMARC",
        mail(
            "Return-Path: <>\r\nFrom: postmaster@outlook.example\r\nSubject: Undeliverable",
            in_parts(
                ("text/plain", ERROR),
                (STATUS, status("5.7.509", "550 5.7.509 does not pass DMARC verification")),
                RETURNED,
            ),
            'multipart/report; report-type=delivery-status; boundary="b"',
        ),
        "bounce",
        ("social@greve.example sender_refused 5.7.509",),
    ),
    Row(
        "a report inside multipart/mixed",
        mail(
            f"{DAEMON}\r\nSubject: Delivery status notification: failed",
            in_parts(
                ("text/plain", ERROR),
                (STATUS, status("5.1.1", "550 5.1.1 no such user")),
                RETURNED,
            ),
            'multipart/mixed; boundary="b"',
        ),
        "bounce",
        ("social@greve.example failed 5.1.1",),
    ),
    Row(
        "a report inside multipart/mixed with a name of its own and the empty return path",
        mail(
            "Return-Path: <>\r\nFrom: gateway@greve.example\r\nSubject: Note",
            in_parts(("text/plain", ERROR), (STATUS, status("5.1.1", "550 no such user"))),
            'multipart/mixed; boundary="b"',
        ),
        "bounce",
        ("social@greve.example failed 5.1.1",),
    ),
    Row(
        "text that asks not to reply",
        mail(
            f"{DAEMON}\r\nSubject: Delivery status notification: error",
            f"{ERROR}\r\n\r\nsocial@greve.example: 550 5.1.1 <social@greve.example>: no such user"
            "\r\n\r\nBelow is a copy of the original message:\r\n\r\nMessage-ID: <0123@udmelding"
            ".example>\r\nSubject: x\r\n",
        ),
        "bounce",
        ("social@greve.example failed 5.1.1",),
    ),
    Row(
        "Danish text",
        mail(
            f"{POSTMASTER}\r\nSubject: Levering mislykkedes",
            "Din mail til social@greve.example kunne ikke afleveres. Modtageren findes ikke.",
        ),
        "bounce",
        ("social@greve.example failed",),
    ),
    Row(
        "unknown words about an address",
        mail(
            f"{POSTMASTER}\r\nSubject: Besked",
            "Mailen til social@greve.example er lagt til side af vores filter Nordlys.",
        ),
        "bounce",
        ("social@greve.example unclear",),
    ),
    Row(
        "unknown words about nobody",
        mail(f"{DAEMON}\r\nSubject: Besked", "Der gik noget galt. Fejl 17."),
        "bounce",
    ),
    Row(
        "unknown words with the header that bounces share with answering machines",
        mail(f"{DAEMON}\r\nAuto-Submitted: auto-replied\r\nSubject: Besked", "Fejl 17."),
        "bounce",
    ),
    Row(
        "Exchange by the name of its mailbox",
        mail(
            "From: Microsoft Outlook\r\n <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e"
            "@greve.example>\r\nSubject: Uleveret",
            "Postkassen hos social@greve.example er fuld.",
        ),
        "bounce",
        ("social@greve.example failed_for_now",),
    ),
    Row(
        "no address of its own, only a name",
        mail("From: Mail Delivery System\r\nSubject: Fejl", "<social@greve.example>: user unknown"),
        "bounce",
        ("social@greve.example failed",),
    ),
    Row(
        "a report without the part for machines",
        mail(
            "From: mx@greve.example\r\nSubject: Fejl",
            in_parts(("text/plain", "Mailen kom ikke igennem.")),
            'multipart/report; report-type=delivery-status; boundary="b"',
        ),
        "bounce",
    ),
    Row(
        "a report that says little for machines and more for people",
        mail(
            POSTMASTER + "\r\nSubject: Undeliverable",
            in_parts(
                ("text/plain", "social@greve.example: the recipient's mailbox is full"),
                (STATUS, status("5.0.0", "550 Error")),
            ),
            'multipart/report; report-type=delivery-status; boundary="b"',
        ),
        "bounce",
        ("social@greve.example failed_for_now",),
    ),
]

LEFT_ALONE = [
    Row(
        "a person forwards a bounce",
        mail(f"{PERSON}\r\nSubject: VS: Undeliverable", FORWARDED),
        "reply",
    ),
    Row(
        "a person forwards a bounce with all its parts",
        mail(
            f"{PERSON}\r\nReturn-Path: <anna@greve.example>\r\nSubject: VS: Undeliverable",
            in_parts(
                ("text/plain", "Se her. Hvad skal vi gøre?"),
                (STATUS, status("5.1.1", "550 5.1.1 no such user", "x@udmelding.example")),
                RETURNED,
            ),
            'multipart/mixed; boundary="b"',
        ),
        "reply",
    ),
    Row(
        "a person encloses a bounce",
        mail(
            f"{PERSON}\r\nSubject: Fejlmail",
            in_parts(
                ("text/plain", "Vedhæftet den fejl, vi får."),
                ("message/rfc822", f"{DAEMON}\r\nSubject: failure notice\r\n\r\nuser unknown"),
            ),
            'multipart/mixed; boundary="b"',
        ),
        "reply",
    ),
    Row(
        "a person's mail with the words of a bounce",
        mail(
            f"{PERSON}\r\nSubject: SV: Vi beder om jeres svar",
            "Vores svar kunne ikke leveres i går: adressen blev ikke fundet. Her er det igen.",
        ),
        "reply",
    ),
    Row(
        "a person who writes of a full mailbox",
        mail(f"{PERSON}\r\nSubject: Svar", "Min postkasse er fuld, så skriv til bo@greve.example."),
        "reply",
    ),
    Row(
        "an out-of-office answer with the empty return path",
        mail(
            f"Return-Path: <>\r\n{PERSON}\r\nAuto-Submitted: auto-replied\r\n"
            "Subject: Automatisk svar: Vi beder om jeres svar",
            "Jeg er på ferie til og med 30. august 2024.",
        ),
        "absence",
    ),
    Row(
        "an answer that a case system sends with the empty return path",
        mail(
            f"Return-Path: <>\r\n{PERSON}\r\nSubject: SV: Vi beder om jeres svar",
            "Vi har ingen borgere i målgruppen.",
        ),
        "reply",
    ),
    Row(
        "an answer that a program sends for many",
        mail(
            f"Return-Path: <bounces+17-social=greve.example@post.example>\r\n{PERSON}\r\n"
            "Subject: SV: Vi beder om jeres svar",
            "Vi har ingen borgere i målgruppen.",
        ),
        "reply",
    ),
    Row(
        "a person whose initials are those of a report",
        mail("From: ndr@greve.example\r\nSubject: Svar", "Vi svarer i morgen."),
        "reply",
    ),
    Row(
        "a delivery receipt",
        mail(
            f"{POSTMASTER}\r\nSubject: Leveret",
            in_parts(
                ("text/plain", "Leveret."),
                (
                    STATUS,
                    "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822;"
                    "social@greve.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n",
                ),
            ),
            'multipart/report; report-type=delivery-status; boundary="b"',
        ),
        "receipt",
        ("social@greve.example delivered 2.0.0",),
    ),
    Row(
        "a delivery receipt for people only",
        mail(
            f"{POSTMASTER}\r\nSubject: Leveret: Vi beder om jeres svar",
            "Din meddelelse er leveret til følgende modtagere:\r\n\r\nsocial@greve.example\r\n",
        ),
        "receipt",
        ("social@greve.example delivered",),
    ),
    Row(
        "a delay",
        mail(
            f"{DAEMON}\r\nSubject: Warning: message delayed 4 hours",
            "Your message has not been delivered yet to\r\n\r\nsocial@greve.example\r\n\r\n"
            "No action is required on your part.",
        ),
        "delay",
        ("social@greve.example delayed",),
    ),
    Row(
        "a read receipt",
        mail(
            f"Return-Path: <>\r\n{PERSON}\r\nSubject: Læst: Vi beder om jeres svar",
            in_parts(
                ("text/plain", "Læst."),
                (
                    "message/disposition-notification",
                    f"Final-Recipient: rfc822;anna@greve.example\r\nOriginal-Message-ID: {OUR_ID}"
                    "\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n",
                ),
            ),
            'multipart/report; report-type=disposition-notification; boundary="b"',
        ),
        "automatic",
    ),
    Row(
        "an answering machine that is called postmaster",
        mail(
            f"{POSTMASTER}\r\nSubject: Automatisk svar: Lukket",
            "Kontoret er ferielukket til og med 4. august 2024.",
        ),
        "absence",
    ),
]
ROWS = FROM_SYSTEMS + LEFT_ALONE


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_who_sent_a_mail_says_whether_it_is_a_bounce(row: Row) -> None:
    found = read(row.raw)

    kind = understand(found, Clues(), dt.date(2024, 8, 20)).kind
    told = tuple(f"{r.address} {r.kind.value} {r.status}".strip() for r in found.delivery_reports)
    assert (kind.value, told) == (row.kind, row.lines)


@pytest.mark.parametrize("name", ["a report inside multipart/mixed", "our domain fails DMARC"])
def test_a_bounce_names_the_mail_of_ours_that_came_back(name: str) -> None:
    (row,) = [row for row in FROM_SYSTEMS if row.name == name]

    assert read(row.raw).returned_id == OUR_ID


def test_what_a_person_passes_on_is_kept_as_files() -> None:
    (row,) = [row for row in LEFT_ALONE if row.name == "a person encloses a bounce"]

    assert [file.file_name for file in read(row.raw).files] == ["failure notice.eml"]


def test_the_files_of_a_bounce_that_nobody_understands_are_kept_for_whoever_reads_it() -> None:
    parts = in_parts(
        ("text/plain", "Fejl 17."), ('application/pdf; name="fejl.pdf"', "%PDF"), RETURNED
    )
    raw = mail(f"{DAEMON}\r\nSubject: Besked", parts, 'multipart/mixed; boundary="b"')

    assert [file.file_name for file in read(raw).files] == ["fejl.pdf"]


@pytest.mark.parametrize(
    ("body", "addresses"),
    [
        (
            "Unable to deliver mail to\r\n  [SMTP:social@greve.example]\r\nMSEXCH:IMS:Greve:MX 0",
            {"social@greve.example"},
        ),
        (  # ours knows the first alone, flufl.bounce both
            "   ----- The following addresses had permanent fatal errors -----\r\n"
            "social@greve.example\r\n    (expanded from: leder@greve.example)\r\n\r\n"
            "   ----- Transcript of session follows -----\r\n554 Too many hops\r\n",
            {"social@greve.example", "leder@greve.example"},
        ),
        (
            "The following recipients were rejected:\r\nsocial@greve.example\r\n"
            "leder@greve.example",
            {"social@greve.example", "leder@greve.example"},
        ),
    ],
)
def test_all_receivers_are_found_that_one_of_the_two_readers_knows(
    body: str, addresses: set[str]
) -> None:
    found = read(mail(f"{DAEMON}\r\nSubject: Undeliverable", body))

    assert addresses <= {line.address for line in found.delivery_reports}
