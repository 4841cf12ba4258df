"""«Registrér kommunernes beslutninger»: a row for each council, typed or pasted, saved together.

What was typed is kept in the store and travels by its checksum, so every page is opened by GET and
nothing is recorded before «Gem». Rows that cannot be saved stay, each with what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Sized
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import Level
from udmelding.casework.files import keep_own
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.recording.recording import Batch, record_many, taking_back
from udmelding.casework.wiring import Services
from udmelding.config.case.library import load_areas
from udmelding.config.parties import danish_sort_key
from udmelding.errors import NotFoundError
from udmelding.journal.database import Session
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.files.cpr_gate import CprRefusedError, pass_gate
from udmelding.rules.recording.asking import words
from udmelding.rules.recording.catalogue import sentence
from udmelding.rules.recording.decision_grid import (
    OUTCOMES,
    GridRow,
    JudgedRow,
    Typed,
    grid_rows,
    judged_rows,
    with_decisions,
)
from udmelding.rules.recording.entry import names_of
from udmelding.rules.status.likely import progress, progress_from, progress_sentences
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.date_wording import clock_time, short_date
from udmelding.rules.words.lists import join_names
from udmelding.web.case.pages import Seen, case_page
from udmelding.web.recording.grid_reading import (
    FilledGrid,
    Grid,
    kept_grid,
    name_of,
    with_files,
    with_pasted,
)
from udmelding.web.recording.pages import Now
from udmelding.web.recording.reading import Sent, file_of, minutes_of
from udmelding.web.recording.showing import moment_in
from udmelding.web.rendering import redirect
from udmelding.web.upload import again
from udmelding.web.visitor import Caseworker, services_of

router = APIRouter(prefix="/sager/{reference}/registrer/beslutninger")

_LEVELS = (Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE)
_SURE = "Datoen er bekræftet i skemaet over beslutninger."
_UNDONE = "Fortrudt lige efter, at den blev gemt."
_MOST_AT_ONCE = 40
"""Of so many councils one page has the rows; of more it has those of one area at a time."""


@router.get("")
def show(
    request: Request,
    _: Caseworker,
    found: Now,
    fra: str = "",
    omraade: str = "",
    gemt: str = "",
    var: str = "",
) -> HTMLResponse:
    """The grid, empty or as it was left, with what can be saved and what that changes.

    ``gemt`` names where the keys of what was just saved are kept, to take it back.
    """
    grid = kept_grid(services_of(request), fra)
    return _page(request, found, grid, area=omraade, fra=fra, gemt=gemt, var=var)


def _page(
    request: Request,
    found: Seen,
    grid: Grid,
    *,
    area: str = "",
    fra: str = "",
    gemt: str = "",
    var: str = "",
    wrong: str = "",
) -> HTMLResponse:
    step, today = _step(found), found.moment.date()
    meanwhile = _meanwhile(found, grid, step)
    judged = judged_rows(grid.rows, step, found.case, today, meanwhile)
    ready = [row for row in judged if row.state.is_saved]
    after = status(with_decisions(found.case, judged, found.moment), today) if ready else None
    rows, areas = _rows(found, step, area)
    return case_page(
        request,
        "recording/grid.html",
        found,
        code=422 if wrong else 200,
        wrong=wrong,
        rows=rows,
        areas=areas,
        area=area,
        grid=grid,
        fra=fra,
        judged={row.party: row for row in judged},
        ready=ready,
        held=[row for row in judged if not row.state.is_saved],
        names={party.party: party.name for party in found.case.parties},
        opened=grid.opened if grid.opened and not meanwhile else found.moment.isoformat(),
        outcomes=[(one.value, label(one)) for one in OUTCOMES],
        levels=words(_LEVELS),
        told=_told(found, after, var),
        gemt=gemt,
    )


def _told(found: Seen, after: Status | None, var: str) -> tuple[str, ...]:
    """What saving would change; or what was just changed, where nothing is to be saved."""
    if after is not None:
        return progress_sentences(progress(found.status), after)
    before = progress_from(var)
    return progress_sentences(before, found.status) if before else ()


@router.post("")
def change(request: Request, visitor: Caseworker, found: Now, sent: FilledGrid) -> Response:
    """Read the pasted lines in, show what would change, put a date right, or save what can be.

    Raises:
        ConfirmationNeededError: something holds what may be a CPR number, and nobody has looked.
    """
    services, today = services_of(request), visitor.now.date()
    typed = [asdict(row) for row in sent.grid.rows.values()]
    try:
        pass_gate({"linjer": typed, "text": sent.grid.text}, today, is_confirmed=visitor.has_looked)
    except CprRefusedError as error:  # what may not be kept travels nowhere
        return _page(request, found, sent.grid, area=sent.area, wrong=error.message)
    grid = with_files(services, found.case, sent, visitor.stamp)
    step = _step(found)
    if sent.do == "laes":
        grid = with_pasted(grid, found.case)
    elif sent.do.startswith("ret-"):
        grid = _with_likely(grid, found, step, sent.do.removeprefix("ret-"))
    judged = judged_rows(grid.rows, step, found.case, today, _meanwhile(found, grid, step))
    ready = [row for row in judged if row.state.is_saved]
    if sent.do != "gem" or not ready:
        request.state.recorded_in = None  # no flow has anything to do
        return _to(services, found, grid, sent.area, "#linjer" if sent.do == "laes" else "#skema")
    batch = Batch(
        reference=found.case.reference,
        kind="decision",
        facts=tuple(_fact(row) for row in ready),
        documents=tuple(
            _minutes(services, found, row, grid) for row in ready if _has_file(row, grid)
        ),
    )
    said = record_many(services, batch, replace(visitor.stamp, even_so=_SURE))
    keys = json.dumps([one.key for one in said if one.is_new]).encode()
    saved = {row.party for row in ready}
    left = replace(grid, rows={p: row for p, row in grid.rows.items() if p not in saved})
    names = join_names([name_of(found.case, row.party) for row in ready])
    asked = {
        "gemt": keep_own(services, keys).sha256,
        "var": progress(found.status).word,
        "omraade": sent.area,
    }
    if any(not row.is_empty for row in left.rows.values()) or left.text:
        asked["fra"] = keep_own(services, left.as_bytes()).sha256
    here = f"{_here(found)}?{urlencode({n: v for n, v in asked.items() if v})}"
    return redirect(request, visitor, f"{_many(ready)} er gemt: {names}.", here)


@router.post("/fortryd")
async def take_back(request: Request, visitor: Caseworker, found: Now) -> Response:
    """Take back what was saved together a moment ago, all of it.

    Raises:
        NotFoundError: nothing was saved there.
    """
    form = await request.form()
    gemt = form.get("gemt")
    keys = json.loads(again(services_of(request), "n", str(gemt)).content)
    own = {d.key for d in found.case.decisions if d.recorded_by == visitor.user.name}
    if not isinstance(keys, list) or not keys or not own.issuperset(keys):
        raise NotFoundError("registreringer, der kan fortrydes", "gemt")
    reference, stamp = found.case.reference, visitor.stamp

    def undo(session: Session) -> int:
        for key in keys:
            taking_back(reference, key, _UNDONE, stamp)(session)
        return len(keys)

    carry_out(services_of(request), undo, stamp, only=(reference,))
    return redirect(request, visitor, f"{_many(keys)} er taget tilbage.", _here(found))


def _many(decisions: Sized) -> str:
    return "1 beslutning" if len(decisions) == 1 else f"{len(decisions)} beslutninger"


def _here(found: Seen) -> str:
    return f"/sager/{found.case.reference}/registrer/beslutninger"


def _step(found: Seen) -> str:
    """The step in which councils decide.

    Raises:
        NotFoundError: they decide nothing in this case.
    """
    for step in found.case.process.steps:
        if is_council_step(step):
            return step.id
    raise NotFoundError("side", "beslutninger")


def _to(services: Services, found: Seen, grid: Grid, area: str, place: str) -> RedirectResponse:
    asked = {"fra": keep_own(services, grid.as_bytes()).sha256}
    if area:
        asked["omraade"] = area
    return RedirectResponse(f"{_here(found)}?{urlencode(asked)}{place}", status_code=303)


def _with_likely(grid: Grid, found: Seen, step: str, party: str) -> Grid:
    """The grid with the day that was probably meant in place of the one that was written."""
    judged = judged_rows(
        {party: grid.rows.get(party, Typed())}, step, found.case, found.moment.date(), {}
    )
    if not judged or judged[0].likely_on is None:
        return grid
    row = replace(grid.rows[party], on=short_date(judged[0].likely_on), is_sure=False)
    return replace(grid, rows={**grid.rows, party: row})


def _meanwhile(found: Seen, grid: Grid, step: str) -> dict[str, str]:
    """What others have recorded about the rows since the grid was opened, by party."""
    since = moment_in(grid.opened)
    if since is None:
        return {}
    names = names_of(found.case)
    return {
        d.party: (
            f"{d.recorded_by} registrerede kl. {clock_time(d.recorded_at)}: {sentence(d, names)}"
        )
        for d in found.case.decisions
        if d.step == step and d.recorded_at > since and not grid.rows.get(d.party, Typed()).is_empty
    }


def _rows(found: Seen, step: str, area: str) -> tuple[list[GridRow], list[tuple[str, str, int]]]:
    """The rows of one area at a time where there are many, and the areas with what is missing."""
    plan = found.status.plan
    councils = {row.party: row for row in plan.councils} if plan else {}
    rows = [
        replace(
            row,
            expected_on=councils[row.party].planned,
            is_assumed=councils[row.party].is_assumed,
            passed_on=councils[row.party].passed_on,
        )
        if row.party in councils and not row.decided
        else row
        for row in grid_rows(found.case, found.status.standings, step)
    ]
    rows.sort(key=lambda row: danish_sort_key(row.name))
    if len(rows) <= _MOST_AT_ONCE:
        return rows, []
    area_of = {party.party: party.area or "" for party in found.case.parties}
    missing: dict[str, int] = {}
    for row in rows:
        missing[area_of[row.party]] = missing.get(area_of[row.party], 0) + (not row.decided)
    chosen = area if area in missing else found.case.area
    known = load_areas()
    areas = [
        (one, known[one].kkr if one in known else one, count) for one, count in missing.items()
    ]
    areas.sort(key=lambda named: danish_sort_key(named[1]))
    return [row for row in rows if area_of[row.party] == chosen], areas


def _has_file(row: JudgedRow, grid: Grid) -> bool:
    file = grid.files.get(row.party)
    return file is not None and row.entry is not None and row.entry.evidence == file.name


def _fact(row: JudgedRow) -> dict[str, Any]:
    if row.entry is None:
        raise TypeError(row.party)
    return row.entry.model_dump(exclude={"kind", "on"}) | {"on": row.entry.on}


def _minutes(services: Services, found: Seen, row: JudgedRow, grid: Grid) -> dict[str, Any]:
    if row.entry is None:
        raise TypeError(row.party)
    file = grid.files[row.party]
    sent = Sent({"file_sha256": file.sha256, "file_name": file.name})
    return minutes_of([name_of(found.case, row.party)], row.entry.on, file_of(services, sent))
