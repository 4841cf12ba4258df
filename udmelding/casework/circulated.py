"""Which version's figures may a paper quote? Those that the store keeps with the version."""

from __future__ import annotations

import json

from udmelding.casework.forms.seen import asked_of
from udmelding.casework.services import Services
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.journal.report.report import KeptVersion, versions_of
from udmelding.rules.case.case import Case
from udmelding.rules.report.circulated import Circulated, circulated


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
        asked = asked_of(session, case)
        versions = versions_of(session, find(session, case.reference).id, case.as_of)
    wanted = [v for v in versions if not only_final or _is_holding(v, case)]
    if asked is None or not wanted:
        return None
    last = max(wanted, key=lambda version: version.number)
    try:
        with services.store.open_checked(last.values_sha256) as file:
            kept = json.load(file)
    except NotFoundError:  # a case that was imported brings no files
        return None
    return circulated(kept, asked.form)


def _is_holding(version: KeptVersion, case: Case) -> bool:
    return version.is_final and version.number == case.latest_version
