"""What is the report now? Texts, figures and flags put together from what is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Completeness, DocumentKind, PartyKind
from udmelding.casework.forms.collection import RespondentRow, collection
from udmelding.casework.forms.seen import due_on
from udmelding.casework.mail.values import senders_of
from udmelding.casework.report.figures import CaseFigures, areas_of, case_figures
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.documents.signs import SUBSTITUTE, unprintable
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.report.report import KeptVersion, WrittenBlock, blocks_of, versions_of
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.case.glossary import label
from udmelding.rules.case.letters_due import receivers_named
from udmelding.rules.recording.entry import Names, answer_word, names_of
from udmelding.rules.report.building import (
    AnswerMark,
    ChapterPlan,
    Front,
    Material,
    Source,
    build,
    chapter_plans,
    field_values,
    flags,
    source_of,
)
from udmelding.rules.report.coverage import Coverage, elsewhere
from udmelding.rules.report.text import Fields, paragraphs
from udmelding.rules.report.values import Paragraph, ReportValues
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import first_upper


@dataclass(frozen=True, slots=True)
class BlockSeen:
    """A paragraph as the page shows it: who wrote it from what, and why to look at it again."""

    written: WrittenBlock
    paragraphs: tuple[Paragraph, ...]
    source: Source
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChapterSeen:
    """A chapter with the paragraphs that people wrote in it."""

    plan: ChapterPlan
    blocks: tuple[BlockSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSeen:
    """The report of a case as it stands.

    Attributes:
        figures: None where the case asks no question set.
        fields: what can be put into a text as a number.
        versions: those that were made, the oldest first.
        material: what a version would be made from now.
    """

    case: Case
    figures: CaseFigures | None
    coverage: Coverage | None
    fields: Fields
    chapters: tuple[ChapterSeen, ...]
    versions: tuple[KeptVersion, ...]
    material: Material

    @property
    def given_finals(self) -> tuple[Document, ...]:
        """Final versions that were laid in the case as files, and not made here."""
        made = {version.number for version in self.versions}
        return tuple(
            document
            for document in self.case.documents
            if document.document_kind is DocumentKind.FINAL_REPORT and document.version not in made
        )

    @property
    def next_number(self) -> int:
        """The number that the next version gets; never lower than what is on record."""
        known = [v.number for v in self.versions] + [self.case.latest_version]
        known += [document.version for document in self.case.documents]
        return max(known) + 1

    @property
    def flagged(self) -> tuple[BlockSeen, ...]:
        """Paragraphs that somebody should look at again."""
        return tuple(b for chapter in self.chapters for b in chapter.blocks if b.flags)

    def values(self, number: int, *, is_final: bool, dated_on: dt.date) -> ReportValues:
        """What a version would say."""
        return build(self.material, number, is_final=is_final, dated_on=dated_on)

    def chapter(self, code: str) -> ChapterSeen | None:
        """The chapter with that id, or None."""
        return next((chapter for chapter in self.chapters if chapter.plan.id == code), None)


def open_report(services: Services, reference: str, now: dt.datetime) -> ReportSeen:
    """The report of a case as known at ``now``.

    Raises:
        NotFoundError: there is no such case.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
        return report_seen(session, services.settings, case, now)


def report_seen(session: Session, settings: Settings, case: Case, now: dt.datetime) -> ReportSeen:
    """``open_report`` for a case that is loaded."""
    header, today = find(session, case.reference), now.date()
    figures = case_figures(session, case, settings.texts_folder)
    found = collection(session, case, today)
    covered = found.coverage if found else None
    tells_none = bool(figures and figures.publication and figures.publication.tells_none)
    fields = field_values(
        figures.field_tables if figures else (),
        len(covered.answered) if covered else 0,
        len(covered.asked) if covered else 0,
    )
    marks = _marks(session, case, header.id, found.asked.step if found else "")
    form, areas = (figures.asked.form if figures else None), areas_of(case, settings.texts_folder)
    by_chapter: dict[str, list[BlockSeen]] = {}
    for block in blocks_of(session, header.id, case.as_of):
        by_chapter.setdefault(block.chapter, []).append(_seen(block, fields, marks))
    chapters = tuple(
        ChapterSeen(plan, tuple(by_chapter.get(plan.id, ()))) for plan in chapter_plans(form, areas)
    )
    material = Material(
        front=front_of(case, settings, is_made_up=figures is not None and figures.is_made_up),
        form=form,
        areas=areas,
        tables=figures.tables if figures else (),
        written=_written(chapters),
        coverage=covered.told(tells_none=tells_none) if covered else (),
        answered=_answered(found.rows if found else (), names_of(case), tells_none=tells_none),
    )
    return ReportSeen(
        case=case,
        figures=figures,
        coverage=covered,
        fields=fields,
        chapters=chapters,
        versions=versions_of(session, header.id, case.as_of),
        material=material,
    )


