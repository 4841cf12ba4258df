"""The demonstration in the pages: on its own day, after all that was recorded, sending nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from models import Role
from tests.past import record_past
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.demo import playing as demo
from udmelding.casework.demo.pages import (
    LOGIN,
    demo_clock,
    demo_day,
    make_demo_user,
    mark_demo,
    without_mail,
)
from udmelding.casework.wiring import Services, make_services
from udmelding.cli.demo.service import wants_pages
from udmelding.config.settings import load_settings
from udmelding.errors import BadFileError, RefusedError
from udmelding.journal.access.access import find_user
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

REFERENCE = "CU-GRAVIDE-2025"
DAY = dt.date(2024, 5, 15)


@pytest.fixture
def played(services: Services) -> Services:
    """A case that was launched on the day of the demonstration."""
    file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([file])[0])
    mark_demo(services.settings.home, DAY)
    return services


def test_a_folder_is_the_demonstrations_once_it_was_played_there(home: Path) -> None:
    assert demo_day(home) is None
    assert mark_demo(home, DAY) == DAY
    assert mark_demo(home, DAY - dt.timedelta(days=30)) == DAY, "what was played stays played"
    assert demo_day(home) == DAY


def test_a_spoilt_mark_is_told_and_not_taken_for_real_cases(home: Path, udmelding: Any) -> None:
    (home / "demo").write_text("i går")

    with pytest.raises(BadFileError, match="2025-04-15"):
        demo_day(home)
    assert udmelding("serve").code == 1


def test_the_clock_stays_on_the_day_after_everything_that_was_recorded(played: Services) -> None:
    now = demo_clock(played, DAY)

    assert now() >= clock.at(DAY, "17:30")
    assert now().date() == DAY


def test_after_a_new_start_the_clock_goes_on_behind_what_was_recorded_in_the_pages(
    played: Services,
) -> None:
    late = clock.at(DAY, "23:15")
    said = {"title": "Prøve"}
    record_past(played, REFERENCE, "particulars", said, Stamp(late, "demo"))

    assert late < demo_clock(played, DAY)() <= clock.end_of(DAY)


def test_what_was_recorded_on_later_days_does_not_move_the_clock(played: Services) -> None:
    later = Stamp(clock.at(dt.date(2026, 1, 5)), "demo")
    record_past(played, REFERENCE, "particulars", {"title": "Prøve"}, later)

    assert demo_clock(played, DAY)().date() == DAY


def test_the_demo_user_gets_a_new_password_each_time(played: Services) -> None:
    first, second = (make_demo_user(played, clock.at(DAY)) for _ in range(2))

    with pytest.raises(RefusedError):
        users.sign_in(played, LOGIN, first, clock.at(DAY))
    assert users.sign_in(played, LOGIN, second, clock.at(DAY))
    with reading(played.engine) as session:
        user = find_user(session, LOGIN)
    assert user is not None
    assert user.role is Role.ADMINISTRATOR


def test_whatever_is_set_up_a_demonstration_writes_its_mails_to_files(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_MAIL__TRANSPORT", "smtp")
    monkeypatch.setenv("UDMELDING_MAIL__HOST", "smtp.example.dk")
    made = make_services(without_mail(load_settings()))

    assert type(made.transport).__name__ == "FolderTransport"
    made.close()


def test_a_case_launched_in_the_demonstrations_pages_is_no_reason_to_refuse_a_new_play(
    played: Services,
) -> None:
    demo.check_home(played, ())
    (played.settings.home / "demo").unlink()

    with pytest.raises(RefusedError, match=REFERENCE):
        demo.check_home(played, ())


@pytest.mark.parametrize(
    ("said", "as_json", "is_terminal", "ci", "wanted"),
    [
        (None, False, True, "", True),
        (None, False, False, "", False),
        (None, False, True, "true", False),
        (True, False, False, "true", True),
        (False, False, True, "", False),
        (True, True, True, "", False),
    ],
)
def test_the_pages_start_by_themselves_only_where_somebody_can_stop_them(
    monkeypatch: pytest.MonkeyPatch,
    said: bool | None,
    as_json: bool,
    is_terminal: bool,
    ci: str,
    wanted: bool,
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal)

    assert wants_pages(said, as_json=as_json) is wanted
