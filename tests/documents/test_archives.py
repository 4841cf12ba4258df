"""The same files make the same zip, wherever they come from."""

from __future__ import annotations

import hashlib
import os
import zipfile
from io import BytesIO

from udmelding.documents.archives import Written, ZipWriter

FILES = {"01 Mappe/Æblegrød.txt": b"a" * 5000, "02/rapport.pdf": os.urandom(3_000_000)}


def zipped(*, is_streamed: bool) -> tuple[bytes, list[Written]]:
    stream, told = BytesIO(), []
    with ZipWriter(stream) as target:
        for name, content in FILES.items():
            if is_streamed:
                told.append(target.add_file(name, BytesIO(content)))
            else:
                told.append(target.add(name, content))
    return stream.getvalue(), told


def test_the_same_files_make_the_same_bytes() -> None:
    assert zipped(is_streamed=True) == zipped(is_streamed=True)
    assert zipped(is_streamed=False) == zipped(is_streamed=False)


def test_what_was_written_is_told_with_its_checksum() -> None:
    for is_streamed in (True, False):
        content, told = zipped(is_streamed=is_streamed)
        with zipfile.ZipFile(BytesIO(content)) as opened:
            assert opened.testzip() is None
            assert {name: opened.read(name) for name in opened.namelist()} == FILES
            assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        expected = [Written(len(c), hashlib.sha256(c).hexdigest()) for c in FILES.values()]
        assert told == expected


def test_what_is_packed_already_is_not_packed_again() -> None:
    content, _ = zipped(is_streamed=True)
    with zipfile.ZipFile(BytesIO(content)) as opened:
        kinds = {info.filename: info.compress_type for info in opened.infolist()}
    assert kinds["02/rapport.pdf"] == zipfile.ZIP_STORED
    assert kinds["01 Mappe/Æblegrød.txt"] == zipfile.ZIP_DEFLATED
