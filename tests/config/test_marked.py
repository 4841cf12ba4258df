"""Broken files are refused with file, line, key and what is allowed instead."""

import datetime as dt
import traceback
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field, Strict

from udmelding.config import flaw_wording, marked
from udmelding.config.case.library import load_process
from udmelding.config.case.process import Process, Shape
from udmelding.errors import BadFileError, Flaw

SOUND = """\
# a process
id: proeve
version: 1
title: Prøve
paper_title: prøven
work_days:
  closed: [06-05, 12-24]
  quiet:
    - {name: sommer, start: 07-01, end: 07-31}
ladders:
  svar:
    - {id: before-3, business_days: -3, mail: reminder_before}
    - {id: after-1, business_days: 1, mail: reminder_overdue}
steps:
  - id: collection
    title: Dataindsamling
    stage: collection
    parties: municipalities
    fulfilled_by: response
    wanted_business_days: 20
    ladder: svar
  - id: submission
    title: Fremsendelse
    stage: submission
    parties: secretariat
    fulfilled_by: submission
"""


def flaws_of(path: Path) -> tuple[Flaw, ...]:
    with pytest.raises(BadFileError) as refused:
        load_process(path)
    return refused.value.flaws


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "proeve.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("content", "where", "told"),
    [
        (b"", "proeve.yaml:1", "filen er tom"),
        (b"\n# kun en note\n", "proeve.yaml:1", "filen er tom"),
        (b"\n- en\n- to\n", "proeve.yaml:2", "nøgler og værdier; her står en liste"),
        (b"hej", "proeve.yaml:1", "her står en tekst"),
        (b"id: x\ntitle: Pr\xf8ve\n", "proeve.yaml:2", "ikke gemt som UTF-8"),
        ("id: x".encode("utf-16"), "proeve.yaml:1", "ikke gemt som UTF-8"),
    ],
)
def test_a_file_without_keys_and_values_is_refused(
    tmp_path: Path, content: bytes, where: str, told: str
) -> None:
    (flaw,) = flaws_of(written(tmp_path, content))
    assert (flaw.where, flaw.key) == (where, "")
    assert told in flaw.problem


def test_a_missing_file_and_a_folder_are_refused_without_a_line(tmp_path: Path) -> None:
    (missing,) = flaws_of(tmp_path / "intet.yaml")
    assert (missing.where, "findes ikke" in missing.problem) == ("intet.yaml", True)
    (folder,) = flaws_of(tmp_path)
    assert "kan ikke læses" in folder.problem


def test_every_flaw_of_a_file_is_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    text = SOUND.replace("version: 1", "version: 0").replace("stage: submission", "stage: slut")
    text = text.replace("title: Prøve", "titel: Prøve")
    flaws = flaws_of(written(tmp_path, text))
    assert [(flaw.where, flaw.key) for flaw in flaws] == [
        ("proeve.yaml:2", "title"),
        ("proeve.yaml:3", "version"),
        ("proeve.yaml:4", "titel"),
        ("proeve.yaml:24", "steps.1.stage"),
    ]


def test_all_keys_that_stand_twice_are_told_together(tmp_path: Path) -> None:
    flaws = flaws_of(written(tmp_path, SOUND + "id: igen\nversion: 2\n"))
    assert [(flaw.where, flaw.key) for flaw in flaws] == [
        ("proeve.yaml:27", "id"),
        ("proeve.yaml:28", "version"),
    ]


def test_a_flawed_file_says_in_danish_that_nothing_was_changed(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="Procesfilen kan ikke bruges, og intet er ændret"):
        load_process(written(tmp_path, "id: x\n"))


class Meeting(Shape):
    on: Annotated[dt.date, Strict()]


class Plan(Shape):
    title: str = ""
    state: Literal["åben", "lukket"] = "åben"
    meetings: Annotated[tuple[Meeting, ...], Field(min_length=1, max_length=2)]


def read(text: str) -> tuple[Plan | None, tuple[Flaw, ...]]:
    content = marked.parse_yaml(text, "plan.yaml", "Planen")
    return marked.check(Plan, content.data, content.lines)


