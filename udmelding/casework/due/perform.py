"""Does what is due in one case: asks parties, writes mails to the outbox, lifts reservations.

A case is loaded once and asked once what is due (``Look``); that look travels along to whoever does
it, and is taken anew only when facts were recorded, by ourselves or by somebody else meanwhile.
Each call is one transaction. Whatever it leaves behind (a fact, a mail under its key) is what keeps
the rules from asking for it again, so a call that is repeated, or was cut off, changes nothing
twice. Nothing is sent here; ``delivery`` does that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from models import Stage, SubmissionKind
from udmelding.casework.mail.writing import MACHINE, write_mails
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail.outbox import OutboxMail, mail_of
from udmelding.journal.recording.opening import open_step
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake import wake_index
from udmelding.rules.case.actions import (
    Action,
    Due,
    Job,
    LiftReservation,
    OpenStep,
    SendMail,
    Withheld,
)
from udmelding.rules.due.due import due
from udmelding.rules.recording.agency import NewSubmission
from udmelding.rules.recording.written import Period
from udmelding.rules.words.date_wording import said_words


@dataclass(slots=True)
class Performed:
    """What was done, and what was not and why, by key."""

    opened: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    lifted: list[str] = field(default_factory=list)
    withheld: dict[str, Withheld] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """All that was done."""
        return (*self.opened, *self.written, *self.lifted)

    @property
    def count(self) -> int:
        """How many things were done."""
        return len(self.keys)

    def add(self, other: Performed) -> None:
        """Take in what another call did."""
        self.opened += other.opened
        self.written += other.written
        self.lifted += other.lifted
        self.withheld |= other.withheld


class Look:
    """One case as it was loaded once, and what is still to be done in it.

    No dataclass: Prefect would look through everything in it whenever a task gets one.

    Attributes:
        stamp: who acts, and the moment that the case is seen at.
        revision: tells whether the case still is as it was loaded.
        todo: what ``stamp.by`` is to do; what is done, or cannot be done, is taken off.
        withheld: what the rules leave undone, and why, by key.
    """

    __slots__ = ("case", "header", "revision", "stamp", "todo", "withheld")

    def __init__(self, session: Session, header: Header, stamp: Stamp) -> None:
        """Load the case and ask what is due."""
        self.header, self.stamp = header, stamp
        self.renew(session)

    def renew(self, session: Session) -> None:
        """Load the case again: it is another one than it was."""
        self.revision = wake_index.revision_of(session, self.header)
        self.header = find(session, self.header.reference)  # the rules may be others too
        (self.case,) = load_all(session, self.stamp.now, (self.header,))
        asked: Due = due(self.case, self.stamp.now.date())
        self.withheld = dict(asked.withheld)
        self.todo: list[Action] = []
        for action in asked.actions:
            if isinstance(action, SendMail) and action.awaits_release and self.stamp.by == MACHINE:
                self.withheld[action.key] = Withheld.AWAITS_RELEASE  # a person sends it
            else:
                self.todo.append(action)

    def keep_up(self, session: Session) -> None:
        """Make sure that the case still is as it was loaded; one statement where it is."""
        if wake_index.revision_of(session, self.header) != self.revision:
            self.renew(session)

    @property
    def is_present(self) -> bool:
        """Whether nothing was recorded after the moment that the case is seen at."""
        return self.revision.at is None or self.revision.at <= self.stamp.now

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in which something is to be done, in their order."""
        wanted = {action.stage for action in self.todo}
        return tuple(stage for stage in Stage if stage in wanted)

    def wants(self, stage: Stage, job: Job) -> bool:
        """Whether there is something of that sort to do in the stage."""
        return any((action.stage, action.job) == (stage, job) for action in self.todo)

    def take(self, stage: Stage, job: Job | None) -> list[Action]:
        """What is to be done in the stage, of one sort or of all; it is taken off the list."""
        taken = [a for a in self.todo if a.stage is stage and job in (None, a.job)]
        self.todo = [action for action in self.todo if action not in taken]
        return taken

    def know(self, mails: Iterable[OutboxMail]) -> None:
        """Those mails stand in the outbox now."""
        self.case = replace(self.case, mails=(*self.case.mails, *map(mail_of, mails)))

    def put_back(self, actions: list[Action]) -> None:
        """What was taken and not done, since the transaction broke off."""
        self.todo += actions


