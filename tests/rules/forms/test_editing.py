"""A question set is edited step by step, is kept while it does not hang together, and says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.config.forms.drafts import draft_text, empty_draft, parse_draft, unchecked
from udmelding.config.forms.forms import Form, Section, SumRule
from udmelding.config.forms.library import form_ids, form_named, form_text, parse_form
from udmelding.config.forms.questions import Column, Condition, Kind, Option, Question, Row
from udmelding.errors import BadFileError
from udmelding.rules.forms import editing
from udmelding.rules.forms.codes import code_of, options_of, rows_of
from udmelding.rules.forms.draft_flaws import draft_flaws
from udmelding.rules.forms.foreign_words import foreign_words
from udmelding.rules.forms.question_words import KIND_WORDS, question_numbers
from udmelding.rules.forms.set_changes import changes_to_confirm, with_codes_of_their_own
from udmelding.rules.forms.text_keys import TEXT_KEYS

GRAVIDE = form_named("gravide")


def changed(form: Form, code: str, **changes: object) -> Form:
    question = form.question(code)
    assert question is not None
    return editing.with_question(form, code, question.model_copy(update=changes))[0]


def column_of(form: Form, code: str) -> Column:
    question = form.question(code)
    assert question is not None
    return question.columns[0]


def with_column(form: Form, code: str, **changes: object) -> Form:
    column = column_of(form, code).model_copy(update=changes)
    return changed(form, code, columns=(column,))


# --- a draft is the same text as any other set ---


@pytest.mark.parametrize("name", form_ids())
def test_a_shipped_set_is_the_same_as_a_draft_and_nothing_is_wrong_with_it(name: str) -> None:
    form = form_named(name)
    assert parse_draft(draft_text(form)) == form
    assert draft_flaws(form) == ()
    for question in form.questions:
        assert editing.with_question(form, question.id, question) == (form, question.id)


@pytest.mark.parametrize(
    "text", ["[]", "id: x", "id: x\nversion: ja\ntitle: x\nsections: []", "a: [", "id: 1\nb: 2"]
)
def test_what_is_no_draft_is_refused(text: str) -> None:
    with pytest.raises(BadFileError):
        parse_draft(text)


WORDS = st.sampled_from(["", "Antal", "Antal", "Øvrige: 3", "ja", "1.234", "  ", "å" * 60, "a # b"])
PICKS = st.integers(0, 30)
STEPS = st.tuples(st.sampled_from(["section", "question", "copy", "drop", "drop section", "up",
    "down", "rename", "kind", "when", "most", "column", "drop column", "sum", "fetch", "section up",
    "title", "base", "rows"]), PICKS, PICKS, WORDS)  # fmt: skip


def step(form: Form, what: str, one: int, two: int, words: str) -> Form:
    """One thing that a person could do, whatever there is to do it to."""
    codes = [question.id for question in form.questions] or ["ingen"]
    sections = [section.id for section in form.sections] or ["intet"]
    code, other, section = (
        codes[one % len(codes)],
        codes[two % len(codes)],
        sections[one % len(sections)],
    )
    question = form.question(code)
    kind = KIND_WORDS[two % len(KIND_WORDS)]
    doing: dict[str, Callable[[], Form]] = {
        "section": lambda: editing.with_new_section(form)[0],
        "question": lambda: editing.with_new_question(form, section)[0],
        "copy": lambda: editing.with_copy(form, code)[0],
        "drop": lambda: editing.without_question(form, code),
        "drop section": lambda: editing.without_section(form, section),
        "up": lambda: editing.moved_question(form, code, -1),
        "down": lambda: editing.moved_question(form, code, 1),
        "section up": lambda: editing.moved_section(form, section, -1),
        "title": lambda: editing.with_section(form, section, title=words.strip())[0],
        "base": lambda: editing.with_section(form, section, base=other)[0],
        "fetch": lambda: editing.with_fetched(form, section, GRAVIDE.questions[two % 14])[0],
        "sum": lambda: editing.with_sum(
            editing.with_new_sum(form), one % 3, total=code, parts=(other,), text=words.strip()
        ),
        "column": lambda: editing.with_new_column(form, code),
    }
    if what in doing:
        return doing[what]()
    if question is None:
        return form
    changes: dict[str, dict[str, object]] = {
        "rename": {"text": words.strip(), "short": words.strip()},
        "kind": {"kind": kind.kind, "counts": kind.counts},
        "when": {"required_if": Condition.model_construct(question=other, above=0.0)},
        "most": {"at_most": other, "based_on": code, "minimum": float(one), "maximum": float(two)},
        "rows": {"rows": rows_of(words.split(), question.rows), "options": options_of([words], ())},
        "drop column": {"columns": question.columns[1:]},
    }
    return editing.with_question(form, code, question.model_copy(update=changes[what]))[0]


@settings(max_examples=30)  # each is read as YAML three times
@given(st.lists(STEPS, max_size=15), st.booleans())
def test_whatever_is_done_the_set_is_kept_as_it_is_and_is_flawed_or_a_set(
    steps: list[tuple[str, int, int, str]], begins_empty: bool
) -> None:
    form = empty_draft("et-skema", "Et skema") if begins_empty else GRAVIDE
    for one in steps:
        form = step(form, *one)
    assert parse_draft(draft_text(form)) == form
    codes = [question.id for question in form.questions]
    assert len(codes) == len(set(codes))
    if not draft_flaws(form):
        assert parse_form(form_text(form)) == form
    else:
        with pytest.raises(BadFileError):
            parse_form(form_text(form))


# --- codes ---


def test_a_code_is_made_at_the_first_name_and_stays_at_the_next() -> None:
    form = editing.begun("x", "X")
    assert [question.id for question in form.questions] == ["ny_1"]
    form, code = editing.with_question(
        form, "ny_1", Question(id="ny_1", text="Hvor mange?", short="Døgn i alt", kind=Kind.INTEGER)
    )
    assert code == "doegn_i_alt"
    assert [q.id for q in changed(form, code, short="Andet").questions] == ["doegn_i_alt"]


def test_what_points_to_a_question_follows_its_code() -> None:
    form = editing.renamed(GRAVIDE, "fik_doegn", "kom")
    question = form.question("ventetid")
    assert question is not None
    assert question.required_if == Condition(question="kom", above=0)
    assert question.based_on == "kom"
    assert editing.renamed(GRAVIDE, "gravide", "alle").sections[1].base == "alle"
    assert editing.renamed(GRAVIDE, "rusmiddel", "x").sums[0].parts == ("x.*.antal",)
    assert draft_flaws(form) == ()


def test_a_column_that_is_called_something_is_still_the_one_in_the_sum() -> None:
    form = editing.with_new_column(GRAVIDE, "rusmiddel")
    form = editing.with_sum(form, 0, parts=("rusmiddel.*.ny_1",))
    table = form.question("rusmiddel")
    assert table is not None
    columns = (table.columns[0], Column(id="ny_1", title="Heraf unge", kind=Kind.INTEGER))
    assert changed(form, "rusmiddel", columns=columns).sums[0].parts == ("rusmiddel.*.heraf_unge",)


@pytest.mark.parametrize(
    ("words", "taken", "code"),
    [
        ("Æblegrød på én dag", (), "aeblegroed_paa_en_dag"),
        ("2025", (), "s_2025"),
        ("«»", (), "s"),
        ("Ny 1", (), "s_ny_1"),
        ("Antal", ("antal", "antal_2"), "antal_3"),
        ("a" * 50, ("a" * 40,), "a" * 38 + "_2"),
    ],
)
def test_a_code_says_what_the_words_say(words: str, taken: tuple[str, ...], code: str) -> None:
    assert code_of(words, taken) == code


def test_an_option_that_is_reworded_keeps_its_code_and_one_in_between_gets_its_own() -> None:
    before = (Option(id="ja_lidt", text="Ja, lidt"), Option(id="nej", text="Nej"))
    reworded = options_of(["Ja, noget", "Nej"], before)
    assert [(one.id, one.text) for one in reworded] == [("ja_lidt", "Ja, noget"), ("nej", "Nej")]
    added = options_of(["Nej", "Måske", "Ja, lidt"], before)
    assert [one.id for one in added] == ["nej", "maaske", "ja_lidt"]


def test_a_row_has_its_short_name_after_a_stroke() -> None:
    before = (Row(id="type_5", title="Dom til tilsyn"),)
    assert rows_of(["Dom til tilsyn | Type 5", " ", "Andet"], before) == (
        Row(id="type_5", title="Dom til tilsyn", short="Type 5"),
        Row(id="andet", title="Andet"),
    )


# --- moving, copying, fetching ---


def test_a_question_is_moved_over_the_edge_of_its_section() -> None:
    form = editing.moved_question(GRAVIDE, "kender_tilbud", -1)
    assert question_numbers(form)["kender_tilbud"] == "2.2"
    assert editing.moved_question(form, "kender_tilbud", 1) == GRAVIDE
    assert editing.moved_question(GRAVIDE, "gravide", -1) == GRAVIDE
    assert editing.moved_section(GRAVIDE, "omfang", -1) == GRAVIDE


def test_a_copy_stands_after_its_question_under_a_code_of_its_own() -> None:
    form, code = editing.with_copy(GRAVIDE, "gravide", {"gravide_2"})
    assert (
        [question.id for question in form.questions][:2]
        == ["gravide", "gravide_3"]
        == [
            "gravide",
            code,
        ]
    )


def test_a_fetched_question_leaves_behind_what_it_said_of_questions_that_are_not_here() -> None:
    question = GRAVIDE.question("fik_doegn")
    assert question is not None
    form, code = editing.with_fetched(editing.begun("x", "X"), "omfang", question)
    fetched = form.question(code)
    assert fetched is not None
    assert (fetched.required_if, fetched.at_most) == (None, None)


# --- what is wrong, at its field ---


def moved_down(form: Form, code: str, times: int) -> Form:
    for _ in range(times):
        form = editing.moved_question(form, code, 1)
    return form


YES = editing.with_question(
    GRAVIDE, "ventetid", GRAVIDE.questions[7].model_copy(
        update={"required_if": Condition(question="kender_tilbud", equals=("ja",))}
    )
)[0]  # fmt: skip

BROKEN: dict[str, tuple[Form, str, str, str]] = {
    "no name": (unchecked(GRAVIDE, title=""), "om", "title", "Skriv, hvad skemaet hedder."),
    "no section": (unchecked(GRAVIDE, sections=(), sums=()), "om", "sections", "ingen afsnit"),
    "no heading": (
        editing.with_section(GRAVIDE, "tilbud", title="")[0], "afsnit:tilbud", "title", "overskrift"
    ),
    "no question": (
        editing.without_question(GRAVIDE, "forloebene"),
        "afsnit:forloeb", "questions", "Afsnittet har ingen spørgsmål. Tilføj et, eller slet",
    ),
    "a base that is gone": (
        editing.without_question(GRAVIDE, "ambulatorium_gravide"),
        "afsnit:ambulatoriet", "base", "er slettet. Vælg et andet.",
    ),
    "a base that counts nobody": (
        editing.with_section(GRAVIDE, "tilbud", base="doegnpris")[0],
        "afsnit:tilbud", "base", "3.3 tæller ikke borgere.",
    ),
    "a base that others are asked": (
        editing.with_section(GRAVIDE, "tilbud", base="ambulatorium_gravide")[0],
        "afsnit:tilbud", "base", "5.1 stilles ikke til alle, som afsnittet stilles til.",
    ),
    "no text": (changed(GRAVIDE, "gravide", text=""), "spoerg:gravide", "text", "Skriv spørgs"),
    "too long": (
        changed(GRAVIDE, "gravide", short="x" * 81), "spoerg:gravide", "short", "plads til 80"
    ),
    "nothing to choose": (
        changed(GRAVIDE, "rette_sted", options=()), "spoerg:rette_sted", "options", "ét på hver"
    ),
    "bounds the wrong way": (
        changed(GRAVIDE, "gravide", minimum=5.0, maximum=1.5),
        "spoerg:gravide", "maximum", "ikke være mindst 5 og højst 1,5",
    ),
    "a condition on what is gone": (
        editing.without_question(YES, "kender_tilbud"),
        "spoerg:ventetid", "when", "et spørgsmål, der er slettet. Vælg et andet.",
    ),
    "a condition on what comes after": (
        moved_down(YES, "kender_tilbud", 1), "spoerg:ventetid", "when",
        "Spørgsmålet vises kun, hvis 3.2 er Ja, men 3.2 kommer efter. Flyt det, eller vælg et",
    ),
    "a condition on itself": (
        changed(GRAVIDE, "gravide", required_if=Condition(question="gravide", above=0)),
        "spoerg:gravide", "when", "sit eget svar",
    ),
    "a condition on what is no number now": (
        changed(GRAVIDE, "fik_doegn", kind=Kind.YES_NO), "spoerg:ventetid", "when",
        "1.4 er ikke længere et tal.",
    ),
    "a condition without an answer": (
        changed(YES, "ventetid", required_if=Condition.model_construct(question="kender_tilbud")),
        "spoerg:ventetid", "equals", "Vælg, hvilke svar på 3.1",
    ),
    "a condition on an answer that is gone": (
        changed(YES, "kender_tilbud", kind=Kind.CHOICE, options=(Option(id="x", text="X"),)),
        "spoerg:ventetid", "equals", "3.1 kan ikke længere svares sådan.",
    ),
    "a bound that is gone": (
        editing.without_question(GRAVIDE, "behov_doegn"), "spoerg:fik_doegn", "at_most", "slettet"
    ),
    "a bound that is no number": (
        changed(GRAVIDE, "behov_doegn", at_most="rusmiddel"),
        "spoerg:behov_doegn", "at_most", "1.2 er ikke et tal.",
    ),
    "lines bound by what comes after": (
        changed(GRAVIDE, "forloebene", at_most="ventetid"),
        "spoerg:forloebene", "at_most", "Antallet af linjer kan ikke følge 3.2",
    ),
    "a number of nobody": (
        changed(GRAVIDE, "ventetid", based_on="doegnpris"),
        "spoerg:ventetid", "based_on", "3.3 er ikke et antal borgere.",
    ),
    "a number of citizens that are gone": (
        changed(GRAVIDE, "ventetid", based_on="intet"), "spoerg:ventetid", "based_on", "slettet"
    ),
    "a table without columns": (
        changed(GRAVIDE, "rusmiddel", columns=()), "spoerg:rusmiddel", "columns", "ingen kolonner"
    ),
    "a column without a name": (
        with_column(GRAVIDE, "rusmiddel", title=""),
        "spoerg:rusmiddel", "c.antal.title", "Skriv kolonnens overskrift.",
    ),
    "a column beside none": (
        with_column(GRAVIDE, "rusmiddel", at_most="intet"),
        "spoerg:rusmiddel", "c.antal.at_most", "en kolonne med tal",
    ),
    "a sum of nothing": (
        editing.with_new_sum(GRAVIDE), "sum:1", "total", "Vælg det tal, som delene tilsammen"
    ),
    "a sum of what is gone": (
        editing.without_question(GRAVIDE, "rusmiddel"), "sum:0", "parts", "er slettet. Vælg igen."
    ),
    "a sum that is gone": (
        editing.with_sum(GRAVIDE, 0, total="rusmiddel.*.antal"), "sum:0", "total", "er slettet"
    ),
    "a sum that says nothing": (
        editing.with_sum(GRAVIDE, 0, text=""), "sum:0", "text", "når tallene ikke stemmer"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_at_its_field_in_plain_words(name: str) -> None:
    form, place, field, told = BROKEN[name]
    found = [flaw for flaw in draft_flaws(form) if (flaw.place, flaw.field) == (place, field)]
    assert found, draft_flaws(form)
    assert told in found[0].text
    with pytest.raises(BadFileError):
        parse_form(form_text(form))
    assert parse_draft(draft_text(form)) == form


def test_every_key_of_the_text_is_explained_to_those_who_edit_it_so() -> None:
    keys: set[str] = set()
    for shape in (Form, Section, Question, Column, Row, Option, Condition, SumRule):
        keys |= set(shape.model_fields)
    assert sorted(key for key, _ in TEXT_KEYS) == sorted(keys)


# --- once somebody has answered ---


def test_words_are_mended_freely_though_many_have_answered() -> None:
    form = changed(GRAVIDE, "gravide", text="Hvor mange gravide?", help="Tæl alle.")
    assert changes_to_confirm(GRAVIDE, form, {"gravide": 3}) == ()


def test_another_kind_or_condition_is_asked_about_with_how_many_have_answered() -> None:
    form = changed(GRAVIDE, "begrundelse", kind=Kind.YES_NO)
    form = changed(form, "doegnpris", required_if=None)
    form = editing.without_question(form, "samarbejde")
    form = changed(form, "rette_sted", options=form.questions[10].options[:3])
    counts = dict.fromkeys([question.id for question in GRAVIDE.questions], 3) | {"begrundelse": 1}
    told = changes_to_confirm(GRAVIDE, form, counts)
    assert [one.split("«")[1].split("»")[0] for one in told] == [
        "Pris pr. døgn",
        "Samarbejder med",
        "Behandlingen bør ligge",
        "Begrundelse",
    ]
    assert told[0].startswith("3 har svaret på «Pris pr. døgn». Det blev stillet kun hvis")
    assert "Spørgsmålet er slettet. Deres svar bliver gemt" in told[1]
    assert "Det har kommunen ikke taget stilling til" in told[2]
    assert told[3].startswith("1 har svaret på")
    assert "Det bliver et nyt spørgsmål" in told[3]
    assert changes_to_confirm(GRAVIDE, form, {}) == ()


def test_a_question_of_another_kind_is_a_new_one_where_somebody_has_answered_it() -> None:
    form = changed(GRAVIDE, "fik_doegn", kind=Kind.NUMBER)
    own = with_codes_of_their_own(GRAVIDE, form, {"fik_doegn": 2})
    assert own.question("fik_doegn") is None
    question = own.question("ventetid")
    assert question is not None
    assert question.based_on == "fik_doegn_2"
    assert with_codes_of_their_own(GRAVIDE, form, {}) == form


# --- words foreign to the letter ---

LETTER = (
    "Social- og Boligstyrelsen sender hermed en central udmelding om mennesker med svære "
    "spiseforstyrrelser. Kommunalbestyrelserne bedes oplyse, hvor mange borgere der er i "
    "målgruppen, hvilke tilbud der findes, og om der er behov for døgnbehandling. "
)


def test_a_set_on_pregnant_women_is_foreign_to_a_letter_on_eating_disorders() -> None:
    told = [word.sentence for word in foreign_words(GRAVIDE, LETTER)]
    assert told[0] == "Skemaet nævner «gravide» 11 gange; brevet gør ikke."
    assert len(told) <= 3
    assert not any("døgnbehandling" in one or "kommune" in one for one in told)


def test_a_word_is_known_by_any_of_its_forms_also_inside_a_longer_one() -> None:
    letter = LETTER + "Målgruppen er udsatte gravide kvinder med et rusmiddelforbrug."
    words = {word.word for word in foreign_words(GRAVIDE, letter)}
    assert not words & {"gravide", "gravid", "rusmiddel"}


def test_a_letter_that_cannot_be_read_says_nothing() -> None:
    assert foreign_words(GRAVIDE, "") == ()
    assert foreign_words(GRAVIDE, "Scannet 1 af 2") == ()
