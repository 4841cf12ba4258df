"""Takes a passage or a file out of every row for good, and keeps that it was done.

With lawful deletion the one place that changes what was recorded. It walks all tables and all of
their columns that hold words, so a table that comes later is walked too; what the program reads
itself (keys, addresses, states) it leaves alone and tells of. What then remains of the old words in
the database's own files is for ``database.write_anew``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import AutoString

import models
from udmelding.config.case.process import Process
from udmelding.config.forms.forms import Form
from udmelding.errors import RefusedError
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.summaries.summaries import forget
from udmelding.journal.tables import FACTS, SHARED_FACTS, table_of
from udmelding.rules.files.cpr import without_cpr
from udmelding.rules.forms.answer_paths import FILE_ANSWER
from udmelding.rules.records import Mark, Passage
from udmelding.rules.words.texts import texts_in

_MACHINES = frozenset(
    "about address area base based_on block comment copies csrf digest email event events facts "  # noqa: SIM905 - a list of names
    "feed figures form key kind last_rung login media_type mend message_id municipality party "
    "process question_set recipients reference renews rung scopes secret sender shown silent stamp "
    "status step template_version thread_id transport uid url version".split()
)
_MACHINES_ENDINGS = ("_by", "_hash", "_key", "sha256", "_into")
"""Columns by which the program finds, sends and decides: words in them cannot be taken out."""

_AS_JSON: Mapping[tuple[str, str], Callable[[str], object]] = {
    ("process_version", "content"): Process.model_validate_json,
    ("question_set", "content"): Form.model_validate_json,
    ("webhook_delivery", "body"): json.loads,
    ("calendar_entry", "content"): json.loads,
}
"""Columns whose text is JSON, and what must still be able to read it."""

_TO_OTHERS = frozenset({"outbox", "mail_draft", "webhook_delivery", "calendar_entry"})
"""Tables of what others read: there only the day is told, not why."""

_FACTS = frozenset(table_of(fact).name for fact in (*FACTS, *SHARED_FACTS))
_TAKEN_BACK = "taget "
"""How ``superseded_by`` begins where it says why; else it is a key."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One place where a passage stands.

    Attributes:
        table: name of the table; ``is_fact`` whether its rows are facts.
        case_id: None where it belongs to no case.
        around: the words around it, with the passage itself masked.
        is_kept: the program needs what stands there, and leaves it.
    """

    table: str
    column: str
    case_id: int | None
    around: str
    is_kept: bool

    @property
    def is_fact(self) -> bool:
        return self.table in _FACTS


@dataclass(slots=True)
class Taken:
    """What was taken out: rows by case (None: no case), and the tables they are in."""

    rows: Counter[int | None] = field(default_factory=Counter)
    tables: set[str] = field(default_factory=set)


_AROUND = 40
_MASKED = "▇▇▇"


def stands(session: Session, passage: Passage) -> Iterator[Stand]:
    """Every place where the passage stands, table by table."""
    for table, row, case_id in _rows(session, passage.fragment):
        for name in _text_columns(table):
            for text in texts_in(row[name]):
                if found := passage.pattern.search(text):
                    before, after = text[: found.start()], text[found.end() :]
                    around = f"{before[-_AROUND:]}{_MASKED}{after[:_AROUND]}"
                    is_kept = _is_machines(name, text)
                    yield Stand(table.name, name, case_id, " ".join(around.split()), is_kept)


def take_passage(session: Session, passage: Passage, mark: Mark) -> Taken:
    """Put the mark in place of the passage wherever it stands.

    Raises:
        RefusedError: a process or question set could not be read any more without it.
    """
    taken = Taken()
    for table, row, case_id in _rows(session, passage.fragment):
        own = mark.short if table.name in _TO_OTHERS else mark.text
        changed = {}
        for name in _text_columns(table):
            old = row[name]
            if passage.is_in(old) and not _is_machines(name, old):
                changed[name] = _without(table.name, name, old, passage, own)
        _change(session, table, row, case_id, changed, taken)
    _forget(session, taken, passage)
    return taken


def take_files(session: Session, files: Mapping[str, str], mark: Mark) -> Taken:
    """Let no row name those files any more; what they were called stays, with when and why.

    Args:
        session: an open writing transaction.
        files: their checksums, and the checksum of what takes their place; as a rule empty.
        mark: what is told of them.
    """
    taken = Taken()
    for sha256, other in files.items():
        for table, row, case_id in _rows(session, sha256):
            changed = {
                name: new
                for name in _text_columns(table)
                if (new := _unnamed(row[name], sha256, other, mark)) != row[name]
            }
            if changed.get("sha256") == "" and "title" in row:
                changed["title"] = f"{row['title']} (filen er {mark.words})"
            _change(session, table, row, case_id, changed, taken)
    _forget(session, taken)
    return taken


def put_redactions(
    session: Session,
    rows: Mapping[int | None, int],
    reason: str,
    file_name: str,
    files: Collection[str],
    stamp: Stamp,
) -> None:
    """Keep that it was done: a fact in each case, and one of its own for what is in none.

    Raises:
        CprRefusedError, CprQuestionError: the reason holds a number, as ``files.guard``.
    """
    table = table_of(models.Redaction)
    for case_id in sorted(rows, key=lambda number: number or 0):
        said = [case_id, reason, file_name, stamp.now.isoformat(), stamp.by]
        key = f"redaction/{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]}"
        kept = guard(session, key, {"reason": reason}, stamp)
        session.execute(
            sa.insert(table),
            {
                "key": key,
                "recorded_at": stamp.now,
                "recorded_by": stamp.by,
                "source": "",
                "is_made_up": False,
                "announcement_id": case_id,
                "reason": kept["reason"],
                "file_name": without_cpr(file_name, stamp.now.date()),
                "places": rows[case_id],
                "files": sorted(files),
            },
        )


def mails_with(session: Session, files: Collection[str]) -> set[str]:
    """Checksums of the mails, as they came, that carried one of those files."""
    mail = table_of(models.IncomingMail).c
    query = sa.select(mail.raw_sha256, mail.attachments).where(mail.raw_sha256 != "")
    return {
        row.raw_sha256
        for row in session.execute(query)
        if any(part.get("sha256") in files for part in row.attachments)
    }


def report_values(session: Session) -> set[str]:
    """Checksums of the values that versions of reports were made of."""
    return set(session.execute(sa.select(table_of(models.ReportVersion).c.values_sha256)).scalars())


def case_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The references of cases by their ids."""
    case = table_of(models.Announcement).c
    rows = session.execute(sa.select(case.id, case.reference).where(case.id.in_(ids)))
    return {row.id: row.reference for row in rows}


