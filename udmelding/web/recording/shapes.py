"""Which forms record what? One shape for each way of asking, made for the case at hand.

One template shows every shape, and ``reading`` reads every one. What the catalogue says of a kind
is not said again here; a meeting and a count say more than their kind does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from models import Level, Outcome, PartyKind, Scope
from udmelding.casework.recording.recording import COUNTRY
from udmelding.config.case.library import bodies_met_in, load_areas
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import Case
from udmelding.rules.recording.asking import HELP, Field, fields_of, words
from udmelding.rules.recording.catalogue import ENTRIES, kind_of
from udmelding.rules.recording.entry import (
    ABOUT_AGENCY,
    ABOUT_BODIES,
    ABOUT_CASE,
    ABOUT_PARTIES,
    BODIES,
    SOURCE,
    Ask,
    Entry,
    Steps,
)
from udmelding.rules.recording.parties import NOTE, ON, REASON
from udmelding.rules.recording.written import How
from udmelding.web.recording.fields import (
    DOCUMENT,
    DOCUMENT_FILES,
    FILE,
    MEETING,
    NEW_RULES,
    REOPENING,
    Shape,
    choice,
    coming,
    field_like,
    with_parties,
    with_steps,
)

_HEADINGS = (ABOUT_PARTIES, ABOUT_BODIES, ABOUT_AGENCY, ABOUT_CASE)


def shapes_of(case: Case, own: Path | None) -> Mapping[str, Shape]:
    """The forms of a case by slug, in the order to show them.

    Args:
        case: what is known.
        own: as for ``config.case.library.load_areas``.
    """
    made = [
        shape
        for entry in ENTRIES
        for ask in entry.asks
        if ask.slug and (shape := _shape(case, entry, ask)) is not None
    ]
    made += [_meeting(case, own), _new_rules(case)]
    if case.scope is Scope.NATIONAL:
        made.append(_tally(case, own))
    if case.is_closed:
        made.append(_REOPENING)
    made.sort(key=lambda shape: _HEADINGS.index(shape.about))
    return {shape.slug: shape for shape in made}


def _shape(case: Case, entry: type[Entry], ask: Ask) -> Shape | None:
    """One way of asking for this case; None where nobody in it can be asked so."""
    steps, fixed = _steps(case, ask.steps), dict(ask.fixed)
    if ask.steps is not Steps.NONE and not steps and not ask.nobody:
        return None
    if len(steps) == 1 and not ask.nobody:
        fixed["step"] = steps[0].id
    asked = [
        _for_case(field, case, ask, steps)
        for field in fields_of(entry, ask)
        if not field.is_only_for_commands and field.name not in fixed
    ]
    if any(field.name == "party" and not field.options for field in asked):
        return None
    return Shape(
        slug=ask.slug,
        title=ask.title,
        intro=ask.intro,
        kind=kind_of(entry),
        about=ask.about,
        parties=ask.parties,
        plural=ask.plural,
        fixed=fixed,
        fields=(
            *(one for field in asked for one in (field, *_beside(field))),
            *(DOCUMENT_FILES if kind_of(entry) == DOCUMENT else ()),
        ),
    )


def _for_case(field: Field, case: Case, ask: Ask, steps: tuple[Step, ...]) -> Field:
    if field.how is How.PARTIES:
        return with_parties(field, case, ask.parties)
    if field.name == "outcome" and ask.parties is not BODIES:
        only = {Outcome.RECOMMENDED.value: " (kun udvalg)"}
        options = tuple((word, told + only.get(word, "")) for word, told in field.options)
        return replace(field, options=options)
    if field.name == "title" and ask.slug == "dokument":
        return replace(field, is_required=False)  # the file has a name
    if field.name == "level" and Level.ADMINISTRATION in _deciding(case):
        return replace(field, options=(*field.options, *words([Level.ADMINISTRATION])))
    return with_steps(field, steps, ask.nobody) if field.how is How.STEP else field


def _deciding(case: Case) -> set[Level]:
    """The levels that decide in the municipalities that are asked."""
    towns = (p for p in case.parties if p.kind is PartyKind.MUNICIPALITY and p.is_asked)
    return {case.deciding_level(town.party) for town in towns}


def _beside(field: Field) -> tuple[Field, ...]:
    """Minutes are named or laid along."""
    return (FILE,) if field.name == "evidence" else ()


def _steps(case: Case, wanted: Steps) -> tuple[Step, ...]:
    asked = tuple(s for s in case.process.steps if s.parties is Parties.MUNICIPALITIES)
    match wanted:
        case Steps.ANSWERING:
            return tuple(s for s in asked if s.fulfilled_by is FulfilledBy.RESPONSE)
        case Steps.DECIDING:
            return tuple(s for s in asked if s.fulfilled_by is FulfilledBy.DECISION)
        case Steps.CHASED:
            return tuple(s for s in asked if s.ladder)
        case Steps.ASKED:
            return asked
    return ()


def _tally(case: Case, own: Path | None) -> Shape:
    others = tuple((a.id, a.name) for a in load_areas(own).values() if a.id != case.area)
    return Shape(
        slug="optaelling",
        title="Optælling fra et andet område",
        intro="Et andet områdes sekretariat har meldt, hvor mange kommuner der har godkendt.",
        kind="tally",
        about=ABOUT_AGENCY,
        fields=(
            Field(
                name="area",
                label="Hvor gælder tallet?",
                how=How.CHOICE,
                options=(*others, (COUNTRY, "Hele landet, eget område medregnet")),
                is_required=True,
            ),
            Field(
                name="approved", label="Hvor mange har godkendt?", how=How.NUMBER, is_required=True
            ),
            Field(
                name="on", label=ON.label, how=How.PERIOD, help=HELP[How.PERIOD], is_required=True
            ),
            field_like("source", SOURCE),
        ),
    )


MEETING_HELD, MEETING_MOVED, MEETING_CANCELLED, MEETING_NEW = "held", "moved", "cancelled", "new"
_MEETING_WORDS = (
    (MEETING_HELD, "Mødet er holdt"),
    (MEETING_MOVED, "Mødet er flyttet"),
    (MEETING_CANCELLED, "Mødet er aflyst"),
    (MEETING_NEW, "Det er et nyt møde"),
)


def _meeting(case: Case, own: Path | None) -> Shape:
    bodies = tuple((body.id, body.title) for body in bodies_met_in(case.area, own))
    towns = tuple((p.party, p.name) for p in case.parties if p.kind is PartyKind.MUNICIPALITY)
    levels = [Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE]
    return Shape(
        slug="moede",
        title="Møde",
        intro="Et møde er holdt, flyttet, aflyst eller kommet til. Det gælder alle sager.",
        kind=MEETING,
        about=ABOUT_BODIES,
        fields=(
            Field(
                name="body",
                label="Hvis møde?",
                how=How.CHOICE,
                options=bodies + towns,
                is_required=True,
            ),
            choice("level", "For en kommune: hvem mødes?", levels, Level.COUNCIL.value),
            Field(
                name="what",
                label="Hvad er der sket?",
                how=How.RADIO,
                options=_MEETING_WORDS,
                is_required=True,
            ),
            coming("on", "Mødets dag, som den står nu"),
            coming("moved_to", "Ny dag, hvis mødet er flyttet", "", is_required=False),
            coming(
                "papers_due_on",
                "Dag, papirerne skal være inde",
                "Udelades den, regnes den ud efter sagens regler.",
                is_required=False,
            ),
            field_like("note", NOTE),
            field_like("source", SOURCE),
        ),
    )


RULES_NEWEST, RULES_BEFORE = "newest", "before"


def _new_rules(case: Case) -> Shape:
    """Other rules for the case: the newest edition of its process, or those it followed before."""
    title = case.process.title
    choices = [(RULES_NEWEST, f"Den nyeste udgave af processen «{title}»")]
    if case.process_pins:
        choices.append((RULES_BEFORE, "De regler, sagen fulgte før"))
    return Shape(
        slug="regler",
        title="Andre regler for sagen",
        intro=f"Sagen følger «{title}», version {case.process.version}. Er processen ændret siden, "
        "kan sagen følge den nye udgave; det, der er sket i sagen, bliver stående.",
        kind=NEW_RULES,
        about=ABOUT_CASE,
        fields=(
            Field(
                name="rules",
                label="Hvilke regler skal sagen følge?",
                how=How.RADIO,
                options=tuple(choices),
                value=RULES_NEWEST,
                is_required=True,
            ),
            field_like("reason", REASON),
        ),
    )


_REOPENING = Shape(
    slug="genaabn",
    title="Genåbn sagen",
    intro="Sagen er lukket. Genåbnes den, gælder det, der manglede, igen, og der rykkes igen.",
    kind=REOPENING,
    about=ABOUT_CASE,
    fields=(replace(field_like("reason", REASON), is_required=True),),
)
