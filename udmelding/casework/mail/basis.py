"""What is a mail's context made from? The case, its status, and the obligation that it is about.

Notices to the secretariat itself (a stage begins, something nears) are worded here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from models import ContactRole, Level, MailKind, Outcome, PartyKind, Stage
from udmelding.casework.case.documents import letters_with
from udmelding.casework.forms.question_sets import RESPONDENTS, Forms
from udmelding.config.settings import Settings
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Mail, Response
from udmelding.rules.case.letters_due import letters_due, receivers_named
from udmelding.rules.case.standing import Standing, is_council_step
from udmelding.rules.plan.case_plan import calendar_of
from udmelding.rules.plan.council_wording import DEFINITE
from udmelding.rules.plan.plan_wording import guessed
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date, weekday_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper


class OfParty(Protocol):
    """A fact about one party in one step."""

    @property
    def step(self) -> str:
        """The step's id."""
        ...

    @property
    def party(self) -> str:
        """The party's short name."""
        ...


T = TypeVar("T", bound=OfParty)


class Asked:
    """One mail that is asked for, and what is known for it; see ``mail_values.context_of``."""

    def __init__(
        self,
        settings: Settings,
        case: Case,
        found: Status,
        row: Standing | None,
        action: SendMail,
        today: dt.date,
        *,
        copied: tuple[ContactRole, ...],
    ) -> None:
        """Take in what is known; the arguments are those of ``context_of``."""
        self.copied = copied
        self.settings, self.case, self.found = settings, case, found
        self.row, self.action, self.today = row, action, today

    @property
    def due_on(self) -> dt.date:
        """The date that the mail speaks of."""
        return self.action.due_on or self.today

    @property
    def asked_on(self) -> dt.date:
        """The day the party was asked."""
        return self.row.opened_on if self.row and self.row.opened_on else self.today

    @property
    def council_name(self) -> str:
        """Who decides, in the definite form."""
        is_region = self.row and self.row.party.kind is PartyKind.REGIONAL_COUNCIL
        return "regionsrådet" if is_region else "kommunalbestyrelsen"

    @property
    def is_decision(self) -> bool:
        """Whether a decision is owed; else an answer."""
        return bool(self.row and is_council_step(self.row.step))

    @property
    def copied_to(self) -> str:
        """Who gets a copy, in the definite form; a region's chief executive has another title."""
        is_region = self.council_name == "regionsrådet"
        titles = {
            ContactRole.DIRECTOR: "direktøren",
            ContactRole.CHIEF_EXECUTIVE: "regionsdirektøren" if is_region else "kommunaldirektøren",
        }
        return join_names([title for role, title in titles.items() if role in self.copied])

    @property
    def submitted_on(self) -> dt.date:
        """When the report was sent, written as its source was vague of it."""
        sent = self.found.submission
        return self.today if sent is None else sent.day

    def business_days_to(self, day: dt.date) -> int:
        """Business days from today to ``day``; negative where it has passed."""
        return calendar_of(self.case).business_days_between(self.today, day)

    def earlier_reminders(self) -> tuple[dt.date, ...]:
        """Days on which this party was reminded before in this step."""
        ladder = {rung.id for rungs in self.case.process.ladders.values() for rung in rungs}
        sent = [m for m in self.case.mails if self._is_mine(m) and m.rung in ladder]
        return tuple(m.finished_at.date() for m in sent if m.finished_at is not None)

    def _is_mine(self, mail: Mail) -> bool:
        return (mail.step, mail.party) == (self.action.step_id, self.action.party)

    def of_party(self, facts: Iterable[T]) -> list[T]:
        """Those of the step and the party that the mail goes to, in the order of recording."""
        at = (self.action.step_id, self.action.party)
        return [fact for fact in facts if (fact.step, fact.party) == at]

    def answer(self) -> Response:
        """The very answer that is thanked for; its day is in the mail's rung."""
        day = self.action.rung.partition("@")[2]
        answers = self.of_party(self.case.responses)
        return next(r for r in reversed(answers) if r.happened_to.isoformat() == day)


