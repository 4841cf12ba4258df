"""Looks at bytes that nobody can trust in a process of its own, which is ended at its limits.

A reader of PDFs may work for hours on a small file that was made for it, and nothing in the same
process could stop it. So one small process stands by (it has loaded the readers once) and forks a
child for each file; the child has its limits from the system (``Limits``), and is killed when it
has had its time. What comes back is JSON: a child that was taken over can tell lies, not run code.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO, Any, BinaryIO

from udmelding.errors import OutsideError, RefusedError

_HEAD = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of processor time and of wall clock, bytes of memory."""

    cpu_seconds: int = 10
    wall_seconds: int = 20
    memory_bytes: int = 1024**3


class TooCostlyError(RefusedError):
    """The file was not read to its end within its limits; it would not be the next time either.

    An example: a PDF of 300 kB with thousands of object streams and no table of where they are.
    """

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Filen tager for lang tid at undersøge og er ikke gemt. Åbn den, gem den som en ny PDF "
            "(vælg Udskriv og Gem som PDF), og send den nye."
        )


class BusyError(OutsideError):
    """Too many files are looked at already; whoever waits any longer keeps others waiting."""

    def __init__(self) -> None:
        """Say that it is not the file."""
        told = "Der undersøges mange filer lige nu, og intet er gemt. Prøv igen om et minut."
        super().__init__(told, is_temporary=True)


_PATIENCE = 15.0
"""Seconds that a file waits for those before it; meanwhile it holds one of the pages' threads."""


class Readers:
    """The process that stands by, and the way to it; one file at a time."""

    def __init__(self) -> None:
        """Start nothing yet: most processes never look at a file."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def call(
        self, function: str, content: bytes, said: Mapping[str, Any], limits: Limits
    ) -> dict[str, Any]:
        """What a function makes of the bytes.

        Args:
            function: ``module:name``; it takes the bytes and ``said``, and returns JSON's values.
            content: the bytes.
            said: further arguments, as JSON holds them.
            limits: what it may cost.

        Raises:
            TooCostlyError: it was ended at its limits.
            BusyError: those before it were not done in time.
            OutsideError: no process can be started.
        """
        head = json.dumps({"function": function, "said": said, "limits": asdict(limits)}).encode()
        if not self._lock.acquire(timeout=_PATIENCE):
            raise BusyError
        try:
            answer = self._answer(head, content)
        finally:
            self._lock.release()
        if answer is None:
            raise TooCostlyError
        return answer

    def _answer(self, head: bytes, content: bytes) -> dict[str, Any] | None:
        process = self._running()
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
            process.stdin.write(_HEAD.pack(len(head), len(content)) + head)
            process.stdin.write(content)
            process.stdin.flush()
            size, _ = _HEAD.unpack(_exactly(process.stdout, _HEAD.size))
            found: dict[str, Any] | None = json.loads(_exactly(process.stdout, size))
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise OutsideError(
                "Filer kan ikke undersøges lige nu, og intet er gemt.", is_temporary=True
            ) from error
        return found

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", __name__]
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
            atexit.register(self.close)
        return self._process

    def close(self) -> None:
        """End the process that stands by; the next file starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


READERS = Readers()
"""Those of this process."""


def _exactly(source: IO[bytes], size: int) -> bytes:
    found = source.read(size)
    if len(found) < size:
        raise EOFError
    return found


# --- The process that stands by ---


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer one request after another until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while head := source.read(_HEAD.size):
        size, more = _HEAD.unpack(head)
        asked, content = json.loads(_exactly(source, size)), _exactly(source, more)
        module, _, name = asked["function"].partition(":")
        function = getattr(importlib.import_module(module), name)  # loaded before the fork
        answer = _in_a_child(function, content, asked["said"], Limits(**asked["limits"]))
        target.write(_HEAD.pack(len(answer), 0) + answer)
        target.flush()


def _in_a_child(function: Any, content: bytes, said: dict[str, Any], limits: Limits) -> bytes:
    """The child's answer; ``null`` where it was ended, or broke."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - measured nowhere, it ends without a word
        os.close(reading)
        _limit(limits)
        with suppress(BaseException):
            with os.fdopen(writing, "wb") as into:
                into.write(json.dumps(function(content, **said)).encode())
            os._exit(0)
        os._exit(1)
    os.close(writing)
    try:
        parts, is_done = _parts(reading, time.monotonic() + limits.wall_seconds)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    is_whole = is_done and os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return b"".join(parts) if is_whole and parts else b"null"


def _parts(reading: int, until: float) -> tuple[Sequence[bytes], bool]:
    """What comes through the pipe, and whether it came to its end in time."""
    parts: list[bytes] = []
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            break
        part = os.read(reading, 1 << 16)
        if not part:
            return parts, True
        parts.append(part)
    return parts, False


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
