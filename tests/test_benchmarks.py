"""The benchmarks run, and say what they measured in the promised shape; no time is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long("holds that benchmarks/ runs, and the shape of what it prints")

ROOT = Path(__file__).resolve().parent.parent
KEYS = {
    "workload",
    "cases",
    "councils",
    "seconds",
    "ratio_to_floor",
    "peak_rss_mb",
    "statements",
    "floor",
    "aim",
    "reached",
}


def benchmarks(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "benchmarks", *words], cwd=ROOT, capture_output=True, text=True
    )


def test_the_smallest_workload_gives_one_json_line_for_each_result() -> None:
    done = benchmarks("--quick", "--only", "sweep")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["workload"] for line in lines] == ["sweep-grows-with-what-is-due"]
    for line in lines:
        assert line.keys() - {"note"} == KEYS
        assert line["seconds"] > 0
        assert line["ratio_to_floor"] > 0
        assert line["peak_rss_mb"] > 0
        assert line["councils"] == 98
        assert line["reached"] in (True, False)
        assert line["reached"] or line["note"]
    assert "sweep-grows-with-what-is-due" in done.stderr


def test_an_unknown_workload_is_refused_with_the_known_ones() -> None:
    done = benchmarks("--only", "nothing")
    assert done.returncode == 2
    assert "launch" in done.stderr
