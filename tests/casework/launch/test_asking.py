"""Launching asks where nobody would be reached: mails into a folder, links to one's own machine."""

from __future__ import annotations

import pytest

from udmelding.casework.launch.launching import doubts_of
from udmelding.config.settings import Settings
from udmelding.config.settings_sections import Mail, Web

SMTP = Mail(transport="smtp", host="smtp.kommune.example")
FOLDER, HERE = "Mails bliver ikke sendt herfra", "kun virker på denne maskine"


@pytest.mark.parametrize(
    ("mail", "web", "asked"),
    [
        (SMTP, Web(url="https://udmelding.kommune.example"), ()),
        (SMTP, Web(url="https://127.kommune.example"), ()),
        (SMTP, Web(url="http://localhost.kommune.example"), ()),
        (SMTP, Web(url="http://localhost:8080"), (HERE,)),
        (SMTP, Web(url="http://127.0.0.2:8080"), (HERE,)),
        (SMTP, Web(url="http://[::1]:8080"), (HERE,)),
        (SMTP, Web(url="http://localhost:8080", links_in_mails=False), ()),
        (SMTP.model_copy(update={"dry_run": True}), Web(url="https://a.example"), (FOLDER,)),
        (Mail(), Web(url="https://udmelding.kommune.example"), (FOLDER,)),
        (Mail(), Web(), (FOLDER, HERE)),
    ],
)
def test_what_is_asked_follows_from_the_settings(
    mail: Mail, web: Web, asked: tuple[str, ...]
) -> None:
    doubts = doubts_of(Settings(mail=mail, web=web))

    assert len(doubts) == len(asked)
    assert all(words in doubt for words, doubt in zip(asked, doubts, strict=True))


def test_where_mails_are_sent_without_links_that_is_said() -> None:
    (doubt,) = doubts_of(Settings(mail=SMTP, web=Web(url="http://localhost:8080")))
    assert "Mailene er derfor uden links" in doubt
