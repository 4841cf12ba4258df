"""What may be set into a mail's text, by the names that people know it by?

One table each for values, for pieces that the program writes, and for conditions. A kind of mail
has those whose names its context has; a test holds that every shipped text can be written with
them. A date has two names, one with the weekday; the other filters belong to the name as well.
"""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from models.outbox import MailKind
from udmelding.documents.mail import contexts
from udmelding.documents.mail.contexts import MAILS, MailContext
from udmelding.rules.mail.plain_texts import Vocabulary

_WITH_WEEKDAY = " med ugedag"

_FIELDS: Mapping[str, str] = {
    "party_name": "Kommunens navn",
    "greeting_name": "Kontaktens navn",
    "due_on": "Svarfrist",
    "moved_from": "Den tidligere frist",
    "before_on": "Den tidligere frist",
    "deadline": "Frist hos styrelsen",
    "title": "Sagens titel",
    "reference": "Sagens reference",
    "process_title": "Sagens type",
    "legal_basis": "Lovhjemmel",
    "paper_title": "Rapportens navn",
    "form_title": "Skemaets navn",
    "form_questions": "Antal spørgsmål",
    "nothing": "Svar uden borgere",
    "received_on": "Modtagelsesdato",
    "agency_name": "Styrelsens navn",
    "asked_on": "Dato for første mail",
    "answered_on": "Svarets dato",
    "returned_for": "Det, der skal rettes",
    "announced_on": "Den meldte dag",
    "said_on": "Meldingens dato",
    "message": "Beskeden fra sagsbehandleren",
    "council_name": "Den, der beslutter",
    "copied_to": "Dem, der får en kopi",
    "progress": "Det, kommunen har gjort",
    "recommended_on": "Anbefalingens dato",
    "recommending_body": "Det anbefalende organ",
    "report_version": "Rapportens version",
    "replaces": "Rapportens tidligere version",
    "change_reason": "Begrundelsen for ændringen",
    "total": "Antal kommuner",
    "version": "Udkastets nummer",
    "speaks_for": "Læserens gruppe",
    "headline": "Det, der er sket",
    "submitted_on": "Fremsendelsesdato",
    "approved": "Antal, der har godkendt",
    "senders": "Afsenderne",
    "questions_on": "Spørgsmålenes dato",
    "questions": "Styrelsens spørgsmål",
    "answer": "Svaret til styrelsen",
    "sent_on": "Dato for den forkerte mail",
    "wrong_subject": "Emnet på den forkerte mail",
    "wrong": "Det, der var forkert",
    "right": "Det, der er rigtigt",
    "former_name": "Den tidligere kontakt",
    "written_on": "Dags dato",
    "secretariat_name": "Sekretariatets navn",
    "secretariat_email": "Sekretariatets mailadresse",
    "secretariat_phone": "Sekretariatets telefon",
    "responsible": "Sagsbehandleren",
}
"""The Danish name of each value, in the order in which they are offered."""

_ONLY_ANSWERS = (
    contexts.InvitationContext,
    contexts.ThanksContext,
    contexts.AnswerReturnedContext,
)
_OTHER_NAMES: Mapping[str, str] = {"party_name": "Modtagerens navn", "due_on": "Frist"}
"""How these are called where no municipality is asked for an answer."""

_SHAPED: Mapping[str, str] = {
    "Link til svar": "[jeres egen side i sagen](<{{ link }}>)",
    "Link til udkastet": "[{{ draft_url }}](<{{ draft_url }}>)",
    "Skemaets afsnit": "{{ form_sections|quoted }}",
    "Brev og vejledning": "{{ letter_titles|enumerated }}",
    "Rapportens navn med stort": "{{ paper_title|first_upper }}",
    "Svar uden borgere med stort": "{{ nothing|first_upper }}",
    "Kommuner, der mangler": "{{ missing|enumerated }}",
    "Antal punkter": "{{ items|length }}",
    "målgruppen eller området": '{{ "målgruppen" if about_citizens else "området" }}',
    "er eller var": '{{ "er" if due_on >= written_on else "var" }}',
    "svare i skemaet eller sende svaret": (
        '{{ "svare i skemaet" if form_title else "sende svaret" }}'
    ),
    "beslutningen eller svaret": '{{ "beslutningen" if is_decision else "svaret" }}',
}
"""Values that are not one field as it stands."""

_ALL = (MailContext,)
_ASKING = (
    contexts.InvitationContext,
    contexts.ReminderContext,
    contexts.ThanksContext,
    contexts.AnswerReturnedContext,
    contexts.AnnouncedContext,
    contexts.DatedReminderContext,
    contexts.ExtensionGrantedContext,
    contexts.DueDateMovedContext,
)
_Contexts = tuple[type[MailContext], ...]