def look_at(services: Services, reference: str, now: dt.datetime, by: str = MACHINE) -> Look:
    """One case, and what ``by`` is to do in it; the machine as a rule.

    Raises:
        NotFoundError: there is no such case, or it was not known then.
    """
    with reading(services.engine) as session:
        return Look(session, find(session, reference), Stamp(now, by))


MOST_TURNS = 28
"""Opening a step makes its invitations due, lifting a reservation its letter: a few turns do."""


def turns(look: Look) -> Iterator[Stage]:
    """The stage whose turn it is, again and again until nothing is to be done.

    Whoever walks through does what is due in that stage; doing it may make more due.
    """
    for _ in range(MOST_TURNS):
        if not look.stages:
            return
        yield look.stages[0]


def advance(services: Services, reference: str, now: dt.datetime, by: str = MACHINE) -> Performed:
    """Do everything that is due in one case, as the lifecycle flow does, without an engine.

    For rehearsals and tests; the flow has names, retries and a trace besides. A person's name in
    ``by`` also sends what the machine leaves to people: reminders with copies to directors, and
    letters to the outside.
    """
    done, look = Performed(), look_at(services, reference, now, by)
    done.withheld |= look.withheld
    for stage in turns(look):
        done.add(perform(services, look, stage))
    put_away(services, look)
    return done


def perform(services: Services, look: Look, stage: Stage, job: Job | None = None) -> Performed:
    """Do what is due in one stage of a case, of one sort or of all, in one transaction.

    Raises:
        OutsideError: the database cannot be written now; nothing is done.
    """
    with writing(services.engine) as session:
        look.keep_up(session)
        taken = look.take(stage, job)
        try:
            return perform_in(services, session, look, taken)
        except BaseException:
            look.put_back(taken)
            raise


def perform_in(
    services: Services, session: Session, look: Look, actions: list[Action]
) -> Performed:
    """Do those actions in the caller's transaction, and bring the look and the wake index in step.

    Args:
        services: settings and texts.
        session: an open writing transaction.
        look: the case.
        actions: taken off the look.
    """
    done = Performed()
    touched: set[tuple[str, str]] = set()
    for action in actions:
        match action:
            case OpenStep():
                open_step(session, look.header, action, Stamp(look.stamp.now, MACHINE))
                touched |= {(action.step_id, party) for party in action.parties}
                done.opened.append(action.key)
            case LiftReservation():
                _lift(session, look.header, action, look.stamp)
                done.lifted.append(action.key)
    mails = [action for action in actions if isinstance(action, SendMail)]
    if mails:
        outcome = write_mails(services, session, look.header, look.case, mails, look.stamp)
        done.written += [mail.key for mail in outcome.written]
        done.withheld |= outcome.withheld
        touched |= {(action.step_id, action.party) for action in mails}
        look.know(outcome.written)
    if done.opened or done.lifted:
        look.renew(session)
    _follow(session, look, touched)
    return done


def put_away(services: Services, look: Look) -> None:
    """Take a case that has been looked at off the wake index until its next day."""
    with writing(services.engine) as session:
        look.keep_up(session)
        if not look.todo:
            wake_index.settle(session, look.header, look.case, look.stamp.now.date())


def _follow(session: Session, look: Look, touched: set[tuple[str, str]]) -> None:
    """Bring the wake index in step with what was done."""
    if look.is_present:
        wake_index.update(session, look.header, look.case, touched)
    else:  # it tells of all that is known, and the look is one of an earlier day
        wake_index.rebuild(session, look.header)


def _lift(session: Session, header: Header, action: LiftReservation, stamp: Stamp) -> None:
    last, today = action.decided_on, stamp.now.date()
    # A vague day may end ahead of today; what has happened has begun.
    entry = NewSubmission(
        on=Period(min(last, today), last, said_words(last)),
        submission_kind=SubmissionKind.RESERVATION_LIFTED,
        reservation_for=list(action.parties),
        source="alle kommuner i forbeholdet har godkendt",
    )
    record(session, header, entry, Stamp(stamp.now, MACHINE))
