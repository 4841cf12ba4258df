"""A template and its plain form say the same, whichever of them was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.rules.mail.plain_texts import (
    Vocabulary,
    framed,
    line_of,
    plain_of,
    template_of,
)

WORDS = Vocabulary(
    values={
        "Svarfrist": "{{ due_on|long_date }}",
        "Svarfrist med ugedag": "{{ due_on|weekday_date }}",
        "Link til skemaet": "[{{ url }}](<{{ url }}>)",
    },
    pieces={"Sag og type": "_base/case.md", "udfyld skemaet": "_base/how.md"},
    blocks=frozenset({"Sag og type"}),
    conditions={
        "der er et skema": "form_title",
        "der ikke er et skema": "not form_title",
        "der er en frist": "deadline",
    },
)
TEXT = """\
Svar senest [Svarfrist med ugedag].

[Sag og type]
Kun hvis der er en frist:
- **Frist:** [Svarfrist]
- Skriv, hvem der svarer.

Kun hvis der er et skema:
Gå hertil: [Link til skemaet]
og [udfyld skemaet].

Kun hvis der ikke er et skema:
Svar på denne mail, se [vejledningen](https://x.example/)."""
TEMPLATE = """\
Svar senest {{ due_on|weekday_date }}.

{% include "_base/case.md" %}
{% if deadline %}
- **Frist:** {{ due_on|long_date }}
{% endif %}
- Skriv, hvem der svarer.

{% if form_title %}
Gå hertil: [{{ url }}](<{{ url }}>)
og {% include "_base/how.md" +%}.
{% endif %}

{% if not form_title %}
Svar på denne mail, se [vejledningen](https://x.example/).
{% endif %}"""


def flaws(text: str) -> list[tuple[int, str]]:
    return [(flaw.line, flaw.problem) for flaw in template_of(text, WORDS).flaws]


def test_a_condition_holds_for_the_one_point_or_the_one_paragraph_below_it() -> None:
    written = template_of(TEXT, WORDS)

    assert written.flaws == []
    assert written.text == TEMPLATE
    assert plain_of(TEMPLATE, WORDS) == TEXT
    lines = TEXT.split("\n")
    for said, number in zip(written.text.split("\n"), written.lines, strict=True):
        if "Frist" in said or "vejledningen" in said:
            assert said[:8] == lines[number - 1][:8], "a flaw is told of the line that was typed"


PARTS = st.sampled_from(
    [
        "Kun hvis der er et skema:",
        "Kun hvis der er en frist:",
        "- et punkt",
        "- [udfyld skemaet], og så",
        "[Sag og type]",
        "Ord [Svarfrist] ord.",
        "  fortsat",
        "1. først",
        "",
        "",
    ]
)


@given(st.lists(PARTS, max_size=14).map("\n".join))
def test_whatever_can_be_written_reads_back_and_means_the_same(text: str) -> None:
    written = template_of(text, WORDS)
    if not written.flaws:
        again = plain_of(written.text, WORDS)
        assert again is not None
        assert template_of(again, WORDS).text.strip("\n") == written.text.strip("\n")


@given(st.text(alphabet="ab [](){}%#:-\n*", max_size=60))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    assert template_of(text, WORDS) is not None
    plain_of(text, WORDS)


@pytest.mark.parametrize(
    "template",
    [
        "{% if form_title and deadline %}\nx\n{% endif %}",
        "{% if form_title %}\nx\n{% else %}\ny\n{% endif %}",
        "{% for x in items %}\n- {{ x }}\n{% endfor %}",
        "{{ due_on|upper }}",
        '{% include "_base/andet.md" %}',
        "{% if form_title %}\nét afsnit\n\net til\n{% endif %}",
        "En klamme [som denne] i teksten",
    ],
)
def test_a_template_that_says_more_has_no_plain_form(template: str) -> None:
    assert plain_of(template, WORDS) is None


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("Senest [Svarfristen].", 1, "[Svarfristen] kendes ikke; mente du [Svarfrist]?"),
        ("a\n\n[Xyz]", 3, "[Xyz] kendes ikke. Vælg fra listen «Sæt ind»."),
        ("a\nSenest [Svarfrist", 2, "En klamme «[» er ikke lukket med «]» på samme linje."),
        (
            "Kun hvis der er skema:\nx",
            1,
            "«Kun hvis der er skema:» kendes ikke; mente du «Kun hvis der er et skema:»?",
        ),
        ("a\n\nKun hvis der er et skema:", 3, "Der står ikke noget under linjen."),
        ("Kun hvis der er et skema:\nKun hvis der er en frist:\nx", 1, "Der står ikke noget"),
        ("Til {{ navn }}", 1, "«{{» kan ikke stå her. Sæt en oplysning ind fra listen"),
        ("{% if x %}", 1, "«{%» kan ikke stå her."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, line: int, told: str) -> None:
    (found,) = flaws(text)
    assert found[0] == line
    assert told in found[1]


def test_names_and_conditions_are_known_however_they_are_written() -> None:
    written = template_of("kun hvis  Der er et skema :\n[SVARFRIST] [svarfrist]", WORDS)
    assert written.flaws == []
    assert written.text.count("{{ due_on|long_date }}") == 2


def test_an_empty_line_below_a_condition_is_a_slip() -> None:
    assert template_of("Kun hvis der er et skema:\n\nx", WORDS).text == (
        "{% if form_title %}\nx\n{% endif %}"
    )


def test_a_subject_is_one_line() -> None:
    assert line_of("Svar\n senest [Svarfrist]", WORDS).text == "Svar senest {{ due_on|long_date }}"


def test_only_a_template_that_begins_with_its_block_has_a_frame() -> None:
    start = '{% extends "_base/body.md" %}\n{% block content %}\n'
    found = framed(f"{start}x\n{{% endblock %}}\n{{% block why %}}y{{% endblock %}}\n", "content")
    assert found is not None
    assert found.around("z\n") == (
        f"{start}z\n{{% endblock %}}\n{{% block why %}}y{{% endblock %}}\n"
    )
    assert framed("Hej", "content") is None
