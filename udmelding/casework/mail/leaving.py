"""When do the invitations of a case leave that are written and wait? And can they go at once?

They wait for those of other cases to the same person, and for the hours in which mails are sent:
``digests.gather`` and ``still_wanted.opening`` decide, and here it is told beforehand.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from udmelding.casework.mail.delivery import Counted, MailFate, deliver_waiting
from udmelding.casework.mail.digests import SIBLINGS
from udmelding.casework.mail.fates import fates_in_words
from udmelding.casework.mail.still_wanted import within_hours
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services
from udmelding.config.case.process import WorkDays
from udmelding.config.settings import Prefect, Settings
from udmelding.errors import RefusedError
from udmelding.journal.case.header import Header, find
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox_search import wave_of
from udmelding.journal.mail.sending_pause import pause_at
from udmelding.rules.case.case import Case
from udmelding.rules.due.overtaken import INVITING
from udmelding.rules.mail.pace import NO_WAIT
from udmelding.rules.wake import soon_words
from udmelding.rules.words.date_wording import clock_time, long_moment, weekday_near


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The waiting invitations of a case that leave at one moment.

    Attributes:
        keys: of the mails.
        at: when they leave.
        words: how many go when, as a Danish sentence.
        may_go_now: nothing but other cases' invitations is waited for.
    """

    keys: tuple[str, ...]
    at: dt.datetime
    words: str
    may_go_now: bool


def invitations_leave(settings: Settings, work_days: WorkDays, now: dt.datetime) -> str:
    """When invitations leave that the flows write at ``now``, a Danish sentence."""
    if not settings.sends:
        return "De bliver til filer, og ingen får dem."
    at = within_hours(work_days, now + SIBLINGS, is_quiet_kept=False)
    day = "i dag" if at.date() == now.date() else weekday_near(at.date())
    return (
        f"Invitationerne går {day} kl. {clock_time(at)}: startes flere sager inden da, får hver "
        "modtager kun én mail."
    )


def leaving_in(
    settings: Settings, session: Session, header: Header, now: dt.datetime
) -> tuple[Leaving, ...]:
    """The invitations of the case that wait, by when they leave; none of a case that is held."""
    waits, work_days = (SIBLINGS if settings.sends else NO_WAIT), header.process.work_days
    people: dict[tuple[tuple[str, ...], tuple[str, ...]], list[outbox.Waiting]] = defaultdict(list)
    for one in outbox.waiting_receivers(session, INVITING):
        people[one.recipients, one.copies].append(one)
    is_open = within_hours(work_days, now, is_quiet_kept=False) <= now
    found: dict[tuple[dt.datetime, bool], list[str]] = defaultdict(list)
    for theirs in people.values():
        # When the first of a person's has waited long enough, all of them go.
        ready = min(max(one.not_before, one.created_at + waits) for one in theirs)
        at = within_hours(work_days, max(ready, now), is_quiet_kept=False)
        for one in theirs:
            if one.key.startswith(f"{header.reference}/") and one.written_by == MACHINE:
                # A delivery that came by has set it to when its wait is over.
                over = within_hours(work_days, one.created_at + waits, is_quiet_kept=False)
                found[at, is_open and one.not_before <= max(over, now)].append(one.key)
    return tuple(
        Leaving(
            keys=tuple(keys),
            at=at,
            words=_words(len(keys), at, now, settings.prefect),
            may_go_now=may_go,
        )
        for (at, may_go), keys in sorted(found.items())
    )


def _words(count: int, at: dt.datetime, now: dt.datetime, hours: Prefect) -> str:
    mails = "1 mail" if count == 1 else f"{count} mails"
    if at <= now:  # the next delivery takes them
        return f"{mails} går {soon_words(hours)}."
    when = f"kl. {clock_time(at)}" if at.date() == now.date() else long_moment(at)
    return f"{mails} går {when}."


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingOut:
    """How far the mails are that a case's start, or its being taken up again, has set off.

    Attributes:
        words: in Danish, such as «9 af 17 mails er ude.».
        goes_on: whether it is worth looking again in a moment.
        may_go_now: how many wait for nothing but other cases' invitations.
    """

    words: str
    goes_on: bool
    may_go_now: int = 0


