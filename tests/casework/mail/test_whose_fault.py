"""What becomes of the others when a mail server says no: scripted answers, while 17 mails wait.

The server is a real one on the loopback (aiosmtpd) that answers each step as it is told, and Graph's
stand-in. Whoever sends, ``doubled`` and ``lost`` are 0.
"""

# ruff: noqa: E501 - one dialogue to a line
from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from models import MailKind, OutboxState
from tests.outside.inbox.dovecot import free_port
from tests.outside.mail.graph_server import Answer, graph_server
from tests.played import played_once
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.mail.undelivered import undelivered_mails
from udmelding.casework.wiring import Services
from udmelding.config.settings_sections import Graph, Mail
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.sending_faults import fault_at
from udmelding.outside.mail.graph import GraphTransport
from udmelding.outside.mail.smtp import SmtpTransport
from udmelding.outside.mail.transport import Transport
from udmelding.rules.mail.faults import Mend

REFERENCE = "CU-GRAVIDE-2025"
WANTED = 17
BEGUN = clock.at(dt.date(2024, 5, 15), "09:00")
TEN = dt.timedelta(minutes=10)


@dataclass(slots=True)
class Scripted:
    """A mail server that answers each step as it is told: always, or for one address only."""

    to_sender: str = ""
    to_receiver: str = ""
    to_content: str = ""
    only: str = ""
    said: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    receivers: list[list[str]] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_sender:
            self.said += 1
            return self.to_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_receiver and self.only in address:
            self.said += 1
            return self.to_receiver
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_content and any(self.only in address for address in envelope.rcpt_tos):
            self.said += 1
            return self.to_content
        assert isinstance(envelope.content, bytes)
        self.taken[str(message_from_bytes(envelope.content)["X-Udmelding-Key"])] += 1
        self.receivers.append(list(envelope.rcpt_tos))
        return "250 2.0.0 taken"


@pytest.fixture
def server() -> Iterator[tuple[Scripted, int]]:
    scripted = Scripted()
    controller = Controller(scripted, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield scripted, controller.port
    controller.stop(no_assert=True)


@played_once
def launched(services: Services) -> None:
    shipped = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([shipped])[0])


@dataclass(frozen=True, slots=True)
class Scene:
    """17 waiting mails and the way they go."""

    services: Services

    def deliver(self, now: dt.datetime) -> Counter[MailFate]:
        return deliver_waiting(self.services, now, f"at {now:%H:%M}")

    def mails(self) -> list[OutboxMail]:
        with reading(self.services.engine) as session:
            return outbox.list_mails(session)

    def states(self) -> Counter[OutboxState]:
        return Counter(mail.state for mail in self.mails())

    def fault(self, as_of: dt.datetime | None = None) -> Mend | None:
        with reading(self.services.engine) as session:
            found = fault_at(session, as_of)
        return found.mend if found else None


def a_mail(number: int, *copies: str) -> OutboxMail:
    key = f"{REFERENCE}/fault/mail-{number:03}"
    return OutboxMail(
        key=key,
        step="fault",
        party=f"{number:04}",
        mail=MailKind.NOTICE,
        rung="fault",
        due_on=None,
        template_version="",
        recipients=[f"kontakt-{number:03}@kommune.example"],
        copies=list(copies),
        attachments=[],
        subject=f"Mail {number}",
        text="Til kommunen\n",
        html="<p>Til kommunen</p>",
        message_id=f"<{number:03}@udmelding.example>",
        thread_id=f"<{number:03}@udmelding.example>",
        created_at=BEGUN,
        not_before=BEGUN,
    )


def write(services: Services, *mails: OutboxMail) -> None:
    with writing(services.engine) as session:
        case = find(session, REFERENCE)
        for mail in mails:
            outbox.enqueue(session, case.id, mail)


