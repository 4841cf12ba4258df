"""No hidden count can be computed: not from totals, not from two tables, not from two versions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.rules.report.hiding import (
    Protection,
    Relation,
    Shown,
    for_caseworker,
    note_under_table,
    protect,
)

LIMIT = 5


def hidden_by(
    values: Mapping[str, int], relations: Sequence[Relation], earlier: Sequence[Shown] = ()
) -> Protection:
    return protect(values, relations, threshold=LIMIT, earlier=earlier)


def one_row(*numbers: int) -> tuple[dict[str, int], tuple[Relation, ...]]:
    values = {f"k{place}": number for place, number in enumerate(numbers)}
    return values | {"alle": sum(numbers)}, (Relation("alle", tuple(values)),)


def grid(rows: Sequence[Sequence[int]]) -> tuple[dict[str, int], tuple[Relation, ...]]:
    """A table with its totals to the right, below, and in the corner."""
    high, wide = len(rows), len(rows[0])
    values = {f"{r}.{c}": rows[r][c] for r in range(high) for c in range(wide)}
    values |= {f"{r}.*": sum(rows[r]) for r in range(high)}
    values |= {f"*.{c}": sum(row[c] for row in rows) for c in range(wide)}
    values["*.*"] = sum(map(sum, rows))
    relations = [Relation(f"{r}.*", tuple(f"{r}.{c}" for c in range(wide))) for r in range(high)]
    relations += [Relation(f"*.{c}", tuple(f"{r}.{c}" for r in range(high))) for c in range(wide)]
    relations.append(Relation("*.*", tuple(f"{r}.*" for r in range(high))))
    relations.append(Relation("*.*", tuple(f"*.{c}" for c in range(wide))))
    return values, tuple(relations)


# --- A second attacker, written another way than the one in the rules ---


Version = tuple[Mapping[str, int], frozenset[str], Sequence[Relation]]
Named = dict[str, tuple[str, int]]


def solved(versions: Sequence[Version]) -> set[str]:
    """Cells of the last version that dense elimination fixes, from all versions together."""
    keyed, shown = named(versions)
    rows = equations(versions, keyed, shown)
    order = sorted({name for row, _ in rows for name in row})
    matrix = [[Fraction(row.get(name, 0)) for name in order] for row, _ in rows]
    pivots = eliminated(matrix, len(order))
    fixed = {
        order[column]
        for row, column in enumerate(pivots)
        if sum(1 for value in matrix[row] if value) == 1
    }
    return {cell for cell in versions[-1][1] if keyed[-1][cell] in fixed}


def named(versions: Sequence[Version]) -> tuple[list[Named], set[tuple[str, int]]]:
    """A name for each value of each cell, and the names of those that were shown."""
    shown: set[tuple[str, int]] = set()
    seen: dict[str, list[int]] = {}
    keyed: list[Named] = []
    for values, hidden, _ in versions:
        keys: Named = {}
        for cell, value in values.items():
            history = seen.setdefault(cell, [])
            if not history or history[-1] != value:
                history.append(value)
            keys[cell] = (cell, len(history))
            if cell not in hidden:
                shown.add(keys[cell])
        keyed.append(keys)
    return keyed, shown


def equations(
    versions: Sequence[Version], keyed: Sequence[Named], shown: set[tuple[str, int]]
) -> list[tuple[dict[tuple[str, int], int], int]]:
    rows = []
    for (values, _, relations), keys in zip(versions, keyed, strict=True):
        for relation in relations:
            row: dict[tuple[str, int], int] = {}
            constant = 0
            for cell, sign in [*((part, 1) for part in relation.parts), (relation.total, -1)]:
                if keys[cell] in shown:
                    constant -= sign * values[cell]
                else:
                    row[keys[cell]] = sign
            rows.append((row, constant))
    return rows


def eliminated(matrix: list[list[Fraction]], width: int) -> list[int]:
    """Gauss and Jordan, in place; the column of each row's pivot."""
    pivots: list[int] = []
    for column in range(width):
        at = len(pivots)
        lead = next((r for r in range(at, len(matrix)) if matrix[r][column]), None)
        if lead is None:
            continue
        matrix[at], matrix[lead] = matrix[lead], matrix[at]
        factor = matrix[at][column]
        matrix[at] = [value / factor for value in matrix[at]]
        for r, row in enumerate(matrix):
            if r != at and row[column]:
                times = row[column]
                matrix[r] = [
                    a - times * b if b else a for a, b in zip(row, matrix[at], strict=True)
                ]
        pivots.append(column)
    return pivots


def possible(
    values: Mapping[str, int], hidden: frozenset[str], relations: Sequence[Relation]
) -> dict[str, set[int]]:
    """Every value that each hidden cell can have, by trying all whole numbers from 0 up."""
    names = sorted(hidden)
    most = max(values.values(), default=0)
    found: dict[str, set[int]] = {name: set() for name in names}
    for guess in _guesses(names, values, hidden, relations, most):
        for name in names:
            found[name].add(guess[name])
    return found


def _guesses(
    names: Sequence[str],
    values: Mapping[str, int],
    hidden: frozenset[str],
    relations: Sequence[Relation],
    most: int,
) -> Iterator[dict[str, int]]:
    def go_on(place: int, guess: dict[str, int]) -> Iterator[dict[str, int]]:
        if place == len(names):
            yield dict(guess)
            return
        for value in range(most + 1):
            guess[names[place]] = value
            if all(_fits(relation, guess, values, hidden) for relation in relations):
                yield from go_on(place + 1, guess)
        del guess[names[place]]

    yield from go_on(0, {})


