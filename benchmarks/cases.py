"""Made-up national cases: 98 municipalities asked by one secretariat, nobody real.

``build`` makes a database of any number of open cases. The first ten are recorded through the
journal, with different days, extensions, committees and decisions; the others are copies of them
by plain SQL under other references, because a thousand cases would take minutes to record. Cases
of the first pattern are the only ones due on ``FEW_DUE``, and there are always ``HURRIED`` of them.
"""

# The floors are SQL written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S101, S608

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import (
    Change,
    Completeness,
    ContactRole,
    DateSource,
    DocumentKind,
    Level,
    Outcome,
    PartyKind,
    Scope,
)
from udmelding import clock
from udmelding.casework.launch.launching import municipal_parties
from udmelding.casework.wiring import Services, make_services
from udmelding.config.case.library import area_named, process_named
from udmelding.config.settings import Settings
from udmelding.journal.case.header import Header
from udmelding.journal.case.load import load
from udmelding.journal.database import writing
from udmelding.journal.launch import Launch, NewParty, launch
from udmelding.journal.parties import ContactValue, put_contacts
from udmelding.journal.recording.record import insert_many, record
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import FACTS, table_of
from udmelding.journal.wake import wake_index
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewDocument, NewParticulars
from udmelding.rules.recording.parties import NewDecision, NewExtension, NewWaiver
from udmelding.rules.recording.written import Period

BY = "benchmark"
COUNCILS = 98
PATTERNS = 10
HURRIED = 5

RECEIVED = dt.date(2025, 1, 6)
ASKED = dt.date(2025, 1, 7)
ANSWER_BY = dt.date(2025, 3, 3)
REPORTED = dt.date(2025, 4, 1)
DEADLINE = dt.date(2025, 12, 1)
FEW_DUE = dt.date(2025, 6, 10)
ALL_DUE = dt.date(2025, 11, 28)


def reference(number: int) -> str:
    """The reference of case ``number``; all have the same length, so that they sort as numbers."""
    return f"CU-{number:05d}"


def services_in(folder: Path) -> Services:
    """The parts of an installation that lives in ``folder``; its database is made when missing."""
    return make_services(Settings(home=folder))


def municipalities() -> Sequence[NewParty]:
    """All 98, asked by the one secretariat."""
    return municipal_parties(area_named("sjaelland"), Scope.NATIONAL, asks_all=True)


def new_case(number: int) -> Launch:
    """All that launching case ``number`` needs."""
    area = area_named("sjaelland")
    return Launch(
        reference=reference(number),
        process=process_named("central-udmelding").for_area(area),
        area=area,
        scope=Scope.NATIONAL,
        received_on=RECEIVED,
        particulars=NewParticulars(title=f"Sag {number}"),
        deadline=NewDeadline(due_on=DEADLINE),
        municipalities=municipalities(),
        agency_name="Styrelsen",
        secretariat_name="Sekretariatet",
        is_made_up=True,
    )


def stamp(day: dt.date) -> Stamp:
    """Recorded at noon of ``day``."""
    return Stamp(clock.at(day), BY)


def obligation_rows(
    header: Header, step: str, parties: Sequence[str], opened_on: dt.date, due_on: dt.date
) -> list[dict[str, Any]]:
    """The rows that asking ``parties`` leaves behind, as ``casework.due.perform`` writes them."""
    return [
        {
            "announcement_id": header.id,
            "key": f"{header.reference}/obligation/{step}/{party}",
            "recorded_at": clock.at(opened_on),
            "recorded_by": BY,
            "source": "",
            "is_made_up": False,
            "step": step,
            "party": party,
            "opened_on": opened_on,
            "due_on": due_on,
            "origin": DateSource.COMPUTED,
        }
        for party in parties
    ]


def on(day: dt.date) -> Period:
    """One day, as entries want it."""
    return Period(day, day)


def sizes(*, is_quick: bool) -> tuple[int, int]:
    """How many open cases the two large databases hold."""
    return (20, 200) if is_quick else (100, 1000)


def open_cases(folder: Path, number: int) -> Path:
    """Where the database of ``number`` open cases is, below the folder of the whole run."""
    return folder.parent / f"open-{number}"


def build(folder: Path, cases: int) -> None:
    """Make the database of ``cases`` open cases in ``folder``, half of their councils decided."""
    services = services_in(folder)
    with writing(services.engine) as session:
        firsts = [_record_pattern(session, pattern) for pattern in range(min(PATTERNS, cases))]
        _copy(session, [header.id for header in firsts], cases)
    services.close()


def _record_pattern(session: Session, pattern: int) -> Header:
    """One case in its councils' stage, recorded through the journal."""
    header = launch(session, new_case(pattern), stamp(RECEIVED))
    codes = [party.party for party in municipalities()]
    insert_many(
        session,
        models.Obligation,
        obligation_rows(header, "collection", codes, ASKED, ANSWER_BY),
        None,
    )
    insert_many(session, models.Response, list(_responses(header, codes)), None)
    record(session, header, _report(1, Change.SUBSTANTIVE), stamp(REPORTED))
    for body in ("styregruppe", "k17", "kkr"):
        _decide(session, header, body, body, Level.BODY, Outcome.RECOMMENDED, 14)
    opened = REPORTED + dt.timedelta(days=15)
    due_on = FEW_DUE + dt.timedelta(days=3) if pattern == 0 else DEADLINE - dt.timedelta(pattern)
    waiting = obligation_rows(header, "councils", codes, opened, due_on)
    insert_many(session, models.Obligation, waiting, None)
    insert_many(session, models.Decision, list(_decisions(header, codes, opened, pattern)), None)
    for code in codes[60:63]:
        entry = NewExtension(
            step="councils",
            party=code,
            granted_on=opened,
            due_on=due_on + dt.timedelta(days=1 + pattern),
        )
        record(session, header, entry, stamp(opened))
    waiver = NewWaiver(step="councils", party=codes[63], waived_on=opened, reason="fusion")
    record(session, header, waiver, stamp(opened))
    wake_index.rebuild(session, header)
    case = load(session, header.reference, clock.at(FEW_DUE))
    wake_index.settle(session, header, case, FEW_DUE - dt.timedelta(days=1))
    return header


