"""Thirty cases, each asked everywhere whether its deadline holds: one sentence, one count.

The cases are made by chance, the same each time: how much time they have, how far bodies and
councils have come, who has named a day, got more time or been let off, and whether it is sent.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from typing import Any

import pytest
from typer.testing import CliRunner

from models import Role, Scope
from models.process import Stage
from tests.past import record_past
from tests.played import played_once
from tests.web.conftest import PASSWORD, Browser
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.mail.basis import notice_text
from udmelding.casework.papers.meeting_papers import Asked, paper_of
from udmelding.casework.plan.calendar_feed import calendar_feed
from udmelding.casework.plan.meetings import take_in_calendar
from udmelding.casework.wiring import Services
from udmelding.cli.service.app import make_app
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.errors import NotFoundError
from udmelding.journal.access.api_tokens import READ, make_token
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.plan.verdict import Verdict, verdict_on
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.status.status import Status, status
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

TODAY = dt.date(2025, 4, 15)
NOW = clock.at(TODAY)
NUMBERS = range(30)
BODIES = ("styregruppe", "k17", "kkr")
MEETINGS = {
    "2024": ("2024-10-11", "2024-11-01", "2024-11-19"),
    "2025": ("2025-01-10", "2025-01-24", "2025-02-05"),
    "spring": ("2025-03-14", "2025-03-28", "2025-04-08"),
}

Fact = tuple[str, dict[str, str]]


def reference(number: int) -> str:
    return f"CU-NR{number}-2025"


@played_once
def thirty_cases(services: Services) -> None:
    stamp = Stamp(clock.at(dt.date(2024, 1, 10)), "anna")
    with writing(services.engine) as session:
        for calendar in shipped_calendars("sjaelland"):
            take_in_calendar(session, calendar, stamp)
    for number in NUMBERS:
        make_case(services, number, random.Random(number))  # noqa: S311 - not for secrets


def make_case(services: Services, number: int, chance: random.Random) -> None:
    received = dt.date(2024, 1, 15) + dt.timedelta(days=chance.randrange(200))
    deadline = dt.date(2025, 3, 1) + dt.timedelta(days=chance.choice([0, 40, 60, 92, 150, 260]))
    new = NewCase(
        reference=reference(number),
        process=chance.choice(["central-udmelding", "central-udmelding", "rammeaftale"]),
        area="sjaelland",
        scope=chance.choice(list(Scope)),
        received_on=received,
        particulars=NewParticulars(title=f"Sag nummer {number}"),
        deadline=NewDeadline(due_on=deadline),
    )
    with writing(services.engine) as session:
        launch_case(session, services.settings, new, Stamp(clock.at(received), "anna"))
        parties = [p.party for p in load(session, new.reference, NOW).parties if p.is_asked]
    facts = list(decisions(chance, [party for party in parties if party.isdigit()]))
    facts += what_councils_say(chance, [p for p in parties if p.isdigit()], deadline)
    if number % 6 == 0:
        facts.append(("submission", {"on": "2025-04-14"}))
    for kind, said in facts:
        record_past(services, new.reference, kind, said, Stamp(NOW, "anna"))


def decisions(chance: random.Random, towns: list[str]) -> Iterator[Fact]:
    """So many bodies, and after the last of them so many councils, have decided."""
    passed = chance.randrange(len(BODIES) + 1)
    held = MEETINGS[chance.choice(list(MEETINGS))]
    for body, day in list(zip(BODIES, held, strict=True))[:passed]:
        said = {"party": body, "step": body, "on": day, "outcome": "approved", "level": "body"}
        yield "decision", said
    for town in chance.sample(towns, chance.choice([0, 5, 12, 17])) if passed == 3 else ():
        day = chance.choice(["2025-04-09", "2025-04-10", "2025-04-14"])
        said = {"party": town, "step": "councils", "on": day, "outcome": "approved"}
        yield "decision", said | {"level": "council"}


def what_councils_say(chance: random.Random, towns: list[str], deadline: dt.date) -> Iterator[Fact]:
    """Days that they name, more time that they get, and one that need not decide."""
    council = {"step": "councils"}
    for town in chance.sample(towns, chance.randrange(4)):
        day = TODAY + dt.timedelta(days=chance.randrange(1, 200))
        yield "expectation", council | {"party": town, "expected_on": day.isoformat()}
    for town in chance.sample(towns, chance.randrange(3)):
        day = max(TODAY, deadline) + dt.timedelta(days=chance.randrange(1, 90))
        granted = {"party": town, "due_on": day.isoformat(), "granted_on": "2025-04-14"}
        yield "extension", council | granted
    for town in chance.sample(towns, chance.randrange(2)):
        yield "waiver", council | {"party": town, "waived_on": "2025-04-14", "reason": "Afgjort"}


@pytest.fixture
def cases(services: Services) -> Services:
    thirty_cases(services)
    return services


@pytest.fixture
def client(cases: Services) -> Any:
    users.add_user(
        cases, login="anna", name="Anna", role=Role.CASEWORKER, password=PASSWORD, now=NOW
    )
    browser = Browser(create_app(cases, lambda: NOW))
    assert browser.sign_in("anna") == 303
    return browser.client


def seen(services: Services, number: int) -> tuple[Case, Status, Verdict]:
    with reading(services.engine) as session:
        case = load(session, reference(number), NOW)
    found = status(case, TODAY)
    assert found.plan is not None
    return case, found, verdict_on(found.plan)


def words(text: str) -> str:
    """What a page says, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def command(*asked: str) -> str:
    answer = CliRunner().invoke(make_app(asked), [*asked])
    assert answer.exit_code in (0, 3), answer.output
    return " ".join(answer.output.split())


