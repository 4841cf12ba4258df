"""What has happened since a person was last here, folded: by case, and like things in one sentence.

Seventeen invitations are one sentence with a number, four approvals one with names. A thing that
stands alone is told as the log tells it. The whole is in the log.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models import GATHERED, Completeness, MailKind, Outcome
from udmelding.config.parties import danish_sort_key
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import REMINDING, MailState
from udmelding.rules.words.lists import join_names

MOST = 8
"""So many sentences are told of a case, and so many cases are told of."""

_NAMED = 5
_MAIL = "mail"

_DONE: Mapping[tuple[str, str], str] = {
    ("decision", Outcome.APPROVED): "har godkendt",
    ("decision", Outcome.APPROVED_WITH_REMARKS): "har godkendt med bemærkninger",
    ("decision", Outcome.RECOMMENDED): "har anbefalet",
    ("decision", Outcome.NOTED): "har taget til efterretning",
    ("decision", Outcome.POSTPONED): "har udsat sagen",
    ("decision", Outcome.SENT_BACK): "har sendt sagen tilbage",
    ("decision", Outcome.REJECTED): "har afvist",
    ("response", Completeness.COMPLETE): "har svaret",
    ("response", Completeness.PARTIAL): "har svaret delvist",
    ("response", Completeness.NO_CITIZENS): "har svaret",
    ("response", Completeness.RETURNED): "har fået svaret sendt tilbage",
    ("obligation", ""): "er spurgt",
    ("extension", ""): "har fået mere tid",
    ("expectation", ""): "har meldt en dato",
    ("waiver", ""): "er fritaget",
    (_MAIL, "invited"): "er inviteret",
    (_MAIL, "reminded"): "er rykket",
}
"""What many parties did, or what was done with them."""

_INVITED = frozenset({MailKind.INVITATION, MailKind.COUNCIL_INVITATION})
_OWN = frozenset({*GATHERED, MailKind.NOTICE})
"""Mails whose parts are told, and those to the secretariat itself."""
_NOT_GONE = frozenset({MailState.REJECTED, MailState.HELD})
_HEADLINE: tuple[tuple[str, str, str], ...] = (
    ("decision", "beslutning", "beslutninger"),
    ("response", "svar", "svar"),
    ("submission", "fremsendelse", "fremsendelser"),
    ("question", "spørgsmål fra styrelsen", "spørgsmål fra styrelsen"),
    ("verdict", "svar fra styrelsen", "svar fra styrelsen"),
    ("action", "punkt på handleplanen", "punkter på handleplanen"),
    (_MAIL, "mail", "mails"),
    ("", "anden registrering", "andre registreringer"),
)


class Line(Protocol):
    """A line of a case's log; see ``journal.case.log``."""

    @property
    def at(self) -> dt.datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def party_name(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def state(self) -> str: ...


class Placed(Protocol):
    """A line and its case."""

    @property
    def reference(self) -> str: ...
    @property
    def line(self) -> Line: ...


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, and who recorded it; empty where the machine did, or several people."""

    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class CaseTold:
    """What happened in one case; ``more`` sentences are left to its log."""

    reference: str
    title: str
    sentences: tuple[Sentence, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What happened: in one line, and by case, the case of the newest first.

    Attributes:
        more: so many cases more are left out.
    """

    headline: str
    cases: tuple[CaseTold, ...]
    more: int = 0


def told_of(lines: Sequence[Placed], titles: Mapping[str, str]) -> Told:
    """Fold the lines of all logs, the newest first.

    Args:
        lines: what was recorded.
        titles: what cases are called; one that is not here goes by its reference.
    """
    by_case: dict[str, list[Line]] = defaultdict(list)
    invited = {one.reference for one in lines if one.line.what in _INVITED}
    for one in lines:
        line = one.line
        is_told = line.kind == "obligation" and one.reference in invited  # by the invitation
        if not is_told and (line.kind != _MAIL or line.what not in _OWN):
            by_case[one.reference].append(line)
    told = [
        CaseTold(reference, titles.get(reference, reference), found[:MOST], len(found[MOST:]))
        for reference, own in by_case.items()
        if (found := sentences_of(own))
    ]
    every = [line for own in by_case.values() for line in own]
    return Told(_headline(every), tuple(told[:MOST]), len(told[MOST:]))


def _headline(lines: Iterable[Line]) -> str:
    known = {kind for kind, _, _ in _HEADLINE}
    count = Counter(line.kind if line.kind in known else "" for line in lines)
    return ", ".join(
        f"{count[kind]} {one if count[kind] == 1 else many}"
        for kind, one, many in _HEADLINE
        if count[kind]
    )


def sentences_of(lines: Sequence[Line]) -> tuple[Sentence, ...]:
    """What happened in one case, like things together; the newest stand first."""
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for number, line in enumerate(lines):
        key = _sort_of(line)
        groups[key if key in _DONE or line.kind == _MAIL else ("", str(number))].append(line)
    return tuple(_told(key, same) for key, same in groups.items())


def _sort_of(line: Line) -> tuple[str, str]:
    if line.kind == _MAIL:
        if line.state in _NOT_GONE:
            return _MAIL, line.state
        kind = MailKind(line.what)
        known = "invited" if kind in _INVITED else "reminded" if kind in REMINDING else line.what
        return _MAIL, known
    return line.kind, line.what if line.kind in ("decision", "response") else ""


def _told(key: tuple[str, str], same: Sequence[Line]) -> Sentence:
    people = {line.by for line in same}
    by = people.pop() if len(people) == 1 and key[0] != _MAIL else ""
    if key in _DONE and (len(same) > 1 or key[0] == _MAIL):
        return Sentence(f"{_who(same)} {_DONE[key]}", by)
    if key[0] == _MAIL:
        count = f"{len(same)} {'mail' if len(same) == 1 else 'mails'}"
        if key[1] in _NOT_GONE:
            return Sentence(f"{count} kunne ikke sendes")
        return Sentence(f"{count} sendt: {label(MailKind(key[1]))}")
    return Sentence(same[0].text.rstrip("."), by)


def _who(lines: Sequence[Line]) -> str:
    names = sorted({line.party_name for line in lines}, key=danish_sort_key)
    return join_names(names) if len(names) <= _NAMED else f"{len(names)} kommuner"
