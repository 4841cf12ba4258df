"""Takes the pictures of README and of the user guide: ``make screenshots``.

Plays the demonstration, then looks at it. ``make screenshots ARGS=HOME`` looks at a copy of a home
in which it was played before, which saves two minutes. Writes ``docs/pictures/*.png``, and those of
the guide, which ``guide_pictures`` declares, into ``docs/vejledning/billeder``.

What is shown is what ``make demo`` shows, on the same day. The home
is a temporary folder; the pages are shown as those of a home that could be anybody's.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from models import Role
from tests.browser import guide_pictures
from tests.honest import PDF
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.access.links import link_for
from udmelding.casework.wiring import Services, open_services
from udmelding.config.settings import load_settings
from udmelding.journal.database import writing
from udmelding.web.service.app import create_app
from udmelding.web.visitor import cookie_name

DAY = dt.date(2025, 4, 15)
CASE = "CU-GRAVIDE-2025"
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
HOME = Path("/srv/udmelding")
"""What pictures say where the pages tell of the home; nothing is written while they are taken."""
PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
WIDTH, SPACE = 1280, 20
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LETTER = {"name": "brev.pdf", "mimeType": "application/pdf", "buffer": PDF}
PAST_CASE, THEN = "/sager/CU-DOMFAELDTE-2024", "?pr=10/1-2025"
PAGES = {
    "overblik": ("/", "body", 1010),
    "sag": (f"{PAST_CASE}{THEN}", "body", 1470),
    "kommunerne": (f"{PAST_CASE}/kommuner{THEN}", "h2:text-is('Kommuner')", 930),
    "rykker": ("/mails/rykkere/person?til=social@lolland.example&frem=30", "main nav", 1070),
    "moede": (f"/sager/{CASE}/moede", "main h2", 1090),
}
"""For each picture the address, what it begins with, and how much of the page it shows."""


def main() -> None:
    """Play, serve, look."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        if sys.argv[1:]:
            shutil.copytree(sys.argv[1], home, dirs_exist_ok=True)
        play = [sys.executable, "-m", "udmelding.cli.service.app", "demo", "--no-serve"]
        os.environ["UDMELDING_HOME"] = home
        if not sys.argv[1:]:
            subprocess.run([*play, "--date", DAY.isoformat()], check=True)  # noqa: S603
        with open_services(load_settings({"UDMELDING_HOME": home})) as services:
            users.add_user(
                services,
                login="billeder",
                name="Demobruger",
                role=Role.CASEWORKER,
                password=PASSWORD,
                now=clock.at(DAY),
            )
            mail = services.settings.mail.model_copy(update={"folder": HOME / "mail"})
            settings = services.settings.model_copy(update={"mail": mail})
            look(replace(services, settings=settings))


def look(services: Services) -> None:
    """Take every picture of the pages on ``services``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(services, lambda: clock.at(DAY), demo_day=DAY)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    base = f"http://127.0.0.1:{port}"
    secret = users.sign_in(services, "billeder", PASSWORD, clock.at(DAY))
    with writing(services.engine) as session:
        link = link_for(services, session, CASE, "0360", by="demo", now=clock.at(DAY))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        stranger = browser.new_page(locale="da-DK")
        open_page(stranger, base + link[link.index("/k/") :])
        take(stranger, "kommune", "body", 1100)
        page = browser.new_page(locale="da-DK", base_url=base)
        page.context.add_cookies([{"name": cookie_name(services), "value": secret, "url": base}])
        for name, (path, first, height) in PAGES.items():
            open_page(page, path)
            take(page, name, first, height)
        move_the_deadline(page)
        take(page, "registrering", "main h2", 500)
        guide_pictures.take_all(services, page, stranger, clock.at(DAY))
        browser.close()
    server.should_exit = True


def move_the_deadline(page: Page) -> None:
    """Go to where a recording is shown before and after."""
    open_page(page, f"/sager/{CASE}/registrer/frist")
    page.fill("#due_on", "30/6-2025")
    page.click("text=Vis ændringen")


def open_page(page: Page, address: str) -> None:
    """Go there, or stop with the address."""
    answer = page.goto(address)
    if answer is None or not answer.ok:
        raise SystemExit(f"{address} was not shown")


def take(page: Page, name: str, first: str, height: int) -> None:
    """A picture of the page that is open, ``height`` pixels from what is shown first."""
    page.set_viewport_size({"width": WIDTH, "height": 900})
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(first).first.bounding_box()
    top = max(box["y"] - SPACE, 0) if box else 0
    guide_pictures.shoot(page, PICTURES / f"{name}.png", (top, WIDTH, height))


if __name__ == "__main__":
    main()
