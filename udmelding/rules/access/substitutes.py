"""Who stands in for whom: a colleague who is away, and mail that nobody has looked at.

A case names the person who is responsible for it in words: a name, a login or initials.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from udmelding.rules.words.date_wording import short_date

PATIENCE = 2
"""Working days that a mail may lie before it is the substitute's too, said to be away or not."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One active user of the secretariat, as far as it is about being away.

    Attributes:
        substitute: id of the user who stands in; None for nobody.
        away_from: the first day away; None where nobody has said any.
        away_until: the last day away; None with a first day is until further notice.
    """

    id: int
    login: str
    name: str
    substitute: int | None = None
    away_from: dt.date | None = None
    away_until: dt.date | None = None

    @property
    def called(self) -> frozenset[str]:
        """What a case may call this person, in small letters: name, login or initials."""
        name = self.name.casefold()
        initials = "".join(word[0] for word in name.split())
        return frozenset({name, self.login.casefold(), initials} - {""})

    def is_away(self, today: dt.date) -> bool:
        """Whether the person has said to be away on that day."""
        if self.away_from is None or today < self.away_from:
            return False
        return self.away_until is None or today <= self.away_until


def absent_colleagues(
    me: int, everybody: Iterable[Colleague], today: dt.date
) -> tuple[Colleague, ...]:
    """Those who are away on that day and for whom ``me`` stands in, by name.

    Where the substitute is away too, the substitute's substitute stands in for both.
    """
    people = {one.id: one for one in everybody}
    found = (
        one for one in people.values() if one.is_away(today) and me in _line(one, people, today)
    )
    return tuple(sorted(found, key=lambda one: one.name))


def stands_in(
    me: int, responsible: str, age: int, everybody: Iterable[Colleague], today: dt.date
) -> str:
    """Why a mail in a case is mine as a substitute, in a Danish sentence; empty where it is not.

    Args:
        me: the id of the one who looks.
        responsible: whom the case names.
        age: how many working days the mail has waited.
        everybody: the active users.
        today: the day.
    """
    people = {one.id: one for one in everybody}
    named = responsible.casefold()
    own = [one for one in people.values() if named in one.called]
    if not named or len(own) != 1 or own[0].id == me:
        return ""  # of two with the same initials nobody knows whose it is: both see it anyway
    whose = own[0]
    if whose.is_away(today) and me in _line(whose, people, today):
        until = f" til og med {short_date(whose.away_until)}" if whose.away_until else ""
        return f"{whose.name} er væk{until}, og du er stedfortræder."
    if age > PATIENCE and whose.substitute == me:
        return f"{whose.name} har ikke taget den, og du er stedfortræder."
    return ""


def _line(whose: Colleague, people: dict[int, Colleague], today: dt.date) -> Iterator[int]:
    """The first substitute who is not away, after all who are and lead there."""
    seen = {whose.id}
    after = whose.substitute
    while after is not None and after in people and after not in seen:
        yield after
        if not people[after].is_away(today):
            return
        seen.add(after)
        after = people[after].substitute