def test_on_is_a_key_and_no_is_a_text_not_true_and_false() -> None:
    plan, flaws = read("title: no\nmeetings:\n  - on: 2025-01-10\n")
    assert not flaws
    assert plan == Plan(title="no", meetings=(Meeting(on=dt.date(2025, 1, 10)),))


def test_a_municipality_code_keeps_its_leading_zero() -> None:
    data = marked.parse_yaml("kode: 0360\nantal: 360\nklokken: 12:30", "x.yaml", "Filen").data
    assert data == {"kode": "0360", "antal": 360, "klokken": "12:30"}


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2025-01-10 09:00", "et tidspunkt"),
        ("2025-01-10T00:00:00", "et tidspunkt"),
        ("10. januar 2025", "en tekst"),
        ('"2025-01-10"', "en tekst"),
        ("20250110", "et heltal"),
        ("[2025-01-10]", "en liste"),
    ],
)
def test_what_is_not_a_date_is_told_where_a_date_is_wanted(day: str, kind: str) -> None:
    _, (flaw,) = read(f"meetings:\n  - on: 2025-01-10\n  - on: {day}\n")
    assert (flaw.where, flaw.key) == ("plan.yaml:3", "meetings.1.on")
    assert flaw.problem == f"skal være en dato som 2025-01-31; her står {kind}"


def test_too_few_and_too_many_on_a_list_are_told_with_their_number() -> None:
    _, (few,) = read("meetings: []\n")
    assert few.problem == "skal have mindst 1 på listen; her er 0"
    _, (many,) = read("meetings:\n" + "  - on: 2025-01-10\n" * 3)
    assert many.problem == "skal have højst 2 på listen; her er 3"


def test_a_closed_list_of_words_names_them_all() -> None:
    _, (flaw,) = read("state: lukke\nmeetings: [{on: 2025-01-10}]\n")
    assert flaw.problem == "er ikke en tilladt værdi; mente du «lukket»? tilladt er: åben, lukket"


def test_a_flaw_never_repeats_what_was_written_not_even_in_its_chain() -> None:
    content = marked.parse_yaml("title: 1\nstate: hemmeligt\n", "plan.yaml", "Planen")
    with pytest.raises(BadFileError) as refused:
        marked.validate(Plan, content.data, content.lines, "Planen")
    told = "".join(traceback.format_exception(refused.value))
    assert "plan.yaml:2: state:" in told
    assert refused.value.__context__ is None
    assert "hemmeligt" not in str(refused.value)


def test_every_pattern_of_a_process_file_is_told_in_words() -> None:
    for pattern in patterns_in(Process.model_json_schema()):
        assert pattern in flaw_wording._PATTERNS


def patterns_in(schema: object) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
        return own + [found for inside in schema.values() for found in patterns_in(inside)]
    if isinstance(schema, list):
        return [found for inside in schema for found in patterns_in(inside)]
    return []


def test_an_unforeseen_problem_is_told_too() -> None:
    told = marked.problem_in_danish(
        {"type": "ip_v4_address", "loc": ("x",), "msg": "…", "input": 3.5}
    )
    assert told == "kan ikke bruges her (pydantic: ip_v4_address); her står et kommatal"


def test_a_byte_order_mark_from_a_windows_editor_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff" + SOUND)
    assert load_process(path).id == "proeve"


@given(st.text(alphabet="ab:-?[]{}\"'&*!|>%#,\\U \n\t\x00", max_size=60) | st.text(max_size=60))
@example('a: "\\UFFFFFFFF"')
@example("a: 2025-99-99 99:99")
@example("? [a, b]\n: c")
@example("? {a: b}\n: c")
@example("%YAML 9.9\n---\na: b")
@example("a: !")
@example("<<: {a: b}")
@example("=: x")
def test_whatever_stands_in_a_file_it_is_read_or_refused_with_a_line(text: str) -> None:
    try:
        content = marked.parse_yaml(text, "x.yaml", "Filen")
    except BadFileError as refused:
        for flaw in refused.flaws:
            line = int(flaw.where.removeprefix("x.yaml:"))
            assert 1 <= line <= len(text.splitlines()) + 1
    else:
        assert all((key,) in content.lines.at for key in content.data)
