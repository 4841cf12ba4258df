"""Own texts are used where they hold, and no value can become markup, a link or a header."""

from __future__ import annotations

import re
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from models import MailKind
from udmelding import paths
from udmelding.documents.mail.rendering import MAILS, find_texts, render_with
from udmelding.documents.mail.samples import sample_values
from udmelding.documents.mail.templates import MailTemplates, Text, mail_templates

SHIPPED = mail_templates(paths.TEMPLATES / "mail")
LINKS = {"link", "questions_url", "report_url", "draft_url", "page_url"}
OWN = """\
{% extends "_base/body.md" %}
{% block content %}
# {{ title }}

{{ party_name }}
====

- **{{ greeting_name }}** *{{ responsible }}* [{{ title }}](https://fast.example/)
{% set again = title ~ party_name %}
1. {{ again }} {{ title|upper }} {{ (title ~ "x")|replace("x", party_name) }}

> {{ title }}
>
    {{ legal_basis }}
{{ due_on|long_date }}
{% endblock %}
"""


def context(kind: MailKind, **changes: Any) -> Any:
    return MAILS[kind](**(sample_values(kind) | changes))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "mail" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


class Reader(HTMLParser):
    """What an HTML text is made of: its tags, the addresses it leads to, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [pair for pair in attrs if pair[0] != "href"]
        self.links += [value for name, value in attrs if name == "href"]


# --- Own texts -------------------------------------------------------------------------------


def test_an_own_text_without_flaws_is_used(tmp_path: Path) -> None:
    text = SHIPPED.texts["thanks/body.md"].content.replace("Tak for svaret", "Tusind tak")
    write(tmp_path, "thanks/body.md", text)

    mail = find_texts(tmp_path).write(MailKind.THANKS, context(MailKind.THANKS))

    assert "Tusind tak fra Eksempel Kommune" in mail.text
    source = find_texts(tmp_path).source(MailKind.THANKS)
    assert source.own == ("thanks/body.md",)
    assert source.texts["thanks/body.md"] == text
    assert set(source.texts) >= {"_base/body.md", "_base/page.html", "thanks/subject.txt"}


@pytest.mark.parametrize("flawed", ["{{ ", "Tak {{ navn }}", "Tak", "\0", ""])
def test_a_mail_whose_own_text_is_flawed_is_written_from_the_shipped_one_and_others_from_theirs(
    tmp_path: Path, flawed: str
) -> None:
    write(tmp_path, "thanks/body.md", flawed)
    subject = SHIPPED.texts["thanks/subject.txt"].content.replace("Tak", "Tusind tak")
    write(tmp_path, "thanks/subject.txt", subject)
    write(tmp_path, "reminder_before/body.md", OWN)

    thanks = find_texts(tmp_path).write(MailKind.THANKS, context(MailKind.THANKS))
    other = find_texts(tmp_path).write(MailKind.REMINDER_BEFORE, context(MailKind.REMINDER_BEFORE))

    assert thanks == render_with(SHIPPED, MailKind.THANKS, context(MailKind.THANKS)), "none half"
    assert "https://fast.example/" in other.text


def test_a_mended_text_is_used_in_the_next_mail(tmp_path: Path) -> None:
    write(tmp_path, "reminder_before/body.md", OWN + "{{ ")
    used = find_texts(tmp_path).in_use(MailKind.REMINDER_BEFORE)
    assert not any(text.is_own for text in used.texts.values())

    write(tmp_path, "reminder_before/body.md", OWN)

    mail = find_texts(tmp_path).write(MailKind.REMINDER_BEFORE, context(MailKind.REMINDER_BEFORE))
    assert "https://fast.example/" in mail.text


def test_when_one_text_changes_nothing_but_that_text_is_parsed_and_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = MailKind.REMINDER_BEFORE
    write(tmp_path, "thanks/body.md", OWN)
    before = find_texts(tmp_path).write(kind, context(kind))
    read: list[str | None] = []
    real = Environment._parse

    def noted(self: Environment, source: str, name: str | None, filename: str | None) -> Any:
        read.append(name)
        return real(self, source, name, filename)

    monkeypatch.setattr(Environment, "_parse", noted)
    write(tmp_path, "thanks/body.md", OWN + "\n")
    assert find_texts(tmp_path).write(kind, context(kind)) == before
    assert read == []

    write(tmp_path, "reminder_before/body.md", OWN + "\n\n")
    assert find_texts(tmp_path).write(kind, context(kind)) != before
    assert set(read) == {"reminder_before/body.md"}


def test_without_a_folder_of_its_own_a_secretariat_uses_the_shipped_texts(tmp_path: Path) -> None:
    for kind in MAILS:
        mail = find_texts(tmp_path / "none").write(kind, context(kind))
        assert mail == render_with(SHIPPED, kind, context(kind))


def test_a_reworded_mail_is_not_stopped_by_a_flawed_own_page(tmp_path: Path) -> None:
    before = find_texts().reword("Emne", "Tekst")
    write(tmp_path, "_base/page.html", '<html lang="da">{{ subject }}{{ bodi }}')
    assert find_texts(tmp_path).reword("Emne", "Tekst") == before

    write(tmp_path, "_base/page.html", '<html lang="da">{{ subject }}: {{ body }}</html>')
    assert "Emne: <p" in find_texts(tmp_path).reword("Emne", "Tekst").html


# --- The page around a mail ------------------------------------------------------------------


@pytest.mark.parametrize("kind", MAILS)
def test_every_mail_is_a_page_that_everybody_can_read(kind: MailKind) -> None:
    html = render_with(SHIPPED, kind, context(kind)).html

    assert '<html lang="da">' in html
    assert re.search(r"<title>\[CU-EKSEMPEL-2026\] .+</title>", html)
    assert html.count("<table") == html.count('<table role="presentation"')
    assert "max-width:600px" in html
    assert 'width="600"' in html, "Outlook knows no max-width"
    for link in re.findall(r"<a [^>]*>", html):
        assert "text-decoration:underline" in link
    assert not re.search(r"<(style|script|img|link)\b", html), "nothing is loaded"


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_all_words_stand_out_from_the_background() -> None:
    html = render_with(
        SHIPPED, MailKind.COUNCIL_INVITATION, context(MailKind.COUNCIL_INVITATION)
    ).html
    colours = set(re.findall(r"(?<!-)color:(#[0-9a-f]{6})", html))
    assert re.findall(r"background-color:(#[0-9a-f]{6})", html) == ["#ffffff"]
    assert colours
    for colour in colours:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour


# --- Hostile values --------------------------------------------------------------------------

BITS = st.sampled_from(
    [
        *("*fed*", "_a_", "[x](http://ond.example)", "<http://ond.example>", "![b](//ond.example)"),
        *("<script>alert(1)</script>", "&amp;", "&#106;", "<!--", "-->", "</td></table>", '"', "'"),
        *(
            "{{ due_on }}",
            "{% if 1 %}",
            "{#",
            "#}",
            "\\",
            "`",
            "~~~",
            "# ",
            "\n\n# H",
            "\n    kode",
        ),
        *(
            "\r\nBcc: ond@ond.example",
            "\n",
            "\r",
            "\x0b",
            "\u2028",
            "\x85",
            "\0",
            "\t",
            "- ",
            "1. ",
        ),
        *("> ", "---", "\n===", "|a|b|", "http://ond.example", "=?utf-8?q?=0AX?=", "\u202e", " "),
    ]
)
HOSTILE = st.lists(BITS | st.text(max_size=5), max_size=8).map("".join)


def own_texts() -> MailTemplates:
    return SHIPPED.with_texts({"reminder_before/body.md": Text(Path("own/body.md"), OWN, True)})


def shape(html: str) -> tuple[set[str], set[str | None], set[tuple[str, str | None]]]:
    found = Reader(html)
    return set(found.tags), set(found.links), set(found.attributes)


@pytest.mark.parametrize(
    ("found", "kind"),
    [(own_texts(), MailKind.REMINDER_BEFORE), *((SHIPPED, kind) for kind in MAILS)],
    ids=["own", *MAILS],
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_words_of_a_case_become_markup_a_link_or_a_header(
    found: MailTemplates, kind: MailKind, data: st.DataObject
) -> None:
    plain = sample_values(kind)
    names = [f.name for f in fields(MAILS[kind]) if f.type == "str" and f.name not in LINKS]
    values = plain | {name: data.draw(HOSTILE, name) for name in names if name != "answer_state"}
    values["secretariat_email"] = plain["secretariat_email"]  # an address, checked when it is set

    mail = render_with(found, kind, MAILS[kind](**values))
    harmless = shape(render_with(found, kind, MAILS[kind](**plain)).html)
    told = shape(mail.html)

    assert len(mail.subject.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f]", mail.subject)
    assert told[0] <= harmless[0] | {"br", "hr", "blockquote", "p", "li", "ul"}
    assert told[1] <= harmless[1]
    assert {pair for pair in told[2] if pair[0] != "style"} <= harmless[2]


_BEFORE_THE_WORDS = re.compile(r"^(?:\{[%#].*?[%#]\}|\s|[>*+-]\s)*")


@pytest.mark.parametrize("name", [name for name in SHIPPED.texts if name.endswith(".md")])
def test_no_shipped_line_begins_with_a_value_that_would_become_a_number_of_a_list(
    name: str,
) -> None:
    """A value that ends in a number, and «.» or «)» right after it, begin a list in Markdown."""
    lines = [_BEFORE_THE_WORDS.sub("", line) for line in SHIPPED.texts[name].content.splitlines()]

    assert [line for line in lines if re.match(r"\{\{[^}]*\}\}[.)]", line)] == []
