from __future__ import annotations

import datetime as dt
import re
import shutil
import time
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from models import Completeness, MailKind
from udmelding import paths
from udmelding.documents.mail import contexts
from udmelding.documents.mail.rendering import MAILS, TemplateError, render_mail
from udmelding.rules.case.actions import LETTERS
from udmelding.rules.words.date_wording import SaidDay

# Everybody and every date here is invented, and so is who answered what.
COMMON: dict[str, Any] = {
    "link": "https://cu.example/k/abc-def",
    "reference": "CU-PROEVE-2025",
    "title": "Borgere med sjældent behov",
    "legal_basis": "serviceloven § 13 b, stk. 2",
    "process_title": "Central udmelding",
    "paper_title": "afrapporteringen",
    "nothing": "ingen borgere i målgruppen",
    "about_citizens": True,
    "party_name": "Lolland Kommune",
    "greeting_name": "Socialsekretariatet",
    "written_on": dt.date(2025, 3, 11),
    "secretariat_name": "Rammeaftalesekretariatet",
    "secretariat_email": "sekretariat@rammeaftale.example",
    "secretariat_phone": "12 34 56 78",
    "responsible": "konsulent",
    "form_title": "",
    "form_questions": 0,
    "form_sections": (),
    "letter_titles": (),
}
FRIDAY = dt.date(2025, 3, 14)
REMINDED = (dt.date(2025, 2, 21), dt.date(2025, 3, 17))

LETTER = {
    "senders": "kommunerne i KKR Sjælland",
    "signers": ("Ole Eksempel, formand for styregruppen, KKR Sjælland", "Formanden, KKR Fyn"),
}

