"""For whom does a submission take a reservation?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from udmelding.casework.services import Services
from udmelding.config.parties import find_municipality
from udmelding.errors import RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.case.glossary import enumerated
from udmelding.rules.status.status import status


def reservation_codes(
    services: Services, reference: str, now: dt.datetime, named: Sequence[str] | None
) -> list[str]:
    """Codes of the municipalities that the submission names as not having decided.

    Args:
        services: the database.
        reference: the case.
        now: the moment of the submission.
        named: names or codes given by hand; None takes those that have not decided.

    Raises:
        NotFoundError: there is no such case or municipality.
        RefusedError: the process allows no reservation, and somebody is missing.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
    missing = status(case, now.date()).councils.missing
    codes = (
        [party.party for party in missing]
        if named is None
        else [find_municipality(name).code for name in named]
    )
    if codes and not case.process.reservation:
        names = enumerated([party.name for party in missing])
        raise RefusedError(
            f"Processen «{case.process.title}» kan ikke sendes med forbehold, og {names} mangler."
        )
    return codes
