"""A secretariat's first morning in a real browser, with real mail out and in.

From sign-in to 17 delivered invitations that name the form, and the first answer back. No terminal
is used after what ``init``, ``user add`` and ``serve`` do.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from models import Role
from tests.browser.conftest import PASSWORD, Address, served
from tests.counting import FIELDS, counted
from tests.honest import PDF as HONEST_PDF
from tests.outside.conftest import certificate  # noqa: F401 - a fixture
from tests.outside.inbox.dovecot import PASSWORD as IMAP_PASSWORD
from tests.outside.inbox.dovecot import Dovecot, dovecot, free_port
from tests.stories.conftest import Inbox
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.parties.book import places_of
from udmelding.casework.wiring import made_services
from udmelding.config.settings import load_settings

LOGIN = "lone@sekretariat.example"
MOVED_CLOCK = Path(__file__).parent / "moved_clock"
OURS = "rammeaftale@sekretariat.example"
MORNING = clock.at(dt.date(2025, 4, 15), "09:00")
LETTER = {"name": "brev.pdf", "mimeType": "application/pdf", "buffer": HONEST_PDF}


@dataclass
class Typing:
    """A page on which it is counted how many fields somebody typed in."""

    page: Any
    url: str
    typed: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Count each page that is shown."""
        self.page.on("load", lambda page: self.pages.append(page.url))

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def fill(self, selector: str, text: str) -> None:
        self.typed.append(selector)
        self.page.fill(selector, text)

    def click(self, selector: str) -> None:
        self.page.click(selector)

    def words(self, selector: str = "main") -> str:
        return " ".join(self.page.text_content(selector).split())


@dataclass
class Office:
    """The pages of an empty home, and what its mail server was given."""

    site: Address
    received: list[EmailMessage]


@dataclass
class Morning(Office):
    """The same with a mailbox."""

    mailbox: Dovecot


class SlowInbox(Inbox):
    """A server that takes its time, as most do, so that it is seen how the mails go out."""

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802
        await asyncio.sleep(0.4)
        return await super().handle_DATA(*given)


@dataclass
class Outside:
    """What an it department has made ready: servers for mail out and in, and where they are."""

    received: list[EmailMessage]
    mailbox: Dovecot
    home: Path
    settings: dict[str, str]


@pytest.fixture
def outside(
    tmp_path: Path,
    certificate: Path,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Outside]:
    inbox, home = SlowInbox(), tmp_path / "home"
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    with dovecot(certificate) as mailbox:
        settings = {
            "UDMELDING_HOME": str(home),
            "UDMELDING_MAIL__TRANSPORT": "smtp",
            "UDMELDING_MAIL__HOST": "127.0.0.1",
            "UDMELDING_MAIL__PORT": str(controller.port),
            "UDMELDING_MAIL__SECURITY": "none",
            "UDMELDING_MAILBOX__HOST": "127.0.0.1",
            "UDMELDING_MAILBOX__PORT": str(mailbox.port),
            "UDMELDING_MAILBOX__SECURITY": "none",
            "UDMELDING_MAILBOX__USERNAME": OURS,
            "UDMELDING_MAILBOX__PASSWORD": IMAP_PASSWORD,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield Outside(inbox.received, mailbox, home, settings)
    controller.stop()


@pytest.fixture
def morning(chromium: Any, outside: Outside) -> Iterator[Morning]:
    """The pages alone, on a spring morning; what the flows do is done by the pages."""
    settings = load_settings(outside.settings)
    with made_services(settings) as services:
        users.add_user(
            services,
            login=LOGIN,
            name="Lone Eksempel",
            role=Role.CASEWORKER,
            password=PASSWORD,
            now=MORNING,
        )
    for site in served(outside.home, settings):
        site.now = MORNING
        yield Morning(site, outside.received, outside.mailbox)


def commanded(outside: Outside, *words: str) -> dict[str, Any]:
    """A command line of the program, whose processes read the clock of that spring morning."""
    behind = (MORNING - clock.now()).total_seconds()
    found = (str(MOVED_CLOCK), os.environ.get("PYTHONPATH", ""))
    moved = {"PYTHONPATH": os.pathsep.join(found), "MOVED_CLOCK": f"{behind:.0f}"}
    return {
        "args": [sys.executable, "-m", "udmelding.cli.service.app", *words],
        "env": {**os.environ, **outside.settings, **moved},
        "text": True,
    }


@pytest.fixture
def whole_morning(chromium: Any, outside: Outside) -> Iterator[Morning]:
    """What the three commands of a technician leave behind: ``init``, ``user add``, ``serve``."""
    made = subprocess.run(check=True, capture_output=True, **commanded(outside, "init"))
    assert "udmelding user add" in made.stdout
    add = commanded(outside, "user", "add", LOGIN, "--name", "Lone Eksempel")
    subprocess.run(check=True, input=PASSWORD, capture_output=True, **add)
    port, prefect = free_port(), free_port()
    serve = commanded(outside, "serve", "--port", str(port))
    serve["env"]["UDMELDING_PREFECT__PORT"] = str(prefect)
    with subprocess.Popen(stderr=subprocess.PIPE, **serve) as service:
        assert service.stderr is not None
        said = iter(service.stderr.readline, "")
        url = next(re.search(r"http://127\.0\.0\.1:\d+", line) for line in said if "Åbn" in line)
        assert url is not None
        site = Address(url.group())
        yield Morning(site, outside.received, outside.mailbox)
        site.leave()
        service.terminate()
        service.communicate()


BY_A_CASE_SYSTEM = {"Auto-Submitted": "auto-generated"}
BY_A_MACHINE = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def reply(to: EmailMessage, words: str, **headers: str) -> bytes:
    """What the receiver of an invitation sends back."""
    made = EmailMessage()
    made["From"] = f"Socialkoordinator <{to['To'].addresses[0].addr_spec}>"
    made["To"] = OURS
    made["Subject"] = f"SV: {to['Subject']}"
    made["In-Reply-To"] = made["References"] = str(to["Message-ID"])
    made["Message-ID"] = f"<svar-{to['To'].addresses[0].addr_spec}>"
    made["Date"] = format_datetime(MORNING + dt.timedelta(minutes=40))
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(f"{words}\n\nVenlig hilsen\nSocialkoordinatoren\n")
    return bytes(made)


def bounce(of: EmailMessage) -> bytes:
    """What a mail system says when there is nobody of that address (RFC 3464)."""
    to = of["To"].addresses[0].addr_spec
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@k0269.example>\r\n"
        f"To: {OURS}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <retur-1@k0269.example>\r\n"
        f"Date: {format_datetime(MORNING + dt.timedelta(minutes=1))}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n'
        f"--r\r\nContent-Type: text/plain\r\n\r\n<{to}>: User unknown\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; k0269.example"
        f"\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n--r\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {of['Message-ID']}\r\n"
        f"To: {to}\r\n\r\n--r--\r\n"
    ).encode()


