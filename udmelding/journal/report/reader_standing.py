"""How does each reader of a draft stand? Who has remarked, who is done, who is awaited."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from udmelding.journal.case.header import headers
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.report.reader_links import ReaderLink, links_of
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
    return standings_by_round(session, case_id, (kept,), as_of)[kept.number]


def standings_by_round(
    session: Session, case_id: int, rounds: Sequence[KeptRound], as_of: dt.datetime | None = None
) -> Mapping[int, tuple[ReaderStanding, ...]]:
    """``reader_standings`` of many rounds by their numbers; the same statements for any number."""
    comments = comments_of(session, case_id, as_of)
    counts = Counter((comment.round_number, comment.reader) for comment in comments)
    links: dict[tuple[int, str], list[ReaderLink]] = defaultdict(list)
    for link in links_of(session, case_id):
        links[link.round_number, link.reader].append(link)

    def standing(number: int, reader: Mapping[str, str]) -> ReaderStanding:
        at = (number, reader["email"])
        return _standing(reader, counts[at], links[at])

    return {
        kept.number: tuple(standing(kept.number, reader) for reader in kept.readers)
        for kept in rounds
    }


def _standing(reader: Mapping[str, str], count: int, own: Sequence[ReaderLink]) -> ReaderStanding:
    finished = [link.finished_at for link in own if link.finished_at is not None]
    seen = [link.used_at for link in own if link.used_at is not None]
    return ReaderStanding(
        name=reader.get("name", ""),
        email=reader["email"],
        speaks_for=reader.get("group", ""),
        comments=count,
        finished_at=max(finished, default=None),
        seen_at=max(seen, default=None),
    )


def is_awaited(session: Session, mail: OutboxMail, now: dt.datetime) -> bool:
    """Whether the reader that a reminder is written to has still said nothing."""
    case_id = headers(session, (mail.key.split("/", 1)[0],))[0].id
    open_rounds = [one for one in rounds_of(session, case_id, now) if not one.is_closed]
    for kept in open_rounds:
        if f"/bemaerkninger-{kept.number}/" in mail.key:
            standing = reader_standings(session, case_id, kept, now)
            return any(r.is_awaited for r in standing if r.email == mail.recipients[0])
    return False
