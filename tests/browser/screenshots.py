"""Takes the pictures of README: ``make screenshots``. Plays the demonstration, then looks at it.

Writes ``docs/pictures/*.png``. What is shown is what ``make demo`` shows, on the same day.
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
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from models import Role
from udmelding import clock
from udmelding.casework import users
from udmelding.casework.links import link_for
from udmelding.casework.services import Services, open_services
from udmelding.config.settings import load_settings
from udmelding.journal.database import writing
from udmelding.web.app import create_app

DAY = dt.date(2025, 4, 15)
CASE = "CU-GRAVIDE-2025"
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
WIDTH, HEIGHT = 1240, 900
PAGES = {
    "overblik": ("/", HEIGHT),
    "sag": (f"/sager/{CASE}", 1900),
    "rykker": ("/rykkere/person?til=social@lolland.example&frem=30", 1000),
    "moede": (f"/sager/{CASE}/moede", 1200),
}
"""For each picture the address, and how much of the page it shows."""


def main() -> None:
    """Play, serve, look."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        play = [sys.executable, "-m", "udmelding.cli.app", "demo", "--no-serve"]
        os.environ["UDMELDING_HOME"] = home
        subprocess.run([*play, "--date", DAY.isoformat()], check=True)  # noqa: S603
        with open_services(load_settings({"UDMELDING_HOME": home})) as services:
            users.add_user(
                services,
                login="demo",
                name="Demobruger",
                role=Role.CASEWORKER,
                password=PASSWORD,
                now=clock.at(DAY),
            )
            look(services)


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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(locale="da-DK")
        page.goto(f"{base}/login")
        page.fill("#login", "demo")
        page.fill("#password", PASSWORD)
        page.click("form[action='/login'] button")
        for name, (path, height) in PAGES.items():
            take(page, base + path, name, height)
        with writing(services.engine) as session:
            link = link_for(services, session, CASE, "0360", by="demo", now=clock.at(DAY))
        stranger = browser.new_page(locale="da-DK")
        take(stranger, base + link[link.index("/k/") :], "kommune", 1100)
        browser.close()
    server.should_exit = True


def take(page: Page, address: str, name: str, height: int) -> None:
    """One picture of the first ``height`` pixels of a page."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    answer = page.goto(address)
    if answer is None or not answer.ok:
        raise SystemExit(f"{address} was not shown")
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
