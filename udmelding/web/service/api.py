"""The JSON API: the values of the pages and the commands, for programs.

A sub-app of its own under ``/api``: a program shows a token (``Authorization: Bearer …``) with the
scope it needs, no cookie is read and no form value asked for. Its OpenAPI document is at
``/api/openapi.json``. Dates go in as ISO 8601 or as Danes write them, and come out as ISO 8601.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Depends, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from udmelding import clock
from udmelding.casework.case.as_json import log_values, owed_values, standing_values, status_values
from udmelding.casework.plan.as_json import forecast_values, meeting_values, plan_values
from udmelding.casework.plan.explaining import forecast_of
from udmelding.casework.recording.recording import record_fact
from udmelding.casework.wiring import Services
from udmelding.errors import ConfirmationNeededError, DoubtfulError, RefusedError, UdmeldingError
from udmelding.journal.access.api_tokens import READ, WRITE, TokenValue, find_token, use_token
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load, load_all
from udmelding.journal.case.log import log
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import without_none
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.shared_meetings import coming_meetings
from udmelding.rules.recording.catalogue import AnyEntry
from udmelding.rules.status.status import status
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.web.limits import Limit
from udmelding.web.visitor import Clock, services_of
from udmelding.web.webhooks import events

_BEARER = "bearer "
_TOUCH = dt.timedelta(minutes=1)

endpoints = APIRouter()
"""Not ``router``: the app takes every ``router`` in as pages, and these stand under ``/api``."""
"""Not ``router``: the app takes every ``router`` in as pages, and these stand under ``/api``."""


class NoTokenError(RefusedError):
    """No token was shown, or it does not work."""

    http_status = 401


class WrongScopeError(RefusedError):
    """The token is not for this."""

    http_status = 403


def create_api(services: Services, now: Clock) -> FastAPI:
    """The API on these parts and this clock."""
    api = FastAPI(
        title="udmelding",
        version="1",
        description=(
            "Cases, plans, forecasts and recordings of central udmeldinger. Every reading address "
            "takes `as_of`, a day, and shows what was known at its end."
        ),
        docs_url=None,
        redoc_url=None,
        webhooks=events,
    )
    api.state.services, api.state.now = services, now
    api.state.limit = Limit(most=60, window=dt.timedelta(minutes=1))
    api.add_exception_handler(UdmeldingError, cast("Any", _told))
    api.router.routes.extend(endpoints.routes)  # as they are: to include them reads them all again
    return api


async def _told(_request: Request, error: UdmeldingError) -> JSONResponse:
    headers = (
        {"WWW-Authenticate": "Bearer"} if error.http_status == NoTokenError.http_status else {}
    )
    detail: dict[str, Any] = {"detail": error.message}
    if isinstance(error, ConfirmationNeededError):
        detail["confirm"] = error.confirm
    if isinstance(error, DoubtfulError):
        detail["detail"] += " Er det rigtigt alligevel, så send begrundelsen med i feltet even_so."
        detail["doubts"] = list(error.doubts)
    return JSONResponse(detail, error.http_status, headers)


def _shown(request: Request, authorization: str) -> TokenValue:
    services = services_of(request)
    now: dt.datetime = request.app.state.now()
    address = request.client.host if request.client else ""
    secret = authorization[len(_BEARER) :].strip()
    if not authorization.lower().startswith(_BEARER) or not secret:
        raise NoTokenError("Vis en adgangsnøgle: Authorization: Bearer …")
    with reading(services.engine) as session:
        found = find_token(session, secret)
    if found is None or not found.works(now):
        request.app.state.limit.spend(address, now)
        raise NoTokenError("Adgangsnøglen gælder ikke.")
    if found.used_at is None or now - found.used_at > _TOUCH:
        with writing(services.engine) as session:
            use_token(session, found.id, now)
    return found


def _may(scope: str) -> Any:
    def check(
        request: Request, authorization: Annotated[str, Header(description="Bearer …")] = ""
    ) -> TokenValue:
        token = _shown(request, authorization)
        if scope not in token.scopes:
            raise WrongScopeError(f"Adgangsnøglen må ikke bruges til dette; den mangler «{scope}».")
        return token

    check.__dict__["allowed"] = "token"
    return Depends(check)


MayRead = Annotated[TokenValue, _may(READ)]
MayWrite = Annotated[TokenValue, _may(WRITE)]
AsOf = Annotated[str, Query(description="A day; shows what was known at its end.")]


def _moment(request: Request, as_of: str) -> dt.datetime:
    now: dt.datetime = request.app.state.now()
    if not as_of:
        return now
    return clock.end_of(read_day(as_of, today=now.date(), direction=Direction.PAST))


def _case(request: Request, reference: str, as_of: str) -> tuple[Case, dt.datetime]:
    services = services_of(request)
    moment = _moment(request, as_of)
    with reading(services.engine) as session:
        return load(session, reference, moment), moment


@endpoints.get("/cases", summary="The status of every case")
def all_cases(request: Request, _: MayRead, as_of: AsOf = "") -> list[dict[str, Any]]:
    """The status of every case."""
    moment = _moment(request, as_of)
    with reading(services_of(request).engine) as session:
        found = load_all(session, moment)
    return [status_values(status(case, moment.date())) for case in found]


@endpoints.get("/cases/{reference}", summary="The status of one case")
def case_status(request: Request, _: MayRead, reference: str, as_of: AsOf = "") -> dict[str, Any]:
    """The status of one case."""
    case, moment = _case(request, reference, as_of)
    return status_values(status(case, moment.date()))


@endpoints.get("/cases/{reference}/matrix", summary="How every party stands in every step")
def matrix(request: Request, _: MayRead, reference: str, as_of: AsOf = "") -> list[dict[str, Any]]:
    """How every party stands in every step."""
    case, moment = _case(request, reference, as_of)
    rows = status(case, moment.date()).standings
    return [standing_values(without_none(row)) for row in rows]


@endpoints.get("/cases/{reference}/plan", summary="The plan, with every council")
def plan(request: Request, _: MayRead, reference: str, as_of: AsOf = "") -> dict[str, Any]:
    """The plan, with every council."""
    case, moment = _case(request, reference, as_of)
    found = plan_of(case, moment.date())
    if found is None:
        raise RefusedError("Sagen har ingen frist at planlægge efter.")
    return plan_values(found)


@endpoints.get("/cases/{reference}/forecast", summary="Who will have decided when")
def forecast(request: Request, _: MayRead, reference: str, as_of: AsOf = "") -> dict[str, Any]:
    """Who will have decided when."""
    moment = _moment(request, as_of)
    found = forecast_of(services_of(request), reference, moment)
    if found is None:
        raise RefusedError("Sagen har ingen frist eller ingen kommuner, der skal beslutte.")
    return forecast_values(found)


@endpoints.get("/cases/{reference}/log", summary="All that was recorded and sent")
def case_log(
    request: Request, _: MayRead, reference: str, as_of: AsOf = ""
) -> list[dict[str, Any]]:
    """All that was recorded and sent."""
    moment = _moment(request, as_of)
    with reading(services_of(request).engine) as session:
        lines = log(session, find(session, reference), moment, tells_none=False)
    return [log_values(line) for line in lines]


@endpoints.get("/due", summary="All that anybody owes, across cases")
def due(request: Request, _: MayRead, as_of: AsOf = "") -> list[dict[str, Any]]:
    """All that anybody owes, across cases."""
    moment = _moment(request, as_of)
    with reading(services_of(request).engine) as session:
        found = [status(case, moment.date()) for case in load_all(session, moment)]
    return [owed_values(owed) for one in found for owed in (*one.overdue, *one.next)]


@endpoints.get("/meetings", summary="The bodies' coming meetings, with the cases on each")
def meetings(request: Request, _: MayRead, as_of: AsOf = "") -> list[dict[str, Any]]:
    """The bodies' coming meetings, with the cases on each."""
    moment = _moment(request, as_of)
    with reading(services_of(request).engine) as session:
        found = load_all(session, moment)
    today = moment.date()
    seen = coming_meetings([(case, plan_of(case, today)) for case in found], today)
    return [meeting_values(meeting) for meeting in seen]


