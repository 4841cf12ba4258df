"""What holds mails back as they are sent: the stop button, the pace, the hours, the allow-list."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from models import DeliveryReportKind, OutboxState
from tests.conftest import TwoCases
from udmelding import clock
from udmelding.casework.due.actions import send_now
from udmelding.casework.due.listing import person_due
from udmelding.casework.mail.brakes import brakes, resume_sending, stop_sending
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.mail.still_wanted import NOT_ALLOWED
from udmelding.casework.wiring import Services, make_services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import delivery_reports
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue
from udmelding.journal.mail import outbox
from udmelding.journal.mail.sending_pause import pause_at
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.folder import FolderTransport
from udmelding.outside.mail.transport import MailDelayedError, Receipt, nothing
from udmelding.rules.mail.faults import Mend

pytestmark = pytest.mark.database


class Server:
    """A counterpart that notes when it took what, and fails when it is told to."""

    name = "smtp"

    def __init__(self, timer: Any = None) -> None:
        self.timer = timer
        self.taken: list[tuple[str, dt.datetime | None]] = []
        self.trouble: dict[str, MailDelayedError] = {}
        self.always: MailDelayedError | None = None
        self.after: Callable[[str], None] = lambda _key: None

    def deliver(self, message: object, key: str, before: Callable[[], None] = nothing) -> Receipt:
        if self.always is not None:
            raise self.always
        if key in self.trouble:
            raise self.trouble[key]
        self.taken.append((key, self.timer.now() if self.timer else None))
        self.after(key)
        return Receipt(transport="smtp", detail="250")

    def has_taken(self, message: object, key: str) -> bool | None:
        return None


class Timer:
    """Time that passes only by waiting."""

    def __init__(self, start: dt.datetime) -> None:
        self.moment, self.slept = start, 0.0

    def now(self) -> dt.datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.moment += dt.timedelta(seconds=seconds)


def sending(services: Services, server: Server, **mail: Any) -> Services:
    """The same services with a real way out and other settings of mail."""
    chosen = services.settings.mail.model_copy(
        update={"transport": "smtp", "host": "mail.example", "per_minute": 0, **mail}
    )
    settings = services.settings.model_copy(update={"mail": chosen})
    return Services(settings, services.engine, server, services.store)


def states(services: Services) -> Counter[OutboxState]:
    with reading(services.engine) as session:
        return Counter(mail.state for mail in outbox.list_mails(session))


def waiting(two_cases: TwoCases) -> int:
    return states(two_cases.services)[OutboxState.PENDING]


def test_the_stop_button_holds_every_mail_and_letting_go_sends_what_is_still_wanted(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    server = Server()
    ours = sending(services, server)

    stop_sending(services, " forkert liste ", now, "anna")
    assert deliver_waiting(ours, now, "one") == {}
    assert server.taken == []
    with reading(services.engine) as session:
        pause = pause_at(session)
        assert brakes(session, services.settings).pause == pause
    assert pause is not None
    assert (pause.by, pause.reason) == ("anna", "forkert liste")

    two_cases.answer(two_cases.references[0], now)
    later = now + dt.timedelta(hours=1)
    resume_sending(services, later, "bo")
    fates = deliver_waiting(ours, later, "two")
    assert fates[MailFate.SENT] == 17
    with reading(services.engine) as session:
        assert pause_at(session) is None
        assert pause_at(session, now) == pause, "as it was known then"


def test_pressed_in_the_middle_of_a_delivery_it_stops_the_very_next_mail(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    server = Server()

    def press(_key: str) -> None:
        if len(server.taken) == 5:
            stop_sending(services, "", now, "anna")

    server.after = press
    deliver_waiting(sending(services, server), now, "one")

    assert len(server.taken) == 5


def test_stopping_twice_or_letting_go_of_nothing_says_so(services: Services) -> None:
    now = clock.at(dt.date(2025, 3, 3))
    assert resume_sending(services, now, "anna") == "Udsendelsen var ikke stoppet."
    assert stop_sending(services, "", now, "anna").startswith("Al udsendelse er stoppet")
    assert stop_sending(services, "", now, "bo") == "Udsendelsen var stoppet i forvejen."
    assert resume_sending(services, now, "bo").startswith("Udsendelsen er i gang igen")
    assert stop_sending(services, "", now, "bo").startswith("Al udsendelse er stoppet")
    with pytest.raises(RefusedError, match="højst 200 tegn"):
        stop_sending(services, "x" * 201, now, "anna")


def test_mails_go_at_the_pace_and_each_says_when_it_really_went(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    timer = Timer(now)
    server = Server(timer)

    fates = deliver_waiting(sending(services, server, per_minute=5), now, "one", timer=timer)

    assert fates[MailFate.SENT] == 17
    moments = [at for _, at in server.taken if at is not None]
    assert timer.slept == 180
    for moment in moments:
        assert sum(moment <= other < moment + dt.timedelta(minutes=1) for other in moments) <= 5
    with reading(services.engine) as session:
        sent = {mail.key: mail.finished_at for mail in outbox.list_mails(session)}
    assert all(sent[key] == at for key, at in server.taken)


def test_two_senders_keep_the_pace_together(services: Services, two_cases: TwoCases) -> None:
    now = two_cases.remind()
    ours = sending(services, Server(Timer(now)), per_minute=5)
    first, second = Timer(now), Timer(now + dt.timedelta(seconds=10))
    deliver_waiting(ours, now, "one", timer=first, is_patient=False)
    assert waiting(two_cases) == 12
    deliver_waiting(ours, second.now(), "two", timer=second, is_patient=False)
    assert waiting(two_cases) == 12, "the minute is full, whoever filled it"


def test_a_delivery_ends_after_its_time_and_leaves_the_rest_to_the_next(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    timer = Timer(now)
    ours = sending(services, Server(timer), per_minute=1)

    deliver_waiting(ours, now, "one", timer=timer)

    assert waiting(two_cases) == 17 - 9
    assert timer.slept <= 8 * 60
    later = Timer(now + dt.timedelta(minutes=10))
    deliver_waiting(ours, later.now(), "two", timer=later)
    assert waiting(two_cases) == 0


def test_reminders_written_at_night_wait_for_the_office_and_letters_do_not(
    services: Services, two_cases: TwoCases
) -> None:
    two_cases.remind()
    night = clock.at(two_cases.day, "22:00")
    server = Server()
    ours = sending(services, server)

    assert deliver_waiting(ours, night, "one")[MailFate.LATER] == 17
    assert server.taken == []
    with reading(services.engine) as session:
        times = {x.not_before for x in outbox.list_mails(session) if x.rung == "digest"}
    (opening,) = times
    assert (opening.hour, opening.minute) == (7, 0)
    assert opening > night
    assert deliver_waiting(ours, opening, "two")[MailFate.SENT] == 17


def test_a_test_system_writes_to_nobody_but_those_on_its_list(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    server = Server()
    allowed = two_cases.mails()[0].recipients[0]

    fates = deliver_waiting(sending(services, server, only_to=(allowed,)), now, "one")

    assert fates == {MailFate.SENT: 1, MailFate.WITHDRAWN: 16}
    with reading(services.engine) as session:
        mails = outbox.list_mails(session, states=(OutboxState.WITHDRAWN,))
    assert {mail.outcome for mail in mails} == {NOT_ALLOWED}
    assert not any(allowed in mail.recipients for mail in mails)


def test_a_dry_run_writes_files_and_says_that_nothing_was_sent(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    mail = services.settings.mail.model_copy(
        update={"transport": "smtp", "host": "mail.example", "dry_run": True}
    )
    dry = make_services(services.settings.model_copy(update={"mail": mail}))
    assert isinstance(dry.transport, FolderTransport)
    assert not dry.settings.sends

    deliver_waiting(dry, now, "one")
    dry.close()

    sent = [m for m in two_cases.mails(OutboxState.SENT) if m.rung == "digest"]
    assert [(m.outcome, m.transport) for m in sent] == [("", "folder")]


def test_a_server_that_is_away_ends_the_delivery_after_one_mail(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    server = Server()
    server.always = MailDelayedError("x", "ingen forbindelse", mend=Mend.CONNECTION)
    ours = sending(services, server)

    assert deliver_waiting(ours, now, "one", timer=Timer(now)) == {MailFate.POSTPONED: 1}
    assert waiting(two_cases) == 17
    with reading(services.engine) as session:
        tried = [x for x in outbox.list_mails(session) if x.state is OutboxState.PENDING]
    assert sum(x.attempts for x in tried) == 1


def test_a_server_that_asks_for_peace_gets_it_for_all_mails(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    server = Server()
    half_an_hour = dt.timedelta(minutes=30)
    server.always = MailDelayedError("x", "429", mend=Mend.CONNECTION, pause=half_an_hour)
    ours = sending(services, server)
    deliver_waiting(ours, now, "one", timer=Timer(now))
    server.always = None

    early, late = now + half_an_hour - dt.timedelta(seconds=1), now + half_an_hour
    assert deliver_waiting(ours, early, "two", timer=Timer(early)) == {}
    assert deliver_waiting(ours, late, "three", timer=Timer(late))[MailFate.SENT] == 17


def test_a_mail_of_which_the_server_asks_peace_waits_alone(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    server = Server()
    with reading(services.engine) as session:
        key = next(x.key for x in outbox.list_mails(session) if x.state is OutboxState.PENDING)
    server.trouble = {key: MailDelayedError(key, "451", pause=dt.timedelta(hours=2))}
    ours = sending(services, server)
    deliver_waiting(ours, now, "one", only=[key], timer=Timer(now))
    with reading(services.engine) as session:
        assert outbox.get(session, key).not_before == now + dt.timedelta(hours=2)


def person(services: Services, two_cases: TwoCases, now: dt.datetime) -> Any:
    with reading(services.engine) as session:
        found = person_due(session, two_cases.mails()[0].recipients[0], now, now.date())
    assert found is not None
    return found


def test_what_a_person_sends_in_the_evening_goes_in_the_evening_also_gathered(
    services: Services, two_cases: TwoCases
) -> None:
    evening = clock.at(two_cases.day, "20:00")
    ours = sending(services, Server())
    due = person(services, two_cases, evening)

    fate = send_now(ours, due.reminders, Stamp(evening, "anna"))

    assert fate.is_good, fate.text
    (digest,) = [m for m in two_cases.mails(OutboxState.SENT) if m.rung == "digest"]
    assert digest.written_by == "anna"


def test_a_person_who_sends_while_all_is_stopped_is_told_so(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.now
    stop_sending(services, "", now, "bo")
    fate = send_now(services, person(services, two_cases, now).reminders, Stamp(now, "anna"))
    assert not fate.is_good
    assert fate.text.endswith("Al udsendelse er stoppet.")


def test_a_person_may_write_to_somebody_who_is_away_but_not_to_an_address_that_fails(
    services: Services, two_cases: TwoCases
) -> None:
    now, address = two_cases.now, two_cases.mails()[0].recipients[0]
    report = DeliveryReportValue(
        incoming_key="a",
        address=address,
        kind=DeliveryReportKind.ABSENT,
        reported_at=now,
        until=now.date(),
    )
    with writing(services.engine) as session:
        delivery_reports.add(session, [report])
    due = person(services, two_cases, now)
    assert due.block == report
    assert send_now(services, due.reminders[:1], Stamp(now, "anna")).is_good

    failed = replace(report, incoming_key="b", kind=DeliveryReportKind.FAILED, until=None)
    with writing(services.engine) as session:
        delivery_reports.add(session, [failed])
    with pytest.raises(RefusedError, match="kommer retur"):
        send_now(services, due.reminders[1:], Stamp(now, "anna"))
