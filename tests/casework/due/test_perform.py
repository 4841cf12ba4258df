"""A case is loaded once and asked once what is due; what is written for it is written together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models import MailKind, Stage
from tests.conftest import TwoCases
from tests.counting import statements
from tests.past import record_past
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due import perform as performing
from udmelding.casework.due.perform import advance, look_at, perform, put_away, turns
from udmelding.casework.mail import values
from udmelding.casework.mail.writing import write_mails
from udmelding.casework.wiring import Services
from udmelding.documents import markdown
from udmelding.documents.mail import rendering
from udmelding.documents.mail.templates import MailTemplates
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.actions import Job, SendMail, Withheld
from udmelding.rules.case.case import Case

pytestmark = pytest.mark.database

REFERENCE = "CU-GRAVIDE-2025"
LAUNCHED = clock.at(dt.date(2024, 5, 15), "17:00")


@pytest.fixture
def launched(services: Services) -> Services:
    """A case that was launched and not looked at yet."""
    file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([file])[0])
    return services


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for each time that a case is asked what is due."""
    times: list[str] = []
    real: Callable[..., object] = performing.due

    def noted(case: object, today: dt.date) -> object:
        times.append(str(today))
        return real(case, today)

    monkeypatch.setattr(performing, "due", noted)
    return times


def test_a_case_with_nothing_due_is_loaded_and_asked_once(
    launched: Services, asked: list[str]
) -> None:
    advance(launched, REFERENCE, LAUNCHED)
    asked.clear()

    with statements(launched.engine) as sent:
        assert advance(launched, REFERENCE, LAUNCHED).count == 0

    assert len(asked) == 1
    assert sum("FROM obligation" in one for one in sent) == 1, "the case is loaded once"


def test_a_launch_asks_twice_and_writes_its_mails_with_less_than_a_statement_each(
    launched: Services, asked: list[str]
) -> None:
    look = look_at(launched, REFERENCE, LAUNCHED)
    perform(launched, look, Stage.RECEIPT)
    perform(launched, look, Stage.COLLECTION, Job.OPEN)
    assert look.wants(Stage.COLLECTION, Job.INVITE)

    with statements(launched.engine) as sent:
        done = perform(launched, look, Stage.COLLECTION, Job.INVITE)

    assert len(done.written) == 17
    assert len(sent) < 17, sent
    assert len(asked) == 2, "and once more since the step was opened"
    assert look.stages == ()


