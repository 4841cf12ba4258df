"""What is a person told where something like a CPR number stands? By grade, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from udmelding.errors import RefusedError
from udmelding.rules.files.cpr import REFUSED, Grade, find_cpr, surest
from udmelding.rules.words.lists import join_names

CONFIRM = "Jeg har set efter: det er ikke et cpr-nummer"
"""What a person says who lets something through that only looks like one."""

MOST_PLACES = 5

Place = tuple[str, Grade]
"""Where, in Danish without «i» or «på», such as ``ark «Svar», celle B7``; and how sure it is."""

_FOUND: Mapping[Grade, str] = {
    Grade.CERTAIN: "Der står et cpr-nummer",
    Grade.LIKELY: "Der står noget, der ligner et cpr-nummer,",
    Grade.POSSIBLE: "Der står noget, der måske er et cpr-nummer,",
}
_ON = ("side ", "linje ", "en slide")
"""Places that are named with «på» and not with «i»."""


SHORT: Mapping[Grade, str] = {
    Grade.CERTAIN: "cpr-nummer",
    Grade.LIKELY: "ligner et cpr-nummer",
    Grade.POSSIBLE: "måske et cpr-nummer",
}
"""What a list says."""


def found_sentence(places: Sequence[Place]) -> str:
    """What was found and where: the surest grade, and the places that have it; empty for nothing.

    Args:
        places: each without «i» or «på», with its grade.
    """
    grade = surest(grade for _, grade in places)
    if grade is None:
        return ""
    named = list(dict.fromkeys(place for place, its in places if its is grade))
    shown = _with_prepositions(named[:MOST_PLACES])
    if len(named) > MOST_PLACES:
        rest = len(named) - MOST_PLACES
        shown.append(f"{rest} {'andet sted' if rest == 1 else 'andre steder'}")
    return f"{_FOUND[grade]} {join_names(shown)}."


def _with_prepositions(places: Sequence[str]) -> list[str]:
    """Each place with «i» or «på», said once for those in a row that share it."""
    words = ["på" if place.startswith(_ON) else "i" for place in places]
    before = ["", *words]
    return [
        place if word == last else f"{word} {place}"
        for place, word, last in zip(places, words, before, strict=False)
    ]


def refusal_of_file(places: Sequence[Place]) -> str:
    """Why a file is refused and what to do; empty where it is not.

    Args:
        places: what was found in it; what is only possible refuses nothing.
    """
    refused = [place for place in places if place[1] in REFUSED]
    if not refused:
        return ""
    it = "det" if len({place for place, _ in refused}) == 1 else "dem"
    return f"{found_sentence(refused)} Fjern {it}, og send filen igen."


def check_no_cpr(
    fields: Mapping[str, str], today: dt.date, *, refused: frozenset[Grade] = REFUSED
) -> None:
    """Refuse what was written where it holds a CPR number.

    Args:
        fields: texts by what each is called, such as ``feltet «Bemærkning»``.
        today: nobody is born later.
        refused: how sure it has to be; in an address of a page, digits mean much else.

    Raises:
        RefusedError: one of them does, as surely as that.
    """
    places = [
        (name, hit.grade)
        for name, text in fields.items()
        for hit in find_cpr(text, today)
        if hit.grade in refused
    ]
    if places:
        raise RefusedError(f"{found_sentence(places)} Fjern det, og prøv igen.")
