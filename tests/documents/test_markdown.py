from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from udmelding.documents.markdown import as_html, as_text, escape_markdown, one_line, parse_markdown


def text_of(source: str) -> str:
    return as_text(parse_markdown(source))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# Overskrift\n\ntekst", "Overskrift\n----------\n\ntekst\n"),
        ("**fed** og *skrå*", "fed og skrå\n"),
        ("en\\\nto\ntre", "en\nto tre\n"),
        ("- a\n- b\n  c", "- a\n- b c\n"),
        ("1. a\n\n   b\n2. c", "1. a\n\n   b\n\n2. c\n"),
        ("> a\n> b\n\nc", "    a b\n\nc\n"),
        ("[her](https://a.example/?b=1&c)", "her (https://a.example/?b=1&c)\n"),
        ("[a@b.example](mailto:a@b.example)", "a@b.example\n"),
        ("<b>x</b> &amp; `y` | z", "<b>x</b> &amp; `y` | z\n"),
    ],
)
def test_the_subset_reads_as_plain_text(source: str, text: str) -> None:
    assert text_of(source) == text


def test_lines_are_wrapped_and_list_items_hang() -> None:
    lines = text_of("- " + "ord " * 40).splitlines()

    assert max(map(len, lines)) <= 72
    assert [line[:2] for line in lines] == ["- ", "  ", "  "]


@given(st.text())
@example(string.punctuation)
@example("1. a")
@example("    kode")
@example("a\\")
def test_an_escaped_value_means_only_itself(value: str) -> None:
    source = f"Kære {escape_markdown(value)}.\n\n- **b{escape_markdown(value)}**"

    first, second = (token for token in parse_markdown(source) if token.type == "inline")

    wanted = one_line(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert "".join(t.content for t in first.children or ()).replace("\n", "") == f"Kære {wanted}."
    assert {t.type for t in second.children or ()} <= {"text", "strong_open", "strong_close"}
    assert as_html(parse_markdown(source)).count("<") == 8