def test_the_cases_are_of_many_sorts(cases: Services) -> None:
    """Else the other tests would compare nothing."""
    found = [seen(cases, number)[2] for number in NUMBERS]

    assert {verdict.sign for verdict in found} >= {"holds", "fails"}
    assert sum(0 < len(verdict.late) < verdict.total for verdict in found) > 5
    assert any("overskredet" in verdict.sentence for verdict in found)
    assert any("Sendt" in verdict.sentence for verdict in found)


def test_pages_say_the_verdict(cases: Services, client: Any) -> None:
    overview = words(client.get("/").text)
    for number in NUMBERS:
        verdict = seen(cases, number)[2]
        assert verdict.sentence in overview
        for page in ("", "/plan", "/prognose", "/skylder"):
            told = words(client.get(f"/sager/{reference(number)}{page}").text)
            assert verdict.sentence in told, (number, page)


def test_programs_get_the_verdict(cases: Services, client: Any) -> None:
    with writing(cases.engine) as session:
        secret = make_token(
            session, name="test", scopes=[READ], by="anna", now=NOW, lasting=dt.timedelta(days=1)
        )
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {secret}"
    for number in NUMBERS:
        _, _, verdict = seen(cases, number)
        for page in ("", "/plan"):
            told = client.get(f"/api/cases/{reference(number)}{page}").json()["verdict"]
            assert told["sentence"] == verdict.sentence
            assert (told["in_time"], told["total"]) == (verdict.in_time, verdict.total)
            assert tuple(told["late"]) == verdict.late


def test_commands_say_the_verdict(cases: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    for number in NUMBERS:
        verdict = seen(cases, number)[2]
        for asked in ("status", "plan", "forecast"):
            told = command(asked, reference(number), "--as-of", TODAY.isoformat())
            assert verdict.sentence in told, (number, asked)


def test_papers_mails_calendar_and_wheel_say_the_verdict(cases: Services, client: Any) -> None:
    for number in NUMBERS:
        case, found, verdict = seen(cases, number)
        wheel = words(client.get(f"/sager/{reference(number)}/aarshjul.svg").text)
        assert verdict.sentence in wheel
        if found.submission is not None:
            continue  # from then on only who is missing is told, in words of their own
        _, lines = notice_text(case, found, Stage.DECISIONS.value)
        assert verdict.sentence in lines
        feed = calendar_feed(cases, reference(number), NOW).replace(b"\r\n ", b"").decode()
        assert verdict.sentence in feed.replace("\\", "")
        with suppress(NotFoundError):  # some have no meeting to come
            paper = paper_of(cases, reference(number), NOW, Asked())
            assert verdict.sentence in " ".join(paper.background), number


def test_the_forecast_counts_what_the_verdict_counts(cases: Services) -> None:
    compared = 0
    for number in NUMBERS:
        _, found, verdict = seen(cases, number)
        if found.submission is not None or (found.deadline or TODAY) < TODAY:
            continue
        asked = ("forecast", reference(number), "--as-of", TODAY.isoformat(), "--json")
        told = json.loads(command(*asked))
        (at_deadline,) = (c for c in told["counts"] if c["day"] == told["deadline"])
        waived = sum(row["basis"] == "waived" for row in told["councils"])
        assert sorted(told["reservation_for"]) == sorted(verdict.late), number
        assert at_deadline["region"] + waived == verdict.in_time, number
        compared += 0 < len(verdict.late) < verdict.total
    assert compared > 3
