"""A question set is written in a real browser, question by question, never as text.

``gravide`` is made from empty through the pages alone, without JavaScript. What comes out
is the shipped set in everything but the codes, which the program makes from the short names here
and people made there, and its own id.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from udmelding.casework.forms.question_sets import form_at
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_named
from udmelding.config.forms.questions import Column, Kind, Measured, Question
from udmelding.rules.forms.editing import renamed
from udmelding.rules.forms.question_words import kind_word
from udmelding.web.forms.set_fields import fields_of

SETS = "/indstillinger/spoergeskemaer"


def by_place(form: Form) -> Form:
    """The set with codes that say only where a thing stands, so that two can be compared."""
    names = {question.id: f"q{at}" for at, question in enumerate(form.questions)}
    for code, name in names.items():
        form = renamed(form, code, name)
    data = form.model_dump(mode="json") | {"id": "et-skema"}
    for at, section in enumerate(data["sections"]):
        section["id"] = f"s{at}"
    moved: dict[str, dict[str, str]] = {}
    for question in form.questions:
        inside = {one.id: f"o{at}" for at, one in enumerate(question.options)}
        inside |= {one.id: f"r{at}" for at, one in enumerate(question.rows)}
        inside |= {one.id: f"c{at}" for at, one in enumerate(question.columns)}
        moved[question.id] = inside
    return Form.model_validate(_without_codes(data, moved))


def _without_codes(data: dict[str, Any], moved: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Options, rows and columns by their places, in all that points to them."""
    for question in (one for section in data["sections"] for one in section["questions"]):
        for one in (*question["rows"], *question["columns"], *question["options"]):
            one["id"] = moved[question["id"]][one["id"]]
        for column in question["columns"]:
            column["at_most"] = moved[question["id"]].get(column["at_most"])
            for at, option in enumerate(column["options"]):
                option["id"] = f"o{at}"
        condition = question["required_if"]
        if condition:
            answers = moved[condition["question"]]
            condition["equals"] = [answers.get(one, one) for one in condition["equals"]]
    for rule in data["sums"]:
        rule["total"] = _path_of(rule["total"], moved)
        rule["parts"] = [_path_of(part, moved) for part in rule["parts"]]
    return data


def _path_of(path: str, moved: dict[str, dict[str, str]]) -> str:
    code, *rest = path.split(".")
    return ".".join([code, *(moved[code].get(part, part) for part in rest)])


class Writer:
    """Writes a set on the pages as a person would, from what the finished one says."""

    def __init__(self, page: Any, wanted: Form) -> None:
        self.page, self.wanted = page, wanted
        self.labels = {question.id: question for question in wanted.questions}

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state("load")

    def fill(self, name: str, value: str) -> None:
        self.page.locator(f'[name="{name}"]').fill(value)

    def tick(self, name: str, *, on: bool) -> None:
        box = self.page.locator(f'[name="{name}"]')
        if box.is_checked() != on:
            self.page.locator(f'label[for="{box.get_attribute("id")}"]').click()

    def choose_question(self, name: str, code: str | None) -> None:
        """Pick a question in a list by its name, as it reads there: the codes are others."""
        if code is not None:
            words = self.labels[code].name
            option = self.page.locator(f'[name="{name}"] option', has_text=words).first
            self.page.select_option(f'[name="{name}"]', option.get_attribute("value"))

    def begin(self) -> None:
        wanted = self.wanted
        self.press("Titel og indledning")
        self.fill("title", wanted.title)
        self.fill("intro", wanted.intro)
        self.fill("no_citizens", wanted.no_citizens)
        self.press("Gem")

    def section(self, at: int) -> None:
        wanted = self.wanted.sections[at]
        if at == 0:  # an empty set begins with a section and a question
            self.page.get_by_role("button", name="1. Omfang").click()
            self.press("ret afsnittet")
        else:
            self.press("Tilføj afsnit")
        self.fill("title", wanted.title)
        self.fill("help", wanted.help)
        for label in ("Kommuner", "Tilbud", "Regioner"):
            box = self.page.get_by_label(label, exact=True)
            code = {"Kommuner": "municipality", "Tilbud": "provider", "Regioner": "region"}[label]
            if box.is_checked() != (code in wanted.asks):
                self.page.locator(f'label[for="{box.get_attribute("id")}"]').click()
        self.press("Gem afsnittet")

    def question(self, question: Question, *, is_begun: bool) -> None:
        if is_begun:
            self.page.get_by_role("button", name="Nyt spørgsmål", exact=True).click()
        else:
            self.press("Tilføj spørgsmål")
        self.fill("text", question.text)
        self.fill("short", question.short)
        self.fill("help", question.help)
        self.kind("", question)
        if question.required_if:
            self.choose_question("when", question.required_if.question)
        self.press("Skift til den slags svar")
        for _ in question.columns:
            self.press("Tilføj kolonne")
        names = [
            str(box.get_attribute("name")).removesuffix("title")
            for box in self.page.locator('[name^="c."][name$=".title"]').all()
        ]
        for stem, column in zip(names, question.columns, strict=True):
            self.fill(f"{stem}title", column.title)
            self.kind(stem, column)
        if question.columns:
            self.press("Skift til den slags svar")
            names = [
                str(box.get_attribute("name")).removesuffix("title")
                for box in self.page.locator('[name^="c."][name$=".title"]').all()
            ]
            for stem, column in zip(names, question.columns, strict=True):
                self.measured(stem, column)
        self.rest_of(question)
        self.press("Gem spørgsmålet")

    def kind(self, stem: str, measured: Measured) -> None:
        self.page.select_option(f'[name="{stem}kind"]', label=kind_word(measured).words)

    def measured(self, stem: str, measured: Question | Column) -> None:
        """The fields that the kind has; their words are those that the finished set shows."""
        said = fields_of(self.wanted, f"spoerg:{measured.id}") if not stem else {}
        if measured.kind in (Kind.CHOICE, Kind.CHOICES):
            self.fill(f"{stem}options", "\n".join(one.text for one in measured.options))
        if measured.kind in (Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT):
            for name in ("minimum", "maximum"):
                bound = getattr(measured, name)
                text = said[name][0] if said else ("" if bound is None else f"{bound:g}")
                self.fill(f"{stem}{name}", text)
            self.fill(f"{stem}unit", measured.unit)
            self.tick(f"{stem}mean", on=measured.gather.value == "mean")
        if measured.kind in (Kind.NUMBER, Kind.AMOUNT):
            self.fill(f"{stem}decimals", str(measured.decimals))
        self.tick(f"{stem}required", on=measured.is_required)

    def rest_of(self, question: Question) -> None:
        self.measured("", question)
        if question.kind in (Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT):
            self.choose_question("at_most", question.at_most)
            self.choose_question("based_on", question.based_on)
            self.tick("compare", on=question.compare)
        if question.kind is Kind.TEXT:
            self.fill("longest", str(question.longest))
        if question.kind is Kind.TABLE:
            self.fill("rows", "\n".join(row.title for row in question.rows))
            if not question.rows:
                self.fill("row_title", question.row_title)
                self.fill("most_rows", str(question.most_rows))
                self.choose_question("at_most", question.at_most)
                self.tick("per_person", on=question.is_per_person)

    def bases(self) -> None:
        """Which question counts the citizens of a section can be said when it is there."""
        for at, section in enumerate(self.wanted.sections, 1):
            if section.base:
                self.page.get_by_role("button", name=f"{at}. {section.title}", exact=True).click()
                self.press("ret afsnittet")
                self.choose_question("base", section.base)
                self.press("Gem afsnittet")

    def sums(self) -> None:
        for rule in self.wanted.sums:
            self.press("Tilføj en sum")
            self.choose_question("total", rule.total)
            for part in rule.parts:
                name = self.labels[part.partition(".")[0]].name
                self.page.locator("label", has_text=f"{name}: hele kolonnen").click()
            self.fill("text", rule.text)
            self.press("Gem summen")


