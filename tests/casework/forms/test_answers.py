"""Answers to a question set: taken in whole or not at all, corrected, compared, sent back."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

import pytest
import sqlalchemy as sa

from models import Channel, Completeness, PartyKind
from tests.answering import (
    FORM,
    MORE_LINES,
    answer,
    collected,
    first_version,
    stays,
    towns_of,
    typed_for,
)
from tests.played import played_once
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.exchange.transfer import export_case
from udmelding.casework.forms.answers import (
    NotAnsweredError,
    SentAnswer,
    choose,
    open_form,
    send_back,
    take_in_answer,
)
from udmelding.casework.forms.collection import collection
from udmelding.casework.forms.drafting import keep_answer_draft
from udmelding.casework.forms.question_sets import (
    add_respondent,
    ask,
    ask_text,
    form_at,
    known_sets,
)
from udmelding.casework.forms.seen import answers_seen, asked_of
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.config.forms.library import form_named, form_text
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.forms.answer_drafts import SavedMeanwhileError
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.standing import State, standings
from udmelding.rules.forms.answers import NO_CITIZENS, RESPONSIBLE
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

REF, OLD = "CU-PROEVE-2025", "CU-PROEVE-2023"
START = clock.at(dt.date(2025, 1, 6))
NOW = START + dt.timedelta(days=14)
LOLLAND, GREVE = "0360", "0253"
ANNA = Stamp(NOW, "anna")


@played_once
def launched(services: Services, reference: str, start: dt.datetime, renews: str | None) -> None:
    with writing(services.engine) as session:
        launch_case(
            session,
            services.settings,
            NewCase(
                reference=reference,
                process="central-udmelding",
                area="sjaelland",
                scope="regional",  # type: ignore[arg-type]
                received_on=start.date(),
                particulars=NewParticulars(title="Prøve", renews=renews),
                deadline=NewDeadline(due_on=start.date() + dt.timedelta(days=300)),
            ),
            Stamp(start, "anna"),
        )
    advance(services, reference, start)


@pytest.fixture
def case(services: Services) -> str:
    launched(services, REF, START, None)
    ask(services, REF, FORM, Stamp(START, "anna"))
    return REF


def state(services: Services, party: str, now: dt.datetime = NOW) -> State:
    with reading(services.engine) as session:
        rows = standings(load(session, REF, now), now.date())
    return next(r for r in rows if (r.step.id, r.party.party) == ("collection", party)).state


def standing(services: Services, party: str) -> list[Completeness]:
    with reading(services.engine) as session:
        found = answers_of(session, find(session, REF).id, party=party)
    return [one.completeness for one in found]


def sent(typed: dict[str, str], **options: object) -> SentAnswer:
    plain = {"step": "collection", "party": LOLLAND, "typed": typed, "channel": Channel.LINK}
    return SentAnswer(**(plain | options))  # type: ignore[arg-type]


def test_an_answer_ends_what_the_municipality_owes(case: str, services: Services) -> None:
    assert state(services, LOLLAND) is State.OPEN
    taken = answer(services, case, LOLLAND, NOW)
    assert (taken.completeness, taken.is_new) == (Completeness.COMPLETE, True)
    assert state(services, LOLLAND) is State.FULFILLED


def test_the_very_same_answer_sent_twice_is_there_once(case: str, services: Services) -> None:
    typed = typed_for(LOLLAND, NOW)
    answer(services, case, LOLLAND, NOW, typed=typed)
    again = answer(services, case, LOLLAND, NOW, typed=typed)
    assert not again.is_new
    assert standing(services, LOLLAND) == [Completeness.COMPLETE]


def test_an_answer_with_a_mistake_is_taken_in_not_at_all(case: str, services: Services) -> None:
    typed = typed_for(LOLLAND, NOW, borgere="<5")
    with pytest.raises(NotAnsweredError) as told:
        take_in_answer(services, case, sent(typed), ANNA)
    assert [p.path for p in told.value.problems] == ["borgere"]
    assert standing(services, LOLLAND) == []
    assert state(services, LOLLAND) is State.OPEN


def test_numbers_that_do_not_add_up_are_told_with_what_they_give(
    case: str, services: Services
) -> None:
    typed = typed_for(LOLLAND, NOW, borgere="400")
    with pytest.raises(NotAnsweredError) as told:
        take_in_answer(services, case, sent(typed), ANNA)
    assert any("Her står 400" in p.text for p in told.value.problems)


def test_no_citizens_in_the_target_group_is_an_answer(case: str, services: Services) -> None:
    typed = {path: text for path, text in typed_for(LOLLAND, NOW).items() if path[0] == "@"}
    taken = answer(services, case, LOLLAND, NOW, typed=typed | {NO_CITIZENS: "ja"})
    assert taken.completeness is Completeness.NO_CITIZENS
    assert state(services, LOLLAND) is State.FULFILLED
    both = typed_for(LOLLAND, NOW) | {NO_CITIZENS: "ja"}
    with pytest.raises(NotAnsweredError, match="Se på ét sted"):
        take_in_answer(services, case, sent(both), ANNA)


def test_a_part_of_an_answer_keeps_the_rest_owed(case: str, services: Services) -> None:
    typed = typed_for(LOLLAND, NOW, begrundelse="")
    with pytest.raises(NotAnsweredError, match="ét sted"):
        take_in_answer(services, case, sent(typed), ANNA)
    taken = take_in_answer(services, case, sent(typed, is_partial=True), ANNA)
    assert taken.completeness is Completeness.PARTIAL
    assert state(services, LOLLAND) is State.OPEN


def test_an_answer_needs_somebody_who_stands_by_it(case: str, services: Services) -> None:
    with pytest.raises(NotAnsweredError) as told:
        take_in_answer(services, case, sent(typed_for(LOLLAND, NOW, **{RESPONSIBLE: ""})), ANNA)
    assert [p.path for p in told.value.problems] == [RESPONSIBLE]


def test_a_correction_takes_the_place_of_what_it_began_from(case: str, services: Services) -> None:
    first = answer(services, case, LOLLAND, NOW)
    second = answer(services, case, LOLLAND, NOW, seed="rettet", base=first.key)
    assert second.beside == ()
    with reading(services.engine) as session:
        found = answers_of(session, find(session, case).id, party=LOLLAND, with_replaced=True)
    assert [one.is_standing for one in found] == [False, True]


def test_an_answer_that_began_from_something_else_stands_beside_until_one_is_chosen(
    case: str, services: Services
) -> None:
    first = answer(services, case, LOLLAND, NOW)
    second = answer(services, case, LOLLAND, NOW, seed="andet", channel=Channel.WORKBOOK)
    assert second.beside == (first.key,)
    choose(services, case, LOLLAND, first.key, ANNA)
    with reading(services.engine) as session:
        left = answers_of(session, find(session, case).id, party=LOLLAND)
    assert [one.key for one in left] == [first.key]


def test_an_answer_sent_back_is_owed_again_and_the_municipality_is_written_to(
    case: str, services: Services
) -> None:
    answer(services, case, LOLLAND, NOW)
    send_back(services, case, LOLLAND, "Er de 12 pladser talt med?", ANNA)
    assert state(services, LOLLAND) is State.OPEN
    seen = open_form(services, case, LOLLAND, NOW)
    assert seen.question == "Er de 12 pladser talt med?"
    advance(services, case, NOW)
    with reading(services.engine) as session:
        mails = outbox.list_mails(session)
    assert not any("cpr" in mail.text.casefold() for mail in mails)
    with pytest.raises(RefusedError, match="Skriv, hvad"):
        send_back(services, case, LOLLAND, " ", ANNA)


def test_a_late_answer_is_marked_late(case: str, services: Services) -> None:
    late = NOW + dt.timedelta(days=200)
    answer(services, case, LOLLAND, late)
    with reading(services.engine) as session:
        found = collection(session, load(session, case, late), late.date())
    assert found is not None
    rows = {row.party.party: row for row in found.rows}
    assert rows[LOLLAND].is_late
    assert rows[LOLLAND].state == "besvaret"


def test_last_times_answer_is_shown_and_a_great_change_is_asked_about(
    services: Services,
) -> None:
    before = START - dt.timedelta(days=500)
    launched(services, OLD, before, None)
    ask(services, OLD, FORM, Stamp(before, "anna"))
    parts = {f"domstype.type_{n}.antal": "0" for n in range(1, 5)} | {"domstype.type_5.antal": "60"}
    places = {"opholdssted.eget_hjem.antal": "60"} | {
        f"opholdssted.{row}.antal": "0"
        for row in ("sikret", "aaben_lands", "botilbud_egen", "botilbud_anden", "andet")
    }
    many = typed_for(LOLLAND, before, borgere="60", **parts, **places)
    answer(services, OLD, LOLLAND, before + dt.timedelta(days=9), typed=many)
    launched(services, REF, START, OLD)
    ask(services, REF, FORM, Stamp(START, "anna"))
    seen = open_form(services, REF, LOLLAND, NOW)
    assert (seen.last["borgere"], seen.last_case) == (60, OLD)
    with pytest.raises(NotAnsweredError) as told:
        take_in_answer(services, REF, sent(typed_for(LOLLAND, NOW)), ANNA)
    assert any("Sidst svarede I 60" in p.text for p in told.value.problems)


def test_what_all_answered_last_time_takes_as_many_statements_as_what_one_did(
    services: Services,
) -> None:
    before = START - dt.timedelta(days=500)
    launched(services, OLD, before, None)
    launched(services, REF, START, None)
    answered = collected(services, OLD, before, but={GREVE})
    ask(services, REF, FORM, Stamp(START, "anna"))
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    with reading(services.engine) as session:
        case = load(session, REF, NOW)
        asked = asked_of(session, case)
        assert asked is not None
        sa.event.listen(services.engine, "before_cursor_execute", note)
        for parties in ([p for p in case.parties if p.party == LOLLAND], case.parties):
            seen = answers_seen(session, case, parties, asked)
            statements.append("")
        sa.event.remove(services.engine, "before_cursor_execute", note)

    few, many = (list(part) for is_end, part in groupby(statements, key="".__eq__) if not is_end)
    assert len(few) == len(many) == 4
    assert {one.party.party for one in seen if one.last_case == OLD} == set(answered)
    assert len(seen) == len(answered) + 1


def cpr_like() -> str:
    """Ten digits with a day of birth and the right check digit; nobody's."""
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    for tail in range(1000, 3999):
        digits = f"010100{tail}"
        if sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0:
            return f"{digits[:6]}-{digits[6:]}"
    raise AssertionError


