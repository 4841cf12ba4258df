"""The pictures of the user guide, taken by ``screenshots`` from what the demonstration left.

On its day nobody asks the secretariat for anything, so a few municipalities do so first: by their
own pages and by mail, as they would. Each picture is of the part that its page speaks of, in a
window so narrow that its words can be read where the guide shows it.
"""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from udmelding import paths
from udmelding.casework.access.links import link_for
from udmelding.casework.inbox.receiving import receive
from udmelding.casework.wiring import Services
from udmelding.documents.guide import PICTURES
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox

REFERENCE = "CU-GRAVIDE-2025"
CASE = f"/sager/{REFERENCE}"
WIDE, PHONE, SPACE = 1000, 390, 16
MOST_BYTES = 200_000
FOLDER = paths.GUIDE / PICTURES
LOLLAND, HOLBAEK, KOEGE, SLAGELSE = "0360", "0316", "0259", "0330"

PASTED = "Guldborgsund godkendt 24/3\nKalundborg godkendt 10/4\nLejre godkendt 10/4\n"
PARAGRAPH = "{svarede} af {spurgte} kommuner har svaret. De mødte {gravide} i målgruppen."

SIMPLE = {
    "kom-godt-i-gang": ("/kom-godt-i-gang?aaben=kontakter", "h1", 880),
    "overblik": ("/", "#kraever-dig", 600),
    "kommuner": (f"{CASE}/kommuner", "#work h2", 620),
    "kommune-i-sagen": (f"{CASE}/kommuner/{LOLLAND}", "#work h2", 760),
    "tal": (f"{CASE}/tal", "caption", 640),
    "papirer": (f"{CASE}/papirer", "#work h2", 760),
    "moeder": ("/moeder", "main h1", 740),
    "til-moedet": (f"{CASE}/moede", "#work h2", 620),
    "afsendelse": (f"{CASE}/registrer/afsendelse", "#work h2", 640),
    "rykkere": ("/mails/rykkere?frem=30", "main h1", 640),
    "indstillinger": ("/indstillinger", "main h1", 760),
}
"""For each picture the address, what it begins with, and the most that it shows of the page."""


def take_all(services: Services, page: Page, stranger: Page, now: dt.datetime) -> None:
    """Let municipalities ask, then take each picture.

    Args:
        services: what the pages run on.
        page: a caseworker's.
        stranger: one of somebody with a personal link.
        now: the moment that the pages show.
    """
    FOLDER.mkdir(exist_ok=True)
    stranger.set_viewport_size({"width": PHONE, "height": 800})
    stranger.goto(_own_page(services, SLAGELSE, now, stranger.url))
    _take(stranger, "kommunens-side", "body", 700)
    _ask(services, stranger, now)
    page.set_viewport_size({"width": WIDE, "height": 900})
    for name, (address, first, most) in SIMPLE.items():
        page.goto(address)
        _take(page, name, first, most)
    _written(page)
    _launched(page)


def _own_page(services: Services, party: str, now: dt.datetime, beside: str) -> str:
    with writing(services.engine) as session:
        link = link_for(services, session, REFERENCE, party, by="demo", now=now)
    return beside[: beside.index("/k/")] + link[link.index("/k/") :]


def _ask(services: Services, stranger: Page, now: dt.datetime) -> None:
    """One wishes more time, one reports a decision, one writes a mail."""
    stranger.goto(_own_page(services, LOLLAND, now, stranger.url) + "?vil=time#time")
    stranger.fill("[name=wanted_on]", "28/5-2025")
    stranger.fill("[name=reason]", "Byrådets møde er flyttet.")
    stranger.get_by_role("button", name="Send ønsket").click()
    stranger.goto(_own_page(services, HOLBAEK, now, stranger.url) + "?vil=decide#decide")
    stranger.fill("[name=decided_on]", "9/4-2025")
    stranger.select_option("[name=outcome]", "approved")
    stranger.get_by_role("button", name="Meld beslutningen").click()
    with reading(services.engine) as session:
        written = outbox.list_mails(session)
        ours = next(m for m in reversed(written) if m.party == KOEGE and REFERENCE in m.subject)
    mail = EmailMessage()
    mail["From"], mail["To"] = ours.recipients[0], services.settings.secretariat.email
    mail["Subject"], mail["In-Reply-To"] = f"SV: {ours.subject}", ours.message_id
    mail["Message-ID"], mail["Date"] = "<koege@koege.example>", now
    mail.set_content("Byrådet godkendte afrapporteringen på mødet den 14. april 2025, punkt 12.\n")
    receive(services, [mail.as_bytes()], now)


def _written(page: Page) -> None:
    """What is written before it is worth a picture."""
    page.goto("/mails/post")
    page.get_by_text("SV: ").first.click()
    _take(page, "mail-ind", "#text", 660)
    page.goto(f"{CASE}/registrer/beslutninger")
    page.get_by_text("Indsæt fra Excel eller en mail").click()
    page.fill(
        "textarea", "Guldborgsund godkendt 24/3\nKalundborg godkendt 10/4\nLejre godkendt 10/4\n"
    )
    page.get_by_role("button", name="Læs ind i skemaet").click()
    _take(page, "beslutninger", "#work h2", 700)
    page.goto(f"{CASE}/skema/ret?aaben=spoerg:behov_doegn")
    _take(page, "spoergsmaal", "#work h2", 900)
    page.goto(f"{CASE}/rapport/afsnit?kapitel=resume")
    page.fill(
        "#text",
        "{svarede} af {spurgte} kommuner har svaret. De mødte {gravide} gravide i målgruppen.",
    )
    page.get_by_text("Felter, der kan bruges").click()
    _take(page, "rapport", "#work h2", 960)


def _launched(page: Page) -> None:
    """The last step of a launch: all mails before they go."""
    page.goto("/ny")
    page.fill("#title", "Borgere med svær epilepsi og behov for døgnophold")
    page.fill("#short_name", "Svær epilepsi")
    page.fill("#received", "14/4-2025")
    page.fill("#deadline", "31/12-2025")
    page.check("#target_group-adults")
    page.get_by_role("button", name="Videre til spørgsmål").click()
    page.check("#asks-set")
    page.select_option("#question_set", "form:gravide")
    page.get_by_role("button", name="Videre til datoer").click()
    page.get_by_role("button", name="Videre til plan og mails").click()
    _take(page, "start-plan", "#plan", 900)


def _take(page: Page, name: str, first: str, most: int) -> None:
    """A picture of what the page holds, from what is shown first and no further than ``most``."""
    page.wait_for_load_state()
    page.evaluate("scrollTo(0, 0)")
    main = page.locator("main").bounding_box()
    begin = page.locator(first).first.bounding_box()
    if main is None or begin is None:
        raise SystemExit(f"{page.url} has no {first}")
    top = max(begin["y"] - SPACE, 0)
    height = min(most, main["y"] + main["height"] - top)
    width = page.evaluate("document.documentElement.clientWidth")
    page.set_viewport_size({"width": width, "height": int(top + height)})
    shoot(page, FOLDER / f"{name}.png", (top, width, height))


def shoot(page: Page, path: Path, part: tuple[float, float, float]) -> None:
    """A picture of a part of the page: from which pixel, how wide, how high. In 256 colours."""
    top, width, height = part
    clip = {"x": 0, "y": top, "width": width, "height": height}
    page.screenshot(path=path, full_page=True, clip=clip)
    with Image.open(path) as taken:
        few = taken.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path} is larger than {MOST_BYTES} bytes")
