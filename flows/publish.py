"""Publishes a case's status and matrix as Prefect artifacts, for those who watch the flows."""

from __future__ import annotations

import datetime as dt
import re

from prefect import task
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from udmelding.casework.wiring import open_services
from udmelding.documents.case import matrix_table, status_markdown
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.status.status import status


@task(name="publish status", retries=2, retry_delay_seconds=2)
async def publish(reference: str, now: dt.datetime) -> None:
    """Publish the status (Markdown) and the matrix (a table) of one case as it stands at ``now``.

    Artifact keys are lower-case letters, digits and dashes; a new run adds a version under its key.
    """
    with open_services() as services, reading(services.engine) as session:
        found = status(load(session, reference, now), now.date())
    slug = re.sub(r"[^a-z0-9]+", "-", reference.lower()).strip("-")
    await acreate_markdown_artifact(
        key=f"status-{slug}", markdown=status_markdown(found), description=found.title
    )
    await acreate_table_artifact(
        key=f"matrix-{slug}", table=matrix_table(found), description=found.title
    )
