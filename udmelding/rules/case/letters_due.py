"""Which letters to the outside are to be released, and who gets them?

A submission that is recorded, and an answer to the agency's questions, each call for a letter to
every receiver of the process. The machine drafts it and tells the secretariat; a person releases
it, or says that it went another way. Nothing here sends anything, and recording a fact never does.

When is a letter wanted? Not where somebody else has sent it: the chairmen of five steering groups,
another secretariat. Not where it is history: what was recorded long ago, or had happened long
before it was recorded, went its way without us. A draft that the secretariat has been told of stays
until somebody decides on it, however long that takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from models.outbox import MailKind
from models.party import PartyKind
from models.submission import SubmissionKind
from udmelding.config.case.process import AGENCY
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import QuestionAnswer, Signer, Submission
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

FRESH_DAYS = 14
"""What happened longer ago is not written about any more: it would confuse."""


def is_fresh(day: dt.date, today: dt.date) -> bool:
    """Whether what happened on ``day`` is recent enough to write about."""
    return dt.timedelta(0) <= today - day <= dt.timedelta(days=FRESH_DAYS)


def receiver_name(case: Case, receiver: str) -> str:
    """What a receiver of the process is called in letters: the agency's own name, or its name."""
    if receiver != AGENCY:
        return receiver
    return next((p.name for p in case.parties if p.kind is PartyKind.AGENCY), "styrelsen")


def receivers_named(case: Case) -> str:
    """Who gets the result of the case, as letters and the report name it; empty for nobody."""
    named = [receiver_name(case, receiver) for receiver in case.process.letter_receivers]
    return join_names(named) if named else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDue:
    """One letter to one receiver that a person is to release.

    Attributes:
        key: its key in the outbox.
        rung: which of the case's letters it is: ``report``, ``reservation_lifted``, ``answer-1``.
        receiver: as the process names it.
        name: what it is called.
    """

    key: str
    mail: MailKind
    rung: str
    receiver: str
    name: str

    @property
    def topic(self) -> str:
        """The topic of the notice that tells the secretariat of it."""
        return f"letter-{self.rung}"


_MAILS = {
    SubmissionKind.REPORT: MailKind.SUBMISSION,
    SubmissionKind.RESERVATION_LIFTED: MailKind.RESERVATION_LIFTED,
}


def letters_due(case: Case, today: dt.date) -> tuple[LetterDue, ...]:
    """The letters that wait for a person on ``today``, in the order of what they follow from."""
    if case.is_closed or case.is_paused or not case.process.letter_receivers:
        return ()
    written = {mail.key for mail in case.mails}
    return tuple(letter for letter in _wanted(case, written, today) if letter.key not in written)


def _wanted(case: Case, written: set[str], today: dt.date) -> Iterator[LetterDue]:
    followed: tuple[Submission | QuestionAnswer, ...]
    followed = (*case.submissions, *case.question_answers)
    for fact in followed:
        mail, rung = _kind_of(fact)
        is_told = f"{case.reference}/notice/letter-{rung}" in written
        if _sent_by(case, fact) or not (is_told or _is_recent(fact, today)):
            continue
        for receiver in case.process.letter_receivers:
            yield LetterDue(
                key=f"{case.reference}/submission/{receiver}/{rung}",
                mail=mail,
                rung=rung,
                receiver=receiver,
                name=receiver_name(case, receiver),
            )


def _kind_of(fact: Submission | QuestionAnswer) -> tuple[MailKind, str]:
    if isinstance(fact, QuestionAnswer):
        return MailKind.QUESTION_ANSWER, f"answer-{fact.number}"
    return _MAILS[fact.submission_kind], fact.submission_kind.value


def _sent_by(case: Case, fact: Submission | QuestionAnswer) -> str:
    """Who sent it, where that was not us; whoever sent the report lifts its reservation too."""
    if isinstance(fact, QuestionAnswer):
        return fact.answered_by
    if fact.submission_kind is SubmissionKind.RESERVATION_LIFTED and not fact.submitted_by:
        reports = [s for s in case.submissions if s.submission_kind is SubmissionKind.REPORT]
        return reports[0].submitted_by if reports else ""
    return fact.submitted_by


def is_lifted_by_others(case: Case, today: dt.date) -> bool:
    """Whether a reservation has just lapsed of a report that somebody else has sent.

    Then the supplementary letter is theirs to send, and the secretariat sees to it that they do.
    """
    if case.is_paused or not case.process.letter_receivers:
        return False
    return any(
        fact.submission_kind is SubmissionKind.RESERVATION_LIFTED
        and bool(_sent_by(case, fact))
        and not fact.submitted_by
        and is_fresh(fact.recorded_at.date(), today)
        for fact in case.submissions
    )


def _is_recent(fact: Submission | QuestionAnswer, today: dt.date) -> bool:
    """Whether the fact is news and no history that somebody has filled in."""
    if not is_fresh(fact.recorded_at.date(), today):
        return False
    # Councils may tell late that they have approved; the reservation is lifted all the same.
    is_lifting = _kind_of(fact)[0] is MailKind.RESERVATION_LIFTED
    return is_lifting or today - fact.happened_to <= dt.timedelta(days=FRESH_DAYS)


def signers_of(sent: Submission | None) -> tuple[Signer, ...]:
    """Who signs the letters of a submission; none at all: the secretariat does.

    What somebody else has sent without saying who signed bears the name of whoever sent it.
    """
    if sent is None or sent.signers or not sent.submitted_by:
        return sent.signers if sent is not None else ()
    return (Signer(name=first_upper(sent.submitted_by)),)