def test_a_cpr_number_is_neither_taken_in_nor_kept_as_an_answer_draft(
    case: str, services: Services
) -> None:
    number = cpr_like()
    typed = typed_for(LOLLAND, NOW, begrundelse=f"Borgeren {number} venter.")
    with pytest.raises(NotAnsweredError) as told:
        take_in_answer(services, case, sent(typed), ANNA)
    assert [p.path for p in told.value.problems] == ["begrundelse"]
    assert number not in str(told.value.problems)
    seen = open_form(services, case, LOLLAND, NOW)
    keep_answer_draft(services, case, seen, typed, base="", revision=0, by="x", now=NOW)
    kept = open_form(services, case, LOLLAND, NOW).typed
    assert "begrundelse" not in kept
    assert kept["borgere"] == typed["borgere"]


def test_two_people_do_not_overwrite_each_others_answers(case: str, services: Services) -> None:
    seen = open_form(services, case, LOLLAND, NOW)
    typed = {"borgere": "4"}
    keep_answer_draft(services, case, seen, typed, base="", revision=0, by="Anna", now=NOW)
    with pytest.raises(SavedMeanwhileError, match="En anden har gemt"):
        keep_answer_draft(
            services, case, seen, {"borgere": "5"}, base="", revision=0, by="Bo", now=NOW
        )
    kept = keep_answer_draft(
        services, case, seen, {"borgere": "5"}, base="", revision=1, by="Bo", now=NOW
    )
    assert kept.answer_draft.revision == 2
    answer(services, case, LOLLAND, NOW)
    assert open_form(services, case, LOLLAND, NOW).answer_draft is None, "what was sent is no draft"


