"""Every hidden count from 1 to 4 can be each of 1 to 4: for any reader, and for one respondent."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.rules.report.counts import Bound, Change, Counts, Sum
from udmelding.rules.report.hiding import Claim, Protection, protect
from udmelding.rules.report.hiding_model import Model

LIMIT = 5
SMALL = range(1, LIMIT)
PART, BASE, TOTAL = 1.0, 4.0, 20.0


def hidden_by(counts: Counts, open_values: int | None = None) -> Protection:
    return protect(counts, threshold=LIMIT, open_values=open_values)


def one_row(*numbers: int) -> Counts:
    """One number of each respondent and their sum; who has none is seen to have none."""
    values = {f"k{place}": number for place, number in enumerate(numbers)}
    parts = tuple(values)
    return _ruled(
        values | {"alle": sum(numbers)},
        (Sum("alle", parts),),
        owners={part: part for part in parts},
        bases={cell: cell for cell in (*parts, "alle")},
    )


def grid(*rows: Sequence[int]) -> Counts:
    """A respondent's parts with their total in each row, and an area's row below them."""
    high, wide = len(rows), len(rows[0])
    values = {f"{r}.{c}": rows[r][c] for r in range(high) for c in range(wide)}
    values |= {f"{r}.i_alt": sum(rows[r]) for r in range(high)}
    columns = [*map(str, range(wide)), "i_alt"]
    values |= {f"sum.{c}": sum(values[f"{r}.{c}"] for r in range(high)) for c in columns}
    sums = [Sum(f"{r}.i_alt", tuple(f"{r}.{c}" for c in range(wide))) for r in range(high)]
    sums += [Sum(f"sum.{c}", tuple(f"{r}.{c}" for r in range(high))) for c in columns]
    return _ruled(
        values,
        tuple(sums),
        owners={f"{r}.{c}": str(r) for r in range(high) for c in columns},
        bases={cell: f"{cell.partition('.')[0]}.i_alt" for cell in values},
    )


def _ruled(
    values: Mapping[str, int],
    sums: tuple[Sum, ...],
    owners: Mapping[str, str],
    bases: Mapping[str, str],
) -> Counts:
    """The printed rule: 0 to 4 is hidden where there are citizens, and a 0 shown elsewhere."""
    secret = {cell for cell, value in values.items() if value < LIMIT and values[bases[cell]]}
    none = {cell for cell in values if not values[bases[cell]]}
    return Counts(
        values=values,
        sums=sums,
        owners=owners,
        secret=frozenset(secret),
        positive=frozenset(bases.values()) - none,
        fixed=frozenset(none),
        weights={
            cell: (BASE if bases[cell] == cell else PART) * (1 if cell in owners else TOTAL)
            for cell in values
        },
    )


def price(counts: Counts, guards: Iterator[str] | Sequence[str] | Mapping[str, Claim]) -> float:
    return sum(counts.weights.get(cell, 1.0) for cell in guards)


# --- Trying all numbers, as somebody with much time would ---


def open_to(counts: Counts, hidden: frozenset[str], insider: str = "") -> dict[str, set[int]]:
    """Every value that each hidden count can have for a respondent, by trying all of them."""
    own = {cell for cell, owner in counts.owners.items() if owner == insider}
    totals = {one.total: one.parts for one in counts.sums}
    names = sorted(hidden - own, key=lambda cell: (cell in totals, cell))
    found: dict[str, set[int]] = {name: set() for name in names}
    known = {cell: value for cell, value in counts.values.items() if cell not in names}
    for guess in _guesses(counts, names, known, totals):
        for name in names:
            found[name].add(guess[name])
    return found


def _guesses(
    counts: Counts,
    names: Sequence[str],
    known: dict[str, int],
    totals: Mapping[str, Sequence[str]],
) -> Iterator[Mapping[str, int]]:
    """Numbers up to a little above all that there are; totals are added up, not guessed."""
    if not all(_fits(one, known) for one in counts.sums):
        return
    if not names:
        if all(bound.room(known) >= 0 for bound in counts.bounds):
            yield dict(known)
        return
    first, rest = names[0], names[1:]
    parts = totals.get(first, ())
    if parts and all(part in known for part in parts):
        tried = range((added := sum(known[part] for part in parts)), added + 1)
    else:
        tried = range(max(counts.values.values()) + LIMIT)
    for value in tried:
        if value >= (first in counts.positive):
            yield from _guesses(counts, rest, {**known, first: value}, totals)


def _fits(one: Sum, known: Mapping[str, int]) -> bool:
    """Whether a sum can still come right; a count without a guess is at least 0."""
    added = sum(known.get(part, 0) for part in one.parts)
    if one.total not in known:
        return True
    is_whole = all(part in known for part in one.parts)
    return added == known[one.total] if is_whole else added <= known[one.total]


def asked_for(counts: Counts, cell: str, insider: str) -> set[int]:
    """What the promise says that a small count can be; a total not below one's own number."""
    own = 0
    if insider and cell not in counts.owners:
        parts = next(one.parts for one in counts.sums if one.total == cell)
        own = sum(counts.values[part] for part in parts if counts.owners.get(part) == insider)
    return {value for value in SMALL if value >= own}


