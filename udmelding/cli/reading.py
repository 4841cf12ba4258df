"""Loads cases for the commands that only read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from udmelding.errors import RefusedError

if TYPE_CHECKING:
    from udmelding.rules.case.case import Case


def one_case(reference: str, moment: dt.datetime) -> Case:
    """The case with that reference as it was known at ``moment``."""
    from udmelding.casework.services import open_services
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading

    with open_services() as services, reading(services.engine) as session:
        return load(session, reference, moment)


def all_cases(moment: dt.datetime) -> tuple[Case, ...]:
    """Every case as it was known at ``moment``."""
    from udmelding.casework.services import open_services
    from udmelding.journal.case.load import load_all
    from udmelding.journal.database import reading

    with open_services() as services, reading(services.engine) as session:
        return load_all(session, moment)


def no_deadline(reference: str) -> RefusedError:
    """What is told of a case that cannot be planned."""
    return RefusedError(
        "Sagen har ingen frist at planlægge efter. Registrér den med "
        f"«udmelding record deadline {reference} DATO»."
    )
