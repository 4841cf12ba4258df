"""Who has answered, who has not, and what was done about it: one paragraph for the report."""

from __future__ import annotations

import datetime as dt

import pytest

from models import ContactRole
from tests.casework.forms.test_answers import REF, START, launched
from tests.past import record_past
from udmelding.casework.due.perform import advance
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake import wake_due
from udmelding.rules.report.coverage import coverage

LOLLAND, GREVE, FAXE = "0360", "0253", "0320"


@pytest.fixture
def case(services: Services) -> str:
    with writing(services.engine) as session:
        for code in (LOLLAND, GREVE):
            contact = ContactValue(
                party=code, role=ContactRole.COORDINATOR, name="x", email=f"x@k{code}.example"
            )
            put_contact(session, contact, Stamp(START, "anna"))
    launched(services, REF, START, None)
    return REF


def told(services: Services, now: dt.datetime) -> str:
    with reading(services.engine) as session:
        return coverage(load(session, REF, now), "collection", now.date()).sentence


def answered(services: Services, *parties: str, how: str = "complete") -> None:
    for party in parties:
        said = {"step": "collection", "party": party, "on": START.date(), "completeness": how}
        record_past(services, REF, "response", said, Stamp(START, "anna"))


def towns(services: Services) -> list[str]:
    with reading(services.engine) as session:
        case = load(session, REF, START)
    return [p.party for p in case.parties if p.kind.value == "municipality"]


def test_all_have_answered(case: str, services: Services) -> None:
    answered(services, *towns(services))
    assert told(services, START) == "Alle 17 kommuner har svaret."


def test_an_invitation_is_no_reminder(case: str, services: Services) -> None:
    deliver_waiting(services, START, "x")
    assert "rykket" not in told(services, START)


def test_those_without_citizens_and_those_excused_are_named(case: str, services: Services) -> None:
    others = [t for t in towns(services) if t not in (LOLLAND, GREVE, FAXE)]
    answered(services, *others)
    answered(services, GREVE, how="no_citizens")
    answered(services, FAXE, how="partial")
    said = {"step": "collection", "party": LOLLAND, "waived_on": START.date(), "reason": "ny"}
    record_past(services, REF, "waiver", said, Stamp(START, "anna"))
    text = told(services, START)
    assert text.startswith("15 af 17 kommuner har svaret, svarende til 88 procent.")
    assert "Én kommune har svaret «ingen borgere i målgruppen»: Greve." in text
    assert "Faxe har svaret på en del af skemaet." in text
    assert text.endswith("Lolland er fritaget.")


def test_what_was_done_about_those_who_are_missing_is_told(case: str, services: Services) -> None:
    answered(services, *[t for t in towns(services) if t not in (LOLLAND, FAXE)])
    more = {"step": "collection", "party": FAXE, "due_on": START.date() + dt.timedelta(days=90)}
    record_past(services, REF, "extension", {**more, "granted_on": START.date()}, Stamp(START, "a"))
    day = START
    with reading(services.engine) as session:
        while not any(item.rung for item in wake_due.due(session, day.date())):
            day += dt.timedelta(days=1)
    advance(services, REF, day)
    deliver_waiting(services, day.replace(hour=12), "x")
    text = told(services, day.replace(hour=13))
    assert "Lolland har ikke svaret; kommunen er rykket én gang, senest" in text
    assert "Faxe har ikke svaret; kommunen har fået frist til" in text