def sign_in(morning: Office, chromium: Any, *, scripts: bool) -> Typing:
    page = morning.site.visitor(chromium, java_script_enabled=scripts)
    lone = Typing(page, morning.site.url)
    lone.go("/")
    lone.fill("#login", "lone@sekretariat.example")
    lone.fill("#password", PASSWORD)
    lone.click("button:has-text('Log på')")
    assert "Velkommen. Seks trin, så er I i gang" in lone.words()
    return lone


def set_up(lone: Typing, morning: Office) -> None:
    """Who we are, a trial mail that came, contacts, meetings: each from the list of steps."""
    assert "Kommunerne får ingen mails endnu" in lone.words()
    lone.fill("[name='secretariat.name']", "Rammeaftalesekretariatet Sjælland")
    lone.fill("[name='secretariat.email']", OURS)
    lone.fill("[name='agency.email']", "cu@styrelsen-proeve.example")
    lone.click("button:text-is('Gem')")
    assert "Det er gemt" in lone.words()
    assert "Er I flere? En administrator kan tilføje en kollega." in lone.words()

    assert lone.page.input_value("#address") == "lone@sekretariat.example"
    lone.click("button:text-is('Send prøvemail')")
    (trial,) = morning.received
    assert OURS in str(trial["From"])
    lone.click("button:text-is('Ja, den er kommet')")
    assert "Mails kommer frem" in lone.words()

    lines = [
        f"{place.name}\tSocialkoordinator\tsocial@k{place.code}.example"
        for place in places_of("sjaelland")
    ]
    lone.fill("#pasted", "\n".join(lines))
    lone.click("button:text-is('Se, hvad der ændres')")
    lone.click("button:text-is('Gem 17 kontakter')")
    assert "17 nye eller ændrede" in lone.words()
    lone.page.go_back()  # never to a page that a form was sent to
    assert "Der er ikke noget at gemme." in lone.words()

    lone.go("/kom-godt-i-gang")
    lone.click("button:text-is('Skriv dem ind, og se dem efter')")
    assert "møder er skrevet ind" in lone.words()


def launch(lone: Typing) -> None:
    """Start a case with the shipped form: four pages, the last of which starts it."""
    lone.go("/")
    lone.click("a:text-is('Start en sag')")
    lone.fill("#title", "Udsatte gravide")
    lone.page.check("#target_group-adults")
    lone.fill("#received", "i går")
    lone.fill("#deadline", "31/12-2025")
    lone.page.set_input_files("#letter", LETTER)
    lone.click("button:text-is('Videre til spørgsmål')")
    lone.page.check("#asks-set")
    lone.page.select_option("#question_set", "form:gravide")
    lone.click("button:text-is('Videre til datoer')")
    lone.page.check("input[name=scope][value=regional]")
    lone.click("text=Videre til plan og mails")
    if lone.page.locator("#even_so").count():  # the pages are reached on this machine only
        lone.fill("#even_so", "vi prøver på vores egen maskine")
    lone.click("text=Start sagen og send 17 mails")


