"""What people decide is kept as one small text; what belongs to the server is not theirs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from udmelding.config.own import DECIDED_BY_PEOPLE, as_text, decided, with_own
from udmelding.config.settings import Settings, setting_trails
from udmelding.config.settings_sections import Mail, Secretariat
from udmelding.errors import BadFileError


def test_everything_that_people_decide_is_a_setting() -> None:
    assert {*DECIDED_BY_PEOPLE} < {*setting_trails()}


def test_what_is_decided_is_written_and_read_to_the_same(tmp_path: Path) -> None:
    before = Settings(
        home=tmp_path,
        area="nordjylland",
        secretariat=Secretariat(name='Æ "Ø" Å\\', email="post@nord.example", phone="11 22 33 44"),
        mail=Mail(letters_to=("Tilsynet <post@tilsyn.example>",), per_minute=7),
    )
    text = as_text(decided(before))

    after = with_own(Settings(home=tmp_path), text)

    assert decided(after) == decided(before)
    assert after.secretariat.sender_name == 'Æ "Ø" Å\\', "it follows the name"
    assert after.mail.message_id_domain == "nord.example", "and this the address"
    assert tomllib.loads(text)["secretariat"]["phone"] == "11 22 33 44"


def test_what_belongs_to_the_server_stays_as_the_server_says(tmp_path: Path) -> None:
    server = Settings(home=tmp_path, mail=Mail(transport="smtp", host="mail.nord.example"))

    found = with_own(server, 'area = "syddanmark"\n')

    assert found.area == "syddanmark"
    assert found.mail.host == "mail.nord.example"
    assert found.home == tmp_path


def test_what_the_text_leaves_out_is_as_in_a_new_installation(tmp_path: Path) -> None:
    server = Settings(home=tmp_path, secretariat=Secretariat(phone="11 22 33 44"))

    assert with_own(server, "").secretariat.phone == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('area = "fyn"', "settings.toml:1"),
        ('[secretariat]\nemail = "ikke en adresse"', "settings.toml:2"),
        ('[mail]\nhost = "mail.example"', "mail.host"),
        ("[mail]\nper_minute = true", "settings.toml:2"),
        ("[mail]\nper_minute = -1", "settings.toml:2"),
        ("area = fyn", "settings.toml:1"),
        ("[figures]\nthreshold = 1", "settings.toml:2"),
        ('[secretariat]\nname = ""', "settings.toml:2"),
        ('home = "/srv"', "home"),
    ],
)
def test_a_flaw_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadFileError, match=told.replace(".", r"\.")):
        with_own(Settings(home=tmp_path), text)
