"""``make dev`` and ``make profile``: the pages on a kept demonstration, and what a trip costs."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flat import Pages
from udmelding import clock
from udmelding.casework.demo import playing
from udmelding.casework.demo.pages import LOGIN, make_demo_user, mark_demo
from udmelding.casework.wiring import Services
from udmelding.cli.demo import dev
from udmelding.config.settings import load_settings
from udmelding.errors import RefusedError

DAY = dt.date(2024, 2, 1)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def played(services: Services, home: Path) -> Services:
    """What ``make seed`` leaves: a case, the mark of a demonstration, a user and its password."""
    happening = playing.events(playing.shipped_cases())
    playing.happen(services, happening[0])
    mark_demo(home, DAY)
    password = make_demo_user(services, clock.at(DAY))
    dev.sign_in_file(home).write_text(f"{LOGIN} {password}\n", encoding="utf-8")
    return services


def test_the_pages_stand_on_the_day_that_was_played_and_its_user_signs_in(
    played: Services, home: Path
) -> None:
    client = Pages(dev.app(), base_url="http://127.0.0.1:8080")
    login, password = dev.sign_in_file(home).read_text(encoding="utf-8").split()
    page = client.post("/login", data={"login": login, "password": password})
    assert page.status_code == 200
    assert "1. februar 2024" in page.text


def test_without_a_demonstration_there_are_no_such_pages(home: Path) -> None:
    with pytest.raises(RefusedError, match="make seed"):
        dev.app()


def test_a_home_with_anything_else_is_never_played_over(services: Services, home: Path) -> None:
    kept = sorted(home.iterdir())
    assert kept
    with pytest.raises(RefusedError, match="UDMELDING_HOME"):
        dev.seed(load_settings(), None)
    assert sorted(home.iterdir()) == kept


def test_a_start_is_made_anew_by_code_data_and_texts_but_not_by_a_pages_template() -> None:
    watch = dev.Watch.__new__(dev.Watch)
    watch.config = type("Config", (), {"reload_dirs": [ROOT / "config", ROOT / "templates"]})()
    names = {path.relative_to(ROOT).as_posix() for path in watch.iter_py_files()}
    assert "config/areas/sjaelland.yaml" in names
    assert "templates/mail/invitation/body.md" in names
    assert not any(name.endswith(".html") for name in names)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "file", "statement"),
    [
        (["status"], "udmelding/rules/status/status.py", "FROM announcement"),
        (["GET:/mails/rykkere"], "udmelding/web/due.py", "FROM wake"),
    ],
    ids=["command", "page"],
)
def test_a_trip_tells_its_files_functions_and_statements_and_changes_nothing(
    played: Services, home: Path, words: list[str], file: str, statement: str
) -> None:
    played.close()
    before = (home / "udmelding.db").read_bytes()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "benchmarks.trip", *words],
        cwd=ROOT,
        env=os.environ | {"UDMELDING_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    files, functions, everything, statements = done.stdout.split("\n\n")[1:]
    assert f"  {file}\n" in files
    assert f"  {file}:" in functions
    assert everything.startswith("All functions")
    assert statement in statements
    assert (home / "udmelding.db").read_bytes() == before
