"""The database: durable, brought up to date when it is opened, and clear about what is wrong."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from models import OutboxState, Role
from tests.conftest import TwoCases
from tests.past import record_past
from udmelding.casework.access import users
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal import database
from udmelding.journal.access import access
from udmelding.journal.access.party_links import links_of
from udmelding.journal.case.header import find
from udmelding.journal.database import (
    HEAD,
    NoDatabaseError,
    open_database,
    open_engine,
    open_existing,
    reading,
    schema_version,
    writing,
)
from udmelding.journal.inbox import incoming
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.paths import MIGRATIONS

pytestmark = pytest.mark.usefixtures("real_migrations")

_INSERT = """
    insert into process_version (process, version, sha256, content, recorded_at)
    values ('p', 1, 's', '{}', '2025-01-01 00:00:00')
"""


def _write_once(engine: sa.Engine) -> None:
    with writing(engine) as session:
        session.execute(sa.text("select 1"))


def _fail_half_way(engine: sa.Engine) -> None:
    with writing(engine) as session:
        session.execute(sa.text("update alembic_version set version_num = 'half'"))
        raise InterruptedError


def _go_back_to(engine: sa.Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(udmelding_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def _all_of(engine: sa.Engine, table: str) -> list[dict[str, object]]:
    """Every row but for its id, which means nothing."""
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"select * from {table}")).mappings()  # noqa: S608
        rows = [{name: value for name, value in row.items() if name != "id"} for row in found]
    return sorted(rows, key=repr)


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert names[-1].startswith(HEAD)


@pytest.mark.database
def test_the_migrations_make_exactly_the_schema_of_the_models(engine: sa.Engine) -> None:
    assert schema_version(engine) == HEAD
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []


@pytest.mark.database
def test_opening_again_changes_nothing_and_keeps_what_is_there(database_url: str) -> None:
    first = open_database(database_url)
    with writing(first) as session:
        session.execute(sa.text(_INSERT))
    first.dispose()
    again = open_database(database_url)
    with reading(again) as session:
        assert session.execute(sa.text("select process from process_version")).scalar() == "p"
    again.dispose()


@pytest.mark.database
def test_what_was_to_be_looked_at_again_is_still_so_after_its_table_got_another_name(
    two_cases: TwoCases,
) -> None:
    engine = two_cases.services.engine
    before = _all_of(engine, "wake")
    _go_back_to(engine, "0006")
    assert schema_version(engine) == "0006"
    assert _all_of(engine, "agenda") == before

    database.upgrade(engine)

    assert _all_of(engine, "wake") == before
    assert len(before) > 2
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []


@pytest.mark.database
def test_an_older_database_loses_the_links_of_its_mails_and_keeps_those_still_to_be_sent(
    two_cases: TwoCases, home: Path
) -> None:
    services, now = two_cases.services, two_cases.remind()
    engine, reference = services.engine, two_cases.references[0]
    waiting, other, *_ = two_cases.mails(OutboxState.PENDING, with_links=True)
    first = two_cases.mails()[0].key
    _go_back_to(engine, "0008")
    with engine.connect() as connection:
        secret = re.findall(r"/k/([\w-]{40,})", waiting.text)[0]
        number = connection.execute(
            sa.text("select id from party_link where mail_key = :key"), {"key": waiting.key}
        ).scalar_one()
    url = f"http://127.0.0.1:8080/k/{secret}"
    with writing(engine) as session:  # as earlier programs have left them
        for state, key in (("sent", other.key), ("failed", first)):
            told = {"key": key, "state": state, "text": f"Se {url}", "html": f'<a href="{url}">'}
            session.execute(
                sa.text("update outbox set state=:state, text=:text, html=:html where key=:key"),
                told,
            )
        session.execute(
            sa.text(
                "insert into incoming_mail (key, message_id, received_at, sender, sender_name,"
                " subject, text, own_text, kind, raw_sha256, attachments, reply_to_key, step,"
                " party, matched_by, suggestion, state, facts, note, handled_by) values"
                " ('k', '', '2024-08-20 08:00:00', 'a@b.example', '', '', :text, :text, 'reply',"
                " '', '[]', '', '', '', 'nobody', '{}', 'waiting', '[]', '', '')"
            ),
            {"text": f"> {url}"},
        )

    database.upgrade(engine)

    sign = f"[personligt link nr. {number}]"
    with reading(engine) as session:
        kept = {mail.key: mail for mail in outbox.list_mails(session, with_links=True)}
        came = session.execute(sa.text("select text, own_text from incoming_mail")).one()
    assert (kept[other.key].text, kept[other.key].html) == (f"Se {sign}", f'<a href="{sign}">')
    assert kept[first].text == f"Se {sign}"
    assert tuple(came) == (f"> {sign}", f"> {sign}")
    assert kept[waiting.key].text == waiting.text, "it is still to be sent"
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []
    deliver_waiting(services, now, "test")
    if engine.dialect.name == "sqlite":
        bytes_of_it = b"".join(path.read_bytes() for path in home.glob("udmelding.db*"))
        assert secret.encode() not in bytes_of_it
    with reading(engine) as session:
        own = links_of(session, find(session, reference).id)
    assert all(link.parent_id is None for link in own)


@pytest.mark.database
def test_of_older_mails_only_those_of_a_trial_are_known_to_be_files(two_cases: TwoCases) -> None:
    engine = two_cases.services.engine
    tried, other, *_ = [mail.key for mail in two_cases.mails()]
    _go_back_to(engine, "0017")
    with writing(engine) as session:
        for key, why in ((tried, "prøvedrift: skrevet som fil, ikke sendt"), (other, "")):
            words = sa.text("update outbox set state = 'sent', outcome = :why where key = :key")
            session.execute(words, {"why": why, "key": key})

    database.upgrade(engine)

    with reading(engine) as session:
        kept = [outbox.get(session, key) for key in (tried, other)]
    assert [(mail.transport, mail.outcome) for mail in kept] == [("folder", ""), ("", "")]


@pytest.mark.database
def test_files_of_earlier_mails_are_marked_as_locked_but_for_documents_of_a_case(
    two_cases: TwoCases,
) -> None:
    engine, reference = two_cases.services.engine, two_cases.references[0]
    marked, clean, laid = ("a" * 64, "b" * 64, "c" * 64)
    said = {"document_kind": "other", "title": "Bilag", "dated_on": "2024-08-01"}
    said |= {"file_name": "c.txt", "sha256": laid}
    record_past(two_cases.services, reference, "document", said, Stamp(two_cases.now, "anna"))
    cpr = [{"place": "linje 1", "grade": "possible"}]
    files = [
        {"sha256": marked, "file_name": "a.txt", "cpr": cpr},
        {"sha256": clean, "file_name": "b.txt"},
        {"sha256": laid, "file_name": "c.txt", "cpr": cpr},
        {"sha256": "", "file_name": "d.exe", "refused": "filen er et program"},
    ]
    _go_back_to(engine, "0010")
    with engine.begin() as connection:
        for key, suggestion in (("k", {"cpr": "possible"}), ("l", {"cpr": "likely"})):
            connection.execute(
                sa.text(
                    "insert into incoming_mail (key, message_id, received_at, sender, sender_name,"
                    " subject, text, own_text, kind, raw_sha256, attachments, reply_to_key, step,"
                    " party, matched_by, suggestion, state, facts, note, handled_by) values"
                    " (:key, '', '2024-08-20 08:00:00', 'a@b.example', '', '', '', '', 'reply',"
                    " '', :files, '', '', '', 'nobody', :suggestion, 'filed', '[]', '', '')"
                ),
                {"key": key, "files": json.dumps(files), "suggestion": json.dumps(suggestion)},
            )

    database.upgrade(engine)

    with reading(engine) as session:
        found = {
            mail.key: [file.get("is_locked", False) for file in mail.attachments]
            for mail in incoming.mails_where(session, incoming.has_locked())
        }
        counts = {mail.key: mail.locked_files for mail in incoming.mails_where(session)}
    assert found == {"k": [True, False, False, False], "l": [True, True, False, False]}
    assert counts == {"k": 1, "l": 2}
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []


@pytest.mark.database
def test_a_database_of_a_newer_program_is_refused(engine: sa.Engine) -> None:
    with writing(engine) as session:
        session.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(RefusedError, match="nyere version"):
        database.upgrade(engine)


def test_sqlite_is_durable_and_checks_its_references(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    engine.dispose()


@pytest.mark.database
def test_nothing_of_a_transaction_that_fails_is_kept(engine: sa.Engine) -> None:
    with pytest.raises(InterruptedError):
        _fail_half_way(engine)
    assert schema_version(engine) == HEAD


@pytest.mark.database
def test_two_writers_wait_for_each_other_and_lose_nothing(engine: sa.Engine) -> None:
    with writing(engine) as session:
        session.execute(sa.text("create table counter (n integer)"))
        session.execute(sa.text("insert into counter values (0)"))

    def count() -> None:
        for _ in range(20):
            with writing(engine) as session:
                session.execute(sa.text("update counter set n = n + 1"))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.execute(sa.text("select n from counter")).scalar() == 60


def test_a_locked_database_is_a_temporary_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0)
    engine = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with writing(engine) as first:
        first.execute(sa.text("select 1"))
        with pytest.raises(OutsideError, match="Intet er gemt") as caught:
            _write_once(engine)
    assert caught.value.is_temporary
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://x/y", "ikke en adresse", "oracle://"])
def test_another_kind_of_database_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(RefusedError, match=re.compile("database_url")):
        open_engine(url)


@pytest.mark.parametrize("content", [None, b""])
def test_opening_what_is_not_there_makes_nothing(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "hjem" / "x.db"
    if content is not None:
        file.parent.mkdir()
        file.write_bytes(content)

    with pytest.raises(NoDatabaseError) as caught:
        open_existing(f"sqlite:///{file}")

    assert caught.value.is_empty is (content is not None)
    assert str(file) in caught.value.message
    assert file.parent.exists() is (content is not None)
    assert content is None or [path.name for path in file.parent.iterdir()] == ["x.db"]


def test_a_file_that_goes_away_under_a_running_program_is_not_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    engine = open_database(f"sqlite:///{file}")
    engine.dispose()
    file.rename(tmp_path / "away.db")

    with pytest.raises(OutsideError, match="kan ikke bruges lige nu"):
        schema_version(engine)

    assert not file.exists()


@pytest.mark.database
def test_a_database_without_a_table_is_no_database(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("drop table alembic_version"))

    with pytest.raises(NoDatabaseError, match="er tom"):
        open_existing(engine.url.render_as_string(hide_password=False))


def test_a_name_with_signs_that_addresses_use_is_only_a_name(tmp_path: Path) -> None:
    file = tmp_path / "50% # og ø.db"
    url = sa.URL.create("sqlite", database=str(file))
    open_database(url.render_as_string()).dispose()

    open_existing(url.render_as_string()).dispose()

    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_database_is_its_owners_alone_whatever_the_umask_is(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        engine = open_database(f"sqlite:///{tmp_path / 'hjem' / 'x.db'}")
        _write_once(engine)
        found = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    finally:
        os.umask(umask)
    engine.dispose()

    assert found == {"hjem": 0o700, "x.db": 0o600, "x.db-wal": 0o600, "x.db-shm": 0o600}


@pytest.mark.database
def test_letters_that_an_older_program_has_written_and_not_sent_are_drafts_again(
    two_cases: TwoCases,
) -> None:
    two_cases.remind()
    engine = two_cases.services.engine
    unsent, sent, by_hand, reminder, *_ = (mail.key for mail in two_cases.mails())
    _go_back_to(engine, "0013")
    with writing(engine) as session:
        for key, state, by in ((unsent, "pending", "udmelding"), (sent, "sent", "udmelding"),
                               (by_hand, "pending", "anna")):  # fmt: skip
            session.execute(
                sa.text(
                    "update outbox set mail = 'submission', state = :state, written_by = :by"
                    " where key = :key"
                ),
                {"key": key, "state": state, "by": by},
            )

    database.upgrade(engine)

    kept = {mail.key for mail in two_cases.mails()}
    assert unsent not in kept
    assert {sent, by_hand, reminder} <= kept
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []


@pytest.mark.database
def test_whoever_is_signed_in_stays_so_while_the_database_is_brought_up(
    two_cases: TwoCases,
) -> None:
    services, password = two_cases.services, "gul lampe under broen"
    users.add_user(
        services,
        login="anna",
        name="Anna",
        role=Role.CASEWORKER,
        password=password,
        now=two_cases.now,
    )
    secret = users.sign_in(services, "anna", password, two_cases.now)
    _go_back_to(services.engine, "0020")

    database.upgrade(services.engine)

    with reading(services.engine) as session:
        found = access.find_session(session, secret, two_cases.now, dt.timedelta(hours=1))
    assert found is not None
    assert found.user.login == "anna"
