"""The director's page on Mondays: to whoever asked, when there is something, and once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import MailKind, Role
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.desk.weekly_mail import is_week_due, week_of, write_weekly_mails
from udmelding.casework.wiring import Services
from udmelding.journal.access import access
from udmelding.journal.access.weekly_mail import want
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail

pytestmark = pytest.mark.database

WISHED = clock.at(dt.date(2025, 4, 9), "10:00")
MONDAY = clock.at(dt.date(2025, 4, 14), "08:00")
PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
WEEK = dt.timedelta(days=7)


@pytest.fixture
def case(services: Services) -> Services:
    """A case before its councils, which decide in more than a month, and two who read of it."""
    before_councils(services)
    for login, role in (("rie@x.example", Role.READER), ("bo", Role.READER)):
        users.add_user(
            services, login=login, name=login.title(), role=role, password=PASSWORD, now=WISHED
        )
    return services


def wish(services: Services, now: dt.datetime, *, is_wanted: bool = True) -> None:
    with writing(services.engine) as session:
        for user in access.users(session):
            want(session, user.id, week_of(now.date()), now, is_wanted=is_wanted)


def written(services: Services) -> list[OutboxMail]:
    with reading(services.engine) as session:
        return [one for one in outbox.list_mails(session) if one.mail is MailKind.WEEKLY]


def test_the_mail_comes_once_however_often_the_sweep_runs(case: Services) -> None:
    wish(case, WISHED)
    assert write_weekly_mails(case, WISHED + dt.timedelta(days=1)) == 0, "first on Monday"
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: write_weekly_mails(case, MONDAY), range(2)))
    assert sum(counts) == 1
    assert write_weekly_mails(case, MONDAY + dt.timedelta(days=2)) == 0
    assert not is_week_due(case, MONDAY)
    (mail,) = written(case)
    assert mail.recipients == ["rie@x.example"], "who has no address gets none"
    assert mail.key.startswith(f"{REF}/weekly/2025-W16/")


def test_a_quiet_week_brings_no_mail_and_news_do(case: Services) -> None:
    wish(case, WISHED)
    assert write_weekly_mails(case, MONDAY) == 1
    assert write_weekly_mails(case, MONDAY + WEEK) == 0, "nothing changed, and no date is near"
    decided(case, "0253", dt.date(2025, 4, 24))
    assert write_weekly_mails(case, MONDAY + 2 * WEEK) == 1
    assert "1 af 17 har besluttet" in written(case)[0].text + written(case)[-1].text


def test_a_date_within_fourteen_days_is_reason_enough(case: Services) -> None:
    wish(case, WISHED)
    near = MONDAY + 4 * WEEK
    assert write_weekly_mails(case, near) == 1
    assert write_weekly_mails(case, near + WEEK) == 1
    assert {mail.rung for mail in written(case)} == {"2025-W20", "2025-W21"}


def test_the_mail_says_what_the_page_says_and_how_to_end_it(case: Services) -> None:
    say(case, "bulletin", MONDAY.date() - dt.timedelta(days=1), text="Skriv, hvis I kan i maj.")
    wish(case, WISHED)
    write_weekly_mails(case, MONDAY)
    (mail,) = written(case)
    assert "17 af 17 når fristen 31. maj." in mail.subject
    assert "Fra sekretariatet: Skriv, hvis I kan i maj. (anna, 13. april)" in mail.text
    assert f"{case.settings.web.url}/direktoer" in mail.text
    assert "Slå mailen fra" in mail.text


def test_who_no_longer_wants_it_gets_none(case: Services) -> None:
    wish(case, WISHED)
    wish(case, WISHED, is_wanted=False)
    assert write_weekly_mails(case, MONDAY) == 0
    assert written(case) == []


def test_a_paused_case_alone_brings_no_mail(case: Services) -> None:
    wish(case, WISHED)
    say(case, "pause", WISHED.date(), is_paused=True, reason="afventer")
    assert write_weekly_mails(case, MONDAY) == 0
