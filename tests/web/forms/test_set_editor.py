"""Caseworkers write question sets on pages: saved at each step, used when they say so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from models import DocumentKind, Role
from tests.answering import answer, stays
from tests.casework.forms.test_answers import REF, cpr_like, launched
from tests.rules.files.test_cpr import number_as_written
from udmelding import clock
from udmelding.casework.files import keep_own
from udmelding.casework.forms.question_sets import ask, asked_in, form_at, known_sets
from udmelding.casework.forms.set_drafts import case_draft
from udmelding.casework.own import editions
from udmelding.casework.wiring import Services, refreshed
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_named
from udmelding.config.forms.questions import Question
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.case import NewDocument
from udmelding.web.forms.set_fields import fields_of, read_fields

pytestmark = pytest.mark.database

START, NOW = clock.at(dt.date(2025, 3, 3)), clock.at(dt.date(2025, 4, 15))
ANNA = Stamp(START, "anna")
HERE = f"/sager/{REF}/skema/ret"
SETS = "/indstillinger/spoergeskemaer"
SEE_OTHER, CONFLICT, WRONG = 303, 409, 422
GRAVIDE = form_named("gravide")


@pytest.fixture
def asking(services: Services) -> Services:
    launched(services, REF, START, None)
    ask(services, REF, GRAVIDE, ANNA)
    return services


@pytest.fixture
def maja(signed_in: Callable[[Role], Any]) -> Any:
    return signed_in(Role.CASEWORKER)


def seen_on(browser: Any, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, answer.text[:400]
    return " ".join(unescape(answer.text).split())


def draft_of(services: Services) -> Form:
    found = case_draft(services, REF)
    assert found is not None
    return found.form


def question_in(form: Form, code: str) -> Question:
    found = form.question(code)
    assert found is not None
    return found


def press(
    browser: Any, services: Services, do: str, place: str = "", home: str = HERE, **typed: Any
) -> Any:
    """Send the page's form with its fields as they stand, some typed anew, by that button."""
    html = browser.client.get(f"{home}?aaben={place}").text
    seen = re.search(r'name="seen" value="(\d+)"', html)
    assert seen
    form = draft_of(services) if home == HERE else None
    fields: dict[str, Any] = {} if form is None else fields_of(form, place)
    fields |= {"csrf": browser.csrf(), "do": do, "open": place, "seen": seen[1]} | typed
    return browser.client.post(home, data=fields)


def asked_now(services: Services) -> Form:
    with reading(services.engine) as session:
        found = asked_in(session, find(session, REF))
    assert found is not None
    return found.form


@pytest.mark.parametrize("name", ["gravide", "domfaeldte"])
def test_fields_that_nobody_changed_change_nothing(name: str) -> None:
    form = form_named(name)
    places = ["om", *(f"sum:{at}" for at in range(len(form.sums)))]
    places += [f"afsnit:{section.id}" for section in form.sections]
    places += [f"spoerg:{question.id}" for question in form.questions]
    for place in places:
        written = read_fields(form, place, fields_of(form, place))
        assert (written.form, written.place, written.flaws) == (form, place, {}), place


def test_a_text_is_saved_by_any_button_and_seen_beside_before_it_is_used(
    asking: Services, maja: Any
) -> None:
    answer = press(
        maja, asking, "aabn:spoerg:ventetid", "spoerg:gravide", text="Hvor mange gravide\nkender I?"
    )
    assert answer.status_code == SEE_OTHER
    assert answer.headers["location"] == f"{HERE}?aaben=spoerg%3Aventetid"
    page = seen_on(maja, f"{HERE}?aaben=spoerg:behov_doegn")
    assert 'for="f:gravide">Hvor mange gravide kender I?' in page
    assert "kladde, gemt 15/4-2025 kl. 12.00 af caseworker" in page
    assert asked_now(asking) == GRAVIDE, "nobody is asked by a draft"

    done = press(maja, asking, "brug")
    assert done.headers["location"] == f"/sager/{REF}/skema"
    assert "Sagen spørger nu efter dette skema." in seen_on(maja, done.headers["location"])
    assert asked_now(asking).version == GRAVIDE.version + 1
    assert question_in(asked_now(asking), "gravide").text == "Hvor mange gravide kender I?"
    found = case_draft(asking, REF)
    assert found is not None
    assert found.edition is None


