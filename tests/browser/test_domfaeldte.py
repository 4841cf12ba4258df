"""The CU domfældte from the agency's letter to the closed case, by pages alone.

Dates and numbers are those of the public minutes (styregruppen, 10/1-2025 and 19/9-2025). Which
municipality answered when, which four councils were late, and the agency's question are made up.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from models import Role
from tests.answering import typed_for
from tests.browser.conftest import PASSWORD, REF, Site, served
from tests.browser.test_first_morning import LETTER, Office, set_up, sign_in
from tests.browser.test_municipality import PHONE, fill
from tests.browser.test_stories import words_of
from tests.casework.mail.test_sending import Timer
from tests.outside.inbox.dovecot import free_port
from tests.stories.conftest import Inbox, to
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.due.perform import advance
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import made_services
from udmelding.casework.work import Works
from udmelding.config.settings import load_settings

pytestmark = pytest.mark.slow

LONE = "lone@sekretariat.example"
STEVNS = "0336"
SHORT = "Domfældte med udviklingshæmning"
TITLE = "Borgere med udviklingshæmning og dom med behov for anbringelse i sikret afdeling"
FIRST = ("Faxe", "Greve", "Holbæk", "Næstved", "Ringsted", "Solrød", "Sorø")
LATER = ("Guldborgsund", "Kalundborg", "Lejre", "Odsherred", "Roskilde", "Slagelse")
THIRTEEN = {
    "Greve": "25/11", "Køge": "26/11", "Solrød": "27/11", "Odsherred": "28/11", "Holbæk": "2/12",
    "Faxe": "3/12", "Ringsted": "4/12", "Slagelse": "9/12", "Sorø": "10/12", "Lejre": "11/12",
    "Lolland": "16/12", "Guldborgsund": "17/12", "Vordingborg": "18/12",
}  # fmt: skip
PLAN = (
    "Øget udslusning fra Kofoedsminde til § 108-pladser i kommuner og regioner",
    "Flere sikrede pladser på Kofoedsminde",
    "Åbne § 108-pladser til borgere med domstype 2",
    "Takstfinansiering af borgere med domstype 2 på sikrede pladser",
    "Fokus på borgere i varetægtssurrogat, hvis antal stiger",
)
SENT = "Sendt 27. december 2024, inden fristen 31. december 2024."


@dataclass
class Desk:
    """A caseworker at the pages of one case; ``even_so``: why what is doubted is right."""

    site: Site
    page: Any
    login: str
    case: str = ""
    even_so: str = ""

    def at(self, day: str) -> None:
        """Come in that morning: the day's work has been done, and one signs in anew."""
        self.site.now = clock.at(dt.date.fromisoformat(day), "09:00")
        services = self.site.services
        for reference in waiting_cases(services, self.site.now):
            advance(services, reference, self.site.now)
        deliver_waiting(services, self.site.now, "morgen", timer=Timer(self.site.now))
        self.go("/")
        if self.page.locator("#login").count():
            self.page.fill("#login", self.login)
            self.page.fill("#password", PASSWORD)
            self.page.click("button:has-text('Log på')")

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def words(self, selector: str = "main") -> str:
        return words_of(self.page, selector)

    def verdict(self) -> str:
        """What the head of the case says beside its doors."""
        self.go(self.case)
        return self.words(".own-stand")

    def do(self, row: str, press: str) -> None:
        """Press what a row of «Kræver dig» offers."""
        self.go("/")
        own = self.page.locator("[data-missing]", has_text=row)
        own.locator("a, button").filter(has_text=press).click()
        self.page.wait_for_load_state()

    def open(self, form: str) -> None:
        """Open a form from the list of «Registrér»."""
        self.go(f"{self.case}/registrer")
        self.page.get_by_role("link", name=form, exact=True).first.click()

    def record(self, form: str, *parties: str, **said: str) -> str:
        """Fill a form in and save it; what the next page says on top."""
        self.open(form)
        for name in parties:
            self.page.get_by_label(re.compile(f"^{name}")).check()
        return self.save(**said)

    def save(self, **said: str) -> str:
        """Fill in the form that is open, and save it; what may change the plan is shown first."""
        for name, text in said.items():
            field = self.page.locator(f"#{name}")
            field.wait_for(state="attached")
            if not field.is_visible():
                self.page.click("summary:has-text('Flere oplysninger')")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=text)
            else:
                field.fill(text)
        self.page.click("main form .button-primary")
        if "Skal det gemmes?" in self.words():
            if self.even_so and self.page.locator("#even_so").count():
                self.page.fill("#even_so", self.even_so)
            self.page.click("main form button[value=save]")
        return self.words("main > .alert, main .alert")

    def paste(self, lines: str, button: str) -> None:
        """Decisions of councils as they stand in a mail."""
        self.open("Kommuner har besluttet: alle på én side")
        if not self.page.locator("#text").is_visible():
            self.page.click("summary:has-text('Indsæt fra Excel')")
        self.page.fill("#text", lines)
        self.page.click("button:text-is('Læs ind i skemaet')")
        assert "Intet er gemt endnu" in self.words("#skema")
        self.page.click(f"button:text-is('{button}')")

    def release(self, words: str) -> None:
        """Read the letter that waits, and send it."""
        letter = " ".join(self.page.input_value("#text-1").split())
        assert words in letter, letter
        self.page.click("button:text-is('Frigiv og send')")
        assert "kan det ikke hentes tilbage" in self.words()
        self.page.click("button:text-is('Send brevet til 1')")
        assert "Der venter ingen breve" in self.words()


