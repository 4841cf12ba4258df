"""Says each fact in one Danish sentence, for the log and the time line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.document import Change, DocumentKind
from models.submission import SubmissionKind
from udmelding.rules.case import facts
from udmelding.rules.case.glossary import label
from udmelding.rules.words.date_wording import long_date, long_period
from udmelding.rules.words.lists import enumerated

Names = Mapping[str, str]
"""What each party of the case is called, by its short name."""


def sentence(fact: facts.Recorded, names: Names) -> str:
    """One sentence on ``fact``, without a full stop at the end of a title.

    Raises:
        KeyError: the kind of fact has no sentence; a test walks them all.
    """
    return _SENTENCES[type(fact)](fact, names)


def when(fact: facts.Happened) -> str:
    """The day or period of a fact, in the source's words where they were vague."""
    if fact.is_one_day:
        return long_date(fact.happened_from)
    return fact.as_written or long_period(fact.happened_from, fact.happened_to)


def _name(party: str, names: Names) -> str:
    return names.get(party, party)


def _response(fact: facts.Response, names: Names) -> str:
    note = f" ({fact.note})" if fact.note else ""
    return f"{_name(fact.party, names)} svarede {when(fact)}: {label(fact.completeness)}{note}."


def _decision(fact: facts.Decision, names: Names) -> str:
    note = f" Bemærkning: {fact.note}" if fact.note else ""
    version = f" Afgjort på version {fact.report_version}." if fact.report_version else ""
    proof = "" if fact.is_proven else " Dokumentation er ikke set."
    who = _name(fact.party, names)
    return f"{who} ({label(fact.level)}) {when(fact)}: {label(fact.outcome)}.{version}{proof}{note}"


def _document(fact: facts.Document, names: Names) -> str:
    version = f", version {fact.version}" if fact.version else ""
    change = ""
    if fact.document_kind is DocumentKind.FINAL_REPORT and fact.version > 1:
        change = f" ({label(fact.change)})"
        if fact.change is Change.SUBSTANTIVE:
            change += ": skal besluttes igen"
    return f"Dokument: {fact.title} ({label(fact.document_kind)}{version}){change}."


def _submission(fact: facts.Submission, names: Names) -> str:
    if fact.submission_kind is SubmissionKind.RESERVATION_LIFTED:
        return f"Forbeholdet blev ophævet {when(fact)}."
    text = f"Afrapporteringen blev sendt {when(fact)}"
    if fact.submitted_by:
        text += f" af {fact.submitted_by}"
    if fact.reservation_for:
        missing = enumerated([_name(code, names) for code in fact.reservation_for])
        text += f" med forbehold for {missing}"
    return f"{text}."


def _obligation(fact: facts.Obligation, names: Names) -> str:
    moved = f" (før {long_date(fact.moved_from)})" if fact.moved_from else ""
    return (
        f"{_name(fact.party, names)} blev {long_date(fact.opened_on)} bedt om {fact.step} "
        f"senest {long_date(fact.due_on)}{moved}."
    )


def _extension(fact: facts.Extension, names: Names) -> str:
    reason = f": {fact.reason}" if fact.reason else ""
    return f"{_name(fact.party, names)} fik frist til {long_date(fact.due_on)}{reason}."


def _expectation(fact: facts.Expectation, names: Names) -> str:
    note = f": {fact.note}" if fact.note else ""
    return f"{_name(fact.party, names)} har meldt {long_date(fact.expected_on)}{note}."


def _waiver(fact: facts.Waiver, names: Names) -> str:
    return f"{_name(fact.party, names)} blev fritaget {long_date(fact.waived_on)}: {fact.reason}."


def _deadline(fact: facts.Deadline, names: Names) -> str:
    reason = f" ({fact.reason})" if fact.reason else ""
    return f"Fristen er {long_date(fact.due_on)}, kilde: {label(fact.origin)}{reason}."


def _question(fact: facts.Question, names: Names) -> str:
    text = f": {fact.text}" if fact.text else ""
    return (
        f"Supplerende spørgsmål {fact.number} modtaget {when(fact)}, svarfrist "
        f"{long_date(fact.due_on)}{text}."
    )


def _verdict(fact: facts.Verdict, names: Names) -> str:
    text = f" {fact.text}" if fact.text else ""
    return f"Styrelsens svar, {when(fact)}: {label(fact.verdict_outcome)}.{text}"


def _action(fact: facts.ActionItem, names: Names) -> str:
    owner = f", ansvarlig: {fact.owner}" if fact.owner else ""
    due = f", frist {long_date(fact.due_on)}" if fact.due_on else ""
    done = f", udført {long_date(fact.done_on)}" if fact.done_on else ""
    return f"Handling {fact.number}: {fact.title}{owner}{due}{done}."


def _pause(fact: facts.Pause, names: Names) -> str:
    reason = f": {fact.reason}" if fact.reason else ""
    return ("Sagen blev sat på pause" if fact.is_paused else "Sagen blev genoptaget") + f"{reason}."


