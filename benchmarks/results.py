"""What is said of one measurement: the JSON line, its aim, and whether the aim is reached."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Measure(StrEnum):
    """What an aim is about; the names of the JSON line's keys."""

    RATIO = "ratio_to_floor"
    SECONDS = "seconds"
    MEMORY = "peak_rss_mb"
    FLOW_RUNS = "flow_runs"
    P95 = "p95"
    SIZE = "html_bytes"


@dataclass(frozen=True, slots=True)
class Aim:
    """At most ``most`` of ``measure``."""

    measure: Measure
    most: float

    def __str__(self) -> str:
        """Such as ``ratio_to_floor <= 5``."""
        return f"{self.measure.value} <= {self.most:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measurement.

    Attributes:
        workload: what was measured; several results of one workload differ after a slash.
        cases: how many cases the database held.
        councils: how many councils each of them asks.
        seconds: one run of ours.
        floor: what ``ratio_to_floor`` compares with; empty where nothing is.
        statements: that one run sent to the driver; None where it was not counted.
        flow_runs: how many cases would have got a flow run; None where nothing asks.
        p95: of many runs the time that all but one in twenty kept; ``seconds`` is their median.
        html_bytes: the page's size, without what it refers to.
        why_not: the reason, where the aim is not expected to be reached everywhere.
    """

    workload: str
    cases: int
    councils: int
    seconds: float
    peak_rss_mb: float
    ratio_to_floor: float | None = None
    floor: str = ""
    statements: int | None = None
    flow_runs: int | None = None
    p95: float | None = None
    html_bytes: int | None = None
    aim: Aim | None = None
    why_not: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached; None without an aim."""
        if self.aim is None:
            return None
        value = getattr(self, self.aim.measure.value)
        return value is not None and value <= self.aim.most

    def as_json(self) -> str:
        """The JSON line."""
        values: dict[str, Any] = asdict(self)
        why_not = values.pop("why_not")
        values["seconds"] = round(self.seconds, 6)
        if self.ratio_to_floor is not None:
            values["ratio_to_floor"] = round(self.ratio_to_floor, 3)
        if self.p95 is not None:
            values["p95"] = round(self.p95, 6)
        for name in ("flow_runs", "p95", "html_bytes"):
            if values[name] is None:
                del values[name]
        values["aim"] = None if self.aim is None else str(self.aim)
        values["reached"] = self.reached
        if self.reached is False:
            values["note"] = why_not or "not expected; is the machine busy?"
        return json.dumps(values, ensure_ascii=False)


def line_for_people(values: dict[str, Any]) -> str:
    """One result as a line of the table on stderr."""
    ratio = values["ratio_to_floor"]
    mark = {True: "✓", False: "✗", None: " "}[values["reached"]]
    against = f"{ratio:7.2f} × {values['floor']}" if ratio is not None else ""
    if "html_bytes" in values:
        against = f"{values['html_bytes'] / 1000:7.1f} kB"
    if "p95" in values:
        against += f"  p95 {values['p95'] * 1000:.2f} ms"
    statements = "" if values["statements"] is None else str(values["statements"])
    return (
        f"{mark} {values['workload']:<34} {values['cases']:>5} {values['seconds'] * 1000:>10.2f} ms"
        f" {values['peak_rss_mb']:>7.1f} MB {statements:>6}  {against:<32} "
        f"{values['aim'] or values.get('told', '')}"
    ).rstrip()
