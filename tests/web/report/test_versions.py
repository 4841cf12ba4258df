"""The report's page tells of every final version, whoever made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from models import DocumentKind, Role, Scope
from tests.papering import REF, before_councils
from tests.past import record_past
from udmelding import clock
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

DAY = dt.date(2025, 2, 20)


@pytest.fixture
def browser(signed_in: Callable[..., Any]) -> Any:
    return signed_in(Role.CASEWORKER)


def launched(services: Services) -> str:
    made = Stamp(clock.at(dt.date(2024, 8, 1)), "anna")
    with writing(services.engine) as session:
        new = NewCase(
            reference="CU-FIL-2025",
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=made.now.date(),
            particulars=NewParticulars(title="Rapporten kom som fil"),
            deadline=NewDeadline(due_on=dt.date(2025, 5, 30)),
        )
        launch_case(session, services.settings, new, made)
    return new.reference


def test_a_final_version_that_came_as_a_file_is_told_of_beside_the_next_drafts_number(
    services: Services, browser: Any
) -> None:
    page = f"/sager/{launched(services)}/rapport"
    assert "Der er ikke dannet en version endnu." in browser.get(page).text
    said = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "dated_on": DAY}
    record_past(
        services, "CU-FIL-2025", "document", said | {"version": 1}, Stamp(clock.at(DAY), "anna")
    )
    shown = " ".join(browser.get(page).text.split())
    assert "Endelig version 1 er lagt i sagen" in shown
    assert "Der er ikke dannet en version endnu." not in shown
    assert "Udkast 2: til bemærkninger" in shown


def test_a_final_version_that_was_made_here_is_told_of_once(
    services: Services, browser: Any
) -> None:
    before_councils(services)
    shown = browser.get(f"/sager/{REF}/rapport").text
    assert "Endelig version 1</th>" in shown
    assert "er lagt i sagen" not in shown
