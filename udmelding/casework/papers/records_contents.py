"""What else goes into a records package: answers, figures, remarks, letters, from what is recorded.

These files are made for the package. What was sent stands among the mails; a letter made here says
the same from the case's values, and the register says that it was made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from udmelding.casework.papers.letters import letter_file, letter_from
from udmelding.casework.papers.papers import Ending
from udmelding.casework.papers.records_items import Folder, Item, dated_name, noon, opener_of
from udmelding.casework.report.figures import CaseFigures, case_figures
from udmelding.casework.wiring import Services
from udmelding.documents.plain import csv_text
from udmelding.documents.report.answer_sheet import AnswerLine, answer_sheet
from udmelding.documents.report.figure_export import figure_workbook
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.database import Session
from udmelding.journal.forms.answers import GivenAnswer, answers_of
from udmelding.journal.report.report import comments_of, replies_of
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.files.file_names import ending_of
from udmelding.rules.forms.answer_paths import spots
from udmelding.rules.forms.answers import typed_of
from udmelding.rules.papers.letters import TITLES, LetterKind
from udmelding.rules.status.status import report_sent
from udmelding.rules.words.date_wording import short_date

CONFIDENTIAL = "Fortroligt: kommunernes egne svar, også små tal."
MADE = "Dannet af sagens oplysninger til journalpakken."
_REMARK_HEADS = ("runde", "version", "tidspunkt", "fra", "for", "kapitel", "bemærkning", "svar", "")
_LETTERS = ((LetterKind.COVER, Folder.SUBMISSION), (LetterKind.OVERVIEW, Folder.DECISIONS))


def answer_items(services: Services, session: Session, case: Case, case_id: int) -> list[Item]:
    """What was answered: as one workbook, as tables of raw figures, and the files that came.

    Args:
        services: the settings and the store.
        session: reads.
        case: what is known.
        case_id: its id.
    """
    figures = case_figures(session, case, services.settings.texts_folder)
    if figures is None:
        return []
    given = answers_of(session, case_id, case.as_of, step=figures.asked.step)
    if not given:
        return []
    title = f"{case.title} ({case.reference})"
    lines = _lines(case, figures, given)
    sheet = partial(answer_sheet, lines, title, case.as_of)
    raw = partial(figure_workbook, figures.raw_tables, title, case.as_of, form=figures.asked.form)
    return [
        _made(services, case, "Svar fra kommunerne (fortroligt)", "kommunernes svar", sheet),
        _made(services, case, "Tal fra svarene (fortroligt)", "tabeller med rå tal", raw),
        *_uploaded(services, case, given),
    ]


def _made(services: Services, case: Case, title: str, kind: str, content: partial[bytes]) -> Item:
    return Item(
        folder=Folder.COLLECTION,
        name=dated_name(case.as_of.date(), title, ".xlsx"),
        title=title,
        kind=kind,
        happened_at=case.as_of,
        opened=opener_of(content),
        sender=services.settings.secretariat.name,
        recorded_by="udmelding",
        recorded_at=case.as_of,
        is_confidential=True,
        note=CONFIDENTIAL,
    )


def _lines(case: Case, figures: CaseFigures, given: tuple[GivenAnswer, ...]) -> list[AnswerLine]:
    """A line for each question that was answered; conflicting answers all stand."""
    form, names = figures.asked.form, {p.party: p.name for p in case.parties}
    order = {party.party: place for place, party in enumerate(case.parties)}
    found: list[AnswerLine] = []
    for answer in sorted(given, key=lambda a: (order.get(a.party, len(order)), a.recorded_at)):
        labels = {spot.path: spot.label for spot in spots(form, None, answer.content)}
        about = (answer.filled_by, answer.responsible, label(answer.channel))
        front = (answer.party, names.get(answer.party, answer.party))
        day = short_date(answer.day)
        typed = {"": label(answer.completeness)} | typed_of(form, answer.content)
        typed |= {"(bemærkning)": answer.note} if answer.note else {}
        found += [
            AnswerLine(*front, day, path, labels.get(path, path or "(svaret)"), text, *about)
            for path, text in typed.items()
        ]
    return found


def _uploaded(services: Services, case: Case, given: tuple[GivenAnswer, ...]) -> Iterator[Item]:
    """The files that answers came in."""
    names = {party.party: party.name for party in case.parties}
    for answer in given:
        if not answer.sha256:
            continue
        who = names.get(answer.party, answer.party)
        yield Item(
            folder=Folder.COLLECTION,
            name=dated_name(
                answer.happened_to, f"{who} - svar (fortroligt)", ending_of(answer.file_name)
            ),
            title=f"{who}: {answer.file_name or 'svar'}",
            kind="indsendt svar",
            happened_at=answer.recorded_at,
            opened=partial(services.store.open_checked, answer.sha256),
            sender=who,
            receiver=services.settings.secretariat.name,
            recorded_by=answer.recorded_by,
            recorded_at=answer.recorded_at,
            is_confidential=True,
            note=CONFIDENTIAL,
        )


def remark_items(services: Services, session: Session, case: Case, case_id: int) -> list[Item]:
    """What readers remarked on drafts, and what they were answered, as one table.

    Args:
        services: the settings.
        session: reads.
        case: what is known.
        case_id: its id.
    """
    remarks, replies = (
        comments_of(session, case_id, case.as_of),
        replies_of(session, case_id, case.as_of),
    )
    if not remarks:
        return []
    versions = {one.number: one.version for one in case.comment_rounds}
    rows: list[tuple[str, ...]] = [_REMARK_HEADS]
    for one in remarks:
        reply = replies.get(one.key)
        rows.append(
            (
                str(one.round_number),
                str(versions.get(one.round_number, "")),
                f"{one.recorded_at:%d-%m-%Y %H.%M}",
                one.author,
                one.speaks_for,
                one.chapter,
                one.text,
                label(reply.stance) if reply else "",
                reply.text if reply else "",
            )
        )
    title = "Bemærkninger og svar"
    return [
        Item(
            folder=Folder.DRAFTING,
            name=dated_name(remarks[-1].recorded_at.date(), title, ".csv"),
            title=title,
            kind="bemærkninger til udkast",
            happened_at=remarks[-1].recorded_at,
            opened=opener_of(lambda: csv_text(rows).encode()),
            sender="læsere af udkastet",
            receiver=services.settings.secretariat.name,
            recorded_by="udmelding",
            recorded_at=case.as_of,
            note=MADE,
        )
    ]


def letter_items(services: Services, case: Case) -> tuple[list[Item], str]:
    """The letters of a report that was sent, in Word and as PDF.

    Args:
        services: database and settings.
        case: what is known.

    Returns:
        The items, and why there is no PDF where this machine cannot make one; else empty.
    """
    if report_sent(case) is None:
        return [], ""
    found: list[Item] = []
    trouble = ""
    for kind, folder in _LETTERS:
        try:
            letter = letter_from(services, case, kind)
        except RefusedError:  # nothing to write
            continue
        for ending in Ending:
            try:
                file = letter_file(services, letter, ending, case.as_of)
            except OutsideError as error:
                trouble = error.message
                continue
            title = f"{TITLES[kind]} (dannet)"
            name = dated_name(letter.dated_on, title, ending_of(file.name))
            found.append(_letter(case, folder, title, name, letter.dated_on, file.content))
    return found, trouble


def _letter(
    case: Case, folder: Folder, title: str, name: str, day: dt.date, content: bytes
) -> Item:
    return Item(
        folder=folder,
        name=name,
        title=title,
        kind="brev, dannet",
        happened_at=noon(day, case.as_of),
        opened=opener_of(lambda: content),
        recorded_by="udmelding",
        recorded_at=case.as_of,
        note=f"{MADE} Den afsendte mail ligger i «{Folder.MAILS.value}».",
    )
