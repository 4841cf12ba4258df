"""What many tests begin with is played once; that it is not played anew each time is held here.

Nothing else would fail if it were: the tests would only take twice as long.
"""

from __future__ import annotations

import datetime as dt

import pytest

from models import ContactRole
from tests.played import played_once
from udmelding import clock
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading, writing
from udmelding.journal.own import put
from udmelding.journal.parties import ContactValue, history, put_contact
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

STAMP = Stamp(clock.at(dt.date(2025, 4, 15)), "anna")
plays: list[str] = []


@played_once
def begun(services: Services, name: str) -> str:
    """Record that contact, and lay a file beside."""
    plays.append(name)
    contact = ContactValue(
        party="0360", role=ContactRole.COORDINATOR, name=name, email="a@x.example"
    )
    with writing(services.engine) as session:
        put_contact(session, contact, STAMP)
    (services.settings.home / "brev.txt").write_text(name)
    return name


@pytest.mark.parametrize("time", range(3))
def test_a_beginning_is_played_once_and_copied_after_that(services: Services, time: int) -> None:
    assert begun(services, "Ane") == "Ane"

    with reading(services.engine) as session:
        assert [one.name for one in history(session, "0360")] == ["Ane"]
    assert (services.settings.home / "brev.txt").read_text() == "Ane"
    assert plays.count("Ane") == 1


@pytest.mark.parametrize("time", range(2))
def test_where_people_have_decided_something_it_is_played_there(
    services: Services, time: int
) -> None:
    before = len(plays)
    with writing(services.engine) as session:
        put(session, "mail/reminder/body.md", b"Hej", STAMP)

    begun(services, "Bo")

    assert len(plays) == before + 1
