"""Each sample mail, what it is and what is read from it: one row, no exceptions."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from udmelding.outside.inbox.reading import read
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import Clues
from udmelding.rules.inbox.understanding import understand

MAILS = Path(__file__).parents[2] / "mails"
OUR_ID = "<0123456789abcdef0123456789abcdef@udmelding.example>"
OUR_KEY = "CU-EKSEMPEL-2025/collection/0360/before-14@2025-02-28"


@dataclass(frozen=True, slots=True)
class Row:
    """What is read from a sample.

    Attributes:
        delivery_reports: for each receiver its address, what befell it, and the status if any.
        until: the last day of absence.
        has_id: whether it sends back the Message-ID of our mail; ``has_key`` likewise.
        kind: with ``?`` where a machine may have written what is taken for a reply.
        own: how the writer's own text begins.
    """

    name: str
    kind: str
    delivery_reports: tuple[str, ...] = ()
    until: str = ""
    has_id: bool = False
    has_key: bool = False
    files: tuple[str, ...] = ()
    own: str = ""


ROWS = (
    Row("absence-bilingual", "absence", until="2025-05-07"),
    Row("absence-english-back-on", "absence", until="2025-08-03"),
    Row("absence-english-range", "absence", until="2025-08-01"),
    Row("absence-english-until", "absence", until="2025-08-04"),
    Row("absence-exchange-base64", "absence", until="2025-05-11"),
    Row("absence-exchange-html", "absence", until="2025-07-20"),
    Row("absence-gmail-vacation", "absence", until="2025-05-12"),
    Row("absence-latin1-8bit", "absence", until="2025-05-09"),
    Row("absence-left-job", "absence"),
    Row("absence-maternity", "absence", until="2026-02-28"),
    Row("absence-no-date", "absence"),
    Row("absence-no-header-short", "absence", until="2025-05-11"),
    Row("absence-notes", "absence", until="2025-05-12"),
    Row("absence-windows1252", "absence", until="2025-08-02"),
    Row("automatic-main-mailbox", "automatic"),
    Row("automatic-recall", "automatic"),
    Row("automatic-ticket", "automatic"),
    Row(
        "exchange-delayed",
        "delay",
        delivery_reports=("social@lejre.example delayed 4.4.7",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-delivered",
        "receipt",
        delivery_reports=("koordinator@greve.example delivered 2.0.0",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-global-status",
        "bounce",
        delivery_reports=("social@roskilde.example failed 5.4.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-ndr-danish-no-report",
        "bounce",
        delivery_reports=("leder@lolland.example failed 5.1.1",),
    ),
    Row(
        "exchange-ndr-english-no-report",
        "bounce",
        delivery_reports=("visitation@koege.example failed_for_now 5.2.2",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-online-blocked",
        "bounce",
        delivery_reports=("social@soroe.example sender_refused 5.7.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-online-disabled",
        "bounce",
        delivery_reports=("fagchef@holbaek.example failed 5.2.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-online-unknown-user",
        "bounce",
        delivery_reports=("koordinator@lolland.example failed 5.1.10",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-onprem-quota",
        "bounce",
        delivery_reports=("social@slagelse.example failed_for_now 5.2.2",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-relayed",
        "receipt",
        delivery_reports=("social@solroed.example relayed 2.0.0",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exchange-too-large",
        "bounce",
        delivery_reports=("social@kalundborg.example failed_for_now 5.3.4",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exim-report-full",
        "bounce",
        delivery_reports=("social@soroe.example failed_for_now 5.0.0",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "exim-unknown-user",
        "bounce",
        delivery_reports=("leder@faxe.example failed 5.1.1",),
        has_id=True,
        has_key=True,
    ),
    Row("exim-warning-delayed", "delay", delivery_reports=("leder@ringsted.example delayed",)),
    Row(
        "forwarded-bounce-by-person",
        "reply",
        own="Min mail til jer blev ikke leveret, se nedenfor. Er adressen forkert?",
    ),
    Row("forwarded-without-a-word", "reply", own="Fra: Rammeaftalesekretariatet <sekretari"),
    Row(
        "gmail-not-found-danish",
        "bounce",
        delivery_reports=("koordinator.lolland@gmail.example failed 5.1.1",),
    ),
    Row(
        "gmail-report",
        "bounce",
        delivery_reports=("visitator@gmail.example failed 5.1.1",),
        has_id=True,
        has_key=True,
    ),
    Row("new-mail-no-date-no-id", "reply", own="Vi er med."),
    Row("new-mail-raw-eight-bit-headers", "reply", own="Hej. Vi svarer i morgen."),
    Row("new-mail-without-thread", "reply", own="Goddag\n\nHvem hos jer kan hjælpe os med t"),
    Row(
        "notes-delivery-failure",
        "bounce",
        delivery_reports=("konsulent@notes.region.example failed",),
    ),
    Row(
        "postfix-delayed",
        "delay",
        delivery_reports=("social@koege.example delayed 4.4.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-delivered",
        "receipt",
        delivery_reports=("postkasse@ringsted.example delivered 2.0.0",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-domain-not-found",
        "bounce",
        delivery_reports=("social@lollland.example failed 5.4.4",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-forwarded-address",
        "bounce",
        delivery_reports=("koordinator@odsherred.example failed 5.1.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-given-up",
        "bounce",
        delivery_reports=("social@stevns.example failed_for_now 4.4.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-mailbox-full",
        "bounce",
        delivery_reports=("social@guldborgsund.example failed_for_now 4.2.2",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-relay-denied",
        "bounce",
        delivery_reports=("social@vordingborg.example sender_refused 5.7.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-relayed",
        "receipt",
        delivery_reports=("social@naestved.example relayed 2.0.0",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-three-fates",
        "bounce",
        delivery_reports=(
            "social@faxe.example failed 5.1.1",
            "chef@faxe.example failed_for_now 5.2.2",
            "postkasse@faxe.example relayed 2.0.0",
        ),
        has_id=True,
        has_key=True,
    ),
    Row(
        "postfix-unknown-user",
        "bounce",
        delivery_reports=("koordinator@lolland.example failed 5.1.1",),
        has_id=True,
        has_key=True,
    ),
    Row(
        "qmail-unknown-user",
        "bounce",
        delivery_reports=(
            "socialchef@gammel.example failed 5.1.1",
            "arkiv@gammel.example failed_for_now",
        ),
        has_id=True,
        has_key=True,
    ),
    Row("receipt-mdn-outlook", "automatic", has_id=True),
    Row("receipt-read-plain", "automatic"),
    Row("reply-cut-off", "reply", files=("svar.xlsx",), own="Vedhæftet svaret."),
    Row("reply-gmail-danish", "reply", own="Vi har ingen borgere i målgruppen."),
    Row("reply-inline", "reply", own="Vi har 4 borgere i målgruppen.\n\n\nDen er "),
    Row("reply-iphone", "reply", own="Kan vi få udsættelse til 15/6?"),
    Row("reply-mentions-vacation", "reply", own="Hej\n\nJeg er på ferie i næste uge, men se"),
    Row("reply-notes", "reply", own="Sagen er sendt retur til udvalget."),
    Row("reply-oprindelig-meddelelse", "reply", own="Tak for mailen."),
    Row("reply-outlook-decision", "reply", own="Kære sekretariat\n\nByrådet godkendte inds"),
    Row(
        "reply-outlook-english",
        "reply",
        own="Dear secretariat\n\nWe have no citizens in the target group.\n\nKind regards",
    ),
    Row(
        "reply-outlook-html", "reply", own="Hej\n\nSagen behandles i byrådet 12/6.\n\nVenlig hilsen"
    ),
    Row(
        "reply-to-automatic-answer",
        "reply",
        own="Hej\n\nTak, så skriver jeg igen, når du er tilbage.",
    ),
    Row("reply-unknown-charset", "reply", own="Vi mangler økonomiudvalget."),
    Row(
        "reply-with-hostile-names",
        "reply",
        files=(
            "_CON.txt",
            "passwd",
            "svarfdp.exe",
            "bilag-4.pdf",
        ),
        own="Se filerne.",
    ),
    Row(
        "reply-with-nested-mail",
        "reply",
        files=("Svar til sekretariatet.eml",),
        own="Se den vedlagte mail fra vores fagchef.",
    ),
    Row(
        "reply-with-rfc2231-name",
        "reply",
        files=("Referat fra kommunalbestyrelsens møde.pdf",),
        own="Hermed referat fra mødet.",
    ),
    Row("reply-with-signature-logo", "reply", own="Vi vender tilbage i morgen.\n\n[Logo]"),
    Row("reply-with-winmail", "reply", files=("winmail.dat",), own="Svar vedlagt."),
    Row(
        "reply-with-xlsx",
        "reply",
        files=("Svar Lolland år 2025.xlsx",),
        own="Hej\n\nVedhæftet vores svar.",
    ),
    Row(
        "sendmail-unknown-user",
        "bounce",
        delivery_reports=("handicapchef@odsherred.example failed 5.1.1",),
        has_id=True,
        has_key=True,
    ),
)


def bytes_of(name: str) -> bytes:
    """The sample with the line ends of the wire, whatever a checkout made of them."""
    return re.sub(rb"\r?\n", b"\r\n", (MAILS / f"{name}.eml").read_bytes())


def as_row(mail: Incoming, row: Row) -> Row:
    written_on = mail.sent_at.date() if mail.sent_at else dt.date(2025, 6, 2)
    found = understand(mail, Clues(), written_on)  # nothing is known of its sender or its thread
    until = found.absence.until if found.absence else None
    return Row(
        name=row.name,
        kind=f"{found.kind.value}{'?' if found.is_doubtful else ''}",
        delivery_reports=tuple(
            f"{r.address} {r.kind.value} {r.status}".strip() for r in mail.delivery_reports
        ),
        until=str(until or ""),
        has_id=mail.returned_id == OUR_ID,
        has_key=mail.returned_key == OUR_KEY,
        files=tuple(file.file_name for file in mail.files),
        own=row.own if mail.own_text.startswith(row.own) else mail.own_text,
    )


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_sample_is_read_as_its_row_says(row: Row) -> None:
    mail = read(bytes_of(row.name))

    assert as_row(mail, row) == row
    assert all(report.why or report.status.startswith("2") for report in mail.delivery_reports)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_sample_with_bare_line_feeds_is_read_alike(row: Row) -> None:
    assert as_row(read(bytes_of(row.name).replace(b"\r\n", b"\n")), row) == row


def test_every_sample_stands_in_one_row() -> None:
    names = [row.name for row in ROWS]

    assert sorted(names) == sorted(path.stem for path in MAILS.glob("*.eml"))


def test_every_sample_stands_in_the_readme_once() -> None:
    told = re.findall(r"^- `([\w-]+)\.eml`: \S", (MAILS / "README.md").read_text("utf-8"), re.M)

    assert sorted(told) == sorted(row.name for row in ROWS)


def test_no_sample_names_a_domain_that_may_exist() -> None:
    domains = {
        domain.decode("latin-1").lower().rstrip(".")
        for path in MAILS.glob("*.eml")
        for domain in re.findall(rb"@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", path.read_bytes())
    }

    assert {domain for domain in domains if not domain.endswith(".example")} == set()


def test_a_reply_tells_who_wrote_it_to_whom_and_what_it_answers() -> None:
    mail = read(bytes_of("reply-with-xlsx"))

    assert mail.message_id == "<reply-with-xlsx@mail.kommune.example>"
    assert (mail.sender, mail.sender_name) == ("koordinator@lolland.example", "Koordinator")
    assert mail.receivers == ("sekretariat@rammeaftale.example", "arkiv@kommune.example")
    assert mail.subject == "SV: [CU-EKSEMPEL-2025]"
    assert mail.refers_to == (OUR_ID,)
    assert mail.sent_at is not None
    assert mail.sent_at.isoformat() == "2025-06-02T11:20:00+02:00"
    assert mail.files[0].content == b"PK\x03\x04xlsx-bytes"


def test_what_is_answered_comes_nearest_first() -> None:
    assert read(bytes_of("reply-gmail-danish")).refers_to == (
        OUR_ID,
        "<sag.0123@udmelding.example>",
    )


def test_raw_eight_bit_headers_are_read_as_letters() -> None:
    mail = read(bytes_of("new-mail-raw-eight-bit-headers"))

    assert (mail.sender_name, mail.subject) == ("Koordinator Køge", "Svar fra Køge")


def test_a_mail_without_date_and_id_is_read_without_them() -> None:
    mail = read(bytes_of("new-mail-no-date-no-id"))

    assert (mail.message_id, mail.sent_at, mail.sender_name) == ("", None, "")
