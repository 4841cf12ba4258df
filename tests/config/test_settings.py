"""The settings: where they come from, and that the example lists them all."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from udmelding import paths, private
from udmelding.config.settings import (
    Figures,
    Files,
    Graph,
    Mail,
    Mailbox,
    Oidc,
    Prefect,
    Secretariat,
    Settings,
    Web,
    load_settings,
    setting_trails,
    settings_file,
)

EXAMPLE = paths.CONFIG / "udmelding.example.toml"
SECRET = "hunter2-aldrig-vist"  # noqa: S105 - it is the word that must never be shown


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "hjem"


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    return {"UDMELDING_HOME": str(home)}


def write(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "udmelding.toml").write_text(text, encoding="utf-8")


def test_without_any_setting_mails_become_files_and_all_is_kept_under_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert settings.home == tmp_path / ".udmelding"
    assert settings.database_url == f"sqlite:///{tmp_path}/.udmelding/udmelding.db"
    assert settings.area == "sjaelland"
    assert settings.mail.transport == "folder"
    assert settings.mail.folder == tmp_path / ".udmelding" / "mail"
    assert settings.mail.message_id_domain == "udmelding.example"
    assert settings.secretariat.sender_name == settings.secretariat.name
    assert not settings.home.exists()


def test_the_process_environment_is_read_when_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_HOME", str(tmp_path))
    monkeypatch.setenv("UDMELDING_AREA", "nordjylland")
    assert load_settings().area == "nordjylland"
    assert load_settings({"UDMELDING_HOME": str(tmp_path)}).area == "sjaelland"


def test_calling_the_class_reads_nothing_but_its_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_AREA", "nordjylland")
    assert Settings(home=tmp_path).area == "sjaelland"


def test_the_environment_wins_over_the_file_key_by_key(home: Path, environ: dict[str, str]) -> None:
    write(home, 'area = "syddanmark"\n[mail]\nhost = "fil.example"\nport = 25\n')
    settings = load_settings(environ | {"UDMELDING_MAIL__PORT": "465"})
    assert (settings.area, settings.mail.host, settings.mail.port) == (
        "syddanmark",
        "fil.example",
        465,
    )


def test_one_file_only_is_read_the_named_one_first(home: Path, environ: dict[str, str]) -> None:
    write(home, 'area = "syddanmark"\n')
    named = home / "anden.toml"
    named.write_text("[mail]\nport = 2525\n", encoding="utf-8")
    settings = load_settings(environ | {"UDMELDING_CONFIG": str(named)})
    assert (settings.area, settings.mail.port) == ("sjaelland", 2525)


def test_an_empty_variable_counts_as_not_set(home: Path, environ: dict[str, str]) -> None:
    write(home, 'area = "syddanmark"\n')
    assert load_settings(environ | {"UDMELDING_AREA": ""}).area == "syddanmark"


def test_a_relative_home_in_the_file_is_taken_from_the_files_folder(tmp_path: Path) -> None:
    config = tmp_path / "etc" / "u.toml"
    config.parent.mkdir()
    config.write_text('home = "../data"\n', encoding="utf-8")
    settings = load_settings({"UDMELDING_CONFIG": str(config)})
    assert settings.home.resolve() == tmp_path / "data"


@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        ("sqlite:///sager.db", "sqlite:///{home}/sager.db"),
        ("sqlite:////srv/sager.db", "sqlite:////srv/sager.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql+psycopg://u:p@db/udmelding", "postgresql+psycopg://u:p@db/udmelding"),
    ],
)
def test_the_database_is_a_file_under_home_or_a_server(
    home: Path, environ: dict[str, str], written: str, loaded: str
) -> None:
    settings = load_settings(environ | {"UDMELDING_DATABASE_URL": written})
    assert settings.database_url == loaded.format(home=home)


def test_message_ids_get_the_secretariats_domain_unless_another_is_set(
    environ: dict[str, str],
) -> None:
    environ |= {"UDMELDING_SECRETARIAT__EMAIL": "post@rammeaftale.example"}
    assert load_settings(environ).mail.message_id_domain == "rammeaftale.example"
    environ |= {"UDMELDING_MAIL__MESSAGE_ID_DOMAIN": "mail.example"}
    assert load_settings(environ).mail.message_id_domain == "mail.example"


def test_a_password_is_taken_as_it_is_written_whatever_it_looks_like(
    environ: dict[str, str],
) -> None:
    environ |= {"UDMELDING_MAIL__USERNAME": "null"}
    for password in ('{"a": 1}', "[1]", "null", "true", " 7 ", "æøå%#"):
        mail = load_settings(environ | {"UDMELDING_MAIL__PASSWORD": password}).mail
        assert (mail.username, mail.password.get_secret_value()) == ("null", password)


def test_settings_never_show_a_password(environ: dict[str, str]) -> None:
    settings = load_settings(
        environ
        | {
            "UDMELDING_MAIL__USERNAME": "u",
            "UDMELDING_MAIL__PASSWORD": SECRET,
            "UDMELDING_DATABASE_URL": f"postgresql+psycopg://u:{SECRET}@db/udmelding",
        }
    )
    assert SECRET not in repr(settings) + str(settings)


def uncommented() -> str:
    return re.sub(r"(?m)^#(?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_lists_every_setting_in_order() -> None:
    listed = [
        (section, key) if isinstance(values, dict) else (section,)
        for section, values in tomllib.loads(uncommented()).items()
        for key in (values if isinstance(values, dict) else [""])
    ]
    assert listed == list(setting_trails())


def test_the_example_loads_as_it_is_and_with_every_setting_taken_in(home: Path) -> None:
    home.mkdir()
    path = home / "udmelding.toml"
    loaded = []
    for text in (EXAMPLE.read_text(encoding="utf-8"), uncommented()):
        path.write_text(text, encoding="utf-8")
        loaded.append(load_settings({"UDMELDING_CONFIG": str(path), "UDMELDING_HOME": str(home)}))
    assert loaded[0] == Settings(home=home)
    shown = {"host", "username", "password"}
    assert loaded[1].mail.model_dump(exclude=shown) == loaded[0].mail.model_dump(exclude=shown)
    assert loaded[1].prefect.daily_at == loaded[0].prefect.daily_at
    for section in ("secretariat", "agency", "area", "database_url", "home"):
        assert getattr(loaded[1], section) == getattr(loaded[0], section)


def test_every_line_of_the_example_is_english_comment_setting_or_section() -> None:
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        assert re.match(r"^(# .*|#|#[a-z_]+ = .+|\[[a-z]+\]|)$", line), line


def test_every_setting_is_told_in_its_class() -> None:
    owners = {
        "": Settings,
        "figures": Figures,
        "files": Files,
        "graph": Graph,
        "mail": Mail,
        "mailbox": Mailbox,
        "oidc": Oidc,
        "prefect": Prefect,
        "secretariat": Secretariat,
        "web": Web,
    }
    for *section, key in setting_trails():
        if section != ["agency"]:  # told in one sentence
            owner = owners["".join(map(str, section))]
            assert f"{key}:" in (owner.__doc__ or ""), (section, key)


def test_reading_settings_loads_neither_models_nor_prefect() -> None:
    code = (
        "import sys; from udmelding.config.settings import load_settings; load_settings({});"
        "print(sorted({'sqlmodel', 'sqlalchemy', 'prefect', 'models'} & sys.modules.keys()))"
    )
    done = subprocess.run(  # noqa: S603 - our own words only
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ('area = "sjaelland"\n', ()),
        (f'[mail]\nusername = "os"\npassword = "{SECRET}"\n', ("mail.password",)),
        (f'[oidc]\nclient_secret = "{SECRET}"\n[prefect]\nport = 4300\n', ("oidc.client_secret",)),
        ('[oidc]\nclient_secret = ""\n', ()),
        (f'database_url = "postgresql+psycopg://cu:{SECRET}@server/cu"\n', ("database_url",)),
        ('database_url = "postgresql+psycopg://server/cu"\n', ()),
    ],
)
def test_a_settings_file_tells_which_of_its_keys_are_secret(
    text: str, secrets: tuple[str, ...], home: Path, environ: dict[str, str]
) -> None:
    write(home, text)
    found = settings_file(environ)
    assert found is not None
    assert (found.path, found.secrets) == (home / "udmelding.toml", secrets)


def test_without_a_settings_file_there_is_none_to_look_at(environ: dict[str, str]) -> None:
    assert settings_file(environ) is None


@pytest.mark.parametrize(("mode", "times"), [(0o644, 1), (0o640, 1), (0o600, 0)])
def test_a_password_that_others_can_read_is_told_once_and_never_shown(
    mode: int, times: int, home: Path, environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    write(home, f'[mail]\nusername = "os"\npassword = "{SECRET}"\n')
    (home / "udmelding.toml").chmod(mode)

    load_settings(environ, is_warning=False)
    load_settings(environ)
    load_settings(environ)

    assert len(caplog.messages) == times
    assert all("mail.password" in said and SECRET not in said for said in caplog.messages)


def test_a_file_that_root_lends_to_our_group_is_not_open(
    home: Path,
    environ: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(home, f'[mail]\nusername = "os"\npassword = "{SECRET}"\n')
    (home / "udmelding.toml").chmod(0o640)
    owner = (home / "udmelding.toml").stat().st_uid
    monkeypatch.setattr(private.os, "geteuid", lambda: owner + 1)

    load_settings(environ)

    assert caplog.messages == []
