"""Launches a case from a form, and shows beforehand what that would do.

``launch_with_letter`` and ``preview_launch`` do the same things in the same order; the preview's
transaction is taken back. So the plan and the mails that a person reads before pressing the button
are the very ones that the button makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models import DocumentKind, MailKind, PartyKind
from udmelding.casework.access.own_pages import with_placeholders
from udmelding.casework.due.perform import Look, perform_in, turns
from udmelding.casework.due.waiting import parties_without_address
from udmelding.casework.files import TakenFile
from udmelding.casework.forms.question_sets import ask_in
from udmelding.casework.launch.drafts import use_launch
from udmelding.casework.launch.launching import NewCase, affirm_launch, launch_case
from udmelding.casework.mail.coming import ComingGroup, coming_in, grouped
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services
from udmelding.config.forms.forms import Form
from udmelding.journal.case.header import Header
from udmelding.journal.database import Session, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import DRAFT, Case
from udmelding.rules.case.facts import Party
from udmelding.rules.launch.doubts import unasked
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.plan.must_leave import MustLeave, must_leave
from udmelding.rules.plan.plan import Plan
from udmelding.rules.recording.catalogue import make_entry
from udmelding.rules.status.status import status


@dataclass(frozen=True, slots=True)
class Wanted:
    """The case that a person wants to launch, its letter and its questions, all in the store.

    Attributes:
        form: the question set that it asks; None: it asks none, and answers are replies.
    """

    new: NewCase
    letter: TakenFile | None = None
    questions: tuple[TakenFile, ...] = ()
    form: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchPreview:
    """What launching would do; none of it is saved.

    Attributes:
        case: the case as it would stand after launch and first mails.
        plan: None where no deadline was given.
        mails: the mails that would go out at once, as they would look.
        without_address: names of the parties that will be asked by mail and have no address.
        choices: how late the report may leave the secretariat.
        later: the mails that follow by themselves, to those who are still asked then.
    """

    case: Case
    plan: Plan | None
    mails: tuple[OutboxMail, ...]
    without_address: tuple[str, ...]
    choices: tuple[MustLeave, ...]
    later: tuple[ComingGroup, ...]

    @property
    def to_parties(self) -> tuple[OutboxMail, ...]:
        """The mails to others than the secretariat itself."""
        return tuple(mail for mail in self.mails if mail.mail is not MailKind.NOTICE)

    @property
    def unasked(self) -> str:
        """What it means that no question set is chosen; empty where one is, or none is needed."""
        return unasked(self.case)

    @property
    def asked(self) -> tuple[Party, ...]:
        """The municipalities that this secretariat asks."""
        municipalities = (p for p in self.case.parties if p.kind is PartyKind.MUNICIPALITY)
        return tuple(party for party in municipalities if party.is_asked)

    def receiver(self, mail: OutboxMail) -> str:
        """The name of the party that a mail goes to."""
        party = self.case.party(mail.party)
        return party.name if party else mail.party


class _TakeBackError(Exception):
    """Ends a preview's transaction without saving."""


def launch_with_letter(
    services: Services,
    wanted: Wanted,
    stamp: Stamp,
    *,
    is_draft: bool = False,
    is_asked: bool = False,
) -> str:
    """Launch the case with its letter and questions, no more; gives its reference.

    A draft is a case that is paused from its first moment. Whoever ``is_asked`` has to say why,
    where mails become files or links lead nowhere.

    Raises:
        DoubtfulError: something speaks against it, and the stamp gives no reason.
        NotFoundError: no such process or area.
        RefusedError: the case contradicts itself, or the reference is taken.
    """
    with writing(services.engine) as session:
        header = _launch(session, services, wanted, stamp)
        if is_asked:
            affirm_launch(session, services.settings, header, stamp)
        if is_draft:
            said = {"is_paused": True, "reason": DRAFT}
            record(session, header, make_entry("pause", said, stamp.now.date()), stamp)
        return header.reference


def preview_launch(services: Services, wanted: Wanted, stamp: Stamp) -> LaunchPreview:
    """What ``launch_with_letter`` and the first round of mails would do; nothing is saved or sent.

    Raises:
        NotFoundError: as ``launch_with_letter``.
        RefusedError: as ``launch_with_letter``.
    """
    kept: list[LaunchPreview] = []
    try:
        with writing(services.engine) as session:
            kept.append(_preview(session, services, wanted, stamp))
            raise _TakeBackError
    except _TakeBackError:
        return kept[0]


def launch_draft_cases(
    services: Services, name: str, seen: int, cases: Sequence[Wanted], stamp: Stamp
) -> None:
    """Launch every case of a draft's letter, or none; the draft is gone with it.

    Args:
        services: the database.
        name: of the draft.
        seen: number of its edition whose plan and mails a person has read.
        cases: what it comes to.
        stamp: who and when, and the reason where one is needed.

    Raises:
        GoneDraftError, DraftMovedError: as ``drafts.use_launch``.
        MailNotTriedError, DoubtfulError: as ``launching.affirm_launch``.
        NotFoundError, RefusedError: as ``launch_with_letter``.
    """
    with writing(services.engine) as session:
        use_launch(session, name, seen, [one.new.reference for one in cases], stamp)
        for one in cases:
            affirm_launch(session, services.settings, _launch(session, services, one, stamp), stamp)


def _launch(session: Session, services: Services, wanted: Wanted, stamp: Stamp) -> Header:
    header = launch_case(session, services.settings, wanted.new, stamp)
    enclosed = [(file, DocumentKind.QUESTIONS, "Spørgsmål") for file in wanted.questions]
    if wanted.letter is not None:
        enclosed.insert(0, (wanted.letter, DocumentKind.LETTER, "Udmeldingsbrev"))
    for file, kind, title in enclosed:
        is_letter = kind is DocumentKind.LETTER
        letter_on = wanted.new.particulars.letter_dated_on or wanted.new.received_on
        said = {
            "document_kind": kind,
            "title": title,
            "dated_on": letter_on if is_letter else stamp.now.date(),
            "file_name": file.file_name,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
        }
        record(session, header, make_entry("document", said, stamp.now.date()), stamp)
    if wanted.form is not None:
        ask_in(session, header, wanted.form, stamp)
    return header


def _preview(session: Session, services: Services, wanted: Wanted, stamp: Stamp) -> LaunchPreview:
    header = _launch(session, services, wanted, stamp)
    now = stamp.now
    look = Look(session, header, Stamp(now, MACHINE))
    for stage in turns(look):
        perform_in(services, session, look, look.take(stage, None))
    case = look.case
    asked = plan_input(case, now.date())
    missing = parties_without_address(session, case, now)
    return LaunchPreview(
        case=case,
        plan=status(case, now.date()).plan,
        mails=tuple(
            with_placeholders(services.settings, case, mail)
            for mail in outbox.list_mails(session, announcement_id=header.id, with_links=True)
        ),
        without_address=tuple(party.name for party in missing),
        choices=must_leave(asked) if asked else (),
        later=grouped(
            tuple(
                mail
                for mail in coming_in(services, session, header, case, now)
                if not mail.is_written and mail.on > now.date()
            )
        ),
    )