@pytest.mark.long("holds the whole morning without scripts; its pages have tests of their own")
def test_without_scripts_from_an_empty_home_to_the_first_answer_back(
    morning: Morning, chromium: Any
) -> None:
    lone = sign_in(morning, chromium, scripts=False)
    launch_and_read_answers(lone, morning, let_them_go=they_are_out)


@pytest.mark.slow
@pytest.mark.engine
def test_from_init_to_invitations_delivered_and_the_first_answer_back(
    whole_morning: Morning, chromium: Any
) -> None:
    lone = sign_in(whole_morning, chromium, scripts=True)
    launch_and_read_answers(lone, whole_morning, let_them_go=let_them_go_and_see_the_count_go_up)
    counted[FIELDS] += len(lone.typed)


def they_are_out(lone: Typing) -> None:
    """Without the flows the request itself has sent them."""
    assert "18 af 18 mails er ude." in lone.words()


def let_them_go_and_see_the_count_go_up(lone: Typing) -> None:
    """Invitations wait for those of other cases, or for a press; then the page counts by itself."""
    lone.page.get_by_text(re.compile("[01] af 18 mails er ude. 17 mails går kl.")).wait_for()
    case, beside = lone.page.url, lone.page.context.new_page()
    lone.click("button:text-is('Send nu: 17 mails')")
    beside.goto(case)
    beside.get_by_text(re.compile(r"(?<!\d)([1-9]|1[0-7]) af 18 mails er ude\.")).wait_for()
    beside.get_by_text("18 af 18 mails er ude.").wait_for()
    beside.close()
    lone.page.get_by_text("17 afleveret til jeres mailserver").first.wait_for()


def launch_and_read_answers(
    lone: Typing, morning: Morning, let_them_go: Callable[[Typing], None]
) -> None:
    set_up(lone, morning)
    before, pages = len(lone.typed), len(lone.pages)
    launch(lone)
    lone.page.wait_for_url(re.compile(r"/sager/CU-[A-Z0-9-]+$"))
    assert len(lone.typed) - before <= 12
    assert len(lone.pages) - pages <= 6 + len(("/", "the case"))
    assert len(lone.typed) <= 40
    let_them_go(lone)

    invitations = [mail for mail in morning.received if "CU-" in str(mail["Subject"])]
    asked = [mail for mail in invitations if "social@" in str(mail["To"])]
    assert len(asked) == 17
    assert len({str(mail["To"]) for mail in asked}) == 17
    words = asked[0].get_body(("plain",)).get_content()
    assert "Udsatte gravide" in words
    assert "skema" in words.casefold()

    by_party = {mail["To"].addresses[0].domain[1:5]: mail for mail in asked}
    morning.mailbox.append(
        reply(by_party["0253"], "Vi har ingen borgere i målgruppen."),
        reply(by_party["0259"], "Vi har to borgere. Se svaret i sagen.", **BY_A_CASE_SYSTEM),
        reply(by_party["0265"], "Jeg er på ferie til og med 25. april 2025.", **BY_A_MACHINE),
        bounce(by_party["0269"]),
        user=OURS,
    )
    lone.go("/mails/post")
    lone.click("button:text-is('Læs postkassen nu')")
    assert "Nye mails: 2 svar, 1 fravær og 1 kom retur." in lone.words(".alert-success")
    waiting = lone.words()
    assert "Venter på dig (2)" in waiting, "two answers; the absence and the bounce are filed"
    assert "Køge" in waiting, "a machine header alone decides nothing"
    lone.go("/mails/post?vis=fravaer")
    assert "til og med 25/4-2025" in lone.words()
    lone.go("/mails/adresser")
    assert "social@k0269.example" in lone.words()
    lone.go("/mails/post")
    lone.page.locator("article", has_text="k0253").locator("h3 a").click()
    assert "ingen borgere" in lone.words()
    lone.page.check("input[name=meaning][value=no_citizens]")
    lone.page.locator("form[action$='/betyder'] button.button-primary").click()
    assert "Svaret er registreret: der er intet at melde." in lone.words(".alert-success")


def test_the_first_case_cannot_be_started_before_a_trial_mail_came(
    morning: Morning, chromium: Any
) -> None:
    lone = sign_in(morning, chromium, scripts=True)
    lone.go("/ny")
    lone.fill("#title", "Udsatte gravide")
    lone.page.check("#target_group-adults")
    lone.fill("#received", "i går")
    lone.fill("#deadline", "31/12-2025")
    lone.click("button:text-is('Videre til spørgsmål')")
    lone.page.check("#asks-none")
    lone.click("button:text-is('Videre til datoer')")
    lone.click("text=Videre til plan og mails")
    assert "Kan ikke startes: der bliver ikke sendt mails" in lone.words()
    assert lone.page.locator("button:has-text('Start sagen')").count() == 0
    lone.click("button:text-is('Gem som kladde')")
    assert "Kladden er gemt. Intet er sendt." in lone.words()
    assert "Udsatte gravide Kladde" in lone.words()
    assert morning.received == []
