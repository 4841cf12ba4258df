"""The letter that comes of a form, beside the form: how it would go out if this were saved.

Nothing is recorded and nothing is written: the case is thought of with the fact in it, and its
letter is composed as «Breve» composes it afterwards. So what stands here is what one releases, and
a reservation names exactly those who have not decided on the day that the form says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from udmelding.casework.papers.letters_released import letter_before
from udmelding.casework.recording.recording import not_decided_by
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.rules.case.facts import QuestionAnswer, Submission
from udmelding.rules.case.letters_due import FRESH_DAYS
from udmelding.rules.recording.catalogue import fact_of, make_entry
from udmelding.rules.recording.entry import TODAY
from udmelding.rules.words.texts import first_upper
from udmelding.web.case.pages import Seen
from udmelding.web.recording.fields import Shape
from udmelding.web.recording.reading import Sent, facts_of, read_fields

_WIDE = 72
"""Texts of mails are broken before that many characters."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A letter as a page shows it.

    Attributes:
        paragraphs: each its lines, and whether the reservation stands in it.
        to: its address; empty where it has none.
        why_none: why there is no letter, in a Danish sentence; empty where there is one.
    """

    subject: str = ""
    to: str = ""
    paragraphs: tuple[tuple[tuple[str, ...], bool], ...] = ()
    why_none: str = ""


def letter_beside(services: Services, found: Seen, shape: Shape, sent: Sent) -> Beside | None:
    """The letter that the form makes as it is filled in; a day that lacks is today.

    None where the form makes none, or corrects what was recorded.
    """
    if not shape.has_letter or sent.word_in("corrects") or not found.case.process.letter_receivers:
        return None
    day = sent.word_in("on") or TODAY
    try:
        fact = _fact(services, found, shape, replace(sent, values={**sent.values, "on": day}))
    except RefusedError:
        return Beside(why_none="Brevet kan vises, når felterne kan læses.")
    draft = letter_before(services, found.case, fact, found.moment)
    if draft is None:
        return Beside(why_none=_why_none(found, fact))
    mail = draft.outbox_mail
    named = getattr(fact, "reservation_for", ())
    names = [party.name for party in found.case.parties if party.party in named]
    blocks = [_unbroken(block) for block in re.split(r"\n{2,}", mail.text.strip())]
    return Beside(
        subject=mail.subject,
        to=", ".join(mail.recipients),
        paragraphs=tuple((lines, _names_all(lines, names)) for lines in blocks),
    )


def _fact(services: Services, found: Seen, shape: Shape, sent: Sent) -> Submission | QuestionAnswer:
    today = found.moment.date()
    said = read_fields(shape, sent, today)
    (one,) = facts_of(services, found.case, shape, said, sent)
    fact = fact_of(make_entry(shape.kind, one, today), found.moment, "")
    if isinstance(fact, QuestionAnswer):
        return fact
    if not isinstance(fact, Submission):
        raise TypeError(type(fact))
    if shape.fixed["submission_kind"] != "report":
        return fact
    missing = tuple(p.party for p in not_decided_by(found.case, fact.happened_from))
    return replace(fact, reservation_for=missing)


def _why_none(found: Seen, fact: Submission | QuestionAnswer) -> str:
    by = fact.submitted_by if isinstance(fact, Submission) else fact.answered_by
    if by:
        return f"{first_upper(by)} sender det, så der laves ikke noget brev her."
    if (found.moment.date() - fact.happened_to).days > FRESH_DAYS:
        return f"Det er over {FRESH_DAYS} dage siden, så der laves ikke noget brev her."
    return "Brevet ligger allerede under «Breve»."


def _unbroken(block: str) -> tuple[str, ...]:
    """The lines of a paragraph as they were meant: what was broken for want of room is joined."""
    lines: list[str] = []
    last = ""
    for line in block.splitlines():
        first = line.split(maxsplit=1)[0] if line.strip() else ""
        if set(line) == {"-"}:  # the rule under a heading
            continue
        if lines and not line.startswith("- ") and len(last) + len(first) >= _WIDE:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
        last = line
    return tuple(lines)


def _names_all(lines: Sequence[str], names: Sequence[str]) -> bool:
    text = " ".join(lines)
    return bool(names) and all(name in text for name in names)
