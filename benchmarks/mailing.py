"""Many mails to a local server: the outbox with all its guarantees, next to bare ``smtplib``.

Ours reads each mail from the database, asks whether it is still wanted, and writes down durably
that it is claimed, handed over and sent. The floor sends the very same messages,
over one connection, and would not know what it had done if it were killed. It makes the messages
too: whoever sends a mail has to.
"""

# The floors are written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S101

from __future__ import annotations

import json
import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import cases
from benchmarks.measure import peak_rss_mb, timed
from benchmarks.results import Aim, Measure, Result
from models import MailKind
from udmelding import clock
from udmelding.casework.mail.delivery import MailFate, deliver_waiting, message_of
from udmelding.casework.wiring import Services, make_services
from udmelding.journal.case.header import find, references
from udmelding.journal.database import reading, writing
from udmelding.journal.launch import launch
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.outside.mail.mime import POLICY, message_id_for

MOMENT = clock.at(cases.ASKED, "09:00")
SIZES = (98, 10_000)
TEXT = "Kære koordinator\n\nVi beder om jeres svar på spørgsmålene om målgruppen.\n\n" * 12


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """98 and 10,000 mails; a quick run has 98 and 980."""
    peaks: list[float] = []
    for number in (SIZES[0], SIZES[1] // (10 if is_quick else 1)):
        with _sink() as port:
            told = _child(folder / str(number), number, port)
        peaks.append(told["peak"])
        yield Result(
            workload=f"mail/enqueue-{number}",
            cases=1,
            councils=number,
            seconds=told["enqueue"],
            peak_rss_mb=told["peak"],
        )
        yield Result(
            workload=f"mail/deliver-{number}",
            cases=1,
            councils=number,
            peak_rss_mb=told["peak"],
            seconds=told["deliver"],
            ratio_to_floor=told["deliver"] / told["floor"],
            floor="bare smtplib, one connection, the same messages made, nothing written down",
            aim=Aim(Measure.RATIO, 2),
            why_not="three durable commits for each mail; the floor writes nothing down",
        )
    yield Result(
        workload="mail/memory-of-the-larger-over-the-smaller",
        cases=1,
        councils=SIZES[1],
        seconds=0,
        ratio_to_floor=peaks[1] / peaks[0],
        floor="the peak of 98 mails",
        peak_rss_mb=peaks[1],
        aim=Aim(Measure.RATIO, 1.1),
    )


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.smtp_sink"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield int(server.stdout.readline())
        server.stdin.close()


def _child(home: Path, number: int, port: int) -> dict[str, float]:
    """What one size takes, in a process of its own, so that its peak memory is its own."""
    settings = {
        "UDMELDING_HOME": str(home),
        "UDMELDING_MAIL__TRANSPORT": "smtp",
        "UDMELDING_MAIL__HOST": "127.0.0.1",
        "UDMELDING_MAIL__PORT": str(port),
        "UDMELDING_MAIL__SECURITY": "none",
        "UDMELDING_MAIL__PER_MINUTE": "0",
    }
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UDMELDING_")} | settings
    command = [sys.executable, "-m", "benchmarks.mailing", str(number), str(port)]
    done = subprocess.run(  # noqa: S603
        command, env=environ, check=True, capture_output=True, text=True
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main(number: int, port: int) -> dict[str, float]:
    """Enqueue and deliver; then the floor."""
    services = make_services()
    with writing(services.engine) as session:
        cases.make_contacts(session)
        launch(session, cases.new_case(0), cases.stamp(cases.RECEIVED))
    enqueue, _ = timed(lambda: _enqueue(services, number))
    deliver, fates = timed(lambda: _deliver(services))
    assert fates == number, fates
    peak = peak_rss_mb()
    with reading(services.engine) as session:
        mails = outbox.list_mails(session)
    assert len(mails) == number
    floor, _ = timed(lambda: _floor(services, mails, port))
    services.close()
    return {"enqueue": enqueue, "deliver": deliver, "floor": floor, "peak": peak}


def _enqueue(services: Services, number: int) -> None:
    with writing(services.engine) as session:
        case = find(session, references(session)[0])
        for n in range(number):
            outbox.enqueue(session, case.id, _mail(case.reference, n))


def _mail(reference: str, number: int) -> OutboxMail:
    key = f"{reference}/benchmark/{number:05}"
    name = message_id_for(key, "udmelding.example")
    return OutboxMail(
        key=key,
        step="collection",
        party=f"{number:04}",
        mail=MailKind.NOTICE,
        rung="benchmark",
        due_on=None,
        template_version="",
        recipients=[f"kontakt-{number}@kommune-{number % 98}.example"],
        copies=[],
        attachments=[],
        subject=f"[{reference}] Påmindelse {number}",
        text=TEXT,
        html=f"<p>{TEXT}</p>",
        message_id=name,
        thread_id=name,
        created_at=MOMENT,
        not_before=MOMENT,
    )


def _deliver(services: Services) -> int:
    """As often as it takes: one delivery ends after its time."""
    sent = 0
    for _ in range(100):
        found = deliver_waiting(services, MOMENT, "benchmark")[MailFate.SENT]
        sent += found
        if not found:
            break
    return sent


def _floor(services: Services, mails: list[OutboxMail], port: int) -> None:
    """The same messages, made and sent over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        for mail in mails:
            made = message_of(services, mail)
            content = made.as_bytes(policy=POLICY)
            server.sendmail(services.settings.secretariat.email, mail.recipients, content)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
