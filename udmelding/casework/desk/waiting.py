"""What waits for the secretariat in all cases, and beside them: one list, and its length.

What lies in a case comes with the case's summary; mails, addresses, drafts and the set-up are read
here, in a number of statements that does not grow with them. ``rules.desk.waits`` says what the
words mean and in which order they stand.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models import GATHERED, Meaning, OutboxState
from udmelding.casework.desk.beginning import Beginning, Step, beginning, setup_waits
from udmelding.casework.due.listing import DueReminder, awaiting_release
from udmelding.casework.inbox.lists import names_of
from udmelding.casework.mail.undelivered import BrokenAddress, Standing, broken_addresses, missed
from udmelding.casework.mail.writing import receiver_of
from udmelding.casework.parties.addresses import experience
from udmelding.casework.summaries import Summary, prepare_and_read, summaries_in
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.journal.database import Session
from udmelding.journal.forms.answers import several_answers
from udmelding.journal.inbox.delivery_reports import refusing
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.inbox.shelves import on_the_desk
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import standing_contacts
from udmelding.journal.summaries.summaries import Basis
from udmelding.rules.case.glossary import label
from udmelding.rules.desk.waits import Answered, Wait, Waiting
from udmelding.rules.inbox.post_wording import day_of, meaning_of
from udmelding.rules.words.date_wording import long_date, near_date
from udmelding.rules.words.lists import join_names

_NAMED = 6

ESTABLISHED = 3
"""From so many open cases on nobody is told of the set-up any more; its pages tell what lacks."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits, in no order, and what was answered today, the last first."""

    rows: tuple[Wait, ...]
    answered: tuple[Answered, ...]


More = Callable[[Session], Iterable[Wait]]
"""What waits in a room above this one: drafts of a launch."""


def waiting_count(
    services: Services, now: dt.datetime, more: More, *, is_demo: bool = False
) -> int:
    """How many things wait: the number that the menu shows; nobody sets up a demo."""

    def read(session: Session, basis: Basis) -> tuple[int, tuple[Wait, ...]]:
        cases = summaries_in(session, basis)
        return len(cases), waiting(session, services.settings, cases, now, more).rows

    cases, rows = prepare_and_read(services, now.date(), read)
    is_new = cases < ESTABLISHED and not is_demo
    return len(with_setup(rows, beginning(services, now)) if is_new else rows)


def with_setup(rows: Sequence[Wait], begun: Beginning) -> tuple[Wait, ...]:
    """What waits, and what is missing in the set-up; addresses are missing once."""
    told = Waiting.UNREACHED in {one.kind for one in rows}
    missing = (one for one in setup_waits(begun) if not told or one.key != Step.CONTACTS)
    return (*rows, *missing)


def waiting(
    session: Session,
    settings: Settings,
    cases: Sequence[Summary],
    now: dt.datetime,
    more: More,
) -> Waits:
    """All that waits at ``now``, given the summaries of the open cases."""
    known = {case.reference: case for case in cases}
    names = names_of(settings)
    contacts = standing_contacts(session)
    addresses = {
        party: frozenset(one.email for one in by_role.values())
        for party, by_role in contacts.items()
    }
    rows = [
        one
        for case in cases
        for one in case.waits
        if one.kind is not Waiting.CONTACT
        or not addresses.get(one.party, frozenset()).intersection(one.about)
    ]
    mails, done = on_the_desk(session, now)
    rows += (_reply(mail, known, names, now.date()) for mail in mails)
    rows += _choices(session, known, names)
    experienced = experience(session, now)
    broken = broken_addresses(session, now, experienced, contacts)
    rows += (_bounced(one, names) for one in broken)
    rows += _refused(session, now)
    rows += _unreached(cases, addresses, names)
    dead = {one.address.casefold() for one in broken}
    rows += _stuck(session, known, names, dead)
    due = awaiting_release(session, now.date())
    rows += _reminders(due, known, _receivers(contacts), {*dead, *experienced.absent})
    rows += more(session)
    answered = [one for case in cases for one in case.answered]
    answered += (_handled(mail, names) for mail in done)
    return Waits(tuple(rows), tuple(sorted(answered, key=lambda one: one.at, reverse=True)))


