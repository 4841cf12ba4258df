"""What municipalities, councils and bodies owe, are granted, say and decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from models.decision import Level, Outcome
from models.obligation import DateSource
from models.response import Completeness
from udmelding.rules.case import facts
from udmelding.rules.case.glossary import label
from udmelding.rules.recording.entry import (
    ABOUT_BODIES,
    ABOUT_CASE,
    BODIES,
    OWN,
    TODAY,
    Ask,
    Entry,
    Names,
    Prompt,
    Steps,
    answer_word,
    name_of,
    say_passed,
)
from udmelding.rules.recording.written import (
    DueDay,
    PartyName,
    PartyOrNone,
    PastDay,
    Reason,
    StepName,
    StepOrNone,
    Text,
    When,
)
from udmelding.rules.words.date_wording import long_date

_OUTCOME = Prompt(
    label="Hvad blev besluttet?",
    help="«Anbefalet» siger et udvalg eller et organ, aldrig en kommunalbestyrelse.",
    option="--outcome",
)
_ITEM = Prompt(label="Punkt på dagsordenen", help="Fx 12 eller 7a.", option="--item", metavar="NR")
_WHO = Prompt(label="Hvilke kommuner?")
_COLLECTION = Prompt(label="Hvilket trin?", option="--step", start="collection")
_COUNCILS = Prompt(label="Hvilket trin?", option="--step", start="councils")
ON = Prompt(label="Hvornår skete det?", option="--on")
NOTE = Prompt(label="Bemærkning", option="--note", is_long=True)
REASON = Prompt(label="Begrundelse", option="--reason", is_long=True)


class NewObligation(Entry):
    """One party is asked for one thing; written by the flows, and by imports of older cases."""

    value = facts.Obligation
    noun = "en parts svarfrist"
    kind: Literal["obligation"] = "obligation"
    step: StepName
    party: PartyName
    opened_on: PastDay
    due_on: DueDay
    origin: DateSource = DateSource.COMPUTED
    moved_from: DueDay | None = None

    @staticmethod
    def sentence(fact: facts.Obligation, names: Names) -> str:
        moved = f" (før {long_date(fact.moved_from)})" if fact.moved_from else ""
        return (
            f"{name_of(fact.party, names)} blev {long_date(fact.opened_on)} bedt om svar senest "
            f"{long_date(fact.due_on)}{moved} ({name_of(fact.step, names)})."
        )


class NewResponse(Entry):
    """A party answered the questionnaire."""

    value = facts.Response
    noun = "svar fra en kommune"
    asks = (
        Ask(
            command="response",
            slug="svar",
            title="Svar på dataindsamling",
            intro="En eller flere kommuner har svaret.",
            plural="svar",
            examples=('REF Greve --on 2/9 --completeness "ingen borgere i målgruppen"',),
            parties=OWN,
            steps=Steps.ANSWERING,
        ),
    )
    kind: Literal["response"] = "response"
    party: Annotated[PartyName, _WHO]
    step: Annotated[StepName, _COLLECTION] = "collection"
    on: Annotated[When, ON]
    completeness: Annotated[
        Completeness,
        Prompt(label="Hvad er svaret?", option="--completeness", start=Completeness.COMPLETE.value),
    ] = Completeness.COMPLETE
    note: Annotated[Text, NOTE] = ""

    @staticmethod
    def sentence(fact: facts.Response, names: Names) -> str:
        note = f" ({fact.note})" if fact.note else ""
        answer = answer_word(fact.completeness, names)
        return f"{name_of(fact.party, names)} svarede {fact.when}: {answer}{note}."


class NewDecision(Entry):
    """A body or a council decided."""

    value = facts.Decision
    noun = "beslutning"
    may_change_plan = True
    asks = (
        Ask(
            command="council-decision",
            slug="beslutning",
            title="Kommunal beslutning",
            intro="Kommunalbestyrelser (eller deres udvalg) har besluttet, alle samme dag og med "
            "samme udfald.",
            plural="beslutninger",
            examples=("REF Lolland --on 24/4 --evidence https://lolland.example/referat",),
            steps=Steps.DECIDING,
            taken={"outcome": Outcome.APPROVED.value},
        ),
        Ask(
            command="body-decision",
            slug="organ",
            about=ABOUT_BODIES,
            title="Beslutning i et styrende organ",
            intro="Styregruppen, direktørkredsen, KKR eller et andet organ har besluttet.",
            examples=("REF kkr --outcome anbefalet --on 8/4-2025",),
            parties=BODIES,
            fixed={"level": Level.BODY, "step": None},
        ),
    )
    kind: Literal["decision"] = "decision"
    party: Annotated[PartyName, _WHO]
    step: Annotated[StepName, _COUNCILS]
    on: Annotated[When, ON]
    outcome: Annotated[Outcome, _OUTCOME]
    level: Annotated[
        Level,
        Prompt(
            label="Hvem besluttede?",
            option="--level",
            start=Level.COUNCIL.value,
            words=(Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE),
        ),
    ]
    report_version: Annotated[int, Field(ge=0)] = 0
    item_number: Annotated[str, Field(max_length=20), _ITEM] = ""
    evidence: Annotated[
        Text,
        Prompt(
            label="Link til eller navn på referatet",
            help="Uden dokumentation vises beslutningen som meldt, med som dokumenteret.",
            option="--evidence",
            metavar="LINK",
        ),
    ] = ""
    is_proven: bool = False
    note: Annotated[Text, NOTE] = ""

    @classmethod
    def follows(cls, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Whoever names the minutes has seen it proven; a body decides in the step of its name."""
        proven = {"is_proven": bool(said.get("evidence"))}
        return proven | {"step": said["party"]} if said.get("level") is Level.BODY else proven

    @staticmethod
    def sentence(fact: facts.Decision, names: Names) -> str:
        note = f" Bemærkning: {fact.note}" if fact.note else ""
        version = f" Afgjort på version {fact.report_version}." if fact.report_version else ""
        proof = "" if fact.is_proven else " Dokumentation er ikke set."
        who = f"{name_of(fact.party, names)} ({label(fact.level)})"
        item = f", punkt {fact.item_number}" if fact.item_number else ""
        return f"{who} {fact.when}{item}: {label(fact.outcome)}.{version}{proof}{note}"


