"""The pages of a home in a process of their own, whose reports are never done: to be killed.

``python -m tests.browser.slow_pages HOME MOMENT`` prints its address when it can be asked.
"""

from __future__ import annotations

import datetime as dt
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from tests.browser.conftest import settings_for
from udmelding.casework.report import writing
from udmelding.casework.wiring import open_services
from udmelding.casework.work import Works
from udmelding.web.service.app import create_app


def never(*_: object, **__: object) -> bytes:
    threading.Event().wait()
    return b""


def main(home: Path, now: dt.datetime) -> None:
    """Serve until killed."""
    writing.report_pdf = never
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    with open_services(settings_for(home)) as services:
        app = create_app(services, lambda: now, works=Works(patience=0.2))
        config = uvicorn.Config(app, log_level="error")
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]), dt.datetime.fromisoformat(sys.argv[2]))
