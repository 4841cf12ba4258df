"""How many have answered, who is missing, and what was done about it? In words, for the report.

Counted from the standings of the collection, so that the sentence, the matrix and the reminders
can never disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.outbox import OutboxState
from models.party import PartyKind
from models.response import Completeness
from udmelding.rules.case.case import Case
from udmelding.rules.case.mail_state import REMINDING
from udmelding.rules.case.standing import Standing, State, standings
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_lower, first_upper

_TENS = ("nul", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who has answered in one step.

    Attributes:
        answered: with numbers or with "no citizens" (``without_citizens`` are among them).
        partial: have answered a part; ``waived`` were excused; ``missing`` have not answered.
        late: among the answered: after the day they had.
    """

    asked: tuple[Standing, ...]
    answered: tuple[Standing, ...]
    without_citizens: tuple[Standing, ...]
    partial: tuple[Standing, ...]
    waived: tuple[Standing, ...]
    missing: tuple[Standing, ...]
    late: tuple[Standing, ...]
    lines: tuple[str, ...]
    none_line: str

    @property
    def sentence(self) -> str:
        """The whole of it in one paragraph, for caseworkers."""
        return " ".join(self.lines)

    def told(self, *, tells_none: bool) -> tuple[str, ...]:
        """The sentences that others may read.

        Args:
            tells_none: whether the published figures tell who has no citizens.
        """
        return tuple(line for line in self.lines if tells_none or line != self.none_line)


def coverage(case: Case, step: str, today: dt.date) -> Coverage:
    """Who has answered in ``step`` by ``today``; municipalities only."""
    rows = tuple(
        row
        for row in standings(case, today)
        if row.step.id == step and row.party.kind is PartyKind.MUNICIPALITY and row.party.is_asked
    )
    answered = tuple(row for row in rows if row.state is State.FULFILLED)
    owing = [row for row in rows if not row.state.is_closed]
    begun = {Completeness.PARTIAL, Completeness.RETURNED}
    partial = tuple(row for row in owing if row.completeness in begun)
    missing = tuple(row for row in owing if row.completeness not in begun)
    none = tuple(row for row in answered if row.completeness is Completeness.NO_CITIZENS)
    waived = tuple(row for row in rows if row.state is State.WAIVED)
    late = tuple(row for row in answered if row.is_late)
    lines = [_answered(rows, answered)]
    none_line = _counted(none, f"har svaret «{case.process.words.nothing}»") if none else ""
    lines += [none_line] if none else []
    if partial:
        lines.append(f"{_names(partial)} har svaret på en del af skemaet.")
    if waived:
        lines += [_waived(row) for row in waived]
    lines += _missing(missing, case)
    if others := elsewhere(case):
        lines.append(f"Ikke med i tallene: {first_lower(others)}")
    return Coverage(
        asked=rows,
        answered=answered,
        without_citizens=none,
        partial=partial,
        waived=waived,
        missing=missing,
        late=late,
        lines=tuple(lines),
        none_line=none_line,
    )


def elsewhere(case: Case) -> str:
    """Who takes part in the case and is not in its figures, because others ask them; empty: nobody.

    Without it a report of a national case would look as if it held the whole country.
    """
    others = [p for p in case.parties if p.kind is PartyKind.MUNICIPALITY and not p.is_asked]
    if not others:
        return ""
    return f"De øvrige {len(others)} kommuner i landet. Deres egne sekretariater spørger dem."


def _answered(rows: Sequence[Standing], answered: Sequence[Standing]) -> str:
    if not rows:
        return "Ingen kommuner er spurgt."
    if len(answered) == len(rows):
        return f"Alle {len(rows)} kommuner har svaret."
    share = round(100 * len(answered) / len(rows))
    return f"{len(answered)} af {len(rows)} kommuner har svaret, svarende til {share} procent."


def _counted(rows: Sequence[Standing], text: str) -> str:
    number = len(rows)
    word = _TENS[number] if number < len(_TENS) else str(number)
    noun = "kommune" if number == 1 else "kommuner"
    return f"{first_upper(word)} {noun} {text}: {_names(rows)}."


def _names(rows: Sequence[Standing]) -> str:
    return join_names([row.party.name for row in rows])


def _waived(row: Standing) -> str:
    return f"{row.party.name} er fritaget."


def _missing(rows: Sequence[Standing], case: Case) -> list[str]:
    """Those that have not answered, together where the same was done about them."""
    alike: dict[str, list[Standing]] = {}
    for row in rows:
        alike.setdefault(join_names(_done(row, case)), []).append(row)
    lines = []
    for done, same in alike.items():
        who = "kommunen" if len(same) == 1 else "kommunerne"
        told = f"{_names(same)} har ikke svaret"
        lines.append(f"{told}; {who} {done}." if done else f"{told}.")
    return lines


def _done(row: Standing, case: Case) -> list[str]:
    """What was done about one that has not answered."""
    done: list[str] = []
    here = (row.step.id, row.party.party)
    reminded = [
        mail.finished_at.date()
        for mail in case.mails
        if (mail.step, mail.party) == here
        and mail.mail in REMINDING
        and mail.state in (OutboxState.SENT, OutboxState.MERGED)
        and mail.finished_at is not None
    ]
    if reminded:
        times = "én gang" if len(reminded) == 1 else f"{len(reminded)} gange"
        done.append(f"er rykket {times}, senest {long_date(max(reminded))}")
    if row.is_extended and row.due_on:
        done.append(f"har fået frist til {long_date(row.due_on)}")
    announced = [e for e in case.expectations if (e.step, e.party) == here]
    if announced:
        done.append(f"har meldt et svar {long_date(announced[-1].expected_on)}")
    return done