# --- What people would expect ---


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert hidden_by(one_row(7, 12, 5, 30)).hidden == frozenset()


def test_who_has_no_citizens_is_shown_and_never_guards() -> None:
    made = hidden_by(one_row(4, 0, 0, 9, 8))
    assert not made.hidden & {"k1", "k2"}
    assert not made.impossible


def test_a_lonely_municipality_takes_its_total_with_it() -> None:
    assert hidden_by(one_row(3)).hidden == {"k0", "alle"}


def test_each_guard_is_told_with_what_would_be_found_without_it() -> None:
    made = hidden_by(one_row(1, 1, 5))
    assert made.guards.keys() == made.hidden - {"k0", "k1"}
    for claim in made.guards.values():
        assert claim.cell in {"k0", "k1"}
        assert claim.value in SMALL


def test_what_is_shown_already_stays_and_what_it_tells_is_impossible_to_hide() -> None:
    counts = one_row(3, 8, 30)
    shown = replace(counts, fixed=frozenset({"k1", "k2", "alle"}))
    made = hidden_by(shown)
    assert made.hidden == {"k0"}
    assert {claim.value for claim in made.impossible} == set(SMALL) - {3}


def test_what_a_form_asks_for_is_known_to_readers() -> None:
    """Three of at most three are all of them; the bound takes a guard that no sum would."""
    values = {"i_alt": 7, "kvinder": 3, "mænd": 4, "unge": 3}
    counts = Counts(
        values=values,
        sums=(Sum("i_alt", ("kvinder", "mænd")),),
        bounds=(Bound(("unge",), "kvinder"),),
        secret=frozenset({"kvinder", "mænd", "unge"}),
    )
    made = hidden_by(counts)
    assert not made.impossible
    able = open_to(counts, made.hidden)
    assert all(able[cell] >= set(SMALL) for cell in counts.secret)


def test_how_far_it_is_goes_from_nothing_to_all() -> None:
    heard: list[float] = []
    protect(grid((1, 2, 5), (3, 0, 6), (1, 1, 1)), threshold=LIMIT, told=heard.append)
    assert heard == sorted(heard)
    assert heard[0] == 0.0
    assert heard[-1] == 1.0


# --- The examples of the research that the rule was chosen by ---


def test_two_that_make_two_beside_a_five_take_the_sum_with_them() -> None:
    """The third one knows its 5: to hide that does not help against itself."""
    made = hidden_by(one_row(1, 1, 5))
    assert made.hidden == {"k0", "k1", "alle"}


def test_with_one_more_the_sum_stays() -> None:
    counts = one_row(1, 1, 5, 9, 0)
    made = hidden_by(counts)
    assert not made.impossible
    assert "alle" not in made.hidden
    assert price(counts, made.guards) <= price(counts, ["k2", "k3"])


def test_the_pattern_of_zeros_tells_nothing_any_more() -> None:
    counts = grid((1, 1, 1), (6, 2, 0), (0, 2, 0), (5, 6, 1), (0, 0, 0), (1, 3, 0))
    made = hidden_by(counts)
    assert not made.impossible
    assert not made.hidden & {"4.0", "4.1", "4.2", "4.i_alt"}, "no citizens: every 0 is shown"
    assert price(counts, made.guards) <= price(counts, ["1.0", "3.1", "sum.0"])


# --- Laws ---

