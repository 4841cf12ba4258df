"""Whose is a mail that came in? From what it answers, its subject and sender to case and party.

A mail is laid to a case by itself only where there is no doubt; else a person is shown where it may
belong, the likeliest first, each with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.incoming import MatchedBy
from udmelding.rules.inbox.incoming import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class OurMail:
    """A mail of ours that the incoming one refers to; one for each part of a gathered mail."""

    key: str
    reference: str
    step: str
    party: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """Something that a party owes now."""

    reference: str
    step: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known that can tell whose a mail is.

    Attributes:
        answered: our mails that it refers to, the nearest first.
        senders: the parties among whose contacts its sender is.
        neighbours: the parties with a contact at the same domain, ``senders`` left out.
        open_items: what those parties owe now.
    """

    answered: Sequence[OurMail] = ()
    senders: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    open_items: Sequence[OpenItem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Where a mail may belong, and why, in Danish."""

    reference: str
    step: str
    party: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a mail belongs.

    Attributes:
        found: the place, where there is no doubt; else None.
        by: how it was found.
        reply_to_key: our mail that it answers; empty if unknown.
        candidates: where it may belong; empty when it was found.
    """

    found: Candidate | None
    by: MatchedBy
    reply_to_key: str = ""
    candidates: tuple[Candidate, ...] = ()


def match(mail: Incoming, known: Clues) -> Match:
    """The place of ``mail``.

    A reply in one of our threads belongs where that mail went, whoever writes it: mails are passed
    on. Without a thread both the sender and the open matter have to be certain.
    """
    key = known.answered[0].key if known.answered else ""
    places = _places(known.answered)
    if len(places) > 1:  # a gathered mail: what is answered already is not meant
        places = _places([ours for ours in known.answered if ours.is_open]) or places
    if len(places) == 1:
        return Match(found=places[0], by=MatchedBy.THREAD, reply_to_key=key)
    if places:
        return Match(found=None, by=MatchedBy.NOBODY, reply_to_key=key, candidates=tuple(places))
    own = [item for item in known.open_items if item.party in known.senders]
    named = references_in(mail.subject)
    in_named = [item for item in own if item.reference.casefold() in named]
    if len(in_named) == 1:
        return Match(found=_candidate(in_named[0], _SUBJECT), by=MatchedBy.SUBJECT)
    if not named and len(own) == 1:
        return Match(found=_candidate(own[0], _SENDER), by=MatchedBy.SENDER)
    near = [item for item in known.open_items if item.party in known.neighbours]
    ordered = [
        *(_candidate(item, _SUBJECT) for item in in_named),
        *(_candidate(item, _SENDER) for item in own if item not in in_named),
        *(_candidate(item, _NEIGHBOUR) for item in near if item.reference.casefold() in named),
        *(_candidate(item, _NEIGHBOUR) for item in near if item.reference.casefold() not in named),
    ]
    return Match(found=None, by=MatchedBy.NOBODY, candidates=tuple(ordered))


_THREAD = "det er et svar på vores mail"
_SUBJECT = "sagen står i emnet, og afsenderen er registreret"
_SENDER = "afsenderen er registreret som kontakt"
_NEIGHBOUR = "afsenderen har samme domæne som en kontakt"

_REFERENCE = re.compile(r"\[([^\[\]\s]{3,60})\]")


def references_in(subject: str) -> frozenset[str]:
    """What stands in brackets in a subject, in lower case: it may be a case's reference."""
    return frozenset(found.casefold() for found in _REFERENCE.findall(subject))


def _places(mails: Iterable[OurMail]) -> list[Candidate]:
    """Where those mails went, each place once."""
    found = {
        (mail.reference, mail.step, mail.party): Candidate(
            reference=mail.reference, step=mail.step, party=mail.party, why=_THREAD
        )
        for mail in mails
    }
    return list(found.values())


def _candidate(item: OpenItem, why: str) -> Candidate:
    return Candidate(reference=item.reference, step=item.step, party=item.party, why=why)
