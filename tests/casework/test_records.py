"""What should never have been kept is taken out for good: no byte is left."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

import models
from models import ContactRole, DocumentKind, OutboxState
from tests.casework.inbox.test_attachments import with_files
from tests.casework.inbox.test_receiving import reply, taken
from tests.conftest import TwoCases
from tests.past import record_past
from tests.rules.files.test_cpr import parts
from udmelding import clock
from udmelding.casework.case.documents import take_in_from
from udmelding.casework.due.actions import reword
from udmelding.casework.exchange.transfer import export_case
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.papers.records_package import records_package
from udmelding.casework.records import (
    file_named,
    finish,
    look_for,
    redact_file,
    redact_passage,
    sentences,
)
from udmelding.casework.service import examine
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal import database
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.case.log import log
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.recording.record import retract
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.journal.webhooks.webhooks import add_hook
from udmelding.outside.work import keep_made, made_file

pytestmark = pytest.mark.database

SECRET = "Rosa Ødegård har sukkersyge"  # noqa: S105 - of nobody
WRITTEN = (
    "Rosa Ødegård har sukkersyge",
    "Rosa Ødegård\nhar sukkersyge",
    "rosa ødegård HAR sukkersyge",
)
HTML = "<p>Kære <b>Rosa</b> &Oslash;deg&aring;rd har&nbsp;sukkersyge</p>"
REASON = "det var oplysninger om en borger"
"""Of nobody."""


def everything(services: Services) -> str:
    """Every word that is kept: the rows of all tables, and the bytes of all files of the home."""
    with reading(services.engine) as session:
        rows = [
            str(tuple(row))
            for table in models.Fact.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        ]
    files = (path for path in services.settings.home.rglob("*") if path.is_file())
    return "\n".join([*rows, *(_words_of(path.read_bytes()) for path in files)])


def _words_of(content: bytes) -> str:
    """What stands in bytes, also in those of a zip such as Word's."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    text = content.decode("utf-8", errors="replace")
    return " ".join(text.replace("\\n", " ").split())


def stands_in(text: str) -> bool:
    return "sukkersyge" in text.casefold()


@pytest.fixture
def told(two_cases: TwoCases, tmp_path: Path) -> TwoCases:
    """The secret stands in everything that somebody may write it in."""
    services, (first, second) = two_cases.services, two_cases.references
    by = Stamp(two_cases.now, "anna")
    with writing(services.engine) as session:
        add_hook(session, name="x", url="https://x.example/", events=(), by=by.by, now=by.now)
        contact = ContactValue(
            party="0253", role=ContactRole.DIRECTOR, name=SECRET, email="a@greve.example"
        )
        put_contact(session, contact, by)
    said = {"step": "collection", "party": "0253", "on": two_cases.day, "completeness": "partial"}
    for reference, written in zip((first, second, second), WRITTEN, strict=True):
        record_past(services, reference, "response", {**said, "note": f"Se: {written}."}, by)
    stop = {"step": "collection", "party": "0259", "is_stopped": True, "reason": "venter"}
    record_past(services, first, "chase_stop", stop, by)
    with writing(services.engine) as session:
        key = session.execute(sa.select(table_of(models.ChaseStop).c.key)).scalar_one()
        retract(session, find(session, first), key, f"fejl: {SECRET}", by)
    two_cases.remind()
    waiting = two_cases.mails(OutboxState.PENDING, party="0265")[0]
    words = {"text": f"Kære kommune\n\n{WRITTEN[1]}\n", "html": HTML, "subject": f"Om: {SECRET}"}
    outbox = table_of(models.OutboxMessage)
    with writing(services.engine) as session:
        session.execute(sa.update(outbox).where(outbox.c.key == waiting.key).values(**words))
        case_id = find(session, first).id
        reword(session, ["a/b"], "Svar", f"Hej. {SECRET}.", by)
        put_draft(session, case_id, {"q1": SECRET, "q2": "12"}, by)
    return two_cases


