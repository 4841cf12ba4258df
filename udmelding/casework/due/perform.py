"""Does what is due in one case: asks parties, writes mails to the outbox, lifts reservations.

Each call is one transaction. Whatever it leaves behind (a fact, a mail under its key) is what keeps
the rules from asking for it again, so a call that is repeated, or was cut off, changes nothing
twice. Nothing is sent here; ``delivery`` does that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from models import PartyKind, Stage, SubmissionKind
from udmelding.casework.mail.writing import MACHINE, write_mail
from udmelding.casework.services import Services
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.parties import load_contacts
from udmelding.journal.recording.entries import NewSubmission
from udmelding.journal.recording.opening import open_step
from udmelding.journal.recording.record import record
from udmelding.journal.recording.written import Period
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake import wake_index
from udmelding.rules.case.actions import Action, LiftReservation, OpenStep, SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.due.due import due


@dataclass(slots=True)
class Performed:
    """What was done, and what was not and why, by key."""

    opened: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    lifted: list[str] = field(default_factory=list)
    withheld: list[tuple[str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things were done."""
        return len(self.opened) + len(self.written) + len(self.lifted)

    def add(self, other: Performed) -> None:
        """Take in what another call did."""
        self.opened += other.opened
        self.written += other.written
        self.lifted += other.lifted
        self.withheld += [item for item in other.withheld if item not in self.withheld]


def stages_due(services: Services, reference: str, now: dt.datetime) -> tuple[Stage, ...]:
    """The stages in which something is due in the case, in their order."""
    with reading(services.engine) as session:
        case = load(session, reference, now)
    wanted = {action.stage for action in due(case, now.date()).actions}
    return tuple(stage for stage in Stage if stage in wanted)


def perform_stage(
    services: Services, reference: str, stage: Stage, now: dt.datetime, by: str = MACHINE
) -> Performed:
    """Do everything that is due in one stage of one case; ``by`` whom, the machine as a rule.

    Raises:
        NotFoundError: there is no such case.
        OutsideError: the database cannot be written now.
    """
    done = Performed()
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, reference, now)
        asked = due(case, now.date())
        done.withheld += [(key, why.value) for key, why in asked.withheld]
        for action in asked.actions:
            if action.stage is stage:
                do_action(services, session, header, case, action, now, done, by)
        wake_index.rebuild(session, header)
    return done


ROUNDS = 4
"""Opening a step makes its invitations due, lifting a reservation its letter: a few rounds do."""


def advance(services: Services, reference: str, now: dt.datetime, by: str = MACHINE) -> Performed:
    """Do everything that is due in one case, as the lifecycle flow does, without an engine.

    For rehearsals and tests; the flow has names, retries and a trace besides. A person's name in
    ``by`` also sends what the machine leaves to people: reminders with copies to directors.
    """
    done = Performed()
    for _ in range(ROUNDS):
        before = done.count
        for stage in stages_due(services, reference, now):
            done.add(perform_stage(services, reference, stage, now, by))
        if done.count == before:
            break
    settle(services, reference, now)
    return done


def settle(services: Services, reference: str, now: dt.datetime) -> None:
    """Take a case that has been looked at off the wake index until its next day."""
    with writing(services.engine) as session:
        header = find(session, reference)
        wake_index.settle(session, header, load(session, reference, now), now.date())


def do_action(
    services: Services,
    session: Session,
    header: Header,
    case: Case,
    action: Action,
    now: dt.datetime,
    done: Performed,
    by: str = MACHINE,
) -> None:
    """Do one action in the caller's transaction for ``by``, and note it in ``done``."""
    match action:
        case OpenStep():
            open_step(session, header, action, now, MACHINE)
            done.opened.append(action.key)
        case SendMail():
            refused = write_mail(services, session, header, case, action, now, by)
            if refused is None:
                done.written.append(action.key)
            else:
                done.withheld.append((action.key, refused.value))
        case LiftReservation():
            _lift(session, header, action, now)
            done.lifted.append(action.key)


def _lift(session: Session, header: Header, action: LiftReservation, now: dt.datetime) -> None:
    entry = NewSubmission(
        on=Period(now.date(), now.date()),
        submission_kind=SubmissionKind.RESERVATION_LIFTED,
        reservation_for=list(action.parties),
        source="alle kommuner i forbeholdet har godkendt",
    )
    record(session, header, entry, Stamp(now, MACHINE))


def missing_addresses(services: Services, reference: str, now: dt.datetime) -> tuple[str, ...]:
    """Names of the parties that are asked by mail and have no address."""
    with reading(services.engine) as session:
        case = load(session, reference, now)
        contacts = load_contacts(session, now)
    asked = {PartyKind.MUNICIPALITY, PartyKind.REGIONAL_COUNCIL}
    return tuple(
        party.name
        for party in case.parties
        if party.kind in asked and party.is_asked and not contacts.get(party.party)
    )
