"""What does a case rest on in law, and where is it filed, when nobody says?

By the kind of case, whom it is about, and the day it was received: ``config/legal_bases.yaml`` has
the provisions with their days. A person may always write another. Nothing is guessed that the law
makes a difference of: where the title names children and nobody has said whom the case is about,
the launch asks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from models.announcement import AnnouncementKind, TargetGroup
from udmelding.config.case.legal_bases import ForGroups, LegalBases
from udmelding.config.case.process import Process

_YOUNG = re.compile(r"\b(?:(?:små|spæd)?børn\w*|barn|barnet|unge?|unges)\b", re.IGNORECASE)


def kind_of(process: Process, *, is_renewal: bool) -> AnnouncementKind:
    """The kind of a new case that nobody has named: that of its process.

    A central udmelding that is said to renew an earlier one is the renewed treatment of it.
    """
    if is_renewal and process.kind is AnnouncementKind.FIRST:
        return AnnouncementKind.RENEWED
    return process.kind


def group_of(kind: AnnouncementKind, group: TargetGroup | None) -> TargetGroup | None:
    """Whom a new case is about; a framework agreement is about everybody."""
    is_for_all = group is None and kind is AnnouncementKind.FRAMEWORK_AGREEMENT
    return TargetGroup.BOTH if is_for_all else group


def depends_on_group(bases: LegalBases, kind: AnnouncementKind, day: dt.date) -> bool:
    """Whether children have another law than adults in such a case."""
    groups = (TargetGroup.ADULTS, TargetGroup.CHILDREN)
    return len({legal_basis(bases, kind, group, day) for group in groups}) > 1


def legal_basis(
    bases: LegalBases, kind: AnnouncementKind, group: TargetGroup | None, day: dt.date
) -> str:
    """The provisions that such a case rests on, as a sentence has them; empty for none.

    Args:
        bases: the known provisions.
        kind: the step of the ladder, or the agreement.
        group: whom the case is about; None: nobody has said, and the law for adults holds.
        day: the day it was received.
    """
    rows = [row for row in bases.legal_bases if row.kind is kind and _holds(row, group, day)]
    found = list(dict.fromkeys(row.text for row in rows))
    # «§ 13 b, stk. 2, og barnets lov § 161»: the comma of «stk. 2» is closed before the next law.
    return (", og " if any("," in text for text in found) else " og ").join(found)


def names_children(title: str) -> bool:
    """Whether a title says that children or young people are among those it is about."""
    return bool(_YOUNG.search(title))


def kle_number(bases: LegalBases, group: TargetGroup | None, day: dt.date) -> str:
    """The number of the common journal plan that is suggested; empty where nobody has said whom."""
    if group is None:
        return ""
    numbers = {row.number for row in bases.kle.groups if _holds(row, group, day)}
    return numbers.pop() if len(numbers) == 1 else bases.kle.across


def _holds(row: ForGroups, group: TargetGroup | None, day: dt.date) -> bool:
    return row.exists_between(day, day) and bool(set(_groups(group)) & set(row.groups))


def _groups(group: TargetGroup | None) -> Iterable[TargetGroup]:
    if group is TargetGroup.BOTH:
        return TargetGroup.ADULTS, TargetGroup.CHILDREN
    return (group or TargetGroup.ADULTS,)
