"""clamd is asked over its socket; only its clear word lets a file through."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from udmelding.outside.clamd import Clamd, TooLargeToScanError, TooSlowToScanError, UnscannedError

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that every scanner takes for a virus, so that it can be tried out; written in two halves
so that no scanner takes this file for it."""


@dataclass
class FakeClamd:
    """Answers as clamd does; what it was sent stands in ``came``.

    Attributes:
        answer: in place of its own; ``b""`` hangs up, None says nothing.
        most: its StreamMaxLength.
        is_slow: it is not done with a file in time.
    """

    address: str = ""
    answer: bytes | str | None = "own"
    most: int = 1 << 26
    is_slow: bool = False
    came: list[bytes] = field(default_factory=list)
    chunks: list[int] = field(default_factory=list)

    def serve_and_close(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.serve(connection)

    def serve(self, connection: socket.socket) -> None:
        source = connection.makefile("rb")
        command = bytearray()
        while not command.endswith(b"\0"):
            command += source.read(1)
        own = b"PONG\0"
        if command == b"zINSTREAM\0":
            content = bytearray()
            while size := struct.unpack(">I", source.read(4))[0]:
                if len(content) + size > self.most:
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
                self.chunks.append(size)
                content += source.read(size)
            self.came.append(bytes(content))
            is_bad = EICAR in content
            own = b"stream: Eicar-Test-Signature FOUND\0" if is_bad else b"stream: OK\0"
        answer = own if self.answer == "own" else self.answer
        if answer is None or (self.is_slow and own != b"PONG\0"):
            time.sleep(1)
        elif answer:
            assert isinstance(answer, bytes)
            connection.sendall(answer)


@contextmanager
def fake_clamd(path: Path | None = None) -> Iterator[FakeClamd]:
    """A clamd on a path, or on a port of this machine."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listening.bind(str(path) if path else ("127.0.0.1", 0))
    listening.listen()
    fake = FakeClamd(str(path) if path else f"tcp://127.0.0.1:{listening.getsockname()[1]}")

    def answer() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(
                    target=fake.serve_and_close, args=[connection], daemon=True
                ).start()

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield fake
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


@pytest.fixture(params=["path", "port"])
def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FakeClamd]:
    with fake_clamd(tmp_path / "clamd.ctl" if request.param == "path" else None) as fake:
        yield fake


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_000])
def test_all_bytes_go_in_chunks_and_an_honest_file_holds_nothing(
    clamd: FakeClamd, size: int
) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    assert Clamd(clamd.address, 5).virus_in(content) == ""
    assert clamd.came == [content]
    assert max(clamd.chunks, default=0) <= 65_536


def test_what_it_finds_is_told_by_name(clamd: FakeClamd) -> None:
    assert Clamd(clamd.address, 5).virus_in(b"Referat " + EICAR) == "Eicar-Test-Signature"


def test_a_file_that_it_does_not_take_is_refused_and_not_let_through(clamd: FakeClamd) -> None:
    clamd.most = 100_000

    with pytest.raises(TooLargeToScanError, match="StreamMaxLength"):
        Clamd(clamd.address, 5).virus_in(bytes(20_000_000))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "afbrød uden svar"),
        (b"stream: OK", "afbrød uden svar"),
        (b"stream: OK\n\0more\0", "svarede «stream: OK"),
        (b"stream: Can't allocate memory ERROR\0", "svarede «stream: Can't allocate memory ERROR»"),
        (b"UNKNOWN COMMAND\0", "svarede «UNKNOWN COMMAND»"),
        (None, "svarede ikke inden 0.2 sekunder"),
    ],
    ids=["hangs up", "is cut", "says more", "an error", "another program", "is silent"],
)
def test_whatever_is_no_clear_answer_is_an_error_that_may_pass(
    clamd: FakeClamd, answer: bytes | None, told: str
) -> None:
    clamd.answer = answer
    scanner = Clamd(clamd.address, 0.2)

    for ask in (lambda: scanner.virus_in(b"Referat"), scanner.ping):
        with pytest.raises(UnscannedError, match="intet er gemt") as silent:
            ask()
        assert silent.value.is_temporary
        assert told in silent.value.why
        assert clamd.address not in silent.value.message, "that is nobody's business"


@pytest.mark.parametrize(
    "address", ["/nowhere/clamd.ctl", "tcp://127.0.0.1:1", "tcp://127.0.0.1:99999", f"/{'x' * 200}"]
)
def test_where_nothing_listens_it_cannot_be_reached(address: str) -> None:
    with pytest.raises(UnscannedError) as away:
        Clamd(address, 1).virus_in(b"Referat")

    assert "kan ikke nås" in away.value.why


def test_one_that_takes_the_bytes_too_slowly_is_given_up_at_the_deadline(tmp_path: Path) -> None:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "clamd.ctl"))
    listening.listen()  # and nobody reads
    begin = time.monotonic()

    with pytest.raises(UnscannedError) as silent:  # nor does it answer a ping
        Clamd(str(tmp_path / "clamd.ctl"), 0.3).virus_in(bytes(20_000_000))

    assert "svarede ikke inden 0.3 sekunder" in silent.value.why
    assert time.monotonic() - begin < 2
    listening.close()


def test_a_file_that_it_is_not_done_with_is_refused_for_good_where_it_answers_otherwise(
    clamd: FakeClamd,
) -> None:
    clamd.is_slow = True

    with pytest.raises(TooSlowToScanError, match="ikke gemt"):
        Clamd(clamd.address, 0.2).virus_in(b"Referat")


def test_it_says_whether_it_answers(clamd: FakeClamd) -> None:
    Clamd(clamd.address, 5).ping()
