"""The post on the command line: taken in from files, and listed for people and programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAIL = Path(__file__).parents[1] / "mails" / "new-mail-without-thread.eml"


def test_waiting_mails_are_listed_for_programs_with_the_moment_they_came(
    udmelding: Callable[..., Any],
) -> None:
    assert udmelding("init").code == 0
    taken = udmelding("post", "receive", str(MAIL))
    assert taken.code == 0, taken.err

    (mail,) = udmelding("post", "list", "--json").json

    assert mail["sender"] in udmelding("post", "list").out
    assert dt.datetime.fromisoformat(mail["received_at"]).tzinfo is not None
