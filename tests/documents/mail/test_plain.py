"""Every shipped text has a plain form, and is the very same text when it is written back."""

from __future__ import annotations

from dataclasses import fields
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from models import MailKind
from udmelding import paths
from udmelding.documents.mail import checks as mail_checks
from udmelding.documents.mail.plain import Plain, as_plain, as_templates
from udmelding.documents.mail.rendering import MAILS
from udmelding.documents.mail.templates import MailTemplates, mail_templates, names, own_text
from udmelding.documents.mail.vocabulary import condition_for, vocabulary

SHIPPED = mail_templates(paths.TEMPLATES / "mail")
KIND = MailKind.REMINDER_BEFORE


def shipped(kind: MailKind) -> tuple[str, str]:
    subject, body = (SHIPPED.texts[name].content for name in names(kind))
    return subject, body


def with_own(kind: MailKind, subject: str, body: str) -> MailTemplates:
    changes = {
        name: own_text(SHIPPED.texts[name].path, text.encode())
        for name, text in zip(names(kind), (subject, body), strict=True)
    }
    return SHIPPED.with_texts(changes)


def told(subject: str, body: str) -> list[tuple[str, int, str]]:
    """What is wrong with a plain text of one kind, as its page tells it."""
    made = as_templates(KIND, Plain(subject, body), shipped(KIND))
    found = made.flaws or made.in_plain_words(
        mail_checks.flaws_of(KIND, with_own(KIND, made.subject, made.body), SHIPPED)
    )
    return [(flaw.field, flaw.line, flaw.problem) for flaw in found]


@pytest.mark.parametrize("kind", MAILS)
def test_every_shipped_text_has_a_plain_form_and_is_written_back_as_it_was(kind: MailKind) -> None:
    plain = as_plain(kind, *shipped(kind))

    assert plain is not None
    assert "{" not in plain.subject + plain.body
    made = as_templates(kind, plain, shipped(kind))
    assert made.flaws == ()
    assert (made.subject, made.body) == shipped(kind)


@pytest.mark.parametrize("kind", MAILS)
def test_all_that_can_be_set_in_can_be_used_where_its_condition_stands_above(
    kind: MailKind,
) -> None:
    words = vocabulary(kind)
    plain = as_plain(kind, *shipped(kind))
    assert plain is not None
    pieces = "\n\n".join(f"[{name}]" for name in words.pieces)
    clauses = "\n\n".join(f"Kun hvis {clause}:\nOrd." for clause in words.conditions)
    body = f"{plain.body}\n\n{pieces}\n\n{clauses}"
    made = as_templates(kind, Plain(plain.subject, body), shipped(kind))

    assert made.flaws == ()
    assert mail_checks.flaws_of(kind, with_own(kind, made.subject, made.body), SHIPPED) == ()


@pytest.mark.parametrize("kind", MAILS)
def test_two_names_never_stand_for_the_same_and_none_for_what_the_kind_lacks(
    kind: MailKind,
) -> None:
    words = vocabulary(kind)
    written = [*words.values.values(), *words.pieces.values()]
    assert len(set(written)) == len(written)
    assert len(words.by_name) == len(words.names)
    assert len(words.by_clause) == len(words.conditions)
    known = {field.name for field in fields(MAILS[kind])}
    for file in words.pieces.values():
        assert SHIPPED.names_in(file) <= known, file


GOOD = "Husk svaret senest [Svarfrist med ugedag]."


@pytest.mark.parametrize(
    ("subject", "body", "field", "line", "problem"),
    [
        ("Svar [Svarfrst]", GOOD, "subject", 1, "[Svarfrst] kendes ikke; mente du [Svarfrist]?"),
        ("", GOOD, "subject", 1, "Emnet siger ikke andet end sagens reference."),
        ("Svar", "Husk svaret.", "body", 0, "Fristen mangler: brug [Svarfrist med ugedag]"),
        ("Svar", "", "body", 0, "Mailen har ingen tekst."),
        (
            "Svar",
            f"{GOOD}\n\nI meldte [Den meldte dag].",
            "body",
            3,
            "[Den meldte dag] kan mangle i en sag. Skriv «Kun hvis kommunen har meldt en dag:»",
        ),
        ("Svar", f"{GOOD}\n\n<b>Nu</b>", "body", 3, "Her står HTML, som ikke kan bruges"),
        ("Svar", f"{GOOD}\n\nKun hvis:\nx", "body", 3, ""),
        ("Svar", f"{GOOD}\n\n{{{{ due_on }}}}", "body", 3, "«{{» kan ikke stå her."),
        ("Svar", f"{GOOD}\n\nKun hvis der er et skema:", "body", 3, "Der står ikke noget under"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_plain_form(
    subject: str, body: str, field: str, line: int, problem: str
) -> None:
    found = told(subject, body)
    if not problem:
        assert found == []
        return
    assert {(one[0], one[1]) for one in found} == {(field, line)}
    assert any(problem in one[2] for one in found)
    assert not any("{{ due_on" in one[2] or "{%" in one[2] for one in found)


@pytest.mark.parametrize("kind", MAILS)
def test_a_day_that_may_be_missing_has_a_condition_that_says_when_it_is_there(
    kind: MailKind,
) -> None:
    hints = get_type_hints(MAILS[kind])
    for name, written in vocabulary(kind).values.items():
        field = written[3:].split("|")[0]
        if field in hints and NoneType in get_args(hints[field]):
            assert condition_for(kind, name), name


def test_a_text_of_before_that_says_more_has_no_plain_form() -> None:
    subject, body = shipped(KIND)
    more = body.replace("{% endblock %}", "{% for x in items %}{{ x }}{% endfor %}\n{% endblock %}")
    assert as_plain(KIND, subject, more) is None
    assert as_plain(KIND, "[{{ reference }}] Emne", body) is None


def test_what_stands_around_an_own_text_stays_as_it_was() -> None:
    subject, body = shipped(KIND)
    own = body + "{% block why %}Derfor, {{ party_name }}.{% endblock %}\n"
    plain = as_plain(KIND, subject, own)
    assert plain is not None
    assert "Derfor" not in plain.body
    made = as_templates(KIND, Plain(plain.subject, GOOD), (subject, own))
    assert GOOD.replace("[Svarfrist med ugedag]", "{{ due_on|weekday_date }}") in made.body
    assert "{% block why %}Derfor, {{ party_name }}.{% endblock %}" in made.body
