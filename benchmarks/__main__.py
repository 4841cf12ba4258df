"""``python -m benchmarks [--quick] [--only NAME]``: run the workloads and say what they took."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.results import Result, line_for_people

ROOT = Path(__file__).parents[1]


class Workload(Protocol):
    """A workload: measures in an empty folder of its own, beside the large databases."""

    def __call__(self, folder: Path, *, is_quick: bool) -> Iterator[Result]:
        """Yield what was measured."""


def _workloads() -> Mapping[str, tuple[Workload, Sequence[int]]]:
    """Every workload by name, with the large databases it wants (0 the smaller, 1 the larger)."""
    from benchmarks import (
        commands,
        deciding,
        documents,
        finding,
        forecasting,
        hiding,
        launching,
        mailing,
        pages,
        planning,
        recording,
        sending,
        uploading,
    )

    return {
        "launch": (launching.run, ()),
        "record": (recording.run, ()),
        "due": (deciding.run, (0, 1)),
        "sweep": (deciding.grows_with_what_is_due, (0, 1)),
        "day": (sending.run, ()),
        "mail": (mailing.run, ()),
        "idle": (sending.idle, (1,)),
        "one-case": (sending.reading_one, (0,)),
        "commands": (commands.run, ()),
        "plan": (planning.run, (1,)),
        "forecast": (forecasting.run, ()),
        "pages": (pages.run, ()),
        "memory": (commands.memory, (0,)),
        "collect": (documents.collecting, ()),
        "hiding": (hiding.run, ()),
        "report": (documents.reporting, ()),
        "papers": (documents.papers, ()),
        "workbooks": (documents.exchanging, ()),
        "cpr": (finding.run, ()),
        "files": (uploading.run, ()),
    }


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 when all aims are reached or the reason is known, else the code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller databases, fewer rounds")
    parser.add_argument("--only", metavar="NAME", help="one workload: " + ", ".join(_workloads()))
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.only is not None and asked.only not in _workloads():
        parser.error(f"no workload is called {asked.only}; there are {', '.join(_workloads())}")
    if asked.build is not None:
        from benchmarks import cases

        cases.build(asked.inside, asked.build)
        return 0
    if asked.inside is not None:
        return _measure(asked.only, asked.inside, is_quick=asked.quick)
    return _run_all([asked.only] if asked.only else list(_workloads()), is_quick=asked.quick)


def _measure(name: str, folder: Path, *, is_quick: bool) -> int:
    """One workload, in this process."""
    workload, _ = _workloads()[name]
    for result in workload(folder, is_quick=is_quick):
        print(result.as_json(), flush=True)
    return 0


def _run_all(names: Sequence[str], *, is_quick: bool) -> int:
    """Each workload in a process of its own, so that no one's memory is another's peak."""
    from benchmarks import cases

    workloads = _workloads()
    missed: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="udmelding-benchmarks-") as temporary:
        top = Path(temporary)
        numbers = {
            cases.sizes(is_quick=is_quick)[size] for name in names for size in workloads[name][1]
        }
        for number in sorted(numbers):
            _say(f"  making a database of {number} open cases …")
            folder = cases.open_cases(top / "any", number)
            _child(["--build", str(number), "--inside", str(folder)], _ignore)
        for name in names:
            folder = top / name
            folder.mkdir()
            options = ["--only", name, "--inside", str(folder), *(["--quick"] * is_quick)]
            _child(options, lambda line: _show(line, missed))
    for values in missed:
        _say(f"  not reached: {values['workload']} ({values['aim']}): {values['note']}")
    return 0


def _child(options: Sequence[str], take: Callable[[str], None]) -> None:
    """Run this module again with ``options``; every line it prints goes to ``take``."""
    command = [sys.executable, "-m", "benchmarks", *options]
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=_env()
    ) as run:
        for line in run.stdout or ():
            if line.startswith("{"):  # a library may say something of its own
                take(line.rstrip("\n"))
    if run.returncode:
        raise SystemExit(run.returncode)


def _env() -> dict[str, str]:
    """No setting of the person who runs it may change what is measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("UDMELDING_")}


def _ignore(_line: str) -> None:
    return None


def _show(line: str, missed: list[dict[str, object]]) -> None:
    values = json.loads(line)
    print(line, flush=True)
    _say(line_for_people(values))
    if values["reached"] is False:
        missed.append(values)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
