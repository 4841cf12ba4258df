"""«Mails»: replies wait for a person, who says what they mean; broken addresses are mended."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import ContactRole, IncomingKind, IncomingState, Meaning, OutboxState, Role
from tests.casework.inbox.test_receiving import bounce, reply
from tests.conftest import TwoCases
from tests.outside.inbox.test_wrappers import SEALED_SMIME, encrypted, wrapped
from udmelding.casework.inbox.mailbox import read_mailbox
from udmelding.casework.inbox.meaning import Reading, handle
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError
from udmelding.journal.access import access
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.words.date_wording import short_date
from udmelding.web.service.app import create_app


@pytest.fixture
def web(services: Services, two_cases: TwoCases) -> FastAPI:
    """The app on the first morning of reminders in two cases."""
    return create_app(services, lambda: two_cases.now)


@pytest.fixture
def anna(web: FastAPI, person: Callable[..., Any]) -> Any:
    return person(web, "anna", Role.CASEWORKER)


@pytest.fixture
def invitation(two_cases: TwoCases) -> OutboxMail:
    """The invitation to Greve in the first case."""
    return two_cases.mails(OutboxState.SENT)[0]


def take(services: Services, two_cases: TwoCases, raw: bytes) -> InboxMail:
    mail = receive_one(services, raw, two_cases.now)
    assert mail is not None
    return mail


def shown(browser: Any, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text)


def send(browser: Any, path: str, page: str, **said: Any) -> Any:
    """Send the form as it stands on ``page``, with what is said."""
    html = browser.client.get(page).text
    form = html.split(f'action="{path}"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return browser.client.post(path, data={k: unescape(v) for k, v in hidden.items()} | said)


def after(browser: Any, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return shown(browser, answer.headers["location"])


def state(services: Services, key: str) -> InboxMail:
    with reading(services.engine) as session:
        return incoming.get(session, key)


def test_the_menu_and_the_overview_tell_how_much_waits(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    before = counted(shown(anna, "/"))
    take(services, two_cases, reply(invitation, "Hvem er omfattet?\n"))
    html = shown(anna, "/")
    assert counted(html) == before + 1
    assert "<strong>Greve</strong> har et spørgsmål" in " ".join(html.split())
    take(services, two_cases, bounce(invitation, invitation.recipients[0]))
    html = shown(anna, "/")
    assert counted(html) == before + 2
    assert "<strong>Greve</strong> får ikke vores mails: de kommer retur" in " ".join(html.split())


def counted(html: str) -> int:
    """The number in the menu."""
    found = re.search(r'Overblik <span class="own-count">(\d+)', html)
    return int(found[1]) if found else 0


def test_what_waits_is_listed_with_its_case_party_age_and_what_it_looks_like(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    assert "Ingen mails venter." in shown(anna, "/mails/post")
    mail = take(services, two_cases, reply(invitation, "Hvem er omfattet af målgruppen?\n"))
    html = shown(anna, "/mails/post")
    assert "Venter på dig (1)" in html
    assert f'href="/mails/post/{mail.key}"' in html
    assert "Greve" in html
    assert two_cases.references[0] in html
    assert "0 arbejdsdage" in html
    assert "Ligner et spørgsmål til os." in html


def test_an_answer_is_recorded_from_its_mail_and_the_mail_stands_on_the_case(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "Vi har 12 borgere i målgruppen.\n"))
    path = f"/mails/post/{mail.key}"
    html = shown(anna, path)
    assert "Vi har 12 borgere i målgruppen." in html
    assert 'value="answer" checked' in html
    assert 'name="outcome"' not in html, "no decision is asked for"
    done = send(anna, f"{path}/betyder", path, meaning="answer", note="pr. mail")
    assert "Svaret er registreret." in after(anna, done)

    with reading(services.engine) as session:
        case = load(session, two_cases.references[0], two_cases.now)
    (response,) = case.responses
    assert (response.party, response.happened_to) == (two_cases.party, dt.date(2024, 8, 20))
    assert response.source.startswith("mail fra ")
    mails = shown(anna, f"/sager/{two_cases.references[0]}/mails")
    assert "Kommet ind (1)" in mails
    assert "besvaret" in mails
    assert "Behandlet (1)" in shown(anna, "/mails/post?vis=behandlet")


def test_pressed_twice_is_recorded_once_and_told_as_done(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "Vi har 12 borgere i målgruppen.\n"))
    path = f"/mails/post/{mail.key}"
    said = {"csrf": anna.csrf(path), "meaning": "answer"}
    said["seen"] = f"{mail.reference} {mail.step} {mail.party}"
    for _ in range(2):
        assert anna.client.post(f"{path}/betyder", data=said).status_code == 303
    with reading(services.engine) as session:
        assert len(load(session, two_cases.references[0], two_cases.now).responses) == 1


def test_of_two_caseworkers_the_second_is_told_what_the_first_has_said(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "Vi har 12 borgere i målgruppen.\n"))
    path = f"/mails/post/{mail.key}"
    said = {"csrf": anna.csrf(path), "meaning": "answer"}
    handle(services, mail.key, Reading(meaning=Meaning.NOTHING), Stamp(two_cases.now, "Bo"))
    answer = anna.client.post(f"{path}/betyder", data=said)
    html = unescape(answer.text)
    assert answer.status_code == 409
    assert "En anden har behandlet mailen" in html
    assert "Bo, " in html
    with reading(services.engine) as session:
        assert load(session, two_cases.references[0], two_cases.now).responses == ()


def test_a_mail_that_was_laid_elsewhere_meanwhile_is_not_recorded_where_it_was_seen(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "Vi har 12 borgere i målgruppen.\n"))
    path = f"/mails/post/{mail.key}"
    said = {"csrf": anna.csrf(path), "meaning": "answer", "seen": "CU-EN-2024 collection 0360"}
    answer = anna.client.post(f"{path}/betyder", data=said)
    assert answer.status_code == 422
    assert "En anden har lagt mailen et andet sted hen" in unescape(answer.text)
    assert state(services, mail.key).state is IncomingState.WAITING


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "Vi svarer senere.\n"))
    path = f"/mails/post/{mail.key}"
    answer = send(
        anna, f"{path}/betyder", path, meaning="announced_day", on="en <dag>", note="min note"
    )
    html = unescape(answer.text)
    assert answer.status_code == 422
    assert "Det blev ikke gemt" in html
    assert 'value="en <dag>"' in html
    assert ">min note</textarea>" in html
    assert "en &lt;dag&gt;" in answer.text, "what a mail or a person writes is never markup"
    assert 'value="announced_day" checked' in html
    answer = send(anna, f"{path}/betyder", path, note="intet valgt")
    assert "Vælg, hvad mailen betyder." in unescape(answer.text)
    assert state(services, mail.key).state is IncomingState.WAITING


def test_what_was_said_can_be_taken_back_and_the_mail_waits_again(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "Vi har 12 borgere i målgruppen.\n"))
    path = f"/mails/post/{mail.key}"
    send(anna, f"{path}/betyder", path, meaning="answer")
    html = after(anna, send(anna, f"{path}/fortryd", path, reason="læst forkert"))
    assert "Fortrudt. Mailen venter igen." in html
    assert 'action="/mails/post/' in html
    with reading(services.engine) as session:
        assert load(session, two_cases.references[0], two_cases.now).responses == ()


def test_an_unmatched_mail_shows_where_it_may_belong_and_is_laid_there(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = reply(None, "Vi har 12 borgere.\n", sender=invitation.recipients[0], subject="Svar")
    mail = take(services, two_cases, raw)
    assert mail.reference == ""
    path = f"/mails/post/{mail.key}"
    html = shown(anna, path)
    assert "Sag ikke fundet" in shown(anna, "/mails/post")
    assert "Uden en sag kan mailen kun lægges til side." in html
    places = [unescape(p) for p in re.findall(r'name="place" value="([^"]+)"', html)]
    assert {place.split(" ")[0] for place in places} == set(two_cases.references)
    wanted = next(p for p in places if p.startswith(two_cases.references[1]))
    html = after(anna, send(anna, f"{path}/flyt", path, place=wanted))
    assert f"Mailen er lagt på {two_cases.references[1]}, Greve." in html
    assert 'value="answer"' in html


def test_a_mail_is_laid_to_a_municipality_that_is_named_in_words(
    anna: Any, services: Services, two_cases: TwoCases
) -> None:
    mail = take(services, two_cases, reply(None, "Hej\n", sender="privat@fjern.example"))
    path = f"/mails/post/{mail.key}"
    assert "adressen er ikke registreret som kontakt" in shown(anna, path)
    reference = two_cases.references[0]
    answer = send(anna, f"{path}/flyt", path, reference=reference, who="Atlantis")
    assert answer.status_code == 422
    assert 'value="Atlantis"' in unescape(answer.text)
    html = after(anna, send(anna, f"{path}/flyt", path, reference=reference, who="lolland"))
    assert f"Mailen er lagt på {reference}, Lolland." in html
    assert state(services, mail.key).step == "collection"


def test_a_mail_that_concerns_no_case_is_laid_aside(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "God sommer!\n"))
    path = f"/mails/post/{mail.key}"
    html = after(anna, send(anna, f"{path}/ingen-sag", path))
    assert "Den vedrører ingen sag." in html
    found = state(services, mail.key)
    assert (found.reference, found.state, found.meaning) == (
        "",
        IncomingState.HANDLED,
        Meaning.NOTHING,
    )
    mails = shown(anna, f"/sager/{two_cases.references[0]}/mails")
    assert "Kommet ind" not in mails


def test_a_mails_files_are_saved_never_shown_and_only_those_of_that_mail(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = invitation.recipients[0], "SV: skema"
    message["In-Reply-To"] = invitation.message_id
    message.set_content("Se vedlagte.\n")
    message.add_attachment(
        b"<p>Vores svar</p>", maintype="text", subtype="html", filename="svar.html"
    )
    message.add_attachment(
        b"MZ", maintype="application", subtype="octet-stream", filename="svar.exe"
    )
    mail = take(services, two_cases, message.as_bytes())
    path = f"/mails/post/{mail.key}"
    html = shown(anna, path)
    assert "Ikke gemt: filen er et program." in html
    sha256 = mail.attachments[0]["sha256"]
    answer = anna.client.get(f"{path}/fil/{sha256}")
    assert answer.content == b"<p>Vores svar</p>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert mail.raw_sha256 == "", "the program would be kept within it"
    assert "har en fil, der ikke kan" in html
    assert anna.client.get(f"{path}/fil/{'0' * 64}").status_code == 404
    done = send(anna, f"{path}/betyder", path, meaning="answer", file=[sha256])
    assert done.status_code == 303
    assert "svar.html" in shown(anna, f"/sager/{two_cases.references[0]}/dokumenter")


def test_html_and_markup_in_a_mail_are_shown_as_words(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = reply(invitation, "<b>fed</b> <img src=x>\n", subject="SV: <script>alert(1)</script>")
    mail = take(services, two_cases, raw)
    text = anna.client.get(f"/mails/post/{mail.key}").text
    assert "<script>alert(1)" not in text
    assert "<b>fed" not in text
    assert "&lt;b&gt;fed" in text
    assert "<script>alert(1)" not in anna.client.get("/mails/post").text


def test_delivery_reports_and_absences_lie_on_shelves_of_their_own(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    take(services, two_cases, bounce(invitation, invitation.recipients[0]))
    words = "Jeg er på ferie til og med 1. september.\n"
    away = reply(invitation, words, subject="Automatisk svar", Auto_Submitted="auto-replied")
    mail = take(services, two_cases, away)
    assert "Ingen mails venter." in shown(anna, "/mails/post")
    reports = shown(anna, "/mails/post?vis=rapporter")
    assert f"{invitation.recipients[0]}: kom retur" in reports
    assert mail.key not in reports
    assert mail.key in shown(anna, "/mails/post?vis=fravaer")
    path = f"/mails/post/{mail.key}"
    html = after(anna, send(anna, f"{path}/svar", path))
    assert "Mailen venter nu som et svar." in html
    assert state(services, mail.key).state is IncomingState.WAITING


def test_a_broken_address_stands_once_is_mended_and_its_mail_sent_again(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    old = invitation.recipients[0]
    take(services, two_cases, bounce(invitation, old))
    html = shown(anna, "/mails/adresser")
    assert "Skal rettes (1)" in html
    assert html.count(f'<h3 class="own-break">{old}</h3>') == 1
    assert "Adressen findes ikke" in html
    assert "1 mail nåede ikke frem" in html
    assert '<a class="button button-primary" href="/kontakter/0253#kontakter">' in html
    assert "✕</span> kom retur" in shown(anna, "/kontakter/0253")
    assert "1 af 17 kommuner" in shown(anna, "/kontakter?adresse=1")

    new = ContactValue(
        party="0253", role=ContactRole.COORDINATOR, name="Team", email="ny@greve.example"
    )
    with writing(services.engine) as session:
        put_contact(session, new, Stamp(two_cases.now, "anna"))
    html = shown(anna, "/mails/adresser")
    assert "Kan sendes igen (1)" in html
    assert "til den nye adresse ny@greve.example" in html
    (offer,) = re.findall(r'name="offer" value="([^"]+)"', html)
    path = "/mails/adresser/send-igen"
    csrf = anna.csrf("/mails/adresser")
    done = anna.client.post(path, data={"csrf": csrf, "offer": [offer]})
    assert "1 mail er skrevet igen" in after(anna, done)
    twice = anna.client.post(path, data={"csrf": csrf, "offer": [offer]})
    assert twice.status_code == 409
    assert "Noget er ændret" in unescape(twice.text)
    assert [m.recipients for m in two_cases.mails(OutboxState.PENDING)] == [["ny@greve.example"]]


def test_a_person_says_that_an_address_works_again(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    take(services, two_cases, bounce(invitation, invitation.recipients[0]))
    done = send(anna, "/mails/adresser/virker", "/mails/adresser")
    html = after(anna, done)
    assert "er mærket som virkende" in html
    assert "Skal rettes (0)" in html
    assert "igen til social@greve.example" in html
    assert "virker igen, siger sekretariatet" in shown(anna, "/kontakter/0253")


def test_where_we_are_refused_every_page_says_so_and_one_button_sends_all_again(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    assert "Vores mails afvises" not in shown(anna, "/")
    take(services, two_cases, bounce(invitation, invitation.recipients[0], "5.7.509"))
    for path in ("/", "/mails/post", "/kontakter"):
        assert "<strong>Vores mails afvises</strong> af" in shown(anna, path)
        assert "1 modtagers mailserver." in shown(anna, path)
    html = shown(anna, "/mails/adresser")
    assert "rette SPF, DKIM og DMARC" in html
    assert "550 5.7.509 User unknown" in html, "the words of the server"
    assert "Skal rettes (0)" in html, "the address is good"
    assert "1 mail kan sendes igen, når det er" in html
    assert "vi blev afvist" in shown(anna, "/kontakter/0253")

    done = send(anna, "/mails/adresser/opsaetning", "/mails/adresser")
    assert "1 mail er skrevet igen" in after(anna, done)
    assert "Vores mails afvises" not in shown(anna, "/mails/adresser")
    said = {"csrf": anna.csrf("/mails/adresser")}
    twice = anna.client.post("/mails/adresser/opsaetning", data=said)
    assert twice.status_code == 409


def test_a_bounce_that_nobody_understands_waits_to_be_read_and_can_become_a_reply(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = (
        "From: postmaster@greve.example\r\nSubject: Besked\r\nMessage-ID: <u@greve.example>\r\n"
        "\r\nFejl 17.\r\n\r\n--- Oprindelig mail ---\r\n"
        f"Message-ID: {invitation.message_id}\r\n"
    )
    mail = take(services, two_cases, raw.encode())
    assert "Sendt retur, læs selv." in shown(anna, "/mails/post")
    path = f"/mails/post/{mail.key}"
    html = shown(anna, path)
    assert "Fejl 17." in html
    assert "Lad den vente som et svar" in html
    assert "Mailen venter nu som et svar." in after(anna, send(anna, f"{path}/svar", path))


def test_a_mail_that_cannot_be_read_says_how_to_ask_for_it_anew(
    anna: Any, services: Services, two_cases: TwoCases
) -> None:
    mail = take(services, two_cases, wrapped(encrypted(), SEALED_SMIME))
    html = shown(anna, f"/mails/post/{mail.key}")
    assert "Mailen er krypteret, så den ikke kan læses her. Svar afsenderen, og bed om" in html
    assert "(Mailen har ingen tekst.)" not in html


def test_a_reader_sees_the_post_and_can_do_nothing_with_it(
    web: FastAPI, person: Callable[..., Any], services: Services, two_cases: TwoCases,
    invitation: OutboxMail,
) -> None:  # fmt: skip
    mail = take(services, two_cases, reply(invitation, "Vi har 12 borgere i målgruppen.\n"))
    reader = person(web, "rie", Role.READER)
    html = shown(reader, f"/mails/post/{mail.key}")
    assert "Vi har 12 borgere" in html
    assert f"/mails/post/{mail.key}/betyder" not in html
    for path in (f"/mails/post/{mail.key}/betyder", "/mails/adresser/virker"):
        said = {"csrf": reader.csrf("/mails/post"), "meaning": "answer", "address": "a@b.example"}
        assert reader.client.post(path, data=said).status_code == 403
    assert reader.client.get("/mails/post/findes-ikke").status_code == 404


def test_the_systems_condition_tells_when_the_mailbox_was_last_read_and_what_went_wrong(
    services: Services, two_cases: TwoCases, person: Callable[..., Any]
) -> None:
    path = "/indstillinger/tilstand"
    silent = person(create_app(services, lambda: two_cases.now), "rie", Role.ADMINISTRATOR)
    assert "Der er ikke sat en postkasse op." in shown(silent, path)

    mailbox = services.settings.mailbox.model_copy(update={"host": "127.0.0.1", "port": 9})
    settings = services.settings.model_copy(update={"mailbox": mailbox})
    reading_mail = replace(services, settings=settings)
    anna = person(create_app(reading_mail, lambda: two_cases.now), "anna", Role.ADMINISTRATOR)
    assert "Er ikke læst endnu" in shown(anna, path)
    with pytest.raises(OutsideError) as trouble:
        read_mailbox(reading_mail, two_cases.now)
    html = shown(anna, path)
    assert "Kunne ikke læses" in html
    assert trouble.value.message in html


def test_who_has_left_is_handed_over_from_the_mail_with_both_addresses_filled_in(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    words = "Jeg er stoppet i kommunen. Skriv til Bo på bo@greve.example.\n"
    left = reply(invitation, words, subject="Automatisk svar", Auto_Submitted="auto-replied")
    mail = take(services, two_cases, left)
    assert mail.state is IncomingState.WAITING

    html = shown(anna, f"/mails/post/{mail.key}")
    old = invitation.recipients[0].replace("@", "%40")
    address = f"/kontakter/0253/overdrag?fra={old}&amp;til=bo%40greve.example"
    assert address in html
    form = shown(anna, address.replace("&amp;", "&"))
    assert 'value="bo@greve.example"' in form


def test_what_may_be_a_machines_says_so_and_is_filed_with_one_press(
    anna: Any, services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = take(services, two_cases, reply(invitation, "Jeg er på ferie til den 1. september.\n"))
    path = f"/mails/post/{mail.key}"
    html = shown(anna, path)
    assert "måske automatisk" in html
    assert "den begynder med fravær" in html

    assert "lagt til side som automatisk" in after(anna, send(anna, f"{path}/automatisk", path))
    assert state(services, mail.key).kind is IncomingKind.ABSENCE


def test_a_substitute_sees_on_overview_and_post_whose_mail_waits_and_why(
    anna: Any,
    web: FastAPI,
    person: Callable[..., Any],
    services: Services,
    two_cases: TwoCases,
    invitation: OutboxMail,
) -> None:
    with writing(services.engine) as session:
        header = find(session, two_cases.references[0])
        record(
            session,
            header,
            NewParticulars(title="Prøve", responsible="Anna"),
            Stamp(two_cases.now, "anna"),
        )
    take(services, two_cases, reply(invitation, "Hvem er omfattet?\n"))
    bo = person(web, "bo", Role.CASEWORKER)
    assert "stedfortræder" not in shown(bo, "/mails/post")
    with reading(services.engine) as session:
        whose = {user.login: user.id for user in access.users(session)}
    until = two_cases.day + dt.timedelta(days=7)
    fields = {"substitute": str(whose["bo"]), "away_from": "i dag", "away_until": f"{until}"}
    path = "/indstillinger/stedfortraeder#substitute-heading"
    assert "Bo er stedfortræder for Anna" in after(
        anna, send(anna, path, "/indstillinger", **fields)
    )
    said = f"Anna er væk til og med {short_date(until)}, og du er stedfortræder."
    assert said in shown(bo, "/mails/post")
    assert said in " ".join(shown(bo, "/").split())
    assert "det, jeg passer for Anna" in shown(bo, "/")
    assert said not in shown(anna, "/mails/post")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"away_from": "i dag"}, "Vælg en stedfortræder"),
        ({"substitute": "self"}, "sin egen stedfortræder"),
        ({"substitute": "reader"}, "sagsbehandler eller administrator"),
        ({"substitute": "bo", "away_until": "i morgen"}, "den første dag"),
        ({"substitute": "bo", "away_from": "i morgen", "away_until": "i dag"}, "før den første"),
        ({"substitute": "bo", "away_from": "snart"}, "snart"),
        ({"substitute": "x"}, "på listen"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused_and_what_was_typed_stays(
    anna: Any,
    web: FastAPI,
    person: Callable[..., Any],
    services: Services,
    wrong: dict[str, str],
    told: str,
) -> None:
    person(web, "bo", Role.CASEWORKER)
    person(web, "rita", Role.READER)
    with reading(services.engine) as session:
        whose = {user.login: str(user.id) for user in access.users(session)}
    chosen = {"self": whose["anna"], "reader": whose["rita"], "bo": whose["bo"]}
    fields = {"substitute": "", "away_from": "", "away_until": "", **wrong}
    fields["substitute"] = chosen.get(fields["substitute"], fields["substitute"])
    path = "/indstillinger/stedfortraeder#substitute-heading"
    answer = send(anna, path, "/indstillinger", **fields)
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert f'value="{fields["away_from"]}"' in answer.text
