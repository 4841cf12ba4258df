"""What does a report say? The values that its page, its Word file and its PDF are all made from.

A report is chapters of blocks: paragraphs that people wrote, and tables and charts from the
answers. Numbers inside a paragraph are fields: they carry what they said when the paragraph was
written, so that a number that has changed since can be marked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from udmelding.rules.report.figure_tables import BarChart, FigureTable


class ChapterKind(StrEnum):
    """What a chapter is in the report's order."""

    SUMMARY = "summary"
    BACKGROUND = "background"
    METHOD = "method"
    FINDINGS = "findings"
    REGION = "region"
    RECOMMENDATIONS = "recommendations"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph.

    Attributes:
        figure: the field that the text is the value of; empty for plain text.
        was: what the field said when the paragraph was written, where that is another value now.
    """

    text: str
    is_bold: bool = False
    is_italic: bool = False
    figure: str = ""
    was: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether the number is another one than when the paragraph was written."""
        return bool(self.was)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``is_item`` is one of a bulleted list, ``is_subhead`` a small heading.

    ``key`` names what it was written as, empty for one that the program worded; ``flags`` say why
    somebody should look at it again.
    """

    runs: tuple[Run, ...]
    key: str = ""
    is_item: bool = False
    is_subhead: bool = False
    flags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with its number in the report."""

    number: int
    table: FigureTable


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart with its number in the report."""

    number: int
    chart: BarChart


@dataclass(frozen=True, slots=True)
class GridBlock:
    """A table of words, such as who answered when or the questions in the annex."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | TableBlock | ChartBlock | GridBlock


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: ``id`` is stable over versions, ``title`` is its heading."""

    id: str
    kind: ChapterKind
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportValues:
    """One version of a report.

    Attributes:
        title: the case's title; ``subtitle`` what kind of report it is.
        report: what it is called in the name of its file, such as «Afrapportering».
        version: its number; ``is_final`` the version that all decide on.
        senders: whose report it is, such as «Kommunerne i KKR Sjælland».
        receiver: whom it is sent to; empty for nobody.
        facts: pairs for the front page: reference, journal number, deadline.
        is_made_up: figures are made up for a demonstration; every page says so.
    """

    reference: str
    title: str
    subtitle: str
    report: str
    version: int
    is_final: bool
    dated_on: dt.date
    senders: str
    secretariat: str
    receiver: str
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
    is_made_up: bool = False

    @property
    def version_text(self) -> str:
        """What the version is called: ``Endelig version 3`` or ``Udkast 2``."""
        return f"Endelig version {self.version}" if self.is_final else f"Udkast {self.version}"

    def tables(self) -> Iterator[TableBlock]:
        """Its tables of figures, in order."""
        for chapter in self.chapters:
            yield from (block for block in chapter.blocks if isinstance(block, TableBlock))

    def charts(self) -> Iterator[ChartBlock]:
        for chapter in self.chapters:
            yield from (block for block in chapter.blocks if isinstance(block, ChartBlock))
