"""What webhooks are told, for the API's OpenAPI document; ``docs/webhooks.md`` says it in prose."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field


class Event(BaseModel):
    """One event, as the body of the call."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(description="The same at every try, and to every webhook.")]
    kind: Annotated[
        str,
        Field(
            description=(
                "`<kind of fact>.recorded`, `.corrected` or `.withdrawn`; `case.launched`; "
                "`mail.failed`, `mail.held`; `webhook.test`."
            ),
            examples=["decision.recorded"],
        ),
    ]
    case: Annotated[str | None, Field(description="The case's reference; null in a test.")]
    at: Annotated[dt.datetime, Field(description="When it happened, with its offset from UTC.")]
    by: Annotated[str, Field(description="Who did it.")]
    party: Annotated[str | None, Field(description="The party that it is about, if it is.")]
    step: Annotated[str | None, Field(description="The step that it is about, if it is.")]
    key: Annotated[str | None, Field(description="The key of the fact, case or mail.")]
    replaces: Annotated[str | None, Field(description="The key of the fact that was corrected.")]
    values: Annotated[
        dict[str, Any],
        Field(
            description=(
                "Of a fact: its line in `/cases/{reference}/log`, and its own `fields`. Of a case: "
                "its front page. Of a mail: its state, without text and addresses."
            )
        ),
    ]


router = APIRouter()


@router.post("event", summary="Something was recorded", status_code=204)
def event(
    body: Event,
    webhook_id: Annotated[str, Header(description="The event's id.")],
    webhook_timestamp: Annotated[int, Header(description="The moment of this try, Unix time.")],
    webhook_signature: Annotated[
        str, Header(description="`v1,` and a base64 HMAC-SHA256 over `id.timestamp.body`.")
    ],
) -> None:
    """Sent to each webhook; signed as Standard Webhooks says.

    Any 2xx answer means that it was taken. 410 switches the webhook off; 429 and 503 are tried
    again after `Retry-After`; everything else is tried again with growing pauses.
    """
