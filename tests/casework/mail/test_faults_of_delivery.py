"""What happens to 98 mails when something breaks: how many are sent, doubled, lost.

Each fault runs the real delivery against a real SMTP server (aiosmtpd) that counts what it took.
Where the sender is killed, it is a process of its own, killed with SIGKILL. The last column says
what is left for a person to decide.

================================================ ====== ==== ======= ==== ======
fault                                            wanted sent doubled lost person
================================================ ====== ==== ======= ==== ======
killed before a claim                                98   98       0    0      0
killed after a claim                                 98   98       0    0      0
killed in the middle of the SMTP dialogue            98   97       0    0   1 held
killed after the server's 250, before the mark       98   98       0    0   1 held
server down for a day                                98   98       0    0      0
database locked before a claim                       98   98       0    0      0
database locked after the 250                        98   98       0    0   1 held
disk full where mails become files                   99   99       0    0      0
disk full where the database is                      98   98       0    0  0-1 held
clock set back two hours after a kill                98   98       0    0      0
two deliveries at once                               98   98       0    0      0
two daily runs at once                               18   18       0    0      0
one of 98 addresses invalid                          98   97       0    0 1 failed
connection cut after every tenth mail's content      98   89       0    0   9 held
both nights on which the clock jumps                 98   98       0    0      0
================================================ ====== ==== ======= ==== ======

«Held» is the one thing that no sender can decide: the server may have taken the mail. Once a person
has looked, every row ends at all wanted, none doubled, none lost; the tests do that too.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from models import MailKind, OutboxState
from tests.counting import KILLS, counted
from tests.outside.inbox.dovecot import free_port
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services, make_services
from udmelding.errors import OutsideError
from udmelding.journal import database
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail

pytestmark = pytest.mark.long("holds that no fault loses or doubles a mail")

REFERENCE = "CU-GRAVIDE-2025"
WANTED = 98
BEGUN = clock.at(dt.date(2024, 5, 15), "09:00")
LATER = BEGUN + dt.timedelta(hours=1)


@dataclass(slots=True)
class Counting:
    """A mail server that counts, and misbehaves when it is told to."""

    taken: Counter[str] = field(default_factory=Counter)
    invalid: set[str] = field(default_factory=set)
    hang_on: str = ""
    cut_every: int = 0
    seen: int = 0
    is_hanging: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.invalid:
            return "550 5.1.1 User unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        name = str(message_from_bytes(envelope.content)["X-Udmelding-Key"])
        self.seen += 1
        if self.hang_on and self.hang_on in name:
            self.is_hanging.set()
            await asyncio.sleep(60)  # never answers; the sender is killed meanwhile
        if self.cut_every and self.seen % self.cut_every == 0:
            assert server.transport is not None
            server.transport.close()
            return "421 gone"
        self.taken[name] += 1
        return "250 taken"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the mails that were wanted."""

    wanted: int
    sent: int
    doubled: int
    lost: int
    held: int = 0
    failed: int = 0


