"""The recipes of ``docs/recipes.md`` work as they stand: their steps are applied and tried.

The steps are read from the page itself, so the page and its test cannot differ. That each finds its
place and makes valid files is looked at always; that the thing then works is tried on a copy of the
tree, in a process of its own, where nothing of this checkout is imported.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
TREE = ("config", "docs/vejledning", "flows", "models", "templates", "udmelding", "pyproject.toml")
STEP = re.compile(
    r"^\d+\. (?P<how>New file|In|At the end of) `(?P<path>[^`]+)`"
    r"(?:, (?P<where>after|instead of) `(?P<line>[^`]+)`)?:\n\n"
    r"   ```\w+\n(?P<text>.*?)\n   ```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """One step of a recipe: a new file, or lines at a place of an old one."""

    how: str
    path: str
    where: str | None
    line: str | None
    text: str

    def apply(self, tree: dict[str, str]) -> None:
        """Do it to the texts of a tree; what is not there yet is read from this checkout."""
        if self.how == "New file":
            assert not (ROOT / self.path).exists(), f"{self.path} is there already"
            tree[self.path] = self.text
            return
        before = tree.get(self.path) or (ROOT / self.path).read_text(encoding="utf-8")
        if self.line is None:
            tree[self.path] = before + self.text
            return
        lines = before.splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if line.strip() == self.line]
        assert len(found) == 1, f"{self.path}: «{self.line}» stands in {len(found)} lines"
        (at,) = found
        lines[at : at + 1] = [*([lines[at]] if self.where == "after" else []), self.text]
        tree[self.path] = "".join(lines)


def recipes() -> dict[str, list[Step]]:
    """The steps of each recipe, by its heading."""
    found = {}
    for part in PAGE.split("\n## ")[1:]:
        steps = [
            Step(
                **{name: step[name] for name in ("how", "path", "where", "line")},
                text="".join(
                    line.removeprefix("   ") for line in f"{step['text']}\n".splitlines(True)
                ),
            )
            for step in STEP.finditer(part)
        ]
        assert len(steps) == part.count("```") / 2, f"{part.splitlines()[0]}: a step is not read"
        found[part.splitlines()[0]] = steps
    return found


RECIPES = recipes()

START = """
    import datetime as dt
    from pathlib import Path
    import udmelding
    assert Path(udmelding.__file__).is_relative_to(Path.cwd()), udmelding.__file__
    from models import *
    from udmelding import clock
    from udmelding.casework.access import users
    from udmelding.casework.demo.playing import make_contacts
    from udmelding.casework.due.perform import advance
    from udmelding.casework.launch.launching import NewCase
    from udmelding.casework.launch.preview import Wanted, launch_with_letter
    from tests.past import record_past
    from udmelding.casework.wiring import make_services
    from udmelding.journal.database import reading, writing
    from udmelding.journal.mail import outbox
    from udmelding.rules.recording.agency import NewDeadline
    from udmelding.rules.recording.case import NewParticulars
    from udmelding.journal.stamp import Stamp

    services, now = make_services(), clock.at(dt.date(2025, 2, 3), "10:00")
    stamp = Stamp(now, "anna")

    def launch(process):
        with writing(services.engine) as session:
            make_contacts(session, "sjaelland", stamp)
        launch_with_letter(services, Wanted(NewCase(
            reference="CU-NY-2025", process=process, area="sjaelland", scope=Scope.REGIONAL,
            received_on=now.date(), particulars=NewParticulars(title="Ny sag"),
            deadline=NewDeadline(due_on=dt.date(2025, 12, 31)),
        )), stamp)
        advance(services, "CU-NY-2025", now)

    def letters(kind):
        with reading(services.engine) as session:
            return [one for one in outbox.list_mails(session) if one.mail == kind]