def _seen(block: WrittenBlock, fields: Fields, marks: Sequence[AnswerMark]) -> BlockSeen:
    found = flags(block.text, block.based_on, block.figures, block.recorded_at, fields, marks)
    if lost := unprintable(block.text):
        found = (*found, f"Kan ikke trykkes og bliver til {SUBSTITUTE} i PDF: {' '.join(lost)}")
    return BlockSeen(
        written=block,
        paragraphs=paragraphs(block.text, fields, block.figures, key=block.key, flags=found),
        source=source_of(block.text, block.based_on, block.recorded_at, marks),
        flags=found,
    )


def _written(chapters: Sequence[ChapterSeen]) -> Mapping[str, tuple[Paragraph, ...]]:
    return {
        chapter.plan.id: tuple(p for block in chapter.blocks for p in block.paragraphs)
        for chapter in chapters
    }


def _marks(session: Session, case: Case, case_id: int, step: str) -> tuple[AnswerMark, ...]:
    names = {party.party: party.name for party in case.parties}
    given = answers_of(session, case_id, case.as_of, step=step, with_replaced=True)
    due = {answer.party: due_on(case, answer.step, answer.party) for answer in given}
    return tuple(
        AnswerMark(
            party=answer.party,
            name=names.get(answer.party, answer.party),
            recorded_at=answer.recorded_at,
            superseded_at=_known(answer.superseded_at, case.as_of),
            content=answer.content,
            is_late=_is_late(answer.happened_to, due[answer.party]),
        )
        for answer in given
    )


def _known(moment: dt.datetime | None, as_of: dt.datetime) -> dt.datetime | None:
    return moment if moment is not None and moment <= as_of else None


def _is_late(day: dt.date, due: dt.date | None) -> bool:
    return due is not None and day > due


def _answered(
    rows: Sequence[RespondentRow], names: Names, *, tells_none: bool
) -> tuple[tuple[str, ...], ...]:
    """Who answered what and when; that one has no citizens is a figure too, and told as those."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        answer = row.answer
        said = answer.completeness if answer else None
        if said is Completeness.NO_CITIZENS and not tells_none:
            said = Completeness.COMPLETE
        state = answer_word(said, names) if said else row.state
        late = " (sent)" if row.is_late and answer else ""
        day = long_date(answer.day) if answer else ""
        found.append((row.party.name, f"{first_upper(state)}{late}", day))
    return tuple(found)


def front_of(case: Case, settings: Settings, *, is_made_up: bool) -> Front:
    """What the front page of the report says; ``is_made_up`` where some answers are."""
    facts = [("Sag", case.reference)]
    if case.particulars.journal_number:
        facts.append(("Journalnummer", case.particulars.journal_number))
    if case.particulars.legal_basis:
        facts.append(("Hjemmel", first_upper(case.particulars.legal_basis)))
    if case.deadline:
        facts.append((case.deadline_word, long_date(case.deadline)))
    if others := elsewhere(case):
        facts.append(("Ikke med", others))
    report = case.process.words.report
    return Front(
        reference=case.reference,
        title=case.title,
        subtitle=f"{report}: {label(case.particulars.kind)}" if case.is_on_ladder else report,
        report=report,
        senders=_senders(case, settings),
        secretariat=settings.secretariat.name,
        receiver=receivers_named(case),
        facts=tuple(facts),
        is_made_up=case.is_made_up or is_made_up,
    )


def _senders(case: Case, settings: Settings) -> str:
    """Whose report it is: those whose answers are in it, however many take part in the case."""
    asked = sum(p.kind is PartyKind.MUNICIPALITY and p.is_asked for p in case.parties)
    number = f"{asked} {'kommune' if asked == 1 else 'kommuner'}"
    return f"{first_upper(senders_of(case, settings))} ({number})"
