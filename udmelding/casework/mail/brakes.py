"""What was sent, in all cases: found by day, receiver, subject and words, the newest first.

What keeps mails from going out is told too: the stop button, and settings for trying out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

import models
from models import OutboxState
from udmelding import clock
from udmelding.casework.services import Services
from udmelding.config.settings import Settings
from udmelding.errors import RefusedError
from udmelding.journal.database import Session, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import Letter
from udmelding.journal.mail.sending_pause import Pause, pause_at, say
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """Which mails are asked for: finished from ``first`` to ``last``, with ``words`` in them."""

    first: dt.date
    last: dt.date
    words: str = ""


def sent_mail(
    session: Session, asked: SentMail, most: int, page: int
) -> tuple[int, tuple[Letter, ...]]:
    """How many mails were finished in that time, and those of one page.

    Mails that went out as parts of another are left out; the other names them.

    Args:
        session: reads.
        asked: which mails.
        most: mails to a page.
        page: 1 is the first.
    """
    table, words = table_of(models.OutboxMessage), asked.words.split()
    where = [
        table.c.state.in_((OutboxState.SENT, OutboxState.FAILED, OutboxState.HELD)),
        table.c.merged_into.is_(None),
        table.c.finished_at >= clock.at(asked.first, "00:00"),
        table.c.finished_at <= clock.end_of(asked.last),
    ]
    # A held mail still has its link, so it is looked through without: no word may find a secret.
    is_held = table.c.state == OutboxState.HELD
    found = outbox.letters(session, is_held) if words else []
    held = [(letter.key, letter.text.casefold()) for letter in found]
    for word in words:
        pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        where.append(
            sa.or_(
                table.c.subject.ilike(pattern, escape="!"),
                sa.and_(~is_held, table.c.text.ilike(pattern, escape="!")),
                table.c.key.in_([key for key, text in held if word.casefold() in text]),
                sa.cast(table.c.recipients, sa.String).ilike(pattern, escape="!"),
            )
        )
    count = session.execute(sa.select(sa.func.count()).select_from(table).where(*where))
    found = outbox.letters(
        session, sa.and_(*where), most, offset=(page - 1) * most, is_newest_first=True
    )
    return int(count.scalar_one()), tuple(found)


MOST_OF_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """What keeps mails from going out, all at once.

    Attributes:
        pause: the button was pressed; None where it was not.
        is_dry_run: mails become files and are not sent.
        only_to: addresses that may be written to; empty is everybody.
    """

    pause: Pause | None
    is_dry_run: bool
    only_to: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Whether there is something to tell on every page."""
        return self.pause is not None or self.is_dry_run or bool(self.only_to)


def brakes(session: Session, settings: Settings) -> Brakes:
    """What keeps mails from going out now."""
    return Brakes(
        pause=pause_at(session),
        is_dry_run=settings.mail.dry_run,
        only_to=settings.mail.only_to,
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
    return "Udsendelsen er i gang igen. Det, der venter, sendes inden for ti minutter."
