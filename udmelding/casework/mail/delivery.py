"""Sends what waits in the outbox, each mail once, and says what became of every one.

Before a mail goes, it is asked once more whether it is still wanted: somebody may have answered
since it was written. One mail that fails never stops the others; what is true of every mail (no
login, no right to send, no server) stops the delivery, fails none of them and is told of once.
What a sender that died left behind is decided first: sent, or held for a person. The message is put
together last, from the outbox's mail and its files.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from models import OutboxState
from udmelding.casework.mail.digests import SIBLINGS, gather
from udmelding.casework.mail.fates import MailFate
from udmelding.casework.mail.fresh_links import FreshLinks
from udmelding.casework.mail.message import message_of
from udmelding.casework.mail.pacer import Pacer, Timer, timer_for
from udmelding.casework.mail.still_wanted import opening, reason_to_withdraw, waits_with_its_case
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.database import Session, reading, settle, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import REFUSED_FOR_SOME
from udmelding.journal.mail.sending_faults import say_going, say_stopped
from udmelding.journal.mail.sending_pause import pause_at
from udmelding.journal.recording.announcing import announce_mail
from udmelding.outside.mail.mime import message_id_for
from udmelding.outside.mail.transport import MailDelayedError, Receipt
from udmelding.rules.case.mail_state import COPY, FOLDER
from udmelding.rules.mail.pace import NO_WAIT
from udmelding.rules.words.date_wording import long_moment

Checkpoint = Callable[[str, str], None]
"""Called with a key and a place (``claimed``, ``handing_over``, ``sent``): tests kill there."""


_ENDED = frozenset({MailFate.SENT, MailFate.AS_FILE, MailFate.WITHDRAWN, MailFate.FAILED})


def _pass(_key: str, _place: str) -> None:
    return None


Counted = Callable[[int, int], None]
"""Called before each mail with how many have been seen to, and how many there are."""


def deliver_waiting(
    services: Services,
    now: dt.datetime,
    owner: str,
    checkpoint: Checkpoint = _pass,
    *,
    only: Collection[str] | None = None,
    is_patient: bool = True,
    timer: Timer | None = None,
    counted: Counted | None = None,
) -> Counter[MailFate]:
    """Send every mail that may go at ``now``.

    Stops at once when somebody pauses all sending, when the mail server cannot be reached, takes
    no mail of ours or asks to be left alone, and when its time is up; what is left waits for the
    next delivery.

    Args:
        services: database and transport.
        now: decides what waits and which claims of dead senders are void.
        owner: a name for this sender, unique among those that run.
        checkpoint: for tests that stop the sender at a given place.
        only: keys of the mails to send; None sends all that may go, gathered to one mail a person.
        is_patient: whether to wait where the pace asks for it; somebody who looks at a page does
            not, and what has to wait is left to the next delivery. Where mails are really sent, an
            invitation waits for those of other cases (``digests.SIBLINGS``) as well.
        timer: the moment of each mail, and waiting between them; None counts on from ``now`` where
            mails are really sent.
        counted: hears before each mail how many of how many have been seen to; what it raises ends
            the delivery, and that mail waits.

    Returns:
        How many mails met which fate. Safe to run twice, at once, or after being killed.
    """
    fates = recover(services, now)
    pacer = Pacer(services.settings, timer or timer_for(services.settings, now))
    work = _Round(
        services=services,
        owner=owner,
        pacer=pacer,
        checkpoint=checkpoint,
        may_wait=is_patient,
        siblings=SIBLINGS if is_patient and services.settings.sends else NO_WAIT,
        counted=counted,
    )
    try:
        _send_all(work, fates, only)
    finally:
        if _ENDED & fates.keys():
            settle(services.engine)  # links that were taken out are not to stay in the log
    return fates


def recover(services: Services, now: dt.datetime) -> Counter[MailFate]:
    """Decide on the mails that dead senders left behind; the rule: ``journal.mail.outbox``."""
    fates: Counter[MailFate] = Counter()
    with writing(services.engine) as session:
        released, doubtful = outbox.release_dead_claims(session, now)
        fates[MailFate.RECOVERED] += len(released)
        for mail in doubtful:
            fates[_decide(services, session, mail, now)] += 1
    return +fates


__all__ = ["Checkpoint", "MailFate", "deliver_waiting", "recover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What one delivery is done with."""

    services: Services
    owner: str
    pacer: Pacer
    checkpoint: Checkpoint
    may_wait: bool
    siblings: dt.timedelta
    counted: Counted | None

    @property
    def now(self) -> dt.datetime:
        """The moment of the mail at hand."""
        return self.pacer.timer.now()


