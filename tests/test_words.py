"""What people read is plain official Danish: the words that were chosen, and none of the others.

Walks every template and every Danish text in the code, so that a word that was given up cannot come
back in a corner that nobody renders.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from models import DateSource
from udmelding import clock, paths
from udmelding.config.case.library import area_named, process_ids, process_named
from udmelding.rules.case.facts import Obligation
from udmelding.rules.recording.catalogue import sentence
from udmelding.rules.recording.entry import names_in

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted(
    path
    for path in paths.TEMPLATES.rglob("*")
    if path.suffix in {".md", ".html", ".txt", ".typ", ".svg"}
)
CODE = sorted(path for name in ("udmelding", "flows") for path in (ROOT / name).rglob("*.py"))
PAPERS = [
    path
    for path in TEMPLATES
    if path.parts[-2] == "paper" or ("mail" in path.parts and "web" not in path.parts)
]

READS_INPUT = {
    "config/plan/calendar_ics.py",
    "config/plan/calendar_tables.py",
    "rules/inbox/absence.py",
    "rules/inbox/reply_decision.py",
    "rules/inbox/minutes.py",
    "rules/inbox/weighing.py",
    "rules/recording/pasted.py",
    "rules/words/organ_words.py",
}
"""Files whose patterns read what municipalities write in words of their own."""

GIVEN_UP = {
    "cpr-nummer has lower case": r"\bCPR-n",
    "an office is not dear": r"\bKære\b",
    "nobody is De": r"[,;:] (?:De|Dem|Deres)\b|\b(?:bedes|beder) (?:De|Dem)\b",
    "a clock is kl. 7.30": r"\bkl\. ?\d{1,2}:\d\d",
    "nobody knows how one usually writes": r"som du plejer",
    "it is said what is exceeded": r"De er over en frist",
    "a reservation is for municipalities": r"forbehold for dem, der mangler",
    "it is the mail server of the secretariat": r"vores mailserver",
    "a number has days to give": r"ikke kan skride",
    "a course is tried": r"\bGennemspil\b",
    "it is said what to do": r"Det kan ikke lade sig gøre",
    "zero is shown": r"Tal under \{?\w+\}? vises ikke",
    "a sentence has one name for a person": r"Skriv navn og stilling: ",
    "what was decided is said": r"recommended_by \}\} har behandlet",
    "a draft is a draft": r"Start uden at sende",
    "a document is neuter": r"ingen dokument\b",
}
"""Why, and what may not be written any more."""

NOW = clock.at(dt.date(2025, 3, 3), "12:00")


@cache
def danish(path: Path) -> tuple[tuple[int, str], ...]:
    """``_danish``, read once: all of the code takes a second and a half."""
    return tuple(_danish(path))


def _danish(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file with their lines: all of a template, and the strings of code.

    Docstrings of commands are their help and are read; other docstrings are English.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        without_comments = re.sub(r"\{#.*?#\}", lambda c: "\n" * c[0].count("\n"), text, flags=re.S)
        yield from enumerate(without_comments.splitlines(), 1)
        return
    tree = ast.parse(text)
    bare = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    is_command = "cli" in path.parts
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or (node in bare and not is_command):
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def found(files: list[Path], pattern: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {text.strip()[:90]}"
        for path in files
        for line, text in danish(path)
        if re.search(pattern, text)
    ]


def test_there_is_something_to_read() -> None:
    assert len(TEMPLATES) > 100
    assert sum(1 for path in CODE for _ in danish(path)) > 5_000


@pytest.mark.parametrize("pattern", GIVEN_UP.values(), ids=GIVEN_UP)
def test_no_text_has_words_that_were_given_up(pattern: str) -> None:
    assert found([*TEMPLATES, *CODE], pattern) == []


def test_a_council_is_the_kommunalbestyrelse_but_where_a_municipalitys_own_word_is_meant() -> None:
    readers = {ROOT / "udmelding" / name for name in READS_INPUT}
    texts = found([*TEMPLATES, *(path for path in CODE if path not in readers)], r"[Bb]yråd")
    own_word, chosen_so = texts
    assert own_word.startswith("templates/mail/_base/council_word.md"), "its own word is meant"
    assert chosen_so.startswith("udmelding/documents/mail/vocabulary.py"), "that piece by its name"


@pytest.mark.parametrize("name", process_ids())
def test_the_log_says_a_steps_danish_title_and_never_its_id(name: str) -> None:
    process = process_named(name).for_area(area_named("sjaelland"))
    names = names_in(process, {"0259": "Køge"})
    for step in process.steps:
        asked = Obligation(
            key="k",
            recorded_at=NOW,
            step=step.id,
            party="0259",
            opened_on=NOW.date(),
            due_on=NOW.date(),
            origin=DateSource.COMPUTED,
        )
        told = sentence(asked, names)
        assert told.startswith("Køge blev 3. marts 2025 bedt om svar senest")
        assert step.title in told
        assert step.id == "k17" or not re.search(rf"\b{step.id}\b", told)


def test_mails_and_papers_say_i_and_never_du() -> None:
    to_the_secretariat = {"notice"}
    files = [path for path in PAPERS if path.parts[-2] not in to_the_secretariat]
    assert found(files, r"\b(?:[Dd]u|[Dd]ig|[Dd]in|[Dd]it|[Dd]ine)\b") == []