OWN: dict[type[contexts.MailContext], dict[str, Any]] = {
    contexts.InvitationContext: {
        "due_on": FRIDAY,
        "deadline": dt.date(2025, 5, 31),
        "received_on": dt.date(2025, 1, 10),
        "agency_name": "Social- og Boligstyrelsen",
        "questions_url": "https://sager.example/bilag_2?a=1&b=2",
    },
    contexts.ReminderContext: {
        "due_on": FRIDAY,
        "asked_on": dt.date(2025, 1, 15),
        "business_days_left": 3,
        "business_days_over": 5,
        "earlier_reminders": REMINDED,
        "copied_to": "kommunaldirektøren",
        "answer_state": "",
        "answered_on": None,
        "returned_for": "",
        "progress": "",
        "announced_on": None,
    },
    contexts.ThanksContext: {
        "due_on": FRIDAY,
        "answered_on": dt.date(2025, 3, 10),
        "completeness": Completeness.COMPLETE,
    },
    contexts.AnswerReturnedContext: {
        "due_on": FRIDAY,
        "answered_on": dt.date(2025, 3, 10),
        "returned_for": "Hvor mange af de 12 borgere har en dom til behandling?",
    },
    contexts.AnnouncedContext: {
        "announced_on": dt.date(2025, 3, 18),
        "said_on": dt.date(2025, 3, 3),
        "due_on": FRIDAY,
        "is_decision": True,
        "business_days_left": 3,
        "business_days_over": 2,
    },
    contexts.DatedReminderContext: {
        "message": "Husk, at vi mødes om tallene på torsdag.",
        "due_on": FRIDAY,
        "asked_on": dt.date(2025, 1, 15),
        "is_decision": False,
    },
    contexts.ExtensionGrantedContext: {
        "due_on": dt.date(2025, 3, 28),
        "before_on": FRIDAY,
        "deadline": dt.date(2025, 5, 31),
        "is_decision": False,
    },
    contexts.CouncilInvitationContext: {
        "due_on": dt.date(2025, 5, 23),
        "deadline": dt.date(2025, 5, 31),
        "recommended_on": dt.date(2025, 4, 8),
        "recommending_body": "KKR Sjælland",
        "report_version": 2,
        "recommended_wording": "Det indstilles,\n- at kommunalbestyrelsen godkender rapporten.",
        "total": 17,
        "replaces": 1,
        "change_reason": "der er en ny anbefaling",
    },
    contexts.DigestContext: {
        "due_on": dt.date(2025, 5, 23),
        "items": (
            contexts.DigestItem(
                reference="CU-GRAVIDE-2025",
                title="Gravide med et misbrug",
                wanted="den politiske beslutning",
                due_on=dt.date(2025, 5, 23),
                business_days_over=3,
                link="https://cu.example/k/abc-def",
            ),
            contexts.DigestItem(
                reference="CU-DOMFAELDTE-2025",
                title="Domfældte",
                wanted="det samlede svar",
                due_on=dt.date(2025, 6, 20),
                business_days_left=16,
            ),
        ),
    },
    contexts.DueDateMovedContext: {
        "due_on": dt.date(2025, 6, 20),
        "moved_from": dt.date(2025, 5, 23),
        "deadline": dt.date(2025, 6, 30),
        "is_decision": True,
    },
    contexts.InvitationDigestContext: {
        "due_on": FRIDAY,
        "items": (
            contexts.InvitationItem(
                reference="CU-GRAVIDE-2025",
                title="Gravide med et misbrug",
                process_title="Central udmelding",
                legal_basis="serviceloven § 13 b, stk. 3",
                paper_title="afrapporteringen",
                party_name="Lolland Kommune",
                nothing="ingen borgere i målgruppen",
                due_on=FRIDAY,
                deadline=dt.date(2025, 5, 31),
                is_decision=False,
                link="https://cu.example/k/abc-def",
                form_title="Tilbud til gravide",
                form_questions=12,
                form_sections=("Målgruppen", "Tilbud og pladser"),
                letter_titles=("Udmeldingsbrev",),
            ),
            contexts.InvitationItem(
                reference="CU-DOMFAELDTE-2025",
                title="Domfældte med udviklingshæmning",
                process_title="Central udmelding",
                legal_basis="",
                paper_title="afrapporteringen",
                party_name="Lolland Kommune",
                nothing="ingen borgere i målgruppen",
                due_on=dt.date(2025, 3, 17),
                deadline=None,
                is_decision=True,
                is_enclosed=True,
                link="https://cu.example/k/ghi-jkl",
                council_name="kommunalbestyrelsen",
                report_version=2,
                recommended_wording="Det indstilles, at kommunalbestyrelsen godkender.",
                replaces=1,
                change_reason="tabel 2 er rettet",
            ),
        ),
    },
    contexts.SubmissionContext: {
        "deadline": dt.date(2025, 5, 31),
        "submitted_on": dt.date(2025, 5, 28),
        "approved": 13,
        "total": 17,
        "missing": ("Faxe", "Greve", "Køge", "Lejre"),
        "country_approved": 86,
        "country_total": 98,
        "decisions": (("Lolland", "godkendt 28. april 2025"),),
        "enclosed": ("Afrapportering, version 2",),
        **LETTER,
    },
    contexts.QuestionAnswerContext: {
        "questions_on": dt.date(2025, 8, 5),
        "questions": "Hvor mange pladser mangler der?",
        "answer": "Der mangler tre pladser.",
        **LETTER,
    },
    contexts.ReservationLiftedContext: {
        **LETTER,
        "submitted_on": dt.date(2025, 5, 28),
        "lifted": (("Faxe", dt.date(2025, 6, 12)), ("Greve", dt.date(2025, 6, 23))),
        "total": 17,
    },
    contexts.CommentContext: {
        "due_on": dt.date(2025, 3, 14),
        "version": 2,
        "speaks_for": "styregruppen",
        "message": "Se især på anbefalingerne.",
        "draft_url": "https://pages.example/b/hemmeligt",
    },
    contexts.CorrectionContext: {
        "sent_on": dt.date(2025, 3, 10),
        "wrong_subject": "Vi beder om jeres svar senest 14. marts 2025",
        "wrong": "Bilaget var fra en tidligere sag.",
        "right": "Brug spørgsmålene på jeres egen side.",
    },
    contexts.HandoverContext: {
        "former_name": "Kim Eksempel",
        "items": (
            contexts.HandoverItem(
                reference="CU-GRAVIDE-2025",
                title="Gravide med et misbrug",
                wanted="den politiske beslutning",
                due_on=dt.date(2025, 5, 23),
                link="https://cu.example/k/abc-def",
            ),
            contexts.HandoverItem(reference="CU-DOMFAELDTE-2025", title="Domfældte"),
        ),
    },
    contexts.WeeklyContext: {
        "items": (
            contexts.WeeklyItem(
                reference="CU-GRAVIDE-2025",
                case_name="Udsatte gravide",
                verdict="14 af 17 når fristen 31. maj. Der skal sendes med forbehold for 3.",
                after="Efter fristen ventes Kalundborg, Lolland og Stevns (18. juni).",
                next_step="Sekretariatet skal senest 30. maj sende afrapporteringen.",
                numbers=("7 af 17 har besluttet",),
                next_dates=("30. maj 2025: Afrapporteringen sendes",),
                bulletin="Skriv, hvis I kan i maj.",
                bulletin_by="Lone Eksempel, 5. maj",
                link="https://cu.example/sager/CU-GRAVIDE-2025/direktoer",
            ),
        ),
        "page_url": "https://cu.example/direktoer",
    },
    contexts.NoticeContext: {
        "headline": "Fristen er nær",
        "lines": ("13 af 17 kommuner har godkendt.",),
    },
}

