"""The flows on the real engine: named, tagged, safe to repeat, and silent on holidays."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from models import OutboxState, Stage
from tests.rules.files.test_cpr import number_as_written
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import Look, look_at
from udmelding.casework.inbox import mailbox
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import incoming
from udmelding.journal.mail import outbox
from udmelding.journal.tables import table_of
from udmelding.outside.inbox.mailbox import ReadMail
from udmelding.rules.case.actions import Job
from udmelding.rules.files.cpr import MASK

pytestmark = [pytest.mark.engine, pytest.mark.database]

REFERENCE = "CU-GRAVIDE-2025"
LAUNCHED = clock.at(dt.date(2024, 5, 15), "14:00")


@pytest.fixture
def launched(prefect_engine: None, services: Services) -> Services:
    """A case that was launched and not looked at yet."""
    file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([file])[0])
    return services


async def test_the_lifecycle_does_what_is_due_once_and_publishes_what_it_left(
    launched: Services,
) -> None:
    from prefect import get_client
    from prefect.artifacts import Artifact
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
    from prefect.client.schemas.sorting import FlowRunSort

    from flows.deliver import deliver
    from flows.lifecycle import announcement_lifecycle

    assert await announcement_lifecycle(REFERENCE, LAUNCHED) == 19
    assert await announcement_lifecycle(REFERENCE, LAUNCHED) == 0
    assert await deliver(LAUNCHED) == {"as_file": 18}
    assert await deliver(LAUNCHED) == {}
    async with get_client() as client:
        runs = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[REFERENCE])),
            sort=FlowRunSort.START_TIME_ASC,
            limit=100,
        )
    assert f"{REFERENCE}: dataindsamling" in {run.name for run in runs}
    assert any("collection" in run.tags for run in runs)
    published = await Artifact.aget("status-cu-gravide-2025")
    assert published is not None
    assert "17 af 17 når fristen 31. maj 2025." in str(published.data)
    assert await Artifact.aget("matrix-cu-gravide-2025") is not None


async def test_a_run_shows_by_its_tasks_what_a_stage_did_and_by_key_what_became_of_it(
    launched: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from prefect.context import TaskRunContext

    from flows import tasks
    from flows.lifecycle import announcement_lifecycle

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(tasks, "get_run_logger", lambda: logging.getLogger("of the run"))
    ran: list[str] = []
    real = tasks.perform_and_tell

    def noted(look: Look, stage: Stage, job: Job) -> int:
        task = TaskRunContext.get()
        ran.append(task.task.name if task else "")
        return real(look, stage, job)

    monkeypatch.setattr(tasks, "perform_and_tell", noted)
    with writing(launched.engine) as session:
        session.execute(sa.delete(table_of(models.Contact)).where(_of("0253")))
    await announcement_lifecycle(REFERENCE, LAUNCHED)

    assert f"done: {REFERENCE}/collection/open" in caplog.text
    assert f"{REFERENCE}/collection/0259/invitation" in caplog.text
    assert f"withheld, no_address: {REFERENCE}/collection/0253/invitation" in caplog.text
    assert ran == [Job.TELL_SECRETARIAT.value, Job.OPEN.value, Job.INVITE.value]


def _of(party: str) -> Any:
    return table_of(models.Contact).c.party == party


async def test_each_stage_has_a_task_for_whatever_may_be_due_in_it(
    launched: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the lifecycle would turn and turn and leave it undone."""
    from flows import tasks
    from flows.lifecycle import STAGE_FLOWS

    look = look_at(launched, REFERENCE, LAUNCHED)
    done: list[tuple[Stage, Job]] = []
    monkeypatch.setattr(
        tasks, "perform_and_tell", lambda _look, stage, job: done.append((stage, job)) or 1
    )
    monkeypatch.setattr(look.__class__, "wants", lambda *_: True)
    with tasks.looking(look):
        for stage in STAGE_FLOWS:
            await STAGE_FLOWS[stage].fn(REFERENCE, LAUNCHED)  # type: ignore[attr-defined]
    theirs = {(stage, Job.LIFT) for stage in STAGE_FLOWS}
    lifted = {(Stage.SUBMISSION, Job.LIFT)}
    assert {(stage, job) for stage in STAGE_FLOWS for job in Job} - theirs | lifted == set(done)