def asking(case: Case, mail: MailKind, at: tuple[str, str], forms: Forms) -> dict[str, Any]:
    """How a party answers in a step, and what it reads first: the fields of ``contexts.Asking``.

    Args:
        case: what is known.
        mail: the kind of mail that says so.
        at: the step and the party.
        forms: the question sets that the case asks.
    """
    step, party = at
    letters = tuple(document.title for document in letters_with(case, mail, step))
    asked, whose = case.question_set(step), case.party(party)
    form = forms.get(asked.key) if asked is not None else None
    respondent = RESPONDENTS.get(whose.kind) if whose is not None else None
    if form is None or respondent is None:
        return {"letter_titles": letters}
    sections = form.sections_for(respondent)
    return {
        "letter_titles": letters,
        "form_title": form.title if sections else "",
        "form_questions": sum(len(section.questions) for section in sections),
        "form_sections": tuple(section.title for section in sections),
    }


_SO_FAR = {
    Outcome.POSTPONED: "udsatte sagen",
    Outcome.SENT_BACK: "sendte sagen tilbage",
    Outcome.APPROVED: "godkendte sagen",
    Outcome.APPROVED_WITH_REMARKS: "godkendte sagen med bemærkninger",
    Outcome.RECOMMENDED: "anbefalede sagen",
    Outcome.NOTED: "tog sagen til efterretning",
    Outcome.REJECTED: "afviste sagen",
}


def progress(asked: Asked) -> str:
    """What the party's own bodies have done so far, short of deciding."""
    row = asked.row
    if row is None or row.level is None or row.outcome is None or row.decided_on is None:
        return ""
    who = asked.council_name if row.level is Level.COUNCIL else DEFINITE[row.level]
    return f"{who} {_SO_FAR[row.outcome]} {long_date(row.decided_on)}"


def notice_text(case: Case, found: Status, topic: str) -> tuple[str, tuple[str, ...]]:
    """What the secretariat is told on a ``topic``: a headline, and the facts it needs now."""
    if topic.startswith("question-"):
        return _question(case, int(topic.removeprefix("question-")))
    if topic.startswith("missed-"):
        return _missed(case, found, topic)
    if topic.startswith("reminder-"):
        return _own_reminder(case, topic.removeprefix("reminder-"))
    if topic.startswith("escalation-"):
        return _escalation(case, topic)
    if topic.startswith("letter-"):
        return _letter(case, found, topic)
    if topic == "lifted":
        return _lifted_by_others(case, found)
    if topic == "reservation":
        return _reservation(case, found)
    return _stage(case, found, Stage(topic))


def _question(case: Case, number: int) -> tuple[str, tuple[str, ...]]:
    question = next(q for q in case.questions if q.number == number)
    told = f"Svarfristen er {weekday_date(question.due_on)}."
    return "Styrelsen har stillet supplerende spørgsmål", (told,)


def _reservation(case: Case, found: Status) -> tuple[str, tuple[str, ...]]:
    missing = join_names([party.name for party in found.councils.missing])
    return (
        "Fristen er nær, og der mangler beslutninger",
        (
            f"{found.councils.approved} af {found.councils.total} kommuner har godkendt.",
            f"Mangler: {missing}.",
            f"{first_upper(case.process.paper_title)} kan sendes med forbehold for de "
            "kommuner, der ikke har besluttet.",
        ),
    )


def _stage(case: Case, found: Status, stage: Stage) -> tuple[str, tuple[str, ...]]:
    """The case has come to its next stage."""
    plan_line = (verdict_on(found.plan).sentence,) if found.plan else ()
    if stage is Stage.SUBMISSION and not found.councils.total:
        return f"{first_upper(case.process.paper_title)} er klar til at blive sendt", plan_line
    return _STAGE_TEXT[stage], (*plan_line, *_stage_lines(found, stage))


def _own_reminder(case: Case, tail: str) -> tuple[str, tuple[str, ...]]:
    """What somebody at the secretariat has asked to be reminded of."""
    reminder = next(r for r in case.dated_reminders if r.tail == tail)
    asked = f"Påmindelsen er skrevet {long_date(reminder.recorded_at.date())}"
    by = f" af {reminder.recorded_by}" if reminder.recorded_by else ""
    return f"Husk: {reminder.text.rstrip('.')}", (f"{asked}{by}.",)


