"""Something to be recorded, as a page asks for it: shows what it would do, or does it and says so.

Most forms make entries of one kind. A meeting, other rules and a case that is opened again are done
in ways of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from udmelding.casework.plan.meetings import change_meeting, check_meeting
from udmelding.casework.plan.processes import moving_back, moving_to
from udmelding.casework.recording.consequences import carry_out, preview
from udmelding.casework.recording.recording import (
    Batch,
    Said,
    preview_many,
    record_many,
    taking_back,
)
from udmelding.casework.wiring import Services
from udmelding.journal.database import Session
from udmelding.journal.stamp import Stamp
from udmelding.rules.plan.plan_change import PlanChange
from udmelding.rules.words.lists import join_names
from udmelding.web.case.pages import Seen
from udmelding.web.recording.corrections import Correctable
from udmelding.web.recording.fields import MEETING, NEW_RULES, REOPENING, Shape
from udmelding.web.recording.reading import Sent, documents_of, facts_of, meeting_of, read_fields
from udmelding.web.recording.shapes import RULES_BEFORE
from udmelding.web.recording.showing import sentence_of

_FEW = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What a preview tells: the sentences that will be recorded, and the change of the plan.

    ``doubts`` is what speaks against it.
    """

    texts: tuple[str, ...]
    changes: tuple[PlanChange, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be recorded: shows what it would do, or does it and says so."""

    preview: Callable[[], Told]
    save: Callable[[], str]


def task_of(
    services: Services,
    found: Seen,
    shape: Shape,
    sent: Sent,
    old: Correctable | None,
    stamp: Stamp,
) -> Task:
    """What the form asks for.

    Raises:
        RefusedError: it cannot be read.
    """
    said = read_fields(shape, sent, stamp.now.date(), old)
    if shape.kind in _MAKERS:
        return _MAKERS[shape.kind](services, found, said, stamp)
    batch = Batch(
        reference=found.case.reference,
        kind=shape.kind,
        facts=facts_of(services, found.case, shape, said, sent, old),
        documents=documents_of(services, found.case, said, sent),
    )

    def tell() -> Told:
        seen_before = preview_many(services, batch, stamp)
        doubts = dict.fromkeys(doubt for said in seen_before.result for doubt in said.doubts)
        texts = tuple(map(_one_text, seen_before.result))
        return Told(texts, seen_before.changes, tuple(doubts))

    names = {party.party: party.name for party in found.case.parties}
    who = [names[party] for party in said.get("party", ())]
    word = "Rettet" if old else "Registreret"
    return Task(tell, lambda: _words(word, record_many(services, batch, stamp), shape, who))


def _meeting(services: Services, found: Seen, said: Mapping[str, Any], stamp: Stamp) -> Task:
    change = meeting_of(found.case, said)
    check_meeting(change, stamp.now.date())
    own = services.settings.texts_folder
    do = partial(change_meeting, change=change, stamp=stamp, own=own)
    return _doing(services, do, stamp, word="Registreret: ")


def _new_rules(services: Services, found: Seen, said: Mapping[str, Any], stamp: Stamp) -> Task:
    reference, reason = found.case.reference, said["reason"]
    if said["rules"] == RULES_BEFORE:
        do = moving_back(reference, reason, stamp)
    else:
        own = services.settings.texts_folder
        do = moving_to(reference, found.case.process.id, reason, stamp, own)
    return _doing(services, do, stamp, only=(reference,))


def _reopening(services: Services, found: Seen, said: Mapping[str, Any], stamp: Stamp) -> Task:
    reference = found.case.reference
    closure = found.case.closures[-1].key
    back = taking_back(reference, closure, said["reason"], stamp)

    def do(session: Session) -> str:
        back(session)
        return f"Sagen er genåbnet: {said['reason']}"

    return _doing(services, do, stamp, only=(reference,))


def _doing(
    services: Services,
    do: Callable[[Session], str],
    stamp: Stamp,
    *,
    only: tuple[str, ...] | None = None,
    word: str = "",
) -> Task:
    """Something that may change plans, and says in one sentence what it does.

    ``only`` and ``do`` are as in ``consequences.carry_out``; ``word`` stands before what was done.
    """

    def tell() -> Told:
        seen_before = preview(services, do, stamp, only=only)
        return Told((seen_before.result,), seen_before.changes)

    return Task(tell, lambda: f"{word}{carry_out(services, do, stamp, only=only).result}")


_MAKERS: Mapping[str, Callable[[Services, Seen, Mapping[str, Any], Stamp], Task]] = {
    MEETING: _meeting,
    NEW_RULES: _new_rules,
    REOPENING: _reopening,
}
"""What is recorded by more, or by other, than one entry of its kind."""


def _one_text(said: Said) -> str:
    return said.text if said.is_new else f"Er allerede registreret: {said.text}"


def _words(word: str, said: tuple[Said, ...], shape: Shape, names: list[str]) -> str:
    """What was recorded, for the next page."""
    new = [one.text if one.text.endswith((".", "?", "!")) else f"{one.text}." for one in said
           if one.is_new]  # fmt: skip
    if not new:
        return f"Det var allerede registreret, og intet er ændret: {said[0].text}"
    if len(said) <= _FEW:
        return f"{word}: {' '.join(new)}"
    known = f" Heraf {len(said) - len(new)} kendte i forvejen." if len(new) < len(said) else ""
    return f"{word}: {len(said)} {shape.plural} ({join_names(names)}).{known}"


def taking_fact_back(
    services: Services, found: Seen, fact: Correctable, reason: str, stamp: Stamp
) -> Task:
    """Something that takes a fact back."""
    back = taking_back(found.case.reference, fact.key, reason, stamp)

    def do(session: Session) -> str:
        back(session)
        return sentence_of(found, fact)

    return _doing(services, do, stamp, only=(found.case.reference,), word="Taget tilbage: ")
