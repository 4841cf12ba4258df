"""A case is a draft from its first step: kept, gone on with by others, and started once."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from models import Role
from tests.flat import flat
from tests.honest import PDF
from tests.rules.files.test_cpr import BORN, number_born
from tests.web.launch.test_launching import (
    NOW,
    REF,
    SAID,
    Desk,
    draft_on,
    fields,
    known,
    mails,
    number_on,
    with_contacts,
)
from udmelding.casework.launch.drafts import launch_draft, new_name
from udmelding.casework.own import save, tree
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.journal.parties import load_contacts
from udmelding.journal.stamp import Stamp
from udmelding.web.service.app import create_app

LETTER = {name: SAID[name] for name in ("title", "legal_basis", "received", "deadline")} | {
    "target_group": "adults",
    "step": "brevet",
}


class Office:
    """Two caseworkers at the pages of one database, and its clock."""

    def __init__(self, services: Services, person: Any) -> None:
        self.now = NOW
        app = create_app(services, lambda: self.now)
        self.maja, self.lone = (
            Desk(person(app, login, Role.CASEWORKER)) for login in ("maja", "lone")
        )

    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    def next_day(self) -> None:
        """Everybody signs in again."""
        self.wait(60 * 24)
        for login in ("maja", "lone"):
            desk = getattr(self, login)
            desk.browser.sign_in(login)
            setattr(self, login, Desk(desk.browser))


@pytest.fixture
def office(services: Services, person: Callable[[FastAPI, str, Role], Any]) -> Office:
    with_contacts(services)
    return Office(services, person)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.maja


def test_a_draft_is_kept_at_the_first_step_and_a_colleague_goes_on_with_it(
    office: Office, services: Services
) -> None:
    page = office.maja.write(LETTER, ("brev.pdf", PDF, "x"))
    assert "kladden er gemt kl. 12.00" in flat(page.text)
    assert known(services) == ()

    office.next_day()
    overview = flat(office.lone.get("/").text)
    assert "Kladder (1)" in overview
    assert "Intet er sendt. Mangler: spørgsmål." in overview
    assert "Gemt 15/4-2025 kl. 12.00 af Maja" in overview
    page = office.lone.follow(office.lone.get(f"/ny/{draft_on(page)}/videre"))
    assert "Hvad skal kommunerne svare på?</h2>" in page.text
    page = office.lone.write({"asks": "none", "step": "spoergsmaal"}, page=page)
    page = office.lone.write({"scope": "regional", "step": "datoer"}, page=page)
    assert office.lone.start(page).headers["location"] == f"/sager/{REF}"
    assert len(mails(services)) == 18
    assert "Kladder" not in office.maja.get("/").text


def test_nothing_is_kept_before_something_is_written(desk: Desk, services: Services) -> None:
    page = desk.follow(desk.get("/ny"))
    assert "En kladde sender intet." in page.text
    assert not [path for path in tree(services) if path.startswith("drafts/")]


def test_what_cannot_be_used_is_kept_too(desk: Desk) -> None:
    page = desk.write(LETTER | {"deadline": "snart", "do": "kladde"})
    assert page.headers["location"] == "/"
    assert "Mangler: spørgsmål" in desk.get("/").text
    name = flat(desk.get("/").text).split("/ny/k")[1][:8]
    assert fields(desk.get(f"/ny/k{name}/brevet").text)["deadline"] == "snart"


def test_two_who_write_different_things_lose_nothing(office: Office) -> None:
    page = office.maja.write(LETTER)
    there = f"/ny/{draft_on(page)}/brevet"
    both = office.maja.get(there), office.lone.get(there)
    office.wait(1)
    office.maja.write(fields(both[0].text) | {"title": "Epilepsi", "step": "brevet"}, page=both[0])
    office.wait(1)
    office.lone.write(
        fields(both[1].text) | {"deadline": "31/3-2026", "step": "brevet"}, page=both[1]
    )
    said = fields(office.maja.get(there).text)
    assert (said["title"], said["deadline"]) == ("Epilepsi", "31/3-2026")


def test_two_who_write_the_same_are_told_and_what_both_wrote_is_there(office: Office) -> None:
    page = office.maja.write(LETTER)
    there = f"/ny/{draft_on(page)}/brevet"
    both = office.maja.get(there), office.lone.get(there)
    office.maja.write({"deadline": "1/4-2026", "step": "brevet"}, page=both[0])
    both_fields = {"deadline": "31/3-2026", "short_name": "Kort", "step": "brevet"}
    told = office.lone.write(both_fields, page=both[1])
    assert told.status_code == 422
    assert flat(told.text).count("mens du havde siden åben") == 2, "at the one field, and above"
    assert fields(office.maja.get(there).text)["short_name"] == "Kort"
    assert "Maja har skrevet «1/4-2026» her, mens du havde siden åben." in flat(told.text)
    assert fields(told.text)["deadline"] == "31/3-2026", "what was typed stays in its field"
    assert fields(office.maja.get(there).text)["deadline"] == "1/4-2026"
    office.lone.write({"deadline": "31/3-2026", "step": "brevet"}, page=told)
    assert fields(office.maja.get(there).text)["deadline"] == "31/3-2026"


def test_going_back_and_pressing_again_is_no_quarrel_with_oneself(desk: Desk) -> None:
    first = desk.write(LETTER)
    name = draft_on(first)
    old = desk.get(f"/ny/{name}/brevet")
    desk.write({"asks": "none", "step": "spoergsmaal"}, page=first)
    again = desk.write(LETTER | {"deadline": "31/3-2026"}, page=old)
    assert "Hvad skal kommunerne svare på?</h2>" in again.text
    way, sent = f"/ny/{new_name()}/gem", LETTER | {"do": "videre", "seen": "0"}
    assert len({desk.post(way, sent).status_code for _ in range(2)}) == 1
    assert number_on(desk.post(way, sent)) == "1", "the same twice is one edition"


def test_the_last_step_is_undone_and_a_draft_thrown_away_is_fetched_back(office: Office) -> None:
    page = office.maja.write(LETTER)
    name = draft_on(page)
    page = office.maja.write(
        LETTER | {"title": "Forkert"}, page=office.maja.get(f"/ny/{name}/brevet")
    )
    seen = {"seen": number_on(page), "step": "brevet"}
    page = office.maja.post(f"/ny/{name}/fortryd", seen)
    assert fields(page.text)["title"] == LETTER["title"]
    assert "Det er fortrudt." in page.text

    gone = office.maja.post(f"/ny/{name}/kasser", {"seen": number_on(page)})
    assert "blev kasseret 15/4-2025 kl. 12.00 af Maja. Intet er sendt." in flat(gone.text)
    assert "Kladder" not in office.lone.get("/").text
    late = office.lone.write(LETTER | {"title": "Sent"}, page=page)
    assert "Kladden er kasseret af Maja og er ikke rettet." in flat(late.text)
    back = office.lone.post(f"/ny/{name}/fortryd", {"seen": number_on(gone)})
    assert "Kladden er hentet tilbage." in back.text
    assert "Kladder (1)" in office.maja.get("/").text


def test_two_who_start_it_start_one_case_and_see_it(office: Office, services: Services) -> None:
    page = office.maja.write(SAID)
    other = office.lone.get(f"/ny/{draft_on(page)}/plan")
    answers = office.maja.start(page), office.lone.start(other)
    assert {one.headers["location"] for one in answers} == {f"/sager/{REF}"}
    assert known(services) == (REF,)
    assert len(mails(services)) == 18
    again = office.lone.get(f"/ny/{draft_on(page)}/brevet")
    assert again.headers["location"] == f"/sager/{REF}"
    draft = launch_draft(services, draft_on(page))
    assert draft.said["title"] == SAID["title"], "what it said stays in its editions"


def test_nobody_starts_another_plan_than_the_one_that_was_read(
    office: Office, services: Services
) -> None:
    page = office.maja.write(SAID)
    letter = office.lone.get(f"/ny/{draft_on(page)}/brevet")
    office.lone.write(LETTER | {"deadline": "31/3-2026"}, page=letter)
    told = office.maja.follow(office.maja.start(page))
    assert "Lone har rettet kladden kl. 12.00, siden du så planen." in flat(told.text)
    assert known(services) == ()
    assert office.maja.start(told).headers["location"] == f"/sager/{REF}"


def test_a_draft_takes_no_number_of_a_person(desk: Desk, services: Services) -> None:
    number = number_born(BORN, holds=True)
    page = desk.write(LETTER | {"title": f"Epilepsi {number}"})
    assert page.status_code == 422
    assert "CPR" in page.text.upper()
    assert number in fields(page.text)["title"], "what was typed stays in its field"
    assert not [path for path in tree(services) if path.startswith("drafts/")]


def test_addresses_that_are_missing_are_written_on_the_spot(
    services: Services, signed_in: Callable[[Role], Any]
) -> None:
    desk = Desk(signed_in(Role.CASEWORKER))
    page = desk.get(f"/ny/{draft_on(desk.write(SAID))}/datoer")
    assert "17 mangler adresse" in flat(page.text)
    typed = {"email-0253": "social@greve.example", "email-0259": "køge", "name-0253": "Vagten"}
    told = desk.write({**typed, "scope": "regional", "step": "datoer"}, page=page)
    assert told.status_code == 422
    assert "«køge» er ikke en mailadresse" in html.unescape(told.text)
    assert 'value="køge"' in told.text
    assert "16 mangler adresse" in flat(told.text)
    with reading(services.engine) as session:
        contacts = load_contacts(session, NOW)
    assert [(one.name, one.email) for one in contacts["0253"]] == [
        ("Vagten", "social@greve.example")
    ]


def test_an_empty_set_is_begun_written_and_comes_back_to_its_draft(desk: Desk) -> None:
    page = desk.write(LETTER)
    name = draft_on(page)
    editor = desk.write({"asks": "new", "step": "spoergsmaal"}, page=page)
    assert editor.headers["location"].startswith("/indstillinger/spoergeskemaer/")
    shown = desk.get(editor.headers["location"]).text
    assert f'href="/ny/{name}/spoergsmaal">Kladden «' in shown
    page = desk.get(f"/ny/{name}/spoergsmaal")
    waits = desk.write(
        {"asks": "set", "question_set": f"own:{editor.headers['location'].rpartition('/')[2]}",
         "step": "spoergsmaal"}, page=page,
    )  # fmt: skip
    assert "Skemaet er ikke færdigt." in waits.text


def test_a_draft_travels_with_what_the_secretariat_has_of_its_own(
    desk: Desk, services: Services
) -> None:
    name = draft_on(desk.write(LETTER))
    path = f"drafts/launch/{name}.json"
    content = tree(services)[path]
    stamp = Stamp(NOW + dt.timedelta(minutes=1), "anna")
    assert save(services, {path: content}, stamp).same == (path,)
    with pytest.raises(RefusedError, match="ikke JSON"):
        save(services, {path: b"title: Epilepsi"}, stamp)
    with pytest.raises(RefusedError, match="tekster med hver sit navn"):
        save(services, {path: b'{"title": 1}'}, stamp)


def test_other_names_are_no_drafts(desk: Desk) -> None:
    for name in ("k1", "noget-andet", "kaaaaaaaaa"):
        assert desk.get(f"/ny/{name}/brevet").status_code == 404
    assert desk.get(f"/ny/{new_name()}/plan").headers["location"].endswith("/brevet")
