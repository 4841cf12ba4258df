"""Writes in the report: paragraphs, versions, and the one version that all decide on."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from models import Change, DocumentKind
from udmelding.casework.files import keep_own
from udmelding.casework.look import look_of, own_template
from udmelding.casework.recording.recording import record_asked
from udmelding.casework.report.publishing import publish_for_version
from udmelding.casework.report.seen import ReportSeen, open_report
from udmelding.casework.wiring import Services
from udmelding.documents.report.docx import report_docx
from udmelding.documents.report.pdf import report_pdf
from udmelding.errors import DoubtfulError, NotFoundError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.database import writing
from udmelding.journal.recording.record import Recorded, record
from udmelding.journal.report.report import WrittenBlock
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case, concludes
from udmelding.rules.recording.case import NewDocument
from udmelding.rules.recording.doubts import doubts_about
from udmelding.rules.recording.report import NewReportVersion, NewTextBlock
from udmelding.rules.report.as_json import as_json
from udmelding.rules.report.text import check_text, field_texts
from udmelding.rules.report.values import ReportValues
from udmelding.rules.words.texts import first_lower
from udmelding.rules.work import Tell, unheard

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What somebody wrote.

    Attributes:
        chapter: id of the chapter.
        block: the paragraph that is changed; empty for a new one.
        based_on: ids of the questions that it draws on.
        base: key of the wording that the writer saw; a newer one is never overwritten.
    """

    chapter: str
    text: str
    block: str = ""
    based_on: tuple[str, ...] = ()
    base: str = ""


def write_block(services: Services, reference: str, wording: Wording, stamp: Stamp) -> Recorded:
    """Put a paragraph into the report, or another wording in its place.

    Raises:
        NotFoundError: there is no such chapter or paragraph.
        RefusedError: the text is empty, holds a CPR number or an unknown field, or somebody else
            has changed the paragraph since.
    """
    seen = open_report(services, reference, stamp.now)
    chapter = seen.chapter(wording.chapter)
    if chapter is None:
        known = tuple(one.plan.id for one in seen.chapters)
        raise NotFoundError("kapitel", wording.chapter, known)
    check_text(wording.text, seen.fields)
    questions = _questions(seen, wording.based_on)
    before = _standing(seen, wording.block, wording.base) if wording.block else None
    last = chapter.blocks[-1].written.position if chapter.blocks else 0
    entry = NewTextBlock(
        chapter=wording.chapter,
        block=before.block if before else f"afsnit-{secrets.token_hex(4)}",
        position=before.position if before else last + 10,
        text=wording.text.strip(),
        figures=field_texts(wording.text, seen.fields),
        based_on=list(questions),
        corrects=before.key if before else None,
    )
    with writing(services.engine) as session:
        return record(session, find(session, reference), entry, stamp)


def _questions(seen: ReportSeen, based_on: Sequence[str]) -> tuple[str, ...]:
    form = seen.figures.asked.form if seen.figures else None
    unknown = [code for code in based_on if form is None or form.question(code) is None]
    if unknown:
        raise RefusedError(f"Skemaet har ikke spørgsmålet {unknown[0]}.")
    return tuple(based_on)


def _standing(seen: ReportSeen, block: str, base: str) -> WrittenBlock:
    found = next(
        (b.written for c in seen.chapters for b in c.blocks if b.written.block == block), None
    )
    if found is None:
        raise NotFoundError("afsnit", block)
    if base and found.key != base:
        raise RefusedError(
            f"{found.recorded_by} har ændret afsnittet, siden du åbnede det. Kopiér din tekst, "
            "genindlæs siden, og skriv den ind igen."
        )
    return found


def remove_block(services: Services, reference: str, block: str, stamp: Stamp) -> None:
    """Take a paragraph out of the report; its wordings stay readable in the log.

    Raises:
        NotFoundError: there is no such paragraph.
    """
    seen = open_report(services, reference, stamp.now)
    before = _standing(seen, block, "")
    entry = NewTextBlock(
        chapter=before.chapter,
        block=before.block,
        position=before.position,
        text=before.text,
        is_removed=True,
        corrects=before.key,
    )
    with writing(services.engine) as session:
        record(session, find(session, reference), entry, stamp)


