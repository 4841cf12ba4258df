"""What does another chain of bodies do to the cases there are?

A case keeps the bodies, the order and the words that it was launched with, until somebody moves it
to others. So a body may not go while an open case is on its way through it, and its meetings that
are on record have to be called something. Where a body ends, its last day says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from udmelding.config.case.library import MeetingBody
from udmelding.config.case.process import (
    Area,
    BesideBody,
    Body,
    Lifetime,
    Parties,
    Process,
    RegionalCouncil,
    Step,
)
from udmelding.rules.case.facts import Meeting
from udmelding.rules.case.glossary import label
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What of an open case has to do with its area."""

    reference: str
    area: str
    process: Process


def chain_of(process: Process) -> tuple[Step, ...]:
    """The bodies that a case passes, in order."""
    return tuple(step for step in process.steps if step.parties is Parties.BODY)


def goes_another_way(case: OpenCase, area: Area) -> bool:
    """Whether the area's chain is another than the one the case passes."""
    passed = [(s.id, s.title, s.body, s.from_on, s.until_on) for s in chain_of(case.process)]
    now = [(b.id, b.title, b.kind.value, b.from_on, b.until_on) for b in area.chain]
    return bool(passed) and passed != now


def bodies_missed(
    before: Sequence[MeetingBody],
    after: Sequence[MeetingBody],
    cases: Iterable[OpenCase],
    meetings: Iterable[Meeting],
) -> Iterator[str]:
    """A Danish sentence for each body that would be gone and may not go.

    Args:
        before: the bodies there are.
        after: those there would be.
        cases: the open ones.
        meetings: on record, of any body, by day.
    """
    chain_left = _keys(before, is_in_chain=True) - _keys(after, is_in_chain=True)
    gone = _keys(before) - _keys(after)
    titles = {(body.area, body.id): body.title for body in before}
    passing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in cases:
        for step in chain_of(case.process):
            if (case.area, step.id) in chain_left:
                passing[case.area, step.id].append(case.reference)
    for key, references in passing.items():
        yield (
            f"{titles[key]} skal blive i beslutningsvejen, for {join_names(references)} "
            "går den vej. Skriv organets sidste dag i stedet."
        )
    last = {(meeting.area, meeting.body): meeting.held_on for meeting in meetings}
    for key in sorted(gone - passing.keys()):
        if key in last:
            yield (
                f"{titles[key]} har møder i kalenderen, det sidste {long_date(last[key])}, og kan "
                "ikke tages væk. Skriv organets sidste dag i stedet."
            )


def _keys(bodies: Iterable[MeetingBody], *, is_in_chain: bool = False) -> set[tuple[str, str]]:
    return {(b.area, b.id) for b in bodies if b.is_in_chain or not is_in_chain}


def area_changes(before: Area, after: Area, titles: Mapping[str, str]) -> tuple[str, ...]:
    """What is other in an area now, in Danish sentences.

    Args:
        before: the area as it was.
        after: the same area now.
        titles: what each process is called, by its id.
    """
    return (
        *_renamed("Området", before.name, after.name),
        *_renamed("Kommunekontaktrådet", before.kkr, after.kkr),
        *bodies_changed(before.chain, after.chain, "beslutningsvejen"),
        *bodies_changed(before.beside, after.beside, "andre fora"),
        *_councils_changed(before.regional_councils, after.regional_councils, titles),
        *_words_changed(before, after, titles),
    )


def bodies_changed(
    before: Sequence[BesideBody], after: Sequence[BesideBody], where: str
) -> Iterator[str]:
    """What is other in a list of bodies; ``where`` says which list."""
    was, now = {one.id: one for one in before}, {one.id: one for one in after}
    for gone in (one for one in before if one.id not in now):
        yield f"{gone.title} er ikke længere i {where}."
    for new in (one for one in after if one.id not in was):
        yield f"{new.title} er kommet med i {where}{_days_told(new)}."
    for one in (one for one in after if one.id in was):
        old = was[one.id]
        yield from _renamed("Organet", old.title, one.title)
        if isinstance(old, Body) and isinstance(one, Body) and old.kind is not one.kind:
            yield f"{one.title} er nu: {label(one.kind)} (før: {label(old.kind)})."
        yield from _days_changed(one.title, old, one)
    both = [key for key in was if key in now]
    if both != [key for key in now if key in was]:
        yield f"Rækkefølgen i {where} er nu {join_names([one.title for one in after])}."


def _councils_changed(
    before: Sequence[RegionalCouncil], after: Sequence[RegionalCouncil], titles: Mapping[str, str]
) -> Iterator[str]:
    was, now = {one.id: one for one in before}, {one.id: one for one in after}
    for gone in (one for one in before if one.id not in now):
        yield f"{gone.name} er ikke længere med."
    for new in (one for one in after if one.id not in was):
        yield f"{new.name} er kommet med{_days_told(new)}."
    for one in (one for one in after if one.id in was):
        old = was[one.id]
        yield from _renamed("Regionsrådet", old.name, one.name)
        yield from _days_changed(one.name, old, one)
        if set(old.also_in) != set(one.also_in):
            named = join_names([f"«{titles.get(name, name)}»" for name in one.also_in])
            yield f"{one.name} beslutter også i {named or 'ingen andre processer'}."


def _words_changed(before: Area, after: Area, titles: Mapping[str, str]) -> Iterator[str]:
    for process in dict.fromkeys((*before.words, *after.words)):
        if before.words.get(process) != (words := after.words.get(process)):
            title = titles.get(process, process)
            if words is None:
                yield f"«{title}» har ikke længere egne ord her."
            else:
                yield f"«{title}» hedder her «{words.title}», og resultatet «{words.paper_title}»."


def _renamed(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{what} hedder nu «{after}» (før: «{before}»)."


def _days_changed(name: str, before: Lifetime, after: Lifetime) -> Iterator[str]:
    if (before.from_on, before.until_on) != (after.from_on, after.until_on):
        yield f"{name} er der nu{_days_told(after) or ' uden første og sidste dag'}."


def _days_told(one: Lifetime) -> str:
    first = f" fra {long_date(one.from_on)}" if one.from_on else ""
    return first + (f" til og med {long_date(one.until_on)}" if one.until_on else "")
