"""What does a council get to read about a case? One wording for all, figures and dates of its own.

Every municipality decides on the same version with the same words; else the joint answer would not
be joint. What differs is the municipality's own: the levels that its case passes, their dates, its
figures beside the area's, and what follows if it decides after the deadline. A paper for a council
is public, so figures come from the version of the report (``rules.report.circulated``) and nowhere
else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.decision import Level, Outcome
from models.document import DocumentKind
from models.party import PartyKind
from udmelding.config.case.process import Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilPlan
from udmelding.rules.case.facts import Party
from udmelding.rules.case.glossary import label
from udmelding.rules.papers.council_paper_dates import lead_of, level_lines, levels_of, own_steps
from udmelding.rules.papers.council_paper_values import COUNCIL, CouncilFields
from udmelding.rules.papers.council_paper_values import CouncilPaper as CouncilPaper
from udmelding.rules.papers.council_paper_values import CouncilWording as CouncilWording
from udmelding.rules.papers.meeting_paper import council_enclosures, paper_title
from udmelding.rules.papers.meeting_paper_lines import agency_of
from udmelding.rules.papers.meeting_paper_values import MADE_UP, mark, on
from udmelding.rules.papers.meeting_paper_wording import announcement_sentence
from udmelding.rules.report.circulated import COUNTRY, Circulated, figures_for, has_hidden
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import first_upper

_DONE = {
    Outcome.APPROVED: "godkendt",
    Outcome.APPROVED_WITH_REMARKS: "godkendt",
    Outcome.RECOMMENDED: "anbefalet",
    Outcome.REJECTED: "afvist",
}
"""What a body has done with the paper, before its name; the other outcomes have no such word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilMaterial:
    """What all municipalities' papers of one case are made from.

    Attributes:
        wording: the same in all.
        figures: those of the final version; None where there are none to quote.
        areas: the areas' names by id, as tables name them: ``KKR Sjælland``.
        rows: the municipalities' rows of the plan, from ``council_paper_dates.plan_rows``.
    """

    case: Case
    status: Status
    wording: CouncilWording
    figures: Circulated | None
    areas: Mapping[str, str]
    rows: Mapping[str, CouncilPlan]


def fields_of(case: Case, areas: Mapping[str, str], secretariat: str, email: str) -> CouncilFields:
    """What the template of the common wording is filled with.

    Args:
        case: what is known.
        areas: the case's areas by id, as tables name them.
        secretariat: who helps the municipalities.
        email: its address.
    """
    bodies = {s.id: s.title for s in case.process.steps if s.parties is Parties.BODY}
    decided = [d for d in case.decisions if d.step in bodies and d.level is Level.BODY]
    last = max(decided, key=lambda d: (d.happened_to, d.recorded_at), default=None)
    return CouncilFields(
        announced=announcement_sentence(case),
        title=case.title,
        paper_title=case.process.paper_title,
        version=str(case.latest_version or ""),
        council=COUNCIL,
        senders=senders(areas),
        legal_basis=case.particulars.legal_basis,
        recommended_by=bodies[last.step] if last else "",
        recommended_on=last.when if last else "",
        recommended_as=f"{on(last)} {_DONE.get(last.outcome, 'behandlet')}" if last else "",
        agency=agency_of(case),
        deadline=long_date(case.deadline) if case.deadline else "",
        secretariat=secretariat,
        email=email,
        reservation="ja" if case.process.reservation else "",
    )


def senders(areas: Mapping[str, str]) -> str:
    """Whose paper it is."""
    return f"Kommunerne i {next(iter(areas.values()))}" if len(areas) == 1 else "Landets kommuner"


def municipalities_of(case: Case, *, with_others: bool = False) -> tuple[Party, ...]:
    """The municipalities that a case has papers for, in its order.

    Args:
        case: what is known.
        with_others: also those that other areas' secretariats ask.
    """
    return tuple(
        p for p in case.parties if p.kind is PartyKind.MUNICIPALITY and (p.is_asked or with_others)
    )


def council_paper(material: CouncilMaterial, party: Party) -> CouncilPaper:
    """The paper of one municipality.

    Args:
        material: what all share.
        party: the municipality.
    """
    case, status = material.case, material.status
    row = material.rows.get(party.party)
    rows = _figure_rows(material, party)
    found = figures_for(material.figures, rows) if material.figures else ()
    made = CouncilPaper(
        reference=case.reference,
        title=paper_title(case),
        code=party.party,
        municipality=party.name,
        as_of=status.as_of,
        wording=material.wording,
        lead=lead_of(levels_of(case, party)),
        treated=_treated(case),
        figures=found,
        figure_heads=tuple(title.removesuffix(" i alt") for title in rows) if found else (),
        figure_notes=_figure_notes(material, has_figures=bool(found), hides=has_hidden(found)),
        own_steps=own_steps(case, status, party, row),
        levels=level_lines(case, party, row),
        report=_report(case),
        enclosures=council_enclosures(case),
    )
    is_marked = any(MADE_UP in text for text in made.marked_texts())
    notes = (f"{MADE_UP} Opdigtet til demonstration.",) if is_marked else ()
    return replace(made, notes=notes)


def _figure_rows(material: CouncilMaterial, party: Party) -> tuple[str, ...]:
    """The municipality, its area and the country, as the report's tables name them."""
    area = material.areas.get(party.area or material.case.area)
    rows = [party.name, *([f"{area} i alt"] if area else [])]
    return (*rows, COUNTRY) if len(material.areas) > 1 else tuple(rows)


def _figure_notes(material: CouncilMaterial, *, has_figures: bool, hides: bool) -> tuple[str, ...]:
    if not has_figures or material.figures is None:
        return ()
    version = material.figures.version
    notes = [f"Kilde: kommunernes svar, som de står i endelig version {version}."]
    return (*notes, *material.figures.notes_for(hides=hides))


def _treated(case: Case) -> tuple[str, ...]:
    """What the bodies have decided, and when."""
    decided = [d for d in case.decisions if d.level is Level.BODY]
    names = {party.party: party.name for party in case.parties}
    return tuple(
        f"{names.get(d.party, d.party)} {d.when}{mark(d.is_made_up)}: {label(d.outcome)}"
        for d in sorted(decided, key=lambda d: (d.happened_to, d.recorded_at))
    )


def _report(case: Case) -> tuple[str, ...]:
    """Which version is decided on; its checksum tells that a file is that very one."""
    finals = [d for d in case.documents if d.document_kind is DocumentKind.FINAL_REPORT]
    if not finals:
        return (f"Der foreligger endnu ikke en endelig version af {case.process.paper_title}.",)
    last = max(finals, key=lambda d: (d.version, d.recorded_at))
    version = f", version {last.version}" if last.version else ""
    dated = f"{long_date(last.dated_on)}{mark(last.is_made_up)}"
    told = [f"Der tages stilling til {case.process.paper_title}{version}, af {dated}."]
    if last.sha256:
        told.append(f"{first_upper(case.process.paper_title)} har kontrolsummen {last.sha256}.")
    return tuple(told)