class _StopError(Exception):
    """No mail can go now: sending is paused, the server is away, or the time is up.

    Attributes:
        fate: what became of the mail at which that was seen; None where it was not tried.
    """

    def __init__(self, fate: MailFate | None = None) -> None:
        """Keep the ``fate``."""
        super().__init__()
        self.fate = fate


_ROUNDS = 3
"""A mail that is taken apart lets its parts wait again: they go out in the same delivery."""


def _send_all(work: _Round, fates: Counter[MailFate], only: Collection[str] | None) -> None:
    """Send what waits, counting each mail's fate; until nothing does, or no mail can go now."""
    try:
        _send_rounds(work, fates, only)
    except _StopError as stop:
        if stop.fate is not None:
            fates[stop.fate] += 1
        return
    if fates[MailFate.SENT]:
        with writing(work.services.engine) as session:
            say_going(session, work.now)


def _send_rounds(work: _Round, fates: Counter[MailFate], only: Collection[str] | None) -> None:
    for _ in range(_ROUNDS):
        if only is None:
            gather(work.services, work.now, work.siblings)
        with reading(work.services.engine) as session:
            keys = outbox.waiting(session, work.now)
        keys = keys if only is None else [key for key in keys if key in only]
        if not keys:
            break
        with work.services.sending():
            for count, key in enumerate(keys):
                if work.counted is not None:
                    work.counted(count, len(keys))
                fate = _deliver_one(work, key)
                if fate is not None:
                    fates[fate] += 1


def _deliver_one(work: _Round, key: str) -> MailFate | None:
    """Send one mail; None where it is another sender's, or is to wait.

    Raises:
        _StopError: no further mail is to be tried in this delivery.
    """
    services = work.services
    taken = _take(work, key)
    if not isinstance(taken, OutboxMail):
        return taken
    work.checkpoint(key, "claimed")
    try:
        message = message_of(services, taken)
    except (RefusedError, OutsideError) as error:
        return _failed(work, key, error)
    with writing(services.engine) as session:
        if not outbox.hand_over(session, key, work.owner):
            return None
    work.checkpoint(key, "handing_over")
    try:
        receipt = services.transport.deliver(message, key, lambda: _leaves(work, key))
    except OutsideError as error:
        fate = _failed(work, key, error)
        if isinstance(error, MailDelayedError) and error.concerns_all:
            _stopped(work, error)
            raise _StopError(fate) from error
        return fate
    work.checkpoint(key, "sent")
    with writing(services.engine) as session:
        told = _told(receipt)
        outbox.finish(session, key, OutboxState.SENT, work.now, told, receipt.transport)
        _write_copies(services, session, taken, receipt, work.now)
    return _gone(receipt.transport)


def _gone(transport: str) -> MailFate:
    return MailFate.AS_FILE if transport == FOLDER else MailFate.SENT


def _leaves(work: _Round, key: str) -> None:
    """Write down that the content leaves: whatever ends us from here on, the server may have it."""
    with writing(work.services.engine) as session:
        outbox.is_leaving(session, key, work.now)


def _told(receipt: Receipt) -> str:
    """What is worth knowing of a mail that was taken.

    Only what is refused for good is told as «address: why»: that is how it is found again.
    """
    refused = "; ".join(f"{address}: {why}" for address, why in receipt.refused.items())
    delayed = "; ".join(f"{address} ({why})" for address, why in receipt.delayed.items())
    told = [f"{REFUSED_FOR_SOME}{refused}"] if refused else []
    if delayed:
        told.append(f"kopien sendes igen for sig til {delayed}")
    return ". ".join(told)


def _write_copies(
    services: Services, session: Session, mail: OutboxMail, receipt: Receipt, now: dt.datetime
) -> None:
    """Let the copies that were not taken for now wait as mails of their own.

    The mail itself has gone and is not touched again. Each copy's key follows from the mail's and
    from the receiver's place in it, so that no copy can be written twice.
    """
    copies = []
    places = {address.casefold(): place for place, address in enumerate(mail.copies, start=1)}
    for address, why in receipt.delayed.items():
        number = places.setdefault(address.casefold(), len(places) + 1)
        key = f"{mail.key}{COPY}{number}"
        copies.append(
            replace(
                mail,
                key=key,
                recipients=[address],
                copies=[],
                message_id=message_id_for(key, services.settings.mail.message_id_domain),
                not_before=now + outbox.PAUSES[0],
                state=OutboxState.PENDING,
                attempts=0,
                claimed_by=None,
                claimed_until=None,
                content_at=None,
                outcome=f"Mailserveren svarede {why}.",
            )
        )
    known = outbox.written_among(session, [copy.key for copy in copies])
    reference = mail.key.partition("/")[0]
    if fresh := [copy for copy in copies if copy.key not in known]:
        case_id = find(session, reference).id
        outbox.enqueue_new(session, [(case_id, copy) for copy in fresh])


