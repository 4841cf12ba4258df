"""How do texts, tables and charts make a report? The chapters, and what stands in each.

Chapters are the same in every case: resumé, background, method and coverage, one for each section
of the question set, one for each area, recommendations, annexes. People's paragraphs come first in
a chapter; tables, charts and the sentence on coverage follow by themselves. A paragraph whose
answers came or changed later is flagged to be looked at again. A paragraph knows which questions it
draws on: those of its figures, and those that its writer named. An answer to one of them that came,
or was corrected, after it was written flags it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Respondent
from udmelding.rules.report.figure_tables import (
    BarChart,
    FigureCell,
    FigureColumn,
    FigureTable,
    RowLevel,
    bar_chart,
    options_chart,
)
from udmelding.rules.report.text import NOT_SHOWN, OF_NO_QUESTION, Fields, FieldValue, fields_in
from udmelding.rules.report.values import (
    Block,
    Chapter,
    ChapterKind,
    ChartBlock,
    GridBlock,
    Paragraph,
    ReportValues,
    Run,
    TableBlock,
)
from udmelding.rules.words.danish_numbers import number_text
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names

MOST_CHARTS = 12
_MOST_BARS = 120


@dataclass(frozen=True, slots=True)
class ChapterPlan:
    """A chapter that the report has; ``section`` names the questions whose tables it shows."""

    id: str
    kind: ChapterKind
    title: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page says; see ``ReportValues``."""

    reference: str
    title: str
    subtitle: str
    report: str
    senders: str
    secretariat: str
    receiver: str
    facts: tuple[tuple[str, str], ...]
    is_made_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a report is made from.

    Attributes:
        form: the question set; None where the case asked none as data.
        tables: those that may circulate.
        written: people's paragraphs by chapter.
        coverage: sentences on who has answered.
        answered: rows for the annex: who, what, when.
    """

    front: Front
    form: Form | None
    areas: Mapping[str, str]
    tables: Sequence[FigureTable]
    written: Mapping[str, Sequence[Paragraph]]
    coverage: Sequence[str]
    answered: Sequence[tuple[str, ...]]


def chapter_plans(form: Form | None, areas: Mapping[str, str]) -> tuple[ChapterPlan, ...]:
    """The chapters of a report, in order.

    Args:
        form: the question set; None where there is none.
        areas: names of the areas by id.
    """
    sections = form.sections if form is not None else ()
    return (
        ChapterPlan("resume", ChapterKind.SUMMARY, "Resumé"),
        ChapterPlan("baggrund", ChapterKind.BACKGROUND, "Baggrund"),
        ChapterPlan("metode", ChapterKind.METHOD, "Metode og datagrundlag"),
        *(
            ChapterPlan(f"fund-{one.id}", ChapterKind.FINDINGS, one.title, one.id)
            for one in sections
        ),
        *(
            ChapterPlan(f"omraade-{code}", ChapterKind.REGION, f"Vurdering fra {name}")
            for code, name in areas.items()
        ),
        ChapterPlan("anbefalinger", ChapterKind.RECOMMENDATIONS, "Anbefalinger"),
        ChapterPlan("bilag", ChapterKind.ANNEX, "Bilag"),
    )


def build(material: Material, version: int, *, is_final: bool, dated_on: dt.date) -> ReportValues:
    """The report as it would be now.

    Args:
        material: what it is made from.
        version: the number it gets.
        is_final: whether all decide on it.
        dated_on: the day on its front page.
    """
    counter = _Counter()
    chapters = tuple(
        chapter
        for plan in chapter_plans(material.form, material.areas)
        if (chapter := _chapter(plan, material, counter)).blocks
    )
    front = material.front
    return ReportValues(
        reference=front.reference,
        title=front.title,
        subtitle=front.subtitle,
        report=front.report,
        version=version,
        is_final=is_final,
        dated_on=dated_on,
        senders=front.senders,
        secretariat=front.secretariat,
        receiver=front.receiver,
        facts=front.facts,
        chapters=chapters,
        is_made_up=front.is_made_up,
    )


class _Counter:
    """Numbers tables and charts through the report."""

    def __init__(self) -> None:
        self.tables = self.charts = 0

    def table(self, made: FigureTable) -> TableBlock:
        self.tables += 1
        return TableBlock(self.tables, made)

    def chart(self, made: FigureTable) -> ChartBlock | None:
        if self.charts >= MOST_CHARTS:
            return None
        drawn = chart_of(made)
        if not any(bar.value for bar in drawn.bars) or len(drawn.bars) > _MOST_BARS:
            return None
        self.charts += 1
        return ChartBlock(self.charts, drawn)


def chart_of(made: FigureTable) -> BarChart:
    """The chart that tells most of a table: its options, its total, or its first column."""
    if all("=" in column.figure for column in made.columns):
        return options_chart(made)
    plain = [column for column in made.columns if "=" not in column.figure]
    total = next((column for column in plain if ".*." in column.figure), plain[0])
    return bar_chart(made, total, _levels(made))


def _levels(made: FigureTable) -> tuple[RowLevel, ...]:
    """Municipalities as bars; where there are very many, areas."""
    parties = sum(1 for row in made.rows if row.level is RowLevel.PARTY)
    return (RowLevel.PARTY,) if 1 < parties <= _MOST_BARS else (RowLevel.AREA,)


def _chapter(plan: ChapterPlan, material: Material, counter: _Counter) -> Chapter:
    blocks: list[Block] = list(material.written.get(plan.id, ()))
    if plan.kind is ChapterKind.METHOD:
        blocks += [Paragraph((Run(line),)) for line in material.coverage]
    elif plan.kind is ChapterKind.FINDINGS:
        blocks += _findings(plan, material, counter)
    elif plan.kind is ChapterKind.ANNEX:
        blocks += _annex(material)
    return Chapter(plan.id, plan.kind, plan.title, tuple(blocks))


def _findings(plan: ChapterPlan, material: Material, counter: _Counter) -> Iterator[Block]:
    """The section's tables, each followed by a chart of its first column with numbers."""
    section = next(
        one for one in (material.form.sections if material.form else ()) if one.id == plan.section
    )
    own = {question.id for question in section.questions}
    for made in material.tables:
        is_own = made.columns and _question_of(made.columns[0].figure) in own
        if not is_own or all(cell.value is None for row in made.rows for cell in row.cells):
            continue
        yield counter.table(_for_report(made))
        drawn = counter.chart(made)
        if drawn is not None:
            yield drawn


