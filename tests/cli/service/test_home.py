"""The home is its owner's alone, and a command that finds none makes none.

Files here are real, under the umask that most machines have.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.honest import PDF
from tests.outside.test_clamd import fake_clamd
from udmelding import private
from udmelding.config import settings as settings_module
from udmelding.outside import service as looking

CONSOLE_SCRIPT = Path(sys.executable).with_name("udmelding")
SECRET = "hunter2-aldrig-vist"  # noqa: S105 - it is the word that must never be shown
REF = "CU-PROEVE-2025"
LAUNCH = (
    "launch", REF, "--title", "Prøve", "--received", "15/5-2024", "--deadline", "31/5-2025",
    "--even-so", "en prøve",
)  # fmt: skip


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that nobody has made yet, in a folder that all may enter."""
    home.chmod(0o755)
    mine = home / "srv" / "hjem"
    monkeypatch.setenv("UDMELDING_HOME", str(mine))
    monkeypatch.setenv("COLUMNS", "500")  # no word of a path is broken, where nothing is a terminal
    monkeypatch.chdir(home)
    settings_module._warned.clear()
    umask = os.umask(0o022)
    yield mine
    os.umask(umask)


Call = Callable[..., Any]


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Call:
    """The command in this process, on whatever is there."""
    from udmelding.cli.service.app import main

    def call(*words: str) -> tuple[int, str, str]:
        os.umask(0o022)
        monkeypatch.setattr(sys, "argv", ["udmelding", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def script(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The installed command, as a person types it."""
    env = {**os.environ, **more}
    command = [str(CONSOLE_SCRIPT), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, umask=0o022)  # noqa: S603


def open_to_others(folder: Path) -> list[str]:
    found = [folder, *folder.rglob("*")]
    return [str(path) for path in found if path.lstat().st_mode & 0o077]


def opened(folder: Path) -> None:
    """As an earlier version of the program has left it."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_all_that_the_installed_command_makes_is_its_owners_alone(
    home: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "brev.pdf"
    letter.write_bytes(PDF)

    made = script("init")
    launched = script(*LAUNCH, "--letter", str(letter), "--today", "15/5-2024")
    copied = script("mail-texts", "copy", "thanks", str(tmp_path / "egne"))

    assert [made.returncode, launched.returncode, copied.returncode] == [0, 0, 0]
    assert any((home / "documents").rglob("*"))
    assert open_to_others(home) == []
    assert open_to_others(home.parent) == [], "nor the folders above that were made for it"


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("due",),
        ("log", REF),
        ("plan", REF),
        ("matrix", REF),
        ("lists", "skylder"),
        ("forecast", REF),
        ("meetings",),
        ("outbox", "list"),
        ("user", "list"),
        ("export", REF),
        ("daily",),
        ("advance", REF),
        ("outbox", "deliver"),
        ("user", "add", "anna", "--name", "Anna"),
        ("own", "list"),
        ("serve",),
        ("serve", "--only-web"),
        LAUNCH,
    ],
)
def test_without_a_home_a_command_says_where_it_looked_and_makes_nothing(
    words: tuple[str, ...], command: Call, home: Path
) -> None:
    code, out, err = command(*words)

    assert (code, out) == (1, "")
    assert f"Mappen {home} findes ikke" in err
    assert "det står i miljøvariablen UDMELDING_HOME" in err
    assert "«udmelding init»" in err
    assert not home.parent.exists()


def test_the_installed_command_says_that_nobody_chose_the_folder_and_leaves_it_clean(
    home: Path, tmp_path: Path
) -> None:
    answer = script("status", UDMELDING_HOME="")

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert f"Mappen {tmp_path / '.udmelding'} findes ikke" in answer.stderr
    assert "UDMELDING_HOME ikke er sat" in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b""])
def test_an_empty_folder_as_after_a_failed_mount_is_no_secretariat_without_cases(
    content: bytes | None, command: Call, home: Path
) -> None:
    home.mkdir(parents=True)
    if content is not None:
        (home / "udmelding.db").write_bytes(content)
    before = sorted(home.iterdir())

    code, out, err = command("status", "--json")

    assert (code, out) == (1, "")
    assert ("er tom" if content is not None else "findes ikke") in err
    assert "sikkerhedskopien" in err
    assert sorted(home.iterdir()) == before
    assert all(path.stat().st_size == 0 for path in before)


