"""Other programs are told what was recorded: signed, once, and again when they do not answer."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import re
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import pytest

from models import DeliveryState
from tests.counting import KILLS, counted
from udmelding import clock, paths
from udmelding.casework.webhooks import setup as webhook_setup
from udmelding.casework.webhooks.setup import add_webhook, send_test, switch_on
from udmelding.casework.webhooks.webhooks import EventFate, deliver_webhooks
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading, writing
from udmelding.journal.recording.announcing import announce_test
from udmelding.journal.webhooks import deliveries as webhook_deliveries
from udmelding.journal.webhooks import webhooks
from udmelding.journal.webhooks.deliveries import Delivery
from udmelding.journal.webhooks.webhooks import Hook
from udmelding.outside import webhook_client

pytestmark = pytest.mark.database

NOW = clock.at(dt.date(2025, 4, 15))
MINUTE = dt.timedelta(minutes=1)
WEEK = dt.timedelta(days=7)

Script = Callable[["Receiver", str, int], Any]
"""Given the event's id and the number of the call: a status, a status with headers, or a word."""


class Receiver:
    """A real HTTP server on this machine that answers as it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.script: Script = lambda *_: 200
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.taken: list[str] = []
        self.let_go = Event()
        self._lock = Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                event = headers["webhook-id"]
                with receiver._lock:
                    receiver.calls.append((headers, body))
                    answer = receiver.script(receiver, event, len(receiver.calls))
                if answer == "hang":
                    receiver.let_go.wait()
                    answer = "close"
                if answer == "close":
                    self.close_connection = True
                    return
                status, extra = answer if isinstance(answer, tuple) else (answer, {})
                if status < 300:
                    with receiver._lock:
                        receiver.taken.append(event)
                self.send_response(status)
                for name, value in extra.items():
                    self.send_header(name, value)
                self.end_headers()

            def do_GET(self) -> None:
                raise AssertionError("nobody follows a redirect")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/udmelding"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def answers(self, *scripted: Any) -> None:
        """Give these answers to the calls in turn, then 200."""
        self.script = lambda _self, _event, n: scripted[n - 1] if n <= len(scripted) else 200

    def stop(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def make_receiver() -> Iterator[Callable[[], Receiver]]:
    made: list[Receiver] = []

    def make() -> Receiver:
        made.append(Receiver())
        return made[-1]

    yield make
    for receiver in made:
        receiver.stop()


@pytest.fixture
def receiver(make_receiver: Callable[[], Receiver]) -> Receiver:
    return make_receiver()


def hook_to(services: Services, receiver: Receiver, *events: str) -> Hook:
    return add_webhook(
        services, name="sagssystem", url=receiver.url, events=events, by="test", now=NOW
    )


def put(services: Services, hook: Hook, count: int = 1, now: dt.datetime = NOW) -> list[int]:
    with writing(services.engine) as session:
        return [announce_test(session, hook.id, "test", now) for _ in range(count)]


def delivery(services: Services, delivery_id: int) -> Delivery:
    with reading(services.engine) as session:
        return webhook_deliveries.get(session, delivery_id)


def is_on(services: Services, hook: Hook) -> bool:
    with reading(services.engine) as session:
        return webhooks.get_hook(session, hook.id).is_active


def documented_check() -> Callable[..., bool]:
    """The few lines of Python that the documentation gives."""
    text = (paths.TEMPLATES.parent / "docs" / "webhooks.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 - our own documentation
    check: Callable[..., bool] = names["is_genuine"]
    return check


def test_an_event_that_is_taken_is_sent_once(services: Services, receiver: Receiver) -> None:
    hook = hook_to(services, receiver)
    (number,) = put(services, hook)
    assert deliver_webhooks(services, NOW) == {EventFate.DELIVERED: 1}
    assert deliver_webhooks(services, NOW + WEEK) == {}
    found = delivery(services, number)
    assert (found.state, found.status, found.attempts) == (DeliveryState.DELIVERED, 200, 1)
    ((headers, body),) = receiver.calls
    assert json.loads(body)["id"] == headers["webhook-id"] == found.event
    assert headers["content-type"] == "application/json"


def test_the_documented_check_knows_our_signature_from_a_wrong_one(
    services: Services, receiver: Receiver
) -> None:
    hook = hook_to(services, receiver)
    sent = send_test(services, hook.id, by="test", now=clock.now())
    assert sent.state is DeliveryState.DELIVERED
    check = documented_check()
    ((headers, body),) = receiver.calls
    assert check(hook.secret, headers, body)
    assert not check(hook.secret, headers, body.replace(b"test", b"tast"))
    assert not check(webhooks.fresh_secret(), headers, body)
    assert not check(hook.secret, headers | {"webhook-id": "msg_0"}, body)
    other = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)}
    assert not check(hook.secret, other, body)
    assert not check(hook.secret, headers | {"webhook-signature": "v1,AAAA"}, body)


def test_the_documented_check_refuses_an_old_call(services: Services, receiver: Receiver) -> None:
    hook = hook_to(services, receiver)
    send_test(services, hook.id, by="test", now=clock.now() - 6 * MINUTE)
    ((headers, body),) = receiver.calls
    assert not documented_check()(hook.secret, headers, body)


def test_a_try_again_has_the_same_id_and_body_and_a_signature_of_its_own_moment(
    services: Services, receiver: Receiver
) -> None:
    receiver.answers(500)
    hook = hook_to(services, receiver)
    (number,) = put(services, hook)
    assert deliver_webhooks(services, NOW) == {EventFate.POSTPONED: 1}
    waiting = delivery(services, number)
    assert waiting.state is DeliveryState.PENDING
    assert waiting.outcome == "Modtageren svarede 500."
    assert deliver_webhooks(services, NOW + MINUTE / 2) == {}, "it waits its pause out"
    assert deliver_webhooks(services, NOW + 2 * MINUTE) == {EventFate.DELIVERED: 1}
    (first, body), (second, again) = receiver.calls
    assert body == again
    assert first["webhook-id"] == second["webhook-id"]
    seconds = [int(headers["webhook-timestamp"]) for headers in (first, second)]
    assert seconds[1] - seconds[0] in range(119, 122)
    assert first["webhook-signature"] != second["webhook-signature"]


def test_the_pauses_grow_and_then_the_event_is_given_up(
    services: Services, receiver: Receiver
) -> None:
    receiver.script = lambda *_: 500
    hook = hook_to(services, receiver)
    (number,) = put(services, hook)
    now, pauses = NOW, []
    while (found := delivery(services, number)).state is DeliveryState.PENDING:
        now = found.not_before
        deliver_webhooks(services, now)
        pauses.append(delivery(services, number).not_before - now)
    rounded = [round(pause.total_seconds() / 60) for pause in pauses[:-1]]
    assert rounded == [1, 5, 30, 120, 480, 1440]
    assert (found.state, found.attempts) == (DeliveryState.GIVEN_UP, 7)
    assert len(receiver.calls) == 7
    assert is_on(services, hook)


def test_five_events_given_up_in_a_row_switch_the_webhook_off_and_it_says_so(
    services: Services, receiver: Receiver
) -> None:
    receiver.script = lambda *_: 500
    hook = hook_to(services, receiver)
    numbers = put(services, hook, webhook_deliveries.STREAK)
    now = NOW
    while is_on(services, hook):
        deliver_webhooks(services, now)
        now += dt.timedelta(days=2)
    found = [delivery(services, number) for number in numbers]
    assert [one.state for one in found] == [DeliveryState.GIVEN_UP] * webhook_deliveries.STREAK
    assert [one.outcome.endswith("Webhooken er slået fra.") for one in found] == [False] * 4 + [
        True
    ]
    receiver.script = lambda *_: 200
    assert switch_on(services, hook.id, by="test", now=now).state is DeliveryState.DELIVERED
    receiver.script = lambda *_: 410
    put(services, hook, now=now)
    with reading(services.engine) as session:
        assert not webhook_deliveries.ends_streak(session, hook.id), (
            "a test that is taken ends the row"
        )


def test_410_switches_the_webhook_off_and_what_waits_goes_on_waiting(
    services: Services, receiver: Receiver
) -> None:
    receiver.answers(410)
    hook = hook_to(services, receiver)
    first, second = put(services, hook, 2)
    assert deliver_webhooks(services, NOW) == {EventFate.GIVEN_UP: 1}
    assert not is_on(services, hook)
    assert delivery(services, first).status == 410
    assert "slået fra" in delivery(services, first).outcome
    assert deliver_webhooks(services, NOW + WEEK) == {}
    assert delivery(services, second).state is DeliveryState.PENDING
    switch_on(services, hook.id, by="test", now=NOW + WEEK)
    assert deliver_webhooks(services, NOW + WEEK) == {EventFate.DELIVERED: 1}


@pytest.mark.parametrize(
    ("status", "asked", "minutes"),
    [
        (429, "600", 10),
        (503, "Tue, 15 Apr 2025 10:20:00 GMT", 20),
        (503, "999999999", 24 * 60),
        (429, "snart", 1),
        (500, "600", 1),
    ],
)
def test_a_busy_receiver_is_left_alone_for_as_long_as_it_asks(
    services: Services, receiver: Receiver, status: int, asked: str, minutes: int
) -> None:
    receiver.answers((status, {"retry-after": asked}))
    hook = hook_to(services, receiver)
    (number,) = put(services, hook)
    deliver_webhooks(services, NOW)
    waits = delivery(services, number).not_before - NOW
    assert round(waits.total_seconds() / 60) == minutes
    assert deliver_webhooks(services, NOW + waits + MINUTE) == {EventFate.DELIVERED: 1}


@pytest.mark.parametrize("trouble", ["hang", "close", 429, 503])
def test_a_receiver_that_is_busy_or_silent_is_not_tried_with_more_in_the_same_round(
    services: Services, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, trouble: Any
) -> None:
    monkeypatch.setattr(webhook_client, "TIMEOUT", 0.3)
    receiver.answers(trouble)
    hook = hook_to(services, receiver)
    numbers = put(services, hook, 3)
    assert deliver_webhooks(services, NOW) == {EventFate.POSTPONED: 1}
    assert len(receiver.calls) == 1
    assert delivery(services, numbers[0]).outcome
    assert deliver_webhooks(services, NOW + 2 * MINUTE) == {EventFate.DELIVERED: 3}
    assert len(receiver.taken) == len(set(receiver.taken)) == 3


def test_an_event_that_the_receiver_cannot_take_does_not_stop_those_behind_it(
    services: Services, receiver: Receiver
) -> None:
    receiver.answers(500)
    hook = hook_to(services, receiver)
    put(services, hook, 3)
    assert deliver_webhooks(services, NOW) == {EventFate.POSTPONED: 1, EventFate.DELIVERED: 2}


def test_a_redirect_is_not_followed(services: Services, receiver: Receiver) -> None:
    receiver.answers((302, {"location": receiver.url}))
    hook = hook_to(services, receiver)
    (number,) = put(services, hook)
    deliver_webhooks(services, NOW)
    assert len(receiver.calls) == 1
    assert "følges ikke" in delivery(services, number).outcome


def test_one_webhook_that_hangs_holds_no_other_up(
    services: Services, make_receiver: Callable[[], Receiver]
) -> None:
    slow, quick = make_receiver(), make_receiver()

    def answer_when_the_other_has_all(*_: Any) -> int:
        assert slow.let_go.wait(8)
        return 200

    def let_go_after_three(_receiver: Receiver, _event: str, number: int) -> int:
        if number == 3:
            slow.let_go.set()
        return 200

    slow.script, quick.script = answer_when_the_other_has_all, let_go_after_three
    put(services, hook_to(services, slow))
    put(services, hook_to(services, quick), 3)
    assert deliver_webhooks(services, NOW) == {EventFate.DELIVERED: 4}


def test_no_new_try_is_begun_when_the_time_is_up(
    services: Services, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(services, hook_to(services, receiver), 3)
    monkeypatch.setattr("udmelding.casework.webhooks.webhooks.BUDGET", 0.0)
    assert deliver_webhooks(services, NOW) == {}
    assert receiver.calls == []
    monkeypatch.undo()
    assert deliver_webhooks(services, NOW) == {EventFate.DELIVERED: 3}


def test_two_senders_at_once_share_the_work(services: Services, receiver: Receiver) -> None:
    put(services, hook_to(services, receiver), 40)
    with ThreadPoolExecutor(2) as pool:
        fates = list(pool.map(lambda _: deliver_webhooks(services, NOW), range(2)))
    assert sum((Counter(fate) for fate in fates), Counter()) == {EventFate.DELIVERED: 40}
    assert len(receiver.taken) == len(set(receiver.taken)) == 40


def test_a_receiver_that_fails_at_random_gets_every_event_in_the_end_and_none_twice(
    services: Services, make_receiver: Callable[[], Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_client, "TIMEOUT", 0.5)
    dice = random.Random(17)  # noqa: S311 - no secret
    troubles = [200, 500, "close", 302, (429, {"retry-after": "30"}), "hang"]

    def at_random(*_: Any) -> Any:
        return dice.choices(troubles, [60, 15, 8, 6, 10, 1])[0]

    receivers = [make_receiver() for _ in range(3)]
    wanted = {}
    for receiver in receivers:
        receiver.script = at_random
        hook = hook_to(services, receiver)
        wanted[hook.id] = {delivery(services, n).event for n in put(services, hook, 25)}
    now = NOW
    for _ in range(60):
        if not deliver_webhooks(services, now) and now > NOW + 3 * WEEK:
            break
        now += dt.timedelta(hours=13)
    for hook_id, receiver in zip(wanted, receivers, strict=True):
        with reading(services.engine) as session:
            found = webhook_deliveries.deliveries(session, hook_id, 100)
        given_up = {one.event for one in found if one.state is DeliveryState.GIVEN_UP}
        assert set(receiver.taken) | given_up == wanted[hook_id], "lost"
        assert len(receiver.taken) == len(set(receiver.taken)), "doubled"
        assert not set(receiver.taken) & given_up


class Killed(BaseException):
    """Stands for a kill: nothing of the sender runs after it."""


def kill_at(place: str) -> Callable[[str, str], None]:
    def checkpoint(_event: str, here: str) -> None:
        if here == place:
            raise Killed

    return checkpoint


def test_a_sender_killed_after_its_claim_leaves_the_event_to_the_next(
    services: Services, receiver: Receiver
) -> None:
    put(services, hook_to(services, receiver))
    with pytest.raises(Killed):
        deliver_webhooks(services, NOW, kill_at("claimed"))
    assert deliver_webhooks(services, NOW + MINUTE) == {}, "its sender may be alive"
    later = NOW + webhook_deliveries.LEASE + MINUTE
    assert deliver_webhooks(services, later) == {EventFate.RECOVERED: 1, EventFate.DELIVERED: 1}
    assert len(receiver.taken) == 1


def test_a_sender_killed_after_the_call_sends_again_under_the_same_id(
    services: Services, receiver: Receiver
) -> None:
    put(services, hook_to(services, receiver))
    with pytest.raises(Killed):
        deliver_webhooks(services, NOW, kill_at("sent"))
    deliver_webhooks(services, NOW + webhook_deliveries.LEASE + MINUTE)
    assert len(receiver.taken) == 2
    assert len(set(receiver.taken)) == 1


def test_a_process_that_is_really_killed_loses_nothing(
    services: Services, receiver: Receiver, home: Path, database_url: str
) -> None:
    program = """
        import datetime as dt, os, signal, sys
        from udmelding.casework.wiring import make_services
        from udmelding.casework.webhooks.webhooks import deliver_webhooks
        def kill(event, place):
            if place == sys.argv[1]:
                os.kill(os.getpid(), signal.SIGKILL)
        deliver_webhooks(make_services(), dt.datetime.fromisoformat(sys.argv[2]), kill)
    """
    put(services, hook_to(services, receiver), 2)
    environ = os.environ | {"UDMELDING_HOME": str(home), "UDMELDING_DATABASE_URL": database_url}
    hour = dt.timedelta(hours=1)
    for place, moment in (("claimed", NOW), ("sent", NOW + hour)):
        killed = subprocess.run(  # noqa: S603 - our own program, on our own data
            [sys.executable, "-c", textwrap.dedent(program), place, moment.isoformat()],
            env=environ,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        counted[KILLS] += 1
    assert deliver_webhooks(services, NOW + 2 * hour)[EventFate.DELIVERED] == 2
    assert Counter(Counter(receiver.taken).values()) == {1: 1, 2: 1}


def test_a_sender_that_comes_back_after_its_claim_was_given_away_changes_nothing(
    services: Services, receiver: Receiver
) -> None:
    (number,) = put(services, hook_to(services, receiver))
    with writing(services.engine) as session:
        late = webhook_deliveries.claim(session, number, NOW)
    assert late is not None
    later = NOW + webhook_deliveries.LEASE + MINUTE
    deliver_webhooks(services, later)
    with writing(services.engine) as session:
        assert not webhook_deliveries.finish(
            session, late[0], DeliveryState.GIVEN_UP, later, status=None, outcome="for sent"
        )
    assert delivery(services, number).state is DeliveryState.DELIVERED


def test_a_person_can_have_an_event_tried_again_that_was_given_up(
    services: Services, receiver: Receiver
) -> None:
    receiver.script = lambda *_: 500
    hook = hook_to(services, receiver)
    (number,) = put(services, hook)
    now = NOW
    while delivery(services, number).state is DeliveryState.PENDING:
        deliver_webhooks(services, now)
        now += dt.timedelta(days=2)
    receiver.script = lambda *_: 200
    again = webhook_setup.try_again(services, hook.id, number, now)
    assert (again.state, again.attempts) == (DeliveryState.DELIVERED, 8)


def test_a_new_secret_signs_from_then_on(services: Services, receiver: Receiver) -> None:
    hook = hook_to(services, receiver)
    secret = webhook_setup.renew_secret(services, hook.id, by="test", now=NOW)
    send_test(services, hook.id, by="test", now=clock.now())
    ((headers, body),) = receiver.calls
    check = documented_check()
    assert check(secret, headers, body)
    assert not check(hook.secret, headers, body)


def test_removing_a_webhook_takes_what_waits_along(services: Services, receiver: Receiver) -> None:
    hook = hook_to(services, receiver)
    put(services, hook, 2)
    assert webhook_setup.remove_webhook(services, hook.id, by="test", now=NOW) == "sagssystem"
    assert deliver_webhooks(services, NOW) == {}
    assert receiver.calls == []


def test_finished_events_are_forgotten_after_a_while(
    services: Services, receiver: Receiver
) -> None:
    hook = hook_to(services, receiver)
    put(services, hook)
    deliver_webhooks(services, NOW)
    deliver_webhooks(services, NOW + webhook_deliveries.KEPT - MINUTE)
    assert webhook_setup.one_webhook(services, hook.id)[1]
    deliver_webhooks(services, NOW + webhook_deliveries.KEPT + MINUTE)
    assert webhook_setup.one_webhook(services, hook.id)[1] == []
