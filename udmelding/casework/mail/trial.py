"""Do mails go at all? A mail to oneself, past the outbox, which says what became of it.

It belongs to no case, so it is kept in a table of its own, written before the server is spoken to:
the same key never sends twice, and after a crash it is said that nobody knows. What it meets, all
mails would meet; so it also says of all of them that they are stopped, or that they go again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from html import escape

from models import OutboxState
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import Session, writing
from udmelding.journal.mail.sending_faults import say_going, say_stopped
from udmelding.journal.mail.sending_pause import pause_at
from udmelding.journal.mail.trial_mails import (
    TrialMail,
    answer_trial,
    finish_trial,
    last_trial,
    trial_mail,
    write_trial,
)
from udmelding.journal.parties import check_address
from udmelding.journal.stamp import Stamp
from udmelding.journal.summaries.counting import has_sent_mails
from udmelding.outside.mail.mime import MailToSend, build_message, message_id_for
from udmelding.outside.mail.transport import MailDelayedError, MailRefusedError, Receipt
from udmelding.rules.case.mail_state import FOLDER
from udmelding.rules.mail.faults import HOW_TO_MEND
from udmelding.rules.mail.pace import is_allowed
from udmelding.rules.mail.start import why_not_start


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail to oneself says."""

    subject: str
    text: str


_TRIAL = Words(
    "Prøvemail fra udmelding",
    "Denne mail er sendt for at prøve, om udmelding kan sende mails. Kan du læse den, virker "
    "afsendelsen. Der er ikke noget at gøre.\n",
)
UNKNOWN = (
    "Afsendelsen af prøvemailen blev afbrudt, så det vides ikke, om den er sendt. Se efter, om den "
    "er kommet, og send ellers en ny."
)
"""Of a trial mail that was begun, when nobody knows whether it went."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a trial mail; ``text`` is Danish, ``key`` finds it again."""

    key: str
    text: str
    is_good: bool


def send_trial(
    services: Services,
    address: str,
    now: dt.datetime,
    by: str,
    key: str = "",
    words: Words = _TRIAL,
) -> Tried:
    """Send a trial mail to ``address``, once for each key.

    Args:
        services: database and transport.
        address: whose mailbox to look into, most often one's own.
        now: the moment.
        by: who tries.
        key: of this one try; a form gives one, so that pressed twice it goes once. Empty: a new
            try, whose key follows from moment and address.
        words: what it says, where it is more than a trial.

    Raises:
        RefusedError: no such address can be, all sending is stopped, or the settings do not allow
            the address.
        OutsideError: the database cannot be used.
    """
    address = address.strip()
    check_address(address)
    key = key or trial_key(address, now)
    mail = TrialMail(
        key=key, address=address, written_at=now, written_by=by, via=via_of(services.settings)
    )
    message = build_message(
        _mail_of(services.settings, mail, words), sender=services.settings.secretariat
    )
    with writing(services.engine) as session:
        known = trial_mail(session, key)
        if known is not None:
            return _told(known)
        if pause_at(session) is not None:
            raise RefusedError("Al udsendelse er stoppet. Genoptag den først.")
        if not is_allowed(address, services.settings.mail.only_to):
            raise RefusedError(
                f"Der må ikke skrives til {address}: mail.only_to i opsætningen nævner den ikke."
            )
        is_ours = write_trial(session, mail)
    if not is_ours:  # another pressed the same button at the very same moment
        return Tried(key, UNKNOWN, is_good=False)
    try:
        receipt = services.transport.deliver(message, key)
    except (MailDelayedError, MailRefusedError) as error:
        return _failed(services, mail, error, now)
    outcome = _taken(services.settings, address, receipt)
    with writing(services.engine) as session:
        finish_trial(
            session, key, OutboxState.SENT, now, outcome=outcome, transport=receipt.transport
        )
        if receipt.transport != FOLDER:
            say_going(session, now)
    return Tried(key, outcome, is_good=receipt.transport != FOLDER)