@pytest.fixture
def office(chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """What a technician leaves behind, with an address that municipalities can open."""
    inbox, home = Inbox(), tmp_path / "home"
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings = {
        "UDMELDING_HOME": str(home),
        "UDMELDING_MAIL__TRANSPORT": "smtp",
        "UDMELDING_MAIL__HOST": "127.0.0.1",
        "UDMELDING_MAIL__PORT": str(controller.port),
        "UDMELDING_MAIL__SECURITY": "none",
        "UDMELDING_WEB__URL": "http://udmelding.sekretariat.example",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    start = clock.at(dt.date(2023, 11, 24), "09:00")
    with made_services(load_settings(settings)) as services:
        lone = {"login": LONE, "name": "Lone Eksempel", "role": Role.CASEWORKER}
        users.add_user(services, **lone, password=PASSWORD, now=start)
    for site in served(home, load_settings(settings), Works(patience=300)):
        site.now = start
        yield Office(site, inbox.received)
    controller.stop()


def launch(lone: Desk) -> None:
    """Four pages; each says what comes of it."""
    page = lone.page
    lone.go("/")
    page.click("a:text-is('Start en sag')")
    page.set_input_files("#letter", LETTER)
    page.click("summary:has-text('en anden slags')")
    page.select_option("#kind", "renewed")
    page.fill("#title", TITLE)
    page.fill("#short_name", SHORT)
    page.check("#target_group-adults")
    page.fill("#received", "23/11-2023")
    page.fill("#deadline", "31/12-2024")
    page.click("button:text-is('Videre til spørgsmål')")
    page.check("#asks-set")
    page.select_option("#question_set", "form:domfaeldte")
    page.click("button:text-is('Videre til datoer')")
    page.check("#scope-national")
    page.click("text=Videre til plan og mails")
    assert "17 af 17 når fristen 31. december 2024." in lone.words()
    assert lone.words().count("19 spørgsmål") == 2, "the mail, and the step beside it"
    page.click("text=Start sagen og send 17 mails")
    page.wait_for_url(re.compile(r"/sager/CU-[A-Z0-9-]+$"))
    lone.case = page.url.removeprefix(lone.site.url)
    assert "18 mails er afleveret" in lone.words(".alert-success")


def link_in(mails: list[EmailMessage], site: Site) -> str:
    """The address of their own page in Stevns' last mail that has one."""
    for mail in reversed(to(mails, f"social@k{STEVNS}")):
        found = re.search(r"/k/[\w-]{43}", mail.get_body(("plain",)).get_content())
        if found:
            return f"{site.url}{found[0]}"
    raise AssertionError("no mail with a link")


def collect(lone: Desk, phone: Any, link: str) -> None:
    """Answers by page and by hand, one excused, one with more time."""
    lone.at("2024-01-15")
    said = lone.record("Svar på dataindsamling", *FIRST, on="12/1-2024", completeness="Besvaret")
    assert "7 svar" in said
    assert "0 → 7 af 17 har svaret." in lone.words()
    excused = {"waived_on": "15/12-2023", "reason": "svarer sammen med nabokommunen"}
    lone.record("Fritagelse", "Lolland", step="Dataindsamling", **excused)
    more = {"due_on": "31/1-2024", "reason": "ferie i fagafdelingen"}
    lone.record("Længere frist til kommuner", "Guldborgsund", step="Dataindsamling", **more)
    lone.at("2024-01-30")
    lone.record("Svar på dataindsamling", *LATER, on="29/1-2024", completeness="Besvaret")
    none = {"on": "29/1-2024", "completeness": "Ingen borgere i målgruppen"}
    lone.record("Svar på dataindsamling", "Køge", "Vordingborg", **none)

    phone.goto(link)
    assert "Fristen var mandag den 29. januar 2024. I kan stadig svare." in words_of(phone, "main")
    assert "Vi har brug for mere tid" in words_of(phone, "main")
    phone.click("text=Besvar spørgsmålene")
    typed = typed_for(STEVNS, lone.site.now, har_tilbud="nej")
    fill(phone, {path: text for path, text in typed.items() if not path.startswith("tilbud.")})
    phone.click("button:text-is('Send svaret')")
    assert "Tak. Vi har jeres svar" in words_of(phone, ".own-receipt")
    assert "Svar 16 af 17" in lone.verdict()


def report_and_bodies(lone: Desk) -> None:
    """The final version; papers out; and what each body decided, written in after its meeting."""
    lone.at("2024-09-30")
    lone.go(f"{lone.case}/rapport")
    lone.page.click("summary:has-text('Dan en version')")
    lone.page.check("#kind-final")
    lone.page.click("button:text-is('Dan Word og PDF')")
    lone.page.wait_for_selector("text=Endelig version 1 er dannet")
    lone.at("2024-10-03")
    lone.do("Styregruppen mødes 11. oktober, og papirerne er ikke meldt sendt", "De er sendt")
    for day, row, outcome in (
        ("2024-10-14", "Styregruppen havde møde 11. oktober", "Godkendt"),
        ("2024-11-04", "K17 havde møde 1. november", "Godkendt"),
        ("2024-11-20", "KKR Sjælland havde møde 19. november", "Anbefalet"),
    ):
        lone.at(day)
        if outcome == "Godkendt":  # a later meeting would be too late for the deadline
            assert f"Vi kan ikke se, om fristen kan nås: {row}" in lone.words()
        lone.do(row, "Skriv beslutningen")
        assert "organ" in lone.save(outcome=outcome)
        assert "17 af 17 når fristen 31. december." in lone.words()
    assert "Kommuner har besluttet" in lone.words(".own-likely")


def thirteen_decide(lone: Desk) -> None:
    """A table out of a mail: thirteen of seventeen, on as many days."""
    lone.at("2024-11-21")
    lone.at("2024-12-20")
    lines = "\n".join(f"{name} Kommune; godkendt; {day}" for name, day in THIRTEEN.items())
    lone.paste(lines, "Gem 13 beslutninger")
    assert "0 → 13 af 17 har besluttet." in lone.words(".own-savebar")
    stand = lone.verdict()
    assert "13 af 17 når fristen 31. december. Der skal sendes med forbehold for 4." in stand
    assert "Næste: Fremsendelse 20. december" in stand, "no council is waited for"


def submit(lone: Desk, row: str, missing: str) -> None:
    """The form names who is missing, the letter stands beside it, and a person lets it go."""
    lone.do(row, "Gør den klar")
    names = lone.page.locator(".own-reserved th[scope=row]").all_inner_texts()
    assert missing == " og ".join([", ".join(names[:-1]), names[-1]])
    assert missing in lone.words(".own-letter-beside mark")
    lone.page.fill("#submitted_by", "styregruppens formandskab")
    lone.page.click("button:text-is('Opdatér brevet')")
    lone.page.wait_for_url("**f=*")
    assert "Styregruppens formandskab sender det" in lone.words(".own-letter-beside")
    lone.save(submitted_by="", on="i dag")
    lone.page.wait_for_url("**/breve")
    assert "Brevet er ikke sendt endnu" in lone.words(".alert")
    lone.release(f"med forbehold for den politiske behandling i {missing}")


def after_the_submission(lone: Desk, phone: Any, link: str) -> None:
    """The country's figure, the meeting with the agency, and the last four."""
    assert f"{SENT} 4 mangler: Kalundborg, Næstved, Roskilde og Stevns." in lone.verdict()
    lone.at("2025-01-10")
    lone.record("Optælling fra et andet område", area="Hele landet, eget område medregnet",
                approved="86", on="10/1-2025")  # fmt: skip
    assert "86 af 98 har godkendt i landet" in lone.verdict()
    lone.go("/")
    assert "Besluttet 13 af 17 I landet 86 af 98" in lone.words(".own-card"), "two bars"
    lone.at("2025-01-16")
    drafted = "Afrapporteringen drøftet med styrelsen, med deltagelse af KL"
    lone.record("Notat på tidslinjen", title=drafted, on="15/1-2025", milestone_kind="Møde")
    lone.at("2025-01-31")
    lines = "Roskilde godkendt 20/1\nKalundborg godkendt 22/1\nNæstved godkendt 28/1"
    lone.paste(lines, "Gem 3 beslutninger")
    told = lone.words(".own-savebar")
    assert "13 → 16 af 17 har besluttet." in told
    assert "når fristen" not in told, "the deadline is over"

    phone.goto(link)
    phone.click("a:has-text('Meld beslutningen')")
    phone.fill("#decided_on", "30/1-2025")
    phone.select_option("#outcome", "approved")
    phone.fill("#evidence", "https://stevns.example/referat")
    phone.click("button:has-text('Meld beslutningen')")
    assert "I mangler ikke noget" in words_of(phone, ".own-need")
    lone.at("2025-02-03")
    lone.do("Stevns har meldt godkendt", "Dokumentationen er set")
    lone.do("Ophævelse af forbehold", "Læs og frigiv")
    lone.release("Forbeholdet er dermed ophævet.")
    assert "17 af 17 · 90 af 98 har godkendt i landet" in lone.verdict()


def asked_and_answered(lone: Desk) -> None:
    """The agency's question is a row until its letter has gone."""
    lone.at("2025-03-04")
    asked = "Hvor mange pladser er der i alt?"
    said = lone.record("Spørgsmål fra styrelsen", on="3/3-2025", due_on="28/3-2025", text=asked)
    assert said.endswith(asked)
    lone.do("Styrelsen venter svar senest 28. marts", "Skriv svaret")
    assert asked in lone.words(".own-letter-beside")
    lone.save(on="i dag", note="Der er 42 pladser.")
    lone.release("Der er 42 pladser.")


def verdict_and_plan(lone: Desk) -> None:
    """The agency's answer; five points, each done from its row."""
    lone.at("2025-08-21")
    lone.record("Styrelsens svar", on="21/8-2025", verdict_outcome="Bakker op om forslaget",
                text="Styrelsen bakker op om kommunernes forslag.")  # fmt: skip
    lone.go("/")
    assert "Styrelsen svarede 21. august 2025: bakker op om forslaget." in lone.words(".own-card")
    lone.at("2025-08-29")
    for number, point in enumerate(PLAN, start=1):
        who = "de fælleskommunale sekretariater"
        lone.record("Handling i handleplanen", number=str(number), title=point, owner=who,
                    due_on="1/6-2026")  # fmt: skip
    assert "5 punkter på handleplanen er ikke gjort." in lone.words()
    lone.at("2025-09-10")
    sent = "Statussag sendt til politisk behandling i kommunerne"
    lone.record("Notat på tidslinjen", title=sent, on="i dag", milestone_kind="Statussag")
    lone.at("2026-06-03")
    assert "Luk sagen" not in lone.words()
    lone.do("Handleplanen har 5 punkter, der skulle være gjort", "Se punkterne")
    for number in range(1, 6):
        lone.go(lone.case)
        row = lone.page.locator("section[aria-labelledby=handleplan] tbody tr").nth(number - 1)
        row.get_by_text("Er gjort").click()
        assert "udført" in lone.save()
    lone.go("/")
    assert "Handleplanen" not in lone.words("#kraever-dig")


def close(lone: Desk) -> None:
    """«Luk sagen», and open it again."""
    lone.go("/")
    assert "Intet mangler. Luk sagen" in lone.words(".own-card")
    lone.page.click("a:has-text('Luk sagen')")
    said = lone.save(reason="Handleplanen er gennemført.")
    assert said.endswith("Handleplanen er gennemført.")
    lone.go("/")
    assert "Der er ingen åbne sager." in lone.words() or "Afsluttede sager (1)" in lone.words()
    lone.go(lone.case)
    assert "Sagen blev afsluttet" in lone.words(".own-case-head")
    assert lone.page.get_by_role("link", name="Registrér", exact=True).count() == 0
    lone.page.click("a:text-is('Genåbn sagen')")
    lone.save(reason="Styrelsen skriver igen")
    assert "Sagen er afsluttet." not in lone.verdict()
    lone.record("Afslut sagen", reason="Det var en fejl")


def test_from_the_letter_to_the_closed_case(office: Office, chromium: Any) -> None:
    site = office.site
    typing = sign_in(office, chromium, scripts=True)
    set_up(typing, office)
    lone = Desk(site, typing.page, LONE)
    launch(lone)
    phone = site.visitor(chromium, viewport=PHONE)
    link = link_in(office.received, site)
    collect(lone, phone, link)
    report_and_bodies(lone)
    thirteen_decide(lone)
    lone.at("2024-12-27")
    submit(lone, "Afrapporteringen skal sendes senest 31. december",
           "Kalundborg, Næstved, Roskilde og Stevns")  # fmt: skip
    (covering,) = to(office.received, "cu@")
    assert len(list(covering.iter_attachments())) == 2
    after_the_submission(lone, phone, link)
    asked_and_answered(lone)
    assert len(to(office.received, "cu@")) == 3
    verdict_and_plan(lone)
    close(lone)

    phone.goto(link)
    assert "Sagen er afsluttet. I skal ikke gøre mere." in words_of(phone, "main")
    assert "virker til 3. juli 2026" in words_of(phone, "main")
    site.now += dt.timedelta(days=31)
    phone.goto(link)
    assert "Linket er lukket" in words_of(phone, "main")


def test_from_the_submission_to_the_closed_case_without_scripts(site: Site, chromium: Any) -> None:
    anna = Desk(site, site.visitor(chromium, java_script_enabled=False), "anna", f"/sager/{REF}",
                "de svarede på papir")  # fmt: skip
    anna.at("2025-05-27")
    names = ("Køge", "Solrød", "Odsherred", "Holbæk", "Faxe", "Ringsted", "Slagelse", "Sorø",
             "Lejre", "Lolland", "Guldborgsund", "Vordingborg", "Roskilde")  # fmt: skip
    anna.paste("\n".join(f"{name} godkendt 22/5" for name in names), "Gem 13 beslutninger")
    submit(anna, "Afrapporteringen skal sendes senest 31. maj", "Kalundborg, Næstved og Stevns")
    anna.at("2025-06-20")
    lines = "Stevns godkendt 17/6\nKalundborg godkendt 18/6\nNæstved godkendt 18/6"
    anna.paste(lines, "Gem 3 beslutninger")
    anna.at("2025-06-23")
    anna.do("Ophævelse af forbehold", "Læs og frigiv")
    anna.release("Forbeholdet er dermed ophævet.")
    anna.record("Styrelsens svar", on="i dag", verdict_outcome="Bakker op om forslaget")
    close(anna)