def put_draft(session: Session, case_id: int, content: dict[str, str], by: Stamp) -> None:
    """What a municipality has typed and not sent."""
    at = {"step": "collection", "party": "0253", "question_set": "form:x"}
    draft = models.AnswerDraft(announcement_id=case_id, content=content, updated_at=by.now, **at)
    session.add(draft)


def file_with(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def redact(
    case: TwoCases, files: tuple[str, ...] | None = None, text: str = SECRET
) -> Iterator[str]:
    found = look_for(case.services, text)
    chosen = [file.sha256 for file in found.files] if files is None else files
    done = redact_passage(case.services, text, chosen, REASON, Stamp(case.now, "Bo"))
    return iter(sentences(done))


def test_a_passage_is_gone_from_every_row_and_every_byte(told: TwoCases) -> None:
    services, home = told.services, told.services.settings.home
    (home / "logs").mkdir()
    file_with(home / "logs" / "flows.log", f"12.00 fejl: {json.dumps(SECRET)}\n12.01 videre\n")
    (home / "prefect").mkdir()
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as prefect:
        prefect.execute("CREATE TABLE flow_run (id INTEGER, parameters JSON, blob BLOB)")
        prefect.execute("INSERT INTO flow_run VALUES (1, ?, x'00')", (json.dumps({"a": SECRET}),))
        prefect.commit()
    assert stands_in(everything(services))

    assert "Fjernet fra" in next(redact(told))

    assert not stands_in(everything(services))
    assert "videre" in (home / "logs" / "flows.log").read_text()
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as prefect:
        kept = prefect.execute("SELECT parameters FROM flow_run").fetchone()[0]
    assert json.loads(kept)["a"].startswith("[fjernet den 5. september 2024]")


def tables_files(engine: sa.Engine) -> bytes:
    query = (
        "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relkind IN "
        "('r', 't', 'i') AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace)"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        return b"".join(connection.exec_driver_sql(query).scalars())


def test_on_postgresql_the_tables_files_hold_no_byte_of_it_either(told: TwoCases) -> None:
    engine = told.services.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("the bytes of an SQLite file are searched by every test here")

    assert b"sukkersyge" in tables_files(engine)
    next(redact(told))
    assert b"sukkersyge" not in tables_files(engine)


def test_on_postgresql_it_is_told_where_somebody_may_still_read_and_done_again_it_is_gone(
    told: TwoCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = told.services.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite's own lock is held by tests of its database")
    monkeypatch.setattr(database, "_BUSY_SECONDS", 1)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
    with snapshot.connect() as reader:
        reader.exec_driver_sql("SELECT 1")

        assert any("blev brugt imens" in line for line in redact(told))

    assert not any("blev brugt imens" in line for line in redact(told))
    assert b"sukkersyge" not in tables_files(engine)


def test_the_fact_stays_and_says_when_and_why_also_on_a_day_before(told: TwoCases) -> None:
    services, reference = told.services, told.references[0]
    before = told.now
    next(redact(told))

    with reading(services.engine) as session:
        case = load(session, reference, before)
        lines = log(session, find(session, reference), before)
    (answer,) = case.responses
    day = f"{told.day.day}."
    assert answer.note.startswith(f"Se: [fjernet den {day}")
    assert answer.note.endswith(f"fordi {REASON}].")
    texts = [line.text for line in lines]
    assert any(
        text.startswith("En tekst blev fjernet for altid fra") and REASON in text for text in texts
    )
    assert any("taget tilbage" in text and "[fjernet den" in text for text in texts)
    exported = json.dumps(export_case(services, reference), ensure_ascii=False, default=str)
    assert "[fjernet den" in exported
    assert not stands_in(exported)


def test_what_others_read_says_only_that_something_is_gone(told: TwoCases) -> None:
    next(redact(told))

    (mail,) = told.mails(OutboxState.PENDING, party="0265")[:1]
    with reading(told.services.engine) as session:
        draft = session.execute(sa.select(table_of(models.MailDraft).c.text)).scalar_one()
        bodies = session.execute(sa.select(table_of(models.WebhookDelivery).c.body)).scalars().all()
    assert "[fjernet den" in draft or "[fjernet den" in mail.text
    assert any(
        "[fjernet den" in json.dumps(json.loads(body), ensure_ascii=False) for body in bodies
    )
    assert all(REASON not in text for text in (draft, mail.text, *bodies))


def test_nothing_more_is_taken_out_than_what_was_written(told: TwoCases) -> None:
    services = told.services
    with reading(services.engine) as session:
        before = load(session, told.references[1], told.now)
    next(redact(told))
    with reading(services.engine) as session:
        after = load(session, told.references[1], told.now)
    assert after.parties == before.parties
    assert after.obligations == before.obligations
    assert [one.key for one in after.responses] == [one.key for one in before.responses]


def test_what_a_long_work_has_made_is_gone_too(told: TwoCases) -> None:
    home = told.services.settings.home
    keep_made(home, "abc", BytesIO(f"Om {SECRET}.".encode()))
    made = made_file(home, "abc")
    assert made.is_file()
    next(redact(told))
    assert not made.is_file()


def test_done_again_it_finds_nothing_and_records_nothing(told: TwoCases) -> None:
    next(redact(told))
    assert next(redact(told)) == "Der var intet at fjerne i databasen eller i de gemte filer."
    with reading(told.services.engine) as session:
        cases = session.execute(sa.select(table_of(models.Redaction).c.announcement_id)).scalars()
        assert len(list(cases)) == 3, "one for each case, one for the contact"


def test_where_it_stands_is_shown_without_saying_it(told: TwoCases) -> None:
    found = look_for(told.services, SECRET)
    around = [place.around for place in found.taken]
    assert "Se: ▇▇▇." in around
    assert not any(stands_in(text) for text in around)
    assert set(found.cases.values()) == set(told.references)


@pytest.mark.parametrize("name", ["notat.txt", "notat.docx"])
def test_a_file_that_holds_it_goes_too_and_is_told_of_by_name(
    told: TwoCases, tmp_path: Path, name: str
) -> None:
    services, reference = told.services, told.references[0]
    path = tmp_path / f"ind-{name}"
    if name.endswith("txt"):
        file_with(path, f"Notat\n\n{WRITTEN[1]}\n")
    else:
        from docx import Document

        word = Document()
        word.add_paragraph(f"Notat: {SECRET}")
        word.save(str(path))
    file = take_in_from(services, str(path), Stamp(told.now, "anna"))
    path.unlink()
    document = {
        "document_kind": DocumentKind.OTHER, "title": "Notat", "dated_on": told.day,
        "file_name": file.file_name, "sha256": file.sha256,
    }  # fmt: skip
    record_past(services, reference, "document", document, Stamp(told.now, "anna"))

    found = look_for(services, SECRET)
    assert [one.sha256 for one in found.files] == [file.sha256]
    next(redact(told))

    assert not stands_in(everything(services))
    with reading(services.engine) as session:
        (document,) = load(session, reference, told.now).documents
    assert document.sha256 == ""
    assert document.title.startswith("Notat (filen er fjernet den")
    package = records_package(services, reference, told.now)
    assert package is not None


def test_a_mail_as_it_came_goes_with_the_file_that_it_carried(told: TwoCases) -> None:
    services = told.services
    sent = told.mails(OutboxState.SENT)[0]
    raw = with_files(
        reply(sent, f"Hermed svaret. {SECRET}"), ("svar.txt", f"Om {SECRET}.".encode())
    )
    mail = taken(services, raw, told.now)
    (kept,) = mail.attachments

    redact_file(services, kept["sha256"], REASON, Stamp(told.now, "Bo"))

    assert list(services.store.folder.rglob("[0-9a-f]" * 64)) == []
    with reading(services.engine) as session:
        row = session.execute(sa.select(table_of(models.IncomingMail))).one()
    assert row.raw_sha256 == ""
    assert row.attachments[0]["file_name"] == "svar.txt"
    assert REASON in row.attachments[0]["refused"]
    assert stands_in(row.text), "only the file was to go"


def test_a_file_that_is_locked_away_is_found_and_goes_too(told: TwoCases) -> None:
    services, number = told.services, "-".join(parts())
    sent = told.mails(OutboxState.SENT)[0]
    content = f"Borger {number}: {SECRET}.".encode()
    mail = taken(services, with_files(reply(sent, "Hermed"), ("svar.txt", content)), told.now)
    assert services.locked.look(mail.attachments[0]["sha256"], None) is None, "it is there"
    assert mail.attachments[0]["sha256"] in {f.sha256 for f in look_for(services, SECRET).files}

    next(redact(told))

    assert [path for path in services.locked.folder.rglob("*") if path.is_file()] == []
    assert not stands_in(everything(services))


def test_a_mail_on_its_way_with_the_file_is_not_sent_and_says_why(
    told: TwoCases, tmp_path: Path
) -> None:
    services = told.services
    file = take_in_from(
        services, str(file_with(tmp_path / "a.txt", "bilag")), Stamp(told.now, "anna")
    )
    waiting = told.mails(OutboxState.PENDING)[0]
    part = {"sha256": file.sha256, "file_name": "a.txt", "media_type": "text/plain"}
    table = table_of(models.OutboxMessage)
    with writing(services.engine) as session:
        session.execute(
            sa.update(table).where(table.c.key == waiting.key).values(attachments=[part])
        )

    redact_file(services, file.sha256, REASON, Stamp(told.now, "Bo"))
    deliver_waiting(services, clock.at(told.day, "12:00"), "test")

    with reading(services.engine) as session:
        row = session.execute(sa.select(table).where(table.c.key == waiting.key)).one()
    assert row.state is OutboxState.FAILED
    assert "«a.txt» er fjernet" in row.outcome


def test_killed_before_the_file_was_deleted_the_next_look_deletes_it(
    told: TwoCases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = told.services
    sent = told.mails(OutboxState.SENT)[0]
    taken(services, with_files(reply(sent, "Hermed"), ("a.txt", b"noget")), told.now)
    with reading(services.engine) as session:
        (part,) = session.execute(
            sa.select(table_of(models.IncomingMail).c.attachments)
        ).scalar_one()

    class Killed(BaseException):
        pass

    def killed(_self: object, _sha256: str) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(type(services.store), "remove", killed)
        with pytest.raises(Killed):
            redact_file(services, part["sha256"], REASON, Stamp(told.now, "Bo"))

    assert services.store.look(part["sha256"], None) is None, "still there"
    told_by_check = [one.text for one in examine(services.settings, is_closing=True)]
    assert [text[-2:] for text in told_by_check if "fjernet for altid" in text] == ["2."]
    assert services.store.look(part["sha256"], None) is not None, "and the mail as it came"
    with pytest.raises(NotFoundError):
        file_named(services, part["sha256"])


def test_the_same_file_taken_in_anew_is_left_alone(told: TwoCases, tmp_path: Path) -> None:
    services, by = told.services, Stamp(told.now, "anna")
    path = file_with(tmp_path / "a.txt", "noget andet")
    document = {"document_kind": DocumentKind.OTHER, "title": "A", "dated_on": told.day}
    file = take_in_from(services, str(path), Stamp(told.now, "anna"))
    record_past(services, told.references[0], "document", {**document, "sha256": file.sha256}, by)
    redact_file(services, file.sha256, REASON, by)

    again = take_in_from(services, str(path), Stamp(told.now, "anna"))
    record_past(services, told.references[1], "document", {**document, "sha256": again.sha256}, by)

    assert finish(services.engine, services.store) == 0
    assert services.store.look(again.sha256, None) is None


def test_what_the_program_reads_itself_is_left_and_told(told: TwoCases) -> None:
    found = look_for(told.services, "a@greve.example")
    assert {place.column for place in found.left} >= {"email"}
    next(redact(told, text="a@greve.example"))
    with reading(told.services.engine) as session:
        mails = session.execute(sa.select(table_of(models.Contact).c.email)).scalars().all()
    assert "a@greve.example" in mails


def test_a_passage_that_a_case_is_steered_by_is_refused_and_nothing_is_changed(
    told: TwoCases,
) -> None:
    before = everything(told.services)
    with pytest.raises(RefusedError, match="styrer"):
        next(redact(told, text="collection"))
    assert everything(told.services) == before
