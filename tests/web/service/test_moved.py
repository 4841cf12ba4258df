"""Addresses of before lead to where their pages stand now, with what was asked or sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import Role


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("/post", "/mails/post"),
        ("/post?vis=fravaer", "/mails/post?vis=fravaer"),
        ("/post-adresser", "/mails/adresser"),
        (
            "/rykkere/person?til=a@b.example&frem=30",
            "/mails/rykkere/person?til=a@b.example&frem=30",
        ),
        ("/rykkere/sendt", "/mails/sendt"),
        ("/kommuner", "/kontakter"),
        ("/kommuner/0360", "/kontakter/0360"),
        ("/mails", "/mails/post"),
    ],
)
def test_a_page_that_moved_is_found_by_its_address_of_before(
    signed_in: Callable[[Role], Any], before: str, now: str
) -> None:
    client = signed_in(Role.CASEWORKER).client
    answer = client.get(before, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, now)
    assert client.get(before, follow_redirects=True).status_code == 200


def test_a_form_that_stood_open_is_sent_on_with_all_that_was_written(
    signed_in: Callable[[Role], Any],
) -> None:
    answer = signed_in(Role.CASEWORKER).client.post(
        "/kommuner/0360/kontakt", data={"name": "Anna"}, follow_redirects=False
    )
    assert answer.status_code == 308, "the browser sends the same form there"
    assert answer.headers["location"] == "/kontakter/0360/kontakt"


def test_nothing_else_that_begins_alike_is_sent_away(signed_in: Callable[[Role], Any]) -> None:
    client = signed_in(Role.CASEWORKER).client
    for path in ("/postkasse", "/kommunerne", "/rykkerne"):
        assert client.get(path, follow_redirects=False).status_code == 404
