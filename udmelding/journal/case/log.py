"""What was recorded when, by whom, from where? The audit trail, replaced facts included."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Completeness, OutboxState
from udmelding.journal.case.header import Header, with_ids
from udmelding.journal.case.rows import groups, maker, rows_of
from udmelding.journal.tables import Kind, table_of
from udmelding.rules.access.links import without_links
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import gathered_words, mail_state
from udmelding.rules.recording.catalogue import sentence
from udmelding.rules.recording.entry import names_in

_LAST = 1000
"""Rows of each kind among which news are looked for."""

_GROUPS = groups(lambda kind: kind.fact is not models.Party)
_TOLD = {table_of(kind.fact).name: kind for kinds in _GROUPS for kind in kinds}

Names = Mapping[int, Mapping[str, str]]
"""The names of each case; see ``rules.recording.entry``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of the log.

    Attributes:
        kind: the name of the kind of fact, such as ``decision``; ``mail`` for a mail.
        replaced_at: when a correction replaced it, known at the moment asked for; else None.
        party: code of the party that it is about, ``party_name`` what it is called; empty where it
            is about none.
        what: of a decision what was decided, of an answer how much it gives, of a mail its kind.
        state: of a mail, how far it has come.
    """

    at: dt.datetime
    by: str
    kind: str
    key: str
    text: str
    source: str
    is_made_up: bool
    replaced_at: dt.datetime | None = None
    party: str = ""
    party_name: str = ""
    what: str = ""
    state: str = ""


def log(
    session: Session, header: Header, as_of: dt.datetime, *, tells_none: bool = True
) -> tuple[LogLine, ...]:
    """Everything recorded in the case up to ``as_of``, oldest first; parties are left out.

    Args:
        session: reads.
        header: the case.
        as_of: what was recorded later is left out.
        tells_none: say who answered that it has no citizens; others than caseworkers see that in
            the published figures, or not at all.
    """
    names = _names(session, [header], tells_none=tells_none)
    asked = {"case": header.id, "as_of": as_of}
    lines = [line for _, line in _lines(session, asked, names, as_of, of_one_case=True)]
    return tuple(sorted(lines, key=lambda line: (line.at, line.kind, line.key)))


@dataclass(frozen=True, slots=True)
class News:
    """One line of a case's log that was recorded since the person was last here."""

    reference: str
    line: LogLine


def news(
    session: Session,
    since: dt.datetime,
    as_of: dt.datetime,
    most: int,
    *,
    tells_none: bool = True,
) -> tuple[News, ...]:
    """The newest ``most`` lines of all cases' logs after ``since``, newest first; as ``log``.

    Looked for among the last rows of each kind, so that it costs the same however many there are.
    """
    asked = {"since": since, "as_of": as_of, "most": most}
    rows = session.execute(_newest_query(), asked).all()
    ids: dict[str, list[int]] = defaultdict(list)
    for name, row_id, _ in rows:
        ids[name].append(row_id)
    cases = sorted({case_id for _, _, case_id in rows})
    known = with_ids(session, cases)
    names = _names(session, known, tells_none=tells_none)
    references = {one.id: one.reference for one in known}
    wanted = {name: ids[name] for name in (*_TOLD, _MAIL.name)}
    told = [
        News(references[case_id], line)
        for case_id, line in _lines(session, wanted, names, as_of, of_one_case=False)
    ]
    return tuple(
        sorted(told, key=lambda one: (one.line.at, one.reference, one.line.key), reverse=True)
    )


@cache
def _newest_query() -> sa.Select[Any]:
    """The newest rows of all kinds: table, id and case of each."""
    parts = []
    for name in (*_TOLD, _MAIL.name):
        table, at = _table_and_moment(name)
        newest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        parts.append(
            sa.select(
                sa.literal(name).label("name"), table.c.id, table.c.announcement_id, at.label("at")
            ).where(
                table.c.id > newest - _LAST,
                table.c.announcement_id.is_not(None),
                at > sa.bindparam("since"),
                at <= sa.bindparam("as_of"),
            )
        )
    every = sa.union_all(*parts).subquery()
    return (
        sa.select(every.c.name, every.c.id, every.c.announcement_id)
        .order_by(every.c.at.desc(), every.c.name, every.c.id.desc())
        .limit(sa.bindparam("most"))
    )


_MAIL = table_of(models.OutboxMessage)


def _table_and_moment(name: str) -> tuple[sa.Table, sa.ColumnElement[dt.datetime]]:
    """A table that the log tells of, and the column that says when its rows became known."""
    if name == _MAIL.name:
        return _MAIL, _MAIL.c.created_at
    table = table_of(_TOLD[name].fact)
    return table, table.c.recorded_at