def via_of(settings: Settings) -> str:
    """By which server and sender mails go now; empty where they become files."""
    if not settings.sends:
        return ""
    is_smtp = settings.mail.transport == "smtp"
    server = f"{settings.mail.host}:{settings.mail.port}" if is_smtp else settings.graph.mailbox
    return f"{settings.mail.transport} {server} {settings.secretariat.email}".casefold()


def trial_now(session: Session, settings: Settings) -> TrialMail | None:
    """The newest trial by the server and sender of now; None where mails become files."""
    via = via_of(settings)
    return last_trial(session, via) if via else None


class MailNotTriedError(RefusedError):
    """No case may be started here yet: nobody knows whether mails arrive."""

    http_status = 409


def refusal_of(session: Session, settings: Settings) -> str:
    """Why no case may be started here yet, in Danish; see ``rules.mail.start``."""
    trial = trial_now(session, settings)
    return why_not_start(
        folder="" if settings.sends else str(settings.mail.folder),
        has_arrived=trial is not None and bool(trial.has_arrived),
        is_for_practice=settings.is_for_practice,
        has_sent=has_sent_mails(session),
    )


def say_arrived(services: Services, key: str, stamp: Stamp, *, has_arrived: bool) -> None:
    """Keep what a person says of a trial mail: that it came, or that it did not.

    Raises:
        NotFoundError: there is no such mail.
    """
    with writing(services.engine) as session:
        if not answer_trial(session, key, has_arrived=has_arrived, stamp=stamp):
            raise NotFoundError("prøvemail", key[:60])


def trial_key(address: str, now: dt.datetime) -> str:
    """The key of a try to that address at that moment."""
    moment = now.astimezone(dt.UTC).isoformat(timespec="seconds")
    return f"trial/{moment}/{hashlib.sha256(address.casefold().encode()).hexdigest()[:12]}"


def _mail_of(settings: Settings, mail: TrialMail, words: Words) -> MailToSend:
    message_id = message_id_for(mail.key, settings.mail.message_id_domain)
    return MailToSend(
        key=mail.key,
        subject=words.subject,
        text=words.text,
        html=f"<p>{escape(words.text.strip())}</p>",
        recipients=(mail.address,),
        message_id=message_id,
        thread_id=message_id,
        created_at=mail.written_at,
        reference="trial",
    )


def _taken(settings: Settings, address: str, receipt: Receipt) -> str:
    if receipt.transport == FOLDER:
        return (
            f"Prøvemailen er skrevet som fil, ikke sendt: {receipt.detail}. Skal mails sendes, så "
            "vælg mail.transport = «smtp» eller «graph» i opsætningen, og slå mail.dry_run fra."
        )
    is_smtp = receipt.transport == "smtp"
    server = f"{settings.mail.host}:{settings.mail.port}" if is_smtp else "Microsoft 365"
    return (
        f"Prøvemailen til {address} er afleveret til {server}, som svarede «{receipt.detail}». Se "
        "efter, om den kommer frem."
    )


def _failed(
    services: Services,
    mail: TrialMail,
    error: MailDelayedError | MailRefusedError,
    now: dt.datetime,
) -> Tried:
    """What is to be mended, or that the address is wrong, or that it passes by itself."""
    state, told = OutboxState.FAILED, error.message
    with writing(services.engine) as session:
        if isinstance(error, MailDelayedError) and error.is_in_doubt:
            state, told = OutboxState.HELD, f"{told} {UNKNOWN}"
        elif isinstance(error, MailDelayedError) and error.mend is not None:
            say_stopped(session, error.mend, error.reason, now)
            told = f"{told} {HOW_TO_MEND[error.mend]}"
        elif error.is_temporary:
            told = f"{told} Det gælder kun denne modtager og går ofte over; prøv igen om lidt."
        finish_trial(session, mail.key, state, now, outcome=told)
    return Tried(mail.key, told, is_good=False)


def _told(known: TrialMail) -> Tried:
    """What became of a trial that was made before under the same key."""
    if known.state is OutboxState.HANDING_OVER:
        return Tried(known.key, UNKNOWN, is_good=False)
    is_good = known.state is OutboxState.SENT and known.transport != FOLDER
    return Tried(known.key, known.outcome, is_good=is_good)
