"""Two drafts of one answer become one, and what both have written in is nobody's to decide."""

from __future__ import annotations

import pytest

from udmelding.rules.forms.merging import marks, merged, packed, unpacked

SHOWN = {"borgere": "4", "note": "Foreløbigt"}


@pytest.mark.parametrize(
    ("mine", "stored", "typed", "theirs", "clashes"),
    [
        (SHOWN, SHOWN, SHOWN, {}, {}),
        (SHOWN | {"kvinder": "2"}, SHOWN, SHOWN | {"kvinder": "2"}, {}, {}),
        (SHOWN, SHOWN | {"kvinder": "2"}, SHOWN | {"kvinder": "2"}, {"kvinder": "2"}, {}),
        (
            SHOWN | {"borgere": "5"},
            SHOWN | {"note": "Endeligt"},
            {"borgere": "5", "note": "Endeligt"},
            {"note": "Endeligt"},
            {},
        ),
        (SHOWN | {"borgere": "5"}, SHOWN | {"borgere": "5"}, SHOWN | {"borgere": "5"}, {}, {}),
        (
            SHOWN | {"borgere": "5"},
            SHOWN | {"borgere": "6"},
            SHOWN | {"borgere": "6"},
            {},
            {"borgere": "6"},
        ),
        ({"borgere": "4"}, SHOWN, {"borgere": "4"}, {}, {}),
        (SHOWN, {"borgere": "4"}, {"borgere": "4"}, {"note": ""}, {}),
        (SHOWN | {"note": "Mere"}, {"borgere": "4"}, {"borgere": "4"}, {}, {"note": ""}),
    ],
    ids=[
        "nobody",
        "only I",
        "only the other",
        "each a field",
        "both the same",
        "both the same field",
        "I emptied it",
        "the other emptied it",
        "the other emptied what I wrote in",
    ],
)
def test_each_field_is_whose_it_was_touched_by(
    mine: dict[str, str],
    stored: dict[str, str],
    typed: dict[str, str],
    theirs: dict[str, str],
    clashes: dict[str, str],
) -> None:
    found = merged(mine, stored, unpacked(packed(marks(SHOWN))))
    assert (found.typed, found.theirs, found.clashes) == (typed, theirs, clashes)


def test_a_page_that_says_nothing_of_what_it_showed_overwrites_nothing() -> None:
    found = merged({"borgere": "5"}, {"borgere": "4"}, {})
    assert found.clashes == {"borgere": "4"}
    assert found.typed == {"borgere": "4"}
