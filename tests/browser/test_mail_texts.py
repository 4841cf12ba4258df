"""A caseworker changes what the invitation says, in a real browser, and the next mail says it."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from models import Scope
from tests.browser.conftest import NOW, Site
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import refreshed
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

WORDS = "Ring til [Sekretariatets navn] den [Svarfrist], hvis I er i tvivl."
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["JavaScript", "no JavaScript"])


def mails_of_a_new_case(site: Site) -> list[str]:
    """The texts of the invitations that go out when a case begins now."""
    services, stamp = refreshed(site.services), Stamp(NOW, "bo")
    folder = Path(services.settings.home) / "mail"
    deliver_waiting(services, NOW, "test")
    before = set(folder.rglob("*.eml"))
    with writing(services.engine) as session:
        new = NewCase(
            reference="CU-NY-2025",
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=NOW.date(),
            particulars=NewParticulars(title="Borgere med andre behov", responsible="Bo"),
            deadline=NewDeadline(due_on=dt.date(2025, 12, 15)),
        )
        launch_case(session, services.settings, new, stamp)
    advance(services, "CU-NY-2025", NOW)
    for hours in (1, 24):
        deliver_waiting(services, NOW + dt.timedelta(hours=hours), "test")
    sent = [path.read_bytes() for path in set(folder.rglob("*.eml")) - before]
    mails = [message_from_bytes(one, policy=policy.default) for one in sent]
    asked = [one for one in mails if "[CU-NY-2025] Vi beder om jeres svar" in str(one["subject"])]
    bodies = [mail.get_body(("plain",)) for mail in asked]
    return [str(body.get_content()) for body in bodies if body]


@SCRIPTS
def test_a_value_is_set_into_the_invitation_seen_beside_it_and_stands_in_the_mail_that_goes_out(
    site: Site, chromium: Any, scripts: bool
) -> None:
    page = site.signed_in(chromium, "bo", java_script_enabled=scripts)
    page.goto(f"{site.url}/indstillinger/mailtekster")
    page.get_by_role("link", name="Invitation til dataindsamling").click()
    beside = page.frame_locator("#eksempel iframe")
    body = page.locator("#body")

    if scripts:
        body.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type("\n\nRing til ")
        page.get_by_role("button", name="[Sekretariatets navn]").click()
        page.keyboard.type(" den ")
        page.get_by_role("button", name="[Svarfrist]", exact=True).click()
        page.keyboard.type(", hvis I er i tvivl.")
        page.keyboard.press("Tab")
    else:
        assert "[Sekretariatets navn]" in page.locator("main").inner_text(), "the list says what"
        body.fill(f"{body.input_value()}\n\n{WORDS}")
        page.get_by_role("button", name="Vis igen").click()
    said = beside.get_by_text("Ring til Rammeaftalesekretariatet den")
    said.wait_for()
    assert "[" not in said.inner_text()
    assert WORDS in body.input_value()
    assert "den bruges ikke endnu" in page.locator("#standing").inner_text()

    page.get_by_role("button", name="Gem, og brug teksten").click()
    page.get_by_text("Teksten er gemt og bruges i de næste mails.").wait_for()
    page.go_back()
    assert page.locator("#body").count() == 1, "Back never asks to send it again"

    mails = mails_of_a_new_case(site)
    assert len(mails) == 17
    for mail in mails:
        assert "Ring til Rammeaftalesekretariatet den" in " ".join(mail.split())
        assert "[Svarfrist]" not in mail


def test_a_condition_is_set_in_above_its_line_and_what_is_wrong_is_told_beside(
    site: Site, chromium: Any
) -> None:
    page = site.signed_in(chromium, "bo")
    page.goto(f"{site.url}/indstillinger/mailtekster/invitation")
    body = page.locator("#body")
    body.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nSvar i [Skemets navn].")
    page.get_by_text("Vises kun, hvis …").click()
    page.get_by_role("button", name="Kun hvis der er et skema:").click()

    assert body.input_value().endswith("\n\nKun hvis der er et skema:\nSvar i [Skemets navn].")
    told = "[Skemets navn] kendes ikke; mente du [Skemaets navn]?"
    page.locator("#eksempel").get_by_text(told).wait_for()
    assert told in page.locator("#told").inner_text()

    body.fill(body.input_value().replace("Skemets", "Skemaets"))
    page.get_by_role("button", name="Gem, og brug teksten").click()
    page.get_by_text("Teksten er gemt og bruges i de næste mails.").wait_for()