def _chase_stop(fact: facts.ChaseStop, names: Names) -> str:
    reason = f": {fact.reason}" if fact.reason else ""
    until = f" til og med {long_date(fact.until)}" if fact.until else ""
    name = _name(fact.party, names)
    if not fact.is_stopped:
        return f"{name} rykkes igen{reason}."
    return f"{name} rykkes ikke{until}{reason}."


def _dated_reminder(fact: facts.DatedReminder, names: Names) -> str:
    who = _name(fact.party, names) if fact.party else "de kommuner, der mangler,"
    if not fact.step:
        who = "sekretariatet"
    return f"Den {long_date(fact.remind_on)} bliver {who} mindet om: {fact.text}"


def _particulars(fact: facts.Particulars, names: Names) -> str:
    basis = f" efter {fact.legal_basis}" if fact.legal_basis else ""
    return f"Sagen hedder «{fact.title}» ({label(fact.kind)}{basis})."


def _form_answer(fact: facts.FormAnswer, names: Names) -> str:
    by = f", udfyldt af {fact.filled_by}" if fact.filled_by else ""
    responsible = f", ansvarlig: {fact.responsible}" if fact.responsible else ""
    return (
        f"{_name(fact.party, names)} besvarede skemaet {when(fact)} ({label(fact.channel)}): "
        f"{label(fact.completeness)}{by}{responsible}."
    )


def _report_version(fact: facts.ReportVersion, names: Names) -> str:
    name = f"Endelig version {fact.number}" if fact.is_final else f"Udkast {fact.number}"
    change = f" ({label(fact.change)})" if fact.is_final and fact.number > 1 else ""
    reason = f": {fact.reason}" if fact.reason else ""
    return f"{name} af afrapporteringen blev dannet{change}{reason}."


def _comment_round(fact: facts.CommentRound, names: Names) -> str:
    if fact.is_closed:
        return f"Runde {fact.number} med bemærkninger til udkast {fact.version} er lukket."
    return (
        f"Udkast {fact.version} er sendt ud til bemærkninger (runde {fact.number}), svarfrist "
        f"{long_date(fact.due_on)}."
    )


def _text_block(fact: facts.TextBlock, names: Names) -> str:
    done = "fjernet" if fact.is_removed else "skrevet"
    return f"Et afsnit i afrapporteringens kapitel «{fact.chapter}» blev {done}."


def _redaction(fact: facts.Redaction, names: Names) -> str:
    what = f"Filen «{fact.file_name}»" if fact.file_name else "En tekst"
    places = "ét sted" if fact.places == 1 else f"{fact.places} steder"
    return f"{what} blev fjernet for altid fra {places} i sagen, fordi {fact.reason}."


_SENTENCES: Mapping[type[facts.Recorded], Callable[[Any, Names], str]] = {
    facts.Particulars: _particulars,
    facts.Deadline: _deadline,
    facts.Party: lambda fact, names: f"Part i sagen: {fact.name} ({label(fact.kind)}).",
    facts.Obligation: _obligation,
    facts.Response: _response,
    facts.Decision: _decision,
    facts.Waiver: _waiver,
    facts.Extension: _extension,
    facts.Expectation: _expectation,
    facts.ProcessPin: lambda fact, names: (
        f"Sagen følger nye regler{': ' + fact.reason if fact.reason else ''}."
    ),
    facts.Document: _document,
    facts.Submission: _submission,
    facts.Question: _question,
    facts.QuestionAnswer: lambda fact, names: (
        f"Supplerende spørgsmål {fact.number} blev besvaret {when(fact)}."
    ),
    facts.Verdict: _verdict,
    facts.Tally: lambda fact, names: (
        f"Optælling fra {fact.area}: {fact.approved} af {fact.total} har godkendt ({when(fact)})."
    ),
    facts.Milestone: lambda fact, names: f"{fact.title} ({when(fact)}).",
    facts.ActionItem: _action,
    facts.Pause: _pause,
    facts.QuestionSet: lambda fact, names: f"Spørgeskema: {fact.title}, version {fact.version}.",
    facts.FormAnswer: _form_answer,
    facts.TextBlock: _text_block,
    facts.ReportVersion: _report_version,
    facts.CommentRound: _comment_round,
    facts.Comment: lambda fact, names: (
        f"Bemærkning til udkastet fra {fact.author or 'ukendt'}"
        f"{f', kapitel «{fact.chapter}»' if fact.chapter else ''}."
    ),
    facts.CommentReply: lambda fact, names: f"Svar på en bemærkning: {label(fact.stance)}.",
    facts.ChaseStop: _chase_stop,
    facts.Redaction: _redaction,
    facts.DatedReminder: _dated_reminder,
    facts.Closure: lambda fact, names: (
        f"Sagen blev afsluttet {long_date(fact.closed_on)}"
        f"{': ' + fact.reason if fact.reason else ''}."
    ),
}
