"""Every page can be used by everybody: axe-core finds nothing, none scrolls sideways.

Each page is opened once and looked at from every side. A new page comes along by itself: the walk
takes all routes of the app, and fails where it does not know what to put into an address. Pages
that only a form leads to are written here; a template that none of them showed fails.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from models import (
    Channel,
    ContactRole,
    IncomingState,
    MailKind,
    Meaning,
    MilestoneKind,
    OutboxState,
    WorkState,
)
from tests.answering import READERS, answer, collected, drafted
from tests.casework.inbox.test_attachments import with_files
from tests.casework.inbox.test_receiving import bounce, reply
from tests.casework.plan.test_addresses import Server
from tests.counting import PAGES, counted
from tests.rules.files.test_cpr import number_as_written
from tests.web.case.test_few_statements import DECIDED, taking_back
from udmelding import clock, paths
from udmelding.casework.exchange.lists import ACROSS, OF_CASE
from udmelding.casework.forms.library import begin_own_set
from udmelding.casework.inbox.meaning import Reading, handle
from udmelding.casework.inbox.receiving import receive
from udmelding.casework.launch.drafts import keep_launch, throw_away
from udmelding.casework.plan import addresses as calendars_fetched
from udmelding.casework.plan.areas import area_shipped
from udmelding.casework.recording.recording import record_fact
from udmelding.casework.report.comment_rounds import comment
from udmelding.casework.webhooks import setup as webhook_setup
from udmelding.documents.guide import FRONT, guide
from udmelding.journal.access.access import find_user
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import incoming
from udmelding.journal.mail import outbox
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.stamp import Stamp
from udmelding.journal.work import beat, end_work, put_work, say_told
from udmelding.rules.parties.declared import declarer
from udmelding.rules.work import Plan, Result
from udmelding.web.helping import HELP
from udmelding.web.kept_fields import in_address
from udmelding.web.launch.fields import in_all_fields
from udmelding.web.own import SHEETS
from udmelding.web.plan.area_fields import fields_of
from udmelding.web.recording.reading import in_query
from udmelding.web.recording.shapes import shapes_of
from udmelding.web.rendering import environment
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
SCRIPTS = "\n".join(
    (HERE / name).read_text(encoding="utf-8")
    for name in ("vendor/axe-core-4.14.1/axe.min.js", "look.js")
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
REF = "CU-PROEVE-2025"
PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
CASE = f"/sager/{REF}"
SPARE = 12
WIDTHS = {"320 px wide": 320, "200 % zoom": 640}

NOT_PAGES = {
    "/er-du-sikker": "says what a button is about to do: a form leads to it",
    "/login/konto": "leads to another organisation's sign-in",
    "/login/konto/svar": "comes from there",
    "/ny": "leads to a new draft",
    "/ny/{launch}/videre": "leads to where a draft is gone on with",
    "/ny/{launch}/mail": "is a mail by itself",
    "/sager/{reference}/dokumenter/{sha256}": "is a file",
    "/mails/post/{mail_key}/fil/{sha256}": "is a file",
    "/k/{token}/skema/excel": "is a file",
    "/arbejde/nyt": "is a part of the page that one is on",
    "/arbejde/{work}/fil": "is a file",
    "/sager/{reference}/udsendes": "is a part of «Status»",
    "/ny/gennemspil/{work}": "shows what was rehearsed: a form leads to it",
    "/sager/{reference}/skema/excel/{work}": "shows what was taken in: a form leads to it",
    "/k/{token}/filer/{sha256}": "is a file",
    "/sager/{reference}/skema/svar/{party}/excel": "is a file",
}
FOR_STRANGERS = {"/login", "/login/engangskode", "/k/{token}", "/k/{token}/skema", "/b/{token}"}
LETTER = {
    "title": "Epilepsi",
    "received": "14/4-2025",
    "deadline": "31/12-2025",
    "target_group": "adults",
    "process": "central-udmelding",
    "area": "sjaelland",
    "scope": "regional",
    "asks": "set",
    "question_set": "form:gravide",
}
FIELDS = in_address(fields_of(area_shipped("sjaelland")))
QUERIES = {
    "/sager/{reference}/rapport/sammenlign": "?fra=2&til=3",
    "/sager/{reference}/tal": "?vis=raa",
    "/mails/rykkere/person": "?til=social@lolland.example&frem=30",
    "/soeg": "?q=lolland",
    "/login/engangskode": "?login=anna",
    "/sager/{reference}/skema/ret": "?aaben=spoerg:domstype",
    "/sager/{reference}/skema/ret/hent": "?afsnit=pladser&fra=form:gravide",
    "/indstillinger/omraadet/se": f"?felter={FIELDS}",
    "/indstillinger/spoergeskemaer/{name}": "?aaben=afsnit:omfang",
    "/indstillinger/spoergeskemaer/{name}/hent": "?afsnit=omfang",
}


def mails_in(site: Any) -> list[str]:
    """Keys of mails that came in: a reply, one of nobody's, a bounce, an absence, one handled.

    The one of nobody's carries a locked file.
    """
    with reading(site.services.engine) as session:
        ours = outbox.list_mails(session, states=(OutboxState.PENDING,))
    asked = {m.party: m for m in ours if m.step == "councils"}
    council, mended = asked["0360"], asked["0259"]
    away = {"Auto_Submitted": "auto-replied", "subject": "Automatisk svar"}
    files = (("borgere.txt", number_as_written(holds=False).encode()), ("bilag.txt", b"12 borgere"))
    raws = (
        reply(council, "Byrådet godkendte sagen den 14. april 2025.\n"),
        with_files(
            reply(None, "Hvem skal vi skrive til?\n", sender="post@lolland.example"), *files
        ),
        bounce(council, council.recipients[0]),
        bounce(mended, mended.recipients[0]).replace(b"<b1@", b"<b2@"),
        reply(council, "Jeg er på ferie til og med 1. maj 2025.\n", **away),
        reply(council, "Tak for mailen.\n", subject="SV: tak"),
    )
    contact = ContactValue(
        party=mended.party, role=ContactRole.COORDINATOR, name="Team", email="ny@koege.example"
    )
    with writing(site.services.engine) as session:
        for mail in (council, mended):
            outbox.finish(session, mail.key, OutboxState.SENT, site.now)
        put_contact(session, contact, Stamp(site.now, "anna"))
    receive(site.services, raws, site.now)
    with reading(site.services.engine) as session:
        found = incoming.mails_where(session)
    last = found[-1]
    if last.state is IncomingState.WAITING:
        handle(site.services, last.key, Reading(meaning=Meaning.NOTHING), Stamp(site.now, "Anna"))
    return [mail.key for mail in found]


def wish_in(site: Any) -> str:
    """What a page needs to show a municipality's wish for more time."""
    title = "Faxe beder om mere tid (politisk behandling, ønsket frist 18/6-2025): Sagen nåede ikke"
    said = {"title": title, "on": site.now.date(), "milestone_kind": MilestoneKind.NOTE}
    stamp = Stamp(site.now, declarer("Faxe"))
    key = record_fact(site.services, REF, "milestone", said, stamp).key
    return urlencode({"sag": REF, "noegle": key})


