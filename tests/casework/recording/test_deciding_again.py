"""A substantive new version is decided again by all who decided, and the councils are asked."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Change, Level, MailKind, Outcome
from tests.answering import files_at_once
from tests.browser.conftest import REF, seed
from tests.past import make_past_version, record_past
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.report.writing import (
    NewVersion,
    Wording,
    must_decide_again,
    write_block,
)
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp

NOW = clock.at(dt.date(2025, 4, 16))
LATER = NOW + dt.timedelta(days=5)


@pytest.fixture
def deciding(services: Services) -> Services:
    """All bodies and one council have decided on version 1; seventeen councils were asked."""
    seed(services)
    write_block(services, REF, Wording(chapter="resume", text="Ny tekst."), Stamp(NOW, "anna"))
    return services


def final(services: Services, change: Change, reason: str) -> None:
    wanted = NewVersion(is_final=True, change=change, reason=reason)
    with files_at_once():
        make_past_version(services, REF, wanted, Stamp(NOW, "anna"))
    advance(services, REF, NOW)


def bodies_decide(services: Services) -> None:
    for body in ("styregruppe", "k17", "kkr"):
        said = {"step": body, "party": body, "on": LATER.date(), "is_proven": True}
        said |= {"level": Level.BODY, "outcome": Outcome.RECOMMENDED}
        record_past(services, REF, "decision", said, Stamp(LATER, "anna"))
    advance(services, REF, LATER)


def invited(services: Services) -> list[outbox.OutboxMail]:
    with reading(services.engine) as session:
        mails = outbox.list_mails(session)
    return [mail for mail in mails if mail.mail is MailKind.COUNCIL_INVITATION]


def test_those_who_decided_are_listed_before_the_version_is_made(deciding: Services) -> None:
    with reading(deciding.engine) as session:
        names = must_decide_again(load(session, REF, NOW))
    assert names[0] == "Greve"
    assert {"Styregruppen", "K17", "KKR Sjælland"} <= set(names)


@pytest.mark.database
def test_councils_are_asked_again_once_the_bodies_have_decided_on_the_new_version(
    deciding: Services,
) -> None:
    final(deciding, Change.SUBSTANTIVE, "der er en ny anbefaling")
    assert len(invited(deciding)) == 17, "the bodies come first"
    bodies_decide(deciding)
    again = [mail for mail in invited(deciding) if mail.key.endswith("invitation-v2")]
    assert len(again) == 17
    assert "siden I fik version 1: der er en ny anbefaling" in " ".join(again[0].text.split())
    advance(deciding, REF, LATER)
    assert len(invited(deciding)) == 34, "once only"


def test_an_editorial_version_asks_nobody(deciding: Services) -> None:
    final(deciding, Change.EDITORIAL, "slåfejl")
    advance(deciding, REF, LATER)
    assert len(invited(deciding)) == 17
