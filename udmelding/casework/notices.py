"""What is the secretariat itself told when a stage begins, or something nears?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models import Stage
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import enumerated
from udmelding.rules.plan.plan_wording import missing_sentence
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date, weekday_date


def notice_text(case: Case, found: Status, topic: str) -> tuple[str, tuple[str, ...]]:
    """What the secretariat is told on a ``topic``: a headline, and the facts it needs now."""
    plan_line = (missing_sentence(found.plan),) if found.plan else ()
    if topic.startswith("question-"):
        number = int(topic.removeprefix("question-"))
        question = next(q for q in case.questions if q.number == number)
        return (
            "Styrelsen har stillet supplerende spørgsmål",
            (f"Svarfristen er {weekday_date(question.due_on)}.",),
        )
    if topic.startswith("missed-"):
        return _missed(case, found, topic)
    if topic.startswith("reminder-"):
        return _own_reminder(case, topic.removeprefix("reminder-"))
    if topic.startswith("escalation-"):
        return _escalation(case, topic)
    if topic == "reservation":
        missing = enumerated([party.name for party in found.councils.missing])
        return (
            "Fristen er nær, og der mangler beslutninger",
            (
                f"{found.councils.approved} af {found.councils.total} kommuner har godkendt.",
                f"Mangler: {missing}.",
                "Den kan sendes med forbehold for dem, der mangler.",
            ),
        )
    stage = Stage(topic)
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
            f"Trin: {step.title if step else step_id}. "
            f"De er over en frist, der var {long_date(due_on)}.",
            "De er skrevet, men sendes først, når en af jer har læst dem og sendt dem. "
            "I finder dem under «Rykkere».",
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
        lines.append(f"Planen regner nu med næste møde, {weekday_date(row.planned)}.")
    if found.plan is not None:
        lines.append(missing_sentence(found.plan))
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
            f"{step.title} mødes {weekday_date(step.planned)}; papirerne skal være inde "
            f"{long_date(step.papers_due_on)}."
            for step in upcoming
            if step.planned and step.papers_due_on
        )
    return ()
