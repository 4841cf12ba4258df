"""What people send by mistake on a first morning: each has its message, its place, and no effect.

The rows of ``docs/bad-input.md`` under «Contacts, calendars and question sets» are these.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
from collections.abc import Callable, Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import openpyxl
import pytest

from models import Role
from udmelding.casework import own
from udmelding.casework.wiring import Services
from udmelding.config.parties import load_municipalities
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import reading
from udmelding.journal.parties import standing_contacts
from udmelding.journal.plan.municipal import standing_meetings
from udmelding.outside import evidence

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
Excel = list[tuple[object, ...]]
FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


class Broken(NamedTuple):
    """Something that was sent, where the message says it is wrong, and what to do about it."""

    sent: str | bytes | Excel
    where: str
    told: str
    name: str = "moeder.csv"


PASTED_CONTACTS = (
    Broken("Greve", "listen", "mangler; brug kolonnerne part, rolle, navn, email"),
    Broken("anne@greve.example", "linje 1", "skriv kommunens navn, kontaktens navn og mailadresse"),
    Broken("Greve\tAnne\tikke@adresse", "linje 1 (Greve)", "Skriv den som navn@kommune.dk"),
    Broken("Greve\tAnne\ta@greve.example\nLejre\t\tb@lejre.example", "linje 2 (Lejre)",
           "Skriv et navn eller en funktion"),
    Broken("Greve\tAnne\ta@greve.example\nAtlantis\tBo\tb@x.example", "linje 2",
           "«Atlantis». Skriv kommunens navn eller kode"),
    Broken("Greve\tAnne\ta@greve.example\nGreve\tBo\tb@greve.example", "linje 2",
           "Greve har allerede en koordinator (linje 1)"),
    Broken('Greve;"Anne;a@greve.example', "linje 1", "se efter anførselstegn"),
    Broken("part;rolle;navn;email\nGreve;chef;Anne;a@greve.example", "linje 2 (Greve)",
           "«chef» er ikke en rolle; skriv"),
)  # fmt: skip
CONTACT_FILES = (
    Broken([("kommune", "navn"), ("Greve", "Anne")], "arket Ark1, celle A1",
           "mangler; brug kolonnerne", "k.xlsx"),
    Broken([("part", "navn", "email"), ("Greve", "#REF!", "a@greve.example")],
           "arket Ark1, celle B2 (Greve)", "Skriv et navn eller en funktion", "k.xlsx"),
    Broken(b"PK\x03\x04 ikke en projektmappe", "k.xlsx", "gem den igen, og send den nye", "k.xlsx"),
)  # fmt: skip
PASTED_MEETINGS = (
    Broken("K17\n12. februar", "linje 2", "Skriv året med, eller sig, hvilket år listen gælder"),
    Broken("12/2-2027", "linje 1", "Vælg organet, eller skriv det i en overskrift"),
    Broken("K17 2027\nMandag den 12. februar", "linje 2", "Ret ugedagen eller datoen"),
    Broken("K17 2027\n31. februar", "linje 2", "Skriv en dag fra 1 til 29"),
    Broken("K17 2027\nUge 12", "linje 2", "Skriv mødets dato"),
    Broken("K17 2027\nd. 3. og 17. marts", "linje 2", "Skriv hver dato for sig, med måned"),
    Broken("K17 2027\n1. februar - 3. marts", "linje 2", "Skriv hver dag for sig, med komma"),
    Broken("K17\t12/2-2027\t29/1-2027", "linje 1", "skriv «papirer senest» foran den"),
    Broken("K17 2027\n12. februar udskydes", "linje 2", "Skriv både den gamle og den nye dag"),
    Broken("K17 2027\n13/2/27", "linje 2", "Skriv året med fire cifre"),
    Broken("Dato\tPapirfrist\n12/2-2027\t29/1-2027", "linje 1", "vælg, hvis kalender det er"),
    Broken("Organ\tJan\tFeb\tMar\nK17\t5\t12\t19", "linje 1", "Lav én række for hvert møde"),
)
MEETING_FILES = (
    Broken("kommune;led;dato\nGrevve;byråd;29-09-2025", "moeder.csv:2", "«Grevve». Kendte: Greve"),
    Broken("organ;dato\nK17;midt i marts", "moeder.csv:2", "Skriv dagen, for eksempel 14/3-2027"),
    Broken("organ;dato\nK17;12/2-2027\n;14/5-2027", "moeder.csv:3", "Skriv det i hver række"),
    Broken("organ;dato;status\nK17;12/2-2027;måske", "moeder.csv:2", "skriv planlagt eller aflyst"),
    Broken("organ;bemærkning\nK17;i Sorø", "moeder.csv:1", "overskriften «dato»"),
    Broken('organ;dato\nK17;"12/2-2027', "moeder.csv:2", "se efter anførselstegn"),
    Broken([("organ", "dato"), ("K17", "#REF!")], "Ark1!B2", "ret den i Excel", "m.xlsx"),
    Broken([("Organ", "Januar", "Februar", "Marts"), ("K17", 5, 12, 19)], "Ark1!A1",
           "Lav én række for hvert møde", "m.xlsx"),
    Broken([("organ", "dato"), ("K17", dt.date(2027, 2, 12)), (None, dt.date(2027, 5, 14))],
           "Ark1!A3", "også hvor celler er slået sammen", "m.xlsx"),
    Broken("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:K17\r\n"
           "DTSTART;VALUE=DATE:20270212\r\nRRULE:FREQ=HVERMAANED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
           "k.ics:7", "skriv møderne enkeltvis", "k.ics"),
    Broken("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:K17\r\n", "k.ics",
           "hent den igen", "k.ics"),
)  # fmt: skip
QUESTION_SETS = (
    Broken("id: x\n version: 1", "spørgeskemaet:2", "YAML"),
    Broken("id: x", "title", "mangler"),
    Broken("id: x\nversion: 1\ntitle: T\nsections: []", "sections", "mindst"),
    Broken("id: x\nversion: 1\ntitle: T\nsections:\n- {id: a, title: A, questions: [{id: b}]}",
           "text", "mangler"),
    Broken("id: x\nversion: 1\ntitle: T\nsections:\n- {id: a, title: A, questions: [{id: b, "
           "text: B, kind: tal}]}", "kind", "tal"),
    Broken("id: x\nversion: 1\ntitle: T\nsections:\n- id: a\n  title: A\n  questions:\n"
           "  - {id: b, text: B, kind: date}\n  - {id: b, text: C, kind: date}",
           "spørgeskemaet:", "to spørgsmål har samme id: b"),
    Broken("id: x\nversion: 1\ntitel: T", "titel", "mente du «title»"),
)  # fmt: skip


@pytest.fixture
def lone(signed_in: SignedIn) -> Any:
    return signed_in(Role.CASEWORKER)


@pytest.fixture
def state(services: Services) -> Callable[[], object]:
    """All that a broken input might have changed."""

    def now() -> object:
        with reading(services.engine) as session:
            return (
                standing_contacts(session),
                load_meetings(session, FAR),
                standing_meetings(session, {one.code for one in load_municipalities()}),
            )

    return now


def words(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def raw(broken: Broken) -> bytes:
    if isinstance(broken.sent, bytes):
        return broken.sent
    if isinstance(broken.sent, str):
        return broken.sent.encode()
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Ark1"
    for row in broken.sent:
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sent(browser: Any, path: str, said: dict[str, str], files: Any = None) -> str:
    """What the person reads after sending it."""
    data = {"csrf": browser.csrf("/kontakter"), **said}
    answer = browser.client.post(path, data=data, files=files)
    if answer.is_redirect:
        answer = browser.client.get(answer.headers["location"])
    return words(answer)


def lacking(read: str, broken: Broken) -> list[str]:
    """What is not told of it."""
    return [word for word in (broken.where, broken.told) if word not in read]


def check(tell: Callable[[Broken], str], inputs: tuple[Broken, ...]) -> None:
    found = [(one.sent, lack, tell(one)) for one in inputs if (lack := lacking(tell(one), one))]
    assert not found, "\n\n".join(map(str, found))


def test_broken_lists_of_contacts(lone: Any, state: Callable[[], object]) -> None:
    before, to = state(), "/kontakter/import"
    check(lambda one: sent(lone, f"{to}/indsat", {"pasted": str(one.sent)}), PASTED_CONTACTS)
    check(lambda one: sent(lone, to, {}, {"file": (one.name, raw(one))}), CONTACT_FILES)
    assert state() == before


def test_broken_lists_and_files_of_meetings(lone: Any, state: Callable[[], object]) -> None:
    before = state()
    check(
        lambda one: sent(lone, "/moeder/skriv", {"text": str(one.sent), "do": "show"}),
        PASTED_MEETINGS,
    )
    area, to = {"area": "sjaelland"}, "/moeder/import"
    check(lambda one: sent(lone, to, area, {"file": (one.name, raw(one))}), MEETING_FILES)
    assert state() == before


def test_broken_question_sets(lone: Any, services: Services) -> None:
    library = "/indstillinger/spoergeskemaer"
    lone.client.post(library, data={"csrf": lone.csrf(), "title": "Epilepsi", "fra": ""})
    before = own.numbers(services, ["question_sets/epilepsi.yaml"])
    check(
        lambda one: sent(lone, f"{library}/epilepsi/tekst", {"text": str(one.sent), "seen": "1"}),
        QUESTION_SETS,
    )
    assert own.numbers(services, ["question_sets/epilepsi.yaml"]) == before


ADDRESSES: dict[str, tuple[int, bytes, dict[str, str], str]] = {
    "/404": (404, b"nej", {}, "serveren svarede 404 Not Found. Se adressen efter"),
    "/503": (503, b"nej", {}, "serveren svarede 503 Service Unavailable. Prøv igen om lidt"),
    "/side": (200, b"<!doctype html><h1>Kalender</h1>", {}, "Find linket «Abonnér» eller «iCal»"),
    "/login": (302, b"", {"Location": "/logind"}, "en side, hvor man logger på"),
    "/logind": (200, b"<html><form>Log ind</form>", {}, "en side, hvor man logger på"),
    "/tom": (200, b"", {}, "siden er tom. Se adressen efter"),
    "/stor": (200, b"BEGIN:VCALENDAR" + b"x" * 5_000_001, {}, "større end 5 MB"),
    "/rundt": (302, b"", {"Location": "/rundt"}, "den sendes videre for mange gange"),
    "/indad": (302, b"", {"Location": "http://10.0.0.1/k.ics"}, "ikke på det offentlige internet"),
    "/ud": (302, b"", {"Location": "file:///etc/passwd"}, "begynde med http"),
    "/ingen": (200, b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", {}, "hverken møder"),
}
"""What a server answers at a path, and what is told of it."""


class _Web(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        code, body, headers, _ = ADDRESSES[self.path]
        self.send_response(code)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on this machine, which for once counts as the open internet."""
    monkeypatch.setattr(evidence, "is_public", lambda address: address.is_loopback)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_broken_addresses_of_calendars(lone: Any, site: str, state: Callable[[], object]) -> None:
    before = state()
    for path, (*_, told) in ADDRESSES.items():
        read = sent(lone, "/moeder/adresser", {"organ": "sjaelland.k17", "url": f"{site}{path}"})
        assert told in read, (path, read)
        assert "Adresser, der læses" not in read
    assert state() == before


def test_there_are_more_than_thirty_and_no_two_alike() -> None:
    every = (*PASTED_CONTACTS, *CONTACT_FILES, *PASTED_MEETINGS, *MEETING_FILES, *QUESTION_SETS)
    assert len({(str(one.sent), one.told) for one in every}) + len(ADDRESSES) >= 50
