"""«Offentliggør tal»: the ways to show a case's figures, what each costs, and the choice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import TypeAdapter

from models.report import FigureWay
from udmelding.casework.report.figures import CaseFigures
from udmelding.casework.report.publishing import (
    Wanted,
    cost_of_less,
    is_over,
    needed_figures,
    proposals,
    publish_figures,
    rule_of,
)
from udmelding.casework.work import Made, as_content, made_before
from udmelding.errors import DoubtfulError, RefusedError
from udmelding.rules.case.glossary import label
from udmelding.rules.report.figure_notes import (
    WAYS,
    CellName,
    cell_names,
    price,
    price_of_rule,
    reason_of,
    zeros_text,
)
from udmelding.rules.report.publication import LEAST_CHANGED, Proposal
from udmelding.rules.words.texts import first_upper
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.rendering import redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Caseworker, Visitor, services_of
from udmelding.web.work import to_work, works_of

router = APIRouter(prefix="/sager/{reference}/tal/offentliggoer")

Cells = Annotated[list[str], Form()]
_LOST = 60
"""So many hidden numbers are listed, each with its reason."""


@dataclass(frozen=True, slots=True)
class LostLine:
    """A number that would be hidden as a guard, and why."""

    cell: str
    name: CellName
    value: int
    is_total: bool
    reason: str


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way to publish as the page shows it."""

    way: FigureWay
    title: str
    text: str
    price: str
    zeros: str
    is_possible: bool


@router.get("")
def ways(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    behold: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    summer: str = "",
    sammenlign: str = "",
) -> Response:
    """The ways to publish; worked out behind the page where that takes long."""
    wanted = Wanted(needed=frozenset(behold), with_totals=bool(summer))
    return _page(request, visitor, found, wanted, compares=bool(sammenlign))


def _page(
    request: Request,
    visitor: Visitor,
    found: Seen,
    wanted: Wanted,
    *,
    compares: bool = False,
    wrong: str = "",
    asks_why: bool = False,
) -> Response:
    services, today = services_of(request), found.moment.date()
    figures = needed_figures(services, found.case.reference, found.moment)
    may_total = figures.publication is None or len(figures.uncounted) >= LEAST_CHANGED
    wanted = replace(wanted, with_totals=wanted.with_totals and may_total)
    may_add = figures.publication is None or bool(figures.unseen)
    made: tuple[tuple[Proposal, ...], tuple[Proposal, ...]] | None = None
    if may_add or wanted.with_totals:
        worked_out = _worked_out(request, visitor, found, figures, wanted, compares=compares)
        if isinstance(worked_out, Response):
            return worked_out
        made = worked_out
    shown = {
        "figures": figures,
        "wanted": wanted,
        "wrong": wrong,
        "asks_why": asks_why,
        "unseen": [u.name for u in figures.gathered.units if u.party in figures.unseen],
        "is_over": is_over(found.case, today),
        "least_changed": LEAST_CHANGED,
        "may_add": may_add,
        "may_total": may_total,
        "ways": None,
    }
    if made is not None:
        best = next((one for one in made[0] if not one.impossible), None)
        shown |= {
            "ways": [_way_line(one) for one in made[0]],
            "best": best.publication.way if best else None,
            "lost": _lost(figures, best) if best else [],
            "most_lost": _LOST,
            "compared": [price_of_rule(one) for one in made[1]],
        }
    return case_page(request, "report/publishing.html", found, code=422 if wrong else 200, **shown)


_WAYS: TypeAdapter[tuple[Proposal, ...]] = TypeAdapter(tuple[Proposal, ...])
_PARTS = {"Hvert tal, der kunne røbe et lille tal, findes og skjules": 1}


def _worked_out(
    request: Request,
    visitor: Visitor,
    found: Seen,
    figures: CaseFigures,
    wanted: Wanted,
    *,
    compares: bool,
) -> tuple[tuple[Proposal, ...], tuple[Proposal, ...]] | Response:
    """The ways to publish, and what less would cost; or the way to the page of that work."""
    settings, today = services_of(request).settings, found.moment.date()
    before = figures.judged_by
    key = (
        found.case.reference,
        tuple(sorted(figures.gathered.keys.items())),
        before.number if before else 0,
        rule_of(settings),
        (wanted.way, tuple(sorted(wanted.needed)), wanted.with_totals),
        today,
    )
    ways = _proposed(
        request,
        visitor,
        found,
        repr(key),
        lambda told: proposals(settings, figures, wanted, today, told),
    )
    if isinstance(ways, Response) or not compares:
        return ways if isinstance(ways, Response) else (ways, ())
    way = next((one.publication.way for one in ways if not one.impossible), FigureWay.ROWS)
    less = _proposed(
        request,
        visitor,
        found,
        f"{key!r} less",
        lambda _: tuple(cost_of_less(settings, figures, replace(wanted, way=way), today)),
    )
    return less if isinstance(less, Response) else (ways, less)