HOSTILE = (
    "*fed* _a_ <script>&amp;[x](http://ond.example)\r\n"
    "Bcc: ond@ond.example\n\n# ~`|\\ 1. - =?utf-8?q?=0AX?="
)
TAME = " ".join(HOSTILE.split())


def context_for(kind: MailKind, **changes: Any) -> contexts.MailContext:
    return MAILS[kind](**{**COMMON, **OWN[MAILS[kind]], **changes})


def flat(text: str) -> str:
    """The words of a text, however its lines are broken."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


# --- Every kind ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MailKind)
def test_every_kind_of_mail_can_be_written(kind: MailKind) -> None:
    mail = render_mail(kind, context_for(kind))

    assert mail.subject.startswith("[CU-PROEVE-2025] ")
    greeting = "Til Lolland Kommune" if kind in LETTERS else "Til Socialsekretariatet"
    assert mail.text.startswith(f"{greeting}\n\n")
    assert "Venlig hilsen\n" in mail.text
    assert mail.html.startswith('<!DOCTYPE html>\n<html lang="da">')
    assert re.fullmatch("[0-9a-f]{12}", mail.template_version)


@pytest.mark.parametrize("kind", MailKind)
def test_the_plain_text_holds_no_markup_and_no_long_lines(kind: MailKind) -> None:
    text = render_mail(kind, context_for(kind)).text

    assert not re.search(r"\*\*|\\|^#|^>|\{[{%]|None|\n\n\n| $", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 72


@pytest.mark.parametrize("kind", MailKind)
def test_both_texts_say_the_same(kind: MailKind) -> None:
    mail = render_mail(kind, context_for(kind))
    reader = read(mail.html)
    page = flat(" ".join(reader.words))

    for line in filter(str.isalpha, mail.text.split()):
        assert line in page
    assert reader.tags <= {
        *("html", "head", "meta", "title", "body", "table", "tr", "td", "div", "p", "ul", "li"),
        *("strong", "h2", "blockquote", "br", "hr", "a"),
    }


def test_declared_kinds_and_the_folders_of_templates_are_the_same() -> None:
    found = {p.name for p in (paths.TEMPLATES / "mail").iterdir() if p.is_dir()}

    assert found - {"_base"} == {kind.value for kind in MailKind}
    assert MAILS.keys() == set(MailKind)
    for kind in MailKind:
        files = {p.name for p in (paths.TEMPLATES / "mail" / kind.value).iterdir()}
        assert files == {"subject.txt", "body.md"}


def test_every_context_has_an_example_here_with_every_field() -> None:
    for context_class, own in OWN.items():
        optional = {"report_url", "is_enclosed", "council_name", "has_paper"}
        names = {field.name for field in fields(context_class)} - optional
        assert names == COMMON.keys() | own.keys()


def test_ninety_eight_invitations_are_written_in_well_under_a_second() -> None:
    render_mail(MailKind.INVITATION, context_for(MailKind.INVITATION))

    began = time.process_time()
    for number in range(98):
        context = context_for(MailKind.INVITATION, party_name=f"Kommune {number}")
        render_mail(MailKind.INVITATION, context)

    assert time.process_time() - began < 1


# --- What they say ---------------------------------------------------------------------------


def test_an_invitation_says_when_how_and_what_must_not_be_in_the_answer() -> None:
    text = flat(render_mail(MailKind.INVITATION, context_for(MailKind.INVITATION)).text)

    assert "ét samlet svar senest fredag den 14. marts 2025" in text
    assert "- Frist for afrapporteringen: 31. maj 2025" in text
    assert "aldrig cpr-numre" in text
    assert "«ingen borgere i målgruppen». Det er et fuldt svar." in text
    assert "hvem der er ansvarlig for svaret" in text
    assert "https://sager.example/bilag_2?a=1&b=2" in text


def test_an_invitation_without_a_deadline_or_questions_leaves_them_out() -> None:
    context = context_for(MailKind.INVITATION, deadline=None, questions_url="", agency_name="")

    text = flat(render_mail(MailKind.INVITATION, context).text)

    assert "Frist for" not in text
    assert "Modtaget" not in text, "nobody has sent it"
    assert "Mangler I spørgsmålene, så svar" in text


def test_a_round_about_the_municipality_itself_speaks_of_no_citizens() -> None:
    said = {"about_citizens": False, "nothing": "intet at indberette"}
    shapes = (contexts.InvitationContext, contexts.ReminderContext, contexts.ThanksContext)
    kinds = [kind for kind in MailKind if MAILS[kind] in shapes]
    for kind in kinds:
        more = {"completeness": Completeness.NO_CITIZENS} if kind is MailKind.THANKS else {}
        mail = render_mail(kind, context_for(kind, **said, **more))

        assert "målgruppe" not in mail.subject + mail.text, kind
    invited = flat(render_mail(MailKind.INVITATION, context_for(MailKind.INVITATION, **said)).text)
    assert "Har I intet at indberette, så skriv «intet at indberette»." in invited
    assert "må ikke indeholde cpr-numre" in invited


FORM: dict[str, Any] = {
    "form_title": "Tilbud til gravide",
    "form_questions": 12,
    "form_sections": ("Målgruppen", "Tilbud og pladser"),
    "letter_titles": ("Udmeldingsbrev", "Vejledning"),
}
BY_REPLY = "svar på denne mail"
ASKING = tuple(
    kind
    for kind in MailKind
    if MAILS[kind]
    in (
        contexts.InvitationContext,
        contexts.ReminderContext,
        contexts.AnnouncedContext,
        contexts.DatedReminderContext,
        contexts.AnswerReturnedContext,
        contexts.ExtensionGrantedContext,
    )
    and not kind.value.startswith("council")
)
"""Mails that say how an answer is given, whoever they remind and of whatever."""


def content(kind: MailKind, **changes: Any) -> str:
    """What a mail says before «Har I spørgsmål, så svar på denne mail», which all of them say."""
    told = {"is_decision": False} if "is_decision" in OWN[MAILS[kind]] else {}
    mail = render_mail(kind, context_for(kind, **told, **changes))
    return flat(mail.text).partition("Har I spørgsmål")[0]


@pytest.mark.parametrize("kind", ASKING)
def test_where_there_is_a_form_no_mail_asks_for_the_answer_as_a_reply(kind: MailKind) -> None:
    without, text = content(kind), content(kind, **FORM)

    assert "skema" not in without
    assert "skema" in text
    assert f"som {BY_REPLY}" not in text
    assert "Excel" in text


@pytest.mark.parametrize(
    "kind",
    [kind for kind in ASKING if kind.value.startswith(("invitation", "reminder", "announced_p"))],
)
def test_a_mail_names_the_form_what_it_asks_both_ways_and_what_is_enclosed(kind: MailKind) -> None:
    text = content(kind, **FORM)

    assert "skemaet «Tilbud til gravide», 12 spørgsmål om «Målgruppen» og «Tilbud og" in text
    assert "på jeres egen side" in text
    assert "hente det som Excel-fil samme sted" in text
    assert "Vedhæftet: Udmeldingsbrev og Vejledning." in text


def test_a_form_without_a_link_is_answered_in_the_file_that_we_send() -> None:
    text = content(MailKind.INVITATION, link="", **FORM)

    assert "egen side" not in text
    assert "Skemaet er vedhæftet som Excel-fil." in text


def test_a_digest_names_the_form_of_each_point_that_has_one() -> None:
    first, second = OWN[contexts.DigestContext]["items"][:2]
    both = (replace(first, **FORM), replace(second, **FORM))

    one_form = content(MailKind.DIGEST, items=(both[0], second))
    forms = content(MailKind.DIGEST, items=both)

    assert one_form.count("Svaret gives i skemaet «Tilbud til gravide», 12 spørgsmål om") == 1
    assert "Udfyld skemaet, hvor der er nævnt et." in one_form
    assert "Udfyld skemaerne" in forms
    assert "Vedhæftet: Udmeldingsbrev og Vejledning." in forms


def test_a_gathered_invitation_tells_of_each_case_what_to_do_by_when() -> None:
    mail = render_mail(MailKind.INVITATION_DIGEST, context_for(MailKind.INVITATION_DIGEST))
    answer, _, decision = flat(mail.text).partition("Domfældte med udviklingshæmning (")

    assert mail.subject.endswith("svar i 2 sager, første gang senest 14. marts 2025")
    assert "2 sager på én gang: CU-GRAVIDE-2025 og CU-DOMFAELDTE-2025" in answer
    assert "ét samlet svar fra Lolland Kommune senest fredag den 14. marts 2025" in answer
    assert "«Tilbud til gravide», 12 spørgsmål om «Målgruppen» og «Tilbud og pladser»" in answer
    assert "Vedhæftet: Udmeldingsbrev" in answer
    assert BY_REPLY not in answer
    assert "https://cu.example/k/abc-def" in answer
    assert "Kommunalbestyrelsen skal have besluttet senest mandag den 17. marts" in decision
    assert "Den træder i stedet for version 1: tabel 2 er rettet" in decision
    assert "Det indstilles, at kommunalbestyrelsen godkender." in decision
    assert "https://cu.example/k/ghi-jkl" in decision


def test_a_gathered_invitation_without_a_form_asks_for_a_reply_on_that_case() -> None:
    first = OWN[contexts.InvitationDigestContext]["items"][0]
    plain = replace(first, form_title="", letter_titles=())
    items = (plain, replace(plain, reference="B", title="Andet"))

    text = content(MailKind.INVITATION_DIGEST, items=items)

    assert text.count(f"Send svaret på denne sag som {BY_REPLY}. Mangler I spørgsmålene") == 2


def test_a_council_is_told_where_its_draft_paper_lies() -> None:
    kind = MailKind.COUNCIL_INVITATION
    assert "udkast til jeres sagsfremstilling" in content(kind, has_paper=True)
    assert "sagsfremstilling" not in content(kind, has_paper=True, link="")
    assert "sagsfremstilling" not in content(kind), "a regional council writes its own"


def test_a_correction_says_which_mail_was_wrong_in_what_and_what_holds() -> None:
    mail = render_mail(MailKind.CORRECTION, context_for(MailKind.CORRECTION))
    text = flat(mail.text)

    assert mail.subject.endswith("Rettelse: Vi beder om jeres svar senest 14. marts 2025")
    assert "Vi sendte jer mandag den 10. marts 2025 en mail med emnet" in text
    assert text.index("Bilaget var fra en tidligere sag.") < text.index("Brug spørgsmålene")


def test_a_handover_lists_what_is_open_with_links_and_dates() -> None:
    mail = render_mail(MailKind.HANDOVER, context_for(MailKind.HANDOVER))
    text = flat(mail.text)

    assert mail.subject.endswith("Ny kontakt efter Kim Eksempel: 2 åbne punkter")
    assert "fredag den 23. maj 2025: den politiske beslutning i sagen" in text
    assert "https://cu.example/k/abc-def" in text
    assert "(CU-DOMFAELDTE-2025): I skylder ikke noget lige nu" in text


@pytest.mark.parametrize(
    ("days", "subject"),
    [
        ((FRIDAY, FRIDAY), "Påmindelse: 2 frister 14. marts 2025"),
        ((FRIDAY, dt.date(2025, 3, 17)), "Påmindelse: 2 frister, den første 14. marts 2025"),
    ],
)
def test_a_digest_says_how_many_dates_and_in_which_cases(
    days: tuple[dt.date, dt.date], subject: str
) -> None:
    items = tuple(
        contexts.DigestItem(reference=name, title="T", wanted="det samlede svar", due_on=day)
        for name, day in zip(("A", "B"), days, strict=True)
    )
    mail = render_mail(MailKind.DIGEST, context_for(MailKind.DIGEST, items=items, due_on=FRIDAY))
    assert mail.subject.endswith(subject)
    assert "i 2 sager: A og B." in flat(mail.text)
    assert "i sagerne A og B." in flat(mail.text)
    in_one = tuple(replace(item, reference="A") for item in items)
    text = flat(
        render_mail(MailKind.DIGEST, context_for(MailKind.DIGEST, items=in_one, due_on=FRIDAY)).text
    )
    assert "fra Lolland Kommune i sagen A." in text


@pytest.mark.parametrize(
    ("days", "written_on", "told"),
    [
        (3, dt.date(2025, 3, 11), "Der er 3 arbejdsdage til."),
        (1, dt.date(2025, 3, 13), "Der er 1 arbejdsdag til."),
        (0, FRIDAY, "Det er i dag."),
    ],
)
def test_a_reminder_says_how_long_there_is(days: int, written_on: dt.date, told: str) -> None:
    for kind in (MailKind.REMINDER_BEFORE, MailKind.COUNCIL_REMINDER_BEFORE):
        context = context_for(kind, business_days_left=days, written_on=written_on)

        assert told in flat(render_mail(kind, context).text)


def test_an_escalated_reminder_tells_the_history_in_order_and_why_there_is_a_copy() -> None:
    for kind in (MailKind.REMINDER_ESCALATED, MailKind.COUNCIL_REMINDER_ESCALATED):
        text = render_mail(kind, context_for(kind)).text

        days = re.findall(r"^- (\d.*?): (.*)$", text, re.MULTILINE)
        assert days == [
            ("15. januar 2025", "vi bad om det første gang"),
            ("21. februar 2025", "påmindelse"),
            ("14. marts 2025", "fristen udløb"),
            ("17. marts 2025", "rykker"),
        ]
        assert "Kommunaldirektøren får en kopi" in text
        assert "Fristen er overskredet med 5 arbejdsdage." in flat(text)


def test_an_escalated_reminder_claims_no_copy_that_nobody_gets() -> None:
    for kind in (MailKind.REMINDER_ESCALATED, MailKind.COUNCIL_REMINDER_ESCALATED):
        text = render_mail(kind, context_for(kind, copied_to="")).text

        assert "kopi" not in text


@pytest.mark.parametrize(
    ("completeness", "told", "untold"),
    [
        (Completeness.COMPLETE, "Vi har registreret et fuldt svar", "resten"),
        (Completeness.PARTIAL, "fristen for resten er fredag den 14. marts 2025", "ikke gøre mere"),
        (Completeness.NO_CITIZENS, "ingen borgere i målgruppen. Det er et fuldt", "resten"),
    ],
)
def test_thanks_tell_whether_anything_is_still_missing(
    completeness: Completeness, told: str, untold: str
) -> None:
    context = context_for(MailKind.THANKS, completeness=completeness)

    text = flat(render_mail(MailKind.THANKS, context).text)

    assert told in text
    assert untold not in text


def test_thanks_for_a_late_partial_answer_say_that_the_date_was() -> None:
    context = context_for(
        MailKind.THANKS, completeness=Completeness.PARTIAL, written_on=dt.date(2025, 3, 17)
    )

    assert "fristen for resten var fredag" in flat(render_mail(MailKind.THANKS, context).text)


def test_a_council_gets_the_wording_line_by_line_to_copy() -> None:
    mail = render_mail(MailKind.COUNCIL_INVITATION, context_for(MailKind.COUNCIL_INVITATION))

    assert (
        "\n    Det indstilles,\n\n    - at kommunalbestyrelsen godkender rapporten.\n" in mail.text
    )
    assert "- Anbefalet af: KKR Sjælland, 8. april 2025" in mail.text
    assert "Alle 17 kommuner tager stilling" in mail.text
    assert "«byrådet»" in mail.text


def test_a_regional_council_is_not_called_a_municipal_one() -> None:
    named = {"party_name": "Regionsrådet i Region Nordjylland", "council_name": "regionsrådet"}
    for kind in (k for k in MailKind if "council" in k.value):
        wording = {"recommended_wording": "At regionsrådet godkender rapporten."}
        context = context_for(kind, **named, **(wording if "invitation" in kind else {}))
        text = render_mail(kind, context).text

        assert "kommunalbestyrelsen" not in text
        assert "byrådet" not in text


def test_a_submission_with_a_reservation_names_who_is_missing() -> None:
    mail = render_mail(MailKind.SUBMISSION, context_for(MailKind.SUBMISSION))
    text = flat(mail.text)

    assert mail.subject == "[CU-PROEVE-2025] Afrapporteringen fra kommunerne med forbehold"
    assert "13 af 17 kommuner har godkendt afrapporteringen." in text
    assert "I hele landet har 86 af 98 kommuner godkendt." in text
    assert "behandling i Faxe, Greve, Køge og Lejre, som endnu ikke har" in text
    assert "- Lolland: godkendt 28. april 2025" in text


def test_a_submission_that_all_have_approved_has_no_reservation() -> None:
    context = context_for(
        MailKind.SUBMISSION, approved=17, missing=(), country_approved=None, country_total=None
    )

    mail = render_mail(MailKind.SUBMISSION, context)

    assert "Alle 17 kommuner har godkendt" in mail.text
    assert "orbehold" not in mail.subject + mail.text
    assert "hele landet" not in mail.text


def test_a_submission_counts_who_decided_otherwise_as_decided() -> None:
    context = context_for(MailKind.SUBMISSION, approved=16, missing=())

    text = flat(render_mail(MailKind.SUBMISSION, context).text)

    assert "Alle 17 kommuner har behandlet afrapporteringen, og 16 har godkendt den." in text


def test_a_lifted_reservation_lists_the_last_decisions() -> None:
    kind = MailKind.RESERVATION_LIFTED

    many = flat(render_mail(kind, context_for(kind)).text)
    one = flat(render_mail(kind, context_for(kind, lifted=(("Faxe", FRIDAY),))).text)

    assert "2 kommuner. De har nu godkendt: - Faxe: 12. juni 2025 - Greve: 23. juni 2025" in many
    assert "Alle 17 kommuner har nu behandlet" in many
    assert "1 kommune. Den har nu godkendt: - Faxe: 14. marts 2025" in one


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_a_letter_to_an_authority_is_no_circular(kind: MailKind) -> None:
    text = render_mail(kind, context_for(kind, party_name="Social- og Boligstyrelsen")).text

    assert text.startswith("Til Social- og Boligstyrelsen\n\n")
    assert "Kære" not in text
    assert "automatisk" not in text
    assert "\nOle Eksempel, formand for styregruppen, KKR Sjælland\nFormanden, KKR Fyn\n" in text
    assert "registreret" not in text


def test_a_letter_that_nobody_else_signs_is_signed_by_the_secretariat() -> None:
    text = render_mail(MailKind.SUBMISSION, context_for(MailKind.SUBMISSION, signers=())).text

    assert "Venlig hilsen\n\nKonsulent\nRammeaftalesekretariatet\n" in text


def test_a_covering_letter_says_whose_it_is_and_no_day() -> None:
    text = flat(render_mail(MailKind.SUBMISSION, context_for(MailKind.SUBMISSION)).text)

    assert "Hermed fremsendes afrapporteringen fra kommunerne i KKR Sjælland med forbehold." in text
    assert "28. maj 2025" not in text


def test_a_letter_tells_a_vague_day_in_the_words_of_its_source() -> None:
    sent = SaidDay.of(dt.date(2024, 12, 21), dt.date(2024, 12, 31), "ultimo december 2024")
    decided = SaidDay.of(dt.date(2025, 1, 1), dt.date(2025, 1, 10), "primo januar 2025")
    kind = MailKind.RESERVATION_LIFTED

    text = flat(
        render_mail(kind, context_for(kind, submitted_on=sent, lifted=(("Faxe", decided),))).text
    )

    assert "blev sendt ultimo december 2024 med forbehold" in text
    assert "- Faxe: primo januar 2025" in text
    assert "31. december" not in text
    assert "10. januar" not in text


def test_the_signature_names_the_secretariat_once_and_no_phone_that_is_not_there() -> None:
    context = context_for(
        MailKind.INVITATION, responsible="rammeaftalesekretariatet", secretariat_phone=""
    )

    text = render_mail(MailKind.INVITATION, context).text

    assert (
        "Har I spørgsmål, så svar på denne mail.\n\nVenlig hilsen\n\n"
        "Rammeaftalesekretariatet\nsekretariat@rammeaftale.example\n\n--------\n\n"
    ) in text


# --- Hostile values --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MailKind)
def test_no_value_can_become_markup_or_another_header(kind: MailKind) -> None:
    harmless = read(render_mail(kind, context_for(kind)).html).tags
    texts = {f.name for f in fields(MAILS[kind]) if f.type == "str"}
    texts -= {"completeness", "link"}  # a link is never a person's words
    context = context_for(kind, **dict.fromkeys(texts, HOSTILE))

    mail = render_mail(kind, context)

    assert len(mail.subject.splitlines()) == 1
    assert TAME in flat(mail.text)
    assert TAME in flat(" ".join(read(mail.html).words))
    assert read(mail.html).tags <= harmless | {"hr", "blockquote", "br"}


def test_names_with_markdown_signs_stand_in_the_text_as_they_are() -> None:
    context = context_for(MailKind.INVITATION, greeting_name="A*B_C <d> [e] & 1. f")

    mail = render_mail(MailKind.INVITATION, context)

    assert mail.text.startswith("Til A*B_C <d> [e] & 1. f\n")
    assert "Til A*B_C &lt;d&gt; [e] &amp; 1. f</p>" in mail.html


def test_a_link_that_is_no_web_address_is_not_made_one() -> None:
    context = context_for(MailKind.INVITATION, questions_url="javascript:alert(1)")

    assert 'href="javascript' not in render_mail(MailKind.INVITATION, context).html


# --- What is refused -------------------------------------------------------------------------


def test_a_context_of_another_kind_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="thanks takes a ThanksContext, not a InvitationContext"):
        render_mail(MailKind.THANKS, context_for(MailKind.INVITATION))


def own_template(folder: Path, name: str, text: str) -> Path:
    file = folder / "mail" / name
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return folder


def test_an_unknown_name_fails_even_in_a_branch_that_is_not_taken(tmp_path: Path) -> None:
    mine = own_template(tmp_path, "thanks/body.md", "Tak\n\n{% if 1 > 2 %}{{ frist }}{% endif %}")

    with pytest.raises(TemplateError, match=r"«thanks/body.md».*«frist».*due_on") as caught:
        render_mail(MailKind.THANKS, context_for(MailKind.THANKS), overrides=mine)

    assert caught.value.template == "thanks/body.md"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tak\n\n{{ due_on.wrong }}", "linje 3,.*no attribute 'wrong'"),
        ("Tak\n\n\n{{ due_on }}", "linje 4,.*date skal skrives ud med et filter"),
        ("{{ due_on|", "linje 1,"),
        ("{{ due_on|dato }}", "«thanks/body.md».*dato"),
        ('{% extends "_base/nope.md" %}', "«_base/nope.md».*findes ikke"),
        ("{{ ''.__class__.__mro__ }}", "«thanks/body.md»"),
    ],
)
def test_a_wrong_template_is_named_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    mine = own_template(tmp_path, "thanks/body.md", text)

    with pytest.raises(TemplateError, match=told):
        render_mail(MailKind.THANKS, context_for(MailKind.THANKS), overrides=mine)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"«thanks/subject.txt».*findes ikke"):
        render_mail(MailKind.THANKS, context_for(MailKind.THANKS), templates=tmp_path)


# --- A secretariat's own texts ---------------------------------------------------------------


def test_a_secretariats_own_template_is_used_and_changes_only_that_version(tmp_path: Path) -> None:
    kinds = (MailKind.THANKS, MailKind.INVITATION)
    before = {kind: render_mail(kind, context_for(kind)) for kind in kinds}
    body = '{% extends "_base/body.md" %}{% block content %}Tusind tak.{% endblock %}'
    mine = own_template(tmp_path, "thanks/body.md", body)

    after = {kind: render_mail(kind, context_for(kind), overrides=mine) for kind in kinds}

    assert "Tusind tak." in after[MailKind.THANKS].text
    assert after[MailKind.THANKS].subject == before[MailKind.THANKS].subject
    assert after[MailKind.THANKS].template_version != before[MailKind.THANKS].template_version
    assert after[MailKind.INVITATION] == before[MailKind.INVITATION]


def test_a_change_of_the_base_shows_in_the_next_mail_and_its_version(tmp_path: Path) -> None:
    mine = tmp_path / "templates"
    shutil.copytree(paths.TEMPLATES / "mail", mine / "mail")
    before = render_mail(MailKind.THANKS, context_for(MailKind.THANKS), templates=mine)
    base = mine / "mail" / "_base" / "body.md"
    base.write_text(base.read_text(encoding="utf-8").replace("Venlig hilsen", "De bedste hilsner"))

    after = render_mail(MailKind.THANKS, context_for(MailKind.THANKS), templates=mine)

    assert "De bedste hilsner" in after.text
    assert after.template_version != before.template_version
