"""«Kom godt i gang»: what a new secretariat has yet to do, each step with the fact as it stands.

Nothing of it is stored: a step is done when what it is for is there, and undone when that is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from models import OutboxState, Role
from udmelding.casework import own
from udmelding.casework.inbox.mailbox import last_reading
from udmelding.casework.mail.trial import UNKNOWN, refusal_of, trial_now
from udmelding.casework.parties.book import places_of
from udmelding.casework.plan.meetings import take_in_calendar
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named
from udmelding.config.own import FILE
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.config.settings import Settings
from udmelding.journal.access.access import users
from udmelding.journal.case.header import titles
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail.sending_faults import SendingFault, fault_at
from udmelding.journal.mail.trial_mails import TrialMail
from udmelding.journal.parties import standing_contacts
from udmelding.journal.stamp import Stamp
from udmelding.rules.desk.waits import Wait, Waiting
from udmelding.rules.words.date_wording import clock_time, long_date
from udmelding.rules.words.lists import join_names


class Step(StrEnum):
    """What there is to do, in the order that most take."""

    WHO = "hvem"
    MAIL_OUT = "mails-ud"
    MAIL_IN = "mails-ind"
    CONTACTS = "kontakter"
    MEETINGS = "moeder"
    CASE = "sag"


NAMES: Mapping[Step, str] = {
    Step.WHO: "Hvem er I?",
    Step.MAIL_OUT: "Mails ud",
    Step.MAIL_IN: "Mails ind",
    Step.CONTACTS: "Kommunernes kontakter",
    Step.MEETINGS: "Årets møder",
    Step.CASE: "Den første sag",
}
"""What each step is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """One step.

    Attributes:
        fact: how it stands, in Danish words.
        can_wait: a case can be started without it.
    """

    step: Step
    is_done: bool
    fact: str
    can_wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The steps, and what the open ones show.

    Attributes:
        trial: the newest trial mail by the server and sender of now.
        fault: what the mail server refuses now, and how to mend it; empty where nothing.
        refusal: why no case can be started yet; empty where one can.
        shipped: how many coming meetings of our bodies ship with the program and are not taken in.
        administrators: names of those who can do what belongs to the server and to users.
        seen: number of the edition of our settings that this shows.
    """

    steps: tuple[StepSeen, ...]
    trial: TrialMail | None
    fault: str
    refusal: str
    has_cases: bool
    shipped: int
    administrators: tuple[str, ...]
    seen: int

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(one.is_done for one in self.steps)

    @property
    def is_asking(self) -> bool:
        """Whether a person is asked if the trial mail came."""
        sent = self.trial is not None and self.trial.state is OutboxState.SENT
        is_done = any(one.is_done for one in self.steps if one.step is Step.MAIL_OUT)
        unanswered = self.trial is not None and self.trial.has_arrived is None
        return sent and unanswered and not is_done and not self.fault

    @property
    def next(self) -> Step | None:
        """A trial mail that waits for an answer; the first that cannot wait; then any."""
        if self.is_asking:
            return Step.MAIL_OUT
        left = [one for one in self.steps if not one.is_done]
        return next((one.step for one in left if not one.can_wait), left[0].step if left else None)


def beginning(services: Services, now: dt.datetime) -> Beginning:
    """How far this secretariat has come."""
    settings = services.settings
    said = {one.trail[0] for one in own.settings_history(services, _LOOKED_AT)}
    with reading(services.engine) as session:
        trial, fault = trial_now(session, settings), fault_at(session)
        cases = titles(session, now)
        coming = _coming_meetings(session, now)
        steps = (
            _who(settings, is_decided=bool(said & {"area", "secretariat"})),
            _mail_out(settings, trial, fault, now),
            _mail_in(settings),
            _contacts(session, settings),
            _meetings(coming, settings, now),
            StepSeen(
                step=Step.CASE,
                is_done=bool(cases),
                fact=f"{len(cases)} {'sag' if len(cases) == 1 else 'sager'} i alt."
                if cases
                else "Ingen endnu. En kladde kan begyndes når som helst.",
            ),
        )
        return Beginning(
            steps=steps,
            trial=trial,
            fault=fault.how_to_mend if fault else "",
            refusal=refusal_of(session, settings),
            shipped=len(_not_taken_in(coming, settings, now)),
            has_cases=bool(cases),
            administrators=tuple(
                one.name
                for one in users(session)
                if one.is_active and one.role is Role.ADMINISTRATOR
            ),
            seen=own.numbers(services, [FILE])[FILE],
        )


def setup_waits(found: Beginning) -> tuple[Wait, ...]:
    """The steps that nobody has done and that cannot wait, once there are cases."""
    return tuple(
        Wait(
            kind=Waiting.SETUP,
            key=one.step.value,
            who="Kom godt i gang:",
            what=f"«{NAMES[one.step]}» mangler",
            about=(one.fact,),
        )
        for one in found.steps
        if found.has_cases and not one.is_done and not one.can_wait
    )


def _who(settings: Settings, *, is_decided: bool) -> StepSeen:
    we, area = settings.secretariat, area_named(settings.area, settings.texts_folder)
    count = len(places_of(settings.area))
    is_example = we.email.endswith(".example") and not is_decided
    fact = f"{we.name} · {area.kkr}, {count} kommuner · {we.email}"
    return StepSeen(step=Step.WHO, is_done=is_decided or not is_example, fact=fact)


def _mail_out(
    settings: Settings, trial: TrialMail | None, fault: SendingFault | None, now: dt.datetime
) -> StepSeen:
    is_done = settings.is_for_practice
    if settings.is_for_practice:
        fact = "Installationen er til øvelse. Ingen uden for sekretariatet venter på mails herfra."
    elif not settings.sends:
        fact = f"Mails bliver ikke sendt. De skrives som filer i {settings.mail.folder}."
    elif fault is not None:
        fact = f"Mailserveren sagde nej: «{fault.said.rstrip('.')}»."
    elif trial is None:
        fact = "Ingen prøvemail er sendt endnu."
    else:
        fact, is_done = _fate_of(trial, now), bool(trial.has_arrived)
    return StepSeen(step=Step.MAIL_OUT, is_done=is_done, fact=fact)


def _fate_of(trial: TrialMail, now: dt.datetime) -> str:
    if trial.has_arrived:
        day = f" {long_date(trial.answered_at.date())}" if trial.answered_at else ""
        return f"{trial.answered_by} har set, at prøvemailen kom frem{day}."
    if trial.has_arrived is False:
        return f"Prøvemailen til {trial.address} kom ikke frem."
    if trial.state is OutboxState.SENT:
        day = "" if trial.written_at.date() == now.date() else long_date(trial.written_at.date())
        at = f"{day} kl. {clock_time(trial.written_at)}".strip()
        return f"Mailserveren har taget imod en prøvemail til {trial.address} {at}."
    if is_under_way(trial, now):
        ago = (now - trial.written_at).seconds
        return f"Sendt til {trial.address} for {ago} sekunder siden. Serveren svarer ikke endnu."
    return trial.outcome or UNKNOWN


def is_under_way(trial: TrialMail | None, now: dt.datetime) -> bool:
    """Whether the server may still answer for this trial mail."""
    is_open = trial is not None and trial.state is OutboxState.HANDING_OVER
    return trial is not None and is_open and now - trial.written_at < _PATIENCE


def _mail_in(settings: Settings) -> StepSeen:
    if not settings.mailbox.host:
        fact = "Postkassen læses ikke. Svar fra kommunerne skriver I selv ind."
        return StepSeen(step=Step.MAIL_IN, is_done=False, fact=fact, can_wait=True)
    last = last_reading(settings)
    if last is None:
        fact = f"{settings.mailbox.username or settings.mailbox.host} er ikke læst endnu."
        return StepSeen(step=Step.MAIL_IN, is_done=False, fact=fact, can_wait=True)
    if last.trouble:
        fact = f"Postkassen kunne ikke læses sidst: {last.trouble}"
        return StepSeen(step=Step.MAIL_IN, is_done=False, fact=fact, can_wait=True)
    fact = f"Postkassen er sidst læst {long_date(last.at.date())} kl. {clock_time(last.at)}."
    return StepSeen(step=Step.MAIL_IN, is_done=True, fact=fact, can_wait=True)


def _contacts(session: Session, settings: Settings) -> StepSeen:
    known = standing_contacts(session)
    places = places_of(settings.area)
    missing = [one.name for one in places if not known.get(one.code)]
    fact = f"{len(places) - len(missing)} af {len(places)} kommuner har en adresse"
    if missing and len(missing) < len(places):
        few = missing if len(missing) <= _NAMED else [*missing[:_NAMED], "flere"]
        fact += f". Mangler: {join_names(few)}"
    return StepSeen(step=Step.CONTACTS, is_done=not missing, fact=f"{fact}.")


def _meetings(coming: Set[_Known], settings: Settings, now: dt.datetime) -> StepSeen:
    # By day, so that the last meeting of a body is the one that stays.
    by_day = sorted(coming, key=itemgetter(2))
    last = {body: day for area, body, day in by_day if area == settings.area}
    bodies = {
        body.id: body.title for body in area_named(settings.area, settings.texts_folder).chain
    }
    unknown = [title for key, title in bodies.items() if key not in last]
    if unknown:
        fact = f"Der er ingen kommende møder for {join_names(unknown)}."
        return StepSeen(step=Step.MEETINGS, is_done=False, fact=fact)
    until = min(last.values())
    short = [title for key, title in bodies.items() if last[key] == until]
    told = f"{join_names(tuple(bodies.values()))} har møder ind til {long_date(until)}."
    is_far = until >= now.date() + _AHEAD
    if not is_far:
        told = f"Efter {long_date(until)} er der ingen møder for {join_names(short)}."
    return StepSeen(step=Step.MEETINGS, is_done=is_far, fact=told)


def take_in_meetings(services: Services, stamp: Stamp) -> int:
    """Record the public meetings of our bodies that ship with the program; returns how many."""
    with writing(services.engine) as session:
        calendars = shipped_calendars(services.settings.area, own=services.settings.texts_folder)
        return sum(take_in_calendar(session, calendar, stamp) for calendar in calendars)


def _coming_meetings(session: Session, now: dt.datetime) -> Set[_Known]:
    return {
        (one.area, one.body, one.held_on)
        for one in load_meetings(session, now)
        if one.held_on >= now.date()
    }


def _not_taken_in(coming: Set[_Known], settings: Settings, now: dt.datetime) -> Set[_Known]:
    shipped = {
        (calendar.area, body, meeting.held_on)
        for calendar in shipped_calendars(settings.area, own=settings.texts_folder)
        for body, meetings in calendar.bodies.items()
        for meeting in meetings
        if meeting.held_on >= now.date()
    }
    return shipped - coming


_Known = tuple[str, str, dt.date]
"""The area, the body and the day of a meeting."""
_NAMED = 5
_LOOKED_AT = 100
"""Editions of what people decide, in which somebody said who they are."""
_PATIENCE = dt.timedelta(minutes=2)
"""So long a mail server may take to answer; after that the sending was broken off."""
_AHEAD = dt.timedelta(days=182)
"""A case takes half a year and more: meetings have to be known for as long."""
