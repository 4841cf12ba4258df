"""Publishes figures: what ways there are, what each costs, and the one that a person chooses.

Nothing of the figures is seen by anybody but caseworkers before this is done, and what has been
shown is kept, so that the next publication is judged together with it. To work a way out takes a
second for seventeen municipalities and many for the whole country; the result can be handed on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models.report import FigureWay
from udmelding.casework.recording.recording import check_doubts, record_asked
from udmelding.casework.report.figures import CaseFigures, as_kept, case_figures
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.report.report import newest_publication
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import standings, still_open
from udmelding.rules.recording.report import NewFigurePublication
from udmelding.rules.report.publication import LEAST_CHANGED, Proposal, Publication, Rule
from udmelding.rules.report.publishing import proposed

Told = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person wants to publish.

    Attributes:
        way: how much is shown.
        needed: totals that are to be shown if anything else can be hidden, by ``cell_id``.
        with_totals: new totals, where there are some already; the first publication has them.
    """

    way: FigureWay = FigureWay.ROWS
    needed: frozenset[str] = frozenset()
    with_totals: bool = False


def rule_of(settings: Settings, open_values: int | None = None) -> Rule:
    """What the area promises.

    Args:
        settings: its own.
        open_values: another number of values for respondents than its own, to compare with.
    """
    every = settings.figures.threshold - 1
    return Rule(
        threshold=settings.figures.threshold,
        open_values=min(open_values or settings.figures.open_values or every, every),
    )


def ways_of(settings: Settings, figures: CaseFigures) -> tuple[FigureWay, ...]:
    """How the figures may be shown: the last way is kept, or less is shown."""
    first = FigureWay.NO_ZERO if settings.figures.hides_zero else FigureWay.ROWS
    if figures.publication is not None:
        first = max(first, figures.publication.way, key=tuple(FigureWay).index)
    return tuple(FigureWay)[tuple(FigureWay).index(first) :]


def needed_figures(services: Services, reference: str, now: dt.datetime) -> CaseFigures:
    """The figures of a case that has some.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: it asks no question set, or nobody has answered.
    """
    with reading(services.engine) as session:
        figures = case_figures(
            session, load(session, reference, now), services.settings.texts_folder
        )
    if figures is None:
        raise RefusedError("Sagen har ikke et spørgeskema, som der kan laves tal af.")
    if not figures.gathered.given:
        raise RefusedError("Ingen har svaret endnu, så der er ingen tal at offentliggøre.")
    return figures


def proposals(
    settings: Settings, figures: CaseFigures, wanted: Wanted, today: dt.date, told: Told
) -> tuple[Proposal, ...]:
    """All ways to publish, the first to choose first; those that are impossible among them.

    Args:
        settings: what the area promises.
        figures: those of the case.
        wanted: what is to be shown; its ``way`` is not looked at.
        today: the day of it.
        told: hears how much of the work is done, from 0 to 1.
    """
    ways = ways_of(settings, figures)

    def part(place: int) -> Told:
        return lambda done: told((place + done) / len(ways))

    return tuple(
        _proposal(settings, figures, Wanted(way=way, needed=wanted.needed,
                  with_totals=wanted.with_totals), today, told=part(place))
        for place, way in enumerate(ways)
    )  # fmt: skip


def cost_of_less(
    settings: Settings, figures: CaseFigures, wanted: Wanted, today: dt.date
) -> Iterator[Proposal]:
    """The same way with fewer values for respondents: what the area's setting costs or saves."""
    for open_values in range(settings.figures.threshold - 1, 1, -1):
        yield _proposal(settings, figures, wanted, today, open_values=open_values)


def _proposal(
    settings: Settings,
    figures: CaseFigures,
    wanted: Wanted,
    today: dt.date,
    *,
    told: Told | None = None,
    open_values: int | None = None,
) -> Proposal:
    return proposed(
        figures.gathered,
        rule_of(settings, open_values),
        today,
        figures.judged_by,
        way=wanted.way,
        needed=wanted.needed,
        with_totals=wanted.with_totals or figures.publication is None,
        told=told,
    )


def publish_figures(
    services: Services,
    reference: str,
    wanted: Wanted,
    stamp: Stamp,
    proposal: Proposal | None = None,
) -> Publication:
    """Publish figures the way that a person has chosen.

    Args:
        services: database and settings.
        reference: the case.
        wanted: what is published.
        stamp: who and when, and why though the collection is open.
        proposal: what was worked out for it, if it still fits the answers.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: there is nothing new, small numbers could be computed, or too few answers are
            others than in the last totals.
        DoubtfulError: somebody may still answer in time; the stamp gives no reason.
    """
    figures = needed_figures(services, reference, stamp.now)
    _check(figures, wanted)
    today = stamp.now.date()
    if proposal is None or not _fits(proposal, figures, wanted):
        proposal = _proposal(services.settings, figures, wanted, today)
    if proposal.impossible:
        raise RefusedError(
            "Sådan kan tallene ikke vises: små tal kunne regnes ud. Vælg en anden måde."
        )
    _record(services, reference, proposal.publication, figures, stamp)
    return proposal.publication


def _check(figures: CaseFigures, wanted: Wanted) -> None:
    if figures.publication is None:
        return
    if not wanted.with_totals and not figures.unseen:
        raise RefusedError("Alle svar er vist allerede.")
    changed = len(figures.uncounted)
    if wanted.with_totals and changed < LEAST_CHANGED:
        raise RefusedError(
            f"Summerne kan først opgøres igen, når mindst {LEAST_CHANGED} svar er andre end sidst. "
            f"Nu er det {changed}: forskellen på to summer ville vise, hvad de har svaret."
        )


def _fits(proposal: Proposal, figures: CaseFigures, wanted: Wanted) -> bool:
    made, before = proposal.publication, figures.judged_by
    return (
        made.answers == figures.gathered.keys
        and made.way is wanted.way
        and made.number == (before.number if before else 0) + 1
    )


def _record(
    services: Services, reference: str, made: Publication, figures: CaseFigures, stamp: Stamp
) -> None:
    before = figures.publication
    entry = NewFigurePublication(
        number=made.number,
        has_totals=before is None or made.counted != before.counted,
        counted=len(made.counted),
        content=as_kept(made),
        is_made_up=figures.is_made_up,
    )
    with writing(services.engine) as session:
        header = find(session, reference)
        newest = newest_publication(session, header.id)
        if newest is not None and newest.number >= made.number:
            raise RefusedError("Tallene er lige blevet offentliggjort af en anden. Se på dem igen.")
        case = load(session, reference, stamp.now)
        check_doubts([record_asked(session, header, case, entry, stamp)], stamp)


def publish_for_version(services: Services, reference: str, stamp: Stamp) -> None:
    """Publish what a version of the report is to show: all answers, once the collection is over.

    Where figures are published, answers that came or were corrected since get their rows. Nothing
    happens before the collection is over, where all is shown, or where it cannot be done safely.
    """
    with reading(services.engine) as session:
        case = load(session, reference, stamp.now)
        figures = case_figures(session, case, services.settings.texts_folder)
    if figures is None or not figures.unseen or not is_over(case, stamp.now.date()):
        return
    for way in ways_of(services.settings, figures):
        found = _proposal(services.settings, figures, Wanted(way=way), stamp.now.date())
        if not found.impossible:
            _record(services, reference, found.publication, figures, stamp)
            return


def is_over(case: Case, today: dt.date) -> bool:
    """Whether nobody may still answer in time."""
    return not still_open(standings(case, today))
