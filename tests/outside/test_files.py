"""A file is looked at in a process that is ended at its limits, and the next file is looked at."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from udmelding.outside import files
from udmelding.outside.files import BusyError, Limits, Readers, TooCostlyError

SHORT = Limits(cpu_seconds=1, wall_seconds=3, memory_bytes=512 * 1024**2)


def counted(content: bytes, *, more: int) -> dict[str, Any]:
    return {"size": len(content) + more}


def endless(content: bytes) -> dict[str, Any]:
    while True:
        pass


def asleep(content: bytes) -> dict[str, Any]:
    time.sleep(60)
    return {}


def greedy(content: bytes) -> dict[str, Any]:
    return {"size": len(bytearray(2 * 1024**3))}


def dead(content: bytes) -> dict[str, Any]:
    os.abort()


def writing(content: bytes, *, path: str) -> dict[str, Any]:
    Path(path).write_bytes(content)
    return {}


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers()
    yield made
    made.close()


def here(name: str) -> str:
    return f"tests.outside.test_files:{name}"


def test_bytes_go_in_and_values_come_out(readers: Readers) -> None:
    for size in (0, 1, 3_000_000):
        found = readers.call(here("counted"), b"x" * size, {"more": 1}, SHORT)
        assert found == {"size": size + 1}


@pytest.mark.parametrize("kind", ["endless", "asleep", "greedy", "dead"])
def test_whatever_does_not_end_within_its_limits_is_ended_and_told(
    readers: Readers, kind: str
) -> None:
    with pytest.raises(TooCostlyError, match="tager for lang tid"):
        readers.call(here(kind), b"x", {}, SHORT)

    assert readers.call(here("counted"), b"abc", {"more": 0}, SHORT) == {"size": 3}


def test_a_file_that_has_waited_long_enough_for_others_is_told_so(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_PATIENCE", 0.2)
    with readers._lock, pytest.raises(BusyError, match="mange filer") as busy:
        readers.call(here("counted"), b"", {"more": 0}, SHORT)

    assert busy.value.is_temporary
    assert readers.call(here("counted"), b"", {"more": 0}, SHORT) == {"size": 0}


def test_who_looks_at_a_file_can_write_nothing(readers: Readers, tmp_path: Path) -> None:
    path = tmp_path / "owned"
    with pytest.raises(TooCostlyError):
        readers.call(here("writing"), b"x", {"path": str(path)}, SHORT)

    assert not path.exists() or path.stat().st_size == 0


def test_when_the_process_that_stands_by_is_gone_another_takes_its_place(
    readers: Readers,
) -> None:
    readers.call(here("counted"), b"", {"more": 0}, SHORT)
    readers.close()

    assert readers.call(here("counted"), b"", {"more": 2}, SHORT) == {"size": 2}
