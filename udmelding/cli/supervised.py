"""Ties a part of the service to its supervisor, then becomes the part.

Run as ``python -m udmelding.cli.supervised PID COMMAND …``. The kernel sends the part SIGTERM when
the supervisor ends, however it ends; so a supervisor that is killed leaves nothing running.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_SET_DEATH_SIGNAL = 1


def command_of(command: Sequence[str]) -> tuple[str, ...]:
    """The command line that runs ``command`` tied to this process."""
    return (sys.executable, "-m", "udmelding.cli.supervised", str(os.getpid()), *command)


def main(supervisor: int, command: Sequence[str]) -> None:
    """Become ``command``; end at once if the supervisor has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() == supervisor:
        os.execv(command[0], list(command))  # noqa: S606 - our own words, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
