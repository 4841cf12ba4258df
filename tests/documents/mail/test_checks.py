"""A flaw in a secretariat's own text is told in Danish, with file and line, before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import MailKind
from udmelding import paths
from udmelding.documents.mail import checks as mail_checks
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.documents.mail.rendering import MAILS
from udmelding.documents.mail.samples import sample_values, trials
from udmelding.documents.mail.templates import MOST_BYTES, MailTemplates, Text, mail_templates

SHIPPED = mail_templates(paths.TEMPLATES / "mail")
BEFORE = MailKind.REMINDER_BEFORE
GOOD = """\
{% extends "_base/body.md" %}
{% block content %}
Husk svaret **senest {{ due_on|weekday_date }}**.
{% endblock %}
"""


def flaws(tmp_path: Path, name: str, text: str, kind: MailKind = BEFORE) -> tuple[TextFlaw, ...]:
    """What is told of one own file."""
    path = tmp_path / "mail" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return mail_checks.flaws_of(
        kind, mail_templates(paths.TEMPLATES / "mail", tmp_path / "mail"), SHIPPED
    )


def body(content: str, more: str = "") -> str:
    """A body with that content, which begins on line 3."""
    start = '{% extends "_base/body.md" %}\n{% block content %}\n'
    return f"{start}{content}\n{{% endblock %}}\n{more}"


@pytest.mark.parametrize("kind", MAILS)
def test_every_shipped_text_would_pass_as_an_own_one(kind: MailKind) -> None:
    own = {name: Text(text.path, text.content, True) for name, text in SHIPPED.texts.items()}

    assert mail_checks.flaws_of(kind, MailTemplates(own), SHIPPED) == ()
    assert mail_checks.unused_files(MailTemplates(own)) == ()


def test_a_good_own_text_has_no_flaws(tmp_path: Path) -> None:
    assert flaws(tmp_path, "reminder_before/body.md", GOOD) == ()


DUE = "{{ due_on|long_date }}"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (
            body(f"{DUE}\n\n{{{{ due_no|long_date }}}}"),
            5,
            "Navnet «due_no» findes ikke; mente du «due_on»?",
        ),
        (
            body(f"{DUE} {{% if 1 > 2 %}}\n{{{{ frist }}}}{{% endif %}}"),
            4,
            "Navnet «frist» findes ikke. Kendte: ",
        ),
        (
            body("\n{{ due_on|longdate }}"),
            4,
            "Filteret «longdate» findes ikke; mente du «long_date»?",
        ),
        (body(f"{DUE}{{% if link is nonne %}}x{{% endif %}}"), 3, "mente du «none»?"),
        (
            body(f'{DUE}\n{{% include "_base/cas.md" %}}'),
            4,
            "Filen «_base/cas.md» findes ikke; mente du «_base/case.md»?",
        ),
        (body(f"{DUE}\n{{% include title %}}"), 4, "anførselstegn"),
        (body("Svar snart."), 2, "Fristen mangler: brug {{ due_on|weekday_date }}"),
        (body("{% if due_on %}Svar snart.{% endif %}"), 2, "Fristen mangler"),
        (body(f"{DUE} {{{{ due_on }}}}"), 3, "En dato skal skrives med et filter"),
        (body(f"{DUE}\n{{{{ earlier_reminders }}}}"), 4, "En liste skal skrives ud"),
        (body(f"{DUE}\n{{{{ announced_on|long_date }}}}"), 4, "En værdi kan mangle."),
        (body(f"{DUE}\n{{{{ title.wrong }}}}"), 4, "«wrong» findes ikke her."),
        (
            body(f"{DUE}\n{{{{ business_days_left / 0 }}}}"),
            4,
            "Kan ikke bruges sådan (division by zero).",
        ),
        (body(f"{DUE}\n{{{{ ''.__class__.__mro__ }}}}"), 4, "kan ikke bruges i en mail"),
        (body(f"{DUE} <b>nu</b>"), 3, "Her står HTML"),
        (body(f'{DUE}\n<a href="{{{{ link }}}}">her</a>'), 4, "Her står HTML"),
        (body(f"{DUE} &nbsp;"), 3, "Her står HTML-tegn"),
        (body(f"{DUE}\n![logo](https://x.example/)"), 4, "Her står billeder"),
        (body(f"{DUE}\n{{{{ title|safe }}}}"), 4, "«safe» kan ikke bruges"),
        (body(f"{DUE}\n{{{{ title|default('-'|safe) }}}}"), 4, "«safe» kan ikke bruges"),
        (
            body(f"{DUE}\n{{% filter upper %}}{{{{ title }}}}{{% endfilter %}}"),
            4,
            "filter og autoescape",
        ),
        (body(f"{DUE}\n{{% if link %}}"), 5, "«if» skal lukkes med {% endif %}, før «endblock»"),
        (body(f"{DUE}\n{{% endfo %}}"), 4, "«endfo» er ikke et ord"),
        (body(f"{DUE}\n{{{{ title|"), 5, "Her skulle stå «et navn», men her står «{»."),
        (body(DUE) + "Venlig hilsen\n", 5, "uden for blokkene"),
        (GOOD.replace("content", "contnet"), 2, "mente du «content»?"),
        (body(""), 2, "Blokken «content» mangler eller er tom"),
        (
            "Kære {{ greeting_name }}\n\n" + DUE,
            1,
            'Begynd filen med {% extends "_base/body.md" %}.',
        ),
        (
            body(DUE, "{% block link %}Se jeres side.{% endblock %}\n"),
            5,
            "Linket til modtagerens egen side",
        ),
        (
            body(DUE, "{% block link %}{% if link %}Se siden.{% endif %}{% endblock %}\n"),
            5,
            "Linket",
        ),
        (body(DUE, "{% block signature %}Os{% endblock %}\n"), 5, "hvem der skriver"),
        (body(DUE, "{% block why %}  {% endblock %}\n"), 5, "«why» er tom"),
    ],
)
def test_a_flaw_in_a_body_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, told: str
) -> None:
    found = flaws(tmp_path, "reminder_before/body.md", text)

    assert found, text
    assert (found[0].template, found[0].line) == ("reminder_before/body.md", line), found
    assert any(told in flaw.problem for flaw in found), found
    assert str(found[0]).startswith(f"«reminder_before/body.md», linje {line}: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Husk svaret", "Sagens reference mangler i emnet"),
        ("Husk svaret i {{ reference }}", "Emnet skal begynde med [{{ reference }}]"),
        ("[{{ reference }}] {{ due_on }}", "En dato skal skrives med et filter"),
        ('{% extends "_base/subject.txt" %}', "Blokken «subject» mangler."),
        ('{% extends "_base/subject.txt" %}{% block subject %} {% endblock %}', "siger ikke andet"),
    ],
)
def test_a_flaw_in_a_subject_is_told(tmp_path: Path, text: str, told: str) -> None:
    (flaw,) = flaws(tmp_path, "reminder_before/subject.txt", text)

    assert told in flaw.problem
    assert flaw.template in ("reminder_before/subject.txt", "_base/subject.txt")


def test_a_digest_must_say_date_and_link_of_each_point(tmp_path: Path) -> None:
    text = body("Vi mangler {{ items|length }} svar, det første {{ due_on|long_date }}.")

    told = [f.problem for f in flaws(tmp_path, "digest/body.md", text, MailKind.DIGEST)]

    assert any("Fristen mangler for hvert punkt" in line for line in told)
    assert any("Linket mangler for hvert punkt" in line for line in told)


def test_a_misspelt_name_of_a_point_is_told(tmp_path: Path) -> None:
    point = "{{ item.due_on|long_date }} {{ item.link }} {{ item.titel }}"
    point = f"{{% for item in items %}}\n- {point}\n{{% endfor %}}"

    (flaw,) = flaws(tmp_path, "digest/body.md", body(point), MailKind.DIGEST)

    assert (flaw.line, flaw.problem) == (4, "«titel» findes ikke her.")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "ikke skrevet i UTF-8"),
        (b"x" * (MOST_BYTES + 1), "fylder mere end 50 kB"),
    ],
)
def test_a_file_that_cannot_be_read_stops_only_its_own_kind(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "mail" / "thanks" / "body.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    found = mail_templates(paths.TEMPLATES / "mail", tmp_path / "mail")

    (flaw,) = mail_checks.flaws_of(MailKind.THANKS, found, SHIPPED)

    assert told in flaw.problem
    assert flaw.template == "thanks/body.md"
    assert mail_checks.flaws_of(BEFORE, found, SHIPPED) == ()


@pytest.mark.slow
def test_texts_that_build_on_each_other_in_a_ring_are_told(tmp_path: Path) -> None:
    (tmp_path / "mail" / "_base").mkdir(parents=True)
    (tmp_path / "mail" / "_base" / "ring.md").write_text('{% include "_base/ring.md" %}')

    found = flaws(tmp_path, "reminder_before/body.md", body(DUE + '{% include "_base/ring.md" %}'))

    assert [flaw.problem for flaw in found] == ["Teksterne bygger på hinanden i ring."]


def test_a_flaw_in_an_own_base_is_told_for_every_kind_that_uses_it(tmp_path: Path) -> None:
    base = SHIPPED.texts["_base/body.md"].content.replace("reference", "refernce")
    told = flaws(tmp_path, "_base/body.md", base)

    assert {flaw.template for flaw in told} == {"_base/body.md"}
    assert "mente du «reference»?" in told[0].problem


def test_an_own_page_must_say_its_language_and_hold_the_mail(tmp_path: Path) -> None:
    told = [f.problem for f in flaws(tmp_path, "_base/page.html", "<html><p>{{ body }}</p></html>")]
    unsafe = flaws(tmp_path, "_base/page.html", '<html lang="da">{{ subject|safe }}{{ body }}')

    assert any("{{ subject }}" in line for line in told)
    assert any("Sproget mangler" in line for line in told)
    assert any("«safe»" in flaw.problem for flaw in unsafe)
    found = mail_templates(paths.TEMPLATES / "mail", tmp_path / "mail")
    assert mail_checks.page_flaws(found) == unsafe


def test_a_file_that_no_mail_uses_is_told_with_the_name_it_should_have(tmp_path: Path) -> None:
    flaws(tmp_path, "reminder_befor/body.md", GOOD)
    (tmp_path / "mail" / "reminder_befor" / ".body.md.swp").write_text("x")
    found = mail_templates(paths.TEMPLATES / "mail", tmp_path / "mail")

    (flaw,) = mail_checks.unused_files(found)

    assert "mente du «reminder_before/body.md»?" in flaw.problem


@pytest.mark.parametrize("kind", MAILS)
def test_there_is_a_made_up_value_for_every_name_and_it_is_also_tried_without(
    kind: MailKind,
) -> None:
    full = sample_values(kind)
    tried = list(trials(kind))

    assert MAILS[kind](**full)
    assert all(values["reference"] for values in tried)
    assert any(not any(v for n, v in values.items() if n == "title") for values in tried)