@dataclass(slots=True)
class Scene:
    """98 waiting mails, the server they go to, and the services that send them."""

    services: Services
    server: Counting
    environ: dict[str, str]

    def told(self) -> Told:
        with reading(self.services.engine) as session:
            mails = outbox.list_mails(session)
        states = Counter(mail.state for mail in mails)
        taken = self.server.taken
        known = {k for k, n in taken.items() if n}
        open_ = {OutboxState.HELD, OutboxState.FAILED, OutboxState.PENDING, OutboxState.CLAIMED}
        missing = [x for x in mails if x.key not in known and x.state not in open_]
        return Told(
            wanted=len(mails),
            sent=len(known),
            doubled=sum(taken.values()) - len(known),
            lost=len(missing),
            held=states[OutboxState.HELD],
            failed=states[OutboxState.FAILED],
        )

    def deliver(self, now: dt.datetime, times: int = 1) -> None:
        for number in range(times):
            deliver_waiting(self.services, now + number * dt.timedelta(minutes=10), f"s{number}")

    def process(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        code = textwrap.dedent(_PROGRAM) + textwrap.dedent(program)
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.Popen(command, env=self.environ)  # noqa: S603 - our own program

    def killed(self, program: str, now: dt.datetime = BEGUN) -> None:
        """Run a sender that kills itself."""
        assert self.process(program, now.isoformat()).wait(30) == -signal.SIGKILL
        counted[KILLS] += 1

    def person_says(self, *, was_sent: bool, now: dt.datetime) -> None:
        """Somebody looks at what is held or failed, and says what became of it."""
        with writing(self.services.engine) as session:
            stuck = outbox.list_mails(session, states=(OutboxState.HELD, OutboxState.FAILED))
            for mail in stuck:
                outbox.resolve(session, mail.key, was_sent=was_sent, now=now)


_PROGRAM = """
    import datetime as dt, os, signal, sys
    from udmelding.casework.mail.delivery import deliver_waiting
    from udmelding.casework.due.perform import advance
    from udmelding.casework.wiring import make_services
    from udmelding.journal.mail import outbox
    now = dt.datetime.fromisoformat(sys.argv[1])
    def die(): os.kill(os.getpid(), signal.SIGKILL)
"""
_KILL_AT = """
    def kill(key, here):
        if here == "{place}" and key.endswith("-040"):
            die()
    deliver_waiting(make_services(), now, str(os.getpid()), kill)
"""


@pytest.fixture
def server() -> Iterator[tuple[Counting, int]]:
    counting = Counting()
    controller = Controller(counting, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield counting, controller.port
    controller.stop(no_assert=True)


@pytest.fixture
def smtp(server: tuple[Counting, int], home: Path, monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting, port = server
    chosen = {
        "TRANSPORT": "smtp",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SECURITY": "none",
        "PER_MINUTE": "0",
        "TIMEOUT_SECONDS": "5",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(f"UDMELDING_MAIL__{name}", value)
    monkeypatch.setenv("UDMELDING_HOME", str(home))
    return counting


@pytest.fixture
def scene(smtp: Counting) -> Iterator[Scene]:
    services = make_services()
    demo.happen(services, demo.events([shipped()])[0])
    write(services, WANTED)
    yield Scene(services, smtp, dict(os.environ))
    services.close()


def shipped() -> Any:
    return next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)


def write(services: Services, number: int, text: str = "Kære kommune\n") -> None:
    """Lay mails into the outbox, as a launch does."""
    with writing(services.engine) as session:
        case = find(session, REFERENCE)
        for n in range(number):
            outbox.enqueue(session, case.id, mail(n, text))


def mail(number: int, text: str) -> OutboxMail:
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
        copies=[],
        attachments=[],
        subject=f"Mail {number}",
        text=text,
        html="<p>Kære kommune</p>",
        message_id=f"<{number:03}@udmelding.example>",
        thread_id=f"<{number:03}@udmelding.example>",
        created_at=BEGUN,
        not_before=BEGUN,
    )


ALL_SENT = Told(wanted=WANTED, sent=WANTED, doubled=0, lost=0)


def test_killed_before_a_claim(scene: Scene) -> None:
    program = """
        claim, count = outbox.claim, 0
        def claim_or_die(*given):
            global count
            count += 1
            if count == 40:
                die()
            return claim(*given)
        outbox.claim = claim_or_die
        deliver_waiting(make_services(), now, str(os.getpid()))
    """
    scene.killed(program)
    assert 0 < scene.told().sent < WANTED
    scene.deliver(LATER)
    assert scene.told() == ALL_SENT


def test_killed_after_a_claim(scene: Scene) -> None:
    scene.killed(_KILL_AT.format(place="claimed"))
    assert 0 < scene.told().sent < WANTED
    scene.deliver(BEGUN + dt.timedelta(minutes=1))
    assert scene.told().sent == WANTED - 1, "its claim still holds"
    scene.deliver(LATER)
    assert scene.told() == ALL_SENT


def test_killed_in_the_middle_of_the_smtp_dialogue(scene: Scene) -> None:
    scene.server.hang_on = "mail-040"
    sender = scene.process(
        "deliver_waiting(make_services(), now, str(os.getpid()))", BEGUN.isoformat()
    )
    assert scene.server.is_hanging.wait(30)
    sender.kill()
    sender.wait(10)
    counted[KILLS] += 1
    scene.server.hang_on = ""
    scene.deliver(LATER)
    assert scene.told() == Told(WANTED, sent=WANTED - 1, doubled=0, lost=0, held=1)
    scene.person_says(was_sent=False, now=LATER)
    scene.deliver(LATER)
    assert scene.told() == ALL_SENT


def test_killed_after_the_servers_250_and_before_the_mark(scene: Scene) -> None:
    scene.killed(_KILL_AT.format(place="sent"))
    scene.deliver(LATER)
    assert scene.told() == Told(WANTED, sent=WANTED, doubled=0, lost=0, held=1)
    with reading(scene.services.engine) as session:
        (held,) = outbox.list_mails(session, states=(OutboxState.HELD,))
    assert "mailserveren kan ikke spørges" in held.outcome
    scene.person_says(was_sent=True, now=LATER)
    scene.deliver(LATER)
    assert scene.told() == ALL_SENT


def test_server_down_for_a_day(
    scene: Scene, server: tuple[Counting, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_MAIL__PORT", str(free_port()))
    away = make_services()
    for number in range(24 * 6):
        deliver_waiting(away, BEGUN + number * dt.timedelta(minutes=10), "away")
    away.close()
    with reading(scene.services.engine) as session:
        mails = outbox.list_mails(session)
    assert {x.state for x in mails} == {OutboxState.PENDING}
    assert sum(x.attempts for x in mails) == 24 * 6, "one try for each delivery, not 98"
    scene.deliver(BEGUN + dt.timedelta(days=1), times=12 * 6 + 1)
    assert scene.told() == ALL_SENT


def _locked(path: Path) -> sqlite3.Connection:
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    return holder


def test_database_locked_before_a_claim(
    scene: Scene, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    impatient = make_services()
    holder = _locked(home / "udmelding.db")
    with pytest.raises(OutsideError) as raised:
        deliver_waiting(impatient, BEGUN, "one")
    assert raised.value.is_temporary
    assert scene.told().sent == 0
    holder.rollback()
    deliver_waiting(impatient, BEGUN, "two")
    impatient.close()
    assert scene.told() == ALL_SENT


def test_database_locked_after_the_250(
    scene: Scene, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    impatient = make_services()
    held: list[sqlite3.Connection] = []

    def lock(key: str, place: str) -> None:
        if place == "sent" and key.endswith("-040"):
            held.append(_locked(home / "udmelding.db"))

    with pytest.raises(OutsideError):
        deliver_waiting(impatient, BEGUN, "one", lock)
    held[0].rollback()
    impatient.close()
    scene.deliver(LATER)
    assert scene.told() == Told(WANTED, sent=WANTED, doubled=0, lost=0, held=1)


def test_disk_full_where_mails_become_files(
    scene: Scene, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No file may grow beyond 8 MB: one mail has more, the database has less.
    monkeypatch.setenv("UDMELDING_MAIL__TRANSPORT", "folder")
    scene.environ = dict(os.environ)
    stored = scene.services.store.put(b"x" * 9_000_000)
    file = {"sha256": stored.sha256, "file_name": "stor.bin", "media_type": "application/x-big"}
    large = replace(mail(900, "Se filen.\n"), attachments=[file])
    with writing(scene.services.engine) as session:
        outbox.enqueue(session, find(session, REFERENCE).id, large)
    program = """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, 8_000_000))
        deliver_waiting(make_services(), now, str(os.getpid()))
    """
    assert scene.process(program, BEGUN.isoformat()).wait(30) == 0
    files = list((home / "mail").rglob("*.eml"))
    assert len(files) == WANTED, "those that fit are there, and no half one"
    with reading(scene.services.engine) as session:
        waiting = outbox.get(session, large.key)
    assert waiting.state is OutboxState.PENDING
    assert "kan ikke skrives" in waiting.outcome
    roomy = make_services()
    deliver_waiting(roomy, LATER, "room again")
    roomy.close()
    assert len(list((home / "mail").rglob("*.eml"))) == WANTED + 1
    everything = [path for path in (home / "mail").rglob("*") if path.is_file()]
    assert len(everything) == WANTED + 1, "nothing half is left"


def test_disk_full_where_the_database_is(scene: Scene, home: Path) -> None:
    size = max(path.stat().st_size for path in home.glob("udmelding.db*"))
    program = f"""
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 100_000}, {size + 100_000}))
        deliver_waiting(make_services(), now, str(os.getpid()))
    """
    assert scene.process(program, BEGUN.isoformat()).wait(30) == 1, "it says so and ends"
    assert 0 < scene.told().sent < WANTED
    scene.deliver(LATER)
    told = scene.told()
    # Where the room ends between the server's 250 and the mark, that one mail is held.
    assert told.doubled == told.lost == told.failed == 0
    assert told.held <= 1
    assert told.sent == WANTED


def test_clock_set_back_two_hours_after_a_kill(scene: Scene) -> None:
    scene.killed(_KILL_AT.format(place="claimed"))
    before = scene.told().sent
    scene.deliver(BEGUN - dt.timedelta(hours=2), times=11)
    assert scene.told().sent == before, "what was written in the future waits for it"
    scene.deliver(BEGUN, times=3)
    assert scene.told() == ALL_SENT


@pytest.mark.slow
def test_two_deliveries_at_once(scene: Scene) -> None:
    program = "deliver_waiting(make_services(), now, str(os.getpid()))"
    both = [scene.process(program, BEGUN.isoformat()) for _ in range(2)]
    assert [sender.wait(60) for sender in both] == [0, 0]
    scene.deliver(LATER)
    assert scene.told() == ALL_SENT


@pytest.mark.slow
def test_two_daily_runs_at_once(smtp: Counting) -> None:
    services = make_services()
    demo.happen(services, demo.events([shipped()])[0])
    scene = Scene(services, smtp, dict(os.environ))
    program = f"""
        services = make_services()
        advance(services, "{REFERENCE}", now)
        deliver_waiting(services, now, str(os.getpid()))
    """
    both = [scene.process(program, BEGUN.isoformat()) for _ in range(2)]
    assert [sender.wait(60) for sender in both] == [0, 0]
    advance(services, REFERENCE, LATER)
    scene.deliver(LATER)
    assert scene.told() == Told(wanted=18, sent=18, doubled=0, lost=0)
    services.close()


def test_one_of_98_addresses_is_invalid(scene: Scene) -> None:
    scene.server.invalid = {"kontakt-040@kommune.example"}
    scene.deliver(BEGUN)
    assert scene.told() == Told(WANTED, sent=WANTED - 1, doubled=0, lost=0, failed=1)
    scene.deliver(LATER, times=10)
    assert scene.told().failed == 1, "it is not tried again"
    scene.server.invalid = set()
    scene.person_says(was_sent=False, now=LATER)
    scene.deliver(LATER)
    assert scene.told() == ALL_SENT


def test_connection_cut_after_every_tenth_mails_content(scene: Scene) -> None:
    scene.server.cut_every = 10
    scene.deliver(BEGUN)
    assert scene.told() == Told(WANTED, sent=WANTED - 9, doubled=0, lost=0, held=9)
    scene.server.cut_every = 0
    scene.person_says(was_sent=False, now=LATER)
    scene.deliver(LATER)
    assert scene.told() == ALL_SENT


@pytest.mark.parametrize("night", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)], ids=str)
def test_both_nights_on_which_the_clock_jumps(
    scene: Scene, night: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_MAIL__PORT", str(free_port()))
    away = make_services()
    begun = dt.datetime.fromtimestamp(clock.at(night, "00:00").timestamp(), dt.UTC)
    for number in range(12):  # the server is away until four in the morning
        now = (begun + number * dt.timedelta(minutes=20)).astimezone(clock.COPENHAGEN)
        deliver_waiting(away, now, "away")
    away.close()
    for number in range(12, 60):
        now = (begun + number * dt.timedelta(minutes=20)).astimezone(clock.COPENHAGEN)
        deliver_waiting(scene.services, now, "back")
    assert scene.told() == ALL_SENT