async def test_the_daily_sweep_does_nothing_on_a_holiday_and_catches_up_after_it(
    launched: Services,
) -> None:
    from flows.daily import daily

    ascension = clock.at(dt.date(2024, 5, 9), "07:30")
    assert "himmelfart" in (await daily(ascension)).skipped.lower()
    whit_monday, tuesday = (clock.at(dt.date(2024, 5, day), "07:30") for day in (20, 21))
    assert (await daily(whit_monday)).skipped
    swept = await daily(tuesday)
    assert swept.cases == (REFERENCE,)
    assert swept.mails == {"as_file": 18}
    assert (await daily(tuesday)).cases == ()


async def test_two_daily_sweeps_at_once_share_the_work(launched: Services) -> None:
    import asyncio

    from flows.daily import daily

    both = await asyncio.gather(daily(LAUNCHED), daily(LAUNCHED))
    assert [day.failed for day in both] == [(), ()]
    with reading(launched.engine) as session:
        mails = outbox.list_mails(session)
    assert len(mails) == 18
    assert {mail.state for mail in mails} == {OutboxState.SENT}
    assert sum((day.mails or {}).get("as_file", 0) for day in both) == 18


@pytest.mark.parametrize(
    ("trouble", "tries"),
    [
        (OutsideError("Databasen er låst.", is_temporary=True), 2),
        (OutsideError("Disken er fuld.", is_temporary=False), 1),
        (RefusedError("Indstillingen er forkert."), 1),
    ],
)
async def test_only_what_a_later_try_can_mend_is_tried_again(
    launched: Services, monkeypatch: pytest.MonkeyPatch, trouble: Exception, tries: int
) -> None:
    from prefect import flow

    from flows import tasks

    calls: list[str] = []

    def looked_at(services: Services, reference: str, now: dt.datetime) -> Look:
        calls.append(reference)
        if len(calls) < 2:
            raise trouble
        return look_at(services, reference, now)

    monkeypatch.setattr(tasks, "look_at", looked_at)
    quick = tasks.find_what_is_due.with_options(retry_delay_seconds=0)

    @flow
    async def looking() -> None:
        await quick(REFERENCE, LAUNCHED)

    if tries == 1:
        with pytest.raises(type(trouble)):
            await looking()
    else:
        await looking()
    assert len(calls) == tries


def test_a_flow_can_be_loaded_by_its_path_as_prefect_does_it() -> None:
    from prefect.flows import load_flow_from_entrypoint

    root = Path(__file__).resolve().parents[2]
    loaded = load_flow_from_entrypoint(f"{root}/flows/collect.py:collect")
    assert loaded.name == "collect"


async def test_a_mail_with_a_cpr_number_leaves_nothing_in_prefects_database(
    launched: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import get_current_settings

    from flows.daily import daily

    number = number_as_written(holds=True)
    raw = f"From: a@x.example\nSubject: Om {number}\nMessage-ID: <{{}}@x>\n\nSe {number}.\n"
    mails = [ReadMail(str(uid), raw.format(uid).encode()) for uid in (1, 2)]
    monkeypatch.setenv("UDMELDING_MAILBOX__HOST", "imap.x.example")
    monkeypatch.setattr(mailbox, "Mailbox", lambda *_, **__: nullcontext(Box(mails)))
    real = mailbox.receive_one

    def receive_one(services: Services, content: bytes, now: dt.datetime) -> Any:
        if b"<2@x>" in content:  # an error of a program that is not ours may repeat what it met
            raise ValueError(content.decode())
        return real(services, content, now)

    monkeypatch.setattr(mailbox, "receive_one", receive_one)

    assert not (await daily(LAUNCHED)).failed

    with reading(launched.engine) as session:
        assert [mail.subject for mail in incoming.mails_where(session)] == [f"Om {MASK}"]
    url = get_current_settings().server.database.connection_url
    assert url is not None
    database = Path(url.get_secret_value().partition("///")[2])
    files = [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]
    assert any(REFERENCE.encode() in path.read_bytes() for path in files), "runs are kept here"
    for digits in (number, number.replace("-", "")):
        assert not [path for path in files if digits.encode() in path.read_bytes()]


class Box:
    """A mailbox with unread mails."""

    def __init__(self, mails: list[ReadMail]) -> None:
        self.mails = mails

    def unread(self, *_: Any, **__: Any) -> list[ReadMail]:
        return self.mails

    def done(self, uids: list[str]) -> None:
        self.mails = [mail for mail in self.mails if mail.uid not in uids]
