"""Takes answers to a question set in: by link, by workbook, or typed by the secretariat.

An answer is one fact, and the response that ends the reminders is recorded with it. A correction of
the answer it began from takes its place; an answer that began from something else stands beside it
until a person chooses. Nothing is taken in by halves. What respondents type before they send it is
kept as an answer draft. The secretariat chooses among several answers, or sends one back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Channel, Completeness, PartyKind
from udmelding.casework.forms.seen import AnswerSeen, answer_seen, asked_of
from udmelding.casework.wiring import Services
from udmelding.config.forms.questions import Kind
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.forms.answer_drafts import drop_answer_draft
from udmelding.journal.recording.record import after_latest, record, retract
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.files.cpr import Grade, find_cpr, parts_shown, shown_in_part, surest
from udmelding.rules.files.cpr_wording import found_sentence
from udmelding.rules.forms.answer_paths import spots
from udmelding.rules.forms.answers import (
    FILLED_BY,
    NO_CITIZENS,
    NOTE,
    RESPONSIBLE,
    Problem,
    Read,
    Trouble,
)
from udmelding.rules.recording.parties import NewResponse
from udmelding.rules.recording.report import NewFormAnswer
from udmelding.rules.recording.written import Period
from udmelding.rules.words.lists import join_names


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer:
    """What somebody sends.

    Attributes:
        typed: text by path, with who filled it in (``rules.forms.answers.ABOUT``).
        base: key of the answer it began from; None takes its place whatever stands.
        is_partial: more will follow, so that missing answers are no hindrance.
        confirmed: what was said to what is unusual; without it, unusual numbers are asked about.
        source: which way it came, where that is more than the channel: through which link.
    """

    step: str
    party: str
    typed: Mapping[str, str]
    channel: Channel
    base: str | None = ""
    is_partial: bool = False
    confirmed: str = ""
    file_name: str = ""
    sha256: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer that was taken in; ``beside`` are answers that stand against it."""

    key: str
    completeness: Completeness
    is_new: bool
    beside: tuple[str, ...]


_BESIDE: Mapping[str, str] = {FILLED_BY: "Udfyldt af", RESPONSIBLE: "Ansvarlig"}
"""What the fields beside the questions are called."""


class NotAnsweredError(RefusedError):
    """The answer cannot be taken in as it is.

    Attributes:
        problems: what is wrong, by path.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems, and tell how many there are."""
        count = len(problems)
        noun = "ét sted" if count == 1 else f"{count} steder"
        super().__init__(f"Svaret er ikke sendt. Se på {noun} i skemaet.")
        self.problems = tuple(problems)


def take_in_answer(services: Services, reference: str, sent: SentAnswer, stamp: Stamp) -> Taken:
    """Record one respondent's answer, all of it or nothing.

    Args:
        services: the database.
        reference: the case.
        sent: what was said.
        stamp: who and when.

    Raises:
        NotAnsweredError: something is wrong, missing or must be confirmed.
        RefusedError: the case asks nothing, is closed, or the party is not asked.
    """
    with writing(services.engine) as session:
        return take_in_within(session, reference, sent, stamp)


def take_in_within(session: Session, reference: str, sent: SentAnswer, stamp: Stamp) -> Taken:
    """``take_in_answer`` in a transaction that the caller owns."""
    header = find(session, reference)
    seen = seen_for_answer(session, header, sent.party, stamp.now)
    today = stamp.now.date()
    read = seen.read(today, sent.typed)
    is_none = sent.typed.get(NO_CITIZENS, "").strip().casefold() == "ja"
    problems = judge(seen, read, sent, stamp, is_none=is_none)
    if problems:
        raise NotAnsweredError(problems)
    completeness = _completeness(read, sent, is_none=is_none)
    entry = NewFormAnswer(
        step=seen.asked.step,
        party=sent.party,
        on=Period(today, today),
        question_set=seen.asked.key,
        channel=sent.channel,
        completeness=completeness,
        content={} if is_none else dict(read.content),
        filled_by=_about(sent, FILLED_BY),
        responsible=_about(sent, RESPONSIBLE),
        note=sent.typed.get(NOTE, "").strip()[:2000],
        confirmed=sent.confirmed.strip()[:2000],
        file_name=sent.file_name,
        sha256=sent.sha256,
        source=sent.source,
        corrects=_replaces(seen, sent),
        is_made_up=header.is_made_up,
    )
    said = record(session, header, entry, stamp)
    if said.is_new:
        _respond(session, header, seen, entry, stamp)
        drop_answer_draft(session, header.id, seen.asked.step, sent.party)
    others = {answer.key for answer in seen.standing} - {entry.corrects, said.key}
    return Taken(said.key, completeness, said.is_new, tuple(sorted(others)))


