"""One municipality across all cases: contacts, what it owes, what it decided, what it was sent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Level, MeetingState
from udmelding.casework.access.own_pages import as_they_count
from udmelding.casework.parties.addresses import Address, addresses, experience
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.config.settings import Settings
from udmelding.journal.access.party_links import links_of_party
from udmelding.journal.case.header import closings, headers, titles
from udmelding.journal.case.load import load_all
from udmelding.journal.case.taking_part import decisions_of, note_writers
from udmelding.journal.database import Session
from udmelding.journal.mail.outbox_mails import MailPage, mails_to
from udmelding.journal.parties import RecordedContact, history
from udmelding.journal.plan.municipal import chains, standing_meetings
from udmelding.rules.access.links import earliest_end, end_after
from udmelding.rules.case.case import Case
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.case.facts import Decision
from udmelding.rules.case.slots import Slot
from udmelding.rules.parties.declared import ProposedContact, declarer, proposed_contacts
from udmelding.rules.status.owed import Owed

MAILS = 25
"""Mails on one page."""

_AHEAD = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingMeeting:
    """One meeting of one level.

    Attributes:
        source: where it is known from; ``by`` and ``at`` who recorded it when, None if assumed.
    """

    level: Level
    held_on: dt.date
    papers_due_on: dt.date | None = None
    is_assumed: bool = False
    is_cancelled: bool = False
    note: str = ""
    source: str = ""
    by: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """The levels that a case passes, and when they meet in the year to come.

    Attributes:
        is_chain_assumed: nobody has said which levels it passes.
        assumed_by: the name of the assumptions.
    """

    levels: tuple[Level, ...]
    is_chain_assumed: bool
    assumed_by: str
    meetings: tuple[ComingMeeting, ...]


@dataclass(frozen=True, slots=True)
class OwnLink:
    """A personal link of the party, in the case ``reference``.

    Attributes:
        ends_at: when it ends by itself: it expires, or its case has long been closed; None while
            nobody knows.
        revoked_at: when somebody ended it, or one that it was made from; else None.
    """

    reference: str
    made_for: str
    ends_at: dt.datetime | None
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPage:
    """Everything that the page of one party shows.

    Attributes:
        former: contacts that hold no more, newest first.
        proposed: contacts named through a personal link, each with the reference of its case.
        decisions: newest first, each with the reference of its case; closed cases included.
        sent: one page of the mails to it.
        titles: of all cases, by reference.
        successors: every contact by its key, to find the one that took another's place.
    """

    party: str
    addresses: tuple[Address, ...]
    former: tuple[RecordedContact, ...]
    proposed: tuple[tuple[str, ProposedContact], ...]
    owed: tuple[Owed, ...]
    decisions: tuple[tuple[str, Decision], ...]
    sent: MailPage
    links: tuple[OwnLink, ...]
    titles: Mapping[str, str]
    successors: Mapping[str, RecordedContact]


def party_page(
    settings: Settings,
    session: Session,
    party: str,
    now: dt.datetime,
    owed: tuple[Owed, ...] = (),
    side: int = 1,
) -> PartyPage:
    """What is known of the party at ``now``.

    Args:
        settings: say how long links work.
        session: reads.
        party: a municipality's code, or another party.
        now: the moment.
        owed: from ``party_owing.owed_by``.
        side: which page of the mails to it.
    """
    recorded = history(session, party)
    standing = {contact.role: contact for contact in recorded if contact.superseded_at is None}
    return PartyPage(
        party=party,
        addresses=addresses(standing, experience(session, now)),
        former=tuple(contact for contact in recorded if contact.superseded_at is not None),
        proposed=_proposed(_told_by(session, party, now), recorded, party),
        owed=owed,
        decisions=decisions_of(session, party),
        sent=mails_to(session, party, side, MAILS),
        links=_links(settings, session, party),
        titles=dict(titles(session)),
        successors={contact.key: contact for contact in recorded},
    )


def proposals(
    session: Session, party: str, now: dt.datetime
) -> tuple[tuple[str, ProposedContact], ...]:
    """The contacts that the party has named and nobody has accepted, with their cases."""
    return _proposed(_told_by(session, party, now), history(session, party), party)


def _told_by(session: Session, party: str, now: dt.datetime) -> tuple[Case, ...]:
    """The open cases in which something came through a personal link of the party."""
    writers = note_writers(session, party)
    told = {reference for reference, name, by in writers if by == declarer(name)}
    return load_all(session, now, headers(session, tuple(told))) if told else ()


def _proposed(
    cases: Sequence[Case], recorded: Sequence[RecordedContact], party: str
) -> tuple[tuple[str, ProposedContact], ...]:
    """Without those that were in force at some time since: they have been accepted."""
    return tuple(
        (case.reference, contact)
        for case in cases
        for contact in proposed_contacts(case, {})
        if contact.party.party == party
        and not any(
            known.email == contact.email
            and (known.superseded_at is None or known.recorded_at >= contact.declared_at)
            for known in recorded
        )
    )


def _links(settings: Settings, session: Session, party: str) -> tuple[OwnLink, ...]:
    found, links = [], as_they_count(settings, links_of_party(session, party))
    cases = closings(session, [link.announcement_id for link in links])
    for link in links:
        reference, closed_on = cases[link.announcement_id]
        closing = end_after(closed_on) if closed_on is not None else None
        end = earliest_end(link.expires_at, closing)
        found.append(OwnLink(reference, link.made_for, end, link.ended_at, link.used_at))
    return tuple(found)


def meeting_plan(session: Session, municipality: str, today: dt.date) -> MeetingPlan:
    """When the municipality's levels meet from ``today`` on, known or assumed, by day."""
    known = _known_meetings(session, municipality)
    chain = chains(session, (municipality,)).get(municipality, ())
    slots: dict[Level, list[Slot]] = defaultdict(list)
    for meeting in known:
        if not meeting.is_cancelled:
            slots[meeting.level].append(Slot(meeting.held_on, meeting.papers_due_on))
    assumptions = load_assumptions()
    calendar = CouncilCalendars(
        known={municipality: dict(slots)},
        chains={municipality: chain} if chain else {},
        assumptions=assumptions,
    ).of(municipality, today, today + _AHEAD)
    assumed = [
        ComingMeeting(level=level.level, held_on=day, is_assumed=True)
        for level in calendar.levels
        for day in level.assumed
    ]
    coming = [m for m in (*known, *assumed) if today <= m.held_on <= today + _AHEAD]
    order = list(Level)
    return MeetingPlan(
        levels=chain or assumptions.chain,
        is_chain_assumed=not chain,
        assumed_by=assumptions.source,
        meetings=tuple(sorted(coming, key=lambda m: (m.held_on, order.index(m.level)))),
    )


def _known_meetings(session: Session, municipality: str) -> tuple[ComingMeeting, ...]:
    return tuple(
        ComingMeeting(
            level=meeting.level,
            held_on=meeting.held_on,
            papers_due_on=meeting.papers_due_on,
            is_cancelled=meeting.state is MeetingState.CANCELLED,
            note=meeting.note,
            source=meeting.source,
            by=meeting.recorded_by,
            at=meeting.recorded_at,
        )
        for meeting in standing_meetings(session, (municipality,))
    )