_BLOCKS: Mapping[str, tuple[str, _Contexts]] = {
    "Sag og type": ("case.md", _ALL),
    "Skemaet": ("form.md", _ASKING),
    "Vedhæftet brev og vejledning": ("letters.md", _ASKING),
    "Hvor spørgsmålene er": ("questions.md", (contexts.InvitationContext,)),
    "Hvor længe der er til fristen": ("time_left.md", (contexts.ReminderContext,)),
    "Hvor længe fristen er overskredet": ("time_over.md", (contexts.ReminderContext,)),
    "Forløbet indtil nu": ("history.md", (contexts.ReminderContext,)),
    "Det, I har gjort indtil nu": ("so_far.md", (contexts.ReminderContext,)),
    "Hvem der får en kopi, og hvorfor": ("copied.md", (contexts.ReminderContext,)),
    "Hvor rapporten er": ("report.md", (contexts.CouncilInvitationContext,)),
    "Forslaget til indstilling": ("recommended.md", (contexts.CouncilInvitationContext,)),
    "Punkterne": ("digest_items.md", (contexts.DigestContext,)),
    "De åbne punkter": ("handover_items.md", (contexts.HandoverContext,)),
    "Sagerne": ("invitation_items.md", (contexts.InvitationDigestContext,)),
    "Sagernes status": ("weekly_items.md", (contexts.WeeklyContext,)),
    "Oplysningerne": ("lines.md", (contexts.NoticeContext,)),
    "Kommunerne, der nu har godkendt": ("lifted.md", (contexts.ReservationLiftedContext,)),
    "Hvad der er vedlagt": ("enclosed.md", (contexts.SubmissionContext,)),
    "Hvor mange der har godkendt": ("approved.md", (contexts.SubmissionContext,)),
    "Kommunernes beslutninger": ("decisions.md", (contexts.SubmissionContext,)),
}
"""Pieces that are paragraphs or lists of their own, and for which mails they are."""

_WITHIN: Mapping[str, tuple[str, _Contexts]] = {
    "udfyld skemaet eller send svaret": ("how.md", _ASKING),
    "Udfyld skemaet eller send svaret, med stort": ("fill_in.md", _ASKING),
    "Sådan gives svaret": ("how_answered.md", _ASKING),
    "Sådan rettes svaret": ("how_corrected.md", _ASKING),
    "Sådan gives resten": ("how_rest.md", _ASKING),
    "Sådan gives svaret senere": ("how_later.md", _ASKING),
    "Dage til den meldte dag": ("days_left.md", (contexts.AnnouncedContext,)),
    "det, fristen gælder": ("what_due.md", (contexts.DueDateMovedContext,)),
    "det, der er givet mere tid til": ("what_extended.md", (contexts.ExtensionGrantedContext,)),
    "fra læserens gruppe": ("speaks_for.md", (contexts.CommentContext,)),
    "(overskredet), hvis den er det": ("passed.md", (contexts.CommentContext,)),
    "hvad der er ændret": ("change.md", (contexts.CouncilInvitationContext,)),
    "byrådet, hvis I siger det": ("council_word.md", (contexts.CouncilInvitationContext,)),
    "efter loven": ("legal.md", _ALL),
    "med forbehold, hvis nogen mangler": ("reserved.md", (contexts.SubmissionContext,)),
    "i hvilke sager": ("in_cases.md", (contexts.DigestContext,)),
    "Sådan besvares punkterne": ("digest_how.md", (contexts.DigestContext,)),
    "hvor mange sager": ("about_cases.md", (contexts.InvitationDigestContext,)),
    "Vi mangler resten, hvis vi gør": ("rest.txt", (contexts.ThanksContext,)),
    "Hvad vi ventede den meldte dag": ("announced.txt", (contexts.AnnouncedContext,)),
    "den første, hvis der er flere": ("first_of.txt", (contexts.DigestContext,)),
    "hvor mange åbne punkter": ("open_count.txt", (contexts.HandoverContext,)),
    "Hvad vi beder om": ("asked_for.txt", (contexts.InvitationDigestContext,)),
    "Sagens status, eller hvor mange sager": ("weekly_about.txt", (contexts.WeeklyContext,)),
}
"""Pieces that stand within a line; they end without a line break."""