def test_sixteen_of_seventeen_is_told_with_what_was_done_about_the_last(
    case: str, services: Services
) -> None:
    collected(services, case, NOW, but=(LOLLAND,))
    with reading(services.engine) as session:
        found = collection(session, load(session, case, NOW), NOW.date())
    assert found is not None
    assert found.coverage.sentence.startswith("16 af 17 kommuner har svaret, svarende til 94")
    assert found.coverage.sentence.endswith("Lolland har ikke svaret.")


def test_a_provider_answers_its_own_questions_and_counts_as_no_municipality(
    case: str, services: Services
) -> None:
    code = add_respondent(services, case, PartyKind.PROVIDER, "Botilbuddet Birken", ANNA)
    seen = open_form(services, case, code, NOW)
    assert [s.id for s in seen.asked.form.sections_for(seen.respondent)] == ["tilbuddet"]
    about = {path: text for path, text in typed_for(code, NOW).items() if path[0] == "@"}
    own = {"tilbud_pladser": "12", "tilbud_indskrevne": "9", "tilbud_pris": "3.100"}
    taken = answer(services, case, code, NOW, typed=about | own)
    assert taken.completeness is Completeness.COMPLETE
    with reading(services.engine) as session:
        found = collection(session, load(session, case, NOW), NOW.date())
    assert found is not None
    assert len(found.coverage.asked) == 17
    with pytest.raises(RefusedError, match="allerede"):
        add_respondent(services, case, PartyKind.PROVIDER, "botilbuddet birken", ANNA)


