"""Gathers the figures of a case from its answers, and says what of them may circulate.

A paper may quote the figures of a version only: those that the store keeps with it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models import Completeness, Scope
from udmelding.casework.forms.collection import answers_by_respondent
from udmelding.casework.forms.question_sets import RESPONDENTS
from udmelding.casework.forms.seen import asked_in
from udmelding.casework.wiring import Services
from udmelding.config.case.library import load_areas
from udmelding.config.forms.forms import Form
from udmelding.config.settings import Settings
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import find
from udmelding.journal.database import Session, reading
from udmelding.journal.forms.answers import AskedSet, GivenAnswer, answers_of, last_answers
from udmelding.journal.report.report import KeptVersion, shown_of, versions_of
from udmelding.rules.case.case import Case
from udmelding.rules.report.circulated import Circulated, figures_sent
from udmelding.rules.report.figures import figures_of, zeros
from udmelding.rules.report.hiding import Relation, Shown
from udmelding.rules.report.publishing import Published, publish
from udmelding.rules.report.tabulation import Gathered, Unit
from udmelding.rules.words.date_wording import long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """The figures of one case.

    Attributes:
        answers: the answer that counts, by party.
        last_case: the case that last time's figures are from; empty where there is none.
    """

    asked: AskedSet
    answers: Mapping[str, GivenAnswer]
    gathered: Gathered
    published: Published
    last_case: str

    @property
    def is_made_up(self) -> bool:
        """Whether any of the answers is made up for a demonstration."""
        return any(answer.is_made_up for answer in self.answers.values())


def case_figures(
    session: Session, settings: Settings, case: Case, today: dt.date
) -> CaseFigures | None:
    """The figures of a case as known at its ``as_of``; None where it asks no question set.

    Args:
        session: reads.
        settings: from which number on counts are shown.
        case: the case.
        today: the day that stands under the tables.
    """
    header = find(session, case.reference)
    asked = asked_in(session, header.id, case.as_of)
    if asked is None:
        return None
    given = answers_by_respondent(answers_of(session, header.id, case.as_of, step=asked.step))
    newest = {party: standing[-1] for party, standing in given.items()}
    units = _units(case)
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
        areas=areas_of(case),
        given={party: figures_in(asked.form, answer) for party, answer in newest.items()},
        last=last,
        source=f"Kilde: kommunernes svar på skemaet, opgjort {long_date(today)}.",
    )
    published = publish(
        gathered,
        threshold=settings.figures.threshold,
        hides_zero=settings.figures.hides_zero,
        earlier=_earlier_shown(session, header.id, case.as_of),
    )
    return CaseFigures(
        asked=asked, answers=newest, gathered=gathered, published=published, last_case=last_case
    )


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


def areas_of(case: Case) -> Mapping[str, str]:
    """The areas of the case, its own first; their names as rows of a table."""
    found = load_areas()
    order = [case.area, *(area for area in found if area != case.area)]
    wanted = order if case.scope is Scope.NATIONAL else order[:1]
    return {area: found[area].kkr if area in found else area for area in wanted}


def _earlier_shown(session: Session, case_id: int, as_of: dt.datetime) -> tuple[Shown, ...]:
    """What earlier versions of the report have given away, the oldest first."""
    return tuple(shown_from(kept) for kept in shown_of(session, case_id, as_of))


def shown_to(shown: Shown) -> dict[str, Any]:
    """What a version gave away, as JSON."""
    return {
        "values": dict(shown.values),
        "hidden": sorted(shown.hidden),
        "relations": [[one.total, *one.parts] for one in shown.relations],
    }


def shown_from(kept: Mapping[str, Any]) -> Shown:
    """The same from JSON."""
    relations = tuple(Relation(row[0], tuple(row[1:])) for row in kept.get("relations", ()))
    return Shown(dict(kept.get("values", {})), frozenset(kept.get("hidden", ())), relations)


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
