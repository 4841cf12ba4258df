"""Starts the parts of the service one after another, watches them, and stops them all.

A part is a process of its own. One that ends at start, or is not ready in time, stops everything
with a reason; one that ends later is started again, after a pause that grows. Each part is tied to
the supervisor and has a session of its own, so Ctrl-C reaches the supervisor only. Run as ``python
-m udmelding.cli.service.supervisor PID COMMAND …`` this module ties a part to its supervisor, then
becomes the part. The kernel sends the part SIGTERM when the supervisor ends, however it ends; so a
supervisor that is killed leaves nothing running.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from udmelding import private
from udmelding.errors import OutsideError

_TAIL_LINES, _TAIL_BYTES = 6, 8_000


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the service.

    Attributes:
        name: what it is called in messages, such as ``Prefect``.
        command: what to run; ``command[0]`` is a path.
        env: its environment.
        log: the file that it writes to; the one before it is kept as ``….1``.
        is_ready: whether it does its work by now; asked again and again, may block for a moment.
        ready_within: seconds that it may take to get ready.
        told: said while it starts.
        prepare: called before each start.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    is_ready: Callable[[], bool]
    ready_within: float = 60
    told: str = ""
    prepare: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a part may end and be started again, and how long it is waited for.

    Attributes:
        pause: seconds before the first new start; doubled for each that follows soon.
        most: ends within ``within`` seconds after which the service gives up.
        grace: seconds that a part has to stop by itself before it is killed.
        look: seconds between two questions whether a part is ready.
    """

    pause: float = 1
    most: int = 5
    within: float = 300
    grace: float = 10
    look: float = 0.2


class PartFailedError(OutsideError):
    """A part of the service did not start, or ended again and again."""

    def __init__(self, part: Part, what: str) -> None:
        """Compose the message: what happened, the part's last words, where all of them are."""
        last = _tail(part.log)
        words = f" Det sidste, der blev skrevet:\n{last}\n" if last else " "
        super().__init__(
            f"{part.name} {what}.{words}Se hele loggen: {part.log}", is_temporary=False
        )
        self.part = part


@dataclass(slots=True)
class _Running:
    """A part and its process; ``ends`` are the moments at which it ended."""

    part: Part
    process: asyncio.subprocess.Process | None = None
    ends: list[float] = field(default_factory=list)

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.returncode is not None


class _StoppedError(Exception):
    """Somebody asked the service to stop."""


async def _ended(one: _Running) -> None:
    if one.process is not None:
        await one.process.wait()


def _how(process: asyncio.subprocess.Process | None) -> str:
    code = process.returncode if process is not None else None
    return f"signal {-code}" if code is not None and code < 0 else f"kode {code}"


def _kill_rest(process: asyncio.subprocess.Process | None) -> None:
    """Kill a part, and what it may have left behind in its session."""
    if process is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


async def _spawn(part: Part) -> asyncio.subprocess.Process:
    part.prepare()
    private.make_folder(part.log.parent)
    if part.log.exists():
        part.log.replace(part.log.with_name(f"{part.log.name}.1"))
    with part.log.open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *command_of(part.command),
            env=dict(part.env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


class Supervisor:
    """Runs parts until it is told to stop."""

    def __init__(
        self, parts: Sequence[Part], say: Callable[[str], None], patience: Patience | None = None
    ) -> None:
        """Prepare to run ``parts`` in that order, saying through ``say`` what happens."""
        self._parts = [_Running(part) for part in parts]
        self._say = say
        self._patience = patience or Patience()
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ask for an end; what SIGINT and SIGTERM do."""
        self._stop.set()

    async def run(self, is_up: Callable[[], None]) -> None:
        """Start all parts, call ``is_up``, and keep them running until ``stop`` or a signal.

        Raises:
            PartFailedError: a part did not start, or ended too often; everything is stopped.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.stop)
        try:
            for one in self._parts:
                await self._start(one)
            is_up()
            await self._watch()
        except _StoppedError:
            pass
        finally:
            await self._stop_all()

    async def _start(self, one: _Running) -> None:
        part = one.part
        if part.told:
            self._say(part.told)
        one.process = await _spawn(part)
        if not await self._gets_ready(one):
            raise PartFailedError(
                part, f"blev ikke klar inden for {part.ready_within:.0f} sekunder"
            )

    async def _gets_ready(self, one: _Running) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + one.part.ready_within
        while loop.time() < until:
            await self._pause(self._patience.look)
            if one.process is not None and one.process.returncode is not None:
                raise PartFailedError(one.part, f"stoppede under opstarten ({_how(one.process)})")
            if await asyncio.to_thread(one.part.is_ready):
                return True
        return False

    async def _watch(self) -> None:
        while True:
            waits = [asyncio.ensure_future(_ended(one)) for one in self._parts]
            waits.append(asyncio.ensure_future(self._stopped()))
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            await self._pause(0)
            for one in self._parts:  # in their order: each builds on those before it
                while one.has_ended:
                    await self._revive(one)

    async def _revive(self, one: _Running) -> None:
        """Start a part that has ended, again.

        Raises:
            PartFailedError: it has ended too often.
        """
        now, patience = asyncio.get_running_loop().time(), self._patience
        how = _how(one.process)
        one.ends = [*(end for end in one.ends if now - end < patience.within), now]
        if len(one.ends) >= patience.most:
            raise PartFailedError(one.part, f"er stoppet {len(one.ends)} gange på kort tid ({how})")
        pause = patience.pause * 2 ** (len(one.ends) - 1)
        self._say(f"{one.part.name} stoppede ({how}) og startes igen om {pause:.0f} s.")
        _kill_rest(one.process)
        await self._pause(pause)
        one.process = await _spawn(one.part)
        try:
            is_ready = await self._gets_ready(one)
        except PartFailedError:
            return  # it has ended: counted and tried again by the caller
        if is_ready:
            self._say(f"{one.part.name} kører igen.")
        else:
            await self._end(one)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond a wish to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
        if self._stop.is_set():
            raise _StoppedError

    async def _stopped(self) -> None:
        await self._stop.wait()

    async def _stop_all(self) -> None:
        """Stop the parts, those first that build on the others."""
        for one in reversed(self._parts):
            await self._end(one)

    async def _end(self, one: _Running) -> None:
        process = one.process
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), self._patience.grace)
        _kill_rest(process)
        await process.wait()


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines[-_TAIL_LINES:])


_SET_DEATH_SIGNAL = 1


def command_of(command: Sequence[str]) -> tuple[str, ...]:
    """The command line that runs ``command`` tied to this process."""
    return (sys.executable, "-m", "udmelding.cli.service.supervisor", str(os.getpid()), *command)


def main(supervisor: int, command: Sequence[str]) -> None:
    """Become ``command``; end at once if the supervisor has ended already."""
    private.keep_to_owner()  # kept through exec, by Prefect's server and by what a part starts
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() == supervisor:
        os.execv(command[0], list(command))  # noqa: S606 - our own words, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
