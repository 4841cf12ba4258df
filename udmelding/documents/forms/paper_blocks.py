"""The questions of a set on paper: with room to write the answers by hand, or with those given.

One walk for both, in the form's own order, so that a printed form and a receipt look alike. The
questions are numbered, because a condition on paper must say where the other question stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import NUMERIC, Column, Kind, Measured, Question, Respondent
from udmelding.documents.blocks import Blank, Block, Grid, Heading, Items, Lying, Run, Runs, Text
from udmelding.documents.forms.layout import Slot
from udmelding.documents.forms.texts import NO, YES, condition_words, hint, rows_words, unit_of
from udmelding.rules.forms.answer_paths import Spot, shown_cell, spots
from udmelding.rules.forms.answers import Content, asked_paths
from udmelding.rules.words.danish_numbers import number_text

BOX = "\N{BALLOT BOX}"

_PER_PERSON = (
    "Linjerne ses kun af sekretariatet. Skriv ikke navne, initialer, fødselsdage eller cpr-numre."
)
_BY_PAGE = "Filen sendes på den side, som linket i mailen fører til."
_NOT_ANSWERED = "Ikke besvaret"
_EMPTY = "–"
_EMPTY_ROWS = 10
_MOST_ROWS_TOGETHER, _MOST_SIGNS_TOGETHER = 12, 1000
_MOST_UPRIGHT, _MOST_LYING = 8, 13
_LEAST_LINES, _MOST_LINES, _SIGNS_OF_LINE = 3, 12, 150
_WIDTHS = {Kind.TEXT: 30, Kind.YES_NO: 11, Kind.DATE: 12}
_NUMBER, _LONGEST_CHOICE, _LONGEST_WORD, _LONGEST_ROW = 13, 24, 17, 44


def paper_blocks(form: Form, respondent: Respondent, content: Content | None) -> Iterator[Block]:
    """All sections and questions that such a respondent is asked.

    Args:
        form: the question set.
        respondent: whose sections.
        content: what was answered; None leaves room to write.
    """
    walk = _Answered(form, respondent, content) if content is not None else _Empty(form, respondent)
    for section in form.sections_for(respondent):
        yield Heading(section.title)
        if section.help:
            yield Text([section.help])
        for question in section.questions:
            yield from walk.question(question)


class _Walk:
    """What both have in common: numbers, headings and tables."""

    def __init__(self, form: Form, respondent: Respondent, paths: Sequence[str]) -> None:
        sections = form.sections_for(respondent)
        asked = [question for section in sections for question in section.questions]
        self.form = form
        self.numbers = {question.id: n for n, question in enumerate(asked, start=1)}
        self.spots: dict[str, list[Spot]] = {}
        for spot in spots(form, respondent, paths):
            self.spots.setdefault(spot.question.id, []).append(spot)

    def question(self, question: Question) -> Iterator[Block]:
        """The question with its answer, or with room for one."""
        blocks = [
            Heading(f"{self.numbers[question.id]}. {question.text}", 2),
            *self.told(question),
            *self.answer(question),
        ]
        is_wide = any(isinstance(block, Grid) and block.is_lying for block in blocks)
        yield from [Lying(blocks)] if is_wide else blocks

    def told(self, question: Question) -> Iterator[Block]:
        """What stands right below the question."""
        raise NotImplementedError

    def answer(self, question: Question) -> Iterator[Block]:
        """The answer, or room for it."""
        raise NotImplementedError

    def condition(self, question: Question) -> str:
        """When it is to be answered; empty for always."""
        return condition_words(self.form, question, self.numbers)

    def rows(self, question: Question) -> list[list[Spot]]:
        """The places for answers of a table, row by row."""
        own, width = self.spots[question.id], len(question.columns)
        return [own[first : first + width] for first in range(0, len(own), width)]

    def tables(
        self,
        question: Question,
        rows: Sequence[tuple[str, Sequence[Runs]]],
        note: Sequence[str] = (),
        *,
        is_to_fill: bool,
    ) -> Iterator[Block]:
        """The rows as a table; as several where there are too many columns for a page."""
        count = len(question.columns)
        signs = sum(len(str(cell)) for title, cells in rows for cell in (title, *cells))
        parts = -(-count // _MOST_LYING)
        size = -(-count // parts)
        for first in range(0, count, size):
            columns = question.columns[first : first + size]
            part = f"Del {first // size + 1} af {parts}" if parts > 1 else ""
            yield Grid(
                head=(question.row_title, *map(_head, columns)),
                rows=[(title, *cells[first : first + size]) for title, cells in rows],
                shares=(_row_share([title for title, _ in rows]), *map(_share, columns)),
                caption=part,
                numbers_from=None if is_to_fill else _numbers_from(columns),
                note=note if first + size >= count else (),
                is_small=len(columns) > _MOST_UPRIGHT,
                is_words=True,
                is_lying=count > _MOST_UPRIGHT,
                is_to_fill=is_to_fill,
                is_whole=len(rows) <= _MOST_ROWS_TOGETHER and signs <= _MOST_SIGNS_TOGETHER,
            )


def row_title(question: Question, row: str) -> str:
    """What a row of the table is called: as the form says, or by its number."""
    known = {one.id: one.title for one in question.rows}
    return known.get(row, f"{question.row_title or 'Linje'} {row}")


def _head(column: Column) -> str:
    unit = unit_of(column)
    return f"{column.title} ({unit})" if unit else column.title


def _share(column: Column) -> int:
    """How wide a column is, in signs: room for its answers and for the words of its head."""
    if column.kind is Kind.CHOICE:
        width = min(max(len(one.text) for one in column.options), _LONGEST_CHOICE)
    else:
        width = _WIDTHS.get(column.kind, _NUMBER)
    word = max(len(word) for word in _head(column).split())
    return max(width, min(word, _LONGEST_WORD))


def _row_share(titles: Sequence[str]) -> int:
    return max(12, min(max(map(len, titles), default=0), _LONGEST_ROW))


def _numbers_from(columns: Sequence[Measured]) -> int | None:
    """The column of the table from which on all hold numbers; the first holds the rows' titles."""
    at = len(columns)
    while at and columns[at - 1].kind in NUMERIC:
        at -= 1
    return at + 1 if at < len(columns) else None