def works_in(site: Any) -> list[str]:
    """Names of long works of Anna's: one that goes on, one that is done, one that failed."""
    now = clock.now()
    plan = Plan(
        kind="prøve",
        title="Rapporten dannes",
        ready="Rapporten er dannet.",
        failed="Rapporten blev ikke dannet",
        parts={"Tabeller og små tal": 1, "Kommunernes afsnit": 1, "Word og PDF": 1},
        noun="kommuner",
        back=f"{CASE}/rapport",
        back_name="rapporten",
    )
    names = ["work-on", "work-done", "work-failed"]
    with writing(site.services.engine) as session:
        user = find_user(session, "anna")
        assert user
        for name in names:
            put_work(session, name, user.id, plan, now, now + dt.timedelta(days=1))
            beat(session, name, (1, 11, 17), now + dt.timedelta(days=1))
        done, failed = Result(address=CASE), Result(said="Disken er fuld.", is_good=False)
        end_work(session, "work-done", WorkState.DONE, done, now)
        end_work(session, "work-failed", WorkState.FAILED, failed, now)
        say_told(session, names[1:], now)
    return names


def is_file(path: str) -> bool:
    return path.endswith((".svg", ".ics", ".docx", ".xlsx", ".csv", ".pdf", ".zip"))


def report_in(site: Any) -> str:
    """Answers (one of them twice), a report and a round of remarks; the path of a reader's page."""
    collected(site.services, REF, site.now, but=("0360",))
    answer(site.services, REF, "0253", site.now, seed="andet", channel=Channel.WORKBOOK)
    drafted(site.services, REF, site.now)
    with reading(site.services.engine) as session:
        mails = outbox.list_mails(session, states=(OutboxState.PENDING,), with_links=True)
        found = find(session, REF)
    invited = next(mail for mail in mails if mail.mail is MailKind.COMMENT_INVITATION)
    token = re.search(r"/b/([\w-]+)", invited.text)
    assert token
    comment(
        site.services,
        found.reference,
        1,
        chapter="resume",
        text="Skriv også om ventelisten.",
        author=READERS[0].name,
        speaks_for=READERS[0].group,
        reader=READERS[0].email,
        stamp=Stamp(site.now, "læser"),
    )
    return token[1]