def test_a_database_elsewhere_that_is_missing_is_told_with_where_it_was_named(
    command: Call, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(parents=True)
    monkeypatch.setenv("UDMELDING_DATABASE_URL", f"sqlite:///{tmp_path / 'data' / 'cu.db'}")

    code, _, err = command("status")

    assert code == 1
    assert "det står i miljøvariablen UDMELDING_DATABASE_URL" in err
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("real_migrations")
def test_a_file_that_is_no_database_is_told_and_not_a_traceback(command: Call, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "udmelding.db").write_bytes(b"hej " * 500)

    code, _, err = command("status")

    assert code == 1
    assert "kan ikke læses" in err


def test_init_closes_a_home_that_stood_open_and_says_so(command: Call, home: Path) -> None:
    command("init")
    (home / "logs").mkdir()
    (home / "logs" / "web.log").write_text("")
    opened(home)

    code, out, _ = command("init")

    assert code == 0
    assert "✓ Rettet: Andre brugere på maskinen havde adgang til 5 mapper og 3 filer" in out
    assert str(home / "udmelding.db") in out
    assert open_to_others(home) == []
    assert "Rettet" not in command("init")[1]


def test_check_says_line_by_line_that_all_is_right(command: Call, home: Path) -> None:
    command("init")

    code, out, err = command("check")

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("✓ ") for line in lines)
    assert f"Databasen {home / 'udmelding.db'} er der og har skema" in out


def test_check_closes_what_stood_open_and_then_all_is_right(command: Call, home: Path) -> None:
    command("init")
    opened(home)

    first, second = command("check"), command("check")

    assert (first[0], second[0]) == (0, 0)
    assert "Rettet:" in first[1]
    assert "Rettet:" not in second[1]
    assert open_to_others(home) == []


def test_check_of_a_missing_home_has_something_to_do_and_makes_nothing(
    command: Call, home: Path
) -> None:
    code, out, _ = command("check")

    assert code == 1
    assert out.startswith(f"! Mappen {home} findes ikke.")
    assert not home.parent.exists()


