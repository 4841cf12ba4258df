"""An own text that asks for a reply where there is a form is told of with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import MailKind
from udmelding import paths
from udmelding.documents.mail import reply_checks
from udmelding.documents.mail.rendering import MAILS
from udmelding.documents.mail.templates import MailTemplates, Text, mail_templates

SHIPPED = mail_templates(paths.TEMPLATES / "mail")
BEFORE = MailKind.REMINDER_BEFORE
ASKS = "Send svaret som svar på denne mail."


def told(tmp_path: Path, content: str, kind: MailKind = BEFORE) -> list[tuple[str, int]]:
    """Where it is told of, in an own body whose content begins on line 3."""
    start = '{% extends "_base/body.md" %}\n{% block content %}\n'
    path = tmp_path / kind.value / "body.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"{start}{content}\n{{% endblock %}}\n", encoding="utf-8")
    found = mail_templates(paths.TEMPLATES / "mail", tmp_path)
    return [(w.template, w.line) for w in reply_checks.warnings_of(kind, found, SHIPPED)]


def test_it_is_told_with_the_line_that_it_stands_on(tmp_path: Path) -> None:
    content = (
        f"Husk **{{{{ due_on|weekday_date }}}}**.\n\n{{% if link %}}\nÅbn.\n{{% endif %}}\n\n{ASKS}"
    )

    assert told(tmp_path, content) == [("reminder_before/body.md", 9)]


@pytest.mark.parametrize(
    "content",
    [
        f"{{% if form_title %}}Udfyld skemaet.{{% else %}}{ASKS}{{% endif %}}",
        f"{{% if not form_title %}}\n{ASKS}\n{{% endif %}}",
        f"{{% if not form_title and link %}}{ASKS}{{% endif %}}",
        f"{{% if form_title or link %}}Udfyld.{{% else %}}{ASKS}{{% endif %}}",
        f"{{{{ 'Udfyld skemaet' if form_title else '{ASKS}' }}}}",
        'Så {% include "_base/how.md" %}.',
    ],
)
def test_a_text_that_asks_whether_there_is_a_form_is_right(tmp_path: Path, content: str) -> None:
    assert told(tmp_path, content) == []


@pytest.mark.parametrize(
    "content",
    [
        f"{{% if form_title %}}{ASKS}{{% endif %}}",
        f"{{% if link %}}Åbn siden.{{% elif title %}}{ASKS}{{% endif %}}",
        f"{{% if form_title and link %}}Udfyld.{{% else %}}{ASKS}{{% endif %}}",
        f"{{{{ '{ASKS}' if link else '' }}}}",
        "Send {{ wanted|default('svaret') }}, altså svaret, som svar på denne mail.",
    ],
)
def test_a_text_that_asks_something_else_is_told_of(tmp_path: Path, content: str) -> None:
    assert told(tmp_path, content) == [("reminder_before/body.md", 3)]


def test_in_a_mail_that_has_never_a_form_a_reply_is_right(tmp_path: Path) -> None:
    assert (
        told(tmp_path, "Send bemærkningerne som svar på denne mail.", MailKind.COMMENT_INVITATION)
        == []
    )
    assert told(tmp_path, ASKS, MailKind.COUNCIL_INVITATION) == []


def test_an_own_base_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "_base" / "how.md"
    path.parent.mkdir()
    path.write_text("send svaret som svar på denne mail\n", encoding="utf-8")
    found = mail_templates(paths.TEMPLATES / "mail", tmp_path)

    (warning,) = reply_checks.warnings_of(BEFORE, found, SHIPPED)

    assert (warning.template, warning.line) == ("_base/how.md", 1)


@pytest.mark.parametrize("kind", MAILS)
def test_the_shipped_texts_say_the_truth_of_a_case_with_a_form(kind: MailKind) -> None:
    own = {name: Text(text.path, text.content, True) for name, text in SHIPPED.texts.items()}

    assert reply_checks.warnings_of(kind, MailTemplates(own), SHIPPED) == ()
