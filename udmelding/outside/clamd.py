"""Is there a virus in these bytes? Asked of clamd, the daemon of ClamAV, over its socket.

INSTREAM as clamd(8) describes it: the command, then chunks of the bytes, each after its length in
four bytes, a length of nothing at the end; then one line comes back. One connection for each file,
and one deadline for all of it. Whatever is not a clear answer is an error: nothing is let through
because nobody looked.
"""

from __future__ import annotations

import logging
import re
import socket
import struct
import time
from contextlib import suppress
from urllib.parse import urlsplit

from udmelding.errors import OutsideError, RefusedError

_log = logging.getLogger(__name__)
_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 16
_MOST_ANSWER = 4096
_PING_SECONDS = 5.0
_FOUND = re.compile(r"stream: (.+) FOUND")


class UnscannedError(OutsideError):
    """clamd did not answer, or not clearly; nothing was let through, and a later try may succeed.

    Attributes:
        why: for whoever looks after it; a sender is not told where it listens.
    """

    def __init__(self, why: str) -> None:
        """Say that it is not the file."""
        told = "Filer kan ikke undersøges for virus lige nu, og intet er gemt. Prøv igen om lidt."
        super().__init__(told, is_temporary=True)
        self.why = why


class TooLargeToScanError(RefusedError):
    """clamd takes no file of that size; it would not the next time either.

    An example: its ``StreamMaxLength`` is lower than what the program takes.
    """

    def __init__(self) -> None:
        """Say what to do, to the sender and to whoever looks after clamd."""
        super().__init__(
            "Filen er større, end virusscanneren tager imod, og er ikke gemt. Send en mindre fil, "
            "eller bed en administrator om at hæve StreamMaxLength i clamd.conf."
        )


class TooSlowToScanError(RefusedError):
    """clamd is well, and was not done with this file in time; it would not be the next time either.

    An example: a file made so that whoever looks into it never comes to its end.
    """

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Virusscanneren blev ikke færdig med filen, og den er ikke gemt. Gem indholdet i en ny "
            "fil, og send den."
        )


class Clamd:
    """The way to one clamd; nothing is opened before something is asked."""

    def __init__(self, address: str, timeout: float) -> None:
        """Keep the address.

        Args:
            address: path of its socket, or ``tcp://host:port``.
            timeout: seconds for one file, from the connection to the answer.
        """
        self.address, self.timeout = address, timeout

    def virus_in(self, content: bytes) -> str:
        """The name of what clamd finds; empty where it finds nothing.

        Raises:
            TooLargeToScanError: clamd takes no file of that size.
            TooSlowToScanError: it is well, and was not done with this one in time.
            UnscannedError: it does not answer, or with an error.
        """
        try:
            answer = self._ask(b"zINSTREAM\0", content, self.timeout)
        except TimeoutError as error:
            self.ping()  # else it is the file: it must not be tried for ever, before all others
            raise TooSlowToScanError from error
        if answer == "stream: OK":
            return ""
        if found := _FOUND.fullmatch(answer):
            return found[1][:100]
        if "size limit exceeded" in answer:
            raise TooLargeToScanError
        raise self._silent(f"svarede «{answer[:100]}»" if answer else "afbrød uden svar")

    def ping(self) -> None:
        """Make sure that it answers, within a few seconds.

        Raises:
            UnscannedError: it does not.
        """
        seconds = min(self.timeout, _PING_SECONDS)
        try:
            answer = self._ask(b"zPING\0", None, seconds)
        except TimeoutError as error:
            raise self._silent(f"svarede ikke inden {seconds:g} sekunder") from error
        if answer != "PONG":
            raise self._silent(f"svarede «{answer[:100]}»" if answer else "afbrød uden svar")

    def _ask(self, command: bytes, content: bytes | None, seconds: float) -> str:
        until = time.monotonic() + seconds
        try:
            with self._connected(seconds) as connection:
                # A file that is too large is answered before it has come to its end.
                with suppress(BrokenPipeError, ConnectionResetError):
                    _send(connection, command, content, until)
                return _received(connection, until)
        except TimeoutError:
            raise
        except (OSError, ValueError) as error:  # ValueError: no such port
            reason = getattr(error, "strerror", None) or error
            raise self._silent(f"kan ikke nås: {reason}") from error

    def _connected(self, seconds: float) -> socket.socket:
        if not self.address.startswith("tcp://"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(seconds)
            try:
                connection.connect(self.address)
            except BaseException:
                connection.close()
                raise
            return connection
        place = urlsplit(self.address)
        return socket.create_connection((place.hostname, place.port), timeout=seconds)

    def _silent(self, how: str) -> UnscannedError:
        why = f"Virusscanneren på {self.address} {how}."
        _log.warning(why)
        return UnscannedError(why)


def _send(connection: socket.socket, command: bytes, content: bytes | None, until: float) -> None:
    _wait_until(connection, until)
    connection.sendall(command)
    if content is None:
        return
    view = memoryview(content)
    for begin in range(0, len(view), _CHUNK):
        chunk = view[begin : begin + _CHUNK]
        _wait_until(connection, until)
        connection.sendall(_LENGTH.pack(len(chunk)))
        connection.sendall(chunk)
    connection.sendall(_LENGTH.pack(0))


def _received(connection: socket.socket, until: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _MOST_ANSWER:
        _wait_until(connection, until)
        part = connection.recv(_MOST_ANSWER)
        if not part:
            return ""  # cut: half an answer is none
        answer += part
    text = answer.rstrip(b"\0").decode("utf-8", "replace").strip()
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _wait_until(connection: socket.socket, until: float) -> None:
    """Let the next step take no longer than what is left."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
