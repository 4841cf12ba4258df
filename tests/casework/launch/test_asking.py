"""Launching asks where links lead to one's own machine, and waits until a trial mail has come."""

from __future__ import annotations

import pytest

from models import OutboxState
from tests.conftest import TwoCases
from tests.owning import STAMP, that_sends, unpractised
from udmelding.casework.launch.launching import doubts_of, needs_reason
from udmelding.casework.mail.trial import refusal_of, say_arrived, trial_now
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.config.settings_sections import Mail, Secretariat, Web
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox

SMTP = Mail(transport="smtp", host="smtp.kommune.example")
HERE = "kun virker på denne maskine"


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
        (Mail(), Web(url="https://udmelding.kommune.example"), ()),
        (Mail(), Web(), (HERE,)),
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


def test_an_installation_for_practice_is_told_and_not_asked() -> None:
    practice = Settings(is_for_practice=True)
    assert HERE in doubts_of(practice)[0]
    assert not needs_reason(practice)
    assert needs_reason(Settings())


@pytest.mark.database
def test_no_case_starts_where_mails_become_files_and_nobody_said_it_is_practice(
    services: Services,
) -> None:
    with reading(services.engine) as session:
        assert refusal_of(session, services.settings) == ""
        refusal = refusal_of(session, unpractised(services).settings)
    assert str(services.settings.mail.folder) in refusal
    assert "til øvelse" in refusal


@pytest.mark.database
def test_the_first_case_waits_until_a_person_has_seen_the_trial_mail(services: Services) -> None:
    ready = that_sends(services)
    with reading(services.engine) as session:
        trial = trial_now(session, ready.settings)
        assert trial is not None
        assert refusal_of(session, ready.settings) == ""
    say_arrived(services, trial.key, STAMP, has_arrived=False)
    with reading(services.engine) as session:
        assert "prøvemail" in refusal_of(session, ready.settings)
    say_arrived(services, trial.key, STAMP, has_arrived=True)
    other = ready.settings.model_copy(
        update={"secretariat": Secretariat(email="en.anden@x.example")}
    )
    with reading(services.engine) as session:
        assert refusal_of(session, ready.settings) == ""
        assert "prøvemail" in refusal_of(session, other), "it came by another sender"


@pytest.mark.database
def test_an_installation_that_has_sent_mails_of_cases_needs_no_trial(
    services: Services, two_cases: TwoCases
) -> None:
    settings = that_sends(services).settings
    say_arrived(services, "trial/prøve", STAMP, has_arrived=False)
    assert not has_started(services, settings)
    mail = two_cases.mails()[0]
    with writing(services.engine) as session:
        outbox.finish(
            session, mail.key, OutboxState.SENT, two_cases.now, outcome="250", transport="smtp"
        )
    assert has_started(services, settings)


def has_started(services: Services, settings: Settings) -> bool:
    with reading(services.engine) as session:
        return refusal_of(session, settings) == ""
