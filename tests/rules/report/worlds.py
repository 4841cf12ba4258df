"""Made-up collections as they might be: how many answer, how many have no citizens, how few.

The demonstration's answers mean nothing and are seldom small together. These are drawn as they were
when the price of hiding was measured: a share does not answer, a share has no citizens, the others
have a number that varies more than chance alone (Poisson with a gamma mean). Every answer is typed,
read and checked as if it came from a page, so it obeys the form.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Kind, Measured, Question, Respondent
from udmelding.rules.forms.answers import read_answers
from udmelding.rules.report.figures import figures_of, zeros
from udmelding.rules.report.tabulation import Figures, Gathered, Unit

TODAY = dt.date(2025, 3, 1)
MEANS = {"gravide": (1.0, 4.0), "domfaeldte": (1.5, 7.0)}
"""Between which bounds the mean number of citizens lies, by form."""

_SHAPE = 1.5
_LEFT_OUT = 0.2
_LARGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """How a world is drawn.

    Attributes:
        count: how many are asked; ``areas`` in how many areas.
        missing: the share without an answer; ``none`` that without citizens.
        mean: citizens of the others; None: drawn between ``MEANS``.
        empty: the share of parts and further counts that are 0 for everybody.
        respondent: who is asked.
    """

    count: int = 17
    areas: int = 1
    missing: float = 0.06
    none: float = 0.25
    mean: float | None = None
    empty: float = 0.0
    respondent: Respondent = Respondent.MUNICIPALITY


def world(form: Form, seed: object, likely: Likely | None = None) -> Gathered:
    """A whole collection; the same seed gives the same one."""
    how = likely or Likely()
    chance = random.Random(f"{form.id}/{seed}")  # noqa: S311 - no secret
    drawn = how if how.mean is not None else replace(how, mean=_mean(form, chance))
    empty = frozenset(_empty(form, chance, how.empty))
    areas = {f"o{n}": f"Område {n}" for n in range(how.areas)}
    units = tuple(
        Unit(f"k{n}", f"Nr. {n}", f"o{n % how.areas}", how.respondent) for n in range(how.count)
    )
    given = {
        unit.party: answer(form, chance, drawn, empty)
        for unit in units
        if chance.random() >= how.missing
    }
    return Gathered(
        form=form, units=units, areas=areas, given=given, keys=dict.fromkeys(given, "1")
    )


def with_answers(before: Gathered, parties: Collection[str], seed: object) -> Gathered:
    """The same collection after some have answered, for the first time or anew."""
    chance = random.Random(f"{before.form.id}/later/{seed}")  # noqa: S311 - no secret
    how = Likely(mean=_mean(before.form, chance), respondent=before.units[0].respondent)
    new = {party: answer(before.form, chance, how) for party in parties}
    keys = {party: str(int(before.keys.get(party, "0")) + 1) for party in parties}
    return replace(before, given={**before.given, **new}, keys={**before.keys, **keys})


def only(whole: Gathered, parties: Collection[str]) -> Gathered:
    """The same collection while only those have answered."""
    return replace(
        whole,
        given={party: whole.given[party] for party in parties},
        keys={party: whole.keys[party] for party in parties},
    )


def silent(gathered: Gathered) -> list[str]:
    """Who has not answered."""
    return [unit.party for unit in gathered.units if unit.party not in gathered.given]


def answer(
    form: Form, chance: random.Random, how: Likely, empty: frozenset[str] = frozenset()
) -> Figures:
    """One answer; half of those without citizens say it in one stroke, half write every 0."""
    has_none = chance.random() < how.none
    if has_none and chance.random() < 0.5:
        return zeros(form)
    typed = _Typing(form, chance, 0.0 if has_none else how.mean or 0.0, empty)
    read = read_answers(form, how.respondent, dict(typed.answers(how.respondent)), today=TODAY)
    assert read.is_whole, read.problems
    return figures_of(form, read.content)


def _mean(form: Form, chance: random.Random) -> float:
    return chance.uniform(*MEANS.get(form.id, (1.0, 5.0)))


def _empty(form: Form, chance: random.Random, share: float) -> Iterator[str]:
    """Rows of tables but the first, and counts within others, that nobody has."""
    for question in form.questions:
        names = [f"{question.id}.{row.id}" for row in question.rows[1:]]
        names += [question.id] if question.at_most else []
        yield from (name for name in names if chance.random() < share)


@dataclass(slots=True)
class _Typing:
    """One answer as it is typed; what falls away is left out by whoever reads it."""

    form: Form
    chance: random.Random
    mean: float
    empty: frozenset[str]
    numbers: dict[str, int] = field(default_factory=dict)

    def answers(self, respondent: Respondent) -> Iterator[tuple[str, str]]:
        for section in self.form.sections_for(respondent):
            for question in section.questions:
                is_left_out = not question.is_required and self.chance.random() < _LEFT_OUT
                if is_left_out or question.kind is Kind.FILE:
                    continue
                if question.rows:
                    yield from self._fixed(question)
                elif question.kind is Kind.TABLE:
                    yield from self._added(question)
                else:
                    yield question.id, self._cell(question, question.id, self.numbers)

    def _fixed(self, question: Question) -> Iterator[tuple[str, str]]:
        rows = [row.id for row in question.rows]
        for column in question.columns:
            whole = self._whole(f"{question.id}.*.{column.id}")
            parts = dict.fromkeys(rows, 0)
            open_rows = [row for row in rows if f"{question.id}.{row}" not in self.empty]
            for _ in range(whole):
                parts[self.chance.choice(open_rows)] += 1
            for row in rows:
                yield f"{question.id}.{row}.{column.id}", str(parts[row])

    def _whole(self, column: str) -> int:
        """What a column must add up to; any number where no sum says it."""
        rule = next((one for one in self.form.sums if one.parts == (column,)), None)
        return self.numbers[rule.total] if rule else self._count()

    def _added(self, question: Question) -> Iterator[tuple[str, str]]:
        above = question.required_if.question if question.required_if else ""
        most = self.numbers.get(above, 1) + 1
        if question.at_most is not None:
            most = self.numbers[question.at_most]
        for row in range(1, self.chance.randint(min(1, most), min(most, question.most_rows)) + 1):
            beside: dict[str, int] = {}
            for column in question.columns:
                text = self._cell(column, column.id, beside)
                yield f"{question.id}.{row}.{column.id}", text

    def _cell(self, measured: Measured, code: str, beside: dict[str, int]) -> str:
        match measured.kind:
            case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
                beside[code] = self._number(measured, code, beside)
                return str(beside[code])
            case Kind.YES_NO:
                return self.chance.choice(("ja", "nej"))
            case Kind.CHOICE | Kind.CHOICES:
                return self.chance.choice(measured.options).id
            case Kind.DATE:
                return TODAY.isoformat()
            case _:
                return "Opdigtet."

    def _number(self, measured: Measured, code: str, beside: Mapping[str, int]) -> int:
        if code in self.empty:
            return 0
        if measured.at_most in beside:
            share = self.chance.random()
            return sum(self.chance.random() < share for _ in range(beside[measured.at_most or ""]))
        if measured.is_disclosive:
            return self._count()
        return self.chance.randint(1, min(60, int(measured.maximum or 60)))

    def _count(self) -> int:
        """Poisson, its mean from a gamma distribution."""
        if not self.mean:
            return 0
        least = math.exp(-self.chance.gammavariate(_SHAPE, self.mean / _SHAPE))
        count, product = 0, self.chance.random()
        while product > least and count < _LARGEST:
            count, product = count + 1, product * self.chance.random()
        return count
