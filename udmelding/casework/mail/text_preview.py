"""How does a mail's text look? A mail with a case's own values, as far as the case has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlmodel import Session

from models import ContactRole, MailKind, Stage
from udmelding.casework.access.own_pages import placeholder
from udmelding.casework.mail.values import context_of
from udmelding.casework.mail.writing import receiver_among
from udmelding.config.settings import Settings
from udmelding.documents.mail.contexts import MailContext
from udmelding.documents.mail.rendering import MAILS, RenderedMail, render_with
from udmelding.documents.mail.samples import sample_values
from udmelding.documents.mail.templates import MailTemplates
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import ended, headers, titles
from udmelding.journal.case.load import load
from udmelding.journal.parties import ContactValue, load_contacts
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import is_council_step, standings


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail that is only looked at.

    Attributes:
        mail: what it says.
        note: what in it is made up, a Danish sentence; empty where all is the case's own.
    """

    mail: RenderedMail
    note: str


def open_cases(session: Session, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """Reference and title of every case that is not ended, newest first."""
    over = ended(session, now)
    going = {header.reference for header in headers(session) if header.id not in over}
    return tuple((ref, title) for ref, title in titles(session, now) if ref in going)


def preview(
    settings: Settings,
    session: Session,
    found: MailTemplates,
    kind: MailKind,
    now: dt.datetime,
    reference: str = "",
    party: str = "",
) -> Preview:
    """The mail of a kind from those texts, with a case's values.

    Args:
        settings: who writes.
        session: reads the case.
        found: the texts.
        kind: the kind of mail.
        now: the moment.
        reference: the case; empty for made-up values only.
        party: the code of the party it is to; empty for one that such a mail can go to.

    Raises:
        NotFoundError: there is no such case, or no such party in it.
        TemplateError: the texts cannot be used.
    """
    if not reference:
        context, note = _made_up(kind, {}), "Alle værdier er opdigtede."
    else:
        context, note = _of_case(settings, session, kind, now, reference, party)
    return Preview(render_with(found, kind, context), note)


def _of_case(
    settings: Settings, session: Session, kind: MailKind, now: dt.datetime, ref: str, party: str
) -> tuple[MailContext, str]:
    case = load(session, ref, now)
    if party and case.party(party) is None:
        raise NotFoundError("part", party, tuple(known.party for known in case.parties))
    action = _action(case, kind, party, now.date())
    if action is None:
        return _partly(settings, case, kind)
    contacts = list(load_contacts(session, now, action.party).get(action.party, ()))
    to = receiver_among(contacts) or _nobody(case, action.party)
    copied = (ContactRole.CHIEF_EXECUTIVE,) if kind.value.endswith("escalated") else ()
    try:
        context = context_of(settings, case, action, to, now.date(), copied=copied)
    except (LookupError, StopIteration, ValueError):  # the case has nothing to write of yet
        return _partly(settings, case, kind)
    return replace(context, link=placeholder(settings, case, action.party)), ""


def _action(case: Case, kind: MailKind, party: str, today: dt.date) -> SendMail | None:
    """The last mail of that kind in the case; else one that could be written of a due date."""
    sent = [m for m in case.mails if m.mail is kind and party in ("", m.party)]
    if sent:
        last = sent[-1]
        return _send(kind, last.step, last.party, last.rung, last.due_on)
    is_council = kind.value.startswith("council")
    for row in standings(case, today):
        fits = is_council_step(row.step) == is_council and party in ("", row.party.party)
        if fits and row.due_on is not None and row.party.is_asked:
            return _send(kind, row.step.id, row.party.party, "", row.due_on)
    return None


def _send(kind: MailKind, step: str, party: str, rung: str, due_on: dt.date | None) -> SendMail:
    return SendMail(
        key="",
        stage=Stage.COLLECTION,
        mail=kind,
        step_id=step,
        party=party,
        rung=rung,
        due_on=due_on,
    )


def _nobody(case: Case, party: str) -> ContactValue:
    found = case.party(party)
    name = found.name if found else party
    return ContactValue(party=party, role=ContactRole.MAILBOX, name=name, email="")


def _partly(settings: Settings, case: Case, kind: MailKind) -> tuple[MailContext, str]:
    """The case's own values where every case has them, made-up ones for the rest."""
    known = {
        "reference": case.reference,
        "title": case.title,
        "legal_basis": case.particulars.legal_basis,
        "process_title": case.process.title,
        "paper_title": case.process.paper_title,
        "deadline": case.deadline,
        "secretariat_name": settings.secretariat.name,
        "secretariat_email": settings.secretariat.email,
        "secretariat_phone": settings.secretariat.phone,
        "responsible": case.particulars.responsible,
    }
    note = "Sagen har ikke alt til den slags mail endnu, så nogle af værdierne er opdigtede."
    return _made_up(kind, known), note


def _made_up(kind: MailKind, known: dict[str, Any]) -> MailContext:
    has = {field.name for field in fields(MAILS[kind])}
    values = sample_values(kind) | {name: v for name, v in known.items() if name in has}
    return MAILS[kind](**values)
