"""The command line: how fast does it start, how much memory does it take?"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import cases
from benchmarks.measure import timed
from benchmarks.results import Aim, Measure, Result

_START = "from udmelding.cli.service.app import main; main()"
"""What the installed ``udmelding`` script does; it need not be on the path."""

_WITH_MEMORY = """
import sys
from benchmarks.measure import peak_rss_mb
try:
    from udmelding.cli.service.app import main
    main()
finally:
    print(peak_rss_mb(), file=sys.stderr)
    assert "prefect" not in sys.modules
"""

_SMALL = 5
_OFTEN, _SOME = 9, 3


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """Start commands as people do, each in a new process; the median of several."""
    home = folder / "small"
    cases.build(home, _SMALL)
    reference = cases.reference(0)
    start = Aim(Measure.SECONDS, 0.3)
    often, few = (5, 1) if is_quick else (_OFTEN, _SOME)
    for name, words, aim, rounds in (
        ("help", ["--help"], start, often),
        ("date", ["date", "14/3", "--json"], start, often),
        ("status", ["status"], None, few),
        ("status-of-one", ["status", reference], None, few),
        ("matrix", ["matrix", reference], None, few),
    ):
        if aim is not None or name == "status" or not is_quick:
            yield _command(home, name, words, aim, _SMALL, rounds)


def memory(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """The same commands on many cases: peak memory."""
    number = cases.sizes(is_quick=is_quick)[0]
    home = cases.open_cases(folder, number)
    for words in (["matrix", cases.reference(0)], ["status"]):
        aim = Aim(Measure.MEMORY, 150)
        yield _command(home, f"memory-{words[0]}", words, aim, number, rounds=1)


def _command(
    home: Path, name: str, words: list[str], aim: Aim | None, number: int, rounds: int
) -> Result:
    def start(program: str = _START) -> str:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", program, *words],
            cwd=Path(__file__).parents[1],
            env=os.environ | {"UDMELDING_HOME": str(home)},
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"udmelding {' '.join(words)}: {done.stderr}")
        return done.stderr

    peak = float(start(_WITH_MEMORY).split()[-1])  # also compiles what has changed
    seconds = statistics.median(timed(start)[0] for _ in range(rounds))
    is_memory = aim is not None and aim.measure is Measure.MEMORY
    return Result(
        workload=f"command/{name}",
        cases=number,
        councils=cases.COUNCILS,
        seconds=seconds,
        peak_rss_mb=peak,
        aim=aim,
        why_not=_ALL_AT_ONCE if is_memory else _TYPER,
    )


_ALL_AT_ONCE = "status of all cases loads them all at once, each with all its facts"
_TYPER = "Python, Typer and the pydantic that Typer imports are nearly all of it"