COUNTS = st.integers(min_value=0, max_value=9)
ROWS = st.lists(COUNTS, min_size=1, max_size=4)
GRIDS = st.integers(min_value=2, max_value=3).flatmap(
    lambda wide: st.lists(st.lists(COUNTS, min_size=wide, max_size=wide), min_size=2, max_size=4)
)


def everything_is_open(counts: Counts, made: Protection) -> None:
    for insider in ("", *dict.fromkeys(counts.owners.values())):
        for cell, able in open_to(counts, made.hidden, insider).items():
            if counts.values[cell] in SMALL:
                assert able >= asked_for(counts, cell, insider), f"{insider or 'all'} about {cell}"


@given(ROWS)
@settings(max_examples=20, deadline=None)
def test_a_small_count_of_a_row_can_be_any_small_one_for_everybody(numbers: list[int]) -> None:
    counts = one_row(*numbers)
    made = hidden_by(counts)
    if not made.impossible and len(made.hidden) < 5:  # more cannot be tried one by one
        everything_is_open(counts, made)


@pytest.mark.parametrize("numbers", list(itertools.product((1, 2, 6), repeat=3)))
def test_a_row_of_three_never_gives_a_small_one_away(numbers: tuple[int, ...]) -> None:
    counts = one_row(*numbers)
    made = hidden_by(counts)
    if not made.impossible:
        everything_is_open(counts, made)


@given(GRIDS)
@settings(max_examples=25, deadline=None)
def test_the_rule_is_kept_and_what_cannot_be_hidden_is_not(rows: list[list[int]]) -> None:
    counts = grid(*rows)
    made = hidden_by(counts)
    assert made.hidden >= counts.secret
    assert not made.hidden & counts.fixed
    assert made.guards.keys() == made.hidden - counts.secret


@given(GRIDS)
@settings(max_examples=20, deadline=None)
def test_the_order_of_counts_and_sums_makes_nothing_impossible(rows: list[list[int]]) -> None:
    counts = grid(*rows)
    turned = replace(
        counts,
        values=dict(reversed(counts.values.items())),
        sums=tuple(reversed(counts.sums)),
        owners=dict(reversed(counts.owners.items())),
    )
    first, second = hidden_by(counts), hidden_by(turned)
    assert set(first.impossible) == set(second.impossible)
    assert second.hidden >= counts.secret
    assert not second.hidden & counts.fixed


def test_to_open_fewer_values_to_respondents_costs_no_more() -> None:
    tables = [
        grid((1, 2, 5), (3, 0, 6), (1, 1, 1), (9, 7, 0)),
        grid((2, 0, 6), (8, 5, 5), (0, 0, 0), (1, 4, 7)),
        grid((1, 1, 5), (7, 6, 2), (5, 0, 3)),
        one_row(1, 1, 5, 9, 0),
        one_row(3, 2, 12, 30),
    ]
    costs = [
        sum(price(one, hidden_by(one, values).guards) for one in tables) for values in (2, 3, 4)
    ]
    assert costs == sorted(costs)


# --- A solver that lies ---

Answer = Callable[[Counts, str, int], Change | None]
LIES: Mapping[str, Answer] = {
    "knows nothing": lambda counts, cell, more: None,
    "forgets the sums": lambda counts, cell, more: {cell: more},
    "changes everything": lambda counts, cell, more: dict.fromkeys(counts.values, more),
    "goes below nothing": lambda counts, cell, more: {
        one: more if one == cell else -1_000 for one in counts.values
    },
    "answers another question": lambda counts, cell, more: {cell: more + 1},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_solver_says_is_not_believed(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = grid((1, 2, 5), (3, 0, 6), (1, 1, 1), (9, 7, 0))

    def cheapest(_: Model, cell: str, more: int, row: Sequence[str]) -> Change | None:
        return LIES[lie](counts, cell, more)

    monkeypatch.setattr(Model, "cheapest", cheapest)
    made = hidden_by(counts)
    assert made.impossible
    assert made.hidden == counts.secret
    assert {claim.cell for claim in made.impossible} == {
        cell for cell in counts.secret if counts.values[cell]
    }


def test_the_solver_says_nothing_of_its_own_for_what_a_command_prints_is_read_by_scripts() -> None:
    # A process of its own: the banner comes once in each, from under Python.
    asked = (
        "from tests.rules.report.test_hiding import hidden_by, one_row\n"
        "hidden_by(one_row(1, 1, 5, 9))"
    )
    ran = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")