def test_what_was_deleted_comes_back_by_undo_with_what_was_typed_before(
    asking: Services, maja: Any
) -> None:
    place = "spoerg:kender_tilbud"
    answer = press(maja, asking, f"slet:{place}", place, short="Kender et tilbud")
    page = seen_on(maja, answer.headers["location"])
    assert "«3.1 Kender et tilbud» er slettet." in page
    assert 'value="fortryd"' in page
    assert draft_of(asking).question("kender_tilbud") is None

    press(maja, asking, "fortryd")
    assert question_in(draft_of(asking), "kender_tilbud").short == "Kender et tilbud"


def test_a_question_is_moved_copied_and_written_from_nothing(asking: Services, maja: Any) -> None:
    press(maja, asking, "op:spoerg:ventetid")
    press(maja, asking, "kopi:spoerg:ventetid")
    press(maja, asking, "ned:afsnit:omfang")
    codes = [question.id for question in draft_of(asking).sections[2].questions]
    assert codes[:3] == ["ventetid", "ventetid_2", "kender_tilbud"]
    assert [section.id for section in draft_of(asking).sections][:2] == ["forloeb", "omfang"]

    answer = press(maja, asking, "nyt:vurdering")
    assert answer.headers["location"].endswith("aaben=spoerg%3Any_1")
    press(maja, asking, "luk:spoerg:ny_1", "spoerg:ny_1", text="Hvad koster det?", kind="amount")
    made = question_in(draft_of(asking), "hvad_koster_det")
    assert (made.kind.value, made.counts.value, made.is_required) == ("amount", "other", True)


def test_the_button_of_a_question_that_gets_its_code_by_being_saved_still_finds_it(
    asking: Services, maja: Any
) -> None:
    press(maja, asking, "nyt:vurdering")
    press(maja, asking, "kopi:spoerg:ny_1", "spoerg:ny_1", text="Hvad mangler?")
    codes = [question.id for question in draft_of(asking).sections[3].questions]
    assert codes[-2:] == ["hvad_mangler", "hvad_mangler_2"]


def test_what_is_no_number_is_told_at_its_field_and_what_was_typed_stays(
    asking: Services, maja: Any
) -> None:
    answer = press(
        maja, asking, "gem", "spoerg:gravide", text="Hvor mange?", maximum="mange", minimum="1.5"
    )
    assert answer.status_code == WRONG
    html = unescape(answer.text)
    assert 'id="maximum-error"' in html
    assert "«mange» er ikke et tal." in html
    assert 'value="mange"' in html
    assert "Hvor mange?</textarea>" in html
    assert draft_of(asking) == GRAVIDE


def test_a_set_that_does_not_hang_together_is_kept_and_says_where_before_it_is_used(
    asking: Services, maja: Any
) -> None:
    press(maja, asking, "gem", "spoerg:ventetid", when="kender_tilbud")
    press(maja, asking, "ned:spoerg:kender_tilbud")
    answer = press(maja, asking, "brug")
    assert answer.headers["location"] == f"{HERE}?fejl=ja#fejl"
    told = "Spørgsmålet vises kun, hvis 3.2 er Ja, men 3.2 kommer efter."
    told += " Flyt det, eller vælg et andet."
    page = seen_on(maja, f"{HERE}?fejl=ja")
    assert f'href="{HERE}?aaben=spoerg%3Aventetid">3.1</a>: {told}' in page
    field = seen_on(maja, f"{HERE}?aaben=spoerg:ventetid")
    assert f'id="when-error"><span class="sr-only">Fejl: </span>{told}' in field
    assert asked_now(asking) == GRAVIDE
    for path in ("skema.xlsx", "brug"):
        assert maja.client.get(f"{HERE}/{path}").status_code == SEE_OTHER


