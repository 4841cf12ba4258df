"""A question set as pages: all of it stands there, with room to write or with the answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from models import Channel, Completeness
from tests.documents.test_pdf import pages_of, problems_of, tags_of, text_of
from udmelding import clock
from udmelding.casework.demo.forms import made_up
from udmelding.config.forms.forms import Form, Section
from udmelding.config.forms.library import form_ids, form_named
from udmelding.config.forms.questions import Column, Kind, Question, Respondent, Row
from udmelding.documents.forms.printed import FormPaper, Receipt, printed_form_pdf, receipt_pdf
from udmelding.documents.forms.texts import NO_CPR, condition_words
from udmelding.rules.forms.answers import Content, read_answers

NOW = clock.at(dt.date(2025, 3, 14), "13:05")
SHIPPED = form_ids()
NASTY = "Hjælp # $ * < @ \\ `kode` _a_ #panic(1) <label> \N{GRINNING FACE} " + "x" * 200


def paper(form: Form, party: str = "Lolland", who: Respondent = Respondent.MUNICIPALITY) -> Any:
    return FormPaper(
        form=form,
        respondent=who,
        reference="CU-1",
        case_title="Spis",
        party=party,
        secretariat="Sekretariatet",
    )


def printed(form: Form, party: str = "Lolland") -> bytes:
    return printed_form_pdf(paper(form, party), dt.date(2025, 4, 28), NOW)


def receipt(form: Form, content: Content, **more: Any) -> bytes:
    said = {
        "received_at": NOW,
        "channel": Channel.LINK,
        "completeness": Completeness.COMPLETE,
        "filled_by": "Hanne, konsulent",
        "responsible": "Ole, chef",
    }
    return receipt_pdf(paper(form), Receipt(content=content, **(said | more)))  # type: ignore[arg-type]


def answers(form: Form, **changed: str) -> Content:
    who, day = Respondent.MUNICIPALITY, NOW.date()
    return read_answers(form, who, made_up(form, "0360", day, who) | changed, today=day).content


def words(content: bytes) -> str:
    """All text in one line, so that no turn of a line or page parts a sentence."""
    return " ".join(text_of(content).replace("\N{SOFT HYPHEN}", "").split())


def plain(text: str) -> str:
    """Without what hyphenation at the end of a line puts in."""
    return text.replace("-", "").replace("\x02", "").replace(" ", "")


def form_of(*questions: Question) -> Form:
    section = Section(id="a", title="Afsnittet", questions=questions)
    return Form(id="proeve", version=1, title="Prøven", sections=(section,))


def table(columns: int, rows: int, kind: Kind = Kind.INTEGER) -> Question:
    return Question(
        id="tabel",
        text="Hvor mange?",
        kind=Kind.TABLE,
        rows=tuple(Row(id=f"r{n}", title=f"Række {n}") for n in range(rows)),
        columns=tuple(Column(id=f"k{n}", title=f"Kolonne {n}", kind=kind) for n in range(columns)),
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_every_question_of_the_printed_form_stands_there_with_its_help_and_condition(
    name: str,
) -> None:
    form = form_named(name)
    told = plain(words(printed(form)))

    numbers = {}
    for section in form.sections_for(Respondent.MUNICIPALITY):
        assert plain(section.title) in told
        for question in section.questions:
            numbers[question.id] = len(numbers) + 1
            condition = condition_words(form, question, numbers)
            for text in (f"{numbers[question.id]}. {question.text}", question.help, condition):
                assert plain(text) in told
            for text in [*question.rows, *question.columns]:
                assert plain(text.title) in told
            if question.kind is not Kind.TABLE:
                assert all(plain(f"☐{option.text}") in told for option in question.options)
    assert plain(NO_CPR) in told
    assert plain(form.intro) in told
    assert plain("Frist 28. april 2025") in told
    assert not any(
        plain(q.text) in told
        for s in form.sections
        if Respondent.MUNICIPALITY not in s.asks
        for q in s.questions
        if q.text != "Bemærkninger"
    ), "what only others are asked is left out"


def test_a_form_for_anybody_has_a_line_for_the_municipality() -> None:
    told = words(printed(form_named("gravide"), party=""))

    assert "Hvem svarer? Kommune Udfyldt af" in told


def test_a_table_without_rows_has_ten_empty_ones_and_says_what_to_do_with_more() -> None:
    told = words(printed(form_named("gravide")))

    assert "Forløb 10" in told
    assert "Forløb 11" not in told
    assert "Er der flere, så skriv dem på et ark for sig, højst 40." in told
    assert "Henvist fra: Familieambulatorium / Kommunens rusmiddelcenter" in told


def test_a_printed_table_says_which_number_bounds_its_lines() -> None:
    bound, other = (plain(words(printed(form_named(one)))) for one in ("gravide", "domfaeldte"))

    told = "Skriv højst så mange linjer som tallet i «Kom i døgnbehandling» (spørgsmål 4)."
    assert plain(told) in bound
    assert plain("Skriv højst så mange") not in other


@pytest.mark.parametrize("name", SHIPPED)
def test_two_checkers_only_wonder_that_a_form_to_fill_has_empty_cells_and_lines(
    name: str, tmp_path: Path
) -> None:
    form = form_named(name)
    found = problems_of(printed(form), tmp_path)

    assert {problem.partition(":")[0] for problem in found} <= {"TBL-012", "TBL-014"}
    assert problems_of(receipt(form, answers(form)), tmp_path) == []


def test_a_receipt_says_who_answered_when_and_how() -> None:
    form = form_named("domfaeldte")
    told = words(receipt(form, answers(form), channel=Channel.WORKBOOK, file_name="skema.xlsx"))

    for text in (
        "Kvittering for svar",
        f"Skema {form.title}",
        "Sag CU-1: Spis",
        "Kommune Lolland",
        "Modtaget 14. marts 2025 kl. 13.05, af Sekretariatet",
        "Hvordan I Excel: skema.xlsx",
        "Svar Besvaret",
        "Udfyldt af Hanne, konsulent",
        "Ansvarlig Ole, chef",
    ):
        assert text in told


def test_a_receipt_has_each_answer_after_its_question_and_says_what_was_not_asked() -> None:
    form = form_named("domfaeldte")
    said = answers(
        form, borgere="3", har_tilbud="nej", venter="2", ventetid="12,5", pladser_nok="nej",
        mangler="sikret,viden", begrundelse="Første.\n\nAndet.", kvinder="",
    )  # fmt: skip
    told = words(receipt(form, {**said, "bilag": f"bilag.pdf|{'0' * 64}"}))

    for text in (
        "2. Hvor mange borgere i målgruppen er kommunen handlekommune for?",
        "4. Hvor mange af borgerne er kvinder? Ikke besvaret",
        "9. Ligger der tilbud i kommunen, som tager imod målgruppen? Nej",
        "Ikke stillet. Udfyldes kun, hvis «Har tilbud til målgruppen» (spørgsmål 9) er Ja.",
        "13. Hvor længe har de ventet i gennemsnit? 12,5 uger",
        "Skriv ikke om enkelte borgere. Første. Andet.",
        "19. Vedlæg eventuelt et bilag bilag.pdf",
    ):
        assert text in told
    assert "Pladser i sikret afdeling" in told
    assert "Pladser til udslusning" not in told, "only what was chosen"
    assert "Tilbuddets navn" not in told, "a table that was not asked for is not there"


def test_a_receipt_is_the_same_bytes_each_time_and_made_when_the_answer_came() -> None:
    form = form_named("gravide")
    said = answers(form)

    assert receipt(form, said) == receipt(form, said)
    assert receipt(form, said) != receipt(form, said, received_at=NOW + dt.timedelta(minutes=1))


def test_an_answer_of_no_citizens_has_no_questions() -> None:
    form = form_named("gravide")
    told = words(receipt(form, {}, completeness=Completeness.NO_CITIZENS))

    assert "Svar Ingen borgere i målgruppen" in told
    assert f"{form.no_citizens}. Spørgsmålene skulle derfor ikke besvares." in told
    assert "Hvor mange" not in told


@pytest.mark.parametrize(("columns", "is_lying"), [(8, False), (9, True)])
def test_a_table_of_more_than_eight_columns_lies_down(columns: int, is_lying: bool) -> None:
    import pypdfium2

    form = form_of(table(columns, 3))
    for content in (printed(form), receipt(form, {"tabel.r0.k0": 7})):
        with pypdfium2.PdfDocument(content) as document:
            lying = [page.get_width() > page.get_height() for page in document]
        assert any(lying) is is_lying


def test_a_wide_question_without_answers_needs_no_page_of_its_own() -> None:
    (page,) = pages_of(receipt(form_of(table(10, 3)), {}))

    assert "Ikke besvaret" in page


def test_columns_that_no_page_can_hold_stand_in_several_tables_with_the_rows_names() -> None:
    content = receipt(form_of(table(20, 3)), {f"tabel.r1.k{n}": 1000 + n for n in range(20)})
    told = words(content)

    assert "Del 1 af 2" in told
    assert all(f"1.0{n:02}" in told for n in range(20))
    assert told.count("Række 1") == 2


def test_a_block_of_98_rows_goes_over_pages_under_its_head() -> None:
    form = form_of(table(2, 98))
    said = {f"tabel.r{n}.k{m}": n for n in range(98) for m in range(2)}
    for content in (printed(form), receipt(form, said)):
        pages = pages_of(content)
        assert all(f"Række {n}" in "\n".join(pages) for n in range(98))
        assert sum("Kolonne 1" in page for page in pages) >= 2


def test_long_texts_and_all_signs_come_out_as_they_were_written(tmp_path: Path) -> None:
    long = " ".join(f"ord{n}" for n in range(800))
    question = Question(id="a", text=NASTY[:150], kind=Kind.TEXT, help=NASTY, longest=10_000)
    form = form_of(question, table(2, 1, Kind.TEXT))
    content = receipt(
        form, {"a": f"{NASTY}\r\n{long}", "tabel.r0.k1": NASTY}, note=NASTY, confirmed="Rettet."
    )
    told = words(content)

    assert "# $ * < @ \\ `kode` _a_ #panic(1) <label>" in told
    assert "ord799" in told
    assert "Om usædvanlige tal Rettet. Bemærkninger til svaret Hjælp" in told
    assert problems_of(content, tmp_path) == []
    assert "#panic(1)" in text_of(printed(form))


def test_tables_and_headings_are_tagged() -> None:
    form = form_named("domfaeldte")
    kinds = [kind for kind, _ in tags_of(receipt(form, answers(form)))]

    assert kinds.count("H1") == len(form.sections_for(Respondent.MUNICIPALITY))
    assert kinds.count("H2") == 19
    assert {"Table", "TH", "TD"} <= set(kinds)
