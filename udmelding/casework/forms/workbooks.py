"""Question sets as Excel: one workbook for each respondent, written out and taken in again.

A workbook carries the key of the answer that it was filled from, so that one that comes back tells
whether it corrects what stands or stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from models import Channel
from udmelding.casework.files import WORKBOOKS, check_cpr, keep, look_at
from udmelding.casework.forms.answers import NotAnsweredError, SentAnswer, Taken, take_in_answer
from udmelding.casework.forms.question_sets import RESPONDENTS
from udmelding.casework.forms.seen import (
    AnswerSeen,
    answer_seen,
    answers_seen,
    asked_of,
    typed_answer,
)
from udmelding.casework.wiring import Services
from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.reading import Expected, read_workbook
from udmelding.documents.forms.workbook import WorkbookRequest, answer_workbook
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading
from udmelding.journal.forms.answers import AskedSet
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.forms.answers import typed_of
from udmelding.rules.work import Tell, unheard

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTHING_CONFIRMED = "(svaret kom i Excel)"
"""Stands where nobody was asked why a number is unusual."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


class NotTakenInError(RefusedError):
    """A workbook cannot be taken in; nothing of it was.

    Attributes:
        lines: what is wrong, each with its sheet and cell.
    """

    def __init__(self, name: str, lines: tuple[str, ...]) -> None:
        """Keep the lines, and tell how many there are."""
        count = len(lines)
        noun = "én ting" if count == 1 else f"{count} ting"
        super().__init__(f"«{name}» er ikke taget ind. Der er {noun} at rette.")
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook and what it is called."""

    name: str
    content: bytes


def workbook_for(services: Services, reference: str, party: str, now: dt.datetime) -> Workbook:
    """The workbook of one respondent, filled with what stands.

    Raises:
        NotFoundError: the party is not in the case.
        RefusedError: the case asks nothing, or the party is not asked.
    """
    with reading(services.engine) as session:
        case, asked = _asked(session, reference, now)
        found = case.party(party)
        if found is None:
            raise NotFoundError("part i sagen", party)
        seen = answer_seen(session, case, found, asked)
    if seen is None:
        raise RefusedError(f"{found.name} er ikke spurgt i sagen.")
    return _workbook(services, case, seen, now)


def workbooks(
    services: Services, reference: str, now: dt.datetime, tell: Tell = unheard
) -> Iterator[Workbook]:
    """The workbooks of all respondents, in the order of the case; one at a time is in memory.

    Raises:
        RefusedError: the case asks nothing.
    """
    with reading(services.engine) as session:
        case, asked = _asked(session, reference, now)
        all_seen = answers_seen(session, case, case.parties, asked)
    for count, seen in enumerate(all_seen):
        tell(0, count, len(all_seen))
        yield _workbook(services, case, seen, now)


def workbooks_of(
    services: Services,
    session: Session,
    case: Case,
    at: Collection[tuple[str, str]],
    now: dt.datetime,
) -> Mapping[tuple[str, str], Workbook]:
    """The workbooks of those of the steps and parties that answer in the case's question set.

    Args:
        services: settings.
        session: reads.
        case: what is known.
        at: steps and parties.
        now: the moment.
    """
    asked = asked_of(session, case) if at else None
    if asked is None:
        return {}
    wanted = [party for party in case.parties if (asked.step, party.party) in at]
    return {
        (asked.step, seen.party.party): _workbook(services, case, seen, now)
        for seen in answers_seen(session, case, wanted, asked)
    }


def workbooks_zip(
    services: Services, reference: str, now: dt.datetime, tell: Tell = unheard
) -> bytes:
    """All workbooks in one zip; the same bytes for the same answers.

    Raises:
        RefusedError: the case asks nothing.
    """
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for workbook in workbooks(services, reference, now, tell):
            archive.writestr(ZipInfo(workbook.name, _EPOCH), workbook.content)
    return stream.getvalue()


def _asked(session: Session, reference: str, now: dt.datetime) -> tuple[Case, AskedSet]:
    case = load(session, reference, now)
    asked = asked_of(session, case)
    if asked is None:
        raise RefusedError("Sagen har ikke et spørgeskema.")
    return case, asked


def _workbook(services: Services, case: Case, seen: AnswerSeen, now: dt.datetime) -> Workbook:
    standing = seen.standing[-1] if seen.standing else None
    secretariat = services.settings.secretariat
    request = WorkbookRequest(
        form=seen.asked.form,
        respondent=seen.respondent,
        reference=case.reference,
        case_title=case.title,
        party=seen.party.party,
        party_name=seen.party.name,
        step=seen.asked.step,
        question_set=seen.asked.key,
        base=standing.key if standing else "",
        typed=typed_answer(seen.asked, standing),
        last=typed_of(seen.asked.form, seen.last),
        secretariat=secretariat.name,
        email=secretariat.email,
        due_on=seen.due_on,
        made_at=now,
    )
    name = f"{case.reference} - {seen.party.name} - Spørgeskema.xlsx".replace("/", "-")
    return Workbook(name, answer_workbook(request))


def sample_workbook(
    services: Services, form: Form, respondent: Respondent, title: str, now: dt.datetime
) -> Workbook:
    """The workbook that a question set makes, of nobody: to be looked at, never taken in.

    Args:
        services: settings.
        form: the question set; it has to hang together.
        respondent: whose sections.
        title: of the case, or of the set where there is none.
        now: the moment.
    """
    secretariat = services.settings.secretariat
    request = WorkbookRequest(
        form=form,
        respondent=respondent,
        reference="PRØVE",
        case_title=title,
        party="",
        party_name="Prøve",
        step="",
        question_set="",
        typed={},
        last={},
        secretariat=secretariat.name,
        email=secretariat.email,
        made_at=now,
    )
    name = f"{form.title[:60]} - prøve.xlsx".replace("/", "-")
    return Workbook(name, answer_workbook(request))


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A workbook that came.

    Attributes:
        party: whose it has to be; None: it says so itself.
        is_partial: take it though answers are missing.
        confirmed: what was said to unusual numbers.
        source: which way it came, where that is known: through which link.
    """

    name: str
    content: bytes
    party: str | None = None
    is_partial: bool = False
    confirmed: str = ""
    source: str = ""