def _for_report(made: FigureTable) -> FigureTable:
    """What a report shows of a table: who chose what is counted, not listed by municipality."""
    totals = tuple(row for row in made.rows if row.level is not RowLevel.PARTY)
    is_choice = all("=" in column.figure for column in made.columns)
    if not is_choice or not totals:
        return made
    return replace(made, rows=totals, caption=f"{made.title}, antal svar")


def _question_of(figure: str) -> str:
    return figure.partition(".")[0].partition("=")[0]


def _annex(material: Material) -> Iterator[Block]:
    if material.answered:
        head = ("Hvem", "Svar", "Modtaget")
        yield GridBlock("Bilag 1: Svar fra kommunerne", head, tuple(material.answered))
    if material.form is not None:
        rows = tuple(
            (section.title, question.text, question.help)
            for section in material.form.sections_for(Respondent.MUNICIPALITY)
            for question in section.questions
        )
        yield GridBlock("Bilag 2: Spørgsmålene", ("Afsnit", "Spørgsmål", "Vejledning"), rows)


def field_values(tables: Sequence[FigureTable], answered: int, asked: int) -> Fields:
    """What every field says now: counts of answers, and each figure of each row.

    Args:
        tables: those that may circulate.
        answered: how many have answered, of ``asked``.
        asked: how many were asked.
    """
    found: dict[str, FieldValue] = {
        "svarede": FieldValue(str(answered), "kommuner, der har svaret"),
        "spurgte": FieldValue(str(asked), "kommuner, der er spurgt"),
    }
    for made in tables:
        for row in made.rows:
            for column, cell in zip(made.columns, row.cells, strict=True):
                title = f"{made.title}: {column.title}, {row.title}"
                value = FieldValue(_text(cell, column), title)
                found[f"{column.figure}:{row.key}"] = value
                found[column.figure] = value  # the last row is the uppermost
    return found


