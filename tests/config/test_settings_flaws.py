"""Wrong settings: refused by variable or line, with what is allowed, and no password ever shown."""

import traceback
from pathlib import Path

import pytest

from udmelding.config.settings import load_settings
from udmelding.errors import BadFileError, Flaw

SECRET = "hunter2-aldrig-vist"  # noqa: S105 - it is the word that must never be shown


def flaws_of(environ: dict[str, str]) -> tuple[Flaw, ...]:
    with pytest.raises(BadFileError) as refused:
        load_settings(environ)
    told = "".join(traceback.format_exception(refused.value))
    assert SECRET not in told
    assert refused.value.__context__ is None
    return refused.value.flaws


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "hjem"


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    return {"UDMELDING_HOME": str(home)}


def write(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "udmelding.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value", "key", "told"),
    [
        ("AREA", "sjælland", "area", "mente du «sjaelland»? tilladt er: hovedstaden, midtjylland"),
        ("AREA", SECRET, "area", "er ikke et KKR-område"),
        ("DATABASE_URL", f"postgres://u:{SECRET}@db/x", "database_url", "postgresql+psycopg://"),
        ("DATABASE_URL", "sqlite:///", "database_url", "skal nævne en fil"),
        ("MAIL__TRANSPORT", "smpt", "mail.transport", "mente du «smtp»? tilladt er: folder, smtp"),
        ("MAIL__TRANSPORT", SECRET, "mail.transport", "tilladt er: folder, smtp"),
        ("MAIL__SECURITY", "ssl", "mail.security", "tilladt er: none, starttls, tls"),
        ("MAIL__HOST", f"u:{SECRET}@server", "mail.host", "en servers navn"),
        ("MAIL__PORT", SECRET, "mail.port", "skal være et heltal; her står en tekst"),
        ("MAIL__PORT", "0", "mail.port", "skal være mindst 1"),
        ("MAIL__PORT", "65536", "mail.port", "skal være højst 65535"),
        ("MAIL__TIMEOUT_SECONDS", "nu", "mail.timeout_seconds", "skal være et tal; her står"),
        ("MAIL__TIMEOUT_SECONDS", "0", "mail.timeout_seconds", "større end 0"),
        ("MAIL__TIMEOUT_SECONDS", "nan", "mail.timeout_seconds", "skal være højst 600"),
        ("SECRETARIAT__EMAIL", "sekretariatet", "secretariat.email", "en mailadresse som"),
        ("SECRETARIAT__NAME", "A\nBcc: b@c.example", "secretariat.name", "på én linje"),
        ("AGENCY__EMAIL", "A <a@b.example>", "agency.email", "en mailadresse som"),
        ("PREFECT__API_URL", "localhost:4200", "prefect.api_url", "begynder med http://"),
        ("PREFECT__DAILY_AT", "24:00", "prefect.daily_at", "et klokkeslæt som 07:00"),
    ],
)
def test_a_wrong_value_is_refused_by_its_variable_and_never_shown(
    environ: dict[str, str], name: str, value: str, key: str, told: str
) -> None:
    flaws = flaws_of(environ | {f"UDMELDING_{name}": value})
    (flaw,) = flaws
    assert (flaw.where, flaw.key) == (f"miljøvariablen UDMELDING_{name}", key)
    assert told in flaw.problem