def test_a_question_set_is_taken_over_from_an_earlier_case_and_edited(
    case: str, services: Services
) -> None:
    launched(services, "CU-NY-2025", START, None)
    with reading(services.engine) as session:
        places = [known.place for known in known_sets(session, "CU-NY-2025")]
    assert f"case:{REF}" in places
    assert "form:gravide" in places
    form = form_at(services, f"case:{REF}")
    text = form_text(form.model_copy(update={"version": form.version + 1}))
    text = text.replace("Borgere i alt", "Borgere tilsammen")
    ask_text(services, "CU-NY-2025", text, ANNA)
    seen = open_form(services, "CU-NY-2025", GREVE, NOW)
    question = seen.asked.form.question("borgere")
    assert question is not None
    assert question.short == "Borgere tilsammen"
    with pytest.raises(RefusedError, match="højere versionsnummer"):
        ask_text(services, "CU-NY-2025", text.replace("tilsammen", "alle"), ANNA)


def test_a_case_judges_by_the_version_that_it_sent_out_until_it_takes_the_next(
    services: Services,
) -> None:
    launched(services, REF, START, None)
    gravide, typed = form_named("gravide"), stays(3, NOW, lines=4)
    ask(services, REF, first_version(gravide), Stamp(START, "anna"))
    assert open_form(services, REF, LOLLAND, NOW).asked.form == first_version(gravide)
    taken = answer(services, REF, LOLLAND, NOW, typed=typed)
    assert taken.completeness is Completeness.COMPLETE
    ask(services, REF, gravide, ANNA)
    with pytest.raises(NotAnsweredError) as told:
        take_in_answer(services, REF, sent(typed, party=GREVE), ANNA)
    assert [(one.path, one.text) for one in told.value.problems] == [("forloebene", MORE_LINES)]


def test_a_question_set_named_without_its_sort_is_told_how_to_write_it(services: Services) -> None:
    with pytest.raises(RefusedError, match=r"eller et af disse: .*form:domfaeldte"):
        form_at(services, "domfaeldte")


def test_what_the_log_and_the_export_say_of_an_answer(case: str, services: Services) -> None:
    answer(services, case, LOLLAND, NOW)
    kinds = {fact["kind"] for fact in export_case(services, case)["facts"]}
    assert {"question_set", "form_answer", "response"} <= kinds
    assert len(towns_of(services, case, NOW)) == 17
