"""The announcement: what the agency (or the region) sent out, and the case that grew from it.

``Announcement`` is the identity of a case and never changes. What may be corrected about it lives
in ``Particulars``; its deadline in ``models.deadline``; its end in ``Closure``.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.fact import CaseFact, Moment, word


class AnnouncementKind(StrEnum):
    """The step of the ladder that a case stands on (serviceloven § 13 b-c)."""

    FIRST = "first"
    RENEWED = "renewed"
    TEMPORARY_ORDER = "temporary_order"
    ORDER = "order"
    FRAMEWORK_AGREEMENT = "framework_agreement"
    QUESTIONNAIRE = "questionnaire"


class TargetGroup(StrEnum):
    """Whom a case is about: the law of 2024 parts children and young people from adults."""

    ADULTS = "adults"
    CHILDREN = "children"
    BOTH = "both"


class Scope(StrEnum):
    """Whether one area answers alone or the whole country answers jointly."""

    REGIONAL = "regional"
    NATIONAL = "national"


class Announcement(SQLModel, table=True):
    """The identity of one case.

    Attributes:
        reference: the secretariat's own name of the case, such as ``CU-GRAVIDE-2025``.
        process_version_id: the version of the process file that the case is pinned to.
        area: the KKR area whose secretariat runs the case, such as ``sjaelland``.
        received_on: the day the letter came; the plan starts here.
        recorded_at: when the case was registered in the system.
        revision: goes up with whatever is recorded that may concern the case, its area's meetings
            and its parties' contacts included. Who has loaded a case can tell by it, in one
            statement, whether that still holds.
        revised_at: the latest moment of any of that.
    """

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True, max_length=60)
    process_version_id: int = Field(foreign_key="process_version.id")
    area: str
    scope: Scope = word(Scope)
    received_on: dt.date
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str
    source: str = ""
    is_made_up: bool = False
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    revised_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class Particulars(CaseFact, table=True):
    """What is said about a case on its front page; corrected as a whole.

    Attributes:
        legal_basis: the provision, such as ``serviceloven § 13 b, stk. 3``; empty for none.
        target_group: whom the case is about; None where nobody has said, as in all old cases.
        renews: reference of the earlier case that this one renews, if any.
        journal_number: the case number in the municipality's records system.
        responsible: the case worker's role or initials, shown in mails.
        short_name: what people call the case, such as «Udsatte gravide»; empty in old cases.
        letter_dated_on: the date that the agency's letter itself bears; ``received_on`` is the day
            on which it came.
    """

    title: str
    kind: AnnouncementKind = word(AnnouncementKind)
    legal_basis: str = ""
    renews: str | None = None
    journal_number: str | None = None
    responsible: str = ""
    target_group: TargetGroup | None = word(TargetGroup, default=None, nullable=True)
    letter_dated_on: dt.date | None = None
    short_name: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Closure(CaseFact, table=True):
    """The case is closed and archived; nothing is owed any more.

    Attributes:
        closed_on: the day it was closed.
        reason: why, in words.
    """

    closed_on: dt.date
    reason: str = ""
