"""Holds the mails of one case, lets them go on, and starts a draft.

A held case is a paused one: the same fact, however it was said. Mails that were written wait in the
outbox and lose nothing; each is asked once more whether it is still wanted when the case goes on.
"""

from __future__ import annotations

from udmelding.casework.launch.launching import affirm_launch
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import writing
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.case import NewPause


def hold_case(services: Services, reference: str, reason: str, stamp: Stamp) -> str:
    """Let no mail of the case leave from now on; returns what was done.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: no reason was given, or the case is over; or as ``journal.recording.record``.
    """
    if not reason.strip():
        raise RefusedError("Skriv, hvorfor sagens mails skal vente.")
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        if case.is_closed:
            raise RefusedError("Sagen er afsluttet, så der går ingen mails ud af den.")
        if case.is_paused:
            return "Sagens mails var sat på pause i forvejen."
        record(session, header, NewPause(is_paused=True, reason=reason.strip()), stamp)
    return "Sagens mails er sat på pause. Intet går ud, før sagen tages op igen."


def go_on(services: Services, reference: str, stamp: Stamp) -> str:
    """Take a held case up again, or start a draft; returns what was done.

    Nothing is sent by this alone: the flows write what is due and send what waits.

    Raises:
        NotFoundError: there is no such case.
        DoubtfulError: a draft is started where mails become files or links lead nowhere, and the
            stamp gives no reason.
    """
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        if not case.is_paused:
            return "Sagens mails var ikke sat på pause."
        if case.is_draft:
            affirm_launch(session, services.settings, header, stamp)
        record(session, header, NewPause(is_paused=False), stamp)
    return "Sagen er startet." if case.is_draft else "Sagen er taget op igen."
