"""The records package: all of a case, without a single working link, the same bytes each time."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import openpyxl
import pytest

from models import OutboxState
from tests.casework.inbox.test_receiving import reply
from tests.papering import NOW, PDF, REF, WORD, before_councils, decided, say
from tests.rules.files.test_cpr import BORN, number_born
from udmelding import clock
from udmelding.casework.access.links import link_for
from udmelding.casework.due.perform import advance
from udmelding.casework.inbox.receiving import receive
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.papers import records_mails
from udmelding.casework.papers.records_mails import blank_mail
from udmelding.casework.papers.records_package import records_package
from udmelding.casework.wiring import Services, make_services
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.access.access import fresh_secret
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.rules.access.links import BLANKED, has_sign, without_links

LATER = clock.at(dt.date(2025, 6, 2), "08:00")
LINK = re.compile(rb"/[kb]/[\w-]{20,}")
"""A personal link."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records")


@pytest.fixture(scope="module")
def services(home: Path) -> Iterator[Services]:
    """A case that was sent, with mails out and in; the tests only read it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("UDMELDING_")]:
            patch.delenv(name)
        patch.setenv("UDMELDING_HOME", str(home))
        made = make_services()
        before_councils(made)
        at = clock.at(dt.date(2025, 4, 9), "09:00")
        advance(made, REF, at)
        deliver_waiting(made, at, "test")
        mails_in(made)
        decided(made, "0360", dt.date(2025, 4, 22))
        sent = {"on": dt.date(2025, 5, 30), "reservation_for": ["0370"]}
        say(made, "submission", dt.date(2025, 5, 30), **sent)
        missing = {"document_kind": "minutes", "title": "Referat: K17", "dated_on": "2025-03-28"}
        say(made, "document", dt.date(2025, 4, 1), **missing)
        gone = {"document_kind": "guidance", "title": "Væk", "dated_on": "2024-08-01"}
        gone |= {"file_name": "v.pdf", "sha256": "e" * 64}
        say(made, "document", dt.date(2025, 4, 1), **gone)
        yield made
        made.close()


def mails_in(services: Services) -> None:
    """One reply that quotes its link, one that is plain, one with a CPR number."""
    with reading(services.engine) as session:
        ours = outbox.list_mails(session, states=(OutboxState.SENT,))
    council = next(m for m in ours if m.party == "0360" and m.step == "councils")
    with writing(services.engine) as session:
        address = link_for(services, session, REF, "0360", by="anna", now=NOW)
    words = f"Vi kommer tilbage. I skrev: «{address}»\n"
    number = number_born(BORN)
    receive(
        services,
        [
            reply(council, words, subject=f"SV: {council.subject}"),
            reply(council, "Helt uden link. Æblegrød.\n", subject="SV: uden link"),
            reply(council, f"Borgeren er {number}.\n", subject="SV: om en borger"),
        ],
        NOW,
    )


def package(services: Services, now: dt.datetime = LATER, kle: str = "") -> bytes:
    made = records_package(services, REF, now, kle=kle)
    with made.file as file:
        content = file.read()
    assert len(content) == made.size
    return content


@pytest.fixture(scope="module")
def content(services: Services) -> bytes:
    return package(services, kle="27.00.00 g01")


@pytest.fixture(scope="module")
def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def register(files: dict[str, bytes]) -> list[dict[str, str]]:
    text = files["register.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def named(files: dict[str, bytes], part: str) -> list[str]:
    return [name for name in files if part in name]


def test_the_folders_are_those_of_a_case(files: dict[str, bytes]) -> None:
    folders = {name.partition("/")[0] for name in files if "/" in name}
    assert folders == {
        "02 Dataindsamling", "03 Udarbejdelse", "04 Behandling", "05 Fremsendelse", "07 Mails",
    }  # fmt: skip
    assert {name for name in files if "/" not in name} == {
        "register.csv", "register.json", "log.csv", "LÆSMIG.txt",
    }  # fmt: skip
    assert files["03 Udarbejdelse/2025-02-20 Afrapportering, endelig version 1.pdf"] == PDF
    assert files["03 Udarbejdelse/2025-02-20 Afrapportering, endelig version 1 (Word).docx"] == WORD


def test_every_file_is_in_the_register_with_its_own_checksum(files: dict[str, bytes]) -> None:
    rows = {row["fil"]: row for row in register(files) if row["fil"]}
    assert set(rows) == {name for name in files if "/" in name}
    for name, row in rows.items():
        assert row["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert int(row["bytes"]) == len(files[name])
        assert (row["journalnummer"], row["kle"]) == ("24/12345", "27.00.00 G01")
        assert row["format"] == name.rpartition(".")[2]
    told = json.loads(files["register.json"])
    assert [one["file_name"] for one in told["documents"]] == [r["fil"] for r in register(files)]


def test_a_document_without_a_file_is_told_and_not_forgotten(files: dict[str, bytes]) -> None:
    absent = {row["titel"]: row["bemærkning"] for row in register(files) if not row["fil"]}
    assert absent == {
        "Referat: K17": "Filen ligger ikke i systemet.",
        "Væk": "Filen ligger ikke i systemet.",
    }
    assert "Referat: K17" in files["LÆSMIG.txt"].decode("utf-8-sig")


def test_no_file_holds_a_personal_link(files: dict[str, bytes], services: Services) -> None:
    with reading(services.engine) as session:
        mails = outbox.list_mails(session, states=(OutboxState.SENT,))
    assert any(has_sign(mail.text) for mail in mails), "there were links"
    parser = BytesParser(policy=policy.default)
    for name, body in files.items():
        assert not LINK.search(body), name
        if name.endswith(".eml"):
            for part in parser.parsebytes(body).walk():
                text = part.get_payload(decode=True)
                assert not isinstance(text, bytes) or not LINK.search(text), name


def test_each_sent_mail_has_its_attachments_and_says_that_its_link_is_gone(
    files: dict[str, bytes], services: Services
) -> None:
    (name,) = named(files, "ud Lolland - Afrapporteringen til politisk behandling")
    mail = BytesParser(policy=policy.default).parsebytes(files[name])
    assert [part.get_content() for part in mail.iter_attachments()] == [PDF]  # type: ignore[attr-defined]
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]
    assert has_sign(body.get_content())
    row = next(row for row in register(files) if row["fil"] == name)
    assert row["bemærkning"] == "Skrevet som fil, ikke sendt. Et personligt link er fjernet."
    assert row["til"].startswith("social@lolland.example")


def test_a_mail_that_came_without_a_link_is_the_very_mail_that_came(
    files: dict[str, bytes], services: Services
) -> None:
    (name,) = named(files, "ind Lolland - SV - uden link")
    row = next(row for row in register(files) if row["fil"] == name)
    with services.store.open_checked(row["sha256"]) as stored:
        assert stored.read() == files[name]
    quoting = next(row for row in register(files) if "Et personligt link" in row["bemærkning"]
                   and row["type"].startswith("indkommen"))  # fmt: skip
    assert BLANKED.encode() in BytesParser(policy=policy.default).parsebytes(
        files[quoting["fil"]]
    ).get_payload(decode=True)  # type: ignore[operator]


def test_no_cpr_number_is_in_any_mail(files: dict[str, bytes]) -> None:
    number = number_born(BORN)
    digits = number.replace("-", "")
    (name,) = named(files, "SV - om en borger")
    mail = BytesParser(policy=policy.default).parsebytes(files[name])
    text = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    assert "Borgeren er" in text
    assert not [
        n for n, body in files.items() if number.encode() in body or digits.encode() in body
    ]
    row = next(row for row in register(files) if row["fil"] == name)
    assert "uden cpr-numre" in row["bemærkning"]


def test_the_raw_answers_are_there_and_marked_confidential(files: dict[str, bytes]) -> None:
    secret = {row["fil"] for row in register(files) if row["fortroligt"]}
    answers, figures = sorted(name for name in files if name.startswith("02 Dataindsamling/"))
    assert secret >= {answers, figures}
    assert "(fortroligt)" in answers and "(fortroligt)" in figures  # noqa: PT018
    sheet = openpyxl.load_workbook(io.BytesIO(files[answers])).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("kode", "hvem")
    assert len({row[0] for row in rows[1:]}) == 17
    assert any(row[3] == "borgere" for row in rows)


def test_the_log_is_there_with_what_was_corrected(files: dict[str, bytes]) -> None:
    text = files["log.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {"decision", "submission", "mail", "document"} <= {row["type"] for row in rows}
    assert [row["tidspunkt"] for row in rows] == sorted(row["tidspunkt"] for row in rows)


def test_letters_of_a_sent_report_are_there_as_word_and_archive_pdf(
    files: dict[str, bytes],
) -> None:
    assert named(files, "05 Fremsendelse/") == [
        "05 Fremsendelse/2025-05-30 Følgebrev (dannet).docx",
        "05 Fremsendelse/2025-05-30 Følgebrev (dannet).pdf",
    ]
    assert len(named(files, "Oversigt over beslutninger (dannet)")) == 2


def test_each_file_has_the_day_of_what_it_is_in_its_name(files: dict[str, bytes]) -> None:
    for row in register(files):
        if row["fil"]:
            assert row["fil"].partition("/")[2].startswith(row["dato"]), row


def test_names_can_be_unpacked_on_windows(files: dict[str, bytes]) -> None:
    assert all(len(name) <= 130 for name in files)
    assert not [name for name in files if set(name) & set('<>:"\\|?*')]
    assert len({name.casefold() for name in files}) == len(files)


def test_the_same_moment_gives_the_same_bytes_also_after_more_has_happened(
    services: Services,
) -> None:
    before = clock.at(dt.date(2025, 5, 1), "10:00")
    first = package(services, before)
    assert package(services, before) == first
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert not [name for name in names if name.startswith("05 Fremsendelse/")], "not sent then"


@pytest.mark.slow
def test_another_process_makes_the_same_bytes(
    services: Services, home: Path, content: bytes
) -> None:
    script = (
        "import datetime as dt, hashlib\n"
        "from udmelding import clock\n"
        "from udmelding.casework.papers.records_package import records_package\n"
        "from udmelding.casework.wiring import open_services\n"
        "with open_services() as services:\n"
        "    now = clock.at(dt.date(2025, 6, 2), '08:00')\n"
        f"    made = records_package(services, '{REF}', now, kle='27.00.00 G01')\n"
        "    print(hashlib.sha256(made.file.read()).hexdigest())\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UDMELDING_")}
    kept |= {"UDMELDING_HOME": str(home), "PYTHONHASHSEED": "7", "TZ": "America/New_York"}
    run = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", script], env=kept, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("27.00.00  g01", "27.00.00 G01"),
        ("34.00.00-G01", "34.00.00-G01"),
        ("27.57.08-Ø00-1-18", "27.57.08-Ø00-1-18"),
        ("27.00.00-g01-1-2024", "27.00.00-G01-1-2024"),
    ],
)
def test_a_kle_number_may_be_written_as_in_a_case_number(
    services: Services, typed: str, kept: str
) -> None:
    with zipfile.ZipFile(io.BytesIO(package(services, kle=typed))) as made:
        rows = register({"register.csv": made.read("register.csv")})
    assert {row["kle"] for row in rows} == {kept}


def test_a_number_that_is_no_kle_is_refused(services: Services) -> None:
    with pytest.raises(RefusedError, match=r"27\.00\.00"):
        records_package(services, REF, LATER, kle="Ældre")


def test_a_damaged_document_stops_the_package(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(services.engine) as session:
        assert find(session, REF)
    digest = hashlib.sha256(PDF).hexdigest()
    path = services.store.folder / digest[:2] / digest
    mode = path.stat().st_mode
    try:
        path.chmod(0o600)
        path.write_bytes(b"somebody opened it and saved it")
        with pytest.raises(OutsideError, match="ændret eller beskadiget"):
            records_package(services, REF, LATER)
    finally:
        path.write_bytes(PDF)
        path.chmod(mode)


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://sag.example/k/{}",
        "(http://127.0.0.1:8080/b/{})",
        'href="https://sag.example/k/{}?gjort=ja"',
        "https://eur01.safelinks.example/?url=https%3A%2F%2Fsag.example%2Fk%2F{}&data=05%7C01",
    ],
)
def test_a_link_is_found_however_it_is_written(wrapped: str) -> None:
    secret = fresh_secret()
    text = without_links(f"før {wrapped.format(secret)} efter")
    assert secret not in text
    assert text.startswith("før ")
    assert text.endswith(" efter")
    assert BLANKED in text


@pytest.mark.parametrize("text", ["https://kommune.example/politik/k/2025", "a/b/c", "§ 13 b/k 7"])
def test_other_addresses_stay(text: str) -> None:
    assert without_links(text) == text


def test_links_are_found_in_every_text_of_a_mail_and_in_mails_inside_it() -> None:
    secret = fresh_secret()
    inner = reply(None, f"Se https://sag.example/k/{secret} nu.\n")
    outer = BytesParser(policy=policy.default).parsebytes(reply(None, "Videresendt.\n"))
    outer.add_attachment(BytesParser(policy=policy.default).parsebytes(inner))  # type: ignore[attr-defined]
    clean = blank_mail(outer.as_bytes())
    parts = [part.get_payload(decode=True) for part in BytesParser().parsebytes(clean).walk()]
    assert not any(secret.encode() in part for part in parts if isinstance(part, bytes))
    assert any(BLANKED.encode() in part for part in parts if isinstance(part, bytes))
    assert records_mails.blank_mail(reply(None, "Uden.\n")) == reply(None, "Uden.\n")