def _text(cell: FigureCell, column: FigureColumn) -> str:
    if cell.value is None:
        return NOT_SHOWN if cell.is_hidden else "et ukendt antal"
    number = number_text(cell.value, column.decimals)
    return f"{number} {column.unit}" if column.unit else number


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMark:
    """What is known of one answer.

    Attributes:
        superseded_at: when another took its place; None while it stands.
        is_late: it came after the day its respondent had.
    """

    party: str
    name: str
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    content: Mapping[str, Any]
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """From what a paragraph was written: its questions, and how many had answered them then."""

    questions: tuple[str, ...]
    answers: int


def questions_of(text: str, based_on: Sequence[str]) -> tuple[str, ...]:
    """The questions that a paragraph draws on."""
    named = [name.partition(":")[0] for name in fields_in(text) if name not in OF_NO_QUESTION]
    own = [name.partition(".")[0].partition("=")[0] for name in named]
    return tuple(dict.fromkeys((*based_on, *own)))


def source_of(
    text: str, based_on: Sequence[str], at: dt.datetime, answers: Sequence[AnswerMark]
) -> Source:
    """From which answers a paragraph was written at the moment ``at``."""
    questions = questions_of(text, based_on)
    then = _standing(answers, at)
    count = sum(1 for mark in then.values() if _said(mark.content, questions))
    return Source(questions=questions, answers=count)


def flags(
    text: str,
    based_on: Sequence[str],
    written: Mapping[str, str],
    at: dt.datetime,
    known: Fields,
    answers: Sequence[AnswerMark],
) -> tuple[str, ...]:
    """Why a paragraph should be looked at again; empty where nothing has changed.

    Args:
        text: the paragraph; ``based_on`` names its questions.
        based_on: ids of questions.
        written: what its fields said when it was written.
        at: when it was written.
        known: what the fields say now.
        answers: every answer, standing or replaced.
    """
    found: list[str] = []
    for name, said_then in written.items():
        now = known.get(name)
        if now is not None and now.text != said_then:
            found.append(f"«{now.title}» var {said_then} og er nu {now.text}.")
    questions = questions_of(text, based_on)
    then, now_standing = _standing(answers, at), _standing(answers, None)
    came: list[str] = []
    corrected: list[str] = []
    for party, mark in now_standing.items():
        before = then.get(party)
        if mark.recorded_at <= at or _said(mark.content, questions) == _said(
            before.content if before else {}, questions
        ):
            continue
        late = " (sent)" if mark.is_late else ""
        (came if before is None else corrected).append(f"{mark.name}{late}")
    day = long_date(at.date())
    if came:
        found.append(f"Svar fra {join_names(came)} kom, efter at afsnittet blev skrevet {day}.")
    if corrected:
        found.append(f"{join_names(corrected)} har rettet sit svar, siden afsnittet blev skrevet.")
    return tuple(found)


def _standing(answers: Sequence[AnswerMark], at: dt.datetime | None) -> dict[str, AnswerMark]:
    """The newest answer of each respondent that stood at ``at`` (None: now)."""
    found: dict[str, AnswerMark] = {}
    for mark in sorted(answers, key=lambda one: one.recorded_at):
        if at is not None and mark.recorded_at > at:
            continue
        ended = mark.superseded_at
        if ended is None or (at is not None and ended > at):
            found[mark.party] = mark
    return found


def _said(content: Mapping[str, Any], questions: Sequence[str]) -> dict[str, Any]:
    wanted = set(questions)
    return {path: said for path, said in content.items() if path.partition(".")[0] in wanted}
