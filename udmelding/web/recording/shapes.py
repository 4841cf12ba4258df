"""Which forms record what? One shape for each kind of fact, made for the case at hand.

One template shows every shape, and ``reading`` reads every one.
"""

from __future__ import annotations

from collections.abc import Mapping

from models import Completeness, DateSource, Level, Outcome, PartyKind
from udmelding.config.case.library import area_named
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import Case
from udmelding.web.recording.fields import (
    EVIDENCE,
    MEETING,
    NOTE,
    ON,
    SOURCE,
    Field,
    How,
    Shape,
    agreed,
    choice,
    coming,
    parties_field,
    step_field,
)

_OWN = {PartyKind.MUNICIPALITY}
_COUNCILS = {PartyKind.MUNICIPALITY, PartyKind.REGIONAL_COUNCIL}


def shapes_of(case: Case) -> Mapping[str, Shape]:
    """The forms of a case by slug, in the order to show them."""
    asked = tuple(s for s in case.process.steps if s.parties is Parties.MUNICIPALITIES)
    deciding = tuple(s for s in asked if s.fulfilled_by is FulfilledBy.DECISION)
    answering = tuple(s for s in asked if s.fulfilled_by is FulfilledBy.RESPONSE)
    found: list[Shape] = []
    if deciding:
        found.append(_decision(case, deciding))
    if answering:
        found.append(_response(case, answering))
    if any(p.kind is PartyKind.BODY for p in case.parties):
        found.append(_body(case))
    found.append(_meeting(case))
    if asked:
        found += [_expectation(case, asked), _extension(case, asked), _waiver(case, asked)]
    found.append(_deadline())
    found.append(_dated_reminder(tuple(step for step in asked if step.ladder)))
    return {shape.slug: shape for shape in found}


def _decision(case: Case, steps: tuple[Step, ...]) -> Shape:
    more, fixed = step_field(steps)
    levels = [level for level in Level if level is not Level.BODY]
    return Shape(
        slug="beslutning",
        title="Kommunal beslutning",
        intro="En eller flere kommuner har besluttet. Alle får samme dato og samme udfald.",
        kind="decision",
        plural="beslutninger",
        fixed=fixed,
        fields=(
            parties_field(case, _COUNCILS),
            *more,
            ON,
            choice("outcome", "Hvad blev besluttet?", Outcome),
            choice("level", "Hvem besluttede?", reversed(levels), Level.COUNCIL.value),
            *EVIDENCE,
            NOTE,
            SOURCE,
        ),
    )


def _response(case: Case, steps: tuple[Step, ...]) -> Shape:
    more, fixed = step_field(steps)
    complete = Completeness.COMPLETE.value
    return Shape(
        slug="svar",
        title="Svar på dataindsamling",
        intro="En eller flere kommuner har svaret.",
        kind="response",
        plural="svar",
        fixed=fixed,
        fields=(
            parties_field(case, _OWN),
            *more,
            ON,
            choice("completeness", "Hvad er svaret?", Completeness, complete),
            NOTE,
            SOURCE,
        ),
    )


def _body(case: Case) -> Shape:
    bodies = tuple((p.party, p.name) for p in case.parties if p.kind is PartyKind.BODY)
    who = Field(
        name="party", label="Hvilket organ?", how=How.CHOICE, options=bodies, is_required=True
    )
    return Shape(
        slug="organ",
        title="Beslutning i et styrende organ",
        intro="Styregruppen, direktørkredsen, KKR eller et andet organ har besluttet.",
        kind="decision",
        fixed={"level": Level.BODY},
        fields=(
            who,
            ON,
            choice("outcome", "Hvad blev besluttet?", Outcome),
            *EVIDENCE,
            NOTE,
            SOURCE,
        ),
    )


MEETING_HELD, MEETING_MOVED, MEETING_CANCELLED, MEETING_NEW = "held", "moved", "cancelled", "new"
_MEETING_WORDS = (
    (MEETING_HELD, "Mødet er holdt"),
    (MEETING_MOVED, "Mødet er flyttet"),
    (MEETING_CANCELLED, "Mødet er aflyst"),
    (MEETING_NEW, "Det er et nyt møde"),
)


