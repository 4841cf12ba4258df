"""How many CPR numbers are found, how often is something else taken for one, and how fast is it?

The shapes and the ordinary numbers are those of the finder's own test, and so are the aims; the
texts for the time are made of what texts of municipalities are made of, and of what is worst.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measure import peak_rss_mb, timed
from benchmarks.results import Aim, Measure, Result
from tests.rules.files.cpr_shapes import IN_CELLS, ORDINARY, SHAPES, TODAY, measured
from udmelding.rules.files.cpr import Grade, find_cpr

MOST_MISSED, MOST_REFUSED, MOST_ASKED = 0.05, 2, 10
MEGABYTE = 1_000_000
ROUNDS = 3
_PROSE = (
    "Borgerne i Greve fik 24 pladser i 2025, jf. sagsnr. 24/1234 og SEL § 107; ring 12 34 56 78. "
)
TEXTS: Mapping[str, tuple[str, float]] = {
    "digits": ("1", 0.3),
    "prose": (_PROSE, 2),
    "small-figures": ("12 05 ", 5),
    "numbers": ("Borger 010181-1234 ", 10),
}
"""What a megabyte is made of, and the most seconds it should take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Result):
    """How well the finder does on its table.

    Attributes:
        shapes: ways of writing a number, each with a check digit that holds and without.
        missed: those of which a number was not found.
        by_grade: share of the numbers written that got each grade.
        ordinary: numbers that are none; ``refused`` and ``asked`` are how many were taken for one.
    """

    shapes: int
    missed: int
    by_grade: Mapping[str, float]
    ordinary: int
    refused: int
    asked: int

    @property
    def is_good(self) -> bool:
        """Whether the aims are reached."""
        is_found = self.missed <= MOST_MISSED * self.shapes
        return is_found and self.refused <= MOST_REFUSED and self.asked <= MOST_ASKED

    @property
    def told(self) -> str:
        """The figures for people."""
        grades = ", ".join(f"{share:.0%} {grade}" for grade, share in self.by_grade.items())
        return (
            f"{self.shapes - self.missed} of {self.shapes} shapes found ({grades}); of "
            f"{self.ordinary} others {self.refused} refused, {self.asked} asked about"
        )

    def as_json(self) -> str:
        """The JSON line: that of every result, with the figures."""
        values = json.loads(Result.as_json(self))
        values |= {
            "told": self.told,
            "note": f"at most {MOST_MISSED:.0%} missed, {MOST_REFUSED} refused, {MOST_ASKED} asked",
            "reached": self.is_good,
        }
        return json.dumps(values, ensure_ascii=False)


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """The table, then a megabyte of each sort of text."""
    seconds, made = timed(measured)
    written = sum(made.found.values())
    yield Found(
        workload="cpr/table",
        cases=0,
        councils=0,
        seconds=seconds,
        peak_rss_mb=peak_rss_mb(),
        shapes=2 * (len(SHAPES) + len(IN_CELLS)),
        missed=len(made.missed),
        by_grade={grade.value: made.found[grade] / written for grade in Grade},
        ordinary=len(ORDINARY),
        refused=len(made.refused),
        asked=len(made.asked),
    )
    for name, (unit, most) in TEXTS.items():
        text = unit * (MEGABYTE // len(unit))
        rounds = 1 if is_quick else ROUNDS
        yield Result(
            workload=f"cpr/megabyte-of-{name}",
            cases=0,
            councils=0,
            seconds=min(timed(partial(find_cpr, text, TODAY))[0] for _ in range(rounds)),
            peak_rss_mb=peak_rss_mb(),
            aim=Aim(Measure.SECONDS, most),
        )