def _take(work: _Round, key: str) -> OutboxMail | MailFate | None:
    """Claim a mail that may go now and is still wanted; else what became of it.

    Raises:
        _StopError: nothing is to be sent, or not within this delivery's time.
    """
    while (pause := _turn(work, key)) > NO_WAIT:
        if not work.may_wait or work.pacer.is_over(pause):
            raise _StopError
        work.pacer.timer.sleep(pause.total_seconds())
    with writing(work.services.engine) as session:
        if pause_at(session) is not None:
            raise _StopError
        return _claimed(work, session, key)


def _claimed(work: _Round, session: Session, key: str) -> OutboxMail | MailFate | None:
    """The mail, if it is ours now and to go; else what became of it; None: another sender's."""
    now = work.now
    claimed = outbox.claim(session, key, now, work.owner)
    if claimed is None:
        return None
    if waits_with_its_case(session, claimed, now):
        return None
    opens_at = opening(session, claimed, now, work.siblings)
    if opens_at > now:
        outbox.give_back(session, key, opens_at)
        return MailFate.LATER
    reason = reason_to_withdraw(work.services, session, claimed, now)
    if reason is None:
        return _with_its_links(work.services, session, claimed, now)
    outbox.finish(session, key, OutboxState.WITHDRAWN, now, reason)
    return MailFate.WITHDRAWN


def _with_its_links(
    services: Services, session: Session, mail: OutboxMail, now: dt.datetime
) -> OutboxMail:
    """The mail ready to go: whichever way it came to wait again, it never goes without a link."""
    filled = FreshLinks(services, session, now, mail.written_by).put_into(mail)
    if filled is not mail:
        outbox.rewrite(session, filled)
    return filled


def _turn(work: _Round, key: str) -> dt.timedelta:
    """How long the mail has to wait for its turn."""
    if work.pacer.is_over():
        raise _StopError
    if not work.pacer.is_limited:
        return NO_WAIT
    with reading(work.services.engine) as session:
        mail = outbox.get(session, key)
        return work.pacer.wait_for(session, [*mail.recipients, *mail.copies])


def _stopped(work: _Round, error: MailDelayedError) -> None:
    """Tell what keeps all mails from going, and let them wait as long as is known to help."""
    with writing(work.services.engine) as session:
        if error.mend is not None:
            say_stopped(session, error.mend, error.reason, work.now)
        if error.pause is None:
            return
        waiting = outbox.waiting(session, work.now)
        outbox.wait_until(session, waiting, work.now + error.pause, or_before=False)


def _failed(work: _Round, key: str, error: RefusedError | OutsideError) -> MailFate:
    now = work.now
    with writing(work.services.engine) as session:
        if isinstance(error, MailDelayedError) and error.is_in_doubt:
            outbox.finish(session, key, OutboxState.HELD, now, f"{error.message} {LOOK}")
            announce_mail(session, key, now)
            return MailFate.HELD
        if isinstance(error, OutsideError) and error.is_temporary:
            pause = error.pause if isinstance(error, MailDelayedError) else None
            outbox.postpone(session, key, now, error.message, pause)
            return MailFate.POSTPONED
        outbox.finish(session, key, OutboxState.FAILED, now, error.message)
        announce_mail(session, key, now)
        return MailFate.FAILED


LOOK = "Se efter, om den er nået frem, og afgør den under «Rykkere»."
"""What is added to the reason why a mail is held."""


def _how_far(mail: OutboxMail) -> str:
    """How far the dialogue with the server had come when the sender was ended."""
    if mail.content_at is None:
        return (
            "Afsendelsen blev afbrudt, før mailens indhold var på vej. Mailserveren har altså ikke "
            "taget imod den, og den kan roligt sendes igen."
        )
    return (
        "Afsendelsen blev afbrudt, efter at mailens indhold var på vej "
        f"{long_moment(mail.content_at)}. Den kan være nået frem, "
        f"og mailserveren kan ikke spørges. {LOOK}"
    )


def _decide(services: Services, session: Session, mail: OutboxMail, now: dt.datetime) -> MailFate:
    taken = services.transport.has_taken(message_of(services, mail), mail.key)
    if taken is True:
        by, told = services.transport.name, "fundet hos modtageren"
        outbox.finish(session, mail.key, OutboxState.SENT, now, told, by)
        return _gone(by)
    if taken is False:
        outbox.put_back(session, mail.key, now)
        return MailFate.RECOVERED
    outbox.finish(
        session,
        mail.key,
        OutboxState.HELD,
        now,
        _how_far(mail),
    )
    announce_mail(session, mail.key, now)
    return MailFate.HELD
