"""The matrix of all cases: municipality × (answered, committee, council)."""

# The floors are SQL written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S101, S608

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import cases
from benchmarks.floor import FLOOR, connect, moment
from benchmarks.measure import counted, peak_rss_mb, race
from benchmarks.results import Aim, Measure, Result
from udmelding import clock
from udmelding.config.case.process import Process
from udmelding.journal.case.header import process_from
from udmelding.journal.case.matrix import MatrixRow, matrix
from udmelding.journal.database import reading


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """All cases at once, in a few statements."""
    number = cases.sizes(is_quick=is_quick)[0]
    home = cases.open_cases(folder, number)
    services, bare = cases.services_in(home), connect(home / "udmelding.db")
    as_of = clock.at(cases.FEW_DUE)

    def ours() -> Mapping[str, tuple[MatrixRow, ...]]:
        with reading(services.engine) as session:
            return matrix(session, as_of)

    with counted(services.engine) as count:
        answer = ours()
    peak = peak_rss_mb()
    assert answer == _floor(bare, as_of)
    found = race(ours, lambda: _floor(bare, as_of), rounds=3 if is_quick else 9)
    bare.close()
    services.close()
    yield Result(
        workload="matrix",
        cases=number,
        councils=cases.COUNCILS,
        seconds=found.seconds,
        ratio_to_floor=found.ratio,
        floor=FLOOR,
        peak_rss_mb=peak,
        statements=count.statements,
        aim=Aim(Measure.RATIO, 2),
    )


_KNOWN = "recorded_at <= :as_of and (superseded_at is null or superseded_at > :as_of)"
_CONCLUDING = {"approved", "approved_with_remarks", "recommended", "noted", "rejected"}
_CASES = f"""
    select announcement.id, reference, content
    from announcement join process_version on process_version.id = process_version_id
    where announcement.recorded_at <= :as_of and announcement.id in
          (select announcement_id from particulars where {_KNOWN})
    order by received_on desc, reference
"""

_At = tuple[int, str, str]
_Met = tuple[bool, str | None, str | None, str | None, str | None]


class _ByHand:
    """The facts in dictionaries; a single statement of joins and windows takes twice as long."""

    def __init__(self, connection: sqlite3.Connection, as_of: dt.datetime) -> None:
        self.connection, self.as_of = connection, {"as_of": moment(as_of)}
        recorded, happened = "recorded_at, key", "happened_to, recorded_at, key desc"
        days: dict[str, dt.date] = {}
        self.days = days
        self.versions: dict[int, int] = dict(
            self.ask(
                "version",
                "document",
                "version",
                "document_kind = 'final_report' and change = 'substantive'",
            )
        )
        due = self.ask("step, party, due_on", "obligation", recorded)
        self.due: dict[_At, str] = {(a, s, p): d for a, s, p, d in due}
        for a, s, p, d in self.ask("step, party, due_on", "extension", recorded):
            self.due[a, s, p] = d
        waived = self.ask("step, party, waived_on", "waiver", recorded)
        self.waived: dict[_At, str] = {(a, s, p): d for a, s, p, d in waived}
        answers = self.ask("step, party, happened_to, completeness", "response", happened)
        self.answers: dict[_At, _Met] = {
            (a, s, p): (c != "partial", d, None, None, c) for a, s, p, d, c in answers
        }
        self.decisions: dict[_At, _Met] = {}
        self.committees: dict[_At, tuple[str, dt.date]] = {}
        self.read_decisions(happened)
        self.parties: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
        asked = "is_asked and kind in ('municipality', 'regional_council')"
        for a, p, name, kind in self.ask("party, name, kind", "party", recorded, asked):
            self.parties[a].append((p, name, kind))

    def ask(self, columns: str, table: str, order: str, where: str = "1") -> sqlite3.Cursor:
        return self.connection.execute(
            f"select announcement_id, {columns} from {table} "
            f"where {_KNOWN} and {where} order by {order}",
            self.as_of,
        )

    def read_decisions(self, order: str) -> None:
        columns = "step, party, happened_to, level, outcome, report_version"
        for a, s, p, d, level, outcome, version in self.ask(columns, "decision", order):
            if version == 0 or version >= self.versions.get(a, 0):
                is_met = level == "council" and outcome in _CONCLUDING
                self.decisions[a, s, p] = (is_met, d, outcome, level, None)
                if level in ("committee", "finance_committee"):
                    self.committees[a, s, p] = outcome, self.day(d)

    def day(self, text: str) -> dt.date:
        found = self.days.get(text)
        if found is None:
            found = self.days[text] = dt.date.fromisoformat(text)
        return found

    def rows(self, case_id: int, process: Process, today: str) -> Iterator[tuple[Any, ...]]:
        day, nothing, nobody = self.day, (False, None, None, None, None), (None, None)
        for step in process.steps:
            if step.parties != "municipalities":
                continue
            is_council = step.fulfilled_by == "decision"
            met = self.decisions if is_council else self.answers
            for party, name, kind in self.parties[case_id]:
                if kind != "municipality" and not is_council:
                    continue
                at = case_id, step.id, party
                due = self.due[at]
                is_met, text, outcome, level, completeness = met.get(at, nothing)
                met_on = None
                if is_met:
                    state, met_on = "fulfilled", day(text or "")
                elif at in self.waived:
                    state, met_on = "waived", day(self.waived[at])
                else:
                    state = "overdue" if due < today else "open"
                yield (
                    step.id,
                    party,
                    name,
                    state,
                    day(due),
                    met_on,
                    outcome,
                    level,
                    completeness,
                    *self.committees.get(at, nobody),
                )


def _floor(
    connection: sqlite3.Connection, as_of: dt.datetime
) -> dict[str, tuple[tuple[Any, ...], ...]]:
    """The same by hand."""
    found, today = _ByHand(connection, as_of), as_of.date().isoformat()
    known = connection.execute(_CASES, found.as_of).fetchall()
    return {
        reference: tuple(found.rows(case_id, process_from(content), today))
        for case_id, reference, content in known
    }
