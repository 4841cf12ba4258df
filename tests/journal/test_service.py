"""Which documents the database names: in every table that can name one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import models
from tests.conftest import TwoCases
from udmelding import clock
from udmelding.journal.database import reading, writing
from udmelding.journal.service import named_documents
from udmelding.journal.tables import table_of

pytestmark = pytest.mark.database

NO_DOCUMENT = {("process_version", "sha256")}
"""The checksum of a text that stands beside it."""


def test_no_column_that_names_a_checksum_is_forgotten() -> None:
    known = {
        ("document", "sha256"),
        ("form_answer", "sha256"),
        ("report_version", "values_sha256"),
        ("report_version", "word_sha256"),
        ("report_version", "pdf_sha256"),
        ("incoming_mail", "raw_sha256"),
    }
    found = {
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if "sha256" in column.name
    }

    assert found - NO_DOCUMENT == known


def test_mails_their_parts_and_files_in_forms_are_named_once_each(two_cases: TwoCases) -> None:
    engine = two_cases.services.engine
    raw, part, typed = ("a" * 64, "b" * 64, "c" * 64)
    now = clock.now()
    attachments = [
        {"sha256": part, "file_name": "svar.xlsx", "size": 7},
        {"sha256": "", "file_name": "farlig.exe", "refused": "farlig"},
    ]
    mail = {"key": "k", "received_at": now, "sender": "a@b.dk", "kind": models.IncomingKind.REPLY}
    mail |= {"subject": "Svar", "raw_sha256": raw, "attachments": attachments}
    with writing(engine) as session:
        session.add(models.IncomingMail(**mail))
        session.add(models.IncomingMail(**{**mail, "key": "l", "raw_sha256": ""}))
        session.add(
            models.AnswerDraft(
                announcement_id=session.execute(sa.select(table_of(models.Announcement).c.id))
                .scalars()
                .first(),
                step="collection",
                party="0253",
                question_set="form:x",
                content={"q1": f"bilag.pdf|{typed}", "q2": "ja | nej"},
                updated_at=now,
            )
        )
    with reading(engine) as session:
        found = {one.sha256: (one.name, one.size) for one in named_documents(session)}

    assert found == {
        raw: ("mail: Svar", None),
        part: ("svar.xlsx", 7),
        typed: ("bilag.pdf", None),
    }