class NewExpectation(Entry):
    """A party named the day on which it will decide or answer."""

    value = facts.Expectation
    noun = "meldt dato"
    latest_holds = True
    may_change_plan = True
    asks = (
        Ask(
            command="expected",
            slug="meldt-dag",
            title="Meldt dag",
            intro="En eller flere kommuner har meldt, hvilken dag de vil beslutte eller svare. "
            "Prognosen og planen følger den dag.",
            plural="meldte dage",
            examples=('REF Lolland 22/5-2025 --source "mail fra Lolland"',),
            steps=Steps.ASKED,
        ),
    )
    kind: Literal["expectation"] = "expectation"
    party: Annotated[PartyName, _WHO]
    step: Annotated[StepName, _COUNCILS] = "councils"
    expected_on: Annotated[DueDay, Prompt(label="Hvilken dag er meldt?")]
    note: Annotated[Text, NOTE] = ""

    def contradiction(self, received_on: dt.date, today: dt.date) -> str:
        """A day that is over was no announcement."""
        gone = self.expected_on < today
        return say_passed(self.expected_on, "Registrér beslutningen i stedet.") if gone else ""

    @staticmethod
    def sentence(fact: facts.Expectation, names: Names) -> str:
        note = f": {fact.note}" if fact.note else ""
        return f"{name_of(fact.party, names)} har meldt {long_date(fact.expected_on)}{note}."


class NewExtension(Entry):
    """A party was granted more time."""

    value = facts.Extension
    noun = "udsættelse"
    latest_holds = True
    may_change_plan = True
    asks = (
        Ask(
            command="extension",
            slug="forlaengelse",
            title="Længere frist til kommuner",
            intro="En eller flere kommuner får længere frist; rykkerne følger den nye frist.",
            plural="forlængelser",
            examples=("REF Odsherred --until 15/9-2025",),
            steps=Steps.ASKED,
        ),
    )
    kind: Literal["extension"] = "extension"
    party: Annotated[PartyName, _WHO]
    step: Annotated[StepName, _COLLECTION]
    due_on: Annotated[DueDay, Prompt(label="Ny frist", option="--until")]
    granted_on: Annotated[
        PastDay, Prompt(label="Hvornår blev det aftalt?", option="--on", start=TODAY)
    ]
    reason: Annotated[Text, REASON] = ""

    @staticmethod
    def sentence(fact: facts.Extension, names: Names) -> str:
        reason = f": {fact.reason}" if fact.reason else ""
        return f"{name_of(fact.party, names)} fik frist til {long_date(fact.due_on)}{reason}."


