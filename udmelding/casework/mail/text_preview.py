"""How does a mail's text look, and what may be written in it?

A preview is a mail with a case's own values, as far as the case has them. Beside it stands, in
Danish, every name that may be used for a value. A test holds the table and the contexts together.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, get_args, get_origin, get_type_hints

from models import ContactRole, MailKind, Stage
from udmelding.casework.access.own_pages import placeholder
from udmelding.casework.forms.question_sets import forms_of
from udmelding.casework.mail.values import context_of
from udmelding.casework.mail.writing import receiver_among
from udmelding.config.settings import Settings
from udmelding.documents import markdown
from udmelding.documents.mail.contexts import MailContext
from udmelding.documents.mail.rendering import MAILS, RenderedMail, render_with
from udmelding.documents.mail.samples import sample_values
from udmelding.documents.mail.templates import MailTemplates, TemplateError, Text, names
from udmelding.documents.mail.vocabulary import vocabulary
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import ended_cases, headers, titles
from udmelding.journal.case.load import load
from udmelding.journal.database import Session
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
        context: the values that it is written with.
    """

    mail: RenderedMail
    note: str
    context: MailContext


def open_cases(session: Session, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """Reference and title of every case that is not ended, newest first."""
    over = ended_cases(session, now)
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
    return Preview(render_with(found, kind, context), note, context)


def parties_in(session: Session, reference: str, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """Code and name of all who are asked in a case, by name: whom a mail can be shown to."""
    asked = [party for party in load(session, reference, now).parties if party.is_asked]
    return tuple(sorted(((one.party, one.name) for one in asked), key=lambda pair: pair[1]))


def said_by(found: MailTemplates, kind: MailKind, context: MailContext) -> dict[str, str]:
    """What each name that may be set into a text says in a mail, on one line; empty for nothing."""
    words = vocabulary(kind)
    written = {
        **words.values,
        **{name: f'{{% include "{file}" %}}' for name, file in words.pieces.items()},
    }
    return {name: _said(found, kind, context, text) for name, text in written.items()}


def _said(found: MailTemplates, kind: MailKind, context: MailContext, text: str) -> str:
    body = names(kind)[1]
    one = found.with_texts({body: Text(found.texts[body].path, text)})
    try:
        source = one.body(kind, {f.name: getattr(context, f.name) for f in fields(context)})
    except TemplateError:  # the value is not there in this case
        return ""
    return " ".join(markdown.as_text(markdown.parse_markdown(source)).split())


def _of_case(
    settings: Settings, session: Session, kind: MailKind, now: dt.datetime, ref: str, party: str
) -> tuple[MailContext, str]:
    case = load(session, ref, now)
    if party and case.party(party) is None:
        raise NotFoundError("part", party, tuple(known.party for known in case.parties))
    action = _action(case, kind, party, now.date())
    if action is None:
        return _partly(settings, case, kind)
    contacts = list(load_contacts(session, now, (action.party,)).get(action.party, ()))
    to = receiver_among(contacts) or _nobody(case, action.party)
    copied = (ContactRole.CHIEF_EXECUTIVE,) if kind.value.endswith("escalated") else ()
    try:
        forms = forms_of(session, (case,))
        context = context_of(settings, case, action, to, now.date(), forms=forms, copied=copied)
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
        "nothing": case.process.words.nothing,
        "about_citizens": case.process.about_citizens,
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


NAMES: Mapping[str, str] = {
    "reference": "sagens reference",
    "title": "sagens titel",
    "legal_basis": "den lov, sagen hviler på; kan være tom",
    "process_title": "processens navn, fx Central udmelding",
    "paper_title": "det, sagen ender med, fx afrapporteringen",
    "nothing": "det fulde svar fra den, der intet har: ingen borgere i målgruppen",
    "about_citizens": "om spørgsmålene handler om borgere i en målgruppe",
    "party_name": "den, der skylder noget, fx Lolland Kommune",
    "greeting_name": "modtagerens navn eller funktion",
    "written_on": "den dag, mailen skrives",
    "secretariat_name": "sekretariatets navn",
    "secretariat_email": "sekretariatets mailadresse",
    "secretariat_phone": "sekretariatets telefon; kan være tom",
    "responsible": "sagsbehandlerens funktion eller initialer; kan være tom",
    "link": "adressen på modtagerens egen side i sagen; kan være tom",
    "due_on": "den frist, mailen handler om",
    "deadline": "sagens frist; kan mangle",
    "received_on": "den dag, sagen kom",
    "agency_name": "styrelsens navn; kan være tom",
    "questions_url": "adressen på spørgsmålene; kan være tom",
    "is_enclosed": "om der er noget vedhæftet",
    "asked_on": "den dag, vi bad om det første gang",
    "business_days_left": "arbejdsdage til; 0, når dagen er passeret",
    "business_days_over": "arbejdsdage siden; 0, indtil dagen er passeret",
    "earlier_reminders": "de dage, der er rykket før",
    "copied_to": "hvem der får en kopi, fx kommunaldirektøren; tom, hvis ingen gør",
    "council_name": "den, der beslutter: kommunalbestyrelsen eller regionsrådet",
    "answer_state": "partial: delvist svar; returned: sendt tilbage; ellers tom",
    "answered_on": "den dag, svaret kom",
    "returned_for": "hvad der skal rettes eller forklares i svaret",
    "progress": "hvad parten har gjort indtil nu; kan være tom",
    "announced_on": "den dag, modtageren selv har meldt; kan mangle",
    "said_on": "den dag, det blev meldt",
    "is_decision": "om der skal træffes en politisk beslutning",
    "message": "det, sagsbehandleren har skrevet",
    "before_on": "den frist, der gjaldt før udsættelsen",
    "moved_from": "den frist, der gjaldt før",
    "completeness": "complete, partial, no_citizens eller returned",
    "recommended_on": "den dag, det sidste organ anbefalede",
    "recommending_body": "det sidste organ, der anbefalede; kan være tom",
    "report_version": "rapportens version; 0, hvis den er ukendt",
    "recommended_wording": "forslaget til indstilling; kan have flere linjer",
    "total": "hvor mange kommuner der er med",
    "replaces": "den version, der blev sendt før; 0, hvis det er den første",
    "change_reason": "hvad den nye version ændrer; kan være tom",
    "has_paper": "om et udkast til sagsfremstillingen ligger på modtagerens egen side",
    "version": "udkastets nummer",
    "speaks_for": "den gruppe, læseren svarer for; kan være tom",
    "draft_url": "adressen på læserens egen side med udkastet; kan være tom",
    "report_url": "adressen på rapporten; kan være tom",
    "items": "det, mailen handler om, den tidligste frist først",
    "form_title": "skemaet, der svares i; tom, når der svares på mailen",
    "form_questions": "hvor mange spørgsmål modtageren får i skemaet",
    "form_sections": "titlerne på skemaets afsnit",
    "letter_titles": "udmeldingsbrevet og vejledningen, når de er vedhæftet",
    "sent_on": "den dag, den forkerte mail blev sendt",
    "wrong_subject": "emnet på den forkerte mail",
    "wrong": "hvad der var forkert, med sagsbehandlerens ord",
    "right": "hvad der er det rigtige, med sagsbehandlerens ord",
    "former_name": "den kontakt, der overdrager",
    "wanted": "hvad der skyldes, fx det samlede svar",
    "submitted_on": "hvornår den blev sendt, i kildens ord, hvis dagen ikke kendes",
    "approved": "hvor mange kommuner der har godkendt",
    "missing": "navnene på de kommuner, der ikke har besluttet",
    "country_approved": "hvor mange i hele landet der har godkendt; kan mangle",
    "country_total": "hvor mange i hele landet der er med; kan mangle",
    "decisions": "navn og beslutning for dem, der har besluttet",
    "enclosed": "titlerne på det, der er vedhæftet",
    "lifted": "navn og dag for hver kommune, forbeholdet nævnte",
    "senders": "hvem brevet er fra, fx kommunerne i KKR Sjælland",
    "signers": "hvem der underskriver, en linje for hver; tom, når sekretariatet gør det",
    "questions_on": "hvornår spørgsmålene kom; kan mangle",
    "questions": "hvad der blev spurgt om; kan være tom",
    "answer": "hvad der svares; kan være tom",
    "headline": "hvad der er sket, uden punktum",
    "case_name": "hvad sagen kaldes til daglig",
    "verdict": "om fristen nås, i én sætning",
    "after": "hvem der beslutter efter fristen; kan være tom",
    "next_step": "hvad sekretariatet gør som det næste; kan være tom",
    "numbers": "et tal og hvad det tæller, en linje hver",
    "next_dates": "en dato og hvad der sker, en linje hver",
    "bulletin": "sekretariatets linje til direktørerne; kan være tom",
    "bulletin_by": "hvem der skrev linjen og hvornår; kan være tom",
    "page_url": "adressen på direktørens side",
    "lines": "de oplysninger, der er brug for, en sætning hver",
}
"""What each name of each context stands for."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stands for a value.

    Attributes:
        written: how it is written in a text.
        means: what it stands for.
    """

    written: str
    means: str


FILTER_WORDS: tuple[Name, ...] = (
    Name("{{ due_on|weekday_date }}", "en dato med ugedag: fredag den 13. marts 2026"),
    Name("{{ due_on|long_date }}", "en dato: 13. marts 2026"),
    Name("{{ missing|enumerated }}", "en liste som i en sætning: Faxe, Greve og Køge"),
    Name("{{ form_sections|quoted }}", "en liste i anførselstegn: «Målgruppen» og «Tilbud»"),
    Name("{{ paper_title|first_upper }}", "med stort begyndelsesbogstav"),
    Name("{{ secretariat_phone|unbroken }}", "uden linjeskift, fx i et telefonnummer"),
    Name("{{ items|length }}", "hvor mange der er på en liste"),
)
"""The filters that a text has most use of."""

STRUCTURE_WORDS: tuple[Name, ...] = (
    Name(
        "{% block content %} … {% endblock %}", "mailens egen tekst; resten er ens for alle mails"
    ),
    Name("{% if deadline %} … {% endif %}", "kun hvis noget er der"),
    Name("{% for day in earlier_reminders %} … {% endfor %}", "én gang for hver på en liste"),
    Name('{% include "_base/case.md" %}', "sagens titel og type som begyndelsen af en liste"),
    Name("**fed**", "fed skrift; en linje, der begynder med - , er et punkt på en liste"),
    Name("[tekst](https://…)", "et link"),
)
"""How a text is built."""


def names_of(kind: MailKind) -> tuple[Name, ...]:
    """Every name that the texts of a kind may use, how it is written, and what it stands for."""
    hints = get_type_hints(MAILS[kind])
    found = [
        Name(_written(field.name, hints[field.name]), NAMES[field.name])
        for field in fields(MAILS[kind])
    ]
    for hint in hints.values():
        inner = next((part for part in get_args(hint) if is_dataclass(part)), None)
        if get_origin(hint) is tuple and isinstance(inner, type):
            parts = get_type_hints(inner)
            found += [
                Name(_written(f"item.{f.name}", parts[f.name]), f"for hvert punkt: {NAMES[f.name]}")
                for f in fields(inner)
            ]
    return tuple(found)


def _written(name: str, hint: Any) -> str:
    """The name as it stands in a text, with the filter that its kind of value needs."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not types.NoneType)
    if hint is dt.date:
        return f"{{{{ {name}|long_date }}}}"
    if hint is bool:
        return f"{{% if {name} %}} … {{% endif %}}"
    if get_origin(hint) is tuple:
        return f"{{% for … in {name} %}} … {{% endfor %}}"
    return f"{{{{ {name} }}}}"
