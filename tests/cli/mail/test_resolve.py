"""«outbox resolve --all» decides on every held mail, and «outbox list» says how far each came."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models import OutboxState
from udmelding import clock
from udmelding.casework.wiring import make_services
from udmelding.journal.database import writing
from udmelding.journal.mail import outbox

NOW = clock.at(dt.date(2024, 5, 16), "09:00")
LAUNCH = (
    "launch", "CU-X", "--title", "Udsatte gravide", "--received", "15/5-2024", "--today",
    "15/5-2024", "--even-so", "en prøve",
)  # fmt: skip


@pytest.fixture
def case(udmelding: Any) -> Any:
    assert udmelding(*LAUNCH).code == 0
    assert udmelding("advance", "CU-X", "--today", "15/5-2024").code == 0
    return udmelding


def hold(number: int) -> list[str]:
    services = make_services()
    with writing(services.engine) as session:
        keys = [mail.key for mail in outbox.list_mails(session)][:number]
        for key in keys:
            outbox.finish(session, key, OutboxState.HELD, NOW, "Afsendelsen blev afbrudt.")
    services.close()
    return keys


def test_a_mail_in_a_folder_is_listed_as_a_file(case: Any) -> None:
    mails = case("outbox", "list", "CU-X", "--json").json

    assert {(one["state"], one["reached"], one["transport"]) for one in mails} == {
        ("sent", "as_file", "folder")
    }
    assert {one["reached_text"] for one in mails} == {"skrevet som fil, ikke sendt"}
    shown = case("outbox", "show", mails[0]["key"]).out
    assert "Tilstand: skrevet som fil, ikke sendt" in shown


@pytest.mark.parametrize(
    ("said", "told", "state"),
    [("--sent", "mærket som nået frem", "sent"), ("--again", "sendes igen", "pending")],
)
def test_all_held_mails_are_decided_on_with_one_command(
    case: Any, said: str, told: str, state: str
) -> None:
    keys = hold(1)

    answer = case("outbox", "resolve", "--all", said)

    assert (answer.code, told in answer.out) == (0, True)
    states = {one["key"]: one["state"] for one in case("outbox", "list", "--json").json}
    assert [states[key] for key in keys] == [state]
    assert "ingen tilbageholdte" in case("outbox", "resolve", "--all", said).out


def test_a_key_and_all_exclude_each_other(case: Any) -> None:
    assert case("outbox", "resolve", "--sent").code == 1
    (key,) = hold(1)
    answer = case("outbox", "resolve", key, "--all", "--sent")
    assert (answer.code, "enten mailens nøgle eller --all" in answer.err) == (1, True)


def test_a_trial_mail_says_what_became_of_it_and_fails_where_nothing_was_sent(
    udmelding: Any,
) -> None:
    answer = udmelding("outbox", "test", "mig@kommune.example")

    assert answer.code == 1
    assert "Prøvemailen er skrevet som fil, ikke sendt" in answer.out
