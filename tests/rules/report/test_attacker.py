"""Nobody learns more of few citizens than the printed rule says: attacked from outside.

The attacker (``attacking``) has the CSV files that everybody has, the form, the printed rule, and
as a respondent its own answers. Every hidden number from 1 to 4 can still be 1, 2, 3 and 4 for it;
an area's total for a respondent not below its own number.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pytest

from models.report import FigureWay
from tests.rules.report.attacking import Attacker, Cell, Seen, totals_of
from tests.rules.report.worlds import TODAY, Likely, only, silent, with_answers, world
from udmelding.config.forms.forms import Form, Section
from udmelding.config.forms.library import form_ids, form_named
from udmelding.config.forms.questions import Counts, Kind, Question, Respondent
from udmelding.documents.report.figure_export import figures_csv
from udmelding.rules.report.figure_tables import (
    FigureCell,
    FigureColumn,
    FigureRow,
    FigureTable,
    RowLevel,
)
from udmelding.rules.report.figures import figures_of
from udmelding.rules.report.publication import Publication, Rule
from udmelding.rules.report.publishing import best, proposed, published_tables
from udmelding.rules.report.tabulation import COUNTRY, Figures, Gathered, Unit

SETS = [form_named(one) for one in form_ids()]
SMALL = range(1, 5)
QUESTIONS = 24
"""So many questions are asked of each world, drawn with a fixed seed."""


class Collection:
    """A collection as it is published step by step, with all that is true of it."""

    def __init__(self) -> None:
        self.last: Publication | None = None
        self.seen: list[Seen] = []
        self.truth: dict[Cell, int] = {}
        self._counted: Gathered | None = None

    def publish(self, gathered: Gathered, *, with_totals: bool = False) -> bool:
        """Publish as the program does; whether there was a way."""
        made = best(gathered, Rule(), TODAY, self.last, with_totals=with_totals)
        if made is not None:
            self.keep(gathered, made.publication, with_totals=with_totals)
        return made is not None

    def keep(self, gathered: Gathered, made: Publication, *, with_totals: bool = False) -> None:
        """Take in what is published."""
        if self.last is None or with_totals:
            self._counted = gathered
        assert self._counted is not None
        text = figures_csv(published_tables(gathered, made))
        way, counted = made.way, self._counted.keys
        self.seen.append(Seen(text=text, way=way, answers=gathered.keys, counted=counted))
        self.last = made
        self._note(gathered, self._counted)

    def _note(self, gathered: Gathered, counted: Gathered) -> None:
        for unit in gathered.units:
            who = kind(unit.respondent)
            for figure, value in gathered.given.get(unit.party, {}).items():
                key = gathered.keys[unit.party]
                self.truth[Cell(who, unit.party, figure, key)] = int(value)
        state = totals_of(counted.keys)
        fresh: dict[Cell, int] = {}
        for unit in counted.units:
            for figure, value in counted.given.get(unit.party, {}).items():
                for row in (unit.area, COUNTRY):
                    cell = Cell(kind(unit.respondent), row, figure, state)
                    fresh[cell] = fresh.get(cell, 0) + int(value)
        self.truth |= fresh

    def questions(self, attacker: Attacker, seed: str) -> Iterator[tuple[Cell, int, str]]:
        """Which hidden number could be which other one, and for whom; empty: for anybody."""
        chance = random.Random(seed)  # noqa: S311 - no secret
        small = sorted(cell for cell in attacker.hidden if self.truth[cell] in SMALL)
        parties = ["", *sorted({p for one in self.seen for p in one.answers})]
        for _ in range(QUESTIONS if small else 0):
            cell, insider = chance.choice(small), chance.choice(parties)
            if insider == cell.row or chance.random() < 0.2:
                insider = ""
            value = chance.choice([one for one in SMALL if one != self.truth[cell]])
            if value >= self.least(cell, insider):
                yield cell, value, insider

    def least(self, cell: Cell, insider: str) -> int:
        """What a respondent itself adds to a total."""
        if not insider or not cell.answer.startswith("sum") or self._counted is None:
            return 0
        own = next(unit for unit in self._counted.units if unit.party == insider)
        key = next(
            one.counted.get(insider) for one in self.seen if totals_of(one.counted) == cell.answer
        )
        if key is None or cell.row not in (own.area, COUNTRY) or cell.who != kind(own.respondent):
            return 0
        return self.truth.get(Cell(cell.who, insider, cell.figure, key), 0)

    def known_by(self, insider: str) -> Mapping[Cell, int]:
        """All answers of a respondent; nobody's for nobody."""
        return {cell: value for cell, value in self.truth.items() if cell.row == insider}