def test_the_second_of_two_is_told_and_what_was_typed_stays(asking: Services, maja: Any) -> None:
    press(maja, asking, "gem", "spoerg:gravide", text="Maja skriver")
    late = press(maja, asking, "gem", "spoerg:gravide", text="Bo skriver", seen="0")
    assert late.status_code == CONFLICT
    assert "En anden har rettet det samme" in late.text
    assert "Bo skriver</textarea>" in late.text
    assert question_in(draft_of(asking), "gravide").text == "Maja skriver"
    for do in ("fortryd", "kasser"):
        assert press(maja, asking, do, seen="0").status_code == CONFLICT


@pytest.mark.parametrize("field", ["text", "maximum", "options"])
def test_a_cpr_number_is_taken_nowhere(asking: Services, maja: Any, field: str) -> None:
    answer = press(maja, asking, "gem", "spoerg:gravide", **{field: f"Fx {cpr_like()}"})
    assert answer.status_code == WRONG
    assert "cpr-nummer" in answer.text
    assert draft_of(asking) == GRAVIDE


def test_a_draft_is_discarded_and_what_is_in_use_stays(asking: Services, maja: Any) -> None:
    press(maja, asking, "slet:afsnit:tilbud")
    assert len(draft_of(asking).sections) == 4
    done = press(maja, asking, "kasser")
    assert draft_of(asking) == GRAVIDE
    assert 'value="fortryd"' in seen_on(maja, done.headers["location"])
    press(maja, asking, "fortryd")
    assert len(draft_of(asking).sections) == 4


def test_a_set_that_was_never_used_is_discarded_and_fetched_back(maja: Any) -> None:
    csrf = maja.csrf()
    maja.client.post(SETS, data={"csrf": csrf, "title": "Epilepsi", "fra": ""})
    maja.client.post(f"{SETS}/epilepsi/ud", data={"csrf": csrf})
    assert maja.client.get(f"{SETS}/epilepsi").status_code == 404
    maja.client.post(f"{SETS}/epilepsi/ind", data={"csrf": csrf})
    assert "1. Omfang" in seen_on(maja, f"{SETS}/epilepsi")
    assert maja.client.post(f"{SETS}/nej/ind", data={"csrf": csrf}).status_code == 404


def test_who_has_answered_is_told_before_another_kind_is_used_and_answers_stay(
    asking: Services, maja: Any
) -> None:
    for party in ("0360", "0253"):
        answer(asking, REF, party, NOW, typed=stays(3, NOW, lines=3))
    assert "2 har svaret" in seen_on(maja, f"{HERE}?aaben=liste:vurdering")
    press(maja, asking, "gem", "spoerg:begrundelse", kind="yes_no")
    asked_first = press(maja, asking, "brug")
    assert asked_first.headers["location"] == f"{HERE}/brug"
    page = seen_on(maja, f"{HERE}/brug")
    assert "2 har svaret på «Begrundelse». Svaret var «Tekst»" in page
    assert asked_now(asking) == GRAVIDE

    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    said = {"csrf": maja.csrf(), "seen": seen[1]}
    assert maja.client.post(f"{HERE}/brug", data=said).status_code == SEE_OTHER
    codes = [question.id for question in asked_now(asking).questions]
    assert "begrundelse_2" in codes
    assert "begrundelse" not in codes
    assert "0360" in seen_on(maja, f"/sager/{REF}/skema")
    assert maja.client.get(f"/sager/{REF}/skema/svar/0360").status_code == 200


def test_the_preview_is_the_municipalitys_page_and_the_workbook_is_the_drafts(
    asking: Services, maja: Any
) -> None:
    press(maja, asking, "gem", "spoerg:samarbejde", text="Hvem arbejder I sammen med?")
    whole = seen_on(maja, f"{HERE}/vis")
    assert "Hvem arbejder I sammen med?" in whole
    assert "ambulatoriet haft kontakt med" not in whole
    assert "ambulatoriet haft kontakt med" in seen_on(maja, f"{HERE}/vis?som=region")
    book = load_workbook(BytesIO(maja.client.get(f"{HERE}/skema.xlsx").content))
    cells = {str(cell.value) for sheet in book for row in sheet for cell in row}
    assert any("Hvem arbejder I sammen med?" in cell for cell in cells)


