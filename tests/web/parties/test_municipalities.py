"""«Kontakter»: whom we write to, one municipality in all cases, lists from files."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI

from models import ContactRole, OutboxState, Role
from udmelding.casework.access import links
from udmelding.casework.parties import declarations
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.parties import ContactValue, history, load_contacts, put_contact
from udmelding.journal.stamp import Stamp
from udmelding.web.service.app import create_app

GREVE = "/kontakter/0253"
CSV = "part;rolle;navn;email\n"


@pytest.fixture
def web(services: Services, two_cases: Any) -> FastAPI:
    """The app on the first morning of reminders in two cases."""
    return create_app(services, lambda: two_cases.now)


@pytest.fixture
def anna(web: FastAPI, person: Callable[..., Any]) -> Any:
    return person(web, "anna", Role.CASEWORKER)


def page(browser: Any, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text)


def form(html: str, role: str, action: str = "kontakt") -> dict[str, str]:
    """What the form of one role holds, as a browser would send it."""
    for found in html.split(f'action="{GREVE}/{action}"')[1:]:
        fields = found.split("</form>")[0]
        if f'name="role" value="{role}"' in fields:
            said = re.findall(r'name="(\w+)" value="([^"]*)"', fields)
            return {name: unescape(value) for name, value in said}
    raise AssertionError(f"no form for {role}")


def save(browser: Any, said: dict[str, str], action: str = "kontakt", **changed: str) -> Any:
    return browser.client.post(f"{GREVE}/{action}", data=said | changed)


def after(browser: Any, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return page(browser, answer.headers["location"])


def send(browser: Any, path: str, name: str, content: str | bytes, **said: str) -> Any:
    data = {"csrf": browser.csrf("/kontakter"), **said}
    raw = content.encode() if isinstance(content, str) else content
    answer = browser.client.post(path, data=data, files={"file": (name, raw)})
    return browser.client.get(answer.headers["location"]) if answer.is_redirect else answer


def confirm(browser: Any, answer: Any) -> Any:
    """Press the button under before and after."""
    assert answer.status_code in (200, 409), answer.text
    shown = answer.text.split('<form method="post" action="/kontakter/import')[1]
    path = "/kontakter/import" + shown.split('"')[0]
    said = re.findall(r'name="(\w+)" value="([^"]*)"', shown)
    return browser.client.post(path, data={name: unescape(value) for name, value in said})


def standing(services: Services, party: str = "0253") -> dict[ContactRole, ContactValue]:
    with reading(services.engine) as session:
        found = load_contacts(session, dt.datetime(2100, 1, 1, tzinfo=dt.UTC)).get(party, ())
    return {contact.role: contact for contact in found}


def test_the_list_holds_the_areas_municipalities_with_addresses_and_what_is_open(
    anna: Any,
) -> None:
    html = page(anna, "/kontakter")
    assert "17 af 17 kommuner · 34 åbne punkter" in html
    row = html.split(f'<a href="{GREVE}">')[1].split("</tr>")[0]
    assert "social@greve.example" in row
    assert "skrevet som fil, ikke sendt" in row
    assert "ikke brugt endnu" in row
    assert '<td data-title="Åbne punkter">2</td>' in row
    assert "ikke kendt, antages" in row


def test_the_list_can_show_the_whole_country_or_only_what_needs_a_person(
    anna: Any, services: Services, two_cases: Any
) -> None:
    assert "98 af 98 kommuner" in page(anna, "/kontakter?omraade=alle")
    assert "17 af 98 kommuner" in page(anna, "/kontakter?omraade=alle&aabne=1")
    assert "81 af 98 kommuner" in page(anna, "/kontakter?omraade=alle&adresse=1")
    assert "0 af 17 kommuner" in page(anna, "/kontakter?adresse=1")
    with writing(services.engine) as session:
        key = two_cases.mails()[-1].key
        outbox.finish(session, key, OutboxState.FAILED, two_cases.now, "550 ukendt modtager")
    html = page(anna, "/kontakter?adresse=1")
    assert "1 af 17 kommuner" in html
    assert "550 ukendt modtager" in html
    assert "1 af 17 kommuner" in page(anna, "/kontakter?q=greve")
    assert anna.client.get("/kontakter?omraade=findes-ikke").status_code == 404


def test_a_municipality_shows_what_it_owes_and_was_sent_in_every_case(
    anna: Any, two_cases: Any
) -> None:
    html = page(anna, GREVE)
    assert "Åbne punkter (2)" in html
    for reference in two_cases.references:
        assert f'<a href="/sager/{reference}">{reference}</a>' in html
    mail = two_cases.mails()[0]
    link = re.search(rf'<a href="([^"]+)">{re.escape(mail.subject)}</a>', html)
    assert link
    assert f'id="{mail.key}"' in page(anna, link[1])
    assert "Personlige links (2)" in html
    assert "antaget" in html
    assert anna.client.get("/kontakter/9999").status_code == 404


def test_a_contact_is_corrected_and_the_old_one_stays_readable(
    anna: Any, services: Services
) -> None:
    said = form(anna.client.get(GREVE).text, "coordinator")
    html = after(anna, save(anna, said, name="Team Voksne", email="voksne@greve.example"))
    assert "Greve: koordinator er rettet." in html
    assert standing(services)[ContactRole.COORDINATOR].email == "voksne@greve.example"
    assert "Tidligere kontakter (1)" in html
    assert 'af Anna: <span class="own-break">Team Voksne, voksne@greve.example' in html


def test_a_contact_is_added_and_removed(anna: Any, services: Services) -> None:
    said = form(anna.client.get(GREVE).text, "mailbox")
    html = after(anna, save(anna, said, name="Greve Kommune", email="post@greve.example"))
    assert "fællespostkasse er tilføjet" in html
    said = form(anna.client.get(GREVE).text, "mailbox", "fjern")
    html = after(anna, save(anna, said, "fjern", reason="lukket"))
    assert "fællespostkasse er fjernet" in html
    assert "fjernet af Anna: lukket" in html
    assert ContactRole.MAILBOX not in standing(services)


def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(
    anna: Any, services: Services
) -> None:
    said = form(anna.client.get(GREVE).text, "coordinator")
    answer = save(anna, said, name="", email="ikke en <adresse>")
    html = unescape(answer.text)
    assert answer.status_code == 422
    assert 'id="name-coordinator-error"' in html
    assert "er ikke en mailadresse" in html.split('id="email-coordinator-error"')[1][:200]
    assert 'value="ikke en &lt;adresse&gt;"' in answer.text
    assert standing(services)[ContactRole.COORDINATOR].email == "social@greve.example"


def test_a_contact_that_another_changed_meanwhile_is_shown_and_not_written_over(
    anna: Any, services: Services, web: FastAPI, person: Callable[..., Any]
) -> None:
    bo = person(web, "bo", Role.CASEWORKER)
    seen_by_bo = form(bo.client.get(GREVE).text, "coordinator")
    removal_by_bo = form(bo.client.get(GREVE).text, "coordinator", "fjern")
    save(anna, form(anna.client.get(GREVE).text, "coordinator"), name="A", email="a@greve.example")
    answer = save(bo, seen_by_bo, name="B", email="b@greve.example")
    html = unescape(answer.text)
    assert answer.status_code == 409
    assert "Anna har ændret kontakten, mens du skrev" in html
    assert "A, a@greve.example" in html
    assert 'value="b@greve.example"' in html
    assert save(bo, removal_by_bo, "fjern").status_code == 409
    assert standing(services)[ContactRole.COORDINATOR].email == "a@greve.example"
    assert save(bo, form(answer.text, "coordinator")).status_code == 303
    assert standing(services)[ContactRole.COORDINATOR].email == "b@greve.example"


def test_a_contact_that_the_municipality_proposed_is_accepted_or_refused(
    anna: Any, services: Services, two_cases: Any
) -> None:
    reference = two_cases.references[0]
    for name in ("Første", "Anden"):
        with writing(services.engine) as session:
            address = links.link_for(
                services, session, reference, "0253", by="anna", now=two_cases.now
            )
        opened = links.open_link(services, address.rsplit("/", 1)[1], two_cases.now)
        assert opened
        title = declarations.contact_note(
            "Greve", name, f"{name.lower()}@greve.example".replace("ø", "o")
        )
        said = {"title": title, "milestone_kind": "note", "on": two_cases.now.date()}
        declarations.declare(services, opened, [("milestone", said)], two_cases.now)
    html = page(anna, GREVE)
    assert html.count("Kommunen har foreslået en ny koordinator") == 2
    proposed = dict(re.findall(r"<strong>(\w+), .*?name=\"key\" value=\"([^\"]+)\"", html, re.S))
    data = {"csrf": anna.csrf(GREVE), "reference": reference}
    told = after(anna, anna.client.post(f"{GREVE}/afvis", data=data | {"key": proposed["Anden"]}))
    assert "Forslaget er afvist" in told
    told = after(
        anna, anna.client.post(f"{GREVE}/accepter", data=data | {"key": proposed["Første"]})
    )
    assert "er taget i brug" in told
    assert standing(services)[ContactRole.COORDINATOR].name == "Første"
    save(anna, form(anna.client.get(GREVE).text, "coordinator"), email="ny@greve.example")
    assert "har foreslået" not in page(anna, GREVE)
    gone = anna.client.post(f"{GREVE}/accepter", data=data | {"key": proposed["Første"]})
    assert gone.status_code == 404


def test_the_agency_and_the_secretariat_have_contacts_too(anna: Any, services: Services) -> None:
    assert "Uden en kontakt her bruges adressen fra opsætningen" in page(anna, "/kontakter/agency")
    csrf = anna.csrf("/kontakter")
    said = {"csrf": csrf, "role": "mailbox", "name": "Styrelsen", "email": "cu@styrelsen.example"}
    assert anna.client.post("/kontakter/agency/kontakt", data=said).status_code == 303
    assert standing(services, "agency")[ContactRole.MAILBOX].email == "cu@styrelsen.example"


def test_a_reader_sees_everything_and_changes_nothing(
    web: FastAPI, person: Callable[..., Any]
) -> None:
    rie = person(web, "rie", Role.READER)
    html = page(rie, GREVE)
    assert "Gem" not in html.split("<main")[1]
    data = {"csrf": rie.csrf(), "role": "mailbox", "name": "x", "email": "x@y.dk"}
    assert rie.client.post(f"{GREVE}/kontakt", data=data).status_code == 403
    assert rie.client.get("/kontakter/import").status_code == 403
    assert rie.client.get("/kontakter/kontakter.xlsx").status_code == 200


def test_a_list_changes_nothing_before_the_second_click(anna: Any, services: Services) -> None:
    content = (
        f"{CSV}Greve;koordinator;Team Voksne;voksne@greve.example\n"
        "Køge;fællespostkasse;Post;p@koege.example\n"
    )
    answer = send(anna, "/kontakter/import", "liste.csv", content)
    html = unescape(answer.text)
    assert "1 ny, 1 ændret, 0 uændrede" in html
    assert "social@greve.example" in html
    assert standing(services)[ContactRole.COORDINATOR].email == "social@greve.example"
    told = after(anna, confirm(anna, answer))
    assert "2 nye eller ændrede, 0 uændrede" in told
    assert standing(services)[ContactRole.COORDINATOR].name == "Team Voksne"
    with reading(services.engine) as session:
        assert history(session, "0253")[0].recorded_by == "Anna"


def test_rows_that_cannot_be_used_are_told_by_cell_and_do_not_sink_the_others(
    anna: Any, services: Services
) -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].title = "Liste"
    for row in (
        ("part", "rolle", "navn", "email"),
        ("Greve", "koordinator", "Team Voksne", "voksne@greve.example"),
        ("Grevve", "koordinator", "Team", "team@greve.example"),
        ("Køge", "koordinator", "Team", "uden snabel-a"),
    ):
        made.worksheets[0].append(row)
    file = io.BytesIO()
    made.save(file)
    answer = send(anna, "/kontakter/import", "liste.xlsx", file.getvalue())
    html = unescape(answer.text)
    assert "Kan ikke læses (2)" in html
    assert "liste.xlsx, arket Liste, celle A3" in html
    assert "liste.xlsx, arket Liste, celle D4 (Køge)" in html
    assert standing(services)[ContactRole.COORDINATOR].email == "social@greve.example"
    told = after(anna, confirm(anna, answer))
    assert "1 nye eller ændrede, 0 uændrede. 2 fejl i listen er ikke taget med." in told
    assert standing(services)[ContactRole.COORDINATOR].email == "voksne@greve.example"


def test_a_list_of_which_nothing_can_be_used_is_told_with_the_text_kept(anna: Any) -> None:
    data = {"csrf": anna.csrf("/kontakter"), "pasted": "Greve\tAnne\tikke en adresse"}
    answer = anna.client.post("/kontakter/import/indsat", data=data)
    html = unescape(anna.client.get(answer.headers["location"]).text)
    assert "Greve" in html.split('id="pasted"')[1].split("</textarea>")[0]


def test_contacts_are_typed_at_each_municipality_and_what_is_known_is_left_out(
    anna: Any, services: Services
) -> None:
    html = page(anna, "/kontakter/import")
    assert "17 af 17 kommuner har en koordinator" in html
    data = {
        "csrf": anna.csrf("/kontakter"),
        "til": "start",
        "party": ["Greve", "Køge", "Lejre"],
        "name": ["Team Voksne", "Post", ""],
        "email": ["voksne@greve.example", "uden snabel-a", ""],
    }
    answer = anna.client.post("/kontakter/import/skrevet", data=data)
    shown = anna.client.get(answer.headers["location"])
    html = unescape(shown.text)
    assert "0 nye, 1 ændret, 0 uændrede" in html
    assert "linje 3 (Køge)" in html
    back = re.search(r'href="(/kontakter/import\?[^"]+)">Ret listen', html.replace("\n", ""))
    again = unescape(anna.client.get(re.sub(r"\s", "", back[1])).text) if back else ""
    assert 'value="uden snabel-a"' in again
    answer = confirm(anna, shown)
    assert answer.headers["location"] == "/kom-godt-i-gang"
    assert standing(services)[ContactRole.COORDINATOR].name == "Team Voksne"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("", b"", "Vælg en fil."),
        ("liste.csv", b"", "er tom"),
        ("liste.pdf", b"%PDF-", "Brug Excel (.xlsx) eller CSV (.csv)"),
        ("liste.xlsx", b"x" * (25 * 1024 * 1024 + 1), "fylder mere end 25 MB"),
        ("..\\liste.xlsx", b"ikke Excel", "«liste.xlsx» er ren tekst eller en webside og ikke"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_at_its_field(
    anna: Any, name: str, content: bytes, told: str
) -> None:
    answer = send(anna, "/kontakter/import", name, content)
    assert answer.status_code == 422
    assert told in unescape(answer.text).split('id="file-error"')[1][:300]


def test_what_another_changed_meanwhile_is_shown_before_a_list_is_taken_in(
    anna: Any, services: Services, two_cases: Any
) -> None:
    content = CSV + "Greve;koordinator;Team Voksne;voksne@greve.example\n"
    answer = send(anna, "/kontakter/import", "liste.csv", content)
    with writing(services.engine) as session:
        theirs = ContactValue(
            party="0253", role=ContactRole.COORDINATOR, name="Bos", email="bo@greve.example"
        )
        put_contact(session, theirs, Stamp(two_cases.now, "bo"))
    again = confirm(anna, answer)
    assert again.status_code == 409
    assert "bo@greve.example" in again.text
    assert standing(services)[ContactRole.COORDINATOR].name == "Bos"
    assert confirm(anna, again).status_code == 303
    assert standing(services)[ContactRole.COORDINATOR].name == "Team Voksne"


def test_a_downloaded_template_and_export_are_taken_back_as_unchanged(anna: Any) -> None:
    for path in ("/kontakter/skabelon.xlsx?omraade=sjaelland", "/kontakter/kontakter.xlsx"):
        content = anna.client.get(path).content
        html = unescape(send(anna, "/kontakter/import", "kontakter.xlsx", content).text)
        assert "0 nye, 0 ændrede, 51 uændrede" in html
        assert "Der er ikke noget at gemme." in html