def test_where_the_case_stands_is_worked_out_once_for_all_mails_of_a_task(
    launched: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[dt.date] = []
    real = values.status

    def noted(case: Case, today: dt.date) -> object:
        times.append(today)
        return real(case, today)

    monkeypatch.setattr(values, "status", noted)
    look = look_at(launched, REFERENCE, LAUNCHED)
    perform(launched, look, Stage.COLLECTION, Job.OPEN)
    perform(launched, look, Stage.COLLECTION, Job.INVITE)

    assert len(times) == 1


def test_texts_are_looked_for_once_for_all_mails_of_a_task_and_each_mail_is_parsed_once(
    launched: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path | None] = []
    real = rendering.mail_templates

    def noted(shipped: Path, own: Path | None = None) -> MailTemplates:
        looked.append(own)
        return real(shipped, own)

    look = look_at(launched, REFERENCE, LAUNCHED)
    perform(launched, look, Stage.COLLECTION, Job.OPEN)
    monkeypatch.setattr(rendering, "mail_templates", noted)
    sources: list[str] = []
    parse = markdown.parse_markdown
    monkeypatch.setattr(
        markdown, "parse_markdown", lambda text: sources.append(text) or parse(text)
    )
    done = perform(launched, look, Stage.COLLECTION, Job.INVITE)

    assert len(done.written) == 17
    assert looked == [launched.settings.texts_folder / "mail"]
    assert len(sources) == 17, "plain text and page are made of the same tokens"


def test_two_mails_of_one_task_to_a_party_hang_under_the_first(two_cases: TwoCases) -> None:
    services, reference = two_cases.services, two_cases.references[0]
    look = look_at(services, reference, two_cases.now)
    look.case = replace(look.case, mails=())
    first, second = (
        SendMail(
            key=f"{reference}/collection/{two_cases.party}/{rung}",
            stage=Stage.COLLECTION,
            mail=MailKind.REMINDER_BEFORE,
            step_id="collection",
            party=two_cases.party,
            rung=rung,
            due_on=two_cases.day,
        )
        for rung in ("prøve-1", "prøve-2")
    )

    with writing(services.engine) as session:
        done = write_mails(services, session, look.header, look.case, [first, second], look.stamp)

    one, other = done.written
    assert one.thread_id == one.message_id == other.thread_id


def test_what_somebody_records_meanwhile_is_seen_before_anything_is_written(
    two_cases: TwoCases,
) -> None:
    services, reference = two_cases.services, two_cases.references[0]
    look = look_at(services, reference, two_cases.now)
    assert look.wants(Stage.COLLECTION, Job.REMIND)

    two_cases.answer(reference, two_cases.now)
    done = perform(services, look, Stage.COLLECTION)

    reminders = [key for key in done.written if "/thanks@" not in key]
    assert len(reminders) > 5
    assert not any(f"/{two_cases.party}/" in key for key in reminders)


def test_two_answers_that_came_on_one_day_are_thanked_for_once(two_cases: TwoCases) -> None:
    services, reference = two_cases.services, two_cases.references[0]
    said = {"step": "collection", "party": two_cases.party, "on": two_cases.day}
    for note in ("den ene halvdel", "den anden"):
        more = {"completeness": "partial", "note": note}
        record_past(services, reference, "response", said | more, Stamp(two_cases.now, "anna"))

    done = perform(services, look_at(services, reference, two_cases.now), Stage.COLLECTION)

    assert [key for key in done.written if "/thanks@" in key] == [
        f"{reference}/collection/{two_cases.party}/thanks@{two_cases.day}"
    ]


def test_a_transaction_that_breaks_off_leaves_all_to_be_done_again(
    two_cases: TwoCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, reference = two_cases.services, two_cases.references[0]
    look = look_at(services, reference, two_cases.now)
    before = {action.key for action in look.todo}

    with monkeypatch.context() as patch:
        patch.setattr(performing, "_follow", _broken)
        with pytest.raises(ZeroDivisionError):
            perform(services, look, Stage.COLLECTION)
    assert {action.key for action in look.todo} == before

    assert {*perform(services, look, Stage.COLLECTION).written} <= before
    with reading(services.engine) as session:
        assert all(outbox.is_written(session, key) for key in before)


def _broken(*_: object) -> None:
    raise ZeroDivisionError


def test_a_case_that_changed_while_it_was_put_away_is_not_put_away(two_cases: TwoCases) -> None:
    services, reference = two_cases.services, two_cases.references[0]
    look = look_at(services, reference, two_cases.now)
    for stage in turns(look):
        perform(services, look, stage)

    said = {"step": "collection", "party": two_cases.party, "on": two_cases.day}
    said |= {"completeness": "complete"}
    record_past(services, reference, "response", said, Stamp(two_cases.now, "anna"))
    put_away(services, look)

    assert look.wants(Stage.COLLECTION, Job.THANK)


def test_what_waits_for_a_person_is_told_and_not_done(two_cases: TwoCases) -> None:
    late = clock.at(two_cases.day + dt.timedelta(days=60), "08:00")
    look = look_at(two_cases.services, two_cases.references[0], late)

    assert Withheld.AWAITS_RELEASE in look.withheld.values()
    assert not any(getattr(action, "copy_to", ()) for action in look.todo)
    by_a_person = look_at(two_cases.services, two_cases.references[0], late, "Bo")
    assert any(getattr(action, "copy_to", ()) for action in by_a_person.todo)
