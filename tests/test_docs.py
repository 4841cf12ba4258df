"""Do the docs lead everywhere, and is what they say of files and functions so?"""

from __future__ import annotations

import ast
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from udmelding.cli.service import reference

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "config").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


def text_of(page: Path) -> str:
    """A page without its code, where brackets mean something else."""
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_index_links_every_page_of_the_docs() -> None:
    linked = {(DOCS / target).resolve() for target, _ in LINK.findall(text_of(DOCS / "index.md"))}
    pages = {*DOCS.glob("*.md"), DOCS / "decisions" / "README.md", ROOT / "CONTRIBUTING.md"}

    assert {page.name for page in pages - linked - {DOCS / "index.md"}} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    astray = []
    for target, anchor in LINK.findall(text_of(page)):
        there = (page.parent / target).resolve() if target else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            astray.append(f"{target}#{anchor}")

    assert astray == []


def test_each_stop_of_a_facts_journey_is_there() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    stops = re.findall(r"^\| (\d+) \| `([^`]+)` `([^`]+)` \|", page, re.MULTILINE)
    missing = [f"{file} {name}" for _, file, name in stops if name not in functions(ROOT / file)]

    assert [int(number) for number, _, _ in stops] == list(range(1, len(stops) + 1))
    assert len(stops) > 10
    assert missing == []


def functions(module: Path) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, kinds)}


def test_a_grid_that_the_imports_have_left_behind_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = shutil.copytree(DOCS, tmp_path / "docs")
    reference.main(docs, check=False)
    assert reference.main(docs, check=True) == 0
    page = docs / "architecture.md"
    page.write_text(page.read_text(encoding="utf-8").replace("    cli --> web\n", ""), "utf-8")
    capsys.readouterr()

    assert reference.main(docs, check=True) == 1
    assert capsys.readouterr().out == "stale: architecture.md\n"


def title(decision: Path) -> str:
    return decision.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2]


def test_the_list_holds_every_decision() -> None:
    listed = re.findall(r"^\| \[(\d{4})\]\(([\w.-]+)\) \|", decisions_list(), re.MULTILINE)

    assert listed == [(decision.name[:4], decision.name) for decision in DECISIONS]


def decisions_list() -> str:
    return (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")


def test_a_decision_and_the_one_that_overrules_it_name_each_other_and_so_does_the_list() -> None:
    overruled, overruling, listed = defaultdict(set), defaultdict(set), defaultdict(set)
    for decision in DECISIONS:
        notes = re.findall(
            r"^> Supersede(d|s)(?: in part by| by| a part of)? \[\d+\]\(([\w.-]+)\)",
            decision.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        for how, other in notes:
            (overruled[decision.name] if how == "d" else overruling[other]).add(
                other if how == "d" else decision.name
            )
    for row in decisions_list().splitlines():
        names = re.findall(r"\]\(([\w.-]+)\)", row)
        if row.startswith("| [") and names[1:]:
            listed[names[0]] = set(names[1:])

    assert overruled == overruling == listed
    assert overruled
