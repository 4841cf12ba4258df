"""Runs long work behind the pages: threads that count, can be stopped, and say that they live.

A work that is over within two seconds leaves no trace: its person gets what it made, or the refusal
that it raised, as if nothing had run behind. Only a longer one becomes a row (``journal.work``),
by which its page is made in whichever process the next request lands. A thread beside the works
says every few seconds that they go on, at most once a second how far they are, and hears there
whether somebody wants one to stop. So a work whose process was killed is known by its silence.

Everything that a work does for good is recorded under keys of its own: it may be begun again.
Moments are the machine's own, also where the pages show another day.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import IO

from models import WorkState
from udmelding import clock
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError, UdmeldingError
from udmelding.journal import work as rows
from udmelding.journal.database import Engine, reading, writing
from udmelding.outside.work import forget_made, keep_made, made_file
from udmelding.rules.work import (
    BrokenOffError,
    Plan,
    Result,
    StoppedError,
    Tell,
    WorkSeen,
    over_sentence,
    standing,
)

PATIENCE = 2.0
"""So many seconds a person waits for the result itself; for the page of the work after that."""

_AT_ONCE = 3
_TURN = 1.0
_BEAT = 5.0
_FIRST_WORD = 30.0
"""A work that has not said its first word by then is shown all the same."""
_FILES_KEPT, _ROWS_KEPT = dt.timedelta(days=1), dt.timedelta(days=7)

FAULT = "Der skete en fejl i programmet. Den, der driver systemet, kan se den i loggen."
CLOSED = "Serveren blev stoppet imens."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of a work, with the file that it made, or what its page shows; see ``Result``."""

    result: Result
    content: IO[bytes] | None = None

    @property
    def needs_row(self) -> bool:
        """Whether what was made is shown on a page that reads it."""
        return self.content is not None and bool(self.result.address)


Job = Callable[[Tell], Made]


def as_content(text: bytes) -> IO[bytes]:
    """Bytes as the content of what was made."""
    return BytesIO(text)


@dataclass(slots=True)
class _Running:
    """A work in this process."""

    services: Services
    user_id: int
    plan: Plan
    job: Job
    begun_at: dt.datetime
    name: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    future: Future[Made] = field(default_factory=Future)
    at: tuple[int, int, int] = (-1, 0, 0)
    has_turn: bool = False
    wants_stop: bool = False
    is_closing: bool = False
    is_put: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    written: tuple[tuple[int, int, int], float] = ((-1, 0, 0), 0.0)

    def tell(self, part: int, done: int = 0, total: int = 0) -> None:
        """Say how far it is.

        Raises:
            StoppedError: the person wants it to stop.
            BrokenOffError: the process ends.
        """
        if self.is_closing:
            raise BrokenOffError
        if self.wants_stop:
            raise StoppedError
        self.at = (part, done, total)

    @property
    def shown_at(self) -> tuple[int, int, int]:
        """How far it is, for its page: one that has its turn is at its first part."""
        return (0, 0, 0) if self.has_turn and self.at[0] < 0 else self.at

    @property
    def is_to_be_waited_for(self) -> bool:
        """Whether it may still be refused: it has its turn, and has said nothing yet."""
        return self.has_turn and self.at[0] < 0