_CONDITIONS: Mapping[str, str] = {
    "der er et skema": "form_title",
    "der ikke er et skema": "not form_title",
    "der er et link til svar": "link",
    "der ikke er et link til svar": "not link",
    "der er en frist hos styrelsen": "deadline",
    "sagen er kommet fra styrelsen": "agency_name",
    "brev eller vejledning er vedhæftet": "letter_titles",
    "der er en lovhjemmel": "legal_basis",
    "spørgsmålene handler om borgere": "about_citizens",
    "spørgsmålene ikke handler om borgere": "not about_citizens",
    "der skal træffes en politisk beslutning": "is_decision",
    "der skal gives et svar": "not is_decision",
    "kommunen har svaret på noget eller meldt en dag": "answer_state or announced_on",
    "kommunen hverken har svaret på noget eller meldt en dag": (
        "not (answer_state or announced_on)"
    ),
    "kommunen har gjort noget eller meldt en dag": "progress or announced_on",
    "kommunen hverken har gjort noget eller meldt en dag": "not (progress or announced_on)",
    "kommunen har meldt en dag": "announced_on",
    "noget af svaret er kommet": "answered_on",
    "nogen får en kopi": "copied_to",
    "svaret er delvist": 'completeness == "partial"',
    "svaret er, at der ingen borgere er": 'completeness == "no_citizens"',
    "svaret er fuldt": 'completeness not in ("partial", "no_citizens")',
    "det er skrevet, hvad der skal rettes": "returned_for",
    "der er skrevet en besked": "message",
    "der er et link til udkastet": "draft_url",
    "der ikke er et link til udkastet": "not draft_url",
    "rapporten er ændret, siden I fik den": "replaces",
    "rapporten har et versionsnummer": "report_version",
    "et organ har anbefalet rapporten": "recommending_body",
    "et udkast til sagsfremstillingen ligger på jeres side": "has_paper and link",
    "rapporten er vedhæftet": "is_enclosed",
    "det vides, hvornår spørgsmålene kom": "questions_on",
    "det ikke vides, hvornår spørgsmålene kom": "not questions_on",
    "spørgsmålene er skrevet": "questions",
    "svaret er skrevet": "answer",
    "kommuner skal tage stilling": "total",
    "nogle kommuner endnu ikke har taget stilling": "total and missing",
}
_NAME = re.compile(r"[a-z_]+")
_QUOTED = re.compile(r'"[^"]*"')


@lru_cache(maxsize=len(MailKind))
def vocabulary(kind: MailKind) -> Vocabulary:
    """What may be set into the texts of one kind of mail, in the order in which it is offered."""
    shape = MAILS[kind]
    hints = get_type_hints(shape)
    called = _FIELDS if _asks_for_answer(kind) else {**_FIELDS, **_OTHER_NAMES}
    values: dict[str, str] = {}
    for name, danish in called.items():
        if name in hints:
            values |= _values_of(name, danish, hints[name])
    known = frozenset(hints)
    values |= {danish: what for danish, what in _SHAPED.items() if _uses(what) & ALL_NAMES <= known}
    blocks = _pieces_for(shape, _BLOCKS)
    return Vocabulary(
        values=values,
        pieces={**blocks, **_pieces_for(shape, _WITHIN)},
        blocks=frozenset(blocks),
        conditions={
            clause: what for clause, what in _CONDITIONS.items() if _uses(what) & ALL_NAMES <= known
        },
    )


def condition_for(kind: MailKind, name: str) -> str:
    """The clause that says that the value of a name is there; empty where there is none."""
    words = vocabulary(kind)
    used = _uses(words.values.get(name, "")) & ALL_NAMES
    return next((clause for clause, what in words.conditions.items() if what in used), "")


def _asks_for_answer(kind: MailKind) -> bool:
    is_reminder = MAILS[kind] is contexts.ReminderContext and not kind.value.startswith("council")
    return is_reminder or MAILS[kind] in _ONLY_ANSWERS


def _values_of(name: str, danish: str, hint: Any) -> dict[str, str]:
    """The value by its name or names, with the filter that its kind needs."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not types.NoneType)
    if hint is dt.date:
        return {
            danish: f"{{{{ {name}|long_date }}}}",
            danish + _WITH_WEEKDAY: f"{{{{ {name}|weekday_date }}}}",
        }
    return {danish: f"{{{{ {name}|unbroken }}}}" if "phone" in name else f"{{{{ {name} }}}}"}


def _pieces_for(
    shape: type[MailContext], table: Mapping[str, tuple[str, _Contexts]]
) -> dict[str, str]:
    return {
        danish: f"_base/{file}"
        for danish, (file, shapes) in table.items()
        if issubclass(shape, shapes)
    }


def _uses(what: str) -> frozenset[str]:
    return frozenset(_NAME.findall(_QUOTED.sub("", what)))


ALL_NAMES = frozenset(field.name for shape in MAILS.values() for field in fields(shape))
"""The names of all values that any mail knows."""
