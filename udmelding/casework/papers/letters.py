"""Writes the letters of a case to the agency, as they stand at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from udmelding.casework.case.documents import report_to_send
from udmelding.casework.mail.values import senders_of
from udmelding.casework.papers.papers import Ending, PaperFile, paper_file
from udmelding.casework.plan.explaining import forecast_for
from udmelding.casework.wiring import Services
from udmelding.documents.papers.letter import letter_paper
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.case.case import Case
from udmelding.rules.papers.letters import (
    TITLES,
    Letter,
    LetterKind,
    LetterMaterial,
    cover_letter,
    decision_overview,
    supplementary_letter,
)
from udmelding.rules.papers.meeting_paper import versioned_title
from udmelding.rules.plan.forecast import Forecast
from udmelding.rules.status.status import report_sent, status


def kind_named(name: str) -> LetterKind:
    """The kind of letter with that name, such as ``foelgebrev``.

    Raises:
        NotFoundError: there is none.
    """
    found = next((kind for kind in LetterKind if kind.value == name.casefold()), None)
    if found is None:
        raise NotFoundError("brev", name, tuple(kind.value for kind in LetterKind))
    return found


def letter_of(
    services: Services,
    reference: str,
    kind: LetterKind,
    now: dt.datetime,
    since: dt.date | None = None,
) -> Letter:
    """A letter of a case.

    A cover letter of a report that has been sent says what was known when it was sent.

    Args:
        services: the database; its settings say who writes.
        reference: the case.
        kind: which letter.
        now: the moment it is written.
        since: for the supplementary letter: only those that have decided after this day.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: there is nothing to write, see ``rules.papers.letters``.
    """
    return letter_from(services, _case(services, reference, now), kind, since)


def letter_from(
    services: Services, case: Case, kind: LetterKind, since: dt.date | None = None
) -> Letter:
    """``letter_of`` a case that is loaded, as of the moment that it is written."""
    told = _case_for(services, case, kind)
    return _written(services, told, kind, since, forecast_for(services, told, told.as_of))


def refused_letters(services: Services, case: Case) -> Mapping[LetterKind, str]:
    """Why letters of the case cannot be written at its ``as_of``; without those that can.

    No letter is refused for its forecast, which costs most of it, so they are tried without.
    """
    refused: dict[LetterKind, str] = {}
    for kind in LetterKind:
        try:
            _written(services, _case_for(services, case, kind), kind, None, None)
        except RefusedError as error:
            refused[kind] = error.message
    return refused


def _case_for(services: Services, case: Case, kind: LetterKind) -> Case:
    """The case as the letter tells of it."""
    sent = report_sent(case)
    if kind is LetterKind.COVER and sent is not None:
        return _case(services, case.reference, sent.recorded_at)
    return case


def _case(services: Services, reference: str, now: dt.datetime) -> Case:
    with reading(services.engine) as session:
        return load(session, reference, now)


def _written(
    services: Services,
    case: Case,
    kind: LetterKind,
    since: dt.date | None,
    forecast: Forecast | None,
) -> Letter:
    today = case.as_of.date()
    reports = [versioned_title(document) for document in report_to_send(case)]
    material = LetterMaterial(
        case=case,
        status=status(case, today),
        forecast=forecast,
        secretariat=services.settings.secretariat.name,
        senders=senders_of(case, services.settings),
        enclosed=(*reports, TITLES[LetterKind.OVERVIEW]),
        today=today,
    )
    match kind:
        case LetterKind.COVER:
            return cover_letter(material)
        case LetterKind.OVERVIEW:
            return decision_overview(material)
        case LetterKind.SUPPLEMENT:
            return supplementary_letter(material, since)


def letter_file(services: Services, letter: Letter, ending: Ending, now: dt.datetime) -> PaperFile:
    """A letter as a file; see ``paper_file``."""
    name = f"{letter.reference} - {TITLES[letter.kind]}"
    return paper_file(services, letter_paper(letter), name, ending, now)