def begun_launch(site: Any, name: str) -> str:
    """A case that somebody has begun."""
    keep_launch(site.services, name, in_all_fields(LETTER), 0, Stamp(site.now, "Maja"))
    return name


def addresses(site: Any) -> Iterator[tuple[str, str]]:
    """Every page's path, and its addresses; a parameter that is not known here fails."""
    with reading(site.services.engine) as session:
        case = load(session, REF, site.now)
    known = {
        "reference": [REF],
        "code": ["0253"],
        "number": ["1"],
        "hook_id": ["1"],
        "mail": ["reminder_before"],
        "mail_key": mails_in(site),
        "what": list(shapes_of(case, None)),
        "token": [site.link().rpartition("/")[2]],
        "party": ["0253", "0360"],
        "work": works_in(site),
        "slug": [sheet.slug for sheet in SHEETS],
        "topic": [name for name in guide(HELP) if name != FRONT],
        "launch": [begun_launch(site, "k00000001")],
        "which": list(ACROSS),
        "word": list(OF_CASE),
        "name": [begin_own_set(site.services, "Epilepsi", "form:gravide", Stamp(site.now, "anna"))],
    }
    reader = report_in(site)
    with reading(site.services.engine) as session:
        known["sha256"] = [load(session, REF, site.now).documents[-1].sha256]
    key = case.decisions[-1].key
    queries = {
        **QUERIES,
        "/sager/{reference}/registrer/ret": f"?key={key}",
        "/kraever-dig/tid": f"?{wish_in(site)}",
        "/sager/{reference}/registrer/tilbage": f"?f={in_query(taking_back(key))}",
        "/sager/{reference}/registrer/{what}/se": f"?f={in_query(DECIDED)}",
    }
    for route in iter_route_contexts(create_app(site.services).routes):
        path = route.path or ""
        is_page = isinstance(route.original_route, APIRoute) and "GET" in (route.methods or ())
        if not is_page or path in NOT_PAGES or is_file(path):
            continue
        filled = [path + queries.get(path, "")]
        if path.endswith("{what}/se"):
            filled = [filled[0].replace("{what}", "beslutning")]
        if path.endswith("/kasseret"):
            gone = begun_launch(site, "k00000002")
            throw_away(site.services, gone, 1, Stamp(site.now, "Maja"))
            filled = [path.replace("{launch}", gone)]
        if path.startswith("/b/"):
            filled = [filled[0].replace("{token}", reader)]
        for name in [part.split("}")[0] for part in path.split("{")[1:]]:
            assert name in known, f"{path}: what is its {name}? Say it in `known`."
            filled = [one.replace(f"{{{name}}}", value) for one in filled for value in known[name]]
        yield from ((path, one) for one in filled)


