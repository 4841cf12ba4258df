"""A mail with a CPR number is kept without it, told to the caseworker, and its files looked at."""

from __future__ import annotations

import logging
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from models import Meaning
from tests.casework.inbox.test_receiving import bounce, reply, taken
from tests.conftest import TwoCases
from tests.outside.test_clamd import EICAR, fake_clamd
from tests.rules.files.test_cpr import BORN, number_born, parts
from udmelding.casework.due.actions import reword
from udmelding.casework.inbox.attachments import grade_of, told_of
from udmelding.casework.inbox.lists import lines_of
from udmelding.casework.inbox.meaning import Reading, handle
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import incoming
from udmelding.journal.mail.mail_drafts import mail_drafts
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.outside.clamd import Clamd
from udmelding.rules.files.cpr import MASK, Grade
from udmelding.rules.files.cpr_gate import CprQuestionError

pytestmark = pytest.mark.database

WRITTEN, NUMBER = "-".join(parts()), number_born(BORN)
CASE_NUMBER = number_born(BORN, holds=False)


def with_files(raw: bytes, *files: tuple[str, bytes]) -> bytes:
    """The mail with these files."""
    old = message_from_bytes(raw)
    mail = EmailMessage()
    for name in ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To"):
        if old[name]:
            mail[name] = old[name].replace("\n", "")
    mail.set_content(str(old.get_payload()))
    for name, content in files:
        mail.add_attachment(content, maintype="text", subtype="plain", filename=name)
    return mail.as_bytes()


def everything_kept(services: Services) -> str:
    """Every word of the mails and reports in the database, and every file in the store."""
    with reading(services.engine) as session:
        rows = [
            str(row)
            for table in (models.IncomingMail, models.DeliveryReport)
            for row in session.execute(sa.select(table_of(table))).all()
        ]
    files = (path.read_bytes() for path in services.store.folder.rglob("*") if path.is_file())
    return "\n".join([*rows, *(content.decode("latin-1") for content in files)])


