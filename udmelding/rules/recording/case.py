"""What happens to the case itself: its front page, its documents, its rules, its end."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from models.announcement import AnnouncementKind, TargetGroup
from models.document import Change, DocumentKind
from models.meeting import MeetingState
from models.milestone import MilestoneKind
from udmelding.config.case.process import Process
from udmelding.rules.case import facts
from udmelding.rules.case.glossary import label
from udmelding.rules.recording.entry import ABOUT_CASE, TODAY, Ask, Entry, Names, Prompt
from udmelding.rules.recording.parties import NOTE, ON, REASON
from udmelding.rules.recording.written import Checksum, DueDay, Name, PastDay, Reason, Text, When
from udmelding.rules.words.date_wording import long_date


class NewParticulars(Entry):
    """The front page of a case, as a whole."""

    value = facts.Particulars
    noun = "sagens forside"
    latest_holds = True
    asks = (
        Ask(
            slug="forside",
            about=ABOUT_CASE,
            title="Sagens navn og forside",
            intro="Hvad sagen hedder, hvem der har den, og hvilken lov den hviler på. Mails, der "
            "er sendt, ændres ikke.",
        ),
    )
    kind: Literal["particulars"] = "particulars"
    title: Annotated[Name, Prompt(label="Sagens titel")]
    announcement_kind: AnnouncementKind = AnnouncementKind.FIRST
    legal_basis: Annotated[Text, Prompt(label="Lovgrundlag", help="Fx «§ 13 b, stk. 3».")] = ""
    renews: str | None = None
    journal_number: Annotated[str | None, Prompt(label="Journalnummer")] = None
    responsible: Annotated[Text, Prompt(label="Hvem har sagen hos jer?")] = ""
    target_group: TargetGroup | None = None
    letter_dated_on: Annotated[
        PastDay | None,
        Field(exclude_if=lambda day: day is None),
        Prompt(label="Brevets dato"),
    ] = None
    short_name: Annotated[
        Text,
        Field(max_length=60, exclude_if=lambda name: not name),
        Prompt(label="Kort navn", help="Bruges i lister, i mails og på møder. Højst 60 tegn."),
    ] = ""

    def columns(self) -> dict[str, Any]:
        """The columns; ``announcement_kind`` is called ``kind`` in the table."""
        row = super().columns()
        row["kind"] = row.pop("announcement_kind")
        return row

    @staticmethod
    def sentence(fact: facts.Particulars, names: Names) -> str:
        basis = f" efter {fact.legal_basis}" if fact.legal_basis else ""
        dated = (
            f" Brevet er dateret {long_date(fact.letter_dated_on)}." if fact.letter_dated_on else ""
        )
        called = f" og kaldes «{fact.short_name}»" if fact.short_name else ""
        return f"Sagen hedder «{fact.title}»{called} ({label(fact.kind)}{basis}).{dated}"


class NewDocument(Entry):
    """A document came in or was made; its command and its page take the file in."""

    value = facts.Document
    noun = "dokument"
    is_wide = True
    asks = (
        Ask(
            slug="dokument",
            about=ABOUT_CASE,
            title="Dokument eller fil",
            intro="Et bilag, en vejledning, et referat eller et andet dokument lægges i sagen. "
            "Filen gemmes, som den er, med en kontrolsum.",
        ),
    )
    kind: Literal["document"] = "document"
    document_kind: Annotated[DocumentKind, Prompt(label="Hvad er det?")]
    title: Annotated[Name, Prompt(label="Titel", help="Står feltet tomt, bruges filens navn.")]
    dated_on: Annotated[PastDay, Prompt(label="Dokumentets dato", start=TODAY)]
    version: Annotated[
        int,
        Field(ge=0),
        Prompt(
            label="Version",
            help="Kun for et udkast eller en endelig afrapportering: 1 for den første.",
        ),
    ] = 0
    change: Annotated[
        Change,
        Prompt(
            label="Hvad er ændret siden den forrige endelige version?",
            help="Kun for en endelig afrapportering. Ændres indholdet, skal der besluttes igen.",
            start=Change.SUBSTANTIVE.value,
        ),
    ] = Change.SUBSTANTIVE
    file_name: Text = ""
    media_type: Text = ""
    size: Annotated[int, Field(ge=0)] = 0
    sha256: Checksum = ""

    def contradiction(self, received_on: dt.date, today: dt.date) -> str:
        """Decisions are made on a version of the report, so a final one says which it is."""
        if self.document_kind is DocumentKind.FINAL_REPORT and self.version < 1:
            return "En endelig afrapportering skal have et versionsnummer; den første er version 1."
        return super().contradiction(received_on, today)

    @staticmethod
    def sentence(fact: facts.Document, names: Names) -> str:
        version = f", version {fact.version}" if fact.version else ""
        change = ""
        if fact.document_kind is DocumentKind.FINAL_REPORT and fact.version > 1:
            change = f" ({label(fact.change)})"
            if fact.change is Change.SUBSTANTIVE:
                change += ": skal besluttes igen"
        return f"Dokument: {fact.title} ({label(fact.document_kind)}{version}){change}."


class NewMilestone(Entry):
    """Something happened that belongs on the time line."""

    value = facts.Milestone
    noun = "notat på tidslinjen"
    asks = (
        Ask(
            command="milestone",
            slug="tidslinje",
            about=ABOUT_CASE,
            title="Notat på tidslinjen",
            intro="Noget er sket, som hører til på sagens tidslinje.",
            examples=(
                'REF "Overleveringsmøde med styrelsen" --on 26/5-2025 --kind overleveringsmøde',
            ),
        ),
    )
    kind: Literal["milestone"] = "milestone"
    title: Annotated[Name, Prompt(label="Hvad skete der?")]
    on: Annotated[When, ON]
    milestone_kind: Annotated[
        MilestoneKind,
        Prompt(label="Hvad er det?", option="--kind", start=MilestoneKind.NOTE.value),
    ] = MilestoneKind.NOTE

    @staticmethod
    def sentence(fact: facts.Milestone, names: Names) -> str:
        return f"{fact.title} ({fact.when})."


class NewBulletin(Entry):
    """The secretariat's line on the director's page."""

    value = facts.Bulletin
    noun = "linje til direktørerne"
    latest_holds = True
    asks = (
        Ask(
            command="bulletin",
            slug="fra-sekretariatet",
            about=ABOUT_CASE,
            title="Linje til direktørerne",
            intro="Det, I vil sige til direktørerne om sagen. Linjen står på deres side i en uge, "
            "med hvem og hvornår. Skriv ikke navne på borgere.",
            examples=('REF "Kan sagen komme på et ekstra møde i maj, så skriv til os."',),
        ),
    )
    kind: Literal["bulletin"] = "bulletin"
    text: Annotated[
        str,
        Field(max_length=400),
        Prompt(
            label="Hvad vil I sige?",
            help="Højst 400 tegn. Tom: linjen tages af siden.",
            is_long=True,
        ),
    ]

    @staticmethod
    def sentence(fact: facts.Bulletin, names: Names) -> str:
        said = fact.text.rstrip(".")
        return f"Til direktørerne: {said}." if said else "Linjen til direktørerne blev taget af."


class NewAction(Entry):
    """An action of the action plan."""

    value = facts.ActionItem
    noun = "punkt på handleplanen"
    asks = (
        Ask(
            command="action",
            slug="handling",
            about=ABOUT_CASE,
            title="Handling i handleplanen",
            intro="En handling i handle- og implementeringsplanen. Samme nummer igen siger, hvad "
            "der nu gælder for den.",
            examples=('REF 1 --title "Flere udslusninger" --due 1/6-2026',),
        ),
    )
    kind: Literal["action"] = "action"
    number: Annotated[int, Field(ge=1), Prompt(label="Handlingens nummer i planen")]
    title: Annotated[Name, Prompt(label="Hvad skal gøres?", option="--title")]
    owner: Annotated[Text, Prompt(label="Hvem har ansvaret?", option="--owner", metavar="NAVN")] = (
        ""
    )
    due_on: Annotated[DueDay | None, Prompt(label="Frist", option="--due")] = None
    done_on: Annotated[PastDay | None, Prompt(label="Hvornår blev det gjort?", option="--done")] = (
        None
    )

    @staticmethod
    def sentence(fact: facts.ActionItem, names: Names) -> str:
        owner = f", ansvarlig: {fact.owner}" if fact.owner else ""
        due = f", frist {long_date(fact.due_on)}" if fact.due_on else ""
        done = f", udført {long_date(fact.done_on)}" if fact.done_on else ""
        return f"Handling {fact.number}: {fact.title}{owner}{due}{done}."


class NewPause(Entry):
    """The case was paused, or taken up again."""

    value = facts.Pause
    noun = "pause"
    latest_holds = True
    is_wide = True
    asks = (
        Ask(
            command="pause",
            slug="pause",
            about=ABOUT_CASE,
            title="Pause",
            intro="Sagen sættes på pause, så ingen bliver skrevet til, eller tages op igen.",
            examples=('REF --reason "afventer styrelsen"',),
        ),
    )
    kind: Literal["pause"] = "pause"
    is_paused: Annotated[
        bool,
        Prompt(
            label="Hvad skal der ske?",
            option="--resume",
            start="true",
            words=(("true", "Sagen sættes på pause"), ("false", "Sagen tages op igen")),
            is_flag=False,
        ),
    ]
    reason: Annotated[Text, REASON] = ""

    @staticmethod
    def sentence(fact: facts.Pause, names: Names) -> str:
        reason = f": {fact.reason}" if fact.reason else ""
        done = "sat på pause" if fact.is_paused else "genoptaget"
        return f"Sagen blev {done}{reason}."


class NewClosure(Entry):
    """The case is closed."""

    value = facts.Closure
    noun = "lukning af sagen"
    is_wide = True
    asks = (
        Ask(
            command="close",
            slug="afslutning",
            about=ABOUT_CASE,
            title="Afslut sagen",
            intro="Sagen afsluttes; ingen skylder længere noget i den.",
            examples=('REF --reason "styrelsen har svaret"',),
        ),
    )
    kind: Literal["closure"] = "closure"
    closed_on: Annotated[
        PastDay, Prompt(label="Hvornår blev den afsluttet?", option="--on", start=TODAY)
    ]
    reason: Annotated[Text, REASON] = ""

    @staticmethod
    def sentence(fact: facts.Closure, names: Names) -> str:
        reason = f": {fact.reason}" if fact.reason else ""
        return f"Sagen blev afsluttet {long_date(fact.closed_on)}{reason}."


def _process(content: str) -> str:
    Process.model_validate_json(content)
    return content


ProcessText = Annotated[str, Field(max_length=200_000), AfterValidator(_process)]
"""A whole process as JSON."""


class NewProcess(Entry):
    """The case is moved to other rules.

    Attributes:
        content: the whole process as JSON, with the area's bodies in place.
    """

    value = facts.ProcessPin
    noun = "andre regler for sagen"
    latest_holds = True
    may_change_plan = True
    moves_due_dates = True
    is_wide = True
    kind: Literal["process"] = "process"
    content: ProcessText
    reason: Text = ""

    def columns(self) -> dict[str, Any]:
        """The columns; the content becomes a process version of its own."""
        row = super().columns()
        del row["content"]
        return row

    @staticmethod
    def sentence(fact: facts.ProcessPin, names: Names) -> str:
        return f"Sagen følger nye regler{': ' + fact.reason if fact.reason else ''}."


class NewAffirmation(Entry):
    """Something spoke against a fact, and it was recorded all the same (``recording.doubts``).

    Attributes:
        about: the fact in one sentence; ``fact`` is its key.
    """

    value = facts.Affirmation
    noun = "bekræftelse"
    kind: Literal["affirmation"] = "affirmation"
    fact: Name
    about: Text = ""
    against: Text
    reason: Reason

    @staticmethod
    def sentence(fact: facts.Affirmation, names: Names) -> str:
        return (
            f"Bekræftet: «{fact.about}» Det talte imod: {fact.against} Begrundelse: {fact.reason}"
        )


class NewMeeting(Entry):
    """A body's meeting; shared by all cases of its area."""

    value = facts.Meeting
    noun = "møde"
    kind: Literal["meeting"] = "meeting"
    area: Name
    body: Name
    held_on: DueDay
    papers_due_on: DueDay | None = None
    state: MeetingState = MeetingState.PLANNED
    note: Annotated[Text, NOTE] = ""