def file(name: str, content: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content.encode()}


MAYBE_CPR = number_as_written(holds=False).replace("-", "")
LAUNCH = {
    "#title": "Epilepsi",
    "#received": "14/4-2025",
    "#deadline": "31/12-2025",
    "#target_group-adults": True,
}
DECIDING = f"{CASE}/registrer/beslutning"
MEETINGS = "kommune;led;dato;papirfrist\nGreve;byråd;29-09-2025;22-09-2025\n"
CONTACTS = "part;rolle;navn;email\nGreve;koordinator;Ny kontakt;ny@greve.example\n"

# What a form leads to: where it is, what is written, the button, and what it then says.
FORMS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "what a button does, before it does it": (
        "/indstillinger/webhooks/1",
        {},
        "Slet webhooken",
        "Det kan ikke fortrydes.",
    ),
    "a case whose letter is written": (
        "/ny",
        LAUNCH,
        "Videre til spørgsmål",
        "Hvad skal kommunerne svare på?",
    ),
    "a case with faults": (
        "/ny",
        LAUNCH | {"#deadline": "snart"},
        "Videre til spørgsmål",
        "Fejl:",
    ),
    "a case before it starts": (
        "/ny/k00000001/datoer",
        {},
        "Videre til plan og mails",
        "Mails, der sendes nu",
    ),
    "a rehearsal": (
        "/ny/gennemspil",
        LAUNCH | {"#asks-none": True},
        "Prøv: ingen svarer",
        "Dag for dag",
    ),
    "a point of the action plan": (
        f"{CASE}/registrer/handling",
        {"#number": "1", "#title": "Flere pladser", "#due_on": "1/6-2025"},
        "Gem",
        "Handling 1: Flere pladser",
    ),
    "a letter beside its form": (
        f"{CASE}/registrer/afsendelse",
        {"#on": "14/4"},
        "Opdatér brevet",
        "sendes med forbehold",
    ),
    "a decision before it is saved": (
        DECIDING,
        {"#party-0360": True, "#on": "14/4", "#outcome": ["approved"]},
        "Vis ændringen",
        "Skal det gemmes?",
    ),
    "a decision with faults": (DECIDING, {"#on": "snart"}, "Vis ændringen", "Fejl:"),
    "meetings before they are taken in": (
        "/moeder/import",
        {"#file": file("moeder.csv", MEETINGS)},
        "Vis, hvad der ændres",
        "Skal kalenderen indlæses?",
    ),
    "meetings with faults": (
        "/moeder/import",
        {"#file": file("moeder.csv", MEETINGS.replace("29-09-2025", "snart"))},
        "Vis, hvad der ændres",
        "Fejl:",
    ),
    "meetings that are written in, before they are saved": (
        "/moeder/skriv",
        {"#text": "K17 2025\n22/8\nfredag den 12. september\nonsdag den 3. oktober\nUge 8\n"},
        "Vis, hvad der ændres",
        "Skal møderne gemmes?",
    ),
    "meetings that are written in with faults": (
        "/moeder/skriv",
        {"#year": "25"},
        "Vis, hvad der ændres",
        "Skriv mindst ét møde",
    ),
    "an area with faults": (
        "/indstillinger/omraadet",
        {"#name": "", "[id='chain.0.until']": "snart"},
        "Vis, hvad der ændres",
        "Fejl:",
    ),
    "a calendar at an address, before it is kept": (
        "/moeder/adresser",
        {"#organ": ["sjaelland.k17"], "#url": "https://kalender.example/k17.ics"},
        "Hent, og vis, hvad der ændres",
        "Skal kalenderen læses hver dag?",
    ),
    "an address with faults": (
        "/moeder/adresser",
        {"#url": "https://kalender.example/k17.ics"},
        "Hent, og vis, hvad der ændres",
        "Vælg, hvis kalender det er",
    ),
    "contacts before they are taken in": (
        "/kontakter/import",
        {"#file": file("kontakter.csv", CONTACTS)},
        "Se, hvad filen ændrer",
        "Skal kontakterne gemmes?",
    ),
    "contacts with faults": (
        "/kontakter/import",
        {"#file": file("kontakter.csv", CONTACTS.replace("@", " "))},
        "Se, hvad filen ændrer",
        "Fejl:",
    ),
    "contacts that were pasted": (
        "/kontakter/import",
        {"#pasted": CONTACTS},
        "Se, hvad der ændres",
        "Skal kontakterne gemmes?",
    ),
    "a link shown once": (f"{CASE}/links", {"#party": ["0360"]}, "Lav link", "er lavet"),
    "a key shown once": (
        "/indstillinger/noegler",
        {"#name": "Overblik", "#scope-read": True},
        "Lav nøgle",
        "er lavet",
    ),
    "a password shown once": (
        "/indstillinger/brugere",
        {"#name": "Ny Bruger", "#login": "ny", "#role-reader": True},
        "Tilføj bruger",
        "er tilføjet",
    ),
    "a user with faults": ("/indstillinger/brugere", {"#login": "a b"}, "Tilføj bruger", "Fejl:"),
    "a mail as its text would make it": (
        "/indstillinger/mailtekster/reminder_before",
        {"#subject": "Svar senest [Svarfrist]"},
        "Vis igen",
        "den bruges ikke endnu",
    ),
    "a mail's text with faults": (
        "/indstillinger/mailtekster/reminder_before",
        {"#body": "Hej [Kommunes navn]"},
        "Gem, og brug teksten",
        "Fejl:",
    ),
    "a mail's template with faults": (
        "/indstillinger/mailtekster/reminder_before/skabelon",
        {"#body": "Hej {{ navn }}"},
        "Gem, og brug teksten",
        "Fejl:",
    ),
    "a workbook that is none": (
        f"{CASE}/skema",
        {"#files": file("svar.xlsx", "x")},
        "Tag ind",
        "Intet er taget ind",
    ),
    "a question set with faults": (
        f"{CASE}/skema/spoergsmaal",
        {"#text": "id: x"},
        "Brug skemaet i sagen",
        "Skemaet kan ikke bruges",
    ),
    "a question with faults": (
        f"{CASE}/skema/ret?aaben=spoerg:borgere",
        {"#maximum": "mange"},
        "Gem spørgsmålet",
        "Det er ikke gemt",
    ),
    "a question set as a person begins it": (
        "/indstillinger/spoergeskemaer",
        {"#title": "Svær epilepsi"},
        "Lav skemaet",
        "Skemaet er en kladde",
    ),
    "a sum that is just begun": (
        "/indstillinger/spoergeskemaer/epilepsi",
        {},
        "Tilføj en sum",
        "skal være summen af",
    ),
    "a question set that cannot be used yet": (
        "/indstillinger/spoergeskemaer/svaer-epilepsi",
        {},
        "Gem som skema",
        "Skemaet kan ikke bruges endnu",
    ),
    "a paragraph with a figure that is not there": (
        f"{CASE}/rapport/afsnit?kapitel=resume",
        {"#text": "Der er {findesikke}."},
        "Gem afsnittet",
        "Afsnittet er ikke gemt",
    ),
    "a round of remarks with faults": (
        f"{CASE}/bemaerkninger",
        {"#readers": "kun et navn"},
        "Send ud",
        "Skriv den sidste dag",
    ),
    "an answer with faults": (
        f"{CASE}/skema/svar/0360/indtast",
        {"[id='f:borgere']": "<5"},
        "Tag svaret ind",
        "Svaret er ikke sendt",
    ),
    "digits that may be a CPR number": (
        f"{CASE}/registrer/fritagelse",
        {"#party-0360": True, "#waived_on": "14/4", "#reason": f"Nr. {MAYBE_CPR}"},
        "Vis ændringen",
        "Er det et cpr-nummer?",
    ),
    "where a passage stands": (
        "/indstillinger/fjern",
        {"#text": "ventelisten", "#reason": "det var en prøve"},
        "Se, hvor det står",
        "Hvor står teksten?",
    ),
    "a passage that is too short": (
        "/indstillinger/fjern",
        {"#text": "abc", "#reason": "det var en prøve"},
        "Se, hvor det står",
        "Fejl:",
    ),
    "a calendar's address shown once": ("/moeder", {}, "Lav en adresse", "er lavet"),
}


