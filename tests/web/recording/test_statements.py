"""Recording one fact costs a fixed number of statements, however much stands in the case."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from models import Role
from tests.conftest import TwoCases
from tests.counting import statements
from tests.past import record_past
from tests.web.conftest import Browser
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp


def test_a_case_is_loaded_with_twelve_statements(two_cases: TwoCases) -> None:
    with (
        reading(two_cases.services.engine) as session,
        statements(two_cases.services.engine) as sent,
    ):
        load(session, two_cases.references[0], two_cases.now)

    assert len(sent) <= 12, sent


def test_a_decision_is_shown_before_and_saved_with_few_statements(
    two_cases: TwoCases, signed_in: Callable[[Role], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What waits is counted anew for the menu after each save: tests/web/desk holds what that costs.
    monkeypatch.setattr("udmelding.web.rendering._waits", lambda *_: 0)
    services, browser = two_cases.services, signed_in(Role.CASEWORKER)
    page = f"/sager/{two_cases.references[0]}/registrer/beslutning"
    form = browser.client.get(page).text
    said = {"csrf": browser.csrf(page), "party": "0253", "on": "14/4", "outcome": "approved"}
    said |= {"step": "councils", "level": "council"}

    with statements(services.engine) as for_form:
        assert browser.client.get(page).text == form
    with statements(services.engine) as for_sending:
        answer = browser.client.post(page, data=said)
    with statements(services.engine) as for_preview:
        shown = browser.follow(answer).text
    hidden = re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', shown)
    assert "Skal det gemmes?" in shown
    with statements(services.engine) as for_saving:
        answer = browser.client.post(
            page,
            data={name: unescape(value) for name, value in hidden}
            | {"do": "save", "even_so": "prøve"},
        )

    assert answer.status_code == 303
    assert len(for_form) <= 26, for_form
    assert len(for_sending) <= 20, for_sending
    assert len(for_preview) <= 57, for_preview
    assert len(for_saving) <= 43, for_saving


def test_a_fact_is_recorded_with_few_statements(two_cases: TwoCases) -> None:
    said = {"step": "collection", "party": "0253", "on": two_cases.day, "completeness": "partial"}
    stamp = Stamp(two_cases.now, "anna")

    with statements(two_cases.services.engine) as sent:
        record_past(two_cases.services, two_cases.references[0], "response", said, stamp)

    assert len(sent) <= 15, sent
