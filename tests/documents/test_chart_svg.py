"""A chart says what its table says, reads aloud, and can be read with 98 municipalities."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from udmelding.documents.chart_svg import WIDTH, bar_chart_svg, chart_pngs
from udmelding.rules.report.figure_tables import HIDDEN, NOTHING, Bar, BarChart

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.decimals(min_value=0, max_value=10**9, places=2)


def chart(*bars: Bar, id: str = "borgere-i alt", caption: str = "Borgere: i alt") -> BarChart:
    return BarChart(
        id=id, title="I alt", caption=caption, unit="", bars=bars, alt="Søjlediagram over i alt."
    )


def bar(value: Decimal | int | None, label: str = "Køge", text: str | None = None) -> Bar:
    made = None if value is None else Decimal(value)
    return Bar(label, made, text or (NOTHING if value is None else str(value)))


def drawn(made: BarChart, key: str = "") -> ElementTree.Element:
    told = bar_chart_svg(made, is_inline=False, key=key)
    return ElementTree.fromstring(told)  # noqa: S314 - our own drawing


def texts(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def widths(root: ElementTree.Element) -> list[int]:
    return [int(rect.get("width", "")) for rect in root.iter(f"{SVG}rect")]


def test_a_chart_reads_aloud_by_its_title_and_description() -> None:
    root = drawn(chart(bar(3)))
    named = {element.get("id"): element.text for element in root.iter() if element.get("id")}

    assert root.get("role") == "img"
    assert [named[name] for name in root.get("aria-labelledby", "").split()] == [
        "Borgere: i alt",
        "Søjlediagram over i alt.",
    ]


def test_the_same_chart_twice_on_a_page_has_ids_of_its_own() -> None:
    ids = [
        element.get("id")
        for key in ("1-", "2-")
        for element in drawn(chart(bar(3)), key).iter()
        if element.get("id")
    ]

    assert len(ids) == len(set(ids)) == 4


def test_a_chart_needs_no_styles_and_no_scripts_of_the_page() -> None:
    told = bar_chart_svg(chart(bar(3), bar(None)), is_inline=True)

    assert not re.search(r"style|script|href|url\(|xmlns", told)


def test_a_hidden_number_and_a_missing_answer_are_told_without_a_bar() -> None:
    root = drawn(chart(bar(None, text=HIDDEN), bar(None), bar(0), bar(7)))

    assert len(widths(root)) == 1
    assert {HIDDEN, NOTHING, "0", "7"} <= set(texts(root))


def test_words_of_a_chart_are_text_and_not_markup() -> None:
    root = drawn(
        chart(bar(1, label="R&D <b>"), caption="Et & to", id='x" onload="y'),
    )

    assert "R&D <b>" in texts(root)
    assert root.get("onload") is None


def test_a_name_without_room_ends_in_dots() -> None:
    (label, *_) = [t for t in texts(drawn(chart(bar(1, label="Lang " * 40)))) if t.startswith("La")]

    assert label.endswith("…")
    assert len(label) < 60


@pytest.mark.parametrize("count", [1, 17, 40, 41, 98])
def test_every_municipality_has_its_line_inside_the_drawing(count: int) -> None:
    root = drawn(chart(*(bar(n, label=f"Kommune {n}") for n in range(count))))
    height = int(root.get("height", ""))

    assert [t for t in texts(root) if t.startswith("Kommune")] == [
        f"Kommune {n}" for n in range(count)
    ]
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "")) <= WIDTH
        assert 0 < float(text.get("y", "")) <= height


def test_98_municipalities_stand_in_two_columns_so_that_a_page_holds_them() -> None:
    root = drawn(chart(*(bar(n, label=f"Kommune {n}") for n in range(98))))
    at = {t.text: t.get("x") for t in root.iter(f"{SVG}text")}

    assert at["Kommune 0"] == at["Kommune 48"] != at["Kommune 49"] == at["Kommune 97"]
    assert int(root.get("height", "")) < WIDTH * 1.2  # no taller than a page beside its width
    assert all(int(t.get("font-size", "11")) >= 9 for t in root.iter(f"{SVG}text"))


def test_both_columns_have_the_same_scale() -> None:
    root = drawn(chart(*(bar(50, label=f"Kommune {n}") for n in range(98))))

    assert len(set(widths(root))) == 1


def test_a_scale_of_people_has_no_half_people() -> None:
    root = drawn(chart(bar(1), bar(2)))

    assert not [text for text in texts(root) if "," in text]


def test_a_scale_of_small_parts_tells_them_apart() -> None:
    ticks = [t for t in texts(drawn(chart(bar(Decimal("0.07"), text="x")))) if t.startswith("0")]

    assert len(ticks) == len(set(ticks)) > 2


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=60))
def test_a_larger_number_never_has_a_shorter_bar(values: list[Decimal]) -> None:
    root = drawn(chart(*(bar(value, text="x") for value in values)))
    shown = [value for value in values if value > 0]
    pairs = sorted(zip(shown, widths(root), strict=True))

    assert [width for _, width in pairs] == sorted(width for _, width in pairs)
    assert all(0 < width < WIDTH for _, width in pairs)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_the_scale_is_short_and_reaches_beyond_the_largest_number(value: Decimal) -> None:
    root = drawn(chart(bar(value, text="x")))
    places = [int(line.get("x1", "")) for line in root.iter(f"{SVG}line")]

    assert 2 <= len(places) <= 6
    assert all(places[0] + width <= places[-1] for width in widths(root))


def test_a_number_below_zero_has_no_bar_but_is_told() -> None:
    root = drawn(chart(bar(-4), bar(None)))

    assert widths(root) == []
    assert "-4" in texts(root)


def test_a_chart_of_nothing_is_still_a_drawing() -> None:
    assert int(drawn(chart()).get("height", "")) > 0


def test_pictures_for_word_come_in_the_order_of_their_charts() -> None:
    made = chart_pngs([chart(*[bar(n) for n in range(size)]) for size in (2, 9, 98)])
    sizes = [Image.open(BytesIO(content)).size for content in made]

    assert len({width for width, _ in sizes}) == 1
    assert [height for _, height in sizes] == sorted(height for _, height in sizes)
    assert all(content.startswith(b"\x89PNG") for content in made)


def test_a_picture_shows_the_bars() -> None:
    (some,) = chart_pngs([chart(bar(5), bar(10))])
    (none,) = chart_pngs([chart(bar(None), bar(None))])

    def dark(content: bytes) -> int:
        return sum(Image.open(BytesIO(content)).convert("L").histogram()[:100])

    assert dark(some) > dark(none) + 10_000


def test_the_same_chart_is_the_same_picture() -> None:
    made = chart(bar(5), bar(10))

    assert chart_pngs([made]) == chart_pngs([made])


def test_signs_that_xml_forbids_do_not_stop_a_picture() -> None:
    assert len(chart_pngs([chart(bar(1, label="a\x0bb\ud800"))])) == 1


def test_no_charts_are_no_pictures() -> None:
    assert chart_pngs([]) == ()
