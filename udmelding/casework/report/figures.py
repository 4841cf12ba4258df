"""Gathers the figures of a case from its answers, with what has been published of them.

A paper may quote the figures of a version only: those that the store keeps with it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from models import Completeness, Scope
from udmelding.casework.forms.collection import answers_by_respondent
from udmelding.casework.forms.question_sets import RESPONDENTS
from udmelding.casework.forms.seen import asked_in
from udmelding.casework.wiring import Services
from udmelding.config.case.library import load_areas
from udmelding.config.forms.forms import Form
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import find
from udmelding.journal.database import Session, reading
from udmelding.journal.forms.answers import AskedSet, GivenAnswer, answers_of, last_answers
from udmelding.journal.report.report import KeptVersion, newest_publication, shown_of, versions_of
from udmelding.rules.case.case import Case
from udmelding.rules.report.circulated import Circulated, figures_sent
from udmelding.rules.report.figure_tables import FigureTable
from udmelding.rules.report.figures import figures_of, zeros
from udmelding.rules.report.publication import Publication, earlier_versions
from udmelding.rules.report.publishing import blank_tables, marked_tables, published_tables
from udmelding.rules.report.tabulation import Gathered, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """The figures of one case.

    Attributes:
        answers: the answer that counts, by party.
        publication: what others than caseworkers see; None before anything is published.
        judged_by: what the next publication is judged together with; None where nothing is known.
        last_case: the case that last time's figures are from; empty where there is none.
        last_publication: what was published of them.
    """

    asked: AskedSet
    answers: Mapping[str, GivenAnswer]
    gathered: Gathered
    publication: Publication | None
    judged_by: Publication | None
    last_case: str
    last_publication: Publication | None

    @property
    def tables(self) -> tuple[FigureTable, ...]:
        """What others than caseworkers see; nothing before it is published."""
        if self.publication is None:
            return ()
        return published_tables(self.gathered, self.publication, self.last_publication)

    @property
    def field_tables(self) -> tuple[FigureTable, ...]:
        """The same for fields of a text: before anything is published they exist, and say so."""
        return self.tables or blank_tables(self.gathered)

    @property
    def raw_tables(self) -> tuple[FigureTable, ...]:
        """The figures as they are, for caseworkers alone."""
        return marked_tables(self.gathered, self.publication)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Whose answer is another than the one that is published; all before anything is."""
        shown = self.publication.answers if self.publication else {}
        return tuple(p for p, key in self.gathered.keys.items() if shown.get(p) != key)

    @property
    def uncounted(self) -> tuple[str, ...]:
        """Whose answer is another than the one in the published totals."""
        counted = self.publication.counted if self.publication else {}
        return tuple(p for p, key in self.gathered.keys.items() if counted.get(p) != key)

    @property
    def is_made_up(self) -> bool:
        """Whether any of the answers is made up for a demonstration."""
        return any(answer.is_made_up for answer in self.answers.values())


def case_figures(session: Session, case: Case, own: Path | None) -> CaseFigures | None:
    """The figures of a case as known at its ``as_of``; None where it asks no question set.

    Args:
        session: reads.
        case: the case.
        own: as for ``config.case.library.load_areas``.
    """
    header = find(session, case.reference)
    asked = asked_in(session, header.id, case.as_of)
    if asked is None:
        return None
    given = answers_by_respondent(answers_of(session, header.id, case.as_of, step=asked.step))
    newest = {party: standing[-1] for party, standing in given.items()}
    units = _units(case)
    answered = {unit.party: newest[unit.party] for unit in units if unit.party in newest}
    last: dict[str, Mapping[str, Decimal]] = {}
    last_case = ""
    earlier = last_answers(session, header, asked.form.id, renews=case.particulars.renews or "")
    for unit in units:
        content, reference = earlier.get(unit.party, ({}, ""))
        if content:
            last[unit.party], last_case = figures_of(asked.form, content), reference
    gathered = Gathered(
        form=asked.form,
        units=units,
        areas=areas_of(case, own),
        given={party: figures_in(asked.form, answer) for party, answer in answered.items()},
        last=last,
        keys={party: answer.key for party, answer in answered.items()},
        source="Kilde: kommunernes svar på skemaet.",
    )
    shown = _publication(session, header.id, case.as_of)
    # What another question set of the case showed is judged together with it, and not shown here.
    publication = shown if shown is not None and shown.form == asked.form.id else None
    before = _publication(session, find(session, last_case).id, case.as_of) if last_case else None
    return CaseFigures(
        asked=asked,
        answers=newest,
        gathered=gathered,
        publication=publication,
        judged_by=shown or earlier_versions(shown_of(session, header.id, case.as_of)),
        last_case=last_case,
        last_publication=before,
    )


_AS_JSON: TypeAdapter[Publication] = TypeAdapter(Publication)


def as_kept(made: Publication) -> dict[str, Any]:
    """A publication as it is kept."""
    return dict(_AS_JSON.dump_python(made, mode="json"))


def _publication(session: Session, case_id: int, as_of: dt.datetime) -> Publication | None:
    kept = newest_publication(session, case_id, as_of)
    return _AS_JSON.validate_python(kept.content) if kept is not None else None


def figures_in(form: Form, answer: GivenAnswer) -> Mapping[str, Decimal]:
    """The figures that one answer gives."""
    if answer.completeness is Completeness.NO_CITIZENS:
        return zeros(form)
    return figures_of(form, answer.content)


def _units(case: Case) -> tuple[Unit, ...]:
    return tuple(
        Unit(party.party, party.name, party.area or case.area, RESPONDENTS[party.kind])
        for party in case.parties
        if party.kind in RESPONDENTS and party.is_asked
    )


def areas_of(case: Case, own: Path | None) -> Mapping[str, str]:
    """The areas of the case, its own first; their names as rows of a table.

    Args:
        case: what is known.
        own: as for ``config.case.library.load_areas``.
    """
    found = load_areas(own)
    order = [case.area, *(area for area in found if area != case.area)]
    wanted = order if case.scope is Scope.NATIONAL else order[:1]
    return {area: found[area].kkr if area in found else area for area in wanted}


def newest_figures(services: Services, case: Case) -> Circulated | None:
    """The figures of the newest version of the report, draft or final; None where there are none.

    Bodies read drafts too, and what a draft shows is known for good from then on.

    Raises:
        OutsideError: what was kept with the version is damaged.
    """
    return _figures(services, case, only_final=False)


def final_figures(services: Services, case: Case) -> Circulated | None:
    """The figures of the final version that holds; None where there are none to quote.

    Raises:
        OutsideError: what was kept with the version is damaged.
    """
    return _figures(services, case, only_final=True)


def _figures(services: Services, case: Case, *, only_final: bool) -> Circulated | None:
    with reading(services.engine) as session:
        case_id = find(session, case.reference).id
        asked = asked_in(session, case_id, case.as_of)
        versions = versions_of(session, case_id, case.as_of)
    wanted = [v for v in versions if not only_final or _is_holding(v, case)]
    if asked is None or not wanted:
        return None
    last = max(wanted, key=lambda version: version.number)
    try:
        with services.store.open_checked(last.values_sha256) as file:
            kept = json.load(file)
    except NotFoundError:  # a case that was imported brings no files
        return None
    return figures_sent(kept, asked.form)


def _is_holding(version: KeptVersion, case: Case) -> bool:
    return version.is_final and version.number == case.latest_version