class _Empty(_Walk):
    """With room to write."""

    def __init__(self, form: Form, respondent: Respondent) -> None:
        rows = [
            f"{question.id}.{number}.{question.columns[0].id}"
            for question in form.questions
            if question.has_free_rows
            for number in range(1, min(question.most_rows, _EMPTY_ROWS) + 1)
        ]
        super().__init__(form, respondent, rows)

    def told(self, question: Question) -> Iterator[Block]:
        told = (
            self.condition(question),
            rows_words(self.form, question, self.numbers),
            question.help,
            _PER_PERSON if question.is_per_person else "",
            "" if question.kind is Kind.TABLE else self._hint(question),
            "" if question.is_required else "Frivilligt.",
        )
        text = " ".join(one for one in told if one)
        if text:
            yield Text([Run(text, "quiet")], keeps_next=True)

    def _hint(self, question: Question) -> str:
        """How it is answered by hand."""
        match question.kind:
            case Kind.CHOICE | Kind.YES_NO:
                return "Sæt ét kryds."
            case Kind.CHOICES:
                return "Sæt gerne flere krydser."
            case Kind.FILE:
                return _BY_PAGE
            case Kind.DATE:
                return "Skriv en dato, for eksempel 1/3-2025."
        slot = Slot(
            key=question.id,
            path=question.id,
            measured=question,
            place=0,
            longest=question.longest,
        )
        return hint(slot, self.form)

    def answer(self, question: Question) -> Iterator[Block]:
        match question.kind:
            case Kind.TABLE:
                found = [(row_title(question, row[0].row), row) for row in self.rows(question)]
                rows = [(title, [""] * len(row)) for title, row in found]
                yield from self.tables(question, rows, _table_note(question), is_to_fill=True)
            case Kind.CHOICE | Kind.CHOICES:
                yield boxes([option.text for option in question.options])
            case Kind.YES_NO:
                yield boxes([YES, NO])
            case Kind.TEXT:
                lines = question.longest // _SIGNS_OF_LINE
                yield Blank(max(_LEAST_LINES, min(lines, _MOST_LINES)))
            case Kind.FILE:
                pass
            case _:
                yield Blank(unit=unit_of(question))