@dataclass(frozen=True, slots=True)
class RedactionLine:
    """What was taken out; ``reference`` is empty for what belongs to no case."""

    at: dt.datetime
    by: str
    reference: str
    reason: str
    file_name: str
    places: int
    files: tuple[str, ...]


def redactions(session: Session) -> tuple[RedactionLine, ...]:
    """All of them, the newest first."""
    table, case = table_of(models.Redaction), table_of(models.Announcement)
    query = (
        sa.select(table, sa.func.coalesce(case.c.reference, "").label("reference"))
        .outerjoin(case, case.c.id == table.c.announcement_id)
        .order_by(table.c.id.desc())
    )
    return tuple(
        RedactionLine(
            row.recorded_at,
            row.recorded_by,
            row.reference,
            row.reason,
            row.file_name,
            row.places,
            tuple(row.files),
        )
        for row in session.execute(query)
    )


# --- Rows ---


def _tables() -> Iterator[sa.Table]:
    left_out: tuple[type[SQLModel], ...] = (models.Redaction, models.CaseSummary, models.WakeItem)
    names = {table_of(model).name for model in left_out}
    yield from (
        table for name, table in sorted(SQLModel.metadata.tables.items()) if name not in names
    )


@cache
def _text_columns(table: sa.Table) -> tuple[str, ...]:
    return tuple(
        column.name
        for column in table.columns
        if isinstance(column.type, (sa.JSON, sa.String, AutoString))  # a closed word is neither
    )


def _rows(session: Session, fragment: str) -> Iterator[tuple[sa.Table, dict[str, Any], int | None]]:
    """Rows in which the fragment stands, whole, with the id of their case."""
    for table in _tables():
        columns = [table.c[name] for name in _text_columns(table)]
        if not columns:
            continue
        where = (sa.cast(c, sa.String).icontains(fragment, autoescape=True) for c in columns)
        for row in session.execute(sa.select(table).where(sa.or_(*where))).mappings().all():
            own = row["id"] if table.name == "announcement" else row.get("announcement_id")
            yield table, dict(row), own


def _change(
    session: Session,
    table: sa.Table,
    row: Mapping[str, Any],
    case_id: int | None,
    changed: Mapping[str, Any],
    taken: Taken,
) -> None:
    if not changed:
        return
    where = [column == row[column.name] for column in table.primary_key]
    session.execute(sa.update(table).where(*where).values(**changed))
    taken.rows[case_id] += 1
    taken.tables.add(table.name)


def _forget(session: Session, taken: Taken, passage: Passage | None = None) -> None:
    """Throw away the summaries of those cases, and those in which the words stand."""
    table = table_of(models.CaseSummary)
    cases = {case_id for case_id in taken.rows if case_id is not None}
    if passage is not None:
        holds = sa.cast(table.c.content, sa.String).icontains(passage.fragment, autoescape=True)
        cases |= set(session.execute(sa.select(table.c.announcement_id).where(holds)).scalars())
    forget(session, cases)
    taken.tables.add(table.name)
    if not taken.rows:  # done again, since somebody read meanwhile: old rows may be left in any
        taken.tables |= {one.name for one in _tables()}


def _is_machines(column: str, value: Any) -> bool:
    if column == "superseded_by":
        return not str(value).startswith(_TAKEN_BACK)
    return column in _MACHINES or column.endswith(_MACHINES_ENDINGS)


def _without(table: str, column: str, old: Any, passage: Passage, mark: str) -> Any:
    reads = _AS_JSON.get((table, column))
    if reads is None:
        return passage.without(old, mark)
    new = json.dumps(passage.without(json.loads(old), mark), ensure_ascii=False)
    try:
        reads(new)
    except ValueError as error:
        raise RefusedError(
            "Teksten er en del af det, som programmet styrer en sag eller et skema efter, og kan "
            "ikke fjernes alene. Skriv et længere stykke, med ordene omkring."
        ) from error
    return new


def _unnamed(value: Any, sha256: str, other: str, mark: Mark) -> Any:
    """The value where it no longer names the file; lists and mappings are gone through."""
    if value == sha256:
        return other
    if isinstance(value, str):
        found = FILE_ANSWER.fullmatch(value)
        return f"{found['name']} ({mark.words})" if found and found["sha256"] == sha256 else value
    if isinstance(value, list):
        return [_unnamed(one, sha256, other, mark) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("sha256") == sha256:
        return {**value, "sha256": "", "refused": f"filen er {mark.words}"}
    return {key: _unnamed(one, sha256, other, mark) for key, one in value.items()}