def test_single_questions_are_taken_from_another_set(asking: Services, maja: Any) -> None:
    page = seen_on(maja, f"{HERE}/hent?afsnit=tilbud&fra=form:domfaeldte")
    assert "Ligger der tilbud i kommunen, som tager imod målgruppen?" in page
    said = {"csrf": maja.csrf(), "seen": "0", "afsnit": "tilbud", "fra": "form:domfaeldte"}
    chosen = {"question": ["har_tilbud", "tilbud"]}
    done = maja.client.post(f"{HERE}/hent", data=said | chosen)
    assert "2 spørgsmål er hentet." in seen_on(maja, done.headers["location"])
    fetched = draft_of(asking).sections[2].questions[-2:]
    assert [question.id for question in fetched] == ["har_tilbud", "tilbud"]
    assert maja.client.get(f"{HERE}/hent?afsnit=nej").status_code == 404


def test_a_case_without_a_set_begins_from_one_or_from_nothing(
    services: Services, maja: Any
) -> None:
    launched(services, REF, START, None)
    assert maja.client.get(HERE).status_code == 404
    assert "Et tomt skema" in seen_on(maja, f"/sager/{REF}/skema")
    begun = maja.client.post(f"{HERE}/begynd", data={"csrf": maja.csrf(), "fra": ""})
    assert begun.headers["location"] == f"{HERE}?aaben=spoerg%3Any_1"
    assert [section.title for section in draft_of(services).sections] == ["Omfang"]
    assert "Fortsæt med kladden" in seen_on(maja, f"/sager/{REF}/skema")
    maja.client.post(f"{HERE}/begynd", data={"csrf": maja.csrf(), "fra": "form:gravide"})
    assert draft_of(services) == GRAVIDE
    press(maja, services, "brug")
    assert asked_now(services) == GRAVIDE


def test_words_that_the_letter_never_says_are_told_where_they_stand(
    asking: Services, maja: Any
) -> None:
    letter = "Central udmelding om mennesker med svære spiseforstyrrelser. " * 8
    stored = keep_own(asking, letter.encode())
    entry = NewDocument(
        document_kind=DocumentKind.LETTER,
        title="Brev",
        dated_on=START.date(),
        file_name="brev.txt",
        media_type="text/plain",
        size=stored.size,
        sha256=stored.sha256,
    )
    with writing(asking.engine) as session:
        record(session, find(session, REF), entry, ANNA)
    page = seen_on(maja, f"{HERE}?aaben=liste:omfang")
    assert "Skemaet nævner «gravide» 11 gange; brevet gør ikke." in page
    assert "Hvor mange <mark>gravide</mark> i målgruppen" in page
    assert "«gravide» står ikke i sagens brev" in page


def test_the_text_view_shows_the_draft_explains_its_keys_and_ends_it(
    asking: Services, maja: Any
) -> None:
    press(maja, asking, "gem", "spoerg:gravide", text="Hvor mange i alt?")
    html = unescape(maja.client.get(f"/sager/{REF}/skema/spoergsmaal").text)
    text = html.split('<textarea class="form-input own-code"')[1].split(">", 1)[1]
    text = text.split("</textarea>")[0].lstrip("\n")
    assert "Hvor mange i alt?" in text
    assert "version: 3" in text
    assert "mindste tal, der kan skrives" in html
    said = {"csrf": maja.csrf(), "text": text}
    assert maja.client.post(f"/sager/{REF}/skema/spoergsmaal", data=said).status_code == SEE_OTHER
    assert question_in(asked_now(asking), "gravide").text == "Hvor mange i alt?"
    found = case_draft(asking, REF)
    assert found is not None
    assert found.edition is None