def seen_for_answer(session: Session, header: Header, party: str, now: dt.datetime) -> AnswerSeen:
    """The respondent's question set, ready to be answered.

    Raises:
        NotFoundError: the party is not in the case.
        RefusedError: the case asks nothing or is closed, or the party is not asked.
    """
    case = load(session, header.reference, now)
    if case.is_closed:
        raise RefusedError("Sagen er afsluttet. Der kan ikke svares mere.")
    asked, found = asked_of(session, case), case.party(party)
    if asked is None:
        raise RefusedError("Sagen har ikke et spørgeskema at svare på.")
    if found is None:
        raise NotFoundError("part i sagen", party)
    seen = answer_seen(session, case, found, asked)
    if seen is None:
        raise RefusedError(f"{found.name} er ikke spurgt i sagen.")
    return seen


def judge(
    seen: AnswerSeen, read: Read, sent: SentAnswer, stamp: Stamp, *, is_none: bool
) -> list[Problem]:
    """What keeps the answer from being taken in."""
    problems = [*_about_sender(sent), *cpr_problems(seen, sent, stamp)]
    if is_none:
        if not seen.asked.form.no_citizens:
            text = "Det kan ikke svares til dette skema."
            problems.append(Problem(NO_CITIZENS, "Ingen borgere", Trouble.WRONG, text))
        if read.content:
            text = "I har svaret både, at der ingen borgere er, og på spørgsmål. Vælg ét af dem."
            problems.append(Problem(NO_CITIZENS, "Ingen borgere", Trouble.DISAGREES, text))
        return problems
    wanted = [Trouble.WRONG, Trouble.DISAGREES]
    if not sent.is_partial:
        wanted.append(Trouble.MISSING)
    if not sent.confirmed.strip():
        wanted.append(Trouble.UNUSUAL)
    problems += read.of(*wanted)
    if not read.content and not problems:
        problems.append(Problem("", "Skemaet", Trouble.MISSING, "Der er ikke svaret på noget."))
    return problems


def _about_sender(sent: SentAnswer) -> list[Problem]:
    """One coordinated answer has a person who filled it in and one who answers for it."""
    told = {
        FILLED_BY: "Skriv navn og stilling på den, der har udfyldt svaret.",
        RESPONSIBLE: "Skriv navn og stilling på den ansvarlige.",
    }
    return [
        Problem(path, _BESIDE[path], Trouble.MISSING, text)
        for path, text in told.items()
        if not _about(sent, path)
    ]


def cpr_problems(seen: AnswerSeen, sent: SentAnswer, stamp: Stamp) -> list[Problem]:
    """Answers that hold what is, or looks like, a CPR number; it is repeated only in part."""
    labels = {s.path: s for s in spots(seen.asked.form, seen.respondent, sent.typed)}
    found: list[Problem] = []
    for path, text in (*sent.typed.items(), ("@confirmed", sent.confirmed)):
        spot = labels.get(path)
        kind = spot.measured.kind if spot is not None else None
        grade = surest(hit.grade for hit in find_cpr(text, stamp.now.date()))
        parts = parts_shown(text, stamp.now.date())
        if (grade is None and not parts) or kind is Kind.FILE:
            continue
        if not parts and (stamp.has_looked or kind is Kind.DATE):
            continue
        label = spot.label if spot else _BESIDE.get(path, "Bemærkning")
        if parts:
            found.append(Problem(path, label, Trouble.WRONG, _refusal(grade, parts)))
        else:
            told = found_sentence([(f"feltet «{label}»", grade or Grade.POSSIBLE)])
            more = "Er det ikke et cpr-nummer, så sæt kryds nederst."
            found.append(Problem(path, label, Trouble.UNUSUAL, f"{told} {more}"))
    return found


def _refusal(grade: Grade | None, parts: Sequence[str]) -> str:
    """Why a text is not kept, where in it that stands, and what to do."""
    what = "et cpr-nummer" if grade is Grade.CERTAIN else "noget, der ligner et cpr-nummer"
    it = "det" if len(parts) == 1 else "dem"
    named = join_names([f"«{part}»" for part in parts])
    return f"Teksten har {what}: {named}. Fjern {it}, så gemmes teksten. Den er ikke gemt endnu."