def _escalation(case: Case, topic: str) -> tuple[str, tuple[str, ...]]:
    """Reminders with copies to directors wait for somebody to send them."""
    said = topic.removeprefix("escalation-")
    due_on, step_id = dt.date.fromisoformat(said[:10]), said[11:].partition("~")[0]
    step = case.process.step(step_id)
    return (
        "Rykkere med kopi til direktionen venter på jer",
        (
            f"Trin: {step.title if step else step_id}. Fristen var {long_date(due_on)}.",
            "De er skrevet, men sendes først, når en af jer har læst dem og sendt dem. "
            "I finder dem under «Rykkere».",
        ),
    )


def _letter(case: Case, found: Status, topic: str) -> tuple[str, tuple[str, ...]]:
    """A letter to the outside is drafted, and waits for somebody to release it."""
    waits = [letter for letter in letters_due(case, found.as_of) if letter.topic == topic]
    to = join_names([letter.name for letter in waits] or [receivers_named(case)])
    return (
        f"Et brev til {to} venter på jer",
        (
            "Brevet er skrevet som kladde og sendes først, når en af jer har læst det og frigivet "
            "det. I finder det i sagen under «Breve».",
            "Er det sendt på en anden måde, så skriv det samme sted; så sendes det ikke herfra.",
        ),
    )


def _lifted_by_others(case: Case, found: Status) -> tuple[str, tuple[str, ...]]:
    """The supplementary letter is to be sent by whoever has sent the report."""
    sent = found.submission
    by = sent.submitted_by if sent else ""
    return (
        "Alle kommuner i forbeholdet har nu godkendt",
        (
            f"{first_upper(case.process.paper_title)} blev sendt af "
            f"{by}, så herfra sendes der ikke noget brev.",
            f"Bed afsenderen skrive til {receivers_named(case)}, at forbeholdet er bortfaldet. Det "
            "supplerende brev ligger i sagen under «Papirer».",
        ),
    )


def _missed(case: Case, found: Status, topic: str) -> tuple[str, tuple[str, ...]]:
    """A body met, and nobody has said what became of the case."""
    step_id, held = topic.removeprefix("missed-").rsplit("-", 3)[0], topic[-10:]
    step = case.process.step(step_id)
    title = step.title if step else step_id
    day = long_date(dt.date.fromisoformat(held))
    row = found.plan.step(step_id) if found.plan else None
    lines = [
        f"Efter planen skulle {title} have haft sagen {day}, men der er ikke registreret nogen "
        "beslutning.",
        "Er sagen behandlet, så registrér beslutningen. Er den udsat, så registrér det.",
    ]
    if row is not None and row.planned is not None and not row.is_done:
        lines.append(f"Planen regner nu med næste møde, {weekday_date(row.planned)}{guessed(row)}.")
    if found.plan is not None:
        lines.append(verdict_on(found.plan).sentence)
    return f"Blev sagen behandlet i {title}?", tuple(lines)


_STAGE_TEXT: Mapping[Stage, str] = {
    Stage.RECEIPT: "Sagen er registreret, og planen er lagt",
    Stage.DRAFTING: "Dataindsamlingen er slut, og udarbejdelsen kan begynde",
    Stage.DECISIONS: "Den endelige version er klar til behandling",
    Stage.COUNCILS: "Sagen er sendt til politisk behandling i kommunerne",
    Stage.SUBMISSION: "Alle kommuner har besluttet, og sagen er klar til at blive sendt",
}


def _stage_lines(found: Status, stage: Stage) -> tuple[str, ...]:
    if stage is Stage.DRAFTING:
        step = next((s for s in found.steps if s.step_id == "collection"), None)
        if step is not None:
            waived = f", {step.waived} er fritaget" if step.waived else ""
            return (f"{step.fulfilled} af {step.total} kommuner har svaret{waived}.",)
    upcoming = [
        step
        for step in (found.plan.steps if found.plan else ())
        if not step.is_done and step.papers_due_on is not None and step.planned is not None
    ]
    if stage in (Stage.RECEIPT, Stage.DRAFTING, Stage.DECISIONS) and upcoming:
        return tuple(
            f"{step.title} mødes {weekday_date(step.planned)}{guessed(step)}; papirerne skal være "
            f"inde {long_date(step.papers_due_on)}."
            for step in upcoming
            if step.planned and step.papers_due_on
        )
    return ()
