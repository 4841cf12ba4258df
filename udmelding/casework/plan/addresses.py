"""Reads calendars from addresses, once a day, and tells what became otherwise.

What an address adds, moves or calls off is recorded with it as the source; a meeting that it held
before and holds no more is a question to a person, for a calendar that lost a meeting has not
called it off. A failure is kept, and told after two days: a server may be down for a night.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from models import CalendarNewsKind, Level, MeetingState
from udmelding.casework.plan.calendar_import import HowToRead, read_calendar, take_in
from udmelding.casework.plan.calendar_telling import (
    CalendarChange,
    OrganNames,
    organ_key,
    organ_names,
)
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.clock import COPENHAGEN
from udmelding.config.parties import find_municipality
from udmelding.config.plan.meeting_calendars import MeetingCalendars
from udmelding.documents.plan.calendar_files import vocabulary
from udmelding.documents.plan.calendar_harvest import AnyMeeting
from udmelding.errors import BadFileError, NotFoundError, RefusedError
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.plan import calendar_addresses as journal
from udmelding.journal.plan.calendar_addresses import AddressRow, News
from udmelding.journal.plan.municipal import standing_meeting
from udmelding.journal.stamp import Stamp
from udmelding.outside.evidence import BadLinkError, EvidenceError, Limits, fetch
from udmelding.rules.plan.calendar_change import ReadAgain, SaidMeeting, read_again
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.organ_words import body_named

_LOGGER = logging.getLogger(__name__)
LIMITS = Limits(most_bytes=5_000_000, timeout_seconds=20.0, total_seconds=60.0)
PATIENCE = dt.timedelta(days=2)
"""So long an address may fail before it is told."""


class CalendarAddressError(RefusedError):
    """The address gives no calendar; a later try helps where its server was down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A calendar that was fetched, and what is said about it."""

    organ: str
    url: str
    committee: str
    content: bytes


def fetched(organ: str, url: str, committee: str, now: dt.datetime) -> Fetched:
    """Fetch the calendar at an address; only what the open internet can reach.

    Args:
        organ: whose it is: ``area.body``, or a municipality's code.
        url: http, https or webcal.
        committee: name of the specialised committee whose events count.
        now: the moment.

    Raises:
        CalendarAddressError: it does not come, or is no calendar.
    """
    plain = url.strip()
    if plain.startswith("webcal://"):  # what calendars call https
        plain = f"https://{plain.removeprefix('webcal://')}"
    try:
        got = fetch(plain, now, LIMITS)
    except (EvidenceError, BadLinkError) as error:
        # Not its message: that holds the address, and an address may be a secret.
        is_passing = isinstance(error, EvidenceError) and error.is_temporary
        advice = "Prøv igen om lidt" if is_passing else "Se adressen efter i en browser"
        raise CalendarAddressError(
            f"Kalenderen kunne ikke hentes: {error.problem}. {advice}, eller gem kalenderen som "
            "fil, og indlæs filen."
        ) from error
    if not got.content.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        raise CalendarAddressError(
            "Adressen fører ikke til en kalender (ICS), men til noget andet, for eksempel en "
            "hjemmeside eller en side, hvor man logger på. Find linket «Abonnér» eller «iCal» på "
            "siden."
        )
    return Fetched(organ=organ, url=plain, committee=committee.strip(), content=got.content)


def organ_asked(how: HowToRead) -> str:
    """Whose calendar it is, as an address keeps it.

    Raises:
        RefusedError: nobody said.
        NotFoundError: there is no such body or municipality.
    """
    if how.municipality:
        return find_municipality(how.municipality).code
    if not how.body:
        raise RefusedError("Sig, hvis kalender det er: angiv organet eller kommunen.")
    words = vocabulary(how.area, own=how.own)
    found = body_named(how.body, words)
    if found is None:
        raise NotFoundError("organ", how.body, tuple(body.title for body in words.bodies))
    return found.key


def read_fetched(got: Fetched, how: HowToRead) -> MeetingCalendars:
    """The meetings of a fetched calendar, with the address's server as their source.

    Raises:
        RefusedError: it cannot be read, or no meeting of the organ is in it.
    """
    read = read_calendar("kalender.ics", got.content, how)
    return replace(read, source=f"{read.source} ({urlsplit(got.url).hostname})")


def how_of(got: Fetched, area: str, own: Path | None, today: dt.date) -> HowToRead:
    """Whose calendar it is, as its readers know it."""
    is_body = "." in got.organ
    return HowToRead(
        area=area,
        own=own,
        body=got.organ if is_body else "",
        municipality=None if is_body else got.organ,
        committee=got.committee or None,
        today=today,
    )


def keep_address(
    session: Session, got: Fetched, read: MeetingCalendars, stamp: Stamp, instead_of: int = 0
) -> int:
    """Read the address from now on, instead of another one; what it holds now is known."""
    if instead_of:
        journal.stop_address(session, instead_of, stamp)
    kept = journal.add_address(session, got.organ, got.url, got.committee, stamp)
    journal.note_reading(session, kept, _content(read), stamp.now)
    journal.claim_address(session, kept, _today(stamp.now))
    return kept


def read_addresses(services: Services, stamp: Stamp) -> int:
    """Read every address that was not read today; returns how many were. Twice a day does nothing.

    One that fails keeps the others from nothing.
    """
    count, today = 0, _today(stamp.now)
    with reading(services.engine) as session:
        waiting = journal.addresses(session)
    for address in waiting:
        with writing(services.engine) as session:
            is_ours = journal.claim_address(session, address.id, today)
        if is_ours:
            read_address(services, address.id, stamp)
            count += 1
    return count


def read_address(services: Services, address_id: int, stamp: Stamp) -> str:
    """Read one address now; returns what became of it, in Danish.

    Raises:
        NotFoundError: there is no such address, or it is stopped.
    """
    address = _standing(services, address_id)
    host = urlsplit(address.url).hostname
    try:
        got = fetched(address.organ, address.url, address.committee, stamp.now)
        settings = services.settings
        how = how_of(got, settings.area, settings.texts_folder, _today(stamp.now))
        read = read_fetched(got, how)
        done = carry_out(services, _taking_in(address, read, services, stamp), stamp).result
    except RefusedError as error:
        problem = _first_flaw(error)
        with writing(services.engine) as session:
            journal.note_failure(session, address, problem, stamp.now)
            journal.tell(session, address.id, _trouble(address, problem, stamp.now), stamp.now)
        _LOGGER.warning("calendar address %s (%s) failed: %s", address.id, host, problem)
        return problem
    _LOGGER.info("calendar address %s (%s): %s", address.id, host, "; ".join(done) or "unchanged")
    return " ".join(done) or "Kalenderen er læst. Intet er ændret."


def _first_flaw(error: RefusedError) -> str:
    """One sentence on why a calendar cannot be used."""
    return error.flaws[0].problem if isinstance(error, BadFileError) else error.message


def _taking_in(
    address: AddressRow, read: MeetingCalendars, services: Services, stamp: Stamp
) -> Any:
    """What records a reading; gives what it told."""

    def do(session: Session) -> tuple[str, ...]:
        today = _today(stamp.now)
        again = read_again(_said(address.content), _said(_content(read)), today)
        how = HowToRead(area=services.settings.area, own=services.settings.texts_folder)
        names = organ_names(how.own)
        otherwise = with_days_before(session, news_of(address, read), again, stamp.now)
        change = take_in(session, otherwise, how, stamp)
        told = [*_changes(address, change, today), *_gone(session, address, again, names, stamp)]
        journal.note_reading(session, address.id, _content(read), stamp.now)
        journal.tell(session, address.id, told, stamp.now)
        return tuple(news.text for news in told)

    return do


def news_of(address: AddressRow, read: MeetingCalendars) -> MeetingCalendars:
    """What the calendar says otherwise than the last time.

    What it only says again may have been changed by a person since, and must not come back.
    """
    before = {(said.organ, said.held_on, said.is_cancelled) for said in _said(address.content)}

    def is_new(meeting: AnyMeeting) -> bool:
        return (organ_key(meeting), meeting.held_on, meeting.is_cancelled) not in before

    return replace(
        read,
        meetings=tuple(filter(is_new, read.meetings)),
        bodies=tuple(filter(is_new, read.bodies)),
    )


def with_days_before(
    session: Session, read: MeetingCalendars, again: ReadAgain, now: dt.datetime
) -> MeetingCalendars:
    """The reading, where a meeting that kept its name says on which day it lay before."""
    before = {(after.organ, after.held_on): was.held_on for was, after in again.moved}

    def day(organ: str, on: dt.date, said: dt.date | None) -> dt.date | None:
        was = before.get((organ, on), said)
        # The calendar's own word counts only where the old day is on record: else it is a new one.
        return was if was and _stands(session, organ, was, now) else None

    return replace(
        read,
        meetings=tuple(
            replace(m, moved_from=day(organ_key(m), m.held_on, m.moved_from)) for m in read.meetings
        ),
        bodies=tuple(
            replace(m, moved_from=day(organ_key(m), m.held_on, m.moved_from)) for m in read.bodies
        ),
    )


def _stands(session: Session, organ: str, day: dt.date, now: dt.datetime) -> bool:
    """Whether a planned meeting of the organ is on record on that day."""
    owner, _, what = organ.partition(".")
    if owner.isdigit():
        found = standing_meeting(session, owner, Level(what), day)
        return found is not None and found.state is MeetingState.PLANNED
    return any(
        (m.area, m.body, m.held_on, m.state) == (owner, what, day, MeetingState.PLANNED)
        for m in load_meetings(session, now)
    )


def _changes(address: AddressRow, change: CalendarChange, today: dt.date) -> Iterator[News]:
    for line in change.lines:
        digest = hashlib.sha256(line.encode()).hexdigest()[:12]
        key = f"calendar/{address.id}/{today}/{digest}"
        yield News(key=key, kind=CalendarNewsKind.CHANGE, text=line)


def _gone(
    session: Session, address: AddressRow, again: ReadAgain, names: OrganNames, stamp: Stamp
) -> Iterator[News]:
    for said in again.gone:
        if not _stands(session, said.organ, said.held_on, stamp.now):
            continue
        meeting = f"{names[said.organ]} {long_date(said.held_on)}"
        text = f"{meeting} står ikke længere i kalenderen. Er mødet aflyst eller flyttet?"
        key = f"calendar/{address.id}/gone/{said.organ}/{said.held_on}/{_today(stamp.now)}"
        kind = CalendarNewsKind.GONE
        yield News(key=key, kind=kind, text=text, organ=said.organ, held_on=said.held_on)


def _trouble(address: AddressRow, problem: str, now: dt.datetime) -> Sequence[News]:
    """That an address has failed for days; once for each time it began to."""
    since = address.failing_since
    if since is None or now - since < PATIENCE:
        return ()
    text = f"Kalenderen er ikke blevet læst siden {short_date(since.date())}. {problem}"
    key = f"calendar/{address.id}/trouble/{since.astimezone(dt.UTC).isoformat()}"
    return (News(key=key, kind=CalendarNewsKind.TROUBLE, text=text),)


def stop(services: Services, address_id: int, stamp: Stamp) -> None:
    """Read an address no more; its meetings stand.

    Raises:
        NotFoundError: it is not read.
    """
    with writing(services.engine) as session:
        if not journal.stop_address(session, address_id, stamp):
            raise NotFoundError("kalenderadresse", str(address_id))


def answer(services: Services, news_id: int, stamp: Stamp, *, is_off: bool) -> str:
    """Keep what a person says of a meeting that an address lost; it is called off, or it stands.

    Raises:
        NotFoundError: there is no such question.
        RefusedError: somebody has answered it.
    """

    def do(session: Session) -> str:
        asked = journal.news_named(session, news_id)
        if asked is None or asked.held_on is None:
            raise NotFoundError("spørgsmål", str(news_id))
        said = "Aflyst" if is_off else "Holdes stadig"
        if not journal.answer_news(session, news_id, said, stamp):
            raise RefusedError("En anden har svaret i mellemtiden.")
        if not is_off:
            return "Mødet bliver stående i kalenderen."
        owner, _, what = asked.organ.partition(".")
        is_council = owner.isdigit()
        change = MeetingChange(
            area=services.settings.area if is_council else owner,
            body=owner if is_council else what,
            on=asked.held_on,
            level=Level(what) if is_council else Level.COUNCIL,
            is_cancelled=True,
            source="står ikke længere i kalenderen på adressen",
        )
        return change_meeting(session, change, stamp, services.settings.texts_folder)

    return carry_out(services, do, stamp).result


def _standing(services: Services, address_id: int) -> AddressRow:
    with reading(services.engine) as session:
        found = journal.address_named(session, address_id)
    if found is None or found.stopped_at is not None:
        raise NotFoundError("kalenderadresse", str(address_id))
    return found


def _content(read: MeetingCalendars) -> list[dict[str, Any]]:
    meetings: list[AnyMeeting] = [*read.bodies, *read.meetings]
    return [
        {
            "organ": organ_key(meeting),
            "on": meeting.held_on.isoformat(),
            "off": meeting.is_cancelled,
            # Only to know it again: what a stranger calls an event is not kept.
            "uid": hashlib.sha256(meeting.uid.encode()).hexdigest()[:20] if meeting.uid else "",
        }
        for meeting in meetings
    ]


def _said(content: Sequence[dict[str, Any]]) -> tuple[SaidMeeting, ...]:
    return tuple(
        SaidMeeting(
            organ=said["organ"],
            held_on=dt.date.fromisoformat(said["on"]),
            is_cancelled=said["off"],
            uid=said["uid"],
        )
        for said in content
    )


def _today(now: dt.datetime) -> dt.date:
    return now.astimezone(COPENHAGEN).date()
