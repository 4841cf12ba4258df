"""Files of mails that may hold a CPR number: locked away, let out or deleted, and nothing half."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import json
import stat
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import models
from models import DocumentKind, IncomingState, Meaning
from tests.casework.inbox.test_attachments import with_files
from tests.casework.inbox.test_receiving import reply, taken
from tests.conftest import TwoCases
from tests.past import record_past
from tests.rules.files.test_cpr import BORN, number_born, parts
from udmelding.casework.desk.search import search
from udmelding.casework.exchange.transfer import export_case
from udmelding.casework.inbox.lists import post_count, post_page
from udmelding.casework.inbox.locked import decide, open_file, tidy
from udmelding.casework.inbox.mailbox import read_mailbox
from udmelding.casework.inbox.meaning import Reading, handle, take_back
from udmelding.casework.inbox.receiving import receive, receive_one
from udmelding.casework.papers.records_package import records_package
from udmelding.casework.records import redact_file
from udmelding.casework.service import examine
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, OutsideError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, settle, writing
from udmelding.journal.inbox import incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.inbox.shelves import Shelf
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.outside.store import DocumentStore
from udmelding.rules.files.cpr_gate import CprRefusedError
from udmelding.rules.inbox.mail_files import FileState, state_of
from udmelding.rules.service import About, State
from udmelding.rules.words.date_wording import long_date

pytestmark = pytest.mark.database

WRITTEN, NUMBER = "-".join(parts()), number_born(BORN)
CASE_NUMBER = number_born(BORN, holds=False)
SIGN = "Rosenbusken blomstrer"
"""Words that stand in no other place than the file."""
CERTAIN = f"{SIGN}\nBorger {WRITTEN}".encode()
LIKELY = f"{SIGN}\nNr. {NUMBER}".encode()
POSSIBLE = f"{SIGN}\nSag {CASE_NUMBER}".encode()
CLEAN = b"12 borgere"


@pytest.fixture
def anna(two_cases: TwoCases) -> Stamp:
    return Stamp(two_cases.now + dt.timedelta(hours=1), "Anna Holm")


def came(
    two_cases: TwoCases, to: OutboxMail, *files: tuple[str, bytes], words: str = "Se filerne\n"
) -> InboxMail:
    """A reply with these files."""
    return taken(two_cases.services, with_files(reply(to, words), *files), two_cases.now)


def now_of(services: Services, mail: InboxMail) -> InboxMail:
    with reading(services.engine) as session:
        return incoming.get(session, mail.key)


def states(mail: InboxMail) -> list[FileState]:
    return [state_of(file) for file in mail.attachments]


def has(store: DocumentStore, content: bytes) -> bool:
    return store.look(hashlib.sha256(content).hexdigest(), len(content)) is None


def holding(services: Services, home: Path, words: str) -> list[str]:
    """The files below the home that hold these words, plainly or as a mail carries them."""
    settle(services.engine)
    wanted = words.encode()
    encoded = [base64.b64encode(b" " * n + wanted)[4:-4] for n in range(3)]
    found = []
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            joined = content.replace(b"\r\n", b"").replace(b"\n", b"")
            if wanted in content or any(one in joined for one in encoded):
                found.append(path.relative_to(home).parts[0])
    return sorted(found)


# --- What is locked away ---


@pytest.mark.parametrize("content", [CERTAIN, LIKELY, POSSIBLE], ids=["certain", "likely", "maybe"])
def test_a_file_with_something_like_a_number_lies_apart_and_closed_to_others(
    services: Services, two_cases: TwoCases, home: Path, invitation: OutboxMail, content: bytes
) -> None:
    mail = came(two_cases, invitation, ("svar.txt", content), ("bilag.txt", CLEAN))

    assert states(mail) == [FileState.LOCKED, FileState.FREE]
    assert mail.locked_files == 1
    assert (has(services.locked, content), has(services.store, content)) == (True, False)
    assert has(services.store, CLEAN)
    assert set(holding(services, home, SIGN)) == {"locked"}, "the mail as it came is locked too"
    assert stat.S_IMODE(services.locked.folder.stat().st_mode) == 0o700


def test_a_number_in_a_mails_own_words_locks_all_its_files(
    two_cases: TwoCases, invitation: OutboxMail
) -> None:
    files = [("scan.txt", CLEAN), ("bilag.txt", b"13 borgere")]
    mail = came(two_cases, invitation, *files, words=f"Om {WRITTEN}\n")

    assert states(mail) == [FileState.LOCKED, FileState.LOCKED]


def test_what_may_be_a_case_number_in_a_mails_words_locks_no_clean_file(
    two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = came(two_cases, invitation, ("svar.txt", CLEAN), words=f"Sag {CASE_NUMBER}\n")

    assert states(mail) == [FileState.FREE]


def test_a_sheet_that_is_named_with_a_number_is_told_of_without_it(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = WRITTEN
    book.worksheets[0].append([f"Borger {WRITTEN}"])
    content = io.BytesIO()
    book.save(content)
    mail = came(two_cases, invitation, ("svar.xlsx", content.getvalue()))

    assert states(mail) == [FileState.LOCKED]
    assert WRITTEN not in json.dumps(mail.attachments)


def test_a_mail_that_is_read_twice_is_locked_away_once_and_stays_so(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    raw = with_files(reply(invitation, "Se filen\n"), ("svar.txt", CERTAIN))
    mail = taken(services, raw, two_cases.now)
    assert receive_one(services, raw, two_cases.now) is None
    assert len(services.locked.checksums()) == 1

    decide(services, mail.key, {0: True}, anna)

    assert receive(services, [raw], two_cases.now).total() == 0
    assert services.locked.checksums() == frozenset()
    assert states(now_of(services, mail)) == [FileState.DELETED]


def test_nothing_of_a_locked_file_is_in_package_export_or_search(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = came(two_cases, invitation, ("svar.txt", POSSIBLE), ("bilag.txt", CLEAN))
    handle(services, mail.key, Reading(meaning=Meaning.ANSWER), Stamp(two_cases.now, "Anna"))

    package = opened_package(services, mail.reference, two_cases.now)
    (packed,) = (body for name, body in package.items() if "ind Greve" in name)
    assert SIGN not in "\n".join(texts_of(packed))
    assert CLEAN.decode() in "\n".join(texts_of(packed))
    register = package["register.csv"].decode("utf-8-sig")
    assert "«svar.txt» er ikke med; den var låst" in register
    assert SIGN not in json.dumps(export_case(services, mail.reference), default=str)
    assert not any(search(services, ["rosenbusken"], two_cases.now).values())


def opened_package(services: Services, reference: str, at: dt.datetime) -> dict[str, bytes]:
    with (
        records_package(services, reference, at).file as file,
        zipfile.ZipFile(io.BytesIO(file.read())) as archive,
    ):
        return {name: archive.read(name) for name in archive.namelist()}


def texts_of(mail: bytes) -> list[str]:
    parts = [part.get_payload(decode=True) for part in message_from_bytes(mail).walk()]
    return [part.decode() for part in parts if isinstance(part, bytes)]


# --- What waits ---


def test_an_absence_with_a_locked_file_waits_for_somebody_though_it_is_filed(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    raw = with_files(
        reply(invitation, "Jeg er på ferie.\n", subject="Autosvar"), ("a.txt", CERTAIN)
    )
    mail = taken(
        services, b"Precedence: bulk\r\nAuto-Submitted: auto-replied\r\n" + raw, two_cases.now
    )
    assert (mail.state, mail.locked_files) == (IncomingState.FILED, 1)

    assert waiting(services, two_cases.now) == [
        (mail.key, "1 fil er låst. Se den, og sig, om den indeholder et cpr-nummer.")
    ]
    decide(services, mail.key, {0: True}, anna)
    assert waiting(services, two_cases.now) == []


def waiting(services: Services, now: dt.datetime) -> list[tuple[str, str]]:
    """Keys of the mails on the desk, and what is to be decided on their files."""
    with reading(services.engine) as session:
        lines = post_page(session, services.settings, Shelf.WAITING, now, 1, 50).lines
        assert post_count(session, now).mails == len(lines)
    return [(line.mail.key, line.locked) for line in lines]


def test_a_mail_whose_meaning_was_said_waits_until_its_files_are_decided(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("a.txt", CERTAIN), ("b.txt", LIKELY))
    handle(services, mail.key, Reading(meaning=Meaning.ANSWER), anna)
    decide(services, mail.key, {1: True}, anna)
    assert [key for key, _ in waiting(services, two_cases.now)] == [mail.key]

    decide(services, mail.key, {0: False}, anna)

    assert waiting(services, two_cases.now) == []


# --- What is decided ---


@pytest.mark.parametrize("content", [CERTAIN, POSSIBLE], ids=["certain", "maybe"])
def test_of_a_deleted_file_not_a_byte_is_in_the_home_and_its_name_and_who_deleted_it_stay(
    services: Services,
    two_cases: TwoCases,
    home: Path,
    invitation: OutboxMail,
    anna: Stamp,
    content: bytes,
) -> None:
    mail = came(two_cases, invitation, ("svar.txt", content))
    assert holding(services, home, SIGN)

    done = decide(services, mail.key, {0: True}, anna)

    assert done == "«svar.txt» er slettet. Slet også mailen i sekretariatets postkasse."
    assert holding(services, home, SIGN) == []
    assert hashlib.sha256(content).hexdigest() not in json.dumps(now_of(services, mail).attachments)
    after = now_of(services, mail)
    assert (after.locked_files, after.raw_sha256) == (0, "")
    (file,) = after.attachments
    assert (file["file_name"], file["size"]) == ("svar.txt", len(content))
    for day in (two_cases.now, anna.now):  # also as of the moment before
        register = opened_package(services, mail.reference, day)["register.csv"]
        told = f"«svar.txt» er ikke med. Slettet den {long_date(anna.now)} af Anna Holm, fordi"
        assert told in register.decode("utf-8-sig")


def test_a_file_without_a_number_is_let_out_by_name_and_the_mail_with_it(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("svar.txt", POSSIBLE), ("mere.txt", POSSIBLE + b"!"))
    decide(services, mail.key, {0: False}, anna)
    half = now_of(services, mail)
    assert states(half) == [FileState.RELEASED, FileState.LOCKED]
    assert half.raw_sha256 in services.locked.checksums(), "the other file is in it"

    assert decide(services, mail.key, {1: False}, anna) == "«mere.txt» er frigivet."

    after = now_of(services, mail)
    assert services.locked.checksums() == frozenset()
    with open_file(services, after, after.raw_sha256) as file:
        assert SIGN in "\n".join(texts_of(file.read()))
    assert has(services.store, POSSIBLE)
    table = table_of(models.CprConfirmation)
    with reading(services.engine) as session:
        rows = session.execute(sa.select(table.c.about, table.c.fields, table.c.confirmed_by))
        assert [tuple(row) for row in rows] == [
            (mail.key, ["fil 1: svar.txt"], "Anna Holm"),
            (mail.key, ["fil 2: mere.txt"], "Anna Holm"),
        ]
    before, since = (
        opened_package(services, mail.reference, at) for at in (two_cases.now, anna.now)
    )
    assert SIGN not in text_of_mail(before), "it was locked then"
    assert SIGN in text_of_mail(since)


def text_of_mail(package: dict[str, bytes]) -> str:
    (mail,) = (body for name, body in package.items() if "ind Greve" in name)
    return "\n".join(texts_of(mail))


def test_the_box_that_lays_a_locked_file_on_the_case_lets_it_out(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("a.txt", LIKELY), ("b.txt", CERTAIN))
    said = Reading(meaning=Meaning.ANSWER, files=[mail.attachments[0]["sha256"]])
    with pytest.raises(RefusedError, match=r"«a\.txt» er låst og er ikke lagt på sagen"):
        handle(services, mail.key, said, anna)
    assert states(now_of(services, mail)) == [FileState.LOCKED, FileState.LOCKED]

    handle(services, mail.key, said, Stamp(anna.now, anna.by, has_looked=True))

    assert states(now_of(services, mail)) == [FileState.RELEASED, FileState.LOCKED]
    assert (has(services.store, LIKELY), has(services.locked, LIKELY)) == (True, False)
    take_back(services, mail.key, "", anna.now, anna.by)
    assert states(now_of(services, mail))[0] is FileState.RELEASED, "what was seen stays seen"


def test_a_number_in_the_name_of_who_decides_is_refused_and_nothing_is_decided(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = came(two_cases, invitation, ("a.txt", CERTAIN))
    named = Stamp(two_cases.now, f"Bo {'-'.join(parts())}")

    with pytest.raises(CprRefusedError):
        decide(services, mail.key, {0: False}, named)

    with reading(services.engine) as session:
        assert states(incoming.get(session, mail.key)) == [FileState.LOCKED]


def test_the_same_said_twice_is_done_once_and_another_answer_comes_too_late(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("a.txt", LIKELY), ("b.txt", CLEAN))
    for _ in range(2):
        assert "«a.txt» er slettet." in decide(services, mail.key, {0: True}, anna)
    after = now_of(services, mail)

    with pytest.raises(RefusedError, match=r"Slettet den .+ af Anna Holm"):
        decide(services, mail.key, {0: False}, Stamp(anna.now, "Bo"))
    with pytest.raises(RefusedError, match=r"«b\.txt» kan ikke afgøres\. Den er ikke låst"):
        decide(services, mail.key, {1: True}, anna)
    with pytest.raises(RefusedError, match="Vælg for mindst én"):
        decide(services, mail.key, {}, anna)
    with pytest.raises(NotFoundError):
        decide(services, mail.key, {2: True}, anna)
    assert now_of(services, mail) == after


def test_a_decision_is_for_the_same_file_in_other_mails_too_and_says_so(
    services: Services, two_cases: TwoCases, home: Path, invitation: OutboxMail, anna: Stamp
) -> None:
    first = came(two_cases, invitation, ("a.txt", POSSIBLE))
    second = came(two_cases, invitation, ("kopi.txt", POSSIBLE), ("b.txt", LIKELY), words="Igen\n")

    done = decide(services, first.key, {0: True}, anna)

    assert "Det gælder også den samme fil i en anden mail." in done
    assert states(now_of(services, second)) == [FileState.DELETED, FileState.LOCKED]
    assert not has(services.locked, POSSIBLE)
    assert has(services.locked, LIKELY), "the other file of that mail still waits"


def test_a_file_that_is_attached_twice_gets_one_answer(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("a.txt", LIKELY), ("b.txt", LIKELY))
    with pytest.raises(RefusedError, match="den samme fil som en anden i mailen"):
        decide(services, mail.key, {0: True, 1: False}, anna)

    decide(services, mail.key, {1: True}, anna)

    assert states(now_of(services, mail)) == [FileState.DELETED, FileState.DELETED]


def test_a_document_of_the_same_bytes_stays_in_its_case_and_that_is_told(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    let_out = came(two_cases, invitation, ("a.txt", POSSIBLE))
    decide(services, let_out.key, {0: False}, anna)
    again = came(two_cases, invitation, ("a.txt", POSSIBLE), words="Igen\n")
    assert states(again) == [FileState.LOCKED]

    done = decide(services, again.key, {0: True}, anna)

    assert "«a.txt» ligger også blandt dokumenterne" in done
    assert states(now_of(services, let_out)) == [FileState.RELEASED]
    assert has(services.store, POSSIBLE)


def test_a_file_that_an_administrator_takes_out_for_good_waits_nowhere_any_more(
    services: Services, two_cases: TwoCases, home: Path, invitation: OutboxMail, anna: Stamp
) -> None:
    let_out = came(two_cases, invitation, ("a.txt", POSSIBLE))
    decide(services, let_out.key, {0: False}, anna)
    again = came(two_cases, invitation, ("a.txt", POSSIBLE), ("b.txt", LIKELY), words="Igen\n")
    sha256 = again.attachments[0]["sha256"]

    redact_file(services, sha256, "den er om en borger", Stamp(anna.now, "Rita"))
    tidy(services)

    assert states(now_of(services, let_out)) == [FileState.NOT_KEPT]
    assert states(now_of(services, again)) == [FileState.NOT_KEPT, FileState.LOCKED]
    assert now_of(services, again).locked_files == 1
    assert not has(services.locked, POSSIBLE)
    assert not has(services.store, POSSIBLE)
    assert holding(services, home, SIGN) == ["locked"], "the other file waits"


# --- What goes wrong between two steps ---


@pytest.mark.parametrize("step", ["store", "row"])
def test_a_program_killed_before_it_was_written_has_decided_nothing_and_keeps_the_file(
    services: Services,
    two_cases: TwoCases,
    home: Path,
    invitation: OutboxMail,
    anna: Stamp,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    mail = came(two_cases, invitation, ("a.txt", POSSIBLE))
    with monkeypatch.context() as patch:
        if step == "store":
            patch.setattr(DocumentStore, "put_chunks", killed)
        else:
            patch.setattr(incoming, "put_files", killed)
        with pytest.raises(KeyboardInterrupt):
            decide(services, mail.key, {0: False}, anna)
    assert states(now_of(services, mail)) == [FileState.LOCKED]
    assert has(services.locked, POSSIBLE)

    tidy(services)
    assert not has(services.store, POSSIBLE), "the copy for the documents is taken back"
    decide(services, mail.key, {0: True}, anna)
    assert holding(services, home, SIGN) == []


@pytest.mark.parametrize("deletions", [0, 1])
def test_a_program_killed_while_it_deletes_goes_on_when_mail_is_read_next(
    services: Services,
    two_cases: TwoCases,
    home: Path,
    invitation: OutboxMail,
    anna: Stamp,
    monkeypatch: pytest.MonkeyPatch,
    deletions: int,
) -> None:
    mail = came(two_cases, invitation, ("a.txt", POSSIBLE))
    remove, done = DocumentStore.remove, []

    def remove_some(store: DocumentStore, sha256: str) -> None:
        if len(done) == deletions:
            raise KeyboardInterrupt
        done.append(sha256)
        remove(store, sha256)

    with monkeypatch.context() as patch:
        patch.setattr(DocumentStore, "remove", remove_some)
        with pytest.raises(KeyboardInterrupt):
            decide(services, mail.key, {0: True}, anna)
    assert states(now_of(services, mail)) == [FileState.DELETED]
    assert holding(services, home, SIGN), "not gone yet"

    read_mailbox(services, two_cases.now)

    assert holding(services, home, SIGN) == []


def killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_disk_that_refuses_to_delete_is_told_and_tried_again(
    services: Services,
    two_cases: TwoCases,
    invitation: OutboxMail,
    anna: Stamp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    mail = came(two_cases, invitation, ("a.txt", CERTAIN))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", full)
        with pytest.raises(OutsideError, match="Afgørelsen er gemt, men disken er ikke ryddet"):
            decide(services, mail.key, {0: True}, anna)

    assert "er slettet" in decide(services, mail.key, {0: True}, anna)
    assert services.locked.checksums() == frozenset()


def test_what_a_killed_reading_left_of_a_mail_that_was_not_taken_in_is_tidied_away(
    services: Services,
    two_cases: TwoCases,
    home: Path,
    invitation: OutboxMail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = with_files(reply(invitation, "Se filen\n"), ("svar.txt", CERTAIN))
    put = DocumentStore.put

    def put_and_die(store: DocumentStore, content: bytes | Path) -> None:
        put(store, content)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(DocumentStore, "put", put_and_die)
        with pytest.raises(KeyboardInterrupt):
            receive_one(services, raw, two_cases.now)
    (services.locked.folder / ".x.part").write_bytes(CERTAIN)
    with reading(services.engine) as session:
        assert incoming.mails_where(session) == []
    assert holding(services, home, SIGN) == ["locked", "locked"]

    tidy(services)

    assert holding(services, home, SIGN) == []
    assert states(taken(services, raw, two_cases.now)) == [FileState.LOCKED]
    tidy(services)
    assert holding(services, home, SIGN) == ["locked"]


# --- Homes of earlier programs ---


def test_files_that_an_earlier_program_kept_are_moved_but_for_documents_of_a_case(
    services: Services, two_cases: TwoCases, home: Path, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("a.txt", POSSIBLE))
    mine = services.store.put(LIKELY).sha256
    as_before(services, mail)
    said = {"document_kind": DocumentKind.OTHER, "title": "Bilag", "dated_on": "2024-08-01"}
    said |= {"file_name": "b.txt", "sha256": mine, "size": len(LIKELY)}
    record_past(services, mail.reference, "document", said, anna)
    with open_file(services, mail, mail.attachments[0]["sha256"]) as file:
        assert file.read() == POSSIBLE, "it can be looked at before it was moved"
    assert all(f.state is not State.TO_DO for f in found_of(services, About.DOCUMENTS))

    for _ in range(2):
        tidy(services)

        assert set(holding(services, home, SIGN)) == {"locked", "documents"}
        assert has(services.locked, POSSIBLE)
        assert not has(services.store, POSSIBLE)
        assert has(services.store, LIKELY), "a person has laid it on the case"
    with reading(services.engine) as session:
        assert load(session, mail.reference, anna.now).documents


def as_before(services: Services, mail: InboxMail) -> None:
    """Lay the bytes where they lay, right after the migration has marked the row."""
    for sha256 in services.locked.checksums():
        with services.locked.open_checked(sha256) as file:
            services.store.put(file.read())
        services.locked.remove(sha256)
    assert now_of(services, mail).locked_files


def found_of(services: Services, about: About) -> list[Any]:
    return [f for f in examine(services.settings, is_whole=True) if f.about is about]


def test_a_deleted_file_of_an_earlier_home_is_deleted_from_where_it_lay(
    services: Services, two_cases: TwoCases, home: Path, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("a.txt", POSSIBLE))
    as_before(services, mail)

    decide(services, mail.key, {0: True}, anna)

    assert holding(services, home, SIGN) == []


def test_check_tells_of_a_locked_file_that_is_lost(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, anna: Stamp
) -> None:
    mail = came(two_cases, invitation, ("a.txt", CERTAIN), ("b.txt", CLEAN))
    services.locked.remove(mail.attachments[0]["sha256"])

    (told,) = found_of(services, About.DOCUMENTS)
    assert "Dokumentet «a.txt»" in told.text
    with pytest.raises(NotFoundError):
        decide(services, mail.key, {0: False}, anna)
    assert states(now_of(services, mail))[0] is FileState.LOCKED
    assert "er slettet" in decide(services, mail.key, {0: True}, anna)
    assert all(f.state is State.RIGHT for f in found_of(services, About.DOCUMENTS))


def test_a_mail_in_the_middle_of_a_transaction_that_fails_leaves_no_row(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OutsideError("Disken er fuld.", is_temporary=True)

    raw = with_files(reply(invitation, "Se filen\n"), ("svar.txt", CERTAIN))
    monkeypatch.setattr("udmelding.casework.inbox.receiving.lock_away", full)
    with pytest.raises(OutsideError):
        receive_one(services, raw, two_cases.now)
    with writing(services.engine) as session:
        assert incoming.mails_where(session) == []
