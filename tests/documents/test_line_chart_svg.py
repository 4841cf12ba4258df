"""A line chart is right with no line, one value, gaps and many lines, and reads aloud."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.test_pdf import paper, tags_of, text_of
from udmelding.documents.blocks import Picture
from udmelding.documents.chart_svg import WIDTH
from udmelding.documents.line_chart_svg import Line, LineChart, line_chart_svg

NASTY = "R&D <script>«x»</script>"


def chart(*values: tuple[int | None, ...], **more: object) -> LineChart:
    count = len(values[0]) if values else 0
    lines = tuple(
        Line(name=f"Linje {n}", values=tuple(None if v is None else Decimal(v) for v in line))
        for n, line in enumerate(values)
    )
    known: dict[str, object] = {
        "id": "prøve",
        "caption": "Kurven",
        "alt": "Den stiger.",
        "places": tuple(range(10, 10 + count)),
        "labels": tuple(f"{n}. runde" for n in range(count)),
        "lines": lines,
    }
    return LineChart(**(known | more))  # type: ignore[arg-type]


def drawn(made: LineChart) -> ET.Element:
    return ET.fromstring(line_chart_svg(made, is_inline=False))  # noqa: S314 - our own text


def of_kind(svg: ET.Element, kind: str) -> list[ET.Element]:
    return svg.findall(f"{{http://www.w3.org/2000/svg}}{kind}")


def texts(svg: ET.Element) -> list[str]:
    return [one.text or "" for one in of_kind(svg, "text")]


def points(line: ET.Element) -> list[tuple[float, float]]:
    pairs = line.attrib["points"].split()
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in pairs)]


def test_a_line_goes_up_where_the_number_does() -> None:
    (line,) = of_kind(drawn(chart((1, 5, 9))), "polyline")

    across, up = zip(*points(line), strict=True)
    assert list(across) == sorted(across)
    assert list(up) == sorted(up, reverse=True)


def test_a_count_holds_until_the_next_day_it_changes() -> None:
    (line,) = of_kind(drawn(chart((1, 1, 3), is_stepped=True)), "polyline")

    (_, second, corner, last) = points(line)
    assert corner[1] == second[1]
    assert corner[0] == last[0]


def test_a_missing_value_breaks_the_line_and_a_lonely_one_is_a_dot() -> None:
    svg = drawn(chart((1, 2, None, 4, None)))

    assert len(of_kind(svg, "polyline")) == 1
    assert len(of_kind(svg, "circle")) == 1


@pytest.mark.parametrize("values", [(), ((),), ((None, None),), ((0,),), ((0, 0),)])
def test_it_is_drawn_with_nothing_and_with_zeros(
    values: tuple[tuple[int | None, ...], ...],
) -> None:
    assert "0" in texts(drawn(chart(*values)))


def test_lines_differ_in_more_than_colour_and_have_their_names_beside_them() -> None:
    svg = drawn(chart((1, 2), (2, 3), (3, 4)))

    looks = [line.get("stroke-dasharray") for line in of_kind(svg, "polyline")]
    assert len(set(looks)) == 3
    assert [t for t in texts(svg) if t.startswith("Linje")] == ["Linje 2", "Linje 1", "Linje 0"]


def test_names_of_lines_that_end_together_do_not_lie_on_each_other() -> None:
    svg = drawn(chart((1, 2), (1, 2), (1, 2)))
    at = [float(one.attrib["y"]) for one in of_kind(svg, "text") if "Linje" in (one.text or "")]

    assert min(later - first for first, later in pairwise(at)) >= 11


def test_labels_that_would_run_into_each_other_are_left_out() -> None:
    svg = drawn(chart(tuple(range(60))))

    shown = [one for one in of_kind(svg, "text") if "runde" in (one.text or "")]
    at = [float(one.attrib["x"]) for one in shown]
    assert 2 < len(shown) < 60
    assert min(later - first for first, later in pairwise(at)) > 40


def test_a_mark_beyond_the_last_value_is_on_the_drawing() -> None:
    svg = drawn(chart((1, 2), mark=(40, "Frist 31/5")))

    assert "Frist 31/5" in texts(svg)
    for line in of_kind(svg, "line"):
        assert 0 <= float(line.attrib["x1"]) <= WIDTH


@given(st.lists(st.none() | st.integers(0, 10_000), min_size=1, max_size=40), st.booleans())
def test_nothing_is_drawn_outside_the_drawing(values: list[int | None], is_stepped: bool) -> None:
    svg = drawn(chart(tuple(values), is_stepped=is_stepped))

    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    for line in of_kind(svg, "polyline"):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points(line))


def test_nobodys_words_are_markup() -> None:
    made = chart((1, 2), caption=NASTY, alt=NASTY, labels=(NASTY, ""), mark=(10, NASTY))

    assert re.findall(r"<script", line_chart_svg(made, is_inline=True)) == []
    assert NASTY in texts(drawn(made))


def test_it_stands_in_a_pdf_with_its_words() -> None:
    made = chart((1, 2, 3), mark=(12, "Frist"))
    content = paper(Picture(line_chart_svg(made, is_inline=False), 1, made.caption, made.alt))

    assert ("Figure", "Den stiger.") in list(tags_of(content))
    assert "Frist" in text_of(content)
