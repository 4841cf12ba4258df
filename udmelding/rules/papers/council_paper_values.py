"""What does a paper for a municipal council say? Values: what all share, and what is one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from udmelding.rules.papers.meeting_paper_values import EnclosedFile
from udmelding.rules.report.circulated import FigureGroup

COUNCIL = "kommunalbestyrelsen"
"""The council's name in the wording that all share; a municipality writes «byrådet» if it likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilFields:
    """What the secretariat's template of the common wording can name; all are texts, empty if none.

    Attributes:
        announced: one sentence on what the case is and who sent it.
        title: of the case, without quotation marks.
        paper_title: what is decided on, with the definite article: ``afrapporteringen``.
        version: number of the final version.
        council: who decides, in the definite form.
        senders: whose paper it is, such as ``Kommunerne i KKR Sjælland``.
        recommended_by: the last body that has recommended it; ``recommended_on`` is the day,
            and ``recommended_as`` what it did: ``den 8. april 2025 anbefalet``.
        agency: who gets it; ``deadline`` is its date.
        secretariat: who helps; ``email`` is its address.
        reservation: ``ja`` where it may be sent before all have decided.
    """

    announced: str
    title: str
    paper_title: str
    version: str
    council: str
    senders: str
    legal_basis: str
    recommended_by: str
    recommended_on: str
    recommended_as: str
    agency: str
    deadline: str
    secretariat: str
    email: str
    reservation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilWording:
    """The wording that is the same in every municipality, by section.

    Attributes:
        recommendations: each begins with "at" and has no full stop.
        economy: paragraphs, as are all the others; an empty section is left out of the paper.
    """

    resume: tuple[str, ...]
    recommendations: tuple[str, ...]
    background: tuple[str, ...]
    economy: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    hearing: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level of the municipality.

    Attributes:
        level: its name.
        day: when it has the case or had it, in words.
        basis: what the day rests on; empty where it decided.
        decision: what it decided; empty while it has not.
    """

    level: str
    day: str
    basis: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilPaper:
    """One municipality's paper.

    Attributes:
        wording: the same in all of them.
        lead: how the recommendation begins in this municipality, up to "at".
        treated: what the bodies have decided, one line each.
        figure_heads: whose figures stand beside each other; empty where there are none.
        figure_notes: where the figures are from, and what is hidden.
        own_steps: paragraphs on this municipality's own dates and what follows from them.
        levels: its own levels and dates.
        report: which version is decided on, and its checksum.
    """

    reference: str
    title: str
    code: str
    municipality: str
    as_of: dt.date
    wording: CouncilWording
    lead: str
    treated: tuple[str, ...]
    figures: tuple[FigureGroup, ...]
    figure_heads: tuple[str, ...]
    figure_notes: tuple[str, ...]
    own_steps: tuple[str, ...]
    levels: tuple[LevelLine, ...]
    report: tuple[str, ...]
    enclosures: tuple[EnclosedFile, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def sections(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The plain sections after the figures, in order, those without text left out."""
        wording = self.wording
        for heading, texts in (
            ("Økonomi", wording.economy),
            ("Lovgrundlag", wording.legal_basis),
            ("Inddragelse", wording.hearing),
            ("Videre proces", (*wording.next_steps, *self.own_steps)),
        ):
            if texts:
                yield heading, texts

    def marked_texts(self) -> Iterator[str]:
        """The texts in which something made up is marked."""
        yield from (*self.wording.resume, *self.treated, *self.own_steps, *self.report)
        for line in self.levels:
            yield from (line.day, line.basis)

    def wording_lines(self) -> tuple[str, ...]:
        """The recommendation as it is copied: the same in every municipality."""
        return ("Det indstilles,", *(f"{text}." for text in self.wording.recommendations))