def _proposed(
    request: Request,
    visitor: Visitor,
    found: Seen,
    key: str,
    work_out: Callable[[Callable[[float], None]], tuple[Proposal, ...]],
) -> tuple[Proposal, ...] | Response:
    """What was worked out by ``key``, or the way to the page of that work."""
    home = f"/sager/{found.case.reference}/tal"
    here = f"{request.url.path}?{request.url.query}" if request.method == "GET" else ""
    here = here or f"{home}/offentliggoer"
    plan = Plan(
        kind=f"tal/{found.case.reference}/{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        title="Der regnes på, hvad der kan vises",
        ready="Der er regnet på, hvordan tallene kan vises.",
        failed="Der blev ikke regnet på tallene",
        parts=_PARTS,
        noun="procent",
        kept="Ingen tal er offentliggjort.",
        back=home,
        back_name="tallene",
        again=here,
    )

    def make(tell: Tell) -> Made:
        tell(0)
        ways = work_out(lambda done: tell(0, round(100 * done), 100))
        return Made(result=Result(address=here), content=as_content(_WAYS.dump_json(ways)))

    services, user = services_of(request), visitor.user.id
    content = made_before(services, user, plan.kind)
    if content is None:
        made = works_of(request).do(services, user, plan, make)
        if isinstance(made, str):
            return to_work(made)
        content = made.content.read() if made.content else b"[]"
    return _WAYS.validate_json(content)


def _way_line(proposal: Proposal) -> WayLine:
    way = proposal.publication.way
    title, is_possible = first_upper(label(way)), not proposal.impossible
    return WayLine(way, title, WAYS[way], price(proposal), zeros_text(proposal), is_possible)


def _lost(figures: CaseFigures, proposal: Proposal) -> Sequence[LostLine]:
    made, names = proposal.publication, cell_names(figures.gathered)
    parties = {unit.party: unit.name for unit in figures.gathered.units}
    return [
        LostLine(
            cell,
            names[cell],
            made.known[made.current[cell]].value,
            not made.known[made.current[cell]].owner,
            reason_of(made, cell, names, parties),
        )
        for cell in proposal.lost
        if cell in names
    ]


@router.post("")
def publish(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    maade: Annotated[str, Form()],
    behold: Cells = [],  # noqa: B006 - FastAPI copies it
    summer: Annotated[str, Form()] = "",
    even_so: Annotated[str, Form()] = "",
) -> Response:
    """Publish the way that was chosen."""
    services, reference = services_of(request), found.case.reference
    if maade not in {way.value for way in FigureWay}:
        raise RefusedError("Vælg, hvordan tallene skal vises.")
    wanted = Wanted(way=FigureWay(maade), needed=frozenset(behold), with_totals=bool(summer))
    stamp = replace(visitor.stamp, even_so=even_so.strip())
    plain = replace(wanted, way=FigureWay.ROWS)
    figures = needed_figures(services, reference, stamp.now)
    made = _worked_out(request, visitor, found, figures, plain, compares=False)
    if isinstance(made, Response):
        return made  # what was chosen among is not what there is now
    proposal = next((one for one in made[0] if one.publication.way is wanted.way), None)
    try:
        if proposal is not None and not proposal.impossible:
            over = is_over(found.case, visitor.now.date())
            deed = _publishing(found, figures, wanted, proposal, is_over=over)
            be_sure(request, visitor, deed, typed=("even_so",))
        publication = publish_figures(services, reference, wanted, stamp, proposal)
    except DoubtfulError as error:
        told = f"{error.message} Er det rigtigt alligevel, så skriv hvorfor, og offentliggør igen."
        return _page(request, visitor, found, plain, wrong=told, asks_why=True)
    except RefusedError as error:
        return _page(request, visitor, found, plain, wrong=error.message)
    told = f"Tallene er offentliggjort (opgørelse {publication.number})."
    return redirect(request, visitor, told, f"/sager/{reference}/tal")


def _publishing(
    found: Seen, figures: CaseFigures, wanted: Wanted, proposal: Proposal, *, is_over: bool
) -> Deed:
    """What it means that the figures are published."""
    first = figures.publication is None
    count = len(figures.gathered.given) if first or wanted.with_totals else len(figures.unseen)
    answers = f"{count} svar"
    happens = [
        f"Tallene fra {answers} vises: {label(wanted.way)}. {price(proposal)}",
        "Alle med adgang kan se dem, og de kommer med i rapporten.",
    ]
    if first or wanted.with_totals:
        happens.append("Summerne opgøres nu. Et senere svar vises for sig og lægges ikke til dem.")
    if not is_over:
        happens.append("Indsamlingen er ikke slut: nogle kan stadig nå at svare.")
    return Deed(
        title="Offentliggør tallene?",
        happens=happens,
        button=f"Offentliggør tallene fra {answers}",
        back=f"/sager/{found.case.reference}/tal/offentliggoer",
        is_for_good=True,
    )
