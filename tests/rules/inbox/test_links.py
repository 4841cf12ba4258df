"""A writer's links are found as they lead, whatever a mail program has put around them."""

from __future__ import annotations

import pytest

from udmelding.rules.inbox.links import MOST_CHARACTERS, MOST_LINKS, links_in

PAGE = "https://dagsorden.greve.example/vis/123"
SAFE = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdagsorden.greve.example"
    "%2Fvis%2F123&data=05%7C02&reserved=0"
)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (f"Se referatet her: {PAGE}", (PAGE,)),
        (f"Se referatet ({PAGE}).", (PAGE,)),
        (f"Se her<{PAGE}>, punkt 4", (PAGE,)),
        (f"Se «{PAGE}»!", (PAGE,)),
        (f"{PAGE} og igen {PAGE}", (PAGE,)),
        (f"{PAGE}?a=1&b=(2)", (f"{PAGE}?a=1&b=(2)",)),
        (f"Se [her]({PAGE}).", (PAGE,)),
        (SAFE, (PAGE,)),
        ("HTTP://Greve.Example/a", ("HTTP://Greve.Example/a",)),
        ("Skriv til social@greve.example eller www.greve.example", ()),
        ("file:///etc/passwd ftp://greve.example/a", ()),
        ("https:// og http://[::1", ()),
        ("https://eur01.safelinks.protection.outlook.com/?url=file%3A%2F%2F%2Fetc", (
            "https://eur01.safelinks.protection.outlook.com/?url=file%3A%2F%2F%2Fetc",)),
        (f"{PAGE}/{'x' * MOST_CHARACTERS}", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_links_are_found_as_they_lead(text: str, links: tuple[str, ...]) -> None:
    assert links_in(text) == links


def test_no_more_links_than_a_person_can_choose_from() -> None:
    text = " ".join(f"{PAGE}{number}" for number in range(MOST_LINKS * 2))

    assert len(links_in(text)) == MOST_LINKS
