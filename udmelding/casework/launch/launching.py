"""Launches a case from what a caseworker says: a process, an area, a deadline, a letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models import AnnouncementKind, PartyKind, Scope, TargetGroup
from udmelding.casework.mail.trial import MailNotTriedError, refusal_of
from udmelding.casework.plan.meetings import take_in_calendar
from udmelding.config.case.legal_bases import load_legal_bases
from udmelding.config.case.library import area_named, process_named
from udmelding.config.case.process import Area, Process
from udmelding.config.parties import load_municipalities
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.config.settings import Settings
from udmelding.errors import DoubtfulError, RefusedError
from udmelding.journal.case.header import Header
from udmelding.journal.case.load import load
from udmelding.journal.database import Session
from udmelding.journal.launch import Launch, NewParty, launch
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.case import law
from udmelding.rules.launch.doubts import launch_doubts
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewAffirmation, NewParticulars


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What is said when a case is launched.

    Attributes:
        process: id of a process file.
        area: id of the KKR area whose secretariat runs it.
        asks_all: whether this secretariat asks every municipality of a national case itself,
            instead of leaving the other areas to their own secretariats.
    """

    reference: str
    process: str
    area: str
    scope: Scope
    received_on: dt.date
    particulars: NewParticulars
    deadline: NewDeadline | None = None
    asks_all: bool = False
    source: str = ""
    is_made_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What a person says on the front page of a new case; what is left out follows from the rest.

    Attributes:
        kind: None: that of the process, or the renewed treatment of the case in ``renews``.
        target_group: None: nobody has said.
        legal_basis: None: what the law says of kind, target group and day; empty: none.
        letter_dated_on: the day that the agency's letter bears, where it is told.
        short_name: what people call the case; empty: by its title.
    """

    title: str
    kind: AnnouncementKind | None = None
    target_group: TargetGroup | None = None
    legal_basis: str | None = None
    renews: str | None = None
    journal_number: str | None = None
    responsible: str = ""
    letter_dated_on: dt.date | None = None
    short_name: str = ""


def particulars_of(
    front: FrontPage,
    process: str,
    received_on: dt.date,
    own: Path | None = None,
    *,
    must_say_group: bool = False,
) -> NewParticulars:
    """The front page as it is recorded, with what was left out filled in.

    Args:
        front: what was said.
        process: id of a process file.
        received_on: the day the case came, by which the law is chosen.
        own: the folder of what the secretariat has of its own.
        must_say_group: nothing is taken for granted about whom the case is about; else it is about
            adults, unless its title names children.

    Raises:
        NotFoundError: no such process.
        TargetGroupNeededError: the law depends on whom the case is about, and nobody has said it.
    """
    bases = load_legal_bases()
    kind = front.kind or law.kind_of(process_named(process, own), is_renewal=bool(front.renews))
    group = law.group_of(kind, front.target_group)
    basis = front.legal_basis
    if basis is None:
        is_open = group is None and law.depends_on_group(bases, kind, received_on)
        if is_open and (must_say_group or law.names_children(front.title)):
            raise TargetGroupNeededError
        basis = law.legal_basis(bases, kind, group, received_on)
    return NewParticulars(
        title=front.title,
        announcement_kind=kind,
        legal_basis=basis,
        renews=front.renews,
        journal_number=front.journal_number,
        responsible=front.responsible,
        target_group=group,
        letter_dated_on=front.letter_dated_on,
        short_name=front.short_name,
    )


class TargetGroupNeededError(RefusedError):
    """Which law a new case rests on cannot be told before somebody says whom it is about."""

    def __init__(self) -> None:
        """Say what to choose."""
        super().__init__(
            "Vælg, hvem sagen er om: voksne, børn og unge eller begge. Loven er en anden for børn "
            "og unge end for voksne."
        )


def launch_case(
    session: Session,
    settings: Settings,
    new: NewCase,
    stamp: Stamp,
    *,
    pinned: Process | None = None,
    named: Sequence[NewParty] | None = None,
    first_key: str | None = None,
) -> Header:
    """Record a new case with its parties and its area's shipped meeting calendars.

    Args:
        session: an open writing transaction.
        settings: names of secretariat and agency.
        new: what was said.
        stamp: who and when.
        pinned: the process of an imported case, as it was; None takes the shipped one.
        named: all parties of an imported case, as they were; None takes the area's.
        first_key: the key of an imported case's front page.

    Raises:
        NotFoundError: no such process or area.
        RefusedError: the case contradicts itself, see ``journal.launch``.
    """
    own = settings.texts_folder
    area = area_named(new.area, own)
    process = pinned or process_named(new.process, own).for_area(area)
    for calendar in shipped_calendars(area.id, own=own):
        take_in_calendar(session, calendar, stamp)
    return launch(
        session,
        Launch(
            reference=new.reference,
            process=process,
            area=area,
            scope=new.scope,
            received_on=new.received_on,
            particulars=new.particulars,
            deadline=new.deadline,
            municipalities=municipal_parties(area, new.scope, asks_all=new.asks_all),
            agency_name=settings.agency.name,
            secretariat_name=settings.secretariat.name,
            source=new.source,
            is_made_up=new.is_made_up,
            named=named,
            first_key=first_key,
        ),
        stamp,
    )


def doubts_of(settings: Settings) -> tuple[str, ...]:
    """What speaks against launching a case from this installation, in Danish sentences.

    Where people practise it is told as well, and needs no reason: ``needs_reason``.
    """
    is_here = settings.is_reached_here_only and settings.web.links_in_mails
    return launch_doubts(url=settings.web.url if is_here else "", has_links=settings.links_in_mails)


def needs_reason(settings: Settings) -> bool:
    """Whether a person has to say why a case is launched in spite of what speaks against it."""
    return bool(doubts_of(settings)) and not settings.is_for_practice


def affirm_launch(session: Session, settings: Settings, header: Header, stamp: Stamp) -> None:
    """Record why a person launches the case in spite of what speaks against it.

    For what a person launches now: a draft writes to nobody, and an import is history.

    Raises:
        MailNotTriedError: nobody has said that a trial mail came, or that it is for practice.
        DoubtfulError: something speaks against it, and the stamp gives no reason.
    """
    if refusal := refusal_of(session, settings):
        raise MailNotTriedError(refusal)
    if not needs_reason(settings):
        return
    doubts = doubts_of(settings)
    if not stamp.even_so:
        raise DoubtfulError(doubts)
    front = load(session, header.reference, stamp.now).particulars
    affirmed = NewAffirmation(
        fact=front.key, about="Sagen er startet.", against=" ".join(doubts), reason=stamp.even_so
    )
    record(session, header, affirmed, stamp)


def municipal_parties(area: Area, scope: Scope, *, asks_all: bool = False) -> Sequence[NewParty]:
    """The municipalities that take part: the area's own, and in a national case all others too."""
    own_first = sorted(load_municipalities(), key=lambda m: m.area != area.id)
    return [
        NewParty(
            party=municipality.code,
            name=municipality.name,
            kind=PartyKind.MUNICIPALITY,
            area=municipality.area,
            is_asked=asks_all or municipality.area == area.id,
        )
        for municipality in own_first
        if scope is Scope.NATIONAL or municipality.area == area.id
    ]
