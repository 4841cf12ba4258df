"""The matrix of a case as a page shows it: sorted, filtered, every cell in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import Level, PartyKind
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.config.parties import danish_sort_key
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Party
from udmelding.rules.case.standing import Standing
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import short_date

_COMMITTEES = (Level.ADMINISTRATION, Level.COMMITTEE, Level.FINANCE_COMMITTEE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixLine:
    """One municipality or regional council.

    Attributes:
        membership: from when until when it is a party, where that is not all the time.
        answer: its cell in the step that asks for an answer; None where there is none.
        committee: the latest decision of its committees.
        council: its cell in the step in which councils decide.
        evidence: where the council's decision is documented.
        chased_on: the day of the last mail to it in this case.
    """

    party: str
    name: str
    membership: str
    is_council: bool
    answer: Standing | None
    committee: Decision | None
    council: Standing | None
    item_number: str = ""
    evidence: str
    chased_on: dt.date | None


SHOWN: Mapping[str, tuple[str, Callable[[MatrixLine], bool]]] = {
    "alle": ("Alle", lambda line: True),
    "mangler": ("Mangler noget", lambda line: _owes(line)),
    "over": ("Over fristen", lambda line: _is_overdue(line)),
    "besluttet": (
        "Har besluttet",
        lambda line: bool(line.council and line.council.state.is_closed),
    ),
    "meldt": (
        "Meldt, ikke dokumenteret",
        lambda line: bool(
            line.council and line.council.state.is_closed and not line.council.is_proven
        ),
    ),
}
"""The filters by the word in the address, with their names."""

_LAST = dt.date.max

SORTED: Mapping[str, tuple[str, Callable[[MatrixLine], Any]]] = {
    "navn": ("Navn", lambda line: danish_sort_key(line.name)),
    "frist": ("Frist", lambda line: (_due(line) or _LAST, danish_sort_key(line.name))),
    "besluttet": (
        "Beslutning",
        lambda line: (
            (line.council.met_on if line.council else None) or _LAST,
            danish_sort_key(line.name),
        ),
    ),
    "rykket": ("Sidst skrevet til", lambda line: (line.chased_on or _LAST, line.name)),
}
"""The orders by the word in the address, with their names."""


def matrix_lines(
    case: Case, found: Status, shown: str = "alle", order: str = "navn"
) -> tuple[MatrixLine, ...]:
    """The municipalities of a case; an unknown filter or order is the first one."""
    _, keep = SHOWN.get(shown, SHOWN["alle"])
    _, key = SORTED.get(order, SORTED["navn"])
    return tuple(sorted((line for line in _lines(case, found) if keep(line)), key=key))


def _lines(case: Case, found: Status) -> Sequence[MatrixLine]:
    cells: dict[str, dict[FulfilledBy, Standing]] = {}
    for row in found.standings:
        if row.step.parties is Parties.MUNICIPALITIES:
            cells.setdefault(row.party.party, {})[row.step.fulfilled_by] = row
    committees, councils = _decisions(case)
    lines = []
    for party, own in cells.items():
        first = next(iter(own.values()))
        mails = [
            row.last_mail.finished_at.date()
            for row in own.values()
            if row.last_mail and row.last_mail.finished_at
        ]
        lines.append(
            MatrixLine(
                party=party,
                name=first.party.name,
                membership=_membership(first.party),
                is_council=first.party.kind is PartyKind.MUNICIPALITY,
                answer=own.get(FulfilledBy.RESPONSE),
                committee=committees.get(party),
                council=own.get(FulfilledBy.DECISION),
                item_number=councils[party].item_number if party in councils else "",
                evidence=councils[party].evidence if party in councils else "",
                chased_on=max(mails, default=None),
            )
        )
    return [*lines, *(_coming_line(p) for p in case.parties if _is_coming(p, found.as_of))]


def _is_coming(party: Party, today: dt.date) -> bool:
    return party.member_from is not None and party.member_from > today and party.is_asked


def _coming_line(party: Party) -> MatrixLine:
    """A regional council that takes over later: named, and asked for nothing yet."""
    return MatrixLine(
        party=party.party,
        name=party.name,
        membership=_membership(party),
        is_council=False,
        answer=None,
        committee=None,
        council=None,
        evidence="",
        chased_on=None,
    )


def _membership(party: Party) -> str:
    first = f"fra {short_date(party.member_from)}" if party.member_from else ""
    last = f"til {short_date(party.member_until)}" if party.member_until else ""
    return f"{first} {last}".strip()


def _decisions(case: Case) -> tuple[dict[str, Decision], dict[str, Decision]]:
    """The latest decision of each municipality's committees, and of its council."""
    committees: dict[str, Decision] = {}
    councils: dict[str, Decision] = {}
    for decision in sorted(case.decisions, key=lambda d: (d.happened_to, d.recorded_at)):
        if decision.level in _COMMITTEES:
            committees[decision.party] = decision
        elif decision.level is Level.COUNCIL:
            councils[decision.party] = decision
    return committees, councils


def _owes(line: MatrixLine) -> bool:
    return any(cell is not None and cell.state.is_owed for cell in (line.answer, line.council))


def _is_overdue(line: MatrixLine) -> bool:
    cells = (line.answer, line.council)
    return any(cell is not None and cell.state.value == "overdue" for cell in cells)


def _due(line: MatrixLine) -> dt.date | None:
    days = [
        cell.due_on
        for cell in (line.answer, line.council)
        if cell and cell.state.is_owed and cell.due_on
    ]
    return min(days, default=None)
