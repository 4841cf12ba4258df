"""Does the tree still stand as docs and tools expect it?

`flows` and `models` are importable under those plain names, and Prefect puts `flows/` first on the
path when it loads a flow by its file. Both are convenient and both can go wrong without a sound.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from sqlmodel import SQLModel

ROOT = Path(__file__).resolve().parent.parent
OURS = ("flows", "models", "udmelding")
FLOW_FILES = sorted(p for p in (ROOT / "flows").glob("*.py") if p.stem != "__init__")
MODULES = sorted(p for package in OURS for p in (ROOT / package).rglob("*.py"))

HOUSE = ROOT / "udmelding"
FLOORS = sorted(p.name for p in HOUSE.iterdir() if (p / "__init__.py").is_file())

LINES, FEWEST, MOST_FILES, MEAN_FILES = 400, 60, 25, 9
# A longer module is sometimes the honest one: a single table, a single grammar. Name it, say why.
LONGER_FOR_A_REASON: dict[str, str] = {
    "udmelding/documents/mail/contexts.py": "a short class for each kind of mail: a list",
    "udmelding/journal/mail/outbox.py": "every step of a mail's way: one table's life",
    "udmelding/rules/case/facts.py": "a short class for each kind of fact: a list",
}
MOST_EXCEPTIONS = 5

TEMPLATE_WIDTH = 120


@cache
def tree(path: Path) -> ast.Module:
    """A module of ours as Python reads it; several tests look at all of them."""
    return ast.parse(path.read_text(encoding="utf-8"))


def in_repository(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_migration(path: Path) -> bool:
    """Alembic writes these files, loads them by path, and nobody edits them afterwards."""
    return "migrations" in path.parts


@pytest.mark.parametrize("package", OURS)
def test_our_package_is_the_one_in_this_checkout(package: str) -> None:
    file = importlib.import_module(package).__file__

    assert file is not None, f"{package}/ has no __init__.py"
    assert Path(file).resolve() == ROOT / package / "__init__.py"


@pytest.mark.parametrize("package", OURS)
def test_no_installed_library_brings_a_package_of_our_name(package: str) -> None:
    owners = set(packages_distributions().get(package, ()))

    assert owners <= {"udmelding"}


def test_no_flow_file_is_named_like_something_importable() -> None:
    ours = {p.stem for p in ROOT.iterdir() if p.is_dir() or p.suffix == ".py"}
    taken = sys.stdlib_module_names | packages_distributions().keys() | ours

    assert {p.stem for p in FLOW_FILES} & taken == set()


@pytest.mark.parametrize("stem", [p.stem for p in FLOW_FILES])
def test_each_flow_module_imports_because_a_deployment_would_hide_the_error(stem: str) -> None:
    importlib.import_module(f"flows.{stem}")


def test_each_folder_says_what_may_live_in_it() -> None:
    folders = sorted({p.parent for p in MODULES if not is_migration(p)})
    silent = [
        in_repository(folder)
        for folder in folders
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(tree(folder / "__init__.py"))
    ]

    assert silent == []


def rooms() -> tuple[str, ...]:
    """The rooms in their order, the lowest first, as import-linter holds them."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (found,) = (c["layers"] for c in contracts if c["name"].startswith("Arrows point down: rooms"))
    return tuple(name.strip("()") for name in reversed(found))


def floor_and_room(path: Path) -> tuple[str, str] | None:
    """Where a module stands; the room is empty in a floor's hall. None: on no floor."""
    floor, *inside = path.relative_to(HOUSE).parts
    if floor not in FLOORS or not inside:
        return None
    name = inside[0].removesuffix(".py")
    return floor, name if name in rooms() else ""


def house_files() -> list[Path]:
    return [p for p in MODULES if HOUSE in p.parents and not is_migration(p)]


