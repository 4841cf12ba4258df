"""How long, how much memory, how many statements?"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Count:
    """How many statements went to the driver; a batch of rows of one statement counts once."""

    statements: int = 0


@contextmanager
def counted(engine: sa.Engine) -> Iterator[Count]:
    """Counts what goes through ``engine``, ``BEGIN`` included."""
    count = Count()

    def _one_more(*_: Any) -> None:
        count.statements += 1

    sa.event.listen(engine, "before_cursor_execute", _one_more)
    try:
        yield count
    finally:
        sa.event.remove(engine, "before_cursor_execute", _one_more)


def peak_rss_mb() -> float:
    """The most memory that this process has held, in MB.

    On Linux ``getrusage`` also counts what the parent held before this program was loaded into the
    new process; the kernel's ``VmHWM`` does not.
    """
    own = Path("/proc/self/status")
    if own.exists():
        line = next(line for line in own.read_text().splitlines() if line.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Seconds that ``work`` takes, and its answer."""
    gc.collect()
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def spent(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Processor seconds of ``work`` and of the processes that it waits for, and its answer."""
    gc.collect()
    start = _processor_seconds()
    answer = work()
    return _processor_seconds() - start, answer


def _processor_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def peak_of_children_mb() -> float:
    """The most memory that one process held which this one has waited for, in MB."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


@dataclass(frozen=True, slots=True)
class Race:
    """What alternating rounds took."""

    seconds: float
    floor_seconds: float

    @property
    def ratio(self) -> float:
        """How many times the floor ours takes."""
        return self.seconds / self.floor_seconds


def race(
    ours: Callable[[], object],
    floor: Callable[[], object],
    rounds: int,
    *,
    of: Callable[[Iterable[float]], float] = min,
) -> Race:
    """Run both in turn, ``rounds`` times each; ``of`` says which time counts."""
    pairs = [(timed(ours)[0], timed(floor)[0]) for _ in range(rounds)]
    return Race(of([pair[0] for pair in pairs]), of([pair[1] for pair in pairs]))