"""

PROOFS: Mapping[str, str] = {
    "A kind of fact": """
    from starlette.testclient import TestClient
    from typer.testing import CliRunner
    from udmelding.cli.service.app import make_app
    from udmelding.journal.access.api_tokens import WRITE, make_token
    from udmelding.journal.case.header import find
    from udmelding.journal.case.load import load
    from udmelding.journal.case.log import log
    from udmelding.web.service.app import create_app

    REF = "CU-NY-2025"
    launch("central-udmelding")
    after = clock.at(dt.date(2025, 2, 3), "14:00")
    client = TestClient(create_app(services, lambda: after), base_url="http://127.0.0.1:8080",
                        follow_redirects=False)
    users.add_user(services, login="rie", name="Rie", role=Role.CASEWORKER,
                   password="gul lampe under broen", now=after)
    client.post("/login", data={"login": "rie", "password": "gul lampe under broen"})
    page = f"/sager/{REF}/registrer/indsigelse"
    form = client.get(page).text
    assert "Indsigelse" in client.get(f"/sager/{REF}/registrer").text
    said = {"csrf": form.split('name="csrf" value="')[1].split('"')[0], "do": "save",
            "party": "0360", "on": "3/2", "reason": "for få pladser"}
    assert client.post(page, data=said).status_code == 303

    words = ["record", "objection", REF, "Greve", "--on", "3/2-2025", "--reason", "for dyrt",
             "--today", "3/2-2025", "--by", "bo"]
    done = CliRunner().invoke(make_app(words), words)
    assert "Greve gjorde indsigelse 3. februar 2025: for dyrt." in done.output

    with writing(services.engine) as session:
        secret = make_token(session, name="robot", scopes=[WRITE], by="anna", now=now,
                            lasting=dt.timedelta(days=30))
    api = {"kind": "objection", "step": "councils", "party": "Faxe", "on": "2025-02-03",
           "reason": "for sent"}
    shown = {"Authorization": f"Bearer {secret}"}
    answer = client.post(f"/api/cases/{REF}/facts", json=api, headers=shown)
    assert answer.status_code == 201, answer.text
    schemas = client.get("/api/openapi.json").json()["components"]["schemas"]
    assert schemas["NewObjection"]["properties"]["reason"]["title"] == "Begrundelse"

    later = now + dt.timedelta(days=1)
    with reading(services.engine) as session:
        told = [line.text for line in log(session, find(session, REF), later)
                if line.kind == "objection"]
        assert len(told) == 3, told
        assert len(load(session, REF, later).objections) == 3
        assert load(session, REF, now).objections == ()
    assert "Lolland gjorde indsigelse" in client.get(f"/sager/{REF}/log").text
    """,
    "A page": """
    from starlette.testclient import TestClient
    from udmelding.web.service.app import create_app

    launch("spoergeskema")
    client = TestClient(create_app(services, lambda: now), base_url="http://127.0.0.1:8080",
                        follow_redirects=False)
    assert client.get("/alle-sager").status_code == 303
    users.add_user(services, login="rie", name="Rie", role=Role.READER,
                   password="gul lampe under broen", now=now)
    client.post("/login", data={"login": "rie", "password": "gul lampe under broen"})
    page = client.get("/alle-sager")
    assert page.status_code == 200
    assert '<a href="/sager/CU-NY-2025">Ny sag</a>' in page.text
    assert 'href="/alle-sager"' in client.get("/").text
    """,
    "A mail": """
    from udmelding.rules.case.glossary import label

    launch("central-udmelding")
    said = {"step": "collection", "party": "Lolland", "waived_on": now.date(), "reason": "ingen"}
    record_past(services, "CU-NY-2025", "waiver", said, stamp)
    advance(services, "CU-NY-2025", now)
    advance(services, "CU-NY-2025", now + dt.timedelta(days=1))
    (letter,) = letters(MailKind.WAIVER_CONFIRMED)
    assert letter.party == "0360"
    assert letter.subject.endswith("I er fritaget")
    assert "Lolland Kommune er fritaget" in letter.text
    assert label(letter.mail) == "besked om fritagelse"
    """,
    "A process": """
    launch("hoering")
    assert len(letters(MailKind.INVITATION)) == 17
    with reading(services.engine) as session:
        from udmelding.journal.case.load import load
        from udmelding.rules.status.status import status
        found = status(load(session, "CU-NY-2025", now), now.date())
    assert found.stage is Stage.COLLECTION
    """,
    "A question type": """
    from starlette.testclient import TestClient
    from udmelding.casework.access.links import link_for
    from udmelding.casework.forms.question_sets import ask_text
    from udmelding.casework.forms.workbooks import workbook_for
    from udmelding.casework.demo.forms import made_up
    from udmelding.config.forms.library import parse_form
    from udmelding.config.forms.questions import Respondent
    from udmelding.documents.report.code_book import code_book_rows
    from udmelding.rules.forms.answers import read_answers
    from udmelding.web.service.app import create_app

    TEXT = '''
    id: proeve
    version: 1
    title: Prøve
    sections:
      - id: om
        title: Om tilbuddet
        questions:
          - {id: adresse, kind: link, text: "Hvor er tilbuddet beskrevet?"}
    '''
    launch("spoergeskema")
    ask_text(services, "CU-NY-2025", TEXT, stamp)
    with writing(services.engine) as session:
        link = link_for(services, session, "CU-NY-2025", "0360", by="anna", now=now)
    client = TestClient(create_app(services, lambda: now), base_url="http://127.0.0.1:8080")
    page = client.get(link[link.index("/k/"):] + "/skema")
    assert "Hvor er tilbuddet beskrevet?" in page.text and 'name="f:adresse"' in page.text
    assert "begynder med https://" in page.text
    assert workbook_for(services, "CU-NY-2025", "0360", now).content[:2] == b"PK"

    form = parse_form(TEXT)
    typed = made_up(form, "0360", now.date(), Respondent.MUNICIPALITY)
    read = read_answers(form, Respondent.MUNICIPALITY, typed, today=now.date())
    assert (read.problems, dict(read.content)) == (
        (), {"adresse": "https://kommune.example/opdigtet"})
    typed["adresse"] = "på vores hjemmeside"
    read = read_answers(form, Respondent.MUNICIPALITY, typed, today=now.date())
    assert [(one.path, "https://" in one.text) for one in read.problems] == [("adresse", True)]
    assert any("link" in row for row in code_book_rows(form))
    """,
}


def test_every_recipe_is_tried() -> None:
    assert RECIPES.keys() == PROOFS.keys()


@pytest.mark.parametrize("name", RECIPES)
def test_each_step_finds_its_place_and_leaves_files_that_can_be_read(name: str) -> None:
    tree: dict[str, str] = {}
    for step in RECIPES[name]:
        step.apply(tree)
    assert tree
    for path, text in tree.items():
        match Path(path).suffix:
            case ".py":
                ast.parse(text)
            case ".yaml":
                yaml.safe_load(text)
            case _:
                Environment().parse(text)  # noqa: S701 - nothing is rendered


@pytest.mark.long("holds that the recipes of docs/recipes.md work")
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works_on_a_copy_of_the_tree(name: str, tmp_path: Path) -> None:
    copy, tree = tmp_path / "copy", dict[str, str]()
    copy.mkdir()
    for part in TREE:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, copy / part)
    for step in RECIPES[name]:
        step.apply(tree)
    for path, text in tree.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_text(text, encoding="utf-8")
    python = [path for path in tree if path.endswith(".py")]
    run(copy, tmp_path, "-c", dedent(START) + dedent(PROOFS[name]))
    for tool in (("check",), ("format", "--check")) if python else ():
        run(copy, tmp_path, "-m", "ruff", *tool, *python)


def run(copy: Path, home: Path, *words: str) -> None:
    """Run Python in the copy; what it says on the way down is what the test says."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("UDMELDING_")}
    env |= {"PYTHONPATH": str(copy), "UDMELDING_HOME": str(home / "home")}
    done = subprocess.run(  # noqa: S603
        [sys.executable, *words], cwd=copy, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