@pytest.mark.slow
def test_the_set_on_pregnant_women_is_made_from_empty_without_the_text_view(
    site: Any, chromium: Any
) -> None:
    wanted = form_named("gravide")
    page = site.signed_in(chromium, java_script_enabled=False)
    page.goto(f"{site.url}{SETS}")
    page.fill("#title", "Gravide, ny udgave")
    page.get_by_role("button", name="Lav skemaet").click()
    assert "Skemaet er en kladde" in page.text_content(".alert-success")
    writer = Writer(page, wanted)
    writer.begin()
    for at, section in enumerate(wanted.sections):
        writer.section(at)
        for place, question in enumerate(section.questions):
            writer.question(question, is_begun=(at, place) == (0, 0))
    writer.bases()
    writer.sums()
    writer.press("Gem som skema")
    assert page.url == f"{site.url}{SETS}", page.text_content("main")

    made = form_at(site.services, "own:gravide-ny-udgave")
    assert by_place(made.model_copy(update={"version": wanted.version})) == by_place(wanted)
    assert [question.id for question in made.questions][:3] == [
        "gravide_i_alt",
        "gravide_efter_rusmiddel",
        "med_behov_for_doegnbehandling",
    ]
    codes = {question.id for question in made.questions}
    assert not [code for code in codes if re.fullmatch(r"ny_\d+", code)]


def test_the_open_question_has_the_focus_and_ctrl_enter_saves_it_and_opens_the_next(
    site: Any, chromium: Any
) -> None:
    page = site.signed_in(chromium)
    page.goto(f"{site.url}{SETS}")
    page.fill("#title", "Epilepsi")
    page.select_option("#fra", "form:gravide")
    page.get_by_role("button", name="Lav skemaet").click()
    page.get_by_role("button", name="1. Omfang", exact=True).click()
    page.get_by_role("button", name="Hvor mange kom i døgnbehandling?").click()
    focused = "document.activeElement.name"
    assert page.evaluate(focused) == "text"
    page.keyboard.press("Control+A")
    page.keyboard.type("Hvor mange kom på et døgntilbud?")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "short"
    page.keyboard.press("Control+Enter")
    page.get_by_label("Spørgsmål 1.5").wait_for()
    assert page.evaluate(focused) == "text"
    preview = page.locator(".own-write-preview")
    assert preview.get_by_text("Hvor mange kom på et døgntilbud?").is_visible()
    assert "tilbageholdt" in str(preview.locator(".own-marked").text_content())
    page.go_back()
    assert page.input_value("[name=text]") == "Hvor mange kom på et døgntilbud?"
