"""What the secretariat must hear of, for nobody sees it: a silent mailbox, a day that was not done.

Each is told once by mail, under a key of what went wrong and since when, and stands on the pages as
long as it lasts: the mailbox above all of them, the day under «Systemets tilstand».
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from udmelding.casework.inbox.mailbox import last_reading, mailbox_silent_since
from udmelding.casework.mail.trial import Tried, Words, send_trial
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services
from udmelding.clock import COPENHAGEN
from udmelding.config.settings import Settings
from udmelding.errors import RefusedError
from udmelding.outside import atomic
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.words.date_wording import long_moment
from udmelding.rules.words.lists import join_names


def tell_of_trouble(services: Services, now: dt.datetime) -> list[Tried]:
    """Write to the secretariat of what goes wrong, once for each trouble; returns what was sent.

    Where mails become files nobody would get it: then only the pages tell.
    """
    told: list[Tried] = []
    if not services.settings.sends:
        return told
    for key, words in _troubles(services, now):
        try:
            address = services.settings.secretariat.email
            told.append(send_trial(services, address, now, MACHINE, key, words))
        except RefusedError:  # all sending is stopped: a person did that, and looks at the pages
            continue
    return told


def _troubles(services: Services, now: dt.datetime) -> Iterator[tuple[str, Words]]:
    settings = services.settings
    since, last = mailbox_silent_since(settings, now), last_reading(settings)
    if last and since:
        yield (
            f"alarm/mailbox/{since.astimezone(dt.UTC).isoformat(timespec='seconds')}",
            Words(
                "udmelding kan ikke læse postkassen",
                f"Postkassen er ikke læst siden {long_moment(since)}. {last.trouble} Svar, der er "
                "kommet imens, holder ikke påmindelser tilbage. Læs postkassen selv, og få "
                "adgangen rettet; det, der er kommet, læses derefter af sig selv.\n",
            ),
        )
    swept = last_sweep(settings)
    last_run = WorkCalendar().previous_business_day(now.date() - dt.timedelta(days=1))
    if swept is None:
        return
    if swept.at.astimezone(COPENHAGEN).date() < last_run:
        yield (
            f"alarm/sweep/{swept.at.astimezone(dt.UTC).isoformat(timespec='seconds')}",
            Words(
                "udmelding har ikke gjort en dags arbejde",
                f"Den daglige gennemgang er ikke kørt siden {long_moment(swept.at)}. Påmindelser "
                "og breve, der skulle være skrevet, er det ikke. Start «udmelding serve» igen, "
                "eller kør «udmelding daily»; det, der mangler, gøres da.\n",
            ),
        )
    if swept.failed:
        yield (
            f"alarm/failed/{swept.at.date().isoformat()}/{'/'.join(swept.failed)}"[:200],
            Words(
                "udmelding kunne ikke gøre dagens arbejde i alle sager",
                f"Den daglige gennemgang {long_moment(swept.at)} mislykkedes i "
                f"{join_names(swept.failed)}. De andre sager er gået videre. Se «Overblik» og "
                "«Systemets tilstand», og få fejlen rettet. Det, der mangler, gøres ved næste "
                "gennemgang.\n",
            ),
        )


@dataclass(frozen=True, slots=True)
class LastSweep:
    """When the day's work was last done, and the cases in which it failed."""

    at: dt.datetime
    failed: tuple[str, ...]


def note_sweep(settings: Settings, now: dt.datetime, failed: Sequence[str]) -> None:
    """Keep that the day's work was done, beside the database as the mailbox's last reading is."""
    content = {"at": now.isoformat(), "failed": list(failed)}
    atomic.write_json(content, settings.home / _SWEEP)


def last_sweep(settings: Settings) -> LastSweep | None:
    """When the day's work was last done; None where it never was, or nobody kept it."""
    try:
        said = json.loads((settings.home / _SWEEP).read_text(encoding="utf-8"))
        failed = tuple(str(one) for one in said["failed"])
        return LastSweep(dt.datetime.fromisoformat(said["at"]), failed)
    except (OSError, ValueError, KeyError, TypeError):
        return None


_SWEEP = "sweep.json"