class Works:
    """The works of one process.

    Attributes:
        follow_up: called with the case that a work has recorded in, once it is over and the request
            that started it has long been answered.
    """

    def __init__(
        self, now: Callable[[], dt.datetime] = clock.now, patience: float | None = None
    ) -> None:
        """Begin with none.

        Args:
            now: the machine's clock.
            patience: seconds that a person waits for the result itself; None for the usual.
        """
        self.now, self.patience = now, PATIENCE if patience is None else patience
        self.follow_up: Callable[[str], None] | None = None
        self._running: dict[tuple[int, str], _Running] = {}
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(_AT_ONCE)
        self._is_closed = threading.Event()
        self._keeper: threading.Thread | None = None

    def do(self, services: Services, user_id: int, plan: Plan, job: Job) -> Made | str:
        """Do a work, behind its page where it takes longer than a person waits.

        Before its first word (``Tell``) a work only looks whether it can be done; how long that
        takes is waited for, so that a refusal is told where the person is.

        Returns:
            What it made; or the name of the work that goes on.

        Raises:
            UdmeldingError: it was refused, or failed, while the person waited.
        """
        with self._lock:
            work = self._running.get((user_id, plan.kind))
            if work is None or work.wants_stop:
                if name := self._elsewhere(services, user_id, plan):
                    return name
                work = _Running(services, user_id, plan, job, self.now())
                self._running[user_id, plan.kind] = work
                threading.Thread(target=self._run, args=(work,), daemon=True).start()
        self._wait(work)
        with work.lock:
            if not work.future.done():
                self._put(work)
                return work.name
        made = work.future.result()
        return self._shown(work, made) if made.needs_row else made

    def stop(self, services: Services, user_id: int, name: str) -> None:
        """The person wants that work of theirs to stop, in whichever process it goes on."""
        with writing(services.engine) as session:
            rows.ask_to_stop(session, name, user_id)
        for work in list(self._running.values()):
            if (work.name, work.user_id) == (name, user_id):
                work.wants_stop = True

    def close(self, seconds: float = 3.0) -> None:
        """Let the works end within some seconds; those that do not are told as broken off."""
        self._is_closed.set()
        running = list(self._running.values())
        for work in running:
            work.is_closing = True
        until = time.monotonic() + seconds
        for work in running:
            while not work.future.done() and time.monotonic() < until:
                time.sleep(0.05)
            with work.lock:
                if work.is_put and not work.future.done():
                    self._end(work, WorkState.FAILED, Result(said=CLOSED, is_good=False))

    def _elsewhere(self, services: Services, user_id: int, plan: Plan) -> str:
        with reading(services.engine) as session:
            return rows.same_work(session, user_id, plan.kind, self.now())

    def _wait(self, work: _Running) -> None:
        begun = time.monotonic()
        while not work.future.done():
            waited = time.monotonic() - begun
            if waited >= self.patience and not (work.is_to_be_waited_for and waited < _FIRST_WORD):
                return
            time.sleep(0.02)

    def _run(self, work: _Running) -> None:
        with self._turns:
            work.has_turn = True
            try:
                made, state = work.job(work.tell), WorkState.DONE
            except StoppedError:
                made, state = Made(result=Result(is_good=False)), WorkState.STOPPED
            except BrokenOffError:
                made, state = _failed(CLOSED), WorkState.FAILED
            except UdmeldingError as error:
                self._over(work, _failed(error.message), WorkState.FAILED, error)
                return
            except BaseException as error:  # the page has to tell of it, whatever it was
                if work.is_put:
                    _log.exception("a work failed: %s", work.plan.kind)
                self._over(work, _failed(FAULT), WorkState.FAILED, error)
                return
        self._over(work, made, state)

    def _over(
        self, work: _Running, made: Made, state: WorkState, error: BaseException | None = None
    ) -> None:
        with self._lock:
            self._running.pop((work.user_id, work.plan.kind), None)
        with work.lock:
            if not work.is_put:
                if error is not None:
                    work.future.set_exception(error)
                else:
                    work.future.set_result(made)
                return
            try:
                if made.content is not None:
                    keep_made(work.services.settings.home, work.name, made.content)
            except OutsideError as failure:
                made, state = _failed(failure.message), WorkState.FAILED
            self._end(work, state, made.result)
            work.future.set_result(made)
        if self.follow_up is not None and work.plan.records_in is not None:
            self.follow_up(work.plan.records_in)

    def _put(self, work: _Running) -> None:
        if work.is_put:
            return
        with writing(work.services.engine) as session:
            rows.forget_works(session, self.now() - _ROWS_KEPT)
            rows.put_work(session, work.name, work.user_id, work.plan, work.begun_at, self.now())
            rows.beat(session, work.name, work.shown_at, self.now())
        forget_made(work.services.settings.home, (self.now() - _FILES_KEPT).timestamp())
        work.is_put = True
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, daemon=True)
            self._keeper.start()

    def _shown(self, work: _Running, made: Made) -> Made:
        """A work that was quick, and whose page reads what it made: it is kept like a long one."""
        with work.lock:
            if not work.is_put:
                self._put(work)
                if made.content is not None:
                    keep_made(work.services.settings.home, work.name, made.content)
                    made.content.seek(0)
                self._end(work, WorkState.DONE, made.result)
                with writing(work.services.engine) as session:
                    rows.say_told(session, (work.name,), self.now())
        return replace(made, result=result_at(made.result, work.name))

    def _end(self, work: _Running, state: WorkState, result: Result) -> None:
        """Write down what came of it; a database that is busy is asked again."""
        told = result_at(result, work.name)
        for pause in (0.0, 1.0, 5.0):
            time.sleep(pause)
            try:
                with writing(work.services.engine) as session:
                    rows.end_work(session, work.name, state, told, self.now())
            except OutsideError as error:
                _log.warning("the end of a work is not kept yet: %s", error.message)
            else:
                return

    def _keep(self) -> None:
        """Say that the works go on, how far they are, and hear which are to stop."""
        while not self._is_closed.wait(_TURN):
            works = [one for one in list(self._running.values()) if one.is_put]
            for engine in {id(one.services.engine): one.services.engine for one in works}.values():
                theirs = [one for one in works if one.services.engine is engine]
                try:
                    self._beat(engine, theirs)
                except OutsideError as error:  # the next turn tries again
                    _log.warning("how far the works are is not kept: %s", error.message)

    def _beat(self, engine: Engine, works: list[_Running]) -> None:
        with reading(engine) as session:
            stopping = rows.stopping(session, [one.name for one in works])
        late = []
        for one in works:
            one.wants_stop = one.wants_stop or one.name in stopping
            at, written = one.written
            if one.shown_at != at or time.monotonic() - written > _BEAT:
                late.append(one)
        if not late:
            return
        with writing(engine) as session:
            for one in late:
                at = one.shown_at
                rows.beat(session, one.name, at, self.now())
                one.written = (at, time.monotonic())


