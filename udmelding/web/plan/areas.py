"""«Området»: who decides for it, in which order, and what things are called there.

What is written travels along in the address, so each button leads to a page that can be left and
come back to; nothing is kept before a person has seen what it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.plan.areas import (
    Said,
    area_history,
    area_names,
    area_now,
    area_shipped,
    change_area,
    numbers_of,
    old_ways,
    preview_area,
    processes_of,
    said_area,
    to_the_new_way,
    ways_of,
)
from udmelding.casework.recording.consequences import carry_out, preview
from udmelding.errors import BadFileError, ConfirmationNeededError, NotFoundError, RefusedError
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.rules.plan.plan_change import PlanChange
from udmelding.web.kept_fields import from_address, in_address
from udmelding.web.plan.area_fields import (
    GROUPS,
    KINDS,
    Fields,
    acted,
    field_of,
    fields_of,
    read_fields,
    rows_of,
    sent_fields,
)
from udmelding.web.recording.showing import change_lines
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

HERE = "/indstillinger/omraadet"

router = APIRouter(prefix=HERE)


@router.get("")
def form(
    request: Request,
    visitor: Caseworker,
    omraade: str = "",
    felter: str = "",
    seen: str = "",
    fejl: str = "",
    aaben: str = "",
) -> HTMLResponse:
    """The area as it is used, or as it was being written (``felter``).

    Raises:
        NotFoundError: there is no such area.
    """
    services = services_of(request)
    area_id = omraade or services.settings.area
    now = area_now(services, area_id)
    fields = sent_fields(from_address(felter)) if felter else fields_of(now)
    _, flaws = _read(request, visitor, area_id, fields) if fejl else (None, {})
    shipped = area_shipped(area_id)
    return page(
        request,
        "plan/area.html",
        code=422 if flaws else 200,
        area_id=area_id,
        area=now.area,
        areas=area_names(services),
        fields=fields,
        groups={group.key: rows_of(fields, group) for group in GROUPS},
        kinds=KINDS,
        processes=processes_of(services),
        flaws=flaws,
        opened={"chain", aaben} | {name.partition(".")[0] for name in flaws},
        seen=seen or ".".join(str(n) for n in numbers_of(services, area_id).values()),
        is_own=now.area != shipped.area or now.national != shipped.national,
        old_ways=() if felter else old_ways(services, area_id),
        changes=area_history(services, area_id),
    )


@router.post("")
async def act(request: Request, visitor: Caseworker) -> Response:
    """Do what a button says to what stands in the fields; nothing is kept.

    Raises:
        ConfirmationNeededError: a field may hold a CPR number.
    """
    sent = await request.form()
    area_id, do, seen = (str(sent.get(name, "")) for name in ("omraade", "do", "seen"))
    fields = sent_fields(sent)
    pass_gate(fields, visitor.now.date(), is_confirmed=visitor.has_looked)
    if do == "tilbage":
        fields = fields_of(area_shipped(area_id))
    if do not in ("vis", "tilbage"):
        fields, row = acted(fields, do)
        more = {"seen": seen, "aaben": row.partition(".")[0]}
        return _led(area_id, fields, "", f"#{row}" if row else "", **more)
    said, _ = _read(request, visitor, area_id, fields)
    if said is None:
        return _led(area_id, fields, "", "#fejl", seen=seen, fejl="ja")
    return _led(area_id, fields, "/se", seen=seen)


@router.get("/se")
def see(
    request: Request, visitor: Caseworker, omraade: str = "", felter: str = "", seen: str = ""
) -> Response:
    """What it would do to use the area as it is written; the form where it cannot be read."""
    services = services_of(request)
    area_id = omraade or services.settings.area
    fields = sent_fields(from_address(felter))
    said, _ = _read(request, visitor, area_id, fields)
    if said is None:
        return _led(area_id, fields, "", "#fejl", seen=seen, fejl="ja")
    found = preview_area(services, said, visitor.now)
    return page(
        request,
        "plan/area_preview.html",
        code=422 if found.refused else 200,
        area_id=area_id,
        said=said,
        before=area_now(services, area_id),
        found=found,
        felter=in_address(fields),
        seen=seen,
        back=_address(area_id, fields, "", seen=seen),
    )


@router.post("/gem")
async def save(request: Request, visitor: Caseworker) -> Response:
    """Use the area from now on, as it was shown."""
    sent = await request.form()
    area_id, felter, seen = (str(sent.get(name, "")) for name in ("omraade", "felter", "seen"))
    fields = sent_fields(from_address(felter))
    said, _ = _read(request, visitor, area_id, fields)
    if said is None:
        return _led(area_id, fields, "", "#fejl", seen=seen, fejl="ja")
    services = services_of(request)
    numbers = [int(part) if part.isdecimal() else -1 for part in seen[:20].split(".")]
    paths = numbers_of(services, area_id)
    try:
        is_other = change_area(
            services, said, visitor.stamp, dict(zip(paths, [*numbers, -1, -1], strict=False))
        )
    except ConfirmationNeededError:
        raise  # asked about on a page of its own
    except RefusedError as error:
        address = _address(area_id, fields, "/se", seen=seen)
        return redirect(request, visitor, error.message, address, is_good=False)
    message = "Området er gemt og gælder fra nu af." if is_other else "Intet er anderledes end før."
    return redirect(request, visitor, message, f"{HERE}?{urlencode({'omraade': area_id})}")


@router.get("/sag/{reference}")
def see_case(request: Request, visitor: Caseworker, reference: str) -> HTMLResponse:
    """What it would do to an open case to go the way that new cases go.

    Raises:
        NotFoundError: there is no such case.
    """
    services, stamp = services_of(request), visitor.stamp
    changes: tuple[PlanChange, ...] = ()
    wrong = ""
    try:
        do = to_the_new_way(services, reference, stamp)
        changes = preview(services, do, stamp, only=(reference,)).changes
    except NotFoundError:
        raise
    except RefusedError as error:  # such as a step in use that the new way has not
        wrong = error.message
    old, new = ways_of(services, reference)
    return page(
        request,
        "plan/area_case.html",
        reference=reference,
        old=old,
        new=new,
        changes=[(change, change_lines(change)) for change in changes],
        wrong=wrong,
    )


@router.post("/sag/{reference}")
def move_case(request: Request, visitor: Caseworker, reference: str) -> Response:
    """Let an open case go the way that new cases go.

    Raises:
        NotFoundError: there is no such case.
    """
    services, stamp = services_of(request), visitor.stamp
    try:
        do = to_the_new_way(services, reference, stamp)
        told = carry_out(services, do, stamp, only=(reference,)).result
    except NotFoundError:
        raise
    except RefusedError as error:
        return redirect(request, visitor, error.message, HERE, is_good=False)
    return redirect(request, visitor, told, f"/sager/{reference}")


def _read(
    request: Request, visitor: Visitor, area_id: str, fields: Fields
) -> tuple[Said | None, Mapping[str, str]]:
    """The area that the fields say; where it is none, what is wrong by its field."""
    services = services_of(request)
    found = read_fields(fields, processes_of(services), visitor.now.date())
    if found.flaws:
        return None, found.flaws
    try:
        return said_area(services, area_id, found.area, found.national), {}
    except BadFileError as error:
        flaws = {
            field_of(flaw.key, fields) or "name": f"{flaw.problem[0].upper()}{flaw.problem[1:]}."
            for flaw in error.flaws
        }
        return None, flaws


def _led(area_id: str, fields: Fields, page_: str, place: str = "", **more: str) -> Response:
    return RedirectResponse(_address(area_id, fields, page_, **more) + place, status_code=303)


def _address(area_id: str, fields: Fields, page_: str, **more: Any) -> str:
    asked = {"omraade": area_id, "felter": in_address(fields), **more}
    return f"{HERE}{page_}?{urlencode(asked)}"
