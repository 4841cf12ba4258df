"""Runs the command as a user does, in this process: words in, words and an exit code out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Answer:
    """What the command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, read as JSON."""
        return json.loads(self.out)


Udmelding = Callable[..., Answer]


@pytest.fixture
def udmelding(
    home: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Udmelding]:
    """The command on a home that was made, with no case in it yet; its umask ends with the test."""
    from udmelding.cli.case import console
    from udmelding.cli.service.app import main
    from udmelding.journal.database import open_database

    open_database(database_url).dispose()
    umask = os.umask(0o022)

    monkeypatch.setenv("UDMELDING_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(console, "width", 120)  # made when some test before this one wanted it

    def call(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["udmelding", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    yield call
    os.umask(umask)
