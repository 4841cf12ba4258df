"""The layout of a page is laid flat, and nothing that a reader sees."""

from tests.flat import flat


def test_spaces_between_words_and_beside_inline_elements_are_one_space() -> None:
    assert flat("<p>Frist:\n  <b>i\n dag</b>\n  nu</p>") == "<p>Frist: <b>i dag</b> nu</p>"
    assert flat("<p>Frist:<b>i dag</b></p>") == "<p>Frist:<b>i dag</b></p>"


def test_spaces_beside_blocks_are_none_also_within_an_inline_element_at_their_border() -> None:
    assert (
        flat("<ul>\n  <li>\n <a\n href='x'>\n En </a>\n</li>") == "<ul><li><a href='x'>En</a></li>"
    )


def test_what_is_quoted_and_what_stands_as_it_is_stays() -> None:
    kept = '<input value="Å\n B"><textarea>\n a\n  b</textarea><pre>  c\n</pre>'
    assert flat(f"<div>\n{kept}\n</div>") == f"<div>{kept}</div>"
