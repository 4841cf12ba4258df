"""What is everything called in Danish? The one table of words that people read.

Code names are English, people read Danish, and the two meet only here. Every member of every
vocabulary has a label (a test walks them all); ``docs/glossary.md`` is made from this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from models.access import Role
from models.announcement import AnnouncementKind, Scope, TargetGroup
from models.calendar_address import CalendarNewsKind
from models.contact import ContactRole
from models.decision import Level, Outcome
from models.delivery_report import DeliveryReportKind
from models.document import Change, DocumentKind
from models.incoming import IncomingKind, IncomingState, MatchedBy, Meaning
from models.meeting import MeetingState
from models.milestone import MilestoneKind
from models.obligation import DateSource
from models.outbox import MailKind, OutboxState
from models.party import PartyKind
from models.process import Stage
from models.question_set import Channel
from models.report import FigureWay, Stance
from models.response import Completeness
from models.submission import SubmissionKind
from models.verdict import VerdictOutcome
from models.webhook import DeliveryState
from models.work import WorkState
from udmelding.config.case.process import BodyKind
from udmelding.errors import RefusedError
from udmelding.rules.case.actions import Withheld
from udmelding.rules.case.council import Basis, CouncilState
from udmelding.rules.case.mail_state import MailState
from udmelding.rules.case.standing import State

# By vocabulary first: words of two vocabularies can have the same value.
LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    AnnouncementKind: {
        AnnouncementKind.FIRST: "central udmelding",
        AnnouncementKind.RENEWED: "fornyet behandling",
        AnnouncementKind.TEMPORARY_ORDER: "midlertidigt driftspålæg",
        AnnouncementKind.ORDER: "pålæg",
        AnnouncementKind.FRAMEWORK_AGREEMENT: "rammeaftale",
        AnnouncementKind.QUESTIONNAIRE: "spørgeskemarunde",
    },
    Role: {
        Role.READER: "læser",
        Role.CASEWORKER: "sagsbehandler",
        Role.ADMINISTRATOR: "administrator",
    },
    TargetGroup: {
        TargetGroup.ADULTS: "voksne",
        TargetGroup.CHILDREN: "børn og unge",
        TargetGroup.BOTH: "begge",
    },
    Scope: {
        Scope.REGIONAL: "ét område",
        Scope.NATIONAL: "hele landet",
    },
    ContactRole: {
        ContactRole.COORDINATOR: "koordinator",
        ContactRole.DIRECTOR: "direktør",
        ContactRole.CHIEF_EXECUTIVE: "kommunaldirektør",
        ContactRole.MAILBOX: "fællespostkasse",
    },
    Level: {
        Level.BODY: "styrende organ",
        Level.ADMINISTRATION: "forvaltningen",
        Level.COMMITTEE: "fagudvalg",
        Level.FINANCE_COMMITTEE: "økonomiudvalg",
        Level.COUNCIL: "kommunalbestyrelse",
    },
    Outcome: {
        Outcome.APPROVED: "godkendt",
        Outcome.APPROVED_WITH_REMARKS: "godkendt med bemærkninger",
        Outcome.RECOMMENDED: "anbefalet",
        Outcome.NOTED: "taget til efterretning",
        Outcome.POSTPONED: "udsat",
        Outcome.SENT_BACK: "sendt tilbage",
        Outcome.REJECTED: "afvist",
    },
    Change: {
        Change.EDITORIAL: "redaktionel ændring",
        Change.SUBSTANTIVE: "indholdsmæssig ændring",
    },
    DocumentKind: {
        DocumentKind.LETTER: "udmeldingsbrev",
        DocumentKind.GUIDANCE: "vejledning",
        DocumentKind.QUESTIONS: "spørgsmål",
        DocumentKind.DRAFT: "udkast",
        DocumentKind.FINAL_REPORT: "endelig afrapportering",
        DocumentKind.MINUTES: "referat",
        DocumentKind.COVER_LETTER: "følgebrev",
        DocumentKind.OTHER: "andet dokument",
    },
    MeetingState: {
        MeetingState.PLANNED: "planlagt",
        MeetingState.HELD: "afholdt",
        MeetingState.CANCELLED: "aflyst",
    },
    MilestoneKind: {
        MilestoneKind.MEETING: "møde",
        MilestoneKind.HANDOVER_MEETING: "overleveringsmøde",
        MilestoneKind.STATUS_CASE: "statussag",
        MilestoneKind.NOTE: "notat",
    },
    DateSource: {
        DateSource.LAW: "lov",
        DateSource.LETTER: "brev",
        DateSource.CALENDAR: "mødekalender",
        DateSource.AGREED: "aftalt",
        DateSource.ANNOUNCED: "meldt",
        DateSource.RECORDED: "registreret",
        DateSource.COMPUTED: "beregnet",
        DateSource.ASSUMED: "antaget",
    },
    MailKind: {
        MailKind.INVITATION: "invitation til dataindsamling",
        MailKind.REMINDER_BEFORE: "påmindelse før svarfrist",
        MailKind.REMINDER_OVERDUE: "rykker efter svarfrist",
        MailKind.REMINDER_ESCALATED: "rykker med kopi til kommunaldirektøren",
        MailKind.THANKS: "tak for svar",
        MailKind.ANSWER_RETURNED: "svar sendt tilbage",
        MailKind.EXTENSION_GRANTED: "besked om udsættelse",
        MailKind.ANNOUNCED_BEFORE: "påmindelse før meldt dag",
        MailKind.ANNOUNCED_PASSED: "opfølgning efter meldt dag",
        MailKind.DATED_REMINDER: "påmindelse på en fast dag",
        MailKind.COMMENT_INVITATION: "udkast til bemærkninger",
        MailKind.COMMENT_REMINDER: "påmindelse om bemærkninger",
        MailKind.COUNCIL_INVITATION: "invitation til politisk behandling",
        MailKind.COUNCIL_REMINDER_BEFORE: "påmindelse om politisk behandling",
        MailKind.COUNCIL_REMINDER_OVERDUE: "rykker for politisk behandling",
        MailKind.COUNCIL_REMINDER_ESCALATED: (
            "rykker for politisk behandling med kopi til kommunaldirektøren"
        ),
        MailKind.DUE_DATE_MOVED: "besked om ny frist",
        MailKind.DIGEST: "samlet påmindelse",
        MailKind.INVITATION_DIGEST: "samlet invitation",
        MailKind.NOTICE: "besked til sekretariatet",
        MailKind.SUBMISSION: "følgebrev",
        MailKind.RESERVATION_LIFTED: "ophævelse af forbehold",
        MailKind.QUESTION_ANSWER: "svar på styrelsens spørgsmål",
        MailKind.CORRECTION: "rettelse til en mail",
        MailKind.HANDOVER: "overdragelse til en ny kontakt",
        MailKind.WEEKLY: "direktørens side",
    },
    DeliveryState: {
        DeliveryState.PENDING: "venter",
        DeliveryState.CLAIMED: "er ved at blive sendt",
        DeliveryState.DELIVERED: "modtaget",
        DeliveryState.GIVEN_UP: "opgivet",
    },
    OutboxState: {
        OutboxState.PENDING: "venter",
        OutboxState.CLAIMED: "er ved at blive sendt",
        OutboxState.HANDING_OVER: "afleveres til mailserveren",
        OutboxState.SENT: "sendt",
        OutboxState.WITHDRAWN: "trukket tilbage",
        OutboxState.FAILED: "afvist",
        OutboxState.HELD: "tilbageholdt til afklaring",
        OutboxState.MERGED: "sendes samlet i én mail",
        OutboxState.ELSEWHERE: "sendt uden for systemet",
    },
    MailState: {
        MailState.WRITTEN: "skrevet",
        MailState.AS_FILE: "skrevet som fil, ikke sendt",
        MailState.HANDED_OVER: "afleveret til jeres mailserver",
        MailState.DELIVERED: "leveret",
        MailState.REJECTED: "afvist",
        MailState.OPENED: "åbnet via link",
        MailState.ANSWERED: "besvaret",
        MailState.UNTOLD: "sendt eller skrevet som fil",
        MailState.HELD: "tilbageholdt til afklaring",
        MailState.WITHDRAWN: "trukket tilbage",
        MailState.TOGETHER: "sendes samlet i én mail",
        MailState.ELSEWHERE: "sendt uden for systemet",
    },
    PartyKind: {
        PartyKind.MUNICIPALITY: "kommune",
        PartyKind.BODY: "styrende organ",
        PartyKind.REGIONAL_COUNCIL: "regionsråd",
        PartyKind.AGENCY: "styrelse",
        PartyKind.SECRETARIAT: "sekretariat",
        PartyKind.PROVIDER: "tilbud",
        PartyKind.REGION: "region",
    },
    Stage: {
        Stage.RECEIPT: "modtagelse",
        Stage.COLLECTION: "dataindsamling",
        Stage.DRAFTING: "udarbejdelse",
        Stage.DECISIONS: "administrativ behandling",
        Stage.COUNCILS: "politisk behandling",
        Stage.SUBMISSION: "fremsendelse",
        Stage.FOLLOW_UP: "opfølgning",
        Stage.CLOSED: "afsluttet",
    },
    Channel: {
        Channel.LINK: "på siden",
        Channel.WORKBOOK: "i Excel",
        Channel.SECRETARIAT: "indtastet af sekretariatet",
    },
    FigureWay: {
        FigureWay.ROWS: "kommuner og summer",
        FigureWay.NO_ZERO: "kommuner og summer, men aldrig 0",
        FigureWay.TOTALS: "kun summer",
    },
    Stance: {
        Stance.TAKEN_IN: "taget til følge",
        Stance.TAKEN_IN_PART: "delvist taget til følge",
        Stance.NOT_TAKEN_IN: "ikke taget til følge",
        Stance.NOTED: "taget til efterretning",
    },
    Completeness: {
        Completeness.COMPLETE: "besvaret",
        Completeness.PARTIAL: "delvist besvaret",
        Completeness.NO_CITIZENS: "ingen borgere i målgruppen",
        Completeness.RETURNED: "sendt tilbage",
    },
    SubmissionKind: {
        SubmissionKind.REPORT: "afrapportering",
        SubmissionKind.RESERVATION_LIFTED: "ophævelse af forbehold",
    },
    VerdictOutcome: {
        VerdictOutcome.EXPECTED: "afventes",
        VerdictOutcome.SUPPORTED: "bakker op om forslaget",
        VerdictOutcome.RENEWED_TREATMENT: "anmoder om fornyet behandling",
        VerdictOutcome.TEMPORARY_ORDER: "midlertidigt driftspålæg",
        VerdictOutcome.ORDER: "pålæg",
    },
    State: {
        State.NOT_ASKED: "ikke spurgt endnu",
        State.OPEN: "afventer",
        State.OVERDUE: "over fristen",
        State.FULFILLED: "opfyldt",
        State.WAIVED: "fritaget",
    },
    Withheld: {
        Withheld.PAUSED: "sagen er sat på pause",
        Withheld.NO_ADDRESS: "der mangler en mailadresse",
        Withheld.ANSWERED_MEANWHILE: "modtageren har svaret i mellemtiden",
        Withheld.DATE_MOVED: "fristen er flyttet i mellemtiden",
        Withheld.STOPPED: "påmindelser er slået fra",
        Withheld.ON_HOLD: "sat på hold af sekretariatet",
        Withheld.REGROUPED: "samlet på ny, fordi noget er besvaret",
        Withheld.AWAITS_RELEASE: "venter på, at sekretariatet frigiver den",
        Withheld.RECENT_ANSWER: "der er svaret for nylig",
        Withheld.REPLY_WAITS: "et svar på mail venter på sekretariatet",
        Withheld.ANNOUNCED: "kommunen har meldt en dag",
        Withheld.ABSENT: "modtageren er fraværende",
        Withheld.ADDRESS_FAILS: "mails til adressen kommer retur",
    },
    IncomingKind: {
        IncomingKind.REPLY: "svar",
        IncomingKind.BOUNCE: "kom retur",
        IncomingKind.DELAY: "forsinket",
        IncomingKind.RECEIPT: "leveret",
        IncomingKind.ABSENCE: "fravær",
        IncomingKind.AUTOMATIC: "automatisk besked",
        IncomingKind.OWN: "vores eget brev",
    },
    IncomingState: {
        IncomingState.WAITING: "venter",
        IncomingState.HANDLED: "behandlet",
        IncomingState.FILED: "lagt på sagen",
    },
    Meaning: {
        Meaning.ANSWER: "svar på det, vi spurgte om",
        Meaning.PARTIAL_ANSWER: "en del af svaret",
        Meaning.NO_CITIZENS: "ingen borgere i målgruppen",
        Meaning.DECISION: "beslutning",
        Meaning.ANNOUNCED_DAY: "melder en dag",
        Meaning.EXTENSION_WANTED: "beder om udsættelse",
        Meaning.QUESTION: "spørgsmål til os",
        Meaning.NEW_CONTACT: "ny kontaktperson",
        Meaning.NOTHING: "intet at registrere",
    },
    MatchedBy: {
        MatchedBy.THREAD: "svar på vores mail",
        MatchedBy.SUBJECT: "sagens reference i emnet",
        MatchedBy.SENDER: "afsenderens adresse",
        MatchedBy.PERSON: "valgt af sekretariatet",
        MatchedBy.NOBODY: "ikke fundet",
    },
    DeliveryReportKind: {
        DeliveryReportKind.FAILED: "kom retur",
        DeliveryReportKind.FAILED_FOR_NOW: "kunne ikke leveres lige nu",
        DeliveryReportKind.SENDER_REFUSED: "vi blev afvist",
        DeliveryReportKind.UNCLEAR: "sendt retur, læs selv",
        DeliveryReportKind.DELAYED: "forsinket",
        DeliveryReportKind.DELIVERED: "leveret",
        DeliveryReportKind.RELAYED: "sendt videre uden kvittering",
        DeliveryReportKind.ABSENT: "fraværende",
    },
    CouncilState: {
        CouncilState.DECIDED: "har besluttet",
        CouncilState.IN_TIME: "kan nå fristen",
        CouncilState.LATE: "efter fristen",
        CouncilState.UNKNOWN: "ukendt",
    },
    Basis: {
        Basis.DECIDED: "beslutning",
        Basis.WAIVED: "fritaget",
        Basis.ANNOUNCED: "meldt af kommunen",
        Basis.AGREED: "aftalt udsættelse",
        Basis.CALENDAR: "kommunens mødekalender",
        Basis.ASSUMED: "antaget mødekalender",
        Basis.UNKNOWN: "intet kendt",
    },
    WorkState: {
        WorkState.RUNNING: "i gang",
        WorkState.DONE: "færdig",
        WorkState.FAILED: "gik galt",
        WorkState.STOPPED: "stoppet",
    },
    CalendarNewsKind: {
        CalendarNewsKind.CHANGE: "ændret i kalenderen",
        CalendarNewsKind.GONE: "forsvundet fra kalenderen",
        CalendarNewsKind.TROUBLE: "kalenderen kan ikke læses",
    },
    BodyKind: {
        BodyKind.STEERING_GROUP: "styregruppe",
        BodyKind.DIRECTORS: "socialdirektørkreds",
        BodyKind.CHIEF_EXECUTIVES: "kommunaldirektørkreds",
        BodyKind.KKR: "kommunekontaktråd",
        BodyKind.COORDINATION_FORUM: "koordinationsforum",
    },
}

SYMBOLS: Mapping[State, str] = {
    State.NOT_ASKED: "·",
    State.OPEN: "○",
    State.OVERDUE: "!",
    State.FULFILLED: "✓",
    State.WAIVED: "–",
}
"""A sign for each state, so that nothing depends on colour."""


Word = TypeVar("Word", bound=StrEnum)


def label(word: StrEnum) -> str:
    """The Danish word for a member of a vocabulary."""
    return LABELS[type(word)][word]


def member(vocabulary: type[Word], text: str) -> Word:
    """The member that ``text`` names, by its Danish label or its English value.

    Raises:
        RefusedError: neither; lists the Danish labels.
    """
    wanted = text.strip().casefold()
    for word in vocabulary:
        if wanted in (word.value, word.value.replace("_", " "), label(word).casefold()):
            return word
    known = ", ".join(label(word) for word in vocabulary)
    raise RefusedError(f"«{text}» kan ikke bruges her. Skriv et af: {known}.")
