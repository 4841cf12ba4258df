"""The list of mails tells a mail of its own from the part of one that gathers several."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from tests.conftest import TwoCases
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.fates import totals_in_words
from udmelding.casework.mail.progress import Progress, progress_of
from udmelding.cli.case import console, show_mails
from udmelding.journal.database import reading

pytestmark = pytest.mark.database


def progress(two_cases: TwoCases, now: dt.datetime) -> Mapping[str, Progress]:
    with reading(two_cases.services.engine) as session:
        return progress_of(session, two_cases.mails(), now)


def test_parts_of_one_mail_are_told_from_the_mail_that_went(
    two_cases: TwoCases, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "width", 200)
    now = two_cases.remind()
    show_mails(two_cases.mails()[-2:], progress(two_cases, now))
    assert "del af én mail" not in capsys.readouterr().out, "nothing has gone yet"

    deliver_waiting(two_cases.services, now, "test")
    show_mails(two_cases.mails(), progress(two_cases, now))

    told = capsys.readouterr().out
    states = [line.strip().rsplit("  ", 1)[-1].strip() for line in told.splitlines()]
    assert states.count("skrevet som fil, ikke sendt, del af én mail") == 2
    assert states.count("skrevet som fil, ikke sendt, samlet mail: 2 sager") == 1
    assert "skrevet som fil, ikke sendt" in states


def test_a_gathered_mail_counts_as_one_and_its_parts_as_none(two_cases: TwoCases) -> None:
    now = two_cases.remind()
    before = totals_in_words(two_cases.mails(), progress(two_cases, now))
    deliver_waiting(two_cases.services, now, "test")
    mails = two_cases.mails()
    after = totals_in_words(mails, progress(two_cases, now))
    parts = [mail for mail in mails if mail.merged_into is not None]

    assert len(parts) == 2
    count = len(mails) - 2
    assert after == (
        f"{count} mails: {count} skrevet som fil, ikke sendt. "
        "1 af dem samler 2 linjer, som ikke tælles for sig."
    )
    assert before.startswith(f"{count + 1} mails: ")
    own = [mail for mail in mails if mail.key.startswith("CU-TO") and mail.merged_into]
    assert totals_in_words(own, progress(two_cases, now)) == (
        "1 mail: 1 skrevet som fil, ikke sendt. 1 af dem er del af en samlet mail med en anden sag."
    )