def _fits(
    relation: Relation, guess: Mapping[str, int], values: Mapping[str, int], hidden: frozenset[str]
) -> bool:
    """Whether the sum can still come right; hidden cells without a guess are at least 0."""
    known = {c: guess.get(c) if c in hidden else values[c] for c in relation.cells}
    parts, total = [known[part] for part in relation.parts], known[relation.total]
    least = sum(part or 0 for part in parts)
    if total is None:
        return True
    return least <= total if None in parts else least == total


# --- What people would expect ---


def test_a_table_without_small_counts_is_shown_whole() -> None:
    values, relations = one_row(7, 12, 5, 30)
    assert hidden_by(values, relations).hidden == frozenset()


def test_a_small_count_takes_another_one_with_it_and_leaves_the_total() -> None:
    values, relations = one_row(3, 12, 8, 30)
    found = hidden_by(values, relations)
    assert found.small == {"k0"}
    assert found.guarding == {"k2"}, "the smallest that is enough"
    assert "alle" not in found.hidden


def test_two_small_counts_guard_each_other() -> None:
    values, relations = one_row(3, 2, 12, 30)
    assert hidden_by(values, relations).hidden == {"k0", "k1"}


def test_zeros_are_shown_and_never_guard() -> None:
    values, relations = one_row(4, 0, 0, 9)
    assert hidden_by(values, relations).hidden == {"k0", "k3"}


def test_zeros_can_be_hidden_too() -> None:
    values, relations = one_row(0, 6, 9)
    assert "k0" in protect(values, relations, threshold=LIMIT, hides_zero=True).small


def test_a_lonely_municipality_takes_its_total_with_it() -> None:
    values, relations = one_row(3)
    assert hidden_by(values, relations).hidden == {"k0", "alle"}


def test_a_cell_in_two_tables_is_guarded_in_both() -> None:
    values = {"a": 3, "b": 10, "c": 20, "d": 9, "e": 11, "s": 33, "t": 23}
    relations = (Relation("s", ("a", "b", "c")), Relation("t", ("a", "d", "e")))
    hidden = hidden_by(values, relations).hidden
    assert hidden & {"b", "c", "s"}
    assert hidden & {"d", "e", "t"}


def test_a_later_version_does_not_give_the_first_one_away() -> None:
    values, relations = one_row(3, 8, 9, 30)
    first = Shown(values, hidden_by(values, relations).hidden, relations)
    grown = values | {"k3": 31, "alle": values["alle"] + 1}
    second = hidden_by(grown, relations, [first])
    assert second.hidden >= first.hidden
    assert solved([(values, first.hidden, relations), (grown, second.hidden, relations)]) == set()


def test_what_has_circulated_once_cannot_be_taken_back_and_is_told() -> None:
    values, relations = one_row(3, 8, 30)
    first = Shown(values, frozenset(), relations)
    found = hidden_by(values, relations, [first])
    assert found.already_known == {"k0"}
    assert "allerede kendt" in for_caseworker(found)


def test_the_note_names_the_threshold() -> None:
    assert "Tal fra 1 til 4 vises ikke" in note_under_table(5), "a 0 is shown"
    assert "Tal fra 0 til 4 vises ikke" in note_under_table(5, hides_zero=True)
    values, relations = one_row(3, 12, 8, 30)
    assert for_caseworker(hidden_by(values, relations)).startswith("2 tal er skjult")
    assert for_caseworker(hidden_by(*one_row(7, 8))) == ""


# --- Laws ---

COUNTS = st.integers(min_value=0, max_value=9)
GRIDS = st.integers(min_value=1, max_value=4).flatmap(
    lambda wide: st.lists(st.lists(COUNTS, min_size=wide, max_size=wide), min_size=1, max_size=5)
)


@given(GRIDS)
@settings(max_examples=150, deadline=None)
def test_no_hidden_count_follows_from_the_sums_of_a_table(rows: list[list[int]]) -> None:
    values, relations = grid(rows)
    found = hidden_by(values, relations)
    assert found.small <= found.hidden
    assert solved([(values, found.hidden, relations)]) == set()


@pytest.mark.slow
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_every_hidden_count_could_be_another_one_though_none_is_below_zero(
    rows: list[list[int]],
) -> None:
    values, relations = grid(rows)
    hidden = hidden_by(values, relations).hidden
    if len(hidden) > 9:
        return  # more than can be tried one by one
    for cell, able in possible(values, hidden, relations).items():
        assert len(able) > 1, f"{cell} can only be {values[cell]}"


@given(GRIDS, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), COUNTS), max_size=4))
@settings(max_examples=120, deadline=None)
def test_no_hidden_count_follows_from_two_versions_of_a_table(
    rows: list[list[int]], changes: list[tuple[int, int, int]]
) -> None:
    first, relations = grid(rows)
    before = Shown(first, hidden_by(first, relations).hidden, relations)
    later = [list(row) for row in rows]
    for row, column, value in changes:
        later[row % len(later)][column % len(later[0])] = value
    second, _ = grid(later)
    found = hidden_by(second, relations, [before])
    told = solved([(first, before.hidden, relations), (second, found.hidden, relations)])
    assert told <= found.already_known


@given(GRIDS)
@settings(max_examples=50, deadline=None)
def test_the_order_of_cells_and_sums_changes_nothing(rows: list[list[int]]) -> None:
    values, relations = grid(rows)
    turned = dict(reversed(values.items()))
    assert hidden_by(values, relations) == hidden_by(turned, tuple(reversed(relations)))


@pytest.mark.parametrize("numbers", list(itertools.product((1, 2, 6), repeat=3)))
def test_a_row_of_three_never_gives_a_small_one_away(numbers: tuple[int, ...]) -> None:
    values, relations = one_row(*numbers)
    hidden = hidden_by(values, relations).hidden
    assert all(len(able) > 1 for able in possible(values, hidden, relations).values())