def test_a_set_of_ones_own_is_written_offered_taken_out_of_use_and_in_again(
    asking: Services, maja: Any
) -> None:
    csrf = maja.csrf()
    said = {"csrf": csrf, "title": "Svære spiseforstyrrelser", "fra": "form:gravide"}
    begun = maja.client.post(SETS, data=said)
    home = f"{SETS}/svaere-spiseforstyrrelser"
    assert begun.headers["location"] == home
    assert "kladde: kan ikke bruges i sager endnu" in seen_on(maja, SETS)
    title = {"title": "Svær anoreksi", "intro": GRAVIDE.intro}
    press(maja, asking, "luk:om", "om", home=home, **title)
    done = press(maja, asking, "brug", home=home)
    assert done.headers["location"] == SETS

    place = "own:svaere-spiseforstyrrelser"
    made = form_at(asking, place)
    assert (made.title, made.version, made.id) == ("Svær anoreksi", 1, place[4:])
    assert made.sections == GRAVIDE.sections
    with reading(asking.engine) as session:
        assert (place, "Svær anoreksi (jeres eget)") in {k.choice for k in known_sets(session)}
    assert f'value="{place}"' in seen_on(maja, "/ny/gennemspil")

    maja.client.post(f"{home}/ud", data={"csrf": csrf})
    with reading(asking.engine) as session:
        assert place not in {known.place for known in known_sets(session)}
    assert "Hent tilbage" in seen_on(maja, SETS)
    maja.client.post(f"{home}/ind", data={"csrf": csrf})
    assert form_at(asking, place) == made


def test_a_set_of_ones_own_is_also_edited_as_text(asking: Services, maja: Any) -> None:
    csrf = maja.csrf()
    maja.client.post(SETS, data={"csrf": csrf, "title": "Epilepsi", "fra": "form:gravide"})
    path = f"{SETS}/epilepsi/tekst"
    assert "Hvad betyder nøglerne?" in seen_on(maja, path)
    bad = maja.client.post(path, data={"csrf": csrf, "text": "id: x", "seen": "1"})
    assert bad.status_code == WRONG
    assert "Skemaet kan ikke bruges" in bad.text
    text = "id: x\nversion: 1\ntitle: T\nsections:\n- id: a\n  title: A\n  questions:\n"
    text += "  - {id: b, text: B, kind: date}\n"
    late = maja.client.post(path, data={"csrf": csrf, "text": text, "seen": "0"})
    assert late.status_code == CONFLICT
    done = maja.client.post(path, data={"csrf": csrf, "text": text, "seen": "1"})
    assert done.status_code == SEE_OTHER
    assert form_at(asking, "own:epilepsi").title == "T"


def test_a_set_needs_a_name(maja: Any) -> None:
    answer = maja.client.post(SETS, data={"csrf": maja.csrf(), "title": "  "})
    assert answer.status_code == WRONG
    assert "Skriv, hvad skemaet skal hedde." in answer.text


def test_drafts_are_no_part_of_what_the_programs_read(asking: Services, maja: Any) -> None:
    before = refreshed(asking).own_state
    press(maja, asking, "gem", "spoerg:gravide", text="Hvor mange?")
    assert f"drafts/cases/{REF}.yaml" in {one.path for one in editions(asking)}
    assert refreshed(asking).own_state == before


@pytest.mark.parametrize("path", [HERE, SETS, f"{HERE}/vis"])
def test_readers_write_no_questions(
    asking: Services, signed_in: Callable[[Role], Any], path: str
) -> None:
    assert signed_in(Role.READER).client.get(path).status_code == 403


@pytest.mark.parametrize(
    "do",
    ["", "x", "op:", "slet:sum:99", "kolonne-op:gravide", "aabn:spoerg:nej", "naeste:afsnit:x"],
)
def test_a_button_that_is_not_there_changes_nothing(asking: Services, maja: Any, do: str) -> None:
    answer = press(maja, asking, do, "spoerg:nej")
    assert answer.status_code == SEE_OTHER
    assert maja.client.get(answer.headers["location"]).status_code == 200
    assert draft_of(asking) == GRAVIDE


def test_digits_that_may_be_a_number_are_asked_about_and_kept_by_a_persons_word(
    asking: Services, maja: Any
) -> None:
    maybe = number_as_written(holds=False).replace("-", "")
    doubtful = press(maja, asking, "gem", "spoerg:gravide", text=f"Nr. {maybe}?")
    assert "Er det et cpr-nummer?" in doubtful.text
    assert draft_of(asking) == GRAVIDE
    press(maja, asking, "gem", "spoerg:gravide", text=f"Nr. {maybe}?", no_cpr="ja")
    assert question_in(draft_of(asking), "gravide").text == f"Nr. {maybe}?"
