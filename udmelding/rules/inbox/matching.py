"""Whose is a mail that came in? From its thread, subject and sender to case and party.

A mail is laid to a case by itself only where nothing speaks against it; else a person is shown
where it may belong, the likeliest first, each with the reason, and until then it holds the
reminders of all of them. Strong evidence does not end the search: a thread, of our mails or of
theirs, is contradicted by a subject that names another case, by a matter that was answered while
another is open, and by a sender who belongs to another municipality.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from models.incoming import MatchedBy
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.words.named_days import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class OurMail:
    """A mail of ours that the incoming one refers to; one for each part of a gathered mail.

    Attributes:
        is_open: the party still owes what it asked for; ``is_decision``: a council's decision.
        sent_at: when it went; None where it did not, or nobody knows.
    """

    key: str
    reference: str
    step: str
    party: str
    is_open: bool
    is_decision: bool = False
    sent_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """Something that a party owes now; ``is_decision``: a council's decision."""

    reference: str
    step: str
    party: str
    is_decision: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known that can tell whose a mail is, and who wrote it.

    Attributes:
        answered: our mails that it refers to, the nearest first, parts of gathered ones each.
        incoming_answered: where mails that came in lie to which it refers.
        senders: the parties among whose contacts its sender is.
        voices: those among whose contacts another address is that speaks in it.
        neighbours: the parties with a contact at the same domain, ``senders`` left out.
        open_items: what all those parties, and those of the thread, owe now.
        references: of all cases, in lower case.
        own_addresses: the secretariat's and its users'; ``own_domains`` theirs.
    """

    answered: Sequence[OurMail] = ()
    incoming_answered: Sequence[OpenItem] = ()
    senders: frozenset[str] = frozenset()
    voices: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    open_items: Sequence[OpenItem] = ()
    references: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()
    own_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Where a mail may belong, and why, in Danish."""

    reference: str
    step: str
    party: str
    why: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Reference, step and party."""
        return self.reference, self.step, self.party


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

    @property
    def places(self) -> tuple[Candidate, ...]:
        """What it may concern."""
        return (self.found,) if self.found else self.candidates


MOST_CANDIDATES = 10


def match(mail: Incoming, known: Clues) -> Match:
    """The place of ``mail``, or all that it may concern."""
    key = known.answered[0].key if known.answered else ""
    named = references_in(mail, known.references)
    thread = _thread(known, _references_in_words(mail, known.references))
    others = list(_contradictions(thread, named, known)) if thread else []
    if len(thread) == 1 and not others and not _strangers(thread, known):
        return Match(found=thread[0], by=MatchedBy.THREAD, reply_to_key=key)
    if thread:
        candidates = _each_once([*thread, *others])
        return Match(found=None, by=MatchedBy.NOBODY, reply_to_key=key, candidates=candidates)
    own = [item for item in known.open_items if item.party in known.senders]
    in_named = [item for item in own if item.reference.casefold() in named]
    if len(in_named) == 1 and len(named) == 1 and not known.voices - known.senders:
        return Match(found=_candidate(in_named[0], _SUBJECT), by=MatchedBy.SUBJECT)
    if not named and len(own) == 1 and not known.voices - known.senders:
        return Match(found=_candidate(own[0], _SENDER), by=MatchedBy.SENDER)
    candidates = _each_once(_without_thread(own, named, known))
    return Match(found=None, by=MatchedBy.NOBODY, candidates=candidates)


def _without_thread(
    own: Sequence[OpenItem], named: frozenset[str], known: Clues
) -> Iterator[Candidate]:
    """The likeliest first: who spoke, then who is near; what is named before what is not."""
    voices = [item for item in known.open_items if item.party in known.voices - known.senders]
    near = [item for item in known.open_items if item.party in known.neighbours]
    for is_named in (True, False):
        for items, why in ((own, _SENDER), (voices, _VOICE), (near, _NEIGHBOUR)):
            for item in items:
                if (item.reference.casefold() in named) is is_named:
                    is_sure = is_named and items is own
                    yield _candidate(item, _SUBJECT if is_sure else why)


def _thread(known: Clues, named: frozenset[str]) -> list[Candidate]:
    """Where the mails lie that it answers: ours, and those that others had sent."""
    mails = list(known.answered)
    if len({(one.reference, one.step, one.party) for one in mails}) > 1:
        # A gathered mail: what is answered already is not meant, where anything is open; but
        # whoever names it has more to say of it. (Its subject, ours, names the first case only.)
        mails = [m for m in mails if m.is_open or m.reference.casefold() in named] or mails
    found = [Candidate(reference=m.reference, step=m.step, party=m.party, why=_THREAD)
             for m in mails]  # fmt: skip
    found = found or [_candidate(item, _THREAD) for item in known.incoming_answered]
    return list(_each_once(found))


def _contradictions(
    thread: Sequence[Candidate], named: frozenset[str], known: Clues
) -> Iterator[Candidate]:
    """What else it may concern, where something speaks against the thread."""
    threads = {one.reference.casefold() for one in thread}
    parties = {one.party for one in thread}
    of_thread = [item for item in known.open_items if item.party in parties]
    for item in of_thread:
        if item.reference.casefold() in named - threads:
            yield _candidate(item, _NAMED)
    if not _is_open(thread, known):
        for item in of_thread:
            yield _candidate(item, _STILL_OPEN)
    strangers = _strangers(thread, known)
    theirs = [item for item in known.open_items if item.party in strangers]
    in_thread = [item for item in theirs if item.reference.casefold() in threads]
    for item in in_thread or theirs:
        yield _candidate(item, _OTHER_SENDER)


def _is_open(thread: Sequence[Candidate], known: Clues) -> bool:
    """Whether any of what the thread is about is still owed."""
    if known.answered:
        return any(one.is_open for one in known.answered)
    owed = {(item.reference, item.step, item.party) for item in known.open_items}
    return any(one.place in owed for one in thread)


def _strangers(thread: Sequence[Candidate], known: Clues) -> frozenset[str]:
    """The parties whose contacts speak in the mail, where none is of the thread's.

    A mail of another municipality is never the thread's without doubt, even where that
    municipality owes nothing.
    """
    parties = {one.party for one in thread}
    return frozenset() if known.senders & parties else (known.senders | known.voices) - parties


_THREAD = "det er et svar på vores mail"
_SUBJECT = "sagen er nævnt, og afsenderen er registreret"
_SENDER = "afsenderen er registreret som kontakt"
_VOICE = "den, der har skrevet mailen, som er sendt videre, er registreret som kontakt"
_NEIGHBOUR = "afsenderen har samme domæne som en kontakt"
_NAMED = "sagen er nævnt i mailen, men mailen svarer på en mail i en anden sag"
_STILL_OPEN = "det mangler endnu, mens det, mailen svarer på, er besvaret"
_OTHER_SENDER = "afsenderen er kontakt her og ikke dér, hvor vores mail blev sendt hen"


def _references_in_words(mail: Incoming, references: Iterable[str]) -> frozenset[str]:
    return references_in(replace(mail, subject=""), references)


def references_in(mail: Incoming, references: Iterable[str]) -> frozenset[str]:
    """The references of cases that its subject or its own words name, with brackets or without.

    Args:
        mail: the subject, and what the writer wrote; not what is quoted of earlier mails.
        references: of all cases, in lower case.
    """
    # Programs write other hyphens than people do: «CU–EN» is CU-EN.
    text = plain(f"{mail.subject}\n{mail.own_text}")
    words = {word.strip(".-_").casefold() for word in _WORD.findall(text)}
    return frozenset(words & frozenset(references))


_WORD = re.compile(r"[\w.-]{3,60}")


def _each_once(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each place once, with its first reason."""
    places: dict[tuple[str, str, str], Candidate] = {}
    for one in found:
        places.setdefault(one.place, one)
    return tuple(places.values())


def _candidate(item: OpenItem, why: str) -> Candidate:
    return Candidate(reference=item.reference, step=item.step, party=item.party, why=why)