_SAYS: Mapping[Meaning, str] = {
    Meaning.ANSWER: "har svaret i en mail",
    Meaning.PARTIAL_ANSWER: "har sendt en del af svaret i en mail",
    Meaning.NO_CITIZENS: "skriver, at der ikke er borgere i målgruppen",
    Meaning.DECISION: "skriver om en beslutning",
    Meaning.ANNOUNCED_DAY: "skriver, hvornår det kommer",
    Meaning.EXTENSION_WANTED: "skriver, at de har brug for mere tid",
    Meaning.QUESTION: "har et spørgsmål",
    Meaning.NEW_CONTACT: "skriver, at der er en ny kontaktperson",
}


def _reply(
    mail: InboxMail, known: Mapping[str, Summary], names: Mapping[str, str], today: dt.date
) -> Wait:
    meaning, day = meaning_of(mail.suggestion), day_of(mail.suggestion)
    told = _SAYS.get(meaning, "har skrevet en mail") if meaning else "har skrevet en mail"
    is_announced = meaning is Meaning.ANNOUNCED_DAY and day is not None
    if is_announced and day is not None:
        told = f"skriver, at det kommer {near_date(day, today)}"
    can_note = is_announced and bool(mail.reference) and not mail.locked_files
    case = known.get(mail.reference)
    about = [f"«{mail.subject}»"] if mail.subject else []
    if mail.locked_files:
        told = f"har sendt en mail med {_files(mail.locked_files)}"
        about.append("I skal se efter cpr-numre")
    if not mail.reference:
        about.append("hører ikke til en sag endnu")
    return Wait(
        kind=Waiting.REPLY,
        key=mail.key,
        who=names.get(mail.party) or mail.sender_name or mail.sender,
        what=told,
        at=mail.received_at,
        due_on=_owed_by(case, mail.party),
        about=tuple(about),
        reference=mail.reference,
        case=case.title if case else mail.reference,
        mine=case.mine if case else "",
        party=mail.party,
        value=day if can_note else None,
    )


def _files(count: int) -> str:
    return "en låst fil" if count == 1 else f"{count} låste filer"


def _owed_by(case: Summary | None, party: str) -> dt.date | None:
    days = [one.due_on for one in case.owing.get(party, ())] if case else []
    return min((day for day in days if day is not None), default=None)


def _choices(
    session: Session, known: Mapping[str, Summary], names: Mapping[str, str]
) -> Iterator[Wait]:
    for reference, party, count, at in several_answers(session):
        if (case := known.get(reference)) is not None:
            yield Wait(
                kind=Waiting.CHOICE,
                key=f"{reference}/{party}",
                who=names.get(party, party),
                what=f"har sendt {count} svar. Vælg, hvilket der gælder",
                at=at,
                about=("det nyeste tæller så længe",),
                reference=reference,
                case=case.title,
                mine=case.mine,
                party=party,
            )


def _bounced(one: BrokenAddress, names: Mapping[str, str]) -> Wait:
    parties = [names.get(party, party) for party in one.parties]
    count = len({mail.outbox_mail.key for mail in one.mails})
    told = (
        f"får ikke vores mails: de {'kommer retur' if one.known.has_bounced else 'bliver afvist'}"
    )
    lost = f"{count} {'mail' if count == 1 else 'mails'} nåede ikke frem" if count else ""
    why = f"«{one.known.why[:_WHY]}»" if one.known.why else ""
    return Wait(
        kind=Waiting.BOUNCED,
        key=one.address,
        who=join_names(parties),
        what=told,
        at=one.known.at,
        about=tuple(filter(None, (one.address, lost, why))),
        party=one.parties[0] if len(one.parties) == 1 else "",
    )


_WHY = 120


def _refused(session: Session, now: dt.datetime) -> Iterator[Wait]:
    found = refusing(session, now)
    if found:
        count = len({report.address for report in found})
        yield Wait(
            kind=Waiting.STUCK,
            key="refused",
            who="Vores mails",
            what=f"bliver afvist hos {count} {'modtager' if count == 1 else 'modtagere'}",
            at=found[0].reported_at,
            about=("det er opsætningen, der skal rettes",),
        )


