"""What the secretariat must hear of, for nobody sees it: a silent mailbox, a day that was not done.

Each is told once by mail, under a key of what went wrong and since when, and stands on the pages as
long as it lasts (the mailbox above all of them, the day on the overview).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from udmelding import clock
from udmelding.casework.inbox.mailbox import last_reading, mailbox_silent_since
from udmelding.casework.mail.trial import Tried, Words, send_trial
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.journal.summaries import counting
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.words.date_wording import long_date


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
                f"Postkassen er ikke læst siden {_moment(since)}. {last.trouble} Svar, der er "
                "kommet imens, holder ikke påmindelser tilbage. Læs postkassen selv, og få "
                "adgangen rettet; det, der er kommet, læses derefter af sig selv.\n",
            ),
        )
    last_run = WorkCalendar().previous_business_day(now.date() - dt.timedelta(days=1))
    with reading(services.engine) as session:
        overdue = counting.overdue(session, last_run)
    if overdue.count:
        yield (
            f"alarm/sweep/{last_run.isoformat()}",
            Words(
                "udmelding har ikke gjort en dags arbejde",
                f"{overdue.count} ting skulle være gjort senest {long_date(last_run)}, og er det "
                "ikke. Se «Systemets tilstand» under Indstillinger. Det gøres ved næste daglige "
                "gennemgang, når fejlen er rettet.\n",
            ),
        )


def _moment(at: dt.datetime) -> str:
    local = at.astimezone(clock.COPENHAGEN)
    return f"{long_date(local.date())} kl. {local:%H.%M}"