_A_MOMENT = dt.timedelta(seconds=20)
"""So long after one mail the next may be on its way: none is with the delivery in between."""

_DELIVERIES = 3
"""So many after the invitations may leave, a start is no news any more."""


def going_out(
    services: Services, session: Session, header: Header, case: Case, now: dt.datetime
) -> GoingOut | None:
    """How far the mails of a case are that was started or taken up lately; None where it was not.

    Args:
        services: settings.
        session: reads.
        header: the case's row.
        case: what is known.
        now: the moment.
    """
    soon = dt.timedelta(minutes=services.settings.prefect.deliver_every)
    lately = (SIBLINGS if services.settings.sends else NO_WAIT) + _DELIVERIES * soon
    begun = max((case.particulars.recorded_at, *(pause.recorded_at for pause in case.pauses)))
    if case.is_paused or case.is_closed or not begun <= now < begun + lately:
        return None
    wave = wave_of(session, header.id, begun)
    if not wave.total:  # the flows have not come to it yet
        return GoingOut(words="Mailene skrives.", goes_on=True) if now < begun + soon else None
    out = "ude" if services.settings.sends else "skrevet som filer"
    words = f"{wave.out} af {wave.total} mails er {out}."
    if wave.stuck:
        words += f" {wave.stuck} kunne ikke sendes; se under Mails."
    if not wave.going:
        return GoingOut(words=words, goes_on=False)
    if pause_at(session) is not None:
        return GoingOut(words=f"{words} Resten venter: al udsendelse er stoppet.", goes_on=False)
    is_going = wave.last_at is not None and now - wave.last_at < _A_MOMENT
    if wave.is_leaving:  # by the flows' delivery, or by a press on «Send nu»
        return GoingOut(words=words, goes_on=True)
    waiting = leaving_in(services.settings, session, header, now)
    later = " ".join(one.words for one in waiting)
    goes_on = is_going or not waiting or any(one.at <= now + soon for one in waiting)
    ready = sum(len(one.keys) for one in waiting if one.may_go_now)
    return GoingOut(words=f"{words} {later}".strip(), goes_on=goes_on, may_go_now=ready)


def send_invitations_now(
    services: Services,
    reference: str,
    now: dt.datetime,
    sender: str,
    counted: Counted | None = None,
) -> tuple[str, bool]:
    """Send the waiting invitations of a case without waiting for those of others.

    Args:
        services: database and transport.
        reference: the case.
        now: the moment.
        sender: a name for this sender, unique among those that run.
        counted: as for ``delivery.deliver_waiting``.

    Returns:
        What became of them, a Danish sentence, and whether it is good.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: all sending is stopped, or none of them may go now.
        OutsideError: the mail server or the database cannot be reached.
    """
    with reading(services.engine) as session:
        if pause_at(session) is not None:
            raise RefusedError("Al udsendelse er stoppet. Genoptag den først.")
        waiting = leaving_in(services.settings, session, find(session, reference), now)
    if not waiting:
        raise RefusedError("Der er ingen invitationer, der venter i sagen.")
    keys = [key for one in waiting if one.may_go_now for key in one.keys]
    if not keys:
        told = " ".join(one.words for one in waiting)
        raise RefusedError(f"Mails sendes kun i arbejdstiden på hverdage. {told}")
    with writing(services.engine) as session:
        outbox.wait_until(session, keys, now, or_before=True)
    fates = deliver_waiting(
        services, now, sender, only=frozenset(keys), is_patient=False, counted=counted
    )
    told = fates_in_words(fates)
    if left := len(keys) - fates.total():
        told = f"{told} {left} sendes ved de næste udsendelser.".strip()
    bad = (MailFate.FAILED, MailFate.POSTPONED, MailFate.HELD)
    return told, not any(fates[one] for one in bad)
