"""Does a fresh machine get what the code needs, and nothing unnamed?

`make lock-check` asks the registry whether the locks are complete. These tests ask, without a
network, what a person changes by hand: what is declared, what is imported, what the wheel carries.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OURS = {"flows", "models", "udmelding"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [
    *PYPROJECT["project"]["dependencies"],
    *PYPROJECT["project"]["optional-dependencies"]["postgresql"],
]
BUILD = PYPROJECT["build-system"]["requires"]
DEV = PYPROJECT["dependency-groups"]["dev"]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>\S+)(?P<hashes>(?:.*\\\n)+.*)", re.M)


def lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return {pin["name"]: pin["version"] for pin in PIN.finditer(lock(name))}


def misfits(declared: list[str], locked: dict[str, str]) -> list[str]:
    """The declared requirements that the lock does not satisfy."""
    wanted = [Requirement(text) for text in declared]
    return [
        str(one)
        for one in wanted
        if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))
    ]


def test_the_shipped_lock_satisfies_every_runtime_dependency() -> None:
    assert misfits(RUNTIME + BUILD, pins("requirements.lock")) == []


def test_the_developers_lock_satisfies_every_dependency() -> None:
    assert misfits(RUNTIME + BUILD + DEV, pins("requirements-dev.lock")) == []


def test_tests_run_on_the_very_versions_that_are_shipped() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_build_backend_is_locked_as_it_is_declared() -> None:
    assert PYPROJECT["dependency-groups"]["build"] == BUILD


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_a_pin_with_hashes(name: str) -> None:
    lines = [line for line in lock(name).splitlines() if not line.lstrip().startswith("#")]
    allowed = re.compile(r"[a-z0-9.-]+==[^ /:]+( ; [^/:]+)? \\|    --hash=sha256:\w{64}( \\)?")

    assert [line for line in lines if not allowed.fullmatch(line)] == []
    assert all("--hash=" in pin["hashes"] for pin in PIN.finditer(lock(name)))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_folder_of_the_machine_that_made_it(name: str) -> None:
    assert re.findall(r".*(?:://|--index|--find-links|\s/).*", lock(name)) == []


ONLY_HERE = {"udmelding/cli/service/grid.py: grimp"}
"""What an installation never runs: `make docs` draws with a tool of the developers."""


def test_every_library_the_code_imports_is_declared() -> None:
    declared = {canonicalize_name(Requirement(text).name) for text in RUNTIME}
    owners = packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)}: {module}"
        for package in OURS
        for path in (ROOT / package).rglob("*.py")
        for module in imported_by(path) - sys.stdlib_module_names - OURS
        if not {canonicalize_name(owner) for owner in owners.get(module, ())} & declared
    }

    assert undeclared == ONLY_HERE


def imported_by(path: Path) -> set[str]:
    """The first name of each import, wherever it stands in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_the_wheel_carries_the_code_and_the_data_and_no_tests(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(ZipFile(wheel).namelist())

    assert {name.partition("/")[0] for name in carried if "dist-info" not in name} == OURS
    assert {f"udmelding/_resources/{file}" for file in data_files()} <= carried


def data_files() -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for folder in ("config", "docs/vejledning", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    ]
