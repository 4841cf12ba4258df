"""What was seen of an installation, judged: nothing here looks at a disk."""

from __future__ import annotations

import pytest

from udmelding.rules.service import (
    DocumentNamed,
    Entry,
    Flaw,
    HomeSeen,
    SettingsSeen,
    State,
    Trouble,
    is_all_right,
    of_database,
    of_documents,
    of_folders,
    of_home,
    of_modes,
    of_settings,
)

ME = (1000, "anna")
HOME = Entry("/srv/cu", 0o700, 1000, is_folder=True)
FILE = Entry("/srv/cu/udmelding.db", 0o644, 1000, is_folder=False)


def seen(*entries: Entry, **more: object) -> HomeSeen:
    return HomeSeen("/srv/cu", ME, "anna", entries or (HOME,), **more)  # type: ignore[arg-type]


def test_a_home_of_ours_that_only_we_can_read_is_right() -> None:
    (home,), (modes,) = of_home(seen(), ""), of_modes(seen())

    assert (home.state, modes.state) == (State.RIGHT, State.RIGHT)
    assert home.text == "Mappen /srv/cu er der og ejes af «anna»."
    assert modes.text == "Kun «anna» kan læse mappen /srv/cu og det, programmet gemmer."


def test_a_missing_home_says_what_it_was_given_to_say_and_nothing_of_modes() -> None:
    nothing = HomeSeen("/srv/cu", ME, "")

    assert of_home(nothing, "Mappen er væk.")[0].text == "Mappen er væk."
    assert of_modes(nothing) == ()


def test_a_home_of_somebody_else_says_who_is_to_run_the_command() -> None:
    theirs = HomeSeen("/srv/cu", (0, "root"), "udmelding", (HOME,))

    (found,) = of_home(theirs, "")

    assert found.state is State.TO_DO
    assert "ejes af brugeren «udmelding», men kommandoen er kørt af «root»" in found.text


def test_files_that_another_user_left_are_named() -> None:
    left = Entry("/srv/cu/udmelding.db-wal", 0o600, 0, is_folder=False)

    (found,) = of_home(seen(HOME, left), "")

    assert found.state is State.TO_DO
    assert "1 fil i mappen /srv/cu ejes af en anden bruger end «anna»: /srv/cu/ud" in found.text


def test_what_stands_open_is_told_by_one_who_only_looks() -> None:
    (found,) = of_modes(seen(HOME, FILE))

    assert found.state is State.TO_DO
    assert "har adgang til 1 fil: /srv/cu/udmelding.db. «udmelding check» lukker" in found.text


def test_what_was_closed_and_what_could_not_be_are_told_apart() -> None:
    others = [Entry(f"/srv/cu/logs/{n}", 0o644, 1000, is_folder=False) for n in range(7)]
    closed = {FILE.path: Trouble.NO_MODES} | {entry.path: None for entry in others}

    repaired, left = of_modes(seen(HOME, FILE, *others, closed=closed))

    assert (repaired.state, left.state) == (State.REPAIRED, State.TO_DO)
    assert "7 filer" in repaired.text
    assert repaired.text.endswith("logs/4 ….")
    assert "filsystemet kender ikke adgang" in left.text
    assert not is_all_right((repaired, left))
    assert is_all_right((repaired,))


def test_a_folder_that_nobody_lets_us_look_into_is_told() -> None:
    (found,) = of_modes(seen(unseen=("/srv/cu/documents",)))

    assert found.state is State.TO_DO
    assert "/srv/cu/documents" in found.text


@pytest.mark.parametrize(
    ("file", "state", "word"),
    [
        (None, State.RIGHT, "ingen opsætningsfil"),
        (SettingsSeen("/x.toml", (), True, True), State.RIGHT, "ingen adgangskoder"),
        (SettingsSeen("/x.toml", ("mail.password",), True, True), State.TO_DO, "chmod 600 /x.toml"),
        (SettingsSeen("/x.toml", ("mail.password",), True, False), State.REPAIRED, "nu lukket"),
        (SettingsSeen("/x.toml", ("mail.password",), False, False), State.RIGHT, "kan andre ikke"),
    ],
)
def test_a_settings_file_is_judged_by_its_secrets_and_by_who_reads_it(
    file: SettingsSeen | None, state: State, word: str
) -> None:
    (found,) = of_settings(file)

    assert found.state is state
    assert word in found.text


@pytest.mark.parametrize(
    ("version", "trouble", "state", "word"),
    [
        ("0008", "", State.RIGHT, "skema 0008"),
        ("0006", "", State.TO_DO, "Kør «udmelding init»"),
        ("0010", "", State.TO_DO, "Opdatér programmet"),
        (None, "Databasen er tom.", State.TO_DO, "Databasen er tom."),
    ],
)
def test_a_database_is_judged_by_its_schema(
    version: str | None, trouble: str, state: State, word: str
) -> None:
    (found,) = of_database("cu.db", version, "0008", trouble)

    assert found.state is state
    assert word in found.text


def test_a_folder_that_should_hold_something_and_is_missing_is_told() -> None:
    needed = [("/srv/cu/documents", "databasen nævner dokumenter"), ("/srv/cu/mail", "…")]

    (found,) = of_folders(needed, ["/srv/cu/documents"])

    assert found.text.startswith("Mappen /srv/cu/documents mangler, men databasen nævner")


def test_documents_are_told_by_name_where_they_are_not_as_they_were() -> None:
    named = [DocumentNamed(digit * 64, 1, f"{digit}.pdf") for digit in "abc"]
    flaws = {"a" * 64: Flaw.MISSING, "c" * 64: Flaw.ALTERED}

    lost, altered = of_documents(named, flaws, is_whole=False)

    assert lost.text.startswith("Dokumentet «a.pdf» (aaaaaaaaaaaa) er ikke i lageret.")
    assert "«c.pdf»" in altered.text
    assert "Alle 3 dokumenter" in of_documents(named, {}, is_whole=True)[0].text
    assert of_documents([], {}, is_whole=False)[0].state is State.RIGHT
