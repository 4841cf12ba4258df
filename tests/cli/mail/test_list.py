"""The list of mails tells a mail of its own from the part of one that gathers several."""

from __future__ import annotations

import pytest

from tests.conftest import TwoCases
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.cli.case import console, show_mails

pytestmark = pytest.mark.database


def test_parts_of_one_mail_are_told_from_the_mail_that_went(
    two_cases: TwoCases, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "width", 200)
    now = two_cases.remind()
    show_mails(two_cases.mails()[-2:])
    assert "del af én mail" not in capsys.readouterr().out, "nothing has gone yet"

    deliver_waiting(two_cases.services, now, "test")
    show_mails(two_cases.mails())

    told = capsys.readouterr().out
    states = [line.strip().rsplit("  ", 1)[-1].strip() for line in told.splitlines()]
    assert states.count("sendt, del af én mail") == 2
    assert "sendt" in states