def _unreached(
    cases: Iterable[Summary], addresses: Mapping[str, frozenset[str]], names: Mapping[str, str]
) -> Iterator[Wait]:
    """Municipalities that owe something and have no address: one row for all."""
    owing = {party for case in cases if not case.is_paused for party in case.owing}
    missing = sorted(names.get(party, party) for party in owing if not addresses.get(party))
    if missing:
        is_one = len(missing) == 1
        yield Wait(
            kind=Waiting.UNREACHED,
            key="contacts",
            who=missing[0] if is_one else f"{len(missing)} kommuner",
            what="har ingen mailadresse og får ingen mails",
            about=(join_names(missing),) if 1 < len(missing) <= _NAMED else (),
            party=next(p for p in owing if not addresses.get(p)) if is_one else "",
        )


def _stuck(
    session: Session, known: Mapping[str, Summary], names: Mapping[str, str], broken: set[str]
) -> Iterator[Wait]:
    """Mails of which nobody knows whether they went, or that were refused for another reason."""
    states = (OutboxState.FAILED, OutboxState.HELD)
    for mail in outbox.list_mails(session, states=states):
        is_told = mail.state is OutboxState.FAILED and broken.intersection(missed(mail, {}))
        if mail.merged_into is None and not is_told:
            yield _stopped(mail, known, names)


def _stopped(mail: OutboxMail, known: Mapping[str, Summary], names: Mapping[str, str]) -> Wait:
    reference = mail.key.split("/", 1)[0]
    case = known.get(reference) if mail.mail not in GATHERED else None
    is_held = mail.state is OutboxState.HELD
    return Wait(
        kind=Waiting.STUCK,
        key=mail.key,
        who=names.get(mail.party) or join_names(mail.recipients),
        what="fik måske ikke mailen: afsendelsen blev afbrudt" if is_held else "fik ikke mailen",
        at=mail.created_at,
        about=tuple(filter(None, (f"«{mail.subject}»", mail.outcome[:_WHY]))),
        reference=reference if case else "",
        case=case.title if case else "",
        mine=case.mine if case else "",
        party=mail.party,
    )


def _receivers(contacts: Standing) -> Mapping[str, str]:
    """The address that each party's mails go to."""
    return {
        party: one.email
        for party, by_role in contacts.items()
        if (one := receiver_of(by_role)) is not None and one.email
    }


def _reminders(
    due: Iterable[DueReminder],
    known: Mapping[str, Summary],
    receivers: Mapping[str, str],
    unreachable: Collection[str],
) -> Iterator[Wait]:
    """Reminders with a copy to a director, by person: they go when somebody has read them.

    Whoever cannot be written to now is left out.
    """
    by_person: dict[str, list[DueReminder]] = defaultdict(list)
    for one in due:
        address = receivers.get(one.party, "")
        if address and address.casefold() not in unreachable:
            by_person[address].append(one)
    for address, own in by_person.items():
        references = list(dict.fromkeys(one.reference for one in own))
        case = known.get(references[0]) if len(references) == 1 else None
        first = min(one.due_on for one in own)
        yield Wait(
            kind=Waiting.REMINDER,
            key=address,
            who=join_names(tuple(dict.fromkeys(one.party_name for one in own))),
            what="skal rykkes med kopi til direktionen",
            due_on=first,
            about=(f"fristen var {long_date(first)}",),
            reference=references[0] if case else "",
            case=case.title if case else f"{len(references)} sager",
            mine=case.mine if case else "",
            party=own[0].party,
        )


def _handled(mail: InboxMail, names: Mapping[str, str]) -> Answered:
    said = label(mail.meaning) if mail.meaning else "behandlet"
    who = names.get(mail.party) or mail.sender_name or mail.sender
    return Answered(
        kind=Waiting.REPLY,
        key=mail.key,
        text=f"Mailen fra {who}: {said}",
        at=mail.handled_at or mail.received_at,
        by=mail.handled_by,
        reference=mail.reference,
    )