def _wanted(name: str, *, of_one_case: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """Which rows of a table: those of one case up to a moment, or those with ids by its name."""
    table, at = _table_and_moment(name)
    if of_one_case:
        return table.c.announcement_id == sa.bindparam("case"), at <= sa.bindparam("as_of")
    return (table.c.id.in_(sa.bindparam(name, expanding=True)),)


@cache
def _facts_query(kinds: tuple[Kind, ...], *, of_one_case: bool) -> sa.CompoundSelect[Any]:
    """Built once for each: building a statement costs more than running it."""
    parts = []
    for number, kind in enumerate(kinds):
        table = table_of(kind.fact)
        here = _wanted(table.name, of_one_case=of_one_case)
        about = (table.c.announcement_id, table.c.superseded_at, table.c.superseded_by)
        parts.append(rows_of(kinds, number, *about).where(*here))
    return sa.union_all(*parts)


@cache
def _mails_query(*, of_one_case: bool) -> sa.Select[Any]:
    columns = (*(_MAIL.c[name] for name in _OF_MAIL), cases_gathered().label("cases"))
    return sa.select(*columns).where(*_wanted(_MAIL.name, of_one_case=of_one_case))


def cases_gathered() -> sa.ScalarSelect[int]:
    """Of how many cases the parts of a mail are, as a column of a query on the outbox."""
    part = _MAIL.alias()
    return (
        sa.select(sa.func.count(part.c.announcement_id.distinct()))
        .where(part.c.merged_into == _MAIL.c.key)
        .correlate(_MAIL)
        .scalar_subquery()
    )


_OF_MAIL = (
    "announcement_id",
    "created_at",
    "key",
    "party",
    "subject",
    "state",
    "outcome",
    "transport",
    "finished_at",
    "recipients",
    "copies",
    "written_by",
    "mail",
    "merged_into",
)


def _lines(
    session: Session,
    asked: Mapping[str, Any],
    names: Names,
    as_of: dt.datetime,
    *,
    of_one_case: bool,
) -> Iterator[tuple[int, LogLine]]:
    """Rows of all tables as lines, each with the id of its case; few statements, however many."""
    for kinds in _GROUPS:
        made = [maker(kinds, kind) for kind in kinds]
        rows = session.execute(_facts_query(kinds, of_one_case=of_one_case), dict(asked))
        for number, case_id, replaced_at, replaced_by, *row in rows:
            fact = made[number](row)
            told = sentence(fact, names[case_id]) + _taken_back(replaced_at, replaced_by, as_of)
            yield (
                case_id,
                LogLine(
                    at=fact.recorded_at,
                    by=fact.recorded_by,
                    kind=table_of(kinds[number].fact).name,
                    key=fact.key,
                    text=without_links(told),
                    source=without_links(fact.source),
                    is_made_up=fact.is_made_up,
                    replaced_at=replaced_at if replaced_at and replaced_at <= as_of else None,
                    party=(party := str(getattr(fact, "party", "") or "")),
                    party_name=names[case_id].get(party, party),
                    what=_what(fact),
                ),
            )
    mails = session.execute(_mails_query(of_one_case=of_one_case), dict(asked))
    yield from _mails(mails, names, as_of)


def _what(fact: Any) -> str:
    """What tells facts of one kind apart where many are told of in one sentence."""
    said = getattr(fact, "outcome", None) or getattr(fact, "completeness", None)
    return str(said or "")


def _taken_back(
    replaced_at: dt.datetime | None, replaced_by: str | None, as_of: dt.datetime
) -> str:
    """Why a fact was taken back, where it was taken back and not corrected."""
    is_known = replaced_at is not None and replaced_at <= as_of
    return f" ({replaced_by})" if is_known and str(replaced_by).startswith("taget ") else ""


def _names(session: Session, cases: Sequence[Header], *, tells_none: bool) -> Names:
    parties = table_of(models.Party)
    rows = session.execute(
        sa.select(parties.c.announcement_id, parties.c.party, parties.c.name).where(
            parties.c.announcement_id.in_([case.id for case in cases])
        )
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for case_id, party, name in rows:
        found[case_id][party] = name
    if not tells_none:
        for case in cases:
            found[case.id][Completeness.NO_CITIZENS.value] = label(Completeness.COMPLETE)
    return {case.id: names_in(case.process, found[case.id]) for case in cases}


def _mails(rows: sa.Result[Any], names: Names, as_of: dt.datetime) -> Iterator[tuple[int, LogLine]]:
    """Mails without their text; one that was finished later counts as waiting then."""
    for row in rows:
        is_finished = row.finished_at is not None and row.finished_at <= as_of
        state = row.state if is_finished else OutboxState.PENDING
        fate = mail_state(state, row.transport, row.outcome)
        gathered = gathered_words(row.mail, fate, row.merged_into, row.cases)
        came = ", ".join(filter(None, (label(fate), gathered)))
        outcome = f" ({row.outcome})" if is_finished and row.outcome else ""
        receiver = names[row.announcement_id].get(row.party, row.party)
        yield (
            row.announcement_id,
            LogLine(
                at=row.created_at,
                by=row.written_by or "udmelding",
                kind="mail",
                key=row.key,
                text=f"Mail til {receiver}: {row.subject} – {came}{outcome}.",
                source=", ".join([*row.recipients, *row.copies]),
                is_made_up=False,
                party=row.party,
                party_name=receiver,
                what=str(row.mail),
                state=str(fate),
            ),
        )
