"""Recording: a whole national case, event by event, each durable before the next."""

# The floors are SQL written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S101, S608

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session

import models
from benchmarks import cases
from benchmarks.floor import FLOOR, connect, content, moment
from benchmarks.measure import counted, peak_rss_mb, race, timed
from benchmarks.results import Aim, Measure, Result
from models import Change, Completeness, DocumentKind, Level, Outcome
from udmelding.casework.recording.recording import record_fact
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import find
from udmelding.journal.database import writing
from udmelding.journal.launch import launch
from udmelding.journal.recording.record import insert_many, record
from udmelding.journal.wake import wake_index
from udmelding.rules.recording.catalogue import make_entry
from udmelding.rules.recording.written import Period

Said = tuple[str, dt.date, dict[str, Any]]
"""A kind of fact, the day it happened, and what is said."""


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """One case by us, the same case by the floor, and so on in turn; 200 transactions each."""
    rounds = 1 if is_quick else 5
    ours, bare = _prepared(folder, rounds + 1)
    told = events()
    with counted(ours.engine) as count:
        _ours(ours, cases.reference(0), told)
    peak = peak_rss_mb()
    _floor(bare, cases.reference(0), told)
    mine, floors = iter(range(1, rounds + 1)), iter(range(1, rounds + 1))
    found = race(
        lambda: _ours(ours, cases.reference(next(mine)), told),
        lambda: _floor(bare, cases.reference(next(floors)), told),
        rounds,
    )
    bare.close()
    for table in ("response", "decision", "submission", "wake"):
        mine_found = content(folder / "ours/udmelding.db", table, ("id", "key"))
        assert mine_found == content(folder / "floor.db", table, ("id", "key"))
    yield Result(
        workload="record",
        cases=rounds,
        councils=cases.COUNCILS,
        seconds=found.seconds,
        ratio_to_floor=found.ratio,
        floor=FLOOR,
        peak_rss_mb=peak,
        statements=count.statements,
        aim=Aim(Measure.RATIO, 20),
        why_not=(
            "each event costs some 19 statements through SQLAlchemy; on a disk where a commit "
            "costs next to nothing, nothing hides that"
        ),
    )
    if not is_quick:
        yield from _spoken(ours, told)
    ours.close()


def _spoken(services: Services, told: Sequence[Said]) -> Iterator[Result]:
    """The same through what the command line calls, which loads the case to answer in words."""
    with writing(services.engine) as session:
        reference = launch(session, cases.new_case(999), cases.stamp(cases.RECEIVED)).reference
        _ask(session, reference)

    def whole() -> None:
        for kind, day, said in told:
            if kind != "document":  # the command takes in a file, which is another matter
                record_fact(services, reference, kind, said, cases.stamp(day))

    with counted(services.engine) as count:
        seconds, _ = timed(whole)
    yield Result(
        workload="record/as-the-command-does",
        cases=1,
        councils=cases.COUNCILS,
        seconds=seconds,
        peak_rss_mb=peak_rss_mb(),
        statements=count.statements,
    )