def left_out(seen: AnswerSeen, typed: Mapping[str, str], now: dt.datetime) -> list[Problem]:
    """What an answer draft was kept without, to be told: nobody must believe that it is saved."""
    sent = SentAnswer(step="", party="", typed=typed, channel=Channel.LINK)
    return cpr_problems(seen, sent, Stamp(now, "", has_looked=True))


def shown_back(typed: Mapping[str, str], today: dt.date) -> dict[str, str]:
    """What the page shows again: all that was typed, each CPR number only in part."""
    return {path: shown_in_part(text, today) for path, text in typed.items()}


def _about(sent: SentAnswer, path: str) -> str:
    return " ".join(sent.typed.get(path, "").split())[:120]


def _completeness(read: Read, sent: SentAnswer, *, is_none: bool) -> Completeness:
    if is_none:
        return Completeness.NO_CITIZENS
    missing = read.of(Trouble.MISSING)
    return Completeness.PARTIAL if sent.is_partial and missing else Completeness.COMPLETE


def _replaces(seen: AnswerSeen, sent: SentAnswer) -> str | None:
    """Key of the standing answer that this one takes the place of."""
    standing = [answer.key for answer in seen.standing]
    if sent.base is None:
        return standing[-1] if standing else None
    return sent.base if sent.base in standing else None


def _respond(
    session: Session, header: Header, seen: AnswerSeen, answer: NewFormAnswer, stamp: Stamp
) -> None:
    """The response that follows; only municipalities owe one."""
    if seen.party.kind is not PartyKind.MUNICIPALITY:
        return
    entry = NewResponse(
        step=answer.step,
        party=answer.party,
        on=answer.on,
        completeness=answer.completeness,
        source=f"spørgeskema, {answer.source}" if answer.source else "spørgeskema",
        is_made_up=answer.is_made_up,
    )
    record(session, header, entry, after_latest(session, header, entry, stamp))


def open_form(services: Services, reference: str, party: str, now: dt.datetime) -> AnswerSeen:
    """The respondent's question set with its answer draft.

    Raises:
        NotFoundError: the party is not in the case.
        RefusedError: the case asks nothing or is closed, or the party is not asked.
    """
    with reading(services.engine) as session:
        return seen_for_answer(session, find(session, reference), party, now)


def choose(services: Services, reference: str, party: str, key: str, stamp: Stamp) -> None:
    """Of several answers that stand, let one count; the others stay readable.

    Raises:
        NotFoundError: no such answer stands.
    """
    with writing(services.engine) as session:
        header = find(session, reference)
        seen = seen_for_answer(session, header, party, stamp.now)
        chosen = next((answer for answer in seen.standing if answer.key == key), None)
        if chosen is None:
            raise NotFoundError("gældende svar", key)
        for answer in seen.standing:
            if answer.key != key:
                retract(session, header, answer.key, "et andet svar gælder", stamp)


def send_back(services: Services, reference: str, party: str, question: str, stamp: Stamp) -> None:
    """Send an answer back with a question; the respondent owes again, and is told by mail.

    Raises:
        RefusedError: the question is missing, or there is no answer to send back.
    """
    text = question.strip()
    if not text:
        raise RefusedError("Skriv, hvad kommunen skal se på.")
    with writing(services.engine) as session:
        header = find(session, reference)
        seen = seen_for_answer(session, header, party, stamp.now)
        if not seen.standing:
            raise RefusedError(f"{seen.party.name} har ikke svaret endnu.")
        today = stamp.now.date()
        enough = _enough(load(session, header.reference, stamp.now), seen.asked.step, party)
        for key in enough[:-1]:
            retract(session, header, key, "svaret er sendt tilbage", stamp)
        entry = NewResponse(
            step=seen.asked.step,
            party=party,
            on=Period(today, today),
            completeness=Completeness.RETURNED,
            note=text[:2000],
            corrects=enough[-1] if enough else None,
        )
        record(session, header, entry, after_latest(session, header, entry, stamp))


def _enough(case: Case, step: str, party: str) -> list[str]:
    """Keys of the responses that end what the party owes; none may stand beside a return."""
    return [
        response.key
        for response in case.responses
        if (response.step, response.party) == (step, party) and response.completeness.is_enough
    ]
