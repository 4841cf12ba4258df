from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from udmelding.config.settings_sections import Secretariat
from udmelding.outside.mail.folder import FolderTransport
from udmelding.outside.mail.mime import MailToSend, build_message, message_id_for
from udmelding.outside.mail.transport import MailDelayedError, Transport

KEY = "CU-PROEVE-2025/collection/0360/before-14@2025-02-28"
LATE_EVENING = dt.datetime(2025, 2, 20, 23, 30, tzinfo=dt.UTC)


def a_message(key: str = KEY, text: str = "Kære Socialsekretariatet\n") -> EmailMessage:
    mail = MailToSend(
        key=key,
        subject="Påmindelse",
        text=text,
        html="<p>Kære</p>",
        recipients=("social@lolland.example",),
        message_id=message_id_for(key, "rammeaftale.example"),
        thread_id=message_id_for(key, "rammeaftale.example"),
        created_at=LATE_EVENING,
        reference="CU-PROEVE-2025",
    )
    return build_message(mail, Secretariat(email="sekretariat@rammeaftale.example"))


def test_a_mail_becomes_a_file_under_its_danish_day(tmp_path: Path) -> None:
    transport: Transport = FolderTransport(tmp_path / "mail")

    receipt = transport.deliver(a_message(), KEY)

    path = Path(receipt.detail)
    assert path.parent == tmp_path / "mail" / "2025-02-21"
    assert path.name.startswith("CU-PROEVE-2025_collection_0360_before-14@2025-02-28-")
    assert path.suffix == ".eml"
    assert receipt.transport == "folder"
    assert not receipt.refused
    assert message_from_bytes(path.read_bytes())["To"] == "social@lolland.example"


def test_a_mail_that_is_handed_over_twice_is_there_once(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)

    assert transport.has_taken(a_message(), KEY) is False
    transport.deliver(a_message(), KEY)
    transport.deliver(a_message(), KEY)

    assert transport.has_taken(a_message(), KEY) is True
    assert len(transport.mails()) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["2025-02-21"]


def test_no_two_keys_share_a_file_and_none_leaves_the_folder(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path / "mail")
    keys = ["a/b", "a_b", "../../a", "..", "/etc/passwd", "A/B", "x" * 300, "æ", "."]

    for key in keys:
        transport.deliver(a_message(key), key)

    assert len(transport.mails()) == len(keys)
    assert [p.name for p in tmp_path.iterdir()] == ["mail"]


def test_mails_are_listed_by_day_and_name(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)

    assert transport.mails() == []
    for key in ("b/1", "a/1"):
        transport.deliver(a_message(key), key)

    assert [p.name[:3] for p in transport.mails()] == ["a_1", "b_1"]


def test_a_mail_that_breaks_off_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = FolderTransport(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(MailDelayedError, match="No space left") as caught:
        transport.deliver(a_message(), KEY)

    assert caught.value.is_temporary
    assert not caught.value.is_in_doubt
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    assert transport.has_taken(a_message(), KEY) is False


def test_a_folder_that_is_a_file_delays_the_mail(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("")

    with pytest.raises(MailDelayedError, match="kan ikke skrives"):
        FolderTransport(tmp_path / "mail").deliver(a_message(), KEY)