def scene_with(services: Services, transport: Transport) -> Scene:
    launched(services)
    write(services, *(a_mail(number) for number in range(WANTED)))
    return Scene(replace(services, transport=transport))


@pytest.fixture
def scene(services: Services, server: tuple[Scripted, int]) -> Scene:
    chosen = Mail(transport="smtp", host="127.0.0.1", port=server[1], security="none")
    return scene_with(services, SmtpTransport(chosen))


STOPS = [
    ("to_sender", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "send_as"),
    ("to_content", "554 5.2.252 SendAsDenied; a@k.example not allowed to send as b@k.example", "send_as"),
    ("to_content", "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", "limit"),
    ("to_sender", "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP", "blocked"),
    ("to_receiver", "550 5.7.1 Unable to relay", "relay"),
    ("to_sender", "503 5.5.4 Authentication required", "login"),
    ("to_receiver", "554 5.7.1 <x@kommune.example>: Relay access denied", "relay"),
    ("to_receiver", "553 5.7.1 <cu@k.example>: Sender address rejected: not owned by user udmelding", "send_as"),
    ("to_receiver", "530 5.7.57 Client not authenticated to send mail", "login"),
    ("to_content", "550 5.7.515 Access denied, sending domain k.example has no DMARC", "proofs"),
    ("to_content", "421 4.7.0 Try again later, closing connection", "busy"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "answer", "mend"), STOPS)
def test_what_concerns_the_sender_lets_all_wait_with_one_notice_and_no_try_too_many(
    scene: Scene, server: tuple[Scripted, int], step: str, answer: str, mend: str
) -> None:
    scripted, _ = server
    setattr(scripted, step, answer)

    assert scene.deliver(BEGUN) == {MailFate.POSTPONED: 1}
    assert scene.states() == {OutboxState.PENDING: WANTED}, "none has failed, none is held"
    assert scripted.said == 1, "one mail was tried, not 17"
    assert scene.fault() is Mend(mend)
    since = BEGUN
    scene.deliver(BEGUN + TEN)
    assert scripted.said <= 2
    with reading(scene.services.engine) as session:
        found = fault_at(session)
    assert found is not None
    assert found.since - since < TEN, "the same fault is told of once"
    assert answer in found.said

    setattr(scripted, step, "")  # somebody has mended it
    tomorrow = BEGUN + dt.timedelta(days=1, hours=1)
    scene.deliver(tomorrow)

    assert scene.states() == {OutboxState.SENT: WANTED}
    assert len(scripted.taken) == WANTED, "none is lost"
    assert set(scripted.taken.values()) == {1}, "none is doubled"
    assert scene.fault() is None
    assert scene.fault(BEGUN + TEN) is Mend(mend), "what was known then is still known"


