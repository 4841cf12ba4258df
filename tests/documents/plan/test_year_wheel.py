"""The year wheel on paper: nothing outside, nothing unescaped, all in words."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.documents.plain import break_lines, cut
from udmelding.documents.plan.year_wheel import text_width, year_wheel_svg
from udmelding.rules.plan.plan import Plan, PlannedStep, Slot
from udmelding.rules.plan.year_wheel import YearWheel, picture_in_words, year_wheel

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "Hjælp <script>alert(\"1\")</script> & 'mere' \x00\ud800{{ 7 }}"
D = dt.date
DEADLINE, TODAY = D(2025, 5, 31), D(2025, 2, 3)

days = st.integers(0, 900).map(lambda n: D(2024, 1, 1) + dt.timedelta(days=n))
maybe = st.none() | days


@st.composite
def steps(draw: st.DrawFn) -> PlannedStep:
    return PlannedStep(
        id=draw(st.sampled_from(["collection", "kkr", "councils", "submission"])),
        title=draw(st.text(max_size=60)),
        earliest=draw(maybe),
        planned=draw(maybe),
        latest=draw(maybe),
        papers_due_on=draw(maybe),
        is_done=draw(st.booleans()),
        as_written=draw(st.text(max_size=30)),
    )


@st.composite
def wheels(draw: st.DrawFn) -> YearWheel:
    plan = Plan(
        feasible=draw(st.booleans()),
        deadline=draw(days),
        steps=tuple(draw(st.lists(steps(), min_size=1, max_size=14))),
        misses_by=draw(st.none() | st.integers(0, 99)),
    )
    return year_wheel(
        plan,
        {"kkr": [Slot(day) for day in draw(st.lists(days, max_size=8))]},
        title=draw(st.text(max_size=300)),
        received_on=draw(days),
        today=draw(days),
        councils=draw(st.lists(days, max_size=30)),
    )


def small(
    *, deadline: dt.date = DEADLINE, today: dt.date = TODAY, title: str = "Spis"
) -> YearWheel:
    meetings = {"kkr": [Slot(D(2025, 2, 5)), Slot(D(2025, 4, 8)), Slot(D(2025, 6, 18))]}
    rows = (
        PlannedStep(
            id="receipt",
            title="Modtagelse",
            earliest=D(2024, 11, 15),
            planned=D(2024, 11, 15),
            latest=D(2024, 11, 15),
            is_done=True,
        ),
        PlannedStep(
            id="bodies",
            title="Administrativ og regional behandling",
            earliest=D(2025, 1, 10),
            planned=D(2025, 3, 14),
            latest=D(2025, 2, 25),
        ),
        PlannedStep(
            id="kkr",
            title=title,
            earliest=D(2025, 2, 5),
            planned=D(2025, 4, 8),
            latest=D(2025, 4, 19),
            papers_due_on=D(2025, 3, 28),
        ),
        PlannedStep(
            id="councils",
            title="Politisk behandling",
            earliest=D(2025, 3, 19),
            planned=D(2025, 5, 20),
            latest=D(2025, 5, 31),
        ),
    )
    plan = Plan(feasible=False, deadline=deadline, steps=rows, misses_by=17)
    return year_wheel(
        plan,
        meetings,
        title=title,
        received_on=D(2024, 11, 15),
        today=today,
        councils=[D(2025, 5, 6), D(2025, 5, 7)],
    )


def texts(svg: str) -> list[str]:
    """What can be read, without the white edges behind the letters."""
    root = ET.fromstring(svg)  # noqa: S314 - our own document
    return [t.text or "" for t in root.iter(f"{SVG}text") if t.get("aria-hidden") is None]


def extent(text: ET.Element) -> tuple[float, float]:
    x, size = float(text.get("x", "0")), float(text.get("font-size", "0"))
    width = text_width(text.text or "", size)
    before = {None: 0.0, "start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor")]
    return x - before, x - before + width


def head(svg: str, words: str) -> ET.Element:
    root = ET.fromstring(svg)  # noqa: S314 - our own document
    return next(t for t in root.iter(f"{SVG}text") if words in (t.text or ""))


def test_the_picture_has_the_shape_of_a4_and_says_what_it_shows() -> None:
    root = ET.fromstring(year_wheel_svg(small()))  # noqa: S314 - our own document

    assert root.get("role") == "img"
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert width / height == pytest.approx(297 / 210, abs=0.01)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "Årshjul: Spis"
    assert desc is not None
    assert "Spis: møde 8. april 2025" in (desc.text or "")
    assert "Frist: 31. maj 2025." in (desc.text or "")
    assert not list(root.iter(f"{SVG}script"))


def test_every_step_stands_beside_its_row() -> None:
    found = " ".join(texts(year_wheel_svg(small())))

    for title in ("Modtagelse", "Administrativ og regional behandling", "Politisk behandling"):
        assert title in found
    for words in ("8. april", "papirer 28/3", "18/6", "Frist: 31. maj 2025", "I dag: 3. februar"):
        assert words in found


def test_a_miss_is_told_by_hatching_and_in_words() -> None:
    svg = year_wheel_svg(small())

    assert 'fill="url(#aarshjul-for-sent)"' in svg
    assert "17 dage" in texts(svg)
    assert "for sent" in texts(svg)


def test_what_users_wrote_cannot_become_markup() -> None:
    svg = year_wheel_svg(small(title=NASTY))

    assert "<script" not in svg
    assert "{{ 7 }}" in svg
    title = ET.fromstring(svg).find(f"{SVG}title")  # noqa: S314 - our own document
    assert title is not None
    assert title.text == "Årshjul: Hjælp <script>alert(\"1\")</script> & 'mere' {{ 7 }}"


def test_more_rows_give_a_larger_sheet_of_the_same_shape() -> None:
    day = D(2025, 3, 3)
    rows = tuple(
        PlannedStep(id=f"s{n}", title=f"Trin {n}", earliest=day, planned=day, latest=day)
        for n in range(30)
    )
    plan = Plan(feasible=True, deadline=D(2025, 3, 31), steps=rows)
    svg = year_wheel_svg(year_wheel(plan, {}, title="x", received_on=day, today=day))

    root = ET.fromstring(svg)  # noqa: S314 - our own document
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert height > 840
    assert width / height == pytest.approx(297 / 210, abs=0.01)
    assert "Trin 29" in texts(svg)


@pytest.mark.parametrize("apart", range(-40, 41, 4))
@pytest.mark.parametrize("deadline", [D(2025, 5, 31), D(2024, 12, 31), D(2026, 2, 28)])
def test_today_and_the_deadline_never_write_over_each_other(deadline: dt.date, apart: int) -> None:
    wheel = small(deadline=deadline, today=deadline + dt.timedelta(days=apart))
    svg = year_wheel_svg(wheel)
    today, due = head(svg, "I dag: "), head(svg, "Frist: ")

    assert float(due.get("y", "0")) - float(today.get("y", "0")) >= 13
    if wheel.shows_today:
        root = ET.fromstring(svg)  # noqa: S314 - our own document
        line = next(x for x in root.iter(f"{SVG}line") if x.get("stroke-dasharray"))
        start, end = extent(due)
        assert not start < float(line.get("x1", "0")) < end


@pytest.mark.parametrize(
    ("today", "words"),
    [(D(2026, 3, 3), "I dag: 3. marts 2026 →"), (D(2020, 3, 3), "← I dag: 3. marts 2020")],
)
def test_a_today_outside_of_the_picture_has_an_arrow_and_no_line(
    today: dt.date, words: str
) -> None:
    svg = year_wheel_svg(small(today=today))

    assert words in texts(svg)
    assert "stroke-dasharray" not in svg


@settings(deadline=None, max_examples=60)
@given(wheels())
def test_any_plan_gives_a_picture_with_everything_inside(wheel: YearWheel) -> None:
    root = ET.fromstring(year_wheel_svg(wheel))  # noqa: S314 - our own document
    _, _, width, height = map(float, root.get("viewBox", "").split())

    for element in root.iter():
        if element.tag == f"{SVG}text":
            start, end = extent(element)
            assert start >= 0
            assert end <= width
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(element.get(name, "0")) <= width
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(element.get(name, "0")) <= height


def test_the_whole_picture_is_told_in_words_too() -> None:
    joined = " ".join(picture_in_words(small()))

    for row in small().rows:
        assert f"{row.title}: {row.words}" in joined
    assert "Frist: 31. maj 2025." in joined
    assert "I dag: 3. februar 2025." in joined


def test_a_text_is_broken_between_words_and_shortened_where_there_is_no_room() -> None:
    assert break_lines("en to tre", 5, len) == ["en to", "tre"]
    assert break_lines("kommunaldirektør", 8, len) == ["kommunal", "direktør"]
    assert break_lines("en to tre fire", 6, len, most=2) == ["en to", "tre f…"]
    assert break_lines("", 5, len) == []
    assert cut("for lang", 5, len) == "for…"
