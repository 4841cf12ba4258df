"""What keeps mails from going out, all at once: a folder, a fault, the stop button, a trial."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.errors import RefusedError
from udmelding.journal.database import Session, writing
from udmelding.journal.mail.sending_faults import SendingFault, fault_at
from udmelding.journal.mail.sending_pause import Pause, pause_at, say
from udmelding.rules.wake import soon_words

MOST_OF_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """What keeps mails from going out, all at once.

    Attributes:
        pause: the button was pressed; None where it was not.
        fault: the mail server takes no mail at all; None where nothing is known of that.
        folder: mails become files in this folder and are sent to nobody; None where they go.
        only_to: addresses that may be written to; empty is everybody.
        is_for_practice: people learn on this installation.
    """

    pause: Pause | None
    fault: SendingFault | None
    folder: Path | None
    only_to: tuple[str, ...]
    is_for_practice: bool = False


def brakes(session: Session, settings: Settings) -> Brakes:
    """What keeps mails from going out now."""
    return Brakes(
        pause=pause_at(session),
        fault=fault_at(session) if settings.sends else None,
        folder=None if settings.sends else settings.mail.folder,
        only_to=settings.mail.only_to,
        is_for_practice=settings.is_for_practice,
    )


def stop_sending(
    services: Services, reason: str, now: dt.datetime, by: str, *, has_looked: bool = False
) -> str:
    """Stop every mail at once, also in a delivery that is under way; returns what was done.

    Mails are still written; they wait.

    Raises:
        RefusedError: the reason is too long.
    """
    if len(reason) > MOST_OF_REASON:
        raise RefusedError(f"Skriv årsagen på højst {MOST_OF_REASON} tegn.")
    with writing(services.engine) as session:
        is_new = say(
            session,
            is_paused=True,
            reason=reason.strip(),
            now=now,
            by=by,
            has_looked=has_looked,
        )
    if not is_new:
        return "Udsendelsen var stoppet i forvejen."
    return "Al udsendelse er stoppet. Mails skrives stadig, men venter."


def resume_sending(services: Services, now: dt.datetime, by: str) -> str:
    """Let mails go out again; returns what was done.

    Every mail that waits is asked once more whether it is still wanted.
    """
    with writing(services.engine) as session:
        is_new = say(session, is_paused=False, reason="", now=now, by=by)
    if not is_new:
        return "Udsendelsen var ikke stoppet."
    soon = soon_words(services.settings.prefect)
    return f"Udsendelsen er i gang igen. Det, der venter, sendes {soon}."
