"""The overview: what it shows of the cases, and that many cost as few statements as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from models import Role, Scope
from tests.web.conftest import NOW
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import find
from udmelding.journal.database import writing
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewClosure, NewParticulars

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
STAMP = Stamp(NOW - dt.timedelta(days=20), "anna")


def launch(services: Services, number: int, responsible: str = "") -> str:
    reference = f"CU-PROEVE-{number}"
    new = NewCase(
        reference=reference,
        process="central-udmelding",
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=STAMP.now.date(),
        particulars=NewParticulars(title=f"Ældre sag {number}", responsible=responsible),
        deadline=NewDeadline(due_on=NOW.date() + dt.timedelta(days=200 + number)),
    )
    with writing(services.engine) as session:
        launch_case(session, services.settings, new, STAMP)
    return reference


@pytest.fixture
def page(services: Services, signed_in: SignedIn) -> Callable[[str], str]:
    """The overview at an address, as a reader sees it."""
    browser = signed_in(Role.READER)

    def get(query: str = "") -> str:
        answer = browser.get(f"/{query}")
        assert answer.status_code == 200
        return str(answer.text)

    return get


def test_every_open_case_stands_there_with_its_verdict_the_most_urgent_first(
    services: Services, page: Callable[[str], str]
) -> None:
    for number in range(10):
        launch(services, number)
    text = page("")
    assert "10 åbne" in text
    assert "2 sager til" in text, "of these only the verdict is told"
    places = [text.index(f">Ældre sag {number}</a>") for number in range(10)]
    assert places == sorted(places)
    assert text.count("17 af 17 når fristen") == 10


def test_a_case_that_names_one_as_responsible_is_ones_own(
    services: Services, page: Callable[[str], str]
) -> None:
    launch(services, 1, responsible="reader")
    launch(services, 2)
    own = page("?mine=ja")
    assert "1 mine" in own
    assert "Ældre sag 2" not in own
    assert "2 åbne" in page("?lys=lilla&sorter=farve"), "an old address is no error"


def test_a_closed_case_is_put_away_by_its_title(
    services: Services, page: Callable[[str], str]
) -> None:
    launch(services, 1)
    reference = launch(services, 2)
    with writing(services.engine) as session:
        record(
            session,
            find(session, reference),
            NewClosure(closed_on=STAMP.now.date()),
            Stamp(NOW, "anna"),
        )
    text = page("")
    assert "1 åbne" in text
    assert "Afsluttede sager (1)" in text


@pytest.mark.parametrize(
    "path", ["/", "/sager/CU-PROEVE-1", "/sager/CU-PROEVE-1/log", "/ny/gennemspil"]
)
def test_more_cases_cost_no_more_statements(
    services: Services, signed_in: SignedIn, path: str
) -> None:
    browser = signed_in(Role.CASEWORKER)
    counts: list[int] = []

    def one_more(*_: object) -> None:
        counts[-1] += 1

    sa.event.listen(services.engine, "before_cursor_execute", one_more)
    counts.append(0)
    for number in (1, 2, 3):  # with fewer the overview also says what is left to set up
        launch(services, number)
    for number in (4, 5, 6, 7):
        assert browser.get(path).status_code == 200  # what is missing is worked out
        counts.append(0)
        assert browser.get(path).status_code == 200
        counts.append(0)
        launch(services, number)
    sa.event.remove(services.engine, "before_cursor_execute", one_more)
    assert len(set(counts[1::2])) == 1
