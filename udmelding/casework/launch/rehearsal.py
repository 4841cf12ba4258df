"""What will happen if the case is launched? Plays its whole course with false time.

On a temporary database in a temporary folder, with a copy of contacts and meeting calendars: the
real database is only read, and no mail leaves. The secretariat and the bodies keep to the plan;
the municipalities either never answer or all answer in time. Days with nothing due are skipped, as
the daily flow skips them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from models import ContactRole, MailKind, OutboxState, PartyKind
from udmelding import clock
from udmelding.casework.access.own_pages import with_placeholders
from udmelding.casework.due.perform import advance
from udmelding.casework.due.waiting import parties_without_address
from udmelding.casework.launch.preview import Wanted, launch_with_letter
from udmelding.casework.launch.rehearsal_script import Event, Script
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services, made_services, refreshed
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.launch import copy_shared
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, put_contacts
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake import wake_due
from udmelding.rules.case.case import Case
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.work import Tell, unheard

AFTER_DEADLINE = dt.timedelta(days=60)
"""How long after the deadline the play goes on."""

SECRETARIAT = "sekretariatet"
"""Who sends reminders with copies to directors in a play: on the day they are ready."""

_SWEPT_AT = "07:30"
_ONE_AT_A_TIME = Lock()
"""A play takes seconds of the processor, and migrations of two databases must not run at once."""


class Variant(StrEnum):
    """What the municipalities do in the play."""

    NOBODY = "nobody"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class PlayedMail:
    """One mail, the name of the party that it goes to, and whether that party has an address."""

    outbox_mail: OutboxMail
    to: str
    has_address: bool


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """A day on which something happened or was written."""

    day: dt.date
    happened: tuple[str, ...]
    mails: tuple[PlayedMail, ...]

    @property
    def kinds(self) -> tuple[tuple[MailKind, tuple[PlayedMail, ...]], ...]:
        """The day's mails, those of the same kind together."""
        groups: dict[MailKind, list[PlayedMail]] = {}
        for mail in self.mails:
            groups.setdefault(mail.outbox_mail.mail, []).append(mail)
        return tuple((kind, tuple(mails)) for kind, mails in groups.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The whole course, day by day.

    Attributes:
        case: as it stands at the end.
        until: the last day that was played.
        assumes: what the play takes for granted, in Danish sentences.
        without_address: names of the parties whose mails would not go: no address is known.
    """

    case: Case
    variant: Variant
    until: dt.date
    days: tuple[PlayedDay, ...]
    assumes: tuple[str, ...]
    without_address: tuple[str, ...]

    @property
    def mails(self) -> tuple[PlayedMail, ...]:
        """All mails in the order of the days."""
        return tuple(mail for day in self.days for mail in day.mails)

    @property
    def municipalities(self) -> tuple[tuple[str, int], ...]:
        """Each municipality that is asked, and how many mails it gets."""
        count = Counter(mail.outbox_mail.party for mail in self.mails)
        asked = (p for p in self.case.parties if p.is_asked)
        return tuple((p.name, count[p.party]) for p in asked if p.kind is PartyKind.MUNICIPALITY)


REHEARSAL_PARTS = {"Sagen stilles op": 1, "Dag for dag": 20}
"""What a rehearsal consists of; see ``rules.work.Plan``."""


def rehearse(
    services: Services, wanted: Wanted, variant: Variant, stamp: Stamp, tell: Tell = unheard
) -> Rehearsal:
    """Play the case from its launch at ``stamp.now`` until some time after the deadline.

    Args:
        services: read for contacts and calendars; nothing of it is changed.
        wanted: the case.
        variant: what the municipalities do.
        stamp: who launches and when.
        tell: hears how many days of how many are played.

    Raises:
        NotFoundError: no such process or area.
        RefusedError: the case has no deadline or contradicts itself.
    """
    if wanted.new.deadline is None:
        raise RefusedError("Skriv en frist; uden den er der intet forløb at spille.")
    until = wanted.new.deadline.due_on + AFTER_DEADLINE
    with _ONE_AT_A_TIME, _stage(services) as stage:
        play = _Play(stage, launch_with_letter(stage, wanted, stamp), variant, stamp)
        tell(0)
        play.run(until, tell)
        return play.told(until)


@contextmanager
def _stage(services: Services) -> Iterator[Services]:
    """Services on a database of their own that holds what all cases share, gone afterwards."""
    with TemporaryDirectory(prefix="udmelding-gennemspil-") as folder:
        home = Path(folder)
        mail = services.settings.mail.model_copy(
            update={"transport": "folder", "folder": home / "mail"}
        )
        changes = {"home": home, "database_url": f"sqlite:///{home / 'play.db'}", "mail": mail}
        with made_services(services.settings.model_copy(update=changes)) as stage:
            with reading(services.engine) as session, writing(stage.engine) as played:
                copy_shared(session, played)
            yield refreshed(stage)


def _give_addresses(session: Session, case: Case, stamp: Stamp) -> frozenset[str]:
    """Give the parties without an address a false one, so that their mails are seen too."""
    missing = [party.party for party in parties_without_address(session, case, stamp.now)]
    false = [
        ContactValue(
            party=name,
            role=ContactRole.COORDINATOR,
            name=party.name if (party := case.party(name)) else name,
            email="mangler@udmelding.example",
        )
        for name in missing
    ]
    put_contacts(session, false, stamp)
    return frozenset(missing)


@dataclass(slots=True)
class _Play:
    """One play under way: what the script says is recorded, then the machine does what is due."""

    stage: Services
    reference: str
    variant: Variant
    stamp: Stamp
    script: Script = field(init=False)
    missing: frozenset[str] = field(init=False)
    happened: dict[dt.date, list[Event]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with writing(self.stage.engine) as session:
            case = load(session, self.reference, self.stamp.now)
            self.missing = _give_addresses(session, case, self.stamp)
        answers = self.variant is Variant.EVERYBODY
        self.script = Script(case, self.stamp.now.date(), answers=answers)

    def run(self, until: dt.date, tell: Tell) -> None:
        """Play from the launch to the day ``until``."""
        now: dt.datetime | None = self.stamp.now
        first = self.stamp.now.date()
        while now is not None:
            tell(1, (now.date() - first).days, (until - first).days)
            self._sweep(now)
            now = self._next(now.date(), until)

    def told(self, until: dt.date) -> Rehearsal:
        """All that happened and was written."""
        end = clock.end_of(until)
        with reading(self.stage.engine) as session:
            case = load(session, self.reference, end)
            written = outbox.list_mails(session)
        mails: dict[dt.date, list[PlayedMail]] = {}
        for mail in written:
            mails.setdefault(_danish_day(mail.created_at), []).append(self._mail(case, mail))
        names = {party.party: party.name for party in case.parties}
        return Rehearsal(
            case=case,
            variant=self.variant,
            until=until,
            days=tuple(
                PlayedDay(
                    day,
                    self.script.sentences(self.happened.get(day, ())),
                    tuple(mails.get(day, ())),
                )
                for day in sorted(mails.keys() | self.happened.keys())
            ),
            assumes=self.script.assumes,
            without_address=tuple(names[p] for p in names if p in self.missing),
        )

    def _mail(self, case: Case, mail: OutboxMail) -> PlayedMail:
        party = case.party(mail.party)
        to = party.name if party else mail.party
        shown = with_placeholders(self.stage.settings, case, mail)
        return PlayedMail(shown, to, mail.party not in self.missing)

    def _sweep(self, now: dt.datetime) -> None:
        """One day: the script's events first, then what is due; mails count as sent at once."""
        self._record(self.script.take(now.date()), now)
        advance(self.stage, self.reference, now, SECRETARIAT)
        with writing(self.stage.engine) as session:
            for key in outbox.waiting(session, now):
                outbox.finish(session, key, OutboxState.SENT, now, "")
            self.script.follow(load(session, self.reference, now))

    def _record(self, events: list[Event], now: dt.datetime) -> None:
        if not events:
            return
        self.happened[now.date()] = events
        with writing(self.stage.engine) as session:
            header = find(session, self.reference)
            for event in events:
                case = load(session, self.reference, now) if event.needs_case else None
                record(session, header, event.entry(case, now.date()), Stamp(now, MACHINE))

    def _next(self, today: dt.date, until: dt.date) -> dt.datetime | None:
        """The morning of the next day on which something is due, weekends and holidays over."""
        with reading(self.stage.engine) as session:
            due_on = wake_due.next_day(session, today)
        days = (due_on, self.script.next_day())
        coming = [day for day in days if day is not None and day <= until]
        if not coming:
            return None
        day = WorkCalendar().next_business_day(max(min(coming), today + dt.timedelta(days=1)))
        return clock.at(day, _SWEPT_AT) if day <= until else None


def _danish_day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.COPENHAGEN).date()
