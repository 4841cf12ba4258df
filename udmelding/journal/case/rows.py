"""Rows of many tables of facts in one statement: each has the columns of all, others' are empty.

A case is loaded so, and its log is read so. What such a row becomes, its own kind says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from models.fact import Word
from udmelding.journal.tables import KINDS, Kind, table_of
from udmelding.rules.case.facts import Signer

_ALONE = ("parties", "obligations")
"""The largest tables; the others are read together, those with a party and those without."""


def groups(wanted: Callable[[Kind], bool]) -> tuple[tuple[Kind, ...], ...]:
    """Kinds that are read in one statement each."""
    kinds = [kind for kind in KINDS if wanted(kind)]
    alone = [(kind,) for kind in kinds if kind.field in _ALONE]
    rest = [kind for kind in kinds if kind.field not in _ALONE]
    with_party = tuple(kind for kind in rest if "party" in kind.names)
    without = tuple(kind for kind in rest if "party" not in kind.names)
    return tuple(group for group in (*alone, with_party, without) if group)


def rows_of(kinds: tuple[Kind, ...], number: int, *first: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The rows of one of the kinds, for a union of all: its number, ``first``, then its columns."""
    kind = kinds[number]
    table = table_of(kind.fact)
    columns = (_column(table, kind, name, its) for name, its in _columns(kinds).items())
    return sa.select(sa.literal(number, sa.Integer()), *first, *columns)


def _column(table: sa.Table, kind: Kind, name: str, its: TypeEngine[Any]) -> sa.ColumnElement[Any]:
    if name in kind.names:
        return sa.type_coerce(table.c[name], its).label(name)
    return sa.cast(sa.null(), its).label(name)


@cache
def _columns(kinds: tuple[Kind, ...]) -> dict[str, TypeEngine[Any]]:
    """The columns of all kinds by name; words as plain text, for two tables may not share one."""
    found: dict[str, TypeEngine[Any]] = {}
    for kind in kinds:
        for name in kind.names:
            own = table_of(kind.fact).c[name].type
            found.setdefault(name, sa.String() if isinstance(own, Word) else own)
    return found


@cache
def maker(kinds: tuple[Kind, ...], kind: Kind) -> Callable[[Sequence[Any]], Any]:
    """What makes a value of that kind of a row that has the columns of all kinds."""
    names, table = tuple(_columns(kinds)), table_of(kind.fact)
    wanted = [(name, names.index(name), table.c[name].type) for name in kind.names]
    plain = [(name, place) for name, place, its in wanted if not isinstance(its, Word)]
    words = [(name, place, its.vocabulary) for name, place, its in wanted if isinstance(its, Word)]

    def make(row: Sequence[Any]) -> Any:
        columns = {name: row[place] for name, place in plain}
        for name, place, vocabulary in words:
            columns[name] = None if row[place] is None else vocabulary(row[place])
        if "reservation_for" in columns:
            columns["reservation_for"] = tuple(columns["reservation_for"])
        if "signers" in columns:
            columns["signers"] = tuple(Signer(**signer) for signer in columns["signers"])
        return kind.value(**columns)

    return make
