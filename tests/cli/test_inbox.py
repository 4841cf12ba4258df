"""The post on the command line: taken in from files, and listed for people and programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.casework.inbox.test_attachments import with_files
from tests.casework.inbox.test_linked_minutes import OPENED, serving
from tests.casework.inbox.test_receiving import reply
from tests.rules.files.test_cpr import BORN, number_born
from udmelding.casework.inbox import linked_minutes

MAIL = Path(__file__).parents[1] / "mails" / "new-mail-without-thread.eml"


def test_waiting_mails_are_listed_for_programs_with_the_moment_they_came(
    udmelding: Callable[..., Any],
) -> None:
    assert udmelding("init").code == 0
    taken = udmelding("post", "receive", str(MAIL))
    assert taken.code == 0, taken.err

    (mail,) = udmelding("post", "list", "--json").json

    assert mail["sender"] in udmelding("post", "list").out
    assert dt.datetime.fromisoformat(mail["received_at"]).tzinfo is not None


def test_locked_files_are_listed_and_decided_by_number_with_a_name(
    udmelding: Callable[..., Any], home: Path
) -> None:
    files = [(f"{name}.txt", f"{name} {number_born(BORN)}".encode()) for name in "abc"]
    mail = home / "svar.eml"
    mail.write_bytes(with_files(reply(None, "Se filerne\n"), *files))
    assert udmelding("init").code == 0
    udmelding("post", "receive", str(mail))
    (listed,) = udmelding("post", "list", "--json").json
    assert listed["locked_files"] == 3
    key = listed["key"][:12]
    assert f"udmelding post files {key}" in udmelding("post", "list").out
    assert "1  a.txt" in udmelding("post", "files", key).out

    for wrong in (("1",), ("1", "--no-cpr", "--delete"), ("4", "--delete"), ("0", "--delete")):
        assert udmelding("post", "decide", key, *wrong).code == 1
    assert udmelding("post", "decide", "ffffffff", "1", "--delete").code == 1
    deleted = udmelding("post", "decide", key, "1", "2", "--delete", "--by", "Anna Holm")
    assert "«a.txt» og «b.txt» er slettet." in deleted.out
    assert "«c.txt» er frigivet." in udmelding("post", "decide", key, "3", "--no-cpr").out

    found = udmelding("post", "files", key, "--json").json
    assert [file["state"] for file in found] == ["deleted", "deleted", "released"]
    assert "af Anna Holm, fordi den indeholder et cpr-nummer" in udmelding("post", "files", key).out


def test_minutes_behind_a_link_are_read_by_its_number(
    udmelding: Callable[..., Any], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked_minutes, "LIMITS", OPENED)
    assert udmelding("init").code == 0
    with serving() as site:
        words = (
            "Ingen links her.\n",
            f"Se {site}/sidste-aar\n",
            f"Se {site}/404 eller {site}/side\n",
        )
        for number, text in enumerate(words):
            (home / f"{number}.eml").write_bytes(reply(None, text))
            udmelding("post", "receive", str(home / f"{number}.eml"))
        none, one, two = (mail["key"] for mail in udmelding("post", "list", "--json").json)

        assert "ingen links" in udmelding("post", "minutes", none).err
        told = udmelding("post", "minutes", one, "--by", "Anna Holm")
        assert told.code == 0, told.err
        assert "Referatet er hentet som «referat-127.0.0.1.txt»." in told.out
        assert "Ligner en beslutning: kommunalbestyrelse, godkendt" in told.out
        assert f"2  {site}/side" in udmelding("post", "minutes", two).err
        assert "404 Not Found" in udmelding("post", "minutes", two, "1").err
        assert udmelding("post", "minutes", two, "0").code == 1
        assert udmelding("post", "minutes", two, "2").code == 0
