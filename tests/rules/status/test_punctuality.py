"""Who answers and decides in time: the laws of the counting, whatever has happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.announcement import AnnouncementKind, Scope
from models.decision import Level, Outcome
from models.obligation import DateSource
from models.outbox import MailKind, OutboxState
from models.party import PartyKind
from models.response import Completeness
from udmelding.config.case.library import area_named, process_named
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import (
    Decision,
    Extension,
    Mail,
    Obligation,
    Particulars,
    Party,
    Response,
    Waiver,
)
from udmelding.rules.status.punctuality import Fate, Punctuality, askings, punctuality

NOW = dt.datetime(2025, 4, 22, 9, tzinfo=dt.UTC)
ASKED, DUE = dt.date(2025, 2, 3), dt.date(2025, 3, 3)
TOWNS = ("Greve", "Køge", "Lolland")
PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))


def a_case(**facts: object) -> Case:
    """Three municipalities were asked on 3 February to answer by 3 March."""
    case = Case(
        reference="CU-1",
        process=PROCESS,
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=ASKED,
        as_of=NOW,
        particulars=Particulars(
            key="p", recorded_at=NOW, title="Sag", kind=AnnouncementKind.RENEWED
        ),
        parties=tuple(
            Party(
                key=town,
                recorded_at=NOW,
                party=town,
                name=town,
                kind=PartyKind.MUNICIPALITY,
                area="sjaelland",
            )
            for town in TOWNS
        ),
        obligations=tuple(asked(town) for town in TOWNS),
    )
    return replace(case, **facts)


def asked(town: str, step: str = "collection") -> Obligation:
    return Obligation(
        key=f"o/{step}/{town}",
        recorded_at=NOW,
        step=step,
        party=town,
        opened_on=ASKED,
        due_on=DUE,
        origin=DateSource.COMPUTED,
    )


def answered(
    town: str, on: dt.date, completeness: Completeness = Completeness.COMPLETE
) -> Response:
    return Response(
        key=f"r/{town}/{on}",
        recorded_at=NOW,
        happened_from=on,
        happened_to=on,
        step="collection",
        party=town,
        completeness=completeness,
    )


def more_time(town: str, until: dt.date) -> Extension:
    return Extension(
        key=f"x/{town}", recorded_at=NOW, step="collection", party=town,
        granted_on=DUE, due_on=until,
    )  # fmt: skip


def excused(town: str) -> Waiver:
    return Waiver(
        key=f"w/{town}", recorded_at=NOW, step="collection", party=town, waived_on=DUE,
        reason="svarer sammen med naboen",
    )  # fmt: skip


def after(days: int) -> dt.date:
    return DUE + dt.timedelta(days=days)


def fates(case: Case, today: dt.date) -> dict[str, Fate]:
    return {row.party.party: row.fate for row in askings(case, today)}


def test_an_answer_on_the_date_is_in_time_the_day_after_is_late_and_nothing_is_missing() -> None:
    case = a_case(responses=(answered("Greve", DUE), answered("Køge", after(1))))
    assert fates(case, after(1)) == {
        "Greve": Fate.IN_TIME, "Køge": Fate.LATE, "Lolland": Fate.MISSING,
    }  # fmt: skip


def test_what_is_not_due_yet_is_neither_late_nor_missing() -> None:
    counts = punctuality(askings(a_case(), DUE))
    assert (counts.asked, counts.coming, counts.late, counts.missing) == (3, 3, 0, 0)
    assert counts.percent is None, "nobody should have answered yet"


def test_more_time_counts_against_the_new_date_and_is_told_beside() -> None:
    case = a_case(
        extensions=(more_time("Greve", after(10)), more_time("Køge", after(10))),
        responses=(answered("Greve", after(10)), answered("Køge", after(11))),
    )
    assert fates(case, after(20)) == {
        "Greve": Fate.IN_TIME, "Køge": Fate.LATE, "Lolland": Fate.MISSING,
    }  # fmt: skip
    assert punctuality(askings(case, after(20))).extended == 2
    assert fates(a_case(extensions=case.extensions), after(5))["Greve"] is Fate.COMING


def test_an_answer_that_was_corrected_after_the_date_came_when_it_first_came() -> None:
    case = a_case(responses=(answered("Greve", after(-7)), answered("Greve", after(9))))
    (greve, *_) = askings(case, after(20))
    assert (greve.fate, greve.days) == (Fate.IN_TIME, 21)


def test_an_answer_that_was_sent_back_counts_from_the_day_it_was_whole() -> None:
    first = answered("Greve", after(-7), Completeness.RETURNED)
    case = a_case(responses=(first, answered("Greve", after(2))))
    assert fates(case, after(20))["Greve"] is Fate.LATE
    assert fates(a_case(responses=(first,)), after(20))["Greve"] is Fate.MISSING


def test_a_decision_of_a_committee_ends_nothing_and_the_councils_own_does() -> None:
    def decided(level: Level, on: dt.date, outcome: Outcome = Outcome.APPROVED) -> Decision:
        return Decision(
            key=f"d/{level}/{on}", recorded_at=NOW, happened_from=on, happened_to=on,
            step="councils", party="Greve", level=level, outcome=outcome,
        )  # fmt: skip

    committee = decided(Level.COMMITTEE, after(-2), Outcome.RECOMMENDED)
    case = a_case(obligations=(asked("Greve", "councils"),), decisions=(committee,))
    assert fates(case, after(5)) == {"Greve": Fate.MISSING}
    council = decided(Level.COUNCIL, after(3))
    whole = replace(case, decisions=(committee, council))
    assert fates(whole, after(5)) == {"Greve": Fate.LATE}


def test_reminders_are_those_that_went_out_and_the_invitation_is_none() -> None:
    def mail(kind: MailKind, state: OutboxState) -> Mail:
        return Mail(
            key=f"{kind}/{state}", step="collection", party="Greve", mail=kind, rung="r",
            due_on=DUE, state=state, created_at=NOW, finished_at=NOW,
        )  # fmt: skip

    case = a_case(
        mails=(
            mail(MailKind.INVITATION, OutboxState.SENT),
            mail(MailKind.REMINDER_BEFORE, OutboxState.SENT),
            mail(MailKind.REMINDER_OVERDUE, OutboxState.SENT),
            mail(MailKind.REMINDER_ESCALATED, OutboxState.WITHDRAWN),
        )
    )
    assert punctuality(askings(case, after(5))).reminders == 2


def test_the_middle_number_of_days_is_of_those_that_answered() -> None:
    case = a_case(responses=(answered("Greve", ASKED), answered("Køge", DUE)))
    assert punctuality(askings(case, after(5))).median_days == 14
    assert punctuality(askings(a_case(), after(5))).median_days is None


@given(
    answers=st.lists(
        st.tuples(st.sampled_from(TOWNS), st.integers(-40, 40), st.sampled_from(Completeness)),
        max_size=6,
    ),
    longer=st.dictionaries(st.sampled_from(TOWNS), st.integers(1, 30)),
    waived=st.sets(st.sampled_from(TOWNS)),
    today=st.integers(-40, 60),
)
def test_the_fates_always_add_up_and_parts_add_up_to_the_whole(
    answers: list[tuple[str, int, Completeness]],
    longer: dict[str, int],
    waived: set[str],
    today: int,
) -> None:
    case = a_case(
        responses=tuple(answered(town, after(days), kind) for town, days, kind in answers),
        extensions=tuple(more_time(town, after(days)) for town, days in longer.items()),
        waivers=tuple(excused(town) for town in waived),
    )
    rows = askings(case, after(today))

    def fated(counts: Punctuality) -> int:
        return counts.in_time + counts.late + counts.missing + counts.coming + counts.waived

    whole = punctuality(rows)
    assert whole.asked == fated(whole) == len(TOWNS)
    parts = [punctuality(row for row in rows if row.party.party == town) for town in TOWNS]
    assert sum(part.in_time for part in parts) == whole.in_time
    assert all(part.asked == fated(part) == 1 for part in parts)
    assert whole.extended == len(longer)
    for row in rows:
        assert not (row.fate is Fate.MISSING and row.due_on >= after(today)), "not due yet"


@pytest.mark.parametrize(("late", "percent"), [(0, 100), (1, 50)])
def test_the_per_cent_is_of_what_should_have_come(late: int, percent: int) -> None:
    case = a_case(
        responses=(answered("Greve", DUE), answered("Køge", after(late))),
        waivers=(excused("Lolland"),),
    )
    assert punctuality(askings(case, after(5))).percent == percent
