"""The page «Overdrag»: what happens is shown first, and then done once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from models import MailKind, OutboxState, Role
from tests.conftest import TwoCases
from udmelding.casework.wiring import Services
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

Person = Callable[[Any, str, Role], Any]
HOME = f"/kommuner/{TwoCases.party}"
PAGE = f"{HOME}/overdrag"
NEW = "bo@greve.example"


def test_a_caseworker_sees_what_happens_hands_over_and_the_new_contact_is_told(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    now = two_cases.remind()
    old = two_cases.mails()[0].recipients[0]
    desk = person(create_app(services, lambda: now), "anna", Role.CASEWORKER)
    assert PAGE in desk.client.get(HOME).text
    assert old in desk.client.get(PAGE).text

    said = {"csrf": desk.csrf(), "leaving": old, "name": "Bo Eksempel", "email": NEW}
    refused = desk.client.post(f"{PAGE}/se", data={**said, "email": "ingen adresse"})
    assert refused.status_code == 422
    assert "Bo Eksempel" in refused.text, "what was typed is kept"
    shown = desk.client.post(f"{PAGE}/se", data=said).text
    assert "Intet er gjort endnu." in shown
    assert "Én mail til Bo Eksempel (2)" in shown
    assert "Links, der lukkes (2)" in shown
    assert "Mails, der venter (2)" in shown
    assert not [m for m in two_cases.mails() if m.mail is MailKind.HANDOVER]

    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen
    said["seen"] = seen[1]
    assert desk.client.post(PAGE, data=said).headers["location"] == f"{HOME}#kontakter"
    after = desk.client.get(HOME).text
    assert "Bo Eksempel har overtaget" in after
    (mail,) = [m for m in two_cases.mails() if m.mail is MailKind.HANDOVER]
    assert (mail.recipients, mail.state) == ([NEW], OutboxState.SENT)

    again = desk.client.post(PAGE, data=said)
    assert again.status_code == 422
    assert "ikke kontakt her nu" in again.text
    assert len([m for m in two_cases.mails() if m.mail is MailKind.HANDOVER]) == 1


def test_a_reader_hands_nothing_over(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    reader = person(create_app(services, lambda: two_cases.now), "bo", Role.READER)
    assert PAGE not in reader.client.get(HOME).text
    assert reader.client.get(PAGE).status_code == 403