@pytest.mark.parametrize(
    ("text", "line", "key", "told"),
    [
        ("\n[mail]\nport = 'x'\n", 3, "mail.port", "skal være et heltal; her står en tekst"),
        ("[mail]\nport = true\n", 2, "mail.port", "skal være et tal; her står true/false"),
        ("mail.port = 0\n", 1, "mail.port", "mindst 1"),
        ("mail = {port = 0}\n", 1, "mail.port", "mindst 1"),
        ("[mail]\nhsot = 'x'\n", 2, "mail.hsot", "mente du «host»? tilladt er: transport, folder"),
        ("[mial]\nhost = 'x'\n", 1, "mial", "mente du «mail»? tilladt er: home, database_url"),
        ("mail = 'smtp'\n", 1, "mail", "en gruppe af nøgler og værdier; her står en tekst"),
        (
            "[mail]\nfolder = 7\n",
            2,
            "mail.folder",
            "en sti til en fil eller mappe; her står et heltal",
        ),
        ("[secretariat]\nname = ''\n", 2, "secretariat.name", "mindst 1 tegn"),
        ("[secretariat]\nphone = 12345678\n", 2, "secretariat.phone", "her står et heltal"),
        ("[files]\nclamd = 'localhost:3310'\n", 2, "files.clamd", "eller tcp://server:3310"),
        ("[mail]\ntransport = 'smtp'\n", 1, "mail.host", "skal mailserveren nævnes"),
        ("[mail]\nusername = 'u'\n", 1, "mail.password", "username og password hører sammen"),
        (f"[mail]\npassword = '{SECRET}'\n", 2, "mail.password", "hører sammen"),
        ("area = sjaelland\n", 1, "", "tekst skal stå i anførselstegn"),
        ("[mail]\nport = 1\nport = 2\n", 3, "", "nøglen står to gange"),
        ("[mail]\n[agency]\n[mail]\n", 3, "", "afsnittet står to gange"),
        ("[mail]\nhost = 'x\n", 2, "", "anførselstegn er ikke lukket"),
        ("area\n", 1, "", "der mangler et lighedstegn"),
    ],
)
def test_a_flawed_file_is_refused_with_line_and_key(
    home: Path, environ: dict[str, str], text: str, line: int, key: str, told: str
) -> None:
    write(home, text)
    (flaw,) = flaws_of(environ)
    assert (flaw.where, flaw.key) == (f"udmelding.toml:{line}", key)
    assert told in flaw.problem


def test_smtp_from_the_environment_asks_for_its_server(environ: dict[str, str]) -> None:
    (flaw,) = flaws_of(environ | {"UDMELDING_MAIL__TRANSPORT": "smtp"})
    assert (flaw.where, flaw.key) == ("indstillingerne", "mail.host")


def test_a_named_file_that_is_missing_is_refused_but_one_at_home_may_be_missing(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    load_settings(environ)
    with pytest.raises(BadFileError, match="filen findes ikke"):
        load_settings(environ | {"UDMELDING_CONFIG": str(tmp_path / "intet.toml")})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("UDMELDING_AERA", "mente du «UDMELDING_AREA»?"),
        ("UDMELDING_MIAL__HOST", "mente du «UDMELDING_MAIL__HOST»?"),
        ("UDMELDING_MAIL_HOST", "mente du «UDMELDING_MAIL__HOST»?"),
        ("UDMELDING_CONFG", "mente du «UDMELDING_CONFIG»?"),
        ("UDMELDING_ZZZZZZZZZZZZZZZZZZ", "tilladt er: UDMELDING_CONFIG, UDMELDING_HOME"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_one_that_was_meant(
    environ: dict[str, str], name: str, hint: str
) -> None:
    (flaw,) = flaws_of(environ | {name: SECRET})
    assert flaw.where == f"miljøvariablen {name}"
    assert hint in flaw.problem


def test_variables_of_tests_and_of_others_are_let_be(environ: dict[str, str]) -> None:
    load_settings(environ | {"UDMELDING_TEST_DATABASE_URL": "x", "UDMELDINGEN": "y", "PATH": "z"})


def test_flaws_of_environment_and_file_are_told_together(
    home: Path, environ: dict[str, str]
) -> None:
    write(home, "[mail]\nport = 0\nfarve = 'blå'\n")
    flaws = flaws_of(environ | {"UDMELDING_AERA": "x", "UDMELDING_PREFECT__DAILY_AT": "7"})
    assert [flaw.where for flaw in flaws] == [
        "miljøvariablen UDMELDING_AERA",
        "miljøvariablen UDMELDING_PREFECT__DAILY_AT",
        "udmelding.toml:2",
        "udmelding.toml:3",
    ]