class NewWaiver(Entry):
    """A party was excused."""

    value = facts.Waiver
    noun = "fritagelse"
    may_change_plan = True
    asks = (
        Ask(
            command="waiver",
            slug="fritagelse",
            title="Fritagelse",
            intro="En eller flere kommuner fritages for et trin og skylder ikke længere noget i "
            "det.",
            plural="fritagelser",
            examples=('REF Stevns --reason "svarer sammen med Faxe"',),
            steps=Steps.ASKED,
        ),
    )
    kind: Literal["waiver"] = "waiver"
    party: Annotated[PartyName, _WHO]
    step: Annotated[StepName, _COLLECTION]
    waived_on: Annotated[
        PastDay, Prompt(label="Hvornår blev det besluttet?", option="--on", start=TODAY)
    ]
    reason: Annotated[
        Reason,
        Prompt(
            label="Begrundelse",
            help="Fx «svarer sammen med Faxe».",
            option="--reason",
            is_long=True,
        ),
    ]

    @staticmethod
    def sentence(fact: facts.Waiver, names: Names) -> str:
        who, day = name_of(fact.party, names), long_date(fact.waived_on)
        return f"{who} blev fritaget {day}: {fact.reason}."


class NewChaseStop(Entry):
    """Reminders to a party are switched off or on again; pages that chase record it."""

    value = facts.ChaseStop
    noun = "påmindelser slået fra eller til"
    latest_holds = True
    kind: Literal["chase_stop"] = "chase_stop"
    step: StepName
    party: PartyName
    is_stopped: bool
    until: DueDay | None = None
    reason: Text = ""

    def contradiction(self, received_on: dt.date, today: dt.date) -> str:
        """Nothing is stopped until a day that is over."""
        if self.until is None or self.until >= today:
            return ""
        return say_passed(self.until, "Skriv en dag, der kommer, eller ingen.")

    @staticmethod
    def sentence(fact: facts.ChaseStop, names: Names) -> str:
        reason = f": {fact.reason}" if fact.reason else ""
        until = f" til og med {long_date(fact.until)}" if fact.until else ""
        name = name_of(fact.party, names)
        if not fact.is_stopped:
            return f"{name} rykkes igen{reason}."
        return f"{name} rykkes ikke{until}{reason}."


class NewDatedReminder(Entry):
    """Somebody is to be reminded on a fixed day: the secretariat, or parties that still owe."""

    value = facts.DatedReminder
    noun = "påmindelse på en fast dag"
    asks = (
        Ask(
            command="reminder",
            slug="paamindelse",
            about=ABOUT_CASE,
            title="Påmindelse på en fast dag",
            intro="Jer selv eller de kommuner, der mangler, bliver mindet om noget på en bestemt "
            "dag. Dagen flytter sig ikke, selv om planen gør.",
            examples=(
                'REF 3/3-2025 "Ring til Lolland om tallene"',
                'REF 3/3-2025 "Vi mødes på torsdag." --step collection',
            ),
            steps=Steps.CHASED,
            nobody="Os selv, sekretariatet",
        ),
    )
    kind: Literal["dated_reminder"] = "dated_reminder"
    remind_on: Annotated[DueDay, Prompt(label="Hvilken dag?")]
    step: Annotated[
        StepOrNone,
        Prompt(
            label="Hvem skal mindes om det?",
            help="Trinnet, hvis kommuner mangler; udelades det, er det sekretariatet selv.",
            option="--step",
        ),
    ] = ""
    party: Annotated[
        PartyOrNone,
        Prompt(
            label="Kun denne kommune i trinnet",
            option="--party",
            is_only_for_commands=True,
        ),
    ] = ""
    text: Annotated[
        Reason,
        Prompt(
            label="Hvad skal der stå?",
            help="Fx «Ring til Lolland om tallene». Til kommuner står teksten øverst i mailen.",
            is_long=True,
        ),
    ]

    @field_validator("step")
    @classmethod
    def _of_parties(cls, step: str) -> str:
        """The step whose parties are reminded; ``secretariat`` is another word for none."""
        return "" if step == "secretariat" else step

    def contradiction(self, received_on: dt.date, today: dt.date) -> str:
        """Nobody is reminded yesterday, nor of a step that is not named."""
        if self.party and not self.step:
            return "Vælg også, hvad parten skal mindes om: trinnet i sagen."
        gone = self.remind_on < today
        return say_passed(self.remind_on, "Skriv en dag, der kommer.") if gone else ""

    @property
    def at(self) -> None:
        """No obligation changes by it."""
        return

    @staticmethod
    def sentence(fact: facts.DatedReminder, names: Names) -> str:
        who = name_of(fact.party, names) if fact.party else "de kommuner, der mangler,"
        if not fact.step:
            who = "sekretariatet"
        return f"Den {long_date(fact.remind_on)} bliver {who} mindet om: {fact.text}"