def imported(path: Path) -> Iterator[Path]:
    """The modules of the house that ``path`` imports, also late and for types only."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        for name in (f"{node.module}.{alias.name}" for alias in node.names):
            for dotted in (name, node.module):
                base = ROOT / dotted.replace(".", "/")
                file = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
                if HOUSE in file.parents and file.is_file():
                    yield file
                    break


def without_sql() -> list[Path]:
    """The modules that may not speak SQL: all but the journal and the models."""
    speaking = (ROOT / "models", HOUSE / "journal")
    return [p for p in MODULES if not any(p.is_relative_to(folder) for folder in speaking)]


def test_the_contract_on_sql_binds_all_but_the_journal_and_the_models() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (bound,) = (c["source_modules"] for c in contracts if c["name"].startswith("Only the journal"))
    parts = {p.relative_to(ROOT).with_suffix("").parts[:2] for p in without_sql()}

    assert set(bound) == {"flows"} | {
        ".".join(part) for part in parts if part[0] == "udmelding" and part[1] != "__init__"
    }


def test_nobody_but_the_journal_names_a_table() -> None:
    """Everybody takes the words of ``models`` one by one, so that each can be looked at here."""
    modules = [importlib.import_module(f"models.{p.stem}") for p in (ROOT / "models").glob("*.py")]
    tables = {
        name
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, SQLModel)
    }
    named = [
        f"{in_repository(path)}: {name}"
        for path in without_sql()
        for node in ast.walk(tree(path))
        for name in (
            [a.name for a in node.names if a.name.split(".")[0] == "models"]
            if isinstance(node, ast.Import)
            else [a.name for a in node.names if a.name in {*tables, "*"}]
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "models"
            else []
        )
    ]

    assert len(tables) > 50
    assert named == []


def sessions_in(tree: ast.Module) -> set[str]:
    """What a module calls its sessions: arguments of that type, and what a transaction gives."""
    return {
        node.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arg)
        and node.annotation
        and ast.unparse(node.annotation) == "Session"
    } | {
        node.optional_vars.id
        for node in ast.walk(tree)
        if isinstance(node, ast.withitem)
        and isinstance(node.optional_vars, ast.Name)
        and re.match(r"(reading|writing)\(", ast.unparse(node.context_expr))
    }


def test_nobody_but_the_journal_asks_a_session_for_anything() -> None:
    trees = {p: tree(p) for p in without_sql()}
    known = {path: sessions_in(tree) for path, tree in trees.items()}
    asked = [
        f"{in_repository(path)}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in known[path]
    ]

    assert sum(map(bool, known.values())) > 60
    assert asked == []


def test_every_folder_on_a_floor_is_a_room_of_the_list() -> None:
    not_rooms = {"journal/migrations", "journal/migrations/versions", "web/static"}
    folders = {p.relative_to(HOUSE).as_posix() for p in HOUSE.glob("*/*") if p.is_dir()}
    folders = {f for f in folders if f.split("/")[0] in FLOORS and not f.endswith("__pycache__")}

    assert {f.split("/")[1] for f in folders - not_rooms} <= set(rooms())


def test_the_page_about_the_house_tells_of_every_room_in_their_order() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \|", page.split("From the ground:")[1], re.MULTILINE)

    assert tuple(told) == rooms()


def test_a_room_is_a_folder_where_it_holds_more_than_one_file_and_never_both() -> None:
    folders = [p for p in HOUSE.glob("*/*") if p.is_dir() and p.name in rooms()]

    assert [in_repository(p) for p in folders if len(list(p.glob("*.py"))) < 3] == []
    assert [in_repository(p) for p in folders if p.with_suffix(".py").is_file()] == []


def test_what_a_whole_floor_shares_uses_no_room_of_it() -> None:
    halls = [p for p in house_files() if (floor_and_room(p) or ("", "x"))[1] == ""]
    wrong = [
        f"{in_repository(hall)} -> {in_repository(used)}"
        for hall in halls
        for used in imported(hall)
        if (floor_and_room(used) or ("", ""))[0] == (floor_and_room(hall) or ("", ""))[0]
        and (floor_and_room(used) or ("", ""))[1]
    ]

    assert len(halls) > 20
    assert wrong == []


def test_tests_stand_where_what_they_test_stands() -> None:
    folders = {p.parent for floor in FLOORS for p in (ROOT / "tests" / floor).rglob("test_*.py")}
    known = {ROOT / "tests" / floor for floor in FLOORS}
    known |= {ROOT / "tests" / floor / room for floor in FLOORS for room in rooms()}

    assert [in_repository(p) for p in sorted(folders - known)] == []


def test_rooms_are_small_enough_to_be_read_at_a_glance() -> None:
    files = Counter(in_repository(p.parent) for p in house_files())

    assert {name: count for name, count in files.items() if count > MOST_FILES} == {}
    assert files.total() / len(files) < MEAN_FILES


def test_no_module_outgrows_its_reader() -> None:
    length = {
        in_repository(p): len(p.read_text(encoding="utf-8").splitlines())
        for p in MODULES
        if not is_migration(p)
    }
    too_long = {name: lines for name, lines in length.items() if lines > LINES}

    assert too_long.keys() - LONGER_FOR_A_REASON.keys() == set(), too_long
    assert LONGER_FOR_A_REASON.keys() - too_long.keys() == set(), "no longer too long: take it out"
    assert len(LONGER_FOR_A_REASON) <= MOST_EXCEPTIONS


def test_no_file_is_a_splinter_that_only_one_sibling_imports() -> None:
    """Commands are left out: each is found by its name in the table of ``cli.service.app``."""
    importers: dict[Path, set[Path]] = defaultdict(set)
    for path in house_files():
        for used in imported(path):
            importers[used].add(path)
    splinters = [
        in_repository(p)
        for p, found in importers.items()
        if p.stem != "__init__"
        and not p.is_relative_to(HOUSE / "cli")
        and len(p.read_text(encoding="utf-8").splitlines()) < FEWEST
        and {other.parent for other in found} == {p.parent}
        and len(found) == 1
    ]

    assert splinters == []


def test_no_line_of_a_pages_template_is_longer_than_a_screen() -> None:
    longest = {
        in_repository(page): max(map(len, page.read_text(encoding="utf-8").splitlines()))
        for page in (ROOT / "templates" / "web").rglob("*.html")
    }

    assert {name: length for name, length in longest.items() if length > TEMPLATE_WIDTH} == {}