def events() -> list[Said]:
    """98 answers, the report, three bodies, 98 councils and the submission."""
    codes = [party.party for party in cases.municipalities()]
    found: list[Said] = []
    for index, code in enumerate(codes):
        day = cases.ASKED + dt.timedelta(days=1 + index // 2)
        said = {"party": code, "on": cases.on(day), "completeness": Completeness.COMPLETE}
        found.append(("response", day, said))
    document = {
        "document_kind": DocumentKind.FINAL_REPORT,
        "title": "Afrapportering",
        "dated_on": cases.REPORTED,
        "version": 1,
        "change": Change.SUBSTANTIVE,
    }
    found.append(("document", cases.REPORTED, document))
    for number, body in enumerate(("styregruppe", "k17", "kkr")):
        day = cases.REPORTED + dt.timedelta(days=7 * (number + 1))
        found.append(("decision", day, _decision(body, body, Level.BODY, day)))
    for index, code in enumerate(codes):
        day = cases.REPORTED + dt.timedelta(days=30 + index // 3)
        found.append(("decision", day, _decision("councils", code, Level.COUNCIL, day)))
    last = cases.REPORTED + dt.timedelta(days=70)
    found.append(("submission", last, {"on": cases.on(last)}))
    return found


def _decision(step: str, party: str, level: Level, day: dt.date) -> dict[str, Any]:
    outcome = Outcome.RECOMMENDED if level is Level.BODY else Outcome.APPROVED
    return {
        "step": step,
        "party": party,
        "on": cases.on(day),
        "level": level,
        "outcome": outcome,
        "report_version": 1,
    }


def _prepared(folder: Path, number: int) -> tuple[Services, sqlite3.Connection]:
    """Launched cases, asked for answers and decisions; the floor starts from a copy."""
    services = cases.services_in(folder / "ours")
    for case in range(number):
        with writing(services.engine) as session:
            header = launch(session, cases.new_case(case), cases.stamp(cases.RECEIVED))
            _ask(session, header.reference)
    with sqlite3.connect(folder / "ours/udmelding.db") as source:
        copy = sqlite3.connect(folder / "floor.db")
        source.backup(copy)
        copy.close()
    return services, connect(folder / "floor.db")


def _ask(session: Session, reference: str) -> None:
    header = find(session, reference)
    codes = [party.party for party in cases.municipalities()]
    for step, due_on in (("collection", cases.ANSWER_BY), ("councils", cases.DEADLINE)):
        rows = cases.obligation_rows(header, step, codes, cases.ASKED, due_on)
        insert_many(session, models.Obligation, rows, None)
    wake_index.rebuild(session, header)


def _ours(services: Services, reference: str, told: Sequence[Said]) -> None:
    for kind, day, said in told:
        with writing(services.engine) as session:
            header = find(session, reference)
            entry = make_entry(kind, said, day)
            record(session, header, entry, cases.stamp(day))


def _floor(connection: sqlite3.Connection, reference: str, told: Sequence[Said]) -> None:
    for kind, day, said in told:
        connection.execute("begin immediate")
        _record(connection, reference, kind, day, said)
        connection.execute("commit")


_FLOOR_TABLES: Mapping[str, dict[str, Any]] = {
    "response": {"step": "collection", "note": ""},
    "decision": {"evidence": "", "is_proven": False, "note": ""},
    "document": {"file_name": "", "media_type": "", "size": 0, "sha256": ""},
    "submission": {
        "submission_kind": "report",
        "reservation_for": "[]",
        "submitted_by": "",
        "note": "",
    },
}


def _record(
    connection: sqlite3.Connection, reference: str, kind: str, day: dt.date, said: dict[str, Any]
) -> None:
    """Find the case, check the party, insert the fact under its key, keep the wake index."""
    case_id, version_id = connection.execute(
        "select id, process_version_id from announcement where lower(reference) = ?",
        (reference.lower(),),
    ).fetchone()
    row = _FLOOR_TABLES[kind] | said
    if "on" in row:
        period: Period = row.pop("on")
        row |= {
            "happened_from": period.start.isoformat(),
            "happened_to": period.end.isoformat(),
            "as_written": period.as_written,
        }
    if "dated_on" in row:
        row["dated_on"] = row["dated_on"].isoformat()
    digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]
    row |= {
        "announcement_id": case_id,
        "key": f"{reference}/{kind}/{digest}",
        "recorded_at": moment(cases.stamp(day).now),
        "recorded_by": cases.BY,
        "source": "",
        "is_made_up": False,
    }
    ask = connection.execute
    if "party" in row:
        party = (case_id, row["party"])
        known = ask(
            "select 1 from party where announcement_id = ? and party = ? and superseded_at is null",
            party,
        ).fetchone()
        if known is None:
            raise LookupError(party)
    marks = ", ".join("?" * len(row))
    inserted = ask(
        f"insert into {kind} ({', '.join(row)}) values ({marks}) on conflict (key) do nothing",
        tuple(row.values()),
    )
    if not inserted.rowcount:
        return
    if "party" in row:  # a complete answer, or a council's decision: nothing is owed any more
        at = (case_id, row["step"], row["party"])
        ask("delete from wake where announcement_id = ? and step = ? and party = ?", at)
    text = day.isoformat()
    ask(
        "insert into wake (announcement_id, process_version_id, step, party, opened_on, due_on, "
        "last_rung, next_on) values (?, ?, '', '', ?, ?, '', ?) on conflict (announcement_id, "
        "step, party) do update set opened_on = excluded.opened_on, due_on = excluded.due_on, "
        "next_on = excluded.next_on",
        (case_id, version_id, text, text, text),
    )
