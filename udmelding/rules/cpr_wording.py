"""What is a person told where something like a CPR number stands? By grade, and what to do.

The sentences name the place and never the number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from udmelding.errors import RefusedError
from udmelding.rules.cpr import REFUSED, Grade, find_cpr, surest
from udmelding.rules.glossary import enumerated

CONFIRM = "Jeg har set efter: det er ikke et cpr-nummer"
"""What a person says who lets something through that only looks like one."""

MOST_PLACES = 5

Place = tuple[str, Grade]
"""Where, in Danish as it stands after «i», such as ``ark «Svar», celle B7``; and how sure it is."""

_FOUND: Mapping[Grade, str] = {
    Grade.CERTAIN: "Der står et cpr-nummer i",
    Grade.LIKELY: "Der står noget, der ligner et cpr-nummer, i",
    Grade.POSSIBLE: "Der står noget, der måske er et cpr-nummer, i",
}


def found_sentence(places: Sequence[Place]) -> str:
    """What was found and where: the surest grade, and the places that have it; empty for nothing.

    Args:
        places: each as it stands after «i», with its grade.
    """
    grade = surest(grade for _, grade in places)
    if grade is None:
        return ""
    named = list(dict.fromkeys(place for place, its in places if its is grade))
    shown = named[:MOST_PLACES]
    if len(named) > MOST_PLACES:
        rest = len(named) - MOST_PLACES
        shown.append(f"{rest} {'andet sted' if rest == 1 else 'andre steder'}")
    return f"{_FOUND[grade]} {enumerated(shown)}."


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


def check_no_cpr(fields: Mapping[str, str], today: dt.date) -> None:
    """Refuse what was written where it holds a CPR number.

    Args:
        fields: texts by what each is called after «i», such as ``feltet «Bemærkning»``.
        today: nobody is born later.

    Raises:
        RefusedError: one of them does, certainly or likely.
    """
    places = [
        (name, hit.grade)
        for name, text in fields.items()
        for hit in find_cpr(text, today)
        if hit.grade in REFUSED
    ]
    if places:
        raise RefusedError(f"{found_sentence(places)} Fjern det, og prøv igen.")
