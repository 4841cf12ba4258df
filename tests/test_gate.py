"""No text of any kind of fact, by any way in, keeps a CPR number: not in one byte of the home.

Ways and fields are found by looking: the forms of every page, the options of every command, the
entries behind the API and case files, the columns of tables. A new one comes along by itself. Each
field is given a number of its own, so that one that was kept tells by which way it came.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.routing import APIRoute, iter_route_contexts
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from starlette.testclient import TestClient

from models import ContactRole
from tests.answering import files_at_once
from tests.browser.conftest import PASSWORD, REF, Site, seed, settings_for
from tests.browser.test_every_page import addresses
from tests.honest import PDF
from tests.journal.test_files import text_fields, with_text
from tests.past import record_past
from tests.rules.files.cpr_shapes import numbers_born
from udmelding.casework.exchange.case_file import CaseShape, Envelope, PartyShape
from udmelding.casework.exchange.imports import import_any
from udmelding.casework.exchange.transfer import export_case
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.recording.recording import taking_back
from udmelding.casework.webhooks.setup import add_webhook
from udmelding.casework.wiring import made_services
from udmelding.config.case.library import area_named, process_named
from udmelding.errors import RefusedError
from udmelding.journal.access.api_tokens import WRITE, make_token
from udmelding.journal.case.header import find
from udmelding.journal.database import writing
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.paths import CONFIG
from udmelding.rules.access.links import BLANKED, without_links_in
from udmelding.rules.files.cpr import MASK
from udmelding.rules.files.cpr_gate import CprRefusedError
from udmelding.rules.recording.case import NewMeeting, NewMilestone, NewProcess, ProcessText
from udmelding.rules.recording.entry import Entry
from udmelding.rules.recording.report import NewFigurePublication, NewRespondent
from udmelding.rules.recording.written import Period
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.slow

WORD = "cpr-nummer"
PARTY = "0360"


@dataclass
class Probes:
    """Numbers of nobody, each put in at one place.

    Attributes:
        ways: where each number was put in, by its ten digits.
    """

    ways: dict[str, str] = field(default_factory=dict)

    def number(self, way: str) -> str:
        """A certain number for that way."""
        born = dt.date(1950, 1, 1) + dt.timedelta(days=len(self.ways))
        digits = next(numbers_born(born, holds=True))
        self.ways[digits] = way
        return f"{digits[:6]}-{digits[6:]}"

    def kept_in(self, home: Path) -> dict[str, str]:
        """Ways by which a number came into a file of the home, with or without its dash."""
        found: dict[str, str] = {}
        for path in home.rglob("*"):
            for hit in _DIGITS.finditer(path.read_bytes() if path.is_file() else b""):
                digits = (hit[1] + hit[2]).decode()
                if digits in self.ways:
                    found[self.ways[digits]] = path.name
        return found


_DIGITS = re.compile(rb"(?=(\d{6})(?:-|\\u2013|\xe2\x80\x93|\s|\\n)?(\d{4}))")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A home with something of everything in it, and the pages' log."""
    home = tmp_path_factory.mktemp("gate")
    with pytest.MonkeyPatch.context() as patch, made_services(settings_for(home)) as services:
        patch.setenv("UDMELDING_HOME", str(home))
        patch.setenv("COLUMNS", "500")
        seed(services)
        (home / "logs").mkdir()
        log = logging.FileHandler(home / "logs" / "web.log")
        logging.getLogger().addHandler(log)
        with files_at_once():
            yield Site(url="http://127.0.0.1:8080", services=services)
        logging.getLogger().removeHandler(log)


@pytest.fixture(scope="module", autouse=True)
def pages(site: Site) -> list[str]:
    """The address of every page, after there is something to be seen on it."""
    return [address for _, address in addresses(site)]


@pytest.fixture(scope="module")
def probes() -> Probes:
    return Probes()


# --- Pages: every form that any page shows ---


