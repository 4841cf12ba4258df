"""An empty overview is a checklist: each step says how it stands, and some are done in place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import ContactRole, OutboxState, Role
from tests.conftest import TwoCases
from tests.owning import STAMP, that_sends, unpractised
from udmelding.casework import own
from udmelding.casework.desk.beginning import Step, beginning
from udmelding.casework.mail.trial import trial_now, via_of
from udmelding.casework.parties.book import places_of
from udmelding.casework.wiring import Services, refreshed
from udmelding.config.own import FILE
from udmelding.errors import OutsideError
from udmelding.journal.database import reading, writing
from udmelding.journal.mail.sending_faults import say_stopped
from udmelding.journal.mail.trial_mails import (
    TrialMail,
    answer_trial,
    finish_trial,
    write_trial,
)
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.recording.record import record_meeting
from udmelding.outside.mail.transport import Receipt
from udmelding.rules.mail.faults import Mend
from udmelding.rules.recording.case import NewMeeting

pytestmark = pytest.mark.database

HERE = "/kom-godt-i-gang"


@pytest.fixture
def maja(signed_in: Callable[[Role], Any]) -> Any:
    return signed_in(Role.CASEWORKER)


def text_of(browser: Any, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub("<[^>]+>", " ", unescape(answer.text)).split())


def press(browser: Any, path: str, **said: str) -> Any:
    key = re.search(
        r'name="key" value="([^"]+)"', browser.client.get(f"{HERE}?aaben=mails-ud").text
    )
    fields = {"csrf": browser.csrf(HERE), "key": key[1] if key else ""}
    return browser.client.post(f"{HERE}/{path}", data={**fields, **said})


def meets(body: str, now: dt.datetime, days: int) -> NewMeeting:
    return NewMeeting(area="sjaelland", body=body, held_on=now.date() + dt.timedelta(days))


def done(services: Services, now: dt.datetime) -> set[Step]:
    return {one.step for one in beginning(services, now).steps if one.is_done}


class Taking:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def deliver(self, message: Any, key: str) -> Receipt:
        self.taken.append(str(message["To"]))
        return Receipt(transport="smtp", detail="250 OK")


def test_an_empty_overview_is_the_checklist_and_a_reader_sees_an_empty_overview(
    maja: Any, web: FastAPI, person: Callable[..., Any]
) -> None:
    seen = text_of(maja, "/")
    assert "Velkommen. Seks trin, så er I i gang" in seen
    for words in ("Hvem er I?", "0 af 17 kommuner har en adresse.", "Postkassen læses ikke."):
        assert words in seen
    assert "Kom godt i gang" in text_of(maja, "/indstillinger")
    reader = person(web, "rita", Role.READER)
    assert "Der er ingen sager endnu." in text_of(reader, "/")
    assert reader.client.get(HERE).status_code == 403


def test_with_cases_the_overview_is_the_overview_and_says_what_is_left(
    maja: Any, two_cases: TwoCases
) -> None:
    seen = text_of(maja, "/")
    assert "2 åbne" in seen
    assert "«Hvem er I?» mangler" in seen


def test_each_step_is_done_when_what_it_is_for_is_there(services: Services, web: FastAPI) -> None:
    now = web.state.now()
    assert done(services, now) == {Step.MAIL_OUT}, "the tests' home is for practice"
    services = that_sends(services)
    ours = services.settings.secretariat.model_copy(update={"email": "post@sekretariat.invalid"})
    settings = services.settings.model_copy(update={"secretariat": ours})
    services = replace(services, settings=settings)
    with writing(services.engine) as session:
        for place in places_of("sjaelland"):
            who = ContactValue(
                party=place.code,
                role=ContactRole.COORDINATOR,
                name="Kontakt",
                email=f"post@k{place.code}.example",
            )
            put_contact(session, who, STAMP)
    # From a new sender nobody has seen a trial mail come.
    assert done(services, now) == {Step.WHO, Step.CONTACTS}
    with writing(services.engine) as session:
        for body in ("styregruppe", "k17"):
            meeting = NewMeeting(
                area="sjaelland", body=body, held_on=now.date() + dt.timedelta(200)
            )
            record_meeting(session, meeting, STAMP)
    told = {one.step: one.fact for one in beginning(services, now).steps}[Step.MEETINGS]
    assert told == "Der er ingen kommende møder for KKR Sjælland."
    with writing(services.engine) as session:
        record_meeting(session, meets("kkr", now, 30), STAMP)
    told = {one.step: one.fact for one in beginning(services, now).steps}[Step.MEETINGS]
    assert "Efter 15. maj 2025 er der ingen møder for KKR Sjælland." in told
    with writing(services.engine) as session:
        record_meeting(session, meets("kkr", now, 190), STAMP)
    assert Step.MEETINGS in done(services, now)


def test_a_trial_mail_is_sent_once_and_a_person_says_that_it_came(
    maja: Any, web: FastAPI, services: Services
) -> None:
    server = Taking()
    ready = that_sends(services)
    other = ready.settings.model_copy(
        update={
            "secretariat": ready.settings.secretariat.model_copy(update={"email": "n@y.example"})
        }
    )
    web.state.services = ready = replace(ready, settings=other, transport=server)
    assert "Ingen prøvemail er sendt endnu." in text_of(maja, HERE)

    answer = press(maja, "proevemail", address="maja@sekretariat.example")
    assert answer.status_code == 303
    assert server.taken == ["maja@sekretariat.example"]
    assert "Er den kommet frem?" in text_of(maja, HERE)
    assert "Ingen har sagt, at en prøvemail er kommet frem." in beginning(ready, STAMP.now).refusal

    answer = press(maja, "kom-den", said="nej")
    seen = text_of(maja, answer.headers["location"])
    assert "Den ligger i mappen med uønsket post." in seen
    assert "Tekst til it-afdelingen om mails, der ikke kommer frem" in seen

    press(maja, "kom-den", said="ja")
    assert "har set, at prøvemailen kom frem" in text_of(maja, HERE)
    assert beginning(ready, STAMP.now).refusal == ""
    with reading(services.engine) as session:
        trial = trial_now(session, ready.settings)
    assert trial is not None
    assert (trial.has_arrived, trial.answered_by) == (True, "caseworker")


@pytest.mark.parametrize("address", ["", "ikke en adresse", "a@b", "a b@x.example"])
def test_an_address_that_cannot_be_is_refused_and_stays_in_its_field(
    maja: Any, web: FastAPI, services: Services, address: str
) -> None:
    web.state.services = that_sends(services)
    answer = press(maja, "proevemail", address=address)
    assert answer.status_code == 422
    assert "Intet er sendt" in answer.text
    assert f'value="{address}"' in answer.text


def test_where_mails_become_files_the_it_department_gets_a_text_and_practice_is_a_press(
    maja: Any, web: FastAPI, services: Services
) -> None:
    own.change_settings(
        services, {("is_for_practice",): False}, STAMP, seen=own.numbers(services, [FILE])[FILE]
    )
    seen = text_of(maja, f"{HERE}?aaben=mails-ud")
    assert "Tekst til it-afdelingen om mails ud" in seen
    assert "Til øvelse." not in seen
    press(maja, "oevelse")
    seen = text_of(maja, f"{HERE}?aaben=mails-ud")
    assert "Til øvelse. Sagerne her er ikke rigtige." in seen
    assert "Installationen er til øvelse." in seen


def test_what_the_server_refuses_is_told(maja: Any, web: FastAPI, services: Services) -> None:
    class Silent:
        def deliver(self, message: Any, key: str) -> Receipt:
            raise OutsideError("Mailserveren svarer ikke.", is_temporary=True)

    web.state.services = replace(that_sends(unpractised(services)), transport=Silent())
    answer = press(maja, "proevemail", address="maja@sekretariat.example")
    assert "Mailserveren svarer ikke." in answer.text


def test_a_trial_mail_that_is_under_way_says_so_and_looks_again_by_itself(
    maja: Any, web: FastAPI, services: Services
) -> None:
    ready = that_sends(unpractised(services))
    web.state.services = ready
    mail = TrialMail(
        key="trial/1",
        address="maja@sekretariat.example",
        written_at=web.state.now() - dt.timedelta(seconds=20),
        written_by="maja",
        via=via_of(ready.settings),
    )
    with writing(services.engine) as session:
        write_trial(session, mail)
    seen = maja.client.get(f"{HERE}?aaben=mails-ud")
    assert "for 20 sekunder siden. Serveren svarer ikke endnu." in seen.text
    assert seen.headers["refresh"] == "5"
    later = web.state.now() + dt.timedelta(minutes=3)
    fact = {one.step: one.fact for one in beginning(ready, later).steps}[Step.MAIL_OUT]
    assert "Afsendelsen af prøvemailen blev afbrudt" in fact


def test_a_mail_server_that_refuses_later_takes_the_tick_away(services: Services) -> None:
    ready, now = that_sends(unpractised(services)), STAMP.now
    mail = TrialMail(
        key="trial/1",
        address="m@x.example",
        written_at=now,
        written_by="m",
        via=via_of(ready.settings),
    )
    with writing(services.engine) as session:
        write_trial(session, mail)
        finish_trial(session, mail.key, OutboxState.SENT, now, outcome="", transport="smtp")
        answer_trial(session, mail.key, has_arrived=True, stamp=STAMP)
    assert Step.MAIL_OUT in done(ready, now)
    with writing(services.engine) as session:
        say_stopped(session, Mend.LOGIN, "535 adgangskoden er skiftet", now)
    assert Step.MAIL_OUT not in done(ready, now)
    fact = {one.step: one.fact for one in beginning(ready, now).steps}[Step.MAIL_OUT]
    assert fact == "Mailserveren sagde nej: «535 adgangskoden er skiftet»."


def test_one_step_is_open_and_who_is_no_administrator_sees_who_can(
    maja: Any, web: FastAPI, person: Callable[..., Any]
) -> None:
    assert "En administrator kan tilføje en kollega" in text_of(maja, HERE)
    person(web, "lone", Role.ADMINISTRATOR)
    assert "Lone kan tilføje en kollega" in text_of(maja, HERE)
    page = maja.client.get(f"{HERE}?aaben=kontakter").text
    assert page.count("own-step-open") == 1
    assert 'id="pasted"' in page


def test_what_is_wrong_with_who_we_are_is_told_with_the_rest_kept(
    maja: Any, services: Services
) -> None:
    path = "/indstillinger/vores/sekretariatet"
    seen = re.search(r'name="seen" value="(\d+)"', maja.client.get(f"{HERE}?aaben=hvem").text)
    assert seen
    said = {
        "csrf": maja.csrf(HERE),
        "seen": seen[1],
        "some": "ja",
        "back": HERE,
        "area": "sjaelland",
    }
    said |= {"secretariat.name": "Sekretariatet", "agency.email": "cu@styrelsen.example"}
    wrong = maja.client.post(path, data=said | {"secretariat.email": "x"})
    assert wrong.status_code == 422
    assert 'value="Social- og Boligstyrelsen"' in wrong.text
    right = maja.client.post(path, data=said | {"secretariat.email": "os@sekretariat.example"})
    assert right.headers["location"] == HERE
    assert refreshed(services).settings.is_for_practice, "what was not asked for stays"
