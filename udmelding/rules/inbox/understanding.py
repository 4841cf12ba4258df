"""What is a mail that came in, whose is it, what does it mean, and what does it hold? In one place.

The mail, what is known and the day go in; nothing else is looked at. Whoever takes mails in
(``casework.inbox.receiving``) reads before and keeps after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.incoming import IncomingKind, Meaning
from udmelding.rules.inbox.absence import Absence, absence_told
from udmelding.rules.inbox.concerning import is_unclear
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import (
    MOST_CANDIDATES,
    Candidate,
    Clues,
    Match,
    OpenItem,
    OurMail,
    match,
)
from udmelding.rules.inbox.reply_meaning import contact_news, suggest
from udmelding.rules.inbox.reply_words import Suggestion
from udmelding.rules.inbox.weighing import Sign, weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a mail is taken for.

    Attributes:
        kind: what sort it is; ``is_doubtful``: it may be a machine's all the same.
        signs: what was weighed; empty for a delivery report, whose form says what it is.
        where: its case and party, or where it may belong.
        holds: whose reminders wait until a person has looked.
        needs_person: whether it waits for a person.
        suggestion: what its words seem to say; None where nobody needs it.
        absence: from when to when its sender is away; None where it is no out-of-office answer.
    """

    kind: IncomingKind
    is_doubtful: bool = False
    signs: tuple[Sign, ...] = ()
    where: Match
    holds: tuple[Candidate, ...] = ()
    needs_person: bool = False
    suggestion: Suggestion | None = None
    absence: Absence | None = None


def understand(
    mail: Incoming, known: Clues, written_on: dt.date, minutes: Sequence[str] = ()
) -> Understood:
    """What ``mail`` is, whose, and what it holds.

    Args:
        mail: as it was read.
        known: of its thread and sender, and of ourselves.
        written_on: the day it was sent.
        minutes: the words of its files, where they may tell of a decision that is owed.
    """
    where = match(mail, known)
    if mail.kind is not IncomingKind.REPLY:  # a delivery report or a read receipt
        # One that came back for a reason that nobody knows is read by a person, and holds nothing.
        needs_person = is_unclear(mail.kind, mail.delivery_reports)
        return Understood(kind=mail.kind, where=where, needs_person=needs_person)
    said = suggest(
        mail.own_text,
        mail.subject,
        tuple(file.file_name for file in mail.files),
        is_decision_wanted=_is_decision_wanted(where, known),
        written_on=written_on,
        minutes=minutes,
    )
    news = contact_news(mail.own_text, mail.sender)
    is_answer = said.meaning not in {Meaning.NOTHING, Meaning.NEW_CONTACT}
    weighed = weigh(mail, known, looks_like_an_answer=is_answer)
    if weighed.kind is IncomingKind.REPLY:
        return Understood(
            kind=weighed.kind,
            is_doubtful=weighed.is_doubtful,
            signs=weighed.signs,
            where=where,
            holds=where.places[:MOST_CANDIDATES],
            needs_person=True,
            suggestion=news if news and not is_answer else said,
        )
    if weighed.kind is IncomingKind.OWN:
        return Understood(kind=weighed.kind, signs=weighed.signs, where=where)
    absence = None
    if weighed.kind is IncomingKind.ABSENCE:
        absence = absence_told(mail.own_text, mail.subject, written_on)
    return Understood(
        kind=weighed.kind,
        signs=weighed.signs,
        where=where,
        # What a machine tells of a person who has left is news: somebody has to do something.
        # So is a holiday to come: until then there is time to ask somebody else.
        needs_person=news is not None or bool(absence and absence.since),
        suggestion=news,
        absence=absence,
    )


def _is_decision_wanted(where: Match, known: Clues) -> bool:
    """Whether a council's decision is what is owed where it belongs, or where it likeliest does."""
    place = next(iter(where.places), None)
    items: list[OurMail | OpenItem] = [*known.answered, *known.open_items]
    decisions = {(one.reference, one.step, one.party) for one in items if one.is_decision}
    return place is not None and place.place in decisions
