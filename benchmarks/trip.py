"""Where does one command, or one page, spend its time? ``make profile CMD="status CU-…"``.

``python -m benchmarks.trip WORDS…`` makes the trip on a copy of the home, so that a command that
records can be asked twice: once to warm up, for imports and templates are no part of the question,
and once to look. A page is asked for by its path, ``GET:/sager/CU-…``. Prints the files of ours
that were touched, the dearest functions, and the statements with how often and from where.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
OURS = tuple(f"{ROOT / name}{os.sep}" for name in ("flows", "models", "udmelding"))
MOST = 15
WIDE = 96


@dataclass(slots=True)
class Statements:
    """What went to the database: how often, how long, and the function of ours that asked."""

    times: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    asked_by: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


@contextmanager
def listened() -> Iterator[Statements]:
    """Every statement of every engine, for as long as it lasts."""
    found, began = Statements(), [0.0]

    def before(*_: Any) -> None:
        began[0] = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        text = " ".join(statement.split())
        found.times[text] += 1
        found.seconds[text] += time.perf_counter() - began[0]
        found.asked_by[text][_asker(sys._getframe())] += 1

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    sa.event.listen(sa.Engine, "after_cursor_execute", after)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", before)
        sa.event.remove(sa.Engine, "after_cursor_execute", after)


def _asker(frame: FrameType | None) -> str:
    while frame is not None:
        if frame.f_code.co_filename.startswith(OURS):
            return f"{_short(frame.f_code.co_filename)}:{frame.f_lineno}"
        frame = frame.f_back
    return "elsewhere"


def _short(file: str) -> str:
    return file[len(f"{ROOT}{os.sep}") :] if file.startswith(OURS) else file.rpartition(os.sep)[2]


def command_trip(words: list[str]) -> Callable[[], None]:
    """The command as the installed ``udmelding`` would run it, without its output."""

    def go() -> None:
        from udmelding.cli.service import app

        sys.argv = ["udmelding", *words]
        with redirect_stdout(StringIO()):
            try:
                app.main()
            except SystemExit as end:
                if end.code:
                    raise SystemExit(f"udmelding {' '.join(words)} ended with {end.code}") from end

    return go


def page_trip(path: str) -> Callable[[], None]:
    """The page as the demonstration's user sees it; signing in is no part of the trip."""
    import anyio.to_thread
    import httpx

    from udmelding.casework.access import users
    from udmelding.cli.demo import dev
    from udmelding.config.settings import load_settings
    from udmelding.web.visitor import cookie_name

    async def here(work: Callable[..., Any], *words: Any, **_: Any) -> Any:
        return work(*words)  # a profile sees one thread

    anyio.to_thread.run_sync = here
    app, settings = dev.app(), load_settings()
    login, password = dev.sign_in_file(settings.home).read_text(encoding="utf-8").split()
    secret = users.sign_in(app.state.services, login, password, app.state.now())
    cookies = {cookie_name(app.state.services): secret}

    async def ask() -> None:
        transport, url = httpx.ASGITransport(app), f"http://127.0.0.1:{settings.web.port}"
        async with httpx.AsyncClient(transport=transport, base_url=url, cookies=cookies) as client:
            answer = await client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")

    return lambda: asyncio.run(ask())


def report(name: str, profile: cProfile.Profile, seconds: float, statements: Statements) -> None:
    """Print what was seen."""
    files: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    functions: dict[str, tuple[float, float, int]] = {}
    rows: dict[tuple[str, int, str], Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, line, function), (_, count, own, whole, _) in rows.items():
        if file.startswith(OURS):
            files[_short(file)] += own
            calls[_short(file)] += count
        functions[f"{_short(file)}:{line} {function}"] = (own, whole, count)
    number = statements.times.total()
    print(f"{name}: {seconds * 1000:.0f} ms under the profiler, {len(files)} files of ours,")
    print(f"  {number} statements ({statements.seconds.total() * 1000:.0f} ms)")
    print("\nFiles of ours           own ms     calls")
    for file, own in files.most_common():
        print(f"{own * 1000:30.2f} {calls[file]:9,}  {file}")
    ours = [row for row in functions.items() if row[0].partition(":")[0] in files]
    every = list(functions.items())
    for what, found, by in (("Functions of ours", ours, 1), ("All functions", every, 0)):
        print(f"\n{what:20}    own ms  whole ms     calls")
        for function, row in sorted(found, key=lambda one: -one[1][by])[:MOST]:
            print(f"{row[0] * 1000:30.2f} {row[1] * 1000:9.2f} {row[2]:9,}  {function}")
    print("\nStatements               times        ms")
    for text, times in statements.times.most_common():
        shown = re.sub(r"SELECT .*? FROM ", "SELECT … FROM ", text, count=1)[:WIDE]
        print(f"{times:30} {statements.seconds[text] * 1000:9.2f}  {shown}")
        for asker, asked in statements.asked_by[text].most_common(3):
            print(f"{asked:42}  {asker}")


def main(words: list[str]) -> int:
    """Make the trip twice, each on a copy of the home that ``UDMELDING_HOME`` names; 0, or 1."""
    home = Path(os.environ.get("UDMELDING_HOME", ""))
    if not words or not (home / "demo").is_file():
        print('make seed, then: make profile CMD="status CU-DOMFAELDTE-2024"', file=sys.stderr)
        return 1
    os.environ.pop("UDMELDING_DATABASE_URL", None)  # the copy's own, not what real cases are in
    with tempfile.TemporaryDirectory(prefix="udmelding-trip-") as top:
        for turn in ("warm", "looked at"):
            copy = shutil.copytree(home, Path(top) / turn)
            os.environ["UDMELDING_HOME"] = str(copy)
            is_page = words[0].startswith("GET:")
            go = page_trip(words[0].removeprefix("GET:")) if is_page else command_trip(words)
            if turn == "warm":
                go()
                continue
            profile = cProfile.Profile()
            with listened() as statements:
                start = time.perf_counter()
                profile.runcall(go)
                seconds = time.perf_counter() - start
    report(" ".join(words), profile, seconds, statements)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