def kind(respondent: Respondent) -> str:
    return "" if respondent is Respondent.MUNICIPALITY else respondent.value


def leaks(collection: Collection, form: Form, seed: str) -> list[str]:
    """What an attacker finds out; and whether what is true could be at all."""
    if not collection.seen:
        return []
    attacker = Attacker(form, collection.seen)
    found = [] if attacker.admits(collection.truth) else ["what is printed is not true"]
    for cell, value, insider in collection.questions(attacker, seed):
        if not attacker.can_be(cell, value, collection.known_by(insider)):
            found.append(
                f"{cell} is {collection.truth[cell]}, not {value}, sees {insider or 'all'}"
            )
    return found


# --- What is published tells nobody more ---


MORE = pytest.mark.long("holds what hides small counts, on three times as many collections")


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [*range(10), *(pytest.param(n, marks=MORE) for n in range(10, 30))]
)
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_nobody_learns_more_than_the_rule_says_from_a_collection_as_they_are(
    form: Form, seed: int
) -> None:
    case = Collection()
    case.publish(world(form, seed))
    assert leaks(case, form, f"as they are {seed}") == []


WORST = {
    "90 % have no citizens": Likely(none=0.9),
    "40 % have not answered": Likely(missing=0.4),
    "most parts are 0 for everybody": Likely(empty=0.7),
    "all have a few": Likely(none=0.0, missing=0.0, mean=1.0),
    "one is asked": Likely(count=1, missing=0.0, none=0.0),
    "two are asked": Likely(count=2, missing=0.0, none=0.0),
    "three are asked": Likely(count=3, missing=0.0),
    "three areas": Likely(areas=3),
    "three areas with a few each": Likely(count=9, areas=3, none=0.5),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind_of_world", WORST)
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_nor_from_one_of_the_worst_kind(form: Form, kind_of_world: str, seed: int) -> None:
    case = Collection()
    case.publish(world(form, f"{kind_of_world} {seed}", WORST[kind_of_world]))
    assert leaks(case, form, f"{kind_of_world} {seed}") == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("respondent", [Respondent.PROVIDER, Respondent.REGION])
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_nor_where_providers_or_regions_answer(
    form: Form, respondent: Respondent, seed: int
) -> None:
    if not form.sections_for(respondent):
        return
    case = Collection()
    count = 8 if respondent is Respondent.PROVIDER else 5
    case.publish(world(form, seed, Likely(count=count, areas=2, respondent=respondent)))
    assert leaks(case, form, f"{respondent} {seed}") == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_nor_from_three_publications_with_late_rows_and_new_totals(form: Form, seed: int) -> None:
    first = world(form, f"three {seed}", Likely(missing=0.2))
    second = with_answers(first, silent(first)[:2], f"late {seed}")
    changed = [*silent(second), *sorted(second.given)][:6]
    third = with_answers(second, changed, f"changed {seed}")
    case = Collection()
    case.publish(first)
    case.publish(second)
    case.publish(third, with_totals=True)
    assert leaks(case, form, f"three {seed}") == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_nor_from_ten_days_with_one_more_row_each(form: Form, seed: int) -> None:
    whole = world(form, f"ten {seed}", Likely(missing=0.0))
    parties = [unit.party for unit in whole.units]
    case = Collection()
    for day in range(10):
        case.publish(only(whole, parties[: len(parties) - 9 + day]))
    assert leaks(case, form, f"ten {seed}") == []


# --- What is printed is true ---


def test_a_mark_is_not_said_to_be_at_least_1_where_it_is_0() -> None:
    """First no 0 is shown, then rows are shown with another note: the hidden 0 is still there."""
    first = _waiting({"k0": 3, "k1": 0, "k2": 8, "k3": 20, "k4": 9})
    before = proposed(first, Rule(), TODAY, way=FigureWay.NO_ZERO)
    assert not before.impossible
    case = Collection()
    case.keep(first, before.publication)
    case.publish(_waiting({"k0": 3, "k1": 0, "k2": 8, "k3": 20, "k4": 9, "k5": 12}))
    assert Attacker(SETS[0], case.seen).admits(case.truth)


def _waiting(numbers: Mapping[str, int]) -> Gathered:
    """A collection where only one number is given by each."""
    return Gathered(
        form=form_named("domfaeldte"),
        units=tuple(Unit(f"k{n}", f"Nr. {n}", "o0") for n in range(6)),
        areas={"o0": "Område 0"},
        given={
            party: {"venter": Decimal(value), **({"ventetid": Decimal(9)} if value else {})}
            for party, value in numbers.items()
        },
        keys=dict.fromkeys(numbers, "1"),
    )


def test_who_has_some_has_at_least_one_row_for_them() -> None:
    """The form asks for a row wherever there are any; k2 knows that k0 and k1 have 4 together."""
    rows = {"k0": (5, 3), "k1": (6, 1), "k2": (9, 9), "k3": (9, 8)}
    gathered = Gathered(
        form=form_named("gravide"),
        units=tuple(Unit(party, party, "o0") for party in rows),
        areas={"o0": "Område 0"},
        given={party: _treated(*numbers) for party, numbers in rows.items()},
        keys=dict.fromkeys(rows, "1"),
    )
    case = Collection()
    case.publish(gathered)
    attacker = Attacker(gathered.form, case.seen)
    cell = Cell("", "k0", "forloebene.#", "1")
    assert attacker.values(cell, 4, case.known_by("k2")) >= set(SMALL)


def _treated(treated: int, rows: int) -> Figures:
    """An answer with many citizens, so that only its rows are few."""
    content: dict[str, object] = {"gravide": 40, "behov_doegn": 20, "fik_doegn": treated}
    content |= {f"rusmiddel.{row}.antal": 10 for row in ("alkohol", "opioider", "cannabis")}
    content |= {"rusmiddel.andet.antal": 10, "tilbageholdt": 5, "ventetid": "9"}
    content |= {"doegnpris": "3000"}
    for row in range(1, rows + 1):
        content |= {f"forloebene.{row}.henvist_fra": "anden", f"forloebene.{row}.uger": 3}
        content |= {f"forloebene.{row}.gennemfoert": True}
    return figures_of(form_named("gravide"), content)


# --- The attacker bites ---


COUNT = Form(
    id="antal",
    version=1,
    title="Borgere",
    sections=(
        Section(
            id="borgere",
            title="Borgere",
            base="i_alt",
            questions=tuple(
                Question(
                    id=code,
                    text=f"Hvor mange er {code}?",
                    kind=Kind.INTEGER,
                    counts=Counts.CITIZENS,
                    minimum=0,
                    at_most=None if code == "i_alt" else "i_alt",
                )
                for code in ("i_alt", "a", "b", "c")
            ),
        ),
    ),
    sums=({"total": "i_alt", "parts": ["a", "b", "c"], "text": "Delene skal give i alt."},),
)
"""A total with three parts."""


def printed(*rows: str, way: FigureWay | None, keys: str = "", counted: str = "") -> Seen:
    """A publication as it stands on paper: a name and its numbers, the sum last.

    Args:
        rows: such as ``A • 8 0``; the columns are the total and parts of ``COUNT``.
        way: the rule that is printed.
        keys: which answer each row shows, one sign each; empty: everybody's first.
        counted: the same of the totals, ``-`` where they do not hold the row.
    """
    table: list[FigureRow] = []
    for row in rows:
        name, *numbers = row.split()
        cells = tuple(
            FigureCell(None if text in "•–" else Decimal(text), is_hidden=text == "•")
            for text in numbers
        )
        level = RowLevel.AREA if name == "Sum" else RowLevel.PARTY
        table.append(FigureRow(name, name, level, cells))
    width = len(table[0].cells)
    columns = tuple(FigureColumn(figure=one.id, title=one.id) for one in COUNT.questions[:width])
    names = [row.key for row in table if row.level is RowLevel.PARTY]
    answers = dict(zip(names, keys or "1" * len(names), strict=True))
    held = dict(zip(names, counted or keys or "1" * len(names), strict=True))
    made = FigureTable(
        id="borgere", title="", caption="", source="", columns=columns, rows=tuple(table),
        is_public=True,
    )  # fmt: skip
    return Seen(
        text=figures_csv([made]),
        way=way,
        answers={party: key for party, key in answers.items() if key != "-"},
        counted={party: key for party, key in held.items() if key != "-"},
    )


def found(seen: Sequence[Seen], most: int = 9) -> dict[str, set[int]]:
    """What each hidden number can be, by row and column; a later answer's key stands behind."""
    attacker = Attacker(COUNT, seen)
    return {
        f"{cell.row} {cell.figure}": attacker.values(cell, most) for cell in sorted(attacker.hidden)
    }


def test_two_small_numbers_that_make_two_are_found() -> None:
    shown = printed("A •", "B •", "C 5", "Sum 7", way=FigureWay.ROWS)
    assert found([shown]) == {"A i_alt": {1}, "B i_alt": {1}}


def test_so_are_they_by_one_of_two_who_knows_its_own() -> None:
    shown = printed("A •", "B •", "C 5", "Sum 10", way=FigureWay.ROWS)
    attacker = Attacker(COUNT, [shown])
    b = next(cell for cell in attacker.hidden if cell.row == "B")
    assert attacker.values(b, 9) == {1, 2, 3, 4}
    own = {Cell("", "A", "i_alt", "1"): 2}
    assert attacker.values(b, 9, own) == {3}


def test_a_late_answer_is_found_where_a_new_total_is_shown() -> None:
    first = printed("A 12", "B 29", "C –", "Sum 41", way=FigureWay.ROWS, keys="11-")
    second = printed("A 12", "B 29", "C •", "Sum 44", way=FigureWay.ROWS)
    assert found([first, second]) == {"C i_alt": {3}}


def test_it_is_not_where_the_total_stays_as_it_was() -> None:
    first = printed("A 12", "B 29", "C –", "Sum 41", way=FigureWay.ROWS, keys="11-")
    second = printed("A 12", "B 29", "C •", "Sum 41", way=FigureWay.ROWS, keys="111", counted="11-")
    assert found([first, second]) == {"C i_alt": set(range(1, 10))}


def test_a_silence_beside_a_hidden_number_tells_that_it_is_zero() -> None:
    form = SETS[0]
    asked = next(one for one in form.questions if one.based_on == "venter")
    columns = (FigureColumn(figure="venter", title=""), FigureColumn(figure=asked.id, title=""))
    row = FigureRow("A", "A", RowLevel.PARTY, (FigureCell(None, is_hidden=True), FigureCell(None)))
    table = FigureTable(
        id="ventetid", title="", caption="", source="", columns=columns, rows=(row,), is_public=True
    )
    seen = Seen(
        text=figures_csv([table]), way=FigureWay.NO_ZERO, answers={"A": "1"}, counted={"A": "1"}
    )
    attacker = Attacker(form, [seen])
    assert attacker.values(Cell("", "A", "venter", "1"), 9) == {0}


def test_what_is_right_is_found_open_for_everybody() -> None:
    """The first example of the research, as it is published now."""
    shown = printed("A •", "B •", "C 5", "Sum •", way=FigureWay.ROWS)
    values = found([shown])
    assert values["A i_alt"] >= set(SMALL)
    assert values["B i_alt"] >= set(SMALL)


# --- The rule before: every 0 was shown, so that a mark was never 0 ---


def test_the_pattern_of_zeros_gave_numbers_away() -> None:
    before = printed(
        "A • • • •", "B 8 • • 0", "C • 0 • 0", "D 12 • 6 •", "E 0 0 0 0", "F • • • 0",
        "Sum 29 13 • •", way=None,
    )  # fmt: skip
    values = found([before])
    assert values["A i_alt"].isdisjoint({1, 2}), "three of its parts are not 0"
    assert 1 not in values["F i_alt"], "two of them are not"
    assert 1 not in values["Sum c"], "nor are two of its rows"
    now = printed(
        "A • • • •", "B 8 • • •", "C • • • •", "D 12 • 6 •", "E 0 0 0 0", "F • • • •",
        "Sum 29 • 14 •", way=FigureWay.ROWS,
    )  # fmt: skip
    values = found([now], most=4)
    guards = {"B a", "D a", "Sum a"}
    assert all(values[cell] >= set(SMALL) for cell in values.keys() - guards)


def test_two_that_made_two_were_both_one() -> None:
    before = printed("A •", "B •", "C 5", "D 9", "E 0", "Sum 16", way=None)
    assert found([before]) == {"A i_alt": {1}, "B i_alt": {1}}


def test_each_day_gave_away_who_had_answered_in_between() -> None:
    yesterday = printed("A •", "B •", "C –", "Sum 7", way=None, keys="11-")
    today = printed("A •", "B •", "C •", "Sum 10", way=None)
    values = found([yesterday, today])
    assert values.pop("C i_alt") == {3}
    assert all(len(one) > 1 for one in values.values())
