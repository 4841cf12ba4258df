"""What passes between the secretariat, the agency and the other areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from models.obligation import DateSource
from models.submission import SubmissionKind
from models.verdict import VerdictOutcome
from udmelding.rules.case import facts
from udmelding.rules.case.country import OTHER_AREAS
from udmelding.rules.case.glossary import label
from udmelding.rules.recording.entry import (
    ABOUT_AGENCY,
    COUNCILS,
    Ask,
    Entry,
    Names,
    Prompt,
    name_of,
)
from udmelding.rules.recording.parties import NOTE, ON, REASON
from udmelding.rules.recording.written import DueDay, How, Name, PartyName, Text, When
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

_TEXT = Prompt(label="Hvad står der?", option="--text", is_long=True)
_NUMBER = Prompt(
    label="Hvilken række af spørgsmål?",
    help="1 for den første gang, styrelsen spørger, 2 for den anden.",
    option="--number",
    start="1",
)


_SENT_BY = Prompt(
    label="Hvem sendte den, hvis det ikke sker herfra?",
    help="Fx «styregruppens formandskab» eller «sekretariatet med egen mail». Så laves der ikke "
    "noget brev her. Lad feltet stå tomt, hvis brevet skal sendes herfra.",
    option="--submitted-by",
    metavar="NAVN",
)


def read_signers(said: Any) -> list[dict[str, str]]:
    """Who signs: a line for each, name, title and area with commas between; or as files say it.

    Raises:
        ValueError: in Danish: a line has more than three parts, or is far too long.
    """
    lines = said.splitlines() if isinstance(said, str) else list(said or ())
    found = [line if isinstance(line, dict) else _signer(line) for line in lines]
    made = [{name: str(one.get(name, "")).strip() for name in _SIGNER} for one in found]
    if any(set(one) - set(_SIGNER) for one in found):
        raise ValueError(f"en underskriver har {', '.join(_SIGNER)} og ikke andet")
    if any(len(text) > _LONGEST for one in made for text in one.values()):
        raise ValueError(f"skriv højst {_LONGEST} tegn om hver af underskriverens oplysninger")
    return [one for one in made if any(one.values())]


_SIGNER = ("name", "title", "area")
_LONGEST = 200


def _signer(line: str) -> dict[str, str]:
    parts = [part.strip() for part in str(line).split(",")]
    if len(parts) > len(_SIGNER):
        raise ValueError(f"skriv navn, titel og område med komma imellem: «{str(line)[:80]}»")
    return dict(zip(_SIGNER, parts, strict=False))


class NewDeadline(Entry):
    """The deadline, or a new one."""

    value = facts.Deadline
    noun = "frist"
    latest_holds = True
    may_change_plan = True
    moves_due_dates = True
    asks = (
        Ask(
            command="deadline",
            slug="frist",
            about=ABOUT_AGENCY,
            title="Ny frist for sagen",
            intro="Styrelsen har sat eller flyttet fristen. Beregnede frister følger med, aftalte "
            "står fast.",
            examples=('REF 30/6-2025 --reason "udsat efter aftale"',),
        ),
    )
    kind: Literal["deadline"] = "deadline"
    due_on: Annotated[DueDay, Prompt(label="Ny frist")]
    origin: Annotated[
        DateSource,
        Prompt(
            label="Hvor kommer datoen fra?",
            option="--origin",
            start=DateSource.LETTER.value,
            words=(DateSource.LETTER, DateSource.AGREED, DateSource.ANNOUNCED, DateSource.LAW),
        ),
    ] = DateSource.LETTER
    reason: Annotated[Text, REASON] = ""

    def contradiction(self, received_on: dt.date, today: dt.date) -> str:
        """A deadline lies after the receipt."""
        if self.due_on > received_on:
            return ""
        return (
            f"Fristen {self.due_on:%d.%m.%Y} ligger ikke efter modtagelsen {received_on:%d.%m.%Y}."
        )

    @staticmethod
    def sentence(fact: facts.Deadline, names: Names) -> str:
        reason = f" ({fact.reason})" if fact.reason else ""
        return f"Fristen er {long_date(fact.due_on)}, kilde: {label(fact.origin)}{reason}."


class NewSubmission(Entry):
    """The report, or the letter that lifts its reservation, was sent to the agency."""

    value = facts.Submission
    noun = "fremsendelse"
    asks = (
        Ask(
            command="submission",
            slug="afsendelse",
            about=ABOUT_AGENCY,
            title="Afrapporteringen er sendt",
            intro="Afrapporteringen er sendt til styrelsen. Siges der ikke andet, tages der "
            "forbehold for de kommuner, der endnu ikke har besluttet. Registreringen sender intet: "
            "skal brevet sendes herfra, ligger det som kladde under «Breve», til I frigiver det.",
            examples=("REF --on 28/5-2025",),
            parties=COUNCILS,
            fixed={"submission_kind": SubmissionKind.REPORT},
        ),
        Ask(
            command="reservation-lifted",
            slug="forbehold-bortfaldet",
            about=ABOUT_AGENCY,
            title="Forbeholdet er bortfaldet",
            intro="Alle i forbeholdet har besluttet, eller styrelsen har fået det at vide. Det "
            "supplerende brev ligger som kladde under «Breve», hvis det skal sendes herfra.",
            examples=("REF --on 27/6-2025",),
            fixed={"submission_kind": SubmissionKind.RESERVATION_LIFTED, "reservation_for": []},
        ),
    )
    kind: Literal["submission"] = "submission"
    on: Annotated[When, ON]
    submission_kind: SubmissionKind = SubmissionKind.REPORT
    reservation_for: Annotated[
        list[PartyName],
        Prompt(
            label="Forbehold for hvilke kommuner?",
            help="Sættes ingen kryds, er det dem, der endnu ikke har besluttet.",
            option="--reservation",
        ),
    ] = Field(default_factory=list)
    submitted_by: Annotated[Text, _SENT_BY] = ""
    signers: Annotated[
        list[Annotated[dict[str, str], How.LONG]],
        BeforeValidator(read_signers),
        Field(exclude_if=lambda signers: not signers),  # keys of facts are made of what is said
        Prompt(
            label="Hvem underskriver brevet?",
            help="Én på hver linje: navn, titel, område. Er feltet tomt, underskriver "
            "sekretariatet. Kendes navnet ikke, så begynd linjen med et komma.",
            option="--signer",
            metavar="NAVN",
        ),
    ] = Field(default_factory=list)
    note: Annotated[Text, NOTE] = ""

    @staticmethod
    def sentence(fact: facts.Submission, names: Names) -> str:
        if fact.submission_kind is SubmissionKind.RESERVATION_LIFTED:
            return f"Forbeholdet bortfaldt {fact.when}: alle kommuner i det har godkendt."
        what = names.get(SubmissionKind.REPORT.value, "afrapporteringen")
        text = f"{first_upper(what)} blev sendt {fact.when}"
        if fact.submitted_by:
            text += f" af {fact.submitted_by}"
        if fact.reservation_for:
            missing = join_names([name_of(code, names) for code in fact.reservation_for])
            text += f" med forbehold for {missing}"
        signers = "; ".join(signer.text for signer in fact.signers)
        return f"{text}. Underskrevet af {signers}." if signers else f"{text}."


class NewQuestion(Entry):
    """The agency asked supplementary questions."""

    value = facts.Question
    noun = "spørgsmål fra styrelsen"
    asks = (
        Ask(
            command="question",
            slug="spoergsmaal",
            about=ABOUT_AGENCY,
            title="Spørgsmål fra styrelsen",
            intro="Styrelsen har stillet supplerende spørgsmål.",
            examples=("REF --on 5/8-2025 --due 5/9-2025",),
        ),
    )
    kind: Literal["question"] = "question"
    on: Annotated[When, ON]
    due_on: Annotated[DueDay, Prompt(label="Styrelsens svarfrist", option="--due")]
    number: Annotated[int, Field(ge=1), _NUMBER] = 1
    text: Annotated[Text, _TEXT] = ""

    @staticmethod
    def sentence(fact: facts.Question, names: Names) -> str:
        text = f": {fact.text}" if fact.text else ""
        return (
            f"Supplerende spørgsmål {fact.number} modtaget {fact.when}, svarfrist "
            f"{long_date(fact.due_on)}{text}."
        )


class NewQuestionAnswer(Entry):
    """The secretariat answered them."""

    value = facts.QuestionAnswer
    noun = "svar til styrelsen"
    asks = (
        Ask(
            command="answer",
            slug="svar-til-styrelsen",
            about=ABOUT_AGENCY,
            title="Svar til styrelsen",
            intro="Sekretariatet har besvaret styrelsens supplerende spørgsmål. Registreringen "
            "sender intet: skal svaret sendes herfra, ligger brevet som kladde under «Breve».",
            examples=('REF --on "primo september 2025"',),
        ),
    )
    kind: Literal["question_answer"] = "question_answer"
    on: Annotated[When, ON]
    number: Annotated[int, Field(ge=1), _NUMBER] = 1
    answered_by: Annotated[Text, Field(exclude_if=lambda by: not by), _SENT_BY] = ""
    note: Annotated[Text, NOTE] = ""

    @staticmethod
    def sentence(fact: facts.QuestionAnswer, names: Names) -> str:
        by = f" af {fact.answered_by}" if fact.answered_by else ""
        return f"Supplerende spørgsmål {fact.number} blev besvaret {fact.when}{by}."


class NewVerdict(Entry):
    """The agency answered, or said when it will."""

    value = facts.Verdict
    noun = "styrelsens svar"
    asks = (
        Ask(
            command="verdict",
            slug="styrelsens-svar",
            about=ABOUT_AGENCY,
            title="Styrelsens svar",
            intro="Styrelsen har svaret på afrapporteringen eller sagt, hvornår den svarer.",
            examples=('REF --outcome "bakker op om forslaget" --on 21/8-2025',),
        ),
    )
    kind: Literal["verdict"] = "verdict"
    verdict_outcome: Annotated[
        VerdictOutcome, Prompt(label="Hvad svarede styrelsen?", option="--outcome")
    ]
    on: Annotated[
        When,
        Prompt(label="Hvornår svarede den, eller hvornår svarer den?", option="--on"),
    ]
    text: Annotated[Text, _TEXT] = ""

    @classmethod
    def looks_ahead(cls, said: Mapping[str, Any]) -> bool:
        """An answer that is expected is one to come."""
        return said.get("verdict_outcome") is VerdictOutcome.EXPECTED

    def contradiction(self, received_on: dt.date, today: dt.date) -> str:
        """It may lie ahead: the agency says when it will answer."""
        return ""

    @staticmethod
    def sentence(fact: facts.Verdict, names: Names) -> str:
        text = f" {fact.text}" if fact.text else ""
        return f"Styrelsens svar, {fact.when}: {label(fact.verdict_outcome)}.{text}"


class NewTally(Entry):
    """Another area's secretariat told a count; its command and page are written by hand."""

    value = facts.Tally
    noun = "optælling fra et andet område"
    kind: Literal["tally"] = "tally"
    on: Annotated[When, ON]
    area: Name
    approved: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=1)]

    @staticmethod
    def sentence(fact: facts.Tally, names: Names) -> str:
        counted = f"{fact.approved} af {fact.total} har godkendt"
        where = "de øvrige områder" if fact.area == OTHER_AREAS else name_of(fact.area, names)
        return f"Optælling fra {where}: {counted} ({fact.when})."