def send(page: Any, address: str, written: dict[str, Any], button: str) -> None:
    """Fill in a form and press its button."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    for selector, value in written.items():
        match value:
            case bool():
                page.check(selector)
            case list():
                page.select_option(selector, value)
            case dict():
                page.set_input_files(selector, value)
            case _:
                page.fill(selector, value)
    pressed = page.get_by_role("button", name=button, exact=True).first
    if page.locator("form[data-preview]").count():  # it is sent when what was typed last is kept
        with page.expect_navigation():
            pressed.click()
    else:
        pressed.click()


@dataclass
class Look:
    """What was seen of one page.

    Attributes:
        name: its address, or what it shows.
        flaws: what axe-core has to say.
        widths: how wide it is, by how wide the window is.
        unreached: controls that Tab does not come to.
        unseen: controls that look the same with focus as without.
    """

    name: str
    flaws: list[str] = field(default_factory=list)
    widths: dict[int, int] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def look(page: Any, name: str) -> Look:
    """Look at the page that is open: by keyboard, with axe-core, on narrow screens."""
    within = sum(1 + frame.locator("a[href]").count() for frame in page.frames[1:])
    for _ in range(page.evaluate("look.watchFocus()") + within + 1):  # the skip link too
        page.keyboard.down("Tab")  # as if it were held: to let go each time costs as much again
    page.keyboard.up("Tab")
    for _ in range(SPARE):  # a frame may take more stops than it has links, or have come late
        if not page.evaluate("look.focused()")[0]:
            break
        page.keyboard.press("Tab")
    unreached, unseen = page.evaluate("look.focused()")
    page.evaluate("look.openAll()")
    flaws = page.evaluate("tags => look.flaws(tags)", TAGS)
    wide, widths = page.viewport_size, {}
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 700})
        widths[width] = page.evaluate("look.width()")
    page.set_viewport_size(wide)
    return Look(name, flaws, widths, unreached, unseen)


@dataclass
class Walk:
    """What was seen of all pages.

    Attributes:
        astray: addresses that showed something else than their page.
        templates: what the pages were made from.
        complaints: what the browser wrote into its console.
    """

    looks: list[Look] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def walk(shared_site: Any, chromium: Any) -> Iterator[Walk]:
    """Open every page once."""
    walk, site = Walk(), shared_site
    url, now = site.url, site.now
    webhook_setup.add_webhook(  # so that there is one to show
        site.services, name="Journalen", url="http://127.0.0.1:9/", events=(), by="anna", now=now
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment(), "get_template", noting(walk.templates))
        patch.setattr(calendars_fetched, "fetch", Server().fetch)
        page, stranger = site.signed_in(chromium), site.visitor(chromium)
        for one in (page, stranger):
            one.add_init_script(SCRIPTS)
            one.on("console", lambda said: walk.complaints.append(f"{said.page.url}: {said.text}"))
        for path, address in addresses(site):
            who = stranger if path in FOR_STRANGERS else page
            answer = who.goto(url + address)
            if answer.status != 200 or who.url != url + address:
                walk.astray.append(f"{address}: {answer.status} {who.url}")
            walk.looks.append(look(who, address))
        for address in ("/findes-ikke", "/k/findes-ikke"):
            stranger.goto(url + address)
            walk.looks.append(look(stranger, address))
        for name, (address, written, button, says) in FORMS.items():
            send(page, url + address, written, button)
            if says not in page.text_content("main"):
                walk.astray.append(f"{name}: {page.title()}")
            walk.looks.append(look(page, name))
        page.goto(f"{url}{CASE}")
        walk.looks.append(look(page, "a case with an action plan"))
        send(stranger, f"{site.link()}/skema", {"[id='f:borgere']": "12,5"}, "Send svaret")
        walk.looks.append(look(stranger, "a municipality's answer with faults"))
        stranger.goto(f"{site.link('0253')}/skema")
        assert "Vi har jeres svar" in stranger.text_content("main")
        walk.looks.append(look(stranger, "the receipt of an answer"))
        send(stranger, f"{site.link()}/skema", {"#made_for": "En kollega"}, "Lav et link")
        walk.looks.append(look(stranger, "a colleague's link shown once"))
        send(stranger, site.link(), {"#decided_on": "snart"}, "Meld beslutningen")
        walk.looks.append(look(stranger, "a municipality's decision with faults"))
        stranger.evaluate(
            "document.getElementsByName('form_value').forEach(e => { e.value = ''; })"
        )
        stranger.get_by_role("button", name="Meld beslutningen").click()
        walk.looks.append(look(stranger, "a municipality's page that was too old"))
        page.goto(f"{url}/ny")
        page.context.clear_cookies()
        page.get_by_role("button", name="Videre til spørgsmål").click()
        walk.looks.append(look(page, "a form whose person was signed out"))
        page.fill("#login", "anna")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Log på og fortsæt").click()
        page.wait_for_load_state()
        page.get_by_role("button", name="Log på og fortsæt").wait_for(state="detached")
        walk.looks.append(look(page, "a form that goes on"))
        counted[PAGES] += len(walk.looks)
        yield walk


def noting(names: set[str]) -> Any:
    """``get_template`` that notes what it is asked for."""
    real = environment().get_template

    def get_template(name: str, *args: Any, **options: Any) -> Any:
        names.add(str(name))
        return real(name, *args, **options)

    return get_template


def test_the_borrowed_files_are_unchanged() -> None:
    (package,) = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["package"]
    for name, digest in package["files"].items():
        content = (VENDOR / package["folder"] / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name


def test_every_address_shows_its_page_and_every_template_was_looked_at(walk: Walk) -> None:
    assert walk.astray == []
    templates = paths.TEMPLATES / "web"
    names = {str(path.relative_to(templates)) for path in templates.rglob("*.html")}
    assert {name for name in names - walk.templates if "/_" not in f"/{name}"} == set()


def test_axe_finds_nothing_on_any_page(walk: Walk) -> None:
    assert [f"{seen.name}: {flaw}" for seen in walk.looks for flaw in seen.flaws] == []


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_no_page_scrolls_sideways(walk: Walk, width: int) -> None:
    assert {s.name: s.widths[width] for s in walk.looks if s.widths[width] > width} == {}


def test_every_control_is_reached_with_the_keyboard_and_shows_that_it_has_focus(walk: Walk) -> None:
    assert {seen.name: seen.unreached for seen in walk.looks if seen.unreached} == {}
    assert {seen.name: seen.unseen for seen in walk.looks if seen.unseen} == {}


def test_nothing_is_refused_by_the_pages_own_policy(walk: Walk) -> None:
    assert [line for line in walk.complaints if "Security Policy" in line] == []
