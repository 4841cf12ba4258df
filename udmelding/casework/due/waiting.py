"""Which cases have something due, and what needs a person?"""

from __future__ import annotations

import datetime as dt

from models import GATHERED, OutboxState, PartyKind
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import Header, find, headers
from udmelding.journal.case.load import load_all, load_frame
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.parties import load_contacts
from udmelding.journal.wake import wake_due, wake_index
from udmelding.rules.case.actions import Action, SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party
from udmelding.rules.case.glossary import label
from udmelding.rules.due.due import due
from udmelding.rules.words.lists import join_names


def waiting_cases(services: Services, now: dt.datetime) -> tuple[str, ...]:
    """References of the cases in which something is due at ``now``, in their order.

    Reads the wake index, not the cases: a case with nothing due costs nothing here. A case that was
    only put up for a look, or in which nothing but escalations wait for a person, is loaded and
    asked; when nothing comes of it, it is put away again without a flow run.
    """
    today = now.date()
    with reading(services.engine) as session:
        items = wake_due.due(session, today)
        known = {h.reference: h for h in headers(session, tuple({i.reference for i in items}))}
        certain = {i.reference for i in items if _is_the_machines(known[i.reference], i)}
        woken = tuple({item.reference for item in items} - certain)
        asked = load_all(session, now, [known[name] for name in woken]) if woken else ()
    idle = [case for case in asked if not any(map(_is_for_the_machine, due(case, today).actions))]
    if idle:
        with writing(services.engine) as session:
            for case in idle:
                wake_index.settle(session, find(session, case.reference), case, today)
    certain |= {case.reference for case in asked} - {case.reference for case in idle}
    return tuple(sorted(certain))


def _is_the_machines(header: Header, item: wake_due.DueItem) -> bool:
    """Whether what is due is a reminder that the machine sends by itself."""
    ladders = header.process.ladders.values()
    rungs = [rung for ladder in ladders for rung in ladder if rung.id == item.rung]
    return any(not rung.copy_to for rung in rungs)


def _is_for_the_machine(action: Action) -> bool:
    """Whether the machine does it; an escalation or a letter waits for a person to release it."""
    return not (isinstance(action, SendMail) and action.awaits_release)


def parties_without_address(session: Session, case: Case, now: dt.datetime) -> tuple[Party, ...]:
    """The parties that are asked by mail and have no address, in their order."""
    contacts = load_contacts(session, now)
    asked = (PartyKind.MUNICIPALITY, PartyKind.REGIONAL_COUNCIL)
    return tuple(
        party
        for party in case.parties
        if party.kind in asked and party.is_asked and not contacts.get(party.party)
    )


def attention(services: Services, reference: str, now: dt.datetime) -> tuple[str, ...]:
    """What a person should look at in one case, in Danish sentences."""
    found: list[str] = []
    with reading(services.engine) as session:
        header = find(session, reference)
        case = load_frame(session, header, now)
        without = [party.name for party in parties_without_address(session, case, now)]
        stuck = outbox.list_mails(
            session,
            announcement_id=header.id,
            states=(OutboxState.FAILED, OutboxState.HELD),
        )
    if without:
        found.append(f"Der mangler mailadresser til {join_names(without)}.")
    # A gathered mail may stand in another case; each case tells of its own part.
    found += [
        f"Mailen «{m.subject}» er {label(m.state)}: {m.outcome}"
        for m in stuck
        if m.mail not in GATHERED
    ]
    return tuple(found)
