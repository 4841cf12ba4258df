"""Is a service running in this folder? A lock that ends with its process, and what it says.

The file holds the process and how its Prefect server is reached, for commands that run flows while
the service runs; only its owner may read it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from udmelding import private
from udmelding.errors import OutsideError, RefusedError


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its process, its Prefect server and the secret to show there."""

    pid: int
    api_url: str
    auth: str


def _path(home: Path) -> Path:
    return home / "serve.lock"


@contextmanager
def hold_lock(home: Path, api_url: str, auth: str) -> Iterator[None]:
    """Hold the folder's lock for the time of a service.

    Raises:
        RefusedError: another service holds it.
        OutsideError: the folder cannot be written.
    """
    try:
        private.make_folder(home)
        handle = os.open(_path(home), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OutsideError(
            f"Mappen {home} kan ikke skrives ({error.strerror}).", is_temporary=False
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _already(home, running(home)) from error
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(asdict(Service(os.getpid(), api_url, auth))).encode())
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def running(home: Path) -> Service | None:
    """The service that runs in ``home``; None if there is none."""
    try:
        with _path(home).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Service(**json.loads(file.read()))
    except (OSError, ValueError, TypeError):
        return None
    return None


def check_not_running(home: Path) -> None:
    """Make sure that no service runs in ``home``.

    Raises:
        RefusedError: one does.
    """
    other = running(home)
    if other is not None:
        raise _already(home, other)


def _already(home: Path, other: Service | None) -> RefusedError:
    who = f" (proces {other.pid})" if other else ""
    return RefusedError(
        f"udmelding serve kører allerede i mappen {home}{who}. Stop den først, eller vælg en anden "
        "mappe med UDMELDING_HOME."
    )


def check_port(name: str, host: str, port: int, choose: str) -> None:
    """Make sure that nobody listens where a part wants to.

    Args:
        name: the part.
        host: the address that it will listen on.
        port: its port.
        choose: how to choose another port.

    Raises:
        RefusedError: the port is in use, or the address is not one of this machine's.
    """
    reason = _taken(host, port)
    if reason:
        raise RefusedError(f"{name} kan ikke starte på {host}:{port}: {reason} {choose}")


def free_port(host: str, first: int) -> int:
    """The first free port from ``first`` on."""
    return next((port for port in range(first, first + 50) if not _taken(host, port)), first)


def _taken(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], found[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[4])
    except PermissionError:
        return "porten kræver særlige rettigheder."
    except socket.gaierror:
        return "adressen findes ikke."
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: "porten bruges af et andet program.",
            errno.EADDRNOTAVAIL: "adressen er ikke denne maskines.",
        }
        return reasons.get(error.errno or 0, f"{error.strerror}.")
    return ""
