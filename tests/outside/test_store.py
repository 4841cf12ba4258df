from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from udmelding.errors import NotFoundError, OutsideError
from udmelding.outside.store import DamagedDocumentError, DocumentStore

REPORT = b"%PDF-1.7 afrapportering"
SHA256 = hashlib.sha256(REPORT).hexdigest()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_document_is_kept_under_its_checksum(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path / "documents")

    stored = store.put(REPORT)

    assert (stored.sha256, stored.size) == (SHA256, len(REPORT))
    assert stored.path == tmp_path / "documents" / SHA256[:2] / SHA256
    with store.open_checked(SHA256) as file:
        assert file.read() == REPORT


def test_the_same_document_as_file_and_as_bytes_is_there_once(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path / "documents")
    letter = tmp_path / "brev.pdf"
    letter.write_bytes(REPORT)

    assert store.put(letter) == store.put(REPORT) == store.put_chunks([REPORT[:5], REPORT[5:]])
    assert len(files_in(store.folder)) == 1
    assert letter.read_bytes() == REPORT


def test_a_document_that_was_altered_on_the_disk_is_not_given_out(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path)
    stored = store.put(REPORT)
    stored.path.write_bytes(REPORT + b" rettet")

    with pytest.raises(DamagedDocumentError, match="sikkerhedskopien") as caught:
        store.open_checked(SHA256)

    assert not caught.value.is_temporary
    store.put(REPORT)
    store.open_checked(SHA256).close()


@pytest.mark.parametrize("name", ["0" * 64, "", "../" + SHA256, SHA256.upper(), f"/{SHA256}"])
def test_a_document_that_is_not_there_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    store = DocumentStore(tmp_path)
    store.put(REPORT)

    with pytest.raises(NotFoundError, match="dokument"):
        store.open_checked(name)


def test_a_file_that_is_not_there_cannot_be_kept(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="fil"):
        DocumentStore(tmp_path).put(tmp_path / "nope.pdf")


def test_a_document_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield REPORT
        raise RuntimeError

    store = DocumentStore(tmp_path)

    with pytest.raises(RuntimeError):
        store.put_chunks(broken())

    assert files_in(tmp_path) == []


def test_a_full_disk_is_told_and_worth_another_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OutsideError, match=r"kan ikke gemmes.*No space left") as caught:
        DocumentStore(tmp_path).put(REPORT)

    assert caught.value.is_temporary
    assert files_in(tmp_path) == []


def test_a_document_is_taken_away_for_good_and_what_is_not_there_is_no_matter(
    tmp_path: Path,
) -> None:
    store = DocumentStore(tmp_path)
    kept, gone = store.put(REPORT), store.put(b"x")
    (tmp_path / ".half.part").write_bytes(b"half")

    for _ in range(2):
        store.remove(gone.sha256)
    store.remove_pieces()

    assert store.checksums() == {kept.sha256}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept.path]
    assert DocumentStore(tmp_path / "none").checksums() == frozenset()
