"""What can be true but probably is not, or is incomplete, is asked about before it is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from models import DocumentKind, Level, Outcome, PartyKind, Scope
from tests.papering import REF, before_councils, decided
from tests.past import record_past
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.recording.recording import preview_fact, record_fact
from udmelding.casework.wiring import Services
from udmelding.errors import DoubtfulError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.case.log import LogLine, log
from udmelding.journal.database import reading, writing
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.recording.catalogue import make_entry
from udmelding.rules.recording.doubts import doubts_about
from udmelding.rules.recording.parties import NewDecision
from udmelding.rules.recording.written import Period
from udmelding.rules.status.status import status
from udmelding.rules.words.danish_dates import Direction, read_date

TODAY = dt.date(2025, 4, 15)
LOLLAND = "0360"
COUNCIL = {"step": "councils", "level": Level.COUNCIL, "outcome": Outcome.APPROVED}
pytestmark = pytest.mark.database


@pytest.fixture
def case(services: Services) -> Services:
    """All have answered, the report is final, KKR recommended it 8 April: the councils are next."""
    before_councils(services)
    return services


def stamp(day: dt.date = TODAY, even_so: str = "") -> Stamp:
    return Stamp(clock.at(day), "anna", even_so=even_so)


def doubts(
    services: Services, kind: str, reference: str = REF, day: dt.date = TODAY, **said: Any
) -> tuple[str, ...]:
    """What is asked before that is recorded; nothing of it is kept."""
    before = known(services, reference)
    seen = preview_fact(services, reference, kind, said, stamp(day)).result.doubts
    if seen:
        with pytest.raises(DoubtfulError) as refused:
            record_fact(services, reference, kind, said, stamp(day))
        assert refused.value.doubts == seen
    assert known(services, reference) == before
    return seen


def known(services: Services, reference: str = REF) -> Case:
    with reading(services.engine) as session:
        return load(session, reference, clock.at(dt.date(2027, 1, 1)))


def lines(services: Services, as_of: dt.date) -> list[LogLine]:
    with reading(services.engine) as session:
        return list(log(session, find(session, REF), clock.end_of(as_of)))


def decision(on: Any, **said: Any) -> dict[str, Any]:
    return {**COUNCIL, "party": LOLLAND, "on": on} | said


def test_a_council_that_decided_after_kkr_on_a_working_day_is_not_asked_about(
    case: Services,
) -> None:
    assert doubts(case, "decision", **decision(dt.date(2025, 4, 14))) == ()


def test_a_day_whose_year_was_left_out_is_shown_in_both_years(case: Services) -> None:
    typed = read_date("1/5", today=TODAY, direction=Direction.PAST)
    assert doubts(case, "decision", **decision(typed)) == (
        "1. maj 2024 ligger før sagen blev modtaget den 1. august 2024.",
        "Årstallet mangler: Er det 1. maj 2024, eller er det 1. maj 2025, som endnu ikke er sket? "
        "Skriv datoen med årstal.",
    )


def test_a_year_that_was_left_out_of_a_day_that_can_be_is_no_question(case: Services) -> None:
    typed = read_date("14/4", today=TODAY, direction=Direction.PAST)
    assert doubts(case, "decision", **decision(typed)) == ()


def test_a_year_that_was_written_is_not_asked_for_again(case: Services) -> None:
    typed = read_date("2/5-2024", today=TODAY, direction=Direction.PAST)
    assert doubts(case, "decision", **decision(typed)) == (
        "2. maj 2024 ligger før sagen blev modtaget den 1. august 2024.",
    )


def test_a_council_that_decided_before_kkr_is_asked_about(case: Services) -> None:
    assert doubts(case, "decision", **decision(dt.date(2025, 3, 31))) == (
        "31. marts 2025 ligger før KKR Sjælland besluttede den 8. april 2025.",
    )


def test_a_council_that_decided_though_kkr_has_not_is_asked_about(services: Services) -> None:
    launched(services, "CU-NY-2025", "central-udmelding")
    asked = doubts(services, "decision", "CU-NY-2025", **decision(TODAY))
    assert asked == ("Styregruppen, K17 og KKR Sjælland har ikke behandlet sagen endnu.",)


@pytest.mark.parametrize(
    ("day", "name"),
    [(dt.date(2025, 4, 12), "en lørdag"), (dt.date(2025, 4, 18), "langfredag")],
)
def test_a_decision_on_a_day_of_rest_is_asked_about(
    case: Services, day: dt.date, name: str
) -> None:
    (asked,) = doubts(case, "decision", day=dt.date(2025, 4, 22), **decision(day))
    assert asked.endswith(f" er {name}.")


def test_what_is_said_to_be_more_than_a_year_old_is_asked_about(case: Services) -> None:
    late = dt.date(2026, 5, 4)
    assert doubts(case, "decision", day=late, **decision(dt.date(2025, 4, 28))) == (
        "28. april 2025 er mere end et år siden.",
    )


def test_a_body_that_puts_off_what_later_bodies_have_decided_is_asked_about(case: Services) -> None:
    said = {"step": "k17", "party": "k17", "level": Level.BODY, "outcome": Outcome.POSTPONED}
    assert doubts(case, "decision", on=dt.date(2025, 4, 10), **said) == (
        "K17 besluttede 28. marts 2025: anbefalet.",
        "KKR Sjælland besluttede 8. april 2025: anbefalet.",
    )


def test_an_answer_before_the_question_is_asked_about(services: Services) -> None:
    launched(services, "CU-NY-2025", "central-udmelding")
    advance(services, "CU-NY-2025", clock.at(dt.date(2025, 2, 3), "12:00"))
    said = {"party": LOLLAND, "step": "collection", "on": dt.date(2025, 1, 20)}
    asked = doubts(services, "response", "CU-NY-2025", **said)
    assert asked == ("20. januar 2025 ligger før kommunen blev spurgt den 3. februar 2025.",)


def test_a_report_that_is_sent_without_answers_report_and_decisions_is_asked_about(
    services: Services,
) -> None:
    launched(services, "CU-NY-2025", "central-udmelding")
    said = {"party": "", "step": "collection", "on": TODAY}
    for number, code in enumerate(towns(services, "CU-NY-2025")):
        if number < 4:
            record_past(services, "CU-NY-2025", "response", said | {"party": code}, stamp())
    assert doubts(services, "submission", "CU-NY-2025", on=TODAY) == (
        "4 af 17 kommuner har svaret.",
        "Der er ingen endelig udgave af afrapporteringen i sagen.",
        "Styregruppen, K17 og KKR Sjælland har ikke behandlet sagen endnu.",
        "0 af 17 kommuner har besluttet.",
    )


def test_a_report_with_a_reservation_for_those_who_are_missing_is_not_asked_about(
    case: Services,
) -> None:
    for code in towns(case, REF)[:-2]:
        decided(case, code, TODAY)
    assert doubts(case, "submission", on=TODAY) == ()


def test_a_reservation_that_names_others_than_those_who_are_missing_is_asked_about(
    case: Services,
) -> None:
    codes = towns(case, REF)
    for code in codes[:-1]:
        decided(case, code, TODAY)
    first, last = (known(case).party(code) for code in (codes[0], codes[-1]))
    assert first
    assert last
    assert doubts(case, "submission", on=TODAY, reservation_for=[codes[0]]) == (
        f"{last.name} har ikke besluttet og står ikke i forbeholdet.",
        f"{first.name} har besluttet og står i forbeholdet.",
    )


def test_a_process_without_reservation_names_the_councils_that_are_missing(
    case: Services,
) -> None:
    strict = without_reservation(known(case))
    entry = make_entry("submission", {"on": TODAY}, TODAY)
    decisions = [one_more(strict, code) for code in towns(case, REF)[:-1]]
    (asked,) = doubts_about(
        entry, replace(strict, decisions=(*strict.decisions, *decisions)), TODAY
    )
    last = strict.party(towns(case, REF)[-1])
    assert last
    assert asked == (
        f"{last.name} har ikke besluttet, og der kan ikke tages forbehold i processen."
    )


def test_a_final_report_that_not_all_have_answered_for_is_asked_about(services: Services) -> None:
    launched(services, "CU-NY-2025", "central-udmelding")
    said = {"document_kind": DocumentKind.FINAL_REPORT, "title": "R", "dated_on": TODAY}
    for code in towns(services, "CU-NY-2025")[2:]:
        answer = {"party": code, "step": "collection", "on": TODAY}
        record_past(services, "CU-NY-2025", "response", answer, stamp())
    found = known(services, "CU-NY-2025")
    missing = [found.party(code) for code in towns(services, "CU-NY-2025")[:2]]
    names = " og ".join(party.name for party in missing if party)
    asked = doubts(services, "document", "CU-NY-2025", **said, version=1)
    assert asked == (f"15 af 17 kommuner har svaret; {names} mangler.",)


def test_a_draft_is_nobodys_to_doubt(services: Services) -> None:
    launched(services, "CU-NY-2025", "central-udmelding")
    said = {"document_kind": DocumentKind.DRAFT, "title": "Udkast", "dated_on": TODAY}
    assert doubts(services, "document", "CU-NY-2025", **said) == ()


def test_closing_a_case_says_who_is_missing_and_what_the_agency_still_waits_for(
    case: Services,
) -> None:
    for code in towns(case, REF)[:-1]:
        decided(case, code, TODAY)
    asked = {"on": TODAY, "due_on": dt.date(2025, 9, 5), "number": 1}
    record_past(case, REF, "submission", {"on": TODAY}, stamp())
    record_past(case, REF, "question", asked, stamp())
    record_past(case, REF, "action", {"number": 2, "title": "Flere pladser"}, stamp())
    last = known(case).party(towns(case, REF)[-1])
    assert last
    assert doubts(case, "closure", closed_on=TODAY) == (
        f"{last.name} har ikke besluttet.",
        "Styrelsen har ikke svaret.",
        "Styrelsens spørgsmål 1 er ikke besvaret.",
        "Handleplanens punkt 2 er ikke gjort.",
    )


def test_a_case_that_was_never_sent_is_not_closed_without_a_reason(case: Services) -> None:
    assert doubts(case, "closure", closed_on=TODAY) == ("Afrapporteringen er ikke sendt.",)


def test_the_reason_is_kept_beside_the_fact_and_known_from_then_on(case: Services) -> None:
    said = decision(dt.date(2025, 3, 31))
    done = record_fact(case, REF, "decision", said, stamp(even_so="byrådet var først"))
    assert done.is_new
    (line,) = [line for line in lines(case, TODAY) if line.kind == "affirmation"]
    assert line.by == "anna"
    assert line.text == (
        "Bekræftet: «Lolland (kommunalbestyrelse) 31. marts 2025: godkendt. Afgjort på version 1. "
        "Dokumentation er ikke set.» Det talte imod: 31. marts 2025 ligger før KKR Sjælland "
        "besluttede den 8. april 2025. Begrundelse: byrådet var først"
    )
    assert [one for one in lines(case, dt.date(2025, 4, 14)) if one.kind == "affirmation"] == []


def test_what_is_recorded_already_is_not_asked_about_again(case: Services) -> None:
    said = decision(dt.date(2025, 3, 31))
    record_fact(case, REF, "decision", said, stamp(even_so="byrådet var først"))
    assert not record_fact(case, REF, "decision", said, stamp()).is_new


def test_a_reason_where_nothing_speaks_against_it_leaves_no_trace(case: Services) -> None:
    said = decision(dt.date(2025, 4, 14))
    record_fact(case, REF, "decision", said, stamp(even_so="for en sikkerheds skyld"))
    assert [line for line in lines(case, TODAY) if line.kind == "affirmation"] == []


def test_a_correction_is_held_against_the_case_without_what_it_corrects(case: Services) -> None:
    wrong = record_fact(case, REF, "decision", decision(dt.date(2025, 4, 9)), stamp())
    said = decision(dt.date(2025, 4, 14), outcome=Outcome.POSTPONED)
    assert doubts(case, "decision", **said) == ("Lolland besluttede 9. april 2025: godkendt.",)
    assert doubts(case, "decision", **said, corrects=wrong.key) == ()


def test_a_council_does_not_recommend(case: Services) -> None:
    said = decision(TODAY, outcome=Outcome.RECOMMENDED)
    with pytest.raises(RefusedError, match="En kommunalbestyrelse anbefaler ikke"):
        record_fact(case, REF, "decision", said, stamp(even_so="det står i referatet"))
    record_fact(case, REF, "decision", said | {"level": Level.COMMITTEE}, stamp())


def test_the_administration_does_not_decide_where_nothing_is_laid_out_to_it(case: Services) -> None:
    said = decision(TODAY, level=Level.ADMINISTRATION)
    with pytest.raises(RefusedError, match="Forvaltningen kan ikke beslutte"):
        record_fact(case, REF, "decision", said, stamp())


def test_an_old_recommendation_of_a_council_is_shown_and_is_no_approval(case: Services) -> None:
    old = NewDecision(
        step="councils",
        party=LOLLAND,
        on=Period(TODAY, TODAY),
        level=Level.COUNCIL,
        outcome=Outcome.RECOMMENDED,
        report_version=1,
    )
    with writing(case.engine) as session:
        record(session, find(session, REF), old, stamp())
    found = status(known(case), TODAY)
    (row,) = [r for r in found.standings if (r.step.id, r.party.party) == ("councils", LOLLAND)]
    assert (found.councils.approved, found.councils.decided) == (0, 0)
    assert row.outcome is Outcome.RECOMMENDED
    assert "Lolland" in [party.name for party in found.councils.missing]


def test_history_that_is_imported_is_not_asked_about(case: Services) -> None:
    sunday = dt.date(2025, 3, 30)
    entry = make_entry("decision", decision(sunday), TODAY)
    with writing(case.engine) as session:
        assert record(session, find(session, REF), entry, stamp()).is_new


def test_a_decision_carries_its_number_on_the_agenda(case: Services) -> None:
    said = decision(dt.date(2025, 4, 14), item_number="7a")
    text = record_fact(case, REF, "decision", said, stamp()).text
    assert text.startswith("Lolland (kommunalbestyrelse) 14. april 2025, punkt 7a: godkendt.")
    (held,) = [d for d in known(case).decisions if d.party == LOLLAND]
    assert held.item_number == "7a"
    with pytest.raises(RefusedError, match="item_number"):
        record_fact(case, REF, "decision", said | {"item_number": "1" * 21}, stamp())


def launched(services: Services, reference: str, process: str) -> None:
    received = stamp(dt.date(2025, 1, 6))
    with writing(services.engine) as session:
        new = NewCase(
            reference=reference,
            process=process,
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=received.now.date(),
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=dt.date(2026, 5, 29)),
        )
        launch_case(session, services.settings, new, received)


def towns(services: Services, reference: str) -> list[str]:
    """The codes of the municipalities that are asked."""
    found = known(services, reference)
    return [p.party for p in found.parties if p.kind is PartyKind.MUNICIPALITY and p.is_asked]


def without_reservation(case: Case) -> Case:
    return replace(case, process=case.process.model_copy(update={"reservation": False}))


def one_more(case: Case, party: str) -> Decision:
    return Decision(
        key=party,
        recorded_at=clock.at(TODAY),
        happened_from=TODAY,
        happened_to=TODAY,
        step="councils",
        party=party,
        level=Level.COUNCIL,
        outcome=Outcome.APPROVED,
        report_version=case.deciding_version,
    )
