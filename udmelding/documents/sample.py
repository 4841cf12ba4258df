"""A page on which everything that a look changes can be seen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from udmelding.documents.blocks import (
    Grid,
    Heading,
    Items,
    Pairs,
    Right,
    Run,
    Signature,
    Text,
    blocks_as_json,
)
from udmelding.documents.look import Look, look_in
from udmelding.documents.pdf import set_pdf
from udmelding.errors import OutsideError, RefusedError
from udmelding.rules.words.date_wording import long_date

_NOT_SET = "Logoet kan ikke tegnes. Gem det som SVG, PNG eller JPG fra et tegneprogram."
_WORDS = "Sådan ser jeres breve og papirer ud. Teksten er skrevet til prøven."


def try_look(folder: Path, made_at: dt.datetime) -> bytes:
    """A sample in the look of ``folder``.

    Raises:
        BadFileError: the file has flaws; each with its line.
        RefusedError: a sample cannot be set with it: an unknown font, a broken logo.
    """
    look = look_in(folder)
    try:
        return sample_pdf(look, made_at, is_strict=True)
    except OutsideError as error:
        raise RefusedError(_NOT_SET) from error


def sample_pdf(look: Look, made_at: dt.datetime, *, is_strict: bool = False) -> bytes:
    """The sample in a look.

    Args:
        look: what is tried.
        made_at: stands in the file, and on the page as its date.
        is_strict: refuse what Typst only warns of.

    Raises:
        RefusedError: ``is_strict``, and a font is not there.
        OutsideError: it could not be set: the logo is broken.
    """
    rows = [["Eksempelby", "12", "Godkendt"], ["Prøvekøbing", "7", "Mangler"], ["I alt", "19", ""]]
    blocks = (
        Pairs((("Sag", "CU-PRØVE"), ("Frist", "31. maj 2030"))),
        Heading("En overskrift"),
        Text([_WORDS, " Ord kan være ", Run("fede", "strong"), " eller ", Run("skrå", "em"), "."]),
        Text(["Sådan står en bemærkning i en kladde."], is_flag=True),
        Items([["Et punkt"], ["Et punkt til"]]),
        Heading("En mindre overskrift", 2),
        Grid(
            head=["Kommune", "Borgere", "Beslutning"],
            rows=rows,
            shares=(4, 2, 3),
            caption="Sådan ser en tabel ud",
            number=1,
            numbers_from=1,
            totals=frozenset({2}),
            note=("Kilde: opdigtet til prøven.",),
        ),
        Signature(("Med venlig hilsen", "Sekretariatet")),
    )
    values = {
        "title": "Prøve på udseendet",
        "author": "Sekretariatet",
        "reference": "CU-PRØVE",
        "is_wide": False,
        "before": blocks_as_json([Right(long_date(made_at.date()))]),
        "blocks": blocks_as_json(blocks),
    }
    return set_pdf("paper", values, made_at, look, is_strict=is_strict)