def _meeting(case: Case) -> Shape:
    bodies = tuple((member.id, member.title) for member in area_named(case.area).chain)
    towns = tuple((p.party, p.name) for p in case.parties if p.kind is PartyKind.MUNICIPALITY)
    levels = [Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE]
    return Shape(
        slug="moede",
        title="Møde",
        intro="Et møde er holdt, flyttet, aflyst eller kommet til. Det gælder alle sager.",
        kind=MEETING,
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
            NOTE,
            SOURCE,
        ),
    )


def _expectation(case: Case, steps: tuple[Step, ...]) -> Shape:
    more, fixed = step_field(tuple(reversed(steps)))
    return Shape(
        slug="meldt-dag",
        title="Meldt dag",
        intro="En eller flere kommuner har meldt, hvilken dag de vil beslutte eller svare. "
        "Prognosen og planen følger den dag.",
        kind="expectation",
        plural="meldte dage",
        fixed=fixed,
        fields=(
            parties_field(case, _COUNCILS),
            *more,
            coming("expected_on", "Hvilken dag er meldt?"),
            NOTE,
            SOURCE,
        ),
    )


def _extension(case: Case, steps: tuple[Step, ...]) -> Shape:
    more, fixed = step_field(steps)
    return Shape(
        slug="forlaengelse",
        title="Længere frist til kommuner",
        intro="En eller flere kommuner får længere frist; rykkerne følger den nye frist.",
        kind="extension",
        plural="forlængelser",
        fixed=fixed,
        fields=(
            parties_field(case, _COUNCILS),
            *more,
            coming("due_on", "Ny frist"),
            agreed("granted_on", "Hvornår blev det aftalt?"),
            Field(name="reason", label="Begrundelse", how=How.LONG),
            SOURCE,
        ),
    )


def _waiver(case: Case, steps: tuple[Step, ...]) -> Shape:
    more, fixed = step_field(steps)
    return Shape(
        slug="fritagelse",
        title="Fritagelse",
        intro="En eller flere kommuner fritages for et trin og skylder ikke længere noget i det.",
        kind="waiver",
        plural="fritagelser",
        fixed=fixed,
        fields=(
            parties_field(case, _COUNCILS),
            *more,
            agreed("waived_on", "Hvornår blev det besluttet?"),
            Field(
                name="reason",
                label="Begrundelse",
                how=How.LONG,
                help="Fx «svarer sammen med Faxe».",
                is_required=True,
            ),
            SOURCE,
        ),
    )


def _deadline() -> Shape:
    origins = (DateSource.LETTER, DateSource.AGREED, DateSource.ANNOUNCED, DateSource.LAW)
    return Shape(
        slug="frist",
        title="Ny frist for sagen",
        intro="Styrelsen har sat eller flyttet fristen. Beregnede frister følger med, aftalte "
        "står fast.",
        kind="deadline",
        fields=(
            coming("due_on", "Ny frist"),
            choice("origin", "Hvor kommer datoen fra?", origins, DateSource.LETTER.value),
            Field(name="reason", label="Begrundelse", how=How.LONG),
            SOURCE,
        ),
    )


def _dated_reminder(steps: tuple[Step, ...]) -> Shape:
    others = tuple((s.id, f"De kommuner, der mangler: {s.title.lower()}") for s in steps)
    return Shape(
        slug="paamindelse",
        title="Påmindelse på en fast dag",
        intro="Jer selv eller de kommuner, der mangler, bliver mindet om noget på en bestemt dag. "
        "Dagen flytter sig ikke, selv om planen gør.",
        kind="dated_reminder",
        fields=(
            coming("remind_on", "Hvilken dag?"),
            Field(
                name="step",
                label="Hvem skal mindes om det?",
                how=How.RADIO,
                options=(("secretariat", "Os selv, sekretariatet"), *others),
                value="secretariat",
                is_required=True,
            ),
            Field(
                name="text",
                label="Hvad skal der stå?",
                how=How.LONG,
                help="Fx «Ring til Lolland om tallene». Til kommuner står teksten øverst i mailen.",
                is_required=True,
            ),
        ),
    )
