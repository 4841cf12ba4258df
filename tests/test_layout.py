"""Does the tree still stand as docs and tools expect it?

`flows` and `models` are importable under those plain names, and Prefect puts `flows/` first on the
path when it loads a flow by its file. Both are convenient and both can go wrong without a sound.
"""

from __future__ import annotations

import ast
import importlib
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("flows", "models", "udmelding")
FLOW_FILES = sorted(p for p in (ROOT / "flows").glob("*.py") if p.stem != "__init__")
MODULES = sorted(p for package in OURS for p in (ROOT / package).rglob("*.py"))

LINES = 300
# A longer module is sometimes the honest one: a single table, a single grammar. Name it, say why.
LONGER_FOR_A_REASON: dict[str, str] = {
    "udmelding/journal/recording/entries.py": "a short class for each kind of fact: a list",
    "udmelding/journal/case/matrix.py": "the matrix in sets of rows: its few statements",
    "udmelding/rules/case/glossary.py": "the one table of words that people read",
    "udmelding/rules/case/facts.py": "one frozen class for each kind of fact: a list",
    "udmelding/rules/words/date_forms.py": "the table of all forms of Danish dates",
}


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
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_no_module_outgrows_its_reader() -> None:
    ours = [p for p in MODULES if not is_migration(p)]
    length = {in_repository(p): len(p.read_text(encoding="utf-8").splitlines()) for p in ours}
    too_long = {name: lines for name, lines in length.items() if lines > LINES}

    assert too_long.keys() - LONGER_FOR_A_REASON.keys() == set(), too_long
    assert LONGER_FOR_A_REASON.keys() - too_long.keys() == set(), "no longer too long: take it out"
