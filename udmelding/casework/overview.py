"""Which cases have something due, and what needs a person?"""

from __future__ import annotations

import datetime as dt

from models import OutboxState
from udmelding.casework.perform import missing_addresses
from udmelding.casework.services import Services
from udmelding.journal import agenda, agenda_due, outbox
from udmelding.journal.database import reading, writing
from udmelding.journal.header import find, headers
from udmelding.journal.load import load_all
from udmelding.rules.due import due
from udmelding.rules.glossary import enumerated, label


def waiting_cases(services: Services, now: dt.datetime) -> tuple[str, ...]:
    """References of the cases in which something is due at ``now``, in their order.

    Reads the agenda, not the cases: a case with nothing due costs nothing here. A case that was
    only put up for a look is loaded and asked; when nothing comes of it, it is put away again
    without a flow run.
    """
    today = now.date()
    with reading(services.engine) as session:
        items = agenda_due.due(session, today)
        certain = {item.reference for item in items if item.rung}
        woken = tuple({item.reference for item in items if not item.step} - certain)
        asked = load_all(session, now, headers(session, woken)) if woken else ()
    idle = [case for case in asked if not due(case, today).actions]
    if idle:
        with writing(services.engine) as session:
            for case in idle:
                agenda.settle(session, find(session, case.reference), case, today)
    certain |= {case.reference for case in asked} - {case.reference for case in idle}
    return tuple(sorted(certain))


def attention(services: Services, reference: str, now: dt.datetime) -> tuple[str, ...]:
    """What a person should look at in one case, in Danish sentences."""
    found: list[str] = []
    without = missing_addresses(services, reference, now)
    if without:
        found.append(f"Der mangler mailadresser til {enumerated(without)}.")
    with reading(services.engine) as session:
        header = find(session, reference)
        stuck = outbox.list_letters(
            session,
            announcement_id=header.id,
            states=(OutboxState.FAILED, OutboxState.HELD),
        )
    found += [f"Mailen «{m.subject}» er {label(m.state)}: {m.outcome}" for m in stuck]
    return tuple(found)
