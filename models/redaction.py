"""Something that should never have been kept was taken out for good.

With lawful deletion the one exception to "never overwritten": the words are gone on every day that
can be shown, and this row says that they were there, when they went, and why.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from models.fact import Fact


class Redaction(Fact, table=True):
    """A passage or a file was taken out; one row for each case it stood in.

    Attributes:
        announcement_id: the case; None for what belongs to no case, such as a contact.
        reason: why, as the end of the sentence «fjernet den …, fordi …».
        file_name: what the file was called; empty for a passage.
        places: in how many rows it stood.
        files: checksums of the stored files that went with it.
    """

    announcement_id: int | None = Field(default=None, foreign_key="announcement.id", index=True)
    reason: str
    file_name: str = ""
    places: int
    files: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
