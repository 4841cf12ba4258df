"""How does each reader of a draft stand? Who has remarked, who is done, who is awaited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from udmelding.journal.case.header import headers
from udmelding.journal.mail.outbox import Letter
from udmelding.journal.report.reader_links import ReaderLink, links_of_round
from udmelding.journal.report.report import KeptRound, comments_of, rounds_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderStanding:
    """One reader of one round.

    Attributes:
        comments: how many remarks came.
        finished_at: when the reader said that there is nothing (more).
        seen_at: when the link was last used.
    """

    name: str
    email: str
    speaks_for: str
    comments: int
    finished_at: dt.datetime | None
    seen_at: dt.datetime | None

    @property
    def is_awaited(self) -> bool:
        """Whether nothing has come from the reader."""
        return self.comments == 0 and self.finished_at is None


def reader_standings(
    session: Session, case_id: int, kept: KeptRound, as_of: dt.datetime | None = None
) -> tuple[ReaderStanding, ...]:
    """How each reader of a round stands, in the order they were asked."""
    counts: dict[str, int] = {}
    for comment in comments_of(session, case_id, as_of):
        if comment.round_number == kept.number:
            counts[comment.reader] = counts.get(comment.reader, 0) + 1
    links = links_of_round(session, case_id, kept.number)
    return tuple(_standing(reader, counts, links) for reader in kept.readers)


def _standing(
    reader: Mapping[str, str], counts: Mapping[str, int], links: Sequence[ReaderLink]
) -> ReaderStanding:
    email = reader["email"]
    own = [link for link in links if link.reader == email]
    finished = [link.finished_at for link in own if link.finished_at is not None]
    seen = [link.used_at for link in own if link.used_at is not None]
    return ReaderStanding(
        name=reader.get("name", ""),
        email=email,
        speaks_for=reader.get("group", ""),
        comments=counts.get(email, 0),
        finished_at=max(finished, default=None),
        seen_at=max(seen, default=None),
    )


def is_awaited(session: Session, letter: Letter, now: dt.datetime) -> bool:
    """Whether the reader that a reminder is written to has still said nothing."""
    case_id = headers(session, (letter.key.split("/", 1)[0],))[0].id
    open_rounds = [one for one in rounds_of(session, case_id, now) if not one.is_closed]
    for kept in open_rounds:
        if f"/bemaerkninger-{kept.number}/" in letter.key:
            standing = reader_standings(session, case_id, kept, now)
            return any(r.is_awaited for r in standing if r.email == letter.recipients[0])
    return False
