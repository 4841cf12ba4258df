"""The page «Overdrag»: what happens is shown first, and then done once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from models import MailKind, OutboxState, Role
from tests.conftest import TwoCases
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.mail import outbox
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

Person = Callable[[Any, str, Role], Any]
HOME = f"/kontakter/{TwoCases.party}"
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
    shown = desk.client.get(desk.client.post(f"{PAGE}/se", data=said).headers["location"]).text
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


def test_the_page_says_how_many_mails_that_had_not_left_go_to_the_new_contact(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    now = two_cases.remind()
    waits, held = (m for m in two_cases.mails() if m.created_at == now)
    with writing(services.engine) as session:
        outbox.finish(session, held.key, OutboxState.HELD, now, "Afbrudt.")
    desk = person(create_app(services, lambda: now), "anna", Role.CASEWORKER)
    said = {
        **{"csrf": desk.csrf(), "leaving": waits.recipients[0]},
        **{"name": "Bo Eksempel", "email": NEW},
    }

    shown = desk.client.get(desk.client.post(f"{PAGE}/se", data=said).headers["location"]).text
    desk.client.post(PAGE, data=said)

    assert "Mails, der venter (1)" in shown
    told = " ".join(shown.split())
    assert "Afviste og tilbageholdte mails (1)" in told
    assert "uvist, om den nåede frem" in told
    after = desk.client.get(HOME).text
    assert f"2 mails, der ikke var sendt, går til {NEW}." in after
    mails = {m.key: m for m in two_cases.mails()}
    assert mails[waits.key].recipients == [NEW]
    assert mails[f"{held.key}/again-1"].recipients == [NEW]
    assert mails[held.key].recipients == waits.recipients


def test_a_reader_hands_nothing_over(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    reader = person(create_app(services, lambda: two_cases.now), "bo", Role.READER)
    assert PAGE not in reader.client.get(HOME).text
    assert reader.client.get(PAGE).status_code == 403
