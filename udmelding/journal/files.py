"""The gate in the journal: no text is written with a CPR number or a personal link in it.

Everything that writes words of a person calls ``guard`` first; ``recording`` does for every fact.
A number is refused, and who let mere digits pass is kept. Of a link, which is for its receiver
alone, a fact gets the sign that ``guard`` gives back; a mail's draft is the one text that keeps its
links, because it is on its way to whom they are for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.access.links import without_links_in
from udmelding.rules.files.cpr_gate import pass_gate


def guard(session: Session, about: str, values: Mapping[str, Any], stamp: Stamp) -> dict[str, Any]:
    """Refuse texts that hold a CPR number; keep by name that somebody has looked at digits.

    Args:
        session: an open writing transaction, in which the values are written next.
        about: key of what is recorded.
        values: by the name of the field.
        stamp: who, when, and whether that person has looked; ``by`` is looked through too.

    Returns:
        The values as they may be written, with a sign in place of every personal link. No sign
        says a number: a mail with the text that goes again gets the link of its own receiver.

    Raises:
        CprRefusedError: a text certainly or likely holds a CPR number.
        CprQuestionError: a text may hold one, and nobody has looked.
    """
    return guard_all(session, [(about, values)], stamp)[0]


def guard_all(
    session: Session, said: Sequence[tuple[str, Mapping[str, Any]]], stamp: Stamp
) -> list[dict[str, Any]]:
    """``guard`` of many things at once, each with the key of what is recorded; one after another.

    In two statements at most, however many they are. Raises as ``guard`` does, for the first that
    holds a number.
    """
    today, passed = stamp.now.date(), []
    for about, values in said:
        found = pass_gate({**values, "by": stamp.by}, today, is_confirmed=stamp.has_looked)
        if found:
            passed.append((about, sorted({place.field for place in found})))
    _keep_words(session, passed, stamp)
    return [without_links_in(values) for _, values in said]


def keep_word(session: Session, about: str, fields: Sequence[str], stamp: Stamp) -> None:
    """Keep by name that somebody has looked, and says that there is no CPR number.

    Args:
        session: an open writing transaction.
        about: key of what was looked at.
        fields: what of it, such as a field or a file.
        stamp: who, and when.
    """
    _keep_words(session, [(about, list(fields))], stamp)


def _keep_words(session: Session, passed: Sequence[tuple[str, list[str]]], stamp: Stamp) -> None:
    if not passed:
        return
    table = table_of(models.CprConfirmation)
    said = sa.select(table.c.about, table.c.fields).where(
        table.c.about.in_({about for about, _ in passed}), table.c.confirmed_by == stamp.by
    )
    known = {(about, *fields) for about, fields in session.execute(said)}
    new = {(about, *fields) for about, fields in passed} - known  # recorded twice is said once
    rows = [
        {
            "about": about,
            "fields": fields,
            "confirmed_at": stamp.now,
            "confirmed_by": stamp.by,
        }
        for about, *fields in sorted(new)
    ]
    if rows:
        session.execute(sa.insert(table), rows)
