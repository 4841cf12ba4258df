"""Links are taken out of texts, whatever a mail program has made of them, and nothing else is."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from udmelding.rules.access.links import (
    BLANKED,
    LinkKind,
    has_sign,
    sign_of,
    with_links,
    without_links,
    without_links_in_bytes,
)

SECRET = "Ab3-_" * 8 + "xyz"
OWN = f"https://udmelding.example/k/{SECRET}"
DRAFT = f"https://udmelding.example/b/{SECRET}"
SAFE = "https://safe.example/?url={}&data=05%7C02%7Ck%2F{}&reserved=0"


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        DRAFT,
        f'<a href="{OWN}">{OWN}</a>',
        f"/k/{SECRET}",
        SAFE.format(quote(OWN, safe=""), "Z" * 30),
        OWN.replace(SECRET, SECRET[:25] + "\n" + SECRET[25:]),
    ],
)
def test_no_text_keeps_a_link(text: str) -> None:
    clean = without_links(f"før {text} efter")
    assert SECRET[:20] not in clean
    assert BLANKED in clean
    assert clean.startswith("før ")
    assert clean.endswith(" efter")
    assert SECRET[:20].encode() not in without_links_in_bytes(text.encode())


def test_a_sign_says_which_link_it_was_and_can_become_another_again() -> None:
    numbers = {(LinkKind.PARTY, SECRET): 17, (LinkKind.READER, SECRET): 4}
    wrapped = SAFE.format(quote(OWN, safe=""), "Z" * 30)
    clean = without_links(
        f"{OWN} {DRAFT} {wrapped}", lambda kind, secret: numbers.get((kind, secret))
    )
    signs = [sign_of(LinkKind.PARTY, 17), sign_of(LinkKind.READER, 4), sign_of(LinkKind.PARTY, 17)]
    assert clean == " ".join(signs)
    assert without_links(clean) == clean
    back = with_links(clean, lambda kind, number: f"{kind}{number}")
    assert back == "k17 b4 k17"
    assert with_links(BLANKED, lambda *_: "") == BLANKED
    assert has_sign(BLANKED)
    assert not has_sign("[et andet link]")


@pytest.mark.parametrize("text", ["https://kommune.example/politik/k/2025", "a/b/c", "§ 13 b/k 7"])
def test_other_addresses_stay(text: str) -> None:
    assert without_links(text) == text