class _AnyKind:
    """Tells programs what each kind takes; what they say is checked by the one way in, as ever."""

    def __get_pydantic_json_schema__(
        self, _schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(AnyEntry.core_schema)


@endpoints.post("/cases/{reference}/facts", status_code=201, summary="Record one fact")
def record(
    request: Request,
    token: MayWrite,
    reference: str,
    said: Annotated[
        dict[str, Any],
        _AnyKind(),
        Body(
            description=(
                "`kind` and the fields of that kind, as in a case file; a municipality may be "
                "named. `confirmed: true` says besides that a person has looked at digits that may "
                "be a CPR number: they are none. What can be true but probably is not, or is "
                "incomplete, is refused (422) with `doubts`, until it comes with `even_so`: why "
                "it is recorded all the same."
            ),
            examples=[
                {
                    "kind": "decision",
                    "step": "councils",
                    "party": "Lolland",
                    "on": "2025-04-28",
                    "level": "council",
                    "outcome": "approved",
                }
            ],
        ),
    ],
) -> dict[str, Any]:
    """Record one fact."""
    fields = dict(said)
    kind = fields.pop("kind", None)
    has_looked = fields.get("confirmed") is True  # the word of an answer is a text
    if has_looked:
        del fields["confirmed"]
    even_so = fields.pop("even_so", "")
    if not isinstance(even_so, str):
        raise RefusedError("Feltet even_so skal være en tekst: begrundelsen.")
    if not isinstance(kind, str):
        raise RefusedError("Skriv, hvad der registreres: «kind», fx decision eller response.")
    made = Stamp(
        request.app.state.now(), f"{token.name} (adgangsnøgle)", has_looked, even_so.strip()
    )
    done = record_fact(services_of(request), reference, kind, fields, made)
    return {
        "reference": done.reference,
        "key": done.key,
        "text": done.text,
        "new": done.is_new,
    }
