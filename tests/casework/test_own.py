"""What the secretariat has of its own: tried together, kept in editions, used by all machines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.owning import STAMP, put_own
from udmelding.casework import own
from udmelding.casework.wiring import Services, made_services, open_services, refreshed
from udmelding.config.case.library import area_named
from udmelding.config.own import FILE
from udmelding.config.settings import load_settings
from udmelding.errors import RefusedError
from udmelding.journal.own import ChangedMeanwhileError
from udmelding.paths import CONFIG, TEMPLATES

pytestmark = pytest.mark.database

NORTH = b'area = "nordjylland"\n[secretariat]\nname = "Nord"\nemail = "nord@nord.example"\n'
SUBJECT = "mail/invitation/subject.txt"
AREA = (CONFIG / "areas" / "sjaelland.yaml").read_bytes()
SHARED = b"name: X\nkkr: KKR Syddanmark\nchain: [{id: x, title: X, kind: kkr}]\n"
TWICE = b"bodies: [{id: raad, title: A}, {id: raad, title: B}]\n"
WORDS = b'{% extends "_base/subject.txt" %}{% block subject %}Kom og mod os{% endblock %}\n'


def test_settings_are_used_by_what_is_opened_next_and_by_what_is_open(services: Services) -> None:
    own.save(services, {FILE: NORTH}, STAMP)

    assert services.settings.area == "sjaelland", "one task goes by one set of settings"
    assert refreshed(services).settings.secretariat.name == "Nord"
    with open_services() as opened:
        assert opened.settings.area == "nordjylland"


def test_a_home_begins_with_what_the_environment_says_and_then_asks_the_database(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UDMELDING_AREA", "midtjylland")
    with made_services() as services:
        assert services.settings.area == "midtjylland"
        assert b'area = "midtjylland"' in own.tree(services)[FILE]
    monkeypatch.setenv("UDMELDING_AREA", "hovedstaden")
    with open_services() as services:
        assert services.settings.area == "midtjylland"


def test_what_was_the_servers_before_is_taken_in_once_when_a_database_of_before_is_opened(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_own(services, FILE, NORTH)  # as it was kept before hours and sign-in were people's
    monkeypatch.setenv("UDMELDING_PREFECT__DAILY_AT", "06:05")
    monkeypatch.setenv("UDMELDING_OIDC__ISSUER", "https://konti.example")
    monkeypatch.setenv("UDMELDING_OIDC__CLIENT_ID", "udmelding")
    with open_services() as opened:
        assert opened.settings.prefect.daily_at == "06:05"
        assert opened.settings.oidc.is_on
        assert opened.settings.secretariat.name == "Nord", "what people decided stays"
        kept = own.history(opened, FILE)

    monkeypatch.setenv("UDMELDING_PREFECT__DAILY_AT", "09:00")
    monkeypatch.delenv("UDMELDING_OIDC__ISSUER")
    with open_services() as opened:
        assert opened.settings.prefect.daily_at == "06:05", "the environment is not asked again"
        assert opened.settings.oidc.is_on
        assert own.history(opened, FILE) == kept


def test_two_machines_on_one_database_use_the_same(services: Services, tmp_path: Path) -> None:
    own.save(services, {FILE: NORTH, SUBJECT: WORDS}, STAMP)
    changes = {"home": tmp_path / "anden", "database_url": services.settings.database_url}

    with made_services(load_settings().model_copy(update=changes)) as far:
        assert far.settings.area == "nordjylland"
        assert (far.settings.texts_folder / SUBJECT).read_bytes() == WORDS
        assert far.settings.texts_folder.is_relative_to(tmp_path / "anden")


def test_nothing_is_kept_where_one_of_many_files_is_wrong(services: Services) -> None:
    before = own.tree(services)

    with pytest.raises(own.OwnFilesError) as refused:
        own.save(
            services,
            {FILE: NORTH, SUBJECT: WORDS, "mail/invitation/body.md": b"Hej {{ navn }}"},
            STAMP,
        )

    assert "«navn» findes ikke" in str(refused.value)
    assert own.tree(services) == before


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        ("mail/invitation/body.exe", b"x", "ikke en fil, programmet kender"),
        ("../udenfor.md", b"x", "ikke en fil, programmet kender"),
        ("/etc/passwd", b"x", "ikke en fil, programmet kender"),
        ("look/.skjult.svg", b"<svg/>", "ikke en fil, programmet kender"),
        ("mail\\invitation\\body.md", b"x", "ikke en fil, programmet kender"),
        ("look/skrift.ttf", b"0" * 5_000_001, "over 5 MB"),
        ("mail/takke/body.md", b"Hej", "bruges ikke af nogen mail"),
        (SUBJECT, "Æ".encode("latin-1"), "UTF-8"),
        ("report/rapport.docx", b"PK", "Word"),
        ("look/look.toml", b'colour = "#eeeeee"', "for lys"),
        ("look/look.toml", b'logo = "mangler.svg"', "filen findes ikke"),
        ("paper/council.md", "# Resumé\n\n{{ frist }}\n".encode(), "«frist» findes ikke"),
        ("processes/vores.yaml", b"id: en-anden\n", "Procesfilen"),
        ("forms/vores.yaml", b"id: [", "Spørgeskemaet"),
        ("areas/fyn.yaml", b"name: Fyn\n", "intet KKR-område med navnet «fyn»"),
        ("areas/sjaelland.yaml", b"name: X\nkkr: X\nchain: []\n", "mindst 1 på listen"),
        ("areas/sjaelland.yaml", SHARED, "hører allerede til et andet område"),
        ("areas/national.yaml", TWICE, "organet «raad» står to gange"),
        (FILE, b'area = "fyn"\n', "ikke et KKR-område"),
        (FILE, b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_is_wrong(
    services: Services, path: str, content: bytes, told: str
) -> None:
    before = own.tree(services)
    with pytest.raises(own.OwnFilesError, match="Intet er gemt") as refused:
        own.save(services, {path: content}, STAMP)
    assert told in refused.value.message
    assert own.tree(services) == before


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("areas/nordjylland.yaml", CONFIG / "areas" / "nordjylland.yaml"),
        ("areas/national.yaml", CONFIG / "areas" / "national.yaml"),
        ("processes/spoergeskema.yaml", CONFIG / "processes" / "spoergeskema.yaml"),
        ("forms/gravide.yaml", CONFIG / "forms" / "gravide.yaml"),
        ("paper/council.md", TEMPLATES / "paper" / "council.md"),
        ("report/rapport.docx", TEMPLATES / "report" / "rapport.docx"),
        ("mail/thanks/body.md", TEMPLATES / "mail" / "thanks" / "body.md"),
    ],
)
def test_what_ships_can_be_taken_as_ones_own(services: Services, path: str, file: Path) -> None:
    assert own.save(services, {path: file.read_bytes()}, STAMP).added == (path,)


def test_two_machines_on_one_database_have_the_same_areas(
    services: Services, tmp_path: Path
) -> None:
    own.save(services, {"areas/sjaelland.yaml": AREA.replace(b"title: K17", b"title: K16")}, STAMP)
    changes = {"home": tmp_path / "anden", "database_url": services.settings.database_url}

    with made_services(load_settings().model_copy(update=changes)) as far:
        area = area_named("sjaelland", far.settings.texts_folder)
    assert [body.title for body in area.chain] == ["Styregruppen", "K16", "KKR Sjælland"]


def test_a_process_stays_while_an_area_has_words_for_it(services: Services) -> None:
    process = (CONFIG / "processes" / "spoergeskema.yaml").read_bytes()
    words = AREA + b"words: {runde: {title: Runden, paper_title: runden}}\n"
    both = {
        "processes/runde.yaml": process.replace(b"id: spoergeskema", b"id: runde"),
        "areas/sjaelland.yaml": words,
    }
    own.save(services, both, STAMP)

    with pytest.raises(own.OwnFilesError, match="processen «runde» findes ikke"):
        own.save(services, {"processes/runde.yaml": None}, STAMP)
    own.save(services, dict.fromkeys(both), STAMP)
    assert not {*both} & {*own.tree(services)}


def test_what_was_in_use_on_a_day_can_be_shown_on_any_later_one(services: Services) -> None:
    later = replace(STAMP, now=STAMP.now.replace(year=2025))
    own.save(services, {SUBJECT: WORDS}, STAMP)
    own.save(services, {SUBJECT: None}, later)

    assert SUBJECT not in own.tree(services)
    assert own.tree(services, STAMP.now)[SUBJECT] == WORDS
    assert [one.is_there for one in own.history(services, SUBJECT)] == [False, True]


def test_the_second_of_two_who_changed_the_same_is_told(services: Services) -> None:
    seen = own.numbers(services, [SUBJECT])
    own.save(services, {SUBJECT: WORDS}, STAMP, seen=seen)

    with pytest.raises(ChangedMeanwhileError):
        own.save(services, {SUBJECT: WORDS.replace(b"Kom", b"Bliv")}, STAMP, seen=seen)
    assert own.save(services, {SUBJECT: WORDS}, STAMP).same == (SUBJECT,)
    assert len(own.history(services, SUBJECT)) == 1, "the same again is no new edition"


def test_a_number_that_looks_like_a_cpr_number_is_refused(services: Services) -> None:
    with pytest.raises(RefusedError, match="cpr-nummer"):
        own.save(services, {SUBJECT: WORDS.replace(b"Kom", b"020151-0007")}, STAMP)


def test_an_export_taken_in_elsewhere_gives_the_same(services: Services, tmp_path: Path) -> None:
    own.save(services, {FILE: NORTH, SUBJECT: WORDS}, STAMP)
    for path, content in own.tree(services).items():
        (tmp_path / "ud" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ud" / path).write_bytes(content)
    url = f"sqlite:///{tmp_path / 'ny.db'}"
    new = load_settings().model_copy(update={"home": tmp_path / "ny", "database_url": url})

    with made_services(new) as made:
        own.save(made, own.changes_in(tmp_path / "ud"), STAMP, source="ud")
        assert own.tree(made) == own.tree(services)
        assert own.history(made, SUBJECT)[0].source == "ud"


def test_who_says_to_be_somebody_with_a_cpr_number_is_refused(services: Services) -> None:
    with pytest.raises(RefusedError, match="cpr-nummer"):
        own.save(services, {SUBJECT: WORDS}, replace(STAMP, by="Borger 020151-0007"))
