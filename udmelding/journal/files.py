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
from udmelding.rules.access import without_links_in
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
    today = stamp.now.date()
    passed = pass_gate({**values, "by": stamp.by}, today, is_confirmed=stamp.has_looked)
    if passed:
        keep_word(session, about, sorted({place.field for place in passed}), stamp)
    clean: dict[str, Any] = without_links_in(values)
    return clean


def keep_word(session: Session, about: str, fields: Sequence[str], stamp: Stamp) -> None:
    """Keep by name that somebody has looked, and says that there is no CPR number.

    Args:
        session: an open writing transaction.
        about: key of what was looked at.
        fields: what of it, such as a field or a file.
        stamp: who, and when.
    """
    table = table_of(models.CprConfirmation)
    said = sa.select(table.c.fields).where(table.c.about == about, table.c.confirmed_by == stamp.by)
    if list(fields) not in session.execute(said).scalars().all():  # recorded twice is said once
        row: dict[str, Any] = {"about": about, "fields": list(fields)}
        row |= {"confirmed_at": stamp.now, "confirmed_by": stamp.by}
        session.execute(sa.insert(table), row)