GOES_ON = [
    ("to_receiver", "550 5.1.1 <kontakt-004@kommune.example>: User unknown", OutboxState.FAILED),
    ("to_receiver", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", OutboxState.FAILED),
    ("to_receiver", "550 5.7.1 Recipient address rejected: Access denied", OutboxState.FAILED),
    ("to_receiver", "552 5.2.2 Mailbox full", OutboxState.FAILED),
    ("to_receiver", "450 4.2.0 Recipient address rejected: Greylisted", OutboxState.PENDING),
    ("to_receiver", "452 4.2.2 Mailbox full", OutboxState.PENDING),
    ("to_receiver", "451 4.3.0 Temporary lookup failure", OutboxState.PENDING),
    ("to_content", "554 5.7.1 Rejected as spam", OutboxState.FAILED),
    ("to_content", "552 5.3.4 Message size exceeds fixed limit", OutboxState.FAILED),
    ("to_content", "451 4.3.0 Content scanner is unavailable", OutboxState.PENDING),
    ("to_content", "554 5.6.1 Attachment type not allowed", OutboxState.FAILED),
]


@pytest.mark.parametrize(("step", "answer", "state"), GOES_ON)
def test_what_concerns_one_receiver_or_one_mail_never_stops_the_others(
    scene: Scene, server: tuple[Scripted, int], step: str, answer: str, state: OutboxState
) -> None:
    scripted, _ = server
    setattr(scripted, step, answer)
    scripted.only = "-004@"

    scene.deliver(BEGUN)

    (other,) = [mail for mail in scene.mails() if mail.state is not OutboxState.SENT]
    assert (other.key, other.state) == (a_mail(4).key, state)
    assert answer in other.outcome
    assert len(scripted.taken) == WANTED - 1
    assert scene.fault() is None


def test_one_poisoned_mail_that_looks_like_our_own_fault_holds_the_others_up_once_only(
    scene: Scene, server: tuple[Scripted, int]
) -> None:
    scripted, _ = server
    scripted.to_receiver, scripted.only = "550 5.7.1 Unable to relay", "-000@"

    scene.deliver(BEGUN)
    assert scene.states()[OutboxState.SENT] == 0, "nobody can know yet that it is one alone"
    scene.deliver(BEGUN + TEN)

    assert scene.states() == {OutboxState.SENT: WANTED - 1, OutboxState.PENDING: 1}


def test_another_fault_is_told_of_anew(scene: Scene, server: tuple[Scripted, int]) -> None:
    scripted, _ = server
    scripted.to_sender = "503 5.5.4 Authentication required"
    scene.deliver(BEGUN)
    scripted.to_sender = "550 5.7.60 Client does not have permissions to send as this sender"
    scene.deliver(BEGUN + TEN)

    assert scene.fault(BEGUN) is Mend.LOGIN
    assert scene.fault() is Mend.SEND_AS


def test_a_limit_is_not_tried_again_before_a_day_has_gone(
    scene: Scene, server: tuple[Scripted, int]
) -> None:
    scripted, _ = server
    scripted.to_content = "550 5.1.90 you've reached your daily limit for message recipients"

    for number in range(24 * 6):
        scene.deliver(BEGUN + number * TEN)

    assert scripted.said == 1


# --- Copies ----------------------------------------------------------------------------------

DIRECTOR = "direktion@kommune.example"


def a_copied_mail() -> OutboxMail:
    return replace(a_mail(100, DIRECTOR, "chef@kommune.example"), text="Se http://a/k/x\n")


@pytest.fixture
def copied(services: Services, server: tuple[Scripted, int]) -> Scene:
    launched(services)
    write(services, a_copied_mail())
    chosen = Mail(transport="smtp", host="127.0.0.1", port=server[1], security="none")
    return Scene(replace(services, transport=SmtpTransport(chosen)))


def test_a_copy_that_is_not_taken_for_now_goes_by_itself_and_never_doubles_the_mail(
    copied: Scene, server: tuple[Scripted, int]
) -> None:
    scripted, _ = server
    scripted.to_receiver, scripted.only = "451 4.7.1 Greylisted", DIRECTOR
    main = a_copied_mail()

    copied.deliver(BEGUN)
    copied.deliver(BEGUN + TEN)
    scripted.to_receiver = ""
    for hours in (1, 2, 3):
        copied.deliver(BEGUN + dt.timedelta(hours=hours))

    copy = f"{main.key}/copy-1"
    assert scripted.taken == {main.key: 1, copy: 1}
    assert scripted.receivers == [[*main.recipients, "chef@kommune.example"], [DIRECTOR]]
    with reading(copied.services.engine) as session:
        sent = outbox.get(session, main.key)
        case = load(session, REFERENCE, BEGUN + dt.timedelta(days=1))
        assert undelivered_mails(session) == [], "what comes later is not lost"
    assert sent.outcome == f"kopien sendes igen for sig til {DIRECTOR} (451 4.7.1 Greylisted)"
    assert copy not in {mail.key for mail in case.mails}, "it is no other reminder"


def test_a_copy_that_is_refused_for_good_is_told_of_and_not_tried_again(
    copied: Scene, server: tuple[Scripted, int]
) -> None:
    scripted, _ = server
    scripted.to_receiver, scripted.only = "550 5.1.1 User unknown", DIRECTOR

    copied.deliver(BEGUN)
    copied.deliver(BEGUN + dt.timedelta(hours=1))

    assert scripted.taken == {a_copied_mail().key: 1}
    with reading(copied.services.engine) as session:
        lost = [(one.outbox_mail.key, one.address) for one in undelivered_mails(session)]
    assert lost == [(a_copied_mail().key, DIRECTOR)]


def test_no_copy_goes_before_the_one_that_the_mail_is_to(
    copied: Scene, server: tuple[Scripted, int]
) -> None:
    scripted, _ = server
    scripted.to_receiver, scripted.only = "450 4.2.0 Greylisted", "kontakt-100@"

    assert copied.deliver(BEGUN) == {MailFate.POSTPONED: 1}
    assert scripted.taken == {}
    scripted.to_receiver = ""
    copied.deliver(BEGUN + TEN)

    assert scripted.taken == {a_copied_mail().key: 1}
    assert len(scripted.receivers[0]) == 3


# --- Microsoft 365 ---------------------------------------------------------------------------

OF_GRAPH = [
    (403, "ErrorSendAsDenied", "send_as"),
    (404, "MailboxNotEnabledForRESTAPI", "mailbox"),
    (403, "ErrorAccessDenied", "access"),
    (400, "ErrorSubmissionQuotaExceeded", "limit"),
    (400, "ErrorQuotaExceeded", "quota"),
    (429, "TooManyRequests", "busy"),
    (503, "ErrorServerBusy", "busy"),
]


def graph_settings(address: str) -> Graph:
    return Graph(
        tenant="kommune.example",
        client_id="app",
        client_secret=SecretStr("hemmelig"),
        mailbox="sekretariat@kommune.example",
        authority=address,
        api_url=f"{address}/v1.0",
    )


@pytest.mark.parametrize(("status", "code", "mend"), OF_GRAPH)
def test_over_graph_the_same_faults_let_all_wait(
    services: Services, status: int, code: str, mend: str
) -> None:
    with graph_server() as graph:
        scene = scene_with(services, GraphTransport(graph_settings(graph.address), 2.0))
        graph.script = [Answer(status, code)]

        assert scene.deliver(BEGUN) == {MailFate.POSTPONED: 1}
        assert scene.states() == {OutboxState.PENDING: WANTED}
        assert scene.fault() is Mend(mend)

        scene.deliver(BEGUN + dt.timedelta(days=1, hours=1))
        assert scene.states() == {OutboxState.SENT: WANTED}
        assert {mail.transport for mail in scene.mails()} == {"graph"}
        keys = Counter(str(mail["X-Udmelding-Key"]) for mail in graph.mails)
        assert len(keys) == WANTED
        assert set(keys.values()) == {1}
        assert scene.fault() is None


def test_over_graph_a_wrong_secret_lets_all_wait_without_a_mail_tried(services: Services) -> None:
    with graph_server() as graph:
        scene = scene_with(services, GraphTransport(graph_settings(graph.address), 2.0))
        graph.token_answers = [401]

        scene.deliver(BEGUN)

        assert scene.fault() is Mend.ACCESS
        assert graph.paths == []


@pytest.mark.parametrize("code", ["ErrorInvalidRecipients", "ErrorMimeContentInvalid"])
def test_over_graph_one_bad_mail_never_stops_the_others(services: Services, code: str) -> None:
    with graph_server() as graph:
        scene = scene_with(services, GraphTransport(graph_settings(graph.address), 2.0))
        graph.script = [Answer(400, code)]

        assert scene.deliver(BEGUN) == {MailFate.FAILED: 1, MailFate.SENT: WANTED - 1}
        assert scene.fault() is None