@dataclass
class Form:
    """A form as a browser has it.

    Attributes:
        choices: what it sends where nobody writes anything.
        texts: names of the fields that a person writes in.
        buttons: name, value and own address of each button that has any of them.
    """

    action: str
    choices: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page that change something."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self._form, self._select = Form(""), ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        name, value = at.get("name", ""), at.get("value", "")
        kind = at.get("type", "text")
        if tag == "form":
            self._form = Form((at.get("action") or self.page).partition("#")[0])
            if at.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif tag == "button" and (name or at.get("formaction")):
            self._form.buttons.append((name, value, at.get("formaction", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and value:
            self._form.choices.setdefault(self._select, value)
        elif tag == "textarea" or (tag == "input" and kind not in _CHOSEN):
            # Without a name it is not sent: a text to be copied.
            self._form.texts += [name] * bool(name)
        elif tag == "input" and kind in ("hidden", "radio", "checkbox") and name != "no_cpr":
            self._form.choices.setdefault(name, value)


_CHOSEN = {"hidden", "radio", "checkbox", "file", "password", "submit"}

DATES = {
    "away_from": "",
    "away_until": "",
    "on": "14/4-2025",
    "decided_on": "14/4-2025",
    "received": "14/4-2025",
    "letter_dated": "11/4-2025",
    "granted_on": "i dag",
    "waived_on": "i dag",
    "due_on": "30/5-2025",
    "expected_on": "20/5-2025",
    "remind_on": "20/5-2025",
    "wanted_on": "30/5-2025",
    "until": "30/5-2025",
    "deadline": "31/12-2025",
    "moved_to": "",
    "done_on": "",
    "closed_on": "i dag",
    "papers_due_on": "",
}
"""Fields that take a date and nothing else: there any number is refused, for what it is."""

SHAPED = {
    "email": ("ny@x.example", "{}@x.example"),
    "url": ("https://x.example/", "https://x.example/?c={}"),
    "evidence": ("https://x.example/1.pdf", "https://x.example/?c={}"),
    "readers": ("Fagchefen; a@x.example", "Fagchefen {}; a@x.example"),
    "reference": ("CU-NY-2025", "CU-{}"),
    "login": ("ny", "{}"),
    "days": ("30", "{}"),
    "number": ("1", "{}"),
    "approved": ("5", "{}"),
    "secretariat.email": ("x@x.example", "{}@x.example"),
    "agency.email": ("x@x.example", "{}@x.example"),
    "mail.letters_to": ("Tilsyn <t@x.example>", "Borger {} <t@x.example>"),
    "mail.per_minute": ("30", "{}"),
    "mail.per_minute_and_domain": ("0", "{}"),
    "web.link_days": ("0", "{}"),
    "web.session_hours": ("12", "{}"),
    "web.idle_minutes": ("120", "{}"),
    "prefect.daily_at": ("7.30", "{}"),
    "oidc.issuer": ("https://x.example", "https://x.example/{}"),
    "figures.threshold": ("5", "{}"),
    "figures.open_values": ("", "{}"),
}
"""Fields that take more: what an honest person writes, and how a number gets in."""

CODES = {"days", "who", "f:opgjort", "number", "approved"}
CODES |= {name for name in SHAPED if name.startswith(("mail.per_", "web.", "prefect.", "figures."))}
"""Fields in which a number is refused because it is none of what can stand there."""

KEPT_NOWHERE = {
    "/login/engangskode login": "the name and password of nobody",
    "/mails/post/{mail_key}/fortryd reason": "it meant nothing, so no fact is taken back for it",
    "/sager/{reference}/skema/spoergsmaal text": "no question set; a whole one is sent below",
    "/indstillinger/fjern text": "is to be taken out for good, and only looked for",
    "/indstillinger/fjern reason": "only shows where the text stands; doing it is tried below",
    "/k/nyt-link email": "is looked up among the contacts and kept nowhere",
}


MOST_ALONE = 15
"""Fields of a form that are tried one by one with every button; of a longer one only with one."""


def in_field(name: str, number: str) -> str:
    return SHAPED.get(name, ("", "Borger {}"))[1].format(number)


def honest(form: Form) -> dict[str, str]:
    """What a browser sends of an honest person."""
    said = {name: DATES.get(name, SHAPED.get(name, ("Prøve", ""))[0]) for name in form.texts}
    more = {"outcome": "approved"} if form.choices.get("outcome") == "" else {}
    return form.choices | said | more


@dataclass
class Walker:
    """Goes through pages and sends each form once for every field and button."""

    client: TestClient
    probes: Probes
    routes: list[str]
    done: set[str] = field(default_factory=set)
    forms: dict[str, Form] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    passed: list[str] = field(default_factory=list)

    def path_of(self, address: str) -> str:
        """The route that answers there."""
        path = address.partition("?")[0]
        found = (p for p in self.routes if re.fullmatch(re.sub(r"{\w+}", "[^/]+", p), path))
        return next(found)

    def look_at(self, page: str) -> None:
        answer = self.client.get(page)
        assert answer.status_code in (200, 303), page
        for form in Forms(page, answer.text).forms:
            self.send(form)

    def send(self, form: Form) -> None:
        buttons = [*form.buttons] or [("", "", "")]
        if form.choices.get("do") == "show" or ("do", "show", "") in buttons:
            buttons = [("do", "show", ""), ("do", "save", "")]
        for name, value, action in buttons:
            address = action or form.action
            path = self.path_of(address)
            self.reached.add(path)
            self.forms.setdefault(path, form)
            places = [[text] for text in form.texts if text != "csrf"]
            if len(places) > MOST_ALONE and (path, value) != ("/k/{token}/skema", "send"):
                places = [[text for (text,) in places]]
            for place in places:
                where = place[0] if len(place) == 1 else "all"
                way = " ".join(filter(None, (path, form.choices.get("form"), value, where)))
                if way not in self.done:
                    self.done.add(way)
                    self._write(address, form, {name: value} if name else {}, place, way)

    def _write(
        self, address: str, form: Form, button: dict[str, str], place: list[str], way: str
    ) -> None:
        said = honest(form) | button
        said |= {text: in_field(text, self.probes.number(f"{way}: {text}")) for text in place}
        answer = self.client.post(address, data=said)
        for again in Forms(address, answer.text).forms:
            if (again.action, again.choices.get("form")) == (form.action, form.choices.get("form")):
                # Such as which draft the next one is to follow; another form may have others.
                form.choices |= {n: v for n, v in again.choices.items() if n in form.choices}
        told, code = unescape(answer.text), answer.status_code
        if code == SEE_OTHER:  # to a page that tells it
            told = unescape(self.client.get(answer.headers["location"]).text)
        if way in KEPT_NOWHERE or (code in REFUSALS and {*place} <= {*DATES, *CODES}):
            return
        if code not in (*REFUSALS, SEE_OTHER) or WORD not in told:
            told = re.sub("<[^>]*>", " ", told[told.find("<main") :])
            self.passed.append(f"{way}: {code} {' '.join(told.split())[:400]}")


SEE_OTHER, REFUSALS = 303, range(400, 500)

TWINS = {
    "/k/{token}/skema/kladde": "/k/{token}/skema",
}
"""Addresses that a script or another form leads to, and the form whose fields they take."""

CHOSEN = {"reference": REF, "step": "councils", "party": PARTY, "til": "a@x.example", "frem": "30"}
"""What is chosen, not written, at those."""

RECORDING = ("/mails/rykkere/slaa-fra reason", "/indstillinger/fjern fjern")
"""Those of them that keep what is written; the rest take keys, and passwords of nobody."""


def other_forms(walker: Walker, unreached: Mapping[str, Any]) -> Iterator[Form]:
    """A form for every address to which no page has led."""
    for path, route in unreached.items():
        if path in TWINS:
            twin = walker.forms[TWINS[path]]
            action = path.replace("{token}", twin.action.split("/")[2])
            yield Form(action, dict(twin.choices), list(twin.texts))
            continue
        names = [param.name for param in route.dependant.body_params]
        chosen = {name: CHOSEN[name] for name in names if name in CHOSEN}
        texts = [name for name in names if name not in chosen]
        yield Form(re.sub(r"{\w+}", "1", path), chosen, texts)


def test_no_form_of_any_page_takes_a_number(site: Site, pages: list[str], probes: Probes) -> None:
    services, now = site.services, site.now
    add_webhook(services, name="J", url="http://127.0.0.1:9/", events=(), by="anna", now=now)
    app = create_app(services, lambda: now)
    client = TestClient(app, base_url=site.url, follow_redirects=False)
    routes = {
        str(route.path): route
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute) and "POST" in (route.methods or ())
    }
    walker = Walker(client, probes, list(routes))
    client.post("/login", data={"login": "anna", "password": PASSWORD})

    for address in pages:
        walker.look_at(address)
    assert len(walker.done) > 120, "the walk finds the forms"
    assert walker.passed == []
    csrf = {"csrf": walker.forms["/ny/{launch}/gem"].choices["csrf"]}
    gone = {"text": "om ventelisten"} | csrf  # which a remark speaks of
    walker.send(Form("/indstillinger/fjern", gone, ["reason"], [("do", "fjern", "")]))
    for form in other_forms(walker, {p: r for p, r in routes.items() if p not in walker.reached}):
        form.choices |= csrf
        walker.send(form)

    assert [told for told in walker.passed if told.startswith(RECORDING)] == []
    assert [told for told in walker.passed if ": 5" in told[:80]] == []
    assert set(routes) == walker.reached
    assert probes.kept_in(services.settings.home) == {}


# --- Commands: every word that any of them takes ---

WRITTEN = {"TEKST", "NAVN", "LINK", "ADRESSE", "BRUGERNAVN"}
"""What stands for a person's own words in a command's help."""

GIVEN = {
    "REF": REF,
    "KOMMUNE": "Lolland",
    "ORGAN": "k17",
    "ORGAN|KOMMUNE": "k17",
    "N": "1",
    "NR": "1",
    "NØGLE": "nøgle",
    "SKEMA": "form:gravide",
    "FIL|PROCES": "",
    "SLAGS": "thanks",
    "DATO": "30/6-2025",
    "PORT": "",
    "ORD": "",
    "FIL": "",
    "FIL|LINK": "",
    "ADRESSE": "https://x.example/",
    "FLYTNING": "Lolland 24/3-2026 -> 18/3-2026",
    "BRUGERNAVN": "ny",
}
"""What an honest person writes; another word in a command's help must be told of here or above."""

WORDS = {
    "launch reference": "CU-NY-2025",
    "launch received": "14/4-2025",
    "record body-decision outcome": "anbefalet",
    "record verdict verdict_outcome": "afventes",
    "record document kind": "referat",
    "record meeting on": "28/3-2025",
    "token add scope": "read",
}

NOT_KEPT = {
    "date text": "only reads a date",
    "outbox release by": "there is no such letter; tried in test_letters_released",
    "outbox elsewhere how": "there is no such letter; tried in test_letters_released",
    "outbox elsewhere by": "there is no such letter; tried in test_letters_released",
    "post decide by": "there is no such mail",
    "post minutes by": "there is no such mail",
    "redact text reason": "there is no such text; tried on the page",
    "redact text by": "there is no such text",
    "redact file reason": "there is no such file",
    "redact file by": "there is no such file",
    "serve host": "where the pages listen",
    "record tally source": "the case is of one area; tried by the API and by files",
    "record tally by": "the case is of one area",
    "process undo reason": "nothing was changed; it is recorded as a change is",
    "process undo by": "nothing was changed",
    "user password login": "there is none of that name",
    "user change login": "there is none of that name",
    "outbox arrived by": "there is no trial mail to say it of; tests/cli/mail tries it with one",
    "own import by": "the folder is not there; tests/casework/test_own.py tries it with files",
    "user away login": "there is none of that name",
    "user away substitute": "there is none of that name",
    "import committee": "a file is missing, and it is only looked up in that",
    "import by": "a file is missing",
    "form take-in by": "a file is missing",
    "link open by": "the link is not closed",
    "start by": "the case is not paused, so nothing is recorded",
    "handover leaving": "no such address; looked up among the contacts",
    "handover to": "it is no address",
    "handover name": "its addresses are none; tried on the page",
    "handover by": "its addresses are none; tried on the page",
    "correct-mails wrong": "without a kind it only lists; tried on the page",
    "correct-mails right": "without a kind it only lists; tried on the page",
    "correct-mails by": "without a kind it only lists",
    "outbox test address": "it is no address",
    "report publish by": "without a way it only shows; tried with one in tests/cli/test_report",
    "webhook test by": "there is none with that number",
    "webhook remove by": "there is none with that number",
}


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command by its words."""
    for name, inside in getattr(command, "commands", {}).items():
        yield from commands(inside, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path), command


def words_of(name: str, command: Any, written: Any, number: str) -> list[str]:
    """The command with what it must have, and a number in one place."""
    said, options = [*name.split()], []
    for param in command.params:
        if not (param.required or param is written):
            continue
        given = WORDS.get(f"{name} {param.name}", GIVEN.get(param.metavar, "Prøve"))
        if param is written:
            given = in_field("url" if param.metavar in ("ADRESSE", "LINK") else "", number)
            given = number if param.metavar == "BRUGERNAVN" else given
        if param.param_type_name == "argument":
            said.append(given)
        else:
            options += [param.opts[0], given]
    return [*said, *options]


def test_no_word_of_any_command_takes_a_number(
    site: Site, probes: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from udmelding.cli.service.app import app, main

    rules = (CONFIG / "processes" / "central-udmelding.yaml").read_text("utf-8")
    (own := tmp_path / "egne.yaml").write_text(rules.replace("Modtagelse", "Modtaget", 1), "utf-8")
    (minutes := tmp_path / "referat.pdf").write_bytes(PDF)
    monkeypatch.setitem(GIVEN, "FIL|PROCES", str(own))
    monkeypatch.setitem(GIVEN, "FIL|LINK", str(minutes))
    monkeypatch.setattr(sys, "stdin", io.StringIO("gul lampe under broen\n" * 9))
    passed, count = [], 0
    for name, command in commands(typer.main.get_command(app)):
        for param in command.params:
            if getattr(param, "is_flag", False):
                continue
            metavar = param.metavar.strip("[].…")
            assert metavar in WRITTEN | GIVEN.keys() | SEEN, f"{name}: what is {metavar}?"
            way = f"{name} {param.name}"
            if metavar not in WRITTEN or way in NOT_KEPT:
                continue
            count += 1
            monkeypatch.setattr(
                sys, "argv", ["udmelding", *words_of(name, command, param, probes.number(way))]
            )
            code = 0
            try:
                main()
            except SystemExit as stop:
                code = int(stop.code or 0)
            said = capsys.readouterr()
            if code != 1 or WORD not in said.err:
                passed.append(f"{way} {sys.argv}: {code} {(said.out + said.err)[-300:]}")

    assert passed == []
    assert count > 70, "the walk finds the words"
    assert probes.kept_in(site.services.settings.home) == {}


SEEN = {
    "REF",
    "KONTROLSUM",
    "PROCES",
    "OMRÅDE",
    "HVAD",
    "TRIN",
    "TRIN|PART",
    "MAPPE",
    "BREV",
    "KODE",
    "SUM",
}
"""What is chosen among things that are there already, or only read."""


# --- Programs and files: every kind of fact ---


RULES = process_named("central-udmelding").for_area(area_named("sjaelland")).model_dump_json()

KNOWN = {"party": PARTY, "step": "councils"}
"""What is looked up among what is there; nothing else gets that far."""
MADE_ELSEWHERE = {NewRespondent, NewFigurePublication}
"""Kinds that no program may record: all of them are refused."""


def said_in(kind: type[Entry], name: str, number: str) -> dict[str, Any]:
    """An entry as a program or a file says it, with a number in one field."""
    said = {
        n: v
        for n, v in with_text(kind, name, "").model_dump(mode="json").items()
        if v not in (None, "")
    }
    said |= {n: known for n, known in KNOWN.items() if n in said}
    if kind is NewRespondent:
        said |= {"party": f"borger-{number}" if name == "party" else "privat"}
    if kind is NewProcess:
        title = f"Borger {number}" if name == "content" else "Central udmelding"
        said |= {"content": RULES.replace("Central udmelding", title, 1)}
    is_whole = (kind, name) in ((NewRespondent, "party"), (NewProcess, "content"))
    return said if is_whole else said | {name: f"Borger {number}"}


FIELDS = [(p.values[0], p.values[1]) for p in text_fields() if p.values[0] is not NewMeeting]


def test_no_kind_of_fact_takes_a_number_from_a_program(site: Site, probes: Probes) -> None:
    services, now = site.services, site.now
    with writing(services.engine) as session:
        token = make_token(
            session, name="p", scopes=(WRITE,), by="anna", now=now, lasting=dt.timedelta(days=1)
        )
    app = create_app(services, lambda: now)
    client = TestClient(app, base_url=site.url, headers={"Authorization": f"Bearer {token}"})
    (api,) = (route.app for route in app.routes if getattr(route, "path", "") == "/api")
    writes = [r.path for r in api.routes if "POST" in (getattr(r, "methods", None) or ())]
    assert writes == ["/cases/{reference}/facts"], "a new way for programs is to be tried here"
    passed = []
    for kind, name in FIELDS:
        way = f"API {kind.__name__}.{name}"
        said = said_in(kind, name, probes.number(way))
        answer = client.post(f"/api/cases/{REF}/facts", json=said)
        told = answer.text + (WORD if name in KNOWN or kind in MADE_ELSEWHERE else "")
        if answer.status_code not in REFUSALS or WORD not in told:
            passed.append(f"{way}: {answer.status_code} {answer.text[:300]}")

    assert passed == []
    assert probes.kept_in(services.settings.home) == {}


LOOKED_UP = {"file process", "file area", "file process_content", "file party kind"}
"""Places of a case file for what is there already, or made by a program; nothing of it is kept."""


def case_file(site: Site) -> dict[str, Any]:
    """The case's own file, with nothing but its front page among the facts."""
    made = export_case(site.services, REF)
    front = next(fact for fact in made["facts"] if fact["kind"] == "particulars")
    return made | {"facts": [front]}


def test_no_place_of_a_case_file_takes_a_number(site: Site, probes: Probes, tmp_path: Path) -> None:
    whole, stamp, passed = case_file(site), Stamp(site.now, "anna"), []

    def tried(way: str, content: dict[str, Any]) -> None:
        path = tmp_path / "sag.yaml"
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        try:
            import_any(site.services, path, stamp)
            passed.extend([] if way in LOOKED_UP else [f"{way}: taken in"])
        except RefusedError as error:
            if WORD not in error.message and way not in LOOKED_UP:
                passed.append(f"{way}: {error.message[:300]}")

    for kind, name in FIELDS:
        way = f"file {kind.__name__}.{name}"
        said = said_in(kind, name, probes.number(way))
        said |= {"recorded_at": site.now.isoformat()}
        tried(way, whole | {"facts": [*whole["facts"], said]})
    for count, name in enumerate(texts_of(Envelope)):
        way = f"file envelope {name}"
        note = {
            "kind": "milestone",
            "title": way,
            "on": "2025-04-01",
            "superseded_at": "2025-04-02",
        }
        note |= {"recorded_at": "2025-04-01 12:00", name: f"Borger {probes.number(way)}"}
        tried(way, whole | {"reference": f"CU-FIL-{count}", "facts": [*whole["facts"], note]})
    for name in texts_of(CaseShape):
        way = f"file {name}"
        said = {"reference": f"CU-{name}"} | {name: f"CU-{probes.number(way)}"}
        tried(way, whole | said)
    for name in texts_of(PartyShape):
        way = f"file party {name}"
        party = whole["parties"][0] | {name: f"x-{probes.number(way)}"}
        said = {"reference": f"CU-PART-{name}", "parties": [*whole["parties"][1:], party]}
        tried(way, whole | said)

    assert passed == []
    assert probes.kept_in(site.services.settings.home) == {}


def texts_of(shape: type[BaseModel]) -> list[str]:
    return [
        n
        for n, f in shape.model_fields.items()
        if f.annotation in (str, str | None, ProcessText | None)
    ]


CONTACTS = "part;rolle;navn;email\nGreve;koordinator;{navn};{email}\n"
MEETINGS = "kommune;led;dato;papirfrist;bemærkning\nGreve;byråd;29-09-2025;22-09-2025;{}\n"


@pytest.mark.parametrize(
    ("where", "name", "content"),
    [
        ("kommuner", "kontakter.csv", CONTACTS.format(navn="Borger {}", email="ny@greve.example")),
        ("kommuner", "kontakter.csv", CONTACTS.format(navn="Ny", email="{}@greve.example")),
        ("moeder", "moeder.csv", MEETINGS.replace("{}", "Borger {}")),
        ("moeder", "{}.csv", MEETINGS.replace("{}", "")),
    ],
    ids=["name", "address", "note", "name of the file"],
)
def test_no_list_of_contacts_or_meetings_takes_a_number(
    site: Site, probes: Probes, tmp_path: Path, where: str, name: str, content: str
) -> None:
    number = probes.number(f"{where} {name} {content}")
    path = tmp_path / name.format(number)
    path.write_text(content.replace("{}", number), "utf-8")

    with pytest.raises(RefusedError, match=WORD):
        import_any(site.services, path, Stamp(site.now, "anna"))

    client = TestClient(create_app(site.services, lambda: site.now), base_url=site.url)
    client.post("/login", data={"login": "anna", "password": PASSWORD})
    choices = Forms("", client.get(f"/{where}/import").text).forms[-1].choices
    file = {"file": (path.name, path.read_bytes())}
    assert WORD in client.post(f"/{where}/import", data=choices, files=file).text
    assert probes.kept_in(site.services.settings.home) == {}


def test_a_mail_with_numbers_is_kept_with_each_of_them_masked(site: Site, probes: Probes) -> None:
    name, subject, text = (probes.number(f"mail {place}") for place in ("name", "subject", "text"))
    raw = (
        f"From: Borger {name} <post@lolland.example>\nTo: os@x.example\nMessage-ID: <n1@x>\n"
        f"Subject: Om {subject}\nContent-Type: text/plain; charset=utf-8\n\nSe {text}.\n"
    )

    mail = receive_one(site.services, raw.encode(), site.now)

    assert mail is not None
    assert (mail.sender_name, mail.subject) == (f"Borger {MASK}", f"Om {MASK}")
    assert f"Se {MASK}." in mail.text
    assert probes.kept_in(site.services.settings.home) == {}


@settings(max_examples=30)
@given(
    before=st.text("æøå ,;«»\n", max_size=30),
    after=st.text("æøå ,;«»\n", max_size=30),
    dash=st.sampled_from(["-", "–", "\u2011", " - ", "/", "\u00a0", "\u200b-"]),
    day=st.dates(dt.date(1930, 1, 1), dt.date(2020, 1, 1)),
)
def test_whatever_stands_around_a_number_it_is_refused(
    site: Site, before: str, after: str, dash: str, day: dt.date
) -> None:
    digits = next(numbers_born(day, holds=True))
    title = f"{before} {digits[:6]}{dash}{digits[6:]} {after}"
    entry = NewMilestone(on=Period(site.now.date(), site.now.date()), title=title)
    stamp = Stamp(site.now, "anna")

    with writing(site.services.engine) as session:
        header = find(session, REF)
        with pytest.raises(CprRefusedError):
            record(session, header, entry, stamp)


# --- Links go the same way, but are taken out ---


def linked(site: Site) -> str:
    """A link that works, as somebody pastes it."""
    return f"{site.services.settings.web.url}{site.link().removeprefix(site.url)}"


def holding(home: Path, link: str) -> list[str]:
    secret = link.rpartition("/")[2].encode()
    return [p.name for p in home.rglob("*") if p.is_file() and secret in p.read_bytes()]


def by_page(site: Site, text: str, tmp_path: Path) -> None:
    client = TestClient(create_app(site.services, lambda: site.now), base_url=site.url)
    client.post("/login", data={"login": "anna", "password": PASSWORD})
    page = f"/sager/{REF}/registrer/fritagelse"
    (form,) = (f for f in Forms(page, client.get(page).text).forms if "reason" in f.texts)
    said = honest(form) | {"party": "0376", "reason": text, "source": text, "do": "save"}
    assert BLANKED in client.post(page, data=said).text


def by_command(site: Site, text: str, tmp_path: Path) -> None:
    from udmelding.cli.service.app import main

    words = ["record", "milestone", REF, text, "--source", text, "--by", text]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["udmelding", *words])
        with pytest.raises(SystemExit, match="0"):
            main()


def by_program(site: Site, text: str, tmp_path: Path) -> None:
    with writing(site.services.engine) as session:
        token = make_token(
            session, name="l", scopes=(WRITE,), by="a", now=site.now, lasting=dt.timedelta(days=1)
        )
    app = create_app(site.services, lambda: site.now)
    client = TestClient(app, base_url=site.url, headers={"Authorization": f"Bearer {token}"})
    said = {"kind": "milestone", "title": text, "on": {"from": "2025-04-01", "to": "2025-04-01"}}
    said["on"] |= {"as_written": f"primo april {text}"}  # type: ignore[attr-defined]
    assert client.post(f"/api/cases/{REF}/facts", json=said).status_code == 201


def by_file(site: Site, text: str, tmp_path: Path) -> None:
    note = {"kind": "milestone", "title": text, "on": "2025-04-02", "recorded_by": text}
    note |= {"recorded_at": "2025-04-02", "superseded_at": "2025-04-03", "superseded_by": text}
    whole = case_file(site)
    path = tmp_path / "sag.yaml"
    path.write_text(json.dumps(whole | {"facts": [*whole["facts"], note]}), "utf-8")
    assert import_any(site.services, path, Stamp(site.now, "anna")).new == 1


def by_contact(site: Site, text: str, tmp_path: Path) -> None:
    contact = ContactValue(
        party=PARTY, role=ContactRole.DIRECTOR, name=f"Ane {text}"[:200], email="a@x.example"
    )
    with writing(site.services.engine) as session:
        put_contact(session, contact, Stamp(site.now, "anna"))


def by_taking_back(site: Site, text: str, tmp_path: Path) -> None:
    said = {"on": "2025-04-03", "title": "Fejl", "milestone_kind": "note"}
    done = record_past(site.services, REF, "milestone", said, Stamp(site.now, "anna"))
    with writing(site.services.engine) as session:
        taking_back(REF, done.key, text, Stamp(site.now, "anna"))(session)


@pytest.mark.parametrize(
    "put", [by_page, by_command, by_program, by_file, by_contact, by_taking_back]
)
def test_no_way_in_keeps_a_link_that_works(
    site: Site, tmp_path: Path, put: Callable[[Site, str, Path], None]
) -> None:
    link = linked(site)

    put(site, f"Se {link}", tmp_path)

    assert holding(site.services.settings.home, link) == []


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=str)
def test_no_field_of_any_fact_keeps_a_link(kind: type[Entry], name: str) -> None:
    link = f"https://udmelding.example/k/{'Ab3-_' * 8}xyz"
    entry = with_text(kind, name, f"Se {link}").reword(without_links_in)

    assert getattr(entry, name) == f"Se {BLANKED}"
