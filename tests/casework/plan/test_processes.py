"""A running case is moved to other rules, and back; what was known before stays readable."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from models import DocumentKind, Level, Outcome, Scope
from tests.past import record_past
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.exchange.case_file import read_case_file
from udmelding.casework.exchange.transfer import export_case, import_case
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.plan.processes import moving_back, moving_to
from udmelding.casework.recording.consequences import Changed, carry_out, preview
from udmelding.casework.wiring import Services
from udmelding.config.case.library import process_named
from udmelding.errors import BadFileError, NotFoundError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.case.log import log
from udmelding.journal.database import open_database, reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.paths import CONFIG
from udmelding.rules.case.case import Case
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.plan import Plan
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

REF = "CU-PROEVE-2025"
SHIPPED = "central-udmelding"
FIRST = process_named(SHIPPED).version
LAUNCHED, DAY_BEFORE, MOVED, UNDONE = "2024-05-15", "2024-05-19", "2024-05-20", "2024-05-22"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stamp(text: str, by: str = "test") -> Stamp:
    return Stamp(clock.at(day(text)), by)


def rules(**plan: int) -> dict[str, Any]:
    """The shipped process as its next version, with other numbers."""
    raw: dict[str, Any] = yaml.safe_load(
        (CONFIG / "processes" / f"{SHIPPED}.yaml").read_text(encoding="utf-8")
    )
    raw["version"] += 1
    raw["plan"] |= plan
    return raw


def step(raw: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in raw["steps"] if row["id"] == name)


def quicker() -> dict[str, Any]:
    """Half the time to answer, more between the bodies, one reminder five days before."""
    raw = rules(days_between_meetings=12, papers_business_days=10)
    step(raw, "collection")["wanted_business_days"] = 20
    raw["ladders"]["responses"] = [
        {"id": "before-5", "business_days": -5, "mail": "reminder_before"}
    ]
    return raw


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, Any]], str]:
    """Writes a process file and gives its path."""

    def made(raw: dict[str, Any], name: str = "regler.yaml") -> str:
        file = tmp_path / name
        file.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
        return str(file)

    return made


@pytest.fixture
def running(services: Services) -> Services:
    """A case of 15 May 2024 whose 17 municipalities are asked to answer by 14 August."""
    made = stamp(LAUNCHED)
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process=SHIPPED,
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=day(LAUNCHED),
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=day("2025-05-31")),
        )
        launch_case(session, services.settings, new, made)
    advance(services, REF, made.now)
    return services


@pytest.fixture
def elsewhere(services: Services, tmp_path: Path) -> Iterator[Services]:
    """Another installation, with a database of its own."""
    engine = open_database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    yield replace(services, engine=engine)
    engine.dispose()


def move(services: Services, source: str, on: str, reason: str = "") -> Changed[str]:
    made = stamp(on)
    return carry_out(services, moving_to(REF, source, reason, made), made, only=(REF,))


def undo(services: Services, on: str) -> Changed[str]:
    made = stamp(on)
    return carry_out(services, moving_back(REF, "fejl", made), made, only=(REF,))


def known(services: Services, on: str) -> Case:
    with reading(services.engine) as session:
        return load(session, REF, clock.end_of(day(on)))


def plan(services: Services, on: str) -> Plan:
    found = plan_of(known(services, on), day(on))
    assert found is not None
    return found


def planned(services: Services, on: str) -> dict[str, str]:
    return {row.id: str(row.planned) for row in plan(services, on).steps}


def asked_by(services: Services, on: str) -> set[str]:
    return {str(o.due_on) for o in known(services, on).obligations}


def pins_in_log(services: Services, on: str) -> list[tuple[str, bool]]:
    with reading(services.engine) as session:
        lines = log(session, find(session, REF), clock.end_of(day(on)))
    return [(line.key, line.replaced_at is None) for line in lines if line.kind == "process_pin"]


def test_before_and_after_are_shown_and_nothing_is_saved_before_it_is_agreed(
    running: Services, write: Callable[..., str]
) -> None:
    file, made = write(quicker()), stamp(MOVED)
    before, first = planned(running, MOVED), plan(running, MOVED)
    seen = preview(running, moving_to(REF, file, "", made), made, only=(REF,))
    told = f"{REF} følger nu «Central udmelding», version {FIRST + 1} (før: version {FIRST})."
    assert seen.result == told
    assert (planned(running, MOVED), pins_in_log(running, MOVED)) == (before, [])
    (change,) = seen.changes
    assert change.before == first
    moved = {c.what: (str(c.before), str(c.after)) for c in change.dates if not c.party}
    assert moved["Dataindsamling"] == ("2024-08-14", "2024-06-14")
    assert len(change.due_dates) == 17
    assert moved["K17"] == ("2025-03-28", "2025-01-24"), "12 days before KKR"
    assert move(running, file, MOVED) == seen
    assert plan(running, MOVED) == change.after


def test_the_case_is_pinned_and_earlier_days_still_show_the_old_rules(
    running: Services, write: Callable[..., str]
) -> None:
    first = plan(running, DAY_BEFORE)
    file = write(quicker())
    move(running, file, MOVED)
    Path(file).write_text("nu noget helt andet", encoding="utf-8")
    assert known(running, MOVED).process.version == FIRST + 1
    assert known(running, MOVED).process.plan.days_between_meetings == 12
    assert known(running, DAY_BEFORE).process.version == FIRST
    assert plan(running, DAY_BEFORE) == first
    assert (asked_by(running, DAY_BEFORE), asked_by(running, MOVED)) == (
        {"2024-08-14"},
        {"2024-06-14"},
    )


def test_reminders_go_by_the_new_ladder(running: Services, write: Callable[..., str]) -> None:
    with writing(running.engine) as session:
        demo.make_contacts(session, "sjaelland", stamp(LAUNCHED))
    move(running, write(quicker()), MOVED)
    for on in ("2024-05-24", "2024-06-07", "2024-06-12", "2024-06-17", "2024-06-21"):
        advance(running, REF, clock.at(day(on), "07:30"))
    with reading(running.engine) as session:
        rungs = {m.rung for m in outbox.list_mails(session) if m.step == "collection"}
    assert rungs == {"invitation", "moved@2024-06-14", "before-5"}


def test_undo_gives_the_first_plan_back_and_leaves_both_facts_readable(
    running: Services, write: Callable[..., str]
) -> None:
    first = planned(running, MOVED)
    move(running, write(quicker()), MOVED)
    during = planned(running, "2024-05-21")
    done = undo(running, UNDONE)
    assert done.result == f"{REF} følger igen «Central udmelding», version {FIRST}."
    assert planned(running, UNDONE) == first
    assert asked_by(running, UNDONE) == {"2024-08-14"}
    assert known(running, UNDONE).process.version == FIRST
    assert planned(running, "2024-05-21") == during != first
    assert [stands for _, stands in pins_in_log(running, "2024-05-21")] == [True]
    assert [stands for _, stands in pins_in_log(running, UNDONE)] == [False]


def test_undo_takes_back_one_move_at_a_time(running: Services, write: Callable[..., str]) -> None:
    move(running, write(rules(days_between_meetings=10), "to.yaml"), MOVED)
    third = rules(days_between_meetings=5) | {"version": FIRST + 2}
    move(running, write(third, "tre.yaml"), "2024-05-21")
    assert known(running, "2024-05-21").process.version == FIRST + 2
    undo(running, UNDONE)
    assert known(running, UNDONE).process.version == FIRST + 1
    undo(running, "2024-05-23")
    assert known(running, "2024-05-23").process.version == FIRST
    with pytest.raises(RefusedError, match="de regler, den begyndte med"):
        undo(running, "2024-05-24")


def test_the_same_rules_can_be_taken_up_again_after_an_undo(
    running: Services, write: Callable[..., str]
) -> None:
    file = write(quicker())
    move(running, file, MOVED)
    undo(running, UNDONE)
    move(running, file, "2024-05-23")
    assert known(running, "2024-05-23").process.version == FIRST + 1
    assert [stands for _, stands in pins_in_log(running, "2024-05-23")] == [False, True]


def test_the_shipped_rules_lead_back_without_an_undo(
    running: Services, write: Callable[..., str]
) -> None:
    first = planned(running, MOVED)
    move(running, write(quicker()), MOVED)
    move(running, SHIPPED, UNDONE)
    assert planned(running, UNDONE) == first


def test_what_cannot_be_is_refused_and_leaves_no_trace(
    running: Services, write: Callable[..., str]
) -> None:
    without = rules()
    without["steps"] = [row for row in without["steps"] if row["id"] != "collection"]
    turned = rules()
    step(turned, "collection")["fulfilled_by"] = "decision"
    tries = {
        SHIPPED: "følger allerede disse regler",
        "rammeaftale": "kan ikke laves om til «Rammeaftale»",
        write(rules() | {"version": FIRST}, "samme.yaml"): "følger allerede disse regler",
        write(without, "uden.yaml"): "intet trin «collection», men i sagen er det trin i brug",
        write(turned, "vendt.yaml"): "Trinnet «Dataindsamling» er i brug",
        write(rules() | {"id": "min-egen"}, "anden.yaml"): "kan ikke laves om til",
    }
    for source, says in tries.items():
        with pytest.raises(RefusedError, match=says):
            move(running, source, MOVED)
    with pytest.raises(RefusedError, match="de regler, den begyndte med"):
        undo(running, MOVED)
    with pytest.raises(NotFoundError, match="Kendte: central-udmelding"):
        move(running, "findes-ikke", MOVED)
    with pytest.raises(BadFileError, match="days_between_meetings"):
        move(running, write(rules(days_between_meetings=-1), "fejl.yaml"), MOVED)
    assert pins_in_log(running, MOVED) == []
    assert known(running, MOVED).process.version == FIRST


def test_a_step_in_which_a_body_has_decided_cannot_be_left_out(
    running: Services, write: Callable[..., str]
) -> None:
    said = {"document_kind": DocumentKind.FINAL_REPORT, "title": "R", "version": 1}
    record_past(running, REF, "document", said | {"dated_on": day(MOVED)}, stamp(MOVED))
    at = {"step": "styregruppe", "party": "styregruppe", "on": day(MOVED)}
    decided = at | {"level": Level.BODY, "outcome": Outcome.APPROVED}
    record_past(running, REF, "decision", decided, stamp(MOVED))
    without = rules()
    without["steps"] = [row for row in without["steps"] if row["id"] != "bodies"]
    with pytest.raises(RefusedError, match=r"intet trin «styregruppe».*truffet beslutninger"):
        move(running, write(without), "2024-05-21")


def test_a_step_that_nobody_has_begun_may_go(running: Services, write: Callable[..., str]) -> None:
    without = rules()
    without["steps"] = [row for row in without["steps"] if row["id"] != "drafting"]
    (change,) = move(running, write(without), MOVED).changes
    assert ("Udarbejdelse", None) in {(c.what, c.after) for c in change.dates}
    assert "drafting" not in planned(running, MOVED)
    undo(running, UNDONE)
    assert "drafting" in planned(running, UNDONE)


@pytest.mark.parametrize("is_undone", [False, True], ids=["moved", "moved and undone"])
def test_a_move_goes_out_and_comes_in_with_its_case(
    running: Services,
    elsewhere: Services,
    write: Callable[..., str],
    tmp_path: Path,
    *,
    is_undone: bool,
) -> None:
    move(running, write(quicker()), MOVED, "nye regler fra sekretariatet")
    if is_undone:
        undo(running, UNDONE)
    exported = export_case(running, REF)
    file = tmp_path / "sag.json"
    file.write_text(json.dumps(exported, ensure_ascii=False), encoding="utf-8")
    taken_in = import_case(elsewhere, read_case_file(file), clock.at(day("2024-06-01")))
    assert taken_in.is_new_case
    for on in (DAY_BEFORE, MOVED, UNDONE):
        assert known(elsewhere, on).process == known(running, on).process
        assert plan(elsewhere, on) == plan(running, on)
        assert known(elsewhere, on).obligations == known(running, on).obligations
        assert pins_in_log(elsewhere, on) == pins_in_log(running, on)
    again = export_case(elsewhere, REF)
    assert [fact for fact in again["facts"] if fact["kind"] != "pause"] == exported["facts"]
    assert again["process_content"] == exported["process_content"]
    once_more = import_case(elsewhere, read_case_file(file), clock.at(day("2024-06-02")))
    assert (once_more.new, once_more.known) == (0, len(exported["facts"]))
    assert known(elsewhere, "2024-06-02").process == known(running, UNDONE).process