def test_check_says_whether_the_scanner_for_viruses_answers(
    command: Call, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("init")
    assert "irusscanner" not in command("check")[1], "where none is set up"
    place = tmp_path / "clamd.ctl"
    monkeypatch.setenv("UDMELDING_FILES__CLAMD", str(place))

    code, out, _ = command("check")
    assert code == 1
    assert f"! Virusscanneren på {place} kan ikke nås: No such file or directory. Imens" in out

    with fake_clamd(place):
        code, out, _ = command("check")
    assert (code, f"✓ Virusscanneren på {place} svarer." in out) == (0, True)


def test_check_for_programs_says_the_same(command: Call, home: Path) -> None:
    import json

    command("init")
    (home / "udmelding.db").write_bytes(b"")

    code, out, _ = command("check", "--json")

    assert code == 1
    said = json.loads(out)
    assert said["home"] == str(home)
    assert said["is_right"] is False
    states = {finding["about"]: finding["state"] for finding in said["findings"]}
    assert states == {"home": "right", "modes": "right", "settings": "right", "database": "to_do"}
    assert (home / "udmelding.db").stat().st_size == 0


def test_a_document_that_is_lost_or_altered_is_told_by_name(
    command: Call, home: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "brev.pdf"
    letter.write_bytes(PDF)
    command("init")
    command(*LAUNCH, "--letter", str(letter), "--today", "15/5-2024")
    (stored,) = (path for path in (home / "documents").rglob("*") if path.is_file())
    assert "Det ene dokument" in command("check")[1]

    stored.write_bytes(PDF.replace(b"%PDF-1.7", b"%PDF-1.8"))
    assert command("check")[0] == 0, "its size says nothing"
    code, out, _ = command("check", "--documents")
    assert code == 1
    assert "! Dokumentet «brev.pdf»" in out
    assert "ændret" in out

    stored.write_bytes(b"%PDF")
    assert "ændret" in command("check")[1]
    stored.unlink()
    assert "er ikke i lageret" in command("check")[1]
    stored.parent.rmdir()
    (home / "documents").rmdir()
    code, out, _ = command("check")
    assert code == 1
    assert f"! Mappen {home / 'documents'} mangler" in out


def test_a_database_of_a_newer_program_is_told_and_left_alone(command: Call, home: Path) -> None:
    import sqlite3

    command("init")
    database = home / "udmelding.db"
    with sqlite3.connect(database) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()

    code, out, _ = command("check")

    assert code == 1
    assert "har skema 9999" in out
    assert "Opdatér programmet" in out


def write_secret(file: Path, mode: int) -> None:
    file.write_text(f'[mail]\nusername = "os"\npassword = "{SECRET}"\n')
    file.chmod(mode)


def test_a_settings_file_with_a_password_that_others_can_read_is_told_on_stderr_alone(
    home: Path,
) -> None:
    script("init")
    write_secret(home / "udmelding.toml", 0o644)

    answer = script("status", "--json")

    assert (answer.returncode, answer.stdout) == (0, "[]\n")
    assert answer.stderr.count("mail.password") == 1
    assert f"chmod 600 {home / 'udmelding.toml'}" in answer.stderr
    assert SECRET not in answer.stderr
    write_secret(home / "udmelding.toml", 0o600)
    assert script("status").stderr == ""


def test_check_closes_the_settings_file_at_home(command: Call, home: Path) -> None:
    command("init")
    write_secret(home / "udmelding.toml", 0o644)

    code, out, err = command("check")

    assert (code, err) == (0, "")
    assert "stod åben for andre" in out
    assert SECRET not in out
    assert open_to_others(home) == []


@pytest.mark.parametrize(("mode", "code"), [(0o644, 1), (0o640, 1), (0o600, 0)])
def test_a_settings_file_outside_the_home_is_told_and_left_as_it_is(
    mode: int, code: int, command: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "andetsteds.toml"
    write_secret(file, mode)
    monkeypatch.setenv("UDMELDING_CONFIG", str(file))
    command("init")

    found, out, _ = command("check")

    assert found == code
    assert (f"! Opsætningsfilen {file}" in out) is bool(code)
    assert file.stat().st_mode & 0o777 == mode


def test_a_home_that_another_user_owns_is_told_and_nothing_crashes(
    command: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("init")
    opened(home)
    other = os.geteuid() + 1

    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(looking.os, "geteuid", lambda: other)
    monkeypatch.setattr(looking.os, "chmod", refuse)
    code, out, _ = command("check")

    assert code == 1
    assert "ejes af brugeren" in out
    assert "Kun ejeren kan lukke for det" in out


@contextmanager
def someone_else(closed: Path) -> Iterator[None]:
    """Another person than the owner, who may not read ``closed``, runs what is inside."""
    other, mode = pwd.getpwnam("nobody").pw_uid, closed.stat().st_mode
    if os.geteuid() == 0:
        closed.chmod(0o700)
        os.seteuid(other)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        with pytest.MonkeyPatch.context() as patch:
            closed.chmod(0)
            patch.setattr(private.os, "geteuid", lambda: other)
            yield
    closed.chmod(mode)


@pytest.mark.parametrize("name", ["", "udmelding.toml", "udmelding.db"])
@pytest.mark.parametrize("words", [("status",), ("check",), ("init",)], ids=" ".join)
def test_who_meets_a_home_of_another_user_is_told_whose_it_is(
    words: tuple[str, ...], name: str, command: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as reached:  # pytest's own folders are closed to others
        home, owner = Path(reached), private.user_name(os.getuid())
        monkeypatch.setenv("UDMELDING_HOME", reached)
        command("init")
        command(*words)  # which loads what the other person may not
        (home / "udmelding.toml").write_text("")
        opened(home)
        with someone_else(home / name):
            code, out, err = command(*words)

    what = f"filen {home / name}" if name else f"mappen {home}"
    assert code == 1
    assert f"{what} tilhører brugeren «{owner}», og du er «nobody»." in out + err
    assert f"Kør kommandoen som «{owner}»." in out + err


def test_a_home_that_its_own_user_has_closed_is_told_with_the_command_that_opens_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(parents=True)
    monkeypatch.setattr(private.os, "access", lambda path, *_, **__: Path(path) != home)

    assert private.why_closed(home / "udmelding.db").endswith(
        f"er lukket for dig selv, som ejer den. Åbn den med: chmod u+rwX {home}"
    )


def test_what_is_not_ours_in_the_home_and_what_a_link_leads_to_is_left_alone(
    command: Call, home: Path, tmp_path: Path
) -> None:
    command("init")
    theirs, away = home / "andet.txt", tmp_path / "fjern"
    theirs.write_text("")
    away.mkdir()
    (home / "documents").symlink_to(away, target_is_directory=True)
    for path in (theirs, away):
        path.chmod(0o755)

    assert command("check")[0] == 0
    assert [path.stat().st_mode & 0o777 for path in (theirs, away)] == [0o755, 0o755]


def test_serve_closes_a_home_of_an_earlier_version_before_anything_starts(
    command: Call, home: Path
) -> None:
    command("init")
    opened(home)

    code, _, err = command("serve", "--today", "15/4-2025")  # refused later, for its day

    assert code == 1
    assert "der er nu lukket" in err
    assert open_to_others(home) == []