def test_nothing_of_a_number_in_a_mails_words_is_kept_or_logged(
    services: Services,
    two_cases: TwoCases,
    invitation: OutboxMail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    words = f"Vi har 12 borgere i målgruppen, her er {WRITTEN}.\n\n> Hvad med {NUMBER}?\n"
    raw = reply(invitation, words, subject=f"SV: Borger {WRITTEN}", sender="bo@greve.example")

    mail = taken(services, raw, two_cases.now)

    assert mail.subject == f"SV: Borger {MASK}"
    assert f"her er {MASK}" in mail.own_text
    assert f"Hvad med {MASK}?" in mail.text
    assert mail.suggestion["meaning"] == Meaning.ANSWER.value
    assert mail.raw_sha256 == "", "the mail as it came stays in the mailbox"
    assert grade_of(mail) is Grade.CERTAIN
    kept = everything_kept(services)
    for trace in (WRITTEN, NUMBER):
        assert trace not in kept
        assert trace not in caplog.text


def test_a_number_in_an_address_is_masked_too(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = reply(invitation, "Se vedhæftet.\n", sender=f"{NUMBER}@greve.example")

    mail = taken(services, raw, two_cases.now)

    assert mail.sender == f"{MASK}@greve.example"
    assert NUMBER not in everything_kept(services)


def test_a_mail_that_is_masked_is_still_known_when_it_is_read_again(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = reply(invitation, f"Borger {WRITTEN}\n")
    taken(services, raw, two_cases.now)

    assert receive_one(services, raw, two_cases.now) is None


def test_what_may_be_a_case_number_is_masked_and_the_mail_is_kept_as_it_came(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, reply(invitation, f"Vores sag {CASE_NUMBER}\n"), two_cases.now)

    assert MASK in mail.text
    assert mail.raw_sha256
    assert grade_of(mail) is Grade.POSSIBLE
    assert told_of(mail).words == (
        "Der står noget, der måske er et cpr-nummer, i mailens ord eller i navnet på en fil. "
        "Tallene er skjult her på siden."
    )


def test_a_mail_without_a_number_is_kept_as_it_came(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, reply(invitation, "Ring på 12 34 56 78\n"), two_cases.now)

    assert (grade_of(mail), told_of(mail).words) == (None, "")
    assert "cpr" not in mail.suggestion
    assert mail.raw_sha256


def test_a_delivery_report_that_quotes_a_number_is_masked_too(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = bounce(invitation, invitation.recipients[0]).replace(
        b"User unknown", f"Unknown {WRITTEN}".encode()
    )
    taken(services, raw, two_cases.now)

    assert WRITTEN not in everything_kept(services)


def test_a_number_that_stands_only_in_the_html_of_a_mail_is_not_kept_either(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "bo@greve.example", "Svar"
    message["In-Reply-To"] = invitation.message_id
    message.set_content("Se nedenfor")
    message.add_alternative(f"<p>Se nedenfor: {WRITTEN}</p>", subtype="html")

    mail = taken(services, message.as_bytes(), two_cases.now)

    assert mail.raw_sha256 == ""
    assert WRITTEN not in everything_kept(services)


def test_files_are_looked_through_and_called_without_the_number(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = with_files(
        reply(invitation, "Se filerne\n"),
        (f"borger {WRITTEN}.txt", f"Referat\nBorger {NUMBER}".encode()),
        ("svar.txt", b"12 borgere"),
    )

    mail = taken(services, raw, two_cases.now)
    first, second = mail.attachments

    assert first["file_name"] == f"borger {MASK}.txt"
    assert first["cpr"] == [
        {"place": "filens navn", "grade": "certain"},
        {"place": "linje 2", "grade": "likely"},
    ]
    assert "cpr" not in second
    assert mail.raw_sha256 == ""
    locked = "Låst, til en sagsbehandler har set efter. Der står et cpr-nummer i filens navn."
    assert told_of(mail).files == (locked, "")
    with reading(services.engine) as session:
        (line,) = lines_of(session, services.settings, [mail], two_cases.now)
    assert line.cpr == "cpr-nummer"


def test_a_file_with_a_number_becomes_a_document_only_when_a_person_has_looked(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now, reference = two_cases.now, two_cases.references[0]
    raw = with_files(reply(invitation, "Se filen\n"), ("svar.txt", f"Nr. {NUMBER}".encode()))
    mail = taken(services, raw, now)
    sha256 = mail.attachments[0]["sha256"]

    with pytest.raises(RefusedError) as refused:
        handle(
            services,
            mail.key,
            Reading(meaning=Meaning.ANSWER, files=[sha256]),
            Stamp(now, "Anna"),
        )

    assert refused.value.message == (
        "Filen «svar.txt» er låst og er ikke lagt på sagen. Der står noget, der ligner et "
        "cpr-nummer, på linje 1. Hent den, og se efter. Sæt kryds ved «Jeg har set efter: det er "
        "ikke et cpr-nummer», eller slet filen under «Låste filer», og bed om en uden."
    )
    with reading(services.engine) as session:
        assert not any(d.sha256 == sha256 for d in load(session, reference, now).documents)

    looked = Reading(meaning=Meaning.ANSWER, files=[sha256])
    handle(services, mail.key, looked, Stamp(now, "Anna", has_looked=True))

    with reading(services.engine) as session:
        assert any(d.sha256 == sha256 for d in load(session, reference, now).documents)


def test_the_mail_can_be_handled_without_its_file(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = with_files(reply(invitation, "Se filen\n"), ("svar.txt", f"Nr. {NUMBER}".encode()))
    mail = taken(services, raw, two_cases.now)
    said = Reading(meaning=Meaning.ANSWER)

    assert (
        handle(services, mail.key, said, Stamp(two_cases.now, "Anna")) == "Svaret er registreret."
    )


def test_a_number_in_the_remark_on_a_mail_is_refused(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, reply(invitation, "Vi har 12 borgere\n"), two_cases.now)
    said = Reading(meaning=Meaning.ANSWER, note=f"borger {WRITTEN}")

    with pytest.raises(RefusedError, match="cpr-nummer i feltet «Bemærkning»"):
        handle(services, mail.key, said, Stamp(two_cases.now, "Anna"))


def test_a_reminder_worded_anew_with_a_number_is_refused_and_not_kept(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.now
    for subject, text, place in (("Svar", f"Om {WRITTEN}", "Tekst"), (WRITTEN, "Hej", "Emne")):
        with (
            writing(services.engine) as session,
            pytest.raises(RefusedError, match=f"cpr-nummer i feltet «{place}»"),
        ):
            reword(session, ["a/b"], subject, text, Stamp(now, "Anna"))
    with reading(services.engine) as session:
        assert mail_drafts(session) == {}


def test_a_case_number_in_a_reminder_worded_anew_is_let_through_by_a_person_who_has_looked(
    services: Services, two_cases: TwoCases
) -> None:
    text = f"Jeres sag {CASE_NUMBER}"
    with writing(services.engine) as session, pytest.raises(CprQuestionError, match="måske"):
        reword(session, ["a/b"], "Svar", text, Stamp(two_cases.now, "Anna"))
    with writing(services.engine) as session:
        reword(session, ["a/b"], "Svar", text, Stamp(two_cases.now, "Anna", has_looked=True))
        assert mail_drafts(session)["a/b"].text == text


# --- Viruses ---


def test_a_virus_in_a_mail_is_not_kept_nor_the_mail_around_it_and_its_words_are(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, tmp_path: Path
) -> None:
    files = (("svar.txt", EICAR), ("bilag.txt", b"12 borgere"))
    with fake_clamd(tmp_path / "clamd.ctl") as clamd:
        scanning = replace(services, scanner=Clamd(clamd.address, 5))
        mail = taken(scanning, with_files(reply(invitation, "Se filerne\n"), *files), two_cases.now)

    bad, good = mail.attachments
    assert bad["sha256"] == ""
    assert bad["refused"].startswith(
        "Filen «svar.txt» er ikke gemt: virusscanneren fandt «Eicar-Test-Signature» i den."
    )
    assert good["sha256"]
    assert mail.raw_sha256 == "", "the mail as it came stays in the mailbox"
    assert "Se filerne" in mail.text
    assert EICAR.decode() not in everything_kept(services)


def test_a_virus_in_the_words_of_a_mail_leaves_its_words_and_not_the_mail_as_it_came(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, tmp_path: Path
) -> None:
    with fake_clamd(tmp_path / "clamd.ctl") as clamd:
        scanning = replace(services, scanner=Clamd(clamd.address, 5))
        raw = reply(invitation, f"Prøve: {EICAR.decode()}\n")
        mail = taken(scanning, raw, two_cases.now)

    assert mail.raw_sha256 == ""


def test_while_the_scanner_is_away_a_mail_with_files_waits_in_the_mailbox(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, tmp_path: Path
) -> None:
    raw = with_files(reply(invitation, "Se filen\n"), ("bilag.txt", b"12 borgere"))
    scanning = replace(services, scanner=Clamd(str(tmp_path / "clamd.ctl"), 5))

    with pytest.raises(OutsideError, match="ikke undersøges for virus lige nu"):
        receive_one(scanning, raw, two_cases.now)
    with reading(services.engine) as session:
        assert not incoming.mails_where(session)

    with fake_clamd(tmp_path / "clamd.ctl"):
        mail = taken(scanning, raw, two_cases.now)
    assert mail.attachments[0]["sha256"]


def test_a_file_that_the_scanner_does_not_take_holds_up_no_other_mail(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, tmp_path: Path
) -> None:
    with fake_clamd(tmp_path / "clamd.ctl") as clamd:
        clamd.most = 1000
        scanning = replace(services, scanner=Clamd(clamd.address, 5))
        raw = with_files(reply(invitation, "Se filen\n"), ("bilag.txt", b"12 borgere " * 200))
        mail = taken(scanning, raw, two_cases.now)

    assert "StreamMaxLength" in mail.attachments[0]["refused"]