def boxes(texts: Sequence[str]) -> Block:
    """What can be chosen, each with a box to tick."""
    runs: list[Run | str] = []
    for text in texts:
        runs += [Run("", "break")] if runs else []
        runs.append(f"{BOX}\N{NO-BREAK SPACE}{text}")
    return Text(runs)


def _table_note(question: Question) -> list[str]:
    """How the columns are filled in, and what to do with more rows than stand there."""
    note = []
    for column in question.columns:
        told = [column.help] if column.help else []
        if column.kind is Kind.CHOICE:
            told.append(" / ".join(option.text for option in column.options))
        elif column.kind is Kind.YES_NO:
            told.append("ja eller nej")
        if told:
            note.append(f"{column.title}: {' '.join(told)}")
    if question.has_free_rows and question.most_rows > _EMPTY_ROWS:
        note.append(f"Er der flere, så skriv dem på et ark for sig, højst {question.most_rows}.")
    return note


class _Answered(_Walk):
    """With the answers that were given."""

    def __init__(self, form: Form, respondent: Respondent, content: Content) -> None:
        super().__init__(form, respondent, list(content))
        self.content = content
        self.asked = asked_paths(form, respondent, content)

    def _is_asked(self, question: Question) -> bool:
        return self.spots[question.id][0].path in self.asked

    def told(self, question: Question) -> Iterator[Block]:
        if self._is_asked(question):
            if question.help:
                yield Text([Run(question.help, "quiet")], keeps_next=True)
        else:
            yield Text([Run(f"Ikke stillet. {self.condition(question)}", "quiet")])

    def answer(self, question: Question) -> Iterator[Block]:
        if not self._is_asked(question):
            return
        value = self.content.get(question.id)
        if question.kind is Kind.TABLE:
            yield from self._table(question)
        elif value is None or value == []:
            yield Text([Run(_NOT_ANSWERED, "em")])
        elif question.kind is Kind.TEXT:
            yield from prose(str(value))
        elif question.kind is Kind.CHOICES:
            yield Items([[shown_cell(question, [code])] for code in value])
        elif question.kind is Kind.FILE:
            yield Text([str(value).partition("|")[0]])
        else:
            yield Text([shown_cell(question, value)])

    def _table(self, question: Question) -> Iterator[Block]:
        given = [
            (row_title(question, row[0].row), [self._cell(spot) for spot in row])
            for row in self.rows(question)
            if question.rows or any(spot.path in self.content for spot in row)
        ]
        if any(cell != _EMPTY for _, cells in given for cell in cells):
            yield from self.tables(question, given, is_to_fill=False)
        else:
            yield Text([Run(_NOT_ANSWERED, "em")])

    def _cell(self, spot: Spot) -> Runs:
        """The answer; a number without its unit, which stands in the head."""
        value = self.content.get(spot.path)
        if value is None:
            return _EMPTY
        if spot.measured.kind in NUMERIC:
            return number_text(Decimal(str(value)), spot.measured.places)
        return shown_cell(spot.measured, value)


def prose(text: str) -> Iterator[Block]:
    """A text with its paragraphs and lines."""
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        runs: list[Run | str] = []
        for line in paragraph.strip("\n").split("\n"):
            runs += [Run("", "break")] if runs else []
            runs.append(line)
        if any(isinstance(run, str) and run.strip() for run in runs):
            yield Text(runs)