def take_in_workbook(
    services: Services, reference: str, came: Incoming, stamp: Stamp
) -> tuple[str, Taken]:
    """Take one workbook in, all of it or nothing.

    Returns:
        Whose it is, and what became of the answer.

    Raises:
        NotTakenInError: something in it is wrong; every problem with its cell.
        RefusedError: it is no workbook of ours, or another case's or respondent's, or as
            ``casework.files.take_in``.
        FileQuestionError: it may hold a CPR number, and nobody has looked.
    """
    seen = look_at(services, came.name, came.content, WORKBOOKS, stamp.now.date())
    check_cpr(services, seen, stamp)  # also in cells that hold no answer
    with reading(services.engine) as session:
        case, asked = _asked(session, reference, stamp.now)
    names = {p.party: p.name for p in case.parties if p.kind in RESPONDENTS and p.is_asked}
    expected = Expected(
        form=asked.form,
        reference=case.reference,
        step=asked.step,
        question_set=asked.key,
        known_parties=names,
        party=came.party,
    )
    found = read_workbook(came.content, expected, name=seen.name)
    if found.problems:
        raise NotTakenInError(seen.name, found.problem_lines())
    sent = SentAnswer(
        step=asked.step,
        party=found.party,
        typed=found.typed,
        channel=Channel.WORKBOOK,
        base=found.base,
        is_partial=came.is_partial,
        confirmed=came.confirmed or NOTHING_CONFIRMED,
        file_name=seen.name,
        sha256=keep(services, seen).sha256,
        source=came.source,
    )
    try:
        return names[found.party], take_in_answer(services, reference, sent, stamp)
    except NotAnsweredError as error:
        raise NotTakenInError(seen.name, found.problem_lines(error.problems)) from error
