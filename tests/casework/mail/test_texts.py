"""The secretariat's own mail texts: used, kept by version, and saved only without flaws."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from threading import Barrier
from typing import Any, get_args, get_type_hints

import pytest

from models import GATHERED, MailKind, OutboxState
from tests.owning import STAMP, put_own
from udmelding.casework.mail import texts as mail_texts
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.digests import gather
from udmelding.casework.mail.text_preview import (
    FILTER_WORDS,
    NAMES,
    STRUCTURE_WORDS,
    names_of,
    open_cases,
    preview,
)
from udmelding.casework.mail.texts import Origin
from udmelding.casework.own import history, tree
from udmelding.casework.service import condition_of
from udmelding.casework.wiring import Services, made_services, open_services
from udmelding.documents.mail.rendering import MAILS, find_texts
from udmelding.documents.mail.templates import FILTERS
from udmelding.errors import NotFoundError
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import texts as journal
from udmelding.journal.own import ChangedMeanwhileError, contents

KIND = MailKind.REMINDER_BEFORE
BODY = """\
{% extends "_base/body.md" %}
{% block content %}
Egne ord: senest {{ due_on|weekday_date }}.
{% endblock %}
"""


def save(services: Services, body: str, seen: str | None = None) -> Any:
    texts = mail_texts.edited_texts(services, KIND)
    token = texts.seen if seen is None else seen
    return mail_texts.save_texts(services, KIND, texts.subject, body, token, STAMP)


# --- Mails -----------------------------------------------------------------------------------


@pytest.mark.database
def test_reminders_use_the_own_words_and_their_version_is_kept_once(
    services: Services, two_cases: Any
) -> None:
    two_cases.services = put_own(services, "mail/reminder_before/body.md", BODY)

    now = two_cases.remind()

    mails = [m for m in two_cases.mails(OutboxState.PENDING) if m.mail is KIND]
    assert mails
    assert all("Egne ord: senest" in mail.text for mail in mails)
    with reading(services.engine) as session:
        (kept,) = journal.versions_of(session, KIND, 10)
        assert journal.version_of(session, mails[0].template_version, KIND) == kept
        assert journal.version_of(session, mails[0].template_version, MailKind.THANKS) is None
    assert kept.version == mails[0].template_version
    assert kept.own == ("reminder_before/body.md",)
    assert kept.texts["reminder_before/body.md"] == BODY
    assert kept.first_used_at == now
    assert "_base/page.html" in kept.texts


@pytest.mark.database
def test_no_reminder_is_lost_for_a_flaw_and_the_flaw_is_told(
    services: Services, two_cases: Any
) -> None:
    put_own(services, "mail/reminder_before/body.md", BODY + "{{ ")
    digest_text = BODY.replace("due_on", "due_no")
    services = two_cases.services = put_own(services, "mail/digest/body.md", digest_text)

    now = two_cases.remind()
    gather(services, now)

    (digest,) = [m for m in two_cases.mails() if m.mail is MailKind.DIGEST]
    assert "Vi venter på svar eller beslutning" in digest.text
    assert all("Egne ord" not in m.text for m in two_cases.mails())
    with reading(services.engine) as session:
        (kept,) = journal.versions_of(session, MailKind.DIGEST, 10)
        assert kept.own == ()
    told = condition_of(services, now.date()).text_flaws
    assert {flaw.template for flaw in told} == {"digest/body.md", "reminder_before/body.md"}
    one = mail_texts.one_kind(services, KIND)
    assert (one.origin, one.own) == (Origin.FLAWED, ("reminder_before/body.md",))
    deliver_waiting(services, now, "test")
    assert {m.state for m in two_cases.mails() if m.mail is KIND} == {OutboxState.SENT}


@pytest.mark.database
def test_two_that_write_the_first_mail_of_a_version_at_once_keep_it_once(
    services: Services, two_cases: Any
) -> None:
    at_once = Barrier(2, timeout=20)

    def keep(text: str) -> None:
        at_once.wait()
        with writing(services.engine) as session:
            journal.keep(session, KIND, "abc", {"a": text}, [], two_cases.now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep, ["x", "x"]))
    with writing(services.engine) as session:
        journal.keep(session, KIND, "abc", {"a": "x"}, [], two_cases.now)
        journal.keep(session, MailKind.THANKS, "abc", {"a": "x"}, [], two_cases.now)

    with reading(services.engine) as session:
        found = journal.versions_of(session, KIND, 10)
    assert [(one.version, one.texts) for one in found if one.version == "abc"] == [
        ("abc", {"a": "x"})
    ]


# --- Saving ----------------------------------------------------------------------------------


def test_a_good_text_is_saved_and_read_back(services: Services) -> None:
    assert save(services, BODY.replace("\n", "\r\n")) == ()

    texts = mail_texts.edited_texts(services, KIND)
    assert texts.body == BODY
    assert texts.is_own
    one = mail_texts.one_kind(services, KIND)
    assert (one.origin, one.own) == (Origin.OWN, ("reminder_before/body.md",))
    assert (one.changed_at, one.changed_by) == (STAMP.now, "anna")
    texts = [path for path in tree(services) if path.startswith("mail/")]
    assert texts == ["mail/reminder_before/body.md"], "the subject is the shipped one"


def test_a_flawed_text_is_not_saved(services: Services) -> None:
    save(services, BODY)

    (flaw,) = save(services, BODY.replace("due_on", "due_no"))

    assert flaw.line == 3
    assert mail_texts.edited_texts(services, KIND).body == BODY


def test_what_another_has_changed_meanwhile_is_not_overwritten(services: Services) -> None:
    seen = mail_texts.edited_texts(services, KIND).seen
    save(services, BODY)

    with pytest.raises(ChangedMeanwhileError, match="En anden har rettet"):
        save(services, BODY.replace("Egne", "Andre"), seen)
    with pytest.raises(ChangedMeanwhileError):
        mail_texts.use_shipped(services, KIND, seen, STAMP)

    assert mail_texts.edited_texts(services, KIND).body == BODY


def test_of_two_that_save_at_once_one_is_told(services: Services) -> None:
    seen, at_once = mail_texts.edited_texts(services, KIND).seen, Barrier(2, timeout=20)

    def one(word: str) -> str:
        at_once.wait()
        try:
            save(services, BODY.replace("Egne", word), seen)
        except ChangedMeanwhileError:
            return ""
        return word

    with ThreadPoolExecutor(2) as pool:
        saved = [word for word in pool.map(one, ["Mine", "Dine"]) if word]

    assert len(saved) == 1
    assert saved[0] in mail_texts.edited_texts(services, KIND).body


def test_a_text_like_the_shipped_one_needs_no_file(services: Services) -> None:
    shipped = mail_texts.edited_texts(services, KIND)
    save(services, BODY)

    save(services, shipped.body)

    assert replace(mail_texts.edited_texts(services, KIND), seen=shipped.seen) == shipped
    assert mail_texts.one_kind(services, KIND).origin is Origin.SHIPPED


def test_the_shipped_text_can_be_used_again(services: Services) -> None:
    shipped = mail_texts.edited_texts(services, KIND)
    save(services, BODY)

    mail_texts.use_shipped(services, KIND, mail_texts.edited_texts(services, KIND).seen, STAMP)

    assert replace(mail_texts.edited_texts(services, KIND), seen=shipped.seen) == shipped


def test_who_wrote_a_text_before_and_when_can_always_be_seen(services: Services) -> None:
    save(services, BODY)
    save(services, BODY.replace("Egne", "Andre"))
    mail_texts.use_shipped(services, KIND, mail_texts.edited_texts(services, KIND).seen, STAMP)

    found = history(services, "mail/reminder_before/body.md")

    assert [(one.number, one.is_there) for one in found] == [(3, False), (2, True), (1, True)]
    with reading(services.engine) as session:
        before = contents(session, [found[2].id])[found[2].id]
    assert before.decode() == BODY


def test_a_home_whose_texts_stood_in_files_goes_on_with_them(home: Path) -> None:
    file = home / "templates" / "mail" / "reminder_before" / "body.md"
    file.parent.mkdir(parents=True)
    file.write_text(BODY, encoding="utf-8")

    with made_services() as services:
        assert mail_texts.edited_texts(services, KIND).body == BODY
        assert (
            find_texts(services.settings.texts_folder).found.texts["reminder_before/body.md"].is_own
        )
    file.write_text(BODY.replace("Egne", "Andre"), encoding="utf-8")
    with open_services() as services:
        assert mail_texts.edited_texts(services, KIND).body == BODY, "files are read once"


def test_a_flawed_file_is_shown_as_it_is_so_that_it_can_be_mended(services: Services) -> None:
    put_own(services, "mail/reminder_before/body.md", "Hej {{ navn }}")
    assert mail_texts.edited_texts(services, KIND).body == "Hej {{ navn }}"

    assert save(services, BODY) == ()

    assert mail_texts.one_kind(services, KIND).origin is Origin.OWN


@pytest.mark.parametrize("name", ["reminder_before", "reminder-before", "Påmindelse før svarfrist"])
def test_a_kind_is_found_by_its_names(name: str) -> None:
    assert mail_texts.kind_named(name) is KIND


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match=r"slags mail med navnet «nej».*invitation"):
        mail_texts.kind_named("nej")


# --- Words and previews ----------------------------------------------------------------------


def test_every_name_of_every_context_is_explained_and_no_other() -> None:
    known: set[str] = set()
    for shape in MAILS.values():
        known |= {field.name for field in fields(shape)}
        for hint in get_type_hints(shape).values():
            for inner in filter(is_dataclass, get_args(hint)):
                known |= {field.name for field in fields(inner)}

    assert NAMES.keys() == known


@pytest.mark.parametrize("kind", MAILS)
def test_every_way_to_write_a_name_that_is_explained_can_be_used(
    services: Services, kind: MailKind
) -> None:
    shipped = mail_texts.edited_texts(services, kind)
    names = [one.written for one in names_of(kind) if "…" not in one.written]
    points = "\n".join(name for name in names if "item." in name)
    listed = f"{{% for item in items %}}{points}{{% endfor %}}" if points else ""
    rest = "\n".join(
        "{% if "
        + name[3:].split("|")[0].removesuffix(" }}")
        + " is not none %}"
        + name
        + "{% endif %}"
        for name in names
        if "item." not in name
    )
    start = "{% block content %}"
    body = shipped.body.replace(start, f"{start}\n{listed}\n{rest}\n", 1)

    assert mail_texts.with_changes(services, kind, shipped.subject, body).flaws(kind) == ()


def test_our_own_filters_are_explained() -> None:
    told = " ".join(one.written for one in (*FILTER_WORDS, *STRUCTURE_WORDS))
    assert all(f"|{name}" in told for name in FILTERS)


@pytest.mark.parametrize("kind", MAILS)
def test_every_kind_can_be_shown_with_a_case_of_today(
    services: Services, two_cases: Any, kind: MailKind
) -> None:
    settings = services.settings
    found = find_texts(settings.texts_folder).in_use(kind)
    with reading(services.engine) as session:
        reference = open_cases(session, two_cases.now)[0][0]
        shown = preview(settings, session, found, kind, two_cases.now, reference)
        made_up = preview(settings, session, found, kind, two_cases.now)

    assert reference in shown.mail.subject
    is_of_many = kind in GATHERED or kind in (MailKind.HANDOVER, MailKind.WEEKLY)
    assert f"Prøve {reference}" in shown.mail.html or is_of_many
    assert made_up.note == "Alle værdier er opdigtede."
    if kind in (MailKind.INVITATION, KIND):
        assert shown.note == ""
        assert "personligt-link" in shown.mail.text


def test_a_preview_of_a_party_that_is_not_there_is_refused(
    services: Services, two_cases: Any
) -> None:
    found = find_texts(services.settings.texts_folder).in_use(KIND)
    with reading(services.engine) as session, pytest.raises(NotFoundError):
        preview(services.settings, session, found, KIND, two_cases.now, "CU-EN-2024", "9999")
