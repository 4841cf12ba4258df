"""Work that takes longer than a page waits: it goes on behind it, and the page asks how far it is.

What was worked out stays for a while, in this process alone: another one works it out again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

_Found = TypeVar("_Found")
_KEPT = 32
_PATIENCE = 2.0


@dataclass(slots=True)
class _Work(Generic[_Found]):
    future: Future[_Found] = field(default_factory=Future)
    done: float = 0.0

    def tell(self, done: float) -> None:
        self.done = done


class WorkingOut(Generic[_Found]):
    """What is being worked out, one at a time, by a key of all that it depends on."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="working-out")
        self._works: OrderedDict[Hashable, _Work[_Found]] = OrderedDict()
        self._lock = Lock()

    def find(
        self, key: Hashable, work_out: Callable[[Callable[[float], None]], _Found]
    ) -> tuple[_Found | None, float]:
        """What was worked out, or None and how much of the work is done, from 0 to 1.

        Args:
            key: all that the work depends on.
            work_out: does it, and tells how far it is; its errors are raised here.
        """
        with self._lock:
            work = self._works.get(key)
            if work is None or (work.future.done() and work.future.exception()):
                work = self._works[key] = _Work()
                work.future = self._pool.submit(work_out, work.tell)
            self._works.move_to_end(key)
            while len(self._works) > _KEPT:
                self._works.popitem(last=False)
        wait((work.future,), timeout=_PATIENCE)
        return (work.future.result(), 1.0) if work.future.done() else (None, work.done)