def _failed(said: str) -> Made:
    return Made(result=Result(said=said, is_good=False))


def result_at(result: Result, name: str) -> Result:
    """The result with the work's name in its address."""
    return replace(result, address=result.address.replace("{work}", name))


def made_by(services: Services, work: WorkSeen) -> Path | None:
    """What a work has made; None where it is gone, or was another machine's."""
    file = made_file(services.settings.home, work.name)
    return file if file.is_file() else None


def made_before(services: Services, user_id: int, kind: str) -> bytes | None:
    """What the same work of that person made before, while it is kept."""
    with reading(services.engine) as session:
        found = rows.last_done(session, user_id, kind)
    file = made_by(services, found) if found else None
    return file.read_bytes() if file else None


def _is_good(work: WorkSeen) -> bool:
    return work.state is WorkState.DONE and work.result.is_good


@dataclass(frozen=True, slots=True)
class WorkNews:
    """What is told of a person's long works on whichever page that person is.

    Attributes:
        lines: those that are over since: the page of what came of each, a sentence, and whether it
            is good.
        goes_on: whether there are others that go on.
    """

    lines: tuple[tuple[str, str, bool], ...] = ()
    goes_on: bool = False


def work_news(services: Services, works: Sequence[WorkSeen], now: dt.datetime) -> WorkNews:
    """What is to be told of a person's works; what is told here is told, and never again.

    Args:
        services: the database.
        works: those whose end the person has not been told of.
        now: the moment.

    Raises:
        OutsideError: the database cannot be written now.
    """
    over = [work for work in works if not standing(work, now).goes_on]
    if over:
        with writing(services.engine) as session:
            rows.say_told(session, [work.name for work in over], now)
    lines = [
        (one.result.address or f"/arbejde/{one.name}", text, _is_good(one))
        for one in over
        if (text := over_sentence(one, now))
    ]
    return WorkNews(tuple(lines), goes_on=len(over) < len(works))
