"""Launching: a national case is registered, and its 98 municipalities are asked."""

# The floors are SQL written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S101, S608

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import models
from benchmarks import cases
from benchmarks.floor import FLOOR, content, moment, same_schema
from benchmarks.measure import counted, peak_rss_mb, race
from benchmarks.results import Aim, Measure, Result
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.launch import Launch, launch, parties
from udmelding.journal.recording.record import insert_many
from udmelding.journal.wake import wake_index
from udmelding.rules.due.reminders import ladder_days, next_day
from udmelding.rules.words.business_days import work_calendar


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """Each case in two transactions: the launch, and the opening of the collection."""
    rounds = 7 if is_quick else 30
    services = cases.services_in(folder / "ours")
    news = [cases.new_case(number) for number in range(rounds + 1)]
    bare = same_schema(folder / "ours/udmelding.db", folder / "floor.db")
    with counted(services.engine) as count:
        _ours(services, news[0])
    peak = peak_rss_mb()
    _floor(bare, news[0])
    ours, floor = iter(news[1:]), iter(news[1:])
    found = race(
        lambda: _ours(services, next(ours)), lambda: _floor(bare, next(floor)), rounds, of=median
    )
    services.close()
    bare.close()
    for table in ("announcement", "process_version", "party", "obligation", "wake"):
        assert content(folder / "ours/udmelding.db", table) == content(folder / "floor.db", table)
    yield Result(
        workload="launch",
        cases=rounds,
        councils=cases.COUNCILS,
        seconds=found.seconds,
        ratio_to_floor=found.ratio,
        floor=FLOOR,
        peak_rss_mb=peak,
        statements=count.statements,
        aim=Aim(Measure.RATIO, 5),
        why_not=(
            "SQLAlchemy takes some 10 µs to bind each of 300 rows, and opening reads the case "
            "again to lay its wake index; where commits are cheap, nothing hides that"
        ),
    )


def _ours(services: Services, new: Launch) -> None:
    with writing(services.engine) as session:
        header = launch(session, new, cases.stamp(cases.RECEIVED))
    codes = [party.party for party in new.municipalities]
    with writing(services.engine) as session:
        rows = cases.obligation_rows(header, "collection", codes, cases.RECEIVED, cases.ANSWER_BY)
        insert_many(session, models.Obligation, rows, None)
        wake_index.rebuild(session, header)


_FACT = "announcement_id, key, recorded_at, recorded_by, source, is_made_up"
_AGENDA = """
    insert into wake (announcement_id, process_version_id, step, party, opened_on, due_on,
                        last_rung, next_on) values (?, ?, ?, ?, ?, ?, ?, ?)
"""


def _floor(connection: sqlite3.Connection, new: Launch) -> None:
    case_id, version_id = _launch(connection, new)
    _open(connection, new, case_id, version_id)


def _launch(connection: sqlite3.Connection, new: Launch) -> tuple[int, int]:
    known_at, day = moment(cases.stamp(cases.RECEIVED).now), cases.RECEIVED.isoformat()
    reference = new.reference
    connection.execute("begin immediate")
    taken = connection.execute(
        "select 1 from announcement where lower(reference) = ?", (reference.lower(),)
    ).fetchone()
    if taken is not None:
        raise ValueError(reference)
    version_id = _pin(connection, new, known_at)
    case_id = connection.execute(
        "insert into announcement (reference, process_version_id, area, scope, received_on, "
        "recorded_at, recorded_by, source, is_made_up, revision, revised_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            reference,
            version_id,
            new.area.id,
            new.scope,
            day,
            known_at,
            cases.BY,
            "",
            1,
            2,
            known_at,
        ),
    ).lastrowid
    assert case_id is not None
    connection.executemany(
        f"insert into party ({_FACT}, party, name, kind, area, is_asked) "
        "values (?, ?, ?, ?, '', 0, ?, ?, ?, ?, ?)",
        [
            (
                case_id,
                f"{reference}/party/{p.party}",
                known_at,
                cases.BY,
                p.party,
                p.name,
                p.kind,
                p.area,
                p.is_asked,
            )
            for p in parties(new)
        ],
    )
    connection.execute(
        f"insert into particulars ({_FACT}, title, kind, legal_basis, responsible) "
        "values (?, ?, ?, ?, '', 0, ?, ?, '', '')",
        (case_id, f"{reference}/particulars", known_at, cases.BY, new.particulars.title, "first"),
    )
    if new.deadline is not None:
        connection.execute(
            f"insert into deadline ({_FACT}, due_on, origin, reason) "
            "values (?, ?, ?, ?, '', 0, ?, ?, '')",
            (
                case_id,
                f"{reference}/deadline",
                known_at,
                cases.BY,
                new.deadline.due_on.isoformat(),
                new.deadline.origin,
            ),
        )
    connection.execute(_AGENDA, (case_id, version_id, "", "", day, day, "", day))
    connection.execute("commit")
    return case_id, version_id


def _pin(connection: sqlite3.Connection, new: Launch, known_at: str) -> int:
    text = new.process.model_dump_json()
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = connection.execute(
        "select id from process_version where sha256 = ?", (digest,)
    ).fetchone()
    if known is not None:
        return int(known[0])
    inserted = connection.execute(
        "insert into process_version (process, version, sha256, content, recorded_at) "
        "values (?, ?, ?, ?, ?)",
        (new.process.id, json.loads(text)["version"], digest, text, known_at),
    )
    return int(inserted.lastrowid or 0)


def _open(connection: sqlite3.Connection, new: Launch, case_id: int, version_id: int) -> None:
    opened, due = cases.RECEIVED, cases.ANSWER_BY
    known_at = moment(cases.stamp(opened).now)
    at = (opened.isoformat(), due.isoformat())
    next_on = _first_rung(new, opened, due).isoformat()
    connection.execute("begin immediate")
    asked = connection.execute(
        "select party from party where announcement_id = ? and kind = 'municipality' and is_asked "
        "and superseded_at is null",
        (case_id,),
    ).fetchall()
    connection.executemany(
        f"insert into obligation ({_FACT}, step, party, opened_on, due_on, origin) "
        "values (?, ?, ?, ?, '', 0, 'collection', ?, ?, ?, 'computed')",
        [
            (
                case_id,
                f"{new.reference}/obligation/collection/{party}",
                known_at,
                cases.BY,
                party,
                *at,
            )
            for (party,) in asked
        ],
    )
    connection.executemany(
        _AGENDA,
        [(case_id, version_id, "collection", party, *at, "", next_on) for (party,) in asked],
    )
    connection.execute("commit")


def _first_rung(new: Launch, opened: dt.date, due: dt.date) -> dt.date:
    ladder = new.process.ladders["responses"]
    days = ladder_days(ladder, opened, due, work_calendar(new.process.work_days))
    found = next_day(days, "")
    assert found is not None
    return found