def move_block(
    services: Services, reference: str, block: str, stamp: Stamp, *, is_up: bool
) -> None:
    """Let a paragraph change places with its neighbour.

    Raises:
        NotFoundError: there is no such paragraph.
    """
    seen = open_report(services, reference, stamp.now)
    before = _standing(seen, block, "")
    chapter = seen.chapter(before.chapter)
    order = [b.written for b in chapter.blocks] if chapter else []
    place = next(place for place, one in enumerate(order) if one.block == block)
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(order):
        return
    with writing(services.engine) as session:
        header = find(session, reference)
        swapped = ((before, order[other].position), (order[other], before.position))
        for one, position in swapped:
            entry = NewTextBlock(
                chapter=one.chapter,
                block=one.block,
                position=position,
                text=one.text,
                figures=dict(one.figures),
                based_on=list(one.based_on),
                corrects=one.key,
            )
            record(session, header, entry, stamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """Which version is wanted.

    Attributes:
        is_final: all bodies and councils decide on it.
        change: for a final version after another one; ``reason`` says what was changed and why.
    """

    is_final: bool = False
    change: Change = Change.SUBSTANTIVE
    reason: str = ""


VERSION_PARTS = {"Tabeller og små tal": 4, "Word": 2, "PDF": 3, "Versionen gemmes": 1}
DRAFT_PARTS = {"Tabeller og små tal": 1, "PDF": 3}
"""What making a version, and the report as it stands, consists of; see ``rules.work.Plan``."""


def draft_pdf(services: Services, reference: str, now: dt.datetime, tell: Tell = unheard) -> bytes:
    """The report as it stands as PDF, with what should be looked at again; nothing is kept.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: its tables are beyond reason.
        OutsideError: it could not be set within the limits of memory and time.
    """
    tell(0)
    seen = open_report(services, reference, now)
    values = seen.values(seen.next_number, is_final=False, dated_on=now.date())
    tell(1)
    return report_pdf(values, now, show_flags=True, look=look_of(services))


def make_version(
    services: Services, reference: str, wanted: NewVersion, stamp: Stamp, tell: Tell = unheard
) -> int:
    """Make a version of the report as it stands: Word, PDF and what can be compared.

    To make it is to publish its figures: see ``publishing.publish_for_version``.

    Returns:
        The number of the version.

    Raises:
        RefusedError: there is nothing to make it of, or the reason for a change is missing.
        DoubtfulError: answers are missing in what all are to decide on; the stamp gives no reason.
        OutsideError: the PDF cannot be made on this machine, or the disk is full.
    """
    seen = open_report(services, reference, stamp.now)
    _check_version(seen, wanted, stamp.now.date())
    number = seen.next_number
    made = NewReportVersion(
        number=number,
        is_final=wanted.is_final,
        change=wanted.change,
        reason=wanted.reason.strip(),
    )
    doubts = doubts_about(made, seen.case, stamp.now.date())
    if doubts and not stamp.even_so:  # before the long work
        raise DoubtfulError(doubts)
    tell(0)
    publish_for_version(services, reference, stamp)
    seen = open_report(services, reference, stamp.now)
    values = seen.values(number, is_final=wanted.is_final, dated_on=stamp.now.date())
    kind = DocumentKind.FINAL_REPORT if wanted.is_final else DocumentKind.DRAFT
    tell(1)
    files = [(report_docx(values, stamp.now, own_template(services)), "docx", WORD)]
    tell(2)
    files.append((report_pdf(values, stamp.now, look=look_of(services)), "pdf", PDF))
    tell(3)
    stored = [(keep_own(services, content), ending, media) for content, ending, media in files]
    kept = keep_own(services, json.dumps(as_json(values), ensure_ascii=False).encode())
    with writing(services.engine) as session:
        header = find(session, reference)
        sums = {
            "values_sha256": kept.sha256,
            "word_sha256": stored[0][0].sha256,
            "pdf_sha256": stored[1][0].sha256,
        }
        entry = made.model_copy(update=sums)
        record_asked(session, header, seen.case, entry, stamp)
        for file, ending, media in stored:
            # The Word file is a draft beside the PDF: one document only is the final report.
            is_main = ending == "pdf"
            document = NewDocument(
                document_kind=kind if is_main else DocumentKind.DRAFT,
                title=_title(values, ending),
                dated_on=stamp.now.date(),
                version=number,
                change=wanted.change,
                file_name=f"{header.reference} - {values.version_text}.{ending}",
                media_type=media,
                size=file.size,
                sha256=file.sha256,
            )
            record(session, header, document, stamp)
    return number


def must_decide_again(case: Case) -> tuple[str, ...]:
    """Names of those whose decisions a substantive new version makes void."""
    decided = {
        decision.party
        for decision in case.decisions
        if decision.report_version == case.deciding_version
        and concludes(decision.level, decision.outcome)
    }
    return tuple(p.name for p in case.parties if p.party in decided and p.is_asked)


def _title(values: ReportValues, ending: str) -> str:
    word = " (Word)" if ending == "docx" else ""
    return f"{values.report}, {first_lower(values.version_text)}{word}"


def _check_version(seen: ReportSeen, wanted: NewVersion, today: dt.date) -> None:
    if not any(chapter.blocks for chapter in seen.chapters) and seen.figures is None:
        raise RefusedError("Der er hverken tekst eller tal at lave en version af.")
    if seen.case.is_closed:
        raise RefusedError("Sagen er afsluttet.")
    if wanted.is_final and seen.case.deciding_version and not wanted.reason.strip():
        raise RefusedError("Skriv, hvad der er ændret i forhold til den endelige version.")
