"""The report goes with the mails that speak of it, as the very file that was recorded."""

from __future__ import annotations

import datetime as dt
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from models import Level, Outcome
from tests.honest import WORD as REPORT
from tests.past import record_past
from udmelding import clock
from udmelding.casework.case.documents import take_in_from
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.papers.letters_released import release
from udmelding.casework.wiring import Services
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

REFERENCE = "CU-GRAVIDE-2025"


def mails(services: Services, place: str) -> list[EmailMessage]:
    """The mails in the folder whose file names hold ``place``."""
    parser = BytesParser(policy=policy.default)
    found = []
    for path in services.settings.mail.folder.rglob(f"*{place}*.eml"):
        message = parser.parsebytes(path.read_bytes())
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def test_councils_and_agency_get_the_report_that_was_made_final(
    services: Services, tmp_path: Path
) -> None:
    file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([file])[0])
    path = tmp_path / "Afrapportering gravide.docx"
    path.write_bytes(REPORT)
    day = dt.date(2025, 3, 3)
    stored = take_in_from(services, str(path), Stamp(clock.at(day), "anna"))
    said = {
        "document_kind": "final_report",
        "title": "Afrapportering",
        "dated_on": day,
        "version": 1,
        "file_name": stored.file_name,
        "media_type": stored.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
    }
    record_past(services, REFERENCE, "document", said, Stamp(clock.at(day), "test"))
    for body, held in (("styregruppe", 14), ("k17", 28)):
        _decide(services, body, dt.date(2025, 3, held))
    _decide(services, "kkr", dt.date(2025, 4, 8))
    now = clock.at(dt.date(2025, 4, 8), "14:00")
    advance(services, REFERENCE, now)
    sent = {"on": dt.date(2025, 5, 28), "reservation_for": ["0360"]}
    later = clock.at(dt.date(2025, 5, 28), "14:00")
    record_past(services, REFERENCE, "submission", sent, Stamp(later, "test"))
    advance(services, REFERENCE, later)
    release(services, f"{REFERENCE}/submission/agency/report", Stamp(later, "anna"))
    deliver_waiting(services, later, "test")

    invitations, submissions = (
        mails(services, "councils_0360_invitation"),
        mails(services, "agency"),
    )
    assert (len(invitations), len(submissions)) == (1, 1)
    for mail in (*invitations, *submissions):
        enclosed, *others = mail.iter_attachments()
        assert len(others) == (mail in submissions)  # the overview of decisions
        assert enclosed.get_filename() == "Afrapportering gravide.docx"
        assert enclosed.get_payload(decode=True) == REPORT
    text = invitations[0].get_body(("plain",))
    assert text is not None
    assert "Afrapporteringen er vedhæftet." in text.get_content()


def _decide(services: Services, body: str, day: dt.date) -> None:
    said = {
        "step": body,
        "party": body,
        "on": day,
        "level": Level.BODY,
        "outcome": Outcome.RECOMMENDED,
    }
    record_past(services, REFERENCE, "decision", said, Stamp(clock.at(day), "test"))
