"""«Indstillinger» says how each thing stands, and leads nobody to a door that is closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import Role
from tests.counting import statements
from tests.owning import put_own
from udmelding.casework.own import change_settings, numbers
from udmelding.casework.wiring import Services
from udmelding.config.own import FILE
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

HERE = "/indstillinger"
MOST = 34


def text_of(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)))


def rows(browser: Any) -> dict[str, str]:
    """Each row's fact by its name."""
    html = browser.client.get(HERE).text
    items = re.findall(
        r'<li>\s*<(?:a|span) class="own-setting"[^>]*>(.*?)</(?:a|span)>(.*?)</li>', html, re.S
    )
    return {unescape(name): text_of(fact).strip() for name, fact in items}


def test_every_row_says_how_it_stands(
    signed_in: Callable[[Role], Any], services: Services, web: FastAPI
) -> None:
    lone = signed_in(Role.ADMINISTRATOR)
    new = rows(lone)
    assert new["Tider, tempo og links"].startswith("Daglig gennemgang kl. 7.30.")
    assert new["Små tal"] == "Tal fra 1 til 4 skjules."
    assert new["Brugere"] == "1 administrator."
    assert new["Adgangsnøgler"] == "Ingen programmer har adgang."

    signed_in(Role.CASEWORKER)
    changes = {("figures", "threshold"): 10, ("web", "links_in_mails"): False}
    stamp = Stamp(web.state.now(), "anna")
    change_settings(services, changes, stamp, seen=numbers(services, [FILE])[FILE])
    put_own(services, "mail/invitation/subject.txt", "x")
    put_own(services, "look/look.toml", "")
    later = rows(lone)
    assert later["Tider, tempo og links"].endswith("Mails er uden links.")
    assert later["Små tal"] == "Tal fra 1 til 9 skjules."
    assert later["Mailtekster"] == "1 mail har jeres egne ord."
    assert later["Udseende"] == "I har jeres eget."
    assert later["Brugere"] == "1 administrator og 1 sagsbehandler."


def test_a_caseworker_is_told_who_can_do_the_rest_and_finds_no_closed_door(
    signed_in: Callable[[Role], Any],
) -> None:
    signed_in(Role.ADMINISTRATOR)
    maja = signed_in(Role.CASEWORKER)

    assert rows(maja)["Login"] == "administrator kan gøre det"
    links = re.findall(r'href="(/[^"#]*)"', maja.client.get(HERE).text)
    closed = [link for link in {*links} if maja.client.get(link).status_code == 403]
    assert closed == []


def test_a_reader_has_the_own_account_alone(signed_in: Callable[[Role], Any]) -> None:
    assert rows(signed_in(Role.READER)) == {}


def test_the_page_costs_few_statements(
    signed_in: Callable[[Role], Any], services: Services
) -> None:
    lone = signed_in(Role.ADMINISTRATOR)
    lone.client.get(HERE)
    with statements(services.engine) as found:
        lone.client.get(HERE)
    assert len(found) <= MOST


def test_the_servers_settings_are_folded_and_apart_from_what_people_decide(
    signed_in: Callable[[Role], Any],
) -> None:
    html = signed_in(Role.ADMINISTRATOR).client.get(f"{HERE}/opsaetning").text

    assert "<details" in html
    assert "<details open" not in re.sub(r'class="[^"]*"', "", html)
    ours = html.split("Det, I selv bestemmer</strong>")[1].split("</details>")[0]
    assert "figures.threshold" in ours
    assert "mail.host" not in ours
    assert "mail.host" in html