def _report(version: int, change: Change) -> NewDocument:
    return NewDocument(
        document_kind=DocumentKind.FINAL_REPORT,
        title="Afrapportering",
        dated_on=REPORTED,
        version=version,
        change=change,
    )


def _decide(
    session: Session,
    header: Header,
    step: str,
    party: str,
    level: Level,
    outcome: Outcome,
    after: int,
) -> None:
    day = REPORTED + dt.timedelta(days=after)
    entry = NewDecision(
        step=step, party=party, on=on(day), level=level, outcome=outcome, report_version=1
    )
    record(session, header, entry, stamp(day))


def _happened(header: Header, key: str, day: dt.date) -> dict[str, Any]:
    return {
        "announcement_id": header.id,
        "key": f"{header.reference}/{key}",
        "recorded_at": clock.at(day),
        "recorded_by": BY,
        "source": "mail",
        "is_made_up": False,
        "happened_from": day,
        "happened_to": day,
        "as_written": "",
        "note": "",
    }


def _responses(header: Header, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    for index, code in enumerate(codes):
        day = ASKED + dt.timedelta(days=7 + index % 40)
        yield _happened(header, f"response/{code}", day) | {
            "step": "collection",
            "party": code,
            "completeness": Completeness.COMPLETE,
        }


def _decisions(
    header: Header, codes: Sequence[str], opened: dt.date, pattern: int
) -> Iterator[dict[str, Any]]:
    """Every second council has decided; a quarter of all committees have."""
    for index, code in enumerate(codes):
        levels = []
        if index % 4 == 0:
            levels.append((Level.COMMITTEE, Outcome.RECOMMENDED))
        if index % 2 == 0:
            levels.append((Level.COUNCIL, _outcome(index)))
        for number, (level, outcome) in enumerate(levels):
            day = opened + dt.timedelta(days=1 + number * 7 + (index + pattern) % 20)
            yield _happened(header, f"decision/{code}/{level.value}", day) | {
                "step": "councils",
                "party": code,
                "level": level,
                "outcome": outcome,
                "report_version": 1,
                "evidence": "referat.pdf",
                "is_proven": True,
            }


def _outcome(index: int) -> Outcome:
    return (
        Outcome.APPROVED,
        Outcome.APPROVED,
        Outcome.APPROVED_WITH_REMARKS,
        Outcome.REJECTED,
    )[index // 2 % 4]


def _copy(session: Session, firsts: Sequence[int], cases: int) -> None:
    """Copies of the first cases, until there are ``cases``; the hurried pattern ``HURRIED``."""
    hurried = [firsts[0]] * (min(HURRIED, cases) - 1)
    rest = [firsts[1 + n % (len(firsts) - 1)] for n in range(cases - len(firsts) - len(hurried))]
    session.execute(sa.text("create temp table copies (old_id, old_ref, new_id, new_ref)"))
    session.execute(
        sa.text("insert into copies values (:old_id, :old_ref, :new_id, :new_ref)"),
        [
            {
                "old_id": old_id,
                "old_ref": reference(firsts.index(old_id)),
                "new_id": firsts[-1] + 1 + number,
                "new_ref": reference(len(firsts) + number),
            }
            for number, old_id in enumerate([*hurried, *rest])
        ],
    )
    own = "announcement"
    names = [c.name for c in table_of(models.Announcement).c if c.name not in ("id", "reference")]
    columns = ", ".join(names)
    session.execute(
        sa.text(
            f"insert into {own} (id, reference, {columns}) select copies.new_id, copies.new_ref, "
            f"{columns} from copies join {own} on {own}.id = copies.old_id"
        )
    )
    for table in (*(table_of(fact) for fact in FACTS), table_of(models.WakeItem)):
        _copy_rows(session, table)
    session.execute(sa.text("drop table copies"))


def _copy_rows(session: Session, table: sa.Table) -> None:
    rest = [c.name for c in table.c if c.name not in ("id", "announcement_id", "key")]
    new, old = list(rest), list(rest)
    if "key" in table.c:
        new.append("key")
        old.append("replace(key, copies.old_ref, copies.new_ref)")
    session.execute(
        sa.text(
            f"insert into {table.name} (announcement_id, {', '.join(new)}) "
            f"select copies.new_id, {', '.join(old)} from copies "
            f"join {table.name} on {table.name}.announcement_id = copies.old_id "
            f"order by copies.new_id, {table.name}.id"
        )
    )


def make_contacts(session: Session) -> None:
    """One coordinator with an address for every municipality."""
    parties = municipalities()
    assert all(party.kind is PartyKind.MUNICIPALITY for party in parties)
    contacts = [
        ContactValue(
            party=party.party,
            role=ContactRole.COORDINATOR,
            name=f"koordinator i {party.name}",
            email=f"social-{party.party}@kommune.example",
        )
        for party in parties
    ]
    put_contacts(session, contacts, stamp(RECEIVED))
