"""Closing what stands open, where it can be done and where it cannot."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from udmelding.outside.service import close, look
from udmelding.rules.service import Entry, HomeSeen, Trouble


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one open file."""
    home = tmp_path / "hjem"
    (home / "logs").mkdir(parents=True)
    (home / "logs" / "web.log").write_text("")
    for path in (home, home / "logs"):
        path.chmod(0o755)
    (home / "logs" / "web.log").chmod(0o664)
    return home


def modes(seen: HomeSeen) -> dict[str, int]:
    return {Path(entry.path).name: entry.mode for entry in seen.entries}


def test_folders_and_files_are_seen_with_their_modes_and_then_closed(home: Path) -> None:
    seen = look(home)
    assert modes(seen) == {"hjem": 0o755, "logs": 0o755, "web.log": 0o664}

    assert set(close(seen.entries).values()) == {None}

    assert modes(look(home)) == {"hjem": 0o700, "logs": 0o700, "web.log": 0o600}
    assert close(look(home).entries) == {}


def test_a_home_that_is_not_there_has_no_entries(tmp_path: Path) -> None:
    seen = look(tmp_path / "intet")
    assert (seen.entries, seen.owner) == ((), "")
    assert not (tmp_path / "intet").exists()


def test_a_file_system_without_modes_is_found_out_by_looking_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "chmod", lambda *_: None)

    assert set(close(look(home).entries).values()) == {Trouble.NO_MODES}


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.EROFS, Trouble.READ_ONLY),
        (errno.EPERM, Trouble.NO_MODES),
        (errno.ENOTSUP, Trouble.NO_MODES),
        (errno.ENOENT, None),
    ],
)
def test_why_the_disk_refuses_is_told_apart(
    number: int, trouble: Trouble | None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "chmod", refuse)

    assert set(close(look(home).entries).values()) == {trouble}


def test_a_folder_for_everybody_is_never_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    entry = Entry(str(tmp_path), 0o1777, os.geteuid(), is_folder=True)

    assert close([entry]) == {str(tmp_path): Trouble.SHARED}
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777


def test_files_of_ours_under_other_names_are_looked_at_too(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "cu.db"
    elsewhere.write_text("")

    seen = look(home, [elsewhere, tmp_path / "cu.db-wal"])

    assert "cu.db" in modes(seen)
    assert "cu.db-wal" not in modes(seen)
